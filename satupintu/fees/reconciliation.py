"""
A month's money: assessed, paid, confirmed, given back, and what does not fit together. Reads only.

A payment told by a person rests on their proof and another person's look; the office compares those with its bank
statement. What a provider told and could not be booked as it was ordered stands apart.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

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
from satupintu.lib.days import begins, ends

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
    unproved: bool = False  # no provider told it: compare with the bank statement


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
            "returned": sum(row.amount_idr for row in self.returned),
        }


def month_of(text: str, today: date) -> date:
    """Return the first day of the month "2026-11"; of today's for anything else."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)


def after(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)


def before(month: date) -> date:
    return (month - timedelta(days=1)).replace(day=1)


def month(first: date) -> Month:
    """Return a month's money. Four queries."""
    last = after(first) - timedelta(days=1)
    assessed = [
        Row(one.case.number, one.due_on, one.number, one.amount_idr, "")
        for one in Assessment.objects.filter(
            standing=AssessmentState.SET, set_at__gte=begins(first), set_at__lt=ends(last)
        )
        .select_related("case")
        .order_by("set_at", "id")[:MOST]
    ]
    paid = [
        _payment(one)
        for one in Payment.objects.filter(paid_on__range=(first, last))
        .exclude(standing=PaymentState.REJECTED)
        .select_related("case")
        .order_by("paid_on", "id")[:MOST]
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
        .order_by("paid_on", "id")[:MOST]
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
        .order_by("received_at", "id")[:MOST]
    ]
    cut = MOST in (len(assessed), len(paid), len(returned), len(odd))
    return Month(first, assessed, paid, returned, odd, cut)


def _payment(one: Payment) -> Row:
    return Row(
        one.case.number,
        one.paid_on,
        one.number,
        one.amount_idr,
        _said(PAYMENT_LABELS, one.standing),
        " · ".join(
            part for part in (_said(WAY_LABELS, one.way), one.reference or one.provider_ref) if part
        ),
        unproved=not one.provider,
    )


def _said(table: dict[Any, Any], value: str) -> str:
    return str(label(table, value))
