"""The days of the law, and a table in which every act has its words, its service and an end."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from satupintu.lib.workingtime import WorkCalendar
from satupintu.objections import rules
from satupintu.objections.pages.desk import SLUGS
from satupintu.objections.services import ACTIONS
from satupintu.people.rules import Role
from satupintu.permits.objected import GRANTED

MOVES = sorted({action for _state, action in rules.OBJECTION.moves})
BY_PROGRAM = {"calendar_changed", "erase_note", "deem_granted", "file"}


@pytest.mark.parametrize("action", MOVES)
def test_every_act_has_words_and_a_service(action):
    assert action in rules.DONE
    assert action in BY_PROGRAM or action in ACTIONS


def test_no_service_address_or_words_are_left_of_an_act_that_is_gone():
    for table in (ACTIONS, SLUGS, rules.DONE):
        assert set(table) <= set(MOVES)


def test_every_state_is_reached_and_nothing_open_is_a_dead_end():
    reached = {move.to for move in rules.OBJECTION.moves.values() if move.to}
    assert reached == set(rules.STATUSES)
    for state, status in rules.STATUSES.items():
        leads = {
            move.to
            for (at, _name), move in rules.OBJECTION.moves.items()
            if at == state and move.to
        }
        assert bool(leads) is not status.closed, state


def test_what_the_permit_side_calls_granted_is_what_is_granted_here():
    assert {str(one) for one in rules.GRANTED} == GRANTED


def test_only_the_head_decides_and_only_the_program_deems_granted():
    for (_state, action), move in rules.OBJECTION.moves.items():
        if action in rules.OUTCOMES or action == "carry_out":
            assert move.roles == {Role.HEAD}
            assert move.reason_required
        if action == "deem_granted":
            assert move.roles == {Role.SYSTEM}


ZONE = ZoneInfo("Asia/Pontianak")
WEEKDAYS = dict.fromkeys(range(5), (time(8), time(16)))


# Counted on a paper calendar: 21 (Art. 77(1)) and 10 (Art. 78(1)) working days after the day it was announced.
@pytest.mark.parametrize(
    ("announced", "closed", "last", "appeal"),
    [
        ("2026-11-23 09:00", (), "2026-12-22", "2026-12-07"),
        ("2026-11-23 23:30", (), "2026-12-22", "2026-12-07"),
        ("2026-11-28 10:00", (), "2026-12-28", "2026-12-11"),  # a Saturday: counted from Monday
        ("2026-11-23 09:00", ("2026-12-09",), "2026-12-23", "2026-12-07"),
        ("2026-11-23 09:00", ("2026-12-22", "2026-12-23"), "2026-12-24", "2026-12-07"),
    ],
)
def test_the_last_days_are_those_of_a_paper_calendar(announced, closed, last, appeal):
    calendar = WorkCalendar(
        "Asia/Pontianak", WEEKDAYS, frozenset(date.fromisoformat(one) for one in closed)
    )
    moment = datetime.fromisoformat(announced).replace(tzinfo=ZONE)
    until = rules.last_moment(moment, calendar)
    assert calendar.local(until).date().isoformat() == last
    assert rules.appeal_until(moment, calendar).isoformat() == appeal
    evening = calendar.local(until).replace(hour=23, minute=59)
    assert not rules.is_late(evening, until, calendar)
    assert rules.is_late(evening.replace(day=evening.day + 1, hour=0), until, calendar)
