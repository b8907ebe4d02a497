"""What happens to consultations because time passes: warnings, and closing by themselves."""

from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Q

from satupintu.desk.models import Consultation
from satupintu.desk.rules.consultations import ConsultationState as State
from satupintu.desk.services.consulting.moving import late_task, move
from satupintu.desk.topics import topics
from satupintu.people.rules import system_actor
from satupintu.workflow.queries import Transition
from satupintu.workflow.services import (
    ActRequest,
    CannotMove,
    TaskChange,
    act,
    bad_data,
    facts_of,
    given_text,
)

log = structlog.get_logger()
NOTICED = frozenset({"promise_near", "promise_missed"})


@transaction.atomic
def notice_deadline(request: ActRequest) -> Transition:
    """Note that an answer is nearly due, or late: a late one becomes a task of the section head as well."""
    what = given_text(request.data, "what")
    if what not in NOTICED:
        raise bad_data("what")
    tasks = TaskChange(open=late_task(request.at) if what == "promise_missed" else ())
    facts = facts_of(request, data=dict(request.data))
    return move(
        request.case, "notice_deadline", by=request.by, at=request.at, facts=facts, tasks=tasks
    )


def close_consultations(*, at: datetime, limit: int = 200) -> int:
    """Close what nobody replied to in the plan's days; return how many (the worker's step)."""
    plan = topics()
    silent = Q(case__state=State.ANSWERED, said_at__lte=at - timedelta(days=plan.closing.days))
    silent |= Q(case__state=State.QUESTIONED, said_at__lte=at - timedelta(days=plan.lapse.days))
    found = Consultation.objects.filter(silent).select_related("case").order_by("said_at")
    closed = 0
    for one in found[:limit]:
        try:
            act(
                one.case,
                "close",
                by=system_actor("consultations that close"),
                at=at,
                channel="system",
            )
        except CannotMove as refused:  # somebody replied a moment ago
            log.info("consultation_not_closed", case=str(one.pk), why=type(refused).__name__)
            continue
        closed += 1
    return closed
