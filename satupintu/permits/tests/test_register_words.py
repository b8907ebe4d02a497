"""The words of the public register: what finds a permit there, and that they go when it leaves."""

from datetime import date, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse

from satupintu.lib import rarest
from satupintu.lib.ids import uuid7
from satupintu.people.models import Party
from satupintu.permits import public_search
from satupintu.permits.models import Permit, RegisterWord
from satupintu.permits.public_search import register_words, whole_name, words_typed
from satupintu.permits.rules import PermitState
from satupintu.permits.services.listed import drop_ended, list_in_register
from satupintu.permits.tests.officer_cases import MONDAY, issued_world, make_world
from satupintu.workflow.models import Case

TODAY = MONDAY.date()


@pytest.mark.parametrize(
    ("number", "typed"),
    [
        ("503/0042/SIP-BIDAN/2026", "503/0042/SIP-BIDAN/2026"),
        ("503/0042/SIP-BIDAN/2026", "503 0042"),
        ("503/0042/SIP-BIDAN/2026", "0042/sip"),
        ("503/0042/SIP-BIDAN/2026", "42"),
        ("503/0042/SIP-BIDAN/2026", "bidan/2026"),
        ("503/0042/SIP-BIDAN/2026", "bida"),
        ("503.12/A0007", "0007"),
        ("503.12/A0007", "a0007"),
        ("5030420260001234", "50304202"),
        ("000/1", "0"),
    ],
)
def test_a_number_is_found_by_its_parts(number, typed):
    words = register_words(number=number, holder="", is_organisation=False)
    assert set(words_typed(typed)) <= words


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("PT Bisma Djaya Abadi", "bisma"),
        ("PT Bisma Djaya Abadi", "bis"),  # which alone would be "bus"
        ("PT Bisma Djaya Abadi", "jaya pt"),
        ("PT Bisma Djaya Abadi", "Djay"),
        ("PT Bisma Djaya Abadi", "ab"),
        ("CV Soeharto & Co.", "suhar"),
        ("Toko 99", "99"),
        ("Perkumpulan Telpindo", "telp"),
        ("Yayasan Pengembangankewirausahaandaerah", "pengembangankewirausahaandaerah"),
    ],
)
def test_an_organisation_is_found_by_how_its_words_begin(name, typed):
    words = register_words(number="1", holder=name, is_organisation=True)
    assert set(words_typed(typed)) <= words


def test_the_middle_of_a_word_finds_nothing():
    words = register_words(number="503/0042", holder="PT Bisma Jaya", is_organisation=True)
    assert not {"isma", "03", "004"} & words


def test_a_person_is_one_word_from_beginning_to_end():
    words = register_words(number="503/1", holder="Soeharto Djoko", is_organisation=False)
    assert words == {"503", "1", whole_name("suharto  joko")}
    assert whole_name("***") == ""


def copy_of(permit: Permit, count: int, *, holder: str, number: str, party: Party) -> list[Permit]:
    """Put so many more permits into the register, a minute apart, the newest first."""
    made = []
    for counter in range(count):
        case = Case.objects.get(pk=permit.case_id)
        case.pk, case.number = uuid7(), f"WORDS-{number}-{counter}"
        case.save(force_insert=True)
        one = Permit.objects.get(pk=permit.pk)
        one.pk, one.case, one.number, one.holder = uuid7(), case, f"{number}/{counter}", holder
        one.check_code, one.party = f"W{number}{counter:05}"[:12], party
        one.issued_at = permit.issued_at - timedelta(minutes=counter)
        one.save(force_insert=True)
        made.append(one)
    list_in_register(made, TODAY)
    return made


@pytest.fixture
def permit(db):
    return issued_world()[1]


@pytest.fixture
def firm(permit):
    return Party.objects.create(is_organisation=True, name="PT Maju Djaya", created_at=MONDAY)


def found(client, text, **more):
    rows = client.get(reverse("permits:register"), {"q": text, **more}).context["rows"]
    return [row.permit.number for row in rows]


def test_an_issued_permit_is_found_at_once_by_its_number_and_its_service(client, permit):
    assert found(client, permit.number) == [permit.number]
    assert found(client, permit.number.split("/")[0]) == [permit.number]
    assert found(client, "praktek bidan") == [permit.number]  # the old spelling of its service
    assert found(client, permit.number, layanan="reklame") == []


def test_rare_words_are_walked_first_and_pages_follow_without_gaps(client, permit, firm):
    made = copy_of(permit, 70, holder="PT Maju Djaya", number="77", party=firm)
    odd = made[50]
    Permit.objects.filter(pk=odd.pk).update(holder="PT Maju Jarang")
    RegisterWord.objects.filter(permit=odd).delete()
    list_in_register([Permit.objects.get(pk=odd.pk)], TODAY)

    assert found(client, "maju jarang") == [odd.number]
    seen, url = [], reverse("permits:register") + "?q=maju"
    while url:
        answer = client.get(url)
        seen += [row.permit.number for row in answer.context["rows"]]
        url = answer.context["page"].next_url
    assert seen == [one.number for one in made]


def test_common_words_are_not_counted_to_their_end(client, permit, firm, monkeypatch):
    monkeypatch.setattr(rarest, "COMMON", 3)
    made = copy_of(permit, 6, holder="PT Maju Djaya", number="77", party=firm)
    assert found(client, "maju djaya pt") == [one.number for one in made]


def test_the_search_takes_no_more_queries_with_more_permits(
    client, permit, firm, django_assert_max_num_queries
):
    copy_of(permit, 1, holder="PT Maju Djaya", number="76", party=firm)
    found(client, "maju jaya")
    with django_assert_max_num_queries(16) as few:
        found(client, "maju jaya")
    copy_of(permit, 40, holder="PT Maju Djaya", number="77", party=firm)
    with django_assert_max_num_queries(len(few)):
        assert len(found(client, "maju jaya")) == public_search.REGISTER_PAGE


def test_what_is_suspended_is_found_too_and_stands_first(client, permit, firm):
    made = copy_of(permit, 3, holder="PT Maju Djaya", number="77", party=firm)
    Permit.objects.filter(pk=made[1].pk).update(state=PermitState.SUSPENDED)

    for text in ("maju jaya", "77", "praktik bidan"):
        assert [one for one in found(client, text) if one.startswith("77")] == [
            "77/1", "77/0", "77/2",
        ]  # fmt: skip
    assert found(client, "77/0") == ["77/0"]


def test_words_of_a_permit_that_ended_are_dropped_and_no_others(permit, firm):
    made = copy_of(permit, 5, holder="PT Maju Djaya", number="77", party=firm)
    Permit.objects.filter(pk__in=[made[0].pk, made[3].pk]).update(
        valid_until=TODAY - timedelta(days=1)
    )
    Permit.objects.filter(pk=made[1].pk).update(valid_until=TODAY)
    Permit.objects.filter(pk=made[4].pk).update(
        valid_until=date(2020, 1, 1), state=PermitState.SUSPENDED
    )

    assert drop_ended(at=MONDAY, limit=1) == 3
    assert drop_ended(at=MONDAY) == 0
    kept = set(RegisterWord.objects.values_list("permit_id", flat=True))
    assert kept == {permit.pk, made[1].pk, made[2].pk}


def test_what_does_not_stand_on_the_register_gets_no_words(permit):
    RegisterWord.objects.all().delete()
    permit.state = PermitState.REVOKED
    list_in_register([permit], TODAY)
    permit.state, permit.valid_until = PermitState.IN_FORCE, TODAY - timedelta(days=1)
    list_in_register([permit], TODAY)
    assert not RegisterWord.objects.exists()


def test_a_revoked_permit_loses_its_words(db):
    world = make_world()
    case = world.issued(world.apply())
    words = set(RegisterWord.objects.values_list("word", flat=True))
    assert words

    world.do(case, "revoke", "darius", reason="Dipakai di tempat lain.")

    assert not RegisterWord.objects.exists()


def test_earlier_permits_are_given_their_words(permit, firm, monkeypatch):
    copy_of(permit, 5, holder="PT Maju Djaya", number="77", party=firm)
    Permit.objects.filter(number="77/1").update(state=PermitState.SUPERSEDED)
    kept = set(RegisterWord.objects.exclude(permit__number="77/1").values_list("word", "permit_id"))
    RegisterWord.objects.all().delete()

    migration = import_module("satupintu.permits.migrations.0015_words_of_permits_in_force")
    monkeypatch.setattr(migration, "BATCH", 2)
    migration.find_earlier_permits(apps, None)
    migration.find_earlier_permits(apps, None)

    assert set(RegisterWord.objects.values_list("word", "permit_id")) == kept
