"""
SMS through the Android app SMS Gateway; the other side is its maker's own client, PyPI `android-sms-gateway`.

The app itself runs on a telephone only. Its client writes requests and reads answers and webhooks by the same types.
"""

import hashlib
import hmac
import json
from datetime import datetime

import pytest
from android_sms_gateway import client as theirs
from android_sms_gateway import domain, webhooks
from hypothesis import given
from hypothesis import strategies as st

from satupintu.lib.env import BadSetting
from satupintu.messaging.channels import android_gateway
from satupintu.messaging.channels.android_gateway import AndroidGateway
from satupintu.messaging.channels.port import Failed, Hook, IncomingKind, Sent, Trouble
from satupintu.messaging.rules import Delivery
from satupintu.messaging.tests.sms_bench import NOW, Provider, impatient, served, sms

KEY = "kunci-webhook"
STATE = {
    "id": "0190",
    "deviceId": "d1",
    "state": "Pending",
    "isHashed": False,
    "isEncrypted": False,
    "recipients": [{"phoneNumber": "+6281234567890", "state": "Pending"}],
    "states": {},
}


def us(url="http://127.0.0.1:1", **more):
    return AndroidGateway(url, "sms", "rahasia", KEY, **more)


@pytest.fixture
def provider(socket_enabled):
    provider = Provider()
    with served(provider.take) as url:
        provider.url = url
        provider.told = [(202, json.dumps(STATE))]
        yield provider


class Urllib:
    """The transport that their client is given: it writes, this passes on to our provider."""

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        pass

    def post(self, url, payload, *, headers=None):
        import httpx

        return httpx.post(url, json=payload, headers=headers).json()

    def get(self, url, *, headers=None):
        import httpx

        return httpx.get(url, headers=headers).json()


def test_message_is_asked_for_as_the_makers_client_does(provider):
    assert us(provider.url).send(sms("Berkas – lengkap", reference="0190.x")) == Sent(
        external_id="0190", parts=1, reports=True
    )
    with theirs.APIClient("sms", "rahasia", base_url=provider.url, http=Urllib()) as client:
        state = client.send(
            domain.Message(
                id="0190",
                phone_numbers=["+6281234567890"],
                text_message=domain.TextMessage("Berkas - lengkap"),
                ttl=86400,
            )
        )

    ours, their = provider.asked
    assert ours[:2] == their[:2] == ("POST", "/messages")
    assert ours[2]["authorization"] == their[2]["authorization"]
    defaults = {"isEncrypted": False, "priority": 0}
    assert json.loads(ours[3]) | defaults == json.loads(their[3])
    assert state.id == "0190"


def test_sim_card_can_be_chosen(provider):
    us(provider.url, sim=2).send(sms("halo"))

    assert json.loads(provider.asked[0][3])["simNumber"] == 2


def test_older_app_is_asked_at_its_older_address(provider):
    provider.told = [(404, ""), (201, json.dumps(STATE))]

    assert isinstance(us(provider.url).send(sms("halo")), Sent)
    assert [one[1] for one in provider.asked] == ["/messages", "/message"]


def test_second_attempt_of_what_was_taken_is_taken(provider):
    provider.told = [(409, '{"message":"duplicate id"}')]

    assert us(provider.url).send(sms("halo", reference="0190.x")) == Sent("0190", 1, reports=True)


def test_name_fits_where_the_server_allows_36_characters(provider):
    us(provider.url).send(sms("halo", reference="r" * 80))
    us(provider.url).send(sms("halo", reference="r" * 80))

    first, second = (json.loads(one[3])["id"] for one in provider.asked)
    assert first == second
    assert len(first) <= 36


@pytest.mark.parametrize(
    ("status", "permanent", "trouble"),
    [
        (400, True, Trouble.PERSON),
        (401, False, Trouble.SETTINGS),
        (404, False, Trouble.SETTINGS),
        (429, False, Trouble.THROTTLED),
        (500, False, Trouble.SERVER),
    ],
)
def test_what_the_gateway_refuses(provider, status, permanent, trouble):
    provider.told = [(status, "")]

    failed = us(provider.url).send(sms("halo"))

    assert (failed.permanent, failed.trouble) == (permanent, trouble)
    assert "81234567890" not in failed.why


@pytest.mark.parametrize("body", ["", "[]", "{", '{"id": 5}', "null"])
def test_answer_nobody_understands_is_still_taken(provider, body):
    provider.told = [(202, body)]

    assert us(provider.url).send(sms("halo", reference="0190.x")).external_id == "0190"


def test_telephone_that_is_slow_is_tried_again(provider, monkeypatch):
    provider.wait = 0.5
    impatient(monkeypatch)

    assert us(provider.url).send(sms("halo")) == Failed(permanent=False, why="ReadTimeout")


def test_telephone_that_is_away_is_tried_again(socket_enabled):
    assert us().send(sms("halo")) == Failed(permanent=False, why="ConnectError")


@pytest.mark.parametrize(("state", "ok"), [("pass", True), ("warn", True), ("fail", False)])
def test_health_is_what_the_gateway_says_and_its_client_reads_the_same(provider, state, ok):
    provider.told = [
        (200, json.dumps({"status": state, "version": "1", "releaseId": 1, "checks": {}}))
    ]

    assert us(provider.url).health().ok is ok
    with theirs.APIClient("sms", "rahasia", base_url=provider.url, http=Urllib()) as client:
        assert client.health_check().status.value == state
    assert {one[1] for one in provider.asked} == {"/health"}


def test_health_of_what_is_no_gateway(provider):
    provider.told = [(200, "<html>")]
    assert not us(provider.url).health().ok
    assert not us().health().ok


# --- What it calls ----------------------------------------------------------------------------


def call(body, *, key=KEY, at=None, method="POST", **headers):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    stamp = str(int(NOW.timestamp()) if at is None else at)
    signature = hmac.new(key.encode(), raw + stamp.encode(), hashlib.sha256).hexdigest()
    named = {"x-signature": signature, "x-timestamp": stamp} | headers
    return Hook(method=method, path="", query={}, headers=named, body=raw, now=NOW)


PAYLOAD = {
    "messageId": "abc123",
    "message": "CEK 26070",
    "phoneNumber": "081234567890",
    "sender": "081234567890",
    "recipient": "+6281100000000",
    "simNumber": 1,
    "receivedAt": "2026-11-25T10:00:00.000+07:00",
}


def event(name, payload, **more):
    return {
        "deviceId": "d1",
        "event": name,
        "id": "e1",
        "webhookId": "w",
        "payload": payload,
    } | more


def test_signature_of_the_documentation():
    """The example in the documentation's words: HMAC-SHA256 of the body followed by the time, in hex."""
    body, at = b'{"a":1}', "1795575600"
    known = hmac.new(b"kunci-webhook", b'{"a":1}1795575600', hashlib.sha256).hexdigest()
    hook = Hook("POST", "", {}, {"x-signature": known, "x-timestamp": at}, body, NOW)

    assert us().hook(hook).status == 400  # believed, and then not understood


def test_message_is_read_as_the_makers_types_read_it():
    (message,) = us().hook(call(event("sms:received", PAYLOAD))).received.messages

    read = webhooks.SmsReceivedPayload.from_dict(PAYLOAD)
    assert message.text == read.message
    assert message.to == read.recipient
    assert message.at == read.received_at
    assert message.sender == message.phone == "+6281234567890"
    assert message.kind is IncomingKind.TEXT


def test_same_words_twice_are_two_messages_and_the_same_event_is_one():
    """messageId is made from the words; the event's id is not."""
    first = us().hook(call(event("sms:received", PAYLOAD))).received.messages[0]
    again = us().hook(call(event("sms:received", PAYLOAD))).received.messages[0]
    other = us().hook(call(event("sms:received", PAYLOAD, id="e2"))).received.messages[0]
    elsewhere = us().hook(call(event("sms:received", PAYLOAD, deviceId="d2"))).received.messages[0]

    assert first.external_id == again.external_id
    assert len({first.external_id, other.external_id, elsewhere.external_id}) == 3


def test_batch_is_read_as_the_makers_types_read_it():
    payload = {"messages": [PAYLOAD, PAYLOAD | {"message": "dua"}]}

    messages = us().hook(call(event("sms:batch:received", payload))).received.messages

    read = webhooks.SmsBatchReceivedPayload.from_dict(payload)
    assert [one.text for one in messages] == [one.message for one in read.messages]
    assert len({one.external_id for one in messages}) == 2


def test_picture_is_something_that_came():
    payload = {
        "messageId": "m", "phoneNumber": "081234567890", "sender": "081234567890", "transactionId": "t",
        "contentClass": "image", "size": 5, "receivedAt": "2026-11-25T10:00:00.000+07:00", "subject": "KTP",
    }  # fmt: skip
    assert webhooks.MmsReceivedPayload.from_dict(payload).subject == "KTP"

    (message,) = us().hook(call(event("mms:received", payload))).received.messages

    assert (message.kind, message.text) == (IncomingKind.OTHER, "KTP")


@pytest.mark.parametrize(
    ("name", "at", "state"),
    [
        ("sms:sent", "sentAt", Delivery.SENT),
        ("sms:delivered", "deliveredAt", Delivery.DELIVERED),
        ("sms:failed", "failedAt", Delivery.FAILED),
    ],
)
def test_reports(name, at, state):
    payload = {"messageId": "0190", "reason": "RESULT_ERROR_GENERIC"}
    payload[at] = "2026-11-25T10:00:00+07:00"

    (report,) = us().hook(call(event(name, payload))).received.reports

    assert (report.external_id, report.state) == ("0190", state)
    assert report.at == datetime.fromisoformat(payload[at])
    assert domain.WebhookEvent(name)


def test_trouble_of_the_telephone_is_not_the_persons():
    payload = {"messageId": "0190", "reason": "RESULT_ERROR_NO_SERVICE"}

    (report,) = us().hook(call(event("sms:failed", payload))).received.reports

    assert report.trouble is Trouble.SERVER


@pytest.mark.parametrize(
    "forged",
    [
        call(event("sms:received", PAYLOAD), key="lain"),
        call(event("sms:received", PAYLOAD), at=int(NOW.timestamp()) - 301),
        call(event("sms:received", PAYLOAD), at=int(NOW.timestamp()) + 301),
        call(event("sms:received", PAYLOAD), at="9" * 40),
        call(event("sms:received", PAYLOAD), at="-5"),
        call(event("sms:received", PAYLOAD), at="²"),
        call(event("sms:received", PAYLOAD), **{"x-signature": ""}),
        call(event("sms:received", PAYLOAD), **{"x-signature": "é" * 64}),
        call(event("sms:received", PAYLOAD), **{"x-timestamp": ""}),
    ],
)
def test_forged_and_replayed_calls_keep_nothing(forged):
    answer = us().hook(forged)

    assert answer.status == 403
    assert answer.received.messages == ()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        {"event": "sms:received"},
        event("sms:received", None),
        event("sms:received", []),
        event("sms:received", {}),
        event("sms:received", PAYLOAD | {"message": None}),
        event("sms:received", PAYLOAD | {"sender": 5}),
        event("sms:received", PAYLOAD, id=None),
        event("sms:received", PAYLOAD, deviceId=7),
        event("sms:batch:received", {"messages": None}),
        event("sms:batch:received", {"messages": [1]}),
        event("sms:delivered", {"messageId": 7}),
    ],
)
def test_malformed_calls_are_refused_and_keep_nothing(body):
    answer = us().hook(call(body))

    assert answer.status == 400
    assert answer.received.messages == answer.received.reports == ()


strange = st.one_of(st.none(), st.integers(), st.text(), st.lists(st.text()))


@given(
    st.one_of(
        strange, st.dictionaries(st.sampled_from([*PAYLOAD, "messages"]), strange, max_size=8)
    ),
    st.sampled_from(["sms:received", "sms:batch:received", "mms:received", "sms:failed"]),
)
def test_no_payload_is_too_strange(payload, name):
    assert us().hook(call(event(name, payload))).status in {200, 400}


def test_events_of_no_interest_are_taken():
    assert us().hook(call(event("system:ping", {"health": {}}))).status == 200
    assert us().hook(call(event("app:started", None))).status == 200
    assert us().hook(call({}, method="GET")).status == 405
    assert us().hook(call(event("sms:received", PAYLOAD), method="GET")).status == 405


SETTINGS = {
    "SATUPINTU_ANDROID_SMS_URL": "http://192.168.1.10:8080/",
    "SATUPINTU_ANDROID_SMS_USER": "sms",
    "SATUPINTU_ANDROID_SMS_PASSWORD": "rahasia",
    "SATUPINTU_ANDROID_SMS_KEY": KEY,
}


def test_settings_make_a_transport(monkeypatch):
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)

    one = android_gateway.transport()

    assert one.url == "http://192.168.1.10:8080"
    assert "rahasia" not in repr(one)
    assert KEY not in repr(one)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[(name, "") for name in SETTINGS],
        ("SATUPINTU_ANDROID_SMS_URL", "192.168.1.10"),
        ("SATUPINTU_ANDROID_SMS_SIM", "4"),
        ("SATUPINTU_ANDROID_SMS_SIM", "satu"),
    ],
)
def test_bad_setting_is_named_in_one_sentence(monkeypatch, name, value):
    for one, good in SETTINGS.items():
        monkeypatch.setenv(one, good)
    monkeypatch.setenv(name, value)

    with pytest.raises(BadSetting, match=name):
        android_gateway.transport()
