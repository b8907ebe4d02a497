"""Ways a case goes back, stands still, begins anew, or is decided late: none may skip a step or mend a date."""

from datetime import UTC, date, datetime, timedelta

import pytest

from satupintu.office.queries import work_calendar
from satupintu.people.models import Delegation
from satupintu.people.rules import Role
from satupintu.permits.models import Inspection, Permit, Repair
from satupintu.permits.services import check
from satupintu.permits.services.asking import AnswerTooSoon
from satupintu.permits.services.decide import CheckedAndSigned, NoDelegation, StageUnanswered
from satupintu.permits.services.issue import number_and_issue
from satupintu.permits.tests.officer_cases import MONDAY, World
from satupintu.workflow.models import Case, Task, Transition
from satupintu.workflow.queries import allowed_actions
from satupintu.workflow.services import (
    CannotMove,
    MoveNotAllowed,
    ReasonMissing,
    sweep_deadlines,
)


def local(day: int, hour: int, minute: int = 0) -> datetime:
    """Return a moment of November 2026 by the office's clock; the 23rd is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=7)


def owed(world: World, case: Case) -> list[str]:
    return [task.stage for task in world.tasks(case)]


# --- A refusal that is not followed ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("way", "state", "stages"),
    [
        ("apply", "submitted", ["check"]),
        ("complete", "review", ["recommend"]),
        ("ready", "ready", ["propose"]),
    ],
)
def test_a_refusal_sent_back_returns_to_where_it_was_proposed(
    world: World, way: str, state: str, stages: list[str]
) -> None:
    case = world.apply()
    case = case if way == "apply" else getattr(world, way)(case)
    case = world.do(case, "propose_refusal", "ratna", reason="Tidak memenuhi.")
    assert owed(world, case) == ["initial"]

    case = world.do(case, "send_back", "darius", reason="Periksa dulu.")

    assert case.state == state
    assert owed(world, case) == stages


def test_after_a_refusal_was_sent_back_check_and_recommendation_are_still_needed(
    world: World,
) -> None:
    case = world.do(world.apply(), "propose_refusal", "ratna", reason="Tidak memenuhi.")
    case = world.do(case, "send_back", "lina", reason="Periksa dulu.")

    with pytest.raises(MoveNotAllowed):
        world.do(case, "propose_approval", "ratna")

    case = world.initialled(case)
    assert case.state == "proposed"
    assert case.pledge.due_at is not None
    done = list(Transition.objects.filter(case=case).values_list("action", flat=True))
    assert {"declare_complete", "recommend_for", "collect"} <= set(done)


def test_a_task_laid_aside_keeps_its_officer_and_the_time_it_had_left(world: World) -> None:
    case = world.complete(world.apply())
    task = world.tasks(case)[0]
    world.do(case, "take", "wati", task=str(task.pk))
    case = world.do(case, "propose_refusal", "ratna", reason="Tidak memenuhi.")
    world.at = MONDAY + timedelta(days=1)

    case = world.do(case, "send_back", "lina", reason="Tunggu dinas.")

    (again,) = world.tasks(case)
    assert (again.label, again.unit_id) == (task.label, task.unit_id)
    assert again.assignee_id == world.user("wati").pk
    assert again.due_at == task.due_at + timedelta(days=1)


def test_no_approval_is_proposed_while_a_unit_has_not_answered(world: World) -> None:
    case = world.ready(world.apply())
    Task.objects.filter(case=case, stage="recommend").update(state="dropped")  # as if laid aside

    with pytest.raises(StageUnanswered, match="Belum ada rekomendasi"):
        world.do(case, "propose_approval", "ratna")

    assert world.fresh(case).state == "ready"


# --- Past the legal limit --------------------------------------------------------------------------


def past_limit(world: World, case: Case) -> Case:
    assert case.legal.due_at is not None
    world.at = case.legal.due_at + timedelta(hours=18)
    sweep_deadlines(at=world.at)
    return world.fresh(case)


@pytest.mark.parametrize("way", ["apply", "complete", "ready"])
@pytest.mark.parametrize(("action", "state"), [("approve", "approved"), ("reject", "rejected")])
def test_past_the_legal_limit_the_head_decides_wherever_the_case_stands(
    world: World, way: str, action: str, state: str
) -> None:
    case = world.apply()
    case = past_limit(world, case if way == "apply" else getattr(world, way)(case))
    assert "deemed" in owed(world, case)

    with pytest.raises(ReasonMissing):
        world.do(case, action, "darius")
    case = world.do(case, action, "darius", reason="Batas hukum sudah lewat.")

    assert case.state == state
    assert owed(world, case) == (["sign"] if state == "approved" else [])
    row = Transition.objects.get(case=case, action=action)
    assert row.data["past_legal_limit"] is True
    assert row.delegation_id is not None


@pytest.mark.parametrize("way", ["apply", "complete", "ready"])
@pytest.mark.parametrize("action", ["approve", "reject"])
def test_before_the_legal_limit_the_head_waits_for_a_proposal(
    world: World, way: str, action: str
) -> None:
    case = world.apply()
    case = case if way == "apply" else getattr(world, way)(case)

    with pytest.raises(MoveNotAllowed, match="Tidak ada tugas"):
        world.do(case, action, "darius", reason="Saya mau memutuskan.")

    assert world.fresh(case).state == case.state


def test_the_head_may_decide_a_late_proposal_before_it_is_initialled(world: World) -> None:
    case = past_limit(world, world.proposed(world.apply()))

    case = world.do(case, "approve", "darius", reason="Batas hukum sudah lewat.")

    assert case.state == "approved"


def test_a_late_permit_is_issued_once_the_head_has_decided(world: World) -> None:
    case = past_limit(world, world.complete(world.apply()))
    case = world.do(case, "approve", "darius", reason="Dianggap dikabulkan menurut hukum.")

    number_and_issue(case, by=world.actor("darius"), at=world.at, key=world.key())

    assert Permit.objects.get(case=case).signed_by == world.user("darius").name


def test_a_late_approval_that_cannot_be_signed_goes_back_with_what_was_owed(world: World) -> None:
    case = past_limit(world, world.complete(world.apply()))
    case = world.do(case, "approve", "darius", reason="Batas hukum sudah lewat.")

    case = world.do(case, "send_back", "lina", reason="Kepala dinas berganti.")

    assert case.state == "review"
    assert sorted(owed(world, case)) == ["deemed", "recommend"]


def test_a_file_returned_past_the_limit_waits_for_its_applicant_and_nobody_decides(
    world: World,
) -> None:
    case = past_limit(world, world.apply())

    case = world.returned(case)

    assert owed(world, case) == []


@pytest.mark.parametrize("way", ["approved", "numbered"])
def test_what_is_decided_opens_no_task_to_decide(world: World, way: str) -> None:
    case = past_limit(world, getattr(world, way)(world.apply()))
    assert ("deemed" in owed(world, case)) is (way == "approved")


# --- The pledge ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "answered", "due"),
    [
        (local(24, 14), local(25, 9), 25),  # an hour on Tuesday, one on Wednesday
        (local(24, 14), local(24, 14, 10), 25),  # ten minutes: rounded up to closing
        (local(24, 17), local(25, 12), 24),  # missed before it was asked
        (local(23, 17), local(24, 6), 24),  # outside office hours
    ],
)
def test_a_pledge_asked_about_goes_on_and_does_not_begin_again(
    world: World, asked: datetime, answered: datetime, due: int
) -> None:
    case = world.ready(world.apply())
    started = case.pledge.started_at
    assert case.pledge.due_at is not None
    world.at = asked
    case = world.do(case, "pause", "ratna", reason="Jam praktik?", answer_by="2026-12-10")
    world.at = answered

    case = world.do(case, "resume", "sari", reason="Sore.")

    assert case.state == "ready"
    assert case.pledge.started_at == started
    assert case.pledge.due_at == work_calendar().closing(date(2026, 11, due))
    assert case.pledge.due_at == case.pledge.counted_due_at
    assert case.pledge_due_at == case.pledge.due_at
    assert owed(world, case) == ["propose"]


def test_no_task_of_the_decision_outlasts_the_pledge(world: World) -> None:
    case = world.ready(world.apply())
    pledge = case.pledge.due_at
    for action, who in (("propose_approval", "ratna"), ("initial", "lina"), ("approve", "darius")):
        world.at += timedelta(hours=26)
        case = world.do(case, action, who)
        assert [task.due_at for task in world.tasks(case)] == [pledge]


# --- Verifier and signatory differ -----------------------------------------------------------------


def test_who_proposed_first_cannot_approve_what_somebody_else_proposed_after(world: World) -> None:
    case = world.proposed_by(world.apply(), "darius")

    with pytest.raises(CheckedAndSigned):
        world.do(case, "approve", "darius")

    assert world.fresh(case).state == "proposed"


def test_who_declared_complete_cannot_approve(world: World) -> None:
    world.give_role("darius", Role.VERIFIER)
    case = world.do(world.apply(), "declare_complete", "darius")
    case = world.do(case, "recommend_for", "wati", number="1", text="Layak.")
    case = world.do(case, "propose_approval", "ratna")
    case = world.do(case, "initial", "lina")

    with pytest.raises(CheckedAndSigned):
        world.do(case, "approve", "darius")

    assert world.fresh(case).state == "proposed"


# --- The applicant's turn --------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["pause", "reconfirm"])
def test_a_question_nobody_answers_closes_the_file(world: World, action: str) -> None:
    case = world.complete(world.apply())
    case = world.do(case, action, "ratna", reason="Mohon jelaskan.", answer_by="2026-12-10")

    assert check.lapse_unanswered(at=MONDAY + timedelta(days=17)) == 0
    assert check.lapse_unanswered(at=MONDAY + timedelta(days=18)) == 1

    case = world.fresh(case)
    assert case.state == "lapsed"
    assert owed(world, case) == []
    assert Repair.objects.get(permit_case_id=case.pk).answered_at is not None


@pytest.mark.parametrize("action", ["pause", "reconfirm"])
@pytest.mark.parametrize("answer_by", ["2026-11-20", "2026-11-23", "2026-11-25"])
def test_an_applicant_who_is_asked_has_at_least_three_days(
    world: World, action: str, answer_by: str
) -> None:
    case = world.complete(world.apply())

    with pytest.raises(AnswerTooSoon, match="tiga hari"):
        world.do(case, action, "ratna", reason="Mohon jelaskan.", answer_by=answer_by)

    assert world.fresh(case).state == "review"
    assert not Repair.objects.exists()


def test_reconfirmed_everything_returns_to_the_beginning(world: World) -> None:
    case = world.complete(world.apply())
    case = world.do(case, "recommend_against", "wati", reason="Alat kurang.", number="1")
    case = world.do(case, "reconfirm", "ratna", reason="Lengkapi.", answer_by="2026-12-10")
    assert owed(world, case) == []
    assert case.pledge.due_at is None
    world.at += timedelta(days=1)

    case = world.do(case, "restart", "sari", reason="Alat sudah lengkap.")

    assert (case.state, owed(world, case)) == ("review", ["recommend"])
    assert case.promise.started_at == case.legal.started_at == world.at
    case = world.do(case, "recommend_for", "wati", number="2", text="Layak.")
    assert case.state == "ready"
    assert case.pledge.started_at == world.at
    assert Transition.objects.filter(case=case, action="collect").count() == 1
    assert world.do(case, "propose_approval", "ratna").state == "proposed"


def test_reconfirmed_a_unit_that_had_not_answered_is_asked_anew(world: World) -> None:
    case = world.complete(world.apply())
    case = world.do(case, "reconfirm", "ratna", reason="Lengkapi.", answer_by="2026-12-10")
    world.at += timedelta(days=1)

    case = world.do(case, "restart", "sari", reason="Sudah.")

    (task,) = world.tasks(case)
    assert (task.stage, task.opened_at) == ("recommend", world.at)


def test_while_the_applicant_is_asked_other_units_go_on(world: World) -> None:
    case = world.complete(world.apply())
    case = world.do(case, "pause", "ratna", reason="Jam praktik?", answer_by="2026-12-10")
    assert {"recommend_for", "schedule_inspection"} <= set(
        allowed_actions(world.fresh(case), world.actor("wati"))
    )

    case = world.do(case, "recommend_for", "wati", number="1", text="Layak.")
    assert (case.state, owed(world, case)) == ("paused", [])

    case = world.do(case, "resume", "sari", reason="Sore.")
    assert (case.state, owed(world, case)) == ("ready", ["propose"])


def test_a_paused_unit_gains_the_time_that_was_waited(world: World) -> None:
    case = world.complete(world.apply())
    due = world.tasks(case)[0].due_at
    case = world.do(case, "pause", "wati", reason="Jam praktik?", answer_by="2026-12-10")
    assert world.tasks(case)[0].paused_at == world.at
    world.at += timedelta(days=2)

    case = world.do(case, "resume", "sari", reason="Sore.")

    (task,) = world.tasks(case)
    assert task.paused_at is None
    assert task.due_at == due + timedelta(days=2)


# --- Signatures ------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["approved", "numbered"])
def test_an_approval_is_not_signed_under_another_decree(world: World, way: str) -> None:
    case = getattr(world, way)(world.apply())
    old = world.fresh(case).permit_case.delegation
    Delegation.objects.filter(pk=old.pk).update(valid_until=date(2026, 11, 22))
    Delegation.objects.create(
        user=world.user("darius"),
        decree_number="BARU/2026",
        decree_date=date(2026, 11, 23),
        signing="Plt.",
        title="Kepala Dinas",
        valid_from=date(2026, 11, 23),
    )

    with pytest.raises(NoDelegation, match="putuskan lagi"):
        number_and_issue(case, by=world.actor("darius"), at=world.at, key=world.key())

    assert world.fresh(case).state == case.state
    assert not Permit.objects.exists()


def test_a_signed_report_of_a_visit_is_never_written_over(world: World) -> None:
    case = world.complete(world.apply(practice_kind="own"))
    world.do(
        case,
        "schedule_inspection",
        "wati",
        task=str(world.tasks(case)[0].pk),
        scheduled_at=world.at + timedelta(minutes=1),
        place="Meliau",
    )
    visit = Inspection.objects.get()
    world.at += timedelta(hours=1)
    world.do(case, "record_inspection", "wati", inspection=str(visit.pk), findings="Layak.")

    with pytest.raises(CannotMove, match="sudah ditandatangani"):
        world.do(case, "record_inspection", "wati", inspection=str(visit.pk), findings="Tidak.")

    visit.refresh_from_db()
    assert visit.findings == "Layak."
    assert len(visit.signatures) == 1
