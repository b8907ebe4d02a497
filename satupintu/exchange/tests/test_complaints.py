"""The complaints of an officer by their program: listed page by page, found, moved; only what they may read."""

from datetime import timedelta

import pytest

from satupintu.desk.rules import Accused
from satupintu.desk.tests.conftest import ANSWER, complain
from satupintu.exchange.rules import Scope
from satupintu.exchange.tests.conftest import problem_of


@pytest.fixture
def officer(program):
    return lambda who: program(Scope.STAFF_ACT, officer=who)


def test_they_are_listed_newest_first_page_by_page(world, officer):
    done = [complain(world, at=world.at - timedelta(hours=n)) for n in (3, 1, 2)]
    numbers = [done[1].case.number, done[2].case.number, done[0].case.number]

    first = officer("maya").get("/complaints", {"limit": 2}).json()
    second = officer("maya").get(first["next"].removeprefix("/api/v1")).json()

    assert [one["number"] for one in first["items"] + second["items"]] == numbers
    assert second["next"] is None
    assert first["items"][0]["state"] == "received"
    assert first["items"][0]["answer_by"]
    assert not [key for key in first["items"][0] if "story" in key or "name" in key]


def test_one_is_found_by_number_or_code_and_taken_through_its_moves(world, officer):
    one = complain(world)
    complain(world)
    maya, ratna, lina = (officer(who) for who in ("maya", "ratna", "lina"))
    for typed in (one.case.number, one.case.number.lower(), one.tracking_code):
        found = maya.get("/complaints", {"q": typed}).json()["items"]
        assert [line["number"] for line in found] == [one.case.number]

    (line,) = maya.get("/complaints", {"q": one.case.number}).json()["items"]
    path = line["moves"].removeprefix("/api/v1")
    etag = maya.get(path)["ETag"]
    for who, action, data in (
        (maya, "assign", {"class": "simple"}),
        (ratna, "draft", {"answer": ANSWER}),
        (lina, "approve", {}),
    ):
        answer = who.post(path, {"action": action, "reason": "", "data": data}, If_Match=etag)
        assert answer.status_code == 200, answer.content
        etag = answer["ETag"]
    assert answer.json()["to_state"] == "answered"
    found = maya.get("/complaints", {"state": "answered"}).json()["items"]
    assert [line["number"] for line in found] == [one.case.number]


def test_what_an_officer_may_not_read_does_not_exist_for_their_program(world, officer):
    hidden = complain(world, accused=Accused.HEAD)

    for who in ("darius", "budi"):
        assert officer(who).get("/complaints").json()["items"] == []
        for typed in (hidden.case.number, hidden.tracking_code):
            assert officer(who).get("/complaints", {"q": typed}).json()["items"] == []
    assert officer("nora").get("/complaints").json()["items"]


def test_who_has_no_officer_and_a_broken_cursor_are_told(program, officer):
    assert problem_of(program(Scope.CASES_READ_ALL).get("/complaints")) == "scope-missing"
    assert problem_of(officer("maya").get("/complaints", {"cursor": "x"})) == "invalid"
