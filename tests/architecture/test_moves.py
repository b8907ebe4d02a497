"""A move is written in several places; none may be forgotten."""

import pytest

from satupintu.archive.services import ACTIONS as OF_THE_ARCHIVE
from satupintu.objections.rules import OBJECTION
from satupintu.people.rules import Role
from satupintu.permits.pages.officer.desk import NOT_BUTTONS
from satupintu.permits.pages.officer.forms import FORMS
from satupintu.permits.pages.officer.paths import SLUGS
from satupintu.permits.pages.officer.words import DONE
from satupintu.permits.paid import PAID
from satupintu.permits.rules import ASSISTED, PERMIT
from satupintu.permits.services import ACTIONS
from satupintu.supervision.rules import SUPERVISION
from satupintu.supervision.services import ON_PERMITS
from satupintu.workflow.models import Case, Pending, Transition
from satupintu.workflow.registry import kinds, reader, readers_for

MOVES = {
    (lifecycle.name, action): move
    for lifecycle in (PERMIT, PAID, ASSISTED)
    for (_state, action), move in lifecycle.moves.items()
}
NAMES = sorted({action for _lifecycle, action in MOVES})
OWN_PAGES = {"type_answers"}  # the service's own form: permits/pages/officer/typing_in.py
OPENING = {PERMIT.opening, ASSISTED.opening}
BY_PROGRAM = {
    action
    for action in NAMES
    if all(move.roles == {Role.SYSTEM} for (_life, name), move in MOVES.items() if name == action)
}


@pytest.mark.parametrize("action", NAMES)
def test_every_move_has_its_service_and_its_words(action):
    assert action in DONE, f"{action} has no words in permits/pages/officer/words.py"
    if action not in BY_PROGRAM | OPENING:
        services = ACTIONS | OF_THE_ARCHIVE | ON_PERMITS
        assert action in services, f"{action} has no service in permits/services/__init__.py"


@pytest.mark.parametrize("action", sorted(set(NAMES) - NOT_BUTTONS))
def test_every_button_of_an_officer_has_its_address_and_its_form(action):
    assert action in SLUGS, f"{action} has no address in permits/pages/officer/paths.py"
    assert action in FORMS.keys() | OWN_PAGES, (
        f"{action} has no form in permits/pages/officer/forms.py"
    )


def test_no_service_address_form_or_words_are_left_of_a_move_that_is_gone():
    known = set(NAMES)
    assert not set(ACTIONS) & set(OF_THE_ARCHIVE)
    for table in (ACTIONS, OF_THE_ARCHIVE, ON_PERMITS, SLUGS, FORMS, DONE):
        assert set(table) <= known


def test_no_two_acts_share_an_address():
    assert len(set(SLUGS.values())) == len(SLUGS)


def test_the_names_of_readers_and_kinds_fit_their_columns():
    """SQLite keeps what is too long; PostgreSQL would refuse every move of the case."""
    longest_kind = Case._meta.get_field("kind").max_length
    longest_reader = Pending._meta.get_field("reader").max_length
    for kind in kinds():
        assert len(kind.name) <= longest_kind, kind.name
        for name in readers_for(kind.name):
            assert len(name) <= longest_reader, name


MOVES_OF = {
    "permit": {*NAMES},
    "objection": {action for _state, action in OBJECTION.moves},
    "supervision": {action for _state, action in SUPERVISION.moves},
}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", sorted(MOVES_OF))
def test_a_reader_has_nothing_to_do_with_a_move_it_does_not_want(kind, django_assert_num_queries):
    for action in MOVES_OF[kind]:
        row = Transition(case=Case(kind=kind), action=action, from_state="", to_state="", data={})
        for name in {*readers_for(kind)} - {*readers_for(kind, action)}:
            with django_assert_num_queries(0, info=f"{name} looks at {action}"):
                reader(name)(row)
