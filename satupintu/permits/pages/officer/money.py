"""The fee of a case as officers see it: how it was computed, what was paid, what went back."""

from dataclasses import dataclass

from satupintu.fees.queries import Payment
from satupintu.fees.rules import PAYMENT_LABELS, REFUND_LABELS, label
from satupintu.fees.words import payment_name, refund_name
from satupintu.permits.pages.officer.desk import Desk
from satupintu.permits.pages.officer.paths import case_page
from satupintu.permits.services.fee import lines_of


@dataclass(frozen=True, slots=True)
class MoneyLine:
    """One payment or refund: its name, where it stands, its papers."""

    name: str
    state: str
    number: str = ""
    document: bool = False
    url: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Money:
    """What the card of the fee shows."""

    lines: list[tuple[str, str]]
    pay_names: list[MoneyLine]
    refund_names: list[MoneyLine]


def money_of(desk: Desk) -> Money | None:
    """Return the fee side of a case for its card; None where nothing of a fee has happened. No query."""
    books = desk.fee.books
    if books.untouched:
        return None
    return Money(
        lines_of(books.assessment) if books.assessment else [],
        [_payment(desk, one) for one in books.payments],
        [
            MoneyLine(
                refund_name(one), str(label(REFUND_LABELS, one.standing)), reference=one.reference
            )
            for one in books.refunds
        ],
    )


def _payment(desk: Desk, one: Payment) -> MoneyLine:
    return MoneyLine(
        payment_name(one),
        str(label(PAYMENT_LABELS, one.standing)),
        number=one.number,
        document=one.document_id is not None,
        url=f"{case_page(desk.case)}?dok={one.document_id}#dokumen",
    )
