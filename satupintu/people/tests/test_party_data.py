"""An officer mends what is known of a person, with the card before them."""

import pytest

from satupintu.people import services
from satupintu.people.models import AccountEvent, Disclosure, Party, User
from satupintu.people.queries import actor_of, find_party
from satupintu.people.rules import Role
from satupintu.people.tests.factories import AT, TESTER, make_officer, make_person

pytestmark = pytest.mark.django_db
NIK = "6103015203949999"


@pytest.fixture
def sari():
    user = make_person()
    services.update_party(
        party=user.party,
        values={"identity": NIK, "identity_kind": "nik", "address": "Jalan Kartini 14"},
        by=actor_of(user, AT),
        at=AT,
    )
    return user


@pytest.fixture
def budi(client):
    officer = make_officer("budi", Role.FRONT_OFFICE)
    client.force_login(officer, backend="satupintu.people.backends.PasswordBackend")
    return client


def page_of(user):
    return f"/loket/orang/{user.party_id}/"


def given(**more):
    return {"name": "Sari Lestari", "identity": NIK, "address": "Jalan Kartini 14", **more}


def test_the_card_is_compared_and_who_looked_is_on_record(budi, sari):
    shown = budi.get(page_of(sari)).content.decode()
    assert "belum dicocokkan dengan kartunya" in shown
    looked = Disclosure.objects.filter(party=sari.party).values_list("subject", flat=True)
    assert set(looked) == {"party data identity", "party data address"}

    sent = budi.post(page_of(sari), given(seen="on"))

    assert sent["Location"] == f"/orang/{sari.party_id}/"
    assert find_party(identity=NIK) == sari.party
    event = AccountEvent.objects.get(event="identity_seen")
    assert event.by.username == "budi"
    assert "tercatat sudah dicocokkan sejak" in budi.get(page_of(sari)).content.decode()


def test_a_name_is_mended_for_the_login_too(budi, sari):
    budi.post(page_of(sari), given(name="Sari Lestari Dewi", birth_date="1994-03-12"))

    assert User.objects.get(pk=sari.pk).name == "Sari Lestari Dewi"
    assert find_party(identity=NIK) is None  # nothing was said of the card
    assert AccountEvent.objects.filter(event="party_changed", by__username="budi").exists()


def test_a_number_is_changed_only_with_the_card_in_view(budi, sari):
    refused = budi.post(page_of(sari), given(identity="6103014107909999"))
    assert refused.context["form"].errors["seen"]
    assert Party.objects.get(pk=sari.party_id).identity == NIK

    budi.post(page_of(sari), given(identity="6103014107909999", seen="on"))
    assert find_party(identity="6103014107909999") == sari.party


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"identity": ""}, "identity"),
        ({"identity": "6103"}, "identity"),
        ({"identity": "6103019907909999", "seen": "on"}, "identity"),
        ({"name": ""}, "name"),
        ({"birth_date": "2199-01-01"}, "birth_date"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_changes(budi, sari, wrong, field):
    answer = budi.post(page_of(sari), {**given(name="Lain"), **wrong})

    assert answer.context["form"].errors[field]
    assert Party.objects.get(pk=sari.party_id).name == "Sari Lestari"


def test_what_an_older_register_has_stays_as_it_is_while_the_address_is_mended(budi):
    party = services.create_party(
        name="Warung Contoh", identity_kind="nib", identity="9120000099991", by=TESTER, at=AT
    )
    typed = {"name": "Warung Contoh", "identity": "9120000099991", "address": "Jalan Baru 2"}
    assert budi.post(f"/loket/orang/{party.pk}/", typed).status_code == 302
    kept = Party.objects.get(pk=party.pk)
    assert (kept.address, kept.identity_kind) == ("Jalan Baru 2", "nib")
    assert kept.identity_seen_at == AT


def test_nothing_is_shown_by_an_empty_form_without_a_record(budi, sari):
    answer = budi.post(page_of(sari))
    assert NIK not in answer.content.decode()
    assert not Disclosure.objects.exists()


def test_an_organisation_has_a_nib_or_npwp_and_no_birthday(budi):
    party = services.create_party(name="CV Kapuas", is_organisation=True, by=TESTER, at=AT)
    page = f"/loket/orang/{party.pk}/"
    assert "Tanggal lahir" not in budi.get(page).content.decode()
    typed = {"name": "CV Kapuas", "identity": "9120 0000 9999 1", "seen": "on"}

    assert budi.post(page, typed).status_code == 302

    known = find_party(identity="9120000099991", is_organisation=True)
    assert (known, known.identity_kind) == (party, "nib")


def test_nobody_confirms_themselves(client):
    officer = make_officer("budi", Role.FRONT_OFFICE)
    officer.party = services.create_party(name="Budi", by=TESTER, at=AT)
    officer.save()
    client.force_login(officer, backend="satupintu.people.backends.PasswordBackend")

    assert client.get(page_of(officer)).status_code == 403
    assert client.post(page_of(officer), given(seen="on")).status_code == 403


def test_others_are_not_let_in_and_nobody_is_said_so(client, sari, budi):
    assert budi.get("/loket/orang/01a22513-065e-7df1-b03f-e1c3c38776ee/").status_code == 404
    head = make_officer("darius", Role.HEAD)
    client.force_login(head, backend="satupintu.people.backends.PasswordBackend")
    assert client.get(page_of(sari)).status_code == 403
