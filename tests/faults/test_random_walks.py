"""Whatever people try, in whatever order: what must always hold of a case and of its log."""

import random
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from satupintu.documents.queries import path_of
from satupintu.office.services import NumberProblem
from satupintu.people.rules import Role
from satupintu.permits.models import Inspection, Permit, PermitCase
from satupintu.permits.rules import HAS_PERMIT, PERMIT, STATUSES, ReviewOutcome
from satupintu.permits.tests.officer_cases import make_world
from satupintu.workflow.audit import audit
from satupintu.workflow.models import Task, Transition
from satupintu.workflow.services import CannotMove, act

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ACTIONS = sorted({action for _state, action in PERMIT.moves if action != "submit"})
PEOPLE = ("sari", "joko", "budi", "ratna", "wati", "lina", "darius")
IN_ROLE = {
    Role.APPLICANT: "sari",
    Role.FRONT_OFFICE: "budi",
    Role.VERIFIER: "ratna",
    Role.TECHNICAL_OFFICER: "wati",
    Role.SECTION_HEAD: "lina",
    Role.HEAD: "darius",
}
ITEMS = [{"on": "document", "key": "str", "reason": "Buram."}]
WALKS = 50


@pytest.fixture(scope="module")
def prepared(django_db_setup, django_db_blocker):
    """Give an office with one case in each of some states; undone when the module ends."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = make_world()
        new = world.apply
        cases = [
            new(), world.complete(new()), world.ready(new()), world.initialled(new()),
            world.approved(new()), world.numbered(new()), world.returned(new()),
        ]  # fmt: skip
        receipts.update(world.receipt(cases[0]))
        yield world, cases, world.key()
        transaction.set_rollback(True)


def data_for(action: str, at: Any, key: Any) -> dict[str, Any]:
    return {
        "return": {"items": ITEMS},
        "pause": {"items": ITEMS},
        "reconfirm": {"items": ITEMS},
        "schedule_inspection": {"scheduled_at": at + timedelta(days=1), "place": "Meliau"},
        "issue": {"key": key, "demo": True},
        "hand_over": receipts,
        "withdraw": {"consent": "counter"},
        "extend": {"days": 2, "legal_basis": "Permenkes 17/2024"},
        "notice_deadline": {"what": "promise_near"},
        "ask_recommendation": {"unit_kind": "health"},
        "review": {"outcome": ReviewOutcome.SOUND.value},
    }.get(action, {})


# Refused for every case here, so they lead nowhere: of the cases of an older register.
OF_OTHER_CASES = {"type_answers", "ask_units"}
done: list[str] = []
refusals: set[str] = set()
receipts: dict[str, Any] = {}  # of a hand-over, whichever case it is


def whole(case: Any) -> None:
    """Check what must hold of a case after any act, done or refused."""
    rows = list(Transition.objects.filter(case=case).order_by("seq"))
    assert case.version == len(rows) == rows[-1].seq
    assert case.state == rows[-1].to_state
    assert case.head_hash == rows[-1].hash
    closed = STATUSES[case.state].closed
    assert (case.closed_at is not None) == closed
    if closed:
        assert not Task.objects.filter(case=case, state="open").exists()
    permit = Permit.objects.filter(case=case).first()
    assert (permit is not None) == (case.state in HAS_PERMIT)
    side = PermitCase.objects.get(pk=case.pk)
    assert bool(side.number) == (case.state in {*HAS_PERMIT, "numbered"})
    if permit:
        assert permit.number == side.number
        assert path_of(permit.document).stat().st_size > 1000
    for term in (case.promise, case.legal):
        assert term.due_at is None or term.first_due_at is not None


def choices(state: str, *, legal: bool) -> list[str]:
    """Return what to draw an act from: all there are, or those of people in this state, its own before those of any."""
    if not legal:
        return ACTIONS
    people = {
        move: table.roles & set(IN_ROLE)
        for move, table in PERMIT.moves.items()
        if move[1] not in OF_OTHER_CASES
    }
    own = sorted(action for (of, action), roles in people.items() if of == state and roles)
    return own * 5 + sorted(action for (of, action), roles in people.items() if of == "*" and roles)


def walk(world: Any, case: Any, key: Any, chance: random.Random) -> None:
    """Let people act as chance will have it: mostly those who may, sometimes anybody anything."""
    at = world.at
    for _step in range(chance.randint(3, 8)):
        legal = chance.random() < 0.75
        at += timedelta(days=chance.randint(-3, 5))  # the clock goes on, or back
        action = chance.choice(choices(case.state, legal=legal) or ACTIONS)
        task = Task.objects.filter(case=case, state="open").first()
        data = data_for(action, at, key)
        if action in {"take", "release", "reassign"}:
            data = {"task": str(task.pk if task else case.pk), "officer": world.user("budi").pk}
        if action in {"record_inspection", "sign_report"}:
            visit = Inspection.objects.filter(permit_case_id=case.pk).first()
            data = {"inspection": str(visit.pk if visit else case.pk), "findings": "Bersih."}
        move = PERMIT.move(case.state, action)
        fit = sorted(IN_ROLE[role] for role in move.roles & set(IN_ROLE)) if move else []
        by = world.actor(chance.choice(fit if legal and fit else PEOPLE))
        try:
            with transaction.atomic():
                act(case, action, by=by, at=at, reason="Perlu diuji.", data=data)
            done.append(action)
        except (CannotMove, NumberProblem) as refused:
            refusals.add(refused.message)
        case = world.fresh(case)
        whole(case)


def test_no_order_of_acts_breaks_a_case(prepared):
    """The same walks in each run; they must not prove anything by being refused at every step."""
    world, cases, key = prepared
    done.clear()
    for number in range(WALKS):
        with transaction.atomic():
            walk(world, world.fresh(cases[number % len(cases)]), key, random.Random(number))
            assert audit(stop_at_first=False).broken == [], f"walk {number}"
            transaction.set_rollback(True)
    assert [one for one in refusals if not one.endswith(".")] == []
    assert len(done) > WALKS, done
    assert len(set(done)) >= 12, sorted(set(done))


def test_a_clock_set_back_changes_no_order_and_no_term_to_nonsense(prepared):
    world, cases, _key = prepared
    with transaction.atomic():
        case = world.fresh(cases[0])
        before = case.promise
        earlier = world.at - timedelta(days=3)
        act(
            case,
            "return",
            by=world.actor("budi"),
            at=earlier,
            reason="Buram.",
            data={"items": ITEMS},
        )
        act(world.fresh(case), "resubmit", by=world.actor("sari"), at=earlier - timedelta(hours=5))
        case = world.fresh(case)
        rows = list(Transition.objects.filter(case=case).order_by("seq"))
        assert [row.action for row in rows] == ["submit", "return", "resubmit"]
        assert [row.seq for row in rows] == [1, 2, 3]
        assert rows[2].at < rows[1].at < rows[0].at
        assert case.promise.first_due_at == before.first_due_at
        assert case.promise.due_at >= rows[2].at
        assert case.legal.due_at >= rows[2].at
        whole(case)
        assert audit().broken == []
        transaction.set_rollback(True)
