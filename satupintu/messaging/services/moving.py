"""
Who is behind an address of a channel, where one account has several or they change: WhatsApp's numbers and user ids.

An account has a number, which it may hide, and a user id of this office (business-scoped), which changes with the
number. Both are identities of one contact. A number that comes with another account's user id has passed to somebody
else: it leaves its contact, so that nobody hears what was meant for who had it before.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from satupintu.lib.fields import columns, hashes_of, stored_columns
from satupintu.lib.prepared import Prepared
from satupintu.messaging import rules
from satupintu.messaging.models import Conversation, Identity, OutMessage
from satupintu.messaging.rules import ChannelKind, Delivery
from satupintu.messaging.services import contacts, merging

_OF_ACCOUNT = Prepared(
    lambda channel, addresses, phones: (
        Identity.objects.filter(
            Q(address_hash__in=addresses) | Q(phone_hash__in=phones),
            channel=channel,
            gone_at__isnull=True,
        )
        .select_related("contact__party")
        .order_by("pk")
    ),
    many={"addresses", "phones"},
)


def remember_account(
    *, channel: ChannelKind, number: str, user_id: str, at: datetime, name: str = ""
) -> Identity:
    """
    Return the identity of a number by which an account wrote, of whom the channel told the user id too.

    The user id becomes an identity of the same contact, so that the person is known when only that is shown. Where each
    was known of somebody apart, the two are merged; where the number was another account's, it has passed on.
    """
    hashes = hashes_of(number)
    known = _OF_ACCOUNT.all(
        channel=str(channel), addresses=[*hashes, *hashes_of(user_id)], phones=hashes
    )
    shown = next((one for one in known if one.address == number), None)
    account = next((one for one in known if one.address == user_id), None)
    before = [one for one in known if one not in (shown, account)]
    if before or (shown and account and not _are_one(shown, account, at)):
        _pass_on([one for one in (shown, *before) if one], number, at)
        shown = None
    if shown is None and account is None:
        shown, _made = contacts.remember_identity(
            channel=channel, address=number, phone=number, name=name, at=at
        )
    for one in (shown, account):
        if one is not None and one.phone != number:
            _set_phone(one, number)
    known_already = shown or account
    assert known_already is not None, "one of the two is known by now"
    if account is None:
        _also(known_already, user_id, at)
    return shown or _also(known_already, number, at)


def _are_one(shown: Identity, account: Identity, at: datetime) -> bool:
    """Say whether number and user id are of one person, merging what was known apart; False for two applicants."""
    ours, theirs = shown.contact, account.contact
    if (ours.merged_into_id or ours.pk) == (theirs.merged_into_id or theirs.pk):
        return True
    try:
        merging.merge_contacts(keep=ours.pk, other=theirs.pk, at=at)
    except merging.MergeRefused:
        return False
    return True


def _also(known: Identity, address: str, at: datetime) -> Identity:
    """Let the account of an identity be known by one more address; silence that was asked for holds there too."""
    made = Identity(
        contact=known.contact,
        channel=known.channel,
        address=address,
        phone=known.phone,
        heard_at=known.heard_at,
        stopped_at=known.stopped_at,
        created_at=at,
    )
    made.save()
    return made


def _set_phone(identity: Identity, phone: str) -> None:
    identity.phone = phone
    identity.save(update_fields=columns("phone"))


def _pass_on(
    identities: Iterable[Identity], number: str, at: datetime, now: Identity | None = None
) -> None:
    """Let a number leave whoever had it; `now` is under what they are known since, None: nobody told us."""
    for one in identities:
        if one.address == number:
            _retire(one, at, now)
        else:
            _set_phone(one, "")


def _retire(identity: Identity, at: datetime, now: Identity | None) -> None:
    """
    Note that an address is no longer its contact's. What was said there stays theirs; nothing more is said there.

    What waits and what is open goes on with `now`; without it a party's messages go to another address of theirs.
    """
    Identity.objects.filter(pk=identity.pk).update(gone_at=at, chosen_at=None)
    waiting = OutMessage.objects.filter(identity=identity, state__in=[*rules.OPEN_STATES])
    talk = Conversation.objects.filter(identity=identity, closed_at=None)
    if now is None:
        merging.take_back(OutMessage.objects.filter(identity=identity), at)
        waiting.update(state=Delivery.FAILED, done_at=at, error="the number is somebody else's now")
        talk.update(closed_at=at, waiting_since=None)
        return
    Identity.objects.filter(pk=now.pk, chosen_at=None).update(chosen_at=identity.chosen_at)
    waiting.update(identity=now, **stored_columns(now, "address"))
    if Conversation.objects.filter(identity=now, closed_at=None).exists():
        talk.update(closed_at=at)
    else:
        talk.update(identity=now)


@transaction.atomic
def follow_move(*, channel: ChannelKind, old: str, new: str, new_phone: str, at: datetime) -> None:
    """
    Let an identity bear its new address, as its channel told us; the thread goes on, and what waits goes there.

    Where the new address is known already, the two contacts are merged if they can be. A number that the account had
    before is told nothing further: it will be somebody else's. Nothing of a case is ever shown for an address alone.
    """
    found, there = contacts.find_identity(channel, old), contacts.find_identity(channel, new)
    if found is None:
        return
    number = found.phone
    if there is None:
        there = found
        found.address, found.phone = new, new_phone
        found.save(update_fields=[*columns("address"), *columns("phone")])
        waiting = OutMessage.objects.filter(identity=found, state__in=[*rules.OPEN_STATES])
        waiting.update(**stored_columns(found, "address"))
    else:
        _retire(found, at, there if _are_one(there, found, at) else None)
    if number and number != new_phone:
        left = contacts.known_by_phone(channel, hashes_of(number))
        _pass_on(left.exclude(pk__in=[found.pk, there.pk]), number, at, now=there)
