"""
The worker's hand: what is due goes out, and what providers report of it moves forward.

Sending is at least once. A worker that dies between the server's answer and our mark is followed by another attempt
under the same reference; the message is then marked as perhaps sent twice. Where the server reported meanwhile what
became of that reference, the message was taken and is not sent again. No transaction spans the network.
"""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import structlog
from django.db import DatabaseError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from satupintu.lib.fields import columns, hashes_of, matching, stored_columns
from satupintu.lib.prepared import Prepared, PreparedUpdate, insert
from satupintu.messaging import channels, queries, rules
from satupintu.messaging.channels import transport_for
from satupintu.messaging.channels.port import (
    Choice,
    Failed,
    Outgoing,
    Report,
    Sent,
    Transport,
    Trouble,
)
from satupintu.messaging.models import DeliveryReport, Lane, Meter, OutMessage
from satupintu.messaging.rules import ChannelKind, Delivery
from satupintu.messaging.services import budgets, contacts
from satupintu.messaging.services.outbox import queue_next_way

log = structlog.get_logger()

_AT_ONCE = (
    16  # messages handed over at the same time: the network is slow, the database is not asked
)
_LOOK_SECONDS = 0.05  # what was answered is marked this soon: together, as each mark is a commit
_REFERENCE_END = ".satupintu"  # of the name under which a server knows a message
_NOT_ITS_FAULT = frozenset({Trouble.THROTTLED, Trouble.BUSY, Trouble.SETTINGS})
_ELSEWHERE = frozenset({Trouble.PERSON, Trouble.WINDOW, Trouble.CONTENT})


Carried = tuple[OutMessage, Transport | None]


class Attempt(NamedTuple):
    """What became of handing one message over."""

    message: OutMessage
    transport: Transport | None
    result: Sent | Failed

    @property
    def carrier(self) -> str:
        return self.transport.name if self.transport else ""


def send_due(at: datetime, limit: int = 100) -> int:
    """
    Send what is due and return how many messages were handed over (the worker's loop).

    Each is claimed by compare-and-set, sent outside any transaction, then marked. A failed one
    waits longer each time and is given up after rules.ATTEMPTS, or goes by the next channel of its party; one bad
    message never stops the others. A transport whose breaker is open, or whose server takes no more this second, is
    left alone.
    """
    carried = {kind: transport_for(kind) for kind in ChannelKind}
    lanes = {row.transport: row for row in Lane.objects.all()}
    shut = {name for name, row in lanes.items() if row.open_until and row.open_until > at}
    ailing = {name for name, row in lanes.items() if row.failures or row.open_until}
    open_kinds = [kind for kind, one in carried.items() if one is None or one.name not in shut]
    found = queries.list_due(at, limit, open_kinds)
    due = [(one, carried[ChannelKind(one.channel)]) for one in found]
    if spent := budgets.spent(at):
        due = [
            (one, by)
            for one, by in due
            if not (by and by.name in spent and budgets.goes_elsewhere(one, by, at))
        ]
    return sum(_settle(attempts, ailing, at) for attempts in _hand_over(due, at))


@transaction.atomic
def _claim_all(due: Sequence[Carried], at: datetime) -> list[Carried]:
    """Return those that are ours now and for which there is room this second; one commit for all."""
    claimed = []
    room: dict[str, int] = {}
    for message, transport in due:
        if transport is not None and transport.per_second:
            if transport.name not in room:
                room[transport.name] = _take_room(transport, len(due), at)
            if not room[transport.name]:
                continue
            room[transport.name] -= 1
        if _claim(message, at):
            claimed.append((message, transport))
    return claimed


_CLAIMED = ("state", "attempts", "claimed_until", "maybe_twice")
_CLAIM_NAMED = PreparedUpdate(
    lambda pk, was, tried: OutMessage.objects.filter(pk=pk, state=was, attempts=tried),
    sets=_CLAIMED,
)
_CLAIM = PreparedUpdate(  # and no server has told since we read it that it has the message
    lambda pk, was, tried: OutMessage.objects.filter(
        pk=pk, state=was, attempts=tried, external_id=""
    ),
    sets=_CLAIMED,
)


def _claim(message: OutMessage, at: datetime) -> bool:
    """Take a message; one that was being sent when its worker died, and nobody reported, is perhaps sent twice."""
    died = message.state == Delivery.SENDING and message.claimed_until is not None
    claim = _CLAIM_NAMED if message.external_id else _CLAIM
    claimed = claim.run(
        pk=message.pk,
        was=message.state,
        tried=message.attempts,
        state=Delivery.SENDING,
        attempts=message.attempts + 1,
        claimed_until=at + rules.CLAIM,
        maybe_twice=message.maybe_twice or (died and not message.external_id),
    )
    message.attempts += 1
    return claimed == 1


def _hand_over(due: Sequence[Carried], at: datetime) -> Iterator[list[Attempt]]:
    """
    Claim and send some messages, several at the same time; give back, to be marked together, what each look finds done.

    The next are claimed while the last of those before are still under way: neither side waits for the other.
    """
    if len(due) == 1:
        for message, one in _claim_all(due, at):
            yield [Attempt(message, one, _send(message, one, outgoing_of(message, at), at))]
        return
    left, running = list(due), dict[Future[Sent | Failed], Carried]()
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        while left or running:
            if len(running) < _AT_ONCE:
                some, left = left[: 2 * _AT_ONCE], left[2 * _AT_ONCE :]
                for message, one in _claim_all(some, at):
                    sending = pool.submit(_send, message, one, outgoing_of(message, at), at)
                    running[sending] = message, one
            done, _others = wait(running, timeout=_LOOK_SECONDS)
            yield [Attempt(*running.pop(one), one.result()) for one in done]


def outgoing_of(message: OutMessage, at: datetime) -> Outgoing:
    """Return a message as a transport sees it. No query: what it answers came with it."""
    identity = message.identity
    answered = message.answers
    thread: tuple[str, ...] = ()
    if answered is not None and message.channel == ChannelKind.EMAIL:
        thread = tuple(rules.letters_before(answered.raw))
    return Outgoing(
        ChannelKind(message.channel),
        message.address,
        message.subject,
        message.body,
        _reference_of(message),
        language=message.language,
        template=message.template,
        parameters=tuple(message.more.get("parameters", ())),
        choices=tuple(Choice(*row) for row in message.more.get("choices", ())),
        free=rules.may_say_anything(
            ChannelKind(message.channel), identity.heard_at if identity else None, at
        ),
        in_reply_to=answered.external_id if answered else "",
        thread=thread,
    )


def _reference_of(message: OutMessage) -> str:
    return f"{message.pk}{_REFERENCE_END}"


def _named_by(reference: str) -> UUID | None:
    """Return the message that `_reference_of` named; None for what is no reference of ours."""
    if not reference.endswith(_REFERENCE_END):
        return None
    try:
        return UUID(reference.removesuffix(_REFERENCE_END))
    except ValueError:
        return None


def _send(
    message: OutMessage, transport: Transport | None, outgoing: Outgoing, at: datetime
) -> Sent | Failed:
    """Hand one message over; no query: this may run in a thread of its own."""
    if (
        message.external_id
    ):  # reported by its reference: an attempt whose answer nobody noted was taken
        return Sent(message.external_id, reports=True)
    if message.expires_at is not None and message.expires_at <= at:
        return Failed(True, "expired before it could be sent", Trouble.CONTENT)
    if transport is None:
        return Failed(True, f"no transport carries {message.channel}", Trouble.CONTENT)
    try:
        return transport.send(outgoing)
    except Exception as error:  # noqa: BLE001  the worker's loop goes on with the next message
        # Not the exception's words: a mail library may put the address into them.
        kind = type(error).__name__
        log.error("message_crashed", message=str(message.pk), kind=kind)  # noqa: TRY400  see above
        return Failed(permanent=False, why=kind)


def _settle(attempts: list[Attempt], ailing: set[str], at: datetime) -> int:
    """Note what became of some attempts, also in the names of `ailing` transports; return how many were handed over."""
    sent = [one for one in attempts if isinstance(one.result, Sent)]
    _mark_all(sent, at)
    for name in {one.carrier for one in sent} & ailing:
        _lane_works(name, at)
        ailing.discard(name)
    for one in attempts:
        if isinstance(one.result, Failed):
            _note_failed(one, one.result, ailing, at)
    return len(sent)


def _mark_all(attempts: list[Attempt], at: datetime) -> None:
    """Mark what was sent. One that cannot be marked takes no other mark away: its claim runs out, and it goes again."""
    try:
        _mark_sent(attempts, at)
    except DatabaseError as error:
        if len(attempts) > 1:
            for one in attempts:
                _mark_all([one], at)
            return
        kind, message = type(error).__name__, attempts[0].message
        log.error("message_unmarked", message=str(message.pk), kind=kind)  # noqa: TRY400  no personal data


def _note_failed(attempt: Attempt, result: Failed, ailing: set[str], at: datetime) -> None:
    message, transport, name = attempt.message, attempt.transport, attempt.carrier
    if result.gone:
        contacts.forget_address(ChannelKind(message.channel), message.address)
    if transport is not None and result.trouble in {
        Trouble.SERVER,
        Trouble.THROTTLED,
        Trouble.SETTINGS,
    }:
        _lane_fails(name, result, at)
        ailing.add(name)
    if result.trouble in _NOT_ITS_FAULT and not result.permanent:
        # Nothing is wrong with the message: the attempt does not count, it waits like the others.
        later = at + (result.retry_after or rules.THROTTLED_FOR)
        _mine(message).update(
            attempts=F("attempts") - 1,
            claimed_until=None,
            next_attempt_at=later,
            error=result.why[:200],
        )
        if result.trouble is Trouble.BUSY:
            _wait_too(message, later)
        return
    pause = None if result.permanent else rules.wait_after(message.attempts)
    if pause is None or (result.trouble in _ELSEWHERE and "ladder" in message.more):
        _give_up(message, name, result.why, at)
    else:
        _mine(message).update(
            next_attempt_at=at + pause, claimed_until=None, error=result.why[:200]
        )


def _wait_too(message: OutMessage, until: datetime) -> None:
    """Let what else is to go to the same person wait: asking the server again would only lengthen its pause."""
    OutMessage.objects.filter(
        matching("address", message.address),
        channel=message.channel,
        state__in=[*rules.OPEN_STATES],
        claimed_until__isnull=True,
        next_attempt_at__lt=until,
    ).update(next_attempt_at=until)


def _mine(message: OutMessage) -> Any:
    return OutMessage.objects.filter(pk=message.pk, state=Delivery.SENDING)


def _give_up(message: OutMessage, transport: str, why: str, at: datetime) -> None:
    given_up = _mine(message).update(
        state=Delivery.FAILED, done_at=at, claimed_until=None, transport=transport, error=why[:200]
    )
    log.warning("message_failed", message=str(message.pk), why=why)
    if given_up and (message.expires_at is None or message.expires_at > at):
        queue_next_way(message, at=at)


_SENT = PreparedUpdate(
    lambda pk, was: OutMessage.objects.filter(pk=pk, state=was),
    sets=(
        "state", "done_at", "claimed_until", "transport", "parts", "error", "await_until", *columns("external_id"),
    ),
)  # fmt: skip


def _mark_sent(attempts: list[Attempt], at: datetime) -> None:
    """Mark messages that servers took, in one commit; a worker that dies in it has marked none of them."""
    if not attempts:
        return
    with transaction.atomic():
        counted: dict[str, list[int]] = {}
        for one in attempts:
            message, result = one.message, one.result
            assert isinstance(result, Sent), "what failed is noted elsewhere"
            message.external_id = result.external_id
            found = _SENT.run(
                pk=message.pk,
                was=Delivery.SENDING,
                state=Delivery.SENT,
                done_at=at,
                claimed_until=None,
                transport=one.carrier,
                parts=result.parts,
                error="",
                await_until=at + rules.REPORT_WITHIN if result.reports else None,
                **stored_columns(message, "external_id"),
            )
            if found:
                counted.setdefault(one.carrier, []).append(result.parts)
        for name, parts in counted.items():
            _count(name, at, len(parts), sum(parts))
        _apply_kept(attempts)
    # What was reported while this was not committed found no message that was sent.
    _apply_kept(attempts)


_REPORTED = Prepared(
    lambda transport, ids: DeliveryReport.objects.filter(
        transport=transport, external_id_hash__in=ids
    ),
    many={"ids"},
)


def _apply_kept(attempts: Iterable[Attempt]) -> None:
    """Apply what was reported of messages before they were marked as sent, or while their worker died."""
    ids: dict[str, list[str]] = {}
    for one in attempts:
        if one.message.external_id:
            ids.setdefault(one.carrier, []).extend(hashes_of(one.message.external_id))
    for transport, hashes in ids.items():
        _apply_reported(transport, hashes)


def _apply_reported(transport: str, hashes: list[str]) -> None:
    _apply(_REPORTED.all(transport=transport, ids=hashes))


# --- What providers report --------------------------------------------------------------------


def take_reports(transport: str, reports: Iterable[Report], *, at: datetime) -> None:
    """
    Keep what a provider reports and move its messages forward; the same report again does nothing.

    Not in a transaction: the report must be kept before the message is looked for, as sending marks the message before
    it looks for reports. So one of the two always sees the other. A message whose sender died before it noted the
    server's id gets it here, by our own reference; whoever would send it again then only notes that it was taken.
    """
    reports = list(reports)
    rows = [
        DeliveryReport(
            transport=transport,
            external_id=one.external_id,
            state=one.state,
            at=one.at,
            why=one.why[:200],
            trouble=one.trouble if one.state == Delivery.FAILED else "",
            billed=one.billed,
            received_at=at,
        )
        for one in reports
    ]
    if not rows:
        return
    insert(*rows, or_leave=True)
    unknown = _apply(rows)
    for one in reports:
        if one.external_id in unknown:
            _name(transport, one)


_NAMED = PreparedUpdate(
    lambda pk, was: OutMessage.objects.filter(pk=pk, state=was, external_id=""),
    sets=("transport", *columns("external_id")),
)


def _name(transport: str, report: Report) -> None:
    """Note under which id a server knows a message of ours that is still being sent, as far as anybody noted."""
    pk = _named_by(report.reference)
    if pk is None or report.state == Delivery.FAILED:  # what was refused may be tried again
        return
    named = stored_columns(OutMessage(external_id=report.external_id), "external_id")
    _NAMED.run(pk=pk, was=Delivery.SENDING, transport=transport, **named)


def _reported(transport: Any, ids: Any) -> QuerySet[OutMessage]:
    return OutMessage.objects.filter(transport=transport, external_id_hash__in=ids)


# What a report says besides the new state: column of the message -> attribute of the report.
_SAID: dict[Delivery, dict[str, str]] = {
    Delivery.SENT: {},
    Delivery.DELIVERED: {"arrived_at": "at"},
    Delivery.READ: {"arrived_at": "at"},
    Delivery.FAILED: {"error": "why"},
}
_MOVE = {
    new: PreparedUpdate(
        lambda carrier, ids, before: _reported(carrier, ids).filter(state__in=before),
        sets=("state", "await_until", *said),
        many={"ids", "before"},
    )
    for new, said in _SAID.items()
}


def _apply(reports: Iterable[DeliveryReport]) -> set[str]:
    """
    Move what was reported forward; return the ids that moved nothing.

    What is still being sent is not moved: whoever marks it sent looks for all that was reported before.
    """
    unmoved = set()
    for report in reports:
        new, ids = Delivery(report.state), hashes_of(report.external_id)
        moved = _MOVE[new].run(
            carrier=report.transport,
            ids=ids,
            before=rules.follow_states(new) - {Delivery.SENDING},
            state=new,
            await_until=None,
            **{column: getattr(report, name) for column, name in _SAID[new].items()},
        )
        if not moved:
            unmoved.add(report.external_id)
        elif new is Delivery.FAILED:
            for message in _reported(report.transport, ids).select_related("party"):
                queue_next_way(message, at=report.at)
    return unmoved


def give_up_waiting(*, at: datetime) -> int:
    """
    Tell people by the next channel what was taken by a server and not reported to have arrived; return how many.

    The message stays "sent": a late report may still say what happened.
    """
    waiting = OutMessage.objects.filter(await_until__lte=at).select_related("party")
    done = 0
    for message in waiting.order_by("await_until")[:100]:
        _apply_reported(message.transport, hashes_of(message.external_id))
        taken = OutMessage.objects.filter(pk=message.pk, await_until=message.await_until)
        if taken.update(await_until=None):
            done += queue_next_way(message, at=at) is not None
    return done


# --- Lanes: rate, breaker, meter -----------------------------------------------------------------


def _lane(name: str, at: datetime) -> Lane:
    lane, _made = Lane.objects.get_or_create(
        transport=name, defaults={"free_at": at - timedelta(seconds=1), "changed_at": at}
    )
    return lane


def _take_room(transport: Transport, wanted: int, at: datetime) -> int:
    """Take room for up to `wanted` messages of this second; 0 when others have taken it (compare-and-set)."""
    lane = _lane(transport.name, at)
    begins = max(lane.free_at, at - timedelta(seconds=1))
    room = int((at - begins).total_seconds() * transport.per_second)
    took = min(room, wanted)
    if took < 1:
        return 0
    after = begins + timedelta(seconds=took / transport.per_second)
    mine = Lane.objects.filter(transport=transport.name, free_at=lane.free_at)
    return took if mine.update(free_at=after) else 0


def _lane_works(name: str, at: datetime) -> None:
    Lane.objects.filter(transport=name).update(failures=0, open_until=None, why="", changed_at=at)


def _lane_fails(name: str, failed: Failed, at: datetime) -> None:
    lane = _lane(name, at)
    if lane.open_until is not None and lane.open_until > at:
        return  # others of the same batch: the pause is already on
    failures = lane.failures + 1
    pause = (
        failed.retry_after or rules.THROTTLED_FOR
        if failed.trouble is Trouble.THROTTLED
        else rules.breaker_opens(max(failures, rules.BREAKER_AFTER))
        if failed.trouble is Trouble.SETTINGS
        else rules.breaker_opens(failures)
    )
    Lane.objects.filter(transport=name).update(
        failures=F("failures") + int(failed.trouble is not Trouble.THROTTLED),
        open_until=at + pause if pause else None,
        why=failed.why[:200],
        changed_at=at,
    )
    if pause:
        log.warning("channel_paused", transport=name, seconds=pause.total_seconds(), why=failed.why)


_METER = PreparedUpdate(
    lambda transport, month: Meter.objects.filter(transport=transport, month=month),
    computed=lambda count, more: {"messages": F("messages") + count, "parts": F("parts") + more},
)


def _count(transport: str, at: datetime, messages: int, parts: int) -> None:
    counted: dict[str, Any] = {"transport": transport, "month": f"{timezone.localtime(at):%Y-%m}"}
    if not _METER.run(**counted, count=messages, more=parts):
        Meter.objects.get_or_create(**counted)
        _METER.run(**counted, count=messages, more=parts)


def check_channels() -> list[tuple[Transport, Any]]:
    """Ask each transport of the office whether it works now; a few seconds each at most."""
    return [(one, one.health()) for one in channels.transports()]
