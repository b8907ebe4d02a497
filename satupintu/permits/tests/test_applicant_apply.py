"""Applying: start, questions, documents, review, send, receipt."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from satupintu.catalogue.rules import Kind
from satupintu.documents.models import Document
from satupintu.lib import clock, words
from satupintu.people.queries import units_of_kind
from satupintu.permits import collecting
from satupintu.permits.models import Application, Draft, Permit
from satupintu.permits.services import drafts
from satupintu.permits.services.submit import HasPermit, submit
from satupintu.permits.tests.applicant_office import (
    PAGES,
    begin,
    fill,
    pdf,
    post_step,
    sign_in,
)
from satupintu.permits.tests.officer_cases import make_world
from satupintu.workflow.audit import audit
from satupintu.workflow.models import Case, Transition

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def user(world):
    return world.user("sari")


@pytest.fixture
def sari(client, user):
    return sign_in(client, user)


@pytest.fixture
def joko(world, user):
    from django.test import Client

    return sign_in(Client(), world.user("joko"))


# --- The whole way -----------------------------------------------------------------------------
def test_a_person_applies_from_start_to_receipt(sari, user):
    draft = fill(sari, begin(sari), user)
    review = sari.get(f"/ajukan/draf/{draft.pk}/periksa/")
    assert review.context["problems"] == []
    assert b"6103015203949999" not in review.content  # masked on the page
    sent = sari.post(f"/ajukan/draf/{draft.pk}/kirim/")

    case = Case.objects.get()
    assert sent["Location"] == f"/permohonan/{case.number}/tanda-terima/"
    page = sari.get(sent["Location"]).content.decode()
    assert case.number in page
    assert Application.objects.get().tracking_code in page
    assert "Tanda terima ini bukan izin." in page
    assert case.permit_case.answers["phone"] == "+6281200001234"
    assert [one.requirement for one in case.permit_case.attachments.all()] == ["str"]
    assert case.permit_case.statements["place_statement"].startswith("e_declaration ")
    row = Transition.objects.get()
    assert (row.action, row.role, row.channel) == ("submit", "applicant", "web")


def test_a_number_that_is_not_the_applicants_own_is_asked_about_before_sending(sari, user):
    draft = fill(sari, begin(sari), user)
    address = f"/ajukan/draf/{draft.pk}/periksa/"
    assert sari.get(address).context["mismatches"] == []

    other = {**PAGES["applicant"], "nik": "3201015203949999"}
    post_step(sari, draft, "applicant", other, user)
    page = sari.get(address)

    assert page.context["mismatches"] == [("applicant", "id_nik", "NIK")]
    assert "berbeda dari nomor pada profil Sari Lestari" in page.content.decode()
    assert page.context["problems"] == []  # asked, not refused


def test_the_own_number_is_masked_and_can_be_opened_without_a_script(sari, user):
    draft = fill(sari, begin(sari), user)

    shut = sari.get(f"/ajukan/draf/{draft.pk}/periksa/").content.decode()
    opened = sari.get(f"/ajukan/draf/{draft.pk}/periksa/?nomor=buka").content.decode()

    assert "6103••••••••9999" in shut
    assert "6103015203949999" not in shut
    assert 'href="?nomor=buka#lihat-id_nik">Tampilkan' in shut
    assert "6103015203949999" in opened
    assert 'href="?#lihat-id_nik">Sembunyikan' in opened
    assert "0812-0000-1234" in shut

    Draft.objects.update(typed_by=user)  # typed by an officer: a look at it would be noted
    page = sari.get(f"/ajukan/draf/{draft.pk}/periksa/?nomor=buka").content.decode()

    assert "6103••••••••9999" in page
    assert "6103015203949999" not in page


def test_where_to_receive_the_permit_is_asked_at_the_last_step_and_may_be_left_alone(sari, user):
    draft = fill(sari, begin(sari), user)
    review = sari.get(f"/ajukan/draf/{draft.pk}/periksa/").content.decode()
    assert "Diambil di kantor kecamatan" in review
    unit = units_of_kind("district")[0]
    sari.post(f"/ajukan/draf/{draft.pk}/kirim/", {"how": "district", "unit": str(unit.pk)})

    case = Case.objects.get()
    found = collecting.collection_of(case.pk)
    assert (found.how, found.unit_id) == ("district", unit.pk)
    rows = Transition.objects.filter(case=case).order_by("seq")
    assert [row.action for row in rows] == ["submit", "choose_collection"]
    assert (rows[1].role, rows[1].data["unit"]) == ("applicant", unit.pk)
    assert audit().broken == []
    later = sari.post(f"/permohonan/{case.number}/pengambilan/", {"how": "office"})
    assert later.status_code == 302
    assert collecting.collection_of(case.pk).how == "office"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"how": "district"}, "Pilih kantor kecamatan"),
        ({"how": "district", "unit": "0"}, "Pilih kantor kecamatan"),
        ({"how": "post", "address": " "}, "Tulis alamat lengkap"),
        ({"how": "kurir", "address": "Jalan Mawar 77"}, "Jalan Mawar 77"),
    ],
)
def test_a_choice_that_lacks_something_sends_nothing_and_loses_nothing(sari, user, typed, said):
    draft = fill(sari, begin(sari), user)
    answer = sari.post(f"/ajukan/draf/{draft.pk}/kirim/", typed)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Case.objects.exists()


@pytest.mark.parametrize("typed", [{}, {"how": ""}, {"how": "office", "address": "Jalan A"}])
def test_without_a_choice_the_permit_waits_at_the_office(sari, user, typed):
    draft = fill(sari, begin(sari), user)
    sari.post(f"/ajukan/draf/{draft.pk}/kirim/", typed)
    assert [row.action for row in Transition.objects.all()] == ["submit"]
    assert collecting.collection_of(Case.objects.get().pk) is None


def test_an_officer_who_types_does_not_read_the_applicants_address(sari, user):
    user.party.address = "Jalan Rahasia 9"
    user.party.save()
    draft = fill(sari, begin(sari), user)
    address = f"/ajukan/draf/{draft.pk}/periksa/"
    assert "Jalan Rahasia 9" in sari.get(address).context["choice"]["address"].value()
    Draft.objects.update(typed_by=user)
    assert not sari.get(address).context["choice"]["address"].value()


def test_pressed_twice_gone_back_and_tried_again_it_is_one_application(sari, user):
    draft = fill(sari, begin(sari), user)
    address = f"/ajukan/draf/{draft.pk}/kirim/"

    answers = [sari.post(address), sari.post(address), sari.get(address)]
    old_page = post_step(sari, draft, "applicant", PAGES["applicant"], user)

    assert len({answer["Location"] for answer in answers}) == 1
    assert old_page["Location"] == address
    assert Application.objects.count() == Case.objects.count() == 1


def test_an_incomplete_draft_is_not_sent_and_says_where(sari, user):
    draft = begin(sari)
    post_step(sari, draft, "applicant", PAGES["applicant"], user)

    answer = sari.post(f"/ajukan/draf/{draft.pk}/kirim/")
    review = sari.get(answer["Location"])

    assert answer["Location"] == f"/ajukan/draf/{draft.pk}/periksa/"
    assert ("profession", "id_str_number", "Nomor STR: Isi bagian ini.") in review.context[
        "problems"
    ]
    assert ("berkas", "syarat-str", "“Surat Tanda Registrasi (STR)” belum dilampirkan.") in (
        review.context["problems"]
    )
    assert b"?kembali=periksa#id_str_number" in review.content
    assert Case.objects.count() == 0


def test_the_receipt_comes_as_pdf(sari, user):
    draft = fill(sari, begin(sari), user)
    sari.post(f"/ajukan/draf/{draft.pk}/kirim/")

    answer = sari.get(f"/permohonan/{Case.objects.get().number}/tanda-terima.pdf")

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")


# --- Starting ----------------------------------------------------------------------------------
def test_a_visitor_signs_in_first_and_comes_back(client, world):
    answer = client.get("/ajukan/sip-bidan/")

    assert answer.status_code == 302
    assert answer["Location"] == "/masuk/?next=%2Fajukan%2Fsip-bidan%2F"


def test_an_unknown_service_is_not_found(sari):
    assert sari.get("/ajukan/izin-terbang/").status_code == 404
    assert sari.get("/ajukan/sip-bidan/?layanan=izin-terbang").status_code == 404


def test_the_start_page_offers_the_draft_that_is_there(sari):
    draft = begin(sari)

    page = sari.get("/ajukan/sip-bidan/").content.decode()

    assert f"/ajukan/draf/{draft.pk}/" in page


def test_nobody_starts_for_a_party_they_may_not_act_for(sari, world):
    other = world.user("joko").party_id

    answer = sari.post("/ajukan/sip-bidan/", {"party": str(other), "kind": "new"})

    assert answer.status_code == 200
    assert answer.context["form"].errors["party"]
    assert Draft.objects.count() == 0


def test_a_service_for_persons_is_not_offered_to_a_company(sari):
    form = sari.get("/ajukan/sip-bidan/").context["form"]
    wide = sari.get("/ajukan/reklame/").context["form"]

    assert len(form.fields["party"].choices) == 1
    assert len(wide.fields["party"].choices) == 2


def test_a_bundle_asks_shared_questions_once_and_opens_a_case_for_each(sari, user):
    draft = begin(sari, "sip-bidan", "?layanan=sip-perawat")
    page = sari.get(f"/ajukan/draf/{draft.pk}/applicant/")
    keys = page.context["sheet"].keys

    assert len(draft.versions) == 2
    assert keys.count("applicant") == 1
    assert not any(key.startswith("applicant-") for key in keys)
    fill(sari, draft, user)
    draft.refresh_from_db()
    application = submit(draft=draft, by=_actor(user), at=clock.now())
    cases = list(application.permit_cases.order_by("service_code"))
    assert [one.service_code for one in cases] == ["sip-bidan", "sip-perawat"]
    assert cases[0].case.number != cases[1].case.number


def _actor(user):
    from satupintu.people.queries import actor_of

    return actor_of(user, clock.now())


# --- Questions ---------------------------------------------------------------------------------
def test_the_first_page_is_filled_from_the_profile(sari):
    draft = begin(sari)

    form = sari.get(f"/ajukan/draf/{draft.pk}/applicant/").context["form"]

    assert form.initial["nik"] == "6103015203949999"
    assert form.initial["name"] == "Sari Lestari"


def test_a_page_that_is_filled_in_says_so_once(sari, user):
    draft = begin(sari)
    address = f"/ajukan/draf/{draft.pk}/applicant/"
    assert "Sebagian sudah terisi" in sari.get(address).content.decode()

    post_step(sari, draft, "applicant", PAGES["applicant"], user)

    assert "Sebagian sudah terisi" not in sari.get(address).content.decode()


def test_a_second_application_is_filled_from_the_first(sari, user):
    first = fill(sari, begin(sari), user)
    sari.post(f"/ajukan/draf/{first.pk}/kirim/")
    draft = begin(sari)

    form = sari.get(f"/ajukan/draf/{draft.pk}/profession/").context["form"]

    assert form.initial["str_number"] == "STR-0000-9999"


def test_a_wrong_answer_stays_to_be_put_right_and_the_others_are_saved(sari, user):
    draft = begin(sari)

    answer = post_step(sari, draft, "applicant", {**PAGES["applicant"], "nik": "6103"}, user)

    assert answer.status_code == 200
    assert "nik" in answer.context["form"].errors
    draft.refresh_from_db()
    assert draft.answers["name"] == "Sari Lestari"
    assert draft.answers["nik"] == "6103"
    again = sari.get(f"/ajukan/draf/{draft.pk}/applicant/")
    assert again.context["form"].initial["nik"] == "6103"
    review = sari.get(f"/ajukan/draf/{draft.pk}/periksa/")
    assert any(one.anchor == "id_nik" for one in review.context["problems"])


def test_unknown_fields_are_ignored_and_huge_ones_refused(sari, user):
    draft = begin(sari)

    answer = post_step(
        sari,
        draft,
        "applicant",
        {**PAGES["applicant"], "name": "x" * 100_000, "admin": "1", "state": "issued"},
        user,
    )

    draft.refresh_from_db()
    assert answer.status_code == 200
    assert "name" in answer.context["form"].errors
    assert "name" not in draft.answers
    assert not {"admin", "state"} & set(draft.answers)


def test_a_post_with_two_thousand_fields_is_refused_whole(sari, user):
    draft = begin(sari)
    many = {f"f{number}": "x" for number in range(2000)}

    answer = post_step(sari, draft, "applicant", many, user)

    assert answer.status_code == 400
    draft.refresh_from_db()
    assert draft.answers == {}


def test_a_row_can_be_added_without_losing_what_was_typed(sari, user):
    draft = begin(sari)
    post_step(sari, draft, "practice", PAGES["practice"], user)

    answer = post_step(sari, draft, "place", {**PAGES["place"], "schedule-add": "1"}, user)

    assert answer.status_code == 200
    assert b'name="schedule-1-day"' in answer.content
    assert b"Praktik Bidan Sari" in answer.content


def autosave(browser, draft, data, user):
    return post_step(browser, draft, "applicant", data, user, headers={"X-Autosave": "1"})


def test_autosave_says_when_by_our_clock_and_what_is_not_right_yet(sari, user):
    draft = begin(sari)

    answer = autosave(sari, draft, {"name": "Sari L", "nik": "610301520394", "phone": "abc"}, user)

    draft.refresh_from_db()
    said = answer.json()
    assert said["saved_at"] == words.clock_time(timezone.localtime(draft.saved_at))
    assert said["errors"]["nik"] == "NIK terdiri dari 16 angka; yang Anda ketik 12 angka."
    assert said["errors"]["phone"] == "Nomor telepon hanya boleh berisi angka, mis. 0812-3456-7890."
    assert "name" not in said["errors"]
    assert draft.answers["name"] == "Sari L"
    assert draft.answers["nik"] == "610301520394"  # kept to be put right


def test_the_browser_may_fill_in_what_is_ones_own_but_not_at_a_counter(sari, user, world):
    draft = begin(sari)
    address = f"/ajukan/draf/{draft.pk}/applicant/"
    widgets = {field.name: field.field.widget for field in sari.get(address).context["form"]}
    told = {name: widget.attrs.get("autocomplete") for name, widget in widgets.items()}

    assert told["name"] == "name"
    assert told["address"] == "street-address"
    assert told["email"] == "email"
    assert told["phone"] == "tel"
    assert told["nik"] == "off"
    Draft.objects.filter(pk=draft.pk).update(typed_by=world.user("budi"))
    form = sari.get(address).context["form"]
    assert {field.field.widget.attrs["autocomplete"] for field in form} == {"off"}


# --- Two windows ---------------------------------------------------------------------------------
def shown_by(browser, draft):
    return browser.get(f"/ajukan/draf/{draft.pk}/applicant/").context["shown"]


def test_a_stale_window_does_not_undo_what_another_changed(sari, user):
    draft = begin(sari)
    post_step(sari, draft, "applicant", PAGES["applicant"], user)
    first = second = shown_by(sari, draft)
    post_step(
        sari,
        draft,
        "applicant",
        {**PAGES["applicant"], "address": "Jalan Baru 1", "semula": first},
        user,
    )

    answer = post_step(
        sari,
        draft,
        "applicant",
        {**PAGES["applicant"], "name": "Sari Dewi", "semula": second},
        user,
    )

    assert answer.status_code == 302
    draft.refresh_from_db()
    assert draft.answers["address"] == "Jalan Baru 1"
    assert draft.answers["name"] == "Sari Dewi"


def test_a_question_that_both_windows_changed_shows_both_and_the_next_press_decides(sari, user):
    draft = begin(sari)
    post_step(sari, draft, "applicant", PAGES["applicant"], user)
    before = shown_by(sari, draft)
    post_step(
        sari,
        draft,
        "applicant",
        {**PAGES["applicant"], "address": "Jalan Baru 1", "semula": before},
        user,
    )
    mine = {**PAGES["applicant"], "address": "Jalan Lama 2", "semula": before}

    silent = autosave(sari, draft, mine, user)
    answer = post_step(sari, draft, "applicant", mine, user)

    assert "Jalan Baru 1" in silent.json()["errors"]["address"]
    assert "address" not in silent.json()["shown"]
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "sudah diubah menjadi “Jalan Baru 1”" in text
    assert "Jalan Lama 2" in text
    draft.refresh_from_db()
    assert draft.answers["address"] == "Jalan Baru 1"
    again = post_step(sari, draft, "applicant", {**mine, "semula": answer.context["shown"]}, user)
    assert again.status_code == 302
    draft.refresh_from_db()
    assert draft.answers["address"] == "Jalan Lama 2"


def test_a_row_added_keeps_what_the_page_showed(sari, user):
    draft = begin(sari)
    answer = post_step(
        sari, draft, "place", {**PAGES["place"], "schedule-add": "1", "semula": '{"x":"y"}'}, user
    )

    assert answer.context["shown"] == '{"x":"y"}'


def test_a_step_that_is_not_asked_leads_to_the_first(sari):
    draft = begin(sari)

    answer = sari.get(f"/ajukan/draf/{draft.pk}/old_permit/")

    assert answer["Location"] == f"/ajukan/draf/{draft.pk}/applicant/"


def test_from_the_review_one_comes_back_to_the_review(sari, user):
    draft = fill(sari, begin(sari), user)

    answer = post_step(
        sari, draft, "profession", {**PAGES["profession"], "kembali": "periksa"}, user
    )

    assert answer["Location"] == f"/ajukan/draf/{draft.pk}/periksa/"


# --- Strangers and wrong methods ---------------------------------------------------------------
@pytest.mark.parametrize("tail", ["applicant/", "berkas/", "periksa/", "kirim/", ""])
def test_somebody_elses_draft_does_not_exist(sari, joko, tail):
    draft = begin(sari)

    assert joko.get(f"/ajukan/draf/{draft.pk}/{tail}").status_code == 404


def test_a_stranger_cannot_discard_or_upload(sari, joko):
    draft = begin(sari)

    assert joko.post(f"/ajukan/draf/{draft.pk}/hapus/").status_code == 404
    assert (
        joko.post(f"/ajukan/draf/{draft.pk}/unggah/str/", {"berkas-str": pdf()}).status_code == 404
    )
    assert Draft.objects.filter(pk=draft.pk).exists()
    assert Document.objects.count() == 0


def test_wrong_methods_are_refused(sari):
    draft = begin(sari)

    assert sari.put(f"/ajukan/draf/{draft.pk}/hapus/").status_code == 405
    assert sari.get(f"/ajukan/draf/{draft.pk}/unggah/str/").status_code == 405
    assert sari.put(f"/ajukan/draf/{draft.pk}/applicant/").status_code == 405


def test_a_draft_can_be_thrown_away(sari):
    draft = begin(sari)

    address = f"/ajukan/draf/{draft.pk}/hapus/"
    assert f'href="{address}"' in sari.get("/permohonan/").content.decode()

    for asked in (sari.get(address), sari.post(address)):
        assert "Hapus draf ini?" in asked.content.decode()
        assert Draft.objects.filter(discarded_at=None).count() == 1
    answer = sari.post(address, {"yakin": "1"}, follow=True)

    assert answer.redirect_chain == [(f"/permohonan/?dihapus={draft.pk}", 302)]
    assert "Draf “Surat Izin Praktik Bidan” dihapus." in answer.content.decode()
    assert sari.get(f"/ajukan/draf/{draft.pk}/applicant/").status_code == 404


@pytest.mark.parametrize(
    ("accept", "words"), [(("pdf",), "buat PDF dengan aplikasi pindai"), (("pdf", "jpg"), "")]
)
def test_a_document_that_must_be_pdf_says_how_from_a_telephone(accept, words):
    from satupintu.catalogue.parse import load_definition
    from satupintu.catalogue.services import list_shipped_files
    from satupintu.permits.pages.applicant.attach import _note

    definition = load_definition(list_shipped_files()[0][1])
    note = _note(replace(definition.requirements[0], accept=accept))

    assert words in note
    assert ("aplikasi pindai" in note) is bool(words)


# --- Documents ---------------------------------------------------------------------------------
def test_a_file_is_kept_when_something_else_is_wrong(sari, user):
    draft = begin(sari)
    post_step(sari, draft, "practice", PAGES["practice"], user)

    answer = post_step(sari, draft, "berkas", {"berkas-str": pdf()}, user)

    assert answer.status_code == 200
    assert [row.key for row in answer.context["rows"] if row.error] == ["place_statement"]
    draft.refresh_from_db()
    assert list(draft.documents) == ["str"]


def test_a_refused_file_says_why_beside_its_field_and_costs_nothing_else(sari, user):
    draft = begin(sari)
    post_step(sari, draft, "practice", PAGES["practice"], user)
    program = SimpleUploadedFile("str.pdf", b"MZ\x90\x00" + b"\0" * 200, "application/pdf")

    answer = post_step(
        sari, draft, "berkas", {"berkas-str": program, "nyatakan-place_statement": "1"}, user
    )

    row = answer.context["rows"][0]
    assert "program komputer" in row.error
    draft.refresh_from_db()
    assert draft.documents == {}
    assert "place_statement" in draft.statements


def test_a_file_is_removed_and_replaced(sari, user):
    draft = begin(sari)
    post_step(sari, draft, "berkas", {"berkas-str": pdf(text="A")}, user)
    post_step(sari, draft, "berkas", {"berkas-str": pdf("baru.pdf", "B")}, user)
    draft.refresh_from_db()
    assert Document.objects.get(pk=draft.documents["str"]).name == "baru.pdf"

    answer = post_step(sari, draft, "berkas", {"hapus": "str"}, user)

    assert answer.status_code == 200
    draft.refresh_from_db()
    assert draft.documents == {}


def test_a_valid_document_of_the_vault_is_used_again(sari, user):
    first = fill(sari, begin(sari), user)
    sari.post(f"/ajukan/draf/{first.pk}/kirim/")
    draft = begin(sari)
    post_step(sari, draft, "practice", PAGES["practice"], user)
    page = sari.get(f"/ajukan/draf/{draft.pk}/berkas/")
    reuse = page.context["rows"][0].reuse
    assert reuse is not None

    post_step(sari, draft, "berkas", {"pakai-str": str(reuse.pk)}, user)

    draft.refresh_from_db()
    assert draft.documents == {"str": str(reuse.pk)}


def test_a_document_of_somebody_else_cannot_be_used(sari, user, world):
    draft = begin(sari)

    post_step(sari, draft, "berkas", {"pakai-str": str(world.user("joko").party_id)}, user)

    draft.refresh_from_db()
    assert draft.documents == {}


def test_a_statement_may_be_a_photograph_of_a_handwritten_sheet(sari, user):
    draft = begin(sari)
    post_step(sari, draft, "practice", PAGES["practice"], user)

    post_step(
        sari,
        draft,
        "berkas",
        {"berkas-place_statement": pdf(), "bentuk-place_statement": "handwritten"},
        user,
    )

    draft.refresh_from_db()
    assert draft.statements == {"place_statement": "handwritten"}
    assert list(draft.documents) == ["place_statement"]


def test_upload_at_once_answers_as_the_script_reads(sari, user):
    draft = begin(sari)
    address = f"/ajukan/draf/{draft.pk}/unggah/str/"

    taken = sari.post(address, {"berkas-str": pdf()})
    refused = sari.post(address, {"berkas-str": SimpleUploadedFile("a.pdf", b"")})

    assert taken.json()["name"] == "str.pdf"
    assert refused.status_code == 422
    assert "kosong" in refused.json()["message"]
    shown = sari.get(f"/ajukan/draf/{draft.pk}/lihat/str/")
    assert shown.status_code == 200


# --- Decided at once -----------------------------------------------------------------------------
def test_a_service_that_decides_itself_issues_at_once(sari, user, world):
    held = world.issued(world.apply())
    draft = begin(sari, "salinan-legalisir")
    post_step(sari, draft, "applicant", PAGES["applicant"], user)
    given = {"permit_number": held.permit.number, "purpose": "bank"}
    last = post_step(sari, draft, "permit", given, user)
    assert last["Location"] == f"/ajukan/draf/{draft.pk}/periksa/"  # no documents are asked

    sent = sari.post(f"/ajukan/draf/{draft.pk}/kirim/")

    page = sari.get(sent["Location"]).content.decode()
    assert "Izin Anda sudah terbit." in page
    case = Case.objects.get(number=sent["Location"].split("/")[2])
    assert case.state == "issued"
    assert case.permit.signer == "seal"


def test_an_unmet_rule_leaves_the_case_to_officers(sari, user):
    draft = begin(sari, "salinan-legalisir")
    post_step(sari, draft, "applicant", PAGES["applicant"], user)
    post_step(sari, draft, "permit", {"permit_number": "1/X", "purpose": "bank"}, user)

    sent = sari.post(f"/ajukan/draf/{draft.pk}/kirim/")

    assert "Izin Anda sudah terbit." not in sari.get(sent["Location"]).content.decode()
    assert Case.objects.get().state == "submitted"


# --- A permit that is there already ------------------------------------------------------------
def test_a_second_permit_for_the_same_thing_is_refused(world, user):
    world.issued(world.apply())
    draft = Draft.objects.create(
        user=user,
        party_id=user.party_id,
        versions=Draft.objects.latest("created_at").versions,
        kind=Kind.NEW,
        answers=Draft.objects.latest("created_at").answers,
        documents=Draft.objects.latest("created_at").documents,
        created_at=world.at,
        saved_at=world.at,
    )

    with pytest.raises(HasPermit):
        submit(draft=draft, by=_actor(user), at=clock.now())
    assert Case.objects.count() == 1


def test_the_start_page_names_a_permit_one_holds_already(sari, world):
    permit = world.issued(world.apply()).permit

    page = sari.get("/ajukan/sip-bidan/")

    (held,) = page.context["already"]
    assert (held.permit, held.what) == (permit, "Kesatu")
    assert [one.url for one in held.actions] == [
        f"/ajukan/sip-bidan/?jenis={kind}&izin={permit.pk}"
        for kind in ("extension", "change", "replacement")
    ]
    text = page.content.decode()
    assert permit.number in text
    assert f"/ajukan/sip-bidan/?jenis=extension&amp;izin={permit.pk}" in text


def test_the_step_that_asks_for_a_permit_one_holds_refuses_and_leads_on(sari, user, world):
    permit = world.issued(world.apply()).permit
    draft = begin(sari)

    answer = post_step(sari, draft, "practice", PAGES["practice"], user)
    review = sari.get(f"/ajukan/draf/{draft.pk}/periksa/")
    other = post_step(sari, draft, "practice", PAGES["practice"] | {"permit_order": "2"}, user)

    assert answer.status_code == 200
    refusal = (
        f"Anda sudah memegang izin ini, nomor {permit.number}, dan masih berlaku. Perpanjang atau ubah"
        " izin itu, atau pilih jawaban lain."
    )
    assert answer.context["form"].errors["permit_order"] == [refusal]
    assert [one.permit for one in answer.context["already"]] == [permit]
    assert f"jenis=extension&amp;izin={permit.pk}" in answer.content.decode()
    assert ("practice", "id_permit_order") in [one[:2] for one in review.context["problems"]]
    assert other.status_code == 302
    draft.refresh_from_db()
    assert draft.answers["permit_order"] == "2"


def test_a_permit_that_has_ended_stands_in_nobodys_way(sari, user, world):
    permit = world.issued(world.apply()).permit
    Permit.objects.filter(pk=permit.pk).update(valid_until=date(2020, 1, 1))
    draft = begin(sari)

    assert sari.get("/ajukan/sip-bidan/").context["already"] == []
    assert post_step(sari, draft, "practice", PAGES["practice"], user).status_code == 302


def test_extending_starts_with_the_answers_of_the_permit(sari, world):
    case = world.issued(world.apply())
    permit = case.permit

    page = sari.get(f"/ajukan/sip-bidan/?jenis=extension&izin={permit.pk}")
    draft = begin(sari, "sip-bidan", kind="extension", permit=str(permit.pk))

    assert page.context["form"].initial["kind"] == "extension"
    assert draft.previous_permit_id == permit.pk
    assert draft.answers["str_number"] == "STR-0000-9999"
    assert draft.answers["old_number"] == permit.number


# --- Two saves at once -------------------------------------------------------------------------
def test_two_pages_saved_at_the_same_time_both_stay(sari, user):
    draft = begin(sari)
    one, other = Draft.objects.get(pk=draft.pk), Draft.objects.get(pk=draft.pk)
    at = clock.now()

    drafts.save_answers(draft=one, answers={"name": "Sari"}, at=at)
    drafts.save_answers(draft=other, answers={"str_number": "1"}, at=at)

    draft.refresh_from_db()
    assert draft.answers == {"name": "Sari", "str_number": "1"}


def test_a_sent_draft_takes_no_more_answers(sari, user):
    draft = fill(sari, begin(sari), user)
    stale = Draft.objects.get(pk=draft.pk)
    sari.post(f"/ajukan/draf/{draft.pk}/kirim/")
    before = Draft.objects.get(pk=draft.pk).answers

    with pytest.raises(drafts.DraftGone):
        drafts.save_answers(draft=stale, answers={"name": "Lain"}, at=clock.now())
    assert Draft.objects.get(pk=draft.pk).answers == before


# --- Queries -----------------------------------------------------------------------------------
# The review also looks for a permit that its applicant holds already.
@pytest.mark.parametrize(
    ("key", "most"),
    [("applicant", 12), ("profession", 12), ("place", 12), ("berkas", 12), ("periksa", 13)],
)
def test_each_page_of_a_draft_asks_the_database_a_fixed_number_of_times(
    sari, user, key, most, django_assert_max_num_queries
):
    draft = fill(sari, begin(sari), user)

    with django_assert_max_num_queries(most):
        assert sari.get(f"/ajukan/draf/{draft.pk}/{key}/").status_code == 200


# --- Filled in beforehand ----------------------------------------------------------------------
def test_the_page_says_which_fields_are_filled_and_from_where(sari, user):
    draft = begin(sari)

    said = sari.get(f"/ajukan/draf/{draft.pk}/applicant/").context["prefilled"]

    (from_profile,) = said
    source, names = from_profile
    assert source == "Dari profil Anda"
    assert "NIK" in names.split(", ")


def test_a_place_is_prefilled_within_a_service_and_a_person_across_services(sari, world, user):
    world.apply(address="Jalan Lain 3")
    user.party.address = ""
    user.party.save(update_fields=["address"])

    again = begin(sari)
    place = sari.get(f"/ajukan/draf/{again.pk}/place/").context
    assert place["form"].initial["place_name"] == "Klinik Contoh Sehat"
    assert place["prefilled"][0][0] == "Dari permohonan Anda sebelumnya"

    other = begin(sari, "reklame")
    pages = list(sari.get(f"/ajukan/draf/{other.pk}/periksa/").context["sheet"].keys)
    initial = {}
    for key in pages[:-2]:
        initial |= sari.get(f"/ajukan/draf/{other.pk}/{key}/").context["form"].initial
    assert initial["address"] == "Jalan Lain 3"
    assert not initial.get("place_address")
    assert not initial.get("place_region")


def test_a_refused_file_leaves_its_control_open(sari, user):
    draft = begin(sari)
    post_step(sari, draft, "practice", {**PAGES["practice"]}, user)

    given = {"berkas-place_statement": SimpleUploadedFile("a.pdf", b"")}
    page = post_step(sari, draft, "berkas", given, user).content.decode()

    section = page[page.index('id="syarat-place_statement"') :]
    assert '<details class="fold" open>' in section[: section.index("</section>")]
    assert "Saya setuju dengan pernyataan ini." in section
