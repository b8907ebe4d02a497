"""An officer types for a person present or on the telephone."""

import pytest

from satupintu.people import services as people
from satupintu.people.models import Consent, Party
from satupintu.people.queries import Disclosure, find_party
from satupintu.people.tests.factories import AT, TESTER, make_person
from satupintu.permits.models import Application, Draft
from satupintu.permits.tests.applicant_office import PAGES, fill, sign_in
from satupintu.permits.tests.officer_cases import make_world
from satupintu.workflow.models import Transition

pytestmark = pytest.mark.django_db
ADDRESS = "/loket/permohonan-baru/"
CASE = {
    "langkah": "ajukan",
    "service": "sip-bidan",
    "kind": "new",
    "channel": "counter",
    "consent": "counter",
}


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def budi(client, world):
    return sign_in(client, world.user("budi"))


def test_a_known_person_is_found_and_applied_for(budi, world):
    sari = world.user("sari").party
    found = budi.post(ADDRESS, {"langkah": "cari", "cari": "6103015203949999"})
    assert [party.pk for party, _masked in found.context["found"]] == [sari.pk]
    assert b"6103015203949999" not in found.content.replace(b'value="6103015203949999"', b"")

    started = budi.post(ADDRESS, {**CASE, "pemohon": str(sari.pk)})
    draft = Draft.objects.get()
    assert started["Location"] == f"/ajukan/draf/{draft.pk}/applicant/"
    seen = Disclosure.objects.get()  # the page is filled with their whole number and telephone
    assert (seen.user, seen.party_id) == (world.user("budi"), sari.pk)
    assert seen.subject == "intake identity, phone"
    fill(budi, draft, world.user("budi"))
    sent = budi.post(f"/ajukan/draf/{draft.pk}/kirim/")

    application = Application.objects.get()
    assert application.party_id == sari.pk
    assert (application.channel, application.consent_how) == ("counter", "counter")
    assert application.typed_by == world.user("budi")
    row = Transition.objects.get()
    assert (row.role, row.channel, row.data["consent"]) == ("front_office", "counter", "counter")
    page = budi.get(sent["Location"]).content.decode()
    assert "Diketik oleh" in page
    assert "Budi Santoso" in page


def test_by_the_last_four_digits_a_name_is_needed(budi, world):
    bare = budi.post(ADDRESS, {"langkah": "cari", "cari": "9999"})
    named = budi.post(ADDRESS, {"langkah": "cari", "cari": "9999", "nama": "sari"})

    assert bare.context["find"].errors["nama"]
    assert bare.context["found"] == []
    assert [party.name for party, _masked in named.context["found"]] == ["Sari Lestari"]


def test_a_new_person_is_entered_with_their_consent(budi, world):
    before = Party.objects.count()

    budi.post(
        ADDRESS,
        {
            **CASE,
            "consent": "telephone",
            "channel": "phone",
            "nik": "6103014107909999",
            "name": "Dewi Contoh",
            "phone": "0812-0000-7777",
        },
    )

    party = Party.objects.get(name="Dewi Contoh")
    assert Party.objects.count() == before + 1
    assert party.identity == "6103014107909999"
    assert Consent.objects.get(party=party).given_how == "telephone"
    draft = Draft.objects.get()
    assert (draft.party_id, draft.channel, draft.user_id) == (party.pk, "phone", None)


def test_a_number_that_a_stranger_wrote_into_their_account_does_not_bring_them_the_file(
    budi, world
):
    stranger = make_person("Orang Lain", email="lain@contoh.id").party
    nik = "6103014107909999"
    people.update_party(
        party=stranger, values={"identity": nik, "identity_kind": "nik"}, by=TESTER, at=AT
    )

    found = budi.post(ADDRESS, {"langkah": "cari", "cari": nik}).content.decode()
    assert "belum dicocokkan dengan KTP" in found
    assert f'value="{stranger.pk}" checked' not in found
    budi.post(ADDRESS, {**CASE, "nik": nik, "name": "Dewi Contoh", "phone": "0812-0000-7777"})

    draft = Draft.objects.get()
    assert (draft.party.name, draft.party_id == stranger.pk) == ("Dewi Contoh", False)
    assert find_party(identity=nik) == draft.party


@pytest.mark.parametrize(
    ("channel", "consent", "seen"),
    [("counter", "counter", True), ("phone", "telephone", False)],
)
def test_only_at_the_counter_somebody_saw_the_card(budi, world, channel, consent, seen):
    nik = "6103014107909999"
    budi.post(
        ADDRESS,
        {**CASE, "channel": channel, "consent": consent, "nik": nik, "name": "Dewi Contoh"},
    )
    assert Party.objects.get(name="Dewi Contoh").identity == nik
    assert (find_party(identity=nik) is not None) is seen


@pytest.mark.parametrize(
    ("change", "field"),
    [({"nik": "6103"}, "nik"), ({"nik": "6103019907909999"}, "nik"), ({"name": ""}, "name")],
)
def test_a_wrong_person_makes_nothing(budi, world, change, field):
    before = Party.objects.count()
    given = {**CASE, "nik": "6103014107909999", "name": "Dewi Contoh", **change}

    answer = budi.post(ADDRESS, given)

    assert answer.context["person"].errors[field]
    assert Party.objects.count() == before
    assert Draft.objects.count() == 0


def test_without_consent_nothing_begins(budi, world):
    sari = world.user("sari").party
    given = {key: value for key, value in CASE.items() if key != "consent"}

    answer = budi.post(ADDRESS, {**given, "pemohon": str(sari.pk)})

    assert answer.context["case"].errors["consent"]
    assert Draft.objects.count() == 0


def test_a_kind_that_the_service_does_not_have_is_refused(budi, world):
    sari = world.user("sari").party

    answer = budi.post(ADDRESS, {**CASE, "kind": "closing", "pemohon": str(sari.pk)})

    assert answer.context["case"].errors["kind"]
    assert Draft.objects.count() == 0


@pytest.mark.parametrize("who", ["sari", "wati", "darius"])
def test_only_the_counter_and_verifiers_type_for_others(client, world, who):
    sign_in(client, world.user(who))

    assert client.get(ADDRESS).status_code == 403


def test_the_person_does_not_need_the_officer_to_go_on(budi, world):
    """Another officer's draft is not theirs; the typing officer's is."""
    sari = world.user("sari").party
    budi.post(ADDRESS, {**CASE, "pemohon": str(sari.pk)})
    draft = Draft.objects.get()

    sign_in(budi, world.user("ratna"))

    assert budi.get(f"/ajukan/draf/{draft.pk}/applicant/").status_code == 404
    assert PAGES
