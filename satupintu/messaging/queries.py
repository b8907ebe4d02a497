"""What was and will be sent, and where a party can be reached."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from satupintu.lib.identity import is_mobile
from satupintu.lib.prepared import Prepared
from satupintu.messaging.channels import transport_for
from satupintu.messaging.models import Contact, Conversation, Identity, InMessage, OutMessage
from satupintu.messaging.rules import (
    FORGOTTEN_AFTER,
    LADDER,
    OPEN_STATES,
    ChannelKind,
    Delivery,
)
from satupintu.people.queries import Consent, Party, User
from satupintu.people.rules import Purpose

__all__ = ["Contact", "Conversation", "Identity", "InMessage", "OutMessage"]


@dataclass(frozen=True, slots=True)
class Way:
    """How a party is reached: a channel, an address on it, and the language they read."""

    channel: ChannelKind
    address: str
    language: str
    identity_id: UUID | None = None


def can_deliver(channel: ChannelKind) -> bool:
    """Say whether this installation carries the channel without a person's help."""
    return transport_for(channel) is not None


_NEWEST_CONSENT = Prepared(
    lambda party_id: Consent.objects.filter(party=party_id, purpose=Purpose.MESSAGES).order_by(
        "-given_at", "-pk"
    )[:1]
)
# By the indexes of both ways to a party; joined by "or", the database would read every contact there is.
_IDENTITIES = Prepared(
    lambda party_id: (
        Identity.objects.filter(
            contact__in=Contact.objects.filter(party_id=party_id)
            .values("pk")
            .union(Contact.objects.filter(merged_into__party_id=party_id).values("pk"))
        )
        .select_related("contact")
        .order_by("created_at", "pk")
    )
)
_LANGUAGE = Prepared(
    lambda party_id: (
        User.objects.filter(party=party_id, is_active=True)
        .order_by("pk")
        .values_list("language", flat=True)[:1]
    )
)


def identities_of_party(party_id: UUID) -> list[Identity]:
    """
    Return the addresses of a party's contacts and of those merged into them, the first known first. One query.

    Each with its contact.
    """
    return _IDENTITIES.all(party_id=party_id)


def get_identity(identity_id: UUID) -> Identity:
    """Return an identity with its contact and party. Raises Identity.DoesNotExist."""
    return Identity.objects.select_related("contact__party").get(pk=identity_id)


def phone_of(identity_id: UUID) -> str:
    """Return the number of an identity (E.164); "" where its channel does not show it. Raises Identity.DoesNotExist."""
    return Identity.objects.get(pk=identity_id).phone


def can_text(identity_id: UUID) -> bool:
    """Say whether an identity can be sent an SMS: this office carries it, and the number is a mobile one."""
    return can_deliver(ChannelKind.SMS) and is_mobile(phone_of(identity_id))


def way_to(party: Party) -> Way | None:
    """Return how to tell a party something, as the first of `ways_to`; None when there is none."""
    return next(iter(ways_to(party)), None)


def ways_to(party: Party) -> list[Way]:
    """
    Return how to tell a party something, the best first: where they asked to be told, then down rules.LADDER.

    Only channels that this office carries; where none of them reaches the party but a telephone is known, one way by
    WhatsApp is left for an officer's hand. Empty when they withdrew the consent to be told, or every address asked for
    silence. Three queries.
    """
    newest = _NEWEST_CONSENT.first(party_id=party.pk)
    if newest is not None and newest.withdrawn_at is not None:
        return []
    identities = identities_of_party(party.pk)
    language = _LANGUAGE.first(party_id=party.pk) or "id"
    live = [one for one in identities if not one.gone_at]
    known = {(one.channel, one.address): one for one in live if not one.stopped_at}
    silent = {(one.channel, one.address) for one in identities} - {*known}
    chosen = max(
        (one for one in known.values() if one.chosen_at),
        key=lambda one: str(one.chosen_at),
        default=None,
    )
    candidates = [(one.channel, one.address) for one in known.values()]
    if party.phone:
        candidates += [(ChannelKind.WHATSAPP, party.phone), (ChannelKind.SMS, party.phone)]
    if party.email:
        candidates.append((ChannelKind.EMAIL, party.email))

    def way(channel: ChannelKind) -> Way | None:
        for candidate in candidates:
            if candidate[0] == channel and candidate not in silent:
                identity = known.get(candidate)
                return Way(
                    channel,
                    candidate[1],
                    identity.contact.language if identity else language,
                    identity.pk if identity else None,
                )
        return None

    order = [*LADDER]
    if chosen is not None:
        order.sort(key=lambda channel: channel != chosen.channel)
        candidates.sort(key=lambda one: one != (chosen.channel, chosen.address))
    carried = [found for one in order if can_deliver(one) and (found := way(one))]
    if carried:
        return carried
    by_hand = way(ChannelKind.WHATSAPP)
    return [by_hand] if by_hand else []


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of whoever writes from an identity: what they call themselves, and how they are called back."""

    name: str
    phone: str
    email: str


def known_by(identity_id: UUID) -> Known:
    """Return what is known of an identity. Raises Identity.DoesNotExist."""
    one = get_identity(identity_id)
    party = one.contact.party
    # Where a caller withholds the number, the address names the call.
    by_phone = one.channel in {ChannelKind.SMS, ChannelKind.TELEPHONE}
    phone = one.phone or (one.address if by_phone and one.address.startswith("+") else "")
    return Known(
        party.name if party else one.contact.name,
        phone,
        one.address if one.channel == ChannelKind.EMAIL else "",
    )


def chosen_channel(party: Party) -> str:
    """Return the channel by which a party asked to be told first; "" for none."""
    found = (
        Identity.objects.filter(contact__party=party, chosen_at__isnull=False, gone_at=None)
        .order_by("-chosen_at")
        .values_list("channel", flat=True)
        .first()
    )
    return found or ""


def count_browsers(party: Party) -> int:
    """Return how many browsers may show what a party is told."""
    return Identity.objects.filter(contact__party=party, channel=ChannelKind.PUSH).count()


def list_due(at: datetime, limit: int, channels: Iterable[ChannelKind]) -> list[OutMessage]:
    """
    Return messages of some channels that a worker may claim now, oldest due first, with what sending needs.

    WhatsApp that nobody here carries is not among them: it waits for an officer's hand.
    """
    kinds = [one for one in channels if one is not ChannelKind.WHATSAPP or can_deliver(one)]
    return list(
        OutMessage.objects.filter(
            Q(claimed_until__isnull=True) | Q(claimed_until__lt=at),
            state__in=[*OPEN_STATES],
            done_at__isnull=True,
            next_attempt_at__lte=at,
            channel__in=kinds,
        )
        .select_related("identity", "answers", "party")
        # Whoever waits for an answer or a code is not behind what the office tells by itself.
        .order_by("-at_once", "next_attempt_at", "pk")[:limit]
    )


def list_for_hand() -> QuerySet[OutMessage]:
    """
    Return what waits for an officer: WhatsApp messages, and any that could not be delivered.

    A private answer never does: whoever sends it would read it. The person has their code, or asks again.
    """
    waiting = Q(state=Delivery.FAILED, told_elsewhere=False)
    if not can_deliver(ChannelKind.WHATSAPP):
        waiting |= Q(channel=ChannelKind.WHATSAPP, state=Delivery.QUEUED)
    return (
        OutMessage.objects.filter(
            waiting,
            state__in=[Delivery.QUEUED, Delivery.FAILED],  # what the index holds
            private=False,
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
    if message.channel not in {ChannelKind.EMAIL, ChannelKind.PUSH}:
        return message.address
    return message.party.phone if message.party else ""


def was_queued(origin: str) -> bool:
    """Return whether a message of this cause was written."""
    return OutMessage.objects.filter(origin=origin).exists()
