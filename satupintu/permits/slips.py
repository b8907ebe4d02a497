"""Reads over numbered slips: the batches that were printed, what of them is still out."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Max, Min, Q

from satupintu.lib.codes import read_tracking_code
from satupintu.permits.models import Slip

OPEN = Q(application__isnull=True, voided_at__isnull=True)  # printed, not typed, not spoilt


@dataclass(frozen=True, slots=True)
class SlipBatch:
    """Slips that were printed together: the first and last number, and how many are open, used and void."""

    batch: UUID
    printed_at: datetime
    first: str
    last: str
    open: int
    used: int
    void: int


def slip_batches(limit: int = 50) -> list[SlipBatch]:
    """Return the newest batches of slips. One query."""
    found = (
        Slip.objects.values("batch")
        .annotate(
            printed_at=Min("printed_at"),
            first=Min("number"),
            last=Max("number"),
            open=Count("pk", filter=OPEN),
            used=Count("pk", filter=Q(application__isnull=False)),
            void=Count("pk", filter=Q(voided_at__isnull=False)),
        )
        .order_by("-printed_at", "-first")[:limit]
    )
    return [SlipBatch(**row) for row in found]


def open_slips(batch: UUID) -> list[Slip]:
    """Return the slips of a batch that nobody has used, by number. One query."""
    return list(Slip.objects.filter(OPEN, batch=batch).order_by("number"))


def is_open_slip(code_text: str) -> bool:
    """Return whether a tracking code stands on a slip whose paper nobody has typed yet. Raises BadCode."""
    return Slip.objects.filter(OPEN, tracking_code=read_tracking_code(code_text)).exists()


def count_open() -> int:
    """Return how many printed slips nobody has used. One query; there are hundreds at most."""
    return Slip.objects.filter(OPEN).count()
