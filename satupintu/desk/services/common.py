"""Where a complaint goes: the unit and the roles of its route, or the next that nobody accused belongs to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.desk import rules
from satupintu.desk.models import Complaint
from satupintu.desk.plan import plan_of
from satupintu.desk.rules.plans import CONCERNED, Route
from satupintu.lib.workingtime import add_working_days
from satupintu.messaging.rules import ChannelKind
from satupintu.office.queries import work_calendar
from satupintu.people.queries import Unit, holders_of, units_of_kind
from satupintu.people.rules import Actor, Role
from satupintu.workflow.queries import Transition
from satupintu.workflow.rules import HANDS_OUT, NewTask, Term, answering_roles
from satupintu.workflow.services import (
    ActRequest,
    CannotMove,
    Facts,
    TaskChange,
    facts_of,
    perform_move,
)

SCREEN_DAYS, APPROVE_DAYS, LATE_DAYS = 1, 1, 1  # the office's own parts, in working days

# How the case's log names the channel (workflow.CHANNEL_LABELS).
CHANNELS = {
    ChannelKind.EMAIL: "email", ChannelKind.SMS: "sms", ChannelKind.WHATSAPP: "whatsapp",
    ChannelKind.TELEPHONE: "phone", ChannelKind.WEB: "web",
}  # fmt: skip


class NoOffice(CannotMove):
    """There is no unit that could take a complaint."""


@dataclass(frozen=True, slots=True)
class Place:
    """Who drafts and who approves the answer, where."""

    unit_id: int
    draft: Role
    approve: Role
    sealed: bool


def _routes(complaint: Complaint) -> Iterator[Route]:
    unit_kind = complaint.unit.kind if complaint.unit_id and complaint.unit else ""
    plan = plan_of(complaint)
    first = plan.route(
        category=complaint.category,
        accused=complaint.accused_kind,
        service=complaint.service_code,
        unit_kind=unit_kind,
    )
    yield first
    yield plan.sealed_route
    yield Route("office", Role.COMPLAINT_ADMIN, Role.SECTION_HEAD, sealed=first.sealed)
    yield Route("office", Role.SECTION_HEAD, Role.HEAD, sealed=first.sealed)


def _unit_of(route: Route, complaint: Complaint) -> Unit | None:
    if route.unit == CONCERNED:
        return complaint.unit
    return next(iter(units_of_kind(route.unit)), None)


def _is_about(
    complaint: Complaint, role: Role, accused: frozenset[int], ids: frozenset[int]
) -> bool:
    head = complaint.accused_kind == rules.Accused.HEAD and role is Role.HEAD
    return head or bool(accused & ids)


def place_for(complaint: Complaint, accused: frozenset[int], at: datetime) -> Place:
    """
    Return who answers: the plan's route, else the next where both posts are held and nobody accused holds either.

    `accused` are user ids. A few queries. Raises NoOffice where the office has no unit at all.
    """
    today = timezone.localdate(at)
    last: Place | None = None
    for route in _routes(complaint):
        unit = _unit_of(route, complaint)
        if unit is None:
            continue
        last = Place(unit.pk, route.draft, route.approve, route.sealed)
        posts = holders_of(_who_meet_it(route), unit.pk, today)
        if (
            posts[route.draft]
            and posts[route.approve]
            and not any(_is_about(complaint, role, accused, held) for role, held in posts.items())
        ):
            return last
    if last is None:
        raise NoOffice(_("Kantor belum mencatat unitnya sendiri. Hubungi pengelola layanan."))
    return last


def _who_meet_it(route: Route) -> frozenset[Role]:
    """Return the roles whose inbox shows the tasks of a route: its own, and those that stand in or hand out."""
    own = (route.draft, route.approve)
    return (
        answering_roles(route.draft)
        | answering_roles(route.approve)
        | {role for role, task in HANDS_OUT.items() if task in own}
    )


def screener_for(place: Place, accused: frozenset[int], at: datetime) -> tuple[Role, int]:
    """Return role and unit that look at a complaint first: its admin, or who answers a sealed one."""
    if place.sealed:
        return place.draft, place.unit_id
    today = timezone.localdate(at)
    for unit in units_of_kind("office"):
        held = holders_of({Role.COMPLAINT_ADMIN}, unit.pk, today)[Role.COMPLAINT_ADMIN]
        if held and not held & accused:
            return Role.COMPLAINT_ADMIN, unit.pk
    return place.draft, place.unit_id


def owed(stage: str, role: Role, unit_id: int, *, days: int, at: datetime) -> NewTask:
    """Return a task that is due `days` working days after `at`, never after the answer's date."""
    return NewTask(
        stage=stage,
        role=role,
        unit_id=unit_id,
        due_at=add_working_days(at, days, work_calendar()),
        days=days,
        within="legal",
    )


def days_of(complaint: Complaint, class_key: str, start: datetime) -> int:
    """Return by when a complaint of this class is answered, in working days from `start`, by its own plan."""
    deadline = plan_of(complaint).classes[class_key].deadline
    return rules.working_days(deadline, start, work_calendar())


def move(
    request: ActRequest,
    *,
    by: Actor | None = None,
    action: str = "",
    data: Mapping[str, Any] | None = None,
    digests: Mapping[str, str] | None = None,
    open: tuple[NewTask, ...] = (),  # noqa: A002  as TaskChange says it
    keep: bool = False,
    days: Mapping[str, int] | None = None,
    terms: Mapping[str, Term] | None = None,
) -> Transition:
    """Perform the request's move; what was owed before it is laid aside, unless `keep`."""
    facts: Facts = facts_of(request, data=data or {}, digests=digests or {})
    return perform_move(
        case=request.case,
        lifecycle=rules.COMPLAINT,
        action=action or request.action,
        by=by or request.by,
        at=request.at,
        facts=facts,
        tasks=TaskChange(drop=frozenset() if keep else frozenset({"*"}), open=open),
        days=days,
        terms=terms,
    )
