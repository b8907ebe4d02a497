"""A program answers the office for its applicant, withdraws, and fetches the permit."""

import pytest

from satupintu.exchange.models import KeptAnswer, Upload
from satupintu.exchange.rules import Scope
from satupintu.exchange.tests.conftest import SENDER, problem_of
from satupintu.exchange.tests.test_applying import send_file, sent
from satupintu.permits.models import HandOver, Permit, Repair
from satupintu.permits.queries import current_attachments
from satupintu.permits.tests.officer_cases import World
from satupintu.workflow.audit import audit
from satupintu.workflow.models import Case, Transition

BLURRED = {"on": "document", "key": "str", "reason": "Foto STR buram."}
WHERE = {"on": "field", "key": "practice_kind", "reason": "Tempat praktik mandiri?"}
OTHER = {"on": "other", "key": "", "reason": "Hubungi Puskesmas lebih dulu."}


def send_back(world: World, case: Case, *items) -> Case:
    return world.do(case, "return", "budi", reason="Perbaiki.", items=list(items))


def returned(world: World, one, *items) -> Case:
    case = sent(one)
    return send_back(world, case, *(items or [BLURRED]))


def etag_of(one, case):
    return one.get(f"/cases/{case.number}")["ETag"]


def post(one, case, what, given, **headers):
    headers = {"if_match": etag_of(one, case)} | headers
    return one.post(f"/cases/{case.number}/{what}", given, **headers)


def pointers(answer):
    assert (answer.status_code, problem_of(answer)) == (422, "invalid")
    return {one["pointer"] for one in answer.json()["errors"]}


def test_a_case_says_what_the_office_waits_for(world, sidesa):
    case = sent(sidesa)
    before = sidesa.get(f"/cases/{case.number}").json()
    send_back(world, case, BLURRED)
    after = sidesa.get(f"/cases/{case.number}").json()

    assert (before["asked"], before["may_withdraw"]) == (None, True)
    [item] = after["asked"]["items"]
    assert item == {**BLURRED, "title": item["title"]}
    assert "STR" in item["title"]
    assert after["asked"]["answer_by"] == "2026-12-07"


def test_an_answer_puts_the_case_into_the_check_again(world, sidesa):
    case = returned(world, sidesa)
    before = {one.requirement: one.document_id for one in current_attachments(case.pk)}
    upload = send_file(sidesa, content=None).json()["id"]
    answer = post(sidesa, case, "answers", {"documents": {"str": upload}, "note": "Sudah diganti."})

    assert answer.status_code == 200, answer.content
    assert (answer.json()["action"], answer.json()["to_state"]) == ("resubmit", "submitted")
    assert answer["ETag"] == etag_of(sidesa, case)
    now = {one.requirement: str(one.document_id) for one in current_attachments(case.pk)}
    assert now["str"] == upload != str(before["str"])
    assert now["facility_letter"] == str(before["facility_letter"])
    assert Repair.objects.get().answer == "Sudah diganti."
    row = Transition.objects.get(case=case, action="resubmit")
    assert (row.channel, row.role, row.actor_name) == ("api", "applicant", "SiDesa, Dinas PMD")
    assert Upload.objects.get(pk=upload).draft_id == case.permit_case.application.draft_id
    assert sidesa.get(f"/cases/{case.number}").json()["asked"] is None
    assert audit().broken == []


def test_all_that_is_missing_or_not_asked_comes_back_at_once(world, sidesa):
    case = returned(world, sidesa, BLURRED, WHERE, OTHER)
    other = send_file(sidesa, "facility_letter").json()["id"]
    answer = post(
        sidesa,
        case,
        "answers",
        {
            "answers": {"str_number": "STR-1", "tidak_ada": "x"},
            "documents": {"facility_letter": other},
            "statements": ["str"],
        },
    )

    assert pointers(answer) == {
        "#/answers/practice_kind",
        "#/answers/str_number",
        "#/answers/tidak_ada",
        "#/documents/facility_letter",
        "#/note",
        "#/statements/0",
    }
    assert Case.objects.get(pk=case.pk).state == "returned"
    assert Upload.objects.get(pk=other).draft_id is None


def test_what_a_changed_answer_asks_for_must_come_with_it(world, sidesa):
    case = returned(world, sidesa, WHERE)
    answer = post(sidesa, case, "answers", {"answers": {"practice_kind": "own"}})
    assert "#/documents/place_statement" in pointers(answer)

    given = {
        "answers": {"practice_kind": "own"},
        "documents": {"place_statement": send_file(sidesa, "place_statement").json()["id"]},
    }
    answer = post(sidesa, case, "answers", given)
    assert pointers(answer) == {"#/answers/place_point"}
    given["answers"] |= {"place_point": "0.1216, 110.5975"}
    answer = post(sidesa, case, "answers", given)
    assert answer.status_code == 200, answer.content
    assert Case.objects.get(pk=case.pk).permit_case.answers["practice_kind"] == "own"


@pytest.mark.parametrize("value", ["rumah", 7, ["own"], {"a": 1}, None, ""])
def test_an_answer_that_is_none_of_the_choices_is_refused(world, sidesa, value):
    case = returned(world, sidesa, WHERE)
    answer = post(sidesa, case, "answers", {"answers": {"practice_kind": value}})
    assert "#/answers/practice_kind" in pointers(answer)


def test_a_file_answers_once_and_only_for_its_requirement(world, sidesa, program):
    case = returned(world, sidesa)
    wrong = send_file(sidesa, "facility_letter").json()["id"]
    assert pointers(post(sidesa, case, "answers", {"documents": {"str": wrong}})) == {
        "#/documents/str"
    }
    lain = program(*SENDER, name="Lain")
    theirs = send_file(lain).json()["id"]
    assert pointers(post(sidesa, case, "answers", {"documents": {"str": theirs}})) == {
        "#/documents/str"
    }
    used = send_file(sidesa).json()["id"]
    assert post(sidesa, case, "answers", {"documents": {"str": used}}).status_code == 200
    case = send_back(world, world.fresh(case), BLURRED)
    assert pointers(post(sidesa, case, "answers", {"documents": {"str": used}})) == {
        "#/documents/str"
    }


def test_an_answer_is_handed_in_once(world, sidesa):
    case = returned(world, sidesa)
    given = {"documents": {"str": send_file(sidesa).json()["id"]}}
    headers = {"if_match": etag_of(sidesa, case), "idempotency_key": "jawaban-0001"}
    first = post(sidesa, case, "answers", given, **headers)
    replayed = post(sidesa, case, "answers", given, **headers)
    KeptAnswer.objects.all().delete()  # as if the first had died before it was kept
    again = post(sidesa, case, "answers", given, **headers)

    assert [one.status_code for one in (first, replayed, again)] == [200, 200, 200]
    assert replayed.content == first.content
    assert again.json()["sequence"] == first.json()["sequence"]
    assert Transition.objects.filter(case=case, action="resubmit").count() == 1


def test_nothing_is_answered_that_was_not_asked_or_has_changed(world, sidesa):
    case = sent(sidesa)
    answer = post(sidesa, case, "answers", {"note": "Halo"})
    assert (answer.status_code, problem_of(answer)) == (409, "move-not-allowed")
    old = etag_of(sidesa, case)
    send_back(world, case, BLURRED)
    given = {"documents": {"str": send_file(sidesa).json()["id"]}}
    for etag in (old, '"lain"', "*"):
        answer = post(sidesa, case, "answers", given, if_match=etag)
        assert (answer.status_code, problem_of(answer)) == (412, "changed")
    assert problem_of(post(sidesa, case, "answers", given, if_match="")) == "if-match-missing"


@pytest.mark.parametrize(
    ("what", "given"),
    [("answers", {"note": "x"}), ("withdrawal", {}), ("collection", None)],
)
def test_only_who_sent_a_case_acts_on_it(world, sidesa, program, what, given):
    case = returned(world, sidesa)
    etag = etag_of(sidesa, case)
    other = program(*SENDER, Scope.CASES_READ_ALL, name="Lain")
    answer = other.post(f"/cases/{case.number}/{what}", given, if_match=etag)

    assert (answer.status_code, problem_of(answer)) == (404, "not-found")
    reader = program(Scope.CASES_READ, Scope.DOCUMENTS_WRITE, name="Pembaca")
    answer = reader.post(f"/cases/{case.number}/{what}", given, if_match=etag)
    assert (answer.status_code, problem_of(answer)) == (403, "scope-missing")


def test_an_application_is_withdrawn_once(world, sidesa):
    case = sent(sidesa)
    answer = post(sidesa, case, "withdrawal", {"reason": "Pindah kota."})
    again = post(sidesa, case, "withdrawal", {})

    assert (answer.status_code, answer.json()["to_state"]) == (200, "withdrawn")
    assert (again.status_code, problem_of(again)) == (409, "move-not-allowed")
    assert sidesa.get(f"/cases/{case.number}").json()["may_withdraw"] is False
    row = Transition.objects.get(case=case, action="withdraw")
    assert (row.channel, row.note.text) == ("api", "Pindah kota.")


def test_the_permit_is_fetched_after_its_collection_was_recorded(world, sidesa):
    case = sent(sidesa)
    number = case.number
    assert problem_of(sidesa.post(f"/cases/{number}/collection", None)) == "move-not-allowed"
    assert problem_of(sidesa.get(f"/cases/{number}/permit")) == "not-found"
    case = world.issued(case)
    assert problem_of(sidesa.get(f"/cases/{number}/permit")) == "not-found"
    assert Case.objects.get(pk=case.pk).state == "issued"

    answer = sidesa.post(f"/cases/{number}/collection", None)
    assert answer.status_code == 200, answer.content
    assert (answer.json()["state"], answer.json()["file"]) == (
        "handed_over",
        f"/api/v1/cases/{number}/permit",
    )
    file = sidesa.get(f"/cases/{number}/permit")
    assert (file.status_code, file["Content-Type"]) == (200, "application/pdf")
    permit = Permit.objects.get(case=case)
    assert b"".join(file.streaming_content)[:5] == b"%PDF-"
    assert (permit.number, HandOver.objects.get().how) == (
        sidesa.get(f"/cases/{number}").json()["permit"]["number"],
        "download",
    )

    assert sidesa.post(f"/cases/{number}/collection", None).status_code == 200
    assert HandOver.objects.count() == 1
