"""Reads over numbered slips: the batches that were printed, what of them is still out."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Max, Min, Q

from satupintu.lib.codes import read_tracking_code
from satupintu.permits.models import Slip


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
    is_used, is_void = Q(application__isnull=False), Q(voided_at__isnull=False)
    found = (
        Slip.objects.values("batch")
        .annotate(
            printed_at=Min("printed_at"),
            first=Min("number"),
            last=Max("number"),
            open=Count("pk", filter=~is_used & ~is_void),
            used=Count("pk", filter=is_used),
            void=Count("pk", filter=is_void),
        )
        .order_by("-printed_at", "-first")[:limit]
    )
    return [SlipBatch(**row) for row in found]


def open_slips(batch: UUID) -> list[Slip]:
    """Return the slips of a batch that nobody has used, by number. One query."""
    return list(
        Slip.objects.filter(batch=batch, application__isnull=True, voided_at__isnull=True).order_by(
            "number"
        )
    )


def is_open_slip(code_text: str) -> bool:
    """Return whether a tracking code stands on a slip whose paper nobody has typed yet. Raises BadCode."""
    return Slip.objects.filter(
        tracking_code=read_tracking_code(code_text),
        application__isnull=True,
        voided_at__isnull=True,
    ).exists()


def count_open() -> int:
    """Return how many printed slips nobody has used. One query; there are hundreds at most."""
    return Slip.objects.filter(application__isnull=True, voided_at__isnull=True).count()
