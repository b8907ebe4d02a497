"""Acting on a case through its owner's service, and the acts that every lifecycle shares."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from satupintu.lib.kept import read_ahead
from satupintu.lib.prepared import Prepared
from satupintu.people.queries import officers_on
from satupintu.people.rules import Actor, Role
from satupintu.workflow import registry, rules
from satupintu.workflow.models import Case, Link, Note, Task, Transition
from satupintu.workflow.moves import (
    CannotMove,
    Facts,
    MovedMeanwhile,
    MoveNotAllowed,
    TaskChange,
    check_allowed,
    find_arrived,
    perform_move,
)
from satupintu.workflow.registry import ActRequest
from satupintu.workflow.services.given import given_number, needed_id

_MOVED = gettext_lazy(
    "Berkas ini sudah berubah sejak halaman dibuka."
    " Periksa keadaan terbarunya, lalu ulangi bila masih perlu."
)


def act(
    case: Case,
    action: str,
    *,
    by: Actor,
    at: datetime,
    channel: str = "web",
    reason: str = "",
    data: Mapping[str, Any] | None = None,
    seen_version: int | None = None,
    origin: str = "",
    origin_ref: str | None = None,
    recorded_at: datetime | None = None,
) -> Transition:
    """
    Do `action` on a case through the service of the case's owner, and return the row it made.

    `at` is when it happened; `recorded_at` when it is entered, for what was done on paper before. `seen_version` is the
    version the person was looking at; given, a case that has moved since is refused. An act that has arrived before
    under the same origin returns its first row. Raises CannotMove and its kinds, and whatever named errors the owner's
    service has.
    """
    if origin_ref is not None and (arrived := find_arrived(origin, origin_ref)):
        return arrived
    if seen_version is not None:
        check_unmoved(case, seen_version)
    kind = registry.kind_of(case)
    service = registry.service_of(case, action)
    if service is None:
        raise MoveNotAllowed(_("Tindakan ini tidak dikenal untuk jenis berkas ini."))
    read_ahead()
    seen = case.version
    try:
        # The table first, so that no service reads or refuses anything on behalf of who may not act at all.
        check_allowed(kind.lifecycle(case), case.state, action, by)
        if why := kind.locked(case):
            raise MoveNotAllowed(why)
        return service(
            ActRequest(
                case=case,
                action=action,
                by=by,
                at=at,
                channel=channel,
                reason=reason,
                data=data or {},
                origin=origin,
                origin_ref=origin_ref,
                recorded_at=recorded_at,
            )
        )
    except CannotMove as refused:
        if origin_ref is not None and (arrived := find_arrived(origin, origin_ref)):
            return arrived  # the same act came twice at once, and the other one was first
        if isinstance(refused, MoveNotAllowed) and _has_moved(case, seen):
            raise MovedMeanwhile(str(_MOVED)) from refused
        raise


def check_unmoved(case: Case, seen_version: int) -> None:
    """Refuse to act on another version of the case than was looked at. Raises MovedMeanwhile."""
    if seen_version != case.version:
        raise MovedMeanwhile(str(_MOVED))


def _has_moved(case: Case, seen: int) -> bool:
    """Say whether somebody else moved the case after it was read: the true reason of a refusal."""
    return not Case.objects.filter(pk=case.pk, version=seen).exists()


def facts_of(request: ActRequest, **changes: Any) -> Facts:
    """Return the Facts of a request, with what the owner's service adds (data, digests)."""
    base = Facts(
        reason=request.reason,
        channel=request.channel,
        origin=request.origin,
        origin_ref=request.origin_ref,
        recorded_at=request.recorded_at,
    )
    return replace(base, **changes)


# --- Moves every lifecycle shares ------------------------------------------------------------


_OPEN_TASK = Prepared(
    lambda case_id, task_id: Task.objects.filter(
        case_id=case_id, pk=task_id, state=rules.TaskState.OPEN
    ).select_related("unit")
)


def _own_task(request: ActRequest) -> Task:
    """Return the open task named by data["task"], when it belongs to the actor's roles and units."""
    task = _OPEN_TASK.first(case_id=request.case.pk, task_id=needed_id(request.data, "task"))
    if task is None or (
        request.by.user_id is not None
        and (
            task.unit_id not in request.by.units
            or (
                request.action
                != "reassign"  # whoever may reassign does so for all roles of the unit
                and task.role not in rules.task_roles(request.by.roles)
            )
        )
    ):
        raise MoveNotAllowed(_("Tugas ini sudah selesai atau bukan tugas unit Anda."))
    return task


def _check_officer(task: Task, user_id: int, at: datetime) -> None:
    """Refuse somebody who could not answer the task: it would wait for them for ever."""
    able = officers_on(
        *rules.answering_roles(Role(task.role)),
        today=timezone.localdate(at),
        unit_id=task.unit_id,
    )
    if user_id not in {one.pk for one in able}:
        raise MoveNotAllowed(
            _("Petugas itu tidak sedang bertugas untuk tugas ini di %(unit)s. Pilih petugas lain.")
            % {"unit": task.unit.name}
        )


def assign_task(request: ActRequest) -> Transition:
    """
    Take, release or reassign a task: the act named by `request.action`.

    "take" gives it to the actor, "release" gives one's own back to the unit, "reassign" gives it to data["officer"]
    (the user id of somebody on duty in the unit of the task who may answer it).
    """
    task = _own_task(request)
    target: int | None
    if request.action == "take":
        if task.assignee_id not in (None, request.by.user_id):
            raise MoveNotAllowed(_("Tugas ini sudah ditangani petugas lain."))
        target = request.by.user_id
    elif request.action == "release":
        if request.by.user_id is not None and task.assignee_id != request.by.user_id:
            raise MoveNotAllowed(
                _("Hanya yang menangani tugas ini yang melepaskannya. Minta dialihkan bila perlu.")
            )
        target = None
    else:
        target = given_number(request.data, "officer")
        _check_officer(task, target, request.at)
    return _move_as_asked(
        request,
        facts_of(request, data={"task": str(task.pk), "stage": task.stage, "officer": target}),
        TaskChange(assign={task.pk: target}),
    )


def comment(request: ActRequest) -> Transition:
    """Put an internal note on the case's history."""
    return _move_as_asked(request, facts_of(request), TaskChange())


def move_as_asked(
    request: ActRequest, data: Mapping[str, Any], digests: Mapping[str, str] | None = None
) -> Transition:
    """Perform the request's move with its owner's lifecycle, for a service that a domain above has registered."""
    return _move_as_asked(
        request, facts_of(request, data=data, digests=digests or {}), TaskChange()
    )


def _move_as_asked(request: ActRequest, facts: Facts, tasks: TaskChange) -> Transition:
    return perform_move(
        case=request.case,
        lifecycle=registry.kind_of(request.case).lifecycle(request.case),
        action=request.action,
        by=request.by,
        at=request.at,
        facts=facts,
        tasks=tasks,
    )


SHARED_ACTIONS = {
    "take": assign_task,
    "release": assign_task,
    "reassign": assign_task,
    "comment": comment,
}


def link_cases(*, source: Case, target: Case, kind: str, at: datetime) -> Link:
    """Tie two cases together; the same tie twice is one."""
    link, _made = Link.objects.get_or_create(
        source=source, target=target, kind=kind, defaults={"created_at": at}
    )
    return link


@transaction.atomic
def erase_note(
    *, case: Case, seq: int, by: Actor, at: datetime, why: str = ""
) -> Transition | None:
    """
    Erase the free text of the act `seq` where law demands it, and write down that it was: the move "erase_note".

    Its salted digest stays in the chain. Returns None, and does nothing, when there is no text to erase.
    """
    notes = Note.objects.filter(transition__case_id=case.pk, transition__seq=seq)
    if not notes.filter(erased_at__isnull=True).exists():
        return None
    row = perform_move(
        case=case,
        lifecycle=registry.kind_of(case).lifecycle(case),
        action="erase_note",
        by=by,
        at=at,
        facts=Facts(channel="system", reason=why, data={"row": seq}),
    )
    Note.objects.filter(transition__case_id=case.pk, transition__seq=seq).update(
        text="", salt="", erased_at=at
    )
    return row
