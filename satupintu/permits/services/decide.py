"""Deciding: propose, initial, approve, reject, send back. Only a signatory with a valid delegation decides."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.people.queries import Delegation, User, valid_delegation
from satupintu.people.rules import Role, Signing
from satupintu.permits.models import PermitCase
from satupintu.permits.services.common import (
    File,
    file_of,
    move,
    own_task,
    refuse_own_case,
    task,
)
from satupintu.workflow.queries import Transition
from satupintu.workflow.rules import NewTask
from satupintu.workflow.services import ActRequest, CannotMove, ReasonMissing, TaskChange


class NoDelegation(CannotMove):
    """The signatory holds no power to sign this service today."""


class CheckedAndSigned(CannotMove):
    """Verifier and signatory must be two people."""


def _decision_task(
    file: File, request: ActRequest, stage: str, role: Role, label: str = ""
) -> NewTask:
    return task(stage, role, days=file.definition.promise.issue_days, at=request.at, label=label)


def _next_task(file: File, request: ActRequest, done: int) -> NewTask:
    """Return the task after `done` initials: the next initial of the service file, or the decision."""
    wanted = file.definition.decision.initials
    if done < len(wanted):
        return _decision_task(file, request, "initial", Role(wanted[done]), label=str(done))
    return _decision_task(file, request, "decide", Role(file.definition.decision.by))


@transaction.atomic
def propose(request: ActRequest) -> Transition:
    """Propose approval or refusal to the signatory; initials are asked first, in the order of the service file."""
    refuse_own_case(request)
    file = file_of(request.case)
    refusing = request.action == "propose_refusal"
    close = {} if refusing else {own_task(request, "propose").pk: "proposed"}
    row = move(
        request,
        file,
        tasks=TaskChange(
            close=close,
            drop=frozenset({"*"}) if refusing else frozenset(),
            open=[_next_task(file, request, 0)],
        ),
    )
    PermitCase.objects.filter(pk=request.case.pk).update(checked_by_id=request.by.user_id)
    return row


@transaction.atomic
def initial(request: ActRequest) -> Transition:
    """Put one's initials (paraf); the next one, or the signatory, is asked. May be anybody the file names."""
    file = file_of(request.case)
    own = own_task(request, "initial")
    following = _next_task(file, request, int(own.label or 0) + 1)
    return move(
        request,
        file,
        tasks=TaskChange(close={own.pk: "initialled"}, open=[following]),
        data={"step": own.label},
    )


@transaction.atomic
def send_back(request: ActRequest) -> Transition:
    """Send a proposal back to the verifier with a reason."""
    file = file_of(request.case)
    again = _decision_task(file, request, "propose", Role.VERIFIER)
    return move(
        request, file, tasks=TaskChange(drop=frozenset({"initial", "decide", "sign"}), open=[again])
    )


def delegation_of(request: ActRequest, file: File) -> Delegation:
    """Return the delegation the actor signs under. Raises NoDelegation if none is valid today."""
    user = User.objects.filter(pk=request.by.user_id).first()
    today = timezone.localdate(request.at)
    found = valid_delegation(user, file.definition.code, today) if user else None
    if found is None:
        raise NoDelegation(
            _(
                "Anda tidak memegang pelimpahan wewenang yang berlaku hari ini untuk layanan ini."
                " Minta pengelola layanan mencatat keputusan pelimpahannya."
            )
        )
    return found


def _check_two_people(request: ActRequest, file: File, delegation: Delegation) -> dict[str, str]:
    """Refuse who checked the file; an acting head may sign with a reason, and the case is sampled later."""
    if file.permit_case.checked_by_id != request.by.user_id:
        return {}
    acting = delegation.signing in (Signing.PELAKSANA_HARIAN, Signing.PELAKSANA_TUGAS)
    if not acting:
        raise CheckedAndSigned(
            _("Anda yang memeriksa berkas ini. Keputusan harus diambil pejabat lain.")
        )
    if not request.reason.strip():
        raise ReasonMissing(
            _("Anda juga yang memeriksa berkas ini. Tulis alasan mengapa Anda yang memutuskan.")
        )
    return {"sampled": "checked_and_signed"}


@transaction.atomic
def approve(request: ActRequest) -> Transition:
    """Approve: the signatory's decision. Number and signature follow as moves of their own (services/issue.py)."""
    refuse_own_case(request)
    file = file_of(request.case)
    delegation = delegation_of(request, file)
    sampled = _check_two_people(request, file, delegation)
    row = move(
        request,
        file,
        by=request.by.acting_as(Role.HEAD, delegation.pk),
        tasks=TaskChange(
            close={own_task(request, "decide").pk: "approved"},
            open=[_decision_task(file, request, "sign", Role.HEAD)],
        ),
        data=sampled,
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
    delegation = delegation_of(request, file)
    sampled = _check_two_people(request, file, delegation)
    row = move(
        request,
        file,
        by=request.by.acting_as(Role.HEAD, delegation.pk),
        tasks=TaskChange(drop=frozenset({"*"})),
        data=sampled | {"legal_basis": [str(one) for one in request.data.get("legal_basis", ())]},
    )
    PermitCase.objects.filter(pk=request.case.pk).update(
        decided_by_id=request.by.user_id, delegation_id=delegation.pk
    )
    return row
