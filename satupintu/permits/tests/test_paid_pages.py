"""The pages of the fee: what officers and the applicant see, type and get wrong."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from satupintu.fees.queries import books_of
from satupintu.lib import clock
from satupintu.messaging.queries import list_for_party
from satupintu.permits import rules
from satupintu.permits.pages.officer.paths import SLUGS
from satupintu.permits.queries import letters, whole_cases_of
from satupintu.permits.services import drafts
from satupintu.permits.tests.officer_cases import MONDAY, sheet
from satupintu.permits.tests.paid_cases import LEVY, PaidWorld, make_paid_world
from satupintu.workflow.services import run_readers

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(db, monkeypatch) -> PaidWorld:
    monkeypatch.setattr(clock, "now", lambda: MONDAY)
    return make_paid_world()


@pytest.fixture
def browser(office):
    def sign_in(key: str) -> Client:
        client = Client()
        client.force_login(office.user(key), backend="satupintu.people.backends.PasswordBackend")
        return client

    return sign_in


def page(client, case, action=""):
    slug = f"{SLUGS[action]}/" if action else ""
    return client.get(f"/berkas/{case.number}/{slug}")


def press(office, client, case, action, **typed):
    typed["version"] = office.fresh(case).version
    return client.post(f"/berkas/{case.number}/{SLUGS[action]}/", typed)


ANSWERS = {
    "isi-area_m2": "120",
    "isi-building_use": "house",
    "isi-complexity": "simple",
    "isi-permanence": "permanent",
    "isi-floors": "1",
    "isi-ownership": "private",
    "isi-work": "new",
}


def test_the_verifier_computes_and_the_head_sets_with_a_signed_notice(office, browser):
    case, ratna, darius = office.reviewed(), browser("ratna"), browser("darius")
    shown = page(ratna, case).content.decode()
    assert "Hitung retribusi" in shown
    assert "Ajukan untuk disetujui" not in shown
    assert 'value="120"' in page(ratna, case, "assess").content.decode()

    refused = press(office, ratna, case, "assess", **{**ANSWERS, "isi-area_m2": "150"})
    assert refused.status_code == 422
    assert "Tulis mengapa" in refused.content.decode()
    assert 'value="150"' in refused.content.decode()
    assert press(office, ratna, case, "assess", **ANSWERS).status_code == 302

    asked = page(darius, case, "set_fee").content.decode()
    assert "Rp673.200" in asked
    assert "0,17 × (0,3 × 1 + 0,2 × 2 + 0,5 × 1) × 1 = 0,204" in asked
    assert press(office, darius, case, "set_fee", secret="demo").status_code == 302
    case = office.fresh(case)
    assert case.state == rules.State.PAYMENT
    (letter,) = [one for one in letters(case.pk) if one.kind == "assessment"]
    assert (letter.number, letter.document.kind) == ("SKRD-2026-00001", "letter.assessment")


def test_the_applicant_sees_what_to_pay_and_sends_the_proof_from_home(office, browser):
    case, sari = office.owing(), browser("sari")
    assert "Rp673.200" in sari.get(f"/permohonan/{case.number}/").content.decode()
    assert f"/permohonan/{case.number}/bayar/" in sari.get("/permohonan/").content.decode()
    shown = sari.get(f"/permohonan/{case.number}/bayar/").content.decode()
    for told in ("Rp673.200", "SKRD-2026-00001", "23 Desember 2026", "RKUD Kabupaten", "Rp27.500"):
        assert told in shown
    assert 'value="2026-11-23"' in shown  # today, as the browser's own date field takes it

    typed = {"amount_idr": "673.200", "paid_on": "2026-11-23", "way": "transfer"}
    answer = sari.post(f"/permohonan/{case.number}/bayar/", typed)
    assert answer.status_code == 422
    assert 'value="673.200"' in answer.content.decode()
    proof = SimpleUploadedFile("bukti.pdf", sheet("bukti"), content_type="application/pdf")
    answer = sari.post(f"/permohonan/{case.number}/bayar/", {**typed, "proof": proof})
    assert answer.status_code == 302
    assert office.fresh(case).state == rules.State.PAYMENT_CHECK
    assert "menunggu diperiksa" in sari.get(f"/permohonan/{case.number}/").content.decode()


def test_a_proof_that_is_no_file_of_that_kind_is_refused_in_words(office, browser):
    case, sari = office.owing(), browser("sari")
    wrong = SimpleUploadedFile("bukti.exe", b"MZ" + b"\0" * 99)
    answer = sari.post(
        f"/permohonan/{case.number}/bayar/",
        {"amount_idr": "673200", "paid_on": "2026-11-23", "way": "teller", "proof": wrong},
    )
    assert answer.status_code == 422
    assert books_of(case.pk).payments == []


def test_nobody_else_sees_or_pays(office, browser):
    case = office.owing()
    assert browser("joko").get(f"/permohonan/{case.number}/bayar/").status_code == 404
    assert browser("joko").get(f"/permohonan/{case.number}/pengembalian/").status_code == 404


def test_another_officer_looks_at_the_proof_and_confirms(office, browser):
    case, budi = office.pay(office.owing()), browser("budi")
    shown = page(budi, case).content.decode()
    assert "Bukti bayar" in shown or "Transfer bank" in shown
    document = office.payment(case).document_id
    image = f"/berkas/{case.number}/dokumen/{document}/1.webp"
    assert budi.get(image).status_code == 200
    assert browser("ratna").get(f"/berkas/{case.number}/dokumen/{document}/").status_code == 404
    payment = str(office.payment(case).pk)
    assert "Rp673.200" in page(budi, case, "confirm_payment").content.decode()
    assert press(office, budi, case, "confirm_payment", payment=payment).status_code == 302
    case = office.fresh(case)
    assert case.state == rules.State.READY
    (letter,) = [one for one in letters(case.pk) if one.kind == "paid"]
    assert letter.number == "SSRD-2026-00001"


def test_who_recorded_a_payment_is_not_offered_to_confirm_it(office, browser):
    case, budi = office.owing(), browser("budi")
    typed = {"amount_idr": "673200", "paid_on": "2026-11-23", "way": "transfer"}
    refused = press(office, budi, case, "record_payment", **typed)
    assert refused.status_code == 422
    assert press(office, budi, case, "record_payment", reference="A1", **typed).status_code == 302
    assert "Nyatakan pembayaran sah" not in page(budi, case).content.decode()
    assert "Nyatakan pembayaran sah" in page(browser("ratna"), case).content.decode()


def test_money_is_asked_back_decided_and_paid_on_pages(office, browser):
    case = office.do(office.settled(), "withdraw", "sari")
    sari, darius, budi = browser("sari"), browser("darius"), browser("budi")
    back = f"/permohonan/{case.number}/pengembalian/"
    assert back in sari.get(f"/permohonan/{case.number}/").content.decode()
    assert sari.post(back, {"account": "", "reason": "Batal"}).status_code == 422
    assert sari.post(back, {"account": "Bank A 123", "reason": "Batal"}).status_code == 302
    refund = str(books_of(case.pk).refunds[0].pk)
    assert "Bank A 123" in page(darius, case, "grant_refund").content.decode()
    assert "Bank A 123" not in page(darius, case).content.decode()
    assert press(office, darius, case, "grant_refund", refund=refund).status_code == 302
    paid = {"refund": refund, "paid_on": "2026-11-23", "reference": "B-1"}
    assert press(office, budi, case, "pay_refund", **paid).status_code == 302
    assert "sudah dibayar" in sari.get(f"/permohonan/{case.number}/").content.decode()
    assert sari.get(back).status_code == 302


def test_the_applicant_is_told_at_every_step(office):
    case = office.settled()
    while run_readers(at=MONDAY):
        pass
    told = [one.subject for one in list_for_party(case.party_id)]
    assert any("ditetapkan: Rp673.200" in one for one in told)
    assert any("Pembayaran Rp673.200" in one for one in told)


def test_what_was_paid_is_among_ones_own_data_and_its_proof_is_kept(office, browser):
    case = office.do(office.settled(), "withdraw", "sari")
    case = office.do(case, "ask_refund", "sari", reason="Batal.", account="Bank A 1")
    ((told),) = whole_cases_of(case.party_id)
    assert [one["what"] for one in told["fee"]] == ["assessment", "payment", "refund"]
    assert told["fee"][2]["account"] == "Bank A 1"
    unused = {one.pk for one in drafts.unused_documents(case.party_id)}
    assert office.payment(case).document_id not in unused


@pytest.mark.parametrize("path", ["", "bayar/", "pengembalian/"])
def test_a_free_service_shows_no_payment_step(office, browser, path):
    case = office.ready(office.apply())
    answer = browser("sari").get(f"/permohonan/{case.number}/{path}", follow=True)
    assert "Retribusi" not in answer.content.decode().replace("retribusi yang tertulis", "")
    officer = page(browser("ratna"), case).content.decode()
    assert "Retribusi" not in officer
    assert "embayaran" not in officer


def test_the_levy_is_shown_at_the_amount_of_the_formula():
    assert LEVY == 120 * 27_500 * 204 // 1000
