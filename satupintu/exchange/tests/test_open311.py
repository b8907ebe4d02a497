"""
Open311 GeoReport v2 as other programs meet it.

Read by somebody else's client (PyPI `georeport`, in XML and JSON) and held against the structure that the
specification prints (georeport.xsd, checked by lxml). `georeport` only reads, so complaints are sent by plain forms.
"""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from georeport import GeoReport
from lxml import etree

from satupintu.desk.models import Complaint, Reporter
from satupintu.desk.rules import MOST_AN_HOUR, State
from satupintu.desk.tests.conftest import answered, fresh
from satupintu.documents.services import store_bytes
from satupintu.exchange.models import Report
from satupintu.exchange.rules import Scope
from satupintu.exchange.tests.conftest import Program
from satupintu.lib import clock
from satupintu.messaging.models import OutMessage
from satupintu.permits.tests.officer_cases import MONDAY, World

V2 = "/open311/v2"
STORY = "Loket tutup pukul sebelas padahal jadwalnya sampai pukul tiga."
SECRET = "Sari Contoh 0812-3456-7890"
SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).with_name("georeport.xsd")))


@pytest.fixture
def city(program: Callable[..., Program]) -> Program:
    """Another program that may send complaints."""
    return program(Scope.COMPLAINTS_WRITE, name="Lapor Kota")


def send(city: Program, form: str = "json", /, **given: Any) -> Any:
    data = {"api_key": city.token, "service_code": "late", "description": STORY} | given
    return Client().post(f"{V2}/requests.{form}", {k: v for k, v in data.items() if v is not None})


def read(path: str, **query: str) -> Any:
    """Ask in both forms; return the JSON, after the XML kept to the structure of the specification."""
    plain = Client().get(f"{V2}/{path}.json", query)
    marked = Client().get(f"{V2}/{path}.xml", query)
    assert plain.status_code == marked.status_code
    assert plain["Content-Type"] == "application/json; charset=utf-8"
    valid(marked)
    return plain.json()


def valid(answer: Any) -> Any:
    assert answer["Content-Type"] == "text/xml; charset=utf-8"
    root = etree.fromstring(answer.content)
    SCHEMA.assertValid(root)
    return root


def refused(answer: Any) -> tuple[int, int]:
    (error,) = answer.json()
    assert error["description"]
    return answer.status_code, error["code"]


def published(world: World, **more: Any) -> Complaint:
    one = answered(world, **more)
    world.do(one.case, "publish", "maya", story="Loket tutup lebih awal.", answer="Sudah ditegur.")
    return fresh(one)


def test_services_are_the_offices_categories(world: World) -> None:
    services = read("services")
    assert {one["service_code"] for one in services} >= {"late", "levy", "information"}
    assert all(one["metadata"] is True and one["type"] == "realtime" for one in services)
    definition = read("services/late")
    assert [one["code"] for one in definition["attributes"]] == ["privacy", "case_number", "wish"]
    assert refused(Client().get(f"{V2}/services/nothing.json")) == (404, 404)


def test_the_service_is_discovered_in_the_language_asked_for(world: World) -> None:
    found = read("discovery")
    (endpoint,) = found["endpoints"]
    assert endpoint["url"] == f"{settings.BASE_URL}{V2}"
    assert endpoint["formats"] == ["text/xml", "application/json"]
    assert Client().get("/open311/discovery.xml").status_code == 200
    english = Client().get(f"{V2}/services.json", headers={"Accept-Language": "en"}).json()
    assert any("late" in one["service_name"].lower() for one in english)


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.django_db(transaction=True)
def test_somebody_elses_client_reads_it(
    live_server: Any, monkeypatch: pytest.MonkeyPatch, settings: Any, form: str
) -> None:
    """PyPI georeport 0.3: services, a definition, lists by every filter, one request."""
    from satupintu.permits.tests.officer_cases import make_world

    monkeypatch.setattr(clock, "now", lambda: MONDAY)
    settings.BASE_URL = "https://izin.contoh.go.id"
    world = make_world()
    first, _second = published(world), published(world, category="quality")
    client = GeoReport(live_server.url + V2, jurisdiction="izin.contoh.go.id", output_format=form)

    assert {one["service_code"] for one in client.get_service_list()} >= {"late", "quality"}
    assert client.get_service_definition("late")["service_code"] == "late"
    assert len(client.get_service_requests()) == 2
    late = client.get_service_requests(service_code="late,levy", status="closed")
    (one,) = late if isinstance(late, list) else [late]  # xmltodict unpacks a single one
    assert one["service_request_id"] == first.case.number
    assert one["description"] == "Loket tutup lebih awal."
    assert client.get_service_request(first.case.number)["status"] == "closed"


def test_a_complaint_comes_in_as_from_the_web(world: World, city: Program) -> None:
    answer = send(city, "xml")
    (number,) = valid(answer).xpath("//service_request_id/text()")
    one = Complaint.objects.select_related("case").get(case__number=number)
    assert (one.story, one.category, one.privacy) == (STORY, "late", "anonymous")
    assert one.case.state == State.RECEIVED
    assert one.case.legal.due_at is not None
    assert one.tracking_code in answer.content.decode()
    row = one.case.transitions.get()
    assert (row.channel, row.origin, row.role) == ("api", "complaint:open311", "applicant")
    assert not Reporter.objects.exists()


def test_place_link_and_attributes_are_kept(world: World, city: Program) -> None:
    send(
        city,
        lat="-0.12",
        long="110.6",
        address_string="Jl. Ahmad Yani 1",
        media_url="https://foto.example/1.jpg",
        **{"attribute[wish]": "Buka sesuai jadwal.", "attribute[privacy]": "open"},
        first_name="Sari",
        email="sari@example.test",
    )
    one = Complaint.objects.get()
    assert one.story.splitlines()[1:] == [
        "Tempat: Jl. Ahmad Yani 1, -0.12, 110.6",
        "Gambar: https://foto.example/1.jpg",
    ]
    assert (one.wish, one.privacy) == ("Buka sesuai jadwal.", "open")


def test_a_name_is_kept_apart_unless_it_was_given_openly(world: World, city: Program) -> None:
    number = send(city, first_name="Sari", last_name="Contoh", email="sari@example.test").json()
    one = Complaint.objects.select_related("case").get()
    assert (one.privacy, one.hold) == ("confidential", "unconfirmed")
    assert one.reporter.name == "Sari Contoh"
    assert one.case.party_id is None
    assert one.case.transitions.get().actor_name == "Pelapor"
    assert OutMessage.objects.filter(template="complaint_code").count() == 1
    own = city.http.get(
        f"{V2}/requests/{number[0]['service_request_id']}.json", {"api_key": city.token}
    )
    assert own.status_code == 200
    assert "Sari" not in own.content.decode()


def test_routes_and_levies_go_where_the_web_sends_them(world: World, city: Program) -> None:
    send(city, service_code="levy")
    one = Complaint.objects.select_related("case").get()
    assert one.sealed
    assert one.case.tasks.get().role == "inspector"


@pytest.mark.parametrize("asked", ["requests", "requests/{number}"])
def test_nothing_comes_out_before_it_is_made_public(world: World, asked: str) -> None:
    one = answered(world, name="Sari Contoh", contact="0812-3456-7890", story=f"{SECRET} {STORY}")
    query = {"service_request_id": one.case.number}
    answer = Client().get(f"{V2}/{asked.format(number=one.case.number)}.json", query)
    assert answer.status_code == (200 if asked == "requests" else 404)
    assert answer.json() == [] or refused(answer) == (404, 404)


def test_only_words_made_public_come_out_and_no_moment(world: World) -> None:
    photo = store_bytes(
        content=b"foto", media_type="image/jpeg", party_id=None, kind="complaint", name="lampiran",
        by=world.actor("budi"), at=world.at,
    )  # fmt: skip
    one = published(
        world,
        name="Sari Contoh",
        contact="0812-3456-7890",
        story=f"{SECRET} {STORY}",
        files=(photo.pk,),
    )
    (row,) = read("requests", service_request_id=f"{one.case.number},ADU-2026-99999")
    assert row["description"] == "Loket tutup lebih awal."
    assert row["status_notes"] == "Sudah ditegur."
    assert row["requested_datetime"] == "2026-11-23T00:00:00+07:00"
    assert row["media_url"] is None
    text = json.dumps([row, read(f"requests/{one.case.number}")])
    for word in ("Sari", "0812", "Contoh", "pukul sebelas", one.tracking_code):
        assert word not in text


def test_the_filters_are_those_of_the_specification(world: World) -> None:
    one = published(world)
    for query, count in [
        ({"status": "closed"}, 1),
        ({"status": "open"}, 0),
        ({"status": "open,closed"}, 1),
        ({"service_code": "quality"}, 0),
        ({"start_date": "2026-11-23T00:00:00Z"}, 1),
        ({"start_date": "2026-11-24T00:00:00+07:00"}, 0),
        ({"end_date": "2026-11-22T23:59:59+07:00"}, 0),
        # Whole days: nobody finds the minute by halving.
        ({"start_date": "2026-11-23T23:59:59+07:00", "end_date": "2026-11-23T00:00:00+07:00"}, 1),
        ({"service_request_id": one.case.number, "status": "nonsense"}, 1),  # overrides the rest
    ]:
        assert len(read("requests", **query)) == count, query


@pytest.mark.parametrize(
    "query",
    [
        {"status": "half"},
        {"start_date": "yesterday"},
        {"end_date": "0001-01-01T00:00:00+14:00"},
        {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-11-23T00:00:00Z"},
    ],
)
def test_a_filter_that_makes_no_sense_is_an_error(world: World, query: dict[str, str]) -> None:
    assert read("requests", **query)[0]["code"] == 400


def test_an_own_complaint_is_followed_by_its_key_without_its_words(
    world: World, city: Program, program: Callable[..., Program]
) -> None:
    number = send(city).json()[0]["service_request_id"]
    path = f"{V2}/requests/{number}.json"
    (row,) = Client().get(path, {"api_key": city.token}).json()
    assert (row["status"], row["description"], row["status_notes"]) == ("open", None, None)
    assert row["expected_datetime"]
    other = program(Scope.COMPLAINTS_WRITE, name="Lain")
    assert refused(Client().get(path, {"api_key": other.token})) == (404, 404)
    assert refused(Client().get(path)) == (404, 404)


def test_what_looks_like_a_flood_is_held_and_answered_with_a_token(
    world: World, city: Program
) -> None:
    for turn in range(5):
        assert "service_request_id" in send(city, description=f"{STORY} Ke-{turn}.").json()[0]
    (answer,) = send(city, description=f"{STORY} Ke-enam.").json()
    assert "service_request_id" not in answer
    assert refused(Client().get(f"{V2}/tokens/{answer['token']}.json")) == (404, 404)
    one = Complaint.objects.select_related("case").get(hold="often")
    world.do(one.case, "accept", "maya")
    assert read(f"tokens/{answer['token']}") == [
        {"service_request_id": one.case.number, "token": answer["token"]}
    ]


def test_persons_of_one_program_do_not_hold_each_other_back(world: World, city: Program) -> None:
    for turn in range(8):
        send(city, description=f"{STORY} Ke-{turn}.", device_id=f"telepon-{turn}")
    assert not Complaint.objects.exclude(hold="").exists()


def test_too_many_from_one_program_are_refused(
    world: World, city: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("satupintu.desk.rules.MOST_AN_HOUR", 2)
    for turn in range(2):
        send(city, description=f"{STORY} Ke-{turn}.")
    answer = send(city, description=f"{STORY} Ke-tiga.")
    assert refused(answer) == (429, 429)
    assert int(answer["Retry-After"]) > 0
    assert Complaint.objects.count() == 2
    assert MOST_AN_HOUR == 60


def test_the_same_sent_again_is_one(
    world: World, city: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = send(city).json(), send(city).json()
    assert first == second
    assert Complaint.objects.count() == Report.objects.count() == 1
    monkeypatch.setattr(clock, "now", lambda: MONDAY + timedelta(hours=2))
    send(city)
    assert Complaint.objects.count() == 2


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"service_code": None}, 400),
        ({"service_code": "nothing"}, 404),
        ({"description": None}, 400),
        ({"description": "Satu"}, 400),
        ({"email": "bukan@surel"}, 400),
        ({"attribute[privacy]": "secret"}, 400),
        ({"attribute[case_number]": "REG-0000-1"}, 400),
        ({"jurisdiction_id": "other.example"}, 404),
        ({"api_key": None}, 403),
        ({"api_key": "spt_abcdefgh_" + "x" * 43}, 403),
    ],
)
def test_bad_input_is_said_in_the_shape_of_the_specification(
    world: World, city: Program, given: dict[str, Any], code: int
) -> None:
    assert refused(send(city, **given)) == (code, code)
    valid(send(city, "xml", **given))
    assert not Complaint.objects.exists()


def test_a_token_of_another_scope_sends_nothing(
    world: World, program: Callable[..., Program]
) -> None:
    assert refused(send(program(Scope.CASES_READ_ALL))) == (403, 403)


def test_other_methods_and_forms_are_refused(world: World) -> None:
    answer = Client().delete(f"{V2}/requests.json")
    assert refused(answer) == (405, 405)
    assert answer["Allow"] == "GET, POST, HEAD"
    assert Client().get(f"{V2}/services.csv").status_code == 404
    assert Client().get(f"{V2}/requests/x%00y.json").status_code == 400
    assert Client().head(f"{V2}/services.xml").status_code == 200


def test_signs_that_xml_cannot_hold_are_left_out(world: World) -> None:
    one = answered(world)
    story = "Loket\x0b tutup <lebih> awal & gelap."
    world.do(one.case, "publish", "maya", story=story, answer="Ya.")
    root = valid(Client().get(f"{V2}/requests/{one.case.number}.xml"))
    assert root.xpath("//description/text()") == ["Loket tutup <lebih> awal & gelap."]


def test_a_list_costs_the_same_however_long(world: World) -> None:
    counts = []
    for rows in (1, 4):
        while Complaint.objects.count() < rows:
            published(world)
        Client().get(f"{V2}/requests.json")
        with CaptureQueriesContext(connection) as asked:
            assert len(Client().get(f"{V2}/requests.json").json()) == rows
        counts.append(len(asked))
    assert counts[0] == counts[1]
