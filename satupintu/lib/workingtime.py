"""
Working time: how long a term of working days lasts, and how much working time lies between two
moments.

Everything is computed on a `WorkCalendar` that is passed in: which hours the office is open on
which weekday, in which zone, and on which dates it is closed. Results are moments in UTC. Work is
proportional to days, never to minutes. Hours are wall-clock hours of the office's zone (Indonesian
zones have no summer time).
"""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_ONE_DAY = timedelta(days=1)
_WEEK = 7


class NeverOpen(ValueError):
    """The calendar has no day on which the office is open, so a term on it cannot end."""


def _minutes(value: time) -> int:
    return value.hour * 60 + value.minute


@dataclass(frozen=True)
class WorkCalendar:
    """
    When an office works.

    `hours` maps a weekday (Monday 0 ... Sunday 6) to (opening, closing) in the office's zone, whole
    minutes; a weekday that is missing is closed. `closed` are the dates without work: holidays,
    joint leave, local closures.
    Raises ValueError if a weekday or its hours make no sense.
    """

    zone: str
    hours: Mapping[int, tuple[time, time]]
    closed: frozenset[date] = frozenset()
    _info: ZoneInfo = field(init=False, repr=False, compare=False)
    _spans: tuple[int, ...] = field(init=False, repr=False, compare=False)  # minutes a weekday
    _closed_days: list[date] = field(init=False, repr=False, compare=False)  # that would be open
    _closed_minutes: list[int] = field(init=False, repr=False, compare=False)  # prefix sums of them

    def __post_init__(self) -> None:
        for weekday, (opens, closes) in self.hours.items():
            if not 0 <= weekday < _WEEK:
                raise ValueError(f"Weekday {weekday} does not exist; use 0 (Monday) to 6 (Sunday).")
            if opens >= closes:
                raise ValueError(f"On weekday {weekday} the office closes before it opens.")
        spans = tuple(
            _minutes(self.hours[day][1]) - _minutes(self.hours[day][0]) if day in self.hours else 0
            for day in range(_WEEK)
        )
        days = sorted(day for day in self.closed if spans[day.weekday()])
        sums = [0]
        for day in days:
            sums.append(sums[-1] + spans[day.weekday()])
        for name, value in (
            ("_info", ZoneInfo(self.zone)),
            ("_spans", spans),
            ("_closed_days", days),
            ("_closed_minutes", sums),
        ):
            object.__setattr__(self, name, value)

    def local(self, at: datetime) -> datetime:
        """Return the moment as the office's clock shows it."""
        return at.astimezone(self._info)

    def is_open_day(self, day: date) -> bool:
        """Return whether the office works at all on that date."""
        return bool(self._spans[day.weekday()]) and day not in self.closed

    def is_open(self, at: datetime) -> bool:
        """Return whether the office is open at that moment (opening included, closing excluded)."""
        here = self.local(at)
        if not self.is_open_day(here.date()):
            return False
        opens, closes = self.hours[here.weekday()]
        return opens <= here.time() < closes

    def opening(self, day: date) -> datetime:
        """Return the opening moment of an open day, in UTC. Raises ValueError on a closed one."""
        return self._moment(day, self._hours_of(day)[0])

    def closing(self, day: date) -> datetime:
        """Return the closing moment of an open day, in UTC. Raises ValueError on a closed one."""
        return self._moment(day, self._hours_of(day)[1])

    def next_opening(self, at: datetime) -> datetime:
        """
        Return the first opening moment at or after `at`, in UTC; while the office is open, that of
        its next day.

        Raises NeverOpen if no weekday is open.
        """
        day = self.local(at).date()
        if self.is_open_day(day) and self.opening(day) >= at:
            return self.opening(day)
        return self.opening(self.next_open_day(day))

    def next_open_day(self, day: date) -> date:
        """Return the first open day after `day`. Raises NeverOpen if no weekday is open."""
        self._check_ever_open()
        day += _ONE_DAY
        while not self.is_open_day(day):
            day += _ONE_DAY
        return day

    def open_days(self, start: date, end: date) -> list[date]:
        """Return the open days from `start` to `end`, both included, in order."""
        length = (end - start).days + 1
        days = (start + timedelta(days=offset) for offset in range(max(length, 0)))
        return [day for day in days if self.is_open_day(day)]

    def _moment(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, tzinfo=self._info).astimezone(UTC)

    def _hours_of(self, day: date) -> tuple[time, time]:
        if not self.is_open_day(day):
            raise ValueError(f"The office is closed on {day.isoformat()}.")
        return self.hours[day.weekday()]

    def _check_ever_open(self) -> None:
        if not any(self._spans):
            raise NeverOpen("The calendar has no open weekday. Enter the office's opening hours.")

    def _minutes_before(self, here: datetime) -> int:
        """Return the minutes worked on `here`'s date before that wall-clock time."""
        if not self.is_open_day(here.date()):
            return 0
        opens, closes = self.hours[here.weekday()]
        return min(
            max(_minutes(here.time()) - _minutes(opens), 0), _minutes(closes) - _minutes(opens)
        )

    def _minutes_of_days(self, start: date, end: date) -> int:
        """Return the working minutes of whole days from `start` (included) to `end` (excluded)."""
        weeks, rest = divmod((end - start).days, _WEEK)
        total = weeks * sum(self._spans)
        total += sum(self._spans[(start.weekday() + offset) % _WEEK] for offset in range(rest))
        first, last = bisect_left(self._closed_days, start), bisect_left(self._closed_days, end)
        return total - (self._closed_minutes[last] - self._closed_minutes[first])


def add_working_days(start: datetime, days: int, calendar: WorkCalendar) -> datetime:
    """
    Return the end of a term of `days` working days, in UTC: closing time of the last one in the
    office's zone.

    The day of `start` (in the office's zone) is not counted, even when it is open.
    Raises ValueError if `days` is less than 1, NeverOpen if the calendar has no open weekday.
    """
    if days < 1:
        raise ValueError(f"A term has at least one working day, not {days}.")
    day = calendar.local(start).date()
    for _ in range(days):
        day = calendar.next_open_day(day)
    return calendar.closing(day)


def working_minutes(start: datetime, end: datetime, calendar: WorkCalendar) -> int:
    """
    Return the whole working minutes from `start` to `end`; 0 when `end` is not after `start`.

    Seconds of both moments are dropped, so that the minutes of adjoining spans add up exactly.
    """
    if end <= start:
        return 0
    first, last = calendar.local(start), calendar.local(end)
    whole = calendar._minutes_of_days(first.date(), last.date())  # noqa: SLF001  same module
    return whole - calendar._minutes_before(first) + calendar._minutes_before(last)  # noqa: SLF001  the same module


def add_working_minutes(start: datetime, minutes: int, calendar: WorkCalendar) -> datetime:
    """
    Return the earliest moment, in UTC, by which `minutes` working minutes have passed since
    `start`.

    Seconds of `start` are dropped; 0 minutes give `start` itself. A span that fills a day ends at
    its closing.
    Raises ValueError if `minutes` is negative, NeverOpen if the calendar has no open weekday.
    """
    if minutes < 0:
        raise ValueError(f"Working time cannot be negative ({minutes} minutes).")
    here = calendar.local(start).replace(second=0, microsecond=0)
    if minutes == 0:
        return here.astimezone(UTC)
    day = here.date()
    left = minutes + calendar._minutes_before(here)  # noqa: SLF001  counted from that day's opening
    if not calendar.is_open_day(day):
        day = calendar.next_open_day(day)
    while left > (span := calendar._spans[day.weekday()]):  # noqa: SLF001  the same module
        left -= span
        day = calendar.next_open_day(day)
    return calendar.opening(day) + timedelta(minutes=left)


def extend_due(due: datetime, paused_minutes: int, calendar: WorkCalendar) -> datetime:
    """
    Return the due moment, in UTC, after a pause of `paused_minutes` working minutes.

    The paused time is added and rounded up to closing time of the day reached, because a person is
    promised a day. No paused time leaves `due` as it is. Raises ValueError if `paused_minutes` is
    negative.
    """
    if paused_minutes == 0:
        return due.astimezone(UTC)
    reached = add_working_minutes(due, paused_minutes, calendar)
    return calendar.closing(calendar.local(reached).date())
