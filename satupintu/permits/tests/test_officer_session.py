"""An officer's session, or an applicant's, ends in the middle of a form: what was typed waits for the same person."""

import re

import pytest
from django.test import Client

from satupintu.people import held
from satupintu.people.models import HeldPost
from satupintu.permits.pages.officer.paths import SLUGS
from satupintu.permits.tests.officer_cases import make_world

pytestmark = pytest.mark.django_db

BACKEND = "satupintu.people.backends.PasswordBackend"
TYPED = "Ruang praktik belum punya wastafel, mohon dilengkapi."


@pytest.fixture
def world():
    return make_world()


def enter(world, name: str) -> Client:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(world.user(name), backend=BACKEND)
    return browser


def hidden(page) -> dict[str, str]:
    """Return the hidden fields of the page's own form, as a browser posts them."""
    main = page.content.decode().partition("<main")[2]
    form = main.partition('<form method="post"')[2].partition("</form>")[0]
    return dict(re.findall(r'<input type="hidden" name="([^"]+)"[^>]*? value="([^"]*)"', form))


def sign_in_again(browser, world, name: str) -> None:
    """Begin a new session, with the new CSRF token that signing in brings."""
    browser.force_login(world.user(name), backend=BACKEND)
    del browser.cookies["csrftoken"]
    browser.get("/akun/")


def return_page(world, case) -> str:
    return f"/berkas/{case.number}/{SLUGS['comment']}/"


@pytest.fixture
def case(world):
    return world.apply()


@pytest.fixture
def budi(world):
    return enter(world, "budi")


def post_after_the_session_ended(browser, address) -> object:
    fields = hidden(browser.get(address))
    del browser.cookies["sesi"]
    return browser.post(address, {**fields, "reason": TYPED})


def test_what_an_officer_typed_waits_and_comes_back_in_the_form(world, case, budi):
    address = return_page(world, case)

    answer = post_after_the_session_ended(budi, address)

    waiting = HeldPost.objects.get()
    assert waiting.user == world.user("budi")
    back = f"{SLUGS['comment']}%2F%3Ftertahan%3D{waiting.pk}"
    assert answer["Location"] == f"/masuk/petugas/?next=%2Fberkas%2F{case.number}%2F{back}"
    budi.force_login(world.user("budi"), backend=BACKEND)
    page = budi.get(f"{address}?tertahan={waiting.pk}")
    assert page.status_code == 200
    assert TYPED in page.content.decode()
    assert "sebelum sesi berakhir" in page.content.decode()
    assert HeldPost.objects.exists()  # looking changes nothing

    sent = budi.post(f"{address}?tertahan={waiting.pk}", {**hidden(page), "reason": TYPED})

    assert sent["Location"] == f"/berkas/{case.number}/"
    assert not HeldPost.objects.exists()
    assert world.fresh(case).version == case.version + 1


def test_a_page_opened_before_signing_in_again_is_kept_and_shown(world, case, budi):
    address = return_page(world, case)
    fields = hidden(budi.get(address))
    sign_in_again(budi, world, "budi")

    answer = budi.post(address, {**fields, "reason": TYPED})

    assert answer["Location"] == f"{address}?tertahan={HeldPost.objects.get().pk}"
    assert TYPED in budi.get(answer["Location"]).content.decode()
    assert world.fresh(case).version == case.version


@pytest.mark.parametrize("new_token", [True, False])
def test_the_next_officer_at_the_counter_never_sees_it(world, case, budi, new_token):
    address = return_page(world, case)
    fields = hidden(budi.get(address))
    if new_token:
        sign_in_again(budi, world, "ratna")
    else:
        budi.force_login(world.user("ratna"), backend=BACKEND)

    answer = budi.post(address, {**fields, "reason": TYPED})

    assert answer.status_code == 403
    assert TYPED not in answer.content.decode()
    waiting = HeldPost.objects.get()
    assert waiting.user == world.user("budi")
    assert TYPED not in budi.get(f"{address}?tertahan={waiting.pk}").content.decode()
    assert budi.get(f"/akun/tertahan/{waiting.pk}/").status_code == 404
    assert world.fresh(case).version == case.version


def test_without_the_mark_of_the_page_nothing_is_kept_and_nothing_is_said_to_be(world, case, budi):
    address = return_page(world, case)
    fields = hidden(budi.get(address)) | {held.MARK: "x:y:z"}
    del budi.cookies["sesi"]

    answer = budi.post(address, {**fields, "reason": TYPED})

    assert answer.status_code == 403
    assert "Belum tersimpan" in answer.content.decode()
    assert TYPED in answer.content.decode()  # to copy
    assert not HeldPost.objects.exists()


def test_too_many_posts_are_told_the_truth(world, case, budi, monkeypatch):
    monkeypatch.setattr(held, "HELD_AN_HOUR", 1)
    address = return_page(world, case)
    fields = hidden(budi.get(address))
    del budi.cookies["sesi"]

    first = budi.post(address, {**fields, "reason": TYPED})
    second = budi.post(address, {**fields, "reason": "Yang kedua, lebih panjang."})

    assert (first.status_code, second.status_code) == (302, 403)
    assert "Yang kedua, lebih panjang." in second.content.decode()
    assert HeldPost.objects.count() == 1


def test_a_passphrase_and_a_file_are_never_kept_and_the_file_is_named(world, case, budi):
    from satupintu.permits.tests.applicant_office import pdf

    address = return_page(world, case)
    fields = hidden(budi.get(address))
    del budi.cookies["sesi"]

    budi.post(address, {**fields, "reason": TYPED, "secret": "demo", "scan": pdf("pindai.pdf")})

    waiting = HeldPost.objects.get()
    assert waiting.fields["reason"] == [TYPED]
    assert "secret" not in waiting.fields
    assert waiting.files == ["pindai.pdf"]
    budi.force_login(world.user("budi"), backend=BACKEND)
    page = budi.get(f"{address}?tertahan={waiting.pk}").content.decode()
    assert "Pilih lagi berkasnya: pindai.pdf." in page


def test_a_form_that_does_not_show_it_itself_has_a_page_that_does(world, case):
    sari = enter(world, "sari")
    fields = hidden(sari.get("/akun/"))
    del sari.cookies["sesi"]
    answer = sari.post("/akun/kuasa/baru/", {**fields, "name": "Klinik Harapan Bunda Meliau"})
    waiting = HeldPost.objects.get()
    assert answer["Location"] == f"/masuk/?next=%2Fakun%2Ftertahan%2F{waiting.pk}%2F"

    sari.force_login(world.user("sari"), backend=BACKEND)
    page = sari.get(f"/akun/tertahan/{waiting.pk}/").content.decode()

    assert "Klinik Harapan Bunda Meliau</textarea>" in page
    assert 'action="/akun/kuasa/baru/"' in page
    assert str(waiting.pk) in sari.get("/akun/tertahan/").content.decode()


def test_it_is_thrown_away_by_its_owner_and_by_time(world, case, budi):
    from datetime import timedelta

    from satupintu.lib import clock
    from satupintu.people.services import forget_old_held

    post_after_the_session_ended(budi, return_page(world, case))
    post_after_the_session_ended(enter(world, "ratna"), return_page(world, case))
    mine = HeldPost.objects.get(user=world.user("budi"))
    budi.force_login(world.user("budi"), backend=BACKEND)
    fields = hidden(budi.get(f"/akun/tertahan/{mine.pk}/"))

    budi.post(f"/akun/tertahan/{mine.pk}/buang/", fields)

    assert [one.user.username for one in HeldPost.objects.all()] == ["ratna"]
    assert forget_old_held(at=clock.now() + timedelta(days=13)) == 0
    assert forget_old_held(at=clock.now() + timedelta(days=15)) == 1


def test_a_reason_to_withdraw_waits_too(world, case):
    sari = enter(world, "sari")
    address = f"/permohonan/{case.number}/tarik/"
    fields = hidden(sari.get(address))
    del sari.cookies["sesi"]

    answer = sari.post(address, {**fields, "alasan": "Pindah kota bulan depan."})

    assert answer["Location"].startswith("/masuk/?next=%2Fpermohonan%2F")
    sari.force_login(world.user("sari"), backend=BACKEND)
    back = f"{address}?tertahan={HeldPost.objects.get().pk}"
    assert "Pindah kota bulan depan.</textarea>" in sari.get(back).content.decode()


def test_what_waits_is_unreadable_in_the_database(world, case, budi):
    from django.db import connection

    post_after_the_session_ended(budi, return_page(world, case))

    with connection.cursor() as cursor:
        cursor.execute("SELECT fields, files FROM people_heldpost")
        assert "wastafel" not in str(cursor.fetchall())
