"""Working time against the calendar of 2023 to 2026, and what must hold for any calendar."""

from datetime import UTC, date, datetime, time, timedelta

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from satupintu.lib.workingtime import (
    NeverOpen,
    WorkCalendar,
    add_working_days,
    add_working_minutes,
    extend_due,
    working_minutes,
)

HOURS = {day: (time(8), time(15)) for day in range(5)}
OFFICIAL = frozenset(
    holidays.country_holidays(
        "ID", years=range(2023, 2028), categories=("public", "government")
    ).keys()
)
SANGGAU = WorkCalendar("Asia/Pontianak", HOURS, OFFICIAL)


def at(text: str, calendar: WorkCalendar = SANGGAU) -> datetime:
    """The moment that the office's clock shows as "2026-03-13 10:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=calendar._info)


@pytest.mark.parametrize(
    ("start", "days", "last"),
    [
        ("2026-03-13", 3, "2026-03-25"),  # over Nyepi and Idul Fitri
        ("2026-03-17", 5, "2026-03-31"),
        ("2026-12-22", 3, "2026-12-29"),
        ("2025-03-26", 7, "2025-04-15"),
        ("2024-04-05", 3, "2024-04-18"),
        ("2023-06-27", 1, "2023-07-03"),
        ("2026-11-20", 14, "2026-12-10"),
    ],
)
@pytest.mark.parametrize("clock", ["00:00", "07:59", "15:00", "23:59"])
def test_a_term_ends_at_closing_of_its_last_open_day(start, days, last, clock):
    assert add_working_days(at(f"{start} {clock}"), days, SANGGAU) == at(f"{last} 15:00")


def test_a_term_started_on_a_closed_day_begins_with_the_next_open_one():
    assert add_working_days(at("2026-11-21 10:00"), 1, SANGGAU) == at("2026-11-23 15:00")


def test_the_start_day_is_the_office_s_day_not_the_one_of_utc():
    # 23.30 UTC on Thursday is already Friday morning in Pontianak.
    start = datetime(2026, 11, 19, 23, 30, tzinfo=UTC)

    assert add_working_days(start, 1, SANGGAU) == at("2026-11-23 15:00")


def test_results_are_in_utc():
    assert add_working_days(at("2026-11-24 10:00"), 1, SANGGAU).isoformat() == (
        "2026-11-25T08:00:00+00:00"
    )


@pytest.mark.parametrize("days", [0, -1])
def test_a_term_of_less_than_a_day_is_refused(days):
    with pytest.raises(ValueError, match="at least one working day"):
        add_working_days(at("2026-11-24 10:00"), days, SANGGAU)


def test_a_calendar_without_an_open_weekday_says_so():
    with pytest.raises(NeverOpen, match="no open weekday"):
        add_working_days(at("2026-11-24 10:00"), 1, WorkCalendar("Asia/Jakarta", {}))


@pytest.mark.parametrize(
    ("hours", "message"),
    [
        ({7: (time(8), time(9))}, "Weekday 7"),
        ({0: (time(9), time(9))}, "closes before it opens"),
    ],
)
def test_impossible_hours_are_refused(hours, message):
    with pytest.raises(ValueError, match=message):
        WorkCalendar("Asia/Jakarta", hours)


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("2026-11-24 09:00", "2026-11-24 10:35", 95),
        ("2026-11-24 07:00", "2026-11-24 08:30", 30),  # only from opening
        ("2026-11-24 14:30", "2026-11-24 20:00", 30),  # only until closing
        ("2026-11-24 14:00", "2026-11-25 09:00", 120),
        ("2026-11-20 14:00", "2026-11-23 09:00", 120),  # over a weekend
        ("2026-03-17 14:00", "2026-03-25 09:00", 120),  # over Idul Fitri
        ("2026-11-21 08:00", "2026-11-22 15:00", 0),
        ("2026-11-24 10:00", "2026-11-24 09:00", 0),  # backwards
        ("2026-01-01 00:00", "2027-01-01 00:00", 240 * 7 * 60),  # 240 working days in 2026
        ("2024-01-01 00:00", "2025-01-01 00:00", 238 * 7 * 60),
    ],
)
def test_working_minutes(start, end, minutes):
    assert working_minutes(at(start), at(end), SANGGAU) == minutes


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2026-11-24 09:00", 95, "2026-11-24 10:35"),
        ("2026-11-24 14:00", 60, "2026-11-24 15:00"),  # fills the day: its closing, not tomorrow
        ("2026-11-24 14:00", 61, "2026-11-25 08:01"),
        ("2026-11-24 05:00", 30, "2026-11-24 08:30"),
        ("2026-11-24 18:00", 30, "2026-11-25 08:30"),
        ("2026-11-21 12:00", 420, "2026-11-23 15:00"),
        ("2026-11-24 09:00:59", 1, "2026-11-24 09:01"),  # seconds are dropped
        ("2026-11-21 12:00", 0, "2026-11-21 12:00"),
    ],
)
def test_add_working_minutes(start, minutes, end):
    assert add_working_minutes(at(start), minutes, SANGGAU) == at(end)


def test_negative_working_time_is_refused():
    with pytest.raises(ValueError, match="cannot be negative"):
        add_working_minutes(at("2026-11-24 09:00"), -1, SANGGAU)


@pytest.mark.parametrize(
    ("paused", "due"),
    [
        (0, "2026-11-25 15:00"),
        (1, "2026-11-26 15:00"),
        (420, "2026-11-26 15:00"),
        (421, "2026-11-27 15:00"),
        (840 + 1, "2026-11-30 15:00"),
    ],
)
def test_a_pause_moves_the_due_moment_to_closing_of_the_day_reached(paused, due):
    assert extend_due(at("2026-11-25 15:00"), paused, SANGGAU) == at(due)


@pytest.mark.parametrize(
    ("moment", "is_open", "opens"),
    [
        ("2026-11-24 07:59", False, "2026-11-24 08:00"),
        ("2026-11-24 08:00", True, "2026-11-24 08:00"),
        ("2026-11-24 14:59", True, "2026-11-25 08:00"),
        ("2026-11-24 15:00", False, "2026-11-25 08:00"),
        ("2026-12-24 10:00", False, "2026-12-28 08:00"),
    ],
)
def test_open_now_and_next_opening(moment, is_open, opens):
    assert SANGGAU.is_open(at(moment)) is is_open
    assert SANGGAU.next_opening(at(moment)) == at(opens)


def test_open_days_include_both_ends():
    assert SANGGAU.open_days(date(2026, 12, 23), date(2026, 12, 29)) == [
        date(2026, 12, 23),
        date(2026, 12, 28),
        date(2026, 12, 29),
    ]
    assert SANGGAU.open_days(date(2026, 12, 29), date(2026, 12, 23)) == []


# --- What holds for any calendar ---------------------------------------------------------

DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))
SPANS = st.tuples(st.integers(0, 1438), st.integers(1, 1439)).map(
    lambda pair: (min(pair[0], pair[1] - 1), pair[1])
)


def clock(minute: int) -> time:
    return time(minute // 60, minute % 60)


CALENDARS = st.builds(
    WorkCalendar,
    st.sampled_from(["Asia/Pontianak", "Asia/Jakarta", "Asia/Jayapura", "UTC"]),
    st.dictionaries(
        st.integers(0, 6),
        SPANS.map(lambda span: (clock(span[0]), clock(span[1]))),
        min_size=1,
    ),
    st.frozensets(DAYS, max_size=40),
)
MOMENTS = st.datetimes(
    datetime(2024, 1, 1),  # noqa: DTZ001  hypothesis adds the zone
    datetime(2027, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@given(CALENDARS, MOMENTS, st.integers(1, 30))
def test_a_term_never_ends_on_a_closed_day_and_grows_with_its_days(calendar, start, days):
    due = add_working_days(start, days, calendar)

    assert due == calendar.closing(calendar.local(due).date())
    assert due > start
    assert add_working_days(start, days + 1, calendar) > due


@given(CALENDARS, MOMENTS, st.timedeltas(timedelta(0), timedelta(days=9)), st.integers(1, 9))
def test_who_starts_later_is_due_no_earlier(calendar, start, later, days):
    assert add_working_days(start, days, calendar) <= add_working_days(
        start + later, days, calendar
    )


@given(CALENDARS, st.tuples(MOMENTS, MOMENTS, MOMENTS).map(sorted))
def test_minutes_of_adjoining_spans_add_up(calendar, moments):
    first, middle, last = moments

    assert working_minutes(first, last, calendar) == working_minutes(
        first, middle, calendar
    ) + working_minutes(middle, last, calendar)


@given(CALENDARS, MOMENTS, st.integers(0, 5000))
@settings(deadline=None)
def test_adding_minutes_is_the_inverse_of_counting_them(calendar, start, minutes):
    end = add_working_minutes(start, minutes, calendar)

    assert working_minutes(start, end, calendar) == minutes
    if minutes:
        assert working_minutes(start, end - timedelta(minutes=1), calendar) == minutes - 1


@given(CALENDARS, MOMENTS, MOMENTS)
def test_minutes_agree_with_a_count_day_by_day(calendar, one, other):
    start, end = min(one, other), max(one, other)
    total = 0
    day = calendar.local(start).date()
    while day <= calendar.local(end).date():
        if calendar.is_open_day(day):
            opens, closes = calendar.opening(day), calendar.closing(day)
            low = max(opens, start.replace(second=0, microsecond=0))
            high = min(closes, end.replace(second=0, microsecond=0))
            total += max(int((high - low).total_seconds()) // 60, 0)
        day += timedelta(days=1)

    assert working_minutes(start, end, calendar) == total
