"""The grammar of a case: lookup of moves, terms as a table, the chain. No database."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from satupintu.lib.workingtime import WorkCalendar, add_working_days
from satupintu.people.rules import Role
from satupintu.workflow.rules import (
    Lifecycle,
    Move,
    Status,
    Term,
    TermEffect,
    apply_effect,
    digest,
    extended,
    is_on_time,
    recomputed,
    row_hash,
    share_out,
    text_digest,
)

ZONE = "Asia/Pontianak"  # UTC+7
CALENDAR = WorkCalendar(ZONE, {day: (time(8), time(15)) for day in range(5)})


def local(day: int, hour: int, minute: int = 0) -> datetime:
    """November 2026 by the office's clock: the 2nd is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=7)


def started(days: int = 3) -> Term:
    return apply_effect(Term(), TermEffect.START, at=local(2, 9), calendar=CALENDAR, days=days)


def test_a_term_ends_at_closing_of_the_nth_open_day_after_its_start() -> None:
    term = started(3)

    assert term.due_at == local(5, 15)
    assert term.first_due_at == term.counted_due_at == local(5, 15)


@pytest.mark.parametrize(
    ("paused", "resumed", "due"),
    [
        (local(3, 9), local(3, 9), local(5, 15)),  # no time lost
        (local(3, 9), local(3, 11), local(6, 15)),  # two working hours, rounded up to closing
        (local(3, 9), local(4, 9), local(6, 15)),  # exactly one working day
        (local(6, 16), local(9, 7), local(5, 15)),  # outside office hours no working time passes
        (local(3, 14), local(9, 9), local(11, 15)),  # 1 h + 3 days + 1 h = 23 h: four days
    ],
)
def test_a_resumed_term_gains_the_paused_working_minutes_rounded_up_to_closing(
    paused: datetime, resumed: datetime, due: datetime
) -> None:
    term = apply_effect(started(3), TermEffect.PAUSE, at=paused, calendar=CALENDAR)

    after = apply_effect(term, TermEffect.RESUME, at=resumed, calendar=CALENDAR)

    assert after.due_at == due
    assert after.counted_due_at == due
    assert after.first_due_at == local(5, 15)


@pytest.mark.parametrize(
    ("paused", "due", "kept"),
    [
        (local(5, 14), local(6, 15), True),  # an hour before closing of the last day
        (local(5, 15), local(6, 15), True),  # at the due moment itself it is not missed yet
        (local(5, 15, 1), local(5, 15), False),  # missed by a minute: waiting does not mend it
        (local(6, 9), local(5, 15), False),
    ],
)
def test_a_pause_never_makes_a_missed_date_kept(
    paused: datetime, due: datetime, *, kept: bool
) -> None:
    term = apply_effect(started(3), TermEffect.PAUSE, at=paused, calendar=CALENDAR)

    after = apply_effect(term, TermEffect.RESUME, at=local(6, 11), calendar=CALENDAR)

    assert (after.due_at, after.counted_due_at) == (due, due)
    assert is_on_time(local(6, 12), after) is kept
    assert recomputed(after, at=local(4, 9), calendar=CALENDAR).due_at == due


def test_a_date_extended_by_the_office_waits_and_the_missed_one_that_counts_does_not() -> None:
    term = extended(started(3), days=2, at=local(4, 9), calendar=CALENDAR)  # now due on the 9th
    term = apply_effect(term, TermEffect.PAUSE, at=local(6, 9), calendar=CALENDAR)

    after = apply_effect(term, TermEffect.RESUME, at=local(6, 11), calendar=CALENDAR)

    assert after.due_at == local(10, 15)
    assert after.counted_due_at == local(5, 15)


def test_a_paused_term_does_not_run_and_a_second_pause_changes_nothing() -> None:
    paused = apply_effect(started(), TermEffect.PAUSE, at=local(3, 9), calendar=CALENDAR)

    again = apply_effect(paused, TermEffect.PAUSE, at=local(4, 9), calendar=CALENDAR)

    assert not paused.running
    assert again == paused


def test_reset_returns_to_the_beginning_and_restart_counts_from_zero() -> None:
    reset = apply_effect(started(3), TermEffect.RESET, at=local(3, 9), calendar=CALENDAR)
    restarted = apply_effect(reset, TermEffect.RESTART, at=local(9, 9), calendar=CALENDAR)

    assert reset.due_at is None
    assert not reset.running
    assert restarted.due_at == local(12, 15)
    assert restarted.first_due_at == local(5, 15)


def test_an_effect_on_a_term_that_never_started_changes_nothing() -> None:
    for effect in TermEffect:
        if effect not in (TermEffect.START, TermEffect.RESTART):
            assert apply_effect(Term(), effect, at=local(2, 9), calendar=CALENDAR) == Term()


def test_an_extension_moves_the_date_but_not_what_counts() -> None:
    later = extended(started(3), days=2, at=local(3, 9), calendar=CALENDAR)

    assert later.due_at == local(9, 15)
    assert later.counted_due_at == later.first_due_at == local(5, 15)


@pytest.mark.parametrize(
    ("decided", "days", "due"),
    [
        (local(5, 15), 1, local(6, 15)),  # at the due moment
        (local(5, 16), 1, local(6, 15)),  # that evening
        (local(10, 9), 1, local(11, 15)),  # days later: counted from the day it is decided
        (local(7, 9), 2, local(10, 15)),  # on a Saturday
    ],
)
def test_an_extension_never_promises_a_day_that_is_over(
    decided: datetime, days: int, due: datetime
) -> None:
    later = extended(started(3), days=days, at=decided, calendar=CALENDAR)

    assert later.due_at == due
    assert later.counted_due_at == later.first_due_at == local(5, 15)
    assert recomputed(later, at=decided, calendar=CALENDAR) == later


@pytest.mark.parametrize("days", [0, -1])
def test_an_extension_of_no_days_is_refused(days: int) -> None:
    with pytest.raises(ValueError, match="at least one working day"):
        extended(started(3), days=days, at=local(3, 9), calendar=CALENDAR)


def test_a_new_closed_day_moves_a_running_term_but_not_what_counts() -> None:
    closed = WorkCalendar(ZONE, CALENDAR.hours, frozenset({date(2026, 11, 4)}))

    moved = recomputed(started(3), at=local(3, 9), calendar=closed)

    assert moved.due_at == local(6, 15)
    assert moved.counted_due_at == moved.first_due_at == local(5, 15)


def test_a_calendar_change_never_makes_a_missed_date_kept() -> None:
    closed = WorkCalendar(ZONE, CALENDAR.hours, frozenset({date(2026, 11, 4)}))

    missed = recomputed(started(3), at=local(6, 9), calendar=closed)

    assert missed.due_at == local(5, 15)


def test_recomputing_under_the_same_calendar_after_pause_and_extension_changes_nothing() -> None:
    term = apply_effect(started(3), TermEffect.PAUSE, at=local(3, 9), calendar=CALENDAR)
    term = apply_effect(term, TermEffect.RESUME, at=local(3, 13), calendar=CALENDAR)
    term = extended(term, days=2, at=local(4, 9), calendar=CALENDAR)

    assert recomputed(term, at=local(4, 9), calendar=CALENDAR) == term


@given(
    days=st.integers(1, 30),
    start=st.integers(0, 500 * 24 * 60).map(
        lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    ),
    wait=st.integers(0, 20_000),
    pause=st.integers(0, 20_000),
)
def test_a_pause_never_brings_a_date_forward_and_survives_json(
    days: int, start: datetime, wait: int, pause: int
) -> None:
    term = apply_effect(Term(), TermEffect.START, at=start, calendar=CALENDAR, days=days)
    assert term.due_at == add_working_days(start, days, CALENDAR)
    since = start + timedelta(minutes=wait)
    paused = apply_effect(term, TermEffect.PAUSE, at=since, calendar=CALENDAR)
    resumed = apply_effect(
        paused, TermEffect.RESUME, at=since + timedelta(minutes=pause), calendar=CALENDAR
    )

    assert resumed.due_at is not None
    assert resumed.due_at >= term.due_at
    assert resumed.first_due_at == term.first_due_at
    assert Term.from_json(resumed.to_json()) == resumed


@pytest.mark.parametrize(
    ("done", "kept"), [(local(5, 15), True), (local(5, 14), True), (local(5, 15, 1), False)]
)
def test_on_time_is_judged_by_the_due_moment_alone(done: datetime, *, kept: bool) -> None:
    assert is_on_time(done, started(3)) is kept


def test_nothing_promised_is_neither_kept_nor_missed() -> None:
    assert is_on_time(local(5, 15), Term()) is None


LIFECYCLE = Lifecycle(
    name="toy",
    opening="ask",
    states={"open": Status("Open"), "done": Status("Done", closed=True)},
    moves={
        ("", "ask"): Move("open", frozenset({Role.APPLICANT}), "Ask"),
        ("open", "finish"): Move("done", frozenset({Role.VERIFIER}), "Finish"),
        ("*", "comment"): Move(None, frozenset({Role.VERIFIER, Role.HEAD}), "Comment"),
        ("done", "reopen"): Move("open", frozenset({Role.HEAD}), "Reopen"),
    },
)


@pytest.mark.parametrize(
    ("state", "roles", "names"),
    [
        ("open", {Role.VERIFIER}, {"finish", "comment"}),
        ("open", {Role.HEAD}, {"comment"}),
        ("open", {Role.APPLICANT}, set()),
        ("done", {Role.VERIFIER}, set()),
        ("done", {Role.HEAD}, {"reopen"}),
    ],
)
def test_buttons_show_exactly_the_moves_the_table_allows(
    state: str, roles: set[Role], names: set[str]
) -> None:
    assert set(LIFECYCLE.actions(state, frozenset(roles))) == names


def test_the_hash_of_a_row_depends_on_every_value_and_on_the_row_before() -> None:
    row = {"seq": 1, "action": "ask"}

    assert row_hash("a", row) != row_hash("b", row)
    assert row_hash("a", row) != row_hash("a", {**row, "seq": 2})
    assert row_hash("a", row) == row_hash("a", {"action": "ask", "seq": 1})
    assert len(digest(row)) == 64


def test_the_same_text_has_another_digest_under_another_salt() -> None:
    assert text_digest("alasan", "s1") != text_digest("alasan", "s2")
    assert text_digest("", "s1") == ""


def test_open_tasks_are_shared_out_evenly() -> None:
    plan = share_out(["a", "b", "c", "d"], [7, 8], {7: 2, 8: 1})

    assert plan == {"a": 8, "b": 7, "c": 8, "d": 7}


def test_nobody_on_duty_shares_out_nothing() -> None:
    assert share_out(["a"], [], {}) == {}
