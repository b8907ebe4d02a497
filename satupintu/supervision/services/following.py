"""What happens because a permit ended, or because a day has passed: never a decision of the office."""

from datetime import datetime

import structlog
from django.utils import timezone

from satupintu.messaging.services import notify_officer
from satupintu.people.queries import officers_on
from satupintu.people.rules import Role, system_actor
from satupintu.permits.rules import PermitState
from satupintu.supervision import queries, rules
from satupintu.supervision.models import Sanction
from satupintu.supervision.reader import office_context
from satupintu.supervision.rules import SanctionState
from satupintu.workflow.queries import Transition, get_case
from satupintu.workflow.services import CannotMove, act

log = structlog.get_logger()

READER = "supervision_of_permits"
_ENDS = frozenset({"revoke", "replace"})


def read(row: Transition) -> None:
    """Let supervision follow what became of its permit: a reader of the permit's log, idempotent."""
    if row.action not in _ENDS | {"reinstate"}:
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
        mine = Sanction.objects.filter(pk=sanction.pk, ran_out_told_at__isnull=True)
        if mine.update(ran_out_told_at=at) != 1:
            continue
        context = office_context(get_case(sanction.case_id)) | {
            "sanction": sanction.number,
            "due": sanction.put_right_by,
        }
        able = {
            one.pk: one
            for role in (Role.VERIFIER, Role.SECTION_HEAD)
            for one in officers_on(role, today=today)
        }
        for officer in able.values():
            notify_officer(
                officer, "warning_ran_out", context, origin=f"sanction:{sanction.pk}:over", at=at
            )
        told += 1
    return told
