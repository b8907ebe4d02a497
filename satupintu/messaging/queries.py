"""What was and will be sent, and where a party can be reached."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from satupintu.messaging.channels import transport_for
from satupintu.messaging.models import Contact, Conversation, OutMessage
from satupintu.messaging.rules import FORGOTTEN_AFTER, OPEN_STATES, ChannelKind, Delivery
from satupintu.people.queries import Consent, Party, User
from satupintu.people.rules import Purpose

__all__ = ["Contact", "Conversation", "OutMessage"]


@dataclass(frozen=True, slots=True)
class Way:
    """How a party is reached: a channel, an address on it, and the language they read."""

    channel: ChannelKind
    address: str
    language: str
    contact_id: UUID | None = None


def can_deliver(channel: ChannelKind) -> bool:
    """Say whether this installation carries the channel without a person's help."""
    return transport_for(channel) is not None


def way_to(party: Party) -> Way | None:
    """
    Return how to tell a party something: e-mail, then SMS, then WhatsApp by an officer's hand.

    None when they have no address, withdrew the consent to be told, or an address asked for
    silence. Three queries.
    """
    newest = (
        Consent.objects.filter(party=party, purpose=Purpose.MESSAGES)
        .order_by("-given_at", "-pk")
        .first()
    )
    if newest is not None and newest.withdrawn_at is not None:
        return None
    language = (
        User.objects.filter(party=party, is_active=True).values_list("language", flat=True).first()
        or "id"
    )
    contacts = list(Contact.objects.filter(party=party).order_by("created_at", "pk"))
    silent = {(one.channel, one.address) for one in contacts if one.stopped_at}
    known = {(one.channel, one.address): one for one in contacts if not one.stopped_at}
    candidates = [(one.channel, one.address) for one in known.values()]
    if party.email:
        candidates.append((ChannelKind.EMAIL, party.email))
    if party.phone:
        candidates += [(ChannelKind.SMS, party.phone), (ChannelKind.WHATSAPP, party.phone)]
    for channel in (ChannelKind.EMAIL, ChannelKind.SMS, ChannelKind.WHATSAPP):
        if channel is not ChannelKind.WHATSAPP and not can_deliver(channel):
            continue
        for candidate in candidates:
            if candidate[0] == channel and candidate not in silent:
                contact = known.get(candidate)
                return Way(
                    channel,
                    candidate[1],
                    contact.language if contact else language,
                    contact.pk if contact else None,
                )
    return None


def list_due(at: datetime, limit: int) -> list[OutMessage]:
    """Return messages a worker may claim now, oldest due first."""
    return list(
        OutMessage.objects.filter(
            Q(claimed_until__isnull=True) | Q(claimed_until__lt=at),
            state__in=[*OPEN_STATES],
            next_attempt_at__lte=at,
        )
        .exclude(channel=ChannelKind.WHATSAPP)
        .order_by("next_attempt_at", "pk")[:limit]
    )


def list_for_hand() -> QuerySet[OutMessage]:
    """Return what waits for an officer: WhatsApp messages, and any that could not be delivered."""
    return (
        OutMessage.objects.filter(
            Q(channel=ChannelKind.WHATSAPP, state=Delivery.QUEUED) | Q(state=Delivery.FAILED),
            state__in=[Delivery.QUEUED, Delivery.FAILED],  # what the index holds
        )
        .exclude(template__in=[*FORGOTTEN_AFTER])
        .select_related("party")
        .order_by("created_at", "pk")
    )


def list_for_party(party_id: UUID) -> QuerySet[OutMessage]:
    """Return what was sent to a party, newest first; never the sign-in codes."""
    return (
        OutMessage.objects.filter(party_id=party_id)
        .exclude(template__in=[*FORGOTTEN_AFTER])
        .order_by("-created_at", "-pk")
    )


def list_demo_inbox(limit: int = 100) -> list[OutMessage]:
    """Return the newest messages of a demo, whoever got them."""
    return list(OutMessage.objects.select_related("party").order_by("-created_at", "-pk")[:limit])


def get_message(message_id: UUID) -> OutMessage:
    """Return the message with its party. Raises OutMessage.DoesNotExist. For officers only."""
    return OutMessage.objects.select_related("party").get(pk=message_id)


def phone_for(message: OutMessage) -> str:
    """Return the number a message can be sent to by hand; "" when the party has none."""
    if message.channel != ChannelKind.EMAIL:
        return message.address
    return message.party.phone if message.party else ""


def was_queued(origin: str) -> bool:
    """Return whether a message of this cause was written."""
    return OutMessage.objects.filter(origin=origin).exists()
