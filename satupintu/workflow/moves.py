"""
The one function that changes a case, and the one that creates it.

Everything else of the product that seems to change a case calls these, through the service of the case's owner.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from satupintu.lib.ids import uuid7
from satupintu.lib.prepared import Prepared, PreparedUpdate, insert
from satupintu.lib.refusal import Refusal
from satupintu.lib.workingtime import WorkCalendar
from satupintu.office.queries import work_calendar
from satupintu.people.rules import Actor, Role
from satupintu.workflow import registry, rules
from satupintu.workflow.models import Case, Note, Pending, Task, Transition


class CannotMove(Refusal):
    """A move was refused; `message` is for the person at the screen."""


class MoveNotAllowed(CannotMove):
    """The table of the lifecycle has no such move for this state and role."""


class ReasonMissing(CannotMove):
    """The move needs a reason."""


class MovedMeanwhile(CannotMove):
    """Somebody else moved the case between reading and writing."""


@dataclass(frozen=True, slots=True)
class TaskChange:
    """
    What a move does to tasks. `close` maps task id to its result; `drop` closes by stage, "*" all.

    A task's clock stands still and runs again with the case's promise, without being named here.
    """

    open: Sequence[rules.NewTask] = ()
    close: Mapping[UUID, str] = field(default_factory=dict)
    drop: frozenset[str] = frozenset()
    assign: Mapping[UUID, int | None] = field(default_factory=dict)
    due: Mapping[UUID, datetime] = field(default_factory=dict)  # under a changed calendar


NO_TASKS = TaskChange()


@dataclass(frozen=True, slots=True)
class _Clocks:
    """What a move does to the clocks of tasks that stay open."""

    still: bool = False  # those that run stand still from now on
    run: Mapping[UUID, Task] = field(
        default_factory=dict
    )  # run again, with the new date and pauses
    due: Mapping[UUID, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a move puts on its row beside the table's own columns."""

    reason: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)
    channel: str = "web"
    origin: str = ""
    origin_ref: str | None = None
    recorded_at: datetime | None = None  # None: the same as `at`


NO_FACTS = Facts()


def _acting_role(move: rules.Move, by: Actor, status: rules.Status) -> Role:
    """Return the role the act is performed in. Raises MoveNotAllowed if the actor holds none of the allowed."""
    held = move.roles & ({by.role} if by.role else by.roles)
    if not held:
        raise MoveNotAllowed(
            _("Tindakan ini tidak dapat dilakukan dengan peran Anda pada keadaan “%(state)s”.")
            % {"state": status.label}
        )
    return min(held)


def _find_move(lifecycle: rules.Lifecycle, state: str, action: str) -> rules.Move:
    move = lifecycle.move(state, action)
    if move is None:
        status = lifecycle.states.get(state)
        raise MoveNotAllowed(
            _(
                "Tindakan ini tidak ada pada keadaan “%(state)s”."
                " Muat ulang halaman untuk melihat keadaan terbaru."
            )
            % {"state": status.label if status else state}
        )
    return move


def check_allowed(lifecycle: rules.Lifecycle, state: str, action: str, by: Actor) -> None:
    """Refuse what the table does not hold for this state and actor. Raises MoveNotAllowed."""
    move = _find_move(lifecycle, state, action)
    _acting_role(move, by, lifecycle.states.get(state, rules.Status(label="")))


def open_case(
    *,
    kind: str,
    number: str,
    lifecycle: rules.Lifecycle,
    by: Actor,
    at: datetime,
    facts: Facts = NO_FACTS,
    tasks: TaskChange = NO_TASKS,
    days: Mapping[str, int] | None = None,
    calendar: WorkCalendar | None = None,
    readers: Iterable[str] | None = None,
    case_id: UUID | None = None,
    action: str = "",
    to: str | None = None,
    opened_at: datetime | None = None,
    **columns: Any,
) -> Transition:
    """
    Create a case by its lifecycle's opening move and return that move's row.

    `action` and `to` name another move out of nothing, and where it leads; `opened_at` a beginning before `at`, for a
    case that was finished before it came in. `columns` fill the case's plain columns (party_id, service_version_id,
    region). `days` gives the working days of terms the move starts. Must run inside the owner's transaction. Raises
    MoveNotAllowed, and IntegrityError when `facts.origin_ref` has arrived before (use `find_arrived` first).
    """
    case = Case(
        id=case_id or uuid7(),
        kind=kind,
        number=number,
        state=rules.NEW,
        opened_at=opened_at or at,
        moved_at=at,
        channel=facts.channel,
        **columns,
    )
    return perform_move(
        case=case,
        lifecycle=lifecycle,
        action=action or lifecycle.opening,
        by=by,
        at=at,
        facts=facts,
        tasks=tasks,
        days=days,
        calendar=calendar,
        readers=readers,
        to=to,
    )


def perform_move(
    *,
    case: Case,
    lifecycle: rules.Lifecycle,
    action: str,
    by: Actor,
    at: datetime,
    facts: Facts = NO_FACTS,
    tasks: TaskChange = NO_TASKS,
    days: Mapping[str, int] | None = None,
    terms: Mapping[str, rules.Term] | None = None,
    calendar: WorkCalendar | None = None,
    readers: Iterable[str] | None = None,
    to: str | None = None,
) -> Transition:
    """
    Perform one move on a case and return its row of the log.

    In one transaction, the caller's if there is one: the table is asked, the version raised by compare-and-set, the
    state and terms written, tasks closed and opened, the row appended to the case's chain, one pending row written per
    reader. `terms` replaces terms outright (extension, changed calendar). `readers` says who will see it; None means
    all who want this move. `to` leads to another of the states that the table names for this move. On return `case`
    holds the new values.
    Raises MoveNotAllowed, ReasonMissing, MovedMeanwhile; nothing is written then.
    """
    move = _find_move(lifecycle, case.state, action)
    role = _acting_role(move, by, lifecycle.states.get(case.state, rules.Status(label="")))
    if move.reason_required and not facts.reason.strip():
        raise ReasonMissing(
            _("Tulis alasannya. Alasan ini dibaca pemohon dan tersimpan dalam riwayat.")
        )
    if to is not None and to not in {move.to, *move.or_to}:
        raise ValueError(f"{lifecycle.name}: “{action}” does not lead to “{to}”.")
    target = to or move.to or case.state
    new_terms = _new_terms(
        case, move, at=at, days=days or {}, replaced=terms or {}, calendar=calendar
    )
    was = case.state, case.version
    _change_columns(case, target, new_terms, lifecycle, at)
    opened = _new_tasks(case, tasks, at)
    clocks = _clocks(case, move, tasks, at, calendar)
    row, note = _build_row(case, was, action=action, role=role, by=by, at=at, facts=facts)
    row.effects = _effects(case, tasks, opened, clocks)
    row.hash = row.right_hash(row.previous_hash)
    wanted = registry.readers_for(case.kind, action) if readers is None else readers
    with transaction.atomic(savepoint=False):  # joins the caller's, or is its own
        is_moved = _write_case(case, row)
        if is_moved:
            insert(row)
            if note:
                insert(note)
            _change_tasks(row, tasks)
            _move_clocks(row, clocks)
            insert(*opened)
            insert(
                *(Pending(transition=row, reader=name, due_at=row.recorded_at) for name in wanted)
            )
    if not is_moved:  # said outside: nothing was written that a caller would have to undo
        raise MovedMeanwhile(
            _(
                "Petugas lain baru saja mengubah berkas ini. Muat ulang halaman, lalu ulangi bila masih perlu."
            )
        )
    return row


def _change_columns(
    case: Case, target: str, terms: dict[str, Any], lifecycle: rules.Lifecycle, at: datetime
) -> None:
    """Set what the case's row says after the move; nothing is written."""
    case.state = target
    case.version += 1
    case.moved_at = at
    case.terms = terms
    case.promise_due_at = case.promise.due_at if case.promise.running else None
    case.legal_due_at = case.legal.due_at if case.legal.running else None
    case.pledge_due_at = case.pledge.due_at if case.pledge.running else None
    case.closed_at = (case.closed_at or at) if lifecycle.is_closed(case.state) else None


def _effects(
    case: Case, change: TaskChange, opened: Sequence[Task], clocks: _Clocks
) -> dict[str, Any]:
    """Return what the move leaves behind in other tables, for its row (see folding.fold_tasks)."""
    assigned = {str(task): officer for task, officer in change.assign.items()}
    assigned |= {str(task.pk): task.assignee_id for task in opened if task.assignee_id}
    due = {**clocks.due, **{task.pk: task.due_at for task in (*clocks.run.values(), *opened)}}
    effects = {
        "case": rules.digest(case.canonical_columns()),
        "open": {str(task.pk): rules.digest(task.canonical_columns()) for task in opened},
        "close": {str(task): result for task, result in change.close.items()},
        "drop": sorted(change.drop),
        "assign": assigned,
        "due": {str(task): rules.utc_text(moment) for task, moment in due.items()},
        "still": clocks.still,
        "run": {str(task.pk): task.pauses for task in clocks.run.values()},
    }
    return {name: effect for name, effect in effects.items() if effect}


def _build_row(
    case: Case,
    was: tuple[str, int],
    *,
    action: str,
    role: Role,
    by: Actor,
    at: datetime,
    facts: Facts,
) -> tuple[Transition, Note | None]:
    """Return the row and its note, without effects and hash; `was` is state and version before the move."""
    salt = secrets.token_hex(16) if facts.reason else ""
    row = Transition(
        case=case,
        seq=was[1] + 1,
        action=action,
        from_state=was[0],
        to_state=case.state,
        actor_name=by.name,
        actor_user_id=by.user_id,
        role=role.value,
        unit_id=min(by.units) if len(by.units) == 1 else None,
        delegation_id=by.delegation_id,
        channel=facts.channel,
        at=at,
        recorded_at=facts.recorded_at or at,
        origin=facts.origin,
        origin_ref=facts.origin_ref,
        data=dict(facts.data),
        digests=dict(facts.digests),
        note_digest=rules.text_digest(facts.reason, salt),
        previous_hash=case.head_hash,
    )
    note = Note(transition=row, text=facts.reason, salt=salt) if facts.reason else None
    return row, note


def _new_terms(
    case: Case,
    move: rules.Move,
    *,
    at: datetime,
    days: Mapping[str, int],
    replaced: Mapping[str, rules.Term],
    calendar: WorkCalendar | None,
) -> dict[str, Any]:
    stored = dict(case.terms)
    effects = {
        name: effect for name, effect in move.terms.items() if effect is not rules.TermEffect.KEEP
    }
    if effects:
        used = calendar or work_calendar()
        for name, effect in effects.items():
            term = rules.apply_effect(
                rules.Term.from_json(stored.get(name)),
                effect,
                at=at,
                calendar=used,
                days=days.get(name),
            )
            stored[name] = term.to_json()
    stored.update({name: term.to_json() for name, term in replaced.items()})
    return stored


_MOVE_ON = PreparedUpdate(
    lambda case_id, was: Case.objects.filter(pk=case_id, version=was),
    sets=(
        "state", "version", "head_hash", "moved_at", "terms", "promise_due_at", "legal_due_at", "pledge_due_at",
        "closed_at",
    ),
)  # fmt: skip
_CLOSE = PreparedUpdate(
    lambda case_id, task_id: Task.objects.filter(
        case_id=case_id, pk=task_id, state=rules.TaskState.OPEN
    ),
    sets=("state", "closed_at", "closed_seq", "result"),
)


_DROP_ALL = PreparedUpdate(
    lambda case_id: Task.objects.filter(case_id=case_id, state=rules.TaskState.OPEN),
    sets=("state", "closed_at", "closed_seq"),
)
_ASSIGN = PreparedUpdate(
    lambda case_id, task_id: Task.objects.filter(
        case_id=case_id, pk=task_id, state=rules.TaskState.OPEN
    ),
    sets=("assignee",),
)


def _write_case(case: Case, row: Transition) -> bool:
    """Insert a new case, or raise the version of an existing one; return False when somebody else had done so."""
    case.head_hash = row.hash
    if row.seq == 1:
        return insert(case) == 1
    changed = _MOVE_ON.run(
        case_id=case.pk,
        was=row.seq - 1,
        state=case.state,
        version=case.version,
        head_hash=case.head_hash,
        moved_at=case.moved_at,
        terms=case.terms,
        promise_due_at=case.promise_due_at,
        legal_due_at=case.legal_due_at,
        pledge_due_at=case.pledge_due_at,
        closed_at=case.closed_at,
    )
    return changed == 1


def _new_tasks(case: Case, change: TaskChange, at: datetime) -> list[Task]:
    return [
        Task(
            case_id=case.pk,
            stage=task.stage,
            label=task.label,
            role=task.role.value,
            unit_id=task.unit_id,
            assignee_id=task.assignee_id,
            due_at=_due_within(case, task.within, task.due_at),
            days=task.days,
            within=task.within,
            opened_at=at,
            opened_seq=case.version,
            detail=dict(task.detail),
        )
        for task in change.open
    ]


def _change_tasks(row: Transition, change: TaskChange) -> None:
    for task_id, result in change.close.items():
        closed = _CLOSE.run(
            case_id=row.case_id,
            task_id=task_id,
            state=rules.TaskState.DONE,
            closed_at=row.at,
            closed_seq=row.seq,
            result=result,
        )
        if closed != 1:
            raise MovedMeanwhile(
                _("Tugas ini sudah diselesaikan petugas lain. Muat ulang halaman.")
            )
    dropped = {"state": rules.TaskState.DROPPED, "closed_at": row.at, "closed_seq": row.seq}
    if "*" in change.drop:
        _DROP_ALL.run(case_id=row.case_id, **dropped)
    elif change.drop:
        Task.objects.filter(
            case_id=row.case_id, state=rules.TaskState.OPEN, stage__in=change.drop
        ).update(**dropped)
    for task_id, officer_id in change.assign.items():
        _ASSIGN.run(case_id=row.case_id, task_id=task_id, assignee=officer_id)


def end_tasks(tasks: Iterable[Task], change: TaskChange) -> None:
    """Let tasks that were read before a move say how it left them; nothing is written."""
    for task in tasks:
        if task.pk in change.close:
            task.state, task.result = rules.TaskState.DONE, change.close[task.pk]
        elif task.state == rules.TaskState.OPEN and not change.drop.isdisjoint({"*", task.stage}):
            task.state = rules.TaskState.DROPPED


def _clocks(
    case: Case, move: rules.Move, change: TaskChange, at: datetime, calendar: WorkCalendar | None
) -> _Clocks:
    """Return how the clocks of open tasks follow the promise: they stand still, or run again with the time waited."""
    effect = move.terms.get(rules.LEADING_TERM)
    if effect in rules.STANDS_STILL:
        return _Clocks(still=True, due=change.due)
    if effect not in rules.RUNS_AGAIN or "*" in change.drop:
        return _Clocks(due=change.due)
    used = calendar or work_calendar()
    run = {}
    waiting = Task.objects.filter(
        case_id=case.pk, state=rules.TaskState.OPEN, paused_at__isnull=False
    )
    for task in waiting.exclude(pk__in=change.close).exclude(stage__in=change.drop):
        task.due_at = change.due.get(task.pk, task.due_at)
        clock = rules.apply_effect(task.clock, rules.TermEffect.RESUME, at=at, calendar=used)
        assert clock.due_at is not None, "a task has a date"
        task.due_at = _due_within(case, task.within, clock.due_at)
        task.pauses, task.paused_at = clock.to_json()["pauses"], None
        run[task.pk] = task
    return _Clocks(run=run, due=change.due)


def _move_clocks(row: Transition, clocks: _Clocks) -> None:
    if not (clocks.due or clocks.still or clocks.run):
        return
    open_tasks = Task.objects.filter(case_id=row.case_id, state=rules.TaskState.OPEN)
    for task_id, due_at in clocks.due.items():
        open_tasks.filter(pk=task_id).update(due_at=due_at)
    if clocks.still:
        open_tasks.filter(paused_at__isnull=True).update(paused_at=row.at)
    for task_id, task in clocks.run.items():
        open_tasks.filter(pk=task_id).update(due_at=task.due_at, pauses=task.pauses, paused_at=None)


def _due_within(case: Case, term: str, due_at: datetime) -> datetime:
    if not term:
        return due_at
    return rules.due_within(due_at, rules.Term.from_json(case.terms.get(term)))


def find_arrived(origin: str, origin_ref: str) -> Transition | None:
    """Return the row that already arrived under this origin, or None: the one idempotency of the product."""
    return _ARRIVED.first(origin=origin, origin_ref=origin_ref)


_ARRIVED = Prepared(
    lambda origin, origin_ref: Transition.objects.filter(
        origin=origin, origin_ref=origin_ref
    ).select_related("case")
)
