"""
SMS through an HTTP provider by its profile; the other side of Twilio's signature is its own library, PyPI `twilio`.

Zenziva has no library of its own: the shape of its answers is that of public clients.
"""

import json
import re
from pathlib import Path
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from satupintu.lib.env import BadSetting
from satupintu.messaging.channels import http_sms
from satupintu.messaging.channels.http_sms import HttpSms
from satupintu.messaging.channels.http_sms.profile import BadProfile, find, parse
from satupintu.messaging.channels.port import Failed, Hook, Sent, Trouble
from satupintu.messaging.rules import Delivery
from satupintu.messaging.tests.sms_bench import NOW, Provider, dripping, impatient, served, sms

TOKEN = "auth-token-of-twilio"
SECRET = "a1B2c3D4e5F6g7H8"
BASE = "https://izin.example"
SHIPPED = http_sms._FOLDER


def shipped(name, url=""):
    """A shipped profile, with its provider's address replaced by that of the test."""
    text = (SHIPPED / f"{name}.toml").read_text(encoding="utf-8")
    if url:
        for real in ("https://api.twilio.com", "https://console.zenziva.net"):
            text = text.replace(real, url)
    return parse(text)


def twilio(url=""):
    return HttpSms(shipped("twilio", url), "AC123", TOKEN, "+15005550006", callback=BASE)


def zenziva(url=""):
    return HttpSms(shipped("zenziva", url), "kunci&user", "pass/key", callback=BASE)


@pytest.fixture
def provider(socket_enabled):
    provider = Provider()
    with served(provider.take) as url:
        provider.url = url
        yield provider


# --- Twilio -----------------------------------------------------------------------------------

MESSAGE = {
    "sid": "SM1", "status": "queued", "num_segments": "1", "error_code": None, "to": "+6281234567890",
}  # fmt: skip


class Kept(HttpClient):
    """The transport that Twilio's library is given: keeps what it would send."""

    def __init__(self):
        self.is_async = False

    def request(self, method, url, **more):
        self.asked = method, url, more["data"], more["auth"]
        return Response(201, json.dumps(MESSAGE))


def test_message_is_asked_for_as_twilios_library_does(provider):
    provider.told = [(201, json.dumps(MESSAGE))]
    kept = Kept()
    client = Client("AC123", TOKEN, http_client=kept)
    told = client.messages.create(
        to="+6281234567890",
        from_="+15005550006",
        body="Berkas - lengkap & 100%",
        status_callback=f"{BASE}/kanal/http_sms/laporan",
    )

    sent = twilio(provider.url).send(sms("Berkas – lengkap & 100%"))

    method, target, headers, body = provider.asked[0]
    their_method, their_url, their_data, their_auth = kept.asked
    assert (method, f"https://api.twilio.com{target}") == (their_method, their_url)
    assert {name: values[0] for name, values in parse_qs(body.decode()).items()} == their_data
    assert headers["authorization"].startswith("Basic ")
    assert their_auth == ("AC123", TOKEN)
    assert sent == Sent(external_id=told.sid, parts=1, reports=True)


@pytest.mark.parametrize(
    ("status", "body", "permanent", "trouble"),
    [
        (400, {"code": 21211}, True, Trouble.PERSON),
        (400, {"code": 21610}, True, Trouble.PERSON),
        (400, {"code": 21617}, True, Trouble.CONTENT),
        (400, {"code": 99999}, True, Trouble.CONTENT),
        (401, {"code": 20003}, False, Trouble.SETTINGS),
        (403, {"code": 21408}, False, Trouble.SETTINGS),
        (429, {"code": 20429}, False, Trouble.THROTTLED),
        (429, {}, False, Trouble.THROTTLED),
        (503, {}, False, Trouble.SERVER),
        (302, {}, False, Trouble.SETTINGS),
    ],
)
def test_what_twilio_refuses(provider, status, body, permanent, trouble):
    provider.told = [(status, json.dumps(body))]

    failed = twilio(provider.url).send(sms("halo"))

    assert (failed.permanent, failed.trouble) == (permanent, trouble)
    assert "81234567890" not in failed.why


@pytest.mark.parametrize("body", ["", "<html>", "[]", "null", '{"sid": {}}', "[" * 100_000])
def test_answer_nobody_understands_is_taken_without_an_identifier(provider, body):
    provider.told = [(201, body)]

    assert twilio(provider.url).send(sms("halo")).external_id == ""


def test_provider_that_is_slow_or_away_is_tried_again(provider, monkeypatch):
    provider.wait = 0.5
    impatient(monkeypatch)
    assert twilio(provider.url).send(sms("halo")) == Failed(permanent=False, why="ReadTimeout")
    assert twilio("http://127.0.0.1:1").send(sms("halo")).trouble is Trouble.SERVER


def test_provider_whose_answer_drips_is_not_waited_for(socket_enabled, monkeypatch):
    impatient(monkeypatch, 0.6)
    with dripping() as url:
        assert twilio(url).send(sms("halo")) == Failed(permanent=False, why="ReadTimeout")


@pytest.mark.parametrize(("state", "ok"), [("active", True), ("suspended", False)])
def test_health_of_twilio(provider, state, ok):
    provider.told = [(200, json.dumps({"sid": "AC123", "status": state}))]

    assert twilio(provider.url).health().ok is ok
    assert provider.asked[0][:2] == ("GET", "/2010-04-01/Accounts/AC123.json")


def test_health_of_a_wrong_token(provider):
    provider.told = [(401, "{}")]

    assert not twilio(provider.url).health().ok
    assert not twilio("http://127.0.0.1:1").health().ok


HEARD = {
    "MessageSid": "SM9", "From": "+6281234567890", "To": "+15005550006", "Body": "CEK 26070 é & ñ", "NumMedia": "0",
}  # fmt: skip


def call(path, form, *, signature=None, query=None, base=BASE, token=TOKEN, headers=None):
    if signature is None:
        tail = f"?{urlencode(query)}" if query else ""
        signature = RequestValidator(token).compute_signature(
            f"{base}/kanal/http_sms/{path}{tail}", form
        )
    named = {
        "x-twilio-signature": signature, "content-type": "application/x-www-form-urlencoded",
    } | (headers or {})  # fmt: skip
    return Hook("POST", path, query or {}, named, urlencode(form).encode(), NOW)


def test_message_signed_by_twilios_library_is_heard():
    answer = twilio().hook(call("masuk", HEARD))

    (message,) = answer.received.messages
    assert message.external_id == "SM9"
    assert message.sender == message.phone == "+6281234567890"
    assert (message.text, message.to) == ("CEK 26070 é & ñ", "+15005550006")
    assert answer.content_type == "text/xml"
    assert "<Response>" in answer.body


@given(st.dictionaries(st.text(min_size=1, max_size=8), st.text(max_size=20), max_size=6))
def test_signatures_of_twilios_library_are_ours(form):
    whole = HEARD | {name: value.replace("\ud800", "") for name, value in form.items()}

    assert twilio().hook(call("masuk", whole)).status in {200, 400}
    assert twilio().hook(call("masuk", whole, token="lain")).status == 403


@pytest.mark.parametrize("base", ["https://izin.example", "https://izin.example:443"])
def test_port_in_the_signed_address_does_not_matter(base):
    assert twilio().hook(call("masuk", HEARD, base=base)).status == 200


def test_question_in_the_signed_address():
    assert twilio().hook(call("masuk", HEARD, query={"a": "1"})).status == 200


@pytest.mark.parametrize(
    "forged",
    [
        call("masuk", HEARD, token="lain"),
        call("masuk", HEARD, signature=""),
        call("masuk", HEARD, signature="é"),
        call("masuk", HEARD, base="https://lain.example"),
        Hook("POST", "masuk", {}, {}, b"", NOW),
        Hook("POST", "", {}, {"x-twilio-signature": "x"}, b"\xff" * 100, NOW),
        Hook("POST", "laporan", {"MessageSid": "SM1", "MessageStatus": "delivered"}, {}, b"", NOW),
    ],
)
def test_forged_calls_keep_nothing(forged):
    answer = twilio().hook(forged)

    assert answer.status == 403
    assert answer.received.messages == answer.received.reports == ()


def test_words_cannot_be_changed_under_a_signature():
    good = call("masuk", HEARD)
    changed = urlencode(HEARD | {"Body": "lain"}).encode()

    forged = Hook("POST", "masuk", {}, good.headers, changed, NOW)

    assert twilio().hook(forged).status == 403


@pytest.mark.parametrize(
    ("state", "delivery"),
    [
        ("queued", Delivery.SENT),
        ("sent", Delivery.SENT),
        ("delivered", Delivery.DELIVERED),
        ("read", Delivery.READ),
        ("undelivered", Delivery.FAILED),
        ("failed", Delivery.FAILED),
    ],
)
def test_reports_of_twilio(state, delivery):
    form = {"MessageSid": "SM1", "MessageStatus": state, "ErrorCode": "30003"}

    (report,) = twilio().hook(call("laporan", form)).received.reports

    assert (report.external_id, report.state) == ("SM1", delivery)
    assert report.why == ("30003" if delivery is Delivery.FAILED else "")


def test_unknown_state_is_said_to_the_log():
    answer = twilio().hook(call("laporan", {"MessageSid": "SM1", "MessageStatus": "teleported"}))

    assert answer.received.reports == ()
    assert answer.received.problems


@pytest.mark.parametrize(
    ("path", "form", "status"),
    [
        ("masuk", {}, 400),
        ("masuk", {"MessageSid": "SM1"}, 400),
        ("laporan", {"MessageStatus": "sent"}, 400),
        ("lain", HEARD, 404),
    ],
)
def test_malformed_calls_are_refused(path, form, status):
    assert twilio().hook(call(path, form)).status == status


# --- Zenziva ----------------------------------------------------------------------------------


def test_message_through_zenziva(provider):
    told = {"messageId": 812, "to": "081234567890", "status": "1", "text": "Success", "cost": 350}
    provider.told = [(200, json.dumps(told))]

    sent = zenziva(provider.url).send(sms("Berkas lengkap"))

    method, target, headers, body = provider.asked[0]
    assert (method, target) == ("POST", "/reguler/api/sendsms/")
    assert headers["content-type"] == "application/x-www-form-urlencoded"
    assert parse_qs(body.decode()) == {
        "userkey": ["kunci&user"],
        "passkey": ["pass/key"],
        "to": ["081234567890"],
        "message": ["Berkas lengkap"],
    }
    assert sent == Sent(external_id="812", parts=1, reports=False)


@pytest.mark.parametrize(
    "body", ['{"status":"0","text":"Invalid Userkey"}', '{"text":"?"}', "Kredit habis", ""]
)
def test_success_with_a_refusal_inside_is_no_success(provider, body):
    provider.told = [(200, body)]

    failed = zenziva(provider.url).send(sms("halo"))

    assert failed == Failed(False, "provider did not take it", Trouble.SERVER)


def test_health_of_zenziva_is_its_balance(provider):
    provider.told = [(200, '{"balance":"12,500"}')]
    assert zenziva(provider.url).health().ok
    assert provider.asked[0][1] == "/api/balance/?userkey=kunci%26user&passkey=pass%2Fkey"
    provider.told = [(200, '{"status":"0"}')]
    assert not zenziva(provider.url).health().ok


def test_zenziva_calls_nobody():
    for path in ("masuk", "laporan", f"masuk/{SECRET}"):
        assert zenziva().hook(call(path, HEARD)).status == 403


# --- A profile of one's own -------------------------------------------------------------------

OWN = """
name = "Contoh"

[send]
method = "POST"
url = "{base}/send/{user}"
auth = "bearer"
as = "json"
fields = { messages = [ { to = "{local}", text = "{text}", ref = "{reference}", dlr = "{reports}" } ] }
headers = { X-Sender = "{from}" }

[answer]
id = "result.0.id"
error = "error.code"
taken = { at = "ok", is = ["true"] }

[answer.errors]
NOCREDIT = "settings"

[heard]
id = "msg.id"
from = "msg.from"
text = "msg.text"
at = "msg.at"

[report]
id = "id"
state = "dlr"

[report.states]
OK = "delivered"
NO = "failed"
"""


def own(url="https://x.example", text=OWN):
    profile = parse(text.replace("{base}", url))
    return HttpSms(profile, "kami", "kunci", "DPMPTSP", SECRET, BASE)


def test_json_profile_sends_as_written(provider):
    provider.told = [(200, '{"ok":true,"result":[{"id":"77"}]}')]

    sent = own(provider.url).send(sms('Kata "{user}" {salah}', reference="r9"))

    _method, target, headers, body = provider.asked[0]
    assert target == "/send/kami"
    assert (headers["authorization"], headers["x-sender"]) == ("Bearer kunci", "DPMPTSP")
    assert json.loads(body) == {
        "messages": [
            {
                "to": "6281234567890",
                "text": 'Kata "{user}" {salah}',  # what is written is no template
                "ref": "r9",
                "dlr": f"{BASE}/kanal/http_sms/laporan/{SECRET}",
            }
        ]
    }
    assert sent == Sent("77", 1, reports=True)


def test_json_profile_knows_its_errors(provider):
    provider.told = [(200, '{"ok":false,"error":{"code":"NOCREDIT"}}')]

    assert own(provider.url).send(sms("x")) == Failed(False, "error NOCREDIT", Trouble.SETTINGS)


def test_json_hooks_with_a_secret_in_the_address():
    body = {"msg": {"id": 5, "from": "081234567890", "text": "halo", "at": "2026-11-25T10:00:00+07:00"}}  # fmt: skip
    headers = {"content-type": "application/json; charset=utf-8"}

    def hook(path, content=body):
        return own().hook(Hook("POST", path, {}, headers, json.dumps(content).encode(), NOW))

    (message,) = hook(f"masuk/{SECRET}").received.messages
    assert (message.external_id, message.phone, message.at.hour) == ("5", "+6281234567890", 10)
    assert hook("masuk/salah").status == 403
    assert hook("masuk").status == 403
    assert hook(f"masuk/{SECRET}", ["msg"]).status == 400
    (report,) = hook(f"laporan/{SECRET}", {"id": "77", "dlr": "NO"}).received.reports
    assert (report.external_id, report.state) == ("77", Delivery.FAILED)


def test_reports_by_the_address_alone():
    query = {"id": "77", "dlr": "OK"}

    answer = own().hook(Hook("GET", f"laporan/{SECRET}", query, {}, b"", NOW))

    assert answer.received.reports[0].state is Delivery.DELIVERED


def test_health_of_a_profile_without_one_says_so():
    assert "cannot be asked" in own().health().words


@pytest.mark.parametrize(
    ("content", "at", "found"),
    [
        ({"a": [{"b": 5}]}, "a.0.b", "5"),
        ({"a": True}, "a", "true"),
        ({"a": {}}, "a", ""),
        ({"a": [1]}, "a.1", ""),
        ({"a": None}, "a", ""),
        ([1], "0", "1"),
        ("OK id=77;", r"re:id=(\d+)", "77"),
        ("ERR", r"re:id=(\d+)", ""),
        ({"a": 1}, r"re:(\d)", ""),
        ("teks", "a.b", ""),
        ({"a": 1}, "", ""),
    ],
)
def test_where_things_stand(content, at, found):
    assert find(content, at) == found


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('name = "Contoh"', "", "name is needed"),
        ('name = "Contoh"', "name = 5", "name must be a text"),
        ('name = "Contoh"', "nama = 5", "name is needed"),
        ('name = "Contoh"', 'name = "x"\nnama = "y"', "nama is not known"),
        ('name = "Contoh"', 'name = "x', "no TOML"),
        ('name = "Contoh"', 'name = "x"\nsignature = "tinta"', "signature must be one of"),
        ('method = "POST"', 'method = "HAPUS"', "send.method must be one of"),
        ('as = "json"', 'as = "xml"', "send.as must be one of"),
        ('auth = "bearer"', 'auth = "rahasia"', "send.auth must be one of"),
        ('auth = "bearer"', 'auht = "bearer"', "send.auht is not known"),
        ("{local}", "{nomor}", "{nomor} is not known"),
        ('url = "{base}/send/{user}"', 'url = "ftp://x"', "url begins with"),
        ('url = "{base}/send/{user}"', "", "send.url is needed"),
        ('id = "result.0.id"', 'id = "re:("', "answer.id is no regular expression"),
        ('id = "result.0.id"', 'id = "re:id"', "answer.id must have one group"),
        ('NOCREDIT = "settings"', 'NOCREDIT = "uang"', "answer.errors must map to some of"),
        ('OK = "delivered"', 'OK = "sampai"', "report.states must map to some of"),
        ('is = ["true"]', 'is = "true"', "answer.taken.is must be a list"),
        ('from = "msg.from"', "", "heard.from is needed"),
    ],
)
def test_mistake_in_a_profile_is_named(old, new, said):
    assert old in OWN
    with pytest.raises(BadProfile, match=said.replace("{", r"\{").replace("[", r"\[")):
        parse(OWN.replace(old, new, 1).replace("{base}", "https://x.example"))


def test_profile_without_a_send_table():
    with pytest.raises(BadProfile, match=r"\[send\] is needed"):
        parse('name = "x"')


# --- Settings ---------------------------------------------------------------------------------

SETTINGS = {
    "SATUPINTU_SMS_HTTP_PROFILE": "twilio",
    "SATUPINTU_SMS_HTTP_USER": "AC123",
    "SATUPINTU_SMS_HTTP_PASSWORD": TOKEN,
    "SATUPINTU_SMS_HTTP_FROM": "+15005550006",
}


def set_all(monkeypatch, **more):
    for name, value in (SETTINGS | more).items():
        monkeypatch.setenv(name, value)


def test_settings_make_a_transport(monkeypatch, settings):
    settings.BASE_URL = BASE
    set_all(monkeypatch)

    one = http_sms.transport()

    assert (one.profile.name, one.callback) == ("Twilio", BASE)
    assert TOKEN not in repr(one)


def test_zenziva_needs_no_sender_and_no_secret(monkeypatch):
    set_all(monkeypatch, SATUPINTU_SMS_HTTP_PROFILE="zenziva", SATUPINTU_SMS_HTTP_FROM="")

    assert http_sms.transport().profile.name == "Zenziva"


def test_profile_of_the_office_is_a_file(monkeypatch, tmp_path):
    path = tmp_path / "contoh.toml"
    path.write_text(OWN.replace("{base}", "https://x.example"))
    set_all(monkeypatch, SATUPINTU_SMS_HTTP_PROFILE=str(path))

    with pytest.raises(BadSetting, match="SATUPINTU_SMS_HTTP_SECRET"):
        http_sms.transport()
    monkeypatch.setenv("SATUPINTU_SMS_HTTP_SECRET", SECRET)
    assert http_sms.transport().profile.name == "Contoh"
    path.write_text("name = 5")
    with pytest.raises(BadSetting, match="name must be a text"):
        http_sms.transport()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[(name, "") for name in SETTINGS],
        ("SATUPINTU_SMS_HTTP_PROFILE", "tidakada"),
        ("SATUPINTU_SMS_HTTP_PROFILE", "/"),
        ("SATUPINTU_SMS_HTTP_SECRET", "pendek"),
        ("SATUPINTU_SMS_HTTP_CALLBACK", "izin.example"),
        ("SATUPINTU_SMS_HTTP_PER_SECOND", "x"),
    ],
)
def test_bad_setting_is_named_in_one_sentence(monkeypatch, name, value):
    set_all(monkeypatch)
    monkeypatch.setenv(name, value)

    with pytest.raises(BadSetting, match=name):
        http_sms.transport()


def test_every_shipped_profile_can_be_read():
    names = {path.stem for path in SHIPPED.glob("*.toml")}

    assert names == {"twilio", "zenziva"}
    for name in names:
        assert shipped(name).health is not None


def test_profile_of_the_documentation_can_be_read():
    text = (Path(__file__).parents[3] / "docs/channels/sms.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)

    profile = parse(block)

    assert profile.report.states == {"OK": Delivery.DELIVERED, "NO": Delivery.FAILED}
