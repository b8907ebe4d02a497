"""What the services of this domain share: who answers next, and what each of them needs of the permit's case."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.lib.workingtime import add_working_days
from satupintu.objections import rules
from satupintu.objections.models import Objection
from satupintu.objections.queries import took_part
from satupintu.office.queries import work_calendar
from satupintu.people.queries import officers_on, units_of_kind
from satupintu.people.rules import Actor, Role
from satupintu.workflow.queries import Transition, open_tasks
from satupintu.workflow.rules import NewTask
from satupintu.workflow.services import (
    ActRequest,
    CannotMove,
    MoveNotAllowed,
    TaskChange,
    facts_of,
    perform_move,
)


class NoOffice(CannotMove):
    """The office has entered no unit of its own."""


def drafting_role(objection: Objection, at: datetime) -> Role:
    """
    Return whose task it is to look at an objection: a verifier's who has not checked the file, else the section head's.

    Whoever checked the file, or proposed the refusal or the sanction, does not prepare the answer to the objection.
    """
    verifiers = officers_on(Role.VERIFIER, today=timezone.localdate(at))
    fresh = any(not took_part(objection, one.pk) for one in verifiers)
    return Role.VERIFIER if fresh else Role.SECTION_HEAD


def owed(
    stage: str, objection: Objection, *, days: int, at: datetime, today: datetime | None = None
) -> NewTask:
    """Return a task of the office within the ten (or five) days; `today` is when it is written, None: `at`."""
    units = units_of_kind("office")
    if not units:
        raise NoOffice(_("Kantor belum mencatat unitnya sendiri. Hubungi pengelola layanan."))
    head = stage in ("objection_decide", "objection_carry_out")
    return NewTask(
        stage=stage,
        role=Role.HEAD if head else drafting_role(objection, today or at),
        unit_id=units[0].pk,
        due_at=add_working_days(at, days, work_calendar()),
        days=days,
        within="pledge" if stage == "objection_carry_out" else "legal",
    )


def refuse_claimed(request: ActRequest) -> None:
    """Refuse an act on a case whose open task somebody else has taken."""
    for task in open_tasks(request.case):
        if task.assignee_id not in (None, request.by.user_id):
            raise MoveNotAllowed(
                _("Tugas ini sedang ditangani %(name)s. Minta dialihkan bila perlu.")
                % {"name": task.assignee}
            )


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
) -> Transition:
    """Perform the request's move; what was owed before it is laid aside, unless `keep`."""
    return perform_move(
        case=request.case,
        lifecycle=rules.OBJECTION,
        action=action or request.action,
        by=by or request.by,
        at=request.at,
        facts=facts_of(request, data=data or {}, digests=digests or {}),
        tasks=TaskChange(drop=frozenset() if keep else frozenset({"*"}), open=open),
        days=days,
    )
