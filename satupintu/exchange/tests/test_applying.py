"""Another program sends files and an application in for somebody."""

import hashlib
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from satupintu.documents.models import Document
from satupintu.exchange import services
from satupintu.exchange.models import KeptAnswer, Sending, Upload
from satupintu.exchange.rules import Scope
from satupintu.exchange.services.answers import LONGEST_WORK
from satupintu.exchange.tests.conftest import problem_of
from satupintu.lib import clock
from satupintu.people import services as people
from satupintu.people.models import Consent, Party
from satupintu.people.tests.factories import AT, TESTER, make_person
from satupintu.permits.models import Application, Draft, Permit
from satupintu.permits.tests.officer_cases import MONDAY, answers, sheet
from satupintu.workflow import anchor
from satupintu.workflow.audit import audit
from satupintu.workflow.models import Case, Transition
from satupintu.workflow.seals import make_digests

NEW_NIK = "6103016508909999"  # nobody of the demo's people


def send_file(one, requirement="str", service="sip-bidan", content=None, **headers):
    file = SimpleUploadedFile("str.pdf", content or sheet("STR"), "application/pdf")
    parts = {"service": service, "requirement": requirement, "file": file}
    return one.send("/uploads", parts, **headers)


def body(one, **more):
    """Return what an application needs, with its file sent ahead."""
    given = {
        "service": "sip-bidan",
        "applicant": {
            "identity_kind": "nik",
            "identity": NEW_NIK,
            "name": "Dewi Contoh",
            "phone": "0812-0000-4321",
        },
        "answers": answers(nik=NEW_NIK, name="Dewi Contoh"),
        "consent": "electronic",
        "reference": "SD-1",
    } | more
    if "documents" not in more:
        given["documents"] = {
            key: send_file(one, key).json()["id"] for key in ("str", "facility_letter")
        }
    return given


def sent(one) -> Case:
    """Let a program apply; return the case."""
    answer = one.post("/applications", body(one))
    assert answer.status_code == 201, answer.content
    return Case.objects.get(number=answer.json()["cases"][0]["number"])


def nothing_was_made():
    return not (Application.objects.exists() or Draft.objects.exists() or Sending.objects.exists())


def test_a_file_is_taken_for_a_requirement(sidesa):
    answer = send_file(sidesa)

    assert answer.status_code == 201, answer.content
    kept = answer.json()
    assert (kept["requirement"], kept["media_type"]) == ("str", "application/pdf")
    assert kept["use_until"] == "2026-11-30"
    assert Upload.objects.get().client_id == sidesa.client.pk
    assert Document.objects.get(pk=kept["id"]).party_id is None


def test_a_file_is_refused_with_the_sentence_of_the_page(sidesa):
    answer = send_file(sidesa, content=b"MZ this is a program")

    assert (answer.status_code, problem_of(answer)) == (422, "upload-refused")
    [error] = answer.json()["errors"]
    assert error["pointer"] == "#/file"
    assert error["detail"] == answer.json()["detail"]
    assert not Upload.objects.exists()


def test_a_file_for_nothing_is_refused(sidesa):
    assert send_file(sidesa, requirement="lain").json()["errors"][0]["pointer"] == "#/requirement"
    assert send_file(sidesa, service="lain").json()["errors"][0]["pointer"] == "#/service"


def test_somebody_new_applies_through_another_program(sidesa):
    answer = sidesa.post("/applications", body(sidesa))

    assert answer.status_code == 201, answer.content
    application = Application.objects.get()
    case = Case.objects.get()
    assert answer["Location"] == f"/api/v1/cases/{case.number}"
    assert answer.json()["tracking_code"] == application.tracking_code
    assert (application.channel, application.consent_how) == ("api", "electronic")
    party = Party.objects.get(pk=case.party_id)
    assert (party.name, party.identity) == ("Dewi Contoh", NEW_NIK)
    assert Consent.objects.get(party=party).given_how == "electronic"
    row = Transition.objects.get(case=case, action="submit")
    assert (row.channel, row.actor_name, row.actor_user_id) == ("api", "SiDesa, Dinas PMD", None)
    assert row.data["consent"] == "electronic"
    assert case.permit_case.answers["phone"] == "+6281200001234"


def test_somebody_known_is_found_by_identity_and_not_changed(world, sidesa):
    sari = world.user("sari").party
    given = body(sidesa, answers=answers())
    given["applicant"] = {"identity_kind": "nik", "identity": sari.identity, "name": "S. Lestari"}
    assert sidesa.post("/applications", given).status_code == 201

    assert Case.objects.get().party_id == sari.pk
    assert Party.objects.get(pk=sari.pk).name == sari.name


def test_a_number_that_a_stranger_wrote_into_their_account_does_not_bring_them_the_case(
    world, sidesa
):
    stranger = make_person("Orang Lain", email="lain@contoh.id").party
    people.update_party(
        party=stranger,
        values={"identity": NEW_NIK, "identity_kind": "nik"},
        by=TESTER,
        at=AT,
    )

    assert sidesa.post("/applications", body(sidesa)).status_code == 201

    party = Case.objects.get().party
    assert (party.name, party.pk == stranger.pk) == ("Dewi Contoh", False)


def test_everything_wrong_comes_back_at_once_and_nothing_is_made(sidesa):
    given = body(
        sidesa,
        documents={},
        statements=["str"],
        answers=answers(nik="1", str_date="kemarin", schedule="senin", lain="x", name=""),
    )
    given["applicant"] |= {"identity": "123", "phone": "x"}
    parties = Party.objects.count()
    answer = sidesa.post("/applications", given)

    assert (answer.status_code, problem_of(answer)) == (422, "invalid")
    places = {one["pointer"] for one in answer.json()["errors"]}
    assert places == {
        "#/answers/nik",
        "#/answers/name",
        "#/answers/str_date",
        "#/answers/schedule",
        "#/answers/lain",
        "#/statements/0",
        "#/applicant/identity",
        "#/applicant/phone",
        "#/documents/str",
        "#/documents/facility_letter",
    }
    assert nothing_was_made()
    assert Party.objects.count() == parties


def test_the_sentences_are_those_of_the_form(sidesa):
    given = body(sidesa, documents={})
    indonesian = sidesa.post("/applications", given).json()["errors"]
    english = sidesa.post("/applications", given, accept_language="en").json()["errors"]

    assert indonesian[0]["detail"].endswith("belum dilampirkan.")
    assert english[0]["detail"].endswith("is not attached yet.")


@pytest.mark.parametrize(
    "more",
    [
        {"service": "tidak-ada"},
        {"kind": "closing"},
        {"kind": "extension", "previous_permit": "1/2"},
        {"documents": {"str": "00000000-0000-7000-8000-000000000000"}},
        {"extra": 1},
        {"consent": "dianggap"},
        {"answers": {"schedule": [{"day": 1}]}},
    ],
)
def test_what_does_not_fit_is_refused(sidesa, more):
    answer = sidesa.post("/applications", body(sidesa, **more))

    assert (answer.status_code, problem_of(answer)) == (422, "invalid")
    assert nothing_was_made()


def test_files_of_another_program_cannot_be_used(sidesa, program):
    other = program(Scope.APPLY_WRITE, Scope.DOCUMENTS_WRITE, name="Lain")
    theirs = send_file(sidesa).json()["id"]
    answer = other.post("/applications", body(other, documents={"str": theirs}))

    assert answer.json()["errors"][0]["pointer"] == "#/documents/str"
    assert nothing_was_made()


def test_a_file_is_used_once(sidesa):
    given = body(sidesa)
    assert sidesa.post("/applications", given).status_code == 201
    assert sidesa.post("/applications", given).json()["errors"][0]["pointer"] == "#/documents/str"
    assert Application.objects.count() == 1


def test_a_permit_that_is_held_is_named(world, sidesa):
    sari = world.user("sari").party
    held = Permit.objects.get(case=world.issued(world.apply()))
    given = body(sidesa, answers=answers())
    given["applicant"] = {"identity_kind": "nik", "identity": sari.identity, "name": sari.name}
    answer = sidesa.post("/applications", given)

    assert (answer.status_code, problem_of(answer)) == (409, "permit-held")
    assert held.number in answer.json()["detail"]


# --- Once ----------------------------------------------------------------------------------------


def test_a_repetition_gets_the_same_answer_and_makes_nothing(sidesa):
    given = body(sidesa)
    first = sidesa.post("/applications", given, idempotency_key="kirim-0001")
    again = sidesa.post(
        "/applications", dict(reversed(given.items())), idempotency_key="kirim-0001"
    )

    assert (again.status_code, again.content) == (201, first.content)
    assert again["Location"] == first["Location"]
    assert (again["Idempotency-Replayed"], "Idempotency-Replayed" in first) == ("true", False)
    assert Application.objects.count() == 1


def test_refusals_are_repeated_too(sidesa):
    given = body(sidesa, documents={})
    first = sidesa.post("/applications", given, idempotency_key="kirim-0001")
    again = sidesa.post("/applications", given, idempotency_key="kirim-0001")

    assert (again.status_code, again.content) == (422, first.content)
    assert problem_of(again) == "invalid"


def test_a_key_belongs_to_one_body(sidesa):
    given = body(sidesa)
    sidesa.post("/applications", given, idempotency_key="kirim-0001")
    answer = sidesa.post(
        "/applications", given | {"reference": "SD-2"}, idempotency_key="kirim-0001"
    )

    assert (answer.status_code, problem_of(answer)) == (422, "key-reused")
    assert Application.objects.count() == 1


def test_a_key_belongs_to_one_client(sidesa, program):
    other = program(Scope.APPLY_WRITE, Scope.DOCUMENTS_WRITE, name="Lain")
    for one in (sidesa, other):
        answer = send_file(one, idempotency_key="berkas-0001")
        assert answer.status_code == 201
        assert "Idempotency-Replayed" not in answer


@pytest.mark.parametrize("key", ["", "pendek", "x" * 101, "dua kata ini"])
def test_every_post_needs_a_key(sidesa, key):
    answer = sidesa.post("/applications", body(sidesa), idempotency_key=key)

    assert (answer.status_code, problem_of(answer)) == (400, "idempotency-key-missing")
    assert nothing_was_made()


def test_the_same_file_under_the_same_key_is_one_upload(sidesa):
    content = sheet("STR")
    first = send_file(sidesa, content=content, idempotency_key="berkas-0001")
    again = send_file(sidesa, content=content, idempotency_key="berkas-0001")
    other = send_file(sidesa, content=sheet("LAIN"), idempotency_key="berkas-0001")

    assert again.json() == first.json()
    assert problem_of(other) == "key-reused"
    assert Upload.objects.count() == 1


def digest(key):
    return hashlib.sha256(key.encode()).hexdigest()


def test_while_the_work_runs_a_second_one_waits(sidesa):
    given = body(sidesa)
    sidesa.post("/applications", given, idempotency_key="kirim-0001")
    KeptAnswer.objects.filter(key=digest("kirim-0001")).update(status=0)
    answer = sidesa.post("/applications", given, idempotency_key="kirim-0001")

    assert (answer.status_code, problem_of(answer)) == (409, "key-in-use")
    assert Application.objects.count() == 1


@pytest.mark.parametrize("where", ["after", "before"])
def test_a_process_that_died_is_taken_over_and_nothing_is_made_twice(sidesa, monkeypatch, where):
    """It died after the application was made, or between the draft and the application."""
    given = body(sidesa)
    if where == "before":
        from satupintu.permits.services import submit

        def died(**_given):
            raise RuntimeError

        with monkeypatch.context() as patched:
            patched.setattr(submit, "submit", died)
            patched.setattr(services, "release", lambda _claim: None)
            assert (
                sidesa.post("/applications", given, idempotency_key="kirim-0001").status_code == 500
            )
        assert (Draft.objects.count(), Application.objects.count()) == (1, 0)
    else:
        sidesa.post("/applications", given, idempotency_key="kirim-0001")
        KeptAnswer.objects.filter(key=digest("kirim-0001")).update(status=0)
    monkeypatch.setattr(clock, "now", lambda: MONDAY + LONGEST_WORK)
    answer = sidesa.post("/applications", given, idempotency_key="kirim-0001")

    assert answer.status_code == 201, answer.content
    assert answer.json()["cases"][0]["number"] == Case.objects.get().number
    assert (Application.objects.count(), Sending.objects.count()) == (1, 1)


def test_what_failed_on_our_side_may_be_tried_again(sidesa, monkeypatch):
    from satupintu.permits.services import submit

    given = body(sidesa)
    with monkeypatch.context() as patched:
        patched.setattr(submit, "problems_of", lambda *_a, **_k: 1 / 0)
        broken = sidesa.post("/applications", given, idempotency_key="kirim-0001")
    assert problem_of(broken) == "internal"

    assert sidesa.post("/applications", given, idempotency_key="kirim-0001").status_code == 201


def test_kept_answers_and_unused_files_go(sidesa):
    sidesa.post("/applications", body(sidesa))
    send_file(sidesa)
    later = MONDAY + timedelta(hours=24, seconds=1)
    kept = KeptAnswer.objects.count()
    assert services.forget_old(at=later) == kept == 4
    assert not KeptAnswer.objects.exists()

    assert services.forget_unused(at=MONDAY + timedelta(days=7)) == 0
    assert services.forget_unused(at=MONDAY + timedelta(days=7, seconds=1)) == 1
    application = Application.objects.get()
    assert {one.draft_id for one in Upload.objects.all()} == {application.draft_id}
    assert Document.objects.filter(removed_at__isnull=False).count() == 1


def test_no_answer_is_kept_readable(sidesa):
    sidesa.post("/applications", body(sidesa), idempotency_key="kirim-0001")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM exchange_keptanswer")
        rows = repr(cursor.fetchall())
    assert "tracking_code" not in rows
    assert "kirim-0001" not in rows


def test_the_door_adds_few_statements_to_what_submitting_needs(world, sidesa):
    """What the API adds: client, count, key (and its savepoint), files, party, sender, files taken, answer."""
    world.apply("joko", str_number="STR-1")
    with CaptureQueriesContext(connection) as own:
        world.apply(permit_order="2")
    given = body(sidesa)
    given["applicant"] |= {"identity": world.user("sari").party.identity}
    with CaptureQueriesContext(connection) as through:
        assert sidesa.post("/applications", given).status_code == 201
    assert len(through) <= len(own) + 12, [one["sql"][:90] for one in through]


def test_a_file_is_verified_and_not_kept(world, program):
    from satupintu.documents.queries import path_of

    permit = Permit.objects.select_related("document").get(case=world.issued(world.apply()))
    before = Document.objects.count()
    content = path_of(permit.document).read_bytes()
    one = program(Scope.VERIFY_READ)
    answer = one.send("/verifications", {"file": SimpleUploadedFile("izin.pdf", content)})

    assert answer.status_code == 200, answer.content
    assert answer.json()["verdict"] == "in_force"
    assert answer.json()["permit"]["number"] == permit.number
    picture = one.send("/verifications", {"file": SimpleUploadedFile("a.pdf", b"GIF89a")})
    assert problem_of(picture) == "bad-request"
    assert Document.objects.count() == before


def test_the_audit_finds_what_came_through_the_api_whole(world, sidesa):
    assert sidesa.post("/applications", body(sidesa)).status_code == 201
    anchor.path().unlink(missing_ok=True)  # an earlier test's, whose log was rolled back
    make_digests(at=MONDAY + timedelta(hours=2))

    assert audit(stop_at_first=False, files=True).broken == []
