"""Whatever is sent with an act, the answer is a row of the log or a sentence: never a broken page."""

from typing import Any

import pytest
from django.db import transaction

from satupintu.lib.refusal import Refusal
from satupintu.people.rules import Actor
from satupintu.permits import rules
from satupintu.permits.services import ACTIONS
from satupintu.permits.tests.officer_cases import World
from satupintu.workflow.models import Transition
from satupintu.workflow.moves import check_allowed
from satupintu.workflow.queries import Case
from satupintu.workflow.services import act

# Every key that an act reads from its data.
KEYS = (
    "task",
    "officer",
    "items",
    "answer_by",
    "answers",
    "documents",
    "consent",
    "unit_kind",
    "days",
    "number",
    "document",
    "text",
    "scheduled_at",
    "place",
    "members",
    "inspection",
    "findings",
    "done_at",
    "photos",
    "latitude",
    "longitude",
    "legal_basis",
    "scan",
    "key",
    "how",
    "collector",
    "collector_identity",
    "authority",
    "signature",
    "status",
    "outcome",
    "what",
)
NOBODY = "00000000-0000-7000-8000-000000000000"
GARBAGE: dict[str, dict[str, Any]] = {
    "nothing": {},
    "empty": dict.fromkeys(KEYS, ""),
    "none": dict.fromkeys(KEYS),
    "words": dict.fromkeys(KEYS, "bukan-yang-diminta"),
    "a date without a day": dict.fromkeys(KEYS, "2026-13-45"),
    "a number": dict.fromkeys(KEYS, -7),
    "a huge number": dict.fromkeys(KEYS, 10**30),
    "a list": {key: ["x"] for key in KEYS},
    "a list of lists": {key: [{"on": "document"}] for key in KEYS},
    "a table": {key: {"x": "y"} for key in KEYS},
    "an id of nothing": dict.fromkeys(KEYS, NOBODY),
    "a null byte": dict.fromkeys(KEYS, "a\0b"),
}
ACTORS = ("budi", "wati", "ratna", "lina", "darius", "sari")
STATES = {
    "submitted": lambda world: world.apply(),
    "review": lambda world: world.complete(world.apply()),
    "ready": lambda world: world.ready(world.apply()),
    "proposed": lambda world: world.proposed(world.apply()),
    "initialled": lambda world: world.initialled(world.apply()),
    "approved": lambda world: world.approved(world.apply()),
    "issued": lambda world: world.issued(world.apply()),
    "returned": lambda world: world.returned(world.apply()),
}


class Undone(Exception):
    """Takes back what an act did, so that the next one finds the case as it was."""


@pytest.mark.parametrize("state", STATES)
def test_no_act_answers_garbage_with_anything_but_a_refusal(world: World, state: str) -> None:

    case = STATES[state](world)
    rows = Transition.objects.count()
    wrong = []
    for action in ACTIONS:
        for by in may_act(world, case, action):
            for name, data in GARBAGE.items():
                try:
                    with transaction.atomic():
                        act(case, action, by=by, at=world.at, reason="Alasan.", data=data)
                        raise Undone  # noqa: TRY301  inside, so that it is taken back
                except Undone:
                    pass
                except Refusal as refused:
                    if not refused.message:
                        wrong.append((action, name, "no sentence"))
                except Exception as error:  # noqa: BLE001  the point of the test: nothing else may come out
                    wrong.append((action, name, f"{type(error).__name__}: {error}"[:90]))
                case = world.fresh(case)
    assert wrong == []
    assert Transition.objects.count() == rows


def may_act(world: World, case: Case, action: str) -> list[Actor]:
    """Return the first person whom the lifecycle's table lets do this; [] for nobody of them."""
    for key in ACTORS:
        try:
            check_allowed(rules.PERMIT, case.state, action, world.actor(key))
        except Refusal:
            continue
        return [world.actor(key)]
    return []
