"""A small office at a fixed moment, and files as offices have them."""

import pytest

from satupintu.lib import clock
from satupintu.permits.tests.officer_cases import MONDAY, World, make_world


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    """Sanggau's demo office on Monday 23 November 2026, 09.00; the clock of the pages stands there."""
    monkeypatch.setattr(clock, "now", lambda: MONDAY)
    return make_world()
