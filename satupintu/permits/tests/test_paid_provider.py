"""Paying through a provider: the simulator over real HTTP, and every notification that lies, repeats or gets lost."""

import json
from datetime import timedelta

import httpx
import pytest
from django.test import Client

from satupintu.fees import qris, reconciliation
from satupintu.fees.providers import find_provider
from satupintu.fees.providers.port import ProviderDown
from satupintu.fees.providers.simulator import signing
from satupintu.fees.providers.simulator.server import Bank
from satupintu.fees.queries import Charge, ProviderEvent, books_of
from satupintu.fees.services import NoProvider, ask_about_lost, charges, order_charge
from satupintu.lib import clock
from satupintu.permits import rules
from satupintu.permits.tests.officer_cases import MONDAY
from satupintu.permits.tests.paid_cases import LEVY, PaidWorld, make_paid_world
from satupintu.workflow.audit import audit
from satupintu.workflow.seals import make_digests
from satupintu.workflow.services import MovedMeanwhile

pytestmark = pytest.mark.django_db
SECRET = "rahasia-uji"
WHERE = "/pembayaran/kabar/simulator/"


@pytest.fixture
def office(db, monkeypatch) -> PaidWorld:
    monkeypatch.setattr(clock, "now", lambda: MONDAY)
    return make_paid_world()


@pytest.fixture
def bank(settings):
    with Bank(secret=SECRET, mute=True) as running:
        settings.PAYMENT_PROVIDER, settings.PAYMENT_SECRET = "simulator", SECRET
        settings.PAYMENT_URL = running.url
        yield running


def charged(case, way="qris", amount=LEVY) -> Charge:
    made = books_of(case.pk).assessed
    charge = order_charge(made, way=way, amount_idr=amount, at=MONDAY)
    Charge.objects.filter(pk=charge.pk).update(expires_at=MONDAY + timedelta(days=1))
    charge.refresh_from_db()
    return charge


def tell(told, *, secret=SECRET, at=MONDAY, where=WHERE, body=None):
    body = json.dumps(told).encode() if body is None else body
    headers = signing.sign(body, int(at.timestamp()), secret)
    return Client(headers=headers).post(where, body, content_type="application/json")


def outcome(answer) -> str:
    assert answer.status_code == 200, answer.content
    return answer.json()["outcome"]


def test_a_code_is_ordered_paid_and_told_once(office, bank):
    case = office.owing()
    charge = charged(case)
    found = qris.read(charge.payload)
    assert found["54"] == str(LEVY)
    assert charged(case).pk == charge.pk  # the same wish is the same charge
    told = bank.pay(charge.provider_ref, LEVY)
    assert outcome(tell(told)) == "booked"
    case = office.fresh(case)
    assert case.state == rules.State.READY
    payment = office.payment(case)
    assert (payment.way, payment.provider_ref, payment.number) == (
        "qris",
        told["payment"],
        "SSRD-2026-00001",
    )
    assert outcome(tell(told)) == "booked"  # told again
    assert (
        outcome(tell({**told, "event": "EV-other"})) == "booked"
    )  # the same money under another name
    assert len(books_of(case.pk).payments) == 1
    assert audit().broken == []


def test_a_virtual_account_is_a_number(office, bank):
    charge = charged(office.owing(), way="va")
    assert charge.payload.startswith("8808")
    assert outcome(tell(bank.pay(charge.provider_ref, LEVY))) == "booked"


@pytest.mark.parametrize(
    "lie",
    [
        {"secret": "tebakan"},
        {"at": MONDAY - timedelta(minutes=6)},
        {"at": MONDAY + timedelta(minutes=6)},
        {"body": b"{"},
        {"body": b"[]"},
        {"body": b'{"event": 1}'},
        {"body": b""},
    ],
)
def test_what_the_provider_did_not_sign_is_not_believed(office, bank, lie):
    case = office.owing()
    told = bank.pay(charged(case).provider_ref, LEVY)
    assert tell(told, **lie).status_code == 403
    assert office.fresh(case).state == rules.State.PAYMENT
    assert not ProviderEvent.objects.exclude(outcome="forged").exists()


def test_a_body_that_was_altered_after_signing_is_not_believed(office, bank):
    told = bank.pay(charged(office.owing()).provider_ref, 1)
    body = json.dumps(told).encode()
    headers = signing.sign(body, int(MONDAY.timestamp()), SECRET)
    altered = body.replace(b'"amount": 1,', b'"amount": 673200,')
    assert altered != body
    answer = Client(headers=headers).post(WHERE, altered, content_type="application/json")
    assert answer.status_code == 403
    assert Client().post(WHERE, body, content_type="application/json").status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": -1},
        {"amount": "1"},
        {"amount": True},
        {"payment": ""},
        {"paid_on": ""},
        {"event": "x" * 81},
    ],
)
def test_a_signed_payment_that_says_nothing_sensible_is_refused(office, bank, wrong):
    told = bank.pay(charged(office.owing()).provider_ref, LEVY)
    assert tell({**told, **wrong}).status_code == 403


def test_of_a_charge_that_nobody_ordered_only_a_note_is_kept(office, bank):
    told = bank.pay(charged(office.owing()).provider_ref, LEVY)
    assert outcome(tell({**told, "charge": "SIM-LAIN"})) == "unknown"
    assert ProviderEvent.objects.get().outcome == "unknown"


@pytest.mark.parametrize(("amount", "state"), [(600_000, "payment"), (700_000, "ready")])
def test_another_amount_than_was_asked_is_booked_and_marked(office, bank, amount, state):
    case = office.owing()
    assert outcome(tell(bank.pay(charged(case).provider_ref, amount))) == "differs"
    assert office.fresh(case).state == state
    account = books_of(case.pk).account()
    assert (account.rest_idr, account.refundable_idr) == (
        max(0, LEVY - amount),
        max(0, amount - LEVY),
    )


def test_out_of_order_changes_nothing(office, bank):
    case = office.owing()
    told = bank.pay(charged(case).provider_ref, LEVY)
    assert outcome(tell(told)) == "booked"
    late = {"event": "EV-0", "charge": told["charge"], "status": "pending", "amount": 0}
    assert outcome(tell(late)) == "noted"
    assert office.fresh(case).state == rules.State.READY


@pytest.mark.parametrize(("times", "status"), [(2, 200), (99, 503)])
def test_a_payment_that_meets_another_is_booked_or_asked_for_again(
    office, bank, monkeypatch, times, status
):
    case, met = office.owing(), []
    told = bank.pay(charged(case).provider_ref, LEVY)
    book = charges.act

    def meet(*given, **more):
        met.append(1)
        if len(met) <= times:
            raise MovedMeanwhile("")
        return book(*given, **more)

    monkeypatch.setattr(charges, "act", meet)
    assert tell(told).status_code == status
    assert len(books_of(case.pk).payments) == (status == 200)
    monkeypatch.setattr(charges, "act", book)
    assert outcome(tell(told)) == "booked"
    assert len(books_of(case.pk).payments) == 1


def test_money_for_a_case_that_was_withdrawn_is_booked_and_goes_back(office, bank):
    case = office.owing()
    charge = charged(case)
    case = office.do(case, "withdraw", "sari")
    assert outcome(tell(bank.pay(charge.provider_ref, LEVY))) == "booked"
    case = office.do(case, "ask_refund", "sari", reason="Batal.", account="Bank A")
    assert books_of(case.pk).refunds[0].amount_idr == LEVY


def test_a_notification_that_got_lost_is_asked_for(office, bank):
    case = office.owing()
    bank.pay(charged(case).provider_ref, LEVY)
    assert (
        ask_about_lost(at=MONDAY + timedelta(minutes=1)) == 0
    )  # the provider's own retries come first
    assert ask_about_lost(at=MONDAY + timedelta(minutes=11)) == 1
    assert office.fresh(case).state == rules.State.READY
    assert ask_about_lost(at=MONDAY + timedelta(minutes=30)) == 0


def test_a_provider_that_is_down_says_so_and_other_ways_remain(office, bank):
    case = office.owing()
    bank.down = True
    with pytest.raises(ProviderDown):
        charged(case)
    assert ask_about_lost(at=MONDAY + timedelta(hours=1)) == 0
    sari = Client()
    sari.force_login(office.user("sari"), backend="satupintu.people.backends.PasswordBackend")
    answer = sari.post(f"/permohonan/{case.number}/bayar/", {"lewat": "qris"}, follow=True)
    page = answer.content.decode()
    assert "sedang tidak dapat dihubungi" in page
    assert "Kirim bukti bayar" in page
    assert "RKUD Kabupaten" in page


def test_the_page_shows_the_code_and_the_number_to_pay(office, bank):
    case = office.owing()
    sari = Client()
    sari.force_login(office.user("sari"), backend="satupintu.people.backends.PasswordBackend")
    where = f"/permohonan/{case.number}/bayar/"
    assert sari.get(where).content.decode().count('name="lewat"') == 2
    assert not Charge.objects.exists()
    for way in ("qris", "va"):
        assert sari.post(where, {"lewat": way}).status_code == 302
    Charge.objects.update(expires_at=MONDAY + timedelta(days=1))
    page = sari.get(where).content.decode()
    assert "Kode QRIS untuk Rp673.200" in page
    assert Charge.objects.get(way="va").payload in page


@pytest.mark.parametrize("way", ["cash", "transfer", ""])
def test_a_way_that_the_provider_does_not_have_is_refused(office, bank, way):
    with pytest.raises(NoProvider):
        charged(office.owing(), way=way)


def test_without_a_provider_only_the_bank_is_offered(office, settings):
    settings.PAYMENT_PROVIDER = ""
    assert find_provider() is None
    assert tell({"event": "E"}).status_code == 404
    assert ask_about_lost(at=MONDAY) == 0
    case, sari = office.owing(), Client()
    sari.force_login(office.user("sari"), backend="satupintu.people.backends.PasswordBackend")
    page = sari.get(f"/permohonan/{case.number}/bayar/").content.decode()
    assert 'name="lewat"' not in page
    assert "RKUD Kabupaten" in page


def test_another_providers_word_is_not_taken(office, bank):
    told = bank.pay(charged(office.owing()).provider_ref, LEVY)
    assert tell(told, where="/pembayaran/kabar/lain/").status_code == 404
    assert Client().get(WHERE).status_code == 405


# --- The simulator itself -------------------------------------------------------------------


def test_a_person_pays_on_the_banks_page(office, bank):
    case = office.owing()
    charge = charged(case)
    assert "Retribusi SKRD-2026-00001" in httpx.get(bank.url).text
    answer = httpx.post(f"{bank.url}/pay/{charge.provider_ref}", data={"amount": str(LEVY)})
    assert answer.status_code == 303
    assert (
        httpx.post(f"{bank.url}/pay/{charge.provider_ref}", data={"amount": "x"}).status_code == 400
    )
    assert ask_about_lost(at=MONDAY + timedelta(minutes=11)) == 1


def test_the_bank_serves_only_who_knows_the_secret(office, bank):
    assert httpx.post(f"{bank.url}/charges", json={}).status_code == 401
    assert httpx.get(f"{bank.url}/charges/SIM-1").status_code == 401


def test_what_was_ordered_outlives_the_bank(tmp_path):
    kept = tmp_path / "bank.json"
    asked = {
        "reference": "R1",
        "amount": 5,
        "way": "va",
        "title": "T",
        "notify_url": "http://127.0.0.1:9/",
    }
    number = Bank(secret=SECRET, kept=kept).order(asked)["id"]
    assert Bank(secret=SECRET, kept=kept).charges[number]["amount"] == 5


def test_what_is_not_believed_is_kept_without_what_it_says_and_not_without_end(office, bank):
    told = {"event": "EV-1", "reference": "X", "status": "paid", "payment": "P-1", "amount": LEVY}
    assert tell(told, secret="palsu").status_code == 403
    assert tell(told, secret="palsu").status_code == 403  # the same bytes once
    (kept,) = ProviderEvent.objects.all()
    assert (kept.outcome, kept.amount_idr, kept.charge_ref) == ("forged", 0, "")
    for n in range(charges.MOST_FORGED + 5):
        assert tell({**told, "event": f"EV-{n + 2}"}, secret="palsu").status_code == 403
    assert ProviderEvent.objects.count() == charges.MOST_FORGED
    shown = reconciliation.month(MONDAY.date().replace(day=1)).odd
    assert len(shown) == charges.MOST_FORGED
    assert "tidak dipercaya" in shown[0].state


@pytest.mark.parametrize("harm", ["change", "remove"])
def test_the_audit_sees_a_notice_that_was_changed_or_taken_away(office, bank, harm):
    tell({"event": "EV-1"}, secret="palsu")
    make_digests(at=MONDAY + timedelta(days=1))
    assert audit().broken == []
    if harm == "change":
        ProviderEvent.objects.update(status="paid")
    else:
        ProviderEvent.objects.all().delete()
    assert audit().broken
