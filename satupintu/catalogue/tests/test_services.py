"""Publishing: immutable, idempotent, in order; what the command line calls."""

from dataclasses import replace
from datetime import date

import pytest
from django.utils.translation import override

from satupintu.catalogue import queries, services
from satupintu.catalogue.models import PublishedIsFixed, ServiceVersion
from satupintu.catalogue.parse import load_definition
from satupintu.catalogue.tests.factories import AT, SYSTEM, make_service, shipped_text

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


def second(code="sip-bidan", **changes: str) -> str:
    text = shipped_text(code).replace("version = 1", "version = 2", 1)
    text = text.replace("2026-01-05", "2026-11-23", 1)
    for old, new in changes.items():
        text = text.replace(old, new)
    return text


def test_published_version_cannot_be_changed_or_deleted():
    version = make_service()

    version.toml = "x"
    with pytest.raises(PublishedIsFixed):
        version.save()
    with pytest.raises(PublishedIsFixed):
        version.delete()
    with pytest.raises(PublishedIsFixed):
        ServiceVersion.objects.update(toml="x")
    with pytest.raises(PublishedIsFixed):
        ServiceVersion.objects.all().delete()
    assert ServiceVersion.objects.get().toml == shipped_text("sip-bidan")


def test_publishing_the_same_file_twice_gives_the_same_row():
    assert make_service().id == make_service().id
    assert ServiceVersion.objects.count() == 1


def test_publishing_other_content_under_a_published_number_is_refused():
    make_service()

    with pytest.raises(services.VersionTaken) as refused:
        make_service(
            text=shipped_text("sip-bidan").replace("sample_percent = 10", "sample_percent = 20")
        )

    assert "pakai versi 2" in refused.value.message
    assert ServiceVersion.objects.count() == 1


def test_version_numbers_have_no_gaps():
    make_service()

    with pytest.raises(services.VersionTaken):
        make_service(text=shipped_text("sip-bidan").replace("version = 1", "version = 3", 1))


def test_file_with_problems_is_not_published():
    with pytest.raises(services.DefinitionHasProblems) as refused:
        make_service(text=shipped_text("sip-bidan").replace("check_days = 1", "check_days = 4"))

    assert [problem.key for problem in refused.value.problems] == ["promise"]
    assert ServiceVersion.objects.count() == 0


def test_shipped_services_are_published_once_and_never_over_the_offices_own():
    make_service(text=shipped_text("reklame").replace("sample_percent = 10", "sample_percent = 20"))

    first = services.publish_shipped(by=SYSTEM, at=AT)
    again = services.publish_shipped(by=SYSTEM, at=AT)

    assert len(first.published) == len(services.list_shipped_files()) - 1
    assert first.offered == ("reklame.v1.toml",)
    assert again.published == ()


def test_current_version_is_the_highest_in_force_on_the_day():
    make_service()
    make_service(text=second(**{"2026-11-23": "2026-12-01"}))

    assert queries.current_version("sip-bidan", TODAY).version == 1
    assert queries.current_version("sip-bidan", date(2026, 12, 1)).version == 2
    with pytest.raises(queries.ServiceNotOffered):
        queries.current_version("sip-bidan", date(2025, 1, 1))


def test_withdrawn_service_is_not_offered_but_its_versions_stay_readable():
    version = make_service()

    services.withdraw(by=SYSTEM, at=AT, code="sip-bidan", reason="digabung")

    assert queries.list_services(TODAY) == []
    assert queries.definition_of(version.id).code == "sip-bidan"
    with pytest.raises(services.ServiceUnknown):
        services.withdraw(by=SYSTEM, at=AT, code="tidak-ada", reason="x")


def test_a_definition_known_to_the_process_costs_no_query(django_assert_num_queries):
    version = make_service()
    queries.definition_of(version)

    with django_assert_num_queries(0):
        queries.definition_of(version)


def test_usual_time_is_none_until_it_is_written_down():
    assert queries.usual_time("sip-bidan") is None

    for median in (300, 280):
        services.record_usual_time(
            at=AT, code="sip-bidan", kind="new", sample=9, median_minutes=median, p90_minutes=900
        )

    assert queries.usual_time("sip-bidan").median_minutes == 280


def test_differences_are_named_by_section():
    old = queries.definition_of(make_service())
    new = queries.definition_of(
        make_service(text=second(**{"days = 3": "days = 2", "max_rows = 7": "max_rows = 6"}))
    )

    changes = [(c.section, c.what, c.before, c.after) for c in services.diff_versions(old, new)]

    assert changes == [
        ("Identitas", "version", "1", "2"),
        ("Identitas", "effective_from", "2026-01-05", "2026-11-23"),
        ("Formulir", "place › fields › schedule › max_rows", "7", "6"),
        ("Tahap", "inspection › days", "3", "2"),
    ]


def test_command_line_functions_check_publish_and_compare_files(tmp_path):
    one = tmp_path / "sip-bidan.v1.toml"
    one.write_text(shipped_text("sip-bidan"))
    two = tmp_path / "sip-bidan.v2.toml"
    two.write_text(second(**{"days = 3": "days = 2"}))

    assert services.check_files([tmp_path]) == []
    rows = services.publish_files(by=SYSTEM, at=AT, paths=[tmp_path])
    changes = services.diff_files(one, two)

    assert [row.version for row in rows] == [1, 2]
    assert [change.what for change in changes] == [
        "version",
        "effective_from",
        "inspection › days",
    ]
    assert services.diff_files(None, two) == []


def test_nothing_is_published_when_one_file_has_a_problem(tmp_path):
    (tmp_path / "reklame.v1.toml").write_text(shipped_text("reklame"))
    (tmp_path / "sip-bidan.v1.toml").write_text("schema = ")
    (tmp_path / "x.v1.toml").write_bytes(b"a\n\xff")

    problems = services.check_files([tmp_path])
    with pytest.raises(services.DefinitionHasProblems):
        services.publish_files(by=SYSTEM, at=AT, paths=[tmp_path])

    assert [(problem.file, problem.line) for problem in problems] == [
        ("sip-bidan.v1.toml", 1),
        ("x.v1.toml", 2),
    ]
    assert ServiceVersion.objects.count() == 0


def test_a_difference_that_is_only_an_order_is_named():
    old = load_definition(shipped_text("sip-bidan"))
    moved = replace(
        old,
        requirements=tuple(reversed(old.requirements)),
        stages=tuple(reversed(old.stages)),
        pages=(
            old.pages[0],
            replace(old.pages[1], fields=old.pages[1].fields[::-1]),
            *old.pages[2:],
        ),
    )
    added = replace(old, requirements=(old.requirements[0], *old.requirements[2:]))

    with override("id"):
        assert [(c.section, c.what, c.before, c.after) for c in services.diff_versions(old, moved)] == [
            ("Formulir", "profession › fields › urutan", "str_number, str_date, not_practised",
             "not_practised, str_date, str_number"),
            ("Persyaratan", "urutan", "str, facility_letter, place_statement, skp, competence",
             "competence, skp, place_statement, facility_letter, str"),
            ("Tahap", "urutan", "verification, inspection", "inspection, verification"),
        ]  # fmt: skip
        assert not [c for c in services.diff_versions(old, added) if "urutan" in c.what]


@pytest.mark.parametrize(
    ("day", "refused"),
    [("2026-11-22", True), ("2026-01-05", True), ("2026-11-23", False), ("2026-12-24", False)],
)
def test_a_next_version_is_not_in_force_before_it_is_published(day, refused):
    make_service()
    text = second(**{"2026-11-23": day})

    if refused:
        with pytest.raises(services.DefinitionHasProblems) as raised:
            make_service(text=text)
        assert [(p.key, p.line) for p in raised.value.problems] == [("effective_from", 4)]
        assert "2026-11-23 atau" in raised.value.problems[0].allowed
        assert ServiceVersion.objects.count() == 1
    else:
        assert make_service(text=text).effective_from.isoformat() == day


def test_a_next_version_is_not_in_force_before_the_one_it_follows():
    make_service()
    make_service(text=second(**{"2026-11-23": "2027-01-01"}))
    third = second().replace("version = 2", "version = 3", 1)

    with pytest.raises(services.DefinitionHasProblems) as raised:
        make_service(text=third)

    assert "2027-01-01" in raised.value.problems[0].allowed
    assert ServiceVersion.objects.count() == 2


def test_a_copy_takes_effect_on_the_day_it_is_made():
    make_service()

    draft = services.copy_from_text(
        by=SYSTEM, at=AT, text=shipped_text("sip-bidan"), filename="sip-bidan.v1.toml"
    )

    assert draft.name == "sip-bidan.v2.toml"
    assert "effective_from = 2026-11-23\n" in draft.toml


def test_usual_times_are_known_by_kind():
    for kind, median in (("new", 300), ("replacement", 90)):
        services.record_usual_time(
            at=AT, code="sip-bidan", kind=kind, sample=9, median_minutes=median, p90_minutes=900
        )

    assert {kind: row.median_minutes for kind, row in queries.usual_times("sip-bidan").items()} == {
        "new": 300,
        "replacement": 90,
    }


def test_a_withdrawn_service_is_found_with_its_reason_and_what_it_was():
    make_service()
    assert queries.find_withdrawn("sip-bidan") is None

    services.withdraw(by=SYSTEM, at=AT, code="sip-bidan", reason="digabung")

    found = queries.find_withdrawn("sip-bidan")
    assert (found.reason, found.at, found.definition.title.id) == (
        "digabung", AT, "Surat Izin Praktik Bidan",
    )  # fmt: skip
    assert queries.latest_definitions()["sip-bidan"].title.id == "Surat Izin Praktik Bidan"
    assert queries.find_withdrawn("tidak-ada") is None


def test_a_folder_without_a_service_file_is_a_problem(tmp_path):
    (tmp_path / "readme.txt").write_text("x")

    with override("id"):
        assert [str(one) for one in services.check_files([tmp_path])] == [
            f"{tmp_path}: Tidak ada berkas layanan di folder ini. Yang diizinkan: *.toml."
        ]
    with pytest.raises(services.DefinitionHasProblems):
        services.publish_files(by=SYSTEM, at=AT, paths=[tmp_path])
    assert ServiceVersion.objects.count() == 0
