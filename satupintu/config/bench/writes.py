"""
SQL and CPU of every step of a case through the services, and the same rows by a raw cursor.

Cases take turns: one through the product, the next by replaying what the product would have asked. Both commit.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from satupintu.config.bench import stories
from satupintu.config.bench.figures import Figure
from satupintu.config.bench.recording import (
    Spent,
    recorded_without_doing,
    replay,
    replay_in_transaction,
)
from satupintu.lib.kept import read_ahead
from satupintu.permits.queries import Draft, get_file_for
from satupintu.workflow.queries import Case, get_case, history, open_tasks

AIMS = {
    "start, save, submit": "aim 40 ms; a form server 116",
    "submit": "aim 7 ms; a case API 74 (38 SQL) to create, a bare view with an audit row 1.25",
    "declare_complete": "aim 10 ms; a case API 108 (73 SQL) to set a status, a bare view 2.0",
    "read": "aim 5 ms; a case API 54 (24 SQL), a bare view 1.3",
}
WRITE_AIM = "aim 12; limit: the writes alone"
LABELS = {
    "start": "start a draft",
    "save": "save a page or paper",
    "submit": "submit",
    "declare_complete": "declare complete",
    "recommend_for": "recommend",
    "propose_approval": "propose",
    "initial": "initial",
    "approve": "approve",
    "number": "number",
    "issue": "issue (render, sign, write)",
    "read": "read a case, its tasks and history",
    "start, save, submit": "start, save one page, submit",
    "approve, number, issue": "approve, number, issue",
}
MOVES = (*stories.DECIDE, "number")  # what only writes: issuing renders and signs too


@dataclass(slots=True)
class Step:
    """What one step of a story cost."""

    ours: Spent = field(default_factory=Spent)
    raw: Spent = field(default_factory=Spent)
    statements: int = 0
    writes: int = 0


class Ledger:
    """The costs of all steps; every call is either done by the product or replayed."""

    def __init__(self) -> None:
        self.steps: dict[str, Step] = {}

    def do(self, name: str, call: Callable[[], object], *, raw: bool) -> None:
        """Measure `call`, or what it asks of the database by a raw cursor in one transaction."""
        step = self.steps.setdefault(name, Step())
        if not raw:
            with step.ours.measured():
                call()
            return
        read_ahead()  # kept, as it is in a process that serves pages
        recording = recorded_without_doing(call)
        step.statements = max(step.statements, recording.count)
        step.writes = max(step.writes, recording.writes)
        with step.raw.measured():
            replay_in_transaction(recording.statements)

    def read(self, name: str, call: Callable[[], object]) -> None:
        """Measure a read both ways."""
        step = self.steps.setdefault(name, Step())
        recording = recorded_without_doing(call)
        step.statements = recording.count
        with step.ours.measured():
            call()
        with step.raw.measured():
            replay(recording.statements)


def _apply(ledger: Ledger, applicant: stories.Person, *, raw: bool) -> Case:
    drafts_before = set(Draft.objects.values_list("pk", flat=True))
    ledger.do("start", applicant.start, raw=raw)
    draft = Draft.objects.exclude(pk__in=drafts_before).get()
    for save in applicant.saves():
        ledger.do("save", partial(save, draft), raw=raw)
        draft = Draft.objects.get(pk=draft.pk)
    ledger.do("submit", partial(applicant.submit, draft), raw=raw)
    return stories.case_of(draft)


def _read(number: str) -> None:
    file = get_file_for(stories.actor("budi"), number)
    open_tasks(file.case)
    list(history(file.case))


def measure(rounds: int) -> list[Figure]:
    """Take 2 x `rounds` cases from the first page to the permit; return the figures of every step."""
    warm, ledger = Ledger(), Ledger()
    applicant = stories.person("sari", stories.RECOMMENDED)
    cases: list[tuple[Ledger, bool, Case]] = []
    for number in range(-2, 2 * rounds):  # the first two warm the caches and are not counted
        raw, into = number % 2 == 1, ledger if number >= 0 else warm
        cases.append((into, raw, _apply(into, applicant, raw=raw)))
    for into, _raw, case in cases:
        into.read("read", partial(_read, case.number))
    for action in (*stories.DECIDE, "number", "issue"):
        for into, raw, case in cases:
            current = get_case(case.pk)
            into.do(action, partial(stories.move, current, action), raw=raw)
    return _figures(ledger)


def _figures(ledger: Ledger) -> list[Figure]:
    database, steps = stories.database_kind(), ledger.steps
    found = []
    for name, step in steps.items():
        found.append(_cpu(database, name, step.ours.cpu_ms, step.raw.cpu_ms))
        found.append(
            Figure(
                f"{database}: {LABELS[name]}, SQL",
                step.statements,
                "statements",
                step.writes or None,
                WRITE_AIM if step.writes else AIMS.get(name, ""),
            )
        )
    for name in ("start, save, submit", "approve, number, issue"):
        parts = [steps[part] for part in name.split(", ")]
        ours, raw = (sum(s.ours.cpu_ms for s in parts), sum(s.raw.cpu_ms for s in parts))
        found.append(_cpu(database, name, ours, raw))
        total, writes = sum(s.statements for s in parts), sum(s.writes for s in parts)
        found.append(Figure(f"{database}: {LABELS[name]}, SQL", total, "statements", writes))
    done, replayed = Spent(), Spent()
    for name in MOVES:
        done.add(steps[name].ours)
        replayed.add(steps[name].raw)
    found.append(
        Figure(
            f"{database}: moves in one process",
            done.per_second,
            "moves/s",
            replayed.per_second,
            "aim: at least half; limit: the same statements by raw cursor, committed",
        )
    )
    return found


def _cpu(database: str, name: str, ours_ms: float, raw_ms: float) -> Figure:
    return Figure(f"{database}: {LABELS[name]}, CPU", ours_ms, "ms", raw_ms, AIMS.get(name, ""))
