"""What the tests of supervision share: the permits' small office, a permit, and sanctions on it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from satupintu.lib import clock
from satupintu.permits.models import Permit
from satupintu.permits.tests.officer_cases import MONDAY, World, issued_world, make_world
from satupintu.supervision.rules import Kind
from satupintu.supervision.services import Proposal, propose
from satupintu.workflow.queries import Case
from satupintu.workflow.services import act, run_readers

GROUNDS = "Papan nama praktik tidak dipasang.\nJam praktik tidak sesuai izin."
REMEDY = "Pasang papan nama.\nSesuaikan jam praktik."
LAW = "Perbup 12/2024 Pasal 30"


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    """Sanggau's demo office on Monday 23 November 2026, 09.00; the clock of the pages stands there."""
    monkeypatch.setattr(clock, "now", lambda: MONDAY)
    return make_world()


@pytest.fixture
def permit(world: World) -> Permit:
    """Sari's permit, issued that Monday."""
    _again, found = issued_world()
    return found


@pytest.fixture
def browser(world: World) -> Callable[[str], Client]:
    """Give a function that returns a browser in which somebody has signed in."""

    def sign_in(key: str) -> Client:
        client = Client()
        client.force_login(world.user(key), backend="satupintu.people.backends.PasswordBackend")
        return client

    return sign_in


def suggest(
    world: World,
    permit: Permit,
    kind: Kind,
    who: str = "ratna",
    *,
    at: datetime | None = None,
    **more: Any,
) -> Case:
    """Propose a sanction as an officer does who has just looked; return the case of supervision."""
    from satupintu.supervision.queries import find_about

    at = at or world.at
    found = find_about(permit.case_id)
    given: dict[str, Any] = {"grounds": GROUNDS}
    if kind is Kind.WARNING:
        given["remedy"] = REMEDY
    row = propose(
        about=world.fresh(permit.case),
        proposal=Proposal(kind=kind, **(given | more)),
        by=world.actor(who, at),
        at=at,
        seen_version=found.case.version if found else None,
    )
    return world.fresh(row.case)


def give(
    world: World, permit: Permit, kind: Kind, *, at: datetime | None = None, **more: Any
) -> Case:
    """Propose a sanction and let the head give it; return the case of supervision."""
    from satupintu.supervision.rules import DECIDES

    at = at or world.at
    case = suggest(world, permit, kind, at=at, **more)
    act(case, DECIDES[kind][0], by=world.actor("darius", at), at=at)
    return world.fresh(case)


def read_all(world: World, after: timedelta = timedelta(minutes=1)) -> None:
    while run_readers(at=world.at + after, limit=500):
        pass
