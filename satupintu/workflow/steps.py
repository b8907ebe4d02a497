"""The log and what is owed as lines of a timeline, the same for every kind of case."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.lib import words
from satupintu.lib.language import current_language
from satupintu.web.timeline import Step
from satupintu.workflow.models import Task, Transition


def note_of(row: Transition) -> list[str]:
    """Return what somebody wrote to a move, in quotation marks; [] for nothing. No query if notes were read along."""
    note = getattr(row, "note", None)
    return [f"“{note.text}”"] if note and note.text else []


def who_owes(task: Task) -> str:
    """Return who has a task: whoever took it, else the unit. No query where both were read along."""
    return task.assignee.name if task.assignee else (task.unit.short_name or task.unit.name)


def owed_steps(tasks: Sequence[Task], labels: Mapping[str, Any]) -> list[Step]:
    """Return what is owed now: the stage's label, who has it, by when. No query."""
    language = current_language()
    found = []
    for task in tasks:
        by = words.long_moment(timezone.localtime(task.due_at), language)
        told = {"who": who_owes(task), "date": by}
        stage = str(labels.get(task.stage, task.stage))
        found.append(Step(stage, _("%(who)s · selambat-lambatnya %(date)s") % told, "now"))
    return found
