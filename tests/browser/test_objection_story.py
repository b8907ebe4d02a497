"""
An objection, on a running office: from the refusal to the application that is open again.

Hasan was refused. He objects from his telephone, without a script, with a paper as evidence. Somebody who had no part in
the refusal drafts, the head decides, and whoever holds the code reads of it. A neighbour and a letter have their pages.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Browsing
from tests.browser.test_story import at_case, paper, state_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def browsing(chromium, own_office):
    found = Browsing(chromium, own_office.url)
    yield found
    found.close()


def press(page: Page, name: str, **fields: str) -> None:
    """Press an act of the objection's page, fill it in, press again."""
    page.locator(".action-bar").get_by_role("link", name=name, exact=True).click()
    for key, value in fields.items():
        page.fill(f"[name={key}]", value)
    page.locator("main form .form-end button").first.click()


def test_a_refused_application_is_objected_to_and_reopened(  # noqa: PLR0915 - one story
    browsing: Browsing, axe, fits, shot
):
    # Hasan finds the way on the page of his application, and its letter names the same address.
    hasan = browsing.page("/permohonan/", who="hasan", script=False)
    hasan.get_by_role("link", name=re.compile("Surat Terdaftar|STPT|Penyehat")).first.click()
    expect(hasan.locator("main")).to_contain_text("Tidak menerima keputusan ini?")
    number = re.search(r"REG-\d{4}-\d{6}", hasan.inner_text("main"))
    assert number
    hasan.get_by_role("link", name="Ajukan keberatan").click()
    fits(hasan)
    # An empty form is refused with a sentence, and the file that came with it is kept.
    hasan.set_input_files("#bukti", [paper("Surat keterangan")])
    hasan.get_by_role("button", name="Kirim keberatan").click()
    expect(hasan.get_by_role("alert")).to_contain_text("Tulis alasan keberatan Anda")
    expect(hasan.locator("main")).to_contain_text("sudah tersimpan")
    shot(hasan, "keberatan-1-formulir")
    hasan.fill("[name=grounds]", "Metode saya pijat tradisional, bukan tindakan medis.")
    hasan.get_by_role("button", name="Kirim keberatan").click()
    expect(hasan.locator("main")).to_contain_text("Diputus selambat-lambatnya")
    objection = re.search(r"KBR-\d{4}-\d{5}", hasan.inner_text("main"))
    code = hasan.locator(".code").first.inner_text()
    assert objection
    fits(hasan)
    shot(hasan, "keberatan-2-diterima")
    receipt = hasan.get_by_role("link", name="Tanda terima (PDF)").get_attribute("href")
    answer = hasan.context.request.get(str(receipt))
    assert answer.headers["content-type"] == "application/pdf"
    hasan.goto(f"/keberatan/{objection.group()}/tarik/")
    fits(hasan)

    # Whoever holds the code follows it on the same tracking page.
    stranger = browsing.page("/lacak/", script=False)
    stranger.fill("[name=kode]", code)
    stranger.get_by_role("button", name="Lacak").click()
    expect(stranger.locator("main")).to_contain_text("Keberatan diterima dan terdaftar")
    assert "pijat" not in stranger.inner_text("main")
    fits(stranger)

    # Who proposed the refusal may read, not draft; somebody else does.
    ratna = browsing.page(f"/keberatan/berkas/{objection.group()}/", who="ratna", width=1280)
    expect(ratna.locator("main")).to_contain_text("disiapkan petugas lain")
    lina = browsing.page("/keberatan/", who="lina", width=1280)
    axe(lina)
    fits(lina)
    shot(lina, "keberatan-3-daftar")
    lina.locator("main table a", has_text="Penolakan").first.click()
    expect(lina.locator("main")).to_contain_text("pijat tradisional")
    axe(lina)
    press(lina, "Mulai memeriksa")
    lina.locator(".action-bar").get_by_role("link", name="Ajukan konsep keputusan").click()
    axe(lina)
    lina.get_by_label("Kabulkan seluruhnya").check()
    lina.fill("[name=reason]", "Metode yang diajukan bukan tindakan medis.")
    lina.locator("main form .form-end button").first.click()
    expect(lina.locator("main")).to_contain_text("Menunggu keputusan atas keberatan")

    # The leader counts it; the head decides on the draft, and signs.
    bupati = browsing.page("/ringkasan/", who="bupati", width=1280)
    expect(bupati.locator("main")).to_contain_text("keberatan menunggu")
    darius = browsing.page(f"/keberatan/berkas/{objection.group()}/", who="darius", width=1280)
    darius.locator(".action-bar").get_by_role("link", name="Kabulkan seluruhnya").click()
    expect(darius.locator("[name=reason]")).to_have_value(
        "Metode yang diajukan bukan tindakan medis."
    )
    axe(darius)
    darius.fill("[name=secret]", "demo")
    darius.locator("main form .form-end button").first.click()
    expect(darius.locator("main")).to_contain_text("Keberatan dikabulkan")
    shot(darius, "keberatan-4-dikabulkan")

    # Hasan reads the decision and the next remedy; the application is open again, and says so to everybody.
    hasan.goto(f"/keberatan/{objection.group()}/")
    expect(hasan.locator("main")).to_contain_text("Permohonan dibuka kembali")
    expect(hasan.locator("main")).to_contain_text("Ajukan banding kepada Bupati")
    letter = hasan.get_by_role("link", name=re.compile("Keputusan atas keberatan"))
    answer = hasan.context.request.get(str(letter.get_attribute("href")))
    assert answer.headers["content-type"] == "application/pdf"
    fits(hasan)
    shot(hasan, "keberatan-5-keputusan")
    hasan.goto(f"/permohonan/{number.group()}/")
    expect(hasan.locator("main")).to_contain_text("Keberatan dikabulkan, permohonan dibuka kembali")
    case = at_case(browsing, "ratna", number.group())
    assert "pemeriksaan teknis" in state_of(case)
    expect(case.locator("main")).to_contain_text(objection.group())

    # A neighbour objects from the public check; the counter types a letter. Their pages are sound.
    stranger.goto("/register/")
    in_force = stranger.locator("main tbody tr").filter(has_not_text="Sedang dibekukan")
    in_force.locator("a[href*='/cek/']").first.click()
    way = stranger.get_by_role("link", name=re.compile("merugikan Anda"))
    neighbour = browsing.page(str(way.get_attribute("href")), who="joko")
    axe(neighbour)
    fits(neighbour)
    shot(neighbour, "keberatan-6-tetangga")
    budi = browsing.page("/loket/keberatan/", who="budi", width=1280)
    budi.goto("/izin/")
    issued = re.search(r"REG-\d{4}-\d{6}", budi.inner_html("main"))
    assert issued
    budi.goto("/loket/keberatan/")
    budi.fill("[name=nomor]", issued.group())
    budi.get_by_role("button", name="Lanjut").click()
    expect(budi.locator("main")).to_contain_text("Paling lambat diterima")
    axe(budi)
    fits(budi)
    shot(budi, "keberatan-7-surat")
