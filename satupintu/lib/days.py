"""
Days and months as the office counts them: when a day begins and ends, which month an address names.

Dates come from addresses and forms, so any that Python can hold may arrive. What lies outside the years in which an
office has files is moved to their edge: a moment before the year 1 or after 9999 cannot even be written in UTC.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.utils import timezone

EARLIEST, LATEST = date(1900, 1, 1), date(2999, 12, 31)
_ONE_DAY = timedelta(days=1)


def begins(day: date) -> datetime:
    """Return the moment at which a day begins in the office's zone."""
    return timezone.make_aware(datetime.combine(min(max(day, EARLIEST), LATEST), time.min))


def ends(day: date) -> datetime:
    """Return the first moment that no longer belongs to a day."""
    return begins(day) + _ONE_DAY


def read_month(text: str) -> date | None:
    """Return the first day of a month as an address names it, "2026-11"; None for text that is none."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return first if EARLIEST <= first <= LATEST else None


def month_after(day: date) -> date:
    """Return the first day of the next month."""
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)


def month_before(day: date) -> date:
    """Return the first day of the month before."""
    return (day.replace(day=1) - _ONE_DAY).replace(day=1)


def month_end(day: date) -> date:
    """Return the last day of a day's month."""
    return month_after(day) - _ONE_DAY


def latest_months(today: date, count: int) -> Iterator[date]:
    """Yield the first day of this month and of those before it, the newest first."""
    first = today.replace(day=1)
    for _n in range(count):
        yield first
        first = month_before(first)
