"""The log of a consultation as a timeline: for officers with names, for whoever holds the code without."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.desk.queries.consultations import Consultation, Meeting
from satupintu.desk.rules import consultations as rules
from satupintu.desk.rules.meetings import WAY_LABELS, Way, is_over
from satupintu.lib import words
from satupintu.lib.language import current_language
from satupintu.messaging.threads import Line
from satupintu.people.rules import Role
from satupintu.web.timeline import Step
from satupintu.workflow.queries import Case, Task, Transition
from satupintu.workflow.rules import CHANNEL_LABELS
from satupintu.workflow.steps import note_of, owed_steps


def steps_of(
    rows: Sequence[Transition], case: Case, *, public: bool, tasks: Sequence[Task] = ()
) -> list[Step]:
    """Return what was done and what is owed now. No query."""
    language = current_language()
    found = []
    for row in rows:
        if public and row.action not in rules.ASKER_SEES:
            continue
        parts = [words.long_moment(timezone.localtime(row.at), language)]
        if row.action == "ask" and row.channel != "web":
            parts.append(str(CHANNEL_LABELS.get(row.channel, row.channel)))
        if not public:
            parts.insert(0, _("Sistem") if row.role == Role.SYSTEM else row.actor_name)
            parts += note_of(row)
        tone = "bad" if row.action == "discard" else "done"
        found.append(Step(str(rules.CONSULTATION_DONE[row.action]), " · ".join(parts), tone))
    if public and not rules.CONSULTATION.is_closed(case.state):
        found.append(Step(str(rules.CONSULTATION_STATUSES[case.state].label), "", "now"))
    return found if public else [*found, *owed_steps(tasks, rules.CONSULTATION_STAGES)]


@dataclass(frozen=True, slots=True)
class Shown:
    """An appointment as a page shows it: when with the zone's name, how, and whether it lies behind."""

    when: str
    how: Any
    officer: str
    by_video: bool
    is_over: bool
    trouble: str


def meeting_shown(meeting: Meeting | None, at: datetime) -> Shown | None:
    """Return an appointment in words; None for none. No query."""
    if meeting is None:
        return None
    return Shown(
        words.zoned_moment(timezone.localtime(meeting.starts_at), current_language()),
        WAY_LABELS[Way(meeting.way)],
        meeting.officer.name,
        by_video=meeting.way == Way.VIDEO,
        is_over=is_over(meeting.starts_at, meeting.minutes, at),
        trouble=meeting.error,
    )


def without_question(found: Consultation, lines: Sequence[Line]) -> list[Line]:
    """Return what was said besides the question, which the page shows by itself. No query."""
    asked = found.case.opened_at
    return [
        one
        for one in lines
        if one.at > asked or one.files or not one.text.strip().endswith(found.question)
    ]


def offered_shown(found: Consultation) -> list[tuple[str, str]]:
    """Return the times that were offered: as they are sent, and in words. No query."""
    language = current_language()
    moments = [datetime.fromisoformat(one) for one in found.offered.get("times", ())]
    return [
        (one.isoformat(), words.zoned_moment(timezone.localtime(one), language)) for one in moments
    ]
