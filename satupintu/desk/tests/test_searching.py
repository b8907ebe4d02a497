"""The officers' one search box finds what is no permit's case, for those who may read it, and betrays nobody."""

from collections.abc import Callable

import pytest
from django.test import Client

from satupintu.desk import queries
from satupintu.desk.rules import Accused, Privacy
from satupintu.desk.services.consulting import Question, ask_on_page
from satupintu.desk.tests.conftest import assigned, complain
from satupintu.people.models import Disclosure
from satupintu.permits.tests.officer_cases import World
from satupintu.workflow.models import Case

SignIn = Callable[[str], Client]
FIND = "/berkas/cari/"
PHONE = "+6281200004321"


def found(client: Client, typed: str) -> str:
    return client.post(FIND, {"q": typed}).content.decode()


def test_a_number_of_another_kind_leads_to_its_page(world: World, browser: SignIn) -> None:
    done = complain(world)

    for typed in (done.case.number, done.case.number.lower(), f" {done.case.number} "):
        answer = browser("maya").post(FIND, {"q": typed})
        assert answer["Location"] == f"/pengaduan/berkas/{done.case.number}/", typed


def test_nobody_is_led_to_a_complaint_that_they_may_not_read(world: World, browser: SignIn) -> None:
    about_the_head = complain(world, accused=Accused.HEAD)

    for who in ("darius", "budi"):
        for typed in (about_the_head.case.number, about_the_head.tracking_code):
            assert about_the_head.case.number not in found(browser(who), typed).replace(
                f'value="{typed}"', ""
            ), (who, typed)


@pytest.mark.parametrize("typed", ["081200004321", "+62 812-0000-4321"])
def test_a_telephone_number_finds_open_complaints_and_questions_and_is_recorded(
    world: World, browser: SignIn, typed: str
) -> None:
    done = complain(world, name="Yosep", contact=PHONE)
    hidden = complain(world, name="Yosep", contact=PHONE, privacy=Privacy.CONFIDENTIAL)
    asked = ask_on_page(
        Question(text="Apakah kantor buka hari Sabtu?", topic="other", name="Yosep", contact=PHONE),
        language="id",
        at=world.at,
        origin_ref=None,
    )

    page = found(browser("maya"), typed)

    assert f"/pengaduan/berkas/{done.case.number}/" in page
    assert f"/konsultasi/berkas/{asked.case.number}/" in found(browser("budi"), typed)
    assert hidden.case.number not in page
    assert Disclosure.objects.exists()


def test_one_complaint_and_many_are_seen_by_the_same_officers(world: World) -> None:
    complain(world)
    complain(world, accused=Accused.HEAD)
    complain(world, accused=Accused.OFFICER, accused_text="Ratna di meja dua")
    complain(world, category="levy", privacy=Privacy.ANONYMOUS)
    assigned(world)
    cases = list(Case.objects.filter(kind="complaint"))
    seen = {}
    for who in world.logins:
        actor = world.actor(who)
        many = set(Case.objects.filter(queries.seen_by(actor), kind="complaint"))
        one = {case for case in cases if queries.may_see(actor, case)}
        assert one == many, who
        seen[who] = len(one)

    assert 0 < seen["maya"] < len(cases)
    assert 0 in seen.values()


def test_a_tracking_code_finds_them_too(world: World, browser: SignIn) -> None:
    done = complain(world)

    assert done.case.number in found(browser("maya"), done.tracking_code)
