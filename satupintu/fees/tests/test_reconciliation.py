"""The list of a month's money: what fits together, and what a person has to look at."""

from datetime import date

import pytest
from django.test import Client

from satupintu.fees import reconciliation
from satupintu.fees import services as fees
from satupintu.fees.providers.port import Notice
from satupintu.fees.rules.statement import Column
from satupintu.fees.services import take_notice
from satupintu.lib import clock
from satupintu.permits.tests.officer_cases import MONDAY
from satupintu.permits.tests.paid_cases import LEVY, TODAY, make_paid_world

pytestmark = pytest.mark.django_db
NOVEMBER = date(2026, 11, 1)


@pytest.fixture
def office(db, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY)
    return make_paid_world()


def test_a_month_shows_what_was_assessed_paid_and_given_back(office, django_assert_num_queries):
    case = office.told_by_provider(office.settled(), ref="QR-2")
    case = office.do(case, "ask_refund", "sari", reason="Dua kali.", account="Bank A")
    refund = str(office_refund(case))
    case = office.do(case, "grant_refund", "darius", refund=refund)
    office.do(case, "pay_refund", "budi", refund=refund, paid_on=TODAY, reference="B-1")
    with django_assert_num_queries(5):
        found = reconciliation.month(NOVEMBER)
    assert found.sums == {
        "assessed": LEVY,
        "paid": 2 * LEVY,
        "confirmed": 2 * LEVY,
        "stated": 0,
        "returned": LEVY,
    }
    assert [row.bank for row in found.paid] == [None, None]
    assert reconciliation.month(date(2026, 12, 1)).assessed == []


def test_a_notice_stands_under_the_day_it_was_set(office):
    office.owing()
    (row,) = reconciliation.month(NOVEMBER).assessed
    assert (row.day, row.due_on) == (TODAY, date(2026, 12, 23))


def test_a_month_says_what_the_statement_says(office, tmp_path, django_assert_max_num_queries):
    first = office.settled()
    other = office.assessed(office.reviewed(office.apply_paid("joko")))
    office.pay(office.owing(other), "budi", reference="LAMA-77", paid_on=date(2026, 11, 21))
    path = tmp_path / "koran.csv"
    rows = ["Tanggal;Uraian;Kredit", "20/11/2026;BUNGA;1.000", "23/11/2026;SKRD-2026-00001;673.200"]
    path.write_text("\n".join(rows), "utf-8")
    by = office.actor("budi")
    made = fees.receive_statement(path=path, name="koran.csv", by=by, at=MONDAY)
    columns = [Column.DAY, Column.TEXT, Column.CREDIT]
    fees.read_statement(
        statement=made, bank="Bank Kalbar", columns=columns, order="dmy", by=by, at=MONDAY
    )
    with django_assert_max_num_queries(13):
        found = reconciliation.month(NOVEMBER)
    assert {row.case: (row.bank, row.bank_row) for row in found.paid} == {
        first.number: ("Bank Kalbar", 3),
        other.number: ("", 0),
    }
    assert found.sums["stated"] == LEVY


def test_what_each_service_set_and_received(office):
    office.settled()
    assert reconciliation.by_service(NOVEMBER, TODAY) == {"pbg-kantor": (LEVY, LEVY)}
    assert reconciliation.by_service(date(2026, 12, 1), date(2026, 12, 31)) == {}


def office_refund(case):
    from satupintu.fees.queries import books_of

    return books_of(case.pk).refunds[0].pk


def test_what_does_not_fit_stands_apart_and_who_sees_it(office):
    told = Notice("EV-1", "SIM-LAIN", paid=True, status="paid", payment_ref="P-1", amount_idr=5)
    take_notice("simulator", told, body=b"{}", at=MONDAY)
    for key, status in (("budi", 200), ("darius", 200), ("sari", 403), ("wati", 403)):
        client = Client()
        client.force_login(office.user(key), backend="satupintu.people.backends.PasswordBackend")
        answer = client.get("/retribusi/?bulan=2026-11")
        assert answer.status_code == status, key
        if status == 200:
            assert "P-1" in answer.content.decode()
