"""Figures for pages and boards."""

from datetime import date
from statistics import median

from django.db.models import Count, Q

from satupintu.quality.models import Outcome
from satupintu.quality.rules import MonthFigures, ServiceMonth

__all__ = ["Outcome", "ServiceMonth", "month_by_service", "month_figures"]


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


def month_by_service(today: date) -> list[ServiceMonth]:
    """Return for each service what was decided since the first of the month. One query."""
    rows = (
        Outcome.objects.filter(decided_date__gte=today.replace(day=1), decided_date__lte=today)
        .values("service_code")
        .annotate(
            decided=Count("case_id"),
            issued=Count("case_id", filter=Q(result="issued")),
            kept=Count("case_id", filter=Q(on_time=True)),
            promised=Count("case_id", filter=Q(on_time__isnull=False)),
        )
        .order_by("service_code")
    )
    return [ServiceMonth(**row) for row in rows]
