"""
Proof that the log is whole, and that the tables beside it say what it says.

A chain for each case betrays a row that was changed, dropped or inserted; the sealed digests betray a chain that was
computed anew; the anchor outside the database betrays rows and digests that were removed together (workflow/seals.py).
What cases, tasks and the tables of other domains say is compared with what the log left behind.
"""

import base64
import binascii
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID

from django.db.models import Exists, OuterRef

from satupintu.documents.queries import verify_seal
from satupintu.lib import crypto, proof
from satupintu.lib.fields import stored
from satupintu.workflow import registry, rules, seals
from satupintu.workflow.folding import fold_tasks, task_fault
from satupintu.workflow.models import Case, Digest, Note, Task, TaskDate, Transition

BATCH = 500
PATIENCE = timedelta(days=1)  # a worker that stood still for longer is named


@dataclass(slots=True)
class Report:
    """What an audit found. `broken` holds one sentence a fault, the first first; empty means whole."""

    cases: int = 0
    rows: int = 0
    digests: int = 0
    root: str = ""  # of the newest digest
    anchored: bool = False
    broken: list[str] = field(default_factory=list)


def audit(
    *,
    at: datetime | None = None,
    expect: str = "",
    files: bool = False,
    progress: Callable[[int], None] | None = None,
    stop_at_first: bool = True,
) -> Report:
    """
    Check chains, tables beside them, digests and anchor; name the first broken row (or all, stop_at_first=False).

    `at`: rows that should have been sealed by then are named; None: that is not asked. `expect`: a root that must be
    among the digests. `files`: also read every stored file, which takes as long as the disk does.
    """
    report = Report()
    for fault in _faults(report, at, expect, progress, files=files):
        report.broken.append(fault)
        if stop_at_first:
            break
    return report


def _faults(
    report: Report,
    at: datetime | None,
    expect: str,
    progress: Callable[[int], None] | None,
    *,
    files: bool,
) -> Iterator[str]:
    for case_ids in _batches():
        yield from _check_batch(case_ids, report)
        if progress:
            progress(report.cases)
    yield from _cases_without_log()
    yield from _check_digests(report)
    yield from _check_anchor(report)
    yield from _check_expected(expect)
    yield from _check_unsealed(at)
    for check in proof.checks():
        yield from check(files)


def _batches() -> Iterator[list[UUID]]:
    """Yield the cases that the log knows, whether or not their own row is still there."""
    last: UUID | None = None
    while True:
        rows = Transition.objects.order_by("case_id")
        if last is not None:
            rows = rows.filter(case_id__gt=last)
        ids = list(rows.values_list("case_id", flat=True).distinct()[:BATCH])
        if not ids:
            return
        yield ids
        last = ids[-1]


def _cases_without_log() -> Iterator[str]:
    known = Transition.objects.filter(case_id=OuterRef("pk"))
    for number in Case.objects.exclude(Exists(known)).values_list("number", flat=True):
        yield f"{number}: the case has no row in the log."


def _check_batch(case_ids: list[UUID], report: Report) -> Iterator[str]:
    cases = Case.objects.in_bulk(case_ids)
    rows = Transition.objects.filter(case_id__in=case_ids).order_by("case_id", "seq")
    chains = {case_id: list(chain) for case_id, chain in groupby(rows, key=lambda row: row.case_id)}
    notes = _notes(case_ids)
    tasks: dict[UUID, list[Task]] = {}
    for task in Task.objects.filter(case_id__in=case_ids).order_by("case_id", "id"):
        tasks.setdefault(task.case_id, []).append(task)
    dates: dict[UUID, list[TaskDate]] = {}
    for date in TaskDate.objects.filter(
        task_id__in=[task.pk for owed in tasks.values() for task in owed]
    ).order_by("id"):
        dates.setdefault(date.task_id, []).append(date)
    sound = []
    for case_id in case_ids:
        report.cases += 1
        case, chain = cases.get(case_id), chains[case_id]
        if case is None:
            yield _orphan(case_id, chain)
            continue
        fault = _chain_fault(case, chain, notes, report) or _case_fault(case, chain)
        if fault := fault or _tasks_fault(case, chain, tasks.get(case_id, []), dates):
            yield fault
        else:
            sound.append(case)
    for check in registry.case_checks():
        yield from check(sound, chains)


def _orphan(case_id: UUID, chain: list[Transition]) -> str:
    first = chain[0]
    return (
        f"Case {case_id}: its {len(chain)} rows are in the log (the first: {first.action},"
        f" {first.at.isoformat()}), the case itself is gone."
    )


def _where(case: Case, row: Transition) -> str:
    return f"{case.number}, row {row.seq} ({row.action}, {row.at.isoformat()})"


def _chain_fault(
    case: Case, chain: list[Transition], notes: dict[UUID, "_Note"], report: Report
) -> str:
    """Return the first fault of a chain; "" when it is whole."""
    previous, state = rules.FIRST_HASH, rules.NEW
    erased = {row.data.get("row") for row in chain if row.action == ERASE}
    for expected, row in enumerate(chain, start=1):
        report.rows += 1
        if row.seq != expected:
            return f"{case.number}: row {expected} is missing; the next one there is {row.seq}."
        if fault := _row_fault(row, previous, state) or _note_fault(
            row, notes.get(row.pk), erased=row.seq in erased
        ):
            return f"{_where(case, row)}: {fault}"
        previous, state = row.hash, row.to_state
    if case.version != len(chain):
        return (
            f"{case.number}: the case is at version {case.version}, its log has {len(chain)} rows."
        )
    if case.head_hash != previous or case.state != state:
        return f"{case.number}: state or head of the case is not what its log says."
    return ""


def _row_fault(row: Transition, previous: str, state: str) -> str:
    if row.previous_hash != previous:
        return "does not follow from the row before it."
    if row.hash != row.right_hash(previous):
        return "was changed after it was written."
    if row.from_state != state:
        return f"starts in state {row.from_state!r}, the row before ended in {state!r}."
    return ""


# --- Notes -----------------------------------------------------------------------------------

ERASE = "erase_note"  # the action under which a note was erased; its data names the row


@dataclass(frozen=True, slots=True)
class _Note:
    text: str | None  # None: cannot be decrypted
    salt: str
    erased: bool


def _notes(case_ids: list[UUID]) -> dict[UUID, _Note]:
    """Return the notes of these cases by the id of their row; one that cannot be read stops none of the others."""
    found = {}
    rows = Note.objects.filter(transition__case_id__in=case_ids).annotate(raw=stored("text"))
    for row_id, raw, salt, erased_at in rows.values_list("pk", "raw", "salt", "erased_at"):
        try:
            text: str | None = crypto.decrypt(raw)
        except crypto.CannotDecrypt:
            text = None
        found[row_id] = _Note(text, salt, erased_at is not None)
    return found


def _note_fault(row: Transition, note: _Note | None, *, erased: bool) -> str:
    fault = ""
    if not row.note_digest:
        fault = "has a note that the row does not know." if note else ""
    elif note is None:
        fault = "its note is missing."
    elif note.text is None:
        fault = "its note cannot be read: it was altered, or its key is not here."
    elif (note.erased or erased) and (note.text or note.salt or not note.erased):
        fault = "its note is said to be erased and is not empty."
    elif note.erased and not erased:
        fault = "its note was erased, and no row of the log says so."
    elif not erased and rules.text_digest(note.text, note.salt) != row.note_digest:
        fault = "its note was changed."
    return fault


# --- What the log left behind ------------------------------------------------------------------


def _case_fault(case: Case, chain: list[Transition]) -> str:
    last = chain[-1]
    told = last.effects.get("case")
    if last.canonical_version == 1 or told == rules.digest(case.canonical_columns()):
        return ""
    return (
        f"{_where(case, last)}: the case's number, person, dates or terms are not what this row,"
        " its last one, left behind."
    )


def _tasks_fault(
    case: Case,
    chain: list[Transition],
    tasks: list[Task],
    dates: dict[UUID, list[TaskDate]],
) -> str:
    if any(row.canonical_version == 1 for row in chain):
        return ""
    present = {str(task.pk): task for task in tasks}
    moved: dict[int, list[TaskDate]] = {}
    for task in tasks:
        for one in dates.get(task.pk, ()):
            moved.setdefault(one.after_seq, []).append(one)
    expected = fold_tasks(chain, {task_id: task.stage for task_id, task in present.items()}, moved)
    for task_id, folded in expected.items():
        if fault := task_fault(folded, present.get(task_id)):
            return f"{case.number}: {fault}"
    if present.keys() - expected.keys():
        return f"{case.number}: has a task that no row of its log opened."
    return ""


# --- Digests and anchor ------------------------------------------------------------------------


def _named(digest: Digest) -> str:
    return f"Seal {digest.number} of {digest.day}"


def _check_digests(report: Report) -> Iterator[str]:
    log = dict(seals.sums_of(Transition.objects.filter(sealed_in__isnull=False)))
    others = {register.name: register.sums() for register in proof.registers()}
    previous = rules.FIRST_HASH
    for number, digest in enumerate(Digest.objects.order_by("number"), start=1):
        report.digests += 1
        if digest.number != number:
            yield f"Seal {number} is missing; the next one there is {digest.number}."
            return
        if digest.previous_root != previous:
            yield f"{_named(digest)}: does not follow from the one before it."
            return
        if fault := _digest_fault(digest, log.pop(number, seals.NOTHING), others):
            yield f"{_named(digest)}: {fault}"
            return
        previous = report.root = digest.root
    if log:
        yield f"Seal {min(log)} is missing; rows of the log say that they lie under it."


def _digest_fault(
    digest: Digest, log: seals.LogSum, others: dict[str, dict[int, proof.Sum]]
) -> str:
    if digest.root != digest.right_root():
        return "was changed after it was made."
    if digest.seal and not _is_ours(digest):
        return "the seal is not the office's."
    if log != (digest.rows, digest.heads, digest.parts.get("log")):
        return (
            f"{digest.rows} rows of {digest.heads} cases were sealed; here are {log[0]} of {log[1]},"
            " and they are not the same."
        )
    for name, sums in others.items():
        told = digest.parts.get(name, list(proof.EMPTY))
        found = sums.get(digest.number, proof.EMPTY)
        if list(found) != told:
            return f"{told[0]} rows of {name} were sealed; here are {found[0]}, and they are not the same."
    return ""


def _is_ours(digest: Digest) -> bool:
    try:
        seal = base64.b64decode(digest.seal, validate=True)
    except binascii.Error:
        return False
    return verify_seal(digest.root.encode(), seal)


def _check_anchor(report: Report) -> Iterator[str]:
    from satupintu.workflow import anchor

    report.anchored = anchor.path().exists()
    if why := seals.disagreement():
        yield why


def _check_expected(expect: str) -> Iterator[str]:
    if expect and not Digest.objects.filter(root=expect.strip().lower()).exists():
        yield f"No seal has the root {expect}: what it covered was removed, or sealed anew."


def _check_unsealed(at: datetime | None) -> Iterator[str]:
    if at is None:
        return
    late = Transition.objects.filter(sealed_in__isnull=True, recorded_at__lt=at - PATIENCE)
    row = late.select_related("case").order_by("recorded_at", "id").first()
    if row is not None:
        yield (
            f"{_where(row.case, row)}: was never sealed, though its day is over. The worker did not run, or seals"
            " were removed: run `satupintu worker --once`, then audit again."
        )
