"""Objecting to a sanction: filed as against any decision, and what a granted objection does to it."""

from datetime import timedelta

import pytest

from satupintu.objections import queries, rules
from satupintu.objections.models import Objection
from satupintu.objections.services import (
    AlreadyObjected,
    Filing,
    NotObjectable,
    TooLate,
    file_objection,
)
from satupintu.objections.services.deciding import CheckedBefore
from satupintu.office.queries import work_calendar
from satupintu.permits.models import Permit
from satupintu.permits.tests.officer_cases import World
from satupintu.supervision.models import Sanction
from satupintu.supervision.rules import Kind
from satupintu.supervision.tests.conftest import GROUNDS, LAW, give, permit, suggest
from satupintu.workflow.audit import audit
from satupintu.workflow.models import Transition
from satupintu.workflow.services import BadData, MoveNotAllowed, act, sweep_deadlines

__all__ = ["permit"]


def object_to(
    world: World, permit: Permit, who: str = "sari", *, at=None, sanction=None
) -> Objection:
    at = at or world.at
    one = sanction or Sanction.objects.filter(state="in_force").latest("seq")
    filing = Filing(
        party_id=world.user(who).party.pk, grounds="Papan nama sudah terpasang.", sanction=one.pk
    )
    about = world.fresh(permit.case)
    return file_objection(about=about, filing=filing, by=world.actor(who, at), at=at)


def decide(world: World, objection: Objection, action: str, **data: str):
    case = world.fresh(objection.case)
    return act(
        case,
        action,
        by=world.actor("darius"),
        at=world.at,
        reason="Foto membuktikannya.",
        data=data,
    )


def no_faults() -> None:
    assert audit(stop_at_first=False).broken == []


def test_a_warning_is_objected_to_within_the_same_21_days(world, permit) -> None:
    case = give(world, permit, Kind.WARNING)
    objection = object_to(world, permit)
    assert (objection.decision, objection.against_id, objection.about_id) == (
        "warn",
        case.pk,
        permit.case_id,
    )
    assert objection.case.legal.days == 10
    assert queries.decision_words(objection).startswith("Peringatan tertulis ke-1 ")
    with pytest.raises(AlreadyObjected, match=objection.case.number):
        object_to(world, permit)
    with pytest.raises(NotObjectable):  # only its holder
        object_to(world, permit, "joko")
    world.do(objection.case, "withdraw", "sari")
    last = rules.last_moment(world.at, work_calendar())
    with pytest.raises(TooLate):
        object_to(world, permit, at=last + timedelta(days=1))
    no_faults()


def test_who_proposed_the_sanction_does_not_draft_the_answer(world, permit) -> None:
    give(world, permit, Kind.WARNING)
    objection = object_to(world, permit)
    with pytest.raises(CheckedBefore):
        world.do(objection.case, "begin_review", "ratna")
    world.do(objection.case, "begin_review", "lina")


def test_a_granted_one_takes_the_warning_away_and_leaves_the_one_before(world, permit) -> None:
    give(world, permit, Kind.WARNING)
    case = give(world, permit, Kind.WARNING, law=LAW)
    row = decide(world, object_to(world, permit), "uphold")
    assert row.data["effect"] == "annul_sanction"
    first, second = Sanction.objects.order_by("seq")
    assert (first.state, second.state) == ("in_force", "annulled")
    case = world.fresh(case)
    assert case.state == "warned"
    assert [(one.stage, one.role) for one in world.tasks(case)] == [("sanction_follow", "verifier")]
    objection = object_to(world, permit, sanction=first)
    decide(world, objection, "uphold")
    assert world.fresh(case).state == "watched"
    assert world.tasks(case) == []
    no_faults()


def test_a_granted_one_lifts_the_suspension_of_the_permit(world, permit) -> None:
    case = give(world, permit, Kind.SUSPENSION, law=LAW)
    permit.refresh_from_db()
    assert permit.state == "suspended"
    decide(world, object_to(world, permit), "uphold")
    permit.refresh_from_db()
    assert (permit.state, world.fresh(case).state) == ("in_force", "watched")
    no_faults()


@pytest.mark.parametrize(
    ("kind", "column"), [(Kind.WARNING, "put_right_by"), (Kind.SUSPENSION, "until")]
)
def test_a_partly_granted_one_gives_another_last_day(world, permit, kind, column) -> None:
    more = {"until": world.at.date() + timedelta(days=90)} if kind is Kind.SUSPENSION else {}
    case = give(world, permit, kind, law=LAW, **more)
    day = world.at.date() + timedelta(days=40)
    objection = object_to(world, permit)
    with pytest.raises(BadData):
        decide(world, objection, "uphold", day=day.isoformat())
    row = decide(world, objection, "uphold_partly", keep_decision="1", day=day.isoformat())
    one = Sanction.objects.get()
    assert (one.state, getattr(one, column)) == ("in_force", day)
    assert world.fresh(case).state == ("warned" if kind is Kind.WARNING else "suspended")
    assert "Sabtu, 2 Januari 2027" in rules.result_of(objection.decision, row.data)
    no_faults()
    Sanction.objects.update(**{column: day + timedelta(days=1)})
    assert len(audit(stop_at_first=False).broken) == 1


def test_a_refused_one_leaves_the_sanction(world, permit) -> None:
    case = give(world, permit, Kind.WARNING)
    row = decide(world, object_to(world, permit), "refuse")
    assert row.data["effect"] == ""
    assert Sanction.objects.get().state == "in_force"
    assert world.fresh(case).state == "warned"


def test_one_not_decided_in_time_is_carried_out(world, permit) -> None:
    give(world, permit, Kind.SUSPENSION, law=LAW)
    objection = object_to(world, permit)
    world.at += timedelta(days=20)
    sweep_deadlines(at=world.at)
    assert world.fresh(objection.case).state == "deemed"
    decide(world, objection, "carry_out")
    assert Sanction.objects.get().state == "annulled"
    permit.refresh_from_db()
    assert permit.state == "in_force"
    no_faults()


def test_what_has_ended_meanwhile_needs_nothing(world, permit) -> None:
    give(world, permit, Kind.SUSPENSION, law=LAW)
    objection = object_to(world, permit)
    give(world, permit, Kind.LIFTING)
    assert decide(world, objection, "uphold").data["effect"] == ""
    with pytest.raises(NotObjectable):
        object_to(world, permit, sanction=Sanction.objects.get(kind="suspension"))


def test_a_proposal_before_the_head_stays_there(world, permit) -> None:
    give(world, permit, Kind.WARNING)
    objection = object_to(world, permit)
    case = suggest(world, permit, Kind.SUSPENSION, law=LAW)
    decide(world, objection, "uphold")
    assert world.fresh(case).state == "proposed"
    assert [one.stage for one in world.tasks(case)] == ["sanction_decide"]
    no_faults()


def test_nothing_but_a_granted_objection_annuls_a_sanction(world, permit) -> None:
    case = give(world, permit, Kind.WARNING)
    objection = object_to(world, permit)
    sanction = str(Sanction.objects.get().pk)
    data = {"objection": str(objection.pk), "sanction": sanction}
    for action, more in (("annul_sanction", {}), ("change_sanction", {"day": "2027-01-02"})):
        with pytest.raises(MoveNotAllowed, match="keberatan yang dikabulkan"):
            act(world.fresh(case), action, by=world.actor("darius"), at=world.at, data=data | more)
    assert not Transition.objects.filter(action__in=("annul_sanction", "change_sanction")).exists()
    assert "annul_sanction" not in str(Sanction.objects.get().state)


def test_holder_and_office_object_and_decide_on_their_pages(world, permit, browser) -> None:
    case = give(world, permit, Kind.WARNING)
    sari, own = browser("sari"), f"/pengawasan/saya/{case.number}/"
    way = f"/keberatan/sanksi/{case.number}/{Sanction.objects.get().pk}/"
    assert way in sari.get(own).content.decode()
    assert "Peringatan dibatalkan" in sari.get(way).content.decode()
    assert browser("joko").get(way).status_code == 404
    assert sari.post(way, {"grounds": "Papan nama sudah terpasang."}).status_code == 302
    objection = Objection.objects.get()
    page = sari.get(own).content.decode()
    assert objection.case.number in page
    assert way not in page
    desk = browser("lina").get(f"/pengawasan/berkas/{case.number}/").content.decode()
    assert objection.case.number in desk
    head = browser("darius")
    assert (
        "Peringatan tertulis ke-1"
        in head.get(f"/keberatan/berkas/{objection.case.number}/").content.decode()
    )
    act_page = f"/keberatan/berkas/{objection.case.number}/kabulkan-sebagian/"
    typed = {
        "version": objection.case.version,
        "reason": "Waktunya terlalu singkat.",
        "secret": "demo",
    }
    wrong = head.post(act_page, typed | {"keeps": "0", "day": "2027-01-02"})
    assert (wrong.status_code, Sanction.objects.get().state) == (422, "in_force")
    assert head.post(act_page, typed | {"keeps": "1", "day": "2027-01-02"}).status_code == 302
    assert (
        "Sabtu, 2 Januari 2027" in sari.get(f"/keberatan/{objection.case.number}/").content.decode()
    )


def test_the_counter_chooses_which_decision_a_letter_is_about(world, permit, browser) -> None:
    case, budi = give(world, permit, Kind.WARNING), browser("budi")
    typed_in = f"/loket/keberatan/{permit.case.number}/sanksi/{Sanction.objects.get().pk}/"
    page = budi.get(f"/loket/keberatan/?nomor={permit.case.number}").content.decode()
    assert typed_in in page
    assert "Penerbitan izin" in page
    assert budi.get(f"/loket/keberatan/?nomor={case.number}")["Location"] == typed_in
    assert "Yang diminta" in budi.get(typed_in).content.decode()
    assert budi.post(typed_in, {"grounds": GROUNDS, "channel": "post"}).status_code == 302
    assert Objection.objects.get().case.channel == "post"
