"""Reads of bank statements: their lines, and the payments that these may be."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Min, Q
from django.utils import timezone

from satupintu.fees import rules
from satupintu.fees.models import (
    Assessment,
    BankFormat,
    BankStatement,
    Charge,
    Payment,
    Refund,
    StatementLine,
)
from satupintu.fees.rules import AssessmentState, PaymentState, Way
from satupintu.fees.rules.matching import (
    DAYS_APART,
    Candidate,
    Credit,
    Kind,
    Match,
    match_all,
)
from satupintu.fees.rules.statement import LineState, key_text
from satupintu.lib import crypto
from satupintu.lib.keyset import beyond

__all__ = ["BankFormat", "BankStatement", "StatementLine"]
STATEMENTS_PAGE = 20


class NoSuchStatement(Exception):
    """There is no statement, or no line, under this id."""


def get_statement(statement_id: UUID) -> BankStatement:
    """Return a statement with who sent it. Raises NoSuchStatement. One query."""
    found = BankStatement.objects.select_related("uploaded_by").filter(pk=statement_id).first()
    if found is None:
        raise NoSuchStatement(str(statement_id))
    return found


def list_statements(before: tuple[datetime, UUID] | None = None) -> list[BankStatement]:
    """Return up to STATEMENTS_PAGE + 1 statements, the newest first, by keyset. One query."""
    rows = BankStatement.objects.filter(beyond(before, "uploaded_at", falling=True))
    return list(
        rows.select_related("uploaded_by")
        .defer("profile")
        .order_by("-uploaded_at", "id")[: STATEMENTS_PAGE + 1]
    )


def list_formats() -> list[BankFormat]:
    """Return the banks whose columns are remembered. One query."""
    return list(BankFormat.objects.order_by("bank", "id"))


def find_format(fingerprint: str) -> BankFormat | None:
    return BankFormat.objects.filter(fingerprint=fingerprint).first()


def counts_of(statement_ids: Iterable[UUID]) -> dict[UUID, dict[str, int]]:
    """Return statement -> state of a line -> how many. One query."""
    found: dict[UUID, dict[str, int]] = {}
    rows = StatementLine.objects.filter(statement__in=list(statement_ids)).order_by()
    for key, state, count in rows.values_list("statement_id", "standing").annotate(n=Count("id")):
        found.setdefault(key, {})[state] = count
    return found


def get_line(line_id: UUID) -> StatementLine:
    """Return a line with its statement. Raises NoSuchStatement. One query."""
    found = StatementLine.objects.select_related("statement").filter(pk=line_id).first()
    if found is None:
        raise NoSuchStatement(str(line_id))
    return found


def lines_in(statement: BankStatement, state: LineState) -> list[StatementLine]:
    """Return the lines of a statement in one state, as they stand there. One query."""
    found = StatementLine.objects.filter(statement=statement, standing=state).defer("cells")
    return list(found.order_by("number"))


def first_seen(lines: Sequence[StatementLine]) -> dict[str, StatementLine]:
    """Return key -> the line of an earlier statement that is the same money. One query."""
    keys = {one.key for one in lines}
    rows = StatementLine.objects.filter(key__in=keys, standing=LineState.CREDIT)
    return {one.key: one for one in rows.defer("cells", "text").select_related("statement")}


def is_seen_again(statement: BankStatement) -> bool:
    """Say whether a later statement rests on a line of this one. One query."""
    keys = StatementLine.objects.filter(statement=statement, standing=LineState.CREDIT)
    return StatementLine.objects.filter(
        standing=LineState.SEEN, key__in=keys.values("key")
    ).exists()


def payments_by_line(line_ids: Iterable[UUID]) -> dict[UUID, Payment]:
    """Return line -> the payment that it is; one that was refused since is none. One query."""
    rows = Payment.objects.filter(statement_line__in=list(line_ids))
    return {
        one.statement_line_id: one
        for one in rows.exclude(standing=PaymentState.REJECTED).select_related("case")
        if one.statement_line_id
    }


def is_as_read(line: Any, text: str) -> bool:
    """Say whether a credit's day, amount and words (`text`, as decrypted) are those that its key was made of."""
    if line.day is None:
        return False
    said = key_text(line.day, line.amount_idr, text, line.nth)
    return line.key in crypto.lookup_hashes(said, "credit")


# --- What a credit may be -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Numbers:
    """By which numbers payers name the fee of a case."""

    notices: dict[UUID, str]
    accounts: dict[UUID, tuple[str, ...]]

    def of(self, case_id: UUID) -> dict[str, Any]:
        return {
            "number": self.notices.get(case_id, ""),
            "accounts": self.accounts.get(case_id, ()),
        }


def candidates(first: date, last: date) -> list[Candidate]:
    """
    Return what the credits of these days (both included) may be. Six queries.

    Every payment that waits, every confirmed one near these days that no line of a statement is yet, and every
    assessment of an open case of which something is still to pay.
    """
    around = (first - timedelta(days=DAYS_APART), last + timedelta(days=DAYS_APART))
    payments = list(
        Payment.objects.filter(statement_line__isnull=True)
        .filter(
            Q(standing=PaymentState.RECORDED)
            | Q(standing=PaymentState.CONFIRMED, paid_on__range=around)
        )
        .select_related("case")
        .order_by("paid_on", "id")
    )
    assessed = list(
        Assessment.objects.filter(standing=AssessmentState.SET, case__closed_at__isnull=True)
        .select_related("case")
        .order_by("set_at", "id")
    )
    owed = _still_owed(assessed)
    numbers = _numbers({one.case_id for one in payments} | {one.case_id for one in assessed})
    found = [
        Candidate(
            Kind.TOLD if one.standing == PaymentState.RECORDED else Kind.BOOKED,
            one.pk,
            one.case.number,
            one.amount_idr,
            one.paid_on,
            reference=one.reference or one.provider_ref,
            **numbers.of(one.case_id),
        )
        for one in payments
    ]
    found += [
        Candidate(
            Kind.OWED,
            one.pk,
            one.case.number,
            owed[one.pk],
            timezone.localdate(one.set_at),
            **numbers.of(one.case_id),
        )
        for one in assessed
        if owed[one.pk] > 0
    ]
    return found


def _still_owed(assessed: Sequence[Assessment]) -> dict[UUID, int]:
    """Return assessment -> what nobody has paid yet, as far as told, in whole rupiah. Two queries."""
    ids = [one.case_id for one in assessed]
    money: dict[UUID, tuple[list[Any], list[Any]]] = {one: ([], []) for one in ids}
    for place, table in ((0, Payment), (1, Refund)):
        for row in table.objects.filter(case_id__in=ids).only("case_id", "standing", "amount_idr"):
            money[row.case_id][place].append(row)
    found = {}
    for one in assessed:
        account = rules.account(one, *money[one.case_id])
        found[one.pk] = max(0, account.rest_idr - account.waiting_idr)
    return found


def _numbers(case_ids: Iterable[UUID]) -> _Numbers:
    ids = list(case_ids)
    assessed = Assessment.objects.filter(case_id__in=ids, standing=AssessmentState.SET)
    notices = dict(assessed.values_list("case_id", "number"))
    accounts: dict[UUID, tuple[str, ...]] = {}
    rows = Charge.objects.filter(case_id__in=ids, way=Way.VIRTUAL_ACCOUNT)
    for case, account in rows.values_list("case_id", "payload"):
        accounts[case] = (*accounts.get(case, ()), account)
    return _Numbers(notices, accounts)


def matches(lines: Sequence[StatementLine]) -> dict[UUID, Match]:
    """Return line -> what its credit may be, over all lines given. Six queries; none without lines."""
    came_in = [Credit(one.pk, one.day, one.amount_idr, one.text) for one in lines if one.day]
    if not came_in:
        return {}
    days = [one.day for one in came_in]
    return match_all(came_in, candidates(min(days), max(days)))


# --- What statements say of payments -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stated:
    """Payment -> the line that shows it, and the days of which there is a statement."""

    lines: dict[UUID, StatementLine] = field(default_factory=dict)
    spans: tuple[tuple[date, date], ...] = ()

    def covers(self, day: date) -> bool:
        return any(first <= day <= last for first, last in self.spans)


def stated_in(first: date, last: date) -> Stated:
    """
    Return what statements say of the payments of these days (both included): matched by a person, or without a doubt.

    One query where there is no statement of these days, else nine.
    """
    around = (first - timedelta(days=DAYS_APART), last + timedelta(days=DAYS_APART))
    came_in = list(
        StatementLine.objects.filter(standing=LineState.CREDIT, day__range=around)
        .select_related("statement")
        .defer("cells", "statement__profile")
        .order_by("day", "id")
    )
    if not came_in:
        return Stated()
    payments = payments_by_line(one.pk for one in came_in)
    found = {payments[one.pk].pk: one for one in came_in if one.pk in payments}
    free = {one.pk: one for one in came_in if one.pk not in payments}
    for line_id, match in matches(list(free.values())).items():
        if match.sure and match.fits[0].candidate.kind is Kind.BOOKED:
            found[match.fits[0].candidate.id] = free[line_id]
    spans = StatementLine.objects.filter(day__range=around).order_by().values("statement_id")
    days = spans.annotate(first=Min("day"), last=Max("day")).values_list("first", "last")
    return Stated(found, tuple(days))
