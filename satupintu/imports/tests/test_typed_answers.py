"""Typing the answers of a running case of an older register: checked as on intake, told in the log."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from satupintu.imports import services
from satupintu.imports.models import Import, ImportRow
from satupintu.imports.tests.files import as_csv, sicantik_line
from satupintu.imports.tests.office import check, run, send, states, work
from satupintu.permits.models import Permit, PermitCase
from satupintu.permits.services.common import Incomplete
from satupintu.permits.services.decide import StageUnanswered
from satupintu.permits.services.issue import number_and_issue
from satupintu.permits.tests.officer_cases import MONDAY, World, answers
from satupintu.workflow.audit import audit
from satupintu.workflow.queries import Case, Transition
from satupintu.workflow.services import BadData, CannotMove, MoveNotAllowed

pytestmark = pytest.mark.django_db

RUNS = {"No Izin": "", "Tgl Selesai": "", "Akhir Berlaku": "", "Tgl Pengajuan": "20/11/2026"}
CHECKING, REVIEWING, DECIDING, FINISHED = 2, 3, 4, 5
SignIn = Callable[[str], Client]


@pytest.fixture
def batch(world: World, tmp_path: Any) -> Import:
    """Three running cases and a finished one, imported."""
    lines = [
        sicantik_line(5, Status="Verifikasi Berkas", **RUNS),
        sicantik_line(6, Status="Rekomendasi Dinas Kesehatan", **RUNS),
        sicantik_line(7, Status="Menunggu Penetapan", **RUNS),
        sicantik_line(1),
    ]
    admin = world.actor("admin")
    found = check(send(as_csv(tmp_path / "2026.csv", lines, separator=";"), admin), admin)
    return run(found, admin)


@pytest.fixture
def browser(world: World) -> SignIn:
    def sign_in(key: str) -> Client:
        client = Client()
        client.force_login(world.user(key), backend="satupintu.people.backends.PasswordBackend")
        return client

    return sign_in


def case_of(batch: Import, number: int) -> Case:
    found = ImportRow.objects.get(batch=batch, number=number)
    return Case.objects.get(pk=found.case_id)


def type_in(world: World, case: Case, who: str = "budi", **more: Any) -> Case:
    data = {"answers": answers(), "source": "paper"} | more
    return world.do(case, "type_answers", who, reason="Map A-12.", **data)


def page_of(case: Case) -> str:
    return f"/berkas/{case.number}/ketik-jawaban/"


def posted(case: Case, **more: str) -> dict[str, str]:
    """Return what the page sends: every question of the form, as it is typed."""
    given = answers()
    rows = given.pop("schedule")
    typed = {key: str(value) for key, value in given.items()}
    asked = [*given, "schedule", "email"]
    return (
        typed
        | {"schedule-rows": "1", "schedule-0-day": rows[0]["day"], "schedule-0-hours": "16-20"}
        | {"ketik-version": str(case.version), "ketik-source": "old_system", "ketik-note": ""}
        | {"ketik-shown": " ".join(asked)}
        | more
    )


def test_the_permit_is_made_from_the_answers_that_were_typed(world: World, batch: Import) -> None:
    case = case_of(batch, DECIDING)
    owed = [(one.stage, one.due_at) for one in world.tasks(case)]

    case = type_in(world, case)

    assert PermitCase.objects.get(pk=case.pk).answers["place_name"] == "Klinik Contoh Sehat"
    assert [(one.stage, one.due_at) for one in world.tasks(case)] == owed
    row = Transition.objects.get(case=case, action="type_answers")
    assert (row.actor_name, row.data["source"]) == (world.user("budi").name, "paper")
    assert "Klinik" not in str(row.data) + str(row.digests)
    assert audit(stop_at_first=False).broken == []
    for action, who in (
        ("propose_approval", "ratna"),
        ("initial", "lina"),
        ("approve", "darius"),
    ):
        case = world.do(case, action, who)
    number_and_issue(case, by=world.actor("darius"), at=world.at, key=world.key())
    facts = str(Permit.objects.get(case=case).public_facts)
    assert "Klinik Contoh Sehat" in facts
    assert audit(stop_at_first=False).broken == []


def test_who_has_not_answered_in_the_old_system_is_asked_here(world: World, batch: Import) -> None:
    case = case_of(batch, REVIEWING)
    assert case.state == "ready"  # without answers nobody was to be asked
    case = type_in(world, case)
    assert case.state == "review"
    assert [one.stage for one in world.tasks(case)] == ["recommend"]
    assert not case.pledge.running
    assert audit(stop_at_first=False).broken == []
    begun_again = type_in(world, case_of(batch, DECIDING))
    assert begun_again.state == "ready"
    PermitCase.objects.filter(pk=begun_again.pk).update(review_from=begun_again.version)
    with pytest.raises(StageUnanswered):
        world.do(begun_again, "propose_approval", "ratna")


def test_the_audit_finds_answers_that_nobody_typed(world: World, batch: Import) -> None:
    case = type_in(world, case_of(batch, CHECKING))
    side = PermitCase.objects.get(pk=case.pk)
    side.answers = side.answers | {"place_name": "Klinik Lain"}
    side.save()
    (broken,) = audit(stop_at_first=False).broken
    assert "answers are not the ones" in str(broken)


@pytest.mark.parametrize(
    ("more", "names"),
    [
        ({"str_number": ""}, {"str_number"}),
        ({"nik": "123", "practice_kind": "kios"}, {"nik", "practice_kind"}),
        ({"str_date": "2099-01-01"}, {"str_date"}),
    ],
)
def test_what_intake_would_refuse_is_refused(
    world: World, batch: Import, more: dict[str, str], names: set[str]
) -> None:
    case = case_of(batch, CHECKING)
    with pytest.raises(Incomplete) as refused:
        type_in(world, case, answers=answers(**more))
    assert {key for key, _told in refused.value.problems} == names
    assert PermitCase.objects.get(pk=case.pk).answers == {}


def test_only_a_running_case_of_an_older_register_is_typed(world: World, batch: Import) -> None:
    with pytest.raises(MoveNotAllowed):
        type_in(world, case_of(batch, FINISHED))
    with pytest.raises(MoveNotAllowed, match="register lama"):
        type_in(world, world.apply())
    with pytest.raises(BadData):
        type_in(world, case_of(batch, CHECKING), source="kabar angin")
    with pytest.raises(CannotMove):
        type_in(world, case_of(batch, CHECKING), "sari")
    proposed = world.do(case_of(batch, DECIDING), "propose_approval", "ratna")
    with pytest.raises(MoveNotAllowed):
        type_in(world, proposed)


def test_what_was_typed_is_put_right_by_typing_again(world: World, batch: Import) -> None:
    case = type_in(world, case_of(batch, REVIEWING))
    case = type_in(world, case, "ratna", answers={"place_name": "Klinik Benar"}, source="applicant")
    kept = PermitCase.objects.get(pk=case.pk).answers
    assert (kept["place_name"], kept["str_number"]) == ("Klinik Benar", "STR-0000-9999")
    assert audit(stop_at_first=False).broken == []


def test_an_import_on_which_somebody_typed_stays_when_it_is_taken_back(
    world: World, batch: Import, browser: SignIn
) -> None:
    type_in(world, case_of(batch, CHECKING))
    services.undo(batch=batch, by=world.actor("admin"), at=MONDAY)
    work()
    assert states(batch) == {
        CHECKING: "done",
        REVIEWING: "undone",
        DECIDING: "undone",
        FINISHED: "undone",
    }
    page = browser("admin").get(f"/impor/{batch.pk}/").content.decode()
    assert "1 berkas tetap tinggal, karena sudah ditangani orang sejak diimpor." in page
    assert audit(stop_at_first=False).broken == []


def test_the_page_shows_what_is_known_and_keeps_what_is_typed(
    world: World, batch: Import, browser: SignIn
) -> None:
    case, clerk = case_of(batch, CHECKING), browser("budi")
    assert page_of(case) in clerk.get(f"/berkas/{case.number}/").content.decode()
    shown = clerk.get(page_of(case)).content.decode()
    assert case.party is not None
    assert case.party.identity not in shown
    assert "Sudah tercatat (" in shown
    assert f'value="{case.party.name}"' in shown

    assert clerk.post(page_of(case), posted(case))["Location"] == f"/berkas/{case.number}/"

    row = Transition.objects.get(case=case, action="type_answers")
    assert row.data["source"] == "old_system"
    page = clerk.get(f"/berkas/{case.number}/").content.decode()
    assert "Jawaban formulir diketik" in page
    assert "Sistem lama: layar atau cetakannya" in page
    assert "Klinik Contoh Sehat" in page
    again = clerk.get(page_of(case)).content.decode()
    assert "Klinik Contoh Sehat" in again
    assert "6103015203949999" not in again


def test_an_identity_left_empty_stays_as_the_office_knows_it(
    world: World, batch: Import, browser: SignIn
) -> None:
    case = case_of(batch, CHECKING)
    assert case.party is not None
    given = posted(case, nik="", phone="+6281200001234")
    assert browser("budi").post(page_of(case), given).status_code == 302
    assert PermitCase.objects.get(pk=case.pk).answers["nik"] == case.party.identity


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    world: World, batch: Import, browser: SignIn
) -> None:
    case, clerk = case_of(batch, CHECKING), browser("budi")
    for more, told in (
        ({"str_number": ""}, "Isi bagian ini."),
        ({"ketik-source": ""}, "Jawaban ini diketik dari"),
        ({"place_name": "x" * 161}, "160"),
    ):
        refused = clerk.post(page_of(case), posted(case, **more))
        assert refused.status_code == 422, more
        text = refused.content.decode()
        assert told in text
        assert "Jalan Merdeka 12, Meliau" in text
    stale = clerk.post(page_of(case), posted(case, **{"ketik-version": "0"}))
    assert stale.status_code == 409
    text = stale.content.decode()
    assert "Jalan Merdeka 12, Meliau" in text
    assert f'name="ketik-version" value="{case.version}"' in text
    added = clerk.post(page_of(case), posted(case, **{"schedule-add": "1"}))
    assert added.status_code == 200
    assert "Ada yang perlu diperbaiki" not in added.content.decode()
    assert 'name="schedule-1-day"' in added.content.decode()
    assert PermitCase.objects.get(pk=case.pk).answers == {}


def test_an_answer_that_brings_up_a_question_asks_it_first(
    world: World, batch: Import, browser: SignIn
) -> None:
    case, clerk = case_of(batch, CHECKING), browser("budi")
    first = clerk.post(page_of(case), posted(case, practice_kind="own"))
    assert first.status_code == 422
    text = first.content.decode()
    assert "memunculkan pertanyaan baru" in text
    assert 'name="place_point"' in text
    given = posted(case, practice_kind="own", place_point="0.1216, 110.5975")
    given["ketik-shown"] += " place_point"
    assert clerk.post(page_of(case), given).status_code == 302
    assert PermitCase.objects.get(pk=case.pk).answers["place_point"] == {
        "lat": 0.1216,
        "lon": 110.5975,
    }


def test_whoever_may_not_type_is_told_so(world: World, batch: Import, browser: SignIn) -> None:
    ours, over = world.apply(), case_of(batch, FINISHED)
    clerk = browser("budi")
    for case in (ours, over):
        assert clerk.get(page_of(case))["Location"] == f"/berkas/{case.number}/"
        refused = clerk.post(page_of(case), posted(case))
        assert refused.status_code == 409
        assert "Klinik Contoh Sehat" in refused.content.decode()
        assert page_of(case) not in clerk.get(f"/berkas/{case.number}/").content.decode()
    case = case_of(batch, CHECKING)
    assert browser("darius").get(page_of(case)).status_code == 302
    assert browser("joko").get(page_of(case)).status_code == 403
