"""
What every service of this domain needs: the actor's open task, the unit that is asked, the move itself.

A service moves the case first and writes its other rows after: all transactions about a case then take their rows in
one order, and none waits for another in a circle (PostgreSQL would break one off as a deadlock).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from satupintu.documents.queries import Document, list_documents
from satupintu.lib.workingtime import add_working_days
from satupintu.office.queries import work_calendar
from satupintu.people.queries import Unit, units_of_kind
from satupintu.people.rules import Actor, Role
from satupintu.permits import rules
from satupintu.permits.file import File, current_attachments, file_digests, file_of
from satupintu.permits.proof import said
from satupintu.workflow.queries import Case, Task, Transition
from satupintu.workflow.rules import NewTask, TaskState, task_roles
from satupintu.workflow.services import (
    ActRequest,
    CannotMove,
    Facts,
    MoveNotAllowed,
    TaskChange,
    bad_data,
    given_id,
    given_text,
    perform_move,
)

__all__ = ["File", "current_attachments", "file_digests", "file_of", "said"]


class NoUnit(CannotMove):
    """The service asks a kind of unit that the office has not entered."""


class ConflictOfInterest(CannotMove):
    """An officer may not handle a case of their own."""


class Incomplete(CannotMove):
    """What was sent in lacks something; `problems` lists (where, what)."""

    def __init__(self, message: str, problems: list[tuple[str, str]]) -> None:
        super().__init__(message)
        self.problems = problems


def check_person(request: ActRequest) -> None:
    """Refuse an applicant who is not a party of the case, and an officer who is."""
    staff = request.by.roles - {Role.APPLICANT}
    own = request.case.party_id in request.by.party_ids
    if not staff and not own:
        raise MoveNotAllowed(_("Berkas ini bukan atas nama Anda."))


def refuse_own_case(request: ActRequest) -> None:
    if request.case.party_id in request.by.party_ids:
        raise ConflictOfInterest(
            _("Berkas ini atas nama Anda sendiri. Minta petugas lain menanganinya.")
        )


def as_applicant(by: Actor, case: Case) -> Actor:
    """Return the actor in the applicant's role when the case is theirs, unchanged otherwise."""
    if case.party_id in by.party_ids:
        return by.acting_as(Role.APPLICANT)
    return by


def own_task(request: ActRequest, file: File, *stages: str) -> Task:
    """
    Return the actor's open task of one of the stages, the first named first.

    Raises MoveNotAllowed if there is none or somebody else has it.
    """
    wanted = given_text(request.data, "task")
    roles = task_roles(request.by.roles)
    theirs = (
        one
        for stage in stages
        for one in file.tasks()
        if (one.stage, one.state) == (stage, TaskState.OPEN)
        and one.role in roles
        and (request.by.user_id is None or one.unit_id in request.by.units)
        and wanted in ("", str(one.pk))
    )
    task = next(theirs, None)
    if task is None:
        raise MoveNotAllowed(
            _("Tidak ada tugas “%(stage)s” yang terbuka untuk unit Anda pada berkas ini.")
            % {"stage": rules.STAGE_LABELS.get(stages[0], stages[0])}
        )
    if task.assignee_id not in (None, request.by.user_id):
        raise MoveNotAllowed(
            _("Tugas ini sedang ditangani %(name)s. Minta dialihkan bila perlu.")
            % {"name": task.assignee}
        )
    return task


def unit_for(kind: str, region: str = "") -> Unit:
    """Return the unit of a kind; a district office by the first digits of the region. Raises NoUnit."""
    units = units_of_kind(kind)
    for unit in units:
        if region and kind == "district" and unit.code.endswith(region[:8].replace(".", "")):
            return unit
    if not units:
        raise NoUnit(
            _(
                "Layanan ini meminta unit “%(kind)s”, tetapi kantor belum mencatat unit itu. Hubungi pengelola layanan."
            )
            % {"kind": kind}
        )
    return units[0]


def task(
    stage: str,
    role: Role,
    *,
    days: int,
    at: datetime,
    unit: Unit | None = None,
    label: str = "",
    detail: Mapping[str, Any] | None = None,
    within: str = "",
) -> NewTask:
    """
    Return a task for a unit (None: the office itself), due at closing of the nth working day.

    `within` names the term of the case that it never outlasts.
    """
    return NewTask(
        stage=stage,
        role=role,
        unit_id=(unit or unit_for("office")).pk,
        due_at=add_working_days(at, max(days, 1), work_calendar()),
        days=max(days, 1),
        within=within,
        label=label,
        detail=detail or {},
    )


def given_papers(request: ActRequest, given: Mapping[str, Any]) -> dict[str, Document]:
    """
    Return name -> the document given under it, by id; what is not given is left out. One query.

    Only what is in the vault of the case's party, or what the actor sent in and nobody's vault holds, comes with an
    act: a file of another person never does. Raises BadData for any other, and for one that is not there.
    """
    wanted = {name: one for name in given if (one := given_id(given, name))}
    found = {one.pk: one for one in list_documents(list(wanted.values()))} if wanted else {}
    for name, one in wanted.items():
        document = found.get(one)
        if document is None or not _may_be_given(document, request):
            raise bad_data(name)
    return {name: found[one] for name, one in wanted.items()}


def _may_be_given(document: Document, request: ActRequest) -> bool:
    if document.party_id is None:
        return bool(document.uploaded_by_id == request.by.user_id)
    return bool(document.party_id == request.case.party_id)


def evidence(request: ActRequest, **documents: Any) -> dict[str, str]:
    """
    Return name -> content hash of the documents an act rests on, as `given_papers`.

    A row of the log so names the very bytes that somebody saw.
    """
    return {
        f"file:{name}": document.file_id
        for name, document in given_papers(request, documents).items()
    }


def facts(
    request: ActRequest,
    *,
    data: Mapping[str, Any] | None = None,
    digests: Mapping[str, str] | None = None,
    reason: str | None = None,
) -> Facts:
    return Facts(
        reason=request.reason if reason is None else reason,
        data=data or {},
        digests=digests or {},
        channel=request.channel,
        origin=request.origin,
        origin_ref=request.origin_ref,
        recorded_at=request.recorded_at,
    )


def move(
    request: ActRequest,
    file: File,
    *,
    by: Actor | None = None,
    action: str = "",
    data: Mapping[str, Any] | None = None,
    digests: Mapping[str, str] | None = None,
    tasks: TaskChange | None = None,
    days: Mapping[str, int] | None = None,
    to: str | None = None,
) -> Transition:
    """Perform the request's move with this domain's lifecycle."""
    return _perform(
        file,
        action or request.action,
        by=by or request.by,
        at=request.at,
        facts=facts(request, data=data, digests=digests),
        tasks=tasks,
        days=days,
        to=to,
    )


def system_move(
    file: File,
    action: str,
    *,
    by: Actor,
    at: datetime,
    data: Mapping[str, Any] | None = None,
    tasks: TaskChange | None = None,
    days: Mapping[str, int] | None = None,
    to: str | None = None,
) -> Transition:
    """Perform a move of the program itself, named by the part that acts."""
    told = Facts(channel="system", data=data or {})
    return _perform(file, action, by=by, at=at, facts=told, tasks=tasks, days=days, to=to)


def _perform(
    file: File, action: str, *, at: datetime, tasks: TaskChange | None, **more: Any
) -> Transition:
    """Perform a move with this domain's lifecycle, and keep the tasks that the file knows true."""
    change = tasks or TaskChange()
    row = perform_move(
        case=file.case, lifecycle=file.lifecycle, action=action, at=at, tasks=change, **more
    )
    file.follow(change)
    return row
