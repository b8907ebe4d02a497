"""Acts with files and several people: visits, scans, signing by hand, other systems, the person at the counter."""

import base64

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from satupintu.documents.tests.making import make_photo_with_gps, make_picture
from satupintu.people.queries import Disclosure
from satupintu.permits.pages.officer.paths import SLUGS
from satupintu.permits.queries import Attachment, HandOver, Inspection, Permit, Recommendation
from satupintu.permits.services import keys
from satupintu.permits.services.check import NoConsent
from satupintu.permits.services.deliver import HandedOverBefore, NoReceipt
from satupintu.permits.tests.officer_cases import sheet
from satupintu.workflow.queries import Transition
from satupintu.workflow.services import ReasonMissing

PNG = "data:image/png;base64," + base64.b64encode(make_picture("PNG", (300, 120))).decode()


COLLECTED = {
    "how": "counter",
    "collector": "Sari Lestari",
    "collector_identity": "6103015203949999",
    "place": "Loket 2",
}


def address(case, action: str) -> str:
    return f"/berkas/{case.number}/{SLUGS[action]}/"


def press(client, world, case, action: str, **typed):
    return client.post(address(case, action), {"version": world.fresh(case).version, **typed})


def pdf(name: str = "pindai.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, sheet(name), content_type="application/pdf")


# --- Visits --------------------------------------------------------------------------------------


@pytest.fixture
def own_practice(world):
    """A midwife's own practice: the service file demands a visit."""
    return world.complete(world.apply(practice_kind="own"))


def test_a_visit_is_scheduled_recorded_and_recommended(world, browser, own_practice):
    case, wati = own_practice, browser("wati")
    user_id = world.user("wati").pk
    answer = press(
        wati, world, case, "schedule_inspection",
        date="2026-11-24", time="09:30", place="Jalan Merdeka 12", members=[user_id],
    )  # fmt: skip
    assert answer.status_code == 302
    visit = Inspection.objects.get()
    photo = SimpleUploadedFile("rumah.jpg", make_photo_with_gps(0.1213, 110.5989))
    answer = press(
        wati, world, case, "record_inspection",
        inspection=str(visit.pk), findings="Ruang bersih, sesuai.", photos=[photo],
    )  # fmt: skip
    assert answer.status_code == 302
    visit.refresh_from_db()
    assert visit.findings == "Ruang bersih, sesuai."
    assert (round(visit.latitude, 3), round(visit.longitude, 3)) == (0.121, 110.599)
    assert [one["user"] for one in visit.signatures] == [user_id]
    page = wati.get(f"/berkas/{case.number}/").content.decode()
    assert "Ruang bersih, sesuai." in page
    press(wati, world, case, "recommend_for", number="440/7/2026")
    assert world.fresh(case).state == "ready"


def test_nobody_recommends_before_the_visit_that_the_service_demands(world, browser, own_practice):
    answer = press(browser("wati"), world, own_practice, "recommend_for", number="440/7/2026")
    assert answer.status_code == 422
    assert "Catat dulu hasil tinjauannya" in answer.content.decode()
    assert world.fresh(own_practice).state == "review"


def test_a_visit_in_the_past_is_refused_and_what_was_typed_stays(world, browser, own_practice):
    answer = press(
        browser("wati"), world, own_practice, "schedule_inspection",
        date="2026-11-20", time="09:30", place="Jalan Merdeka 12",
    )  # fmt: skip
    assert answer.status_code == 422
    assert "Waktu tinjauan sudah lewat" in answer.content.decode()
    assert "Jalan Merdeka 12" in answer.content.decode()
    assert Inspection.objects.count() == 0


# --- Files ---------------------------------------------------------------------------------------


def test_a_scan_is_kept_when_another_field_is_wrong(world, browser):
    case = world.complete(world.apply())
    wati = browser("wati")
    refused = press(wati, world, case, "recommend_against", document=pdf(), reason="")
    assert refused.status_code == 422
    kept = refused.content.decode().split('name="kept_document" value="')[1].split('"')[0]
    press(wati, world, case, "recommend_against", kept_document=kept, reason="STR tidak cocok.")
    assert str(Recommendation.objects.get().document_id) == kept


def test_a_file_that_somebody_else_uploaded_cannot_be_named(world, browser):
    case = world.complete(world.apply())
    foreign = Attachment.objects.filter(permit_case_id=case.pk).first().document_id
    press(browser("wati"), world, case, "recommend_for", kept_document=str(foreign), number="1")
    assert Recommendation.objects.get().document_id is None


def test_a_program_named_pdf_is_refused_with_a_sentence(world, browser):
    case = world.complete(world.apply())
    bad = SimpleUploadedFile("surat.pdf", b"MZ" + b"\0" * 400)
    answer = press(browser("wati"), world, case, "recommend_for", document=bad)
    assert answer.status_code == 422
    assert world.fresh(case).state == "review"


# --- Hand-over -----------------------------------------------------------------------------------


def test_the_holder_signs_on_the_screen(world, browser):
    case = world.issued(world.apply())
    answer = press(
        browser("budi"),
        world,
        case,
        "hand_over",
        **COLLECTED,
        signature=PNG,
    )
    assert answer.status_code == 302
    assert HandOver.objects.get().signature.kind == "hand_over"


def test_a_signature_that_is_no_picture_is_refused(world, browser):
    case = world.issued(world.apply())
    answer = press(
        browser("budi"), world, case, "hand_over",
        **COLLECTED, signature="data:image/png;base64,AAAA",
    )  # fmt: skip
    assert answer.status_code == 422
    assert HandOver.objects.count() == 0


def test_a_proxy_with_a_letter_collects(world, browser):
    case = world.issued(world.apply())
    press(
        browser("budi"), world, case, "hand_over",
        **COLLECTED | {"collector": "Rina Contoh", "collector_identity": "6103010101909999"},
        authority=pdf("kuasa.pdf"), signature=PNG,
    )  # fmt: skip
    given = HandOver.objects.get()
    assert given.collector_identity == "6103010101909999"
    assert given.authority is not None


@pytest.mark.parametrize(
    ("left_out", "said"),
    [
        ("collector_identity", "Tulis nomor identitas orang yang menerima izin."),
        ("signature", "Minta penerima menandatangani di layar"),
        ("place", "Tulis di mana izin diserahkan."),
    ],
)
def test_a_hand_over_that_could_not_be_proved_is_refused(world, browser, left_out, said):
    case = world.issued(world.apply())
    typed = {**COLLECTED, "signature": PNG} | {left_out: ""}
    answer = press(browser("budi"), world, case, "hand_over", **typed)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert HandOver.objects.count() == 0
    with pytest.raises(NoReceipt):
        world.do(case, "hand_over", "budi", **world.receipt(case, **{left_out: ""}))
    assert world.fresh(case).state == "issued"


def test_a_permit_sent_by_post_needs_the_slip_and_no_identity_card(world, browser):
    case = world.issued(world.apply())
    typed = COLLECTED | {"how": "post", "collector_identity": "", "place": "Kantor Pos Sanggau"}
    press(browser("budi"), world, case, "hand_over", **typed, paper=pdf("resi.pdf"))
    assert HandOver.objects.get().how == "post"


def test_a_permit_that_was_downloaded_is_still_handed_over_once(world, browser):
    case = world.issued(world.apply())
    case = world.do(case, "download", "sari")
    budi = browser("budi")
    assert "Catat penyerahan" in budi.get(f"/berkas/{case.number}/").content.decode()
    answer = press(budi, world, case, "hand_over", **COLLECTED, signature=PNG)
    assert answer.status_code == 302
    assert [one.how for one in HandOver.objects.order_by("pk")] == ["download", "counter"]
    assert world.fresh(case).state == "handed_over"
    assert "Catat penyerahan" not in budi.get(f"/berkas/{case.number}/").content.decode()
    with pytest.raises(HandedOverBefore):
        world.do(case, "hand_over", "budi", **world.receipt(case))


def test_an_officer_withdraws_only_with_a_reason_and_how_the_applicant_said_so(world, browser):
    case = world.apply()
    budi = browser("budi")
    answer = press(budi, world, case, "withdraw")
    assert answer.status_code == 422
    assert world.fresh(case).state == "submitted"
    with pytest.raises(NoConsent):
        world.do(case, "withdraw", "budi", reason="Pindah kota.")
    with pytest.raises(ReasonMissing):
        world.do(case, "withdraw", "budi", consent="signed")
    press(budi, world, case, "withdraw", consent="signed", reason="Pindah kota.")
    row = Transition.objects.get(case=case, action="withdraw")
    assert (row.data, row.note.text) == ({"consent": "signed"}, "Pindah kota.")


def test_an_applicant_withdraws_without_being_asked_how(world):
    case = world.do(world.apply(), "withdraw", "sari")
    assert case.state == "withdrawn"


# --- By hand -------------------------------------------------------------------------------------


def test_an_office_that_signs_by_hand_prints_signs_and_scans_back(world, browser, settings):
    settings.SIGNER = "manual"
    case = world.initialled(world.apply())
    darius = browser("darius")
    press(darius, world, case, "approve")
    case = world.fresh(case)
    assert case.state == "numbered"
    printed = darius.get(f"/berkas/{case.number}/cetak.pdf")
    assert printed["Content-Type"] == "application/pdf"
    press(darius, world, case, "issue", scan=pdf("izin.pdf"))
    permit = Permit.objects.get(case=case)
    assert permit.signer == "manual"
    assert len(permit.check_code) == 10


# --- The applicant at the counter ------------------------------------------------------------------


def test_a_repair_is_taken_in_at_the_counter(world, browser):
    case = world.returned(world.apply())
    old = Attachment.objects.get(permit_case_id=case.pk, requirement="str")
    answer = press(
        browser("budi"),
        world,
        case,
        "resubmit",
        reason="Diantar ke loket.",
        file_str=pdf("str-baru.pdf"),
    )
    assert answer.status_code == 302
    new = Attachment.objects.get(
        permit_case_id=case.pk, requirement="str", superseded_at__isnull=True
    )
    assert new.document_id != old.document_id
    assert world.fresh(case).state == "submitted"


# --- Other systems -------------------------------------------------------------------------------


def test_the_helper_page_lists_answers_in_the_other_systems_order_and_is_noted(world, browser):
    case = world.do(world.apply(service="nib-pendampingan"), "declare_complete", "budi")
    url = f"/berkas/{case.number}/isi-di-sistem-nasional/"
    assert browser("budi").get(url).status_code == 405
    text = browser("budi").post(url).content.decode()
    places = [
        text.index(f'id="isi-{key}"')
        for key in ("name", "nik", "business_name", "kbli", "place_address")
    ]
    assert places == sorted(places)
    assert "6103015203949999" in text
    assert ">5000000</td>" in text
    assert ">47111</td>" in text
    assert Disclosure.objects.get().subject == f"case {case.pk} answers for oss"
    assert browser("auditor").post(url).status_code == 403


def test_our_own_permits_have_no_helper_page(world, browser):
    case = world.apply()
    assert browser("budi").post(f"/berkas/{case.number}/isi-di-sistem-nasional/").status_code == 404


def test_filing_and_result_are_recorded_on_pages(world, browser):
    case = world.do(world.apply(service="nib-pendampingan"), "declare_complete", "budi")
    budi = browser("budi")
    press(budi, world, case, "record_filing", number="I-2026-1")
    press(budi, world, case, "record_status", status="Menunggu")
    press(budi, world, case, "record_issued", number="9120000099991", document=pdf("nib.pdf"))
    assert world.fresh(case).state == "issued_elsewhere"
    assert Attachment.objects.filter(permit_case_id=case.pk, requirement="external_permit").exists()


# --- The signing session ---------------------------------------------------------------------------


def test_the_signing_session_can_be_locked(world, browser):
    darius = browser("darius")
    assert darius.get("/berkas/kunci-tanda-tangan/").status_code == 405
    assert darius.post("/berkas/kunci-tanda-tangan/").url == "/tugas/"
    assert browser("auditor").post("/berkas/kunci-tanda-tangan/").status_code == 403


def test_a_session_that_ends_while_the_act_is_on_its_way_is_asked_for_on_the_same_page(
    world, browser, monkeypatch
):
    case = world.initialled(world.apply())
    darius = browser("darius")
    open_at_first = iter([object(), None])  # the signer died between the form and the act
    with monkeypatch.context() as patch:
        patch.setattr(keys, "kept_key", lambda *_session: next(open_at_first, None))
        answer = press(darius, world, case, "approve", reason="Sesuai.")

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Ketik kata sandi tanda tangan." in page
    assert 'name="secret"' in page
    assert "Sesuai." in page
    assert world.fresh(case).state == case.state


def test_a_passed_legal_limit_stands_on_the_case_page(world, browser, monkeypatch):
    from datetime import timedelta

    from satupintu.lib import clock

    case = world.apply()
    monkeypatch.setattr(clock, "now", lambda: world.at + timedelta(days=30))
    assert (
        "Batas hukum sudah lewat"
        in browser("darius").get(f"/berkas/{case.number}/").content.decode()
    )
