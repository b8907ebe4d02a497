"""What the log says of the dispatch book, compared with its lines: of every case whose letters left on paper."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from satupintu.lib import crypto
from satupintu.permits.models import Dispatch
from satupintu.permits.proof.marks import DISPATCHED, dispatch_text
from satupintu.workflow.queries import Case, Transition


def book_faults(
    cases: Sequence[Case], chains: Mapping[UUID, Sequence[Transition]]
) -> Iterator[str]:
    """Yield one sentence for each case whose lines of the book are not what its log says. One query a batch."""
    lines: dict[UUID, list[Dispatch]] = {}
    for line in Dispatch.objects.filter(case_id__in=[case.pk for case in cases]):
        lines.setdefault(line.case_id, []).append(line)
    for case in cases:
        told = {
            row.data["line"]: row.digests[DISPATCHED]
            for row in chains[case.pk]
            if row.action == "dispatch"
        }
        if fault := next(_faults(lines.get(case.pk, []), told), ""):
            yield f"{case.number}: {fault}"


def _faults(lines: Sequence[Dispatch], told: Mapping[str, str]) -> Iterator[str]:
    for line in lines:
        if not crypto.is_fingerprint_of(dispatch_text(line), told.get(str(line.pk), "")):
            yield f"the line {line.number} of the dispatch book is not what was entered."
    if told.keys() - {str(line.pk) for line in lines}:
        yield "a line of the dispatch book is gone."
