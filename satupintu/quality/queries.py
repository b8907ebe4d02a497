"""Figures for pages and boards."""

from collections.abc import Sequence
from datetime import date, datetime, time, tzinfo
from itertools import groupby
from statistics import median
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Min, Q, QuerySet, Sum
from django.utils import timezone

from satupintu.lib.kept import kept
from satupintu.lib.keyset import beyond
from satupintu.permits.imported import CHANNEL as IMPORTED
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
from satupintu.workflow.queries import Case, Transition, unread
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


@kept
def month_figures(today: date) -> MonthFigures:
    """
    Return what this office decided since the first of the month and how much of it in time. Usually no query, else two.

    Counted are columns of the index, so that no row is read.
    """
    rows = Outcome.objects.filter(
        decided_date__gte=today.replace(day=1), decided_date__lte=today, on_time__isnull=False
    ).exclude(kind=KIND_REPLAYED)  # a foreign log is nobody's promise here
    counts = rows.aggregate(
        decided=Count("*"),
        on_time=Count("decided_date", filter=Q(on_time=True)),
        pledged=Count("decided_date", filter=Q(pledge_kept__isnull=False)),
        pledge_kept=Count("decided_date", filter=Q(pledge_kept=True)),
        timed=Count("working_minutes"),
    )
    timed = counts.pop("timed")
    return MonthFigures(median_minutes=_median_minutes(rows, timed), **counts)


def _median_minutes(rows: QuerySet[Outcome], count: int) -> int | None:
    """Return the median of the working minutes that `count` of the rows have; None when none has any."""
    if not count:
        return None
    minutes = rows.filter(working_minutes__isnull=False).order_by("working_minutes")
    middle = minutes.values_list("working_minutes", flat=True)[(count - 1) // 2 : count // 2 + 1]
    return round(median(one for one in middle if one is not None))


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
            decided=Count("*"),
            issued=Count("decided_date", filter=Q(result="issued")),
            kept=Count("decided_date", filter=Q(on_time=True)),
            promised=Count("decided_date", filter=Q(on_time__isnull=False)),
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


def _is(condition: Q) -> ExpressionWrapper[Q]:
    return ExpressionWrapper(condition, output_field=BooleanField())


def recap_of(
    first: date, last: date, *, at: datetime, running: Sequence[str]
) -> list[ServiceRecap]:
    """
    Return what each service carried over, received, ended and has left from `first` to `last` (both inclusive).

    Read are the cases that run now (in the states `running`) and those that ended since `first`: what was open at the
    beginning of the period is one or the other. They are counted by the database, those that are alike in one row. What
    the reader of the log has not folded yet is missing for seconds. Two queries.
    """
    zone = timezone.get_default_timezone()
    begins = datetime.combine(first, time(), zone)
    still = (
        Case.objects.filter(kind=KIND_PERMIT, state__in=list(running), opened_at__lte=at)
        .values(
            "channel", code=F("service_version__service__code"), before=_is(Q(opened_at__lt=begins))
        )
        .annotate(cases=Count("id"), opened=Min("opened_at"))
        .order_by()
    )
    spans = [
        Span(
            row["code"],
            row["opened"].astimezone(zone).date(),
            imported=row["channel"] == IMPORTED,
            cases=row["cases"],
        )
        for row in still
    ]
    ended = (
        Outcome.objects.filter(decided_date__gte=first, opened_date__lte=last)
        .exclude(kind=KIND_REPLAYED)
        .values(
            "service_code",
            "result",
            "on_time",
            "imported",
            before=_is(Q(opened_date__lt=first)),
            later=_is(Q(decided_date__gt=last)),
            timed=_is(Q(working_minutes__isnull=False)),
        )
        .annotate(
            cases=Count("*"),
            opened=Min("opened_date"),
            ended=Min("decided_date"),
            minutes=Sum("working_minutes"),
        )
        .order_by()
    )
    spans += [
        Span(
            row["service_code"],
            row["opened"],
            row["ended"],
            row["result"],
            row["on_time"],
            row["minutes"],
            row["imported"],
            row["cases"],
        )
        for row in ended
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
