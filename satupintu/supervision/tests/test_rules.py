"""The ladder as a table, the days, and the lifecycle: no database."""

from datetime import date, timedelta

import pytest

from satupintu.people.rules import Role
from satupintu.supervision import rules
from satupintu.supervision.rules import Given, Kind, Periods

TODAY = date(2026, 11, 23)
OVER, RUNNING = TODAY - timedelta(days=1), TODAY
W1, W2, W3 = (Given("warning", n, OVER) for n in (1, 2, 3))
SUSPENDED = Given("suspension", 0)


@pytest.mark.parametrize(
    ("kind", "given", "directly", "refused"),
    [
        (Kind.WARNING, [], False, None),
        (Kind.WARNING, [W1], False, None),
        (Kind.WARNING, [W1, W2], False, None),
        (Kind.WARNING, [W1, W2, W3], False, "all_warned"),
        (Kind.WARNING, [W1, W2, W3], True, "all_warned"),
        (Kind.WARNING, [Given("warning", 1, RUNNING)], False, "not_run_out"),
        (Kind.WARNING, [Given("warning", 1, RUNNING)], True, None),
        (Kind.WARNING, [SUSPENDED], False, "suspended"),
        (Kind.SUSPENSION, [], False, "too_few_warnings"),
        (Kind.SUSPENSION, [W1, W2], False, "too_few_warnings"),
        (Kind.SUSPENSION, [W1, W2, W3], False, None),
        (Kind.SUSPENSION, [W1, W2, Given("warning", 3, RUNNING)], False, "not_run_out"),
        (Kind.SUSPENSION, [], True, None),
        (Kind.SUSPENSION, [SUSPENDED], True, "suspended"),
        (Kind.REVOCATION, [], False, "not_yet"),
        (Kind.REVOCATION, [W1, W2], False, "not_yet"),
        (Kind.REVOCATION, [W1, W2, W3], False, None),
        (Kind.REVOCATION, [SUSPENDED], False, None),
        (Kind.REVOCATION, [], True, None),
        (Kind.LIFTING, [SUSPENDED], False, None),
        (Kind.LIFTING, [W1], False, "lift_nothing"),
        (Kind.LIFTING, [], True, "lift_nothing"),
    ],
)
def test_the_ladder(kind, given, directly, refused):
    found = rules.refuse_step(kind, given, today=TODAY, periods=Periods(), directly=directly)
    assert found == refused
    assert found is None or found in rules.REFUSALS


@pytest.mark.parametrize(("before", "refused"), [(1, None), (2, "too_few_warnings")])
def test_an_office_sets_how_many_warnings_stand_before_a_suspension(before, refused):
    periods = Periods(warnings_before=before)
    found = rules.refuse_step(Kind.SUSPENSION, [W1], today=TODAY, periods=periods, directly=False)
    assert found == refused


@pytest.mark.parametrize(("level", "days"), [(1, 14), (2, 7), (3, 7)])
def test_a_warning_gives_the_days_of_its_number(level, days):
    assert rules.put_right_by(level, TODAY, Periods()) == TODAY + timedelta(days=days)


def test_warnings_are_numbered_by_the_last_that_counts():
    assert rules.next_level([]) == 1
    assert rules.next_level([W1, W2]) == 3
    assert rules.next_level([SUSPENDED]) == 1
    assert rules.named("warning", 2) == "Peringatan tertulis ke-2"
    assert rules.named("suspension", 0) == "Pembekuan izin"


def test_only_the_head_gives_a_sanction_and_only_one_that_was_proposed():
    for (state, action), move in rules.SUPERVISION.moves.items():
        if action in rules.DECISIONS:
            assert (state, move.roles) == ("proposed", {Role.HEAD})
        if action == "propose_sanction":
            assert Role.HEAD not in move.roles
            assert Role.FRONT_OFFICE not in move.roles


def test_every_move_has_words_and_every_state_a_label():
    actions = {action for _state, action in rules.SUPERVISION.moves}
    assert actions == set(rules.DONE)
    assert set(rules.STATUSES) == {str(one) for one in rules.State}
