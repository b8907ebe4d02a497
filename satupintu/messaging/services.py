"""
Messages: queued in the caller's transaction, sent by a worker outside any, logged when sent by
hand.

Sending is at least once: a worker that dies between the mail server's answer and our mark is
followed by another attempt under the same Message-ID.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.lib.fields import matching
from satupintu.messaging import queries, rules
from satupintu.messaging.channels import transport_for
from satupintu.messaging.channels.port import Failed, Outgoing, Sent
from satupintu.messaging.models import Contact, OutMessage
from satupintu.messaging.rules import OPEN_STATES, ChannelKind, Delivery
from satupintu.messaging.wording import in_language, render
from satupintu.people.queries import Party, User, officers_on
from satupintu.people.rules import Actor, Role
from satupintu.workflow.queries import Task, Transition

log = structlog.get_logger()


class NotSendable(Exception):
    """The message cannot be sent by hand any more."""

    @property
    def message(self) -> str:
        return _("Pesan ini sudah terkirim. Muat ulang halaman untuk melihat keadaannya.")


def queue_message(
    *,
    template: str,
    context: dict[str, Any],
    origin: str,
    at: datetime,
    to_party: Party | None = None,
    contact: Contact | None = None,
    address: str = "",
    channel: ChannelKind | None = None,
    language: str = "",
    expires_at: datetime | None = None,
) -> OutMessage | None:
    """
    Write one message into the outbox; a second call with the same `origin` returns the first.

    Give one of `to_party` (their way is chosen), `contact`, or `address` with `channel`. Returns
    None when the party cannot or does not want to be reached. Joins the caller's transaction; sends
    nothing. Raises MissingWords or KeyError for a context or template that does not fit
    (rules.TEXTS).
    """
    existing = OutMessage.objects.filter(origin=origin).first()
    if existing is not None:
        return existing
    way = _way(to_party=to_party, contact=contact, address=address, channel=channel)
    if way is None:
        return None
    used = language or way.language
    subject, body = render(template, used, in_language(context, used))
    try:
        with transaction.atomic():
            return OutMessage.objects.create(
                origin=origin,
                channel=way.channel,
                address=way.address,
                contact_id=way.contact_id,
                party=to_party or (contact.party if contact else None),
                template=template,
                language=used,
                subject=subject,
                body=body,
                created_at=at,
                next_attempt_at=at,
                expires_at=expires_at,
            )
    except IntegrityError:  # the same cause, in another process, a moment ago
        return OutMessage.objects.get(origin=origin)


def _way(
    *, to_party: Party | None, contact: Contact | None, address: str, channel: ChannelKind | None
) -> queries.Way | None:
    if to_party is not None:
        return queries.way_to(to_party)
    if contact is not None:
        if contact.stopped_at:
            return None
        return queries.Way(
            ChannelKind(contact.channel), contact.address, contact.language, contact.pk
        )
    assert address, "a message goes to a party, a contact or an address"
    assert channel is not None, "an address needs its channel"
    return queries.Way(channel, address, "id")


def notify(
    party_id: UUID, template: str, context: dict[str, Any], *, origin: str, at: datetime
) -> OutMessage | None:
    """
    Tell a party something by the channel they can be reached on, in the language they read.

    `origin` names the cause ("transition:<id>"); the party is added, so one cause may go to several. `context` holds
    what rules.TEXTS[template] names, except `name`, which is the party's; a function in it is asked for the words in
    the recipient's language. Returns None when the party cannot be reached or does not want to be.
    """
    party = Party.objects.filter(pk=party_id, erased_at__isnull=True).first()
    if party is None:
        return None
    return queue_message(
        template=template,
        context={"name": party.name, **context},
        origin=f"{origin}:{party_id}",
        at=at,
        to_party=party,
    )


def notify_officer(
    user: User, template: str, context: dict[str, Any], *, origin: str, at: datetime
) -> OutMessage | None:
    """Tell an officer something by e-mail, as `notify`; None when no address of theirs is known."""
    if not user.email or not user.is_active:
        return None
    return queue_message(
        template=template,
        context={"name": user.name, **context},
        origin=f"{origin}:user:{user.pk}",
        at=at,
        address=user.email,
        channel=ChannelKind.EMAIL,
        language=user.language,
    )


def tell_party(row: Transition, template: str, context: dict[str, Any]) -> None:
    """Tell the case's party, once, what follows from a move; nobody where the case has none."""
    if row.case.party_id is not None:
        notify(
            row.case.party_id,
            template,
            context,
            origin=f"transition:{row.pk}",
            at=row.recorded_at,
        )


def tell_owing(row: Transition, template: str, context: dict[str, Any]) -> None:
    """Tell, once, whoever may answer the tasks that a move opened; each text is told by when, as `due`."""
    today = timezone.localdate(row.recorded_at)
    for task in Task.objects.filter(case_id=row.case_id, opened_seq=row.seq):
        due = {"due": timezone.localtime(task.due_at)}
        for officer in officers_on(Role(task.role), today=today, unit_id=task.unit_id):
            notify_officer(
                officer, template, context | due, origin=f"task:{task.pk}", at=row.recorded_at
            )


def send_due(at: datetime, limit: int = 50) -> int:
    """
    Send what is due and return how many messages were handed over (the worker's loop).

    Each is claimed by compare-and-set, sent outside any transaction, then marked. A failed one
    waits longer each time and is given up after rules.ATTEMPTS; one bad message never stops the
    others.
    """
    sent = 0
    for message in queries.list_due(at, limit):
        if _claim(message, at):
            sent += _send_one(message, at)
    return sent


def _claim(message: OutMessage, at: datetime) -> bool:
    claimed = OutMessage.objects.filter(
        pk=message.pk, attempts=message.attempts, state=message.state
    ).update(state=Delivery.SENDING, attempts=message.attempts + 1, claimed_until=at + rules.CLAIM)
    message.attempts += 1
    return claimed == 1


def _send_one(message: OutMessage, at: datetime) -> int:
    if message.expires_at is not None and message.expires_at <= at:
        _mark(message, Delivery.FAILED, at, error="expired before it could be sent")
        return 0
    channel = ChannelKind(message.channel)
    transport = transport_for(channel)
    if transport is None:
        result: Sent | Failed = Failed(permanent=True, why=f"no transport carries {channel}")
    else:
        outgoing = Outgoing(
            channel, message.address, message.subject, message.body, f"{message.pk}.satupintu"
        )
        try:
            result = transport.send(outgoing)
        except Exception as error:  # noqa: BLE001  the worker's loop goes on with the next message
            # Not the exception's words: a mail library may put the address into them.
            kind = type(error).__name__
            log.error("message_crashed", message=str(message.pk), kind=kind)  # noqa: TRY400  see above
            result = Failed(permanent=False, why=type(error).__name__)
    name = transport.name if transport else ""
    if isinstance(result, Sent):
        _mark(message, Delivery.SENT, at, transport=name)
        return 1
    wait = None if result.permanent else rules.wait_after(message.attempts)
    if wait is None:
        _mark(message, Delivery.FAILED, at, transport=name, error=result.why)
        log.warning("message_failed", message=str(message.pk), why=result.why)
    else:
        OutMessage.objects.filter(pk=message.pk, state=Delivery.SENDING).update(
            next_attempt_at=at + wait, claimed_until=None, error=result.why[:200]
        )
    return 0


def _mark(
    message: OutMessage, state: Delivery, at: datetime, *, transport: str = "", error: str = ""
) -> None:
    OutMessage.objects.filter(pk=message.pk, state=Delivery.SENDING).update(
        state=state, done_at=at, claimed_until=None, transport=transport, error=error[:200]
    )


def forget_codes(*, at: datetime) -> int:
    """Delete the messages that are not kept (rules.FORGOTTEN_AFTER); return how many."""
    return sum(
        OutMessage.objects.filter(template=template, created_at__lt=at - age).delete()[0]
        for template, age in rules.FORGOTTEN_AFTER.items()
    )


def forget_party(*, party_id: UUID) -> int:
    """
    Delete what was written to a party that asks to be erased, and where it could be reached; return how many messages.

    For somebody without a case: nothing that the office decided was told in these messages.
    """
    count, _by_model = OutMessage.objects.filter(party_id=party_id).delete()
    Contact.objects.filter(party_id=party_id).delete()
    return count


def mark_sent_by_hand(*, message_id: UUID, by: Actor, at: datetime) -> OutMessage:
    """
    Record that an officer sent the message with their own telephone.

    Raises NotSendable if it went out meanwhile, OutMessage.DoesNotExist for an unknown id.
    """
    done = OutMessage.objects.filter(
        pk=message_id, state__in=[*OPEN_STATES, Delivery.FAILED]
    ).update(
        state=Delivery.MANUAL,
        done_at=at,
        transport="manual_whatsapp",
        sent_by_id=by.user_id,
        claimed_until=None,
    )
    message = queries.get_message(message_id)
    if not done:
        raise NotSendable
    return message


def stop_contact(*, channel: ChannelKind, address: str, at: datetime) -> None:
    """Note that an address asks for silence on a channel."""
    contact, _made = remember_contact(channel=channel, address=address, party=None, at=at)
    Contact.objects.filter(pk=contact.pk, stopped_at__isnull=True).update(stopped_at=at)


def remember_contact(
    *,
    channel: ChannelKind,
    address: str,
    party: Party | None,
    at: datetime,
    language: str = "id",
    consented: bool = False,
) -> tuple[Contact, bool]:
    """Return the contact of an address on a channel, and whether it is new; joins it to `party`."""
    found = Contact.objects.filter(matching("address", address), channel=channel).first()
    if found is None:
        try:
            with transaction.atomic():
                return (
                    Contact.objects.create(
                        channel=channel,
                        address=address,
                        party=party,
                        language=language,
                        consented_at=at if consented else None,
                        created_at=at,
                    ),
                    True,
                )
        except IntegrityError:
            found = Contact.objects.get(matching("address", address), channel=channel)
    if party is not None and found.party_id is None:
        Contact.objects.filter(pk=found.pk, party__isnull=True).update(party=party)
        found.party = party
    return found, False
