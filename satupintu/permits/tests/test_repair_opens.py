"""An answer changed in a repair may ask for more: it is asked at once, on the same page."""

import pytest

from satupintu.catalogue.parse import load_definition
from satupintu.catalogue.rules import Kind
from satupintu.catalogue.services import list_shipped_files
from satupintu.permits.models import Attachment
from satupintu.permits.pages.applicant.token import make_token
from satupintu.permits.proof import case_faults
from satupintu.permits.services.common import Incomplete
from satupintu.permits.steps import opened_by
from satupintu.permits.tests.applicant_office import pdf
from satupintu.permits.tests.officer_cases import World, answers
from satupintu.workflow.models import Transition


@pytest.fixture
def sari(browser):
    return browser("sari")


def definition(code):
    shipped = dict(list_shipped_files())
    return load_definition(shipped[f"{code}.v1.toml"])


@pytest.mark.parametrize(
    ("changed", "fields", "papers"),
    [
        ({}, [], []),
        ({"name": "Lain"}, [], []),
        ({"practice_kind": "own"}, ["place_point"], ["place_statement"]),
        ({"not_practised": "yes"}, [], ["competence"]),
        (
            {"practice_kind": "own", "not_practised": "yes"},
            ["place_point"],
            ["place_statement", "competence"],
        ),
    ],
)
def test_what_a_changed_answer_opens(changed, fields, papers):
    service = definition("sip-bidan")
    before = answers()

    opened = opened_by(service, Kind.NEW, before, {**before, **changed})

    assert [one.key for one in opened.fields] == fields
    assert [one.key for one in opened.requirements] == papers


def unproved(case):
    """Return where the tables of a case say something else than its log."""
    chain = list(Transition.objects.filter(case=case).order_by("seq"))
    return list(case_faults([case], {case.pk: chain}))


def returned(world, *keys):
    items = [{"on": "field", "key": key, "reason": "Tidak sesuai STR."} for key in keys]
    return world.do(world.apply(), "return", "budi", reason="Perbaiki.", items=items)


def answer(client, world, case, data):
    asked = case.permit_case.repairs.latest("asked_at")
    token = make_token(asked.pk, world.user("sari").pk)
    return client.post(f"/permohonan/{case.number}/perbaiki/", {**data, "draf_token": token})


def test_new_questions_are_asked_on_the_same_page_and_nothing_is_sent(world: World, sari):
    case = returned(world, "practice_kind")

    first = answer(sari, world, case, {"practice_kind": "own"})

    page = first.content.decode()
    assert first.status_code == 200
    assert world.fresh(case).state == "returned"
    assert "Jawaban Anda memunculkan pertanyaan baru." in page
    assert 'name="nyatakan-place_statement"' in page
    assert 'name="place_point"' in page
    assert "Centang pernyataan ini" not in page  # asked for the first time: nothing is wrong yet
    assert 'name="dibuka" value="place_point place_statement"' in page

    empty = {"practice_kind": "own", "dibuka": first.context["opened"]}
    second = answer(sari, world, case, empty)
    assert "Centang pernyataan ini, atau unggah berkasnya." in second.content.decode()
    assert world.fresh(case).state == "returned"

    sent = answer(sari, world, case, {**empty, "nyatakan-place_statement": "1"})
    assert sent["Location"] == f"/permohonan/{case.number}/"
    fresh = world.fresh(case)
    assert fresh.state == "submitted"
    assert fresh.permit_case.answers["practice_kind"] == "own"
    assert fresh.permit_case.statements["place_statement"].startswith("e_declaration 2026-")
    assert unproved(fresh) == []


def test_a_file_sent_for_an_opened_document_is_kept_through_a_mistake(world: World, sari):
    case = returned(world, "not_practised", "nik")
    given = {"not_practised": "yes", "nik": "6103"}
    first = answer(sari, world, case, given)
    assert 'name="berkas-competence"' in first.content.decode()

    seen = {**given, "dibuka": first.context["opened"]}
    second = answer(sari, world, case, {**seen, "berkas-competence": pdf("ukom.pdf", "ukom")})
    assert "ukom.pdf" in second.content.decode()
    right = {**seen, "nik": "6103015203949999", "disimpan": second.context["kept"]}
    answer(sari, world, case, right)

    assert world.fresh(case).state == "submitted"
    kept = Attachment.objects.get(permit_case_id=case.pk, requirement="competence")
    assert kept.document.name == "ukom.pdf"
    assert unproved(world.fresh(case)) == []


def test_a_statement_given_by_file_and_then_declared_is_what_the_log_says(world: World, sari):
    items = [{"on": "document", "key": "place_statement", "reason": "Belum jelas."}]
    case = world.apply(practice_kind="own")
    case = world.do(case, "return", "budi", reason="Perbaiki.", items=items)
    answer(sari, world, case, {"berkas-place_statement": pdf("surat.pdf", "surat")})
    by_file = world.fresh(case)

    assert by_file.permit_case.statements == {"place_statement": "e_meterai"}
    assert unproved(by_file) == []

    case = world.do(by_file, "return", "budi", reason="Perbaiki.", items=items)
    answer(sari, world, case, {"nyatakan-place_statement": "1"})
    declared = world.fresh(case)

    assert declared.state == "submitted"
    assert declared.permit_case.statements["place_statement"].startswith("e_declaration ")
    attached = Attachment.objects.get(requirement="place_statement")
    assert attached.superseded_at is not None
    assert unproved(declared) == []


def test_what_was_opened_and_shut_again_is_neither_asked_nor_kept(world: World, sari):
    case = returned(world, "not_practised")
    first = answer(sari, world, case, {"not_practised": "yes"})

    seen = {"not_practised": "no", "dibuka": first.context["opened"]}
    answer(sari, world, case, {**seen, "berkas-competence": pdf("ukom.pdf", "ukom")})

    assert world.fresh(case).state == "submitted"
    assert not Attachment.objects.filter(requirement="competence").exists()


def test_an_opened_question_survives_the_end_of_the_session(world: World, sari):
    case = returned(world, "practice_kind")
    sari.logout()

    answer(sari, world, case, {"practice_kind": "own"})

    sari.force_login(world.user("sari"), backend="satupintu.people.backends.PasswordBackend")
    page = sari.get(f"/permohonan/{case.number}/perbaiki/").content.decode()
    assert 'name="nyatakan-place_statement"' in page


def test_the_service_refuses_a_repair_that_leaves_open_what_it_opens(world: World):
    case = returned(world, "practice_kind")

    with pytest.raises(Incomplete) as refused:
        world.do(case, "resubmit", "sari", answers={"practice_kind": "own"})

    assert refused.value.problems == [
        ("place_statement", "Pernyataan memiliki tempat praktik mandiri")
    ]
    assert world.fresh(case).state == "returned"
    assert world.fresh(case).permit_case.answers["practice_kind"] == "facility"


def test_answers_to_questions_that_went_away_are_dropped(world: World, sari):
    case = world.apply(practice_kind="own", place_point={"lat": 0.1, "lon": 110.5})
    assert "place_point" in case.permit_case.answers
    items = [{"on": "field", "key": "practice_kind", "reason": "Menurut STR di klinik."}]
    case = world.do(case, "return", "budi", reason="Perbaiki.", items=items)
    asked = {"practice_kind": "facility"}
    first = answer(sari, world, case, asked)
    (letter,) = [one.requirement.key for one in first.context["fresh"]]

    seen = {**asked, "dibuka": first.context["opened"]}
    answer(sari, world, case, {**seen, f"berkas-{letter}": pdf("klinik.pdf", "klinik")})

    kept = world.fresh(case).permit_case.answers
    assert kept["practice_kind"] == "facility"
    assert "place_point" not in kept
    assert kept["place_name"] == "Klinik Contoh Sehat"
