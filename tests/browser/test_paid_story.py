"""
A permit that costs something, on a running office: from the application to the permit, paid at the demo bank.

The applicant sits on a 360 px phone without JavaScript. The bank is the simulator: another server, which tells the
office over HTTP what was paid.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_story import (
    SECRET,
    act,
    at_case,
    fill_applicant,
    go_on,
    number_of,
    paper,
    state_of,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def apply_for_a_house(page: Page) -> str:
    """Fill the pages of `pbg-kantor`, send, and return the registration number."""
    page.goto("/ajukan/pbg-kantor/")
    for choice in page.get_by_label(re.compile("^Sari Lestari")).all():
        choice.check()
    page.get_by_role("button", name="Mulai mengisi").click()
    fill_applicant(page)
    go_on(page)
    page.get_by_label("Hunian 100 m² atau lebih").check()
    for label in (
        "Bangunan baru",
        "1 lantai",
        "Sederhana",
        "Permanen",
        "Perorangan atau badan usaha",
    ):
        page.get_by_label(label, exact=True).check()
    page.fill("[name=area_m2]", "120")
    go_on(page)
    page.get_by_label("Sertipikat").check()
    page.fill("[name=place_address]", "Jalan Kartini 14")
    page.fill("[name=place_region-q]", "Beringin")
    page.locator("[data-picker=wilayah]").get_by_role("button", name="Cari").click()
    page.locator("[name=place_region]").first.check()
    page.locator("[name^=place_point]").first.fill("0.12, 110.6")
    go_on(page)
    for key, file in (
        ("ktp", paper("KTP", "JPEG")),
        ("land", paper("Sertipikat")),
        ("drawings", paper("Gambar")),
    ):
        if page.locator(f"#berkas-{key}").is_visible():
            page.set_input_files(f"#berkas-{key}", [file])
    go_on(page)
    page.get_by_role("button", name="Kirim permohonan").click()
    expect(page.locator("h1")).to_contain_text("Permohonan diterima")
    return number_of(page)


def test_from_application_over_the_bank_to_the_permit(own_office, own_browsing, *, shot, fits):
    phone = own_browsing.page("/permohonan/", who="sari", width=360, script=False)
    number = apply_for_a_house(phone)

    act(at_case(own_browsing, "budi", number), "Nyatakan lengkap")
    act(at_case(own_browsing, "hendra", number), "Rekomendasikan", number="600/7", reason="Layak.")
    ratna = at_case(own_browsing, "ratna", number)
    expect(ratna.locator(".action-bar")).not_to_contain_text("Ajukan untuk disetujui")
    act(ratna, "Hitung retribusi")
    darius = at_case(own_browsing, "darius", number)
    act(darius, "Tetapkan retribusi (SKRD)", secret=SECRET)
    assert "Menunggu pembayaran" in state_of(darius)
    shot(darius, "berbayar-1-ditetapkan")

    # She sees what it costs and why, and pays a part at the bank, then the rest.
    phone.goto(f"/permohonan/{number}/")
    expect(phone.locator("main")).to_contain_text("Rp673.200")
    phone.get_by_role("link", name="Bayar atau kirim bukti bayar").click()
    phone.get_by_role("button", name="Bayar lewat QRIS").click()
    expect(phone.locator("svg.qr")).to_be_visible()
    fits(phone)
    shot(phone, "berbayar-2-bayar")
    bank = phone.context.new_page()
    bank.goto(own_office.environment["SATUPINTU_PAYMENT_URL"])
    bank.fill("[name=amount] >> nth=0", "600000")
    bank.get_by_role("button", name="Bayar").first.click()
    expect(bank.locator("form").first).to_contain_text("Sudah dibayar Rp600000")
    phone.reload()
    expect(phone.locator("main")).to_contain_text("Rp73.200")
    phone.get_by_role("button", name="Bayar lewat Rekening virtual").click()
    bank.reload()
    bank.get_by_role("button", name="Bayar").first.click()
    expect(bank.locator("form").first).to_contain_text("Sudah dibayar Rp73200")
    phone.goto(f"/permohonan/{number}/")
    expect(phone.locator("main")).to_contain_text("Retribusi lunas")
    fits(phone)
    shot(phone, "berbayar-3-lunas")

    ratna.goto(f"/berkas/{number}/")
    act(ratna, "Ajukan untuk disetujui")
    act(at_case(own_browsing, "lina", number), "Paraf")
    darius.goto(f"/berkas/{number}/")
    act(darius, "Setujui")
    expect(darius.locator(".case-back .state")).to_contain_text("Izin terbit")

    budi = own_browsing.page("/retribusi/", who="budi", width=1280)
    expect(budi.locator("main")).to_contain_text(number)
    shot(budi, "berbayar-4-rekonsiliasi")
    audit = own_office.cli("audit")
    assert audit.returncode == 0, audit.stdout + audit.stderr
