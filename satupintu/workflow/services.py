"""
Writes to cases: acting on one, the moves every lifecycle shares, the readers of the log, and the watch over dates.

Owners of a kind of case call `open_case` and `perform_move`; everybody else calls `act`, which reaches the owner's
service, so that no number and no signature can be bypassed.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from satupintu.lib.kept import forget_kept, read_ahead
from satupintu.lib.workingtime import WorkCalendar, add_working_days
from satupintu.office.queries import list_calendar_changes, work_calendar
from satupintu.office.services import mark_change_applied
from satupintu.people.rules import Actor, Role, system_actor
from satupintu.workflow import registry, rules
from satupintu.workflow.models import Case, DeadlineNotice, Link, Note, Pending, Task, Transition
from satupintu.workflow.moves import (
    CannotMove,
    Facts,
    MovedMeanwhile,
    MoveNotAllowed,
    ReasonMissing,
    TaskChange,
    check_allowed,
    find_arrived,
    open_case,
    perform_move,
)
from satupintu.workflow.registry import (
    ActionService,
    ActRequest,
    CaseKind,
    register_kind,
    register_reader,
)

__all__ = [
    "ActRequest",
    "ActionService",
    "CannotMove",
    "CaseKind",
    "Facts",
    "MoveNotAllowed",
    "MovedMeanwhile",
    "ReasonMissing",
    "TaskChange",
    "act",
    "assign_task",
    "comment",
    "erase_note",
    "find_arrived",
    "follow_calendar",
    "link_cases",
    "open_case",
    "perform_move",
    "recompute_terms",
    "register_kind",
    "register_reader",
    "run_readers",
    "sweep_deadlines",
]

log = structlog.get_logger()


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
) -> Transition:
    """
    Do `action` on a case through the service of the case's owner, and return the row it made.

    `seen_version` is the version the person was looking at; given, a case that has moved since is refused. An act that
    has arrived before under the same origin returns its first row. Raises CannotMove and its kinds, and whatever
    named errors the owner's service has.
    """
    if origin_ref is not None and (arrived := find_arrived(origin, origin_ref)):
        return arrived
    if seen_version is not None and seen_version != case.version:
        raise MovedMeanwhile(str(_MOVED))
    kind = registry.kind_of(case)
    service = kind.actions.get(action)
    if service is None:
        raise MoveNotAllowed(_("Tindakan ini tidak dikenal untuk jenis berkas ini."))
    read_ahead()
    seen = case.version
    try:
        # The table first, so that no service reads or refuses anything on behalf of who may not act at all.
        check_allowed(kind.lifecycle(case), case.state, action, by)
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
            )
        )
    except CannotMove as refused:
        if origin_ref is not None and (arrived := find_arrived(origin, origin_ref)):
            return arrived  # the same act came twice at once, and the other one was first
        if isinstance(refused, MoveNotAllowed) and _has_moved(case, seen):
            raise MovedMeanwhile(str(_MOVED)) from refused
        raise


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
    )
    return replace(base, **changes)


# --- Moves every lifecycle shares ------------------------------------------------------------


def _own_task(request: ActRequest) -> Task:
    """Return the open task named by data["task"], when it belongs to the actor's roles and units."""
    task = (
        Task.objects.filter(
            case_id=request.case.pk, pk=UUID(str(request.data["task"])), state=rules.TaskState.OPEN
        )
        .select_related("unit")
        .first()
    )
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


def assign_task(request: ActRequest) -> Transition:
    """
    Take, release or reassign a task: the act named by `request.action`.

    "take" gives it to the actor, "release" to nobody, "reassign" to data["officer"] (a user id).
    """
    task = _own_task(request)
    target: int | None
    if request.action == "take":
        if task.assignee_id not in (None, request.by.user_id):
            raise MoveNotAllowed(_("Tugas ini sudah ditangani petugas lain."))
        target = request.by.user_id
    elif request.action == "release":
        target = None
    else:
        target = int(request.data["officer"])
    return _move_as_asked(
        request,
        facts_of(request, data={"task": str(task.pk), "stage": task.stage, "officer": target}),
        TaskChange(assign={task.pk: target}),
    )


def comment(request: ActRequest) -> Transition:
    """Put an internal note on the case's history."""
    return _move_as_asked(request, facts_of(request), TaskChange())


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


def erase_note(*, transition_id: UUID, at: datetime) -> None:
    """Erase the free text of an act where law demands it; its digest stays in the chain."""
    Note.objects.filter(pk=transition_id, erased_at__isnull=True).update(
        text="", salt="", erased_at=at
    )


# --- Readers of the log ----------------------------------------------------------------------

CLAIM = timedelta(minutes=2)
POSTPONE = timedelta(hours=1)  # a row that fails must not stop the others


def run_readers(*, at: datetime, limit: int = 200) -> int:
    """
    Let every registered reader see its pending rows; return how many were read.

    Safe in many processes: a row is claimed by compare-and-set. A killed process leaves its claim, which runs out.
    """
    seen = 0
    rows = (
        Pending.objects.filter(due_at__lte=at)
        .select_related("transition", "transition__case")
        .order_by("due_at", "id")[:limit]
    )
    for row in rows:
        claimed = Pending.objects.filter(pk=row.pk, due_at=row.due_at).update(
            due_at=at + CLAIM, attempts=row.attempts + 1
        )
        if claimed == 1:
            seen += _read_one(row, at)
    return seen


def _read_one(row: Pending, at: datetime) -> int:
    read = registry.reader(row.reader)
    try:
        with transaction.atomic():
            if read is not None:
                read(row.transition)
            Pending.objects.filter(pk=row.pk).delete()
    except Exception:
        log.exception("reader_failed", reader=row.reader, transition=str(row.transition_id))
        Pending.objects.filter(pk=row.pk).update(due_at=at + POSTPONE)
        return 0
    return 1


# --- Dates -----------------------------------------------------------------------------------


def sweep_deadlines(*, at: datetime, limit: int = 200) -> int:
    """
    Notice each date that comes near or has passed, once, through the owner's `notice_deadline` act.

    What is noticed: "promise_near" (within one working day), "promise_missed", "legal_near" (within two working days),
    "legal_passed". Nothing is decided or issued by the clock (UU 30/2014 Art. 53 leaves the decision to the head).
    Returns how many notices were given.
    """
    calendar = work_calendar()
    given = 0
    for what, column, horizon in _WATCHED:
        until = _horizon(at, horizon, calendar)
        due = (
            Case.objects.filter(**{f"{column}__lte": until}, closed_at__isnull=True)
            .exclude(
                Exists(
                    DeadlineNotice.objects.filter(
                        case=OuterRef("pk"), what=what, due_at=OuterRef(column)
                    )
                )
            )
            .order_by(column, "id")[:limit]
        )
        for case in due:
            try:
                given += _notice(case, what, getattr(case, column), at)
            except Exception:  # one bad case must not silence the others
                log.exception("notice_failed", case=str(case.pk), what=what)
    return given


_WATCHED = (
    ("promise_near", "promise_due_at", 1),
    ("promise_missed", "promise_due_at", 0),
    ("legal_near", "legal_due_at", 2),
    ("legal_passed", "legal_due_at", 0),
)


def _horizon(at: datetime, days: int, calendar: WorkCalendar) -> datetime:
    return add_working_days(at, days, calendar) if days else at


def _notice(case: Case, what: str, due_at: datetime, at: datetime) -> int:
    with transaction.atomic():
        _row, first = DeadlineNotice.objects.get_or_create(
            case=case, what=what, due_at=due_at, defaults={"noticed_at": at}
        )
        if not first or "notice_deadline" not in registry.kind_of(case).actions:
            return 0
        act(
            case,
            "notice_deadline",
            by=system_actor("deadline sweep"),
            at=at,
            channel="system",
            data={"what": what, "due_at": due_at.isoformat()},
        )
    return 1


def recompute_terms(
    at: datetime, *, calendar: WorkCalendar | None = None, why: str = ""
) -> list[Case]:
    """
    Recompute every running term under the calendar as it is now; return the cases whose date moved.

    A date that has passed stays passed; first and counted dates stay (rules.recomputed). Each moved case gets a row
    "calendar_changed" in its log with the old and new date.
    """
    used = calendar or work_calendar()
    running = Case.objects.filter(closed_at__isnull=True).exclude(terms={})
    return [
        moved
        for case in running.iterator(chunk_size=500)
        if (moved := _recompute_one(case, used, at, why))
    ]


_TRIES = 3


def _recompute_one(case: Case, calendar: WorkCalendar, at: datetime, why: str) -> Case | None:
    """Return the case when a date of it moved. A case that is being moved meanwhile is read and tried again."""
    for _try in range(_TRIES):
        terms = {name: rules.Term.from_json(stored) for name, stored in case.terms.items()}
        changed = {
            name: new
            for name, term in terms.items()
            if (new := rules.recomputed(term, at=at, calendar=calendar)).due_at != term.due_at
        }
        if not changed:
            return None
        try:
            _record_recomputed(case, terms, changed, at, why)
        except MovedMeanwhile:
            case = Case.objects.get(pk=case.pk)
            continue
        return case
    raise MovedMeanwhile(f"{case.number}: moved while the calendar was applied; it is tried again.")


def follow_calendar(*, at: datetime) -> int:
    """
    Recompute running cases after the office's calendar was changed; return how many dates moved.

    For the worker. Safe to repeat: a change is marked as applied only after all cases were looked at.
    """
    changes = list(list_calendar_changes())
    if not changes:
        return 0
    forget_kept()
    moved = recompute_terms(at=at, why="; ".join(change.what for change in changes))
    for change in changes:
        mark_change_applied(change.pk, at=at)
    return len(moved)


def _record_recomputed(
    case: Case, old: Mapping[str, rules.Term], new: Mapping[str, rules.Term], at: datetime, why: str
) -> None:
    data = {
        name: {"from": old[name].to_json()["due_at"], "to": term.to_json()["due_at"]}
        for name, term in new.items()
    }
    perform_move(
        case=case,
        lifecycle=registry.kind_of(case).lifecycle(case),
        action="calendar_changed",
        by=system_actor("calendar").acting_as(Role.SYSTEM),
        at=at,
        facts=Facts(channel="system", reason=why, data=data),
        terms=new,
    )
