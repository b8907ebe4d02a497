"""Permits of other systems (OSS, SIMBG): help to fill in, verify, track; their number and file, never ours."""

from django.db import transaction
from django.utils.translation import gettext as _

from satupintu.people.rules import Role
from satupintu.permits.models import Attachment, PermitCase
from satupintu.permits.rules import EXTERNAL_FILE
from satupintu.permits.services.common import evidence, file_of, move, own_task, task
from satupintu.workflow.queries import Transition
from satupintu.workflow.services import ActRequest, ReasonMissing, TaskChange, given_id, given_text


@transaction.atomic
def record_filing(request: ActRequest) -> Transition:
    """Keep the number the other system gave. data: number, status."""
    number, status = _number(request), _status(request)
    if not number:
        raise ReasonMissing(_("Tulis nomor pendaftaran dari sistem nasional."))
    file = file_of(request.case)
    row = move(
        request,
        file,
        data={"number": number, "status": status},
        tasks=TaskChange(
            close={own_task(request, file, "assist").pk: "filed"},
            open=[task("follow", Role.FRONT_OFFICE, days=2, at=request.at)],
        ),
    )
    _keep(request, number=number, status=status)
    return row


@transaction.atomic
def record_status(request: ActRequest) -> Transition:
    """Keep what the other system says today; the next look is due in two working days. data: status."""
    status = _status(request)
    if not status:
        raise ReasonMissing(_("Tulis status yang tampil di sistem nasional."))
    file = file_of(request.case)
    row = move(
        request,
        file,
        data={"status": status},
        tasks=TaskChange(
            close={own_task(request, file, "follow").pk: "looked"},
            open=[task("follow", Role.FRONT_OFFICE, days=2, at=request.at)],
        ),
    )
    _keep(request, status=status)
    return row


@transaction.atomic
def record_result(request: ActRequest) -> Transition:
    """Keep the other system's decision. data: number, status, document (id of its PDF)."""
    number, status = _number(request), _status(request)
    document = given_id(request.data, "document")
    file = file_of(request.case)
    row = move(
        request,
        file,
        data={"number": number, "status": status},
        digests=evidence(request, permit=document),
        tasks=TaskChange(drop=frozenset({"*"})),
    )
    _keep(request, number=number, status=status)
    if document:
        Attachment.objects.create(
            permit_case_id=request.case.pk,
            requirement=EXTERNAL_FILE,
            document_id=document,
            created_at=request.at,
        )
    return row


def _number(request: ActRequest) -> str:
    return given_text(request.data, "number")[:80]


def _status(request: ActRequest) -> str:
    return given_text(request.data, "status")[:120]


def _keep(request: ActRequest, *, number: str = "", status: str = "") -> None:
    values: dict[str, object] = {"external_checked_at": request.at}
    if number:
        values["external_number"] = number
    if status:
        values["external_status"] = status
    PermitCase.objects.filter(pk=request.case.pk).update(**values)
