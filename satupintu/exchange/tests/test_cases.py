"""What a client reads of cases, and what an officer does through one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from satupintu.exchange.rules import Scope
from satupintu.exchange.tests.conftest import SENDER, problem_of
from satupintu.exchange.tests.test_applying import NEW_NIK, sent
from satupintu.people.models import RoleAssignment
from satupintu.workflow.models import Case, Transition


def test_a_client_reads_what_it_sent_with_the_numbers_it_gave(
    sidesa, django_assert_max_num_queries
):
    case = sent(sidesa)
    sidesa.get(f"/cases/{case.number}")
    with django_assert_max_num_queries(5):
        one = sidesa.get(f"/cases/{case.number}").json()

    assert (one["state"], one["version"], one["reference"]) == ("submitted", 1, "SD-1")
    assert one["applicant"] == {
        "name": "Dewi Contoh",
        "identity_kind": "nik",
        "identity": NEW_NIK,
    }
    assert one["answers"]["nik"] == NEW_NIK
    assert one["timeline"][0]["title"] == "Permohonan diterima"
    assert "lewat aplikasi mitra" in one["timeline"][0]["note"]
    assert one["promised_at"]
    assert one["permit"] is None


def test_what_another_sent_does_not_exist(world, sidesa, program):
    case, other = sent(sidesa), program(*SENDER, name="Lain")
    own = world.apply()

    assert problem_of(other.get(f"/cases/{case.number}")) == "not-found"
    assert problem_of(sidesa.get(f"/cases/{own.number}")) == "not-found"
    assert other.get("/cases").json() == {"items": [], "next": None}


def test_who_reads_all_sees_numbers_masked(sidesa, program):
    case = sent(sidesa)
    reader = program(Scope.CASES_READ_ALL, name="Dasbor bupati")
    answer = reader.get(f"/cases/{case.number}")

    one = answer.json()
    assert one["applicant"]["identity"] == "6103••••••••9999"
    assert one["answers"]["nik"] == "6103••••••••9999"
    assert one["answers"]["phone"] == "+62 ••• 234"
    assert one["reference"] is None
    assert NEW_NIK not in answer.content.decode()
    assert "81200001234" not in answer.content.decode()


def test_a_list_is_walked_by_cursors_and_takes_the_same_queries(
    world, program, django_assert_num_queries
):
    numbers = [world.apply(permit_order=str(1 + n % 3)).number for n in range(5)]
    reader = program(Scope.CASES_READ_ALL)
    found, path = [], "/cases?limit=2"
    reader.get(path)
    while path:
        with django_assert_num_queries(3):  # client, its count, the page
            answer = reader.get(path)
        page = answer.json()
        found += [one["number"] for one in page["items"]]
        path = (page["next"] or "").removeprefix("/api/v1")
        assert ('rel="next"' in answer["Link"]) == bool(path)
    assert sorted(found) == sorted(numbers)
    assert len(found) == 5
    for cursor in ("x", "WzEsMl0", "e30", "%C3%A9"):
        answer = reader.get(f"/cases?cursor={cursor}")
        assert answer.json()["errors"][0]["parameter"] == "cursor"


def test_a_list_is_narrowed_by_state(world, program):
    case = world.complete(world.apply())
    world.apply(permit_order="2")
    reader = program(Scope.CASES_READ_ALL)

    items = reader.get("/cases?state=review").json()["items"]
    assert [one["number"] for one in items] == [case.number]


def test_a_case_that_has_not_changed_is_not_sent_again(world, sidesa):
    case = sent(sidesa)
    etag = sidesa.get(f"/cases/{case.number}")["ETag"]
    same = sidesa.get(f"/cases/{case.number}", **{"If-None-Match": etag})
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", etag)
    assert sidesa.head(f"/cases/{case.number}")["ETag"] == etag

    world.complete(case)
    assert sidesa.get(f"/cases/{case.number}", **{"If-None-Match": etag}).status_code == 200


# --- Moves --------------------------------------------------------------------------------------


@pytest.fixture
def desk(program):
    """A program of the front office, for Budi."""
    return program(Scope.STAFF_ACT, officer="budi", name="Aplikasi loket")


def act_on(desk, case, action="declare_complete", etag=None, **more):
    if etag is None:
        etag = desk.get(f"/cases/{case.number}/moves")["ETag"]
    headers = {"if_match": etag} | {k: more.pop(k) for k in ("idempotency_key",) if k in more}
    return desk.post(f"/cases/{case.number}/moves", {"action": action, **more}, **headers)


def test_an_officer_sees_what_can_be_done_and_does_it(world, desk, django_assert_max_num_queries):
    case = world.apply()
    desk.get(f"/cases/{case.number}/moves")
    with django_assert_max_num_queries(6):  # client, count, roles, parties, case, tasks
        answer = desk.get(f"/cases/{case.number}/moves")
    listed = answer.json()
    assert {"declare_complete", "return"} <= {one["action"] for one in listed["moves"]}
    assert [one["stage"] for one in listed["tasks"]] == ["check"]

    moved = act_on(desk, case, etag=answer["ETag"])
    assert moved.status_code == 200, moved.content
    assert (moved.json()["from_state"], moved.json()["to_state"]) == ("submitted", "review")
    row = Transition.objects.filter(case=case, action="declare_complete").get()
    assert (row.actor_user, row.role, row.channel) == (
        world.user("budi"),
        "front_office",
        "api",
    )
    assert moved["ETag"] == desk.get(f"/cases/{case.number}/moves")["ETag"]


def test_a_comment_takes_eleven_statements(world, desk):
    """Client, count, key, roles, parties, case, arrived, the move's three, answer; savepoints are the test's own."""
    case = world.apply()
    etag = desk.get(f"/cases/{case.number}/moves")["ETag"]
    with CaptureQueriesContext(connection) as found:
        assert act_on(desk, case, "comment", etag=etag, reason="Catatan.").status_code == 200
    asked = [one["sql"] for one in found if "SAVEPOINT" not in one["sql"]]
    assert len(asked) == 11, asked


def test_a_move_needs_the_version_that_was_seen(world, desk):
    case = world.apply()
    old = desk.get(f"/cases/{case.number}/moves")["ETag"]
    assert problem_of(act_on(desk, case, etag="")) == "if-match-missing"
    world.do(case, "comment", "ratna", reason="Catatan.")
    for etag in (old, '"lain"', "*"):
        answer = act_on(desk, case, etag=etag)
        assert (answer.status_code, problem_of(answer)) == (412, "changed")
    assert Case.objects.get(pk=case.pk).state == "submitted"


def test_a_move_is_done_once(world, desk):
    case = world.apply()
    etag = desk.get(f"/cases/{case.number}/moves")["ETag"]
    first = act_on(desk, case, etag=etag, idempotency_key="lengkap-0001")
    again = act_on(desk, case, etag=etag, idempotency_key="lengkap-0001")

    assert (again.status_code, again.content) == (200, first.content)
    assert again["Idempotency-Replayed"] == "true"
    assert Transition.objects.filter(case=case, action="declare_complete").count() == 1


def test_the_log_knows_a_move_whose_answer_was_lost(world, desk):
    from satupintu.exchange.models import KeptAnswer

    case = world.apply()
    etag = desk.get(f"/cases/{case.number}/moves")["ETag"]
    first = act_on(desk, case, etag=etag, idempotency_key="lengkap-0001")
    KeptAnswer.objects.all().delete()
    again = act_on(desk, case, etag=etag, idempotency_key="lengkap-0001")

    assert (again.status_code, again.json()["sequence"]) == (200, first.json()["sequence"])
    assert Transition.objects.filter(case=case, action="declare_complete").count() == 1


@pytest.mark.parametrize(
    ("action", "more", "problem"),
    [
        ("approve", {}, (409, "move-not-allowed")),
        ("terbang", {}, (409, "move-not-allowed")),
        ("return", {"reason": ""}, (422, "invalid")),
        ("return", {"reason": "Kurang", "data": {"items": "x"}}, (422, "invalid")),
        ("take", {"data": {"task": {"a": 1}}}, (422, "invalid")),
    ],
)
def test_what_the_services_refuse_is_a_problem_and_nothing_changes(
    world, desk, action, more, problem
):
    case = world.apply()
    answer = act_on(desk, case, action, **more)

    assert (answer.status_code, problem_of(answer)) == problem
    assert Transition.objects.filter(case=case).count() == 1


def test_an_officers_own_case_is_refused(world, desk):
    case = world.apply()
    budi = world.user("budi")
    budi.party_id = case.party_id
    budi.save(update_fields=["party"])

    assert problem_of(act_on(desk, case)) == "conflict-of-interest"


def test_roles_that_ended_end_the_program_too(world, desk):
    case = world.apply()
    RoleAssignment.objects.filter(user=world.user("budi")).delete()
    answer = desk.get(f"/cases/{case.number}/moves")

    assert (answer.status_code, problem_of(answer)) == (403, "scope-missing")


def test_a_program_cannot_sign(world, program):
    case = world.numbered(world.apply())
    head = program(Scope.STAFF_ACT, officer="darius")
    answer = act_on(head, case, "issue", data={"key": "demo"})

    assert (answer.status_code, problem_of(answer)) == (422, "invalid")
    assert Case.objects.get(pk=case.pk).state == "numbered"


# --- Search ---------------------------------------------------------------------------------------


def test_who_reads_all_searches_by_a_name_a_number_and_a_code(sidesa, program, world):
    case, other = sent(sidesa), world.apply()
    reader = program(Scope.CASES_READ_ALL, name="Dasbor bupati")

    def found(text):
        return [one["number"] for one in reader.get("/cases", {"q": text}).json()["items"]]

    assert found("dewi contoh") == [case.number]
    assert found(other.number.lower()) == [other.number]
    code = other.permit_case.application.tracking_code
    assert found(code) == [other.number]
    assert found("tidakadanama") == []


def test_a_search_goes_on_page_by_page_with_its_words(program, world):
    cases = [world.apply(place_name=f"Klinik {number}") for number in range(3)]
    reader = program(Scope.CASES_READ_ALL, name="Dasbor bupati")

    first = reader.get("/cases", {"q": "klinik", "limit": 2}).json()
    second = reader.http.get(first["next"], headers=reader.headers({})).json()

    assert "q=klinik" in first["next"]
    numbers = [one["number"] for one in (*first["items"], *second["items"])]
    assert sorted(numbers) == sorted(case.number for case in cases)
    assert second["next"] is None


def test_only_who_reads_all_may_search(sidesa):
    sent(sidesa)
    assert problem_of(sidesa.get("/cases", {"q": "dewi"})) == "scope-missing"


@pytest.mark.parametrize("text", [NEW_NIK, "0812-0000-4321", NEW_NIK[-4:]])
def test_a_persons_number_finds_nothing_because_it_would_stand_in_an_address(sidesa, program, text):
    sent(sidesa)
    reader = program(Scope.CASES_READ_ALL, name="Dasbor bupati")

    assert reader.get("/cases", {"q": text}).json() == {"items": [], "next": None}
