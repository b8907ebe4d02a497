"""What an office may change of its plan, as tables; and what a change would mean for complaints that run."""

from dataclasses import replace

import pytest

from satupintu.desk.plan import shipped
from satupintu.desk.rules import Accused
from satupintu.desk.rules.changing import Moved, Shifted
from satupintu.desk.rules.plans import Answerer, Plan, Route, from_plain, plain
from satupintu.desk.rules.replanning import (
    CLOSING,
    FIRST,
    Addition,
    Running,
    Wish,
    answerer_of,
    effect,
    objections,
    possible_answerers,
    protected,
    replanned,
    restored,
)
from satupintu.people.rules import Role

LAW = shipped()
INSPECTORATE = Answerer("inspectorate", Role.INSPECTOR, Role.COORDINATOR, sealed=True)
COUNTER = Answerer("office", Role.FRONT_OFFICE, Role.SECTION_HEAD)
VERIFIERS = Answerer("office", Role.VERIFIER, Role.SECTION_HEAD)
HEALTH = Answerer("health", Role.TECHNICAL_OFFICER, Role.COORDINATOR)
PARKING = {"id": "Parkir di kantor", "en": "Parking at the office"}


def wish(days=None, answerers=None, hidden=None, addition=None, accused=None) -> Wish:
    return Wish(days or {}, answerers or {}, hidden or {}, addition, accused or {})


def told(plan: Plan) -> list[tuple[str, str]]:
    return [(one.what, one.key) for one in objections(plan, LAW, "id")]


def running(plan: int | None = None, *, answering: bool = False, **more: object) -> Running:
    given = {"key": "late", "class_key": "simple", "accused": "nobody", "service": ""}
    given |= {"unit_kind": "", "count": 1} | more
    return Running(plan, answering=answering, **given)


def test_a_plan_is_the_same_as_plain_data_and_after_the_wish_of_nothing():
    assert from_plain(plain(LAW)) == LAW
    assert replanned(LAW, wish()) == LAW
    changed = replanned(LAW, wish({"simple": 3}, {"late": HEALTH}, {"system": True}))
    assert from_plain(plain(changed)) == changed
    assert replanned(changed, wish()) == changed


@pytest.mark.parametrize(
    ("key", "days", "refused"),
    [
        (FIRST, 3, False), (FIRST, 1, False), (FIRST, 4, True),
        ("simple", 5, False), ("simple", 2, False), ("simple", 6, True),
        ("aspiration", 6, True),
        ("alleged", 14, False), ("alleged", 15, True),
        ("oversight", 60, False), ("oversight", 61, True), ("oversight", 365, True),
    ],
)  # fmt: skip
def test_an_office_may_be_sooner_than_the_law_and_never_later(key, days, refused):
    found = list(objections(replanned(LAW, wish({key: days})), LAW, "en"))
    assert [(one.what, one.key) for one in found] == ([("days", key)] if refused else [])
    for one in found:
        limit = LAW.first_response if key == FIRST else LAW.classes[key].deadline
        assert str(limit.days) in one.message
        assert limit.source["en"] in one.message


@pytest.mark.parametrize(("days", "refused"), [(10, False), (30, False), (9, True), (1, True)])
def test_an_office_may_wait_longer_before_a_complaint_closes_and_never_less(days, refused):
    plan = replanned(LAW, wish({CLOSING: days}))
    assert plan.closing.days == days
    found = list(objections(plan, LAW, "en"))
    assert [(one.what, one.key) for one in found] == ([("days", CLOSING)] if refused else [])
    for one in found:
        assert "10" in one.message
        assert LAW.closing.source["en"] in one.message


@pytest.mark.parametrize("who", [Accused.OFFICER, Accused.UNIT])
@pytest.mark.parametrize("answerer", [INSPECTORATE, COUNTER, HEALTH], ids=str)
def test_who_answers_where_an_officer_or_a_unit_is_complained_of_can_be_chosen(who, answerer):
    plan = replanned(LAW, wish(accused={str(who): answerer}))
    assert told(plan) == []
    assert from_plain(plain(plan)) == plan
    assert replanned(plan, wish()) == plan
    assert plan.route(category="late", accused=who, unit_kind="health").answerer == answerer
    # What is sealed by its category, or by the head, stays where it was.
    assert plan.route(category="levy", accused=who, unit_kind="health").answerer == INSPECTORATE
    assert plan.route(category="late", accused=Accused.HEAD).answerer == INSPECTORATE
    other = Accused.UNIT if who is Accused.OFFICER else Accused.OFFICER
    for one in (other, Accused.NOBODY):
        given = {"category": "late", "accused": one, "unit_kind": "health"}
        assert plan.route(**given) == LAW.route(**given)


def test_who_answers_about_the_head_cannot_be_chosen():
    assert replanned(LAW, wish(accused={"head": COUNTER})) == LAW


@pytest.mark.parametrize("category", sorted(LAW.categories))
@pytest.mark.parametrize("answerer", [INSPECTORATE, COUNTER, VERIFIERS, HEALTH], ids=str)
def test_who_answers_can_be_chosen_but_for_what_the_inspectorate_keeps(category, answerer):
    plan = replanned(LAW, wish(answerers={category: answerer}))
    assert answerer_of(plan, category) == answerer
    kept = category in {"levy", "abuse"} and answerer != INSPECTORATE
    assert told(plan) == ([("answerer", category)] if kept else [])
    for other in set(LAW.categories) - {category}:
        assert answerer_of(plan, other) == answerer_of(LAW, other)


@pytest.mark.parametrize("category", sorted(LAW.categories))
def test_complaints_about_the_head_go_to_the_inspectorate_wherever_a_category_goes(category):
    plan = replanned(LAW, wish(answerers={category: HEALTH}))
    for kind in ("", "office", "health"):
        found = plan.route(category=category, accused=Accused.HEAD, unit_kind=kind)
        assert found.answerer == INSPECTORATE


def test_what_is_sealed_cannot_be_taken_from_the_inspectorate_by_any_way():
    assert protected(LAW) == {"levy", "abuse"}
    assert told(replanned(LAW, wish(hidden={"levy": True}))) == [("offered", "levy")]
    without_head = replace(
        LAW, routes=tuple(one for one in LAW.routes if "head" not in one.accused)
    )
    assert ("answerer", "late") in told(without_head)
    first = Route("office", Role.VERIFIER, Role.HEAD, accused=frozenset({"officer"}))
    assert told(replace(LAW, routes=(first, *LAW.routes))) == [
        ("answerer", "abuse"),
        ("answerer", "levy"),
    ]


def test_a_hidden_category_stays_with_its_words_and_is_not_offered():
    plan = replanned(LAW, wish(hidden={"system": True}))
    assert "system" not in plan.offered
    assert plan.category_words("system", "en") == "Trouble with the website"
    assert replanned(plan, wish(hidden={"system": False})) == LAW


def test_an_added_category_gets_a_key_of_its_own_and_is_routed():
    addition = Addition(PARKING, "simple", HEALTH)
    once = replanned(LAW, wish(addition=addition))
    twice = replanned(once, wish(addition=addition))
    assert set(twice.categories) - set(LAW.categories) == {"parkir-di-kantor", "parkir-di-kantor-2"}
    assert max(map(len, twice.categories)) <= 20
    assert twice.route(category="parkir-di-kantor-2").answerer == HEALTH
    assert told(twice) == []
    strange = Addition({"id": "???", "en": "???"}, "simple", HEALTH)
    assert "lain" in replanned(LAW, wish(addition=strange)).categories


def test_going_back_keeps_what_was_added_since_as_hidden():
    later = replanned(LAW, wish({"simple": 2}, addition=Addition(PARKING, "simple", HEALTH)))
    back = restored(LAW, later)
    assert back.classes == LAW.classes
    assert back.offered == LAW.categories
    assert back.category_words("parkir-di-kantor", "id") == PARKING["id"]
    assert restored(LAW, LAW) == LAW


def test_who_can_be_chosen_is_who_the_plan_names_and_the_agencies_of_the_office():
    found = possible_answerers(LAW, LAW, ["office", "health", "district", "inspectorate"])
    assert {INSPECTORATE, COUNTER, VERIFIERS, HEALTH} <= set(found)
    assert len(found) == len(set(found)) == 6
    assert "district" not in {one.unit for one in found}


@pytest.mark.parametrize(
    ("row", "change", "moved", "shifted"),
    [
        (running(), wish(), [], []),
        (running(count=4), wish(answerers={"late": HEALTH}), [Moved("late", VERIFIERS, HEALTH, 4)], []),
        # Whom it is about comes before the category.
        (running(accused="head"), wish(answerers={"late": HEALTH}), [], []),
        (running(accused="officer"), wish(answerers={"late": HEALTH}), [], []),
        (running(key="levy"), wish(answerers={"late": HEALTH}), [], []),
        (running(count=2), wish({"simple": 3}), [], [Shifted("simple", 5, 3, 2)]),
        (running(class_key="oversight"), wish({"simple": 3}), [], []),
        (running(), wish({FIRST: 1}), [], [Shifted(FIRST, 3, 1, 1)]),
        (running(answering=True), wish({FIRST: 1}), [], []),
    ],
)  # fmt: skip
def test_what_a_change_would_mean_for_complaints_that_run(row, change, moved, shifted):
    found = effect([row], {None: LAW}, replanned(LAW, change))
    assert (found.running, found.moved, found.shifted) == (row.count, moved, shifted)


def test_each_complaint_is_compared_with_the_plan_it_came_under():
    first = replanned(LAW, wish(answerers={"late": HEALTH}))
    rows = [running(count=2), running(1, count=3)]
    found = effect(rows, {None: LAW, 1: first}, LAW)
    assert found.running == 5
    assert found.moved == [Moved("late", HEALTH, VERIFIERS, 3)]
