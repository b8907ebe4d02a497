"""Warnings, suspension, lifting, revocation: who may, in which order, what it does to the permit, what is refused."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import timezone

from satupintu.messaging.models import OutMessage
from satupintu.people.queries import Party
from satupintu.people.rules import Role, system_actor
from satupintu.permits.models import Letter, Permit
from satupintu.permits.queries import RegisterFilter, find_permit, suspended
from satupintu.permits.services.decide import CheckedAndSigned, NoDelegation
from satupintu.permits.tests.officer_cases import World
from satupintu.permits.verification import answer_about
from satupintu.supervision import queries, rules
from satupintu.supervision.models import Sanction, Supervision
from satupintu.supervision.rules import Kind, Periods, SanctionState
from satupintu.supervision.services import (
    CannotPropose,
    Proposal,
    following,
    letters,
    propose,
    set_days,
)
from satupintu.supervision.services.common import ConflictOfInterest
from satupintu.supervision.tests.conftest import GROUNDS, LAW, give, read_all, suggest
from satupintu.workflow.audit import audit
from satupintu.workflow.models import Case, Task, Transition
from satupintu.workflow.services import (
    CannotMove,
    MovedMeanwhile,
    MoveNotAllowed,
    ReasonMissing,
    act,
)


def texts() -> list[str]:
    return list(OutMessage.objects.order_by("id").values_list("template", flat=True))


def faults() -> list[str]:
    return [str(one) for one in audit(stop_at_first=False).broken]


def verdict(permit: Permit, world: World) -> str:
    return answer_about(
        Permit.objects.get(pk=permit.pk), timezone.localdate(world.at), world.at
    ).key


# --- Warnings -------------------------------------------------------------------------------------


def test_a_warning_is_proposed_given_and_told_with_its_letter(world: World, permit: Permit) -> None:
    case = suggest(world, permit, Kind.WARNING)
    assert case.number.startswith("PGW-2026-")
    assert case.state == "proposed"
    assert [(one.stage, one.role) for one in world.tasks(case)] == [("sanction_decide", "head")]
    # Told by e-mail: the reasons and the demand are not for an SMS.
    Party.objects.filter(pk=permit.party_id).update(phone="", email="pemegang@contoh.id")
    row = act(case, "warn", by=world.actor("darius"), at=world.at)
    letters.make_after(row, at=world.at, key=world.key())
    one = Sanction.objects.get()
    assert (one.state, one.level) == ("in_force", 1)
    assert one.number.startswith("SANKSI-2026-")
    assert one.put_right_by == date(2026, 12, 7)
    assert one.document is not None
    assert [(t.stage, t.role) for t in world.tasks(case)] == [("sanction_follow", "verifier")]
    read_all(world)
    assert "sanction_waiting" in texts()
    body = OutMessage.objects.get(template="sanction_given").body
    assert "Papan nama praktik" in body
    assert "7 Desember 2026" in body
    assert verdict(permit, world) == "in_force"
    assert faults() == []


def test_three_warnings_then_suspension_then_revocation(world: World, permit: Permit) -> None:
    for level in (1, 2, 3):
        case = give(world, permit, Kind.WARNING)
        assert case.state == "warned"
        one = Sanction.objects.get(level=level)
        following_step = Kind.WARNING if level < 3 else Kind.SUSPENSION
        with pytest.raises(CannotPropose, match="masih memberi waktu sampai"):
            suggest(world, permit, following_step)
        Sanction.objects.filter(pk=one.pk).update(put_right_by=world.at.date() - timedelta(days=1))
    with pytest.raises(CannotPropose, match="Ketiga peringatan"):
        suggest(world, permit, Kind.WARNING)
    case = give(world, permit, Kind.SUSPENSION)
    assert (case.state, verdict(permit, world)) == ("suspended", "suspended")
    case = give(world, permit, Kind.REVOCATION)
    assert (case.state, verdict(permit, world)) == ("ended", "revoked")
    assert Case.objects.get(pk=permit.case_id).state == "revoked"
    assert set(Sanction.objects.values_list("state", flat=True)) == {"ended"}
    assert Sanction.objects.get(kind="revocation").number == ""


def test_who_proposed_a_sanction_does_not_give_it_but_an_acting_head(
    world: World, permit: Permit
) -> None:
    world.give_role("darius", Role.SECTION_HEAD)
    case = suggest(world, permit, Kind.WARNING, "darius")
    with pytest.raises(CheckedAndSigned):
        act(case, "warn", by=world.actor("darius"), at=world.at)
    world.user("darius").delegations.update(signing="Plh.")
    with pytest.raises(ReasonMissing):
        act(case, "warn", by=world.actor("darius"), at=world.at)
    act(case, "warn", by=world.actor("darius"), at=world.at, reason="Kepala dinas sedang cuti.")
    assert world.fresh(case).state == "warned"


def test_what_was_put_right_counts_no_longer(world: World, permit: Permit) -> None:
    case = give(world, permit, Kind.WARNING)
    with pytest.raises(ReasonMissing):
        act(case, "settle", by=world.actor("ratna"), at=world.at)
    act(case, "settle", by=world.actor("ratna"), at=world.at, reason="Papan sudah dipasang.")
    case = world.fresh(case)
    assert (case.state, world.tasks(case)) == ("settled", [])
    assert case.closed_at is not None
    again = give(world, permit, Kind.WARNING)
    assert again.pk == case.pk
    assert again.closed_at is None
    assert Sanction.objects.filter(state="in_force").get().level == 1
    assert faults() == []


def test_an_office_gives_its_own_days(world: World, permit: Permit) -> None:
    periods = Periods(warning_days=(30, 20, 10), warnings_before=1)
    set_days(periods=periods, by=world.actor("darius"), at=world.at)
    assert queries.periods() == periods
    give(world, permit, Kind.WARNING)
    assert Sanction.objects.get().put_right_by == date(2026, 12, 23)
    Sanction.objects.update(put_right_by=date(2026, 11, 22))
    assert suggest(world, permit, Kind.SUSPENSION).state == "proposed"


# --- Suspension -----------------------------------------------------------------------------------


def test_a_suspended_permit_says_so_and_is_lifted(world: World, permit: Permit) -> None:
    with pytest.raises(CannotPropose, match="didahului 3 peringatan"):
        suggest(world, permit, Kind.SUSPENSION)
    case = give(world, permit, Kind.SUSPENSION, law=LAW)
    assert verdict(permit, world) == "suspended"
    found = find_permit(number=permit.number)
    assert found is not None
    assert found.state == "suspended"
    assert [one.pk for one in suspended(RegisterFilter(), date(2026, 11, 23))] == [permit.pk]
    with pytest.raises(CannotPropose, match="sedang dibekukan"):
        suggest(world, permit, Kind.WARNING)
    case = give(world, permit, Kind.LIFTING, grounds="Sudah diperbaiki.")
    assert (case.state, verdict(permit, world)) == ("watched", "in_force")
    act(case, "close", by=world.actor("ratna"), at=world.at)
    assert world.fresh(case).state == "settled"
    read_all(world)
    assert texts().count("sanction_given") == 2
    assert faults() == []


def test_a_suspension_until_a_day_ends_by_itself(world: World, permit: Permit) -> None:
    last = date(2026, 11, 30)
    case = give(world, permit, Kind.SUSPENSION, law=LAW, until=last)
    assert following.end_suspensions(at=world.at + timedelta(days=7)) == 0
    assert verdict(permit, world) == "suspended"
    assert following.end_suspensions(at=world.at + timedelta(days=8)) == 1
    assert following.end_suspensions(at=world.at + timedelta(days=8)) == 0
    assert (world.fresh(case).state, verdict(permit, world)) == ("watched", "in_force")
    read_all(world, timedelta(days=8, minutes=1))
    assert "suspension_ended" in texts()
    assert faults() == []


def test_it_ends_by_its_day_while_a_revocation_lies_before_the_head(
    world: World, permit: Permit
) -> None:
    case = give(world, permit, Kind.SUSPENSION, law=LAW, until=date(2026, 11, 30))
    suggest(world, permit, Kind.REVOCATION)
    assert following.end_suspensions(at=world.at + timedelta(days=8)) == 1
    assert (world.fresh(case).state, verdict(permit, world)) == ("proposed", "in_force")
    assert [one.stage for one in world.tasks(case)] == ["sanction_decide"]
    act(
        world.fresh(case),
        "send_back",
        by=world.actor("darius", world.at + timedelta(days=8)),
        at=world.at + timedelta(days=8),
        reason="Sudah berakhir.",
    )
    assert world.fresh(case).state == "watched"
    assert faults() == []


def test_a_proposal_sent_back_leaves_what_was_in_force(world: World, permit: Permit) -> None:
    case = give(world, permit, Kind.WARNING)
    suggest(world, permit, Kind.SUSPENSION, law=LAW)
    act(
        case := world.fresh(case),
        "send_back",
        by=world.actor("darius"),
        at=world.at,
        reason="Tunggu.",
    )
    assert world.fresh(case).state == "warned"
    assert [one.stage for one in world.tasks(case)] == ["sanction_follow"]
    assert Sanction.objects.get(kind="suspension").state == SanctionState.SENT_BACK
    assert verdict(permit, world) == "in_force"
    assert faults() == []


# --- Revocation, and what happens to the permit otherwise -----------------------------------------


def test_a_direct_revocation_ends_the_supervision_and_an_annulled_one_opens_it(
    world: World, permit: Permit
) -> None:
    case = give(world, permit, Kind.SUSPENSION, law=LAW)
    act(
        world.fresh(permit.case),
        "revoke",
        by=world.actor("darius"),
        at=world.at,
        reason="Berbahaya.",
    )
    read_all(world)
    assert world.fresh(case).state == "ended"
    assert verdict(permit, world) == "revoked"
    assert following.end_suspensions(at=world.at + timedelta(days=400)) == 0
    assert faults() == []


def test_a_revocation_at_the_end_of_the_ladder_has_one_letter_with_its_law(
    world: World, permit: Permit
) -> None:
    case = suggest(world, permit, Kind.REVOCATION, law=LAW)
    row = act(case, "revoke", by=world.actor("darius"), at=world.at)
    letters.make_after(row, at=world.at, key=world.key())
    read_all(world)
    letter = Letter.objects.get(case_id=permit.case_id, kind="revocation")
    assert letter.document is not None
    assert Transition.objects.get(case_id=permit.case_id, action="revoke").data["legal_basis"] == [
        LAW
    ]
    assert Sanction.objects.get().document is None
    assert letters.make_due(at=world.at + timedelta(hours=1)) == 0
    assert "revoked" in texts()
    assert "sanction_given" not in texts()
    assert faults() == []


def test_the_worker_makes_a_letter_that_was_left_behind(world: World, permit: Permit) -> None:
    give(world, permit, Kind.WARNING)
    assert letters.make_due(at=world.at + timedelta(minutes=1)) == 0
    assert letters.make_due(at=world.at + timedelta(minutes=5)) == 1
    assert letters.make_due(at=world.at + timedelta(minutes=5)) == 0
    assert Sanction.objects.get().document is not None


def test_officers_are_told_once_of_a_warning_that_ran_out(world: World, permit: Permit) -> None:
    give(world, permit, Kind.WARNING)
    on_the_day = world.at + timedelta(days=14)
    assert following.tell_of_run_out(at=on_the_day) == 0
    assert following.tell_of_run_out(at=on_the_day + timedelta(days=1)) == 1
    assert following.tell_of_run_out(at=on_the_day + timedelta(days=1)) == 0
    assert "warning_ran_out" in texts()


# --- Refused --------------------------------------------------------------------------------------


def nothing_was_done(permit: Permit) -> None:
    assert Sanction.objects.count() == 0
    assert Supervision.objects.count() == 0
    assert Permit.objects.get(pk=permit.pk).state == "in_force"
    assert not Transition.objects.filter(case__kind="supervision").exists()


def test_who_may_not_propose(world: World, permit: Permit) -> None:
    for who in ("sari", "joko", "budi", "darius"):
        with pytest.raises((MoveNotAllowed, ConflictOfInterest)):
            suggest(world, permit, Kind.WARNING, who)
    nothing_was_done(permit)


def test_a_technical_officer_proposes(world: World, permit: Permit) -> None:
    assert suggest(world, permit, Kind.WARNING, "wati").state == "proposed"


def test_nobody_acts_on_their_own_permit(world: World, permit: Permit) -> None:
    actor = replace(world.actor("ratna"), party_ids=frozenset({permit.party_id}))
    with pytest.raises(ConflictOfInterest):
        propose(
            about=world.fresh(permit.case),
            proposal=Proposal(Kind.WARNING, GROUNDS, remedy="Pasang papan nama."),
            by=actor,
            at=world.at,
        )
    nothing_was_done(permit)
    case = suggest(world, permit, Kind.WARNING)
    head = replace(world.actor("darius"), party_ids=frozenset({permit.party_id}))
    with pytest.raises(ConflictOfInterest):
        act(case, "warn", by=head, at=world.at)
    assert world.fresh(case).state == "proposed"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"grounds": "  "}, "alasan sanksi"),
        ({"remedy": ""}, "harus diperbaiki"),
        ({"put_right_by": date(2026, 11, 23)}, "sesudah hari ini"),
    ],
)
def test_what_is_missing_is_said(world: World, permit: Permit, more: dict, said: str) -> None:
    with pytest.raises(CannotPropose, match=said):
        suggest(world, permit, Kind.WARNING, **more)
    nothing_was_done(permit)


def test_nothing_is_sanctioned_that_does_not_hold(world: World) -> None:
    case = world.issued(world.apply())
    permit = Permit.objects.get(case=case)
    act(case, "revoke", by=world.actor("darius"), at=world.at, reason="Berbahaya.")
    with pytest.raises(CannotPropose, match="masih berlaku"):
        suggest(world, permit, Kind.WARNING)
    Permit.objects.filter(pk=permit.pk).update(state="in_force", valid_until=date(2026, 11, 22))
    with pytest.raises(CannotPropose, match="masih berlaku"):
        suggest(world, permit, Kind.WARNING)


def test_two_proposals_at_once_are_one(world: World, permit: Permit) -> None:
    suggest(world, permit, Kind.WARNING)
    with pytest.raises(MoveNotAllowed):
        suggest(world, permit, Kind.WARNING)
    with pytest.raises(MovedMeanwhile):
        propose(
            about=permit.case,
            proposal=Proposal(Kind.SUSPENSION, GROUNDS, law=LAW),
            by=world.actor("ratna"),
            at=world.at,
        )
    assert Sanction.objects.count() == 1


def test_the_head_gives_only_what_was_proposed_and_only_with_power(
    world: World, permit: Permit
) -> None:
    case = suggest(world, permit, Kind.WARNING)
    with pytest.raises(MoveNotAllowed, match="sanksi lain"):
        act(case, "suspend", by=world.actor("darius"), at=world.at)
    for who in ("ratna", "lina", "budi", "sari"):
        with pytest.raises((MoveNotAllowed, ConflictOfInterest)):
            act(world.fresh(case), "warn", by=world.actor(who), at=world.at)
    world.give_role("lina", rules.Role.HEAD)
    with pytest.raises(NoDelegation):
        act(world.fresh(case), "warn", by=world.actor("lina"), at=world.at)
    assert (world.fresh(case).state, Sanction.objects.get().state) == ("proposed", "proposed")


def test_a_permit_is_suspended_by_its_supervision_only(world: World, permit: Permit) -> None:
    case = suggest(world, permit, Kind.SUSPENSION, law=LAW)
    about = world.fresh(permit.case)
    for data in ({}, {"supervision": str(permit.case_id)}):
        with pytest.raises(CannotMove):
            act(about, "suspend", by=world.actor("darius"), at=world.at, data=data)
    with pytest.raises(MoveNotAllowed):
        act(
            about, "end_suspension", by=system_actor("x"), at=world.at,
            data={"supervision": str(case.pk)},
        )  # fmt: skip
    assert verdict(permit, world) == "in_force"


def test_a_decision_that_fails_at_the_permit_leaves_nothing(world: World, permit: Permit) -> None:
    case = suggest(world, permit, Kind.SUSPENSION, law=LAW)
    Permit.objects.filter(pk=permit.pk).update(state="superseded")
    with pytest.raises(MoveNotAllowed):
        act(case, "suspend", by=world.actor("darius"), at=world.at)
    assert (world.fresh(case).state, Sanction.objects.get().number) == ("proposed", "")
    assert Task.objects.get(case=case, state="open").stage == "sanction_decide"


# --- Proof ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"state": "ended"}, "its log says “in_force”"),
        ({"number": "SANKSI-2026-99999"}, "another number"),
        ({"put_right_by": date(2027, 1, 1)}, "another day"),
        ({"level": 3}, "does not say what was proposed"),
        ({"grounds": "Lain."}, "does not say what was proposed"),
        ({"remedy": "Lain."}, "does not say what was proposed"),
        ({"law": "Lain"}, "does not say what was proposed"),
        ({"until": date(2027, 1, 1)}, "does not say what was proposed"),
        ({"kind": "suspension"}, "does not say what was proposed"),
    ],
)
def test_the_audit_finds_a_changed_sanction(
    world: World, permit: Permit, change: dict, said: str
) -> None:
    give(world, permit, Kind.WARNING)
    assert faults() == []
    Sanction.objects.update(**change)
    assert any(said in one for one in faults())


def test_the_audit_finds_what_is_gone_or_was_added(world: World, permit: Permit) -> None:
    case = give(world, permit, Kind.SUSPENSION, law=LAW)
    Permit.objects.filter(pk=permit.pk).update(state="in_force")
    assert any("its log says “suspended”" in one for one in faults())
    Permit.objects.filter(pk=permit.pk).update(state="suspended")
    added = Sanction.objects.create(case=case, seq=9, kind="warning", level=1, grounds="Lain.")
    assert any("was never proposed" in one for one in faults())
    added.delete()
    assert faults() == []
    Sanction.objects.all().delete()
    assert any("is gone" in one for one in faults())


def test_the_holder_takes_along_what_was_decided_and_not_what_was_proposed(
    world: World, permit: Permit
) -> None:
    give(world, permit, Kind.WARNING)
    suggest(world, permit, Kind.SUSPENSION, law=LAW)
    (found,) = queries.whole_supervision_of(permit.party_id)
    assert [one["kind"] for one in found["sanctions"]] == ["warning"]
    assert found["sanctions"][0]["grounds"] == GROUNDS
    assert "propose_sanction" not in {one["action"] for one in found["log"]}
