"""
A month's money: assessed, paid, confirmed, given back, what bank statements say, and what does not fit. Reads only.

A payment told by a person rests on their proof and another person's look, and on the bank's statement where one was
sent. What a provider told and could not be booked as it was ordered stands apart.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Sum
from django.utils import timezone

from satupintu.fees.models import Assessment, Payment, ProviderEvent, Refund
from satupintu.fees.rules import (
    ODD,
    OUTCOME_LABELS,
    PAYMENT_LABELS,
    REFUND_LABELS,
    WAY_LABELS,
    AssessmentState,
    PaymentState,
    RefundState,
    label,
)
from satupintu.fees.statement_queries import Stated, stated_in
from satupintu.lib.days import begins, ends, month_end

MOST = 500  # rows of one kind on the page; a larger month is cut and says so


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list: of which case, which paper, how much, and where it stands."""

    case: str
    day: date | None
    paper: str
    amount_idr: int
    state: str
    note: str = ""
    confirmed: bool = False  # of a payment
    # Of a payment: bank and row of the statement that shows it; None where no statement has its day yet.
    bank: str | None = None
    bank_row: int = 0
    due_on: date | None = None  # of an assessment


@dataclass(frozen=True, slots=True)
class Month:
    """What the page shows. Sums are whole rupiah, over the rows shown."""

    month: date
    assessed: list[Row]
    paid: list[Row]
    returned: list[Row]
    odd: list[Row]
    cut: bool

    @property
    def sums(self) -> dict[str, int]:
        return {
            "assessed": sum(row.amount_idr for row in self.assessed),
            "paid": sum(row.amount_idr for row in self.paid),
            "confirmed": sum(row.amount_idr for row in self.paid if row.confirmed),
            "stated": sum(row.amount_idr for row in self.paid if row.bank),
            "returned": sum(row.amount_idr for row in self.returned),
        }


def month(first: date, most: int = MOST) -> Month:
    """Return a month's money, at most `most` rows of one kind. Five queries, eight more with bank statements."""
    last = month_end(first)
    assessed = [
        Row(
            one.case.number,
            timezone.localdate(one.set_at) if one.set_at else None,
            one.number,
            one.amount_idr,
            "",
            due_on=one.due_on,
        )
        for one in Assessment.objects.filter(
            standing=AssessmentState.SET, set_at__gte=begins(first), set_at__lt=ends(last)
        )
        .select_related("case")
        .order_by("set_at", "id")[:most]
    ]
    stated = stated_in(first, last)
    paid = [
        _payment(one, stated)
        for one in Payment.objects.filter(paid_on__range=(first, last))
        .exclude(standing=PaymentState.REJECTED)
        .select_related("case")
        .order_by("paid_on", "id")[:most]
    ]
    returned = [
        Row(
            one.case.number,
            one.paid_on,
            one.reference,
            one.amount_idr,
            _said(REFUND_LABELS, one.standing),
        )
        for one in Refund.objects.filter(standing=RefundState.PAID, paid_on__range=(first, last))
        .select_related("case")
        .order_by("paid_on", "id")[:most]
    ]
    odd = [
        Row(
            one.charge.case.number if one.charge else "",
            one.paid_on,
            one.payment_ref or one.event,
            one.amount_idr,
            _said(OUTCOME_LABELS, one.outcome),
            one.provider,
        )
        for one in ProviderEvent.objects.filter(
            outcome__in=ODD, received_at__gte=begins(first), received_at__lt=ends(last)
        )
        .select_related("charge__case")
        .order_by("received_at", "id")[:most]
    ]
    cut = most in (len(assessed), len(paid), len(returned), len(odd))
    return Month(first, assessed, paid, returned, odd, cut)


def _payment(one: Payment, stated: Stated) -> Row:
    line = stated.lines.get(one.pk)
    unseen = "" if stated.covers(one.paid_on) else None
    return Row(
        one.case.number,
        one.paid_on,
        one.number,
        one.amount_idr,
        _said(PAYMENT_LABELS, one.standing),
        " · ".join(
            part for part in (_said(WAY_LABELS, one.way), one.reference or one.provider_ref) if part
        ),
        confirmed=one.standing == PaymentState.CONFIRMED,
        bank=line.statement.bank if line else unseen,
        bank_row=line.number if line else 0,
    )


def _said(table: dict[Any, Any], value: str) -> str:
    return str(label(table, value))


def by_service(first: date, last: date) -> dict[str, tuple[int, int]]:
    """
    Return service code -> what was set and what was received from `first` to `last` (both included), in whole rupiah.

    Set: by the day of the notice, and not taken back. Received: confirmed, by the day of payment; what went back is not
    taken off. Two queries.
    """
    assessed = Assessment.objects.filter(
        standing=AssessmentState.SET, set_at__gte=begins(first), set_at__lt=ends(last)
    )
    received = Payment.objects.filter(standing=PaymentState.CONFIRMED, paid_on__range=(first, last))
    sums: list[dict[str, int]] = []
    for rows in (assessed, received):
        grouped = rows.order_by().values_list("case__service_version__service__code")
        sums.append(dict(grouped.annotate(total=Sum("amount_idr"))))
    return {
        code: (sums[0].get(code, 0), sums[1].get(code, 0))
        for code in sums[0].keys() | sums[1].keys()
    }
