from datetime import date, timedelta
from io import BytesIO

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from PIL import Image

from satupintu.people import queries, services
from satupintu.people.models import AccountEvent, RoleAssignment
from satupintu.people.rules import AuthorityKind, Role, Signing
from satupintu.people.tests.factories import (
    AT,
    TESTER,
    TODAY,
    make_delegation,
    make_officer,
    make_person,
    make_unit,
)

pytestmark = pytest.mark.django_db


def picture() -> bytes:
    out = BytesIO()
    Image.new("RGB", (200, 300), "white").save(out, "JPEG")
    return out.getvalue()


def claim(user, *, organisation=True, identity="9120000099991", letter=False):
    return services.claim_authority(
        user=user,
        kind=AuthorityKind.OFFICER if organisation else AuthorityKind.LETTER,
        name="CV Kapuas",
        is_organisation=organisation,
        identity_kind="nib" if organisation else "nik",
        identity=identity,
        letter=None if organisation and not letter else SimpleUploadedFile("kuasa.jpg", picture()),
        valid_until=None,
        by=queries.actor_of(user, AT),
        at=AT,
    )


def test_actor_holds_todays_roles_units_and_parties(django_assert_num_queries):
    office, health = make_unit(), make_unit("dinkes", kind="health")
    budi = make_officer("budi", Role.FRONT_OFFICE, unit=office)
    for role, start, end in [
        (Role.HEAD, TODAY + timedelta(days=1), None),
        (Role.VERIFIER, date(2025, 1, 1), TODAY),
        (Role.TECHNICAL_OFFICER, TODAY, TODAY + timedelta(days=1)),
    ]:
        RoleAssignment.objects.create(
            user=budi, unit=health, role=role, valid_from=start, valid_until=end
        )

    with django_assert_num_queries(2):
        actor = queries.actor_of(budi, AT)

    assert actor.roles == {Role.FRONT_OFFICE, Role.TECHNICAL_OFFICER}
    assert actor.units == {office.pk, health.pk}
    assert actor.party_ids == frozenset()


def test_visitor_is_an_actor_without_anything(django_assert_num_queries):
    request = RequestFactory().get("/")
    request.user = AnonymousUser()

    with django_assert_num_queries(0):
        actor = queries.actor_for(request)

    assert (actor.roles, actor.party_ids, actor.user_id) == (frozenset(), frozenset(), None)


def test_actor_is_looked_up_once_a_request(django_assert_num_queries):
    request = RequestFactory().get("/")
    request.user = make_person()

    with django_assert_num_queries(2):
        first, second = queries.actor_for(request), queries.actor_for(request)

    assert first is second
    assert first.roles == {Role.APPLICANT}


def test_new_company_may_be_acted_for_at_once():
    sari = make_person()

    authority = claim(sari)

    assert authority.party_id in queries.actor_of(sari, AT).party_ids
    assert [party.name for party in queries.parties_for(sari, TODAY)] == [
        "Sari Lestari",
        "CV Kapuas",
    ]


def test_known_company_waits_for_an_officer():
    sari, joko = make_person(), make_person("Joko", email="joko@contoh.id")
    own = claim(sari)

    claimed = claim(joko)

    assert claimed.party_id == own.party_id
    assert claimed.party_id not in queries.actor_of(joko, AT).party_ids
    assert services.confirm_authority(authority_id=claimed.pk, by=TESTER, at=AT)
    assert claimed.party_id in queries.actor_of(joko, AT).party_ids


@pytest.mark.parametrize("known", [True, False])
def test_another_person_always_waits_whether_known_or_not(known):
    sari, nik = make_person(), "6103010708889999"
    if known:
        services.create_party(name="Joko", identity_kind="nik", identity=nik, by=TESTER, at=AT)

    claimed = claim(sari, organisation=False, identity=nik)

    assert claimed.confirmed_at is None
    assert claimed.party_id not in queries.actor_of(sari, AT).party_ids


def test_ended_authority_opens_nothing():
    sari = make_person()
    authority = claim(sari)

    services.end_authority(authority_id=authority.pk, by=TESTER, at=AT)

    assert queries.actor_of(sari, AT).party_ids == {sari.party_id}


def test_letter_holder_without_letter_is_refused_and_nothing_is_written():
    sari = make_person()

    with pytest.raises(services.AuthorityRefused):
        services.claim_authority(
            user=sari, kind=AuthorityKind.LETTER, name="CV", is_organisation=True,
            identity_kind="nib", identity="9120000099991", letter=None, valid_until=None,
            by=TESTER, at=AT,
        )  # fmt: skip

    assert queries.list_authorities(sari).count() == 0
    assert queries.find_party(identity="9120000099991", is_organisation=True) is None


NIK = "6103015203949999"


def typed(user, number=NIK):
    """Somebody writes a number into their own account."""
    services.update_party(
        party=user.party,
        values={"identity": number, "identity_kind": "nik"},
        by=queries.actor_of(user, AT),
        at=AT,
    )
    return user.party


def test_a_number_typed_into_an_account_is_nobodys_until_the_office_saw_it():
    """Else whoever knows a neighbour's NIK is shown the papers that the neighbour brings to the counter."""
    stranger = typed(make_person())

    assert queries.find_party(identity=NIK) is None
    assert queries.find_claimed_party(identity=NIK, is_organisation=False) is None
    assert queries.parties_by_identity([NIK, ""]) == {NIK: [stranger]}
    assert [one.pk for one in queries.find_parties(NIK)] == [stranger.pk]  # for an officer's eyes

    theirs = services.create_party(
        name="Zainab", identity_kind="nik", identity=NIK, by=TESTER, at=AT
    )
    assert queries.find_party(identity=NIK) == theirs
    assert queries.parties_by_identity([NIK]) == {NIK: [theirs, stranger]}
    assert [one.pk for one in queries.find_parties(NIK)] == [theirs.pk, stranger.pk]


def test_a_number_is_seen_once_and_unseen_when_it_changes():
    party = typed(make_person())

    assert services.see_identity(party=party, by=TESTER, at=AT)
    assert not services.see_identity(party=party, by=TESTER, at=AT)
    assert queries.find_party(identity=NIK) == party
    event = AccountEvent.objects.get(event="identity_seen")
    assert (event.details, NIK in str(event.details)) == ({"party": str(party.pk)}, False)

    services.update_party(party=party, values={"identity": "6103010708889999"}, by=TESTER, at=AT)
    assert queries.find_party(identity="6103010708889999") is None


def test_a_page_opened_before_the_number_changed_confirms_nothing():
    party = typed(make_person())
    before = queries.Party.objects.get(pk=party.pk)
    typed(queries.User.objects.get(party=party), "6103010708889999")

    assert not services.see_identity(party=before, by=TESTER, at=AT)
    assert queries.find_party(identity="6103010708889999") is None


def test_nobody_sees_a_number_that_is_not_there():
    assert not services.see_identity(party=make_person().party, by=TESTER, at=AT)


def test_a_confirmed_letter_shows_whose_number_it_is():
    sari = make_person()
    authority = claim(sari)
    assert queries.find_party(identity="9120000099991", is_organisation=True) is None

    bare = claim(make_person("Budi", email="budi@contoh.id"))
    services.confirm_authority(authority_id=bare.pk, by=TESTER, at=AT)
    assert queries.find_party(identity="9120000099991", is_organisation=True) is None

    second = claim(make_person("Joko", email="joko@contoh.id"), letter=True)
    assert second.party_id == authority.party_id
    services.confirm_authority(authority_id=second.pk, by=TESTER, at=AT)

    assert (
        queries.find_party(identity="9120000099991", is_organisation=True).pk == authority.party_id
    )


def test_who_writes_the_number_of_somebody_into_an_account_gets_nobody_to_act_for_it():
    stranger = typed(make_person("Orang Lain", email="lain@contoh.id"))
    consultant = claim(make_person(), organisation=False, identity=NIK)
    assert consultant.party_id != stranger.pk
    again = claim(make_person("Joko", email="joko@contoh.id"), organisation=False, identity=NIK)
    assert again.party_id == consultant.party_id

    services.confirm_authority(authority_id=consultant.pk, by=TESTER, at=AT)

    assert queries.find_party(identity=NIK).pk == consultant.party_id


def test_a_firm_and_its_owner_may_have_one_number():
    """A person's NPWP is their NIK (PMK 136/2023)."""
    firm = services.create_party(
        name="UD Contoh", is_organisation=True, identity_kind="npwp", identity=NIK, by=TESTER, at=AT
    )
    assert queries.find_party(identity=NIK) is None
    assert queries.find_party(identity=NIK, is_organisation=True) == firm


def test_what_came_by_post_shows_nobodys_card():
    sent = services.create_party(
        name="Zainab", identity_kind="nik", identity=NIK, is_seen=False, by=TESTER, at=AT
    )
    assert sent.identity_seen_at is None
    assert queries.find_party(identity=NIK) is None


def test_delegation_for_the_service_comes_before_one_for_all():
    head = make_officer("darius", Role.HEAD)
    make_delegation(head, decree="800/1")
    named = make_delegation(head, services_named=["sip-bidan"], decree="800/2")

    assert queries.valid_delegation(head.pk, "sip-bidan", TODAY) == named
    assert queries.valid_delegation(head.pk, "reklame", TODAY).decree_number == "800/1"


@pytest.mark.parametrize("why", ["not yet", "over", "revoked", "other service", "none"])
def test_delegation_that_does_not_hold_today_signs_nothing(why):
    head = make_officer("darius", Role.HEAD)
    today = TODAY
    if why != "none":
        named = ["reklame"] if why == "other service" else []
        given = make_delegation(
            head, services_named=named, signing=Signing.PELAKSANA_HARIAN, until=date(2026, 12, 1)
        )
        if why == "revoked":
            services.revoke_delegation(delegation_id=given.pk, by=TESTER, at=AT)
        today = {"not yet": date(2026, 1, 4), "over": date(2026, 12, 1)}.get(why, TODAY)

    assert queries.valid_delegation(head.pk, "sip-bidan", today) is None


def test_officers_on_a_role_are_those_of_the_unit_today():
    health, works = make_unit("dinkes", kind="health"), make_unit("dpupr", kind="public_works")
    wati = make_officer("wati", Role.TECHNICAL_OFFICER, unit=health, name="Wati")
    make_officer("hendra", Role.TECHNICAL_OFFICER, unit=works, name="Hendra")

    found = queries.officers_on(Role.TECHNICAL_OFFICER, unit_kind="health", today=TODAY)
    assert found == [wati]
    assert queries.officers_on(Role.TECHNICAL_OFFICER, unit_id=health.pk, today=TODAY) == [wati]
    assert queries.officers_on(Role.HEAD, today=TODAY) == []
