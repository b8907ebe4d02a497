"""The working calendar: two people for a closure, official dates, a row for every change."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError

from satupintu.office import queries, services
from satupintu.office.models import CalendarChange, Closure
from satupintu.office.rules import ClosureKind
from satupintu.office.services import CalendarProblem

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
FLOOD = date(2026, 12, 2)

pytestmark = pytest.mark.django_db


def propose(**changes):
    values = {
        "date": FLOOD,
        "name": "Banjir",
        "reason": "Surat Edaran Bupati 12/2026",
        "by_name": "Rina",
        "by_id": 1,
        "at": AT,
    }
    return services.propose_closure(**{**values, **changes})


def test_a_proposed_closure_does_not_count_yet():
    propose()

    assert queries.work_calendar().is_open_day(FLOOD)
    assert not CalendarChange.objects.exists()


def test_a_closure_counts_once_another_person_confirms_it():
    closure = propose()

    services.confirm_closure(closure.id, by_name="Joko", by_id=2, at=AT + timedelta(hours=1))

    closure.refresh_from_db()
    assert closure.effective_from == AT + timedelta(hours=1)
    assert not queries.work_calendar().is_open_day(FLOOD)
    change = queries.list_calendar_changes().get()
    assert (change.from_date, change.by) == (FLOOD, "Joko")


def test_nobody_confirms_their_own_closure():
    closure = propose()

    with pytest.raises(CalendarProblem, match="orang lain"):
        services.confirm_closure(closure.id, by_name="Rina", by_id=1, at=AT)

    assert queries.work_calendar().is_open_day(FLOOD)
    with pytest.raises(IntegrityError):
        Closure.objects.filter(id=closure.id).update(confirmed_by_id=1, effective_from=AT)


def test_a_closure_is_confirmed_once():
    closure = propose()
    services.confirm_closure(closure.id, by_name="Joko", by_id=2, at=AT)

    with pytest.raises(CalendarProblem, match="sudah dikonfirmasi"):
        services.confirm_closure(closure.id, by_name="Siti", by_id=3, at=AT)

    assert CalendarChange.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": " "}, "alasan penutupan"),
        ({"reason": ""}, "alasan penutupan"),
        ({"date": date(2026, 12, 5)}, "Sabtu, 5 Desember 2026 bukan hari buka"),
    ],
)
def test_a_closure_needs_a_reason_and_an_open_weekday(changes, words):
    with pytest.raises(CalendarProblem, match=words):
        propose(**changes)

    assert not Closure.objects.exists()


def test_a_date_is_closed_once_for_one_cause():
    propose()

    with pytest.raises(CalendarProblem, match="sudah tercatat"):
        propose(name="Banjir besar")
    propose(kind=ClosureKind.JOINT_LEAVE)

    assert Closure.objects.count() == 2


def test_a_removed_closure_stays_on_record_and_the_day_opens_again():
    closure = propose()
    services.confirm_closure(closure.id, by_name="Joko", by_id=2, at=AT)

    with pytest.raises(CalendarProblem, match="alasan penghapusan"):
        services.remove_closure(closure.id, reason="", by_name="Siti", by_id=3, at=AT)
    services.remove_closure(closure.id, reason="Air surut", by_name="Siti", by_id=3, at=AT)

    assert queries.work_calendar().is_open_day(FLOOD)
    assert [row.removed_reason for row in queries.list_removed_closures(2026)] == ["Air surut"]
    assert CalendarChange.objects.count() == 2
    with pytest.raises(CalendarProblem, match="sudah dihapus"):
        services.remove_closure(closure.id, reason="Lagi", by_name="Siti", by_id=3, at=AT)
    propose()  # the date can be closed again


def test_a_refused_proposal_changes_no_calendar():
    closure = propose()

    services.remove_closure(closure.id, reason="Tidak perlu", by_name="Joko", by_id=2, at=AT)

    assert not CalendarChange.objects.exists()
    with pytest.raises(CalendarProblem, match="sudah dihapus"):
        services.confirm_closure(closure.id, by_name="Joko", by_id=2, at=AT)


def test_official_dates_are_seeded_once():
    assert services.seed_calendar([2025, 2026, 2027], at=AT) == 79
    assert services.seed_calendar([2026], at=AT) == 0

    kinds = [row.kind for row in queries.list_closures(2026)]
    assert (kinds.count("national"), kinds.count("joint_leave")) == (17, 8)
    assert [bool(queries.list_closures(year)) for year in (2024, 2025, 2026, 2027, 2028)] == [
        False, True, True, True, False,
    ]  # fmt: skip
    assert CalendarChange.objects.count() == 1


def test_a_holiday_that_a_person_removed_stays_removed():
    services.seed_calendar([2026], at=AT)
    leave = Closure.objects.get(date=date(2026, 12, 24))
    services.remove_closure(leave.id, reason="SKB diubah", by_name="Rina", by_id=1, at=AT)

    assert services.seed_calendar([2026], at=AT) == 0
    assert queries.work_calendar().is_open_day(date(2026, 12, 24))


def test_a_change_is_applied_once():
    services.seed_calendar([2026], at=AT)
    change = queries.list_calendar_changes().get()

    assert services.mark_change_applied(change.id, at=AT) is True
    assert services.mark_change_applied(change.id, at=AT) is False
    assert not queries.list_calendar_changes().exists()


def test_opening_now_tells_until_when_or_when_next():
    open_now = queries.opening_now(AT)
    closed = queries.opening_now(datetime(2026, 11, 28, 3, 0, tzinfo=UTC))

    assert (open_now.is_open, open_now.until) == (True, datetime(2026, 11, 24, 8, 0, tzinfo=UTC))
    assert (closed.is_open, closed.until) == (False, None)
    assert closed.next_opening == datetime(2026, 11, 30, 1, 0, tzinfo=UTC)
