"""The demo office, seeded whole: it must stand, and show a case in every state."""

from datetime import UTC, date, datetime

import pytest

from satupintu.catalogue.parse import load_definition
from satupintu.catalogue.rules import Kind
from satupintu.catalogue.tests.factories import shipped_text
from satupintu.config.demo import seed
from satupintu.config.demo.papers import answers_for
from satupintu.people.queries import Party
from satupintu.permits.paid import PAID
from satupintu.permits.rules import ASSISTED, KIND_PERMIT, State
from satupintu.workflow.audit import audit
from satupintu.workflow.queries import Case

MONDAY_MORNING = datetime(2026, 11, 23, 1, 20, tzinfo=UTC)  # the offices have just opened
SATURDAY = datetime(2026, 11, 28, 5, 0, tzinfo=UTC)


def test_who_asks_for_a_billboard_answers_for_it() -> None:
    definition = load_definition(shipped_text("reklame"))
    joko = Party(name="Joko Prasetyo", identity="6103010101909999")

    answers = answers_for(definition, Kind.NEW, joko, date(2026, 11, 23), {})

    assert answers["responsible"] == "Joko Prasetyo"
    assert "Sari Lestari" not in answers.values()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("office", "at"),
    [("sanggau", MONDAY_MORNING), ("bengkalis", SATURDAY)],
    ids=str,
)
def test_the_demo_of_an_office_shows_a_case_in_every_state(
    db: None, office: str, at: datetime
) -> None:
    told: list[str] = []

    logins = seed(office, at, told.append)

    assert logins["darius"].post == "Kepala Dinas"
    reachable = {
        str(move.to)
        for lifecycle in (PAID, ASSISTED)
        for move in lifecycle.moves.values()
        if move.to
    }
    assert reachable == set(State)
    shown = set(Case.objects.filter(kind=KIND_PERMIT).values_list("state", flat=True))
    # A demo brings in no older register, and its oldest permit has not waited half a year for its holder.
    assert shown == reachable - {State.IMPORT_UNDONE, State.NOT_COLLECTED}
    assert audit().broken == []
    assert told[0] == "regions, calendar and services"
    assert any(what.startswith("case 2 of ") for what in told)
