"""What happens because time passes, and which message follows from which move."""

from datetime import timedelta

import pytest

from satupintu.messaging.models import OutMessage
from satupintu.permits.models import Permit, Repair
from satupintu.permits.services import check, sweep
from satupintu.permits.tests.officer_cases import MONDAY, World
from satupintu.workflow.models import Task
from satupintu.workflow.services import run_readers, sweep_deadlines


def subjects() -> list[str]:
    return list(OutMessage.objects.order_by("created_at", "pk").values_list("template", flat=True))


def read_all(world: World) -> None:
    while run_readers(at=world.at):
        pass


def test_each_move_tells_the_applicant_what_matters_once(world: World) -> None:
    case = world.returned(world.apply())
    case = world.do(case, "resubmit", "sari", reason="Sudah difoto ulang.")
    world.issued(case)

    read_all(world)
    read_all(world)

    told = [name for name in subjects() if name != "task_waiting"]
    assert told == [
        "application_received",
        "application_returned",
        "application_complete",
        "issued",
    ]


def test_the_officers_of_a_unit_hear_what_they_are_asked_and_are_reminded_once(
    world: World,
) -> None:
    wati = world.user("wati")
    wati.email = "wati@contoh.id"
    wati.save(update_fields=["email"])
    case = world.complete(world.apply())
    read_all(world)
    assert subjects().count("task_waiting") == 1

    due = Task.objects.get(case=case, stage="recommend").due_at
    assert sweep.remind_units(at=due - timedelta(days=5)) == 0
    assert sweep.remind_units(at=due - timedelta(hours=2)) == 1
    assert sweep.remind_units(at=due - timedelta(hours=1)) == 0

    assert subjects().count("task_waiting") == 2


def test_a_repair_is_reminded_once_and_then_closed(world: World) -> None:
    case = world.returned(world.apply())
    repair = Repair.objects.get(permit_case_id=case.pk)
    day = repair.answer_by

    assert sweep.remind_repairs(at=MONDAY + timedelta(days=2)) == 0
    near = MONDAY + timedelta(days=(day - MONDAY.date()).days - 2)
    assert sweep.remind_repairs(at=near) == 1
    assert sweep.remind_repairs(at=near) == 0
    assert check.lapse_unanswered(at=near) == 0
    late = MONDAY + timedelta(days=(day - MONDAY.date()).days + 1)
    assert check.lapse_unanswered(at=late) == 1
    assert check.lapse_unanswered(at=late) == 0

    assert world.fresh(case).state == "lapsed"


@pytest.mark.parametrize(
    ("days_left", "what"),
    [
        (91, None),
        (90, "expiry_90"),
        (61, "expiry_90"),
        (60, "expiry_60"),
        (30, "expiry_30"),
        (7, "expiry_7"),
        (1, "expiry_7"),
        (0, None),
    ],
)
def test_the_nearest_reminder_of_an_ending_permit_goes_out_once(
    world: World, days_left: int, what: str | None
) -> None:
    permit = Permit.objects.get(case=world.issued(world.apply()))
    assert permit.valid_until is not None
    at = MONDAY + timedelta(days=(permit.valid_until - MONDAY.date()).days - days_left)

    first, again = sweep.remind_expiring(at=at), sweep.remind_expiring(at=at)

    assert (first, again) == ((1, 0) if what else (0, 0))
    assert [one.what for one in permit.reminders.all()] == ([what] if what else [])


def test_an_uncollected_permit_is_reminded_after_two_weeks(world: World) -> None:
    world.issued(world.apply())

    assert sweep.remind_uncollected(at=MONDAY + timedelta(days=13)) == 0
    assert sweep.remind_uncollected(at=MONDAY + timedelta(days=15)) == 1
    assert sweep.remind_uncollected(at=MONDAY + timedelta(days=16)) == 0


def test_when_the_legal_limit_passes_the_head_gets_a_task_and_nothing_is_issued(
    world: World,
) -> None:
    case = world.complete(world.apply())
    due = case.legal.due_at
    assert due is not None

    sweep_deadlines(at=due + timedelta(hours=1))
    sweep_deadlines(at=due + timedelta(hours=2))

    tasks = Task.objects.filter(case=case, stage="deemed", state="open")
    assert [task.role for task in tasks] == ["head"]
    assert world.fresh(case).state == "review"
    assert not Permit.objects.exists()


def test_an_extension_moves_the_promise_and_tells_why(world: World) -> None:
    case = world.complete(world.apply())
    before = case.promise

    case = world.do(case, "extend", "lina", reason="Alat ukur sedang ditera.", days=2)
    read_all(world)

    assert case.promise.due_at > before.due_at
    assert case.promise.counted_due_at == before.counted_due_at
    assert case.promise.first_due_at == before.first_due_at
    assert "deadline_extended" in subjects()
