"""Figures for pages and boards."""

from datetime import date
from statistics import median

from satupintu.quality.models import Outcome
from satupintu.quality.rules import MonthFigures

__all__ = ["Outcome", "month_figures"]


def month_figures(today: date) -> MonthFigures:
    """Return what was decided since the first of the month and how much of it in time. One query."""
    rows = list(
        Outcome.objects.filter(
            decided_date__gte=today.replace(day=1), decided_date__lte=today, on_time__isnull=False
        )
        .values_list("on_time", "working_minutes", "pledge_kept")
        .order_by()
    )
    return MonthFigures(
        decided=len(rows),
        on_time=sum(1 for on_time, _, _ in rows if on_time),
        median_minutes=round(median(minutes for _, minutes, _ in rows)) if rows else None,
        pledged=sum(1 for _, _, kept in rows if kept is not None),
        pledge_kept=sum(1 for _, _, kept in rows if kept),
    )
