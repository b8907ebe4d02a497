from datetime import UTC, date, datetime

import pytest

from satupintu.lib import days


@pytest.fixture(autouse=True)
def _pontianak(settings):
    settings.TIME_ZONE = "Asia/Pontianak"  # UTC+7


def test_a_day_begins_and_ends_at_the_offices_midnight():
    assert days.begins(date(2026, 11, 23)) == datetime(2026, 11, 22, 17, tzinfo=UTC)
    assert days.ends(date(2026, 11, 23)) == datetime(2026, 11, 23, 17, tzinfo=UTC)
    assert days.ends(date(2026, 11, 23)) == days.begins(date(2026, 11, 24))


@pytest.mark.parametrize("day", [date.min, date.max, date(1899, 12, 31), date(3000, 1, 1)])
def test_a_day_in_which_no_office_has_files_can_still_be_written_in_utc(day):
    assert 1899 <= days.begins(day).astimezone(UTC).year <= 2999
    assert days.begins(day) < days.ends(day)
    assert days.ends(day).astimezone(UTC).year <= 2999


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("2026-11", date(2026, 11, 1)),
        ("2024-02", date(2024, 2, 1)),
        ("2026-13", None),
        ("2026-11-05", None),
        ("kapan", None),
        ("", None),
        ("0001-01", None),
        ("1899-12", None),
        ("1900-01", date(1900, 1, 1)),
        ("2999-12", date(2999, 12, 1)),
        ("3000-01", None),
        ("9999-12", None),
    ],
)
def test_an_address_names_a_month(text, first):
    assert days.read_month(text) == first


@pytest.mark.parametrize(
    ("day", "before", "after", "end"),
    [
        (date(2026, 1, 31), date(2025, 12, 1), date(2026, 2, 1), date(2026, 1, 31)),
        (date(2026, 2, 1), date(2026, 1, 1), date(2026, 3, 1), date(2026, 2, 28)),
        (date(2024, 2, 29), date(2024, 1, 1), date(2024, 3, 1), date(2024, 2, 29)),
        (date(2026, 12, 15), date(2026, 11, 1), date(2027, 1, 1), date(2026, 12, 31)),
    ],
)
def test_months_follow_each_other(day, before, after, end):
    assert days.month_before(day) == before
    assert days.month_after(day) == after
    assert days.month_end(day) == end


def test_the_latest_months_begin_with_this_one():
    assert list(days.latest_months(date(2026, 2, 28), 3)) == [
        date(2026, 2, 1),
        date(2026, 1, 1),
        date(2025, 12, 1),
    ]
