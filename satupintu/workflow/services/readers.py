"""Letting the registered readers of the log see their rows."""

from datetime import datetime, timedelta

import structlog
from django.db import transaction

from satupintu.workflow import registry
from satupintu.workflow.models import Pending

log = structlog.get_logger()

CLAIM = timedelta(minutes=2)
POSTPONE = timedelta(hours=1)  # a row that fails must not stop the others


def run_readers(*, at: datetime, limit: int = 200) -> int:
    """
    Let every registered reader see its pending rows; return how many were read.

    Safe in many processes: a row is claimed by compare-and-set. A killed process leaves its claim, which runs out.
    """
    seen = 0
    rows = (
        Pending.objects.filter(due_at__lte=at)
        .select_related("transition", "transition__case")
        .order_by("due_at", "id")[:limit]
    )
    for row in rows:
        claimed = Pending.objects.filter(pk=row.pk, due_at=row.due_at).update(
            due_at=at + CLAIM, attempts=row.attempts + 1
        )
        if claimed == 1:
            seen += _read_one(row, at)
    return seen


def _read_one(row: Pending, at: datetime) -> int:
    read = registry.reader(row.reader)
    try:
        with transaction.atomic():
            if read is not None:
                read(row.transition)
            Pending.objects.filter(pk=row.pk).delete()
    except Exception:
        log.exception("reader_failed", reader=row.reader, transition=str(row.transition_id))
        Pending.objects.filter(pk=row.pk).update(due_at=at + POSTPONE)
        return 0
    return 1
