"""The officers' pages: who may open them, what they offer, what they refuse."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from satupintu.people.queries import Disclosure
from satupintu.permits.pages.officer.paths import SLUGS
from satupintu.permits.queries import Attachment, Permit
from satupintu.permits.tests.officer_cases import sheet
from satupintu.workflow.queries import Transition


def page(case) -> str:
    return f"/berkas/{case.number}/"


def address(case, action: str) -> str:
    return f"/berkas/{case.number}/{SLUGS[action]}/"


def press(client, world, case, action: str, **typed):
    case = world.fresh(case)
    return client.post(address(case, action), {"version": case.version, **typed})


# --- The case page -------------------------------------------------------------------------------


def test_a_verifier_sees_checklist_answers_and_buttons(world, browser):
    case = world.apply()
    answer = browser("ratna").get(page(case))
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Surat Tanda Registrasi (STR)" in text
    assert "Nyatakan lengkap" in text
    assert "Kembalikan untuk diperbaiki" in text
    assert "6103••••••••9999" in text
    assert "6103015203949999" not in text


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("budi", 200),
        ("lina", 200),
        ("darius", 200),
        ("auditor", 200),
        ("bupati", 403),
        ("admin", 403),
        ("sari", 403),
    ],
)
def test_who_may_open_a_case(world, browser, who, status):
    case = world.apply("joko")
    assert browser(who).get(page(case)).status_code == status


def test_a_visitor_is_sent_to_sign_in(world, client):
    case = world.apply()
    answer = client.get(page(case))
    assert answer.status_code == 302
    assert answer.url.startswith("/masuk/petugas/?next=")


def test_a_technical_officer_sees_only_cases_of_the_own_unit(world, browser):
    case = world.complete(world.apply())
    assert browser("wati").get(page(case)).status_code == 200
    assert browser("agus").get(page(case)).status_code == 404


def test_a_case_that_does_not_exist_is_not_found(world, browser):
    assert browser("ratna").get("/berkas/REG-2026-999999/").status_code == 404


def test_an_auditor_reads_and_finds_no_button(world, browser):
    case = world.apply()
    auditor = browser("auditor")
    assert "Tidak ada tindakan untuk Anda" in auditor.get(page(case)).content.decode()
    assert auditor.get(address(case, "comment")).status_code == 403
    assert auditor.post(page(case) + "tandai/", {"syarat": "str", "tanda": "ok"}).status_code == 403


def test_showing_an_identity_number_is_noted(world, browser):
    case = world.apply()
    answer = browser("ratna").post(page(case) + "tampilkan/", {"apa": "nik"})
    assert "6103015203949999" in answer.content.decode()
    seen = Disclosure.objects.get()
    assert seen.user_id == world.user("ratna").pk
    assert seen.subject == f"case {case.pk} answers.nik"


def test_showing_needs_a_post_and_a_masked_field(world, browser):
    case = world.apply()
    assert browser("ratna").get(page(case) + "tampilkan/").status_code == 405
    assert (
        browser("ratna").post(page(case) + "tampilkan/", {"apa": "place_name"}).status_code == 404
    )
    assert Disclosure.objects.count() == 0


def test_a_page_of_a_document_is_a_picture_for_those_who_may_see_the_case(world, browser):
    case = world.apply()
    document = Attachment.objects.get(permit_case_id=case.pk, requirement="str").document
    url = f"{page(case)}dokumen/{document.pk}/1.webp"
    answer = browser("ratna").get(url)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/webp"
    assert answer["Cache-Control"] == "private, no-store"
    assert browser("agus").get(url).status_code == 404
    assert browser("ratna").get(f"{page(case)}dokumen/{document.pk}/9.webp").status_code == 404


def test_a_document_of_another_case_is_not_served_under_this_one(world, browser):
    case, other = world.apply(), world.apply("joko")
    document = Attachment.objects.get(permit_case_id=other.pk, requirement="str").document
    assert browser("ratna").get(f"{page(case)}dokumen/{document.pk}/1.webp").status_code == 404


def test_a_tick_is_kept_at_once_and_the_next_document_opens(world, browser):
    case = world.apply()
    answer = browser("budi").post(page(case) + "tandai/", {"syarat": "str", "tanda": "ok"})
    marked = Attachment.objects.get(permit_case_id=case.pk, requirement="str")
    following = Attachment.objects.get(permit_case_id=case.pk, requirement="facility_letter")
    assert marked.verdict == "ok"
    assert answer.url == f"{page(case)}?dok={following.document_id}#dokumen"
    assert Transition.objects.filter(case=case).count() == 1


def test_a_mark_keeps_its_reason(world, browser):
    case = world.apply()
    browser("budi").post(
        page(case) + "tandai/", {"syarat": "str", "tanda": "bad", "alasan": "Buram."}
    )
    marked = Attachment.objects.get(permit_case_id=case.pk, requirement="str")
    assert (marked.verdict, marked.verdict_reason) == ("bad", "Buram.")


# --- Acting --------------------------------------------------------------------------------------


def test_complete_asks_for_every_document_that_was_not_ticked(world, browser):
    case = world.apply()
    answer = press(browser("budi"), world, case, "declare_complete")
    assert answer.status_code == 422
    assert "Periksa dulu dokumen ini." in answer.content.decode()
    assert world.fresh(case).state == "submitted"


def test_complete_moves_the_case_on(world, browser):
    case = world.apply()
    answer = press(
        browser("budi"), world, case, "declare_complete", seen_str="on", seen_facility_letter="on"
    )
    assert answer.status_code == 302
    assert world.fresh(case).state == "review"


def test_complete_is_refused_while_a_document_needs_repair(world, browser):
    case = world.apply()
    browser("budi").post(
        page(case) + "tandai/", {"syarat": "str", "tanda": "bad", "alasan": "Buram."}
    )
    answer = press(browser("budi"), world, case, "declare_complete", seen_facility_letter="on")
    assert answer.status_code == 422
    assert world.fresh(case).state == "submitted"


def test_a_return_is_prefilled_from_the_marks_and_makes_a_letter(world, browser):
    case = world.apply()
    budi = browser("budi")
    budi.post(
        page(case) + "tandai/", {"syarat": "str", "tanda": "bad", "alasan": "Buram, foto ulang."}
    )
    assert "Buram, foto ulang." in budi.get(address(case, "return")).content.decode()
    answer = press(
        budi, world, case, "return",
        reason="Ada yang perlu diperbaiki.", answer_by="2026-12-07",
        pick_document_str="on", why_document_str="Buram, foto ulang.",
    )  # fmt: skip
    assert answer.status_code == 302
    assert world.fresh(case).state == "returned"
    assert world.fresh(case).letters.get().number


def test_a_return_without_items_keeps_what_was_typed(world, browser):
    case = world.apply()
    answer = press(
        browser("budi"), world, case, "return", reason="Kalimat saya.", answer_by="2026-12-07"
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Tandai sedikitnya satu butir" in text
    assert "Kalimat saya." in text
    assert world.fresh(case).state == "submitted"


def test_two_officers_on_one_case_the_second_is_told_once_and_keeps_the_text(world, browser):
    case = world.apply()
    seen = case.version
    world.do(case, "comment", "ratna", reason="Saya sedang memeriksa.")
    answer = browser("budi").post(
        address(case, "return"),
        {
            "version": seen,
            "reason": "Kalimat saya.",
            "answer_by": "2026-12-07",
            "pick_other": "on",
            "why_other": "Foto",
        },
    )
    text = answer.content.decode()
    assert answer.status_code == 409
    assert text.count("Berkas ini sudah berubah sejak halaman dibuka.") == 1
    assert "Kalimat saya." in text
    assert world.fresh(case).state == "submitted"


def asked_of_two_units(world):
    case = world.complete(world.apply())
    return world.do(
        case, "ask_recommendation", "ratna", reason="Amankah?", unit_kind="public_works", days=2
    )


def test_two_units_answer_at_the_same_time_and_neither_waits_for_the_other(world, browser):
    case = asked_of_two_units(world)
    seen = case.version
    world.do(case, "recommend_for", "hendra", number="600/1", text="Aman.")

    answer = browser("wati").post(
        address(case, "recommend_for"), {"version": seen, "number": "440/1", "reason": "Layak."}
    )

    assert answer.status_code == 302
    assert world.fresh(case).state == "ready"


def test_a_unit_that_looked_at_older_answers_is_told(world, browser):
    case = asked_of_two_units(world)
    seen = case.version
    world.do(case, "pause", "ratna", reason="Jelaskan ukurannya.")
    world.do(case, "resume", "sari", reason="Dua kali satu meter.")

    answer = browser("wati").post(
        address(case, "recommend_for"), {"version": seen, "number": "440/1", "reason": "Layak."}
    )

    assert answer.status_code == 409
    assert world.fresh(case).state == "review"


def test_an_act_that_somebody_else_did_first_says_so(world, browser):
    case = world.apply()
    world.complete(case)
    answer = browser("ratna").post(address(case, "declare_complete"), {"version": case.version})
    assert answer.status_code == 409
    assert "tidak tersedia pada keadaan berkas sekarang" in answer.content.decode()


def test_the_address_of_an_act_that_is_not_possible_leads_back(world, browser):
    case = world.apply()
    answer = browser("budi").get(address(case, "hand_over"))
    assert answer.status_code == 302
    assert answer.url == page(case)


def test_an_unknown_act_is_not_found(world, browser):
    case = world.apply()
    assert browser("budi").get(page(case) + "hapus-semua/").status_code == 404


def test_nobody_handles_a_case_of_their_own(world, browser):
    case = world.apply()
    budi = world.user("budi")
    budi.party = case.party
    budi.save()
    client = browser("budi")
    assert "atas nama Anda sendiri" in client.get(page(case)).content.decode()
    answer = press(
        client, world, case, "declare_complete", seen_str="on", seen_facility_letter="on"
    )
    assert answer.status_code == 409
    assert world.fresh(case).state == "submitted"


def test_a_wrong_secret_changes_nothing(world, browser):
    case = world.initialled(world.apply())
    answer = press(browser("darius"), world, case, "approve", secret="salah")
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Kata sandi tanda tangan salah" in text
    assert 'salah"' not in text
    assert world.fresh(case).state == "proposed"


def test_an_approval_numbers_signs_and_issues(world, browser):
    case = world.initialled(world.apply())
    answer = press(browser("darius"), world, case, "approve", secret="demo")
    assert answer.status_code == 302
    permit = Permit.objects.get(case=case)
    assert permit.number == "449.12/001/sip-bidan/DPMPTSP/XI/2026" or permit.number
    assert world.fresh(case).state == "issued"


def test_the_verifier_who_checked_cannot_sign(world, browser):
    case = world.proposed_by(world.apply(), "darius")
    answer = press(browser("darius"), world, case, "approve", secret="demo")
    assert "Anda yang memeriksa berkas ini" in answer.content.decode()
    assert world.fresh(case).state == "proposed"


def test_an_acting_head_who_checked_signs_with_a_reason_and_is_sampled(world, browser):
    case = world.proposed_by(world.apply(), "surya")
    client = browser("surya")
    assert press(client, world, case, "approve", secret="demo").status_code == 422
    press(
        client,
        world,
        case,
        "approve",
        secret="demo",
        reason="Kepala dinas luar; tidak ada pejabat lain.",
    )
    assert Permit.objects.get(case=case).sampled is True


def test_an_expired_delegation_stops_the_signature(world, browser):
    case = world.initialled(world.apply())
    world.user("darius").delegations.update(valid_until="2026-11-01")
    answer = press(browser("darius"), world, case, "approve", secret="demo")
    assert "tidak memegang pelimpahan wewenang" in answer.content.decode()
    assert world.fresh(case).state == "proposed"


def test_a_refusal_tells_reasons_and_makes_its_letter(world, browser):
    case = world.initialled(world.apply())
    answer = press(
        browser("darius"), world, case, "reject",
        reason="STR tidak berlaku.", legal_basis="UU 17/2023 Pasal 264", secret="demo",
    )  # fmt: skip
    assert answer.status_code == 302
    assert world.fresh(case).state == "rejected"
    assert world.fresh(case).letters.get().kind == "refusal"


def test_a_permit_is_handed_over_to_its_holder(world, browser):
    case = world.issued(world.apply())
    answer = press(
        browser("budi"), world, case, "hand_over",
        how="counter", collector="Sari Lestari", collector_identity="6103015203949999",
        place="Loket 2", paper=SimpleUploadedFile("resi.pdf", sheet("tanda terima")),
    )  # fmt: skip
    assert answer.status_code == 302
    assert Permit.objects.get(case=case).hand_overs.get().collector == "Sari Lestari"


def test_a_proxy_needs_a_letter_of_authority(world, browser):
    case = world.issued(world.apply())
    answer = press(browser("budi"), world, case, "hand_over", how="counter", collector="Orang Lain")
    assert answer.status_code == 422
    assert "Unggah surat kuasanya" in answer.content.decode()
    assert Permit.objects.get(case=case).hand_overs.count() == 0


def test_a_permit_is_revoked_with_reason_and_letter(world, browser):
    case = world.issued(world.apply())
    press(
        browser("darius"), world, case, "revoke",
        reason="Praktik di tempat lain.", legal_basis="UU 17/2023", secret="demo",
    )  # fmt: skip
    assert Permit.objects.get(case=case).state == "revoked"
    assert world.fresh(case).letters.filter(kind="revocation").exists()


def test_the_draft_takes_no_number(world, browser):
    case = world.ready(world.apply())
    answer = browser("ratna").get(page(case) + "draf.pdf")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert world.fresh(case).permit_case.number == ""


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize(
    ("stage", "who", "action"),
    [
        ("apply", "budi", "declare_complete"), ("apply", "budi", "return"), ("apply", "ratna", "propose_refusal"),
        ("apply", "budi", "withdraw"), ("apply", "lina", "extend"), ("apply", "lina", "reassign"),
        ("apply", "budi", "comment"),
        ("complete", "wati", "schedule_inspection"), ("complete", "wati", "recommend_for"),
        ("complete", "wati", "recommend_against"),
        ("complete", "wati", "record_inspection"), ("complete", "wati", "sign_report"),
        ("complete", "ratna", "ask_recommendation"), ("complete", "ratna", "pause"), ("complete", "ratna", "reconfirm"),
        ("ready", "ratna", "propose_approval"), ("proposed", "lina", "initial"), ("proposed", "lina", "send_back"),
        ("initialled", "darius", "approve"), ("initialled", "darius", "reject"), ("approved", "darius", "number"),
        ("numbered", "darius", "issue"), ("numbered", "darius", "void_number"),
        ("issued", "budi", "hand_over"), ("issued", "darius", "revoke"), ("returned", "budi", "resubmit"),
    ],
)  # fmt: skip
def test_every_act_has_its_page(world, browser, *, stage, who, action, language):
    case = world.apply()
    if stage != "apply":
        case = getattr(world, stage)(case)
    client = browser(who)
    client.cookies["bahasa"] = language
    assert client.get(address(case, action)).status_code == 200
