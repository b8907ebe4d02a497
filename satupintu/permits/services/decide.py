"""
Deciding: propose, initial, approve, reject, send back. Only a signatory with a valid delegation decides.

Past the legal limit the head decides wherever the case stands: the task "deemed" gives the ground for it.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.office.queries import work_calendar
from satupintu.people.queries import Delegation, valid_delegation
from satupintu.people.rules import Actor, Role, Signing
from satupintu.permits import rules
from satupintu.permits.fee_account import check_settled
from satupintu.permits.file import has_checked
from satupintu.permits.models import PermitCase
from satupintu.permits.services import review
from satupintu.permits.services.common import (
    File,
    file_of,
    move,
    own_task,
    refuse_own_case,
    task,
)
from satupintu.permits.services.supervised import check_not_suspended
from satupintu.workflow.queries import Case, Task, Transition
from satupintu.workflow.rules import NewTask, TaskState, waited
from satupintu.workflow.services import (
    ActRequest,
    CannotMove,
    ReasonMissing,
    TaskChange,
    given_texts,
)


class NoDelegation(CannotMove):
    """The signatory holds no power to sign this service today."""


class CheckedAndSigned(CannotMove):
    """Verifier and signatory must be two people."""


class StageUnanswered(CannotMove):
    """An approval is proposed while a unit that the service file asks has not answered."""


DEEMED = "deemed"
_BEFORE_PROPOSAL = frozenset(
    {"check", "recommend", "propose"}
)  # what a proposed refusal lays aside


def _decision_task(
    file: File, request: ActRequest, stage: str, role: Role, label: str = ""
) -> NewTask:
    days = file.definition.promise.issue_days
    return task(stage, role, days=days, at=request.at, label=label, within="pledge")


def _next_task(file: File, request: ActRequest, done: int) -> NewTask:
    """Return the task after `done` initials: the next initial of the service file, or the decision."""
    wanted = file.definition.decision.initials
    if done < len(wanted):
        return _decision_task(file, request, "initial", Role(wanted[done]), label=str(done))
    return _decision_task(file, request, "decide", rules.decider(file.definition))


@transaction.atomic
def propose(request: ActRequest) -> Transition:
    """
    Propose approval or refusal to the signatory; initials are asked first, in the order of the service file.

    A refusal may be proposed at any time; what was owed is laid aside, and taken up again by `send_back`.
    Raises StageUnanswered when an approval is proposed before every unit has answered, FeeUnsettled before the fee is
    paid, PermitSuspended for the extension of a suspended permit.
    """
    refuse_own_case(request)
    file = file_of(request.case)
    refusing = request.action == "propose_refusal"
    if not refusing:
        check_not_suspended(file.kind, file.permit_case.previous_permit)
        _check_answered(file)
        check_settled(file)
    close = {} if refusing else {own_task(request, file, "propose").pk: "proposed"}
    return move(
        request,
        file,
        tasks=TaskChange(
            close=close,
            drop=_BEFORE_PROPOSAL if refusing else frozenset(),
            open=[_next_task(file, request, 0)],
        ),
    )


def _check_answered(file: File) -> None:
    if missing := review.unanswered(file):
        raise StageUnanswered(
            _(
                "Belum ada rekomendasi untuk “%(stage)s”. Persetujuan diajukan setelah semua menjawab."
            )
            % {"stage": "”, “".join(missing)}
        )


@transaction.atomic
def initial(request: ActRequest) -> Transition:
    """Put one's initials (paraf); the next one, or the signatory, is asked. May be anybody the file names."""
    file = file_of(request.case)
    own = own_task(request, file, "initial")
    following = _next_task(file, request, int(own.label or 0) + 1)
    return move(
        request,
        file,
        tasks=TaskChange(close={own.pk: "initialled"}, open=[following]),
        data={"step": own.label},
    )


@transaction.atomic
def send_back(request: ActRequest) -> Transition:
    """Send a proposal back, with a reason, to where it was made; what was laid aside there is owed again."""
    file = file_of(request.case)
    proposed = came_from(request.case)
    if proposed.from_state == rules.State.READY:
        again = [_decision_task(file, request, "propose", Role.VERIFIER)]
    else:
        again = owed_again(request, proposed)
    return move(
        request,
        file,
        to=proposed.from_state,
        tasks=TaskChange(
            drop=frozenset({"initial", "decide", "sign"}),
            open=[*again, *deemed_task(file, at=request.at)],
        ),
    )


def came_from(case: Case) -> Transition:
    """Return the move by which a case last left the check or the review: where a way back leads. One query."""
    return (
        Transition.objects.filter(case=case, from_state__in=rules.BEFORE_DECISION)
        .exclude(to_state__in=rules.BEFORE_DECISION)
        .filter(action__in=("propose_approval", "propose_refusal", "approve", "reject"))
        .latest("seq")
    )


def owed_again(request: ActRequest, proposed: Transition) -> list[NewTask]:
    """Return the tasks that a move laid aside, each with the working time it had left."""
    laid_aside = Task.objects.filter(
        case=request.case,
        closed_seq=proposed.seq,
        state=TaskState.DROPPED,
        stage__in=_BEFORE_PROPOSAL,
    )
    calendar = work_calendar()
    return [
        NewTask(
            stage=one.stage,
            role=Role(one.role),
            unit_id=one.unit_id,
            due_at=waited(one.due_at, proposed.at, request.at, calendar),
            within=one.within,
            assignee_id=one.assignee_id,
            label=one.label,
            detail=one.detail,
        )
        for one in laid_aside.order_by("opened_at", "id")
    ]


def deemed_task(file: File, *, at: datetime) -> list[NewTask]:
    """
    Return the head's task to decide a case whose legal limit has passed; [] when there is nothing to decide.

    Nothing: the limit has not passed, the service file knows no such consequence, it is decided, the task stands
    already, or another system decides.
    """
    legal = file.case.legal
    if (
        file.lifecycle is rules.ASSISTED
        or not file.definition.legal.deemed_granted
        or file.case.state in (rules.State.NUMBERED, *rules.HAS_PERMIT)
        or not (legal.running and legal.due_at and legal.due_at <= at)
        or Task.objects.filter(case=file.case, stage=DEEMED, state=TaskState.OPEN).exists()
    ):
        return []
    return [task(DEEMED, Role.HEAD, days=1, at=at)]


def delegation_of(by: Actor, file: File, at: datetime) -> Delegation:
    """Return the delegation under which the actor signs this service. Raises NoDelegation if none is valid that day."""
    found = valid_delegation(by.user_id, file.definition.code, timezone.localdate(at))
    if found is None:
        raise NoDelegation(
            _(
                "Anda tidak memegang pelimpahan wewenang yang berlaku hari ini untuk layanan ini."
                " Minta pengelola layanan mencatat keputusan pelimpahannya."
            )
        )
    return found


def _check_two_people(request: ActRequest, delegation: Delegation) -> dict[str, str]:
    """Refuse who checked the file; an acting head may sign with a reason, and the case is sampled later."""
    if not has_checked(request.case.pk, request.by.user_id):
        return {}
    refuse_one_hand(request, delegation)
    return {"sampled": "checked_and_signed"}


def refuse_one_hand(request: ActRequest, delegation: Delegation) -> None:
    """
    Refuse to let whoever prepared a decision take it; an acting head may, with a reason.

    Raises CheckedAndSigned, ReasonMissing.
    """
    if delegation.signing not in (Signing.PELAKSANA_HARIAN, Signing.PELAKSANA_TUGAS):
        raise CheckedAndSigned(
            _("Anda yang memeriksa berkas ini. Keputusan harus diambil pejabat lain.")
        )
    if not request.reason.strip():
        raise ReasonMissing(
            _("Anda juga yang memeriksa berkas ini. Tulis alasan mengapa Anda yang memutuskan.")
        )


def _past_limit(answered: Task) -> dict[str, bool]:
    """Return what the row says of a decision that the passed limit demanded."""
    return {"past_legal_limit": True} if answered.stage == DEEMED else {}


@transaction.atomic
def approve(request: ActRequest) -> Transition:
    """
    Approve: the signatory's decision. Number and signature follow as moves of their own (services/issue.py).

    Before a proposal only past the legal limit, with a reason; what units still owe is laid aside.
    """
    refuse_own_case(request)
    file = file_of(request.case)
    delegation = delegation_of(request.by, file, request.at)
    check_not_suspended(file.kind, file.permit_case.previous_permit)
    sampled = _check_two_people(request, delegation)
    answered = own_task(request, file, *rules.ANSWERS_TASK["approve"])
    row = move(
        request,
        file,
        by=request.by.acting_as(Role.HEAD, delegation.pk),
        tasks=TaskChange(
            close={answered.pk: "approved"},
            drop=frozenset({"*"}),
            open=[_decision_task(file, request, "sign", Role.HEAD)],
        ),
        data=sampled | _past_limit(answered),
    )
    PermitCase.objects.filter(pk=request.case.pk).update(
        decided_by_id=request.by.user_id, delegation_id=delegation.pk
    )
    return row


@transaction.atomic
def reject(request: ActRequest) -> Transition:
    """
    Refuse, with reasons the applicant reads; only a signatory. The letter is made by services/letters.py.

    data: legal_basis = list of laws and articles; none given, those of the service file stand in the letter.
    """
    refuse_own_case(request)
    file = file_of(request.case)
    delegation = delegation_of(request.by, file, request.at)
    sampled = _check_two_people(request, delegation)
    answered = own_task(request, file, *rules.ANSWERS_TASK["reject"])
    row = move(
        request,
        file,
        by=request.by.acting_as(Role.HEAD, delegation.pk),
        tasks=TaskChange(close={answered.pk: "rejected"}, drop=frozenset({"*"})),
        data=sampled
        | _past_limit(answered)
        | {"legal_basis": given_texts(request.data, "legal_basis")},
    )
    PermitCase.objects.filter(pk=request.case.pk).update(
        decided_by_id=request.by.user_id, delegation_id=delegation.pk
    )
    return row
