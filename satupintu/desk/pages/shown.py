"""The log of a complaint as a timeline: for officers with names and reasons, for whoever holds the code without."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.desk import rules
from satupintu.lib import words
from satupintu.lib.language import current_language
from satupintu.people.rules import Role
from satupintu.web.timeline import Step
from satupintu.workflow.queries import Case, Task, Transition
from satupintu.workflow.rules import CHANNEL_LABELS
from satupintu.workflow.steps import note_of, owed_steps


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
            parts += note_of(row)
        bad = row.action in ("discard", "withdraw", "reopen")
        found.append(Step(str(rules.DONE[row.action]), " · ".join(parts), "bad" if bad else "done"))
    if public and not rules.COMPLAINT.is_closed(case.state):
        found.append(Step(str(rules.STATUSES[case.state].label), "", "now"))
    return found if public else [*found, *owed_steps(tasks, rules.STAGE_LABELS)]


def _who(row: Transition) -> str:
    """Return who acted; whoever complains is only that here: their name stands apart."""
    if row.role == Role.SYSTEM:
        return _("Sistem")
    return _("Pelapor") if row.role == Role.APPLICANT else row.actor_name
