"""What the officers' pages tell: dates, drafts, papers, second looks, who opened masked data."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from satupintu.messaging.models import OutMessage
from satupintu.office.models import CalendarChange
from satupintu.office.services import confirm_closure, propose_closure
from satupintu.people.queries import Disclosure, actor_of
from satupintu.permits import reader
from satupintu.permits.fee_account import fee_side
from satupintu.permits.file import file_of
from satupintu.permits.models import Permit, Repair
from satupintu.permits.pages.officer.dates import dates_of
from satupintu.permits.pages.officer.desk import Desk
from satupintu.permits.pages.officer.paths import SLUGS
from satupintu.permits.queries import Recommendation, list_issued
from satupintu.permits.services import preview
from satupintu.permits.services.second_look import NotSampled
from satupintu.workflow.queries import Transition, open_tasks
from satupintu.workflow.services import MoveNotAllowed, ReasonMissing, follow_calendar, run_readers


def page(case) -> str:
    return f"/berkas/{case.number}/"


def address(case, action: str) -> str:
    return f"{page(case)}{SLUGS[action]}/"


def text_of(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def desk_of(world, case, who="ratna") -> Desk:
    user = world.user(who)
    file = file_of(world.fresh(case))
    tasks = open_tasks(case)
    return Desk(actor_of(user, world.at), user, file, world.at, tasks, {}, fee_side(file))


# --- Dates ---------------------------------------------------------------------------------------


def test_the_pledge_stands_beside_promise_and_legal_limit(world, browser):
    case = world.ready(world.apply())
    text = text_of(browser("ratna").get(page(case)))
    assert "janji penerbitan <strong>Selasa, 24 November 2026</strong>" in text
    assert "janji layanan <strong>" in text
    assert "batas hukum <strong>" in text


def test_the_pledge_stands_in_the_inbox(world, browser):
    case = world.ready(world.apply())
    text = text_of(browser("ratna").get("/tugas/?map=unit"))
    assert case.number in text
    assert "janji terbit Selasa" in text


def test_a_paused_case_keeps_its_dates_and_says_since_when_they_wait(world):
    case = world.complete(world.apply())
    case = world.do(case, "pause", "ratna", reason="Alamat praktik yang mana?")
    promise, legal = dates_of(desk_of(world, case))
    assert promise.note == "berhenti sejak 23 Nov 2026"
    assert legal.due is not None


def test_the_first_promise_stays_on_the_page_after_an_extension(world, browser):
    case = world.apply()
    first = case.promise.first_due_at
    case = world.do(case, "extend", "lina", reason="Listrik padam.", days=2, legal_basis="x")
    assert case.promise.due_at > first
    assert "janji pertama" in text_of(browser("ratna").get(page(case)))


# --- Drafts --------------------------------------------------------------------------------------


def test_a_draft_shows_the_head_who_would_sign_and_the_number_as_it_is_issued(world):
    case = world.ready(world.apply())
    _template, drawn = preview.draft_of(file_of(case), at=world.at)
    assert drawn.signature.name == world.user("darius").name
    assert drawn.signature.seal is False
    assert drawn.draft is True
    issued = world.do(
        world.do(world.do(case, "propose_approval", "ratna"), "initial", "lina"),
        "approve",
        "darius",
    )
    issued = world.do(issued, "number", "darius")
    assert drawn.number == issued.permit_case.number


def test_a_draft_without_anybody_who_may_sign_shows_no_seal(world):
    from satupintu.people.models import Delegation

    case = world.ready(world.apply())
    Delegation.objects.all().delete()
    _template, drawn = preview.draft_of(file_of(case), at=world.at)
    assert (drawn.signature.name, drawn.signature.seal) == ("…", False)


def test_a_proposed_refusal_has_the_letter_as_its_draft(world, browser):
    case = world.do(world.apply(), "propose_refusal", "ratna", reason="STR sudah berakhir.")
    desk = desk_of(world, case)
    from satupintu.permits.pages.officer.drafts import draft_of

    template, letter = draft_of(desk)
    assert template == "letter"
    assert any("STR sudah berakhir." in block.items for block in letter.blocks)
    darius = browser("darius")
    answer = darius.get(page(case) + "draf.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert "Draf surat penolakan" in text_of(darius.get(page(case) + "?dok=draf"))


def test_the_draft_opens_in_the_viewer_as_a_picture(world, browser):
    case = world.ready(world.apply())
    ratna = browser("ratna")
    text = text_of(ratna.get(page(case) + "?dok=draf"))
    assert f'src="{page(case)}draf/1.png"' in text
    assert "Halaman 1 dari 1" in text
    answer = ratna.get(page(case) + "draf/1.png")
    assert answer["Content-Type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")
    assert ratna.get(page(case) + "draf/9.png").status_code == 404
    assert browser("agus").get(page(case) + "draf/1.png").status_code == 404
    assert world.fresh(case).permit_case.number == ""


# --- Deciding ------------------------------------------------------------------------------------


def test_the_refusal_begins_with_what_the_verifier_wrote(world, browser):
    case = world.do(world.apply(), "propose_refusal", "ratna", reason="STR sudah berakhir.")
    case = world.do(case, "initial", "lina")
    text = text_of(browser("darius").get(address(case, "reject")))
    assert ">\nSTR sudah berakhir.</textarea>" in text
    assert "Alasan penolakan yang diusulkan" in text


def test_the_approval_shows_what_the_units_said(world, browser):
    case = world.initialled(world.apply())
    text = text_of(browser("darius").get(address(case, "approve")))
    assert "440/1/2026" in text
    assert "Layak." in text


def test_an_officer_takes_an_answer_in_and_does_not_send_it(world, browser):
    case = world.do(world.complete(world.apply()), "pause", "ratna", reason="Alamat yang mana?")
    text = text_of(browser("budi").get(page(case)))
    assert "Terima jawaban" in text
    assert "Kirim jawaban" not in text


# --- Files ---------------------------------------------------------------------------------------


def test_what_the_applicant_sent_in_is_not_served_whole(world, browser):
    case = world.issued(world.apply())
    budi = browser("budi")
    sent = case.permit_case.attachments.first().document_id
    permit = Permit.objects.get(case=case)
    assert budi.get(f"{page(case)}dokumen/{sent}/").status_code == 404
    assert budi.get(f"{page(case)}dokumen/{sent}/1.webp").status_code == 200
    assert budi.get(f"{page(case)}dokumen/{permit.document_id}/").status_code == 200
    assert Recommendation.objects.get().document_id is None


def test_a_permit_that_has_ended_is_not_listed_as_in_force(world, browser):
    case = world.issued(world.apply())
    Permit.objects.filter(case=case).update(valid_until=date(2020, 1, 1))
    assert list_issued(date(2026, 11, 23), uncollected=False) == []
    assert Permit.objects.get().number not in text_of(browser("budi").get("/izin/?semua=1"))


# --- Second looks --------------------------------------------------------------------------------


def sampled(world):
    case = world.issued(world.apply())
    Permit.objects.filter(case=case).update(sampled=True)
    return world.fresh(case)


def test_a_sampled_permit_is_listed_and_its_review_is_in_the_log(world, browser):
    case = sampled(world)
    number = Permit.objects.get().number
    surya = browser("surya")
    assert number in text_of(surya.get("/izin/periksa-ulang/"))
    answer = surya.post(
        address(case, "review"),
        {"version": case.version, "outcome": "flawed", "reason": "Alamat salah."},
    )
    assert answer.status_code == 302
    row = Transition.objects.get(case=case, action="review")
    assert (row.data, row.note.text) == ({"outcome": "flawed"}, "Alamat salah.")
    assert number not in text_of(surya.get("/izin/periksa-ulang/"))
    assert "Ada kesalahan" in text_of(surya.get("/izin/periksa-ulang/?selesai=1"))
    with pytest.raises(NotSampled):
        world.do(case, "review", "surya", outcome="sound")


@pytest.mark.parametrize("who", ["ratna", "lina", "darius"])
def test_nobody_reviews_what_they_judged(world, who):
    case = sampled(world)
    with pytest.raises(MoveNotAllowed, match="ikut memeriksa"):
        world.do(case, "review", who, outcome="sound")
    assert Permit.objects.get().review == ""


def test_a_flaw_needs_words_and_a_permit_that_was_not_drawn_has_no_review(world):
    case = sampled(world)
    with pytest.raises(ReasonMissing):
        world.do(case, "review", "surya", outcome="flawed")
    Permit.objects.update(sampled=False)
    with pytest.raises(NotSampled):
        world.do(case, "review", "surya", outcome="sound")
    assert not Transition.objects.filter(action="review").exists()


def test_the_auditor_reads_the_review_list_and_records_nothing(world, browser):
    case = sampled(world)
    auditor = browser("auditor")
    assert Permit.objects.get().number in text_of(auditor.get("/izin/periksa-ulang/"))
    assert auditor.get(address(case, "review")).status_code == 403
    assert browser("wati").get("/izin/periksa-ulang/").status_code == 403


# --- Who opened masked data ----------------------------------------------------------------------


def test_the_auditor_and_the_person_read_who_opened_a_masked_number(world, browser):
    case = world.apply()
    browser("ratna").post(page(case) + "tampilkan/", {"apa": "nik"})
    assert Disclosure.objects.count() == 1
    text = text_of(browser("auditor").get("/data-dibuka/"))
    assert world.user("ratna").name in text
    assert case.number in text
    assert "6103015203949999" not in text
    own = text_of(browser("sari").get("/permohonan/data/"))
    assert "Siapa yang melihat data saya" in own
    assert world.user("ratna").position in own
    assert case.number in own
    assert "Belum pernah dibuka." in text_of(browser("joko").get("/permohonan/data/"))
    assert browser("ratna").get("/data-dibuka/").status_code == 403


# --- The inbox -----------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", ["menunggu-pemohon", "menunggu-rekomendasi"])
@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ("layanan=sip-bidan", True),
        ("layanan=reklame", False),
        ("kecamatan=61.03.01", True),
        ("kecamatan=61.03.02", False),
        ("terlambat=1", False),
    ],
)
def test_filters_hold_in_the_folders_of_what_others_owe(world, browser, folder, filters, found):
    case = world.apply()
    case = world.returned(case) if folder == "menunggu-pemohon" else world.complete(case)
    text = text_of(browser("ratna").get(f"/tugas/?map={folder}&{filters}"))
    assert (case.number in text) is found


def test_late_in_the_applicants_folder_is_a_date_to_answer_that_has_passed(world, browser):
    case = world.returned(world.apply())
    Repair.objects.update(answer_by=date(2026, 11, 20))
    assert case.number in text_of(browser("ratna").get("/tugas/?map=menunggu-pemohon&terlambat=1"))


def test_the_head_is_told_of_a_decision_that_nobody_handles(world, browser, monkeypatch):
    from satupintu.lib import clock

    world.initialled(world.apply())
    darius = browser("darius")
    text = text_of(darius.get("/tugas/"))
    assert "Semua tugas Anda beres" not in text
    assert "1 tugas menunggu dan belum ditangani siapa pun." in text
    monkeypatch.setattr(clock, "now", lambda: world.at + timedelta(days=4))
    assert "1 terlambat belum ditangani" in text_of(darius.get("/tugas/"))
    assert "1 terlambat<" in text_of(darius.get("/tugas/?map=unit")).replace("</p>", "<")


# --- The calendar --------------------------------------------------------------------------------


def test_the_calendar_names_the_cases_it_moved_and_their_applicants_are_told(world, browser):
    case = world.apply()
    before = case.promise.due_at
    closure = propose_closure(
        date=date(2026, 11, 25), name="Banjir", reason="Air naik.",
        by_name="Yuni", by_id=world.user("admin").pk, at=world.at,
    )  # fmt: skip
    confirm_closure(closure.pk, by_name="Lina", by_id=world.user("lina").pk, at=world.at)
    lina = browser("lina")
    change = CalendarChange.objects.get(what__contains="Banjir")
    assert "sedang dihitung ulang" in text_of(lina.get("/pengaturan/kalender/"))

    follow_calendar(at=world.at + timedelta(minutes=1))
    after = world.fresh(case).promise.due_at
    assert after > before

    text = text_of(lina.get("/pengaturan/kalender/"))
    assert f"/pengaturan/kalender/perubahan/{change.pk}/" in text
    assert "1 permohonan bergeser" in text
    text = text_of(lina.get(f"/pengaturan/kalender/perubahan/{change.pk}/"))
    assert f'<a href="/berkas/{case.number}/">{case.number}</a>' in text
    assert "janji layanan" in text
    own = text_of(browser("admin").get(f"/pengaturan/kalender/perubahan/{change.pk}/"))
    assert case.number in own
    assert f"/berkas/{case.number}/" not in own

    while run_readers(at=world.at + timedelta(minutes=5), limit=500):
        pass
    told = OutMessage.objects.get(template="calendar_changed")
    assert case.number in told.subject
    assert str(timezone.localdate(after).day) in told.body


def test_a_moved_legal_limit_alone_tells_the_applicant_nothing(world):
    case = world.apply()
    row = Transition(case=case, action="calendar_changed", data={"legal": {"from": "x", "to": "y"}})
    assert reader.TEXTS["calendar_changed"][1](file_of(case), row) is None
    row.data = {"promise": {"from": "2026-11-24T08:00:00+00:00", "to": "2026-11-24T08:30:00+00:00"}}
    assert reader.TEXTS["calendar_changed"][1](file_of(case), row) is None


def test_a_permit_of_another_system_is_told_as_issued_there(world):
    case = world.do(world.apply(service="nib-pendampingan"), "declare_complete", "budi")
    case = world.do(case, "record_filing", "budi", number="I-202611-0001")
    world.do(case, "record_issued", "budi", number="9120000099991")
    while run_readers(at=world.at + timedelta(minutes=5), limit=500):
        pass
    told = OutMessage.objects.get(template="issued_elsewhere")
    assert "9120000099991" in told.body
    assert "selambat-lambatnya" not in told.body
