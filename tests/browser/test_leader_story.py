"""A leader's morning, on a running office: what is due, late and on whom it waits; the lists, books and recap behind it."""

import re

import pytest
from playwright.sync_api import Page, expect

from satupintu.lib.tests.test_sheets import read_sheet
from tests.browser.conftest import Browsing

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def figure(page: Page, label: str) -> tuple[int, str]:
    """Return what a figure of today says, and where it leads."""
    card = page.locator(".cards.now a", has=page.get_by_text(label, exact=False)).first
    value = card.locator(".figure").inner_text()
    return int(re.sub(r"\D", "", value)), str(card.get_attribute("href"))


def shown_on_list(page: Page) -> int:
    page.wait_for_load_state()  # a link that was just pressed may still be on its way
    return page.locator("main tr[data-row]").count()


def downloaded(page: Page, press: str) -> bytes:
    """Press what gives a file; return the file."""
    with page.expect_download() as waiting:
        page.locator("main").get_by_text(press, exact=True).first.click()
    return waiting.value.path().read_bytes()


def test_a_leader_has_an_overview_before_the_first_meeting(own_browsing: Browsing):  # noqa: PLR0915  one morning
    page = own_browsing.page("/masuk/petugas/", width=1280)
    page.fill("[name=username]", "darius")
    page.fill("[name=password]", "satupintu")
    page.click("main form .button.big")
    page.get_by_label("Menu petugas").get_by_role("link", name="Ringkasan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ringkasan")

    # What is due, late, and waited for; every figure that is not 0 leads to a list as long as it says.
    cards = page.locator(".cards.now a")
    labels = cards.locator(".says").all_inner_texts()
    assert any("hari ini" in label.lower() for label in labels), labels
    assert any("lewat janji" in label for label in labels), labels
    seen = 0
    for label in labels:
        value, address = figure(page, label)
        if "pengaduan" in label:  # leads to figures: who may be complained about reads no complaint
            continue
        if 0 < value <= 20:
            page.goto(address)
            assert shown_on_list(page) == value, label
            page.go_back()
            seen += 1
    assert seen, labels
    waiting = page.locator("table.waiting")
    expect(waiting).to_contain_text("Pemohon")
    line = waiting.locator("tbody tr", has=page.locator("td a")).first
    count = int(line.locator("td a").first.inner_text().split()[0])
    who = line.locator("th").inner_text().split("\n")[0]
    line.locator("td a").first.click()
    assert min(count, 20) <= shown_on_list(page) <= max(count, 20), who
    page.locator("main tr[data-row] a").first.click()
    expect(page.locator("#riwayat")).to_be_visible()  # the case itself is one press away

    # The book, to print and as a sheet.
    page.goto("/ringkasan/")
    page.goto("/buku/")
    page.locator("[name=dari]").first.fill("2000-01-01")
    page.locator("form.period").get_by_role("button").click()
    assert (
        "366" in page.inner_text("main") or page.locator(".errors").count()
    )  # too long a time is said
    page.goto("/buku/")
    page.locator(".chips .chip").last.click()
    lines = page.locator("table.book tbody tr").count()
    if not lines:
        page.locator(".chips .chip").first.click()
        lines = page.locator("table.book tbody tr").count()
    assert lines
    rows = read_sheet(downloaded(page, "Unduh XLSX"))
    assert any("Nomor pendaftaran" in [str(cell) for cell in row] for row in rows)
    page.get_by_role("button", name="Buat halaman cetak").click()
    expect(page.locator("table.ledger")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Cetak")).to_be_hidden()
    assert page.pdf(landscape=True, format="A4").startswith(b"%PDF")
    page.emulate_media(media="screen")
    page.get_by_role("link", name="Kembali").click()

    # The recap adds up, on screen and on the sheet.
    page.get_by_role("link", name="Rekap bulanan").click()
    total = page.locator("tfoot td.number").all_inner_texts()
    carried, received, *ended, left = (int(re.sub(r"\D", "", text) or 0) for text in total[:6])
    assert carried + received == sum(ended) + left
    assert read_sheet(downloaded(page, "Unduh XLSX"))

    # A name in the spelling of another time; a filter kept for tomorrow.
    page.locator("#cari-meja").fill("Djoko Prasetyo")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Joko Prasetyo")
    page.goto("/berkas/?keadaan=proposed")
    page.get_by_text("Simpan saringan").click()
    page.fill("#nama-saringan", "Menunggu tanda tangan saya")
    page.locator("form", has=page.locator("#nama-saringan")).get_by_role("button").click()
    page.goto("/berkas/")
    page.get_by_role("link", name="Menunggu tanda tangan saya").click()
    expect(page).to_have_url(re.compile("keadaan=proposed"))
    assert shown_on_list(page) or page.locator("main table tbody tr").count()
