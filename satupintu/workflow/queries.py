"""Reads over cases, tasks and the log. Fetching a case and checking access to it is one function."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from satupintu.lib.keyset import beyond
from satupintu.lib.prepared import Prepared, PreparedCounts
from satupintu.people.rules import Actor, Role
from satupintu.workflow import registry
from satupintu.workflow.columns import unread, with_version
from satupintu.workflow.models import (
    Case,
    DeadlineNotice,
    Digest,
    Link,
    Note,
    Pending,
    Task,
    Transition,
)
from satupintu.workflow.rules import Move, Status, TaskState, inbox_roles
from satupintu.workflow.standing import (
    STANDING_PAGE,
    Owing,
    Waiting,
    list_in_states,
    list_owed,
    list_promised,
    list_undecided,
    standing_counts,
    waiting_on,
)

__all__ = [
    "STANDING_PAGE",
    "Case",
    "DeadlineNotice",
    "Digest",
    "Link",
    "Note",
    "Owing",
    "Task",
    "Transition",
    "Waiting",
    "list_in_states",
    "list_owed",
    "list_promised",
    "list_undecided",
    "standing_counts",
    "unread",
    "waiting_on",
    "with_version",
]

# Officers of the licensing office itself see every case; technical officers those of their units.
SEES_ALL = frozenset(
    {Role.FRONT_OFFICE, Role.VERIFIER, Role.SECTION_HEAD, Role.HEAD, Role.AUDITOR, Role.SYSTEM}
)


class NotFound(Exception):
    """No such case for this person: missing and not theirs look the same."""


def visible_to(actor: Actor) -> Q:
    """Return the condition under which an actor may see a case, of a kind that the whole office may see."""
    return _visible(actor.roles, parties=actor.party_ids, units=actor.units)


def visible_of_all_kinds(actor: Actor) -> Q:
    """Return that condition for cases of every kind: of some kinds their owner says who may see which."""
    guarded = {kind.name: kind.sees for kind in registry.kinds() if kind.sees is not None}
    condition = visible_to(actor) & ~Q(kind__in=sorted(guarded))
    for name, sees in guarded.items():
        condition |= Q(kind=name) & sees(actor)
    return condition


def _visible(roles: frozenset[Role], *, parties: Any, units: Any) -> Q:
    """Return that condition for roles, a collection of parties, a collection of units."""
    if roles & SEES_ALL:
        return Q()
    condition = Q(party_id__in=parties)
    if roles & {Role.TECHNICAL_OFFICER, Role.COORDINATOR}:
        # Asked case by case: a set of all that a unit was ever asked about grows with the years.
        condition |= Q(
            Exists(
                Task.objects.filter(
                    case=OuterRef("pk"), unit_id__in=units, role=Role.TECHNICAL_OFFICER
                )
            )
        )
    return condition


_BY_NUMBER = Prepared(lambda number: with_version(Case.objects.filter(number=number)))
_BY_ID = Prepared(lambda case_id: with_version(Case.objects.filter(pk=case_id)))


def get_case_for(actor: Actor, number: str) -> Case:
    """Return the case with this registration number. Raises NotFound if missing or not visible to the actor."""
    found = find_by_number(number)
    if found is None or not _may_see(actor, found):
        raise NotFound(number)
    return found


def _may_see(actor: Actor, case: Case) -> bool:
    kind = registry.kind_of(case)
    if kind.may_see is not None:
        return kind.may_see(actor, case)
    if kind.sees is None and actor.roles & SEES_ALL:
        return True
    condition = visible_to(actor) if kind.sees is None else kind.sees(actor)
    return Case.objects.filter(condition, pk=case.pk).exists()


def get_case(case_id: UUID) -> Case:
    """Return a case for a caller that has checked access itself. Raises NotFound."""
    found = _BY_ID.first(case_id=case_id)
    if found is None:
        raise NotFound(str(case_id))
    return found


def cases_of(case_ids: Collection[UUID]) -> dict[UUID, Case]:
    """Return cases by id, for a caller that has checked access itself. One query."""
    return {case.pk: case for case in Case.objects.filter(pk__in=list(case_ids))}


def find_by_number(number: str) -> Case | None:
    return _BY_NUMBER.first(number=number)


def why_locked(case: Case) -> str:
    """Return why nothing of a case may change any more; "" when it may. One query at most."""
    return registry.kind_of(case).locked(case)


def allowed_actions(case: Case, actor: Actor) -> dict[str, Move]:
    """Return the moves the table allows this actor now, by action; none of a locked case. One query at most."""
    if why_locked(case):
        return {}
    return registry.kind_of(case).lifecycle(case).actions(case.state, actor.roles)


def officer_actions(case: Case, actor: Actor) -> dict[str, Move]:
    """Return the same for an officer: not what they may do as an applicant. One query at most."""
    officer = Actor(actor.name, actor.roles - {Role.APPLICANT, Role.SYSTEM})
    return allowed_actions(case, officer)


def page_of(case: Case) -> str:
    """Return the address of the officers' page of a case, as its owner registered it. No query."""
    return registry.kind_of(case).page(case)


def title_of(case: Case, language: str) -> str:
    """Return what a case is about, as its owner says it. No query once the service file was read."""
    return registry.kind_of(case).title(case, language)


def act_label(case: Case, row: Transition) -> Any:
    """Return what was done, as people read it: the move's label, else the state it led to. No query."""
    lifecycle = registry.kind_of(case).lifecycle(case)
    move = lifecycle.move(row.from_state, row.action)
    return move.label if move is not None else lifecycle.states[row.to_state].label


def status_of(case: Case) -> Status:
    """Return the state of a case as people read it."""
    return registry.kind_of(case).lifecycle(case).states[case.state]


_HISTORY = Prepared(
    lambda case_id: (
        Transition.objects.filter(case_id=case_id).select_related("note", "unit").order_by("seq")
    )
)
_HISTORIES = Prepared(
    lambda case_ids: (
        Transition.objects.filter(case_id__in=case_ids)
        .select_related("unit")
        .order_by("case_id", "seq")
    ),
    many={"case_ids"},
)
_OPEN_TASKS = Prepared(
    lambda case_ids: (
        Task.objects.filter(case_id__in=case_ids, state=TaskState.OPEN)
        .select_related("unit", "assignee")
        .defer(*unread("unit", "assignee"))
        .order_by("opened_at", "id")
    ),
    many={"case_ids"},
)


def history(case: Case) -> list[Transition]:
    """Return the log of a case in order, with notes. One query."""
    return _HISTORY.all(case_id=case.pk)


def has_acted(case_id: UUID, actions: Collection[str], user_id: int | None) -> bool:
    """Say whether somebody has ever done one of these acts on a case, whoever acted after them. One query."""
    return (
        user_id is not None
        and Transition.objects.filter(
            case_id=case_id, action__in=actions, actor_user_id=user_id
        ).exists()
    )


def histories(case_ids: Sequence[UUID]) -> dict[UUID, list[Transition]]:
    """Return case id -> its log in order, without notes. One query."""
    found: dict[UUID, list[Transition]] = {}
    for row in _HISTORIES.all(case_ids=case_ids):
        found.setdefault(row.case_id, []).append(row)
    return found


def open_tasks_of(case_ids: Sequence[UUID]) -> dict[UUID, list[Task]]:
    """Return case id -> what is still owed on it, oldest first. One query."""
    found: dict[UUID, list[Task]] = {}
    for row in _OPEN_TASKS.all(case_ids=case_ids):
        found.setdefault(row.case_id, []).append(row)
    return found


def open_tasks(case: Case) -> list[Task]:
    """Return what is still owed on a case, oldest first. One query."""
    return _OPEN_TASKS.all(case_ids=[case.pk])


def linked(case: Case, kind: str = "") -> list[Link]:
    links = Link.objects.filter(Q(source=case) | Q(target=case)).select_related("source", "target")
    return list((links.filter(kind=kind) if kind else links).order_by("id"))


# --- Inbox ---------------------------------------------------------------------------------

PAGE_SIZE = 40


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a keyset page starts: after this due moment and task id."""

    due_at: datetime
    task_id: UUID

    @property
    def place(self) -> tuple[datetime, UUID]:
        return self.due_at, self.task_id

    def to_text(self) -> str:
        return f"{self.due_at.timestamp():.6f}_{self.task_id}"

    @staticmethod
    def from_text(text: str) -> "Cursor | None":
        """Return the cursor, or None for text that is none (a hand-made address shows the first page)."""
        moment, _, task_id = text.partition("_")
        try:
            return Cursor(datetime.fromtimestamp(float(moment), tz=UTC), UUID(task_id))
        except (ValueError, OverflowError, OSError):
            return None


class OfCase(Protocol):
    """A row that stands beside a case: an objection, a complaint."""

    @property
    def case(self) -> Case: ...


RowOfCase = TypeVar("RowOfCase", bound=OfCase)


def newest_page(
    found: list[RowOfCase], size: int, address: str
) -> tuple[list[RowOfCase], dict[str, str]]:
    """
    Return the first `size` of rows listed by when their case was opened, and what web/_pager.html shows of the rest.

    `address` is the list's own, up to where "sesudah=" follows. No query.
    """
    shown, following = found[:size], ""
    if len(found) > size:
        last = shown[-1].case
        following = f"{address}sesudah={Cursor(last.opened_at, last.pk).to_text()}"
    return shown, {"next_url": following, "prev_url": ""}


@dataclass(frozen=True, slots=True)
class InboxFilter:
    """What an officer narrows the inbox to; everything empty shows all that is theirs."""

    mine: bool = False
    unclaimed: bool = False
    stage: str = ""
    service_ids: tuple[int, ...] = ()
    district: str = ""  # Kemendagri code of a kecamatan
    state: str = ""
    overdue_at: datetime | None = None
    after_action: str = ""  # only cases on which this was done before ("resubmit")


def tasks_of(actor: Actor) -> QuerySet[Task]:
    """Return the open tasks that the actor may answer or hand out: of their units, for their roles."""
    return _tasks_of(actor.roles, actor.units)


def _tasks_of(roles: frozenset[Role], units: Any) -> QuerySet[Task]:
    return Task.objects.filter(
        state=TaskState.OPEN, unit_id__in=units, role__in=sorted(inbox_roles(roles))
    )


def _narrowed(tasks: QuerySet[Task], wanted: InboxFilter, user_id: Any) -> QuerySet[Task]:
    if wanted.mine:
        tasks = tasks.filter(assignee_id=user_id)
    if wanted.unclaimed:
        tasks = tasks.filter(assignee__isnull=True)
    if wanted.stage:
        tasks = tasks.filter(stage=wanted.stage)
    if wanted.service_ids:
        tasks = tasks.filter(case__service_version_id__in=wanted.service_ids)
    if wanted.district:
        tasks = tasks.filter(case__region__startswith=wanted.district)
    if wanted.state:
        tasks = tasks.filter(case__state=wanted.state)
    if wanted.overdue_at:
        tasks = tasks.filter(due_at__lt=wanted.overdue_at, paused_at__isnull=True)
    if wanted.after_action:
        done = Transition.objects.filter(case=OuterRef("case"), action=wanted.after_action)
        tasks = tasks.filter(Exists(done))
    return tasks


def _page(tasks: QuerySet[Task], after: Cursor | None, size: int) -> list[Task]:
    return list(_page_of(tasks, after, size))


def _page_of(tasks: QuerySet[Task], after: Cursor | None, size: int) -> QuerySet[Task]:
    return (
        tasks.filter(beyond(after.place if after else None, "due_at"))
        .select_related("case", "case__party", "case__service_version", "unit", "assignee")
        .defer(*unread("case__party", "case__service_version", "unit", "assignee"))
        .order_by("due_at", "id")[: size + 1]
    )


# The folders as they are opened most: first page, nothing narrowed.
_FIRST_PAGE = Prepared(
    lambda units, user_id, roles, wanted, size: _page_of(
        _narrowed(_tasks_of(roles, units), wanted, user_id), None, size
    ),
    many={"units"},
    shape={"roles", "wanted", "size"},
)


def inbox(
    actor: Actor, wanted: InboxFilter, after: Cursor | None = None, size: int = PAGE_SIZE
) -> list[Task]:
    """
    Return up to `size + 1` open tasks of the actor's roles and units, most urgent first.

    The extra row tells whether there is a next page; nothing is counted. One query.
    """
    plain = InboxFilter(mine=wanted.mine, unclaimed=wanted.unclaimed)
    if wanted == plain and after is None:
        return _FIRST_PAGE.all(
            units=actor.units, user_id=actor.user_id, roles=actor.roles, wanted=plain, size=size
        )
    return _page(_narrowed(tasks_of(actor), wanted, actor.user_id), after, size)


def tasks_for(actor: Actor, task_ids: Sequence[UUID]) -> list[Task]:
    """Return those of the named tasks that are open and the actor's to answer, most urgent first. One query."""
    return _page(tasks_of(actor).filter(pk__in=list(task_ids)), None, len(task_ids))


def unclaimed_of(unit_id: int, role: Role, limit: int = 500) -> list[Task]:
    """Return open tasks of a unit and role that nobody handles, most urgent first. One query."""
    tasks = Task.objects.filter(
        state=TaskState.OPEN, unit_id=unit_id, role=role, assignee__isnull=True
    )
    return _page(tasks, None, limit)[:limit]


def owed_by_units(
    actor: Actor,
    stage: str,
    after: Cursor | None = None,
    size: int = PAGE_SIZE,
    wanted: InboxFilter | None = None,
) -> list[Task]:
    """Return up to `size + 1` open tasks of a stage at any unit, on cases the actor may see. One query."""
    return _page(_narrowed(_owed(actor, stage), wanted or InboxFilter(), actor), after, size)


def _owed(actor: Actor, stage: str) -> QuerySet[Task]:
    return _owed_to(actor.roles, actor.party_ids, actor.units, stage)


def _owed_to(roles: frozenset[Role], parties: Any, units: Any, stage: str) -> QuerySet[Task]:
    tasks = Task.objects.filter(state=TaskState.OPEN, stage=stage)
    if roles & SEES_ALL:
        return tasks
    visible = Case.objects.filter(
        _visible(roles, parties=parties, units=units), pk=OuterRef("case_id")
    )
    return tasks.filter(Exists(visible))


def cases_in(
    actor: Actor,
    states: Sequence[str],
    before: Cursor | None = None,
    size: int = PAGE_SIZE,
    *,
    kind: str,
    wanted: InboxFilter | None = None,
    among: QuerySet[Any] | None = None,
) -> list[Case]:
    """
    Return up to `size + 1` cases of a kind in some states (none named: all), newest first, by keyset. One query.

    The cursor holds the opening moment and the id of the last case shown. `wanted` narrows by service and district;
    `among` to the ids that another domain names.
    """
    cases = Case.objects.filter(visible_to(actor), kind=kind)
    if states:
        cases = cases.filter(state__in=states)
    if wanted and wanted.service_ids:
        cases = cases.filter(service_version_id__in=wanted.service_ids)
    if wanted and wanted.district:
        cases = cases.filter(region__startswith=wanted.district)
    if among is not None:
        cases = cases.filter(pk__in=among)
    cases = cases.filter(beyond(before.place if before else None, "opened_at", falling=True))
    return list(with_version(cases).order_by("-opened_at", "id")[: size + 1])


def done_by(
    actor: Actor, since: datetime, before: Cursor | None = None, size: int = PAGE_SIZE
) -> list[Transition]:
    """Return up to `size + 1` tasks' closing moves that the actor made since a moment, newest first. One query."""
    rows = _done(actor.user_id or 0, since)
    return list(
        rows.filter(beyond(before.place if before else None, "at", falling=True))
        .select_related("case", "case__party", "case__service_version")
        .defer(*unread("case__service_version"))
        .order_by("-at", "id")[: size + 1]
    )


def _done(user_id: Any, since: Any) -> QuerySet[Transition]:
    closed = Task.objects.filter(case=OuterRef("case"), closed_seq=OuterRef("seq"))
    return Transition.objects.filter(Exists(closed), actor_user_id=user_id, at__gte=since)


def _folders(
    *,
    user_id: Any,
    units: Any,
    parties: Any,
    at: Any,
    day_start: Any,
    day_end: Any,
    roles: frozenset[Role],
    kind: str,
    waiting: tuple[str, ...],
    limit: int,
) -> dict[str, QuerySet[Any]]:
    """Return what each folder holds, looked at up to `limit` rows."""
    mine = _tasks_of(roles, units)
    seen = Case.objects.filter(_visible(roles, parties=parties, units=units))
    shares = {
        "mine": mine.filter(assignee_id=user_id),
        "unclaimed": mine.filter(assignee__isnull=True),
        "unit": mine,
    }
    running = {name: rows.filter(paused_at__isnull=True) for name, rows in shares.items()}
    sets: dict[str, QuerySet[Any]] = {
        **shares,
        **{f"late_{name}": rows.filter(due_at__lt=at) for name, rows in running.items()},
        **{
            f"today_{name}": rows.filter(due_at__gte=at, due_at__lte=day_end)
            for name, rows in running.items()
        },
        "applicant": seen.filter(kind=kind, state__in=waiting),
        "recommendation": _owed_to(roles, parties, units, "recommend"),
        "done": _done(user_id, day_start),
    }
    return {name: rows.order_by().values("pk")[:limit] for name, rows in sets.items()}


_FOLDER_COUNTS = PreparedCounts(
    _folders, many={"units", "parties"}, shape={"roles", "kind", "waiting", "limit"}
)


def folder_counts(
    actor: Actor,
    *,
    at: datetime,
    day_start: datetime,
    day_end: datetime,
    kind: str,
    waiting: Sequence[str],
    limit: int = 100,
) -> dict[str, int]:
    """
    Return the small numbers beside the folders, each looked at up to `limit` rows. One query.

    `waiting` names the states in which the applicant of a case of that kind must act. What is late and what is due
    today is counted for the three folders of one's own tasks apart: "late_mine", "late_unclaimed", "late_unit", and
    "today_..." alike.
    """
    return _FOLDER_COUNTS.run(
        user_id=actor.user_id or 0,
        units=actor.units or [0],
        parties=actor.party_ids or [UUID(int=0)],
        at=at,
        day_start=day_start,
        day_end=day_end,
        roles=actor.roles,
        kind=kind,
        waiting=tuple(waiting),
        limit=limit,
    )


def moved_by_calendar(
    at: datetime, after: Cursor | None = None, size: int = PAGE_SIZE
) -> list[Transition]:
    """
    Return up to `size + 1` rows "calendar_changed" that were written when a change was applied at `at`. One query.

    None of a case that not everybody of the office may see; they are counted all the same.

    The cursor holds the moment and the id of the last row shown.
    """
    rows = Transition.objects.filter(recorded_at=at, action="calendar_changed")
    rows = rows.exclude(case__kind__in=registry.guarded_kinds())
    if after:
        rows = rows.filter(id__gt=after.task_id)
    return list(
        rows.select_related("case", "case__service_version")
        .defer(*unread("case__service_version"))
        .order_by("id")[: size + 1]
    )


def count_moved_by_calendar(moments: Sequence[datetime]) -> dict[datetime, int]:
    """Return moment -> how many cases moved when changes were applied then. One query."""
    rows = (
        Transition.objects.filter(recorded_at__in=list(moments), action="calendar_changed")
        .values_list("recorded_at")
        .annotate(n=Count("id"))
        .order_by()
    )
    return dict(rows)


def open_load(user_ids: Sequence[int]) -> dict[int, int]:
    """Return how many open tasks each officer has claimed; officers with none are absent. One query."""
    rows = (
        Task.objects.filter(state=TaskState.OPEN, assignee_id__in=user_ids)
        .values_list("assignee_id")
        .annotate(n=Count("id"))
        .order_by()
    )
    return {int(user_id): n for user_id, n in rows if user_id is not None}


def newest_digest_before(day: date) -> Digest | None:
    """Return the last digest made before a day; None when there is none."""
    return Digest.objects.filter(day__lt=day).exclude(seal="").order_by("-number").first()


def has_unread(*, until: datetime) -> bool:
    """Say whether a reader of the log has a row to see that is due, or due again, at `until` at the latest."""
    return Pending.objects.filter(due_at__lte=until).exists()
