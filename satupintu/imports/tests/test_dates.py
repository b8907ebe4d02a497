"""Dates as offices write them, and the order that a column says of itself."""

from datetime import date

import pytest

from satupintu.imports.rules.columns import Target, orders_of
from satupintu.lib.tabular.dates import (
    BadDate,
    DateTally,
    Evidence,
    Order,
    evidence_of,
    read_date,
)


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("31/12/2024", "dmy", date(2024, 12, 31)),
        ("12/31/2024", "mdy", date(2024, 12, 31)),
        ("3/4/2024", "dmy", date(2024, 4, 3)),
        ("3/4/2024", "mdy", date(2024, 3, 4)),
        ("31-12-24", "dmy", date(2024, 12, 31)),
        ("31.12.1998", "dmy", date(1998, 12, 31)),
        ("2024-12-31", "mdy", date(2024, 12, 31)),
        ("2024-12-31 14:05:00", "dmy", date(2024, 12, 31)),
        ("31/12/2024 10.30 WIB", "dmy", date(2024, 12, 31)),
        ("5 Maret 2024", "mdy", date(2024, 3, 5)),
        ("05-Mar-24", "mdy", date(2024, 3, 5)),
        ("Senin, 7 Pebruari 2022", "dmy", date(2022, 2, 7)),
        ("1 Agt 2020", "dmy", date(2020, 8, 1)),
        ("Nopember 9, 2021", "dmy", date(2021, 11, 9)),
        ("45366", "dmy", date(2024, 3, 15)),  # Excel's count, as Excel shows it
        ("45366.5", "dmy", date(2024, 3, 15)),
        ("-", "dmy", None),
        ("", "dmy", None),
        ("00/00/0000", "dmy", None),
    ],
)
def test_a_date_is_read(text, order, expected):
    assert read_date(text, order) == expected


@pytest.mark.parametrize(
    ("text", "order", "code"),
    [
        ("31/12/2024", "mdy", "date_order"),
        ("12/31/2024", "dmy", "date_order"),
        ("31/02/2024", "dmy", "date_impossible"),
        ("2024-02-30", "dmy", "date_impossible"),
        ("99/99/2024", "dmy", "date_impossible"),
        ("besok", "dmy", "date_unread"),
        ("5 Mart 24x", "dmy", "date_unread"),
        ("7", "dmy", "date_unread"),
    ],
)
def test_what_is_no_date_says_why(text, order, code):
    with pytest.raises(BadDate) as refused:
        read_date(text, order)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        ("13/01/2024", Evidence.DAY_FIRST),
        ("01/13/2024", Evidence.MONTH_FIRST),
        ("3/4/2024", Evidence.EITHER),
        ("4/4/2024", Evidence.PLAIN),
        ("2024-01-13", Evidence.PLAIN),
        ("13 Januari 2024", Evidence.PLAIN),
        ("45366", Evidence.PLAIN),
        ("Kapuas", Evidence.NONE),
        ("0/13/2024", Evidence.NONE),
    ],
)
def test_a_date_says_what_it_can_of_its_column(text, evidence):
    assert evidence_of(text) is evidence


def tally(*texts):
    found = DateTally()
    for row, text in enumerate(texts, start=2):
        found.add(row, text)
    return found


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["3/4/2024", "5/6/2024", "25/6/2024"], Order.DAY_FIRST),
        (["3/4/2024", "1/14/2016"], Order.MONTH_FIRST),  # the register of Ketapang
        (["3/4/2024", "5/6/2024"], Order.ASK),
        (["25/6/2024", "1/14/2016", "26/6/2024"], Order.MIXED),
        (["2024-01-02", "-"], Order.PLAIN),
    ],
)
def test_the_order_of_a_column_comes_from_the_dates_that_fit_one_only(texts, order):
    assert tally(*texts).order is order


def test_a_mixed_column_names_the_rows_that_contradict_the_others():
    found = tally("25/6/2024", "1/14/2016", "26/6/2024", "3/4/2024")
    assert found.minority == [(3, "1/14/2016")]


def test_a_column_that_could_be_both_is_read_as_the_sure_ones_of_its_file():
    stored = [{"order": "ask"}, {"order": "mdy"}, {"order": "ask"}]
    columns = [Target.SUBMITTED, Target.DECIDED, Target.NAME]
    assert orders_of(stored, columns) == {
        0: (Order.ASK, "mdy"),
        1: (Order.MONTH_FIRST, "mdy"),
    }
    assert orders_of(stored[:1], columns[:1]) == {0: (Order.ASK, "")}
