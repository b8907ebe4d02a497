"""
A day without power, on a running office that signs by hand: from a slip and a drop box to a permit in ink.

The officers do everything through the pages; what happens on paper, the test only imagines.
"""

import re
import time
from collections.abc import Iterator
from io import BytesIO
from zoneinfo import ZoneInfo

import pikepdf
import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from satupintu.lib import clock
from tests.browser.conftest import Browsing
from tests.browser.office import Office, running_office
from tests.browser.test_story import (
    act,
    at_case,
    attach_banner,
    fill_banner,
    go_on,
    number_of,
    paper,
    state_of,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ZONE = ZoneInfo("Asia/Pontianak")


@pytest.fixture(scope="module")
def ink_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A demo office whose signatory signs in ink."""
    with running_office(tmp_path_factory.mktemp("ink-office"), SATUPINTU_SIGNER="manual") as found:
        yield found


@pytest.fixture
def browsing(chromium, ink_office) -> Iterator[Browsing]:
    found = Browsing(chromium, ink_office.url)
    yield found
    found.close()


def now() -> tuple[str, str]:
    """Return day and hour as one types them, of this minute."""
    here = clock.now().astimezone(ZONE)
    return here.strftime("%Y-%m-%d"), here.strftime("%H:%M")


def happened(page: Page) -> None:
    """Say that the act that is open happened this very minute, on paper."""
    day, hour = now()
    fold = page.locator("details", has_text="Terjadi sebelumnya")
    if fold.get_attribute("open") is None:
        fold.locator("summary").click()
    page.fill("[name=happened_on]", day)
    page.fill("[name=happened_at]", hour)


def signed_scan(printed: bytes) -> dict[str, object]:
    """Return the printed page as a scanner gives it back: with a signature in ink."""
    with pikepdf.open(BytesIO(printed)) as page:
        assert len(page.pages) == 1
    picture = Image.new("RGB", (827, 1169), "white")
    ImageDraw.Draw(picture).text((500, 900), "Darius (tinta basah, cap)", fill="navy")
    out = BytesIO()
    picture.save(out, "PDF", resolution=100)
    return {"name": "izin-pindai.pdf", "mimeType": "application/pdf", "buffer": out.getvalue()}


def get_pdf(page: Page, address: str) -> bytes:
    answer = page.context.request.get(address)
    assert answer.headers["content-type"] == "application/pdf", address
    return answer.body()


def type_in(page: Page, slip: str) -> str:
    """Type the form that lay in the drop box; return the registration number."""
    day, hour = now()
    page.goto("/loket/permohonan-baru/")
    page.fill("[name=cari]", "9999")
    page.fill("[name=nama]", "Joko")
    page.get_by_role("button", name="Cari", exact=True).click()
    page.get_by_label("Joko Prasetyo").check()
    page.select_option("[name=service]", "reklame")
    page.get_by_label("Kotak berkas").check()
    page.get_by_label("Tertulis").check()
    page.fill("[name=slip]", slip.removeprefix("SLIP-"))
    page.get_by_role("button", name="Mulai mengetik").click()
    expect(page.get_by_role("alert")).to_contain_text("Isi kapan berkas ini diterima")
    page.fill("[name=received_on]", day)
    page.fill("[name=received_time]", hour)
    page.get_by_role("button", name="Mulai mengetik").click()
    page.fill("[name=responsible]", "Joko Prasetyo")
    go_on(page)
    fill_banner(page, text="Bengkel Joko", from_day="2027-02-01", address="Gang Melati 3")
    attach_banner(page)
    page.set_input_files("#berkas-site_photo", [paper("Tempat", "JPEG")])
    go_on(page)
    page.get_by_role("button", name="Kirim permohonan").click()
    expect(page.locator("h1")).to_contain_text("Permohonan diterima")
    return number_of(page)


def test_from_the_drop_box_through_a_power_cut_to_a_permit_in_ink(  # noqa: PLR0915 - one story
    ink_office, browsing, axe, fits, shot
):
    # In the morning, with power: blank forms for the village, slips for the counter.
    stranger = browsing.page("/layanan/reklame/", script=False)
    form = stranger.get_by_role("link", name="Formulir kosong").get_attribute("href")
    assert len(pikepdf.open(BytesIO(get_pdf(stranger, str(form)))).pages) >= 2
    budi = browsing.page("/loket/slip/", who="budi", width=1280)
    axe(budi)
    budi.fill("[name=count]", "6")
    sheets = budi.context.request.post(
        "/loket/slip/cetak/",
        form={
            "count": "6",
            "csrfmiddlewaretoken": budi.locator("[name=csrfmiddlewaretoken]").first.input_value(),
        },
        headers={"Referer": f"{ink_office.url}/loket/slip/"},
    )
    assert sheets.headers["content-type"] == "application/pdf"
    budi.goto("/loket/slip/")
    slip = re.search(r"SLIP-\d{4}-\d{6}", budi.inner_text("main"))
    assert slip
    shot(budi, "kertas-1-slip")

    # The power is out; Joko drops his form in the box and takes a slip. It comes back, and budi catches up.
    budi.goto("/kejar-catatan/")
    expect(budi.locator("main")).to_contain_text("6 slip dicetak dan belum dipakai")
    axe(budi)
    fits(budi)
    shot(budi, "kertas-2-kejar")
    number = type_in(budi, slip.group())
    code = budi.locator(".receipt .code").inner_text()
    fits(budi)
    shot(budi, "kertas-3-tanda-terima")

    # What Joko holds is the code of his slip.
    stranger.goto("/lacak/")
    stranger.fill("[name=kode]", code)
    stranger.get_by_role("button", name="Lacak").click()
    expect(stranger.locator("main")).to_contain_text("Izin Penyelenggaraan Reklame")

    # The originals, the folder, and the check that was done by candle light.
    budi.goto(f"/berkas/{number}/berkas-asli/")
    budi.locator("select").first.select_option("kept")
    budi.locator("main form .form-end button").click()
    budi.goto(f"/berkas/{number}/letak-map/")
    budi.fill("[name=shelf]", "Lemari 2, map A-12")
    budi.locator("main form .form-end button").click()
    expect(budi.locator("main")).to_contain_text("Lemari 2, map A-12")
    budi.goto(f"/berkas/{number}/nyatakan-lengkap/?kemudian=1")
    axe(budi)
    for box in budi.locator("main input[type=checkbox][name^=seen_]").all():
        box.check()
    happened(budi)
    budi.locator("main form .form-end button").click()
    assert "pemeriksaan teknis" in state_of(budi)

    # Two departments answer by letter, one of which leaves the office with the messenger.
    until = time.monotonic() + 60  # the worker writes the letters
    budi.goto(f"/berkas/{number}/ekspedisi/")
    while not budi.url.endswith("/ekspedisi/"):
        assert time.monotonic() < until, budi.inner_text("main")
        time.sleep(0.5)
        budi.goto(f"/berkas/{number}/ekspedisi/")
    axe(budi)
    budi.get_by_label("Diantar").check()
    budi.fill("[name=carrier]", "Ucok")
    budi.fill("[name=received_by]", "Ibu Rina")
    budi.locator("main form .form-end button").click()
    budi.goto("/surat/ekspedisi/")
    expect(budi.locator("main")).to_contain_text("Ibu Rina")
    axe(budi)
    shot(budi, "kertas-4-ekspedisi")
    for letter in ("600/77/DPUPR", "551/88/DISHUB"):
        budi.goto(f"/berkas/{number}/catat-jawaban-unit/")
        if budi.locator("select[name=task]").count():
            budi.locator("select[name=task]").select_option(index=0)
        budi.get_by_label("Merekomendasikan", exact=True).check()
        budi.fill("[name=number]", letter)
        budi.fill("[name=dated]", now()[0])
        budi.fill("[name=signer]", "Kepala Bidang (contoh)")
        budi.set_input_files("[name=document]", [paper("Surat rekomendasi")])
        budi.locator("main form .form-end button").click()
    assert "Syarat terpenuhi" in state_of(budi)

    # Proposed, initialled, approved; printed, signed in ink, scanned back.
    act(at_case(browsing, "ratna", number), "Ajukan untuk disetujui")
    act(at_case(browsing, "lina", number), "Paraf")
    darius = at_case(browsing, "darius", number)
    act(darius, "Setujui")
    expect(darius.locator(".case-back .state")).to_contain_text("nomor")
    printed = get_pdf(darius, f"/berkas/{number}/cetak.pdf")
    darius.goto(f"/berkas/{number}/terbitkan/")
    axe(darius)
    darius.set_input_files("[name=scan]", [signed_scan(printed)])
    shot(darius, "kertas-5-pindai")
    darius.locator("main form .form-end button").click()
    expect(darius.locator(".case-back .state")).to_contain_text("Izin terbit")

    # The history says both times, the office finds the folder, anybody checks the permit, the log is whole.
    budi.goto(f"/berkas/{number}/")
    expect(budi.locator("main")).to_contain_text("Berkas kertas")
    expect(budi.locator("main")).to_contain_text(slip.group())
    shot(budi, "kertas-6-berkas")
    joko = browsing.page(f"/permohonan/{number}/", who="joko", script=False)
    expect(joko.locator("main")).to_contain_text("Asli disimpan kantor")
    joko.get_by_role("link", name="Lihat dan unduh izin").click()
    check = joko.locator("dd .code").inner_text()
    stranger.goto(f"/cek/{check}/")
    expect(stranger.locator("h1")).to_contain_text("BERLAKU")
    audit = ink_office.cli("audit")
    assert audit.returncode == 0, audit.stdout + audit.stderr


def test_a_warning_in_ink_is_printed_and_scanned_back(ink_office, browsing, axe, fits, shot):
    ratna = browsing.page("/pengawasan/", who="ratna", width=1280)
    ratna.locator("main tbody a").first.click()
    desk = ratna.url
    ratna.locator(".action-bar").get_by_role("link", name="Usulkan sanksi").click()
    ratna.get_by_label("Peringatan tertulis").check()
    ratna.fill("[name=grounds]", "Stiker trayek tidak dipasang.")
    ratna.fill("[name=remedy]", "Pasang stiker trayek.")
    ratna.get_by_role("button", name="Ajukan kepada kepala").click()
    expect(ratna.locator("main")).to_contain_text("Usul sanksi menunggu keputusan")
    darius = browsing.page(desk, who="darius", width=1280)
    darius.locator(".action-bar").get_by_role("link", name="Peringatan tertulis").click()
    assert darius.locator("[name=secret]").count() == 0
    darius.locator("main form .form-end button").first.click()
    expect(darius.locator("main")).to_contain_text("Suratnya menunggu tanda tangan.")

    # At the counter, on a narrow screen: from the dispatch book to the printed letter and back, by keyboard.
    budi = browsing.page("/surat/ekspedisi/", who="budi", width=360)
    fits(budi)
    shot(budi, "tinta-1-buku")
    budi.goto("/pengawasan/")
    axe(budi)
    fits(budi)
    shot(budi, "tinta-2-daftar")
    budi.get_by_role("link", name=re.compile("Peringatan tertulis ke-1")).first.click()
    expect(budi.locator("h1")).to_have_text("Unggah surat bertanda tangan")
    axe(budi)
    fits(budi)
    shot(budi, "tinta-3-unggah")
    printing = budi.get_by_role("link", name=re.compile("Peringatan tertulis ke-1"))
    printed = get_pdf(budi, str(printing.get_attribute("href")))
    budi.locator("main form .form-end button").focus()
    budi.keyboard.press("Enter")  # without the scan
    expect(budi.get_by_role("alert")).to_contain_text("Hasil pindai surat")
    axe(budi)
    budi.set_input_files("[name=scan]", [signed_scan(printed)])
    budi.locator("main form .form-end button").focus()
    budi.keyboard.press("Enter")
    expect(budi.locator("main")).to_contain_text("Surat (PDF)")
    expect(budi.locator("main")).not_to_contain_text("Suratnya menunggu tanda tangan.")
    fits(budi)
    english = browsing.page(f"{desk}surat-bertanda-tangan/", who="budi", language="en", width=1280)
    expect(english.locator("main")).to_contain_text("No letter of this case waits for a signature")
    audit = ink_office.cli("audit")
    assert audit.returncode == 0, audit.stdout + audit.stderr
