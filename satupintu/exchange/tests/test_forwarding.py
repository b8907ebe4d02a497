"""
Complaints sent on by Open311: against our own server over HTTP, and against a server that answers with the documents
that the specification prints (wiki.open311.org/GeoReport_v2). No server of somebody else's can be installed here.
"""

from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.test import Client

from satupintu.desk.models import Complaint
from satupintu.desk.tests.conftest import complain
from satupintu.exchange import services
from satupintu.exchange.models import Forwarding, Partner
from satupintu.exchange.open311 import client
from satupintu.exchange.open311.client import Fate
from satupintu.exchange.rules import Scope
from satupintu.lib import clock
from satupintu.lib.standin import StandInHandler, close, listen
from satupintu.people.rules import system_actor
from satupintu.permits.tests.officer_cases import MONDAY, World
from satupintu.workflow.services import MoveNotAllowed

WORDS = "Lampu jalan di depan kantor camat padam sejak Senin."


def answered(row: str) -> str:
    return f"<service_requests><request>{row}</request></service_requests>"


XML = '<?xml version="1.0" encoding="utf-8"?>'
NOTICE = "The City will inspect and require the responsible party to correct within 24 hours"
DONE = answered(
    f"<service_request_id>293944</service_request_id><service_notice>{NOTICE}</service_notice><account_id/>"
)
TOKEN = answered("<token>12345</token>")
NUMBER = answered("<service_request_id>638344</service_request_id><token>12345</token>")
OPEN = answered(
    "<service_request_id>638344</service_request_id><status>open</status><status_notes/>"
)
CLOSED = answered(
    "<service_request_id>638344</service_request_id><status>closed</status>"
    "<status_notes>Duplicate request.</status_notes>"
)
ERRORS = "<errors><error><code>400</code><description>service_code was not provided</description></error></errors>"


class Elsewhere(StandInHandler, BaseHTTPRequestHandler):
    """Another office's server: answers what the test says, in turn, and keeps what it was asked."""

    def _any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self.server.got.append((self.command, self.path, parse_qs(body)))  # type: ignore[attr-defined]
        status, text = self.server.says.pop(0)  # type: ignore[attr-defined]
        if status:
            self.answer(status, text.encode(), "text/xml")

    do_GET = do_POST = _any  # noqa: N815  named by http.server


@pytest.fixture
def elsewhere(settings: Any, socket_enabled: None) -> Iterator[Any]:
    settings.OUTGOING_NETWORKS = ["127.0.0.0/8"]
    server: Any = listen(Elsewhere)
    server.got, server.says = [], []
    server.url = f"http://127.0.0.1:{server.server_port}/open311/v2"
    yield server
    close(server)


def enter(url: str, **more: Any) -> Partner:
    given = {"name": "Dinas PU", "url": url, "api_key": "k", "jurisdiction": ""} | more
    return services.add_partner(**given, by=system_actor("tests"), at=MONDAY)


def forward(
    world: World, partner: Partner, one: Complaint | None = None, **more: Any
) -> Forwarding:
    given = {"service_code": "001", "words": WORDS} | more
    one = one or complain(world)
    return services.forward_complaint(
        complaint=one, partner=partner, by=world.actor("maya"), at=MONDAY, **given
    )


def now_is(one: Forwarding) -> Forwarding:
    return Forwarding.objects.get(pk=one.pk)


def test_it_is_sent_and_its_number_kept_and_asked_about(world: World, elsewhere: Any) -> None:
    one = forward(world, enter(elsewhere.url + "/", jurisdiction="pu.go.id"))
    elsewhere.says = [(201, XML + DONE), (200, OPEN), (200, CLOSED)]
    assert services.forward_due(at=MONDAY) == 1
    assert (now_is(one).fate, now_is(one).number) == (Fate.OPEN, "293944")
    assert services.forward_due(at=MONDAY) == 0
    services.forward_due(at=MONDAY + timedelta(hours=7))
    services.forward_due(at=MONDAY + timedelta(hours=14))
    assert (now_is(one).fate, now_is(one).notes) == (Fate.CLOSED, "Duplicate request.")
    assert services.forward_due(at=MONDAY + timedelta(days=9)) == 0
    method, path, given = elsewhere.got[0]
    assert (method, path) == ("POST", "/open311/v2/requests.xml")
    assert given == {
        "api_key": ["k"],
        "jurisdiction_id": ["pu.go.id"],
        "service_code": ["001"],
        "description": [WORDS],
    }
    assert (
        elsewhere.got[1][1] == "/open311/v2/requests/293944.xml?jurisdiction_id=pu.go.id&api_key=k"
    )


def test_a_token_becomes_a_number(world: World, elsewhere: Any) -> None:
    one = forward(world, enter(elsewhere.url))
    elsewhere.says = [(200, TOKEN), (404, ERRORS), (200, NUMBER)]
    services.forward_due(at=MONDAY)
    assert (now_is(one).token, now_is(one).number) == ("12345", "")
    services.forward_due(at=MONDAY + timedelta(hours=7))
    services.forward_due(at=MONDAY + timedelta(hours=14))
    assert now_is(one).number == "638344"


def test_a_refusal_is_shown_and_sent_again_by_an_officer(world: World, elsewhere: Any) -> None:
    complaint = complain(world)
    one = forward(world, enter(elsewhere.url), complaint)
    elsewhere.says = [(400, ERRORS), (201, DONE)]
    services.forward_due(at=MONDAY)
    assert (now_is(one).fate, now_is(one).why) == (Fate.REFUSED, "service_code was not provided")
    again = {
        "complaint": complaint,
        "forwarding_id": one.pk,
        "by": world.actor("maya"),
        "at": MONDAY,
    }
    assert services.send_again(**again)
    assert not services.send_again(**again)
    services.forward_due(at=MONDAY)
    assert now_is(one).fate == Fate.OPEN


@pytest.mark.parametrize(
    "answer", [(500, "Internal"), (200, "<html/>"), (200, "no XML"), (302, ""), (0, ""),
               (200, '<!DOCTYPE x [<!ENTITY a "b">]>' + DONE)],
)  # fmt: skip
def test_what_may_have_arrived_is_not_sent_again_by_itself(
    world: World, elsewhere: Any, answer: tuple[int, str]
) -> None:
    one = forward(world, enter(elsewhere.url))
    elsewhere.says = [answer]
    services.forward_due(at=MONDAY)
    assert now_is(one).fate == Fate.UNSURE
    assert services.forward_due(at=MONDAY + timedelta(days=2)) == 0
    assert len(elsewhere.got) == 1


def test_a_server_that_is_down_or_busy_is_tried_again_and_given_up(
    world: World, elsewhere: Any
) -> None:
    one = forward(world, enter(elsewhere.url))
    elsewhere.says = [(503, "")]
    services.forward_due(at=MONDAY)
    assert now_is(one).fate == Fate.WAITING
    close(elsewhere)
    for _turn in range(12):
        services.forward_due(at=now_is(one).due_at)
    assert now_is(one).fate == Fate.REFUSED


def test_a_worker_that_died_while_sending_leaves_it_unsure(
    world: World, elsewhere: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = forward(world, enter(elsewhere.url))

    def dies(*_given: Any, **_more: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(client, "send", dies)
        with pytest.raises(KeyboardInterrupt):
            services.forward_due(at=MONDAY)
    services.forward_due(at=MONDAY + client.CLAIM)
    assert now_is(one).fate == Fate.UNSURE
    assert elsewhere.got == []


def test_no_name_no_sealed_one_and_no_stranger(world: World, elsewhere: Any) -> None:
    partner = enter(elsewhere.url)
    named = complain(world, name="Sari Contoh", contact="0812-3456-7890")
    with pytest.raises(services.NotForwarded):
        forward(world, partner, named, words=f"{WORDS} Kata Sari Contoh.")
    with pytest.raises(services.NotForwarded):
        forward(world, partner, complain(world, category="levy"))
    with pytest.raises(services.NotForwarded):
        forward(world, partner, words="Padam.")
    with pytest.raises(MoveNotAllowed):
        services.forward_complaint(
            complaint=named,
            partner=partner,
            service_code="1",
            words=WORDS,
            by=world.actor("joko"),
            at=MONDAY,
        )
    with pytest.raises(services.NotForwarded):
        enter("https://10.0.0.1/open311")
    assert not Forwarding.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_our_own_server_takes_it(
    live_server: Any, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """Two offices in one database: the complaint comes in again there, and is asked about by its number."""
    from datetime import date

    from satupintu.permits.tests.officer_cases import make_world

    settings.OUTGOING_NETWORKS = ["127.0.0.0/8", "::1/128"]
    monkeypatch.setattr(clock, "now", lambda: MONDAY)
    world = make_world()
    made = services.create_client(
        name="Kantor lain",
        contact="x",
        scopes=[Scope.COMPLAINTS_WRITE],
        valid_until=date(2027, 12, 31),
        user=None,
        by=system_actor("tests"),
        at=MONDAY,
    )
    partner = enter(f"{live_server.url}/open311/v2", api_key=made.token)
    one = forward(world, partner, service_code="late")
    services.forward_due(at=MONDAY)
    arrived = Complaint.objects.select_related("case").exclude(pk=one.case_id).get()
    assert arrived.story == WORDS
    assert (now_is(one).fate, now_is(one).number) == (Fate.OPEN, arrived.case.number)
    services.forward_due(at=MONDAY + timedelta(hours=7))
    assert now_is(one).fate == Fate.OPEN


# --- Pages -------------------------------------------------------------------------------------------
def browser(world: World, who: str) -> Client:
    signed = Client()
    signed.force_login(world.user(who), backend="satupintu.people.backends.PasswordBackend")
    return signed


def test_the_administrator_enters_and_ends_a_server(world: World, elsewhere: Any) -> None:
    admin, page = browser(world, "admin"), "/pengaturan/open311/"
    given = {"name": "Dinas PU", "url": elsewhere.url, "api_key": "rahasia", "jurisdiction": ""}
    assert admin.post(page, given).status_code == 302
    assert "rahasia" not in admin.get(page).content.decode()
    wrong = admin.post(page, given | {"url": "https://192.168.1.1/"})
    assert wrong.status_code == 422
    assert "192.168.1.1" in wrong.content.decode()
    admin.post(page, {"akhiri": str(Partner.objects.get().pk)})
    assert Partner.objects.get().ended_at is not None


def test_an_officer_sends_one_on_from_its_page(world: World, elsewhere: Any) -> None:
    partner, one = enter(elsewhere.url), complain(world)
    maya, page = browser(world, "maya"), f"/pengaduan/berkas/{one.case.number}/kirim-keluar/"
    assert page in maya.get(f"/pengaduan/berkas/{one.case.number}/").content.decode()
    given = {"partner": str(partner.pk), "service_code": "001", "words": WORDS}
    short = maya.post(page, given | {"words": "Padam sekali"})
    assert short.status_code == 422
    assert "Padam sekali" in short.content.decode()
    assert maya.post(page, given).status_code == 302
    shown = maya.get(page).content.decode()
    assert WORDS in shown
    assert "Menunggu dikirim" in shown
    assert maya.post(page, {"lagi": "x"}).status_code == 404
    assert (
        "Disampaikan ke Dinas PU"
        in maya.get(f"/pengaduan/berkas/{one.case.number}/").content.decode()
    )


def test_who_may_not_read_it_finds_no_page(world: World, elsewhere: Any) -> None:
    one = complain(world, category="levy")
    page = f"/pengaduan/berkas/{one.case.number}/kirim-keluar/"
    assert browser(world, "maya").get(page).status_code == 404
