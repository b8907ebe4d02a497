"""Who writes: identities on channels, the contact behind them, silent when asked."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from satupintu.lib.fields import hashes_of, matching
from satupintu.lib.prepared import Prepared, insert
from satupintu.messaging.models import Contact, Identity, OutMessage
from satupintu.messaging.rules import ChannelKind
from satupintu.messaging.services import merging
from satupintu.people.queries import Party

_OF_ADDRESS = Prepared(
    lambda channel, hashes: (
        Identity.objects.filter(address_hash__in=hashes, channel=channel, gone_at__isnull=True)
        .select_related("contact__party")
        .order_by("pk")[:1]
    ),
    many={"hashes"},
)


class NoSuchWay(Exception):
    """A party has no address on the channel that was chosen."""


def remember_identity(
    *,
    channel: ChannelKind,
    address: str,
    at: datetime,
    party: Party | None = None,
    phone: str = "",
    name: str = "",
    language: str = "id",
    consented: bool = False,
) -> tuple[Identity, bool]:
    """
    Return the identity of an address on a channel, and whether it is new; joins its contact to `party`.

    A new identity belongs to the party's contact when there is one, else to a contact of its own.
    """
    found = find_identity(channel, address)
    if found is None:
        try:
            with transaction.atomic():
                contact = Contact.objects.filter(party=party).first() if party else None
                if contact is None:
                    contact = Contact(
                        party=party,
                        name=name[:200],
                        language=language,
                        consented_at=at if consented else None,
                        created_at=at,
                    )
                    insert(contact)
                made = Identity(
                    contact=contact, channel=channel, address=address, phone=phone, created_at=at
                )
                insert(made)
        except IntegrityError:
            found = find_identity(channel, address)
            assert found is not None, "what stands in the way is the identity"
        else:
            return made, True
    if party is not None and found.contact.party_id is None:
        Contact.objects.filter(pk=found.contact_id, party__isnull=True).update(party=party)
        found.contact.party = party
        merging.follow_party(found.contact_id, at=at)
    return found, False


def find_identity(channel: ChannelKind, address: str) -> Identity | None:
    """Return whose an address on a channel is now, with contact and party; None for an unknown one."""
    return _OF_ADDRESS.first(channel=str(channel), hashes=hashes_of(address))


def stop_identity(*, channel: ChannelKind, address: str, at: datetime) -> None:
    """Note that an address asks for silence on a channel."""
    identity, _made = remember_identity(channel=channel, address=address, at=at)
    account_of(identity).filter(stopped_at__isnull=True).update(stopped_at=at)


def resume_identity(identity_id: UUID) -> None:
    """Note that an address wants to hear from the office again."""
    account_of(Identity.objects.get(pk=identity_id)).update(stopped_at=None)


def choose_identity(identity_id: UUID, *, at: datetime) -> None:
    """Note that the person wants to be told here before anywhere else."""
    resume_identity(identity_id)
    Identity.objects.filter(pk=identity_id).update(chosen_at=at)


def known_by_phone(channel: Any, hashes: Any) -> QuerySet[Identity]:
    """Return who is known on a channel by a telephone number now, given as fields.hashes_of tells it."""
    return Identity.objects.filter(phone_hash__in=hashes, channel=channel, gone_at__isnull=True)


def account_of(identity: Identity) -> QuerySet[Identity]:
    """Return an identity with the other ids under which the same WhatsApp account is known."""
    if identity.channel != ChannelKind.WHATSAPP or not identity.phone:
        return Identity.objects.filter(pk=identity.pk)
    return known_by_phone(ChannelKind.WHATSAPP, hashes_of(identity.phone))


@transaction.atomic
def add_browser(*, party: Party, address: str, at: datetime) -> Identity:
    """Let a browser (its subscription) show what a party is told, first of all ways; whoever had it before loses it."""
    others = Identity.objects.filter(matching("address", address), channel=ChannelKind.PUSH)
    others.exclude(contact__party=party).delete()
    identity, _made = remember_identity(
        channel=ChannelKind.PUSH, address=address, party=party, at=at
    )
    choose_identity(identity.pk, at=at)
    return identity


def forget_browsers(*, party: Party) -> None:
    """Let no browser show a party's news any more."""
    Identity.objects.filter(contact__party=party, channel=ChannelKind.PUSH).delete()


def forget_address(channel: ChannelKind, address: str) -> None:
    """Forget an address that is no more, as its channel told us; what was said there stays."""
    Identity.objects.filter(matching("address", address), channel=channel).delete()


def choose_way(*, party: Party, channel: ChannelKind | None, at: datetime) -> None:
    """
    Note by which channel a party wants to be told first; None: the office's order.

    Raises NoSuchWay when they have no address on it.
    """
    Identity.objects.filter(contact__party=party).update(chosen_at=None)
    if channel is None:
        return
    known = Identity.objects.filter(contact__party=party, channel=channel, gone_at=None).first()
    told = {ChannelKind.EMAIL: party.email, ChannelKind.PUSH: ""}
    address = known.address if known else told.get(channel, party.phone)
    if not address:
        raise NoSuchWay
    identity, _made = remember_identity(channel=channel, address=address, party=party, at=at)
    choose_identity(identity.pk, at=at)


def speak(contact_id: UUID, language: str) -> None:
    Contact.objects.filter(pk=contact_id).update(language=language)


@transaction.atomic
def forget_party(*, party_id: UUID) -> int:
    """
    Delete what was written to a party that asks to be erased, and where it could be reached; return how many messages.

    For somebody without a case: nothing that the office decided was told in these messages.
    """
    count, _by_model = OutMessage.objects.filter(party_id=party_id).delete()
    theirs = Contact.objects.filter(party_id=party_id)
    merging.forget_contacts([*theirs.values_list("pk", flat=True)])
    return count
