"""What the SMS channels hear reaches the inbox by the office's own address, once, and never as an error of ours."""

import hashlib
import hmac
import json
from urllib.parse import urlencode

import pytest
from django.test import Client
from twilio.request_validator import RequestValidator

from satupintu.lib import clock
from satupintu.lib.env import BadSetting
from satupintu.messaging import channels
from satupintu.messaging.models import DeliveryReport, InMessage

SECRET = "a1B2c3D4e5F6g7H8"
SETTINGS = {
    "SATUPINTU_KANNEL_URL": "http://127.0.0.1:1/cgi-bin/sendsms",
    "SATUPINTU_KANNEL_USER": "u",
    "SATUPINTU_KANNEL_PASSWORD": "p",
    "SATUPINTU_KANNEL_FROM": "1500",
    "SATUPINTU_KANNEL_SECRET": SECRET,
    "SATUPINTU_ANDROID_SMS_URL": "http://127.0.0.1:1",
    "SATUPINTU_ANDROID_SMS_USER": "u",
    "SATUPINTU_ANDROID_SMS_PASSWORD": "p",
    "SATUPINTU_ANDROID_SMS_KEY": "kunci",
    "SATUPINTU_SMS_HTTP_PROFILE": "twilio",
    "SATUPINTU_SMS_HTTP_USER": "AC1",
    "SATUPINTU_SMS_HTTP_PASSWORD": "token",
    "SATUPINTU_SMS_HTTP_FROM": "+15005550006",
    "SATUPINTU_SMPP_HOST": "127.0.0.1",
    "SATUPINTU_SMPP_USER": "u",
    "SATUPINTU_SMPP_PASSWORD": "p",
    "SATUPINTU_SMPP_FROM": "1500",
}


@pytest.fixture
def office(db, settings, monkeypatch):
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    settings.CHANNELS = ["kannel", "android_gateway", "http_sms", "smpp"]
    settings.BASE_URL = "https://izin.example"
    channels._made.cache_clear()
    yield Client()
    channels._made.cache_clear()


def kannel(client, secret=SECRET):
    return client.post(
        f"/kanal/kannel/masuk/{secret}/k1/1795333100/1500/%2B6281234567890",
        "CEK 26070 é".encode("utf-16-be"),
        content_type='text/plain; charset="UTF-16BE"',
    )


def kannel_report(client, secret=SECRET):
    return client.get(f"/kanal/kannel/laporan/{secret}?ref=r1&state=1&said=")


PAYLOAD = {"messageId": "m", "message": "CEK 26070 é", "phoneNumber": "081234567890"}


def android(client, key="kunci", *, payload=PAYLOAD, name="sms:received", named="e"):
    event = {"deviceId": "d", "id": named, "event": name, "payload": payload}
    body, at = json.dumps(event).encode(), str(int(clock.now().timestamp()))
    signature = hmac.new(key.encode(), body + at.encode(), hashlib.sha256).hexdigest()
    headers = {"X-Signature": signature, "X-Timestamp": at}
    return client.post(
        "/kanal/android_gateway/", body, content_type="application/json", headers=headers
    )


def twilio(client, token="token", form=None):
    form = form or {"MessageSid": "SM1", "From": "+6281234567890", "Body": "CEK 26070 é"}
    signature = RequestValidator(token).compute_signature(
        "https://izin.example/kanal/http_sms/masuk", form
    )
    return client.post(
        "/kanal/http_sms/masuk",
        urlencode(form),
        content_type="application/x-www-form-urlencoded",
        headers={"X-Twilio-Signature": signature},
    )


@pytest.mark.parametrize("hook", [kannel, android, twilio])
def test_message_is_kept_once_however_often_it_is_told(office, hook):
    for _ in range(3):
        assert hook(office).status_code == 200

    message = InMessage.objects.get()
    assert (message.sender, message.text) == ("+6281234567890", "CEK 26070 é")
    assert message.claim["phone"] == "+6281234567890"


def test_report_is_kept_once(office):
    for _ in range(2):
        assert kannel_report(office).status_code == 200

    assert DeliveryReport.objects.get().external_id == "r1"


@pytest.mark.parametrize("hook", [kannel, kannel_report, android, twilio])
def test_forged_call_is_refused_and_keeps_nothing(office, hook):
    assert hook(office, "salah").status_code == 403

    assert InMessage.objects.count() == DeliveryReport.objects.count() == 0


@pytest.mark.parametrize(
    "path",
    [
        "kannel/", "kannel/masuk/", f"kannel/masuk/{SECRET}", f"kannel/laporan/{SECRET}?state=1", "android_gateway/",
        "android_gateway/x/y", "http_sms/", "http_sms/masuk", "http_sms/laporan/%ff%00", "kannel/%ff/%00",
        f"kannel/masuk/{SECRET}/%00/%ff/%00/%ff%00",
    ],
)  # fmt: skip
@pytest.mark.parametrize("body", [b"", b"\xff\x00\xfe", b"{" * 1000, b"a=b&" * 5000])
@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded", ""])
def test_no_call_is_an_error_of_ours(office, path, body, kind):
    for answer in (
        office.post(f"/kanal/{path}", body, content_type=kind),
        office.get(f"/kanal/{path}"),
    ):
        assert answer.status_code < 500


STRANGE = "a\x00b\ud83d" + "x" * 400  # no database keeps the first two


def test_strange_signs_are_kept_as_far_as_they_can_be(office):
    payload = {"messageId": STRANGE, "message": STRANGE, "phoneNumber": STRANGE, "reason": STRANGE}
    payload |= {"recipient": STRANGE, "receivedAt": STRANGE}

    assert android(office, payload=payload, named=STRANGE).status_code == 200
    assert android(office, payload=payload, name="sms:failed").status_code == 200
    form = {"MessageSid": "\x00", "From": "\x00", "Body": "a\x00b"}
    assert twilio(office, form=form).status_code == 200

    assert {one.text[:3] for one in InMessage.objects.all()} == {"ab?", "ab"}
    assert DeliveryReport.objects.get().why.startswith("ab?")


def test_line_that_is_listened_to_has_no_address(office):
    assert office.post("/kanal/smpp/").status_code == 404


# --- Where a gateway may call from --------------------------------------------------------------------

REPORT = f"/kanal/kannel/laporan/{SECRET}?ref=r1&state=1"
TEN = "10.0.0.0/8"


@pytest.fixture
def fenced(office, monkeypatch, settings):
    """The office with networks that Kannel may call from, behind a proxy (HTTPS) or not."""

    def fence(networks, *, https=False):
        settings.HTTPS = https
        monkeypatch.setenv("SATUPINTU_KANNEL_NETWORKS", networks)
        channels._made.cache_clear()

    yield fence
    channels._made.cache_clear()


@pytest.mark.parametrize(
    ("networks", "https", "seen", "status"),
    [
        ("", False, ("203.0.113.9", ""), 200),
        (TEN, False, ("10.0.0.5", ""), 200),
        (f"192.168.1.0/24, {TEN}", False, ("10.9.9.9", ""), 200),
        (TEN, False, ("::ffff:10.0.0.5", ""), 200),
        (TEN, False, ("11.0.0.5", ""), 403),
        ("10.0.0.5/32", False, ("10.0.0.6", ""), 403),
        ("fd00::/8", False, ("fd00::5", ""), 200),
        ("fd00::/8", False, ("10.0.0.5", ""), 403),
        # Behind the proxy the address counts that the proxy saw, the last one.
        (TEN, True, ("127.0.0.1", "10.0.0.5"), 200),
        (TEN, True, ("127.0.0.1", "203.0.113.9"), 403),
        (TEN, True, ("127.0.0.1", "10.0.0.5, 203.0.113.9"), 403),
        (TEN, True, ("127.0.0.1", "203.0.113.9, 10.0.0.5"), 200),
        (TEN, True, ("10.0.0.5", ""), 200),
        (TEN, True, ("127.0.0.1", "nonsense"), 403),
        # Without one, what a caller says of itself counts for nothing.
        (TEN, False, ("203.0.113.9", "10.0.0.5"), 403),
        (TEN, False, ("", ""), 403),
    ],
)
def test_a_gateway_calls_from_where_the_office_says(fenced, networks, https, seen, status):
    fenced(networks, https=https)
    connects, forwarded = seen
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    answer = Client(REMOTE_ADDR=connects).get(REPORT, headers=headers)

    assert answer.status_code == status
    assert DeliveryReport.objects.count() == (status == 200)


def test_a_call_from_elsewhere_is_told_to_the_log_in_a_sentence(fenced, caplog):
    fenced(TEN)
    Client(REMOTE_ADDR="203.0.113.9").get(REPORT)

    assert "SATUPINTU_KANNEL_NETWORKS names no network of this address." in caplog.text
    assert SECRET not in caplog.text


def test_a_provider_by_http_is_fenced_too(office, monkeypatch):
    monkeypatch.setenv("SATUPINTU_SMS_HTTP_NETWORKS", TEN)
    channels._made.cache_clear()
    form = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    address = "/kanal/http_sms/laporan"
    signed = RequestValidator("token").compute_signature(f"https://izin.example{address}", form)
    for source, status in (("10.0.0.5", 200), ("203.0.113.9", 403)):
        answer = Client(REMOTE_ADDR=source).post(
            address,
            urlencode(form),
            content_type="application/x-www-form-urlencoded",
            headers={"X-Twilio-Signature": signed},
        )
        assert answer.status_code == status
    channels._made.cache_clear()


@pytest.mark.parametrize("wrong", ["10.0.0.5/24", "kannel", "10.0.0.0/8;11.0.0.0/8", "300.1.1.1"])
def test_what_is_no_network_stops_the_start(fenced, wrong):
    fenced(wrong)
    with pytest.raises(BadSetting, match="SATUPINTU_KANNEL_NETWORKS"):
        channels.transports()
