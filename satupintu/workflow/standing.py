"""Where everything stands: what is due, what is late, on whom it waits, over the whole office; for who leads it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from satupintu.lib.keyset import beyond
from satupintu.lib.prepared import PreparedCounts
from satupintu.people.queries import Unit, User
from satupintu.people.rules import Role
from satupintu.workflow.columns import unread, with_version
from satupintu.workflow.models import COUNTED, Case, Task
from satupintu.workflow.registry import guarded_kinds
from satupintu.workflow.rules import TaskState, utc_text


@dataclass(frozen=True, slots=True)
class Waiting:
    """Open tasks of one stage that one officer (or nobody yet) of a unit owes in a role."""

    unit_code: str
    unit: str
    role: Role
    stage: str
    officer_id: int | None  # None: nobody handles them yet
    officer: str
    count: int
    late: int


def running_promises() -> QuerySet[Any]:
    """Return the cases whose promise runs now, with `counted`: the date that statistics judge, as text in UTC."""
    return Case.objects.filter(closed_at__isnull=True, promise_due_at__isnull=False).annotate(
        counted=COUNTED
    )


def _past_limit(now: Any, decided: Sequence[str]) -> QuerySet[Case]:
    running = Case.objects.filter(closed_at__isnull=True, legal_due_at__lt=now)
    return running.exclude(state__in=decided).exclude(kind__in=guarded_kinds())


def _sets(
    *,
    at: Any,
    day_end: Any,
    now: Any,
    kind: Any,
    applicants: tuple[str, ...],
    decided: tuple[str, ...],
    uncollected: tuple[str, ...],
    archived: tuple[str, ...],
    limit: int,
) -> dict[str, QuerySet[Any]]:
    """Return what each figure counts, looked at up to `limit` rows. `at` and `day_end` are texts in UTC."""
    promised = running_promises()
    sets = {
        "due_today": promised.filter(counted__gte=at, counted__lt=day_end),
        "late": promised.filter(counted__lt=at),
        "undecided": _past_limit(now, decided),
        "applicant": Case.objects.filter(kind=kind, state__in=applicants),
        "uncollected": Case.objects.filter(kind=kind, state__in=uncollected),
        "archived": Case.objects.filter(kind=kind, state__in=archived),
    }
    return {name: rows.order_by().values("pk")[:limit] for name, rows in sets.items()}


_COUNTS = PreparedCounts(_sets, shape={"applicants", "decided", "uncollected", "archived", "limit"})


def standing_counts(
    *,
    at: datetime,
    day_end: datetime,
    kind: str,
    applicants: Sequence[str],
    decided: Sequence[str],
    uncollected: Sequence[str],
    archived: Sequence[str],
    limit: int = 100,
) -> dict[str, int]:
    """
    Return the figures of now, each looked at up to `limit` rows. One query.

    "due_today" and "late" go by the date that was promised first, plus what the applicant owed: neither an extension
    nor a changed calendar hides a missed date. "undecided": past the legal limit, in none of the states `decided`.
    `applicants`, `uncollected` and `archived` name the states in which the applicant must act, may fetch the permit, or
    never did.
    """
    return _COUNTS.run(
        at=utc_text(at),
        day_end=utc_text(day_end),
        now=at,
        kind=kind,
        applicants=tuple(sorted(applicants)),
        decided=tuple(sorted(decided)),
        uncollected=tuple(sorted(uncollected)),
        archived=tuple(sorted(archived)),
        limit=limit,
    )


def waiting_on(*, at: datetime, without: Sequence[str] = ()) -> list[Waiting]:
    """
    Return who owes how many open tasks whose clock runs, by unit, role, stage and officer. Three queries.

    Tasks that stand still wait for the applicant and are nobody's in the office. `without` names stages left out.
    """
    rows = list(
        Task.objects.filter(state=TaskState.OPEN, paused_at__isnull=True)
        .exclude(stage__in=list(without))
        .values_list("unit_id", "role", "stage", "assignee_id")
        .annotate(n=Count("*"), late=Count("unit_id", filter=Q(due_at__lt=at)))
        .order_by()
    )
    # Names apart: beside them the database would compare texts, and read every user, of whom most are applicants.
    units = Unit.objects.only("code", "name", "short_name").in_bulk({row[0] for row in rows})
    officers = dict(
        User.objects.filter(pk__in={row[3] for row in rows if row[3]}).values_list("pk", "name")
    )
    found = [
        Waiting(
            units[unit_id].code,
            units[unit_id].short_name or units[unit_id].name,
            Role(role),
            stage,
            officer_id,
            officers.get(officer_id, ""),
            n,
            late,
        )
        for unit_id, role, stage, officer_id, n, late in rows
    ]
    names = {unit.code: unit.name for unit in units.values()}
    found.sort(
        key=lambda one: (names[one.unit_code], one.unit_code, one.role, one.stage, one.officer)
    )
    return found


# --- The lists behind the figures ------------------------------------------------------------

STANDING_PAGE = 40
After = tuple[datetime, UUID]  # where the page before ended: its last moment and id


def _listed(cases: QuerySet[Any]) -> QuerySet[Any]:
    return with_version(cases).defer(*unread("party"))


def list_promised(
    *,
    since: datetime | None,
    until: datetime,
    after: After | None = None,
    size: int = STANDING_PAGE,
) -> list[Case]:
    """
    Return up to `size + 1` cases whose counted date lies from `since` to before `until`, the earliest first, by keyset.

    `since` None: however long ago. Each case carries its date as text in UTC (`counted`). One query.
    """
    cases = running_promises().filter(counted__lt=utc_text(until))
    if since is not None:
        cases = cases.filter(counted__gte=utc_text(since))
    place = (utc_text(after[0]), after[1]) if after else None
    return list(
        _listed(cases.filter(beyond(place, "counted"))).order_by("counted", "id")[: size + 1]
    )


def list_undecided(
    *,
    at: datetime,
    decided: Sequence[str],
    after: After | None = None,
    size: int = STANDING_PAGE,
) -> list[Case]:
    """
    Return up to `size + 1` cases past their legal limit without a decision, the longest first. One query.

    None of a kind that not everybody of the office may see.
    """
    cases = _past_limit(at, tuple(decided)).filter(beyond(after, "legal_due_at"))
    return list(_listed(cases).order_by("legal_due_at", "id")[: size + 1])


def list_in_states(
    *,
    kind: str,
    states: Sequence[str],
    after: After | None = None,
    size: int = STANDING_PAGE,
) -> list[Case]:
    """Return up to `size + 1` cases in some states, those first that stand there longest, by keyset. One query."""
    cases = Case.objects.filter(beyond(after, "moved_at"), kind=kind, state__in=list(states))
    return list(_listed(cases).order_by("moved_at", "id")[: size + 1])


@dataclass(frozen=True, slots=True)
class Owing:
    """Whose tasks are listed: a unit's by its code, and perhaps in one role or of one officer (0: nobody's yet)."""

    unit_code: str
    role: str = ""
    officer_id: int | None = None
    late_at: datetime | None = None
    without: tuple[str, ...] = ()


def list_owed(wanted: Owing, after: After | None = None, size: int = STANDING_PAGE) -> list[Task]:
    """Return up to `size + 1` open tasks whose clock runs, the most urgent first, by keyset. One query."""
    tasks = Task.objects.filter(
        state=TaskState.OPEN, paused_at__isnull=True, unit__code=wanted.unit_code
    ).exclude(stage__in=wanted.without)
    if wanted.role:
        tasks = tasks.filter(role=wanted.role)
    if wanted.officer_id == 0:
        tasks = tasks.filter(assignee__isnull=True)
    elif wanted.officer_id is not None:
        tasks = tasks.filter(assignee_id=wanted.officer_id)
    if wanted.late_at is not None:
        tasks = tasks.filter(due_at__lt=wanted.late_at)
    return list(
        tasks.filter(beyond(after, "due_at"))
        .select_related("case__party", "case__service_version", "unit", "assignee")
        .defer(*unread("case__party", "case__service_version", "unit", "assignee"))
        .order_by("due_at", "id")[: size + 1]
    )
