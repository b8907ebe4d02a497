"""From a refusal to an objection and back: who may, until when, what a granted one does, what nobody may do."""

from copy import copy
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from satupintu.lib.refusal import Refusal
from satupintu.messaging.models import OutMessage
from satupintu.objections import rules
from satupintu.objections.models import Objection, ObjectionLetter
from satupintu.objections.queries import count_waiting, whole_objections_of
from satupintu.objections.services import (
    ACTIONS,
    AlreadyObjected,
    NotObjectable,
    TooLate,
    letters,
)
from satupintu.objections.services.deciding import CheckedBefore, ConflictOfInterest
from satupintu.objections.tests.conftest import DRAFTER, object_to, refused, reviewed, revoked
from satupintu.office.queries import work_calendar
from satupintu.people.rules import STAFF_ROLES, Actor, Role, system_actor
from satupintu.permits.models import Permit
from satupintu.permits.queries import RegisterFilter, register
from satupintu.permits.services.decide import CheckedAndSigned, NoDelegation
from satupintu.permits.tests.officer_cases import World
from satupintu.workflow.audit import audit
from satupintu.workflow.models import Case, Task, Transition
from satupintu.workflow.moves import check_allowed
from satupintu.workflow.services import (
    MoveNotAllowed,
    act,
    run_readers,
    sweep_deadlines,
)


def read_all(world: World, after: timedelta = timedelta(minutes=1)) -> None:
    while run_readers(at=world.at + after, limit=500):
        pass


def texts() -> list[str]:
    return list(OutMessage.objects.order_by("id").values_list("template", flat=True))


def no_faults() -> None:
    assert audit(stop_at_first=False).broken == []


# --- Filing ---------------------------------------------------------------------------------------


def test_a_refusal_is_objected_to_and_the_ten_days_run(world: World) -> None:
    case = refused(world)
    objection = object_to(world, case, wish="Mohon tinjauan ulang.")
    filed = objection.case
    assert filed.number.startswith("KBR-2026-")
    assert (filed.state, objection.standing) == ("filed", "applicant")
    assert filed.legal.days == 10
    assert filed.legal_due_at is not None
    assert [(one.stage, one.role) for one in world.tasks(filed)] == [
        ("objection_review", "section_head")
    ]
    assert count_waiting(10) == 1
    read_all(world)
    assert "objection_received" in texts()
    assert "objection_waiting" in texts()
    no_faults()


def test_the_last_day_is_named_when_it_is_over(world: World) -> None:
    case = refused(world)
    last = rules.last_moment(world.at, work_calendar())
    evening = last + timedelta(hours=4)
    with pytest.raises(TooLate, match=r"22 Desember 2026|2[0-9] Desember 2026"):
        object_to(world, case, at=last + timedelta(days=1))
    assert object_to(world, case, at=evening).case.state == "filed"


def test_one_decision_is_objected_to_once_by_one_person(world: World) -> None:
    case = refused(world)
    first = object_to(world, case)
    with pytest.raises(AlreadyObjected, match=first.case.number):
        object_to(world, case)
    world.do(first.case, "withdraw", "sari")
    second = object_to(world, case)
    assert second.case.number != first.case.number
    assert Objection.objects.count() == 2


def test_nothing_is_objected_to_where_nothing_was_decided(world: World) -> None:
    with pytest.raises(NotObjectable):
        object_to(world, world.ready(world.apply()))


def test_a_stranger_does_not_object_to_a_refusal_nor_a_holder_to_their_own_permit(
    world: World,
) -> None:
    with pytest.raises(NotObjectable):
        object_to(world, refused(world), "joko", interest="Saya tetangga.")
    issued = world.issued(world.apply(place_name="Klinik B", permit_order="2"))
    with pytest.raises(NotObjectable):
        object_to(world, issued)
    assert Objection.objects.count() == 0


def test_a_third_party_says_how_they_are_harmed(world: World) -> None:
    issued = world.issued(world.apply())
    with pytest.raises(NotObjectable, match="kepentingan"):
        object_to(world, issued, "joko")
    objection = object_to(world, issued, "joko", interest="Rumah saya bersebelahan.")
    assert objection.standing == "third"
    world.do(objection.case, "uphold", "darius", reason="Terbukti mengganggu.")
    assert world.fresh(issued).state == "revoked"
    assert Permit.objects.get(case=issued).state == "revoked"
    no_faults()


# --- Deciding -------------------------------------------------------------------------------------


def test_an_upheld_objection_reopens_the_application_which_then_gets_its_permit(
    world: World,
) -> None:
    case = refused(world)
    objection = reviewed(world, case)
    row = act(
        world.fresh(objection.case),
        "uphold",
        by=world.actor("darius"),
        at=world.at,
        reason="Benar.",
    )
    letters.make_after(row, at=world.at, key=world.key())
    again = world.fresh(case)
    assert again.state == "ready"
    assert again.closed_at is None
    assert again.promise.days == rules.CARRY_OUT_DAYS
    assert [one.stage for one in world.tasks(again)] == ["propose"]
    assert world.fresh(objection.case).state == "upheld"
    assert world.tasks(objection.case) == []
    letter = ObjectionLetter.objects.get(case=objection.case)
    assert letter.document is not None
    assert letter.number
    read_all(world)
    assert "objection_decided" in texts()
    no_faults()
    case = world.do(again, "propose_approval", "ratna")
    case = world.do(case, "initial", "lina")
    case = world.do(case, "approve", "darius")
    assert case.state == "approved"
    no_faults()


def test_a_refusal_from_the_check_is_reopened_at_the_check(world: World) -> None:
    case = world.do(world.apply(), "propose_refusal", "ratna", reason="Bukan kewenangan.")
    case = world.do(case, "initial", "lina")
    case = world.do(case, "reject", "darius", reason="Bukan kewenangan.")
    objection = object_to(world, case)
    world.do(objection.case, "uphold", "darius", reason="Kewenangan kita.")
    again = world.fresh(case)
    assert again.state == "submitted"
    assert [one.stage for one in world.tasks(again)] == ["check"]
    assert world.do(again, "declare_complete", "budi").state == "review"
    no_faults()


def test_a_revocation_that_is_annulled_leaves_the_permit_in_force(world: World) -> None:
    case = revoked(world)
    objection = object_to(world, case)
    assert objection.decision == "revoke"
    world.do(objection.case, "uphold", "darius", reason="Ternyata berpraktik.")
    assert world.fresh(case).state == "issued"
    assert Permit.objects.get(case=case).state == "in_force"
    number = Permit.objects.get(case=case).number
    listed = register(RegisterFilter(text=number), world.at.date())
    assert [one.number for one in listed] == [number]
    assert [one.stage for one in world.tasks(world.fresh(case))] == ["deliver"]
    no_faults()


@pytest.mark.parametrize(
    ("action", "keeps", "state", "permit_state"),
    [
        ("refuse", "", "refused", "rejected"),
        ("uphold_partly", "1", "partly", "rejected"),
        ("uphold_partly", "0", "partly", "ready"),
    ],
)
def test_what_each_decision_leaves_behind(
    world: World, action: str, keeps: str, state: str, permit_state: str
) -> None:
    case = refused(world)
    objection = reviewed(world, case)
    done = world.do(
        objection.case, action, "darius", reason="Sudah ditimbang.", keep_decision=keeps
    )
    assert (done.state, world.fresh(case).state) == (state, permit_state)
    assert done.closed_at is not None
    row = Transition.objects.filter(case=done).latest("seq")
    assert row.delegation_id is not None
    no_faults()


def test_who_proposed_the_refusal_does_not_draft_the_answer(world: World) -> None:
    objection = object_to(world, refused(world))
    with pytest.raises(CheckedBefore):
        world.do(objection.case, "begin_review", "ratna")
    world.do(objection.case, "begin_review", DRAFTER)
    with pytest.raises(CheckedBefore):
        world.do(objection.case, "propose", "ratna", reason="Tetap tolak.", outcome="refuse")


def test_a_draft_is_sent_back_and_comes_again(world: World) -> None:
    objection = reviewed(world, refused(world))
    case = world.do(objection.case, "send_back", "darius", reason="Tambah dasar hukum.")
    assert (case.state, [one.stage for one in world.tasks(case)]) == ("review", ["objection_draft"])
    case = world.do(case, "propose", DRAFTER, reason="Dasar hukum ditambah.", outcome="refuse")
    assert [one.stage for one in world.tasks(case)] == ["objection_decide"]


def test_who_drafted_it_does_not_decide_it_but_an_acting_head(world: World) -> None:
    objection = reviewed(world, refused(world))
    case = world.do(objection.case, "send_back", "darius", reason="Saya tulis sendiri.")
    world.give_role("darius", Role.VERIFIER)
    case = world.do(case, "propose", "darius", reason="Dasar hukum ditambah.", outcome="refuse")
    with pytest.raises(CheckedAndSigned):
        world.do(case, "refuse", "darius", reason="Tetap.")
    world.user("darius").delegations.update(signing="Plh.")
    case = world.do(case, "refuse", "darius", reason="Kepala dinas sedang cuti.")
    assert case.closed_at is not None


def test_without_a_delegation_nobody_decides(world: World) -> None:
    objection = object_to(world, refused(world))
    world.user("darius").delegations.update(valid_until="2026-11-01")
    with pytest.raises(NoDelegation):
        world.do(objection.case, "uphold", "darius", reason="Benar.")
    assert world.fresh(objection.case).state == "filed"


def test_nobody_reopens_a_refusal_without_a_granted_objection(world: World) -> None:
    case = refused(world)
    objection = object_to(world, case)
    for data in ({}, {"objection": str(objection.pk)}, {"objection": str(case.pk)}):
        with pytest.raises(Refusal):
            world.do(case, "reopen", "darius", reason="Saya mau.", **data)
    assert world.fresh(case).state == "rejected"


def test_a_granted_objection_is_used_once(world: World) -> None:
    case = refused(world)
    objection = object_to(world, case)
    world.do(objection.case, "uphold", "darius", reason="Benar.")
    case = world.do(case, "propose_refusal", "ratna", reason="Tetap tidak layak.")
    case = world.do(case, "initial", "lina")
    case = world.do(case, "reject", "darius", reason="Tetap tidak layak.")
    with pytest.raises(MoveNotAllowed):
        world.do(case, "reopen", "darius", objection=str(objection.pk))
    assert object_to(world, case).case.state == "filed"  # a new decision, a new objection


def test_an_officer_has_no_part_in_an_objection_of_their_own(world: World) -> None:
    objection = object_to(world, refused(world))
    sari = world.user("sari")
    lina = world.actor("lina")
    own = Actor(lina.name, lina.roles, lina.user_id, frozenset({sari.party_id}), lina.units)
    with pytest.raises(ConflictOfInterest):
        act(objection.case, "begin_review", by=own, at=world.at)


# --- Time -----------------------------------------------------------------------------------------


def test_ten_days_without_a_decision_and_the_head_must_carry_it_out(world: World) -> None:
    case = refused(world)
    objection = object_to(world, case)
    due = objection.case.legal_due_at
    assert due is not None
    sweep_deadlines(at=due - timedelta(hours=20))
    assert world.fresh(objection.case).state == "filed"
    assert "objection_waiting" in texts()
    sweep_deadlines(at=due + timedelta(minutes=1))
    sweep_deadlines(at=due + timedelta(minutes=2))
    deemed = world.fresh(objection.case)
    assert deemed.state == "deemed"
    assert [(one.stage, one.role) for one in world.tasks(deemed)] == [
        ("objection_carry_out", "head")
    ]
    assert deemed.pledge.days == rules.CARRY_OUT_DAYS
    assert world.fresh(case).state == "rejected"  # nothing is decided by the clock
    read_all(world, timedelta(days=30))
    assert "objection_deemed" in texts()
    no_faults()
    with pytest.raises(MoveNotAllowed):
        world.do(deemed, "refuse", "darius", reason="Terlambat.")
    done = world.do(deemed, "carry_out", "darius", reason="Dilaksanakan menurut hukum.")
    assert (done.state, world.fresh(case).state) == ("carried_out", "ready")
    no_faults()


def test_a_missed_carrying_out_is_told_to_the_head(world: World) -> None:
    objection = object_to(world, refused(world))
    assert objection.case.legal_due_at is not None
    sweep_deadlines(at=objection.case.legal_due_at + timedelta(minutes=1))
    before = texts().count("objection_waiting")
    pledge = world.fresh(objection.case).pledge_due_at
    assert pledge is not None
    sweep_deadlines(at=pledge + timedelta(minutes=1))
    assert texts().count("objection_waiting") > before
    assert world.fresh(objection.case).state == "deemed"


def test_letters_left_behind_are_made_once(world: World) -> None:
    objection = object_to(world, refused(world))
    world.do(objection.case, "refuse", "darius", reason="Tidak terbukti.")
    read_all(world)
    assert letters.make_due(at=world.at) == 0  # whoever decided has two minutes
    assert letters.make_due(at=world.at + timedelta(minutes=5)) == 1
    assert letters.make_due(at=world.at + timedelta(minutes=9)) == 0
    assert ObjectionLetter.objects.get().document is not None


# --- What nobody may do ---------------------------------------------------------------------------


def test_what_the_table_forbids_is_refused_and_leaves_no_trace(world: World) -> None:
    objection = object_to(world, refused(world))
    units, user = world.actor("budi").units, world.user("admin").pk
    kept = world.fresh(objection.case)  # read once: what is refused changes nothing of it
    row = Case.objects.values().get(pk=kept.pk)
    before = (Transition.objects.count(), Task.objects.filter(state="open").count())
    checked = 0
    for state in rules.STATUSES:
        for action in ACTIONS:
            for role in sorted((STAFF_ROLES | {Role.APPLICANT}) - {Role.SYSTEM}):
                move = rules.OBJECTION.move(state, action)
                if move is not None and role in move.roles:
                    continue
                moved = copy(kept)
                moved.state = state
                by = Actor("Petugas", frozenset({role}), user, frozenset(), units)
                with pytest.raises(MoveNotAllowed):
                    act(moved, action, by=by, at=world.at, reason="Alasan.")
                checked += 1
    assert (Transition.objects.count(), Task.objects.filter(state="open").count()) == before
    assert Case.objects.values().get(pk=kept.pk) == row
    assert checked > 500


KEYS = ("outcome", "keep_decision", "what", "task", "officer", "objection")
NOBODY = "00000000-0000-7000-8000-000000000000"
GARBAGE: dict[str, dict[str, Any]] = {
    "nothing": {},
    "none": dict.fromkeys(KEYS),
    "words": dict.fromkeys(KEYS, "bukan-yang-diminta"),
    "a number": dict.fromkeys(KEYS, -7),
    "a list": {key: ["x"] for key in KEYS},
    "a table": {key: {"x": "y"} for key in KEYS},
    "an id of nothing": dict.fromkeys(KEYS, NOBODY),
    "a null byte": dict.fromkeys(KEYS, "a\0b"),
}


class Undone(Exception):
    """Takes back what an act did."""


@pytest.mark.parametrize("state", ["filed", "proposed", "deemed"])
def test_no_act_answers_garbage_with_anything_but_a_refusal(world: World, state: str) -> None:
    case = refused(world)
    objection = reviewed(world, case) if state == "proposed" else object_to(world, case)
    if state == "deemed":
        assert objection.case.legal_due_at is not None
        sweep_deadlines(at=objection.case.legal_due_at + timedelta(minutes=1))
    rows, wrong = Transition.objects.count(), []
    for action in ACTIONS:
        for by in _may(world, objection.case, action):
            for name, data in GARBAGE.items():
                try:
                    with transaction.atomic():
                        act(
                            world.fresh(objection.case),
                            action,
                            by=by,
                            at=world.at,
                            reason="Alasan.",
                            data=data,
                        )
                        raise Undone  # noqa: TRY301  inside, so that it is taken back
                except Undone:
                    pass
                except Refusal as error:
                    if not error.message:
                        wrong.append((action, name, "no sentence"))
                except Exception as error:  # noqa: BLE001  the point of the test
                    wrong.append((action, name, f"{type(error).__name__}: {error}"[:90]))
    assert wrong == []
    assert Transition.objects.count() == rows


def _may(world: World, case: Case, action: str) -> list[Actor]:
    people = [world.actor(key) for key in ("budi", "lina", "darius", "sari")]
    for by in [*people, system_actor("tests")]:
        try:
            check_allowed(rules.OBJECTION, world.fresh(case).state, action, by)
        except Refusal:
            continue
        return [by]
    return []


# --- Proof, and a person's own --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "value", "fault"),
    [
        ("grounds", "Saya mencabut semua alasan saya.", "not what was filed"),
        ("about_seq", 1, "not what was filed"),
        ("standing", "third", "not what was filed"),
    ],
)
def test_the_audit_finds_an_objection_that_was_altered(
    world: World, column: str, value: Any, fault: str
) -> None:
    objection = object_to(world, refused(world))
    no_faults()
    Objection.objects.filter(pk=objection.pk).update(**{column: value})
    assert fault in str(audit().broken)


def test_the_audit_misses_evidence_and_letters(world: World) -> None:
    objection = object_to(world, refused(world), papers=2)
    objection.evidence.first().delete()
    assert "evidence" in str(audit().broken)
    ObjectionLetter.objects.create(case=objection.case, seq=1, kind="decision", at=world.at)
    objection.evidence.all().delete()
    assert "evidence" in str(audit().broken)


def test_a_person_takes_their_objections_along(world: World) -> None:
    objection = object_to(world, refused(world), wish="Segera.")
    (mine,) = whole_objections_of(objection.case.party_id)
    assert (mine["number"], mine["wish"]) == (objection.case.number, "Segera.")
    assert mine["log"][0]["action"] == "file"
