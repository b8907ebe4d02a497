"""Letters: owed by a move, made once, finished when something failed."""

from datetime import timedelta

import pytest

from satupintu.documents.queries import path_of
from satupintu.documents.services import SigningRefused
from satupintu.lib.kept import forget_kept
from satupintu.office.models import OfficeProfile
from satupintu.office.queries import NumberTaken
from satupintu.permits.queries import Letter
from satupintu.permits.services import letters, pages
from satupintu.permits.tests.officer_cases import make_world
from satupintu.workflow.queries import Transition
from satupintu.workflow.services import run_readers

pytestmark = pytest.mark.django_db


def last(case):
    return Transition.objects.filter(case=case).order_by("-seq").first()


def test_a_return_owes_one_numbered_and_sealed_letter():
    world = make_world()
    case = world.returned(world.apply())
    made = letters.make_after(last(case), at=world.at)
    assert [one.kind for one in made] == ["return"]
    letter = Letter.objects.get(case=case)
    assert letter.number == "500.16.7/001/DPMPTSP-S/XI/2026"
    assert path_of(letter.document).read_bytes().startswith(b"%PDF")


def test_the_same_letter_is_never_made_twice():
    world = make_world()
    case = world.returned(world.apply())
    letters.make_after(last(case), at=world.at)
    letters.make_after(last(case), at=world.at)
    run_readers(at=world.at + timedelta(minutes=5))
    assert letters.make_due(at=world.at + timedelta(hours=1)) == 0
    assert Letter.objects.filter(case=case).count() == 1


def test_a_letter_nobody_made_is_found_by_the_worker():
    world = make_world()
    case = world.returned(world.apply())
    run_readers(at=world.at)
    assert Letter.objects.get(case=case).document is None
    assert letters.make_due(at=world.at + timedelta(hours=1)) == 1
    assert Letter.objects.get(case=case).document is not None
    assert letters.make_due(at=world.at + timedelta(hours=2)) == 0


def test_a_letter_keeps_its_number_when_sealing_fails_first():
    class Broken:
        def sign(self, *_args, **_named):
            raise SigningRefused("Token tercabut.")

        def close(self):
            return None

    world = make_world()
    case = world.returned(world.apply())
    assert letters.make_after(last(case), at=world.at, key=Broken()) == []
    number = Letter.objects.get(case=case).number
    assert number
    letters.make_due(at=world.at + timedelta(hours=1))
    letter = Letter.objects.get(case=case)
    assert letter.document is not None
    assert letter.number == number
    assert NumberTaken.objects.filter(series__code="letter").count() == 1


def test_the_letterhead_writes_the_telephone_as_people_do():
    make_world()
    OfficeProfile.objects.update(phone="+6256421234", email="kantor@contoh.id")
    forget_kept()
    assert pages.letterhead().contact == "(0564) 21234 · kantor@contoh.id"
