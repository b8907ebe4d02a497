"""What the load figures are made of, without any load."""

import os

import pytest

from satupintu.config.bench.client import application, person
from satupintu.config.bench.load import _own, _tree, percentile, recovery
from satupintu.config.bench.many import compared
from satupintu.lib.identity import check_nik
from satupintu.lib.words import sounds


@pytest.mark.parametrize(
    ("share", "expected"), [(50, 2.0), (95, 4.0), (100, 4.0), (1, 1.0)], ids=str
)
def test_a_percentile_is_one_of_the_values(share, expected):
    assert percentile([4.0, 1.0, 3.0, 2.0], share) == expected


def test_recovery_is_when_the_last_slow_one_arrived():
    done = [(1.0, 0.1), (6.0, 9.0), (11.0, 0.9), (12.5, 0.6), (13.0, 0.2)]

    assert recovery(done, 10.0, 0.5) == 2.5
    assert recovery(done, 10.0, 1.0) == 0.0


def test_each_made_up_caller_has_a_name_that_sounds_like_no_other():
    from datetime import date

    words = [tuple(sounds(person(number)[0])) for number in range(300)]

    assert len(set(words)) == 300
    assert check_nik(person(77)[1], date(2026, 1, 1)).value == person(77)[1]


def test_an_application_names_its_person_twice_and_leaves_the_plan_alone():
    plan = {"applicant": {"name": ""}, "answers": {"purpose": "x"}, "service": "s"}

    made = application(plan, 5)

    assert made["applicant"]["name"] == made["answers"]["name"] == person(5)[0]
    assert plan["applicant"] == {"name": ""}
    assert made["answers"]["purpose"] == "x"


def test_a_read_that_was_refused_is_named_and_not_compared():
    few = {"inbox": {"ms": 10.0, "statements": 8}, "gone": {"status": 404}}
    many = {"inbox": {"ms": 12.0, "statements": 8}, "gone": {"ms": 3.0, "statements": 2}}

    inbox, gone = compared(few, many, "SQLite", (1_000, 50_000))

    assert inbox.ratio == pytest.approx(1.2)
    assert inbox.name == "SQLite: inbox, 50,000 cases"
    assert gone.ratio is None
    assert "answered 404" in gone.note


def test_the_time_of_a_program_is_that_of_its_processes_and_of_those_that_ended():
    ticks = os.sysconf("SC_CLK_TCK")
    spent = {  # process: parent, its ticks, those of its children that ended
        10: (1, ticks, 2 * ticks),
        11: (10, 4 * ticks, 0),
        12: (11, 8 * ticks, 16 * ticks),
        20: (1, 32 * ticks, 0),
    }

    assert _tree(spent, 10) == 1 + 2 + 4 + 8 + 16
    assert _own(spent, 12) == 8
    assert _own(spent, 99) == 0
