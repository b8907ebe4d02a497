"""What happens because time passes: reminders, closings, warnings. Never a decision."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from itertools import pairwise

from django.db import transaction
from django.utils import timezone

from satupintu.lib.workingtime import add_working_days
from satupintu.messaging.services import notify, notify_officer
from satupintu.office.queries import work_calendar
from satupintu.people.queries import User, officers_on
from satupintu.people.rules import Role
from satupintu.permits import rules
from satupintu.permits.collecting import POST, collection_of, counter_words
from satupintu.permits.file import File, file_of
from satupintu.permits.models import Permit, Reminder, Repair, TaskReminder
from satupintu.permits.queries import in_force_on
from satupintu.permits.reader import base_context, link_to, office_link, tell_unit
from satupintu.permits.services.common import move
from satupintu.permits.services.decide import deemed_task
from satupintu.workflow.queries import Task, Transition
from satupintu.workflow.rules import TaskState, Term
from satupintu.workflow.services import ActRequest, TaskChange, bad_data, given_text

REPAIR_NOTICE = timedelta(days=3)  # before the date to answer by


@transaction.atomic
def notice_deadline(request: ActRequest) -> Transition:
    """
    Note that a date is near or has passed, and tell who must act.

    "legal_passed": the law deems the application granted (UU 30/2014 Art. 53 as amended): the head gets a task to
    decide, the applicant can print a notice; nothing is issued by the clock.
    """
    file = file_of(request.case)
    what = given_text(request.data, "what")
    if what not in WARNINGS:
        raise bad_data("what")
    opened = deemed_task(file, at=request.at) if what == "legal_passed" else []
    row = move(request, file, data=dict(request.data), tasks=TaskChange(open=opened))
    _warn(file, what, row)
    return row


# What is noticed -> (text, the term it is about). The legal limit concerns the head alone; a promise and a pledge also
# whoever holds a task on the case.
WARNINGS = {
    "promise_near": ("deadline_near", "promise"),
    "promise_missed": ("deadline_missed", "promise"),
    "pledge_near": ("deadline_near", "pledge"),
    "pledge_missed": ("deadline_missed", "pledge"),
    "legal_near": ("deemed_granted_warning", "legal"),
    "legal_passed": ("deemed_granted_warning", "legal"),
}


def _warn(file: File, what: str, row: Transition) -> None:
    text, name = WARNINGS[what]
    term: Term = getattr(file.case, name)
    due = timezone.localtime(term.due_at or row.at)
    context = base_context(file) | {"link": office_link(file.case.number), "due": due}
    context |= {"legal_due": due, "pledge": name == "pledge"}
    today = timezone.localdate(row.at)
    told = {head.pk: head for head in officers_on(Role.HEAD, today=today)}
    if name != "legal":
        told |= {one.pk: one for one in _holders(file, today)}
    for officer in told.values():
        notify_officer(officer, text, context, origin=f"transition:{row.pk}", at=row.recorded_at)


def _holders(file: File, today: date) -> list[User]:
    """Return who holds an open task on the case: the officer who took it, or all of the unit who may."""
    found: list[User] = []
    tasks = Task.objects.filter(case=file.case, state=TaskState.OPEN).select_related("assignee")
    for waiting in tasks:
        if waiting.assignee is not None:
            found.append(waiting.assignee)
        else:
            found += officers_on(Role(waiting.role), today=today, unit_id=waiting.unit_id)
    return found


def remind_repairs(*, at: datetime, limit: int = 100) -> int:
    """Remind applicants, once, three days before the date to answer by; return how many."""
    near = timezone.localdate(at + REPAIR_NOTICE)
    rows = Repair.objects.filter(
        answered_at__isnull=True, reminded_at__isnull=True, answer_by__lte=near
    ).select_related("permit_case__case__service_version")[:limit]
    sent = 0
    for repair in rows:
        if (
            Repair.objects.filter(pk=repair.pk, reminded_at__isnull=True).update(reminded_at=at)
            != 1
        ):
            continue
        file = file_of(repair.permit_case.case)
        assert file.case.party_id is not None
        notify(
            file.case.party_id,
            "reminder_answer",
            base_context(file) | {"answer_by": repair.answer_by},
            origin=f"repair:{repair.pk}",
            at=at,
            about_id=file.case.pk,
        )
        sent += 1
    return sent


def remind_units(*, at: datetime, limit: int = 100) -> int:
    """
    Remind the officers of a unit, once a task, that its recommendation is due within a working day.

    Returns how many tasks were looked at; a message that went out before is not written again.
    """
    soon = add_working_days(at, 1, work_calendar())
    tasks = (
        Task.objects.filter(stage="recommend", state=TaskState.OPEN, due_at__lte=soon)
        .exclude(pk__in=TaskReminder.objects.values("task_id"))
        .select_related("case__service_version", "unit")
        .order_by("due_at", "id")[:limit]
    )
    reminded = 0
    for waiting in tasks:
        with transaction.atomic():
            _row, first = TaskReminder.objects.get_or_create(
                task_id=waiting.pk, defaults={"at": at}
            )
            if first:
                tell_unit(waiting, at=at, origin=f"task:{waiting.pk}:due")
                reminded += 1
    return reminded


def remind_expiring(*, at: datetime, limit: int = 200) -> int:
    """Remind holders 90, 60, 30 and 7 days before their permit ends; the nearest reminder only; return how many."""
    today = timezone.localdate(at)
    sent = 0
    for shorter, days in pairwise([0, *sorted(rules.EXPIRY_REMINDERS)]):
        what = f"expiry_{days}"
        rows = (
            Permit.objects.filter(
                state=rules.PermitState.IN_FORCE,
                valid_until__gt=today + timedelta(days=shorter) if shorter else today,
                valid_until__lte=today + timedelta(days=days),
            )
            .exclude(reminders__what=what)
            .select_related("case__service_version")[:limit]
        )
        for permit in rows:
            assert permit.valid_until is not None, "filtered above"
            left = (permit.valid_until - today).days
            sent += _remind(permit, what, "expiring", at, {"days": left})
    return sent


def remind_uncollected(*, at: datetime, limit: int = 100) -> int:
    """
    Remind holders 14, 30, 60 and 90 days after issue that their permit has not been collected; return how many.

    The latest reminder only; a permit that has ended meanwhile is not worth collecting, one by post is on its way.
    """
    sent = 0
    later: int | None = None
    for days in sorted(rules.UNCOLLECTED_REMINDERS, reverse=True):
        rows = Permit.objects.filter(
            in_force_on(timezone.localdate(at)),
            collected_at__isnull=True,
            issued_at__lte=at - timedelta(days=days),
        )
        rows = rows.exclude(case__collection__consignment__how=POST)
        if later is not None:
            rows = rows.filter(issued_at__gt=at - timedelta(days=later))
        what = f"uncollected_{days}"
        for permit in rows.exclude(reminders__what=what).select_related("case__service_version")[
            :limit
        ]:
            sent += _remind(permit, what, "uncollected", at, {"place": _where(permit)})
        later = days
    return sent


def _where(permit: Permit) -> Callable[[str], str]:
    """Return where to fetch the paper, said in the language of whoever reads it. One query."""
    found = collection_of(permit.case_id)
    sent = found.consignment if found else None
    return partial(counter_words, sent.unit.name if sent and sent.unit else "")


def _remind(permit: Permit, what: str, text: str, at: datetime, more: dict[str, object]) -> int:
    with transaction.atomic():
        _row, first = Reminder.objects.get_or_create(permit=permit, what=what, defaults={"at": at})
        if not first:
            return 0
        notify(
            permit.party_id,
            text,
            {
                "service": file_of(permit.case).definition.title_in,
                "permit_number": permit.number,
                "valid_until": permit.valid_until,
                "link": link_to(permit.case.number),
                **more,
            },
            origin=f"permit:{permit.pk}:{what}",
            at=at,
            about_id=permit.case_id,
        )
    return 1
