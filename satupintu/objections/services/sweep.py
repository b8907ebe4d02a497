"""What happens because time passes: reminders, and what the law deems granted. Never a decision of the office."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from satupintu.messaging.services import notify_officer
from satupintu.objections import rules
from satupintu.objections.queries import objection_of
from satupintu.objections.reader import context_of
from satupintu.objections.services.common import move, owed
from satupintu.people.queries import officers_on
from satupintu.people.rules import Role, system_actor
from satupintu.workflow.queries import Case, Transition, open_tasks
from satupintu.workflow.services import ActRequest, bad_data, given_text

# What is noticed -> the term it is about. No promise runs in an objection.
NOTICED = {
    "legal_near": "legal",
    "legal_passed": "legal",
    "pledge_near": "pledge",
    "pledge_missed": "pledge",
}


@transaction.atomic
def notice_deadline(request: ActRequest) -> Transition:
    """
    Note that a date is near or has passed, and tell the head and whoever holds the task.

    "legal_passed": ten working days without a decision. The law deems the objection granted (UU 30/2014 Art. 77(5)):
    the case says so, and the head gets the task to carry it out within five working days (Art. 77(7)).
    """
    what = given_text(request.data, "what")
    if what not in NOTICED:
        raise bad_data("what")
    due = getattr(request.case, NOTICED[what]).due_at
    row = move(request, data=dict(request.data), keep=True)
    if what == "legal_passed" and request.case.state in rules.UNDECIDED:
        objection = objection_of(request.case)
        row = move(
            request,
            by=system_actor("deadline sweep"),
            action="deem_granted",
            days={"pledge": rules.CARRY_OUT_DAYS},
            open=(
                owed("objection_carry_out", objection, days=rules.CARRY_OUT_DAYS, at=request.at),
            ),
        )
        due = request.case.pledge.due_at
    _warn(request.case, row, due or request.at)
    return row


def _warn(case: Case, row: Transition, due: datetime) -> None:
    today = timezone.localdate(row.at)
    told = {head.pk: head for head in officers_on(Role.HEAD, today=today)}
    for task in open_tasks(case):
        able = (
            [task.assignee]
            if task.assignee
            else officers_on(Role(task.role), today=today, unit_id=task.unit_id)
        )
        told |= {one.pk: one for one in able}
    context = context_of(case, office=True) | {"due": timezone.localtime(due)}
    for officer in told.values():
        notify_officer(
            officer,
            "objection_waiting",
            context,
            origin=f"transition:{row.pk}",
            at=row.recorded_at,
        )
