"""A person on a phone without JavaScript: apply, keep the receipt, follow; every page looked at."""

from importlib import import_module

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from satupintu.lib import clock
from satupintu.permits.tests.officer_cases import make_world, sheet

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(live):
    return make_world(clock.now())


def sign_in(page, live, user):
    """Open the session of a user, as the sign-in page would."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "satupintu.people.backends.PasswordBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.save()
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": store.session_key, "url": live}]
    )


@pytest.fixture
def paper(tmp_path):
    path = tmp_path / "STR Sari.pdf"
    path.write_bytes(sheet("STR"))
    return path


STEPS = {
    "pemohon": lambda page: page.get_by_label("NIK").fill("6103015203949999"),
    "profesi": lambda page: (
        page.get_by_label("Nomor STR").fill("STR-0000-9999"),
        page.get_by_label("Tanggal STR terbit").fill("2024-03-01"),
        page.get_by_label("Tidak", exact=True).check(),
    ),
    "cara": lambda page: (
        page.get_by_label("Praktik mandiri").check(),
        page.get_by_label("Kesatu").check(),
    ),
}
NEXT = "Simpan dan lanjut"


@pytest.fixture
def look(shot, fits):
    """Assert that a page fits a phone, and keep its picture."""

    def check(page, name):
        fits(page)
        shot(page, f"ajukan-{name}")

    return check


def test_a_person_applies_on_a_phone_without_script(world, live, browser_page, look, paper):
    page = browser_page("/", width=360, script=False)
    sign_in(page, live, world.user("sari"))
    page.goto("/ajukan/sip-bidan/")
    look(page, "1-mulai")
    page.get_by_label("Baru", exact=True).check()
    page.get_by_role("button", name="Mulai mengisi").click()

    page.get_by_label("NIK").fill("6103")
    page.get_by_role("button", name=NEXT).click()
    look(page, "2-salah")
    for number, (name, answer) in enumerate(STEPS.items(), start=3):
        answer(page)
        look(page, f"{number}-{name}")
        page.get_by_role("button", name=NEXT).click()
    fill_place(page)
    look(page, "6-tempat")
    page.get_by_role("button", name=NEXT).click()
    page.locator("#berkas-str").set_input_files(str(paper))
    page.get_by_role("button", name=NEXT).click()
    look(page, "7-berkas")  # the statement is still missing, the file is kept
    page.locator("#nyatakan-place_statement").check()
    page.get_by_role("button", name=NEXT).click()
    look(page, "8-periksa")
    page.get_by_role("button", name="Kirim permohonan").click()

    look(page, "9-tanda-terima")
    page.get_by_role("link", name="Lacak permohonan ini").click()
    look(page, "10-lacak")
    page.get_by_role("link", name="Buka permohonan saya").click()
    look(page, "11-permohonan")


def fill_place(page):
    """Answer the page of the place; the village is found by a search that posts the form."""
    page.get_by_label("Nama tempat praktik").fill("Praktik Bidan Sari")
    page.get_by_label("Alamat tempat praktik").fill("Jalan Merdeka 12, Meliau")
    page.locator("[name=place_region-q]").fill("Beringin")
    page.get_by_role("button", name="Cari").click()
    page.locator("[name=place_region]").first.check()
    page.locator("[name=schedule-0-day]").select_option("mon")
    page.locator("[name=schedule-0-hours]").fill("16.00-20.00")


@pytest.fixture
def places(world):
    """Cases of Sari in several states, and the addresses of every page of hers."""
    returned = world.returned(world.apply())
    running = world.complete(world.apply(permit_order="2"))
    issued = world.issued(world.apply(permit_order="3"))
    code = issued.permit_case.application.tracking_code
    return {
        "daftar": "/permohonan/",
        "perbaiki": f"/permohonan/{returned.number}/perbaiki/",
        "dikembalikan": f"/permohonan/{returned.number}/",
        "berjalan": f"/permohonan/{running.number}/",
        "tarik": f"/permohonan/{running.number}/tarik/",
        "izin": f"/permohonan/{issued.number}/izin/",
        "lacak-terbit": f"/lacak/{code}/",
        "lacak": "/lacak/?kode=7K3F",
        "data": "/permohonan/data/",
        "kuasa": "/permohonan/kuasa/",
        "tanda-terima": f"/permohonan/{running.number}/tanda-terima/",
        "mulai": "/ajukan/reklame/",
    }


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_page_of_an_applicant_passes_axe_and_fits(  # noqa: PLR0917  fixtures
    world, live, browser_page, axe, look, places, language
):
    page = browser_page("/", width=360, language=language)
    sign_in(page, live, world.user("sari"))

    for name, path in places.items():
        page.goto(path)
        axe(page)
        look(page, f"saya-{name}-{language}")


def test_the_counters_page_passes_axe_and_fits(world, live, browser_page, axe, look):
    page = browser_page("/", width=1280)
    sign_in(page, live, world.user("budi"))
    page.goto("/loket/permohonan-baru/")
    page.get_by_label("NIK atau NIB lengkap").fill("6103015203949999")
    page.get_by_role("button", name="Cari").last.click()

    axe(page)
    look(page, "loket")


def test_with_script_answers_and_files_are_kept_at_once(world, live, browser_page, paper):
    page = browser_page("/", width=360)
    sign_in(page, live, world.user("sari"))
    page.goto("/ajukan/sip-bidan/")
    page.get_by_label("Baru", exact=True).check()
    page.get_by_role("button", name="Mulai mengisi").click()
    page.wait_for_load_state()  # the script listens from then on

    page.get_by_label("Nama lengkap sesuai KTP").fill("Sari L")
    page.locator(".saved.kept").wait_for()
    page.reload()
    assert page.get_by_label("Nama lengkap sesuai KTP").input_value() == "Sari L"

    page.goto(page.url.replace("/applicant/", "/berkas/"))
    page.wait_for_load_state()
    page.locator("#berkas-str").set_input_files(str(paper))
    page.get_by_text("Diterima: STR Sari.pdf").wait_for()
    page.reload()
    assert page.get_by_role("link", name="STR Sari.pdf").count() == 1


@pytest.mark.parametrize("script", [False, True], ids=["without a script", "with it"])
@pytest.mark.parametrize("width", [360, 1280])
def test_a_village_is_chosen_by_opening_its_kecamatan(
    *, world, live, browser_page, axe, look, script, width
):
    page = browser_page("/", width=width, script=script)
    sign_in(page, live, world.user("sari"))
    page.goto("/ajukan/penelitian/")
    page.get_by_label("Baru", exact=True).check()
    page.get_by_role("button", name="Mulai mengisi").click()
    page.goto(page.url.replace("/applicant/", "/research/"))
    page.wait_for_load_state()

    page.locator("[data-picker] summary").click()
    page.locator("[name=place_region-in]").select_option("Meliau")
    go = page.get_by_role("button", name="Tampilkan desa dan kelurahan")
    if script:
        assert not go.is_visible()
    else:
        go.click()
    page.get_by_label("Meliau Hilir", exact=True).check()

    look(page, f"kecamatan-{'skrip' if script else 'tanpa-skrip'}")
    if script:  # axe is a script itself
        axe(page)
    page.get_by_role("button", name=NEXT).click()
    assert page.get_by_role("radio", name="Meliau Hilir, Meliau, Kabupaten Sanggau").is_checked()
