"""The tables: who reads, who knows whom, what is held back, how days count; and the plan with its routes."""

from datetime import date, datetime, time
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from satupintu.desk import plan, rules
from satupintu.desk.pages.office import SLUGS
from satupintu.desk.rules import Deadline, Hold, Privacy, Sight, Viewer, plans
from satupintu.desk.rules.tables import BadPlan
from satupintu.desk.services import ACTIONS
from satupintu.lib.workingtime import WorkCalendar
from satupintu.people.rules import Role

ALL = set(Viewer)
ZONE = ZoneInfo("Asia/Pontianak")
CALENDAR = WorkCalendar(
    "Asia/Pontianak", dict.fromkeys(range(5), (time(8), time(16))), frozenset({date(2026, 12, 25)})
)


@pytest.mark.parametrize(
    ("sealed", "readers"),
    [
        (False, {Viewer.ADMIN, Viewer.INSPECTOR, Viewer.HANDLER, Viewer.AUDITOR}),
        (True, {Viewer.INSPECTOR, Viewer.HANDLER}),
    ],
)
def test_who_reads(sealed, readers):
    assert {one for one in ALL if rules.may_read(one, sealed=sealed)} == readers


# (privacy, sealed) -> who sees the name at once, who after a recorded press; all others never.
SIGHTS = {
    (Privacy.OPEN, False): ({Viewer.ADMIN, Viewer.INSPECTOR, Viewer.HANDLER}, {Viewer.AUDITOR}),
    (Privacy.OPEN, True): ({Viewer.INSPECTOR, Viewer.HANDLER}, set()),
    (Privacy.CONFIDENTIAL, False): (set(), {Viewer.ADMIN, Viewer.INSPECTOR}),
    (Privacy.CONFIDENTIAL, True): (set(), {Viewer.INSPECTOR}),
    (Privacy.ANONYMOUS, False): (set(), set()),
    (Privacy.ANONYMOUS, True): (set(), set()),
}


@pytest.mark.parametrize(
    ("privacy", "sealed", "viewer"), list(product(Privacy, (False, True), Viewer))
)
def test_who_knows_whom(privacy, sealed, viewer):
    shown, logged = SIGHTS[privacy, sealed]
    wanted = Sight.SHOWN if viewer in shown else Sight.LOGGED if viewer in logged else Sight.NEVER
    assert rules.sight(viewer, privacy, sealed=sealed) is wanted


@pytest.mark.parametrize(
    ("accused", "roles", "handles", "viewer"),
    [
        (True, {Role.INSPECTOR}, True, Viewer.ACCUSED),
        (True, {Role.COMPLAINT_ADMIN}, False, Viewer.ACCUSED),
        (False, {Role.INSPECTOR, Role.COMPLAINT_ADMIN}, False, Viewer.INSPECTOR),
        (False, {Role.COMPLAINT_ADMIN}, True, Viewer.ADMIN),
        (False, {Role.VERIFIER}, True, Viewer.HANDLER),
        (False, {Role.VERIFIER}, False, Viewer.OTHER),
        (False, {Role.HEAD}, False, Viewer.OTHER),
        (False, {Role.LEADER}, False, Viewer.OTHER),
        (False, {Role.AUDITOR}, False, Viewer.AUDITOR),
    ],
)
def test_as_what_somebody_looks(accused, roles, handles, viewer):
    assert rules.viewer_as(accused=accused, roles=frozenset(roles), handles=handles) is viewer


@pytest.mark.parametrize(
    ("trapped", "often", "unconfirmed", "held"),
    [
        (True, True, True, Hold.TRAP),
        (False, True, True, Hold.OFTEN),
        (False, False, True, Hold.UNCONFIRMED),
        (False, False, False, None),
    ],
)
def test_what_is_held_back(trapped, often, unconfirmed, held):
    assert rules.hold(trapped=trapped, often=often, unconfirmed=unconfirmed) is held


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Pak Budi di loket", True),
        ("petugas bernama SANTOSO", True),
        ("ibu di loket dua", False),
        ("", False),
    ],
)
def test_words_that_name_an_officer(text, named):
    assert rules.names_officer(text, "Budi Santoso, S.E.") is named


def test_calendar_days_become_working_days() -> None:
    calendar = CALENDAR
    monday = datetime(2026, 11, 23, 9, tzinfo=ZONE)
    assert rules.working_days(Deadline(14, working=True, source="x"), monday, calendar) == 14
    assert rules.working_days(Deadline(14, working=False, source="x"), monday, calendar) == 10
    friday = datetime(2026, 11, 27, 9, tzinfo=ZONE)
    assert rules.working_days(Deadline(1, working=False, source="x"), friday, calendar) == 1


MOVES = sorted({action for _state, action in rules.COMPLAINT.moves})
BY_ITS_OWN = {
    "calendar_changed",
    "erase_note",
    "close",
    "file",
    "attach",
}  # by a service of its own, not through `act`


@pytest.mark.parametrize("action", MOVES)
def test_every_act_has_words_and_a_service(action):
    assert action in rules.DONE
    assert action in BY_ITS_OWN or action in ACTIONS


def test_no_service_address_or_words_are_left_of_an_act_that_is_gone() -> None:
    for table in (ACTIONS, SLUGS, rules.DONE):
        assert set(table) <= set(MOVES)


# --- The plan ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("category", "accused", "unit_kind", "unit", "draft", "sealed"),
    [
        ("levy", "nobody", "", "inspectorate", "inspector", True),
        ("levy", "officer", "", "inspectorate", "inspector", True),
        ("levy", "unit", "health", "inspectorate", "inspector", True),
        ("abuse", "nobody", "", "inspectorate", "inspector", True),
        ("late", "head", "", "inspectorate", "inspector", True),
        ("information", "head", "", "inspectorate", "inspector", True),
        ("late", "unit", "health", "concerned", "technical_officer", False),
        ("late", "unit", "", "office", "verifier", False),
        ("conduct", "officer", "", "office", "section_head", False),
        ("information", "nobody", "", "office", "front_office", False),
        ("late", "nobody", "", "office", "verifier", False),
        ("system", "nobody", "", "office", "verifier", False),
    ],
)
def test_routes(category, accused, unit_kind, unit, draft, sealed):  # noqa: PLR0917  a table
    found = plan.shipped().route(category=category, accused=accused, unit_kind=unit_kind)
    assert (found.unit, str(found.draft), found.sealed) == (unit, draft, sealed)


def test_the_days_and_where_they_come_from() -> None:
    read = plan.shipped()
    assert (read.first_response.days, read.closing.days) == (3, 10)
    assert {one.key: one.deadline.days for one in read.classes.values()} == {
        "information": 5,
        "aspiration": 5,
        "simple": 5,
        "alleged": 14,
        "oversight": 60,
    }
    assert all(one.deadline.source for one in read.classes.values())


@pytest.mark.parametrize(
    ("was", "now", "sentence"),
    [
        ("days = 60", "days = 0", "must be a number from 1 to 365"),
        ("days = 60", 'days = "60"', "must be a number from 1 to 365"),
        ('counting = "calendar"', 'counting = "lunar"', "must be “working” or “calendar”"),
        ('class = "oversight"', 'class = "grave"', "begins with class “grave”"),
        ('categories = ["levy", "abuse"]', 'categories = ["levi"]', "no category “levi”"),
        ('accused = ["head"]', 'accused = ["boss"]', "nobody can be accused as “boss”"),
        ('draft = "verifier"', 'draft = "clerk"', "is no role: 'clerk'"),
        ('draft = "verifier"', 'draft = "section_head"', "the same role drafts and approves"),
        ("sealed = true", "sealed = false", "No route is sealed"),
        ('draft = "verifier"', 'draft = "verifier"\ncategories = ["late"]', "last route has"),
        ("[closing]", "[closed]", "[closing] is missing"),
        ("[[route]]", "[[router]]", "There is no [[route]]"),
        ('key = "levy"', 'key = "late"', "two of category “late”"),
        ("days = 60", "days = ", "not TOML"),
    ],
)  # fmt: skip
def test_a_bad_plan_is_told_in_a_sentence(was, now, sentence):
    text = plan.FILE.read_text(encoding="utf-8")
    assert was in text
    with pytest.raises(BadPlan) as told:
        plans.read(text.replace(was, now))
    assert sentence in str(told.value)
