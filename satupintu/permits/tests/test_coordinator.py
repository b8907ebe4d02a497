"""A coordinator hands the tasks of a technical unit to its officers, and answers none."""

from collections.abc import Callable

import pytest
from django.test import Client

from satupintu.people.models import RoleAssignment
from satupintu.people.rules import Role
from satupintu.permits.tests.officer_cases import World
from satupintu.workflow.models import Task
from satupintu.workflow.queries import InboxFilter, inbox
from satupintu.workflow.services import MoveNotAllowed

Browser = Callable[[str], Client]


@pytest.fixture
def coordinated(world: World) -> World:
    """Let Hendra coordinate the health unit and nothing else; Wati is its officer."""
    health = RoleAssignment.objects.filter(user=world.user("wati")).first()
    assert health is not None
    RoleAssignment.objects.filter(user=world.user("hendra")).delete()
    RoleAssignment.objects.create(
        user=world.user("hendra"),
        role=Role.COORDINATOR,
        unit_id=health.unit_id,
        valid_from=health.valid_from,
    )
    return world


def task_of(case: object) -> Task:
    return Task.objects.get(case=case, stage="recommend", state="open")


def test_a_coordinator_sees_and_reassigns_the_tasks_of_the_unit(coordinated: World) -> None:
    world = coordinated
    case = world.complete(world.apply())
    assert [one.pk for one in inbox(world.actor("hendra"), InboxFilter())] == [task_of(case).pk]

    world.do(case, "reassign", "hendra", task=str(task_of(case).pk), officer=world.user("wati").pk)

    assert task_of(case).assignee_id == world.user("wati").pk


@pytest.mark.parametrize("action", ["take", "release", "recommend_for"])
def test_a_coordinator_answers_no_task(coordinated: World, action: str) -> None:
    world = coordinated
    case = world.complete(world.apply())

    with pytest.raises(MoveNotAllowed):
        world.do(case, action, "hendra", task=str(task_of(case).pk), text="Layak.")

    assert task_of(case).assignee_id is None
    assert world.fresh(case).state == "review"


def test_a_coordinator_has_no_say_over_another_unit(coordinated: World) -> None:
    world = coordinated
    case = world.apply()
    check = world.tasks(case)[0]

    with pytest.raises(MoveNotAllowed):
        world.do(case, "reassign", "hendra", task=str(check.pk), officer=world.user("wati").pk)

    assert world.tasks(case)[0].assignee_id is None


@pytest.mark.parametrize("officer", ["budi", "darius", "sari"])
def test_a_task_is_handed_to_nobody_who_could_not_answer_it(
    coordinated: World, officer: str
) -> None:
    world = coordinated
    case = world.complete(world.apply())

    with pytest.raises(MoveNotAllowed, match="tidak sedang bertugas"):
        world.do(
            case, "reassign", "hendra", task=str(task_of(case).pk), officer=world.user(officer).pk
        )

    assert task_of(case).assignee_id is None


def test_a_coordinator_shares_out_what_nobody_handles(coordinated: World, browser: Browser) -> None:
    world = coordinated
    case = world.complete(world.apply())
    client = browser("hendra")
    assert client.get("/tugas/").status_code == 200
    assert client.get(f"/berkas/{case.number}/").status_code == 200

    client.post("/tugas/bagi/")

    assert task_of(case).assignee_id == world.user("wati").pk
