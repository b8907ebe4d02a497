"""perform_move, act and the readers, on a toy lifecycle and a real database."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import structlog
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from satupintu.lib.workingtime import WorkCalendar
from satupintu.people.models import Unit
from satupintu.people.rules import Actor, Role, system_actor
from satupintu.workflow import queries, registry
from satupintu.workflow.models import Case, DeadlineNotice, Note, Pending, Task, Transition
from satupintu.workflow.rules import NewTask
from satupintu.workflow.services import (
    Facts,
    MovedMeanwhile,
    MoveNotAllowed,
    ReasonMissing,
    TaskChange,
    act,
    dates,
    erase_note,
    perform_move,
    readers,
    recompute_terms,
    register_reader,
    run_readers,
    sweep_deadlines,
)
from satupintu.workflow.tests.conftest import CALENDAR, TOY

Make = Callable[..., Case]
State = Callable[[Case], tuple[str, int]]


def test_opening_a_case_writes_its_first_row_and_task(make_case: Make, at: datetime) -> None:
    case = make_case()

    row = Transition.objects.get(case=case)
    assert (row.seq, row.action, row.from_state, row.to_state) == (1, "ask", "", "asked")
    assert row.role == "verifier"
    assert row.data == {"first": True}
    assert case.head_hash == row.hash
    assert [task.stage for task in queries.open_tasks(case)] == ["check"]
    assert case.promise.due_at == case.promise_due_at


def test_a_move_raises_the_version_and_chains_its_row(
    make_case: Make, ratna: Actor, at: datetime, state_of: State
) -> None:
    case = make_case()

    row = act(case, "return", by=ratna, at=at, reason="Foto buram")

    assert state_of(case) == ("waiting", 2)
    assert row.previous_hash == Transition.objects.get(case=case, seq=1).hash
    assert Note.objects.get(transition=row).text == "Foto buram"
    assert Case.objects.get(pk=case.pk).promise_due_at is None


def test_a_move_that_is_not_in_the_table_changes_nothing(
    make_case: Make, ratna: Actor, at: datetime, state_of: State
) -> None:
    case = make_case()

    with pytest.raises(MoveNotAllowed):
        act(case, "resubmit", by=ratna, at=at)

    assert state_of(case) == ("asked", 1)
    assert Transition.objects.count() == 1


def test_a_role_the_move_does_not_name_is_refused(
    make_case: Make, joko: Actor, at: datetime, state_of: State
) -> None:
    case = make_case()

    with pytest.raises(MoveNotAllowed):
        act(case, "answer", by=joko, at=at)

    assert state_of(case) == ("asked", 1)


def test_a_missing_reason_is_asked_for(
    make_case: Make, ratna: Actor, at: datetime, state_of: State
) -> None:
    case = make_case()

    with pytest.raises(ReasonMissing):
        act(case, "return", by=ratna, at=at, reason="  ")

    assert state_of(case) == ("asked", 1)


def test_an_unknown_action_is_refused(make_case: Make, ratna: Actor, at: datetime) -> None:
    with pytest.raises(MoveNotAllowed):
        act(make_case(), "fly", by=ratna, at=at)


def test_the_second_of_two_officers_is_told_that_the_case_moved(
    make_case: Make, ratna: Actor, at: datetime, state_of: State
) -> None:
    mine = make_case()
    theirs = Case.objects.get(pk=mine.pk)
    act(theirs, "answer", by=ratna, at=at)

    with pytest.raises(MovedMeanwhile):
        act(mine, "return", by=ratna, at=at, reason="Terlambat")

    assert state_of(mine) == ("answered", 2)
    assert Note.objects.count() == 0


def test_a_page_that_shows_an_old_version_cannot_move_the_case(
    make_case: Make, ratna: Actor, at: datetime, state_of: State
) -> None:
    case = make_case()

    with pytest.raises(MovedMeanwhile):
        act(case, "answer", by=ratna, at=at, seen_version=0)

    assert state_of(case) == ("asked", 1)


def test_the_same_origin_arrives_once(
    make_case: Make, ratna: Actor, at: datetime, state_of: State
) -> None:
    case = make_case()
    first = act(case, "answer", by=ratna, at=at, origin="api", origin_ref="abc")

    again = act(case, "answer", by=ratna, at=at, origin="api", origin_ref="abc")

    assert again.pk == first.pk
    assert state_of(case) == ("answered", 2)


def test_closing_a_task_twice_is_refused_and_nothing_is_written(
    make_case: Make, ratna: Actor, unit: Unit, at: datetime, state_of: State
) -> None:
    case = make_case()
    task = Task.objects.get(case=case)
    Task.objects.filter(pk=task.pk).update(state="done")

    with pytest.raises(MovedMeanwhile), transaction.atomic():
        perform_move(
            case=case,
            lifecycle=TOY,
            action="answer",
            by=ratna,
            at=at,
            calendar=CALENDAR,
            tasks=TaskChange(close={task.pk: "ok"}, open=[NewTask("x", Role.HEAD, unit.pk, at)]),
        )

    assert state_of(case) == ("asked", 1)
    assert Task.objects.count() == 1


def test_taking_and_releasing_a_task_is_on_the_log(
    make_case: Make, ratna: Actor, at: datetime
) -> None:
    case = make_case()
    task = Task.objects.get(case=case)

    act(case, "take", by=ratna, at=at, data={"task": str(task.pk)})
    assert Task.objects.get(pk=task.pk).assignee_id == ratna.user_id
    act(case, "release", by=ratna, at=at, data={"task": str(task.pk)})

    assert Task.objects.get(pk=task.pk).assignee_id is None
    assert [row.action for row in queries.history(case)] == ["ask", "take", "release"]


def test_nobody_releases_what_somebody_else_holds(
    make_case: Make, ratna: Actor, joko: Actor, at: datetime
) -> None:
    case = make_case()
    task = Task.objects.get(case=case)
    colleague = Actor("Joko", ratna.roles, joko.user_id, units=ratna.units)

    with pytest.raises(MoveNotAllowed, match="Hanya yang menangani"):
        act(case, "release", by=colleague, at=at, data={"task": str(task.pk)})
    act(case, "take", by=ratna, at=at, data={"task": str(task.pk)})
    with pytest.raises(MoveNotAllowed, match="Hanya yang menangani"):
        act(case, "release", by=colleague, at=at, data={"task": str(task.pk)})

    assert Task.objects.get(pk=task.pk).assignee_id == ratna.user_id
    assert [row.action for row in queries.history(case)] == ["ask", "take"]


def test_a_task_of_another_role_cannot_be_taken(make_case: Make, joko: Actor, at: datetime) -> None:
    case = make_case()
    task = Task.objects.get(case=case)

    with pytest.raises(MoveNotAllowed):
        act(case, "take", by=joko, at=at, data={"task": str(task.pk)})

    assert Task.objects.get(pk=task.pk).assignee_id is None


def test_a_write_needs_few_statements(
    make_case: Make,
    ratna: Actor,
    at: datetime,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    case = make_case()
    register_reader("one", lambda row: None)
    register_reader("two", lambda row: None)

    # savepoint pair, case, row, note, pending rows
    with django_assert_max_num_queries(6):
        act(case, "comment", by=ratna, at=at, reason="Foto buram")
    # and the tasks whose clock stands still
    with django_assert_max_num_queries(7):
        act(case, "return", by=ratna, at=at, reason="Foto buram")


def test_a_date_that_was_never_seen_near_is_told_as_passed_alone(
    make_case: Make, at: datetime
) -> None:
    case = make_case(days=3)
    assert case.legal.due_at is not None

    sweep_deadlines(at=case.legal.due_at + timedelta(hours=1))

    noticed = sorted(DeadlineNotice.objects.values_list("what", flat=True))
    assert noticed == ["legal_passed", "promise_missed"]


def test_erased_text_stays_erased_and_leaves_its_digest(
    make_case: Make, ratna: Actor, at: datetime
) -> None:
    case = make_case()
    row = act(case, "return", by=ratna, at=at, reason="Foto buram")

    erased = erase_note(case=case, seq=row.seq, by=system_actor("law"), at=at)
    again = erase_note(case=case, seq=row.seq, by=system_actor("law"), at=at)

    assert Note.objects.get(pk=row.pk).text == ""
    assert Transition.objects.get(pk=row.pk).note_digest != ""
    assert (erased and erased.action, again) == ("erase_note", None)


# --- Readers -----------------------------------------------------------------------------------


def test_every_reader_sees_every_row_once(make_case: Make, ratna: Actor, at: datetime) -> None:
    seen: list[tuple[str, str]] = []
    register_reader("one", lambda row: seen.append(("one", row.action)), kinds=frozenset({"toy"}))
    register_reader("two", lambda row: seen.append(("two", row.action)), kinds=frozenset({"toy"}))
    act(make_case(), "answer", by=ratna, at=at)

    assert run_readers(at=at) == 4
    assert run_readers(at=at) == 0
    assert sorted(seen) == [("one", "answer"), ("one", "ask"), ("two", "answer"), ("two", "ask")]


def test_a_failing_reader_is_postponed_and_stops_nobody(make_case: Make, at: datetime) -> None:
    seen: list[str] = []

    def fail(_row: Transition) -> None:
        raise RuntimeError("planted")

    register_reader("bad", fail, kinds=frozenset({"toy"}))
    register_reader("good", lambda row: seen.append(row.action), kinds=frozenset({"toy"}))
    make_case()

    assert run_readers(at=at) == 1
    assert seen == ["ask"]
    left = Pending.objects.get()
    assert (left.reader, left.due_at) == ("bad", at + timedelta(hours=1))


def test_a_reader_of_other_kinds_is_not_asked(make_case: Make, at: datetime) -> None:
    register_reader("elsewhere", lambda row: None, kinds=frozenset({"complaint"}))

    make_case()

    assert Pending.objects.filter(reader="elsewhere").count() == 0


def test_a_reader_hears_only_of_the_moves_it_named(
    make_case: Make, ratna: Actor, at: datetime
) -> None:
    seen: list[str] = []
    register_reader("some", lambda row: seen.append(row.action), actions=frozenset({"answer"}))

    case = make_case()

    assert not Pending.objects.filter(reader="some").exists()
    act(case, "answer", by=ratna, at=at)
    assert queries.has_unread(until=at)
    run_readers(at=at)
    assert seen == ["answer"]
    assert not queries.has_unread(until=at)


def test_a_claimed_row_is_left_alone_until_the_claim_runs_out(
    make_case: Make, at: datetime
) -> None:
    register_reader("one", lambda row: None, kinds=frozenset({"toy"}))
    make_case()
    Pending.objects.update(due_at=at + timedelta(minutes=2))  # as a killed process leaves it

    assert run_readers(at=at) == 0
    assert run_readers(at=at + timedelta(minutes=3)) == 1


def test_two_processes_never_claim_the_same_rows(
    make_case: Make, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    register_reader("one", lambda row: seen.append(str(row.case_id)), kinds=frozenset({"toy"}))
    cases = [make_case(number=f"T-{number}") for number in range(3)]
    other = Pending.objects.get(transition__case=cases[1])
    listed = readers.due_rows

    def quicker(at: datetime) -> list[int]:
        found = listed(at)
        Pending.objects.filter(pk=other.pk).update(due_at=at + readers.CLAIM)  # the other process
        return found

    monkeypatch.setattr(readers, "due_rows", quicker)
    assert run_readers(at=at) == 2
    assert seen == [str(cases[0].pk), str(cases[2].pk)]
    assert list(Pending.objects.values_list("pk", flat=True)) == [other.pk]


def test_what_a_failing_reader_wrote_is_undone_and_the_others_of_its_move_go_on(
    make_case: Make, at: datetime
) -> None:
    def note(row: Transition) -> None:
        DeadlineNotice.objects.create(case=row.case, what="good", due_at=at, noticed_at=at)

    def fail(row: Transition) -> None:
        DeadlineNotice.objects.create(case=row.case, what="bad", due_at=at, noticed_at=at)
        raise RuntimeError("planted")

    register_reader("first", note, kinds=frozenset({"toy"}))
    register_reader("second", fail, kinds=frozenset({"toy"}))
    make_case()

    assert run_readers(at=at) == 1
    assert list(DeadlineNotice.objects.values_list("what", flat=True)) == ["good"]
    assert list(Pending.objects.values_list("reader", "attempts")) == [("second", 1)]


def test_reading_many_moves_claims_them_together(
    make_case: Make, at: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    register_reader("one", lambda row: None, kinds=frozenset({"toy"}))
    for number in range(5):
        make_case(number=f"T-{number}")

    # Listed, claimed, fetched; of each move begun, deleted, committed; then nothing is left.
    with django_assert_num_queries(3 + 5 * 3 + 1):
        assert run_readers(at=at) == 5


# --- Dates -------------------------------------------------------------------------------------


def test_each_date_is_noticed_once(make_case: Make, at: datetime) -> None:
    case = make_case(days=3)
    legal = case.legal.due_at
    assert legal is not None

    assert sweep_deadlines(at=at) == 0
    sweep_deadlines(at=at + timedelta(days=2))
    sweep_deadlines(at=legal - timedelta(hours=1))
    sweep_deadlines(at=legal + timedelta(hours=1))
    sweep_deadlines(at=legal + timedelta(hours=2))

    noticed = sorted(DeadlineNotice.objects.values_list("what", flat=True))
    assert noticed == ["legal_near", "legal_passed", "promise_missed", "promise_near"]
    assert Case.objects.get(pk=case.pk).state == "asked"  # nothing is decided by the clock


def test_a_date_of_a_case_that_somebody_moves_is_noticed_at_the_next_turn(
    make_case: Make, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick, slow = make_case(number="T-1", days=3), make_case(number="T-2", days=3)
    late = slow.legal.due_at
    assert late is not None
    notice = dates._notice

    def beaten(case: Case, *rest: Any) -> int:
        if case.pk == quick.pk:
            raise MovedMeanwhile("Petugas lain")
        return notice(case, *rest)

    monkeypatch.setattr(dates, "_notice", beaten)
    with structlog.testing.capture_logs() as told:
        sweep_deadlines(at=late + timedelta(hours=1))
    monkeypatch.undo()
    assert told == [], "that somebody was quicker is no error"
    assert set(DeadlineNotice.objects.values_list("case__number", flat=True)) == {"T-2"}
    sweep_deadlines(at=late + timedelta(hours=1))
    assert set(DeadlineNotice.objects.values_list("case__number", flat=True)) == {"T-1", "T-2"}


def test_a_closed_case_is_not_noticed(make_case: Make, ratna: Actor, at: datetime) -> None:
    case = make_case()
    act(case, "answer", by=ratna, at=at)

    assert sweep_deadlines(at=at + timedelta(days=60)) == 0


# --- Who sees what -----------------------------------------------------------------------------


def test_a_stranger_gets_the_same_answer_as_for_a_missing_case(make_case: Make) -> None:
    case = make_case()
    stranger = Actor("Joko", frozenset({Role.APPLICANT}))

    for number in (case.number, "T-404"):
        with pytest.raises(queries.NotFound):
            queries.get_case_for(stranger, number)


def test_a_technical_officer_sees_only_cases_of_the_unit(
    make_case: Make, unit: Unit, at: datetime
) -> None:
    mine, other = make_case("T-1"), make_case("T-2")
    health = Unit.objects.create(code="dinkes", name="Dinas Kesehatan", kind="health")
    perform_move(
        case=mine,
        lifecycle=TOY,
        action="comment",
        by=system_actor("test").acting_as(Role.SYSTEM),
        at=at,
        facts=Facts(reason="."),
        tasks=TaskChange(open=[NewTask("recommend", Role.TECHNICAL_OFFICER, health.pk, at)]),
    )
    wati = Actor(
        "Wati", frozenset({Role.TECHNICAL_OFFICER}), user_id=None, units=frozenset({health.pk})
    )

    assert queries.get_case_for(wati, mine.number).pk == mine.pk
    with pytest.raises(queries.NotFound):
        queries.get_case_for(wati, other.number)


def test_the_inbox_is_paged_by_keyset_with_one_query(
    make_case: Make, ratna: Actor, at: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(5):
        make_case(f"T-{number}", at=at + timedelta(minutes=number))

    with django_assert_num_queries(1):
        first = queries.inbox(ratna, queries.InboxFilter(), size=2)
    cursor = queries.Cursor(first[1].due_at, first[1].pk)
    rest = queries.inbox(
        ratna, queries.InboxFilter(), after=queries.Cursor.from_text(cursor.to_text()), size=9
    )

    assert len(first) == 3
    numbers = [task.case.number for task in [*first[:2], *rest]]
    assert sorted(numbers) == [f"T-{n}" for n in range(5)]


@pytest.mark.parametrize("text", ["", "x", "1_2", "nan_0", "99999999999999999999_018f"])
def test_a_hand_made_cursor_shows_the_first_page(text: str) -> None:
    assert queries.Cursor.from_text(text) is None


def test_the_registry_knows_only_what_was_registered() -> None:
    assert "toy" in {kind.name for kind in registry.kinds()}
    assert registry.reader("nobody") is None


# --- Dates of tasks: the 2nd of November 2026 is a Monday, the task of a new case is due on the 3rd at 15.00 ------


def due_of(case: Case) -> datetime:
    return Task.objects.get(case=case, state="open").due_at


def test_a_task_stands_still_with_the_promise_and_gains_the_time_that_was_waited(
    make_case: Make, ratna: Actor, at: datetime
) -> None:
    case = make_case()
    due = due_of(case)

    act(case, "return", by=ratna, at=at + timedelta(hours=2), reason="Foto buram")
    stopped = Task.objects.get(case=case, state="open")
    act(case, "resubmit", by=ratna, at=at + timedelta(days=2))

    assert stopped.paused_at == at + timedelta(hours=2)
    assert stopped.clock.paused
    task = Task.objects.get(case=case, state="open")
    # 11.00 on Monday to 09.00 on Wednesday: 4 + 7 + 1 working hours after Tuesday's closing
    assert task.due_at == due + timedelta(days=2)
    assert task.paused_at is None
    assert len(task.pauses) == 1


def test_a_task_that_was_late_before_the_pause_stays_late(
    make_case: Make, ratna: Actor, at: datetime
) -> None:
    case = make_case()
    due = due_of(case)

    act(case, "return", by=ratna, at=due + timedelta(minutes=1), reason="Foto buram")
    act(case, "resubmit", by=ratna, at=due + timedelta(days=3))

    assert due_of(case) == due


def test_a_task_within_a_term_never_outlasts_it(
    make_case: Make, ratna: Actor, unit: Unit, at: datetime
) -> None:
    case = make_case(days=2)
    promised = case.promise.due_at
    assert promised is not None
    long = NewTask("long", Role.VERIFIER, unit.pk, at + timedelta(days=9), 7, "promise")
    free = NewTask("free", Role.VERIFIER, unit.pk, at + timedelta(days=9), 7)

    perform_move(
        case=case,
        lifecycle=TOY,
        action="take",
        by=ratna,
        at=at,
        tasks=TaskChange(open=[long, free]),
    )

    assert Task.objects.get(stage="long").due_at == promised
    assert Task.objects.get(stage="free").due_at == at + timedelta(days=9)


@pytest.mark.parametrize(
    ("closed", "looked", "days_later"),
    [
        ([3], 0, 1),  # its own last day is closed
        ([3, 4], 0, 2),
        ([4], 0, 0),  # a day after it: the promise moves, the task does not
        ([3], 2, 0),  # missed on the 3rd, closed afterwards: it stays missed
    ],
)
def test_the_dates_of_tasks_follow_the_calendar(
    make_case: Make, at: datetime, closed: list[int], looked: int, days_later: int
) -> None:
    case = make_case()
    due = due_of(case)
    changed = WorkCalendar(
        CALENDAR.zone, CALENDAR.hours, frozenset(date(2026, 11, day) for day in closed)
    )

    recompute_terms(at + timedelta(days=looked), calendar=changed)
    recompute_terms(at + timedelta(days=looked), calendar=changed)

    assert due_of(case) == due + timedelta(days=days_later)


def test_a_task_whose_case_keeps_its_dates_moves_without_a_line_in_the_log(
    make_case: Make, at: datetime
) -> None:
    case = make_case(days=1)
    Case.objects.filter(pk=case.pk).update(terms={**case.terms, "promise": {}, "legal": {}})
    changed = WorkCalendar(CALENDAR.zone, CALENDAR.hours, frozenset({date(2026, 11, 3)}))
    due = due_of(case)

    moved = recompute_terms(at, calendar=changed)

    assert moved == []
    assert due_of(case) == due + timedelta(days=1)
    assert Transition.objects.filter(case=case).count() == 1


def test_a_task_that_stands_still_is_not_late(make_case: Make, ratna: Actor, at: datetime) -> None:
    case = make_case()
    act(case, "return", by=ratna, at=at, reason="Foto buram")
    later = at + timedelta(days=9)

    late = queries.inbox(ratna, queries.InboxFilter(overdue_at=later))
    counts = queries.folder_counts(
        ratna, at=later, day_start=later, day_end=later, kind="toy", waiting=["waiting"]
    )

    assert late == []
    assert (counts["late_unit"], counts["unit"]) == (0, 1)
