"""What happens because a permit ended, or because a day has passed: never a decision of the office."""

from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone

from satupintu.messaging.services import notify, notify_officer
from satupintu.people.queries import officers_on
from satupintu.people.rules import Role, system_actor
from satupintu.permits.rules import PermitState
from satupintu.supervision import queries, rules
from satupintu.supervision.models import Condition, Sanction
from satupintu.supervision.reader import office_context, own_context
from satupintu.supervision.rules import ConditionState, SanctionState
from satupintu.supervision.services import conditions
from satupintu.workflow.queries import Transition, get_case
from satupintu.workflow.services import CannotMove, act

log = structlog.get_logger()

READER = "supervised"
_ENDS = frozenset({"revoke", "replace"})
FOLLOWED = _ENDS | {"issue", "reinstate"}  # the moves that `read` looks at


def read(row: Transition) -> None:
    """Let supervision follow what became of its permit: a reader of the permit's log, idempotent."""
    if row.action == "issue":
        conditions.begin(row)
        return
    if row.action not in FOLLOWED:
        return
    found = queries.find_about(row.case_id)
    if found is None:
        return
    ended = found.case.state == rules.State.ENDED
    if row.action in _ENDS and not ended:
        action = "end"
    elif row.action == "reinstate" and ended and row.data["state"] == PermitState.IN_FORCE:
        action = "go_on"
    else:
        return
    act(
        get_case(found.pk),
        action,
        by=system_actor(READER),
        at=row.at,
        channel="system",
        origin=READER,
        origin_ref=str(row.pk),
        recorded_at=row.recorded_at,
    )


def end_suspensions(*, at: datetime, limit: int = 100) -> int:
    """End the suspensions whose last day has passed; return how many. For the worker."""
    over = Sanction.objects.filter(
        state=SanctionState.IN_FORCE, until__isnull=False, until__lt=timezone.localdate(at)
    )
    done = 0
    for sanction in over.order_by("until", "id")[:limit]:
        try:
            act(
                get_case(sanction.case_id),
                "end_suspension",
                by=system_actor("suspensions"),
                at=at,
                channel="system",
                origin="suspension",
                origin_ref=str(sanction.pk),
            )
        except CannotMove as refused:
            log.warning("suspension_not_ended", sanction=str(sanction.pk), why=refused.message)
        else:
            done += 1
    return done


def tell_of_run_out(*, at: datetime, limit: int = 100) -> int:
    """Tell verifiers and section heads, once, of each warning whose last day has passed; return how many."""
    today = timezone.localdate(at)
    over = Sanction.objects.filter(
        state=SanctionState.IN_FORCE,
        put_right_by__isnull=False,
        put_right_by__lt=today,
        ran_out_told_at__isnull=True,
    )
    told = 0
    for sanction in over.order_by("put_right_by", "id")[:limit]:
        with transaction.atomic():
            mine = Sanction.objects.filter(pk=sanction.pk, ran_out_told_at__isnull=True)
            if mine.update(ran_out_told_at=at) != 1:
                continue
            context = office_context(get_case(sanction.case_id)) | {
                "sanction": sanction.number,
                "due": sanction.put_right_by,
            }
            _tell_officers("warning_ran_out", context, f"sanction:{sanction.pk}:over", at)
        told += 1
    return told


def _tell_officers(text: str, context: dict[str, Any], origin: str, at: datetime) -> None:
    today = timezone.localdate(at)
    able = {
        one.pk: one
        for role in (Role.VERIFIER, Role.SECTION_HEAD)
        for one in officers_on(role, today=today)
    }
    for officer in able.values():
        notify_officer(officer, text, context, origin=origin, at=at)


def remind_of_conditions(*, at: datetime, limit: int = 100) -> int:
    """Remind holders, as many days before as the office has set, of a condition that is due; return how many."""
    today, reminders = timezone.localdate(at), queries.periods().remind_days
    near = Condition.objects.filter(
        state=ConditionState.OPEN,
        due_on__range=(today, today + timedelta(days=max(reminders, default=0))),
    )
    sent = 0
    for one in near.order_by("due_on", "id"):
        assert one.due_on is not None, "filtered above"
        days = rules.reminder_for(one.due_on, today, reminders)
        if days is None or (one.reminded_for is not None and one.reminded_for <= days):
            continue
        sent += _remind(one, days, at)
        if sent == limit:
            break
    return sent


@transaction.atomic
def _remind(one: Condition, days: int, at: datetime) -> bool:
    """Write the reminder of so many days before, once; return whether it was this process that did."""
    mine = Condition.objects.filter(
        pk=one.pk, state=ConditionState.OPEN, reminded_for=one.reminded_for
    )
    if mine.update(reminded_for=days) != 1:
        return False
    assert one.case_id is not None, "open: the permit is issued"
    case = get_case(one.case_id)
    if case.party_id is not None:
        notify(
            case.party_id,
            "condition_due",
            own_context(case) | {"condition": one.text, "due": one.due_on},
            origin=f"condition:{one.pk}:{one.due_on}:{days}",
            at=at,
        )
    return True


def tell_of_late_conditions(*, at: datetime, limit: int = 100) -> int:
    """Tell verifiers and section heads, once a day that was set, of a condition that is late; return how many."""
    late = Condition.objects.filter(
        state=ConditionState.OPEN, due_on__lt=timezone.localdate(at), late_told_at__isnull=True
    )
    told = 0
    for one in late.order_by("due_on", "id")[:limit]:
        with transaction.atomic():
            mine = Condition.objects.filter(pk=one.pk, late_told_at__isnull=True)
            if mine.update(late_told_at=at) != 1:
                continue
            assert one.case_id is not None, "open: the permit is issued"
            context = office_context(get_case(one.case_id)) | {
                "condition": one.text,
                "due": one.due_on,
            }
            _tell_officers("condition_late", context, f"condition:{one.pk}:{one.due_on}:late", at)
        told += 1
    return told
