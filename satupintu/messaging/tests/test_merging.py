"""Two contacts merged by mistake are parted again: each has what it had, and what came since by its own addresses."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from satupintu.messaging import queries, services, threads
from satupintu.messaging.channels.port import Failed, Incoming, IncomingKind, Received, Trouble
from satupintu.messaging.models import (
    Contact,
    Conversation,
    ConversationNote,
    Identity,
    InMessage,
    Merge,
    OutMessage,
)
from satupintu.messaging.rules import ChannelKind, step_towards
from satupintu.messaging.services import contacts
from satupintu.people import services as people
from satupintu.people.models import Consent
from satupintu.people.queries import actor_of
from satupintu.people.rules import Role, system_actor
from satupintu.people.tests.factories import AT, make_officer

pytestmark = pytest.mark.django_db
HERE, THERE = "+6281200001234", "+6281300005678"
LATER = AT + timedelta(hours=1)


def known(address, *, minutes=0, party=None, channel=ChannelKind.SMS):
    at = AT - timedelta(days=1) + timedelta(minutes=minutes)
    return services.remember_identity(channel=channel, address=address, at=at, party=party)[0]


def make_party(name, **more):
    return people.create_party(name=name, by=system_actor("tests"), at=AT, **more)


def say(sender, text, *, at=AT, kind=IncomingKind.TEXT):
    one = Incoming(ChannelKind.SMS, f"{sender}{text}{at}", sender, kind, at, text=text)
    services.take("fake", Received(messages=(one,)), at=at)
    services.read_due(at=at)


def merge(one, other):
    services.merge_contacts(keep=one.contact_id, other=other.contact_id, at=AT)


def part(here, other, at=LATER):
    services.unmerge_contacts(here=here.contact_id, other=other.contact_id, at=at)


def all_of(identity):
    """Return every row that hangs on the contact of an identity, and what officers read of it."""
    contact = Contact.objects.get(pk=identity.contact_id)
    mine = [one.pk for one in threads.identities_of(contact)]
    return {
        "contact": Contact.objects.filter(pk=contact.pk).values().get(),
        "consent": [*Consent.objects.filter(party=contact.party_id).values()],
        "identities": [*Identity.objects.filter(contact=contact).order_by("pk").values()],
        "one person": sorted(mine),
        "conversations": [*Conversation.objects.filter(identity__in=mine).order_by("pk").values()],
        "heard": [*InMessage.objects.filter(identity__in=mine).order_by("pk").values()],
        "told": [*OutMessage.objects.filter(identity__in=mine).order_by("pk").values()],
        "notes": [*ConversationNote.objects.filter(conversation__identity__in=mine).values()],
        "thread": [line.text for line in threads.thread_of(contact)],
    }


@pytest.fixture
def two():
    """Two people who each said something, one of them an applicant in English who is told by another way."""
    sari = make_party("Sari", phone=HERE)
    found = [known(HERE, party=sari), known(THERE, minutes=1)]
    for sender in (HERE, THERE):
        say(sender, "halo")
        say(sender, "", kind=IncomingKind.CALL, at=AT + timedelta(minutes=1))
    contacts.speak(found[0].contact_id, "en")
    services.choose_identity(found[1].pk, at=AT)
    return found


def test_merged_and_parted_nothing_is_other_than_before(two):
    before = [all_of(one) for one in two]
    merge(*two)
    assert all_of(two[0])["thread"] == all_of(two[1])["thread"]
    assert len(all_of(two[0])["heard"]) == 4
    part(*two)

    assert [all_of(one) for one in two] == before


def note_in(identity):
    services.note(
        Conversation.objects.get(identity=identity).pk,
        text="rahasia",
        by=actor_of(make_officer("budi", Role.FRONT_OFFICE), AT),
        at=AT,
    )


SINCE = {
    "a message": lambda one: say(THERE, "MENU", at=AT + timedelta(minutes=9)),
    "a call": lambda one: say(THERE, "", kind=IncomingKind.CALL, at=AT + timedelta(minutes=9)),
    "silence": lambda one: say(THERE, "STOP", at=AT + timedelta(minutes=9)),
    "a language": lambda one: contacts.speak(one.contact_id, "en"),
    "a way chosen": lambda one: services.choose_identity(one.pk, at=LATER),
    "a note": note_in,
}


@pytest.mark.parametrize("since", SINCE)
@pytest.mark.parametrize("pressed_on", [0, 1])
def test_what_came_while_merged_is_whose_identity_it_came_by(two, since, pressed_on):
    here = all_of(two[0])
    with transaction.atomic():
        SINCE[since](two[1])
        alone = all_of(two[1])
        transaction.set_rollback(True)
    merge(*two)
    SINCE[since](two[1])
    part(two[pressed_on], two[1 - pressed_on])

    assert all_of(two[0]) == here
    there = all_of(two[1])
    assert there["thread"] == alone["thread"]
    assert there["contact"] == alone["contact"]
    assert [one["stopped_at"] for one in there["identities"]] == [
        one["stopped_at"] for one in alone["identities"]
    ]
    assert [one["chosen_at"] for one in there["identities"]] == [
        one["chosen_at"] for one in alone["identities"]
    ]
    assert len(there["notes"]) == len(alone["notes"])


def test_who_was_said_to_be_the_same_as_the_parted_goes_along():
    one, two, three = (known(f"+628120000123{n}", minutes=n) for n in range(3))
    merge(two, three)
    merge(one, two)
    assert {len(all_of(each)["one person"]) for each in (one, two, three)} == {3}
    part(one, two)

    assert all_of(one)["one person"] == [one.pk]
    assert all_of(two)["one person"] == all_of(three)["one person"] == sorted([two.pk, three.pk])
    assert Contact.objects.get(pk=three.contact_id).merged_into_id == two.contact_id


def test_the_last_of_a_chain_is_parted_alone():
    one, two, three = (known(f"+628120000123{n}", minutes=n) for n in range(3))
    merge(one, two)
    merge(two, three)
    part(one, three)

    assert all_of(three)["one person"] == [three.pk]
    assert len(all_of(one)["one person"]) == 2


def test_parting_two_who_are_not_merged_does_nothing(two):
    before = [all_of(one) for one in two]
    part(*two)
    part(two[0], two[0])

    assert [all_of(one) for one in two] == before
    assert not Merge.objects.exists()


def test_merged_again_after_parting_is_merged(two):
    merge(*two)
    part(*two)
    merge(*two)
    merge(*two)

    assert len(all_of(two[0])["one person"]) == 2
    assert Merge.objects.filter(undone_at=None).count() == 1
    assert Merge.objects.get(undone_at=LATER).at == AT


# --- Applicants ------------------------------------------------------------------------------


def test_a_third_who_is_another_applicant_is_refused_also_over_a_chain():
    first = known(HERE, party=make_party("Sari"))
    middle, last = known(THERE, minutes=1), known("+6281400001111", party=make_party("Joko"))
    merge(first, middle)
    with pytest.raises(services.MergeRefused):
        merge(middle, last)

    assert all_of(last)["one person"] == [last.pk]
    assert Merge.objects.count() == 1


def test_a_contact_that_turns_out_to_be_another_applicants_is_parted():
    sari, joko = make_party("Sari"), make_party("Joko")
    first, second = known(HERE, party=sari), known(THERE, minutes=1)
    merge(first, second)
    assert len(queries.identities_of_party(sari.pk)) == 2
    known(THERE, party=joko)

    assert [one.pk for one in queries.identities_of_party(sari.pk)] == [first.pk]
    assert [one.pk for one in queries.identities_of_party(joko.pk)] == [second.pk]


def test_who_becomes_an_applicant_becomes_the_head():
    first, second = known(HERE), known(THERE, minutes=1)
    merge(first, second)
    known(THERE, party=make_party("Joko"))

    assert Contact.objects.get(pk=first.contact_id).merged_into_id == second.contact_id
    assert Contact.objects.get(pk=second.contact_id).merged_into_id is None


def test_an_erased_applicant_leaves_the_others_as_one_person():
    sari = make_party("Sari")
    head, two, three = known(HERE, party=sari), known(THERE, minutes=1), known("+62814", minutes=2)
    merge(head, two)
    merge(two, three)
    services.forget_party(party_id=sari.pk)

    assert not Contact.objects.filter(pk=head.contact_id).exists()
    assert len(all_of(two)["one person"]) == len(all_of(three)["one person"]) == 2


# --- What waits to be told ---------------------------------------------------------------------


def tell(party, origin="t:1"):
    return services.notify(
        party.pk,
        "withdrawn",
        {"service": "SIP Bidan", "number": "P-1", "link": "http://x/"},
        origin=origin,
        at=AT,
    )


@pytest.fixture
def sari():
    return make_party("Sari", phone=HERE, email="sari@contoh.id")


@pytest.fixture
def merged(transport, sari):
    """Sari by SMS, and another whom she was merged with, who chose to be told at their own number."""
    transport.kinds = {ChannelKind.SMS, ChannelKind.EMAIL}
    first, other = known(HERE, party=sari), known(THERE, minutes=1)
    services.choose_identity(other.pk, at=AT)
    merge(first, other)
    return first, other


def test_what_waits_at_the_others_number_goes_to_her_own(merged, sari):
    waits = tell(sari)
    assert waits.address == THERE
    part(*merged)

    waits.refresh_from_db()
    assert (waits.address, waits.identity, waits.state) == (HERE, merged[0], "queued")
    assert OutMessage.objects.count() == 1


def test_without_a_number_of_her_own_it_goes_by_mail(merged, sari):
    waits = tell(sari)
    Identity.objects.filter(pk=merged[0].pk).delete()
    type(sari).objects.filter(pk=sari.pk).update(phone="")
    part(*merged)

    waits.refresh_from_db()
    assert (waits.address, waits.state, waits.told_elsewhere) == ("", "failed", True)
    following = OutMessage.objects.exclude(pk=waits.pk).get()
    assert (following.channel, following.address) == ("email", "sari@contoh.id")


def test_what_was_given_up_is_not_shown_to_officers_with_the_others_number(merged, sari, transport):
    transport.kinds = {ChannelKind.SMS}
    transport.answers = [Failed(True, "no such number", Trouble.PERSON)]
    failed = tell(sari)
    services.send_due(AT)
    failed.refresh_from_db()
    assert (failed.state, queries.phone_for(failed)) == ("failed", THERE)
    part(*merged)

    failed.refresh_from_db()
    assert (failed.state, queries.phone_for(failed)) == ("failed", HERE)


def test_what_the_other_was_told_of_their_own_stays(merged):
    say(THERE, "MENU")
    answer = OutMessage.objects.get()
    part(*merged)

    answer.refresh_from_db()
    assert answer.address == THERE


def test_what_was_sent_already_stays_as_it_was(merged, sari):
    sent = tell(sari)
    services.send_due(AT)
    part(*merged)

    sent.refresh_from_db()
    assert (sent.state, sent.address, sent.identity) == ("sent", THERE, merged[1])


# --- Any order -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "goal", "found"),
    [
        ("a", "b", ("a", "b")),
        ("b", "a", ("a", "b")),
        ("a", "d", ("a", "b")),
        ("d", "a", ("c", "d")),
        ("a", "a", None),
        ("a", "x", None),
        ("x", "y", None),
        ("e", "a", ("b", "e")),
    ],
)
def test_the_first_step_on_the_way(start, goal, found):
    pairs = {("a", "b"), ("b", "c"), ("c", "d"), ("b", "e")}
    assert step_towards(start, goal, pairs) == found


def groups(identities):
    return {frozenset(all_of(one)["one person"]) for one in identities}


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    merges=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=8),
    applicants=st.lists(st.sampled_from([None, 0, 1]), min_size=6, max_size=6),
)
def test_any_merges_taken_back_leave_what_was(merges, applicants):
    with transaction.atomic():
        parties = [make_party("Sari"), make_party("Joko")]
        people_ = [
            known(f"+62812000012{n:02}", minutes=n, party=None if who is None else parties[who])
            for n, who in enumerate(applicants)
        ]
        start = [all_of(one) for one in people_]
        done = []
        for one, other in merges:
            before = [all_of(each) for each in people_]
            try:
                merge(people_[one], people_[other])
            except services.MergeRefused:
                assert [all_of(each) for each in people_] == before
                continue
            if [all_of(each) for each in people_] != before:
                done.append((one, other))
            for group in groups(people_):
                rows = Contact.objects.filter(identities__in=group).distinct()
                assert len({row.party_id for row in rows if row.party_id}) < 2
                assert len([row for row in rows if row.merged_into_id is None]) == 1
        before = groups(people_)
        for one, other in done[-1:]:
            part(people_[one], people_[other])
            assert len(groups(people_)) == len(before) + 1
            merge(people_[one], people_[other])
            assert groups(people_) == before
        for one, other in done:
            part(people_[one], people_[other])
        assert [all_of(one) for one in people_] == start
        transaction.set_rollback(True)
