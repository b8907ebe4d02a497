"""What the tests of objections share: the permits' small office, a refused case, and objecting to it."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from satupintu.documents.services import store_bytes
from satupintu.lib import clock
from satupintu.objections.models import Objection
from satupintu.objections.services import Filing, file_objection
from satupintu.permits.tests.officer_cases import MONDAY, World, make_world, sheet
from satupintu.workflow.queries import Case

GROUNDS = "Rekomendasi salah alamat: tempat praktik saya di Jalan Merdeka 12."


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


def refused(world: World) -> Case:
    """Return a case that ratna proposed to refuse after the unit's answer, and darius refused."""
    case = world.do(world.ready(world.apply()), "propose_refusal", "ratna", reason="Alamat salah.")
    case = world.do(case, "initial", "lina")
    return world.do(case, "reject", "darius", reason="Alamat tidak sesuai.")


def revoked(world: World) -> Case:
    return world.do(world.issued(world.apply()), "revoke", "darius", reason="Tidak berpraktik.")


def object_to(
    world: World,
    case: Case,
    who: str = "sari",
    *,
    at: datetime | None = None,
    papers: int = 1,
    **more: str,
) -> Objection:
    """File an objection as somebody does from home."""
    at = at or world.at
    user = world.user(who)
    assert user.party is not None
    documents = tuple(
        store_bytes(
            content=sheet(f"bukti {n} {case.pk}"),
            media_type="application/pdf",
            party_id=user.party.pk,
            kind="objection",
            name=f"bukti-{n}.pdf",
            by=world.actor(who),
            at=at,
            pages=1,
        )
        for n in range(papers)
    )
    filing = Filing(party_id=user.party.pk, documents=documents, **({"grounds": GROUNDS} | more))
    return file_objection(about=world.fresh(case), filing=filing, by=world.actor(who, at), at=at)


def reviewed(world: World, case: Case) -> Objection:
    """Return an objection whose draft lina (no part in the refusal) has put before the head."""
    objection = object_to(world, case)
    world.do(objection.case, "begin_review", DRAFTER)
    world.do(objection.case, "propose", DRAFTER, reason="Alamat benar.", outcome="uphold")
    return objection


DRAFTER = "lina"
