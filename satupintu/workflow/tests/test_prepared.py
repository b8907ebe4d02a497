"""Prepared queries give what the queryset itself gives; written here because cases have every kind of column."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Case as DbCase
from django.db.models import F, Q, When

from satupintu.lib.prepared import Prepared, PreparedUpdate, insert
from satupintu.people.models import Party, RoleAssignment, Unit
from satupintu.workflow.models import Case, Pending, Task, Transition
from satupintu.workflow.tests.conftest import START

pytestmark = pytest.mark.django_db

LOG = Prepared(
    lambda case_id: (
        Transition.objects.filter(case=case_id).select_related("unit", "note").order_by("seq")
    )
)
SOME = Prepared(
    lambda ids, state: Case.objects.filter(pk__in=ids, state=state).order_by("number"),
    many={"ids"},
)
LATE = Prepared(lambda at: Task.objects.filter(due_at__lt=at).order_by("due_at"))
NAMES = Prepared(lambda kind: Unit.objects.filter(kind=kind).values_list("code", flat=True))
PAIRS = Prepared(lambda kind: Unit.objects.filter(kind=kind).values_list("code", "name"))
BY = Prepared(
    lambda what, newest: Case.objects.filter(Q(number=what) | Q(state=what)).order_by(
        "-opened_at" if newest else "opened_at"
    )[:1],
    shape={"newest"},
)
RENAME = PreparedUpdate(
    lambda case_id, was: Case.objects.filter(pk=case_id, version=was),
    sets=("number", "terms", "moved_at", "party_id"),
)

CALL = PreparedUpdate(
    lambda ids, states: Case.objects.filter(pk__in=ids, state__in=states),
    sets=("region",),
    many={"ids", "states"},
)
NEXT = PreparedUpdate(
    lambda case_id, limit: Case.objects.filter(pk=case_id, version__lt=limit),
    computed=lambda step, limit: {
        "version": F("version") + step,
        "moved_at": DbCase(When(version=limit, then=F("opened_at")), default=F("moved_at")),
    },
)


@pytest.fixture
def cases(make_case):
    return [make_case(f"T-{number}") for number in range(3)]


def plain(rows):
    return [{f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields} for row in rows]


def test_instances_come_with_all_columns_and_their_related_rows(cases, django_assert_num_queries):
    wanted = Transition.objects.filter(case=cases[0]).select_related("unit", "note").order_by("seq")
    LOG.all(case_id=cases[0].pk)
    with django_assert_num_queries(1):
        rows = LOG.all(case_id=cases[0].pk)
        assert [row.unit for row in rows] == [row.unit for row in rows]
    assert plain(rows) == plain(wanted)
    assert not rows[0]._state.adding


def test_each_run_has_values_of_its_own(cases):
    assert [LOG.all(case_id=case.pk)[0].case_id for case in cases] == [case.pk for case in cases]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_collection_may_have_any_length(cases, count):
    ids = [case.pk for case in cases[:count]]
    assert SOME.all(ids=ids, state=cases[0].state) == list(
        Case.objects.filter(pk__in=ids).order_by("number")
    )


def test_an_empty_collection_finds_nothing_without_a_query(cases, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert SOME.all(ids=[], state=cases[0].state) == []


def test_moments_compare_as_they_do_in_a_queryset(make_case):
    case = make_case()
    task = Task.objects.create(
        case=case, stage="x", label="", role="verifier", unit=Unit.objects.first(),
        due_at=START - timedelta(days=9), opened_at=START, opened_seq=1,
    )  # fmt: skip
    assert LATE.all(at=task.due_at) == []
    assert LATE.all(at=task.due_at + timedelta(microseconds=1)) == [task]


def test_plain_values_come_flat_or_in_pairs():
    Unit.objects.create(code="a", name="A", short_name="A", kind="odd")
    assert NAMES.all(kind="odd") == ["a"]
    assert PAIRS.all(kind="odd") == [("a", "A")]
    assert NAMES.first(kind="nothing") is None


def test_one_parameter_may_stand_twice_and_a_shape_makes_another_query(cases):
    first, last = cases[0], cases[-1]
    Case.objects.filter(pk=last.pk).update(opened_at=START + timedelta(days=1))
    assert BY.first(what=first.number, newest=True) == first
    assert BY.first(what=first.state, newest=True) == last
    assert BY.first(what=first.state, newest=False) != last


def test_an_update_changes_what_it_found_and_nothing_else(cases):
    case, other = cases[:2]
    new = {"number": "N-1", "terms": {"promise": {"days": 3}}, "moved_at": START, "party_id": None}
    assert RENAME.run(case_id=case.pk, was=case.version + 1, **new) == 0
    assert Case.objects.get(pk=case.pk).number == case.number
    assert RENAME.run(case_id=case.pk, was=case.version, **new) == 1
    saved = Case.objects.get(pk=case.pk)
    assert {name: getattr(saved, name) for name in new} == new
    assert Case.objects.get(pk=other.pk).number == other.number


@pytest.mark.parametrize(
    "call",
    [
        LOG.all,
        lambda: LOG.all(case=1),
        lambda: LOG.all(case_id=1, more=2),
        lambda: RENAME.run(case_id=1, was=1, number="x"),
        lambda: Prepared(lambda a: Case.objects.filter(pk=a), many={"b"}),
    ],
)
def test_wrong_names_are_a_mistake_of_the_programmer(call):
    with pytest.raises(TypeError):
        call()


def test_days_compare_as_they_do_in_a_queryset(ratna):
    day = date(2026, 11, 2)
    held = Prepared(
        lambda today: RoleAssignment.objects.filter(valid_from__lte=today, valid_until__gt=today)
    )
    kept = RoleAssignment.objects.create(
        user_id=ratna.user_id,
        unit_id=min(ratna.units),
        role="verifier",
        valid_from=day,
        valid_until=day + timedelta(days=1),
    )
    assert held.all(today=day) == [kept]
    assert held.all(today=day + timedelta(days=1)) == []


def test_the_row_itself_decides_a_computed_value(cases, django_assert_num_queries):
    case = cases[0]
    with django_assert_num_queries(3):
        done = [NEXT.run(case_id=case.pk, limit=6, step=step) for step in (2, 3, 4)]
    assert done == [1, 1, 0]
    assert [Case.objects.get(pk=one.pk).version for one in cases] == [6, 1, 1]
    with pytest.raises(TypeError, match="step"):
        NEXT.run(case_id=case.pk, limit=6)


def party(name):
    return Party(name=name, identity_kind="nik", identity="6103015708990001", created_at=START)


def test_an_inserted_row_says_what_bulk_create_would_have_written():
    ours, theirs = party("Sari"), party("Sari")
    insert(ours)
    Party.objects.bulk_create([theirs])

    ours, theirs = (Party.objects.get(pk=one.pk) for one in (ours, theirs))
    differing = [
        name for name, value in plain([ours])[0].items() if value != plain([theirs])[0][name]
    ]
    assert differing == ["id"]
    assert ours.identity_hash


def test_rows_learn_the_keys_that_the_database_made_and_can_be_saved_again(
    cases, django_assert_num_queries
):
    row = Transition.objects.get(case=cases[0])
    rows = [Pending(transition=row, reader=f"r{n}", due_at=START) for n in range(3)]
    insert(Pending(transition=row, reader="first", due_at=START))

    with django_assert_num_queries(1):
        assert insert(*rows) == 3
    assert [Pending.objects.get(reader=f"r{n}").pk for n in range(3)] == [one.pk for one in rows]
    rows[0].attempts = 4
    rows[0].save()
    assert Pending.objects.get(reader="r0").attempts == 4


def test_a_row_that_is_there_is_an_error_or_is_left(cases):
    row = Transition.objects.get(case=cases[0])
    insert(Pending(transition=row, reader="r", due_at=START, attempts=1))
    again = [Pending(transition=row, reader=name, due_at=START) for name in ("r", "s")]

    with pytest.raises(IntegrityError), transaction.atomic():
        insert(*again)
    assert insert(*again, or_leave=True) == 1
    assert insert(again[0], or_leave=True) == 0
    assert Pending.objects.get(reader="r").attempts == 1
    assert Pending.objects.filter(reader="s").count() == 1


def test_no_rows_cost_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert insert() == 0


def test_an_update_of_named_rows_changes_these_and_no_others(cases, django_assert_num_queries):
    first, second, third = cases
    with django_assert_num_queries(0):
        assert CALL.run(ids=[], states=[first.state], region="61.03") == 0
    for ids, region in (([first.pk], "61.03"), ([first.pk, second.pk], "61.04")):
        with django_assert_num_queries(1):
            assert CALL.run(ids=ids, states={first.state, "x"}, region=region) == len(ids)
    assert CALL.run(ids=[third.pk], states=["x"], region="61.05") == 0
    regions = [Case.objects.get(pk=one.pk).region for one in cases]
    assert regions == ["61.04", "61.04", third.region]
