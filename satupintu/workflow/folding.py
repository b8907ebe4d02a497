"""What the log says about the tasks of a case, folded from the effects of its rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from satupintu.workflow import rules
from satupintu.workflow.models import Task, TaskDate, Transition


@dataclass(slots=True)
class Folded:
    """A task as the log has it."""

    digest: str
    stage: str
    state: str = rules.TaskState.OPEN
    closed_seq: int | None = None
    result: str = ""
    assignee: int | None = None
    due_at: str | None = None
    paused_at: datetime | None = None
    pauses: list[Any] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return self.state == rules.TaskState.OPEN

    def close(self, state: str, seq: int, result: str = "") -> None:
        self.state, self.closed_seq, self.result = state, seq, result  # a task's, no case's


def fold_tasks(
    chain: Iterable[Transition],
    stages: dict[str, str],
    dates: Mapping[int, Sequence[TaskDate]] | None = None,
) -> dict[str, Folded]:
    """
    Return task id -> what the log says of it, after the last row. `stages` gives the stage of each task by its id.

    In the order of moves.perform_move: close, drop, clocks, open, assign. `dates`: what followed the calendar without a
    row, by the version of the case then.
    """
    tasks: dict[str, Folded] = {}
    for row in chain:
        _fold_ends(tasks, row)
        _fold_clocks(tasks, row)
        for task_id, digest in row.effects.get("open", {}).items():
            tasks[task_id] = Folded(digest, stages.get(task_id, ""))
        for task_id, due_at in row.effects.get("due", {}).items():
            if (task := tasks.get(task_id)) and task.is_open:
                task.due_at = due_at
        for task_id, officer in row.effects.get("assign", {}).items():
            if (task := tasks.get(task_id)) and task.is_open:
                task.assignee = officer
        for moved in (dates or {}).get(row.seq, ()):
            if task := tasks.get(str(moved.task_id)):
                task.due_at = rules.utc_text(moved.due_at)
    return tasks


def _fold_ends(tasks: Mapping[str, Folded], row: Transition) -> None:
    for task_id, result in row.effects.get("close", {}).items():
        if task_id in tasks:
            tasks[task_id].close(rules.TaskState.DONE, row.seq, result)
    dropped = row.effects.get("drop", ())
    for task in tasks.values():
        if task.is_open and ("*" in dropped or task.stage in dropped):
            task.close(rules.TaskState.DROPPED, row.seq)


def _fold_clocks(tasks: Mapping[str, Folded], row: Transition) -> None:
    if row.effects.get("still"):
        for task in tasks.values():
            if task.is_open:
                task.paused_at = task.paused_at or row.at
    for task_id, pauses in row.effects.get("run", {}).items():
        if task_id in tasks:
            tasks[task_id].pauses, tasks[task_id].paused_at = pauses, None


def task_fault(expected: Folded, task: Task | None) -> str:
    """Say what is wrong with a task, beside what the log says; "" when nothing is."""
    if task is None:
        return "a task that the log opened is gone."
    clock = rules.utc_text(task.due_at), task.paused_at, task.pauses
    if rules.digest(task.canonical_columns()) != expected.digest or (
        clock != (expected.due_at, expected.paused_at, expected.pauses)
    ):
        return f"the task “{task.stage}” is not as the log opened it."
    if task.state != expected.state:
        return f"the task “{task.stage}” is “{task.state}”, its log says “{expected.state}”."
    if (task.closed_seq, task.result) != (expected.closed_seq, expected.result):
        return f"the result of the task “{task.stage}” is not what its log says."
    if task.assignee_id != expected.assignee:
        return f"the task “{task.stage}” lies with another officer than its log says."
    return ""
