"""The log as messages: who objected is told what became of it; who must act is told that it waits. Idempotent."""

from functools import partial
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import override

from satupintu.messaging.services import notify, notify_officer
from satupintu.objections import rules
from satupintu.objections.queries import objection_of
from satupintu.office.queries import work_calendar
from satupintu.people.queries import officers_on
from satupintu.people.rules import Role
from satupintu.workflow.queries import Case, Note, Task, Transition, title_of

READER = "objections"
KINDS = frozenset({rules.KIND_OBJECTION})


def context_of(case: Case, *, office: bool = False) -> dict[str, Any]:
    """Return what every text about an objection needs; `office`: the link is the officers'."""
    objection = objection_of(case)
    part = "keberatan/berkas" if office else "keberatan"
    return {
        "service": partial(title_of, objection.about),
        "number": case.number,
        "about": objection.about.number,
        "tracking_code": objection.tracking_code,
        "link": f"{settings.BASE_URL}/{part}/{case.number}/",
    }


def _outcome(state: str, language: str) -> str:
    with override(language):
        return str(rules.STATUSES[state].label)


def _reason(row: Transition) -> str:
    note = Note.objects.filter(transition_id=row.pk).first()
    return note.text if note else ""


def read(row: Transition) -> None:
    """Queue the messages that follow from a move, once."""
    case = row.case
    if row.action == "file":
        due = timezone.localdate(case.legal.due_at or row.at)
        _tell(row, "objection_received", {"due": due})
    elif row.action in rules.LETTERS:
        until = rules.appeal_until(row.at, work_calendar())
        more = {
            "outcome": partial(_outcome, row.to_state),
            "reason": _reason(row),
            "appeal_until": until,
        }
        _tell(row, "objection_decided", more)
    elif row.action == "deem_granted":
        due = timezone.localdate(case.pledge.due_at or row.at)
        _tell(row, "objection_deemed", {"due": due})
    _tell_officers(row)


def _tell(row: Transition, text: str, more: dict[str, Any]) -> None:
    if row.case.party_id is not None:
        notify(
            row.case.party_id,
            text,
            context_of(row.case) | more,
            origin=f"transition:{row.pk}",
            at=row.recorded_at,
        )


def _tell_officers(row: Transition) -> None:
    """Tell who owes the next step, when the move has opened a task."""
    if row.action == "deem_granted":
        return  # the notice of the passed date has told them
    opened = Task.objects.filter(case_id=row.case_id, opened_seq=row.seq)
    today = timezone.localdate(row.recorded_at)
    for task in opened:
        context = context_of(row.case, office=True) | {"due": timezone.localtime(task.due_at)}
        for officer in officers_on(Role(task.role), today=today, unit_id=task.unit_id):
            notify_officer(
                officer,
                "objection_waiting",
                context,
                origin=f"task:{task.pk}",
                at=row.recorded_at,
            )
