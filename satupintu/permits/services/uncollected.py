"""Permits that nobody collects: their case ends after the office's term, and the permit waits in the archive."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from satupintu.office.queries import profile
from satupintu.people.rules import system_actor
from satupintu.permits import rules
from satupintu.permits.file import file_of
from satupintu.permits.models import Permit, Reminder
from satupintu.permits.queries import in_force_on
from satupintu.permits.services.common import system_move
from satupintu.workflow.queries import Transition
from satupintu.workflow.services import MovedMeanwhile, TaskChange

CLOSE = "close_uncollected"
LAST_REMINDER = max(rules.UNCOLLECTED_REMINDERS)


def close_uncollected(*, at: datetime, limit: int = 100) -> int:
    """
    End the cases whose permit nobody collected within the office's term after the last reminder; return how many.

    A permit that has ended or is suspended is not reminded of: its term counts from when the last reminder would have
    gone. One that is with a district office or the post is closed once it is noted as back, for its paper is not here.
    Anything done with the case, a visitor who was turned away, a paper that came back, begins the term anew.
    """
    until = at - timedelta(days=profile().uncollected_days)
    reminded = Reminder.objects.filter(
        permit=OuterRef("pk"), what=f"uncollected_{LAST_REMINDER}", at__lte=until
    )
    touched = Transition.objects.filter(case_id=OuterRef("case_id"), at__gt=until)
    waiting = Permit.objects.filter(
        ~in_force_on(timezone.localdate(at)) | Exists(reminded),
        ~Exists(touched),
        Q(case__collection__isnull=True) | Q(case__collection__consignment__isnull=True),
        collected_at__isnull=True,
        issued_at__lte=until - timedelta(days=LAST_REMINDER),
        case__state=rules.State.ISSUED,
    ).select_related("case__service_version")
    closed = 0
    for permit in waiting.order_by("issued_at", "id")[:limit]:
        try:
            with transaction.atomic():
                system_move(
                    file_of(permit.case),
                    CLOSE,
                    by=system_actor("uncollected permits"),
                    at=at,
                    tasks=TaskChange(drop=frozenset({"*"})),
                )
        except MovedMeanwhile:
            continue  # collected at the last moment, or another worker was first
        closed += 1
    return closed
