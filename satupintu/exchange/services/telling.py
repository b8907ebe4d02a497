"""Moves of cases as events: written down by a reader of the log, sent by the worker outside any transaction."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from satupintu.desk.rules import COMPLAINT, KIND_COMPLAINT
from satupintu.exchange import rules, webhooks
from satupintu.exchange.models import Delivery, Endpoint, Report, Sending
from satupintu.exchange.rules import Scope, Standing
from satupintu.exchange.services.endpoints import stop_endpoint
from satupintu.exchange.webhooks import Outcome, Stop
from satupintu.lib import outgoing
from satupintu.lib.ids import uuid7
from satupintu.lib.prepared import Prepared
from satupintu.permits.paid import PAID
from satupintu.permits.rules import ASSISTED, KIND_PERMIT, PERMIT
from satupintu.workflow.queries import Case, Transition

log = structlog.get_logger()

READER = "events for programs"
KINDS = frozenset({KIND_PERMIT, KIND_COMPLAINT})
# What moves nothing (notes, tasks taken) is the office's own, and costs no row.
FOLLOWED = frozenset(
    action
    for lifecycle in (PERMIT, ASSISTED, PAID, COMPLAINT)
    for (_state, action), move in lifecycle.moves.items()
    if move.to is not None or move.or_to
)
_AT_ONCE = 8
_GONE = 410


def read(row: Transition) -> None:
    """Write down an event for every endpoint whose client may see the case that moved. Idempotent."""
    if row.from_state == row.to_state:
        return
    told = [one for one in _listening(row.recorded_at) if _may_see(one, row.case)]
    if not told:
        return
    data = {
        "number": row.case.number,
        "kind": row.case.kind,
        "state": row.to_state,
        "version": row.seq,
        "link": _link(row.case),
    }
    body = webhooks.event(
        event_id=row.pk,
        source=f"{settings.BASE_URL}/api/v1",
        kind=row.case.kind,
        at=timezone.localtime(row.recorded_at),
        subject=row.case.number,
        data=data,
    )
    Delivery.objects.bulk_create(
        [
            _delivery(one, f"transition:{row.pk}", row.case.number, body, row.recorded_at)
            for one in told
        ],
        ignore_conflicts=True,
    )


_IN_USE = Prepared(
    lambda: Endpoint.objects.filter(stopped_at__isnull=True).select_related("client")
)


def _listening(at: datetime) -> list[Endpoint]:
    """Return the endpoints in use of clients in good standing. One query."""
    today = timezone.localdate(at)
    return [
        one
        for one in _IN_USE.all()
        if rules.standing_of(one.client.revoked_at, one.client.valid_until, today)
        is Standing.ACTIVE
    ]


def _may_see(endpoint: Endpoint, case: Case) -> bool:
    """Say whether the client of an endpoint may read a case by the API. At most one query."""
    scopes = set(endpoint.client.scopes)
    if case.kind == KIND_COMPLAINT:
        own = Report.objects.filter(client=endpoint.client, case_id=case.pk)
        return Scope.COMPLAINTS_WRITE in scopes and own.exists()
    if Scope.CASES_READ_ALL in scopes:
        return True
    draft_id = case.permit_case.application.draft_id
    return (
        Scope.CASES_READ in scopes
        and draft_id is not None
        and Sending.objects.filter(client=endpoint.client, draft_id=draft_id).exists()
    )


def _link(case: Case) -> str:
    if case.kind == KIND_COMPLAINT:
        place = {"number": case.number, "form": "json"}
        return settings.BASE_URL + reverse("exchange:open311_request", kwargs=place)
    return settings.BASE_URL + reverse("exchange:case", args=[case.number])


def _delivery(endpoint: Endpoint, origin: str, subject: str, body: str, at: datetime) -> Delivery:
    return Delivery(
        endpoint=endpoint,
        origin=origin,
        subject=subject,
        body=body,
        at=at,
        due_at=at,
        state=Outcome.WAITING,
    )


def send_test(*, endpoint: Endpoint, at: datetime) -> Delivery:
    """Write an event down that says only that it is a test; it is sent like others."""
    key = uuid7()
    body = webhooks.event(
        event_id=key,
        source=f"{settings.BASE_URL}/api/v1",
        kind="test",
        at=timezone.localtime(at),
        subject="test",
        data={},
    )
    made = _delivery(endpoint, f"test:{key}", "test", body, at)
    made.save(force_insert=True)
    return made


# --- Sending ---------------------------------------------------------------------------------------
def tell_due(*, at: datetime, limit: int = 40) -> int:
    """
    Send the events that are due; return how many were tried (the worker's step).

    Each is claimed by compare-and-set and sent at least once: whoever receives one twice knows it by `webhook-id`. An
    endpoint that has just failed rests, so that it costs the worker one call a minute at most.
    """
    claimed = [one for one in _due(at, limit) if _claim(one, at)]
    for one, answer in _calls(claimed, at):
        _settle(one, answer, at)
    return len(claimed)


def _due(at: datetime, limit: int) -> list[Delivery]:
    awake = Q(endpoint__rests_until__isnull=True) | Q(endpoint__rests_until__lte=at)
    due = Delivery.objects.filter(
        awake,
        state=Outcome.WAITING,
        due_at__lte=at,
        endpoint__stopped_at__isnull=True,
        endpoint__client__revoked_at__isnull=True,
        endpoint__client__valid_until__gte=timezone.localdate(at),
    )
    found = due.select_related("endpoint__client").order_by("due_at", "id")[:limit]
    failing: set[Any] = set()
    kept = []
    for one in found:
        if one.endpoint_id in failing:
            continue
        if one.endpoint.failing_since is not None:
            failing.add(one.endpoint_id)  # one try tells whether it is back
        kept.append(one)
    return kept


def _claim(one: Delivery, at: datetime) -> bool:
    done = Delivery.objects.filter(
        pk=one.pk, attempts=one.attempts, state=Outcome.WAITING, due_at=one.due_at
    ).update(attempts=one.attempts + 1, due_at=at + webhooks.CLAIM)
    one.attempts += 1
    return done == 1


def _calls(
    claimed: list[Delivery], at: datetime
) -> Iterator[tuple[Delivery, outgoing.Answer | str]]:
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        answers = pool.map(lambda one: _call(one, at), claimed)
        yield from zip(claimed, answers, strict=True)


def _call(one: Delivery, at: datetime) -> outgoing.Answer | str:
    """Return the answer, or why there was none. No query: this runs in a thread of its own."""
    endpoint, body = one.endpoint, one.body.encode()
    keys = [endpoint.secret]
    if endpoint.old_secret and endpoint.old_until and endpoint.old_until > at:
        keys.append(endpoint.old_secret)
    signed = webhooks.signatures(keys, message_id=str(one.pk), moment=at, body=body)
    try:
        return outgoing.call(
            "POST",
            endpoint.url,
            content=body,
            headers={
                "Content-Type": webhooks.CONTENT_TYPE,
                "User-Agent": "satupintu",
                "webhook-id": str(one.pk),
                "webhook-timestamp": str(int(at.timestamp())),
                "webhook-signature": signed,
            },
        )
    except outgoing.Unreachable as error:
        return error.message


def _settle(one: Delivery, answer: outgoing.Answer | str, at: datetime) -> None:
    status = None if isinstance(answer, str) else answer.status
    why = answer[:200] if isinstance(answer, str) else ""
    marked = {"answered": status, "why": why, "tried_at": at}
    mine = Delivery.objects.filter(pk=one.pk, attempts=one.attempts)
    if status is not None and webhooks.is_accepted(status):
        mine.update(state=Outcome.DONE, **marked)
        Endpoint.objects.filter(pk=one.endpoint_id, failing_since__isnull=False).update(
            failing_since=None, rests_until=None
        )
        return
    wait = webhooks.wait_after(one.attempts, random.random(), _wish(answer))  # noqa: S311  not a secret
    if wait is None:
        mine.update(state=Outcome.FAILED, **marked)
    else:
        mine.update(due_at=at + wait, **marked)
    if status == _GONE:
        stop_endpoint(endpoint=one.endpoint, why=Stop.GONE, at=at)
        return
    since = one.endpoint.failing_since or at
    Endpoint.objects.filter(pk=one.endpoint_id).update(
        failing_since=since, rests_until=at + webhooks.REST
    )
    if at - since >= webhooks.DEAD_AFTER:
        stop_endpoint(endpoint=one.endpoint, why=Stop.DEAD, at=at)


def _wish(answer: outgoing.Answer | str) -> timedelta | None:
    text = "" if isinstance(answer, str) else answer.headers.get("retry-after", "")
    return timedelta(seconds=int(text)) if text.isdecimal() and len(text) < 8 else None  # noqa: PLR2004
