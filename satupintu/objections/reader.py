"""The log as messages: who objected is told what became of it; who must act is told that it waits. Idempotent."""

from functools import partial
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import override

from satupintu.messaging.services import tell_owing, tell_party
from satupintu.objections import rules
from satupintu.objections.queries import objection_of
from satupintu.office.queries import work_calendar
from satupintu.workflow.queries import Case, Note, Transition, title_of

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
        tell_party(row, "objection_received", context_of(case) | {"due": due})
    elif row.action in rules.LETTERS:
        until = rules.appeal_until(row.at, work_calendar())
        more = {
            "outcome": partial(_outcome, row.to_state),
            "reason": _reason(row),
            "appeal_until": until,
        }
        tell_party(row, "objection_decided", context_of(case) | more)
    elif row.action == "deem_granted":
        due = timezone.localdate(case.pledge.due_at or row.at)
        tell_party(row, "objection_deemed", context_of(case) | {"due": due})
    if row.action != "deem_granted":  # the notice of the passed date has told the officers
        tell_owing(row, "objection_waiting", context_of(case, office=True))
