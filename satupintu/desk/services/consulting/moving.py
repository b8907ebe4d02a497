"""The moves of a consultation, for whoever of this package makes one; and who answers it, by when."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from satupintu.desk import rules as days
from satupintu.desk.models import Consultation
from satupintu.desk.queries.consultations import meets_later
from satupintu.desk.rules import consultations as rules
from satupintu.desk.rules.topics import Topic
from satupintu.lib.workingtime import add_working_days
from satupintu.office.queries import work_calendar
from satupintu.people.queries import Unit, units_of_kind
from satupintu.people.rules import Actor, Role
from satupintu.workflow.queries import Case, Transition, open_tasks
from satupintu.workflow.rules import NewTask
from satupintu.workflow.services import CannotMove, Facts, TaskChange, perform_move

LATE_DAYS = 1  # what the section head has for a late one, in working days


def asker() -> Actor:
    """Return whoever asks as the log names them: without their name, which stands beside the case."""
    return Actor(name=_("Penanya"), roles=rules.OWN, role=Role.APPLICANT)


def days_of(topic: Topic, start: datetime) -> int:
    """Return by when a topic is answered, in working days from `start`."""
    return days.working_days(topic.deadline, start, work_calendar())


def owed(topic: Topic, at: datetime, *, assignee_id: int | None = None) -> tuple[NewTask, ...]:
    """Return the task to answer, with who answers this topic; none in an office without such a unit."""
    unit: Unit | None = next(iter(units_of_kind(topic.unit)), None)
    if unit is None:
        return ()
    number = days_of(topic, at)
    return (
        NewTask(
            stage=rules.STAGE,
            role=topic.role,
            unit_id=unit.pk,
            due_at=add_working_days(at, number, work_calendar()),
            days=number,
            within="promise",
            assignee_id=assignee_id,
        ),
    )


def late_task(at: datetime) -> tuple[NewTask, ...]:
    """Return the section head's task to see to a late answer; none in an office without a unit of its own."""
    due = add_working_days(at, LATE_DAYS, work_calendar())
    return tuple(
        NewTask(rules.STAGE_LATE, Role.SECTION_HEAD, unit.pk, due, LATE_DAYS)
        for unit in units_of_kind("office")[:1]
    )


def answered(case: Case) -> TaskChange:
    """Return that everything that is owed has been done."""
    return TaskChange(close={task.pk: "answered" for task in open_tasks(case)})


def move(
    case: Case,
    action: str,
    *,
    by: Actor,
    at: datetime,
    facts: Facts | None = None,
    tasks: TaskChange | None = None,
    days: Mapping[str, int] | None = None,
) -> Transition:
    """Perform one move of a consultation. Raises CannotMove."""
    return perform_move(
        case=case,
        lifecycle=rules.CONSULTATION,
        action=action,
        by=by,
        at=at,
        facts=facts or Facts(),
        tasks=tasks or TaskChange(),
        days=days,
    )


def check_no_meeting_ahead(consultation: Consultation, at: datetime) -> None:
    """Let nobody end a consultation whose appointment lies ahead. Raises CannotMove."""
    if meets_later(consultation, at):
        raise CannotMove(_("Masih ada janji temu. Batalkan dahulu, atau tunggu sampai lewat."))


def keep(consultation: Consultation, **columns: Any) -> None:
    """Write what the consultation's own row says after a move."""
    Consultation.objects.filter(pk=consultation.pk).update(**columns)
