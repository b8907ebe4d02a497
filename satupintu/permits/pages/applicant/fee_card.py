"""The fee of a case as its applicant sees it; nothing at all for a service that is free."""

from dataclasses import dataclass

from satupintu.fees.queries import Assessment
from satupintu.fees.rules import PAYMENT_LABELS, REFUND_LABELS, Account, label
from satupintu.fees.words import payment_name, refund_name
from satupintu.permits.fee_account import FeeSide, fee_side
from satupintu.permits.file import File
from satupintu.permits.paid import EXPECTED
from satupintu.permits.services.fee import lines_of


@dataclass(frozen=True, slots=True)
class FeeCard:
    """What the case page says of the fee."""

    assessed: Assessment | None
    account: Account
    lines: list[tuple[str, str]]
    payments: list[tuple[str, str]]
    refunds: list[tuple[str, str]]
    due: bool
    may_ask_back: bool


def fee_card(file: File, actions: frozenset[str]) -> FeeCard | None:
    """Return the fee of one's own case; None while nothing was set. No query for a free service, three otherwise."""
    side = fee_side(file)
    books = side.books
    if books.assessed is None and not books.payments:
        return None
    return FeeCard(
        assessed=books.assessed,
        account=side.account,
        lines=lines_of(books.assessed) if books.assessed else [],
        payments=[
            (payment_name(one), str(label(PAYMENT_LABELS, one.standing))) for one in books.payments
        ],
        refunds=[
            (refund_name(one), str(label(REFUND_LABELS, one.standing))) for one in books.refunds
        ],
        due=may_pay(side),
        may_ask_back="ask_refund" in actions and side.account.refundable_idr > 0,
    )


def may_pay(side: FeeSide) -> bool:
    """Say whether the applicant is asked to pay now."""
    return (
        side.file.case.state in EXPECTED
        and side.assessment is not None
        and side.account.rest_idr > side.account.waiting_idr
    )
