"""What the tests of this domain share: a small office at a fixed moment, and signed-in browsers."""

from collections.abc import Callable

import pytest
from django.test import Client

from satupintu.lib import clock
from satupintu.permits.tests.officer_cases import MONDAY, World, make_world


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    """Sanggau's demo office on Monday 23 November 2026, 09.00; the clock of the pages stands there."""
    monkeypatch.setattr(clock, "now", lambda: MONDAY)
    return make_world()


@pytest.fixture
def browser(world: World) -> Callable[[str], Client]:
    """Give a function that returns a browser in which somebody has signed in."""

    def sign_in(key: str) -> Client:
        client = Client()
        client.force_login(world.user(key), backend="satupintu.people.backends.PasswordBackend")
        return client

    return sign_in
