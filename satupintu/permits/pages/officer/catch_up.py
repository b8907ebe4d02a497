"""After an outage: what happened on paper, entered step by step at its true time; and what was entered so."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from satupintu.lib.language import current_language
from satupintu.people.queries import actor_for
from satupintu.permits import rules
from satupintu.permits.pages.officer.desk import works_on_cases
from satupintu.permits.pages.officer.paths import SLUGS
from satupintu.permits.pages.officer.words import DONE
from satupintu.permits.queries import entered_later
from satupintu.permits.slips import count_open
from satupintu.workflow.queries import InboxFilter, Task, inbox, owed_by_units, title_of

SHOWN = 30  # tasks of one kind; who has more goes on in the inbox

# What may have happened on paper to an open task of a stage, in the order in which one asks.
ON_PAPER: dict[str, tuple[str, ...]] = {
    "check": ("declare_complete", "return"),
    "propose": ("propose_approval", "propose_refusal"),
    "initial": ("initial", "send_back"),
    "decide": ("approve", "reject"),
    "deemed": ("approve", "reject"),
    "deliver": ("hand_over",),
    "assist": ("record_filing",),
    "follow": ("record_status", "record_issued", "record_refused"),
}
UNIT_ON_PAPER = ("record_inspection", "recommend_for", "recommend_against")


@dataclass(frozen=True, slots=True)
class Row:
    """One open task, and the acts that may have been done on paper, each with its address."""

    number: str
    url: str
    title: str
    applicant: str
    stage: Any
    acts: tuple[tuple[Any, str], ...]


@works_on_cases
@require_safe
def catch_up(request: HttpRequest) -> HttpResponse:
    """Guide through receipts, answers of units, own acts; a fixed number of queries."""
    actor = actor_for(request)
    front = bool(actor.roles & rules.FRONT)
    own = inbox(actor, InboxFilter(), size=SHOWN)[:SHOWN]
    owed = owed_by_units(actor, "recommend", size=SHOWN)[:SHOWN] if front else []
    context = {
        "front": front,
        "open_slips": count_open() if front else 0,
        "answers": [_row(one, ("record_recommendation",)) for one in owed],
        "own": [_row(one, _acts_of(one)) for one in own if _acts_of(one)],
        "entered": [
            (
                row,
                str(DONE.get(row.action, row.action)),
                reverse("permits:case", args=[row.case.number]),
            )
            for row in entered_later(actor)
        ],
    }
    return render(request, "permits/officer/catch_up.html", context)


def _acts_of(task: Task) -> tuple[str, ...]:
    return UNIT_ON_PAPER if task.stage == "recommend" else ON_PAPER.get(task.stage, ())


def _row(task: Task, actions: tuple[str, ...]) -> Row:
    case = task.case
    return Row(
        number=case.number,
        url=reverse("permits:case", args=[case.number]),
        title=title_of(case, current_language()),
        applicant=case.party.name if case.party else "",
        stage=rules.STAGE_LABELS.get(task.stage, task.stage),
        acts=tuple(
            (
                DONE[action],
                reverse("permits:act", args=[case.number, SLUGS[action]]) + "?kemudian=1",
            )
            for action in actions
        ),
    )
