"""
A year of old cases imported, undone and redone, on a running office: everything through the pages.

The file has what real exports have: dates that only the file explains, a damaged NIK, the same permit twice.
"""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from satupintu.imports.tests.files import as_csv, nik, sicantik_line

pytestmark = [pytest.mark.browser, pytest.mark.slow]

GOOD = 36
PATIENCE = 40_000  # milliseconds for the worker of a busy machine


def year(path: Path) -> Path:
    """Return a year of nurses' permits as SiCantik writes them, with month before day as a real office had them."""
    lines = [
        sicantik_line(
            n,
            **{
                "Tgl Pengajuan": f"{1 + n % 12}/{10 + n % 15}/2024",
                "Tgl Selesai": f"{1 + n % 12}/{12 + n % 15}/2024",
                "Akhir Berlaku": f"{1 + n % 12}/{11 + n % 15}/2029",
            },
        )
        for n in range(1, GOOD + 1)
    ]
    damaged = lines[0] | {
        "No Izin": "503/801/2024",
        "No Permohonan": "801",
        "NIK": "6.10301E+15",
    }
    again = lines[1] | {"Nama Pemohon": "Sari Contoh 2 (salinan)"}
    return as_csv(path / "sicantik-2024.csv", [*lines, damaged, again], separator=";")


def wait_for(page: Page, words: str) -> None:
    """Look at the import until the worker is done; the page looks again by itself."""
    expect(page.locator(".lead")).to_have_text(words, timeout=PATIENCE)


def count(page: Page, label: str) -> int:
    tile = page.locator(".import-tiles li", has_text=label)
    return int(tile.locator("strong").inner_text()) if tile.count() else 0


def test_a_year_of_old_cases_is_imported_undone_and_redone(own_browsing, tmp_path, axe, fits):
    admin = own_browsing.page("/impor/", who="admin", width=1280)
    fits(admin)
    axe(admin)
    admin.set_input_files("[name=berkas]", year(tmp_path))
    admin.click("button:has-text('Kirim dan baca')")

    # What the columns mean: guessed; the order of the dates is what the file says.
    expect(admin.locator("h1")).to_have_text("Arti kolom")
    fits(admin)
    axe(admin)
    expect(admin.locator("tr", has_text="Tgl Pengajuan")).to_contain_text("bulan/hari/tahun")
    expect(admin.locator("[name=kolom-5]")).to_have_value("nik")
    expect(admin.locator("[name=kata-layanan-0]")).to_have_value("sip-perawat")
    admin.click("button:has-text('Simpan dan periksa semua baris')")

    # The dry run: what would come in, what is bad, what is twice.
    wait_for(admin, "Sudah diperiksa, belum diimpor")
    fits(admin)
    axe(admin)
    assert (count(admin, "baru"), count(admin, "diperbaiki"), count(admin, "sudah ada")) == (
        GOOD, 1, 1,
    )  # fmt: skip
    expect(admin.locator(".twin")).to_contain_text("503/002/SIP-PR/DPMPTSP/2025")

    # The bad row is repaired where it stands.
    admin.click("a:has-text('Perbaiki di sini')")
    fits(admin)
    admin.click("button:has-text('Perbaiki')")
    axe(admin)
    admin.fill("[name=sel-5]", nik(77))
    admin.click("button:has-text('Simpan dan periksa')")
    expect(admin.locator(".messages")).to_contain_text("baru, akan diimpor")
    admin.locator("main a", has_text="sicantik-2024.csv").first.click()

    admin.click("button:has-text('Impor 37 baris')")
    wait_for(admin, "Sudah diimpor")
    assert count(admin, "sudah diimpor") == GOOD + 1

    # The book has them at their days, marked; the check knows them by their number alone.
    book = own_browsing.page("/buku/?dari=2024-01-01&sampai=2024-12-31", who="budi", width=1280)
    expect(book.locator("main")).to_contain_text("IMP-")
    expect(book.locator("main")).to_contain_text("impor")
    public = own_browsing.page("/cek/", width=360, script=False)
    public.fill("[name=nomor]", "503/001/SIP-PR/DPMPTSP/2025")
    public.locator("form", has=public.locator("[name=nomor]")).locator("button").click()
    expect(public.locator(".verdict")).to_contain_text("BERLAKU")
    expect(public.locator(".verdict")).to_contain_text("sebelum sistem ini dipakai")
    fits(public)

    take_back_and_import_again(admin, book, public)
    small = own_browsing.page(admin.url, who="admin", width=360)
    fits(small)
    axe(small)


def take_back_and_import_again(admin, book, public):
    """See the whole import leave every register, and come in anew under new numbers."""
    # Taken back: the book is empty of them, and the check knows nothing.
    admin.click("button:has-text('Batalkan impor ini')")
    wait_for(admin, "Impor dibatalkan")
    book.reload()
    expect(book.locator("main")).not_to_contain_text("IMP-")
    public.goto("/cek/?kode=&nomor=503/001/SIP-PR/DPMPTSP/2025")
    expect(public.locator(".verdict")).to_have_count(0)

    # And once more.
    admin.click("button:has-text('Siapkan impor ulang')")
    wait_for(admin, "Sudah diperiksa, belum diimpor")
    admin.click("button:has-text('Impor 37 baris')")
    wait_for(admin, "Sudah diimpor")
    book.reload()
    expect(book.locator("main")).to_contain_text(re.compile(r"IMP-\d{4}-0000(3[89]|[4-7]\d)"))


def test_the_answers_of_a_running_case_are_typed_on_its_page(
    own_browsing, tmp_path, axe, fits, shot
):
    runs = {"No Izin": "", "Tgl Selesai": "", "Akhir Berlaku": "", "Tgl Pengajuan": "20/10/2026"}
    lines = [sicantik_line(90, Status="Verifikasi Berkas", **runs)]
    admin = own_browsing.page("/impor/", who="admin", width=1280)
    admin.set_input_files("[name=berkas]", as_csv(tmp_path / "berjalan.csv", lines, separator=";"))
    admin.click("button:has-text('Kirim dan baca')")
    admin.click("button:has-text('Simpan dan periksa semua baris')")
    wait_for(admin, "Sudah diperiksa, belum diimpor")
    admin.click("button:has-text('Impor 1 baris')")
    wait_for(admin, "Sudah diimpor")

    # At the counter, on a narrow screen.
    budi = own_browsing.page("/berkas/?keadaan=submitted", who="budi", width=360)
    budi.locator("tr", has_text="IMP-").locator("a").first.click()
    budi.click("a:has-text('Ketik jawaban formulir') >> nth=0")
    fits(budi)
    axe(budi)
    shot(budi, "impor-ketik-jawaban")
    assert nik(90) not in budi.content()
    budi.fill("[name=str_number]", "STR-0000-9999")
    budi.fill("[name=str_date]", "2024-03-01")
    budi.check("[name=not_practised][value=no]")
    budi.check("[name=practice_kind][value=own]")
    budi.check("[name=permit_order][value='1']")
    budi.fill("[name=place_name]", "Praktik Mandiri Contoh")
    budi.fill("[name=place_address]", "Jalan Merdeka 12, Meliau")
    budi.fill("[name=schedule-0-hours]", "16.00-20.00")
    budi.select_option("[name=schedule-0-day]", "mon")
    budi.check("[name=ketik-source][value=paper]")
    budi.click("button:has-text('Simpan jawaban')")

    # A place of one's own is asked for on the map, and the region was left out: all that was typed is still there.
    expect(budi.locator("main")).to_contain_text("memunculkan pertanyaan baru")
    expect(budi.locator("[name=place_name]")).to_have_value("Praktik Mandiri Contoh")
    fits(budi)
    axe(budi)
    shot(budi, "impor-ketik-jawaban-lagi")
