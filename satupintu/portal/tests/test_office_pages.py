"""
Pages about the office: who may change what, two people for a closure, colours and regions for all.
"""

from datetime import UTC, date, datetime

import pytest

from satupintu.office import queries, services
from satupintu.office.models import Closure
from satupintu.people.models import RoleAssignment, Unit, User
from satupintu.people.rules import Role

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _office(settings):
    settings.STAFF_MFA_REQUIRED = False
    services.set_up_office("sanggau", at=AT, whole_country=False)


@pytest.fixture
def person(client, db):
    """Sign somebody in with a role and return the client."""
    from django.test import Client

    def sign_in(name, role):
        unit, _made = Unit.objects.get_or_create(
            code="dpmptsp", defaults={"name": "DPMPTSP", "kind": "office"}
        )
        user, _made = User.objects.get_or_create(username=name.lower(), defaults={"name": name})
        RoleAssignment.objects.get_or_create(
            user=user, unit=unit, role=role, defaults={"valid_from": date(2020, 1, 1)}
        )
        browser = Client()
        browser.force_login(user, backend="satupintu.people.backends.PasswordBackend")
        return browser

    return sign_in


PAGES = ["/pengaturan/kantor/", "/pengaturan/kalender/", "/pengaturan/nomor/"]


@pytest.mark.parametrize("page", [*PAGES, "/pengaturan/nomor/permit/", "/pengaturan/nomor/baru/"])
def test_settings_open_for_service_administrators_only(client, person, page):
    assert client.get(page).status_code == 302
    assert person("Rina", Role.SERVICE_ADMIN).get(page).status_code == 200
    assert person("Vera", Role.VERIFIER).get(page).status_code == 403


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("page", [*PAGES, "/pengaturan/nomor/permit/"])
def test_pages_carry_no_inline_style_or_script(person, page, language):
    browser = person("Rina", Role.SERVICE_ADMIN)
    browser.cookies["bahasa"] = language
    text = browser.get(page).content.decode()

    assert " style=" not in text
    assert "<style" not in text
    assert f'lang="{language}"' in text


def test_an_auditor_reads_and_changes_nothing(person):
    auditor = person("Audi", Role.AUDITOR)

    assert auditor.get("/pengaturan/kalender/").status_code == 200
    assert b"Usulkan penutupan" not in auditor.get("/pengaturan/kalender/").content
    assert auditor.post("/pengaturan/nomor/permit/awal/", {"next_seq": 9}).status_code == 403
    assert services.preview_number("permit", at=AT).split("/")[1] == "001"


def test_a_closure_needs_two_people(person):
    rina, joko = person("Rina", Role.SERVICE_ADMIN), person("Joko", Role.HEAD)
    form = {"date": "2026-12-02", "kind": "local", "name": "Banjir", "reason": "SE Bupati 12"}

    answer = rina.post("/pengaturan/kalender/usul/", form, follow=True)
    closure = Closure.objects.get(name="Banjir")
    confirm = f"/pengaturan/kalender/{closure.id}/konfirmasi/"
    own = rina.post(confirm, {"tahun": "2026"}, follow=True)

    assert "Menunggu konfirmasi orang lain" in answer.content.decode()
    assert "orang lain" in own.content.decode()
    assert queries.work_calendar().is_open_day(date(2026, 12, 2))
    assert "Penutupan berlaku" in joko.post(confirm, follow=True).content.decode()
    assert not queries.work_calendar().is_open_day(date(2026, 12, 2))


def test_a_refused_closure_keeps_what_was_typed(person):
    rina = person("Rina", Role.SERVICE_ADMIN)
    form = {"date": "2026-12-05", "kind": "local", "name": "Banjir bandang", "reason": "SE 12"}

    text = rina.post("/pengaturan/kalender/usul/", form).content.decode()

    assert "bukan hari buka kantor" in text
    assert "Banjir bandang" in text
    assert not Closure.objects.filter(name="Banjir bandang").exists()


def test_a_closure_is_removed_with_a_reason(person):
    rina = person("Rina", Role.SERVICE_ADMIN)
    closure = Closure.objects.get(date=date(2026, 12, 24))
    page = f"/pengaturan/kalender/{closure.id}/hapus/"

    assert "Cuti Bersama" in rina.get(page).content.decode()
    assert rina.post(page, {"reason": ""}).status_code == 200
    assert queries.find_closure(closure.id) is not None
    assert rina.post(page, {"reason": "SKB diubah"}).status_code == 302
    assert queries.find_closure(closure.id) is None
    assert rina.get(page).status_code == 404


@pytest.mark.parametrize("year", ["abad", "99999", "1", "", "२०२६"])
def test_a_senseless_year_shows_the_present_one(person, year):
    assert (
        person("Rina", Role.SERVICE_ADMIN).get(f"/pengaturan/kalender/?tahun={year}").status_code
        == 200
    )


def test_the_profile_is_saved_and_a_wrong_field_named(person):
    rina = person("Rina", Role.SERVICE_ADMIN)
    page = "/pengaturan/kantor/"
    form = rina.get(page).context["form"]
    typed = {
        field.name: field.value() if field.value() is not None else ""
        for field in form
        if field.name != "arms"
    }

    wrong = rina.post(page, {**typed, "whatsapp": "abc", "closes_0": "07:00"}).content.decode()
    saved = rina.post(
        page, {**typed, "whatsapp": "0811-0000-1777", "opens_5": "08:00", "closes_5": "12:00"}
    )

    assert "Nomor telepon hanya boleh berisi angka" in wrong
    assert "Jam tutup harus sesudah jam buka" in wrong
    assert saved.status_code == 302
    assert queries.profile().whatsapp == "+6281100001777"
    assert 5 in queries.profile().hours


def test_a_register_is_opened_changed_and_continued(person):
    rina = person("Rina", Role.SERVICE_ADMIN)
    form = {
        "code": "out",
        "name": "Surat",
        "pattern": "{seq}/S/{year}",
        "block_start": 1,
        "active": "on",
    }

    refused = rina.post("/pengaturan/nomor/baru/", {**form, "yearly": "on", "pattern": "{seq}/{x}"})
    opened = rina.post("/pengaturan/nomor/baru/", {**form, "yearly": "on"})
    started = rina.post("/pengaturan/nomor/out/awal/", {"next_seq": 418})
    again = rina.post("/pengaturan/nomor/baru/", {**form, "yearly": "on"})

    assert "tidak dikenal dalam pola nomor" in refused.content.decode()
    assert (opened.status_code, started.status_code) == (302, 302)
    assert "sudah dipakai register lain" in again.content.decode()
    assert services.preview_number("out", at=AT) == "418/S/2026"
    assert rina.get("/pengaturan/nomor/none/").status_code == 404


def test_a_register_shows_void_numbers_with_their_reason(person):
    taken = services.take_number("permit", at=AT, by_name="Rina")
    services.void_number(taken, reason="Permohonan ditarik", at=AT, by_name="Rina")

    text = (
        person("Rina", Role.SERVICE_ADMIN)
        .get("/pengaturan/nomor/permit/?tahun=2026")
        .content.decode()
    )

    assert taken.number in text
    assert "Batal: Permohonan ditarik" in text


def test_a_long_register_is_read_in_pages_with_the_same_number_of_queries(person):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    rina = person("Rina", Role.SERVICE_ADMIN)
    page = "/pengaturan/nomor/permit/?tahun=2026"
    counts = []
    for more in (3, 57):
        for _ in range(more):
            services.take_number("permit", at=AT)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            text = rina.get(page).content.decode()
        counts.append(len(seen))

    assert counts[0] == counts[1]
    assert "sebelum=11" in text
    assert "/010/" in rina.get(f"{page}&sebelum=11").content.decode()


def test_regions_open_level_by_level_without_a_script(client):
    assert "Kalimantan Barat" in client.get("/wilayah/").content.decode()
    district = client.get("/wilayah/?induk=61.03").content.decode()
    assert "Kapuas" in district
    assert "?induk=61.03.01" in district
    assert (
        "Beringin, Kapuas, Kabupaten Sanggau" in client.get("/wilayah/?q=beringin").content.decode()
    )
    assert client.get("/wilayah/?induk=99").status_code == 404
    assert "Tidak ada wilayah" in client.get("/wilayah/?q=zzzz").content.decode()


def test_a_script_gets_options_only(client, django_assert_num_queries):
    with django_assert_num_queries(1):
        answer = client.get("/wilayah/?induk=61.03&bentuk=pilihan")

    text = answer.content.decode()
    assert '<option value="61.03.01">Kapuas</option>' in text
    assert "<html" not in text


def test_colours_come_as_a_stylesheet_that_is_kept(client):
    version = queries.profile().version

    fresh, kept = client.get("/kantor.css"), client.get(f"/kantor.css?v={version}")

    assert fresh["Content-Type"].startswith("text/css")
    assert "--primary: #0b5d5e" in fresh.content.decode()
    assert "immutable" in kept["Cache-Control"]
    assert "immutable" not in fresh["Cache-Control"]
    assert client.get("/kantor/lambang/").status_code == 404
