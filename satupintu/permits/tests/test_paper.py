"""Paper: blank forms, numbered slips, true times of receipt, originals and folders."""

from datetime import datetime, timedelta
from io import BytesIO

import pikepdf
import pytest
from django.utils import timezone

from satupintu.catalogue.queries import list_offers
from satupintu.documents.rules import Blank
from satupintu.documents.services import store_bytes
from satupintu.lib import clock
from satupintu.office.queries import NumberTaken
from satupintu.people.models import Delegation
from satupintu.permits import rules
from satupintu.permits.models import (
    Application,
    Attachment,
    Dispatch,
    Draft,
    Letter,
    Permit,
    PermitCase,
    Recommendation,
    Slip,
)
from satupintu.permits.rules import Original
from satupintu.permits.services import blank, drafts, letters, paper, submit
from satupintu.permits.services.decide import NoDelegation
from satupintu.permits.tests.applicant_office import PAGES, pdf, post_step
from satupintu.permits.tests.officer_cases import MONDAY, World, sheet
from satupintu.workflow.audit import audit
from satupintu.workflow.models import Case, Transition
from satupintu.workflow.services import CannotMove, MoveNotAllowed, act

HOUR = timedelta(hours=1)
LATER = MONDAY + timedelta(days=2)


def local(at: datetime) -> datetime:
    return timezone.localtime(at)


# --- Rules ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("SLIP-2026-000123", "SLIP-2026-000123"),
        ("slip 2026 123", "SLIP-2026-000123"),
        ("2026-123", "SLIP-2026-000123"),
        ("  Slip-2026/000123 ", "SLIP-2026-000123"),
        ("123", "123"),
        ("REG-2026-000123", "REG-2026-000123"),
        ("", ""),
    ],
)
def test_a_slip_number_is_read_as_people_write_it(typed: str, written: str) -> None:
    assert rules.read_slip_number(typed) == written


@pytest.mark.parametrize(
    ("before", "printed", "wrong"),
    [
        (timedelta(0), None, None),
        (HOUR, None, None),
        (-HOUR, None, "future"),
        (timedelta(days=90), None, None),
        (timedelta(days=91), None, "too_old"),
        (HOUR, 2 * HOUR, None),
        (2 * HOUR, HOUR, "before_last"),
    ],
)
def test_the_moment_of_receipt_is_checked(before, printed, wrong) -> None:
    slip = MONDAY - printed if printed is not None else None
    assert rules.check_moment(MONDAY - before, now=MONDAY, not_before=slip) == wrong


@pytest.mark.parametrize(
    ("before", "given", "changed"),
    [
        ({}, {"ktp": "seen"}, {"ktp": "seen"}),
        ({"ktp": "seen"}, {"ktp": "seen"}, {}),
        ({"ktp": "kept"}, {"ktp": "returned"}, {"ktp": "returned"}),
        ({"ktp": "seen"}, {"ktp": "kept", "str": "seen"}, {"ktp": "kept", "str": "seen"}),
        ({}, {}, {}),
    ],
)
def test_what_changes_of_the_originals(before, given, changed) -> None:
    assert rules.changed_originals(before, given) == changed


@pytest.mark.parametrize(
    ("before", "given"),
    [({}, {"ktp": "returned"}), ({"ktp": "seen"}, {"ktp": "returned"}), ({}, {"ktp": "lost"})],
)
def test_what_was_never_kept_is_not_given_back(before, given) -> None:
    with pytest.raises(ValueError, match="ktp|lost"):  # noqa: RUF043  either word
        rules.changed_originals(before, given)


# --- The blank form ------------------------------------------------------------------------------


def test_every_service_has_a_form_with_every_question(world: World) -> None:
    for offer in list_offers(local(MONDAY).date()):
        page = blank.blank_form(offer.definition)
        asked = [item for one in offer.definition.pages for item in one.fields]
        rows = [row for section in page.sections for row in section.rows]
        assert [row.label.removesuffix(" *") for row in rows] == [one.label.id for one in asked]
        assert [row.label.endswith(" *") for row in rows] == [one.required for one in asked]
        by_file = [one.label.id for one in offer.definition.requirements if one.by_file]
        assert [label.removesuffix(" *") for label, _note in page.requirements] == by_file


def test_a_question_asked_only_sometimes_says_when(world: World) -> None:
    (offer,) = [one for one in list_offers(local(MONDAY).date()) if one.code == "sip-bidan"]
    rows = {
        row.label.removesuffix(" *"): row
        for section in blank.blank_form(offer.definition).sections
        for row in section.rows
    }
    assert rows["Titik lokasi"].note == "Bila “Di mana Anda berpraktik”: Praktik mandiri."
    assert "16 angka" in rows["NIK"].note
    assert (rows["NIK"].blank, rows["NIK"].size) == (Blank.BOXES, 16)
    assert rows["Jadwal praktik"].blank is Blank.TABLE


def test_anybody_prints_the_blank_form(world: World, client) -> None:
    answer = client.get("/layanan/sip-bidan/formulir.pdf")
    assert answer["Content-Type"] == "application/pdf"
    with pikepdf.open(BytesIO(answer.content)) as made:
        assert len(made.pages) >= 2
        assert str(made.docinfo["/Title"]).startswith("Formulir Surat Izin Praktik Bidan")
    assert client.get("/layanan/tidak-ada/formulir.pdf").status_code == 404
    assert "/layanan/sip-bidan/formulir.pdf" in client.get("/layanan/sip-bidan/").content.decode()


# --- Slips ---------------------------------------------------------------------------------------


def printed(world: World, count: int = 6, at: datetime = MONDAY) -> list[Slip]:
    batch = paper.print_slips(count=count, by=world.actor("budi"), at=at)
    return list(Slip.objects.filter(batch=batch).order_by("number"))


def test_a_batch_fills_whole_sheets_and_stands_in_the_register(world: World) -> None:
    slips = printed(world, 7)

    assert [one.number for one in slips] == [f"SLIP-2026-{n:06}" for n in range(1, 13)]
    assert len({one.tracking_code for one in slips}) == 12
    taken = NumberTaken.objects.filter(series__code="slip")
    assert {one.number: one.state for one in taken} == {one.number: "taken" for one in slips}


@pytest.mark.parametrize("count", [0, -1, 121])
def test_no_batch_of_none_or_of_too_many(world: World, count: int) -> None:
    with pytest.raises(paper.SlipRefused, match="1 sampai 120"):
        paper.print_slips(count=count, by=world.actor("budi"), at=MONDAY)
    assert not Slip.objects.exists()


def test_a_slip_is_declared_void_once_and_for_a_reason(world: World) -> None:
    slip, other, *_rest = printed(world)
    by = world.actor("budi")

    paper.void_slip(number=slip.number.lower(), reason="Basah.", by=by, at=MONDAY)

    assert NumberTaken.objects.get(number=slip.number).state == "void"
    with pytest.raises(paper.SlipRefused, match="sudah dibatalkan"):
        paper.void_slip(number=slip.number, reason="Basah.", by=by, at=MONDAY)
    with pytest.raises(paper.SlipRefused, match="tidak ada"):
        paper.void_slip(number="SLIP-2026-999999", reason="Basah.", by=by, at=MONDAY)
    with pytest.raises(Exception, match="alasan"):
        paper.void_slip(number=other.number, reason=" ", by=by, at=MONDAY)
    other.refresh_from_db()
    assert other.voided_at is None


def from_slip(world: World, slip: Slip | None, received: datetime) -> Application:
    """Type Sari's application two days after it came in on paper."""
    done = world.apply(at=MONDAY - HOUR)  # what a complete draft looks like
    model = Draft.objects.get(pk=Application.objects.get(permit_cases__case=done).draft_id)
    draft = drafts.start_draft(
        user_id=None, party_id=model.party_id, version_ids=model.versions, kind=rules.Kind.NEW,
        answers={**model.answers, "place_name": "Klinik Lain"}, typed_by_id=world.user("budi").pk,
        consent_how="signed", channel="dropbox", received_at=received, slip=slip, at=LATER,
    )  # fmt: skip
    Draft.objects.filter(pk=draft.pk).update(documents=model.documents, statements=model.statements)
    draft.refresh_from_db()
    return submit.submit(draft=draft, by=world.actor("budi", LATER), at=LATER)


def test_what_came_on_paper_counts_from_its_true_moment_under_the_code_of_its_slip(
    world, monkeypatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: LATER)
    slip = printed(world)[0]
    received = MONDAY + HOUR

    application = from_slip(world, slip, received)

    assert application.tracking_code == slip.tracking_code
    assert application.submitted_at == received
    case = application.permit_cases.get().case
    assert case.opened_at == received
    row = Transition.objects.get(case=case, action="submit")
    assert (row.at, row.channel, row.data["slip"]) == (received, "dropbox", slip.number)
    assert row.recorded_at == LATER
    slip.refresh_from_db()
    assert slip.application_id == application.pk
    assert NumberTaken.objects.get(number=slip.number).state == "used"
    as_if = world.apply("joko", place_name="Klinik Joko", at=received)
    assert case.promise.due_at == as_if.promise.due_at
    assert audit(stop_at_first=False).broken == []


def test_a_slip_serves_one_application(world: World) -> None:
    slip = printed(world)[0]
    from_slip(world, slip, MONDAY + HOUR)
    before = Application.objects.count(), Transition.objects.count()

    with pytest.raises(paper.SlipRefused, match="sudah dipakai"):
        from_slip_again(world, slip)
    assert (Application.objects.count(), Transition.objects.count()) == before
    with pytest.raises(paper.SlipRefused, match="sudah dipakai"):
        paper.void_slip(number=slip.number, reason="Hilang.", by=world.actor("budi"), at=LATER)


def from_slip_again(world: World, slip: Slip) -> None:
    first = Draft.objects.get(slip=slip)
    again = Draft.objects.get(pk=first.pk)
    again.pk = again.id = None or paper.uuid7()
    again.submitted_at = None
    again.answers = {**first.answers, "place_name": "Klinik Ketiga"}
    again.save(force_insert=True)
    submit.submit(draft=Draft.objects.get(pk=again.pk), by=world.actor("budi", LATER), at=LATER)


def test_who_follows_a_slip_that_is_not_typed_yet_is_told_so(world: World, client) -> None:
    slip = printed(world)[0]
    page = client.get(f"/lacak/{slip.tracking_code}/")
    assert page.status_code == 404
    assert "slip bernomor kantor" in page.content.decode()
    paper.void_slip(number=slip.number, reason="Basah.", by=world.actor("budi"), at=MONDAY)
    page = client.get(f"/lacak/{slip.tracking_code}/").content.decode()
    assert "slip bernomor kantor" not in page


def test_the_counter_prints_sheets_and_prints_again_only_what_is_open(world, browser) -> None:
    budi = browser("budi")
    answer = budi.post("/loket/slip/cetak/", {"count": "6"})
    sheets = answer["Location"]
    first = budi.get(sheets)
    assert first["Content-Type"] == "application/pdf"
    with pikepdf.open(BytesIO(first.content)) as made:
        assert len(made.pages) == 1  # six slips a sheet, as the page says
    slip = Slip.objects.order_by("number").first()
    page = budi.post(
        "/loket/slip/batalkan/", {"number": slip.number, "reason": "Sobek."}, follow=True
    )
    assert f"Slip {slip.number} dibatalkan." in page.content.decode()
    assert "SLIP-2026-000001 – SLIP-2026-000006" in page.content.decode()
    Slip.objects.filter(voided_at=None).update(voided_at=MONDAY)
    assert budi.get(sheets).status_code == 404

    wrong = budi.post("/loket/slip/cetak/", {"count": "0"})
    assert wrong.status_code == 422
    wrong = budi.post("/loket/slip/batalkan/", {"number": "SLIP-2026-7777", "reason": "Sobek."})
    assert (wrong.status_code, "tidak ada" in wrong.content.decode()) == (422, True)


# --- At the counter ------------------------------------------------------------------------------


def intake(client, world: World, **more):
    given = {
        "langkah": "ajukan", "pemohon": str(world.user("sari").party_id), "service": "sip-bidan",
        "kind": "new", "channel": "dropbox", "consent": "signed", **more,
    }  # fmt: skip
    return client.post("/loket/permohonan-baru/", given)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "Isi kapan berkas ini diterima."),
        ({"received_on": "2026-11-23"}, "Isi pukul berapa berkas ini diterima."),
        ({"received_on": "2026-11-24", "received_time": "08:00"}, "tidak boleh di masa depan"),
        ({"received_on": "2026-01-02", "received_time": "08:00"}, "lebih dari 90 hari"),
        ({"slip": "SLIP-2026-123456", "received_on": "2026-11-23", "received_time": "08:00"}, "tidak ada"),
        ({"consent": "telephone", "received_on": "2026-11-23", "received_time": "08:00"}, "tidak cocok"),
        ({"received_on": "kemarin", "received_time": "08:00"}, "tanggal"),
    ],
)  # fmt: skip
def test_a_wrong_receipt_gets_one_sentence_and_begins_nothing(world, browser, given, sentence):
    page = intake(browser("budi"), world, **given)
    assert page.status_code == 200
    assert sentence in page.content.decode()
    assert not Draft.objects.exists()


def test_a_paper_from_the_drop_box_is_typed_with_slip_and_true_time(world, browser, monkeypatch):
    slip, budi = printed(world)[0], browser("budi")
    monkeypatch.setattr(clock, "now", lambda: LATER)  # Wednesday, after two days without power

    begun = intake(budi, world, slip="slip 2026 1", received_on="2026-11-23", received_time="09:30")

    draft = Draft.objects.get()
    assert begun["Location"].startswith(f"/ajukan/draf/{draft.pk}/")
    assert draft.slip_id == slip.pk
    assert local(draft.received_at).strftime("%d %H.%M") == "23 09.30"
    for key, typed in PAGES.items():
        assert post_step(budi, draft, key, typed, world.user("budi")).status_code == 302
    papers = {"berkas-str": pdf(), "nyatakan-place_statement": "1"}
    assert post_step(budi, draft, "berkas", papers, world.user("budi")).status_code == 302
    sent = budi.post(f"/ajukan/draf/{draft.pk}/kirim/", follow=True).content.decode()
    assert slip.tracking_code in sent
    assert "Senin, 23 November 2026" in sent
    case = PermitCase.objects.get().case
    page = budi.get(f"/berkas/{case.number}/").content.decode()
    assert "Berkas kertas" in page
    assert slip.number in page


# --- Originals and the folder --------------------------------------------------------------------


def test_originals_are_seen_kept_and_given_back_and_the_log_tells(world: World) -> None:
    case = world.apply()
    world.do(case, "note_originals", "budi", originals={"str": "kept"})
    world.do(case, "note_originals", "budi", originals={"str": "returned"})
    world.do(case, "shelve", "budi", shelf="Lemari 2, map A-12")

    permit_case = PermitCase.objects.get(case=case)
    assert permit_case.originals == {"str": Original.RETURNED}
    assert permit_case.shelf == "Lemari 2, map A-12"
    assert audit(stop_at_first=False).broken == []

    PermitCase.objects.filter(case=case).update(originals={"str": "seen"})
    assert "originals" in audit(stop_at_first=False).broken[0]
    PermitCase.objects.filter(case=case).update(originals={"str": "returned"}, shelf="Lemari 3")
    assert "folder" in audit(stop_at_first=False).broken[0]


@pytest.mark.parametrize(
    "data",
    [
        {"originals": {"str": "returned"}},
        {"originals": {"str": "lost"}},
        {"originals": {"unknown": "seen"}},
        {"originals": {}},
        {"originals": "str"},
        {},
    ],
)
def test_what_cannot_be_noted_is_refused(world: World, data) -> None:
    case = world.apply()
    with pytest.raises(CannotMove):
        world.do(case, "note_originals", "budi", **data)
    assert PermitCase.objects.get(case=case).originals == {}
    assert world.fresh(case).version == case.version


def test_originals_are_given_back_after_the_end_too_and_by_the_front_office_alone(world) -> None:
    case = world.issued(world.apply())
    world.do(case, "note_originals", "budi", originals={"str": "seen"})
    with pytest.raises(MoveNotAllowed):
        world.do(case, "note_originals", "wati", originals={"str": "kept"})
    with pytest.raises(MoveNotAllowed):
        world.do(case, "shelve", "darius", shelf="Lemari")
    withdrawn = world.apply("joko", place_name="Klinik Joko")
    world.do(withdrawn, "withdraw", "joko", reason="Batal.")
    world.do(withdrawn, "shelve", "budi", shelf="Gudang")


def test_the_forms_offer_what_can_be_said(world: World, browser) -> None:
    case, budi = world.apply(), browser("budi")
    address = f"/berkas/{case.number}/berkas-asli/"
    page = budi.get(address).content.decode()
    assert "Asli dilihat" in page
    assert "Asli dikembalikan" not in page

    version = world.fresh(case).version
    budi.post(address, {"version": version, "asli-str": "kept"})

    assert PermitCase.objects.get(case=case).originals == {"str": "kept"}
    assert "Asli dikembalikan" in budi.get(address).content.decode()
    mine = browser("sari").get(f"/permohonan/{case.number}/").content.decode()
    assert "Asli disimpan kantor" in mine
    shelf = f"/berkas/{case.number}/letak-map/"
    budi.post(shelf, {"version": world.fresh(case).version, "shelf": "A-12"})
    assert PermitCase.objects.get(case=case).shelf == "A-12"
    budi.post(shelf, {"version": world.fresh(case).version, "shelf": ""})
    assert PermitCase.objects.get(case=case).shelf == ""


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
    printed(world)
    budi = browser("budi")

    page = budi.get("/berkas/kejar/").content.decode()

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
    page = browser("budi").get("/berkas/kejar/").content.decode()
    assert "Senin, 23 November 2026, 10.00" in page
    assert "Rabu, 25 November 2026, 09.00" in page


def test_a_unit_sees_its_own_part_and_nothing_of_the_counter(world, browser) -> None:
    asked = world.complete(world.apply())
    page = browser("wati").get("/berkas/kejar/").content.decode()
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
    budi.get("/berkas/kejar/")
    with django_assert_max_num_queries(12):
        budi.get("/berkas/kejar/")


# --- The dispatch book ---------------------------------------------------------------------------


def request_letter(world: World) -> tuple[Case, Letter]:
    """Return a case and its written request for a recommendation."""
    case = world.complete(world.apply())
    row = Transition.objects.filter(case=case, action="ask_recommendation").latest("seq")
    (letter,) = letters.make_after(row, at=MONDAY)
    return case, letter


def sent(letter: Letter, **more):
    return {
        "letter": str(letter.pk), "how": "hand", "addressee": "Dinas Kesehatan",
        "carrier": "Ucok", "received_by": "Ibu Rina", **more,
    }  # fmt: skip


def test_a_letter_leaves_with_a_number_of_the_book_and_the_log_knows(world: World) -> None:
    case, letter = request_letter(world)

    world.do(case, "dispatch", "budi", **sent(letter))

    line = Dispatch.objects.get()
    assert (line.number, line.received_by) == ("EKS-2026-00001", "Ibu Rina")
    assert audit(stop_at_first=False).broken == []
    row = Transition.objects.get(action="dispatch")
    assert "Rina" not in str(row.data) + str(row.digests)
    Dispatch.objects.update(received_by="Orang lain")
    assert "dispatch book" in audit(stop_at_first=False).broken[0]
    Dispatch.objects.all().delete()
    assert "a line of the dispatch book is gone" in audit(stop_at_first=False).broken[0]


@pytest.mark.parametrize(
    "more",
    [
        {"letter": ""},
        {"letter": "01a22172-3444-7109-b3fb-ecb070e430f6"},
        {"how": "pigeon"},
        {"addressee": " "},
        {"received_by": ""},
    ],
)
def test_a_line_that_lacks_something_is_refused(world: World, more) -> None:
    case, letter = request_letter(world)
    with pytest.raises(CannotMove):
        world.do(case, "dispatch", "budi", **{**sent(letter), **more})
    assert not Dispatch.objects.exists()


def test_a_letter_of_another_case_is_refused(world: World) -> None:
    _case, letter = request_letter(world)
    other = world.apply("joko", place_name="Klinik Joko")
    with pytest.raises(CannotMove):
        world.do(other, "dispatch", "budi", **sent(letter))


def test_the_book_of_a_month_is_shown_and_the_form_begins_with_the_unit(world, browser) -> None:
    case, letter = request_letter(world)
    budi = browser("budi")
    address = f"/berkas/{case.number}/ekspedisi/"
    assert 'value="Dinas Kesehatan' in budi.get(address).content.decode()

    posted = {**sent(letter), "version": world.fresh(case).version}
    assert budi.post(address, posted).status_code == 302

    page = budi.get("/surat/ekspedisi/").content.decode()
    assert "EKS-2026-00001" in page
    assert "Ibu Rina" in page
    assert "EKS-2026-00001" not in budi.get("/surat/ekspedisi/?bulan=2026-10").content.decode()
    assert budi.get("/surat/ekspedisi/?bulan=kapan").status_code == 200
    assert browser("wati").get("/surat/ekspedisi/").status_code == 403


def test_without_a_letter_there_is_nothing_to_dispatch(world: World, browser) -> None:
    case = world.apply()
    assert browser("budi").get(f"/berkas/{case.number}/ekspedisi/").status_code == 302


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
