"""Letting the registered readers of the log see their rows."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import F

from satupintu.lib.kept import read_ahead
from satupintu.workflow import registry
from satupintu.workflow.columns import unread
from satupintu.workflow.models import Pending

log = structlog.get_logger()

CLAIM = timedelta(minutes=2)
POSTPONE = timedelta(hours=1)  # a row that fails must not stop the others
TOGETHER = (
    40  # rows claimed at once; those of a process that is killed wait until their claim runs out
)


def run_readers(*, at: datetime, limit: int = 200) -> int:
    """
    Let every registered reader see its pending rows; return how many were read.

    Safe in many processes: rows are claimed by compare-and-set. A killed process leaves its claims, which run out.
    """
    seen = 0
    for _turn in range(0, limit, TOGETHER):
        claimed = _claim(at)
        if claimed is None:
            break
        read_ahead()
        of_moves: dict[object, list[Pending]] = {}
        for row in claimed:
            of_moves.setdefault(row.transition_id, []).append(row)
        seen += sum(_read(rows, at) for rows in of_moves.values())
    return seen


def _claim(at: datetime) -> list[Pending] | None:
    """Claim the oldest rows that are due; return those that no other process was quicker to claim. None: none due."""
    ids = due_rows(at)
    if not ids:
        return None
    # No two claims run out at the same microsecond: by it a process finds what it has claimed.
    until = at + CLAIM + timedelta(microseconds=secrets.randbelow(1_000_000))
    Pending.objects.filter(pk__in=ids, due_at__lte=at).update(
        due_at=until, attempts=F("attempts") + 1
    )
    mine = Pending.objects.filter(pk__in=ids, due_at=until)
    return list(
        mine.select_related("transition__case__party", "transition__case__service_version")
        .defer(*unread("transition__case__service_version"))
        .order_by("transition__recorded_at", "id")
    )


def due_rows(at: datetime) -> list[int]:
    """Return the ids of the oldest rows that nobody has claimed, or whose claim has run out."""
    due = Pending.objects.filter(due_at__lte=at).order_by("due_at", "id")
    return list(due.values_list("pk", flat=True)[:TOGETHER])


def _read(rows: Sequence[Pending], at: datetime) -> int:
    """Let the readers of one move see it, in one transaction; where one fails, each in its own."""
    try:
        with transaction.atomic():
            for row in rows:
                read = registry.reader(row.reader)
                if read is not None:
                    read(row.transition)
            Pending.objects.filter(pk__in=[row.pk for row in rows]).delete()
    except Exception:
        if len(rows) > 1:
            return sum(_read([row], at) for row in rows)
        (row,) = rows
        log.exception("reader_failed", reader=row.reader, transition=str(row.transition_id))
        Pending.objects.filter(pk=row.pk).update(due_at=at + POSTPONE)
        return 0
    return len(rows)
