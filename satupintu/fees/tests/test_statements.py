"""A bank's statement from upload to receipt: nothing is booked unasked, twice, or by one person alone."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError
from django.test import Client

from satupintu.fees import reconciliation
from satupintu.fees import services as fees
from satupintu.fees.models import BankFormat, BankStatement, Charge, Payment, StatementLine
from satupintu.fees.providers.port import Notice
from satupintu.fees.queries import books_of
from satupintu.fees.rules.statement import Column, LineState
from satupintu.fees.services import charges, take_notice
from satupintu.fees.statement_shown import Part, parts_of
from satupintu.lib import clock
from satupintu.lib.tabular.reading import CannotReadTable
from satupintu.permits import rules
from satupintu.permits.tests.officer_cases import MONDAY
from satupintu.permits.tests.paid_cases import LEVY, PaidWorld, make_paid_world
from satupintu.workflow.audit import audit
from satupintu.workflow.queries import Transition

pytestmark = pytest.mark.django_db
HEAD = "Tanggal;Uraian;Debet;Kredit;Saldo"
COLUMNS = [Column.DAY, Column.TEXT, Column.DEBIT, Column.CREDIT, Column.IGNORE]
ROOT = "/retribusi/rekening-koran/"


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


def row(text="SETORAN", credit="673.200,00", debit="", day="23/11/2026"):
    return f"{day};{text};{debit};{credit};9.000.000,00"


@pytest.fixture
def send(office, tmp_path):
    def receive(*rows, who="budi", read=True, name="koran.csv", order="dmy", bank="Bank Kalbar"):
        path = tmp_path / name
        path.write_text("\n".join((HEAD, *rows)) + "\n", "utf-8")
        by = office.actor(who)
        made = fees.receive_statement(path=path, name=name, by=by, at=MONDAY)
        if read:
            fees.read_statement(
                statement=made, bank=bank, columns=COLUMNS, order=order, by=by, at=MONDAY
            )
        made.refresh_from_db()
        return made

    return receive


def shown(office, statement, who="budi"):
    found = parts_of(statement, office.actor(who)).lines
    return {part: len(lines) for part, lines in found.items() if lines}


def line_of(statement, number=2):
    return StatementLine.objects.get(statement=statement, number=number)


def press(client, line, **what):
    return client.post(f"{ROOT}baris/{line.pk}/", what, follow=True)


def test_from_upload_to_receipt_on_pages(office, browser, tmp_path):
    case = office.pay(office.owing())
    budi = browser("budi")
    path = tmp_path / "mutasi.csv"
    path.write_text("\n".join([HEAD, row("TRSF SKRD202600001"), row("ADM", "", "2.500")]), "utf-8")
    with path.open("rb") as file:
        answer = budi.post(ROOT, {"berkas": file})
    assert answer.status_code == 302
    asked = budi.get(answer.url).content.decode()
    assert "TRSF SKRD202600001" in asked
    typed = {f"kolom-{at}": one.value for at, one in enumerate(COLUMNS)}
    refused = budi.post(answer.url, {**typed, "urutan": "", "bank": ""})
    assert refused.status_code == 400
    assert "mana hari dan mana bulan" in refused.content.decode()
    read = budi.post(answer.url, {**typed, "urutan": "dmy", "bank": "Bank Kalbar 100"})
    page = budi.get(read.url).content.decode()
    assert "Nyatakan sah (SSRD)" in page
    assert "1 baris uang keluar" in page
    assert "nomor SKRD, jumlah, hari" in page

    statement = BankStatement.objects.get()
    done = press(budi, line_of(statement), pembayaran=str(office.payment(case).pk))
    assert "dinyatakan sah" in done.content.decode()
    assert office.fresh(case).state == rules.State.READY
    paid = office.payment(case)
    assert (paid.number, paid.statement_line_id) == ("SSRD-2026-00001", line_of(statement).pk)
    told = Transition.objects.filter(case=case, action="confirm_payment").get()
    assert told.data["statement_line"] == str(line_of(statement).pk)
    assert shown(office, statement) == {Part.DONE: 1}
    assert audit().broken == []

    with path.open("rb") as file:  # the next file of this bank is understood at once
        again = budi.post(ROOT, {"berkas": file}, follow=True)
    assert "Berkas yang sama sudah dikirim" in again.content.decode()
    assert BankFormat.objects.get().bank == "Bank Kalbar 100"


def test_a_credit_nobody_told_of_is_recorded_by_one_and_confirmed_by_another(office, browser, send):
    case = office.owing()
    statement = send(row("BYR SKRD-2026-00001 SARI"))
    line, budi, ratna = line_of(statement), browser("budi"), browser("ratna")
    assessed = str(books_of(case.pk).assessed.pk)
    assert "Catat pembayaran ini" in budi.get(f"{ROOT}{statement.pk}/").content.decode()
    press(budi, line, skrd=assessed)
    payment = office.payment(case)
    assert (payment.standing, payment.paid_on) == ("recorded", date(2026, 11, 23))
    assert "Anda yang mencatat" in budi.get(f"{ROOT}{statement.pk}/").content.decode()
    answer = press(budi, line, pembayaran=str(payment.pk))
    assert "Petugas lain yang memeriksanya" in answer.content.decode()
    assert office.payment(case).standing == "recorded"
    press(ratna, line, pembayaran=str(payment.pk))
    assert office.payment(case).standing == "confirmed"
    assert shown(office, statement) == {Part.DONE: 1}
    assert audit().broken == []


def test_the_database_keeps_one_payment_a_line(office, send):
    case = office.owing()
    line = line_of(send(row("SKRD-2026-00001")))
    made = books_of(case.pk).assessed.pk
    fees.record_by_line(line_id=line.pk, assessment_id=made, by=office.actor("budi"), at=MONDAY)
    with pytest.raises(fees.LineRefused):
        fees.record_by_line(
            line_id=line.pk, assessment_id=made, by=office.actor("ratna"), at=MONDAY
        )
    office.pay(case, "budi", reference="LAIN-1")
    other = office.payment(case)
    with pytest.raises(IntegrityError):
        Payment.objects.filter(pk=other.pk).update(statement_line=line)


def test_a_refused_payment_gives_its_line_back(office, send):
    case = office.owing()
    statement = send(row("SKRD-2026-00001"))
    line, made = line_of(statement), books_of(case.pk).assessed.pk
    fees.record_by_line(line_id=line.pk, assessment_id=made, by=office.actor("budi"), at=MONDAY)
    payment = str(office.payment(case).pk)
    office.do(case, "reject_payment", "ratna", payment=payment, reason="Salah orang.")
    assert shown(office, statement) == {Part.PROPOSED: 1}
    fees.record_by_line(line_id=line.pk, assessment_id=made, by=office.actor("budi"), at=MONDAY)
    assert len(books_of(case.pk).payments) == 2
    assert audit().broken == []


def test_the_same_days_in_another_file_book_nothing_twice(office, send):
    case = office.owing()
    first = send(row("SKRD-2026-00001"), row("LAIN", "10.000"))
    office_line = line_of(first)
    fees.record_by_line(
        line_id=office_line.pk,
        assessment_id=books_of(case.pk).assessed.pk,
        by=office.actor("budi"),
        at=MONDAY,
    )
    later = send(
        row("LAMA", "1.000", day="20/11/2026"),
        row("skrd 2026 00001".replace(" ", "-")),
        row("LAIN", "10.000"),
        row("LAIN", "10.000"),
        name="minggu.csv",
        bank="Nama lain",
    )
    assert shown(office, later) == {Part.SEEN: 2, Part.UNMATCHED: 2}
    assert line_of(later, 3).standing == LineState.SEEN
    assert line_of(later, 5).standing == LineState.CREDIT  # the second of two equal lines
    seen = parts_of(later, office.actor("budi")).lines[Part.SEEN]
    assert "koran.csv, baris 2" in {one.said for one in seen}
    with pytest.raises(fees.LineRefused):
        fees.record_by_line(
            line_id=line_of(later, 3).pk,
            assessment_id=books_of(case.pk).assessed.pk,
            by=office.actor("ratna"),
            at=MONDAY,
        )
    with pytest.raises(fees.StatementInUse):
        fees.discard_statement(statement=first)
    fees.discard_statement(statement=later)
    assert BankStatement.objects.count() == 1


def test_what_is_doubtful_stands_side_by_side_and_only_equal_amounts_are_confirmed(
    office, browser, send
):
    office.pay(office.owing())
    other = office.owing(office.assessed(office.reviewed(office.apply_paid("joko"))))
    other = office.pay(other, "budi", reference="B-77")
    statement = send(row("SETORAN TUNAI"), row("SKRD-2026-00002", "100.000"), row("?", "5"))
    assert shown(office, statement) == {Part.DOUBTFUL: 2, Part.UNMATCHED: 1}
    first, part = parts_of(statement, office.actor("ratna")).lines[Part.DOUBTFUL]
    assert [one.name for one in first.choices] == ["pembayaran", "pembayaran"]
    assert [one.name for one in part.choices] == [""]  # told with another amount
    answer = press(
        browser("ratna"), line_of(statement, 3), pembayaran=str(office.payment(other).pk)
    )
    assert "Jumlah pada rekening koran berbeda" in answer.content.decode()
    press(browser("ratna"), line_of(statement, 2), pembayaran=str(office.payment(other).pk))
    assert office.payment(other).standing == "confirmed"
    assert audit().broken == []


def test_a_part_is_recorded_as_it_came(office, send):
    case = office.owing()
    statement = send(row("SKRD-2026-00001", "100.000"))
    fees.record_by_line(
        line_id=line_of(statement).pk,
        assessment_id=books_of(case.pk).assessed.pk,
        by=office.actor("budi"),
        at=MONDAY,
    )
    assert office.payment(case).amount_idr == 100_000
    office.confirm(case, "ratna")
    assert office.fresh(case).state == rules.State.PAYMENT


def test_a_virtual_account_is_booked_once_whoever_tells_first(office, send, settings):
    settings.PAYMENT_PROVIDER = "simulator"
    case = office.owing()
    made = books_of(case.pk).assessed
    charge = Charge.objects.create(
        case_id=case.pk, assessment=made, provider="simulator", provider_ref="VA-1", way="va",
        amount_idr=LEVY, payload="8808123400012345", created_at=MONDAY,
        expires_at=MONDAY + timedelta(days=1),
    )  # fmt: skip
    line = line_of(send(row("PAYMENT 8808123400012345")))
    fees.record_by_line(line_id=line.pk, assessment_id=made.pk, by=office.actor("budi"), at=MONDAY)
    told = Notice("EV-9", "VA-1", paid=True, status="paid", payment_ref="P-9", amount_idr=LEVY)
    assert take_notice("simulator", told, body=b"{}", at=MONDAY) == charges.Outcome.STATED
    assert len(books_of(case.pk).payments) == 1
    assert charge.case_id == case.pk
    assert [one.paper for one in reconciliation.month(date(2026, 11, 1)).odd] == ["P-9"]


def test_what_a_provider_booked_is_shown_as_booked(office, send):
    office.told_by_provider(office.owing())
    statement = send(row("QRIS SETTLEMENT"))
    assert shown(office, statement) == {Part.DONE: 1}


def test_bad_rows_are_kept_and_said(office, browser, send):
    statement = send(row(day="31/02/2026"), row(credit="banyak"), row("SALDO AWAL", ""), row())
    assert shown(office, statement) == {Part.BAD: 2, Part.UNMATCHED: 1}
    page = browser("budi").get(f"{ROOT}{statement.pk}/?bagian=rusak").content.decode()
    assert "Tanggal ini tidak ada dalam kalender." in page
    assert "Jumlahnya tidak terbaca." in page


def test_columns_can_be_said_again_until_something_rests_on_them(office, send):
    case = office.pay(office.owing())
    statement = send(row("SKRD-2026-00001", day="11/12/2026"), order="dmy")
    assert line_of(statement).problem == "date_future"
    wrong = [Column.DAY, Column.TEXT, Column.CREDIT, Column.CREDIT, Column.IGNORE]
    given = {"statement": statement, "bank": "B", "by": office.actor("budi"), "at": MONDAY}
    with pytest.raises(fees.ColumnsRefused):
        fees.read_statement(columns=wrong, order="dmy", **given)
    fees.read_statement(columns=COLUMNS, order="mdy", **given)
    assert line_of(statement).day == date(2026, 11, 12)
    fees.confirm_by_line(
        line_id=line_of(statement).pk,
        payment_id=office.payment(case).pk,
        by=office.actor("budi"),
        at=MONDAY,
    )
    with pytest.raises(fees.StatementInUse):
        fees.read_statement(columns=COLUMNS, order="mdy", **given)
    with pytest.raises(fees.StatementInUse):
        fees.discard_statement(statement=statement)


@pytest.mark.parametrize("text", ["", "tidak ada tabel", HEAD])
def test_what_is_no_statement_leaves_nothing(office, tmp_path, text):
    path = tmp_path / "x.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(CannotReadTable):
        fees.receive_statement(path=path, name="x", by=office.actor("budi"), at=MONDAY)
    assert not BankStatement.objects.exists()


@pytest.mark.parametrize("change", [{"amount_idr": 1}, {"day": date(2026, 11, 1)}, {"nth": 9}])
def test_the_audit_sees_a_line_that_was_changed_under_a_payment(office, send, change):
    case = office.pay(office.owing())
    line = line_of(send(row("SKRD-2026-00001")))
    fees.confirm_by_line(
        line_id=line.pk, payment_id=office.payment(case).pk, by=office.actor("budi"), at=MONDAY
    )
    assert audit().broken == []
    StatementLine.objects.filter(pk=line.pk).update(**change)
    assert any("statement" in fault for fault in audit().broken)


def test_the_audit_sees_a_payment_that_lost_its_line(office, send):
    case = office.pay(office.owing())
    line = line_of(send(row("SKRD-2026-00001")))
    fees.confirm_by_line(
        line_id=line.pk, payment_id=office.payment(case).pk, by=office.actor("budi"), at=MONDAY
    )
    Payment.objects.filter(case=case).update(statement_line=None)
    assert len(audit().broken) == 1


def test_old_statements_lose_the_words_of_what_is_no_payment(office, send):
    case = office.pay(office.owing())
    statement = send(row("SKRD-2026-00001"), row("GAJI TONO", "1.000"))
    fees.confirm_by_line(
        line_id=line_of(statement).pk,
        payment_id=office.payment(case).pk,
        by=office.actor("budi"),
        at=MONDAY,
    )
    assert fees.empty_old_statements(at=MONDAY + timedelta(days=180)) == 0
    assert fees.empty_old_statements(at=MONDAY + timedelta(days=181)) == 1
    assert fees.empty_old_statements(at=MONDAY + timedelta(days=181)) == 0
    assert [line_of(statement, n).text for n in (2, 3)] == ["SKRD-2026-00001", ""]
    again = send(row("GAJI TONO", "1.000"), name="lagi.csv")
    assert shown(office, again) == {Part.SEEN: 1}
    assert audit().broken == []


def test_who_may_open_and_what_strange_addresses_answer(office, browser, send):
    statement = send(row())
    for key, status in (("budi", 200), ("ratna", 200), ("darius", 403), ("sari", 403)):
        assert browser(key).get(f"{ROOT}{statement.pk}/").status_code == status, key
    budi, nobody = browser("budi"), "00000000-0000-7000-8000-000000000000"
    for path in (f"{ROOT}{nobody}/", f"{ROOT}{nobody}/kolom/"):
        assert budi.get(path).status_code == 404
    assert budi.post(f"{ROOT}baris/{nobody}/").status_code == 404
    line = line_of(statement)
    assert "Pilih dulu" in press(budi, line, pembayaran="x").content.decode()
    assert "tidak ada" in press(budi, line, pembayaran=nobody).content.decode()
    assert budi.get(f"{ROOT}{statement.pk}/?bagian=apa&sesudah=-1").status_code == 200


def test_a_page_asks_the_database_the_same_however_many_lines(
    office, send, django_assert_max_num_queries
):
    office.pay(office.owing())
    statement = send(
        *(row(f"SETORAN {n}", f"{n}.000") for n in range(1, 40)), row("SKRD-2026-00001")
    )
    by = office.actor("budi")
    with django_assert_max_num_queries(11):
        parts_of(statement, by)
