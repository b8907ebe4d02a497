"""From a handset to the office's real webhook, inbox, dialogue and outbox, and back."""

from datetime import timedelta

import pytest

from satupintu.lib import clock
from satupintu.messaging import channels, rules, services
from satupintu.messaging.channels.whatsapp_cloud.simulator import Cloud
from satupintu.messaging.models import DeliveryReport, InMessage, OutMessage
from satupintu.messaging.rules import ChannelKind, Delivery
from satupintu.messaging.tests.whatsapp_bench import number

pytestmark = pytest.mark.django_db
SARI = "6281234567890"


class Office:
    """The pages that Meta calls and the worker's two loops."""

    def __init__(self, cloud, client):
        self.cloud, self.client, self.seen = cloud, client, 0

    def post(self, body, signature):
        return self.client.post(
            "/kanal/whatsapp_cloud/",
            data=body,
            content_type="application/json",
            headers={"X-Hub-Signature-256": signature},
        ).status_code

    def hear(self):
        self.cloud.settle()
        waiting, self.seen = self.cloud.posted[self.seen :], len(self.cloud.posted)
        return [self.post(body, signature) for body, signature in waiting]

    def work(self):
        self.hear()
        services.read_due(at=clock.now())
        services.send_due(clock.now() + timedelta(seconds=1))
        return self.hear()


@pytest.fixture
def office(socket_enabled, monkeypatch, client):
    with Cloud() as cloud:  # its webhooks are carried to the pages by the test
        transport = number(cloud)
        transport.per_second = 0.0
        monkeypatch.setattr(channels, "transports", lambda: (transport,))
        yield Office(cloud, client)


def test_person_asks_and_picks_from_what_is_answered(office):
    sari = office.cloud.handset(SARI, name="Sari")
    sari.write("menu")
    assert office.work() == [200, 200]

    first = sari.arrived[0]
    assert first.choices
    message = OutMessage.objects.get()
    assert (message.state, message.channel) == (Delivery.DELIVERED, ChannelKind.WHATSAPP)
    assert message.external_id == first.id
    sari.read()
    office.hear()
    message.refresh_from_db()
    assert message.state == Delivery.READ

    sari.press(first.choices[0][1])
    office.work()

    assert len(sari.arrived) == 2
    assert sari.arrived[1].text != first.text
    assert InMessage.objects.filter(handled_at__isnull=False).count() == 2


def test_hidden_number_is_answered_too(office):
    sari = office.cloud.handset(SARI)
    sari.hide_number("sari.dewi")
    sari.write("menu")
    office.work()

    assert len(sari.arrived) == 1
    assert office.cloud.calls[0]["recipient"] == sari.user


def test_replayed_and_forged_webhooks_change_nothing(office):
    sari = office.cloud.handset(SARI)
    sari.write("menu")
    office.work()
    rows = InMessage.objects.count(), OutMessage.objects.count(), DeliveryReport.objects.count()

    for body, signature in list(office.cloud.posted):
        assert office.post(body, signature) == 200
        assert office.post(body, signature[:-1] + "x") == 403
    office.work()

    assert rows == (1, 1, 2)
    assert rows == (
        InMessage.objects.count(),
        OutMessage.objects.count(),
        DeliveryReport.objects.count(),
    )
    assert len(sari.arrived) == 1


def test_reports_in_any_order_never_go_back(office):
    office.cloud.backwards = office.cloud.twice = office.cloud.reads = True
    sari = office.cloud.handset(SARI)
    sari.write("menu")
    office.work()

    assert OutMessage.objects.get().state == Delivery.READ


def test_too_much_for_one_person_stops_nobody_else(office):
    sari, budi = office.cloud.handset(SARI), office.cloud.handset("6281111111111")
    office.cloud.refuse[SARI] = 131056
    sari.write("menu")
    budi.write("menu")
    office.work()

    assert (len(sari.arrived), len(budi.arrived)) == (0, 1)
    waiting = OutMessage.objects.get(state=Delivery.SENDING)
    assert waiting.next_attempt_at > clock.now()

    office.cloud.refuse.clear()
    services.send_due(clock.now() + rules.wait_after(1) + timedelta(seconds=5))
    assert len(sari.arrived) == 1


def test_handshake_at_the_offices_page(office, client):
    asked = {
        "hub.mode": "subscribe",
        "hub.verify_token": office.cloud.verify_token,
        "hub.challenge": "42",
    }

    assert client.get("/kanal/whatsapp_cloud/", asked).content == b"42"
    assert (
        client.get("/kanal/whatsapp_cloud/", asked | {"hub.verify_token": "x"}).status_code == 403
    )


def test_whatever_is_signed_is_never_answered_with_a_failure(office):
    for body in (
        b"",
        b"[]",
        b"\xff",
        b'{"object":"whatsapp_business_account","entry":[{"changes":[1]}]}',
    ):
        assert office.post(body, office.cloud.signature(body)) == 200
    assert InMessage.objects.count() == 0
