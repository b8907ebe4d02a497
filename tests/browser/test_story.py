"""
The whole story on a running office: from home to permit, and how anybody knows that it is genuine.

The applicant sits on a 360 px phone without JavaScript; the officers have theirs. Nothing is done
behind the pages.
"""

import re
import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from tests.browser.conftest import Browsing, enter_code

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SECRET = "demo"  # the passphrase of every demo signature


def paper(title: str, kind: str = "PDF") -> dict[str, object]:
    """A small real file, as a scanner or a phone makes it."""
    picture = Image.new("RGB", (620, 877), "white")
    ImageDraw.Draw(picture).text((60, 60), title, fill="black")
    out = BytesIO()
    picture.save(out, kind)
    media = {"PDF": "application/pdf", "JPEG": "image/jpeg"}[kind]
    ending = {"PDF": "pdf", "JPEG": "jpg"}[kind]
    return {"name": f"{title}.{ending}", "mimeType": media, "buffer": out.getvalue()}


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Simpan dan lanjut").click()


def number_of(page: Page) -> str:
    """The registration number on a receipt or a case page."""
    found = re.search(r"REG-\d{4}-\d{6}", page.inner_text("main"))
    assert found, page.inner_text("main")
    return found.group()


def at_case(browsing: Browsing, who: str, number: str) -> Page:
    return browsing.page(f"/berkas/{number}/", who=who, width=1280)


def act(page: Page, name: str, **fields: str) -> None:
    """Press an act on the case page, fill its form, press again."""
    bar = page.locator(".action-bar")
    link = bar.get_by_role("link", name=name, exact=True)
    if not link.is_visible():
        bar.locator("summary").click()
    form = link.get_attribute("href")
    link.click()
    page.wait_for_url(f"**{form}")
    for key, value in fields.items():
        page.fill(f"[name={key}]", value)
    for box in page.locator("main input[type=checkbox][name^=seen_]").all():
        box.check()
    page.locator("main form .form-end button").click()


def state_of(page: Page) -> str:
    return page.locator(".case-back .state").inner_text()


def fill_applicant(page: Page) -> None:
    page.fill("[name=responsible]", "Sari Lestari")
    page.fill("[name=nik]", "6103015203949999")


def fill_banner(page: Page, *, text: str, from_day: str, address: str) -> None:
    """Fill the pages of `reklame` after the one about the applicant."""
    page.get_by_label("Spanduk, baliho").check()
    page.get_by_label("Lahan sendiri").check()
    go_on(page)
    page.fill("[name=ad_text]", text)
    page.fill("[name=panels-0-width_m]", "2")
    page.fill("[name=panels-0-height_m]", "1")
    page.fill("[name=panels-0-count]", "1")
    page.fill("[name=start_date]", from_day)
    go_on(page)
    page.fill("[name=place_address]", address)
    page.fill("[name=place_region-q]", "Beringin")
    page.locator("[data-picker=wilayah]").get_by_role("button", name="Cari").click()
    page.locator("[name=place_region]").first.check()
    go_on(page)


def attach_banner(page: Page) -> None:
    """Attach what `reklame` asks for, but the photo of the place."""
    if page.locator("#berkas-ktp").is_visible():
        page.set_input_files("#berkas-ktp", [paper("KTP", "JPEG")])
    page.set_input_files("#berkas-design", [paper("Gambar spanduk")])


def apply_for_a_banner(page: Page) -> str:
    """Fill the pages of `reklame`, send twice, and return the registration number."""
    page.goto("/layanan/reklame/")
    page.get_by_role("link", name="Ajukan", exact=True).first.click()
    for choice in page.get_by_label(re.compile("^Sari Lestari")).all():
        choice.check()
    page.get_by_label("Baru", exact=True).check()
    page.get_by_role("button", name="Mulai mengisi").click()

    # One mistake: it is shown, and what was typed stays.
    page.fill("[name=responsible]", "Sari Lestari")
    page.fill("[name=nik]", "61030152039499")
    go_on(page)
    expect(page.get_by_role("alert")).to_contain_text("NIK")
    assert page.input_value("[name=nik]") == "61030152039499"
    assert page.input_value("[name=responsible]") == "Sari Lestari"
    page.fill("[name=nik]", "6103015203949999")
    go_on(page)

    fill_banner(page, text="Praktik Bidan Sari", from_day="2027-01-04", address="Jalan Kartini 14")
    attach_banner(page)
    go_on(page)
    # A document is missing: the page says which, and the others have arrived.
    expect(page.get_by_role("alert")).to_contain_text("Foto tempat pemasangan")
    expect(page.locator("#syarat-design")).to_contain_text("Gambar spanduk.pdf")
    page.set_input_files("#berkas-site_photo", [paper("Tempat", "JPEG")])
    go_on(page)

    expect(page.locator("h1")).to_have_text("Periksa dan kirim")
    expect(page.locator("main")).to_contain_text("6103••••••••9999")
    review = page.url
    again = page.context.new_page()
    again.goto(review)
    page.get_by_role("button", name="Kirim permohonan").click()
    expect(page.locator("h1")).to_contain_text("Permohonan diterima")
    expect(page.locator("main")).to_contain_text("Tanda terima ini bukan izin")
    number = number_of(page)
    again.get_by_role("button", name="Kirim permohonan").click()
    assert number_of(again) == number
    again.close()
    return number


def pdfsig(path: Path) -> str:
    program = shutil.which("pdfsig")
    assert program, "poppler's pdfsig is missing (Debian: apt-get install poppler-utils)"
    return subprocess.run(
        [program, "-nocert", str(path)], capture_output=True, text=True, check=False
    ).stdout


def text_of(path: Path) -> str:
    program = shutil.which("pdftotext")
    assert program, "poppler's pdftotext is missing (Debian: apt-get install poppler-utils)"
    return subprocess.run(
        [program, str(path), "-"], capture_output=True, text=True, check=True
    ).stdout


def test_from_home_to_permit_and_its_end(  # noqa: PLR0915 - one story, told from beginning to end
    own_office, own_browsing, *, tmp_path, shot, axe, fits
):
    phone = own_browsing.page("/permohonan/", who="sari", width=360, script=False)

    def look(name: str) -> None:
        fits(phone)
        shot(phone, f"cerita-{name}")

    number = apply_for_a_banner(phone)
    look("1-tanda-terima")
    tracking = phone.locator(".receipt .code").inner_text()

    # Anybody with the code follows it, without signing in and without a name.
    stranger = own_browsing.page("/lacak/", script=False)
    stranger.fill("[name=kode]", tracking.lower().replace("-", " "))
    stranger.get_by_role("button", name="Lacak").click()
    expect(stranger.locator("main")).to_contain_text("Izin Penyelenggaraan Reklame")
    expect(stranger.locator("main")).to_contain_text("Kelengkapan berkas diperiksa")
    assert "Sari Lestari" not in stranger.inner_text("main")

    # The counter sends it back once, with everything that is wrong.
    budi = at_case(own_browsing, "budi", number)
    budi.locator(".action-bar").get_by_role("link", name="Kembalikan untuk diperbaiki").click()
    budi.check("[name=pick_document_design]")
    budi.fill("[name=why_document_design]", "Ukuran pada gambar tidak terbaca.")
    budi.locator("details.fold summary").first.click()
    budi.check("[name=pick_field_ad_text]")
    budi.fill("[name=why_field_ad_text]", "Sebutkan nama usaha pada spanduk.")
    shot(budi, "cerita-2-kembalikan")
    budi.locator("main form .form-end button").click()
    assert "Dikembalikan" in state_of(budi)

    # She reads why, repairs one, is told of the other, repairs it.
    phone.goto("/permohonan/")
    expect(phone.locator("main")).to_contain_text("Ukuran pada gambar tidak terbaca.")
    look("3-dikembalikan")
    card = phone.locator(".card", has_text=number)
    card.get_by_role("link", name=re.compile("Perbaiki sekarang")).click()
    phone.fill("[name=ad_text]", "Praktik Bidan Sari, Jalan Kartini 14")
    phone.get_by_role("button", name="Kirim perbaikan").click()
    expect(phone.get_by_role("alert")).to_contain_text("Gambar isi dan bentuk reklame")
    assert phone.input_value("[name=ad_text]") == "Praktik Bidan Sari, Jalan Kartini 14"
    look("4-perbaiki")
    phone.set_input_files("#berkas-design", [paper("Gambar spanduk jelas")])
    phone.get_by_role("button", name="Kirim perbaikan").click()
    expect(phone.locator("main")).to_contain_text("Perbaikan Anda sudah kami terima")

    budi.goto(f"/berkas/{number}/")
    act(budi, "Nyatakan lengkap")
    assert "pemeriksaan teknis" in state_of(budi)

    # Two units at the same time, each in its own browser.
    hendra = at_case(own_browsing, "hendra", number)
    agus = at_case(own_browsing, "agus", number)
    for officer, letter in ((hendra, "600/77/DPUPR"), (agus, "551/88/DISHUB")):
        officer.locator(".action-bar").get_by_role(
            "link", name="Rekomendasikan", exact=True
        ).click()
        officer.fill("[name=number]", letter)
        officer.fill("[name=reason]", "Layak dipasang.")
    hendra.locator("main form .form-end button").click()
    agus.locator("main form .form-end button").click()
    assert "Syarat terpenuhi" in state_of(agus)

    ratna = at_case(own_browsing, "ratna", number)
    expect(ratna.locator("main")).to_contain_text("551/88/DISHUB")
    act(ratna, "Ajukan untuk disetujui")
    lina = at_case(own_browsing, "lina", number)
    act(lina, "Paraf")

    # A wrong passphrase decides nothing; the right one numbers, signs and issues at once.
    darius = at_case(own_browsing, "darius", number)
    act(darius, "Setujui", secret="bukan ini")
    expect(darius.get_by_role("alert")).to_be_visible()
    darius.fill("[name=secret]", SECRET)
    darius.locator("main form .form-end button").click()
    expect(darius.locator(".case-back .state")).to_contain_text("Izin terbit")
    shot(darius, "cerita-5-terbit")

    # She sees it and downloads it: that counts as handed over.
    phone.goto(f"/permohonan/{number}/")
    expect(phone.locator("main")).to_contain_text("Izin terbit")
    look("6-terbit")
    phone.get_by_role("link", name="Lihat dan unduh izin").click()
    code = phone.locator("dd .code").inner_text()
    with phone.expect_download() as download:
        phone.get_by_role("button", name="Unduh izin (PDF)").click()
    permit = tmp_path / "izin.pdf"
    download.value.save_as(permit)
    budi.goto(f"/berkas/{number}/")
    assert "Izin sudah diterima" in state_of(budi)

    # The paper names the address of the check; there the answer is one word.
    words = text_of(permit)
    assert f"{own_office.url.removeprefix('http://')}/cek" in words
    assert code in words
    stranger.goto(f"/cek/{code}/")
    expect(stranger.locator("h1")).to_contain_text("BERLAKU")
    assert "Sari Lestari" not in stranger.inner_text("main")
    fits(stranger)
    shot(stranger, "cerita-7-berlaku")

    # Other people's programs agree, and notice a changed byte.
    assert "Signature is Valid." in pdfsig(permit)
    changed = bytearray(permit.read_bytes())
    place = changed.index(b"<xmp:CreateDate>") + len("<xmp:CreateDate>")
    changed[place] ^= 0x01
    (tmp_path / "ubah.pdf").write_bytes(changed)
    assert "Signature is Valid" not in pdfsig(tmp_path / "ubah.pdf")
    stranger.set_input_files("[name=berkas]", str(permit))
    stranger.get_by_role("button", name="Periksa berkas").click()
    expect(stranger.locator("h1")).to_contain_text("BERLAKU")
    stranger.set_input_files("[name=berkas]", str(tmp_path / "ubah.pdf"))
    stranger.get_by_role("button", name="Periksa berkas").click()
    expect(stranger.locator("h1")).to_contain_text("BERUBAH")

    # The head revokes; the same address says so.
    darius.goto(f"/berkas/{number}/")
    act(darius, "Cabut izin", reason="Dipasang di luar titik yang diizinkan.")
    expect(darius.locator(".case-back .state")).to_contain_text("dicabut")
    stranger.goto(f"/cek/{code}/")
    expect(stranger.locator("h1")).to_contain_text("DICABUT")
    shot(stranger, "cerita-8-dicabut")

    audit = own_office.cli("audit")
    assert audit.returncode == 0, audit.stdout + audit.stderr


def test_an_automatic_decision_is_issued_at_once(own_browsing, fits, shot):
    phone = own_browsing.page("/permohonan/", who="sari", width=360, script=False)
    held = re.search(r"449\.12/\d+/SIP-BIDAN/\S+", phone.inner_text("main"))
    assert held
    phone.goto("/ajukan/salinan-legalisir/")
    if phone.get_by_label(re.compile("^Sari Lestari")).count():
        phone.get_by_label(re.compile("^Sari Lestari")).check()
    phone.get_by_role("button", name="Mulai mengisi").click()
    go_on(phone)
    phone.fill("[name=permit_number]", held.group())
    phone.get_by_label("Bank atau lembaga pembiayaan").check()
    go_on(phone)
    phone.get_by_role("button", name="Kirim permohonan").click()

    expect(phone.locator("main")).to_contain_text("Izin Anda sudah terbit")
    fits(phone)
    shot(phone, "cerita-otomatis")
    phone.get_by_role("link", name="Lihat dan unduh izin").click()
    expect(phone.locator("main")).to_contain_text("Izin terbit")


def test_an_officer_types_for_a_person_at_the_counter(own_browsing, axe, fits, shot):
    budi = own_browsing.page("/loket/permohonan-baru/", who="budi", width=1280)
    budi.fill("[name=cari]", "9999")
    budi.fill("[name=nama]", "Joko")
    budi.get_by_role("button", name="Cari", exact=True).click()
    budi.get_by_label("Joko Prasetyo").check()
    budi.select_option("[name=service]", "salinan-legalisir")
    budi.get_by_label("Lisan di loket").check()
    axe(budi)
    shot(budi, "cerita-loket")
    budi.get_by_role("button", name="Mulai mengetik").click()
    expect(budi.locator("main")).to_contain_text("diketik petugas untuk Joko Prasetyo")
    go_on(budi)
    budi.fill("[name=permit_number]", "551.21/999/TRAYEK/2019")
    budi.get_by_label("Izin asli hilang").check()
    go_on(budi)
    expect(budi.locator("main")).to_contain_text("Bacakan isian ini kepada pemohon")
    budi.get_by_role("button", name="Kirim permohonan").click()

    expect(budi.locator("main")).to_contain_text("Diketik oleh")
    expect(budi.locator("main")).to_contain_text("Budi Santoso")
    number = number_of(budi)
    # The register knows no such permit: nothing is issued, an officer looks.
    budi.goto(f"/berkas/{number}/")
    assert "menunggu pemeriksaan" in state_of(budi)
    joko = own_browsing.page(f"/permohonan/{number}/", who="joko", script=False)
    fits(joko)
    expect(joko.locator("main")).to_contain_text("Salinan atau Legalisasi Izin")


def test_a_service_of_another_system_is_helped_with_and_followed(own_browsing, axe, fits, shot):
    joko = own_browsing.page("/ajukan/nib-pendampingan/", who="joko", script=False)
    if joko.get_by_label(re.compile("^Joko Prasetyo")).count():
        joko.get_by_label(re.compile("^Joko Prasetyo")).check()
    joko.get_by_role("button", name="Mulai mengisi").click()
    go_on(joko)
    joko.fill("[name=business_name]", "Bengkel Joko")
    joko.fill("[name=kbli-q]", "sepeda motor")
    joko.get_by_role("button", name="Cari").first.click()
    joko.locator("[name=kbli]").first.check()
    joko.fill("[name=capital]", "25000000")
    joko.fill("[name=workers]", "2")
    go_on(joko)
    joko.fill("[name=place_address]", "Gang Melati 3")
    joko.fill("[name=place_region-q]", "Beringin")
    joko.get_by_role("button", name="Cari").click()
    joko.locator("[name=place_region]").first.check()
    joko.fill("[name=area_m2]", "30")
    go_on(joko)
    if joko.locator("#berkas-ktp").is_visible():
        joko.set_input_files("#berkas-ktp", [paper("KTP", "JPEG")])
    joko.check("#nyatakan-assist_consent")
    go_on(joko)
    joko.get_by_role("button", name="Kirim permohonan").click()
    number = number_of(joko)

    budi = at_case(own_browsing, "budi", number)
    act(budi, "Nyatakan lengkap")
    budi.get_by_role("button", name="Isi di sistem nasional").click()
    expect(budi.locator("h1")).to_have_text("Isi di sistem nasional")
    expect(budi.locator("#isi-business_name")).to_have_text("Bengkel Joko")
    budi.context.grant_permissions(["clipboard-read", "clipboard-write"])
    budi.get_by_role("button", name=re.compile("Salin.*Nama usaha")).click()
    assert budi.evaluate("navigator.clipboard.readText()") == "Bengkel Joko"
    axe(budi)
    fits(budi)
    shot(budi, "cerita-sistem-nasional")
    budi.locator(".action-bar a.button").first.click()
    budi.fill("[name=number]", "P-202611230009")
    budi.fill("[name=status]", "Terkirim")
    budi.locator("main form .form-end button").click()
    act(budi, "Catat izin terbit", number="9120000088889", status="Terbit")
    assert "Terbit di sistem nasional" in state_of(budi)

    joko.goto(f"/permohonan/{number}/")
    expect(joko.locator("main")).to_contain_text("9120000088889")


def test_what_was_typed_survives_the_end_of_a_session(own_browsing):
    phone = own_browsing.page("/ajukan/reklame/", who="sari", script=False)
    phone.get_by_label("Baru", exact=True).check()
    for choice in phone.get_by_label(re.compile("^Sari Lestari")).all():
        choice.check()
    phone.get_by_role("button", name="Mulai mengisi").click()
    phone.fill("[name=responsible]", "Sari Lestari, A.Md.Keb.")
    phone.fill("[name=nik]", "6103015203949999")

    phone.context.clear_cookies(name="sesi")
    go_on(phone)

    expect(phone.locator("h1")).to_have_text("Masuk atau daftar")
    expect(phone.locator("main")).to_contain_text("Isian Anda disimpan")
    phone.fill("[name=address]", "sari@contoh.id")
    phone.locator("main form .button.big").click()
    enter_code(phone)
    assert phone.input_value("[name=responsible]") == "Sari Lestari, A.Md.Keb."
    assert phone.input_value("[name=nik]") == "6103015203949999"
    expect(phone.locator("main")).to_contain_text("Isian Anda tadi tersimpan")
    go_on(phone)
    expect(phone.locator("h1")).to_have_text("Jenis reklame")


def test_another_person_does_not_see_what_was_kept(own_browsing):
    """The draft of one person, sent from a phone on which somebody else is signed in now."""
    phone = own_browsing.page("/ajukan/penelitian/", who="lidia", script=False)
    for choice in phone.get_by_label(re.compile("^Lidia Veronika")).all():
        choice.check()
    phone.get_by_role("button", name="Mulai mengisi").click()
    address = phone.url
    other = own_browsing.page("/permohonan/", who="joko", script=False)

    other.goto(address)

    expect(other.locator("h1")).to_contain_text("tidak")
    assert "Lidia" not in other.inner_text("main")


def test_an_officer_works_by_keyboard_alone(own_browsing):
    page = own_browsing.page("/tugas/?map=unit", who="budi", width=1280)
    rows = page.locator("tr[data-row], tbody tr")
    assert rows.count() > 1

    page.keyboard.press("/")
    expect(page.locator("[data-search]")).to_be_focused()
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    chosen = page.locator("tr[aria-current=true], tr.current, tr:focus-within").first
    expect(chosen).to_be_visible()
    wanted = re.search(r"REG-\d{4}-\d{6}", chosen.inner_text())
    assert wanted
    page.keyboard.press("o")
    page.wait_for_url(f"**/berkas/{wanted.group()}/**")


def test_english_is_one_press_away_and_stays(own_browsing):
    page = own_browsing.page("/layanan/reklame/", width=1280, script=False)

    page.get_by_role("button", name="English").first.click()

    assert page.url.endswith("/layanan/reklame/")
    expect(page.locator("h1")).to_have_text("Outdoor advertising permit")
    page.goto("/lacak/")
    expect(page.locator("html")).to_have_attribute("lang", "en")
