"""
Fees of permits as a table and sums: what was assessed (SKRD), paid and confirmed (SSRD), and given back.

Money is whole rupiah. Nothing here knows a permit: a case is an id.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from django.utils.translation import gettext_lazy as _


class AssessmentState(StrEnum):
    PROPOSED = "proposed"  # computed by an officer, not yet set
    SET = "set"  # set by the signatory: has its number and its day
    CANCELLED = "cancelled"


class PaymentState(StrEnum):
    RECORDED = "recorded"  # somebody says so; nobody else has checked yet
    CONFIRMED = (
        "confirmed"  # checked by another person, or told by the provider under its signature
    )
    REJECTED = "rejected"


class RefundState(StrEnum):
    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    PAID = "paid"


class Outcome(StrEnum):
    """What followed from a notification of a provider."""

    RECEIVED = "received"  # kept; what follows failed, and is tried again when it comes again
    BOOKED = "booked"
    NOTED = "noted"  # told nothing that changes anything
    UNKNOWN = "unknown"  # of a charge that nobody here ordered
    DIFFERS = "differs"  # booked, but not the amount that was asked for
    REFUSED = "refused"  # the case could not take it: a person must look
    FORGED = (
        "forged"  # not signed by the provider, altered, or sent again too late: nothing is believed
    )
    STATED = "stated"  # the same money was booked from a bank statement before: a person looks


OUTCOME_LABELS = {
    Outcome.RECEIVED: _("diterima, belum dibukukan"),
    Outcome.BOOKED: _("dibukukan"),
    Outcome.NOTED: _("dicatat"),
    Outcome.UNKNOWN: _("tagihan tidak dikenal"),
    Outcome.DIFFERS: _("dibukukan, jumlahnya berbeda"),
    Outcome.REFUSED: _("tidak dapat dibukukan"),
    Outcome.FORGED: _("tidak dipercaya: tanda tangannya tidak sah"),
    Outcome.STATED: _("sudah dibukukan dari rekening koran"),
}
# What the office has to look at.
ODD = frozenset(
    {
        Outcome.RECEIVED,
        Outcome.UNKNOWN,
        Outcome.DIFFERS,
        Outcome.REFUSED,
        Outcome.FORGED,
        Outcome.STATED,
    }
)

ASSESSMENT_LABELS = {
    AssessmentState.PROPOSED: _("dihitung, belum ditetapkan"),
    AssessmentState.SET: _("ditetapkan"),
    AssessmentState.CANCELLED: _("dibatalkan"),
}
PAYMENT_LABELS = {
    PaymentState.RECORDED: _("menunggu diperiksa"),
    PaymentState.CONFIRMED: _("sah"),
    PaymentState.REJECTED: _("ditolak"),
}
REFUND_LABELS = {
    RefundState.ASKED: _("diminta"),
    RefundState.GRANTED: _("disetujui, belum dibayar"),
    RefundState.REFUSED: _("ditolak"),
    RefundState.PAID: _("sudah dibayar"),
}


class Way(StrEnum):
    """How money came. The office takes no cash: it goes to the treasury's account."""

    TRANSFER = "transfer"
    TELLER = "teller"
    VIRTUAL_ACCOUNT = "va"
    QRIS = "qris"


WAY_LABELS = {
    Way.TRANSFER: _("Transfer bank"),
    Way.TELLER: _("Setor di teller bank"),
    Way.VIRTUAL_ACCOUNT: _("Rekening virtual"),
    Way.QRIS: _("QRIS"),
}
# What a person may say of their own payment; the other ways are told by a provider.
TOLD_BY_PEOPLE = (Way.TRANSFER, Way.TELLER)

MOST_IDR = 1_000_000_000_000  # no fee of a permit is more; a slip of the finger is


class AssessmentLike(Protocol):
    standing: str
    amount_idr: int


class MoneyLike(Protocol):
    standing: str
    amount_idr: int


@dataclass(frozen=True, slots=True)
class Account:
    """What a case owes and has paid, in whole rupiah. `waiting_idr` was said to be paid and is not checked yet."""

    owed_idr: int = 0
    confirmed_idr: int = 0
    waiting_idr: int = 0
    returned_idr: int = 0  # granted or paid back
    asked_back_idr: int = 0

    @property
    def rest_idr(self) -> int:
        """What is still to pay, as far as confirmed."""
        return max(0, self.owed_idr - (self.confirmed_idr - self.returned_idr))

    @property
    def refundable_idr(self) -> int:
        """What was paid beyond what is owed, and nobody has asked back yet."""
        kept = self.confirmed_idr - self.returned_idr - self.asked_back_idr
        return max(0, kept - self.owed_idr)


def account(
    assessment: AssessmentLike | None,
    payments: Iterable[MoneyLike],
    refunds: Iterable[MoneyLike],
    *,
    served: bool = True,
) -> Account:
    """
    Return what a case owes and has paid.

    Only an assessment that was set is owed. `served` False: the permit will not come (withdrawn, refused), so nothing
    is owed and all that was paid goes back.
    """
    paid, back = list(payments), list(refunds)
    owed = assessment is not None and assessment.standing == AssessmentState.SET and served

    def total(rows: Iterable[MoneyLike], *states: str) -> int:
        return sum(row.amount_idr for row in rows if row.standing in states)

    return Account(
        owed_idr=assessment.amount_idr if owed and assessment else 0,
        confirmed_idr=total(paid, PaymentState.CONFIRMED),
        waiting_idr=total(paid, PaymentState.RECORDED),
        returned_idr=total(back, RefundState.GRANTED, RefundState.PAID),
        asked_back_idr=total(back, RefundState.ASKED),
    )


def label(table: dict[Any, Any], value: str) -> Any:
    """Return the words of a state or way; the value itself for one that is gone."""
    return table.get(value, value)
