"""Every (state, action, role) of both lifecycles, through act(): legal ones move, illegal ones leave no trace."""

from copy import copy
from datetime import timedelta

import pytest

from satupintu.documents.services import SigningRefused
from satupintu.office.queries import NumberTaken
from satupintu.people.rules import STAFF_ROLES, Actor, Role
from satupintu.permits import rules
from satupintu.permits.paid import PAID
from satupintu.permits.queries import Permit
from satupintu.permits.services import ACTIONS
from satupintu.permits.services.decide import NoDelegation
from satupintu.permits.services.issue import number_and_issue
from satupintu.permits.tests.officer_cases import make_world
from satupintu.permits.tests.paid_cases import make_paid_world
from satupintu.workflow.queries import Case, Task, Transition
from satupintu.workflow.services import MoveNotAllowed, act

pytestmark = pytest.mark.django_db

LIFECYCLES = {"permit": rules.PERMIT, "paid": PAID, "assisted": rules.ASSISTED}
SERVICES = {"permit": "sip-bidan", "assisted": "nib-pendampingan"}
ROLES = sorted((STAFF_ROLES | {Role.APPLICANT}) - {Role.SYSTEM})


def everybody(lifecycle):
    """Yield (state, action, role) for each act that others may ask for."""
    for state in lifecycle.states:
        for action in sorted({name for _state, name in lifecycle.moves} & set(ACTIONS)):
            for role in ROLES:
                yield state, action, role


@pytest.mark.parametrize("name", LIFECYCLES)
def test_what_the_table_forbids_is_refused_and_leaves_no_trace(name):
    """Thousands of cells on one case whose state is set by hand; each refused act is checked for traces."""
    world = make_paid_world() if name == "paid" else make_world()
    case = world.apply_paid() if name == "paid" else world.apply(service=SERVICES[name])
    lifecycle = LIFECYCLES[name]
    units, user = world.actor("budi").units, world.user("admin").pk
    kept = world.fresh(case)  # read once: what is refused changes nothing of it
    row = Case.objects.values().get(pk=case.pk)
    before = (Transition.objects.count(), Task.objects.filter(state="open").count())
    later, task = world.at + timedelta(minutes=1), {"task": str(world.tasks(case)[0].pk)}
    checked = 0
    for state, action, role in everybody(lifecycle):
        move = lifecycle.move(state, action)
        if move is not None and role in move.roles:
            continue
        moved = copy(kept)
        moved.state = state
        actor = Actor(
            name="Petugas",
            roles=frozenset({role}),
            user_id=user,
            units=units,
            party_ids=frozenset({case.party_id}) if role is Role.APPLICANT else frozenset(),
        )
        with pytest.raises(MoveNotAllowed):
            act(moved, action, by=actor, at=later, reason="Alasan.", data=DATA.get(action, task))
        checked += 1
    assert (Transition.objects.count(), Task.objects.filter(state="open").count()) == before
    assert Case.objects.values().get(pk=case.pk) == row
    assert checked > 1000


DATA = {
    "return": {"items": [{"on": "other", "key": "", "reason": "Foto."}]},
    "record_filing": {"number": "1"},
    "record_status": {"status": "x"},
    "hand_over": {"collector": "Sari Lestari"},  # and what proves it: World.receipt
    "withdraw": {"consent": "counter"},
    "ask_recommendation": {"unit_kind": "health"},
}


LEGAL = [
    # how the case got there, who acts, the act, the state after it
    ("apply", "budi", "declare_complete", "review"),
    ("apply", "ratna", "declare_complete", "review"),
    ("apply", "budi", "return", "returned"),
    ("apply", "ratna", "propose_refusal", "refusal_proposed"),
    ("apply", "budi", "withdraw", "withdrawn"),
    ("apply", "sari", "withdraw", "withdrawn"),
    ("apply", "budi", "comment", "submitted"),
    ("apply", "lina", "extend", "submitted"),
    ("returned", "budi", "resubmit", "submitted"),
    ("returned", "sari", "resubmit", "submitted"),
    ("complete", "ratna", "ask_recommendation", "review"),
    ("complete", "wati", "recommend_for", "ready"),
    ("complete", "wati", "recommend_against", "ready"),
    ("complete", "ratna", "pause", "paused"),
    ("complete", "ratna", "reconfirm", "reconfirm"),
    ("ready", "ratna", "propose_approval", "proposed"),
    ("ready", "ratna", "propose_refusal", "refusal_proposed"),
    ("proposed", "lina", "initial", "proposed"),
    ("proposed", "lina", "send_back", "ready"),
    ("initialled", "darius", "approve", "approved"),
    ("initialled", "darius", "reject", "rejected"),
    ("approved", "darius", "number", "numbered"),
    ("approved", "lina", "send_back", "ready"),
    ("numbered", "darius", "void_number", "approved"),
    ("issued", "budi", "hand_over", "handed_over"),
    ("issued", "darius", "revoke", "revoked"),
    ("issued", "sari", "download", "handed_over"),
]


@pytest.mark.parametrize(("way", "who", "action", "after"), LEGAL)
def test_what_the_table_allows_moves_the_case(way, who, action, after):
    world = make_world()
    case = world.apply()
    if way != "apply":
        case = getattr(world, way)(case)
    data = world.receipt(case) if action == "hand_over" else DATA.get(action, {})
    done = world.do(case, action, who, reason="Alasan yang jelas.", **data)
    assert done.state == after
    assert (
        Transition.objects.filter(case=case, action=action, actor_user=world.user(who)).count() == 1
    )


def test_an_officer_of_another_unit_cannot_recommend():
    world = make_world()
    case = world.complete(world.apply())
    with pytest.raises(MoveNotAllowed, match="Tidak ada tugas"):
        world.do(case, "recommend_for", "agus", text="Layak.")
    assert world.fresh(case).state == "review"


def test_a_task_somebody_holds_is_answered_only_by_them():
    world = make_world()
    case = world.apply()
    world.do(case, "take", "budi", task=str(world.tasks(case)[0].pk))
    with pytest.raises(MoveNotAllowed, match="sedang ditangani Budi Santoso"):
        world.do(case, "declare_complete", "ratna")
    assert world.fresh(case).state == "submitted"


def test_another_head_cannot_number_what_somebody_else_approved():
    world = make_world()
    case = world.approved(world.apply())
    with pytest.raises(MoveNotAllowed, match="pejabat yang menyetujuinya"):
        world.do(case, "number", "surya")
    assert world.fresh(case).state == "approved"
    assert world.fresh(case).permit_case.number == ""


# --- Permits of other systems --------------------------------------------------------------------


def test_a_permit_of_another_system_is_helped_followed_and_recorded():
    world = make_world()
    case = world.do(world.apply(service="nib-pendampingan"), "declare_complete", "budi")
    assert case.state == "assisting"
    case = world.do(case, "record_filing", "budi", number="I-202611-0001", status="Terkirim")
    assert case.state == "filed"
    assert case.permit_case.external_number == "I-202611-0001"
    case = world.do(case, "record_status", "budi", status="Menunggu verifikasi")
    assert case.permit_case.external_status == "Menunggu verifikasi"
    case = world.do(case, "record_issued", "budi", number="9120000099991", status="Terbit")
    assert case.state == "issued_elsewhere"
    assert case.permit_case.external_number == "9120000099991"
    assert world.tasks(case) == []


# --- Signing --------------------------------------------------------------------------------------


class BrokenKey:
    """A token that was pulled out."""

    def sign(self, *_args, **_named):
        raise SigningRefused("Token tercabut.")

    def close(self):
        return None


def test_a_failed_signature_keeps_the_number_for_the_next_try():
    world = make_world()
    case = world.approved(world.apply())
    with pytest.raises(SigningRefused):
        number_and_issue(case, by=world.actor("darius"), at=world.at, key=BrokenKey())
    number = world.fresh(case).permit_case.number
    assert world.fresh(case).state == "numbered"
    assert number
    number_and_issue(world.fresh(case), by=world.actor("darius"), at=world.at, key=world.key())
    permit = Permit.objects.get(case=case)
    assert permit.number == number
    assert NumberTaken.objects.filter(series__code="permit").count() == 1


def test_a_voided_number_stays_in_the_register_and_the_next_is_another():
    world = make_world()
    case = world.numbered(world.apply())
    first = case.permit_case.number
    world.do(case, "void_number", "darius", reason="Salah cetak.")
    issued = world.fresh(case)
    number_and_issue(issued, by=world.actor("darius"), at=world.at, key=world.key())
    assert Permit.objects.get(case=case).number != first
    assert NumberTaken.objects.get(number=first).reason == "Salah cetak."


def test_a_delegation_that_ended_after_the_decision_stops_number_and_signature():
    world = make_world()
    case = world.approved(world.apply())
    world.user("darius").delegations.update(valid_until="2026-11-01")
    with pytest.raises(NoDelegation):
        number_and_issue(case, by=world.actor("darius"), at=world.at, key=world.key())
    assert world.fresh(case).state == "approved"
    assert Permit.objects.count() == 0
