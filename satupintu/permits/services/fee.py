"""
The fee of a case before it is paid: computed by an officer, set by the signatory, taken back for a new computation.

One officer computes from the answers by the rule of the service file, and may put another value in the place of an
answer, with a reason. The signatory, another person, sets it: the assessment notice (SKRD) gets its number and day.
"""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.catalogue.rules import Field
from satupintu.catalogue.tariff import computed, inputs
from satupintu.fees import rules as fee_rules
from satupintu.fees import services as fees
from satupintu.fees.proof import marks
from satupintu.fees.queries import Assessment
from satupintu.fees.rules import AssessmentState
from satupintu.lib.language import current_language
from satupintu.office import services as office
from satupintu.people.rules import Role, system_actor
from satupintu.permits import rules
from satupintu.permits.fee_account import FeeSide, fee_side
from satupintu.permits.services.common import File, file_of, move, own_task, system_move, task
from satupintu.permits.services.decide import delegation_of
from satupintu.workflow.queries import Transition
from satupintu.workflow.services import (
    ActRequest,
    CannotMove,
    MoveNotAllowed,
    ReasonMissing,
    TaskChange,
    bad_data,
    given_table,
    given_text,
)

SKRD_SERIES = "skrd"
ACTOR = "fee"


class NothingDue(CannotMove):
    """The rule of the service gives no fee for this application."""


class SamePerson(CannotMove):
    """Money is seen by two people: who did the first step does not do the second."""


@transaction.atomic
def assess(request: ActRequest) -> Transition:
    """
    Compute the fee and lay it before the signatory. An earlier assessment of the case ends with it.

    data: inputs = {question: value} that the officer puts in the place of an answer, which needs a reason. Raises
    NothingDue where the answers give no fee and nothing is corrected, BadData, ReasonMissing.
    """
    file = file_of(request.case)
    changed = _corrected(file, given_table(request.data, "inputs"))
    if changed and not request.reason.strip():
        raise ReasonMissing(_("Tulis mengapa data perhitungan berbeda dengan isian pemohon."))
    found = computed(file.definition, {**file.permit_case.answers, **changed})
    if found.amount_idr == 0 and not changed:
        raise NothingDue(
            _("Menurut isian pemohon tidak ada retribusi. Permohonan langsung dapat diajukan.")
        )
    if found.amount_idr > fee_rules.MOST_IDR:
        raise CannotMove(_("Hasil hitungan terlalu besar. Periksa isian yang dihitung."))
    earlier = fee_side(file).books.assessment
    if earlier is not None:
        earlier.standing = AssessmentState.CANCELLED
    fee = file.definition.fee
    made = Assessment(
        case_id=request.case.pk,
        seq=request.case.version + 1,
        amount_idr=found.amount_idr,
        lines=[[one.label.id, one.label.en, one.value] for one in found.lines],
        corrected={key: str(value) for key, value in changed.items()},
        basis=fee.basis,
        pay_to=fee.pay_to,
        due_days=fee.due_days,
        computed_by_id=request.by.user_id,
        computed_at=request.at,
    )
    days = file.definition.promise.issue_days
    row = move(
        request,
        file,
        data={
            "assessment": str(made.pk),
            "amount_idr": made.amount_idr,
            "corrected": sorted(changed),
        },
        digests=marks(made, *([earlier] if earlier else [])),
        tasks=TaskChange(
            open=[task("set_fee", Role.HEAD, days=days, at=request.at, within="pledge")]
        ),
    )
    if earlier is not None:
        fees.end_assessment(earlier)
    fees.keep(made)
    return row


def _corrected(file: File, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what differs from the applicant's answers, checked. Raises BadData for what the rule does not ask."""
    asked = {one.key: one for one in inputs(file.definition)}
    if given.keys() - asked.keys():
        raise bad_data("inputs")
    read = {key: _value(asked[key], given_text(given, key)) for key in given}
    answers = file.permit_case.answers
    return {key: value for key, value in read.items() if _plain(answers.get(key)) != _plain(value)}


def _plain(value: Any) -> str:
    try:
        return f"{Decimal(str(value)).normalize():f}"
    except InvalidOperation:
        return str(value)


def _value(asked: Field, text: str) -> Any:
    if asked.choices:
        if text not in {one.value for one in asked.choices}:
            raise bad_data(asked.key)
        return text
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise bad_data(asked.key) from None
    if not number.is_finite() or number < 0 or number > fee_rules.MOST_IDR:
        raise bad_data(asked.key)
    return int(number) if number == number.to_integral_value() else float(number)


@transaction.atomic
def set_fee(request: ActRequest) -> Transition:
    """
    Set the fee: the assessment notice (SKRD) gets its number, and a last day to pay.

    Raises SamePerson for who computed it, NoDelegation for who may not sign this service, NumberProblem. Where all is
    paid already, or nothing came out, the case goes on at once.
    """
    file = file_of(request.case)
    delegation = delegation_of(request.by, file, request.at)
    made = _current(file)
    if made.computed_by_id == request.by.user_id:
        raise SamePerson(
            _("Anda yang menghitung retribusi ini. Penetapannya dilakukan pejabat lain.")
        )
    own = own_task(request, file, "set_fee")
    taken = office.take_number(
        SKRD_SERIES,
        at=request.at,
        case_id=request.case.pk,
        service=file.definition.code.upper(),
        by_name=request.by.name,
    )
    made.standing, made.number = AssessmentState.SET, taken.number
    made.due_on = timezone.localdate(request.at) + timedelta(days=made.due_days)
    made.set_by_id, made.set_at = request.by.user_id, request.at
    row = move(
        request,
        file,
        by=request.by.acting_as(Role.HEAD, delegation.pk),
        data={
            "assessment": str(made.pk),
            "number": made.number,
            "amount_idr": made.amount_idr,
            "answer_by": made.due_on.isoformat(),
        },
        digests=marks(made),
        tasks=TaskChange(close={own.pk: "set"}),
    )
    fees.change(made, "number", "due_on", "set_by_id", "set_at", was=AssessmentState.PROPOSED)
    office.use_number(taken.pk, taken.number, at=request.at, by_name=request.by.name)
    follow(fee_side(file), request)
    return row


def _current(file: File) -> Assessment:
    made = fee_side(file).books.assessment
    if made is None:
        raise MoveNotAllowed(_("Berkas ini belum mempunyai perhitungan retribusi."))
    return made


@transaction.atomic
def cancel_fee(request: ActRequest) -> Transition:
    """Take the assessment back, with a reason: the fee is computed anew. What was paid stays booked."""
    file = file_of(request.case)
    made = _current(file)
    was = made.standing
    made.standing = AssessmentState.CANCELLED
    row = move(
        request,
        file,
        data={"assessment": str(made.pk), "number": made.number},
        digests=marks(made),
        tasks=TaskChange(drop=frozenset({"set_fee"})),
        to=_back_to(file),
    )
    fees.change(made, was=was)
    return row


def _back_to(file: File) -> str:
    """Return the state in which the fee was assessed last: where the case goes on."""
    begun = Transition.objects.filter(case_id=file.case.pk, action="assess").latest("seq")
    return str(begun.from_state)


def follow(side: FeeSide, request: ActRequest) -> None:
    """
    Let the program go on with a case whose fee has changed: settled, or still to pay.

    In the caller's transaction, after its rows are written. Where no payment is expected nothing follows.
    """
    state, books = side.file.case.state, side.books
    checking = state == rules.State.PAYMENT_CHECK
    if not (checking or state == rules.State.PAYMENT) or (checking and books.waiting):
        return
    by = system_actor(ACTOR)
    if side.account.rest_idr == 0:
        system_move(side.file, "settle_fee", by=by, at=request.at, to=_back_to(side.file))
    elif checking:
        due_on = side.assessment.due_on if side.assessment else None
        due = {"answer_by": due_on.isoformat()} if due_on else {}
        system_move(side.file, "await_payment", by=by, at=request.at, data=due)


def lines_of(made: Assessment) -> list[tuple[str, str]]:
    """Return the computation as (label, value) in the reader's language."""
    place = 1 if current_language() == "en" else 0
    return [(str(line[place]), str(line[2])) for line in made.lines]
