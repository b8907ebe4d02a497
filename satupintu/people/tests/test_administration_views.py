from datetime import date

import pytest

from satupintu.people import services
from satupintu.people.models import Delegation, Disclosure, RoleAssignment, Unit, User
from satupintu.people.queries import actor_of
from satupintu.people.rules import Role
from satupintu.people.tests.factories import (
    AT,
    PASSWORD,
    make_delegation,
    make_officer,
    make_person,
    make_unit,
)

pytestmark = pytest.mark.django_db
ADMIN_PAGES = [
    "/pengaturan/petugas/", "/pengaturan/petugas/baru/", "/pengaturan/petugas/{id}/",
    "/pengaturan/petugas/{id}/ubah/", "/pengaturan/perangkat-daerah/",
    "/pengaturan/perangkat-daerah/baru/",
]  # fmt: skip


@pytest.fixture
def admin(client):
    user = make_officer("admin", Role.SERVICE_ADMIN, name="Yuni")
    client.force_login(user)
    return user


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("page", ADMIN_PAGES)
def test_page_opens_for_the_administrator(client, admin, page, language):
    client.cookies["bahasa"] = language
    make_delegation(admin)

    assert client.get(page.format(id=admin.pk)).status_code == 200


@pytest.mark.parametrize(
    "role", sorted(set(Role) - {Role.SERVICE_ADMIN, Role.APPLICANT, Role.SYSTEM})
)
def test_other_officers_may_not_manage_staff(client, role):
    client.force_login(make_officer("budi", role))

    assert client.get("/pengaturan/petugas/").status_code == 403
    assert client.post("/pengaturan/petugas/baru/", {"username": "x"}).status_code == 403
    assert User.objects.count() == 1


def test_list_of_officers_costs_the_same_for_three_and_thirty(
    client, admin, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for upto in (3, 30):
        for number in range(User.objects.count(), upto):
            make_officer(f"petugas-{number}", Role.VERIFIER)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get("/pengaturan/petugas/")
        counts.append(len(asked))

    assert counts[0] == counts[1]
    assert counts[0] <= 10


def test_officer_is_made_and_given_a_role(client, admin):
    made = client.post(
        "/pengaturan/petugas/baru/",
        {"username": "Budi", "name": "Budi Santoso", "password": PASSWORD},
    )
    budi = User.objects.get(username="budi")
    assert made.url == f"/pengaturan/petugas/{budi.pk}/"

    client.post(
        f"/pengaturan/petugas/{budi.pk}/peran/",
        {"role-role": "front_office", "role-unit": make_unit().pk, "role-valid_from": "2026-11-23"},
    )

    held = RoleAssignment.objects.get(user=budi)
    assert (held.role, held.valid_from, held.valid_until) == (
        "front_office",
        date(2026, 11, 23),
        None,
    )


def test_taken_user_name_is_refused(client, admin):
    make_officer("budi")

    answer = client.post(
        "/pengaturan/petugas/baru/", {"username": "budi", "name": "Lain", "password": PASSWORD}
    )

    assert "sudah dipakai" in answer.content.decode()
    assert User.objects.filter(username="budi").count() == 1


@pytest.mark.parametrize("until", ["2026-11-23", "2026-11-01"])
def test_role_that_ends_before_it_starts_is_refused(client, admin, until):
    budi = make_officer("budi")

    answer = client.post(
        f"/pengaturan/petugas/{budi.pk}/peran/",
        {"role-role": "verifier", "role-unit": make_unit().pk,
         "role-valid_from": "2026-11-23", "role-valid_until": until},
    )  # fmt: skip

    assert "setelah tanggal mulai" in answer.content.decode()
    assert not RoleAssignment.objects.filter(user=budi).exists()


def test_applicant_role_cannot_be_given_to_an_officer(client, admin):
    budi = make_officer("budi")

    client.post(
        f"/pengaturan/petugas/{budi.pk}/peran/",
        {"role-role": "system", "role-unit": make_unit().pk, "role-valid_from": "2026-11-23"},
    )

    assert not RoleAssignment.objects.filter(user=budi).exists()


def test_ended_role_is_gone_today_and_stays_on_record(client, admin):
    budi = make_officer("budi", Role.FRONT_OFFICE)
    held = RoleAssignment.objects.get(user=budi)

    client.post(f"/pengaturan/petugas/{budi.pk}/peran/{held.pk}/akhiri/")

    held.refresh_from_db()
    assert held.valid_until is not None
    client.force_login(budi)
    assert client.get("/loket/kode/").status_code == 403


def test_acting_head_without_last_day_is_refused(client, admin):
    surya = make_officer("surya", Role.HEAD)
    form = {
        "signing-decree_number": "800/1", "signing-decree_date": "2026-11-01",
        "signing-signing": "Plh.", "signing-title": "Kepala",
        "signing-services": "sip-bidan, reklame",
        "signing-valid_from": "2026-11-23",
    }  # fmt: skip

    client.post(f"/pengaturan/petugas/{surya.pk}/delegasi/", form)
    assert Delegation.objects.count() == 0
    client.post(
        f"/pengaturan/petugas/{surya.pk}/delegasi/", {**form, "signing-valid_until": "2026-12-01"}
    )

    given = Delegation.objects.get()
    assert (given.signing, given.services) == ("Plh.", ["sip-bidan", "reklame"])
    client.post(f"/pengaturan/petugas/{surya.pk}/delegasi/{given.pk}/cabut/")
    assert Delegation.objects.get().revoked_at is not None


def test_switched_off_officer_is_out_at_once_but_never_oneself(client, admin):
    budi = make_officer("budi", Role.FRONT_OFFICE)

    client.post(f"/pengaturan/petugas/{budi.pk}/aktif/", {"active": "0"})
    client.post(f"/pengaturan/petugas/{admin.pk}/aktif/", {"active": "0"})

    assert not User.objects.get(pk=budi.pk).is_active
    assert User.objects.get(pk=admin.pk).is_active


def test_unit_is_added_and_its_code_is_unique(client, admin):
    form = {"code": "dinkes", "name": "Dinas Kesehatan", "kind": "health", "active": "on"}

    client.post("/pengaturan/perangkat-daerah/baru/", form)
    answer = client.post("/pengaturan/perangkat-daerah/baru/", form)

    assert "sudah dipakai" in answer.content.decode()
    assert Unit.objects.filter(code="dinkes").count() == 1


def test_units_are_shown_by_what_they_are_and_a_kind_of_an_office_s_own_is_kept(client, admin):
    Unit.objects.create(code="dinkes", name="Dinkes", kind="health")
    own = Unit.objects.create(code="dinsos", name="Dinsos", kind="social")
    listed = client.get("/pengaturan/perangkat-daerah/").content.decode()
    assert "Dinas Kesehatan" in listed
    assert ">health<" not in listed
    assert ">social<" in listed

    form = {"code": "dinsos", "name": "Dinas Sosial", "kind": "social", "active": "on"}
    client.post(f"/pengaturan/perangkat-daerah/{own.pk}/", form)
    assert Unit.objects.get(pk=own.pk).name == "Dinas Sosial"
    answer = client.post(
        "/pengaturan/perangkat-daerah/baru/", form | {"code": "baru", "kind": "nothing like it"}
    )
    assert answer.status_code == 200
    assert not Unit.objects.filter(code="baru").exists()


def test_unknown_officer_is_not_found(client, admin):
    assert client.get("/pengaturan/petugas/99999/").status_code == 404


# --- Counter --------------------------------------------------------------------------------
def test_front_office_reads_out_a_code_once(client):
    client.force_login(make_officer("budi", Role.FRONT_OFFICE))

    page = client.post(
        "/loket/kode/", {"address": "081200005678", "how": "counter"}
    ).content.decode()

    assert 'class="code">' in page
    assert "+6281200005678" not in page.split("promise")[1].split("</div>")[0]
    assert 'class="code">' not in client.get("/loket/kode/").content.decode()


@pytest.mark.parametrize("role", [Role.VERIFIER, Role.SERVICE_ADMIN, Role.AUDITOR, Role.LEADER])
def test_other_roles_give_no_codes(client, role):
    client.force_login(make_officer("budi", role))

    assert client.post("/loket/kode/", {"address": "0812"}).status_code == 403


# --- Showing masked data ---------------------------------------------------------------------
def make_token(officer, party, field="identity"):
    return services.disclosure_token(
        user_id=officer.pk, party_id=party.pk, field=field, subject="case 1"
    )


@pytest.fixture
def party():
    return services.create_party(
        name="Joko",
        identity_kind="nik",
        identity="6103010708889999",
        by=actor_of(make_person(), AT),
        at=AT,
    )


def test_masked_value_is_shown_and_the_look_is_recorded(client, party):
    budi = make_officer("budi", Role.FRONT_OFFICE)
    client.force_login(budi)

    answer = client.post("/data/tampilkan/", {"token": make_token(budi, party)})

    assert "6103010708889999" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    look = Disclosure.objects.get()
    assert (look.user_id, look.party_id, look.subject) == (budi.pk, party.pk, "case 1 identity")


@pytest.mark.parametrize("kind", ["other officer", "altered", "none"])
def test_token_of_somebody_else_shows_nothing(client, party, kind):
    budi, ratna = make_officer("budi", Role.FRONT_OFFICE), make_officer("ratna", Role.VERIFIER)
    client.force_login(budi)
    token = {
        "other officer": make_token(ratna, party),
        "altered": make_token(budi, party) + "x",
        "none": "",
    }

    answer = client.post("/data/tampilkan/", {"token": token[kind]})

    assert answer.status_code == 410
    assert "6103010708889999" not in answer.content.decode()
    assert Disclosure.objects.count() == 0


def test_applicants_are_shown_nothing(client, party):
    sari = User.objects.get(email="sari@contoh.id")
    client.force_login(sari)

    assert client.post("/data/tampilkan/", {"token": make_token(sari, party)}).status_code == 403
    assert Disclosure.objects.count() == 0
