"""
Proof that the log is whole: every chain recomputed, every day's digest checked against the office's seal.

A chain per case stops anybody from changing, dropping or inserting a row of it; the daily digest stops anybody who can
write the database from recomputing a chain, because the seal's key is not in the database.
"""

import base64
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import groupby
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from satupintu.documents.queries import verify_seal
from satupintu.documents.services import seal_bytes
from satupintu.workflow import rules
from satupintu.workflow.models import Case, Digest, Note, Transition

BATCH = 500


@dataclass(slots=True)
class Report:
    """What an audit found. `broken` holds one sentence a fault, the first first; empty means whole."""

    cases: int = 0
    rows: int = 0
    digests: int = 0
    broken: list[str] = field(default_factory=list)


def audit(*, progress: Callable[[int], None] | None = None, stop_at_first: bool = True) -> Report:
    """Check every chain and every digest; name the first broken row (or all, with stop_at_first=False)."""
    report = Report()
    for case_ids in _batches():
        for fault in _check_batch(case_ids, report):
            report.broken.append(fault)
            if stop_at_first:
                return report
        if progress:
            progress(report.cases)
    for fault in _check_digests(report):
        report.broken.append(fault)
        if stop_at_first:
            return report
    return report


def _batches() -> Iterator[list[UUID]]:
    last: UUID | None = None
    while True:
        cases = Case.objects.order_by("id")
        if last is not None:
            cases = cases.filter(id__gt=last)
        ids = list(cases.values_list("id", flat=True)[:BATCH])
        if not ids:
            return
        yield ids
        last = ids[-1]


def _check_batch(case_ids: list[UUID], report: Report) -> Iterator[str]:
    cases = Case.objects.in_bulk(case_ids)
    rows = Transition.objects.filter(case_id__in=case_ids).order_by("case_id", "seq")
    notes = {
        note.transition_id: note for note in Note.objects.filter(transition__case_id__in=case_ids)
    }
    chains = {case_id: list(chain) for case_id, chain in groupby(rows, key=lambda row: row.case_id)}
    for case_id in case_ids:
        report.cases += 1
        yield from _check_chain(cases[case_id], chains.get(case_id, []), notes, report)


def _check_chain(
    case: Case, chain: list[Transition], notes: dict[UUID, Note], report: Report
) -> Iterator[str]:
    previous, state = rules.FIRST_HASH, rules.NEW
    for expected, row in enumerate(chain, start=1):
        report.rows += 1
        where = f"{case.number}, row {expected} ({row.action}, {row.at.isoformat()})"
        if row.seq != expected:
            yield f"{case.number}: row {expected} is missing; the next one there is {row.seq}."
            return
        if row.previous_hash != previous:
            yield f"{where}: does not follow from the row before it."
            return
        if row.hash != rules.row_hash(previous, row.canonical_row()):
            yield f"{where}: was changed after it was written."
            return
        if row.from_state != state:
            yield f"{where}: starts in state {row.from_state!r}, the row before ended in {state!r}."
            return
        if fault := _note_fault(row, notes.get(row.pk)):
            yield f"{where}: {fault}"
            return
        previous, state = row.hash, row.to_state
    if case.version != len(chain):
        yield f"{case.number}: the case is at version {case.version}, its log has {len(chain)} rows."
    elif case.head_hash != previous or case.state != state:
        yield f"{case.number}: state or head of the case is not what its log says."


def _note_fault(row: Transition, note: Note | None) -> str:
    if not row.note_digest:
        return "has a note that the row does not know." if note else ""
    if note is None:
        return "its note is missing."
    if note.erased_at is None and rules.text_digest(note.text, note.salt) != row.note_digest:
        return "its note was changed."
    return ""


# --- Daily digests ---------------------------------------------------------------------------


def _day_bounds(day: date) -> tuple[datetime, datetime]:
    start = timezone.make_aware(datetime.combine(day, time.min))
    return start, start + timedelta(days=1)


def root_of(day: date, previous_root: str) -> tuple[str, int]:
    """Return the root over the heads that chains reached on `day` (office zone, by recorded_at), and how many."""
    start, end = _day_bounds(day)
    rows = Transition.objects.filter(recorded_at__gte=start, recorded_at__lt=end).order_by(
        "case_id", "seq"
    )
    total, heads = hashlib.sha256(f"{day.isoformat()}\n{previous_root}\n".encode()), 0
    values = rows.values_list("case_id", "seq", "hash").iterator(chunk_size=2000)
    for case_id, chain in groupby(values, key=lambda row: row[0]):
        *_rest, (_case, seq, head) = chain
        total.update(f"{case_id} {seq} {head}\n".encode())
        heads += 1
    return total.hexdigest(), heads


def make_digests(*, at: datetime) -> int:
    """Seal every finished day since the last digest; return how many were made. For the worker."""
    last = Digest.objects.order_by("-day").first()
    first_row = (
        Transition.objects.order_by("recorded_at", "id")
        .values_list("recorded_at", flat=True)
        .first()
    )
    if first_row is None:
        return 0
    day = last.day + timedelta(days=1) if last else timezone.localdate(first_row)
    previous, made = (last.root if last else rules.FIRST_HASH), 0
    while day < timezone.localdate(at):
        root, heads = root_of(day, previous)
        seal = base64.b64encode(seal_bytes(root.encode())).decode()
        with transaction.atomic():
            _row, fresh = Digest.objects.get_or_create(
                day=day,
                defaults={
                    "heads": heads,
                    "root": root,
                    "previous_root": previous,
                    "seal": seal,
                    "made_at": at,
                },
            )
        made += fresh
        previous, day = root, day + timedelta(days=1)
    return made


def _check_digests(report: Report) -> Iterator[str]:
    previous = rules.FIRST_HASH
    for digest in Digest.objects.order_by("day"):
        report.digests += 1
        root, heads = root_of(digest.day, previous)
        if digest.previous_root != previous:
            yield f"Digest of {digest.day}: does not follow from the day before it."
            return
        if (root, heads) != (digest.root, digest.heads):
            yield f"Digest of {digest.day}: {heads} chains grew that day, and they are not the ones that were sealed."
            return
        if not verify_seal(digest.root.encode(), base64.b64decode(digest.seal)):
            yield f"Digest of {digest.day}: the seal is not the office's."
            return
        previous = digest.root
