"""What the log says of letters that were signed in ink and scanned back, compared with the rows that keep them."""

from collections.abc import Iterable, Mapping
from typing import Any

from satupintu.workflow.queries import Transition

SCANNED = "file:letter"  # the digest of the scan, on the row that brought it back


def scans_told(chain: Iterable[Transition]) -> dict[str, str]:
    """Return letter id -> content hash of its scan, as a case's log says."""
    return {
        row.data["letter"]: row.digests[SCANNED] for row in chain if row.action == "scan_letter"
    }


def scan_fault(letters: Iterable[Any], told: Mapping[str, str]) -> str:
    """Return what is wrong with a case's letters signed in ink, read with their documents; "" for nothing. No query."""
    kept = {str(one.pk): one.document.file_id for one in letters if one.ink and one.document}
    return "" if kept == told else "a letter signed in ink is not the one that was scanned back."
