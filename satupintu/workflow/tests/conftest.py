"""A toy kind of case on a small lifecycle, so that the grammar is tested without any permit."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from satupintu.lib.workingtime import WorkCalendar
from satupintu.people.models import Unit, User
from satupintu.people.rules import Actor, Role
from satupintu.workflow import registry, rules
from satupintu.workflow.models import Case, Transition
from satupintu.workflow.rules import Lifecycle, Move, NewTask, Status, TermEffect, Tone
from satupintu.workflow.services import (
    SHARED_ACTIONS,
    ActRequest,
    CaseKind,
    Facts,
    TaskChange,
    facts_of,
    open_case,
    perform_move,
    register_kind,
)

# Monday 2 November 2026, 09.00 in Pontianak.
START = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
CALENDAR = WorkCalendar("Asia/Pontianak", {day: (time(8), time(15)) for day in range(5)})
EVERYBODY = frozenset(Role)

TOY = Lifecycle(
    name="toy",
    opening="ask",
    states={
        "asked": Status("Asked"),
        "waiting": Status("Waiting", Tone.WARN, "applicant"),
        "answered": Status("Answered", Tone.GOOD, "", closed=True),
    },
    moves={
        ("", "ask"): Move(
            "asked", EVERYBODY, "Ask", {"promise": TermEffect.START, "legal": TermEffect.START}
        ),
        ("asked", "return"): Move(
            "waiting",
            frozenset({Role.VERIFIER}),
            "Return",
            {"promise": TermEffect.PAUSE, "legal": TermEffect.RESET},
            reason_required=True,
        ),
        ("waiting", "resubmit"): Move(
            "asked",
            EVERYBODY,
            "Resubmit",
            {"promise": TermEffect.RESUME, "legal": TermEffect.RESTART},
        ),
        ("asked", "answer"): Move(
            "answered",
            frozenset({Role.VERIFIER}),
            "Answer",
            {"promise": TermEffect.STOP, "legal": TermEffect.STOP},
        ),
        ("*", "take"): Move(None, EVERYBODY, "Take"),
        ("*", "release"): Move(None, EVERYBODY, "Release"),
        ("*", "reassign"): Move(None, EVERYBODY, "Reassign"),
        ("*", "comment"): Move(None, EVERYBODY, "Comment", reason_required=True),
        ("*", "calendar_changed"): Move(None, frozenset({Role.SYSTEM}), "Calendar"),
        ("*", "notice_deadline"): Move(None, frozenset({Role.SYSTEM}), "Notice"),
        ("*", "erase_note"): Move(None, frozenset({Role.SYSTEM}), "Erase"),
    },
)


def plain(request: ActRequest) -> Transition:
    return perform_move(
        case=request.case,
        lifecycle=TOY,
        action=request.action,
        by=request.by,
        at=request.at,
        facts=facts_of(request, data={"given": request.data.get("given", "")}),
        calendar=CALENDAR,
    )


@pytest.fixture(autouse=True)
def toy_kind() -> Iterator[None]:
    actions = dict.fromkeys(["return", "resubmit", "answer", "notice_deadline"], plain)
    register_kind(
        CaseKind(
            name="toy",
            lifecycle=lambda _case: TOY,
            actions={**actions, **SHARED_ACTIONS},
            page=lambda case: f"/toy/{case.number}/",
            title=lambda case, _language: case.number,
        )
    )
    before = dict(registry._readers)
    registry._readers.clear()  # only the readers a test registers
    yield
    registry._kinds.pop("toy")
    registry._readers.clear()
    registry._readers.update(before)


@pytest.fixture
def unit(db: None) -> Unit:
    return Unit.objects.create(code="office", name="Kantor", kind="office")


@pytest.fixture
def ratna(unit: Unit) -> Actor:
    user = User.objects.create(username="ratna", name="Ratna")
    return Actor("Ratna", frozenset({Role.VERIFIER}), user_id=user.pk, units=frozenset({unit.pk}))


@pytest.fixture
def joko(unit: Unit) -> Actor:
    user = User.objects.create(username="joko", name="Joko")
    return Actor(
        "Joko", frozenset({Role.FRONT_OFFICE}), user_id=user.pk, units=frozenset({unit.pk})
    )


@pytest.fixture
def make_case(ratna: Actor, unit: Unit) -> Callable[..., Case]:
    def make(
        number: str = "T-1", *, at: datetime = START, facts: Facts | None = None, days: int = 3
    ) -> Case:
        task = NewTask("check", Role.VERIFIER, unit.pk, due_by_calendar(at), days=1)
        return open_case(
            kind="toy",
            number=number,
            lifecycle=TOY,
            by=ratna,
            at=at,
            facts=replace(facts or Facts(), data={"first": True}),
            tasks=TaskChange(open=[task]),
            days={"promise": days, "legal": 5},
            calendar=CALENDAR,
        ).case

    return make


def due_by_calendar(at: datetime) -> datetime:
    from satupintu.lib.workingtime import add_working_days

    return add_working_days(at, 1, CALENDAR)


@pytest.fixture
def at() -> datetime:
    return START


@pytest.fixture
def state_of() -> Callable[[Case], tuple[str, int]]:
    def read(case: Case) -> tuple[str, int]:
        fresh = Case.objects.get(pk=case.pk)
        return fresh.state, fresh.version

    return read


__all__ = ["CALENDAR", "START", "TOY", "rules"]
