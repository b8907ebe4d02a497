"""Class, dates, obstacles: as tables."""

from dataclasses import replace
from datetime import date

import pytest

from satupintu.archive import queries, rules
from satupintu.archive.rules import Fate, FolderState, Standing

TODAY = date(2034, 1, 2)
FREE = Standing(
    closed=True, related_open=False, in_force=False, state=FolderState.INACTIVE,
    fate=Fate.DESTROY, lent=False, inactive_until=date(2034, 1, 1),
)  # fmt: skip


@pytest.mark.parametrize(
    ("code", "found"),
    [("449.12", "449"), ("449", "449"), ("4490.1", "503"), ("999", "503"), ("421.9", "421")],
)
def test_the_longest_beginning_of_a_code_decides(code, found) -> None:
    assert rules.class_for(code, queries.shipped()).code == found


def test_a_finer_class_stands_before_a_coarse_one() -> None:
    scheme = dict(queries.shipped())
    scheme["449.1"] = replace(scheme["449"], code="449.1")
    assert rules.class_for("449.1.2", scheme).code == "449.1"


@pytest.mark.parametrize(
    ("day", "years", "after"),
    [
        (date(2026, 11, 23), 2, date(2028, 11, 23)),
        (date(2024, 2, 29), 1, date(2025, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
    ],
)
def test_years_end_on_the_same_day(day, years, after) -> None:
    assert rules.years_after(day, years) == after


CLOSED, UNTIL = date(2026, 11, 23), date(2031, 3, 14)


@pytest.mark.parametrize(
    ("closed", "permit", "ended", "until", "day"),
    [
        (None, False, False, None, None),
        (CLOSED, False, False, None, CLOSED),  # refused, withdrawn
        (CLOSED, True, False, UNTIL, UNTIL),
        (CLOSED, True, False, date(2026, 1, 1), CLOSED),
        (CLOSED, True, False, None, None),  # valid for ever
        (CLOSED, True, True, UNTIL, CLOSED),  # revoked, replaced
    ],
)
def test_retention_counts_from_when_nothing_holds_any_more(
    closed, permit, ended, until, day
) -> None:
    found = rules.end_of(closed, has_permit=permit, ended_otherwise=ended, valid_until=until)
    assert found == day


def test_dates_follow_the_class() -> None:
    found = rules.retention(CLOSED, queries.shipped()["449"])
    assert (found.active_until, found.inactive_until) == (date(2028, 11, 23), date(2033, 11, 23))
    assert rules.retention(None, queries.shipped()["449"]).inactive_until is None


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({}, []),
        ({"closed": False}, ["open"]),
        ({"related_open": True}, ["related"]),
        ({"in_force": True}, ["in_force"]),
        ({"fate": Fate.KEEP}, ["keep"]),
        ({"fate": Fate.REASSESS}, ["reassess"]),
        ({"inactive_until": TODAY}, ["early"]),  # the last day counts
        ({"inactive_until": None}, ["early"]),
        ({"state": FolderState.ACTIVE}, ["active"]),
        ({"state": FolderState.DESTROYED}, ["destroyed"]),
        ({"lent": True}, ["lent"]),
    ],
)
def test_what_keeps_a_file_from_being_destroyed(change, why) -> None:
    assert rules.obstacles(replace(FREE, **change), TODAY) == why


def test_nobody_does_two_steps_of_one_list() -> None:
    assert rules.may_take_step(3, [1, 2, None])
    assert not rules.may_take_step(2, [1, 2])
    assert not rules.may_take_step(None, [1])


@pytest.mark.parametrize("wrong", ['fate = "burn"', 'fate = ""'])
def test_a_scheme_with_an_unknown_fate_is_refused(wrong) -> None:
    text = '[[class]]\ncode = "1"\ntitle = "x"\nactive_years = 1\ninactive_years = 1\n' + wrong
    with pytest.raises(ValueError, match="Fate"):
        rules.read_scheme(text)
