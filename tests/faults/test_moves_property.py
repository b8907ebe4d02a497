"""Whatever people try, in whatever order: what must always hold of a case and of its log."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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
EXAMPLES = 50

# Mostly a move that the table allows, by somebody; sometimes anything by anybody.
steps = st.lists(
    st.tuples(
        st.booleans() | st.just(True),
        st.integers(0, 60),
        st.sampled_from(PEOPLE),
        st.integers(-3, 5),  # days the clock goes on, or back
    ),
    min_size=3,
    max_size=8,
)


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
receipts: dict[str, Any] = {}  # of a hand-over, whichever case it is
sentences: set[str] = set()  # of refusals


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


@settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(start=st.integers(0, 6), walk=steps)
def test_no_order_of_acts_breaks_a_case(prepared, start, walk):
    world, cases, key = prepared
    with transaction.atomic():
        case, at = world.fresh(cases[start]), world.at
        for legal, pick, who, days in walk:
            at += timedelta(days=days)
            own = sorted(
                action
                for state, action in PERMIT.moves
                if state == case.state and action not in OF_OTHER_CASES
            )
            allowed = own * 2 + [one for one in ACTIONS if ("*", one) in PERMIT.moves]
            choices = allowed if legal else ACTIONS
            action = choices[pick % len(choices)]
            task = Task.objects.filter(case=case, state="open").first()
            data = data_for(action, at, key)
            if action in {"take", "release", "reassign"}:
                data = {"task": str(task.pk if task else case.pk), "officer": world.user("budi").pk}
            if action in {"record_inspection", "sign_report"}:
                visit = Inspection.objects.filter(permit_case_id=case.pk).first()
                data = {"inspection": str(visit.pk if visit else case.pk), "findings": "Bersih."}
            move = PERMIT.move(case.state, action)
            fit = sorted(IN_ROLE[role] for role in move.roles & set(IN_ROLE)) if move else []
            by = world.actor(fit[pick % len(fit)] if legal and fit else who)
            try:
                with transaction.atomic():
                    act(case, action, by=by, at=at, reason="Perlu diuji.", data=data)
                done.append(action)
            except (CannotMove, NumberProblem) as refused:
                sentences.add(refused.message)
            case = world.fresh(case)
            whole(case)
        assert audit(stop_at_first=False).broken == []
        transaction.set_rollback(True)


def test_the_walks_went_somewhere():
    """The walks above must not prove anything by being refused at every step."""
    assert not done or (len(done) > EXAMPLES and len(set(done)) >= 12), sorted(set(done))
    assert [one for one in sentences if not one.endswith(".")] == []


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
