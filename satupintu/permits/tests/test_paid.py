"""A permit for which a levy is paid: assessed, set, paid, confirmed, and only then issued. Every wrong turn."""

import pytest

from satupintu.catalogue.services import list_shipped_files, shipped_definition
from satupintu.fees.queries import books_of
from satupintu.office.queries import NumberTaken
from satupintu.people.rules import Role
from satupintu.permits import rules
from satupintu.permits.fee_account import FeeUnsettled, fee_side
from satupintu.permits.file import file_of
from satupintu.permits.paid import PAID, has_fee, lifecycle_for
from satupintu.permits.services.fee import NothingDue, SamePerson
from satupintu.permits.services.payment import NoAssessment
from satupintu.permits.tests.paid_cases import LEVY, TODAY, PaidWorld, make_paid_world
from satupintu.workflow.audit import audit
from satupintu.workflow.models import Transition
from satupintu.workflow.queries import history
from satupintu.workflow.services import CannotMove, MoveNotAllowed, ReasonMissing

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(db) -> PaidWorld:
    return make_paid_world()


def actions(case) -> list[str]:
    return [row.action for row in history(case)]


def account(case):
    return fee_side(file_of(case)).account


# --- The way through ---------------------------------------------------------------------------


@pytest.mark.slow
def test_a_building_approval_is_issued_after_its_levy_is_paid_and_confirmed(office):
    case = office.assessed()
    assert case.state == rules.State.FEE_PROPOSED
    case = office.owing(case)
    made = books_of(case.pk).assessed
    assert (made.amount_idr, made.number, str(made.due_on)) == (
        LEVY,
        "SKRD-2026-00001",
        "2026-12-23",
    )
    assert case.state == rules.State.PAYMENT
    assert case.promise.paused
    assert case.legal.paused

    case = office.pay(case)
    assert case.state == rules.State.PAYMENT_CHECK
    assert case.promise.running
    case = office.confirm(case)
    assert case.state == rules.State.READY
    assert actions(case)[-2:] == ["confirm_payment", "settle_fee"]
    assert office.payment(case).number == "SSRD-2026-00001"

    case = office.issued_paid(case)
    assert case.state == rules.State.ISSUED
    assert audit().broken == []


def test_what_waits_for_payment_is_not_proposed_and_not_numbered(office):
    case = office.reviewed()
    with pytest.raises(FeeUnsettled):
        office.do(case, "propose_approval", "ratna")
    case = office.owing(case=office.assessed(case))
    with pytest.raises(MoveNotAllowed):
        office.do(case, "propose_approval", "ratna")


def test_past_the_legal_limit_the_head_decides_but_the_number_waits_for_the_money(office):
    """Set by hand into the state that the head's decision past the limit leads to."""
    case = office.reviewed()
    type(case).objects.filter(pk=case.pk).update(state=rules.State.APPROVED)
    with pytest.raises(FeeUnsettled):
        office.do(case, "number", "darius")
    case = office.settled(office.owing(office.assessed(case)))
    assert case.state == rules.State.APPROVED


def test_what_costs_nothing_goes_on_without_a_payment_step(office):
    case = office.reviewed(ownership="state")
    with pytest.raises(NothingDue):
        office.do(case, "assess", "ratna")
    case = office.do(case, "propose_approval", "ratna")
    assert case.state == rules.State.PROPOSED
    assert books_of(case.pk).untouched


@pytest.mark.parametrize("name", [name for name, _text in list_shipped_files()])
def test_no_free_service_has_a_move_of_the_fee(name):
    definition = shipped_definition(name)
    assert not has_fee(definition)
    fee_moves = {name for _state, name in PAID.moves} - {n for _s, n in rules.PERMIT.moves}
    assert len(fee_moves) == 13
    assert not fee_moves & {action for _state, action in lifecycle_for(definition).moves}


# --- Assessed ----------------------------------------------------------------------------------


def test_an_officer_corrects_an_input_with_a_reason(office):
    case = office.reviewed()
    with pytest.raises(ReasonMissing):
        office.do(case, "assess", "ratna", inputs={"area_m2": "150"})
    case = office.do(
        case, "assess", "ratna", reason="Luas diukur ulang.", inputs={"area_m2": "150"}
    )
    made = books_of(case.pk).assessment
    assert made.amount_idr == 841_500  # 150 x 27.500 x 0,204
    assert made.corrected == {"area_m2": "150"}
    assert [
        "Luas total lantai (meter persegi)",
        "Total floor area (square metres)",
        "150",
    ] in made.lines
    assert history(case)[-1].data["corrected"] == ["area_m2"]


def test_an_answer_given_back_unchanged_is_no_correction(office):
    case = office.do(office.reviewed(), "assess", "ratna", inputs={"area_m2": "120.0"})
    assert books_of(case.pk).assessment.corrected == {}


@pytest.mark.parametrize(
    "inputs",
    [{"area_m2": "x"}, {"area_m2": "-1"}, {"floors": "99"}, {"name": "Sari"}, {"area_m2": "NaN"}],
)
def test_nonsense_is_no_correction(office, inputs):
    case = office.reviewed()
    with pytest.raises(CannotMove):
        office.do(case, "assess", "ratna", reason="Salah.", inputs=inputs)
    assert books_of(case.pk).untouched


def test_who_computed_the_fee_does_not_set_it(office):
    office.give_role("ratna", Role.HEAD)
    office.give_role("darius", Role.VERIFIER)
    case = office.do(office.reviewed(), "assess", "darius")
    with pytest.raises(SamePerson):
        office.do(case, "set_fee", "darius")


def test_a_computation_is_sent_back_and_made_anew(office):
    case = office.do(office.assessed(), "cancel_fee", "darius", reason="Luasnya keliru.")
    assert case.state == rules.State.READY
    assert books_of(case.pk).assessment is None
    case = office.owing(office.assessed(case))
    assert books_of(case.pk).assessed.number == "SKRD-2026-00001"


def test_an_assessment_that_was_set_is_cancelled_and_what_was_paid_counts(office):
    case = office.confirm(office.pay(office.owing(), amount=300_000))
    assert case.state == rules.State.PAYMENT
    case = office.do(case, "cancel_fee", "darius", reason="Luas dikoreksi.")
    assert (case.state, case.promise.running) == (rules.State.READY, True)
    case = office.do(case, "assess", "ratna", reason="Luas dikoreksi.", inputs={"area_m2": "50"})
    case = office.owing(case)
    assert books_of(case.pk).assessed.number == "SKRD-2026-00002"
    assert case.state == rules.State.READY  # 280.500 is owed, 300.000 was paid
    assert account(case).refundable_idr == 19_500


def test_after_a_new_review_the_fee_is_assessed_anew(office):
    case = office.settled()
    case = office.do(case, "reconfirm", "ratna", reason="Bangunan diubah.")
    case = office.do(case, "restart", "sari", answers={"area_m2": 150})
    case = office.do(case, "recommend_for", "hendra", number="600/2/2026", text="Layak.")
    with pytest.raises(FeeUnsettled):
        office.do(case, "propose_approval", "ratna")
    case = office.owing(office.assessed(case))
    assert account(case).rest_idr == 841_500 - LEVY
    case = office.confirm(office.pay(case, amount=841_500 - LEVY))
    assert case.state == rules.State.READY


# --- Paid --------------------------------------------------------------------------------------


def test_nobody_confirms_what_they_recorded(office):
    case = office.pay(office.owing(), "budi")
    with pytest.raises(SamePerson):
        office.confirm(case, "budi")
    case = office.confirm(case, "ratna")
    assert case.state == rules.State.READY


def test_an_officer_writes_the_banks_reference_an_applicant_sends_the_proof(office):
    case = office.owing()
    with pytest.raises(CannotMove, match="bukti"):
        office.pay(case, "sari", document="")
    with pytest.raises(CannotMove, match="bukti"):
        office.pay(case, "budi", reference="")
    assert office.pay(case, "budi").state == rules.State.PAYMENT_CHECK


def test_another_persons_file_is_no_proof(office):
    case = office.owing()
    other = office.apply("joko")
    stolen = office.proof(other, "joko")
    with pytest.raises(CannotMove):
        office.pay(case, "sari", document=str(stolen.pk))


def test_nobody_pays_for_a_strangers_case(office):
    with pytest.raises(MoveNotAllowed):
        office.pay(office.owing(), "joko")


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount_idr": 0},
        {"amount_idr": -5},
        {"amount_idr": "banyak"},
        {"paid_on": "2026-11-24"},
        {"paid_on": ""},
        {"way": "qris"},
        {"way": "cash"},
    ],
)
def test_a_payment_that_cannot_be_is_refused(office, wrong):
    case = office.owing()
    with pytest.raises(CannotMove):
        office.pay(case, "budi", **wrong)
    assert books_of(case.pk).payments == []


def test_too_little_waits_for_the_rest_and_the_clock_stands_still(office):
    case = office.confirm(office.pay(office.owing(), amount=400_000))
    assert (case.state, case.promise.paused) == (rules.State.PAYMENT, True)
    assert account(case).rest_idr == LEVY - 400_000
    assert actions(case)[-1] == "await_payment"
    case = office.confirm(office.pay(case, amount=LEVY - 400_000))
    assert case.state == rules.State.READY
    assert NumberTaken.objects.filter(case_id=case.pk, number__startswith="SSRD").count() == 2


def test_two_payments_are_checked_one_by_one(office):
    case = office.pay(office.pay(office.owing(), amount=400_000), amount=LEVY - 400_000)
    case = office.confirm(case, number=0)
    assert case.state == rules.State.PAYMENT_CHECK
    assert office.confirm(case, number=1).state == rules.State.READY


def test_a_proof_that_proves_nothing_is_refused_with_a_reason(office):
    case = office.pay(office.owing())
    payment = str(office.payment(case).pk)
    with pytest.raises(ReasonMissing):
        office.do(case, "reject_payment", "budi", payment=payment)
    case = office.do(case, "reject_payment", "budi", reason="Bukti tidak terbaca.", payment=payment)
    assert case.state == rules.State.PAYMENT
    assert account(case).rest_idr == LEVY
    with pytest.raises(CannotMove, match="sudah diperiksa"):
        office.do(case, "confirm_payment", "budi", payment=payment)


def test_nothing_is_paid_before_it_is_assessed(office):
    with pytest.raises(NoAssessment):
        office.pay(office.reviewed(), "budi")


# --- Told by a provider ------------------------------------------------------------------------


def test_a_providers_word_settles_the_fee_at_once_and_counts_once(office):
    case = office.told_by_provider(office.owing())
    assert case.state == rules.State.READY
    assert office.payment(case).number == "SSRD-2026-00001"
    office.told_by_provider(case)
    assert len(books_of(case.pk).payments) == 1


def test_a_provider_that_tells_too_little_leaves_the_rest_due(office):
    case = office.told_by_provider(office.owing(), amount=100_000)
    assert (case.state, case.promise.paused) == (rules.State.PAYMENT, True)
    assert account(case).rest_idr == LEVY - 100_000


def test_paid_twice_is_booked_and_can_be_asked_back(office):
    case = office.told_by_provider(office.told_by_provider(office.owing()), ref="QR-2")
    assert case.state == rules.State.READY
    assert account(case).refundable_idr == LEVY


# --- Given back --------------------------------------------------------------------------------


def test_money_goes_back_through_three_hands(office):
    case = office.do(office.settled(), "withdraw", "sari")
    assert (case.state, account(case).refundable_idr) == (rules.State.WITHDRAWN, LEVY)
    case = office.do(
        case, "ask_refund", "sari", reason="Batal membangun.", account="Bank A 123 Sari"
    )
    refund = str(books_of(case.pk).refunds[0].pk)
    with pytest.raises(CannotMove):
        office.do(case, "ask_refund", "sari", reason="Lagi.", account="Bank A 123 Sari")
    with pytest.raises(CannotMove):
        office.do(case, "pay_refund", "budi", refund=refund, paid_on=TODAY, reference="B-1")
    case = office.do(case, "grant_refund", "darius", refund=refund)
    for wrong in ({"reference": ""}, {"paid_on": "2026-11-24"}, {"refund": ""}):
        given = {"refund": refund, "paid_on": TODAY, "reference": "B-1", **wrong}
        with pytest.raises(CannotMove):
            office.do(case, "pay_refund", "budi", **given)
    case = office.do(case, "pay_refund", "budi", refund=refund, paid_on=TODAY, reference="B-1")
    assert books_of(case.pk).refunds[0].standing == "paid"
    assert account(case).refundable_idr == 0
    assert office.tasks(case) == []
    assert audit().broken == []


def test_who_asked_for_a_refund_at_the_counter_does_not_pay_it(office):
    case = office.do(office.settled(), "withdraw", "sari")
    case = office.do(case, "ask_refund", "budi", reason="Diminta di loket.", account="Bank A 123")
    refund = str(books_of(case.pk).refunds[0].pk)
    case = office.do(case, "grant_refund", "darius", refund=refund)
    given = {"refund": refund, "paid_on": TODAY, "reference": "B-1"}
    with pytest.raises(SamePerson):
        office.do(case, "pay_refund", "budi", **given)
    office.do(case, "pay_refund", "ratna", **given)
    assert books_of(case.pk).refunds[0].standing == "paid"


def test_a_refund_is_refused_with_a_reason_and_may_be_asked_again(office):
    case = office.do(office.settled(), "withdraw", "sari")
    case = office.do(case, "ask_refund", "sari", reason="Batal.", account="Bank A")
    refund = str(books_of(case.pk).refunds[0].pk)
    with pytest.raises(ReasonMissing):
        office.do(case, "refuse_refund", "darius", refund=refund)
    case = office.do(case, "refuse_refund", "darius", reason="Rekening tidak jelas.", refund=refund)
    assert account(case).refundable_idr == LEVY


def test_what_is_owed_is_not_given_back(office):
    case = office.settled()
    with pytest.raises(CannotMove, match="Tidak ada uang"):
        office.do(case, "ask_refund", "sari", reason="Mahal.", account="Bank A")
    case = office.told_by_provider(case)
    with pytest.raises(CannotMove):
        office.do(case, "ask_refund", "sari", reason="Dua kali.", account="A", amount_idr=LEVY + 1)


# --- The log proves it -------------------------------------------------------------------------


def changed(table, **values):
    assert table.update(**values) == 1


@pytest.mark.parametrize(
    ("what", "values"),
    [
        ("assessment", {"amount_idr": 1}),
        ("assessment", {"lines": []}),
        ("assessment", {"number": "SKRD-X"}),
        ("payment", {"amount_idr": 999_999}),
        ("payment", {"reference": "LAIN"}),
        ("payment", {"standing": "rejected"}),
        ("refund", {"account": "Bank Lain 999"}),
        ("refund", {"standing": "granted"}),
    ],
)
def test_a_row_changed_beside_the_log_is_named(office, what, values):
    case = office.told_by_provider(office.settled(), ref="QR-9")
    case = office.do(case, "ask_refund", "sari", reason="Dua kali.", account="Bank A 1 Sari")
    assert audit().broken == []
    books = books_of(case.pk)
    row = {"assessment": books.assessed, "payment": books.payments[0], "refund": books.refunds[0]}[
        what
    ]
    changed(type(row).objects.filter(pk=row.pk), **values)
    (fault,) = audit().broken
    assert case.number in fault
    assert f"the {what}" in fault


def test_a_row_that_is_gone_or_that_no_act_made_is_named(office):
    case = office.pay(office.owing())
    payment = office.payment(case)
    type(payment).objects.filter(pk=payment.pk).delete()
    assert any("the payment" in one and "is gone" in one for one in audit().broken)
    payment.pk = None
    payment.save(force_insert=True)
    assert Transition.objects.filter(case_id=case.pk).exists()
    assert any("stands in no row of the log" in one for one in audit().broken)
