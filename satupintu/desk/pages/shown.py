"""The log of a complaint as a timeline: for officers with names and reasons, for whoever holds the code without."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.desk import rules
from satupintu.lib import words
from satupintu.lib.language import current_language
from satupintu.people.rules import Role
from satupintu.workflow.queries import Case, Task, Transition
from satupintu.workflow.rules import CHANNEL_LABELS


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the timeline."""

    title: str
    note: str = ""
    status: str = "done"
    link: str = ""
    link_label: str = ""


def steps_of(
    rows: Sequence[Transition],
    case: Case,
    *,
    public: bool,
    tasks: Sequence[Task] = (),
) -> list[Step]:
    """Return what was done and what is owed now. No query."""
    language = current_language()
    found = []
    for row in rows:
        if public and row.action not in rules.PUBLIC_ACTS:
            continue
        parts = [words.long_moment(timezone.localtime(row.at), language)]
        if row.channel not in ("web", "system"):
            parts.append(str(CHANNEL_LABELS.get(row.channel, row.channel)))
        if not public:
            parts.insert(0, _who(row))
            note = getattr(row, "note", None)
            if note and note.text:
                parts.append(f"“{note.text}”")
        bad = row.action in ("discard", "withdraw", "reopen")
        found.append(Step(str(rules.DONE[row.action]), " · ".join(parts), "bad" if bad else "done"))
    if public and not rules.COMPLAINT.is_closed(case.state):
        found.append(Step(str(rules.STATUSES[case.state].label), "", "now"))
    for task in () if public else tasks:
        by = words.long_moment(timezone.localtime(task.due_at), language)
        who = task.assignee.name if task.assignee else (task.unit.short_name or task.unit.name)
        stage = str(rules.STAGE_LABELS.get(task.stage, task.stage))
        note_text = _("%(who)s · selambat-lambatnya %(date)s") % {"who": who, "date": by}
        found.append(Step(stage, note_text, "now"))
    return found


def _who(row: Transition) -> str:
    """Return who acted; whoever complains is only that here: their name stands apart."""
    if row.role == Role.SYSTEM:
        return _("Sistem")
    return _("Pelapor") if row.role == Role.APPLICANT else row.actor_name
