"""Reads of fees: what stands for a case."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from satupintu.fees import rules
from satupintu.fees.models import Assessment, Charge, Payment, ProviderEvent, Refund
from satupintu.fees.rules import AssessmentState, PaymentState, RefundState

__all__ = ["Assessment", "Charge", "Payment", "ProviderEvent", "Refund"]


@dataclass(frozen=True, slots=True)
class Books:
    """All that was assessed, paid and given back for one case; the current assessment is None before there is one."""

    assessment: Assessment | None
    payments: list[Payment]
    refunds: list[Refund]

    def account(self, *, served: bool = True) -> rules.Account:
        return rules.account(self.assessment, self.payments, self.refunds, served=served)

    @property
    def waiting(self) -> list[Payment]:
        """Payments that nobody has checked yet."""
        return [one for one in self.payments if one.standing == PaymentState.RECORDED]

    @property
    def assessed(self) -> Assessment | None:
        """The assessment that was set; None while it is only computed."""
        found = self.assessment
        return found if found is not None and found.standing == AssessmentState.SET else None

    @property
    def asked_back(self) -> list[Refund]:
        return [one for one in self.refunds if one.standing == RefundState.ASKED]

    @property
    def to_pay_back(self) -> list[Refund]:
        return [one for one in self.refunds if one.standing == RefundState.GRANTED]

    @property
    def untouched(self) -> bool:
        """Whether nothing of a fee was ever done on the case."""
        return not (self.assessment or self.payments or self.refunds)


def books_of(case_id: UUID) -> Books:
    """Return the fee side of a case. Three queries."""
    return Books(
        Assessment.objects.filter(case_id=case_id)
        .exclude(standing=AssessmentState.CANCELLED)
        .first(),
        list(
            Payment.objects.filter(case_id=case_id)
            .select_related("document__file")
            .order_by("recorded_at", "id")
        ),
        list(Refund.objects.filter(case_id=case_id).order_by("asked_at", "id")),
    )


def get_assessment(assessment_id: UUID) -> Assessment:
    return Assessment.objects.get(pk=assessment_id)


def get_payment(payment_id: UUID) -> Payment:
    return Payment.objects.get(pk=payment_id)


def list_assessments_due(first: date, last: date, *, state: str) -> QuerySet[Assessment]:
    """Return what was set and is to be paid between two days (both included), of cases in a state; oldest first."""
    return Assessment.objects.filter(
        standing=AssessmentState.SET, due_on__range=(first, last), case__state=state
    ).order_by("due_on", "id")


def proofs_of(case_ids: Iterable[UUID]) -> set[UUID]:
    """Return the ids of the files that prove payments of these cases. One query."""
    found = Payment.objects.filter(case_id__in=list(case_ids), document__isnull=False)
    return {one for one in found.values_list("document_id", flat=True) if one}


def documents_in_use(ids: Iterable[UUID]) -> set[UUID]:
    """Return which of these files prove a payment: the office keeps them. One query."""
    found = Payment.objects.filter(document_id__in=list(ids))
    return {one for one in found.values_list("document_id", flat=True) if one}


def plain_books(case_ids: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """Return case -> what was assessed, paid and given back, as plain data for taking along. Three queries."""
    found: dict[UUID, list[dict[str, Any]]] = {}
    columns: dict[type[Assessment | Payment | Refund], tuple[str, ...]] = {
        Assessment: ("standing", "number", "amount_idr", "lines", "basis", "due_on", "set_at"),
        Payment: ("standing", "number", "amount_idr", "paid_on", "way", "reference", "recorded_at"),
        Refund: ("standing", "amount_idr", "account", "asked_at", "paid_on", "reference"),
    }
    for table, names in columns.items():
        for row in table.objects.filter(case_id__in=case_ids).order_by("id"):
            told = {name: getattr(row, name) for name in names}
            found.setdefault(row.case_id, []).append({"what": table.__name__.lower(), **told})
    return found


def open_charges(case_id: UUID, at: datetime) -> list[Charge]:
    """Return what can still be paid by a provider for a case, the newest first. One query."""
    return list(
        Charge.objects.filter(case_id=case_id, paid_at__isnull=True, expires_at__gt=at).order_by(
            "-created_at"
        )
    )


def find_charge(provider: str, provider_ref: str) -> Charge | None:
    return Charge.objects.filter(provider=provider, provider_ref=provider_ref).first()
