"""What the tests of complaints share: the permits' small office, and complaints on their way."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from satupintu.desk.models import Complaint
from satupintu.desk.services import Filing, file_complaint
from satupintu.desk.services.filing import reporter_actor
from satupintu.lib import clock
from satupintu.permits.tests.officer_cases import MONDAY, World, make_world

STORY = "Berkas saya sudah dua minggu tidak ada kabar sama sekali."
ANSWER = "Mohon maaf. Berkas Anda selesai besok."


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


def complain(world: World, *, at: datetime | None = None, **more: Any) -> Complaint:
    """File a complaint as a stranger does from home."""
    given = {"story": STORY, "category": "late"} | more
    return file_complaint(Filing(**given), by=reporter_actor(), at=at or world.at)


def assigned(world: World, **more: Any) -> Complaint:
    """Return a complaint that its screener has passed on."""
    done = complain(world, **more)
    screener = "nora" if done.sealed else "maya"
    world.do(done.case, "assign", screener, **{"class": done.class_key})
    return fresh(done)


def drafted(world: World, who: str = "ratna", **more: Any) -> Complaint:
    done = assigned(world, **more)
    world.do(done.case, "draft", who, answer=ANSWER)
    return fresh(done)


def answered(world: World, **more: Any) -> Complaint:
    done = drafted(world, **more)
    world.do(done.case, "approve", "lina")
    return fresh(done)


def fresh(one: Complaint) -> Complaint:
    return Complaint.objects.select_related("case", "about", "unit").get(pk=one.pk)
