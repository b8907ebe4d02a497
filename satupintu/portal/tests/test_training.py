"""The page that leads into the training office and makes it anew."""

import pytest
from django.test import Client

from satupintu.lib import clock
from satupintu.lib.training import Account, Copy, Place
from satupintu.permits.tests.officer_cases import MONDAY, make_world

BACKEND = "satupintu.people.backends.PasswordBackend"


@pytest.fixture
def world(db, monkeypatch, settings, tmp_path):
    settings.STAFF_MFA_REQUIRED = False
    settings.TRAINING_PORT, settings.TRAINING_URL = 8001, "http://localhost:8001"
    settings.HOME = tmp_path
    monkeypatch.setattr(clock, "now", lambda: MONDAY)
    return make_world()


def browser(world, key):
    client = Client()
    client.force_login(world.user(key), backend=BACKEND)
    return client


def test_officers_find_the_way_in_and_who_they_are_there(world, settings):
    copy = Copy(
        "g1",
        MONDAY.isoformat(),
        (Account("loket", "Andi Latihan", "Petugas loket"),),
        "latihan-1",
        "demo",
    )
    place = Place(settings.HOME)
    place.ask()
    place.put_in_use(copy)
    with place.making():
        place.tell("permohonan contoh 3")
        text = browser(world, "budi").get("/latihan/").content.decode()

    assert "http://localhost:8001/masuk/petugas/" in text
    assert "latihan-1" in text
    assert "Andi Latihan" in text
    assert "permohonan contoh 3" in text
    assert 'http-equiv="refresh"' in text
    assert "Atur ulang" not in text
    assert "/latihan/" in browser(world, "budi").get("/tugas/").content.decode()


def test_the_administrator_makes_it_anew_after_saying_so_and_twice_is_once(world, settings):
    admin, place = browser(world, "admin"), Place(settings.HOME)
    assert "Kantor latihan belum ada" in admin.get("/latihan/").content.decode()

    admin.post("/latihan/atur-ulang/")
    assert not place.is_asked_for()
    first = admin.post("/latihan/atur-ulang/", {"mengerti": "ya"}, follow=True)
    assert "sedang dibuat" in first.content.decode()
    assert place.is_asked_for()
    again = admin.post("/latihan/atur-ulang/", {"mengerti": "ya"}, follow=True)
    assert "sudah sedang dibuat" in again.content.decode()


def test_a_failure_is_told_and_the_old_copy_stays(world, settings):
    place = Place(settings.HOME)
    place.ask()
    with place.making():
        place.tell("no room", failed=True)

    text = browser(world, "admin").get("/latihan/").content.decode()

    assert "gagal dibuat" in text
    assert "no room" in text


def test_others_do_not_make_it_anew(world):
    assert (
        browser(world, "budi").post("/latihan/atur-ulang/", {"mengerti": "ya"}).status_code == 403
    )
    assert browser(world, "sari").get("/latihan/").status_code == 403


@pytest.mark.parametrize("change", [{"TRAINING_PORT": 0}, {"TRAINING": True}])
def test_without_a_training_office_there_is_no_page(world, settings, change):
    for key, value in change.items():
        setattr(settings, key, value)

    assert browser(world, "admin").get("/latihan/").status_code == 404
    assert 'href="/latihan/"' not in browser(world, "admin").get("/pengaturan/").content.decode()
