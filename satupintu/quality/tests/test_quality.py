"""Figures folded from the log: usual times as a table, outcomes through the reader."""

import pytest

from satupintu.quality.rules import MonthFigures, Usual, usual


@pytest.mark.parametrize(
    ("minutes", "found"),
    [
        ([], None),
        ([10, 20, 30, 40], None),
        ([10, 20, 30, 40, 50], Usual(5, 30, 50)),
        (list(range(1, 11)), Usual(10, 6, 9)),
        ([420] * 7, Usual(7, 420, 420)),
    ],
)
def test_a_usual_time_needs_enough_cases(minutes: list[int], found: Usual | None) -> None:
    assert usual(minutes) == found


def test_a_month_without_decisions_has_no_share() -> None:
    assert MonthFigures(decided=0, on_time=0, median_minutes=None).share is None


def test_the_share_is_of_decided_cases() -> None:
    assert MonthFigures(decided=8, on_time=6, median_minutes=60).share == 75.0
