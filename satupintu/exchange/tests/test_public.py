"""What needs no token: the catalogue, tracking by code, the schema."""

from django.test import Client

from satupintu.exchange.api import published
from satupintu.exchange.problems import KINDS
from satupintu.exchange.rules import Scope
from satupintu.exchange.tests.conftest import problem_of
from satupintu.permits.models import Application, Permit
from satupintu.permits.rules import TRIES_AN_HOUR
from satupintu.supervision.rules import Kind
from satupintu.supervision.tests.conftest import give


def get(path, **headers):
    return Client().get(f"/api/v1{path}", headers=headers)


def test_the_catalogue_is_walked_by_its_next_links(world):
    codes, address = [], "/api/v1/services?limit=7"
    while address:
        page = Client().get(address).json()
        codes += [one["code"] for one in page["items"]]
        address = page["next"]

    everything = get("/services", limit="100").json()["items"]
    assert codes == [one["code"] for one in everything]
    assert len(codes) == len(set(codes)) > 7


def test_everyday_words_find_a_service(world):
    found = Client().get("/api/v1/services", {"q": "praktik bidan"}).json()["items"]

    assert found[0]["code"] == "sip-bidan"
    assert found[0]["fee"] == "Gratis"


def test_a_service_brings_its_standard_and_its_form(world):
    one = get("/services/sip-bidan").json()

    assert len(one["standard"]) == 14
    assert one["standard"][0]["title"] == "Persyaratan"
    questions = [question["key"] for page in one["form"] for question in page["questions"]]
    assert {"name", "nik", "place_region", "schedule"} <= set(questions)
    assert "str" in [requirement["key"] for requirement in one["requirements"]]
    english = get("/services/sip-bidan", **{"Accept-Language": "en"}).json()
    assert english["standard"][0]["title"] == "Requirements"


def test_a_service_that_is_known_already_is_not_sent_again(world):
    etag = get("/services/sip-bidan")["ETag"]
    again = get("/services/sip-bidan", **{"If-None-Match": etag})

    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)
    english = get("/services/sip-bidan", **{"If-None-Match": etag, "Accept-Language": "en"})
    assert english.status_code == 200


def test_a_service_that_was_read_before_takes_one_query(world, django_assert_num_queries):
    get("/services/sip-bidan")
    with django_assert_num_queries(1):  # the versions: inside a test nothing is kept
        get("/services/sip-bidan")


def test_an_application_is_followed_by_its_code(world, django_assert_max_num_queries):
    case = world.apply()
    code = Application.objects.get().tracking_code
    get(f"/tracking/{code}")
    with django_assert_max_num_queries(5):
        answer = get(f"/tracking/{code.lower().replace('-', '')}")

    body = answer.json()
    assert body["applicant"] == "S••• L•••"
    [one] = body["cases"]
    assert (one["number"], one["state"]) == (case.number, "submitted")
    assert one["timeline"][0]["title"] == "Permohonan diterima"
    assert one["promised_at"]
    assert "Sari" not in answer.content.decode()


def test_guessing_codes_is_stopped_as_on_the_page(world):
    assert problem_of(get("/tracking/AAAA")) == "not-found"
    statuses = [get("/tracking/0000-0000-0").status_code for _try in range(TRIES_AN_HOUR + 1)]

    assert statuses == [404] * TRIES_AN_HOUR + [429]


def test_a_permit_is_verified_by_code_and_number(world, program):
    permit = Permit.objects.get(case=world.issued(world.apply()))
    sidesa = program(Scope.VERIFY_READ)
    answer = sidesa.get(f"/verify/{permit.check_code}", {"number": permit.number}).json()

    assert (answer["verdict"], answer["word"]) == ("in_force", "BERLAKU")
    assert answer["permit"]["number"] == permit.number
    assert answer["permit"]["holder"] == "Sari L•••"
    other = sidesa.get(f"/verify/{permit.check_code}", {"number": "1/2"}).json()
    assert (other["verdict"], other["permit"]) == ("unknown", None)


def test_a_suspended_permit_is_answered_so(world, program):
    permit = Permit.objects.get(case=world.issued(world.apply()))
    give(world, permit, Kind.SUSPENSION, law="Perbup 12/2024 Pasal 30")
    sidesa = program(Scope.VERIFY_READ)
    answer = sidesa.get(f"/verify/{permit.check_code}", {"number": permit.number}).json()

    assert (answer["verdict"], answer["word"]) == ("suspended", "DIBEKUKAN")


def test_the_page_of_the_api_shows_every_operation_and_problem(world):
    page = get("/docs/").content.decode()

    for path, operations in published()["paths"].items():
        for method in operations:
            assert f"{method.upper()} {path}" in page
    for code in KINDS:
        assert f"/api/v1/problems/{code}/" in page
    assert "cases:read-all" in page


def test_the_schema_is_openapi_3_1_and_names_every_operation(world):
    schema = get("/openapi.json").json()

    assert schema["openapi"] == "3.1.0"
    listed = schema["paths"]["/api/v1/services"]["get"]
    assert listed["operationId"] == "list_services"
    assert "application/problem+json" in listed["responses"]["404"]["content"]
    verify = schema["paths"]["/api/v1/verify/{code}"]["get"]
    assert verify["security"] == [{"Token": []}]
