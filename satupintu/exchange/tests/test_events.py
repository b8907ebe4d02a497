"""
Events for other programs, received by a server of the test.

Signatures are checked by PyPI `standardwebhooks` and events read by PyPI `cloudevents`: their makers' own libraries.
"""

import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any
from uuid import uuid4

import pytest
from cloudevents.core.bindings.http import HTTPMessage, from_structured_event
from cloudevents.core.formats.json import JSONFormat
from django.conf import settings
from django.test import Client
from standardwebhooks import Webhook, WebhookVerificationError

from satupintu.exchange import services, webhooks
from satupintu.exchange.models import ApiClient, Delivery, Endpoint
from satupintu.exchange.rules import Scope
from satupintu.exchange.services.telling import read
from satupintu.exchange.tests.conftest import Program
from satupintu.exchange.webhooks import Outcome, Stop
from satupintu.lib import clock, outgoing
from satupintu.lib.standin import StandInHandler, close, listen
from satupintu.messaging.models import OutMessage
from satupintu.people.rules import system_actor
from satupintu.permits.tests.officer_cases import MONDAY, World
from satupintu.workflow.models import Transition
from satupintu.workflow.services import run_readers

SOON = MONDAY + timedelta(minutes=1)


class Receiver(StandInHandler, BaseHTTPRequestHandler):
    """Keeps what it is sent; answers what the test says."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((dict(self.headers), body))  # type: ignore[attr-defined]
        status, headers = self.server.says  # type: ignore[attr-defined]
        self.answer(status, b"", "text/plain", headers)


@pytest.fixture
def receiver(settings: Any, socket_enabled: None) -> Iterator[Any]:
    settings.OUTGOING_NETWORKS = ["127.0.0.0/8"]
    server: Any = listen(Receiver)
    server.got, server.says = [], (204, {})
    server.url = f"http://127.0.0.1:{server.server_port}/peristiwa?kunci=1"
    yield server
    close(server)


@pytest.fixture
def dashboard(program: Callable[..., Program]) -> ApiClient:
    client = program(Scope.CASES_READ_ALL, name="Dasbor").client
    assert client is not None
    return client


def add(client: ApiClient, receiver: Any) -> services.NewSecret:
    return services.add_endpoint(
        client=client, url=receiver.url, by=system_actor("tests"), at=MONDAY
    )


def told(world: World, at: Any = SOON) -> int:
    run_readers(at=at)
    return services.tell_due(at=at)


def moved(world: World) -> Any:
    """Return a case that came in just now."""
    return world.apply()


def state(endpoint: Endpoint) -> Endpoint:
    return Endpoint.objects.get(pk=endpoint.pk)


def verify(secret: str, headers: dict[str, str], body: bytes, monkeypatch: Any) -> Any:
    """Check as a receiver does, whose clock is the office's."""
    monkeypatch.setattr("standardwebhooks.webhooks.datetime", _Clock)
    return Webhook(secret).verify(body, {k.lower(): v for k, v in headers.items()})


class _Clock(datetime):
    """The receiver's clock: Webhook.verify asks `datetime.now`."""

    @classmethod
    def now(cls, tz: Any = None) -> Any:
        return SOON.astimezone(tz)


def test_a_move_is_told_signed_and_without_a_person(
    world: World, dashboard: ApiClient, receiver: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = add(dashboard, receiver).secret
    case = moved(world)
    assert told(world) >= 1
    headers, body = receiver.got[-1]
    verify(secret, headers, body, monkeypatch)
    event = from_structured_event(HTTPMessage(headers=headers, body=body), JSONFormat())
    assert event.get_type() == "id.satupintu.permit.moved"
    assert event.get_source() == f"{settings.BASE_URL}/api/v1"
    assert event.get_subject() == case.number
    data = event.get_data()
    assert set(data) == {"number", "kind", "state", "version", "link"}
    assert data["number"] == case.number
    assert data["link"] == f"{settings.BASE_URL}/api/v1/cases/{case.number}"
    assert case.party.name.split()[0] not in body.decode()
    delivery = Delivery.objects.latest("at")
    assert (delivery.state, delivery.answered) == (Outcome.DONE, 204)


def test_another_secret_or_body_does_not_verify(
    world: World, dashboard: ApiClient, receiver: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = add(dashboard, receiver).secret
    moved(world)
    told(world)
    headers, body = receiver.got[-1]
    with pytest.raises(WebhookVerificationError):
        verify(secret, headers, body + b" ", monkeypatch)
    with pytest.raises(WebhookVerificationError):
        verify(webhooks.written_secret(b"x" * 32), headers, body, monkeypatch)


def test_while_a_secret_is_replaced_both_verify_and_then_only_the_new(
    world: World, dashboard: ApiClient, receiver: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = add(dashboard, receiver)
    moved(world)
    run_readers(at=SOON)  # written down before, sent after
    new = services.rotate_secret(endpoint=state(made.endpoint), at=SOON).secret
    services.tell_due(at=SOON)
    headers, body = receiver.got[-1]
    for secret in (made.secret, new):
        verify(secret, headers, body, monkeypatch)
    later = SOON + webhooks.OVERLAP
    services.send_test(endpoint=state(made.endpoint), at=later)
    services.tell_due(at=later)
    assert len(receiver.got[-1][0]["webhook-signature"].split()) == 1


def test_only_what_the_client_may_read_is_told(
    world: World, program: Callable[..., Program], receiver: Any
) -> None:
    stranger = program(Scope.CASES_READ, name="Lain").client
    verifier = program(Scope.VERIFY_READ, name="Pemeriksa").client
    assert stranger is not None
    assert verifier is not None
    add(stranger, receiver)
    add(verifier, receiver)
    moved(world)
    told(world)
    assert receiver.got == []


def test_a_complaint_is_told_to_the_program_that_sent_it(
    world: World, program: Callable[..., Program], dashboard: ApiClient, receiver: Any
) -> None:
    city = program(Scope.COMPLAINTS_WRITE, name="Lapor Kota")
    assert city.client is not None
    add(city.client, receiver)
    add(dashboard, receiver)
    story = "Loket tutup pukul sebelas padahal jadwalnya sampai pukul tiga."
    given = {"api_key": city.token, "service_code": "levy", "description": story}
    Client().post("/open311/v2/requests.json", given)
    told(world)
    (got,) = receiver.got
    data = json.loads(got[1])["data"]
    assert data["kind"] == "complaint"
    assert "pukul" not in got[1].decode()
    assert Client().get(data["link"].removeprefix(settings.BASE_URL)).status_code == 404


def test_a_revoked_client_is_told_nothing(
    world: World, dashboard: ApiClient, receiver: Any
) -> None:
    add(dashboard, receiver)
    moved(world)
    run_readers(at=SOON)
    services.revoke_client(client_id=dashboard.pk, by=system_actor("tests"), at=SOON)
    assert services.tell_due(at=SOON) == 0
    assert receiver.got == []


def test_the_reader_is_idempotent(world: World, dashboard: ApiClient, receiver: Any) -> None:
    add(dashboard, receiver)
    case = moved(world)
    run_readers(at=SOON)
    before = Delivery.objects.count()
    for row in Transition.objects.filter(case=case):
        read(row)
    assert Delivery.objects.count() == before >= 1


def test_a_receiver_that_is_down_is_tried_by_the_schedule_and_rests(
    world: World, dashboard: ApiClient, receiver: Any
) -> None:
    endpoint = add(dashboard, receiver).endpoint
    services.send_test(endpoint=endpoint, at=MONDAY)
    services.send_test(endpoint=endpoint, at=MONDAY)
    receiver.says = (503, {})
    assert services.tell_due(at=MONDAY) == 2
    assert services.tell_due(at=MONDAY + timedelta(seconds=30)) == 0  # it rests
    assert services.tell_due(at=MONDAY + timedelta(minutes=2)) == 1  # one tells whether it is back
    receiver.says = (200, {})
    later = MONDAY + timedelta(minutes=10)
    while services.tell_due(at=later):
        later += timedelta(minutes=10)
    assert set(Delivery.objects.values_list("state", flat=True)) == {Outcome.DONE}
    assert state(endpoint).failing_since is None
    ids = [headers["webhook-id"] for headers, _body in receiver.got]
    assert len(set(ids)) == 2  # a try again is the same message


def test_after_the_last_try_it_failed_and_is_sent_again_by_hand(
    world: World, dashboard: ApiClient, receiver: Any
) -> None:
    endpoint = add(dashboard, receiver).endpoint
    one = services.send_test(endpoint=endpoint, at=MONDAY)
    receiver.says = (500, {})
    at = MONDAY
    while Delivery.objects.get().state == Outcome.WAITING:
        services.tell_due(at=at)
        at = Delivery.objects.get().due_at + webhooks.REST
    assert len(receiver.got) == len(webhooks.WAITS) + 1
    receiver.says = (200, {})
    assert services.replay(delivery_id=one.pk, endpoint=state(endpoint), at=at)
    assert not services.replay(delivery_id=uuid4(), endpoint=state(endpoint), at=at)
    services.tell_due(at=at)
    assert Delivery.objects.get().state == Outcome.DONE


def test_gone_is_obeyed_at_once_and_the_administrator_told(
    world: World, dashboard: ApiClient, receiver: Any
) -> None:
    endpoint = add(dashboard, receiver).endpoint
    services.send_test(endpoint=endpoint, at=MONDAY)
    services.send_test(endpoint=endpoint, at=MONDAY + timedelta(hours=1))
    receiver.says = (410, {})
    services.tell_due(at=MONDAY)
    assert state(endpoint).stopped_why == Stop.GONE
    assert services.tell_due(at=MONDAY + timedelta(hours=2)) == 0
    assert set(Delivery.objects.values_list("state", flat=True)) == {Outcome.FAILED}
    message = OutMessage.objects.get(template="endpoint_stopped")
    assert "Dasbor" in message.body
    services.start_endpoint(endpoint=endpoint)
    assert state(endpoint).stopped_at is None


def test_an_endpoint_that_is_dead_for_days_is_stopped(
    world: World, dashboard: ApiClient, receiver: Any
) -> None:
    endpoint = add(dashboard, receiver).endpoint
    close(receiver)  # nobody listens
    services.send_test(endpoint=endpoint, at=MONDAY)
    services.tell_due(at=MONDAY)
    assert Delivery.objects.get().why == "ConnectError"
    services.send_test(endpoint=endpoint, at=MONDAY)
    services.tell_due(at=MONDAY + webhooks.DEAD_AFTER)
    assert state(endpoint).stopped_why == Stop.DEAD


def test_a_redirect_is_a_failure_and_is_not_followed(
    world: World, dashboard: ApiClient, receiver: Any
) -> None:
    endpoint = add(dashboard, receiver).endpoint
    services.send_test(endpoint=endpoint, at=MONDAY)
    receiver.says = (307, {"Location": receiver.url})
    services.tell_due(at=MONDAY)
    assert len(receiver.got) == 1
    one = Delivery.objects.get()
    assert (one.state, one.answered) == (Outcome.WAITING, 307)


def test_a_name_that_moves_into_the_inner_network_is_not_called(
    world: World, dashboard: ApiClient, receiver: Any, settings: Any
) -> None:
    endpoint = add(dashboard, receiver).endpoint
    services.send_test(endpoint=endpoint, at=MONDAY)
    settings.OUTGOING_NETWORKS = []
    services.tell_due(at=MONDAY)
    assert receiver.got == []
    assert state(endpoint).failing_since == MONDAY


def test_a_worker_that_died_after_sending_is_followed_by_the_same_message(
    world: World, dashboard: ApiClient, receiver: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = add(dashboard, receiver).endpoint
    services.send_test(endpoint=endpoint, at=MONDAY)

    def dies(*_given: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("satupintu.exchange.services.telling._settle", dies)
        with pytest.raises(KeyboardInterrupt):
            services.tell_due(at=MONDAY)
    assert services.tell_due(at=MONDAY + timedelta(seconds=30)) == 0  # still claimed
    assert services.tell_due(at=MONDAY + webhooks.CLAIM) == 1
    first, second = receiver.got
    assert first[1] == second[1]
    assert first[0]["webhook-id"] == second[0]["webhook-id"]


def test_two_workers_send_it_once(world: World, dashboard: ApiClient, receiver: Any) -> None:
    endpoint = add(dashboard, receiver).endpoint
    services.send_test(endpoint=endpoint, at=MONDAY)
    seen = list(Delivery.objects.select_related("endpoint"))
    from satupintu.exchange.services.telling import _claim

    assert [_claim(one, MONDAY) for one in seen] == [True]
    stale = Delivery.objects.get()
    stale.attempts, stale.due_at = 0, MONDAY
    assert not _claim(stale, MONDAY)


def test_events_that_arrive_reordered_say_which_is_newer(
    world: World, dashboard: ApiClient, receiver: Any
) -> None:
    add(dashboard, receiver)
    moved(world)
    told(world)
    versions = [json.loads(body)["data"]["version"] for _headers, body in receiver.got]
    assert len(set(versions)) == len(versions)


@pytest.mark.parametrize(
    ("attempts", "chance", "asked", "seconds"),
    [
        (1, 0.0, None, 5),
        (1, 1.0, None, 6),
        (2, 0.0, None, 300),
        (2, 0.0, timedelta(hours=1), 3600),
        (2, 0.0, timedelta(days=9), 86400),
        (9, 0.0, None, 86400),
        (10, 0.0, None, None),
    ],
)
def test_the_schedule(attempts: int, chance: float, asked: Any, seconds: int | None) -> None:
    wait = webhooks.wait_after(attempts, chance, asked)
    assert (wait.total_seconds() if wait else None) == seconds


# --- The page --------------------------------------------------------------------------------------
def browser(world: World) -> Client:
    client = Client()
    client.force_login(world.user("admin"), backend="satupintu.people.backends.PasswordBackend")
    return client


def test_the_secret_is_shown_once(world: World, dashboard: ApiClient, receiver: Any) -> None:
    admin, page = browser(world), f"/pengaturan/klien-api/{dashboard.pk}/peristiwa/"
    shown = admin.post(page, {"url": receiver.url}).content.decode()
    secret = re.search(r"whsec_[\w+/=]+", shown)
    assert secret
    endpoint = Endpoint.objects.get()
    assert endpoint.secret == secret.group()
    listed = admin.get(page).content.decode()
    assert secret.group() not in listed
    renewed = admin.post(f"{page}{endpoint.pk}/", {"apa": "rahasia"}).content.decode()
    assert "whsec_" in renewed
    assert secret.group() not in renewed


@pytest.mark.parametrize("url", ["http://contoh.go.id/", "https://127.0.0.1/", "https://x y/", ""])
def test_a_bad_address_is_one_sentence_and_stays_typed(
    world: World, dashboard: ApiClient, url: str
) -> None:
    page = f"/pengaturan/klien-api/{dashboard.pk}/peristiwa/"
    answer = browser(world).post(page, {"url": url})
    assert answer.status_code == 422
    assert url in answer.content.decode()
    assert not Endpoint.objects.exists()


def test_the_page_tests_stops_starts_and_sends_again(
    world: World, dashboard: ApiClient, receiver: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin, endpoint = browser(world), add(dashboard, receiver).endpoint
    page = f"/pengaturan/klien-api/{dashboard.pk}/peristiwa/"
    one = f"{page}{endpoint.pk}/"
    admin.post(one, {"apa": "uji"})
    receiver.says = (410, {})
    services.tell_due(at=clock.now())
    stopped = admin.get(page).content.decode()
    assert "410" in stopped
    assert "Kirim lagi" not in stopped
    admin.post(one, {"apa": "mulai"})
    assert "Kirim lagi" in admin.get(page).content.decode()
    receiver.says = (200, {})
    admin.post(one, {"apa": "ulang", "kiriman": str(Delivery.objects.get().pk)})
    admin.post(one, {"apa": "ulang", "kiriman": "bukan"})
    services.tell_due(at=clock.now())
    assert Delivery.objects.get().state == Outcome.DONE
    admin.post(one, {"apa": "henti"})
    assert state(endpoint).stopped_why == Stop.OFFICE
    assert admin.post(f"{page}{uuid4()}/", {"apa": "uji"}).status_code == 404
    assert not OutMessage.objects.filter(template="endpoint_stopped").count() > 1
    assert outgoing.SECONDS <= 5
