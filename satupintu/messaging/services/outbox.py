"""Messages of the office: queued in the caller's transaction, and those that an officer sends by hand."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.lib.prepared import Prepared, insert
from satupintu.messaging import queries, rules
from satupintu.messaging.channels.port import Choice
from satupintu.messaging.models import Conversation, Identity, InMessage, OutMessage
from satupintu.messaging.rules import OPEN_STATES, ChannelKind, Delivery
from satupintu.messaging.wording import in_language, packed, render_for, unpacked
from satupintu.people.queries import Party, User, officers_on
from satupintu.people.rules import Actor, Role
from satupintu.workflow.queries import Task, Transition

_OPENED = Prepared(lambda case_id, seq: Task.objects.filter(case_id=case_id, opened_seq=seq))
_THERE = Prepared(lambda party_id: Party.objects.filter(pk=party_id, erased_at__isnull=True))


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
    identity: Identity | None = None,
    address: str = "",
    channel: ChannelKind | None = None,
    language: str = "",
    expires_at: datetime | None = None,
    about_id: UUID | None = None,
    private: bool = False,
) -> OutMessage | None:
    """
    Write one message into the outbox; a second call with the same `origin` returns the first.

    Give one of `to_party` (their way is chosen), `identity`, or `address` with `channel`; `about_id` is the case it is
    about, in whose timeline it stands; a `private` one no officer reads, nor sends by hand. Returns
    None when the party cannot or does not want to be reached. Joins the caller's transaction; sends
    nothing. What the office tells by itself waits for the end of the quiet hours. Raises MissingWords
    or KeyError for a context or template that does not fit (rules.TEXTS).
    """
    ways = _ways(to_party=to_party, identity=identity, address=address, channel=channel)
    if not ways:
        return None
    way = ways[0]
    used = language or way.language
    told = in_language(context, used)
    return _tell(
        way,
        template,
        used,
        told,
        more={"ladder": packed(told)} if len(ways) > 1 else {},
        origin=origin,
        party=to_party or (identity.contact.party if identity else None),
        at=at,
        expires_at=expires_at,
        about_id=about_id,
        private=private,
    )


def _tell(
    way: queries.Way,
    template: str,
    language: str,
    told: dict[str, Any],
    *,
    more: dict[str, Any],
    origin: str,
    party: Party | None,
    at: datetime,
    expires_at: datetime | None,
    about_id: UUID | None,
    private: bool,
) -> OutMessage:
    """Write one of the office's texts for a way: as long as its channel takes, and not in the quiet hours."""
    subject, body = render_for(way.channel, template, language, told)
    if way.channel is ChannelKind.WHATSAPP:
        more = more | {"parameters": [str(told[key]) for key in sorted(rules.TEXTS[template])]}
    return _write(
        origin,
        way,
        language,
        at,
        template=template,
        subject=subject,
        body=body,
        more=more,
        party=party,
        next_attempt_at=not_before(way.channel, template, at),
        expires_at=expires_at,
        about_id=about_id,
        private=private,
    )


def not_before(channel: ChannelKind, template: str, at: datetime) -> datetime:
    """Return when a message that the office writes by itself may go: now, or when the quiet hours end."""
    if channel not in rules.QUIET_CHANNELS or rules.is_awaited(template):
        return at
    return rules.quiet_end(timezone.localtime(at), *settings.QUIET_HOURS) or at


def answer_subject(message: InMessage) -> str:
    """Return the subject of an answer by e-mail; "" on other channels."""
    if message.channel != ChannelKind.EMAIL:
        return ""
    subject = str(message.claim.get("subject", "")).strip() or "Satu Pintu"
    return subject if subject.lower().startswith("re:") else f"Re: {subject}"


def queue_answer(
    *,
    identity: Identity,
    body: str,
    origin: str,
    at: datetime,
    conversation: Conversation | None = None,
    answers: InMessage | None = None,
    choices: Sequence[Choice] = (),
    subject: str = "",
    by: Actor | None = None,
    about_id: UUID | None = None,
    private: bool = False,
) -> OutMessage:
    """
    Write an answer to somebody who wrote to us; it goes where they wrote from, at once, also in quiet hours.

    `about_id` is the case it tells of; a `private` one no officer reads. A second call with the same `origin` returns
    the first. Joins the caller's transaction.
    """
    more = {"choices": [[one.id, one.title, one.hint] for one in choices]} if choices else {}
    channel = ChannelKind(identity.channel)
    return _write(
        origin,
        queries.Way(channel, identity.address, identity.contact.language, identity.pk),
        identity.contact.language,
        at,
        subject=subject,
        body=body,
        more=more,
        party=identity.contact.party,
        next_attempt_at=at,
        conversation=conversation,
        answers=answers,
        sent_by_id=by.user_id if by else None,
        about_id=about_id,
        private=private,
    )


def _write(
    origin: str, way: queries.Way, language: str, at: datetime, **columns: Any
) -> OutMessage:
    message = OutMessage(
        origin=origin,
        channel=way.channel,
        address=way.address,
        identity_id=way.identity_id,
        language=language,
        created_at=at,
        at_once=rules.is_awaited(columns.get("template", "")),
        **columns,
    )
    if insert(message, or_leave=True):
        return message
    # Written before, perhaps a moment ago by another process.
    return OutMessage.objects.get(origin=origin)


def _ways(
    *, to_party: Party | None, identity: Identity | None, address: str, channel: ChannelKind | None
) -> list[queries.Way]:
    if to_party is not None:
        return queries.ways_to(to_party)
    if identity is not None:
        if identity.stopped_at:
            return []
        kind = ChannelKind(identity.channel)
        return [queries.Way(kind, identity.address, identity.contact.language, identity.pk)]
    assert address, "a message goes to a party, an identity or an address"
    assert channel is not None, "an address needs its channel"
    return [queries.Way(channel, address, "id")]


def queue_next_way(message: OutMessage, *, at: datetime) -> OutMessage | None:
    """
    Write a message that did not arrive again, for the next channel of the party's ladder; None when there is none left.

    The first stays as it is, given up; a second call returns the same next one.
    """
    kept_context = message.more.get("ladder")
    if not kept_context or message.party is None:
        return None
    tried = [*message.more.get("tried", []), message.channel]
    way = next((one for one in queries.ways_to(message.party) if one.channel not in tried), None)
    if way is None:
        return None
    following = _tell(
        way,
        message.template,
        message.language,
        unpacked(kept_context),
        more={"ladder": kept_context, "tried": tried},
        origin=f"{message.origin.partition('>')[0]}>{way.channel}",
        party=message.party,
        at=at,
        expires_at=message.expires_at,
        about_id=message.about_id,
        private=message.private,
    )
    OutMessage.objects.filter(pk=message.pk).update(told_elsewhere=True)
    return following


def notify(
    party_id: UUID,
    template: str,
    context: dict[str, Any],
    *,
    origin: str,
    at: datetime,
    about_id: UUID | None = None,
    private: bool = False,
) -> OutMessage | None:
    """
    Tell a party something by the channel they can be reached on, in the language they read.

    `origin` names the cause ("transition:<id>"); the party is added, so one cause may go to several. `context` holds
    what rules.TEXTS[template] names, except `name`, which is the party's; a function in it is asked for the words in
    the recipient's language. `about_id` and `private` are as in `queue_message`. Returns None when the party cannot be
    reached or does not want to be.
    """
    party = _THERE.first(party_id=party_id)
    if party is None:
        return None
    return queue_message(
        template=template,
        context={"name": party.name, **context},
        origin=f"{origin}:{party_id}",
        at=at,
        to_party=party,
        about_id=about_id,
        private=private,
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
            about_id=row.case_id,
        )


def tell_owing(row: Transition, template: str, context: dict[str, Any]) -> None:
    """Tell, once, whoever may answer the tasks that a move opened; each text is told by when, as `due`."""
    today = timezone.localdate(row.recorded_at)
    for task in _OPENED.all(case_id=row.case_id, seq=row.seq):
        due = {"due": timezone.localtime(task.due_at)}
        for officer in officers_on(Role(task.role), today=today, unit_id=task.unit_id):
            notify_officer(
                officer, template, context | due, origin=f"task:{task.pk}", at=row.recorded_at
            )


def forget_codes(*, at: datetime) -> int:
    """Delete the messages that are not kept (rules.FORGOTTEN_AFTER); return how many."""
    return sum(
        OutMessage.objects.filter(template=template, created_at__lt=at - age).delete()[0]
        for template, age in rules.FORGOTTEN_AFTER.items()
    )


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
