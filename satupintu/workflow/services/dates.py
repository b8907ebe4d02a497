"""The watch over dates: warnings when one is near or has passed, and running cases under a changed calendar."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch

from satupintu.lib.kept import forget_kept
from satupintu.lib.workingtime import WorkCalendar, add_working_days
from satupintu.office.queries import list_calendar_changes, work_calendar
from satupintu.office.services import mark_change_applied
from satupintu.people.rules import Role, system_actor
from satupintu.workflow import registry, rules
from satupintu.workflow.models import Case, DeadlineNotice, Task, TaskDate
from satupintu.workflow.moves import Facts, MovedMeanwhile, TaskChange, perform_move
from satupintu.workflow.services.acting import act

log = structlog.get_logger()


def sweep_deadlines(*, at: datetime, limit: int = 200) -> int:
    """
    Notice each date that comes near or has passed, once, through the owner's `notice_deadline` act.

    What is noticed: "promise_near" (within one working day), "promise_missed", "pledge_near" (on its last day),
    "pledge_missed", "legal_near" (within two working days), "legal_passed". Nothing is decided or issued by the clock
    (UU 30/2014 Art. 53 leaves the decision to the head). Returns how many notices were given.
    """
    calendar = work_calendar()
    given = 0
    for what, column, horizon in WATCHED:
        until = _horizon(at, horizon, calendar)
        dated = Case.objects.filter(**{f"{column}__lte": until}, closed_at__isnull=True)
        if horizon != _NOW:  # what has passed is told as passed, not as near too
            dated = dated.filter(**{f"{column}__gt": at})
        due = dated.exclude(
            Exists(
                DeadlineNotice.objects.filter(
                    case=OuterRef("pk"), what=what, due_at=OuterRef(column)
                )
            )
        ).order_by(column, "id")[:limit]
        for case in due:
            try:
                given += _notice(case, what, getattr(case, column), at)
            except MovedMeanwhile:
                continue  # somebody acts on it, or another worker was quicker: looked at again next time
            except Exception:  # one bad case must not silence the others
                log.exception("notice_failed", case=str(case.pk), what=what)
    return given


_NOW, _TODAY = -1, 0  # horizons that are no number of working days

WATCHED = (
    ("promise_near", "promise_due_at", 1),
    ("promise_missed", "promise_due_at", _NOW),
    ("pledge_near", "pledge_due_at", _TODAY),
    ("pledge_missed", "pledge_due_at", _NOW),
    ("legal_near", "legal_due_at", 2),
    ("legal_passed", "legal_due_at", _NOW),
)


def _horizon(at: datetime, days: int, calendar: WorkCalendar) -> datetime:
    """Return until when a date counts as near: now, closing time today, or closing of the nth working day."""
    today = calendar.local(at).date()
    if days == _NOW or (days == _TODAY and not calendar.is_open_day(today)):
        return at
    return add_working_days(at, days, calendar) if days else max(at, calendar.closing(today))


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
    "calendar_changed" in its log with the old and new date. What units owe moves with it, also where only a task's
    own date moved.
    """
    used = calendar or work_calendar()
    open_tasks = Task.objects.filter(state=rules.TaskState.OPEN)
    running = (
        Case.objects.filter(closed_at__isnull=True)
        .exclude(terms={})
        .prefetch_related(Prefetch("tasks", open_tasks, to_attr="owed"))
    )
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
        due = _tasks_recomputed(case, terms | changed, at, calendar)
        if not changed:
            _move_tasks_alone(case, due, at)
            return None
        try:
            _record_recomputed(case, changed, TaskChange(due=due), at, why)
        except MovedMeanwhile:
            case = Case.objects.get(pk=case.pk)
            continue
        return case
    raise MovedMeanwhile(f"{case.number}: moved while the calendar was applied; it is tried again.")


@transaction.atomic
def _move_tasks_alone(case: Case, due: Mapping[UUID, datetime], at: datetime) -> None:
    """Move dates of tasks where the case keeps its own: nothing was promised to anybody, so no row of the log."""
    for task in Task.objects.filter(pk__in=due, state=rules.TaskState.OPEN):
        moved = Task.objects.filter(  # unless a move was first: it is looked at again with the next change
            pk=task.pk,
            state=rules.TaskState.OPEN,
            due_at=task.due_at,
            paused_at=task.paused_at,
            case__version=case.version,
        ).update(due_at=due[task.pk])
        if moved:
            TaskDate.objects.create(
                task_id=task.pk, after_seq=case.version, due_at=due[task.pk], at=at
            )


def _tasks_recomputed(
    case: Case, terms: Mapping[str, rules.Term], at: datetime, calendar: WorkCalendar
) -> dict[UUID, datetime]:
    """Return task id -> its date under the calendar, for open tasks whose date moves."""
    owed: list[Task] | None = getattr(case, "owed", None)  # read ahead, but for a second try
    if owed is None:
        owed = list(Task.objects.filter(case=case, state=rules.TaskState.OPEN))
    found = {}
    for task in owed:
        if not task.days:
            continue
        due = rules.recomputed(task.clock, at=at, calendar=calendar).due_at
        assert due is not None, "a task has a date"
        due = rules.due_within(due, terms.get(task.within, rules.Term()))
        if due != task.due_at and task.due_at > at:
            found[task.pk] = due
    return found


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
    case: Case,
    new: Mapping[str, rules.Term],
    tasks: TaskChange,
    at: datetime,
    why: str,
) -> None:
    data = {
        name: {"from": case.terms[name]["due_at"], "to": term.to_json()["due_at"]}
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
        tasks=tasks,
    )
