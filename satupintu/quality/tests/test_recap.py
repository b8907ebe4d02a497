"""The monthly recap: as a rule, and against the log counted by hand; against a foreign log in test_logs.py."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.utils import timezone

from satupintu.lib.workingtime import working_minutes
from satupintu.office.queries import work_calendar
from satupintu.permits.rules import STATUSES, State
from satupintu.permits.tests.officer_cases import MONDAY, make_world
from satupintu.quality.models import Outcome
from satupintu.quality.queries import month_by_service, month_figures, recap_of
from satupintu.quality.rules import ServiceRecap, Span, recap, total
from satupintu.workflow.models import Case, Pending, Transition
from satupintu.workflow.services import run_readers

DATA = Path(__file__).parents[2] / "workflow" / "tests" / "data"
ENDED = {
    State.ISSUED, State.HANDED_OVER, State.REJECTED, State.WITHDRAWN, State.LAPSED, State.REVOKED,
    State.NOT_COLLECTED, State.ISSUED_ELSEWHERE, State.REFUSED_ELSEWHERE,
}  # fmt: skip
RUNNING = [state for state in STATUSES if state not in ENDED]
OCT, NOV, DEC = date(2026, 10, 15), date(2026, 11, 15), date(2026, 12, 15)
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)


def counts(line):
    return (line.carried, line.received, line.issued, line.refused, line.closed, line.left)


@pytest.mark.parametrize(
    ("span", "found"),
    [
        (Span("a", OCT), (1, 0, 0, 0, 0, 1)),
        (Span("a", NOV), (0, 1, 0, 0, 0, 1)),
        (Span("a", DEC), None),
        (Span("a", OCT, OCT, "issued"), None),
        (Span("a", OCT, NOV, "issued"), (1, 0, 1, 0, 0, 0)),
        (Span("a", NOV, NOV, "refused"), (0, 1, 0, 1, 0, 0)),
        (Span("a", NOV, DEC, "issued"), (0, 1, 0, 0, 0, 1)),
        (Span("a", OCT, DEC, "lapsed"), (1, 0, 0, 0, 0, 1)),
        (Span("a", OCT, LAST, "withdrawn"), (1, 0, 0, 0, 1, 0)),
        (Span("a", FIRST, FIRST, "issued_elsewhere"), (0, 1, 1, 0, 0, 0)),
        (Span("a", FIRST, LAST, "refused_elsewhere"), (0, 1, 0, 1, 0, 0)),
    ],
)
def test_a_case_stands_in_its_columns(span, found):
    lines = recap([span], FIRST, LAST)
    assert [counts(line) for line in lines] == ([found] if found else [])


def test_share_and_pace_are_of_what_this_office_decided():
    lines = recap(
        [
            Span("a", OCT, NOV, "issued", on_time=True, minutes=420),
            Span("a", OCT, NOV, "refused", on_time=False, minutes=840),
            Span("a", OCT, NOV, "issued_elsewhere", minutes=9000),
            Span("a", OCT, NOV, "withdrawn", minutes=9000),
            Span("b", NOV),
        ],
        FIRST,
        LAST,
    )
    assert (lines[0].share, lines[0].mean_days(420)) == (50.0, 1.5)
    assert (lines[1].share, lines[1].mean_days(420)) == (None, None)
    assert counts(total(lines)) == (4, 1, 2, 1, 1, 1)
    assert total(lines).share == 50.0


def test_an_unknown_end_is_refused():
    with pytest.raises(ValueError, match="vanished"):
        recap([Span("a", NOV, NOV, "vanished")], FIRST, LAST)


# --- Against the log ---------------------------------------------------------------------------
ENDS = {
    "issue": "issued", "record_issued": "issued", "reject": "refused", "record_refused": "refused",
    "withdraw": "closed", "lapse": "closed",
}  # fmt: skip


def counted_from_the_log(first, last):
    """Count every transition by hand, with nothing of the recap's own code."""
    found = {}
    calendar = work_calendar()
    for case in Case.objects.select_related("permit_case").filter(kind="permit"):
        line = Counter()
        log = list(Transition.objects.filter(case=case).order_by("seq"))
        opened = timezone.localdate(log[0].at)
        end = next((row for row in log if row.action in ENDS), None)
        day = timezone.localdate(end.at) if end else None
        if opened > last or (day and day < first):
            continue
        line["carried" if opened < first else "received"] += 1
        if day and day <= last:
            line[ENDS[end.action]] += 1
            if end.action in ("issue", "reject"):
                line["promised"] += 1
                line["on_time"] += end.at <= case.promise.counted_due_at
                away = sum(
                    working_minutes(since, until, calendar) for since, until in case.promise.pauses
                )
                line["minutes"] += working_minutes(log[0].at, end.at, calendar) - away
        else:
            line["left"] += 1
        found.setdefault(case.permit_case.service_code, Counter()).update(line)
    return found


def told(line: ServiceRecap):
    found = {
        name: getattr(line, name)
        for name in ("carried", "received", "issued", "refused", "closed", "left", "promised")
    }
    found |= {"on_time": line.on_time, "minutes": line.minutes}
    return Counter({name: n for name, n in found.items() if n})


def read_all(at):
    while run_readers(at=at, limit=500):
        pass


def test_the_recap_agrees_with_the_log(db):
    world = make_world()
    last_month = MONDAY - timedelta(days=31)
    world.apply(at=last_month)  # left from October
    older, gone = (world.apply("joko", at=last_month) for _n in range(2))
    refused, returned = (world.apply("joko") for _n in range(2))
    world.issued(world.apply())
    world.issued(older)
    world.do(gone, "withdraw", "joko")
    refused = world.do(world.ready(refused), "propose_refusal", "ratna", reason="Tidak layak.")
    refused = world.do(refused, "initial", "lina")
    world.do(refused, "reject", "darius", reason="Tidak layak.")
    returned = world.returned(returned)
    assisted = world.apply("joko", "nib-pendampingan")
    world.apply("joko", "nib-pendampingan")
    for action, data in (
        ("declare_complete", {}),
        ("record_filing", {"number": "1234567890123"}),
        ("record_issued", {"number": "1234567890123"}),
    ):
        assisted = world.do(assisted, action, "budi", **data)
    world.at = MONDAY + timedelta(days=21)
    world.do(returned, "lapse", "budi")
    read_all(world.at)

    for first, last in (
        (date(2026, 11, 1), date(2026, 11, 30)),
        (date(2026, 10, 1), date(2026, 10, 31)),
        (date(2026, 9, 1), date(2026, 9, 30)),
        (date(2026, 12, 1), date(2026, 12, 31)),
    ):
        lines = recap_of(first, last, at=world.at, running=RUNNING)
        assert {line.service_code: told(line) for line in lines} == counted_from_the_log(
            first, last
        )
        for line in lines:
            assert (
                line.carried + line.received == line.issued + line.refused + line.closed + line.left
            )
    november = {
        one.service_code: one for one in recap_of(FIRST, LAST, at=world.at, running=RUNNING)
    }
    assert counts(november["sip-bidan"]) == (3, 3, 2, 1, 1, 2)
    assert counts(november["nib-pendampingan"]) == (0, 2, 1, 0, 0, 1)
    # What others decided, or nobody, is no decision of this office.
    assert month_figures(LAST).decided == 3
    assert [(one.service_code, one.decided) for one in month_by_service(LAST)] == [("sip-bidan", 3)]


def test_the_recap_takes_two_queries(db, django_assert_num_queries):
    world = make_world()
    world.apply()
    world.issued(world.apply("joko"))
    read_all(MONDAY)
    with django_assert_num_queries(2):
        recap_of(FIRST, LAST, at=MONDAY, running=RUNNING)


def test_what_ended_before_the_upgrade_is_read_once_more(db):
    world = make_world()
    world.do(world.apply(), "withdraw", "sari")
    read_all(MONDAY)
    Outcome.objects.all().delete()
    assert Pending.objects.count() == 0

    migration = import_module("satupintu.quality.migrations.0004_every_end_is_read")
    migration.read_again(apps, None)
    migration.read_again(apps, None)
    read_all(MONDAY)

    assert [(one.result, one.on_time) for one in Outcome.objects.all()] == [("withdrawn", None)]


def test_the_upgrade_says_of_what_had_ended_when_it_came_in(db):
    world = make_world()
    world.issued(
        world.apply(at=datetime(2026, 10, 31, 17, 30, tzinfo=UTC))
    )  # 1 November in Jakarta
    world.issued(world.apply("joko", at=MONDAY))
    imported = Case.objects.latest("opened_at")
    Case.objects.filter(pk=imported.pk).update(channel="import")
    read_all(MONDAY)
    told = {one.case_id: (one.opened_date, one.imported) for one in Outcome.objects.all()}
    assert sorted(told.values()) == [(date(2026, 11, 1), False), (date(2026, 11, 23), True)]
    Outcome.objects.update(opened_date=date(2000, 1, 1), imported=False)

    import_module("satupintu.quality.migrations.0006_opened_and_imported").copy_from_cases(
        apps, None
    )

    assert {one.case_id: (one.opened_date, one.imported) for one in Outcome.objects.all()} == told
