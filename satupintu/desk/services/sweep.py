"""What happens because time passes: warnings, escalation, closing by itself."""

from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Q

from satupintu.desk import queries, rules
from satupintu.desk.models import Complaint
from satupintu.desk.plan import PLANS
from satupintu.desk.services.common import (
    LATE_DAYS,
    Place,
    move,
    owed,
    place_for,
)
from satupintu.people.queries import officers_on, units_of_kind
from satupintu.people.rules import Role, system_actor
from satupintu.workflow.queries import Transition
from satupintu.workflow.rules import NewTask
from satupintu.workflow.services import ActRequest, CannotMove, bad_data, given_text

log = structlog.get_logger()
NOTICED = frozenset({"legal_near", "legal_passed", "pledge_near", "pledge_missed"})
LATE = frozenset({"legal_passed", "pledge_missed"})


@transaction.atomic
def notice_deadline(request: ActRequest) -> Transition:
    """
    Note that a date is near or has passed; what is late becomes a task of the unit's superior too.

    That is the head of the office, or of who answers a sealed complaint; never somebody accused.
    """
    what = given_text(request.data, "what")
    if what not in NOTICED:
        raise bad_data("what")
    complaint = queries.complaint_of(request.case)
    opened: tuple[NewTask, ...] = ()
    if what in LATE:
        place = place_for(complaint, queries.accused_of(complaint), request.at)
        opened = (_late_task(complaint, place, request.at),)
    return move(request, data=dict(request.data), keep=True, open=opened)


def _late_task(complaint: Complaint, place: Place, at: datetime) -> NewTask:
    accused = queries.accused_of(complaint)
    units = units_of_kind("office")
    heads = {one.pk for one in officers_on(Role.HEAD, today=at.date(), unit_kind="office")}
    role, unit_id = place.approve, place.unit_id
    if not complaint.sealed and units and heads and not heads & accused:
        role, unit_id = Role.HEAD, units[0].pk
    task = owed("complaint_late", role, unit_id, days=LATE_DAYS, at=at)
    return NewTask(task.stage, task.role, task.unit_id, task.due_at, task.days)


def close_answered(*, at: datetime, limit: int = 200) -> int:
    """
    Close complaints whose answer nobody replied to in the days of the plan they came under; return how many.

    The worker's step.
    """
    due = Q()
    for plan in PLANS.every():
        due |= Q(plan=plan.number, answered_at__lte=at - timedelta(days=plan.closing.days))
    found = Complaint.objects.filter(due, case__state=rules.State.ANSWERED).select_related("case")
    closed = 0
    for one in found.order_by("answered_at")[:limit]:
        request = ActRequest(
            case=one.case,
            action="close",
            by=system_actor("complaints that close"),
            at=at,
            channel="system",
        )
        try:
            with transaction.atomic():
                move(request)
        except CannotMove as refused:  # it was reopened or rated a moment ago
            log.info("complaint_not_closed", case=str(one.pk), why=type(refused).__name__)
            continue
        closed += 1
    return closed
