"""
Who is one person: pairs of contacts, as officers said or channels told, read as groups; each pair can be taken back.

Nothing is moved. What was said, agreed to or asked for stays with the identity it came by, so that two contacts which
are parted have again what each had, and what came since by its own addresses.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from satupintu.lib.fields import stored_columns
from satupintu.messaging import queries, rules
from satupintu.messaging.models import Contact, Merge, OutMessage
from satupintu.messaging.rules import Delivery, Pair
from satupintu.messaging.services.outbox import queue_next_way
from satupintu.people.rules import Actor


class MergeRefused(Exception):
    """Two contacts cannot be one person: each, or somebody said to be the same, belongs to another party."""


@transaction.atomic
def merge_contacts(*, keep: UUID, other: UUID, at: datetime, by: Actor | None = None) -> None:
    """
    Note that two contacts are one person; `unmerge_contacts` takes it back.

    What a party among them is told may then go to the addresses of all. `by` is the officer who says so, None: the
    channel told us. Raises MergeRefused when they belong to different parties, Contact.DoesNotExist for an unknown one.
    """
    first, second = Contact.objects.get(pk=keep), Contact.objects.get(pk=other)
    members, there = _group(first.pk), _group(second.pk)
    if second.pk in members:
        return
    if len(_parties(members | there)) > 1:
        raise MergeRefused
    one, two = sorted((first, second), key=lambda contact: contact.pk)
    Merge.objects.get_or_create(
        one=one, other=two, undone_at=None, defaults={"by_id": by.user_id if by else None, "at": at}
    )
    _gather(first.pk)


@transaction.atomic
def unmerge_contacts(*, here: UUID, other: UUID, at: datetime, by: Actor | None = None) -> None:
    """
    Let two contacts be two people again: who was said to be the same as `other` goes along, all else stays with `here`.

    What waits to be told to a party at an address that is no longer theirs goes to one of their own. Nothing happens
    where the two are not merged.
    """
    parted = False
    while pair := rules.step_towards(other, here, _pairs(other)):
        Merge.objects.filter(one_id=pair[0], other_id=pair[1], undone_at__isnull=True).update(
            undone_at=at, undone_by_id=by.user_id if by else None
        )
        parted = True
    if parted:
        for group in (_gather(here), _gather(other)):
            theirs = OutMessage.objects.filter(identity__contact__in=group)
            take_back(theirs.exclude(party__in=_parties(group)), at)


def follow_party(contact_id: UUID, *, at: datetime) -> None:
    """Part a contact that turned out to be a party's from whoever belongs to another: that merge was a mistake."""
    mine = _parties({contact_id})
    others = Contact.objects.filter(pk__in=_group(contact_id), party__isnull=False)
    for other in [*others.exclude(party__in=mine).values_list("pk", flat=True)]:
        unmerge_contacts(here=other, other=contact_id, at=at)
    _gather(contact_id)


def forget_contacts(ids: Collection[UUID]) -> None:
    """Delete contacts with their identities and what they wrote; who was merged with them goes on without."""
    left = {one for pk in ids for one in _group(pk)} - {*ids}
    Contact.objects.filter(pk__in=ids).delete()
    for contact_id in left:
        _gather(contact_id)


def _pairs(contact_id: UUID) -> set[Pair]:
    """Return the merges in force that reach a contact, over however many steps. A query for each step."""
    found: set[Pair] = set()
    edge = {contact_id}
    while edge:
        rows = Merge.objects.filter(
            Q(one__in=edge) | Q(other__in=edge), undone_at__isnull=True
        ).values_list("one_id", "other_id")
        new = {*rows} - found
        edge = {pk for pair in new for pk in pair} - edge
        found |= new
    return found


def _group(contact_id: UUID) -> set[UUID]:
    return {contact_id, *(pk for pair in _pairs(contact_id) for pk in pair)}


def _parties(contacts: Collection[UUID]) -> set[UUID]:
    rows = Contact.objects.filter(pk__in=contacts, party__isnull=False)
    return {*rows.values_list("party_id", flat=True)}


def _gather(contact_id: UUID) -> set[UUID]:
    """Let the group of a contact have one head, whom the others point to: a party's contact, else the first known."""
    members = _group(contact_id)
    rows = Contact.objects.filter(pk__in=members)
    head = min(rows, key=lambda one: (one.party_id is None, one.created_at, one.pk))
    rows.filter(pk=head.pk).update(merged_into=None)
    rows.exclude(pk=head.pk).update(merged_into=head)
    return members


def take_back(messages: QuerySet[OutMessage], at: datetime) -> None:
    """
    Send what waits among these messages, at an address that is no longer their party's, to an address of that party.

    What a worker is handing over at this moment is not reached.
    """
    waiting = messages.filter(
        Q(claimed_until__isnull=True) | Q(claimed_until__lt=at),
        party__isnull=False,
        told_elsewhere=False,
        state__in=[*rules.OPEN_STATES, Delivery.FAILED],
    )
    for message in waiting.select_related("party"):
        _redirect(message, at)


def _redirect(message: OutMessage, at: datetime) -> None:
    """Let a message go to its party on the same channel, else by the next one; else an officer sees it."""
    assert message.party is not None, "only a party's message stands at somebody else's address"
    mine = OutMessage.objects.filter(
        pk=message.pk,
        state=message.state,
        attempts=message.attempts,
        claimed_until=message.claimed_until,
    )
    ways = queries.ways_to(message.party)
    same = next((one for one in ways if one.channel == message.channel), None)
    message.address = same.address if same else ""
    changed = {
        "identity_id": same.identity_id if same else None,
        **stored_columns(message, "address"),
    }
    if same is None:
        changed |= {
            "state": Delivery.FAILED,
            "done_at": at,
            "error": "the address turned out to be somebody else's",
        }
    if mine.update(**changed) and same is None:
        queue_next_way(message, at=at)
