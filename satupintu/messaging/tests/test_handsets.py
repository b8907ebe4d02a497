"""The demo's telephones against the real webhooks, and the page that shows them."""

import threading
from pathlib import Path

import httpx
import pytest

from satupintu.lib import clock
from satupintu.lib.env import env_str
from satupintu.lib.ports import free_ports
from satupintu.messaging import channels, services
from satupintu.messaging.channels.kannel import Kannel
from satupintu.messaging.channels.whatsapp_cloud.simulator import Cloud
from satupintu.messaging.handsets.cast import CAST
from satupintu.messaging.handsets.mailboxes import Mailboxes
from satupintu.messaging.handsets.server import Desk, serve
from satupintu.messaging.handsets.simulated import environment, secret
from satupintu.messaging.handsets.sms_centre import SmsCentre
from satupintu.messaging.handsets.switchboard import Switchboard
from satupintu.messaging.models import DeliveryReport, InMessage, OutMessage

KEY = "key"


def test_settings_of_a_demos_channels_differ_by_key_and_are_never_guessed():
    one, other = environment(9000, "a", Path("/s")), environment(9000, "b", Path("/s"))
    assert one["SATUPINTU_KANNEL_URL"] == other["SATUPINTU_KANNEL_URL"]
    for name in (
        "SATUPINTU_WHATSAPP_APP_SECRET",
        "SATUPINTU_KANNEL_SECRET",
        "SATUPINTU_KANNEL_PASSWORD",
        "SATUPINTU_ASTERISK_PASSWORD",
    ):
        assert one[name] != other[name]
        assert len(one[name]) >= 32
    assert env_str("SATUPINTU_WHATSAPP_APP_SECRET") == ""  # tests have none


@pytest.mark.django_db(transaction=True)
def test_an_sms_goes_to_the_office_and_back_with_its_reports(
    live_server, monkeypatch, socket_enabled
):
    port = free_ports(4)[0]
    centre = SmsCentre(live_server.url, user="demo", password="p" * 20, secret="s" * 20)
    desk = Desk(Cloud(), centre, Switchboard(), Mailboxes("kantor@contoh.id", 0), "token")
    stop = threading.Event()
    # The first page of a server takes long on a busy machine: it reads all addresses of the office.
    client = centre._client = httpx.Client(timeout=60)
    kannel = Kannel(
        url=f"http://127.0.0.1:{port}/cgi-bin/sendsms", user="demo", password="p" * 20, number="1234",
        secret="s" * 20, callback=live_server.url,
    )  # fmt: skip
    monkeypatch.setattr(channels, "transports", lambda: (kannel,))
    server = serve(desk, port)
    try:
        headers = {"X-Token": "token"}
        for _ in range(50):
            try:
                client.get(f"http://127.0.0.1:{port}/state?who=yohanes", headers=headers)
                break
            except httpx.HTTPError:
                stop.wait(0.1)
        said = client.post(
            f"http://127.0.0.1:{port}/act",
            json={"who": "yohanes", "kind": "sms", "text": "JAM – “buka”?"},
            headers=headers,
        )
        assert said.status_code == 200
        assert InMessage.objects.get().text == "JAM – “buka”?"
        services.read_due(at=clock.now())
        services.send_due(at=clock.now())
        state = client.get(f"http://127.0.0.1:{port}/state?who=yohanes", headers=headers).json()
        assert [line["mine"] for line in state["sms"]] == [True, False]
        centre.settle()
        assert DeliveryReport.objects.count() == 2
        assert OutMessage.objects.get().state == "delivered"
        assert client.get(f"http://127.0.0.1:{port}/state?who=yohanes").status_code == 404
        assert (
            client.post(f"http://127.0.0.1:{port}/act", content=b"{", headers=headers).status_code
            == 422
        )
    finally:
        server.shutdown()
        server.server_close()


def test_the_centre_knows_who_sends():
    centre = SmsCentre("http://127.0.0.1:9", user="demo", password="p", secret="s")
    assert centre.sendsms({"username": "demo", "password": "x", "to": "+62", "text": "x"})[0] == 403
    assert centre.sendsms({"username": "demo", "password": "p"})[0] == 400
    assert centre.sendsms({"username": "demo", "password": "p", "to": "+62", "text": "x"})[0] == 202


@pytest.mark.django_db
def test_there_is_no_such_page_without_telephones(client, settings):
    settings.HANDSETS_PORT = 0
    assert client.get("/demo/telepon/").status_code == 404
    settings.HANDSETS_PORT, settings.DEMO = 8007, False
    assert client.get("/demo/telepon/").status_code == 404


@pytest.mark.django_db
def test_telephones_that_are_not_on_yet_are_said(client, settings):
    settings.HANDSETS_PORT, settings.DEMO = 1, True
    page = client.get("/demo/telepon/").content.decode()
    assert "belum menyala" in page
    for one in CAST:
        assert one.name in page


def test_the_door_has_a_secret_of_its_own():
    assert secret(KEY, "door") != secret(KEY, "app")
