"""What happens because time passes, and which message follows from which move."""

from datetime import timedelta

import pytest

from satupintu.messaging.models import OutMessage
from satupintu.people.models import User
from satupintu.people.rules import system_actor
from satupintu.permits import queries
from satupintu.permits.models import Permit, Repair
from satupintu.permits.services import check, sweep
from satupintu.permits.tests.officer_cases import MONDAY, World
from satupintu.workflow.models import Task, Transition
from satupintu.workflow.services import CannotMove, act, dates, run_readers, sweep_deadlines


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


def test_an_uncollected_permit_is_reminded_again_and_again_and_then_left_in_peace(
    world: World,
) -> None:
    permit = Permit.objects.get(case=world.issued(world.apply()))

    days = (13, 14, 15, 29, 30, 31, 60, 61, 90, 91, 400)
    sent = [sweep.remind_uncollected(at=MONDAY + timedelta(days=day)) for day in days]

    assert dict(zip(days, sent, strict=True)) == {
        13: 0, 14: 1, 15: 0, 29: 0, 30: 1, 31: 0, 60: 1, 61: 0, 90: 1, 91: 0, 400: 0,
    }  # fmt: skip
    assert sorted(one.what for one in permit.reminders.all()) == [
        "uncollected_14", "uncollected_30", "uncollected_60", "uncollected_90",
    ]  # fmt: skip


def test_a_permit_that_ended_uncollected_is_not_reminded(world: World) -> None:
    permit = Permit.objects.get(case=world.issued(world.apply()))
    Permit.objects.filter(pk=permit.pk).update(valid_until=MONDAY.date())

    assert sweep.remind_uncollected(at=MONDAY + timedelta(days=15)) == 0


def test_what_has_ended_is_not_listed_as_in_force(world: World) -> None:
    permit = Permit.objects.get(case=world.issued(world.apply()))
    today = MONDAY.date()

    def listed() -> list[Permit]:
        return [
            *queries.list_issued(uncollected=False, today=today),
            *queries.list_issued(uncollected=True, today=today),
        ]

    assert listed() == [permit, permit]
    Permit.objects.filter(pk=permit.pk).update(valid_until=today)
    assert listed() == [permit, permit]
    Permit.objects.filter(pk=permit.pk).update(valid_until=today - timedelta(days=1))
    assert listed() == []


def test_a_permit_of_another_system_is_told_as_issued_there(world: World) -> None:
    case = world.complete(world.apply(service="nib-pendampingan"))
    case = world.do(case, "record_filing", "budi", number="I-1")
    world.do(case, "record_issued", "budi", number="9120000099991")

    read_all(world)

    assert subjects()[-1] == "issued_elsewhere"
    body = OutMessage.objects.order_by("created_at", "pk").last().body
    assert "9120000099991" in body
    assert "selambat-lambatnya" not in body


def addresses(world: World, *people: str) -> None:
    """Let these officers have an address, and nobody else."""
    for user in User.objects.exclude(email=""):
        user.email = ""
        user.save(update_fields=["email"])
    for key in people:
        user = world.user(key)
        user.email = f"{key}@contoh.id"
        user.save(update_fields=["email"])


def told(template: str) -> list[str]:
    found = OutMessage.objects.filter(template=template)
    return sorted(str(one.address).partition("@")[0] for one in found)


def test_a_promise_near_and_missed_is_told_to_who_holds_the_task_and_to_the_head(
    world: World,
) -> None:
    addresses(world, "budi", "wati", "lina", "darius")
    case = world.complete(world.apply())
    world.do(case, "take", "wati", task=str(world.tasks(case)[0].pk))
    due = world.fresh(case).promise.due_at
    assert due is not None

    for hours in (-5, -4, 1, 2):
        sweep_deadlines(at=due + timedelta(hours=hours))

    assert told("deadline_near") == ["darius", "wati"]
    assert told("deadline_missed") == ["darius", "wati"]
    body = OutMessage.objects.filter(template="deadline_missed")[0].body
    assert f"/berkas/{case.number}/" in body


def test_a_task_nobody_took_warns_all_who_may_answer_it(world: World) -> None:
    addresses(world, "budi", "ratna", "wati")
    case = world.apply()
    assert case.promise.due_at is not None

    sweep_deadlines(at=case.promise.due_at + timedelta(hours=1))

    assert told("deadline_missed") == ["budi"]


def test_a_pledge_is_watched_on_its_last_day_and_when_it_is_missed(world: World) -> None:
    addresses(world, "ratna", "darius")
    case = world.ready(world.apply())
    due = case.pledge.due_at
    assert due is not None
    assert case.pledge_due_at == due

    sweep_deadlines(at=MONDAY + timedelta(hours=1))
    assert told("deadline_near") == []
    sweep_deadlines(at=due - timedelta(hours=5))
    assert told("deadline_near") == ["darius", "ratna"]
    sweep_deadlines(at=due + timedelta(minutes=1))
    assert told("deadline_missed") == ["darius", "ratna"]
    noticed = Transition.objects.filter(case=case, action="notice_deadline")
    assert [row.data["what"] for row in noticed.order_by("seq")][:1] == ["pledge_near"]
    assert {row.data["what"] for row in noticed} >= {"pledge_near", "pledge_missed"}


def test_a_case_that_waits_for_its_applicant_warns_nobody(world: World) -> None:
    addresses(world, "budi", "ratna", "wati", "darius")
    case = world.complete(world.apply())
    world.do(case, "pause", "ratna", reason="Jam praktik?", answer_by="2026-12-20")

    assert sweep_deadlines(at=MONDAY + timedelta(days=20)) == 0


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


def test_every_date_that_is_watched_is_one_the_owner_warns_of() -> None:
    assert {what for what, _column, _horizon in dates.WATCHED} == set(sweep.WARNINGS)


@pytest.mark.parametrize("what", ["", "promise", "promise_nearly", "PROMISE_NEAR", "x" * 300])
def test_a_warning_of_an_unknown_name_is_refused_and_nothing_is_noted(
    world: World, what: str
) -> None:
    case = world.apply()
    before = case.version

    with pytest.raises(CannotMove):
        act(
            case,
            "notice_deadline",
            by=system_actor("deadline sweep"),
            at=MONDAY,
            channel="system",
            data={"what": what},
        )

    assert world.fresh(case).version == before
