"""
Supervision, on a running office: a condition that was not fulfilled, a warning, a suspension, and its end.

Rudi reports a condition of his permit from his telephone, without a script. The verifier finds it unfulfilled and drafts
a warning by one click; the head gives it, and Rudi objects to it. Then the permit is suspended, everybody who checks it
reads so, and it is lifted.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Browsing
from tests.browser.test_story import paper

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SIGN = "Pasang stiker trayek"


@pytest.fixture
def browsing(chromium, own_office):
    found = Browsing(chromium, own_office.url)
    yield found
    found.close()


def give(darius: Page, address: str, name: str) -> None:
    """Let the head give what was proposed; the secret is asked once a signing session."""
    darius.goto(address)
    darius.locator(".action-bar").get_by_role("link", name=name, exact=True).click()
    expect(darius.locator("main form .form-end button").first).to_be_visible()
    if darius.locator("[name=secret]").count():
        darius.fill("[name=secret]", "demo")
    darius.locator("main form .form-end button").first.click()


def test_from_a_condition_to_a_suspension_and_back(  # noqa: PLR0915 - one story
    browsing: Browsing, axe, fits, shot
):
    rudi = browsing.page("/permohonan/", who="rudi", script=False, width=360)
    rudi.locator("a[href*='/pengawasan/saya/']").first.click()
    expect(rudi.locator("main")).to_contain_text(SIGN)
    fits(rudi)
    shot(rudi, "pengawasan-1-pemegang")
    rudi.get_by_role("link", name=re.compile("Laporkan sudah dipenuhi")).first.click()
    rudi.get_by_role("button", name="Laporkan sudah dipenuhi").click()
    expect(rudi.get_by_role("alert")).to_contain_text("lampirkan buktinya")
    fits(rudi)
    shot(rudi, "pengawasan-2-lapor")
    rudi.fill("[name=note]", "Stiker sudah saya pasang.")
    rudi.set_input_files("#bukti", [paper("Foto stiker")])
    rudi.get_by_role("button", name="Laporkan sudah dipenuhi").click()
    expect(rudi.locator("main")).to_contain_text("Dilaporkan, menunggu pemeriksaan")

    # The verifier looks, finds it unfulfilled, and drafts the warning by one click.
    ratna = browsing.page("/pengawasan/syarat/?hanya=dilaporkan", who="ratna", width=1280)
    axe(ratna)
    shot(ratna, "pengawasan-3-syarat")
    ratna.locator("main tbody a").first.click()
    expect(ratna.locator("main")).to_contain_text("Stiker sudah saya pasang.")
    axe(ratna)
    ratna.get_by_label("Tidak dipenuhi").check()
    ratna.fill("[name=reason]", "Stiker tidak ada pada kendaraan.")
    ratna.get_by_role("button", name="Simpan hasil").click()
    ratna.get_by_role("link", name="Siapkan peringatan").click()
    expect(ratna.locator("[name=remedy]")).to_have_value(re.compile(SIGN))
    axe(ratna)
    shot(ratna, "pengawasan-4-usul")
    ratna.get_by_role("button", name="Ajukan kepada kepala").click()
    expect(ratna.locator("main")).to_contain_text("Usul sanksi menunggu keputusan")
    address = ratna.url
    fits(ratna)

    darius = browsing.page("/tugas/", who="darius", width=1280)
    expect(darius.locator("main")).to_contain_text("Putuskan usul sanksi")
    give(darius, address, "Peringatan tertulis")
    expect(darius.locator("main")).to_contain_text("Diberi peringatan")
    axe(darius)
    shot(darius, "pengawasan-5-peringatan")

    # Rudi does not accept it: the way to object stands beside the warning, at home and at the counter.
    rudi.goto("/permohonan/")
    rudi.locator("a[href*='/pengawasan/saya/']").first.click()
    expect(rudi.locator("main")).to_contain_text("Tidak menerima Peringatan tertulis")
    budi = browsing.page("/loket/keberatan/", who="budi", width=1280)
    supervision = re.search(r"PGW-\d{4}-\d{5}", rudi.inner_text("main"))
    assert supervision
    budi.fill("[name=nomor]", supervision.group())
    budi.locator("main form button").first.click()
    expect(budi.locator("main")).to_contain_text("Peringatan tertulis")
    axe(budi)
    fits(budi)
    shot(budi, "pengawasan-6-loket-keberatan")
    rudi.get_by_role("link", name="Ajukan keberatan").first.click()
    expect(rudi.locator("main")).to_contain_text("Peringatan tertulis")
    fits(rudi)
    shot(rudi, "pengawasan-6-keberatan")
    rudi.fill("[name=grounds]", "Stiker terpasang di kaca belakang.")
    rudi.get_by_role("button", name="Kirim keberatan").click()
    objection = re.search(r"KBR-\d{4}-\d{5}", rudi.inner_text("main"))
    assert objection
    ratna.goto(address)
    expect(ratna.locator("main")).to_contain_text(objection.group())

    # Directly suspended, with the law that allows it; whoever checks the permit reads so.
    ratna.goto(address)
    ratna.locator(".action-bar").get_by_role("link", name="Usulkan sanksi").click()
    ratna.get_by_label("Pembekuan izin").check()
    ratna.fill("[name=grounds]", "Kendaraan beroperasi di luar trayek.")
    ratna.get_by_role("button", name="Ajukan kepada kepala").click()
    expect(ratna.get_by_role("alert")).to_contain_text("masih memberi waktu sampai")
    expect(ratna.locator("[name=grounds]")).to_have_value("Kendaraan beroperasi di luar trayek.")
    ratna.fill("[name=law]", "Perda Contoh 1/2026 Pasal 9")
    ratna.get_by_role("button", name="Ajukan kepada kepala").click()
    give(darius, address, "Pembekuan izin")
    expect(darius.locator("main")).to_contain_text("Izin dibekukan")
    rudi.goto("/permohonan/")
    expect(rudi.locator("main")).to_contain_text("DIBEKUKAN")
    rudi.locator("a[href*='/pengawasan/saya/']").first.click()
    letter = rudi.get_by_role("link", name=re.compile("Surat")).first
    answer = rudi.context.request.get(str(letter.get_attribute("href")))
    assert answer.headers["content-type"] == "application/pdf"
    fits(rudi)
    shot(rudi, "pengawasan-6-dibekukan")
    stranger = browsing.page("/register/", width=360)
    stranger.locator("tr", has_text="Sedang dibekukan").locator("a").first.click()
    expect(stranger.locator("h1")).to_contain_text("DIBEKUKAN")
    axe(stranger)
    shot(stranger, "pengawasan-7-cek")

    ratna.goto(address)
    ratna.locator(".action-bar").get_by_role("link", name="Usulkan sanksi").click()
    expect(ratna.get_by_label("Pengakhiran pembekuan")).to_be_checked()
    ratna.fill("[name=grounds]", "Sudah diperbaiki.")
    ratna.get_by_role("button", name="Ajukan kepada kepala").click()
    give(darius, address, "Pengakhiran pembekuan")
    rudi.goto("/permohonan/")
    expect(rudi.locator("main")).not_to_contain_text("DIBEKUKAN")

    # Where a permit is prepared, its conditions are set.
    ratna.goto("/berkas/?keadaan=ready")
    ratna.locator("main tbody a").first.click()
    ratna.get_by_role("link", name="Lihat atau atur syarat").click()
    axe(ratna)
    fits(ratna)
    shot(ratna, "pengawasan-8-syarat-izin")
