"""What happened on paper is entered at its true time: answers of units, acts, permits signed in ink."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from satupintu.documents.services import store_bytes
from satupintu.lib import clock
from satupintu.people.models import Delegation
from satupintu.permits.models import (
    Attachment,
    Permit,
    Recommendation,
)
from satupintu.permits.services import paper
from satupintu.permits.services.decide import NoDelegation
from satupintu.permits.tests.officer_cases import MONDAY, World, sheet
from satupintu.workflow.audit import audit
from satupintu.workflow.models import Transition
from satupintu.workflow.services import CannotMove, MoveNotAllowed, act

HOUR = timedelta(hours=1)
LATER = MONDAY + timedelta(days=2)


def local(at: datetime) -> datetime:
    return timezone.localtime(at)


# --- A unit answers by letter --------------------------------------------------------------------


def letter_of(world: World, by: str = "budi") -> str:
    return str(
        store_bytes(
            content=sheet("Surat rekomendasi"), media_type="application/pdf", party_id=None,
            kind="recommendation", name="surat.pdf", by=world.actor(by), at=MONDAY, pages=1,
        ).pk
    )  # fmt: skip


def paper_answer(world: World, **more):
    return {
        "verdict": "for", "number": "440/12/DINKES/2026", "dated": "2026-11-23",
        "signer": "dr. Wati, Kepala Bidang", "document": letter_of(world), **more,
    }  # fmt: skip


def test_a_unit_answers_by_letter_and_the_case_goes_on(world: World) -> None:
    case = world.complete(world.apply())

    case = world.do(case, "record_recommendation", "budi", **paper_answer(world))

    assert case.state == "ready"
    said = Recommendation.objects.get()
    assert (said.in_favour, said.number, said.signer) == (
        True, "440/12/DINKES/2026", "dr. Wati, Kepala Bidang",
    )  # fmt: skip
    assert said.given_by_id == world.user("budi").pk
    assert audit(stop_at_first=False).broken == []
    Recommendation.objects.update(signer="Orang lain")
    assert "recommendation" in audit(stop_at_first=False).broken[0]


def test_a_letter_against_leads_to_a_refusal_as_if_the_unit_had_pressed(world: World) -> None:
    case = world.complete(world.apply())
    case = world.do(case, "record_recommendation", "budi", **paper_answer(world, verdict="against"))
    assert Transition.objects.filter(case=case, action="collect_against").exists()


@pytest.mark.parametrize("missing", ["verdict", "number", "dated", "signer", "document"])
def test_what_is_missing_of_a_letter_is_named_and_nothing_changes(world, missing) -> None:
    case = world.complete(world.apply())
    with pytest.raises(CannotMove, match=missing):
        world.do(case, "record_recommendation", "budi", **paper_answer(world, **{missing: ""}))
    assert world.fresh(case).version == case.version
    assert not Recommendation.objects.exists()


def test_a_letter_of_tomorrow_and_one_without_a_question_are_refused(world: World) -> None:
    case = world.complete(world.apply())
    with pytest.raises(CannotMove, match="Tanggal surat"):
        world.do(case, "record_recommendation", "budi", **paper_answer(world, dated="2026-11-24"))
    case = world.do(case, "record_recommendation", "budi", **paper_answer(world))
    with pytest.raises(CannotMove):
        world.do(case, "record_recommendation", "budi", **paper_answer(world))
    other = world.complete(world.apply("joko", place_name="Klinik Joko"))
    with pytest.raises(MoveNotAllowed):
        world.do(other, "record_recommendation", "wati", **paper_answer(world))


# --- Entered afterwards, at its true time --------------------------------------------------------


def test_what_was_done_on_paper_is_entered_at_its_true_time_and_marked(
    world: World, browser, monkeypatch
) -> None:
    case = world.apply()
    monkeypatch.setattr(clock, "now", lambda: LATER)
    budi = browser("budi")
    address = f"/berkas/{case.number}/nyatakan-lengkap/"
    assert "Terjadi sebelumnya" in budi.get(address).content.decode()

    seen = {
        f"seen_{one.requirement}": "on" for one in Attachment.objects.filter(permit_case_id=case.pk)
    }
    moment = {"happened_on": "2026-11-23", "happened_at": "10:15"}
    assert budi.post(address, {"version": case.version, **seen, **moment}).status_code == 302

    row = Transition.objects.get(case=case, action="declare_complete")
    assert local(row.at).strftime("%d %H.%M") == "23 10.15"
    assert row.recorded_at == LATER
    task = next(one for one in world.tasks(world.fresh(case)) if one.stage == "recommend")
    as_if = World(at=row.at, logins=world.logins)
    prompt = as_if.complete(as_if.apply("joko", place_name="Klinik Joko", at=MONDAY))
    assert task.due_at == next(
        one.due_at for one in as_if.tasks(prompt) if one.stage == "recommend"
    )
    page = budi.get(f"/berkas/{case.number}/").content.decode()
    assert "dicatat Rabu 25 Nov 2026, 09.00" in page
    assert audit(stop_at_first=False).broken == []


@pytest.mark.parametrize(
    ("day", "hour", "sentence"),
    [
        ("2026-11-26", "08:00", "tidak boleh di masa depan"),
        ("2026-11-20", "08:00", "belum sampai di keadaan ini"),
        ("2026-11-23", "", "Isi tanggal dan pukulnya"),
        ("", "08:00", "Isi tanggal dan pukulnya"),
        ("kemarin", "08:00", "tanggal"),
    ],
)
def test_a_wrong_moment_gets_one_sentence(  # noqa: PLR0917  fixtures and parameters
    world, browser, monkeypatch, day, hour, sentence
):
    case = world.apply()
    monkeypatch.setattr(clock, "now", lambda: LATER)
    answer = browser("budi").post(
        f"/berkas/{case.number}/nyatakan-lengkap/",
        {"version": case.version, "happened_on": day, "happened_at": hour},
    )
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert world.fresh(case).version == case.version


def test_taking_a_task_is_always_of_this_moment(world: World, browser) -> None:
    case = world.apply()
    page = browser("budi").get(f"/berkas/{case.number}/tangani/").content.decode()
    assert "Terjadi sebelumnya" not in page


# --- Catching up ---------------------------------------------------------------------------------


def test_the_front_office_is_guided_through_what_happened_on_paper(world, browser) -> None:
    waiting, asked = world.apply(), world.complete(world.apply("joko", place_name="Klinik Joko"))
    paper.print_slips(count=6, by=world.actor("budi"), at=MONDAY)
    budi = browser("budi")

    page = budi.get("/kejar-catatan/").content.decode()

    assert "6 slip dicetak dan belum dipakai" in page
    assert f"/berkas/{waiting.number}/nyatakan-lengkap/?kemudian=1" in page
    assert f"/berkas/{asked.number}/catat-jawaban-unit/?kemudian=1" in page
    assert "Belum ada." in page
    form = budi.get(f"/berkas/{asked.number}/catat-jawaban-unit/?kemudian=1").content.decode()
    assert '<details class="fold" open><summary>Terjadi sebelumnya' in form


def test_what_was_entered_afterwards_is_listed_with_both_times(world, browser, monkeypatch):
    case = world.apply()
    act(
        case, "declare_complete", by=world.actor("budi"), at=MONDAY + HOUR, recorded_at=LATER,
    )  # fmt: skip
    page = browser("budi").get("/kejar-catatan/").content.decode()
    assert "Senin, 23 November 2026, 10.00" in page
    assert "Rabu, 25 November 2026, 09.00" in page


def test_a_unit_sees_its_own_part_and_nothing_of_the_counter(world, browser) -> None:
    asked = world.complete(world.apply())
    page = browser("wati").get("/kejar-catatan/").content.decode()
    assert f"/berkas/{asked.number}/rekomendasikan/?kemudian=1" in page
    assert "catat-jawaban-unit" not in page
    assert "/loket/permohonan-baru/" not in page.split("<main")[1]


def test_the_catch_up_page_asks_no_more_for_more_rows(
    world, browser, django_assert_max_num_queries
) -> None:
    for number in range(3):
        world.complete(
            world.apply("joko", place_name=f"Klinik {number}", permit_order=str(number + 1))
        )
        world.apply("sari", place_name=f"Praktik {number}", permit_order=str(number + 1))
    budi = browser("budi")
    budi.get("/kejar-catatan/")
    with django_assert_max_num_queries(12):
        budi.get("/kejar-catatan/")


# --- Signed in ink -------------------------------------------------------------------------------


def ink(world: World, by: str = "budi") -> str:
    return str(
        store_bytes(
            content=sheet("Izin bertanda tangan basah"), media_type="application/pdf",
            party_id=None, kind="permit", name="izin.pdf", by=world.actor(by), at=MONDAY, pages=1,
        ).pk
    )  # fmt: skip


def test_the_front_office_scans_back_what_the_head_signed_in_ink(world, browser, settings) -> None:
    settings.SIGNER = "manual"
    case = world.numbered(world.apply())
    page = browser("budi").get(f"/berkas/{case.number}/terbitkan/").content.decode()
    assert "Terjadi sebelumnya" in page

    case = world.do(case, "issue", "budi", scan=ink(world))

    assert case.state == "issued"
    permit = Permit.objects.get(case=case)
    assert (permit.signer, permit.signed_by) == ("manual", world.user("darius").name)
    row = Transition.objects.get(case=case, action="issue")
    assert (row.role, row.actor_user_id) == ("front_office", world.user("budi").pk)
    assert audit(stop_at_first=False).broken == []


def test_where_permits_are_signed_electronically_nobody_scans_one_back_for_the_head(world) -> None:
    case = world.numbered(world.apply())
    with pytest.raises(MoveNotAllowed):
        world.do(case, "issue", "budi", scan=ink(world))
    assert world.fresh(case).state == "numbered"


def test_a_power_that_ended_before_the_signature_is_not_scanned_back(world, settings) -> None:
    settings.SIGNER = "manual"
    case = world.numbered(world.apply())
    Delegation.objects.filter(user=world.user("darius")).update(revoked_at=MONDAY)
    with pytest.raises(NoDelegation):
        world.do(case, "issue", "budi", scan=ink(world))
    assert world.fresh(case).state == "numbered"


def test_an_electronic_signature_is_always_of_this_moment(world: World, browser) -> None:
    case = world.numbered(world.apply())
    page = browser("darius").get(f"/berkas/{case.number}/terbitkan/").content.decode()
    assert "Terjadi sebelumnya" not in page
