"""Generated cases are what the services write: the same rows, the same digests, and a whole log."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from django.apps import apps
from django.conf import settings as office_settings
from django.db import transaction
from django.db.models import Max

from satupintu.catalogue.queries import current_version, definition_of
from satupintu.catalogue.services import publish_shipped
from satupintu.config.backup.rows import list_fields, list_tables
from satupintu.config.bench.sized import timed_reads
from satupintu.config.demo.seeding import hire_more
from satupintu.config.generate import NotADemo, check_demo, generate, writing
from satupintu.config.generate.blanks import Blanks, NotAsItStands, filled
from satupintu.config.generate.people import make_up
from satupintu.config.generate.shape import shape
from satupintu.config.generate.telling import _offered
from satupintu.desk.models import Answer, Complaint
from satupintu.lib.codes import make_tracking_code
from satupintu.lib.identity import check_nik
from satupintu.office.models import NumberCounter, NumberTaken
from satupintu.office.queries import local_date
from satupintu.office.services import set_up_office
from satupintu.people.models import Party, User
from satupintu.people.queries import actor_of
from satupintu.people.rules import system_actor
from satupintu.people.services import set_up_demo_people
from satupintu.permits.models import (
    Application,
    CaseWord,
    Letter,
    Permit,
    PermitCase,
    RegisterWord,
)
from satupintu.permits.public_search import register_words
from satupintu.permits.queries import SearchFilter, find_many, read_typed
from satupintu.permits.rules import STANDING
from satupintu.workflow import anchor
from satupintu.workflow.audit import audit
from satupintu.workflow.models import Case, Task, Transition

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
NOT_OF_A_COPY = {"sealed_in"}


@pytest.fixture(scope="module")
def told_and_copied(django_db_setup, django_db_blocker):
    """Make an office, tell a few people's cases, copy them; everything is rolled back after the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        was, office_settings.DEMO = office_settings.DEMO, True
        anchor.put_aside()
        began = NOW - timedelta(days=45)
        set_up_office("sanggau", at=began)
        publish_shipped(by=system_actor("demo"), at=began)
        set_up_demo_people("sanggau", at=began)
        hire_more(began)
        seen = []
        made = generate(90, at=NOW, seed=7, patterns=11, tell=lambda what, _made: seen.append(what))
        yield made, seen
        office_settings.DEMO = was
        anchor.put_aside()  # it names seals that are rolled back
        transaction.set_rollback(True)


def _patterns_and_copies():
    """Return the users that were told (they came first), and those that are copies."""
    users = list(User.objects.filter(username__startswith="demo-warga").order_by("pk"))
    return users[:11], users[11:]


def test_there_are_as_many_cases_as_asked_for_and_progress_was_told(told_and_copied):
    made, seen = told_and_copied

    assert made.cases == Case.objects.count() == 90
    assert made.patterns == 11
    assert seen[-1] == "copies"
    assert seen[0] == "person 1 of 11 through the services"


def test_what_is_copied_opens_no_other_case(told_and_copied):
    day = (NOW - timedelta(days=40)).date()
    bound = [
        story.who
        for story in _offered(day)
        if any(step.action in {"add_condition", "propose"} for step in story.steps)
        or definition_of(current_version(story.service, day)).conditions
    ]

    assert bound == []
    assert set(Case.objects.values_list("kind", flat=True)) == {"permit"}


def test_the_log_the_tables_and_the_registers_are_whole(told_and_copied):
    report = audit(at=NOW, files=True, stop_at_first=False)

    assert report.broken == []
    assert report.cases == 90
    for counter in NumberCounter.objects.all():
        rows = NumberTaken.objects.filter(series=counter.series, year=counter.year)
        assert sorted(rows.values_list("seq", flat=True)) == list(range(1, counter.value + 1))


def test_every_table_of_a_copy_has_the_rows_and_columns_that_the_services_write(told_and_copied):
    told, copies = _patterns_and_copies()
    differing = []
    for model in list_tables(apps).values():
        path = _path_to_the_person(model)
        if path is None:
            continue
        names = [one.attname for one in list_fields(model) if one.attname not in NOT_OF_A_COPY]
        shapes = {
            key: {
                tuple(bool(value) for value in row)
                for row in model.objects.filter(**{f"{path}__in": [u.party_id for u in people]})
                .values_list(*names)
            }
            for key, people in (("told", told), ("copied", copies))
        }  # fmt: skip
        if not shapes["copied"] <= shapes["told"]:
            differing.append((model._meta.label, shapes["copied"] - shapes["told"]))
        if bool(shapes["copied"]) != bool(shapes["told"]):
            differing.append((model._meta.label, "no rows"))
    assert differing == []


def _path_to_the_person(model):
    paths = {
        "people.Party": "pk", "people.User": "party", "people.Consent": "party", "workflow.Case": "party",
        "workflow.Transition": "case__party", "workflow.Note": "transition__case__party",
        "workflow.Task": "case__party", "permits.Application": "party", "permits.Draft": "party",
        "permits.PermitCase": "case__party", "permits.Attachment": "permit_case__case__party",
        "permits.Repair": "permit_case__case__party", "permits.Permit": "party",
        "permits.Recommendation": "permit_case__case__party", "permits.HandOver": "permit__party",
        "permits.Letter": "case__party", "permits.CaseWord": "case__party",
        "permits.RegisterWord": "permit__party", "documents.Document": "party",
        "messaging.OutMessage": "party", "messaging.Contact": "party", "quality.Outcome": "case__party",
    }  # fmt: skip
    return paths.get(model._meta.label)


def test_a_copy_ends_as_its_pattern_did_with_the_same_tasks(told_and_copied):
    told, copies = _patterns_and_copies()

    def lives(people):
        return {
            (
                case.state,
                tuple(case.transitions.order_by("seq").values_list("action", flat=True)),
                tuple(sorted(case.tasks.values_list("stage", "state", "result"))),
            )
            for case in Case.objects.filter(party__in=[one.party_id for one in people])
        }

    assert lives(copies) <= lives(told)
    assert len(lives(copies)) > 4


def test_no_copy_owes_a_letter_that_the_worker_would_make(told_and_copied):
    assert Letter.objects.filter(ink=False, document__isnull=True).count() == 0
    assert Letter.objects.filter(document__isnull=False).count() > 0


def test_copies_share_no_code_number_or_person(told_and_copied):
    codes = list(Application.objects.values_list("tracking_code", flat=True))
    assert len(codes) == len(set(codes))
    assert Permit.objects.exclude(number__in=PermitCase.objects.values("number")).count() == 0
    people = Party.objects.filter(is_demo=True, identity_kind="nik", name__contains=" ")
    for party in people.order_by("-created_at")[:20]:
        assert check_nik(party.identity, date(2026, 11, 23)).birth_date == party.birth_date
        assert party.identity.endswith("9999")


def test_a_copy_is_found_by_its_persons_name_and_by_nothing_of_the_patterns_person(told_and_copied):
    told, copies = _patterns_and_copies()
    person = copies[-1]
    reader = actor_of(User.objects.get(username="budi"), NOW)

    found = find_many(reader, read_typed(person.name), SearchFilter())
    theirs = {case.party_id for case in found}

    assert person.party_id in theirs
    assert all(case.party.name == person.name for case in found)
    assert CaseWord.objects.filter(case__party=person.party).exists()
    assert told[0].name not in {party.name for party in Party.objects.filter(pk__in=theirs)}


def test_the_register_finds_a_copy_by_its_own_number_and_by_nothing_of_the_patterns(
    told_and_copied,
):
    today = local_date(NOW)
    standing = [
        one
        for one in Permit.objects.filter(state__in=STANDING).select_related("party")
        if one.valid_until is None or one.valid_until >= today
    ]
    assert len(standing) > 20
    words = {}
    for permit_id, word in RegisterWord.objects.values_list("permit_id", "word"):
        words.setdefault(permit_id, set()).add(word)

    assert words == {
        one.pk: register_words(
            number=one.number, holder=one.holder, is_organisation=one.party.is_organisation
        )
        for one in standing
    }


def test_moments_keep_their_weekday_and_lie_before_now(told_and_copied):
    _told, copies = _patterns_and_copies()
    rows = Transition.objects.filter(case__party__in=[one.party_id for one in copies])

    assert rows.aggregate(last=Max("at"))["last"] <= NOW + timedelta(minutes=10)
    days = Counter(case.opened_at.weekday() for case in Case.objects.all())
    assert days[5] + days[6] < days.total() / 10
    assert Task.objects.filter(state="open").exists()


def test_a_second_run_goes_on_where_the_first_stopped(told_and_copied):
    before = Case.objects.count()

    assert generate(before, at=NOW).rows == 0  # there are as many already
    with transaction.atomic():
        generate(before + 12, at=NOW, patterns=6)
        after, broken = Case.objects.count(), audit(at=NOW, stop_at_first=False).broken
        transaction.set_rollback(True)

    assert after == before + 12
    assert broken == []


def test_complaints_are_made_beside_the_cases_whole_and_with_codes_of_their_own(told_and_copied):
    before = Case.objects.count()
    with transaction.atomic():
        made = generate(60, at=NOW, complaints=True, patterns=6)
        complaints = Complaint.objects.filter(case__party__isnull=False).select_related("case")
        found = list(complaints)
        report = audit(at=NOW, stop_at_first=False)
        lives = Counter(one.case.state for one in found)
        drafts = Transition.objects.filter(action="draft").count()
        answers = Answer.objects.count()
        asked = timed_reads(1, complaints=True)
        transaction.set_rollback(True)

    assert report.broken == []
    assert made.cases == len(found) == report.cases - before == 60
    assert {*lives} == {"received", "closed"}
    assert lives["closed"] > lives["received"]
    assert (
        len({one.tracking_code for one in found}) == len({one.case.number for one in found}) == 60
    )
    assert len({one.case.party_id for one in found}) == 60
    assert answers == drafts > 40
    assert len(asked) > 15
    assert [name for name, one in asked.items() if "ms" not in one] == []  # each was answered


def test_a_code_that_is_drawn_twice_costs_its_chunk_one_more_try(told_and_copied, monkeypatch):
    drawn = []

    def draw():
        drawn.append(make_tracking_code() if len(drawn) != 1 else drawn[0])
        return drawn[-1]

    monkeypatch.setattr(writing, "make_tracking_code", draw)
    with transaction.atomic():
        made = generate(30, at=NOW, complaints=True, patterns=6)
        codes = set(Complaint.objects.values_list("tracking_code", flat=True))
        broken = audit(at=NOW, stop_at_first=False).broken
        transaction.set_rollback(True)

    assert (made.cases, len(codes), broken) == (30, 30, [])
    assert len(drawn) > 30


# --- Refusals -----------------------------------------------------------------------------------


def test_an_office_that_is_no_demo_is_left_alone(db, settings):
    settings.DEMO = False
    with pytest.raises(NotADemo, match="SATUPINTU_DEMO=1"):
        check_demo()


def test_an_office_with_real_people_is_left_alone(db, settings):
    settings.DEMO = True
    Party.objects.create(name="Warga", is_demo=False, created_at=NOW)
    with pytest.raises(NotADemo, match="not made up"):
        generate(10, at=NOW)


def test_an_office_that_is_not_there_is_named(db, settings):
    settings.DEMO = True
    with pytest.raises(NotADemo, match="satupintu demo"):
        check_demo()


# --- Parts --------------------------------------------------------------------------------------


def test_a_digest_that_does_not_come_out_is_refused():
    with pytest.raises(NotAsItStands):
        Blanks(since=NOW, acts=[]).digest("0" * 64, "text")


def test_moments_days_and_names_move_and_what_lies_before_the_story_stays():
    blanks = Blanks(since=NOW, acts=[NOW])
    name = blanks.name("Sari Lestari")
    cut = blanks.cut(
        f"Sari Lestari, {NOW.isoformat()}, {(NOW + timedelta(days=1)).isoformat()}, 2026-12-01, 1 Desember 2026,"
        " 2024-01-01"
    )
    values = [""] * 20
    filler = blanks.filler(str)
    values[name] = "Dewi"

    filler.fill_times(values, timedelta(weeks=-1), timedelta(seconds=5))

    assert filled(cut, values) == (
        "Dewi, 2026-11-16T03:00:05+00:00, 2026-11-17T03:00:00+00:00, 2026-11-24, 24 November 2026, 2024-01-01"
    )


def test_a_number_has_one_person():
    from random import Random

    made = make_up(10_000_017, ["610301"], Random(1))

    assert made.phone == "+6281210000017"
    assert check_nik(made.identity, date(2026, 1, 1)).birth_date == made.birth_date


def test_the_shape_has_a_count_for_each_weekday_and_shares_below_one():
    found = shape()

    assert len(found.weekdays) == 7
    assert len(found.minutes) == 21
    assert sum(found.shares.values()) < 1
