"""The list of a month's money: what fits together, and what a person has to look at."""

from datetime import date

import pytest
from django.test import Client

from satupintu.fees import reconciliation
from satupintu.fees.providers.port import Notice
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


@pytest.mark.parametrize(
    ("text", "first"),
    [("2026-02", date(2026, 2, 1)), ("", NOVEMBER), ("2026-13", NOVEMBER), ("x" * 99, NOVEMBER)],
)
def test_a_month_is_read_or_it_is_this_one(text, first):
    assert reconciliation.month_of(text, TODAY) == first


def test_the_months_around_a_month():
    assert reconciliation.before(date(2026, 1, 1)) == date(2025, 12, 1)
    assert reconciliation.after(date(2026, 12, 1)) == date(2027, 1, 1)


def test_a_month_shows_what_was_assessed_paid_and_given_back(office, django_assert_num_queries):
    case = office.told_by_provider(office.settled(), ref="QR-2")
    case = office.do(case, "ask_refund", "sari", reason="Dua kali.", account="Bank A")
    refund = str(office_refund(case))
    case = office.do(case, "grant_refund", "darius", refund=refund)
    office.do(case, "pay_refund", "budi", refund=refund, paid_on=TODAY, reference="B-1")
    with django_assert_num_queries(4):
        found = reconciliation.month(NOVEMBER)
    assert found.sums == {"assessed": LEVY, "paid": 2 * LEVY, "returned": LEVY}
    assert [row.unproved for row in found.paid] == [True, False]
    assert reconciliation.month(date(2026, 12, 1)).sums == {"assessed": 0, "paid": 0, "returned": 0}


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
