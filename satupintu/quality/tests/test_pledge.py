"""Whether the office issued within its pledge: recorded beside the promise, judged by the date that counts."""

from datetime import timedelta

import pytest

from satupintu.permits.services.issue import number_and_issue
from satupintu.permits.tests.officer_cases import MONDAY, make_world
from satupintu.quality.models import Outcome
from satupintu.quality.queries import month_figures
from satupintu.workflow.services import run_readers


@pytest.mark.parametrize(("late", "kept"), [(timedelta(), True), (timedelta(seconds=1), False)])
def test_a_permit_issued_by_the_pledged_moment_kept_the_pledge(
    db: None, late: timedelta, *, kept: bool
) -> None:
    world = make_world()
    case = world.approved(world.apply())
    assert case.pledge.due_at is not None
    at = case.pledge.due_at + late
    number_and_issue(case, by=world.actor("darius", at), at=at, key=world.key())
    while run_readers(at=at):
        pass

    assert Outcome.objects.get(case=case).pledge_kept is kept
    month = month_figures(MONDAY.date() + timedelta(days=5))
    assert (month.pledged, month.pledge_kept) == (1, int(kept))
    assert month.pledge_share == (100 if kept else 0)


def test_a_refusal_and_a_case_without_a_pledge_count_for_no_pledge(db: None) -> None:
    world = make_world()
    refused = world.do(world.initialled(world.apply()), "reject", "darius", reason="Tidak layak.")
    against = world.complete(world.apply("joko"))
    against = world.do(against, "recommend_against", "wati", reason="Alat kurang.")
    against = world.do(against, "propose_approval", "ratna")
    against = world.do(world.do(against, "initial", "lina"), "approve", "darius")
    number_and_issue(against, by=world.actor("darius"), at=world.at, key=world.key())
    while run_readers(at=world.at):
        pass

    assert [Outcome.objects.get(case=one).pledge_kept for one in (refused, against)] == [None] * 2
    assert month_figures(MONDAY.date()).pledge_share is None
