"""
Payments of a fee: recorded by the applicant or an officer, told by a provider, confirmed by another person, or refused.

Nobody confirms what they recorded themselves. A provider's signed word needs nobody: it is the other pair of eyes.
What is paid in parts, twice or too much is booked as it came; what follows is a sum (fees.rules.Account).
"""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.fees import rules as fee_rules
from satupintu.fees import services as fees
from satupintu.fees.proof import marks
from satupintu.fees.queries import Payment
from satupintu.fees.rules import PaymentState, Way
from satupintu.fees.statement_queries import StatementLine
from satupintu.office import services as office
from satupintu.people.rules import Role
from satupintu.permits.fee_account import fee_side
from satupintu.permits.services.common import (
    File,
    as_applicant,
    check_person,
    evidence,
    file_of,
    move,
    refuse_own_case,
    task,
)
from satupintu.permits.services.fee import SamePerson, follow
from satupintu.workflow.queries import Task, Transition
from satupintu.workflow.rules import TaskState
from satupintu.workflow.services import (
    ActRequest,
    CannotMove,
    TaskChange,
    bad_data,
    given_date,
    given_id,
    given_number,
    given_text,
    needed_id,
)

SSRD_SERIES = "ssrd"
DAYS_TO_CHECK = 1


class NoAssessment(CannotMove):
    """There is no assessment notice yet, so nothing can have been paid for it."""


@transaction.atomic
def record_payment(request: ActRequest) -> Transition:
    """
    Note what was paid: the applicant with a picture of the proof, or an officer with the bank's reference.

    data: amount_idr, paid_on, way (of rules.TOLD_BY_PEOPLE), reference, document (id); of an officer also
    statement_line (id), the line of a bank statement that shows it. Raises NoAssessment, BadData, LineRefused.
    """
    check_person(request)
    file = file_of(request.case)
    _check_assessed(file)
    way = given_text(request.data, "way")
    if way not in fee_rules.TOLD_BY_PEOPLE:
        raise bad_data("way")
    document, reference = given_id(request.data, "document"), _reference(request)
    if document is None and (not reference or _is_applicant(request)):
        raise CannotMove(_("Lampirkan bukti bayarnya; petugas boleh menulis nomor referensi bank."))
    amount = _amount(request)
    made = Payment(
        case_id=request.case.pk,
        amount_idr=amount,
        paid_on=_day(request),
        way=way,
        reference=reference,
        document_id=document,
        statement_line=_credit(request, amount),
        recorded_by_id=request.by.user_id,
        recorded_at=request.at,
    )
    row = move(
        request,
        file,
        by=as_applicant(request.by, request.case),
        data={
            "payment": str(made.pk),
            "amount_idr": made.amount_idr,
            "way": way,
            **_line_of(made),
        },
        digests=evidence(request, proof=document) | marks(made),
        tasks=TaskChange(
            open=[
                task(
                    "confirm_payment",
                    Role.FRONT_OFFICE,
                    days=DAYS_TO_CHECK,
                    at=request.at,
                    detail={"payment": str(made.pk)},
                )
            ]
        ),
    )
    fees.keep(made)
    return row


@transaction.atomic
def receive_payment(request: ActRequest) -> Transition:
    """
    Book what a provider says was paid, under its signature: confirmed at once, with its receipt.

    data: amount_idr, paid_on, way, provider, provider_ref. The same payment of a provider is booked once: whoever
    calls names it as `origin_ref`.
    """
    file = file_of(request.case)
    _check_assessed(file)
    number = office.take_number(
        SSRD_SERIES, at=request.at, case_id=request.case.pk, by_name=request.by.name
    )
    made = Payment(
        case_id=request.case.pk,
        standing=PaymentState.CONFIRMED,
        amount_idr=_amount(request),
        paid_on=_day(request),
        way=Way(given_text(request.data, "way")),
        reference=_reference(request),
        provider=given_text(request.data, "provider")[:20],
        provider_ref=given_text(request.data, "provider_ref")[:80],
        number=number.number,
        recorded_at=request.at,
        decided_at=request.at,
    )
    row = move(
        request,
        file,
        data=_told(made),
        digests=marks(made),
    )
    fees.keep(made)
    office.use_number(number.pk, number.number, at=request.at, by_name=request.by.name)
    follow(fee_side(file), request)
    return row


@transaction.atomic
def confirm_payment(request: ActRequest) -> Transition:
    """
    Confirm a payment: the money is there. It gets its receipt (SSRD). data: payment (id), statement_line (id).

    Raises SamePerson for who recorded it, BadData for one that is decided already, LineRefused, NumberProblem.
    """
    file, made = _to_decide(request)
    made.statement_line = made.statement_line or _credit(request, made.amount_idr)
    number = office.take_number(
        SSRD_SERIES, at=request.at, case_id=request.case.pk, by_name=request.by.name
    )
    made.standing, made.number = PaymentState.CONFIRMED, number.number
    row = _decide(
        request, file, made, "number", "statement_line", data=_told(made), result="confirmed"
    )
    office.use_number(number.pk, number.number, at=request.at, by_name=request.by.name)
    follow(fee_side(file), request)
    return row


@transaction.atomic
def reject_payment(request: ActRequest) -> Transition:
    """Refuse a payment whose proof is none, with a reason that its payer reads. data: payment (id). SamePerson."""
    file, made = _to_decide(request)
    made.standing = PaymentState.REJECTED
    told = {"payment": str(made.pk), "amount_idr": made.amount_idr}
    row = _decide(request, file, made, data=told, result="rejected")
    follow(fee_side(file), request)
    return row


def _told(made: Payment) -> dict[str, Any]:
    return {
        "payment": str(made.pk),
        "amount_idr": made.amount_idr,
        "way": str(made.way),
        "number": made.number,
        **_line_of(made),
    }


def _line_of(made: Payment) -> dict[str, str]:
    return {"statement_line": str(made.statement_line_id)} if made.statement_line_id else {}


def _credit(request: ActRequest, amount_idr: int) -> StatementLine | None:
    """Return the line of a bank statement that an officer names; None without one. Raises LineRefused, BadData."""
    wanted = given_id(request.data, "statement_line")
    if wanted is None:
        return None
    if _is_applicant(request):
        raise bad_data("statement_line")
    return fees.credit_for(wanted, amount_idr)


def _to_decide(request: ActRequest) -> tuple[File, Payment]:
    refuse_own_case(request)
    file = file_of(request.case)
    wanted = needed_id(request.data, "payment")
    made = next((one for one in fee_side(file).books.waiting if one.pk == wanted), None)
    if made is None:
        raise CannotMove(_("Pembayaran ini sudah diperiksa petugas lain. Muat ulang halaman."))
    if made.recorded_by_id == request.by.user_id:
        raise SamePerson(_("Anda yang mencatat pembayaran ini. Petugas lain yang memeriksanya."))
    return file, made


def _decide(
    request: ActRequest,
    file: File,
    made: Payment,
    *fields: str,
    data: dict[str, Any],
    result: str,
) -> Transition:
    made.decided_by_id, made.decided_at = request.by.user_id, request.at
    row = move(
        request,
        file,
        data=data,
        digests=marks(made),
        tasks=TaskChange(close=closing(file, "confirm_payment", "payment", str(made.pk), result)),
    )
    fees.change(made, "decided_by_id", "decided_at", *fields, was=PaymentState.RECORDED)
    return row


def closing(file: File, stage: str, key: str, value: str, result: str) -> dict[Any, str]:
    """Return the open tasks of a stage that are about one row, to be closed; an end of the case may have dropped it."""
    return {
        one.pk: result
        for one in file.tasks()
        if (one.stage, one.state) == (stage, TaskState.OPEN) and _about(one, key) == value
    }


def _about(one: Task, key: str) -> str:
    return str(one.detail.get(key, ""))


def _check_assessed(file: File) -> None:
    if fee_side(file).books.assessed is None:
        raise NoAssessment(_("Belum ada ketetapan retribusi (SKRD) untuk berkas ini."))


def _is_applicant(request: ActRequest) -> bool:
    return request.case.party_id in request.by.party_ids


def _amount(request: ActRequest) -> int:
    return given_number(request.data, "amount_idr", least=1, most=fee_rules.MOST_IDR)


def _reference(request: ActRequest) -> str:
    return given_text(request.data, "reference")[:80]


def _day(request: ActRequest) -> date:
    found = given_date(request.data, "paid_on")
    if found is None:
        raise bad_data("paid_on")
    if found > timezone.localdate(request.at):
        raise CannotMove(_("Tanggal bayar belum tiba. Periksa tanggal pada bukti bayar."))
    return found
