"""
Money that goes back: what was paid beyond what is owed, or for a permit that never came.

Asked for by the applicant (or an officer for them), decided by the signatory, paid out by a third hand with the bank's
reference. Every step is a move; none is done by who did the one before.
"""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.fees import services as fees
from satupintu.fees.proof import marks
from satupintu.fees.queries import Refund
from satupintu.fees.rules import RefundState
from satupintu.people.rules import Role
from satupintu.permits.fee_account import fee_side
from satupintu.permits.services.common import (
    as_applicant,
    check_person,
    file_of,
    move,
    task,
)
from satupintu.permits.services.decide import delegation_of
from satupintu.permits.services.fee import SamePerson
from satupintu.permits.services.payment import closing
from satupintu.workflow.queries import Transition
from satupintu.workflow.services import (
    ActRequest,
    CannotMove,
    TaskChange,
    bad_data,
    given_date,
    given_number,
    given_text,
    needed_id,
)

DAYS_TO_DECIDE, DAYS_TO_PAY = 5, 10  # working days of the tasks; the law gives months


@transaction.atomic
def ask_refund(request: ActRequest) -> Transition:
    """
    Ask money back. data: account (bank, number, holder), amount_idr (all that is refundable, when left out).

    Raises CannotMove for more than is refundable.
    """
    check_person(request)
    file = file_of(request.case)
    most = fee_side(file).account.refundable_idr
    amount = given_number(request.data, "amount_idr", default=most, most=max(most, 1))
    account = given_text(request.data, "account")[:300]
    if amount < 1 or most < 1:
        raise CannotMove(_("Tidak ada uang yang dapat dikembalikan pada berkas ini."))
    if not account:
        raise bad_data("account")
    made = Refund(
        case_id=request.case.pk,
        amount_idr=amount,
        account=account,
        asked_by_id=request.by.user_id,
        asked_at=request.at,
    )
    row = move(
        request,
        file,
        by=as_applicant(request.by, request.case),
        data={"refund": str(made.pk), "amount_idr": amount},
        digests=marks(made),
        tasks=TaskChange(
            open=[
                task(
                    "decide_refund",
                    Role.HEAD,
                    days=DAYS_TO_DECIDE,
                    at=request.at,
                    detail={"refund": str(made.pk)},
                )
            ]
        ),
    )
    fees.keep(made)
    return row


@transaction.atomic
def decide_refund(request: ActRequest) -> Transition:
    """Grant or refuse ("grant_refund", "refuse_refund") what was asked back. data: refund (id). SamePerson."""
    file = file_of(request.case)
    made = _find(fee_side(file).books.asked_back, request)
    if made.asked_by_id == request.by.user_id:
        raise SamePerson(_("Anda yang meminta pengembalian ini. Pejabat lain yang memutuskan."))
    delegation = delegation_of(request.by, file, request.at)
    granted = request.action == "grant_refund"
    made.standing = RefundState.GRANTED if granted else RefundState.REFUSED
    made.decided_by_id, made.decided_at = request.by.user_id, request.at
    paying = task(
        "pay_refund",
        Role.FRONT_OFFICE,
        days=DAYS_TO_PAY,
        at=request.at,
        detail={"refund": str(made.pk)},
    )
    row = move(
        request,
        file,
        by=request.by.acting_as(Role.HEAD, delegation.pk),
        data=_told(made),
        digests=marks(made),
        tasks=TaskChange(
            close=closing(file, "decide_refund", "refund", str(made.pk), str(made.standing)),
            open=[paying] if granted else [],
        ),
    )
    fees.change(made, "decided_by_id", "decided_at", was=RefundState.ASKED)
    return row


@transaction.atomic
def pay_refund(request: ActRequest) -> Transition:
    """Note that money went back. data: refund (id), paid_on, reference (of the bank). Raises SamePerson, BadData."""
    file = file_of(request.case)
    made = _find(fee_side(file).books.to_pay_back, request)
    if request.by.user_id == made.decided_by_id:
        raise SamePerson(_("Anda yang memutuskan pengembalian ini. Petugas lain yang membayarkan."))
    if request.by.user_id == made.asked_by_id:
        raise SamePerson(_("Anda yang meminta pengembalian ini. Petugas lain yang membayarkan."))
    paid_on, reference = given_date(request.data, "paid_on"), given_text(request.data, "reference")
    if paid_on is None or paid_on > timezone.localdate(request.at):
        raise bad_data("paid_on")
    if not reference:
        raise bad_data("reference")
    made.standing, made.paid_on, made.reference = RefundState.PAID, paid_on, reference[:80]
    row = move(
        request,
        file,
        data=_told(made),
        digests=marks(made),
        tasks=TaskChange(close=closing(file, "pay_refund", "refund", str(made.pk), "paid")),
    )
    fees.change(made, "paid_on", "reference", was=RefundState.GRANTED)
    return row


def _find(rows: list[Refund], request: ActRequest) -> Refund:
    wanted = needed_id(request.data, "refund")
    found = next((one for one in rows if one.pk == wanted), None)
    if found is None:
        raise CannotMove(_("Permintaan pengembalian ini sudah diproses. Muat ulang halaman."))
    return found


def _told(made: Refund) -> dict[str, Any]:
    return {"refund": str(made.pk), "amount_idr": made.amount_idr}
