"""A person on a phone without JavaScript: apply, keep the receipt, follow; every page looked at."""

import pytest

from satupintu.permits.tests.officer_cases import make_world, sheet

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(live):
    from satupintu.lib import clock

    return make_world(clock.now())


def sign_in(page, live, user):
    """Open the session of a user, as the sign-in page would."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from importlib import import_module

    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
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


def test_a_person_applies_on_a_phone_without_script(
    world, live, browser_page, axe, shot, fits, paper
):
    page = browser_page("/", width=360, script=False)
    sign_in(page, live, world.user("sari"))

    def look(name):
        fits(page)
        shot(page, f"ajukan-{name}")

    page.goto("/ajukan/sip-bidan/")
    look("1-mulai")
    page.get_by_label("Sari Lestari").check() if page.get_by_label("Sari Lestari").count() else None
    page.get_by_label("Baru", exact=True).check()
    page.get_by_role("button", name="Mulai mengisi").click()
    look("2-pemohon")
    assert page.get_by_label("NIK").input_value() == "6103015203949999"
    page.get_by_label("NIK").fill("6103")
    page.get_by_role("button", name="Simpan dan lanjut").click()
    look("3-salah")
    page.get_by_label("NIK").fill("6103015203949999")
    page.get_by_role("button", name="Simpan dan lanjut").click()
    page.get_by_label("Nomor STR").fill("STR-0000-9999")
    page.get_by_label("Tanggal STR terbit").fill("2024-03-01")
    page.get_by_label("Tidak", exact=True).check()
    look("4-profesi")
    page.get_by_role("button", name="Simpan dan lanjut").click()
    page.get_by_label("Praktik mandiri").check()
    page.get_by_label("Kesatu").check()
    page.get_by_role("button", name="Simpan dan lanjut").click()
    page.get_by_label("Nama tempat praktik").fill("Praktik Bidan Sari")
    page.get_by_label("Alamat tempat praktik").fill("Jalan Merdeka 12, Meliau")
    page.locator("[name=place_region-q]").fill("Beringin")
    page.get_by_role("button", name="Cari").click()
    look("5-tempat")
    page.locator("[name=place_region]").first.check()
    page.locator("[name=schedule-0-day]").select_option("mon")
    page.locator("[name=schedule-0-hours]").fill("16.00-20.00")
    page.get_by_role("button", name="Simpan dan lanjut").click()
    look("6-berkas")
    page.locator("#berkas-str").set_input_files(str(paper))
    page.get_by_role("button", name="Simpan dan lanjut").click()
    look("7-berkas-salah")
    page.locator("#nyatakan-place_statement").check()
    page.get_by_role("button", name="Simpan dan lanjut").click()
    look("8-periksa")
    page.get_by_role("button", name="Kirim permohonan").click()
    look("9-tanda-terima")
    page.get_by_role("link", name="Lacak permohonan ini").click()
    look("10-lacak")
    page.get_by_role("link", name="Buka permohonan saya").click()
    look("11-permohonan")
    page.goto("/permohonan/")
    look("12-daftar")
    for path, name in (("/permohonan/data/", "13-data"), ("/permohonan/kuasa/", "14-kuasa"), ("/lacak/", "15-lacak")):
        page.goto(path)
        look(name)
