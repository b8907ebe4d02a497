"""
Notifications of a browser: what is sealed, signed, sent, shown, reported and forgotten.

The push service of these tests is somebody else's: npm `web-push-testing` 1.2.2 checks our token (jsonwebtoken) and
opens our message (http_ece). No browser maker's service can be reached from a test.
"""

import json
import urllib.request
from contextlib import ExitStack
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from django.urls import reverse

from satupintu.lib import keys, outgoing
from satupintu.lib.env import BadSetting
from satupintu.lib.ports import free_port
from satupintu.messaging import channels, queries, services
from satupintu.messaging.channels import webpush
from satupintu.messaging.channels.port import Failed, Hook, Outgoing, Sent, Trouble
from satupintu.messaging.channels.webpush import sealing, vapid
from satupintu.messaging.channels.webpush.subscription import (
    BadSubscription,
    decode,
    encode,
    read_subscription,
)
from satupintu.messaging.models import Identity, OutMessage
from satupintu.messaging.rules import REPORT_WITHIN, ChannelKind, Delivery
from satupintu.messaging.tests.npm import installed
from satupintu.messaging.tests.sms_bench import answers, program, until
from satupintu.people.models import Authority
from satupintu.people.queries import ACT_FOR_KEY, User
from satupintu.people.rules import Role
from satupintu.people.tests.factories import make_officer, make_person

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)  # 10.00 in the office
BACKEND = "satupintu.people.backends.PasswordBackend"
FOLDER = Path(__file__).parent / "pushservice"

# The example of RFC 8291, section 5 and appendix A.
WORDS = b"When I grow up, I want to be a watermelon"
OURS = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
THEIRS = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
SEALED = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6T"
    "lzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4"
    "a-fN"
)


def subscribed(endpoint="https://push.example.org/kirim/abc", **keys_given):
    return json.dumps(
        {"endpoint": endpoint, "keys": {"p256dh": THEIRS, "auth": AUTH, **keys_given}}
    )


def message(address, body="Berkas REG-1 lengkap. https://izin.contoh.id/permohonan/REG-1/", **more):
    return Outgoing(ChannelKind.PUSH, address, "Judul", body, "r1.satupintu", **more)


# --- Sealing ----------------------------------------------------------------------------------------
def test_the_rfcs_own_example_is_sealed_byte_for_byte():
    key = ec.derive_private_key(int.from_bytes(decode(OURS)), ec.SECP256R1())
    made = sealing.seal(WORDS, read_subscription(subscribed()), key=key, salt=decode(SALT), step=0)
    assert encode(made) == SEALED


def test_every_message_is_sealed_anew_and_its_size_tells_little():
    to = read_subscription(subscribed())
    first, again, longer = (
        sealing.seal(b"a", to),
        sealing.seal(b"a", to),
        sealing.seal(b"a" * 200, to),
    )
    assert first != again
    assert len(first) == len(longer) == 86 + 256 + 16
    assert len(sealing.seal(b"a" * sealing.MOST_BYTES, to)) == 4096
    with pytest.raises(ValueError, match="more than"):
        sealing.seal(b"a" * (sealing.MOST_BYTES + 1), to)


# --- What a browser gives -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", "null", "7", '{"endpoint":"https://push.example.org/"}',
        subscribed("http://push.example.org/a"), subscribed("https://"), subscribed("javascript:1"),
        subscribed("https://user:word@push.example.org/"),
        subscribed(p256dh="AAAA"), subscribed(p256dh=encode(b"\x04" + b"\x01" * 64)),
        subscribed(auth="AAAA"), subscribed(auth=7), subscribed(p256dh="ü"),
        subscribed("https://push.example.org/" + "a" * 3000), "[" * 1900,
    ],
)  # fmt: skip
def test_what_is_no_subscription_is_refused_in_words(text):
    with pytest.raises(BadSubscription) as refused:
        read_subscription(text)
    assert "Peramban ini" in refused.value.message


def test_the_same_browser_is_the_same_address_however_it_writes_it():
    padded = subscribed(auth=AUTH + "==", p256dh=THEIRS + "=")
    spread = json.dumps(json.loads(padded) | {"expirationTime": None}, indent=4)
    assert read_subscription(spread).text() == read_subscription(subscribed()).text()


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "10.1.2.3", "169.254.169.254", "[::1]", "192.168.1.1:8443"]
)
def test_a_subscription_never_leads_into_the_offices_own_network(host, settings, tmp_path):
    settings.OUTGOING_NETWORKS, settings.KEYS = [], tmp_path
    made = webpush.WebPush("mailto:izin@contoh.id")
    answer = made.send(message(subscribed(f"https://{host}/a")))
    assert answer == Failed(False, "the push service cannot be reached", Trouble.PERSON)


# --- Keys -------------------------------------------------------------------------------------------
def test_the_offices_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    path = tmp_path / "keys" / "webpush.pem"
    first = vapid.public_key(vapid.office_key(path))
    vapid.office_key.cache_clear()
    assert vapid.public_key(vapid.office_key(path)) == first
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(decode(first)) == 65


def test_a_command_that_only_reads_makes_no_key(tmp_path, monkeypatch):
    monkeypatch.setattr(keys.making, "allowed", False)
    vapid.office_key(tmp_path / "webpush.pem")
    assert not (tmp_path / "webpush.pem").exists()


def test_a_broken_key_is_said_by_the_health_line(tmp_path, settings):
    settings.KEYS = tmp_path
    (tmp_path / "webpush.pem").write_text("bukan kunci")
    health = webpush.WebPush("mailto:izin@contoh.id").health()
    assert not health.ok
    assert "webpush.pem" in health.words


def test_notifications_need_https(tmp_path, settings):
    settings.KEYS, settings.HTTPS, settings.BASE_URL = tmp_path, False, "http://izin.contoh.id"
    assert "https" in webpush.WebPush("mailto:izin@contoh.id").health().words
    settings.BASE_URL = "http://localhost:8000"
    assert webpush.WebPush("mailto:izin@contoh.id").health().ok


def test_the_contact_is_the_offices_mailbox_unless_it_is_set(monkeypatch, settings):
    settings.DEFAULT_FROM_EMAIL = "DPMPTSP <izin@contoh.id>"
    assert webpush.transport().contact == "mailto:izin@contoh.id"
    monkeypatch.setenv("SATUPINTU_WEBPUSH_CONTACT", "0812")
    with pytest.raises(BadSetting, match="mailto:"):
        webpush.transport()


# --- What is shown ------------------------------------------------------------------------------------
def test_what_is_shown_reads_without_our_script_too(settings):
    settings.BASE_URL = "https://izin.contoh.id"
    told = json.loads(webpush.shown(message("")))
    assert told["web_push"] == 8030
    assert told["notification"] | {"data": ""} == {
        "title": "Satu Pintu",
        "body": "Berkas REG-1 lengkap.",
        "lang": "id",
        "dir": "ltr",
        "navigate": "https://izin.contoh.id/permohonan/REG-1/",
        "tag": "r1.satupintu",
        "data": "",
    }
    without = json.loads(webpush.shown(message("", "Halo.")))
    assert without["notification"]["navigate"] == "https://izin.contoh.id/"


# --- Answers of a push service ------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (201, Sent("r1.satupintu", reports=True)),
        (404, Failed(True, "push service answered 404", Trouble.PERSON, gone=True)),
        (410, Failed(True, "push service answered 410", Trouble.PERSON, gone=True)),
        (413, Failed(True, "push service answered 413", Trouble.CONTENT)),
        (403, Failed(True, "push service answered 403", Trouble.PERSON)),
        (429, Failed(False, "push service answered 429", Trouble.PERSON)),
        (302, Failed(False, "push service answered 302", Trouble.PERSON)),
        (500, Failed(False, "push service answered 500", Trouble.PERSON)),
    ],
)
def test_each_answer_is_this_messages_matter_only(
    status, expected, monkeypatch, settings, tmp_path
):
    settings.KEYS = tmp_path
    calls = []

    def call(method, url, **more):
        calls.append((method, url, more["headers"]))
        return outgoing.Answer(status, {}, b"")

    monkeypatch.setattr(outgoing, "call", call)
    assert webpush.WebPush("mailto:izin@contoh.id").send(message(subscribed())) == expected
    [(method, url, headers)] = calls
    assert (method, url) == ("POST", "https://push.example.org/kirim/abc")
    assert headers["TTL"] == str(int(REPORT_WITHIN.total_seconds()))
    assert headers["Content-Encoding"] == "aes128gcm"
    assert len(headers["Topic"]) == 32


# --- Reports ------------------------------------------------------------------------------------------
def hooked(given, method="POST"):
    body = given if isinstance(given, bytes) else json.dumps(given).encode()
    return webpush.WebPush("mailto:a@contoh.id").hook(Hook(method, "", {}, {}, body, NOW))


def test_shown_and_pressed_are_reported_under_the_token_of_the_message():
    token = json.loads(webpush.shown(message("")))["notification"]["data"]["kabar"]
    for word, state in (("tampil", Delivery.DELIVERED), ("dibuka", Delivery.READ)):
        answer = hooked({"kabar": token, "apa": word})
        assert answer.status == 204
        [report] = answer.received.reports
        assert (report.external_id, report.state, report.at) == ("r1.satupintu", state, NOW)


@pytest.mark.parametrize(
    ("given", "status"),
    [
        (b"", 400), (b"[]", 400), ({}, 400), (b"\xff", 400), ({"kabar": "x", "apa": "gagal"}, 400),
        ({"kabar": "r1.satupintu:AAAA", "apa": "tampil"}, 403), ({"kabar": "☃", "apa": "tampil"}, 403),
    ],
)  # fmt: skip
def test_forged_and_broken_reports_keep_nothing(given, status):
    answer = hooked(given)
    assert answer.status == status
    assert answer.received.reports == ()
    assert hooked(given, "GET").status == 405


# --- A whole way, with somebody else's push service ------------------------------------------------------
class Service:
    """npm's web-push-testing, asked as a browser asks its maker."""

    def __init__(self, port):
        self.url = f"http://127.0.0.1:{port}"

    def ask(self, path, **form):
        request = urllib.request.Request(
            f"{self.url}/{path}", urlencode(form).encode(), method="POST"
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            text = answer.read().decode()
        return json.loads(text)["data"] if text.startswith("{") else text

    def subscribe(self, key):
        """Return its name there, and the subscription as JSON."""
        found = self.ask("subscribe", userVisibleOnly="true", applicationServerKey=key)
        endpoint = found["endpoint"].replace("localhost", "127.0.0.1")
        return found["clientHash"], json.dumps({"endpoint": endpoint, "keys": found["keys"]})

    def got(self, name):
        return [
            json.loads(one) for one in self.ask("get-notifications", clientHash=name)["messages"]
        ]


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    folder = installed(FOLDER)
    server = folder / "node_modules" / "web-push-testing" / "src" / "bin" / "server.js"
    port = free_port()
    with ExitStack() as stack:
        log = tmp_path_factory.mktemp("push") / "service.log"
        stack.enter_context(program("node", str(server), str(port), log=log))
        until(lambda: answers(port))
        yield Service(port)


@pytest.fixture
def pushing(monkeypatch, settings, tmp_path):
    """The office sends notifications and, beside them, SMS."""
    settings.KEYS, settings.OUTGOING_NETWORKS = tmp_path, ["127.0.0.0/8"]
    settings.QUIET_HOURS = (time(20), time(7))
    made = webpush.WebPush("mailto:izin@contoh.id")
    from satupintu.messaging.tests.conftest import FakeTransport

    sms = FakeTransport()
    sms.kinds = {ChannelKind.SMS}
    monkeypatch.setattr(channels, "transports", lambda: (made, sms))
    return made, sms


@pytest.fixture
def sari():
    return make_person(email="", phone="+6281200001234").party


def tell(party, at=NOW, origin="uji"):
    return services.notify(
        party.pk,
        "application_complete",
        {"service": "SIP Bidan", "number": "REG-1", "promised": at, "link": "https://x.id/REG-1/"},
        origin=origin,
        at=at,
    )


@pytest.mark.django_db
def test_news_is_sealed_signed_opened_by_others_and_reported(service, pushing, sari, client):
    transport, sms = pushing
    name, given = service.subscribe(transport.public_key)
    services.add_browser(party=sari, address=read_subscription(given).text(), at=NOW)

    told = tell(sari)
    assert told.channel == ChannelKind.PUSH
    assert services.send_due(at=NOW) == 1

    [got] = service.got(name)
    assert got["notification"]["body"] == "Berkas REG-1 lengkap."
    assert got["notification"]["navigate"] == "https://x.id/REG-1/"
    assert "Sari" not in json.dumps(got)
    told.refresh_from_db()
    assert told.state == Delivery.SENT
    assert told.await_until == NOW + REPORT_WITHIN

    for word, state in (("tampil", Delivery.DELIVERED), ("dibuka", Delivery.READ)):
        answer = client.post(
            "/kanal/webpush/",
            json.dumps({"kabar": got["notification"]["data"]["kabar"], "apa": word}),
            content_type="application/json",
        )
        assert answer.status_code == 204
        told.refresh_from_db()
        assert told.state == state
    assert services.give_up_waiting(at=NOW + REPORT_WITHIN + timedelta(minutes=1)) == 0
    assert sms.got == []


@pytest.mark.django_db
def test_what_is_not_shown_in_six_hours_goes_by_the_next_channel(service, pushing, sari):
    transport, sms = pushing
    _name, given = service.subscribe(transport.public_key)
    services.add_browser(party=sari, address=given, at=NOW)
    tell(sari)
    services.send_due(at=NOW)
    later = NOW + REPORT_WITHIN + timedelta(minutes=1)
    assert services.give_up_waiting(at=later) == 1
    services.send_due(at=later)
    [by_sms] = sms.got
    assert by_sms.address == sari.phone


@pytest.mark.django_db
def test_a_browser_that_is_gone_is_forgotten_and_the_news_goes_elsewhere(service, pushing, sari):
    transport, sms = pushing
    name, given = service.subscribe(transport.public_key)
    services.add_browser(party=sari, address=given, at=NOW)
    service.ask(f"expire-subscription/{name}")
    told = tell(sari)
    services.send_due(at=NOW)
    services.send_due(at=NOW)
    assert not Identity.objects.filter(channel=ChannelKind.PUSH).exists()
    told.refresh_from_db()
    assert (told.state, told.told_elsewhere) == (Delivery.FAILED, True)
    assert len(sms.got) == 1
    assert tell(sari, origin="lagi").channel == ChannelKind.SMS


@pytest.mark.django_db
def test_another_offices_key_is_refused_and_the_news_goes_elsewhere(service, pushing, sari):
    _transport, sms = pushing
    other = vapid.public_key(ec.generate_private_key(ec.SECP256R1()))
    name, given = service.subscribe(other)
    services.add_browser(party=sari, address=given, at=NOW)
    tell(sari)
    services.send_due(at=NOW)
    services.send_due(at=NOW)
    assert service.got(name) == []
    assert len(sms.got) == 1


@pytest.mark.django_db
def test_at_night_nobody_is_woken(pushing, sari):
    services.add_browser(party=sari, address=subscribed(), at=NOW)
    night = NOW + timedelta(hours=12)  # 22.00
    assert tell(sari, at=night).next_attempt_at == NOW + timedelta(hours=21)  # 07.00


# --- Turning it on and off -----------------------------------------------------------------------------
@pytest.fixture
def signed_in(sari):
    client = Client()
    client.force_login(User.objects.get(party=sari), backend=BACKEND)
    return client


@pytest.mark.django_db
def test_a_person_turns_it_on_sees_it_and_turns_it_off(signed_in, pushing, sari):
    page = reverse("messaging:own_way")
    before = signed_in.get(page).content.decode()
    assert f'data-push="{pushing[0].public_key}"' in before
    assert (
        signed_in.post(reverse("messaging:browser"), {"address": subscribed()}).status_code == 302
    )
    found = Identity.objects.get(channel=ChannelKind.PUSH)
    assert found.contact.party == sari
    assert THEIRS not in str(Identity.objects.filter(pk=found.pk).values_list("address_hash").get())
    assert queries.way_to(sari).channel is ChannelKind.PUSH
    assert "Menyala di 1 peramban" in signed_in.get(page).content.decode()

    signed_in.post(reverse("messaging:browser"), {"apa": "mati"})
    assert not Identity.objects.filter(channel=ChannelKind.PUSH).exists()
    assert queries.way_to(sari).channel is ChannelKind.SMS


@pytest.mark.django_db
def test_the_browser_of_a_proxy_shows_no_news_of_whom_they_act_for(signed_in, pushing, sari):
    user = User.objects.get(party=sari)
    company = make_person("PT Sari Jaya", email="", phone="+6281200009999").party
    Authority.objects.create(
        user=user, party=company, kind="letter", confirmed_at=NOW, valid_from=NOW.date()
    )
    session = signed_in.session
    session[ACT_FOR_KEY] = str(company.pk)
    session.save()

    assert "data-push" not in signed_in.get(reverse("messaging:own_way")).content.decode()
    signed_in.post(reverse("messaging:browser"), {"address": subscribed()})

    assert Identity.objects.get(channel=ChannelKind.PUSH).contact.party == sari
    assert queries.way_to(company).channel is ChannelKind.SMS


@pytest.mark.django_db
def test_nonsense_is_refused_in_words_and_keeps_nothing(signed_in, pushing):
    answer = signed_in.post(reverse("messaging:browser"), {"address": "{}"}, follow=True)
    assert "Peramban ini tidak memberi alamat" in answer.content.decode()
    assert not Identity.objects.filter(channel=ChannelKind.PUSH).exists()


@pytest.mark.django_db
def test_a_shared_browser_tells_only_who_turned_it_on_last(pushing, sari):
    joko = make_person("Joko", email="", phone="+6281200005678").party
    services.add_browser(party=sari, address=subscribed(), at=NOW)
    services.add_browser(party=joko, address=subscribed(), at=NOW)
    assert queries.way_to(sari).channel is ChannelKind.SMS
    assert queries.way_to(joko).channel is ChannelKind.PUSH


@pytest.mark.django_db
def test_without_the_channel_nothing_is_offered(signed_in, transport):
    transport.kinds = {ChannelKind.SMS}
    assert "data-push" not in signed_in.get(reverse("messaging:own_way")).content.decode()


@pytest.mark.django_db
def test_a_broken_key_leaves_the_page_without_the_offer(signed_in, pushing, settings):
    (settings.KEYS / "webpush.pem").write_text("bukan kunci")
    assert "data-push" not in signed_in.get(reverse("messaging:own_way")).content.decode()


@pytest.mark.django_db
def test_nobody_else_turns_it_on(client, pushing):
    assert client.post(reverse("messaging:browser"), {"address": subscribed()}).status_code == 403
    assert Identity.objects.count() == 0


@pytest.mark.django_db
def test_an_officer_tests_it_in_their_own_browser(service, pushing):
    transport, _sms = pushing
    name, given = service.subscribe(transport.public_key)
    admin = Client()
    admin.force_login(make_officer("admin", Role.SERVICE_ADMIN), backend=BACKEND)
    test = reverse("messaging:channel_test", args=["webpush"])
    said = admin.post(test, {"address": given}, follow=True).content.decode()
    assert "Pesan uji diserahkan" in said
    assert "Uji coba saluran webpush" in service.got(name)[0]["notification"]["body"]
    assert OutMessage.objects.count() == 0
    assert admin.post(test, {"address": "{}"}).status_code == 422
    assert admin.post(test, {"address": "0812-0000-1234"}).status_code == 422


@pytest.mark.django_db
def test_the_script_is_served_for_the_whole_site(client):
    answer = client.get("/pekerja-kabar.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert b"showNotification" in answer.content
    assert "no-store" in answer["Cache-Control"] or "no-cache" in answer["Cache-Control"]
