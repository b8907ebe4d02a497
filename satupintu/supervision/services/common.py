"""What the services of this domain share: who answers next, under which power, and the row of each move."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.lib.workingtime import add_working_days
from satupintu.office.queries import work_calendar
from satupintu.people.queries import units_of_kind
from satupintu.people.rules import Actor, Role
from satupintu.supervision import queries, rules
from satupintu.supervision.models import Sanction
from satupintu.supervision.rules import Kind, SanctionState
from satupintu.workflow.queries import Case, Transition
from satupintu.workflow.rules import NewTask
from satupintu.workflow.services import (
    ActRequest,
    CannotMove,
    TaskChange,
    facts_of,
    perform_move,
)


class NoOffice(CannotMove):
    """The office has entered no unit of its own."""


class ConflictOfInterest(CannotMove):
    """Nobody acts on the supervision of a permit of their own."""


def refuse_own(by: Actor, about: Case) -> None:
    """Raise ConflictOfInterest for who holds the permit, or acts for its holder."""
    if about.party_id in by.party_ids:
        raise ConflictOfInterest(
            _("Pengawasan ini menyangkut izin Anda sendiri. Minta petugas lain menanganinya.")
        )


def owed(stage: str, role: Role, *, due: datetime) -> NewTask:
    """Return a task of the office. Raises NoOffice."""
    units = units_of_kind("office")
    if not units:
        raise NoOffice(_("Kantor belum mencatat unitnya sendiri. Hubungi pengelola layanan."))
    return NewTask(stage=stage, role=role, unit_id=units[0].pk, due_at=due)


def decision_owed(at: datetime, days: int) -> NewTask:
    """Return the head's task to decide what was proposed, in working days."""
    return owed("sanction_decide", Role.HEAD, due=add_working_days(at, days, work_calendar()))


def following_owed(last: date, days: int) -> NewTask:
    """Return the task to look at what a warning brought: in `days` working days after its last day."""
    noon = timezone.make_aware(datetime.combine(last, time(12)))
    due = add_working_days(noon, days, work_calendar())
    return owed("sanction_follow", Role.VERIFIER, due=due)


def check_owed(at: datetime, days: int, condition_id: UUID) -> NewTask:
    """Return the task to check what the holder reported of a condition, in working days."""
    task = owed("condition_check", Role.VERIFIER, due=add_working_days(at, days, work_calendar()))
    return replace(task, detail={"condition": str(condition_id)})


# What a sanction's own moves lay aside; reports of conditions still wait.
def followed(sanctions: list[Sanction]) -> list[NewTask]:
    """Return the task to look at the warning whose day comes last; [] where none still runs, or has run out."""
    last = rules.latest_day(queries.given(sanctions))
    return [following_owed(last, queries.periods().follow_days)] if last else []


SANCTION_STAGES = frozenset({"sanction_decide", "sanction_follow"})


def move(
    request: ActRequest,
    *,
    by: Actor | None = None,
    to: str | None = None,
    data: Mapping[str, Any] | None = None,
    digests: Mapping[str, str] | None = None,
    tasks: TaskChange | None = None,
) -> Transition:
    """Perform the request's move; what was owed about sanctions is laid aside, unless `tasks` says otherwise."""
    return perform_move(
        case=request.case,
        lifecycle=rules.SUPERVISION,
        action=request.action,
        by=by or request.by,
        at=request.at,
        facts=facts_of(request, data=data or {}, digests=digests or {}),
        tasks=tasks or TaskChange(drop=SANCTION_STAGES),
        to=to,
    )


def state_without_proposal(sanctions: list[Sanction]) -> rules.State:
    """Return where a case of supervision stands by the sanctions in force alone."""
    counting = [one for one in sanctions if one.state == SanctionState.IN_FORCE]
    kinds = {one.kind for one in counting}
    if Kind.SUSPENSION in kinds:
        return rules.State.SUSPENDED
    if Kind.WARNING in kinds:
        return rules.State.WARNED
    return rules.State.WATCHED
