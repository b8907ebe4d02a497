"""Figures for pages and boards."""

from collections.abc import Sequence
from datetime import date, datetime, tzinfo
from itertools import groupby
from statistics import median
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from satupintu.lib.keyset import beyond
from satupintu.permits.imported import CHANNEL as IMPORTED
from satupintu.permits.queries import PermitCase
from satupintu.permits.rules import KIND_PERMIT
from satupintu.quality.models import Outcome
from satupintu.quality.rules import (
    DECISIONS,
    LogFigures,
    LoggedCase,
    LoggedEvent,
    MonthFigures,
    ServiceMonth,
    ServiceRecap,
    Span,
    figures_of,
    recap,
)
from satupintu.workflow.queries import Transition, unread
from satupintu.workflow.rules import KIND_REPLAYED

__all__ = [
    "OUTCOMES_PAGE",
    "Outcome",
    "ServiceMonth",
    "ServiceRecap",
    "list_outcomes",
    "log_figures",
    "month_by_service",
    "month_figures",
    "recap_of",
]


def month_figures(today: date) -> MonthFigures:
    """Return what this office decided since the first of the month and how much of it in time. One query."""
    rows = list(
        Outcome.objects.filter(
            decided_date__gte=today.replace(day=1), decided_date__lte=today, on_time__isnull=False
        )
        .exclude(kind=KIND_REPLAYED)  # a foreign log is nobody's promise here
        .values_list("on_time", "working_minutes", "pledge_kept")
        .order_by()
    )
    return MonthFigures(
        decided=len(rows),
        on_time=sum(1 for on_time, _, _ in rows if on_time),
        median_minutes=round(median(minutes for _, minutes, _ in rows if minutes is not None))
        if rows
        else None,
        pledged=sum(1 for _, _, kept in rows if kept is not None),
        pledge_kept=sum(1 for _, _, kept in rows if kept),
    )


def _decisions(day: date) -> QuerySet[Outcome]:
    """Return what this office decided from the first of the month to `day`: neither withdrawn nor of other systems."""
    return Outcome.objects.filter(
        decided_date__gte=day.replace(day=1), decided_date__lte=day, result__in=sorted(DECISIONS)
    ).exclude(kind=KIND_REPLAYED)


def month_by_service(today: date) -> list[ServiceMonth]:
    """Return for each service what was decided since the first of the month. One query."""
    rows = (
        _decisions(today)
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


OUTCOMES_PAGE = 40


def list_outcomes(
    day: date,
    *,
    service_code: str = "",
    late: bool = False,
    before: tuple[datetime, UUID] | None = None,
    size: int = OUTCOMES_PAGE,
) -> list[Outcome]:
    """
    Return up to `size + 1` decisions from the first of the month to `day`, the newest first, by keyset. One query.

    `late`: only those that missed the date. Each comes with its case, party and service's version.
    """
    rows = _decisions(day)
    if service_code:
        rows = rows.filter(service_code=service_code)
    if late:
        rows = rows.filter(on_time=False)
    return list(
        rows.filter(beyond(before, "decided_at", "case_id", falling=True))
        .select_related("case__party", "case__service_version")
        .defer(*unread("case__party", "case__service_version"))
        .order_by("-decided_at", "case_id")[: size + 1]
    )


def recap_of(
    first: date, last: date, *, at: datetime, running: Sequence[str]
) -> list[ServiceRecap]:
    """
    Return what each service carried over, received, ended and has left from `first` to `last` (both inclusive).

    Read are the cases that run now (in the states `running`) and those that ended since `first`: what was open at the
    beginning of the period is one or the other. What the reader of the log has not folded yet is missing for seconds.
    Two queries.
    """
    zone = timezone.get_default_timezone()
    spans = [
        Span(code, opened.astimezone(zone).date(), imported=channel == IMPORTED)
        for code, opened, channel in PermitCase.objects.filter(
            case__kind=KIND_PERMIT, case__state__in=list(running), case__opened_at__lte=at
        ).values_list("service_code", "case__opened_at", "case__channel")
    ]
    ended = (
        Outcome.objects.filter(decided_date__gte=first)
        .exclude(kind=KIND_REPLAYED)
        .values_list(
            "service_code",
            "case__opened_at",
            "decided_date",
            "result",
            "on_time",
            "working_minutes",
            "case__channel",
        )
    )
    spans += [
        Span(
            code,
            opened.astimezone(zone).date(),
            day,
            result,
            on_time,
            minutes,
            channel == IMPORTED,
        )
        for code, opened, day, result, on_time, minutes, channel in ended.iterator()
    ]
    return recap(spans, first, last)


def log_figures(origin: str, zone: tzinfo) -> LogFigures | None:
    """
    Return the figures of a replayed log, read back from our own; None when nothing came from `origin`. One query.

    Days and months are counted in `zone`. Events of a case are taken by their time: what was learned later may have
    happened earlier.
    """
    rows = (
        Transition.objects.filter(origin=origin, case__kind=KIND_REPLAYED)
        .order_by("case_id", "at", "seq")
        .values_list("case_id", "at", "seq", "data")
    )
    cases = [
        _logged_case([(at, seq, data) for _case, at, seq, data in chain])
        for _case_id, chain in groupby(rows.iterator(), key=lambda row: row[0])
    ]
    return figures_of(cases, zone)


def _logged_case(rows: list[tuple[datetime, int, dict[str, Any]]]) -> LoggedCase:
    about: dict[str, str] = {}
    for _at, _seq, data in sorted(rows, key=lambda row: row[1]):  # what was learned last, holds
        about |= data.get("about", {})
    return LoggedCase(
        events=[
            LoggedEvent(data["activity"], at, data["resource"], data["group"])
            for at, _seq, data in rows
        ],
        channel=about.get("channel", ""),
        department=about.get("department", ""),
        deadline=_moment(about, "deadline"),
        finished=_moment(about, "finished"),
    )


def _moment(about: dict[str, str], name: str) -> datetime | None:
    return datetime.fromisoformat(about[name]) if name in about else None
