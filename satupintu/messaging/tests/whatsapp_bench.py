"""What the tests of WhatsApp share: an office's number, its simulator, and webhooks as Meta writes them."""

import hashlib
import hmac
import json
from contextlib import contextmanager
from datetime import UTC, datetime

from satupintu.messaging.channels.port import Hook, Outgoing
from satupintu.messaging.channels.whatsapp_cloud import WhatsAppCloud
from satupintu.messaging.channels.whatsapp_cloud.simulator import Cloud
from satupintu.messaging.rules import ChannelKind
from satupintu.messaging.tests.sms_bench import Office, served

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
SECOND = str(int(NOW.timestamp()) - 60)
PHONE_ID = "100200300"
SECRET = "rahasia-aplikasi"


def number(cloud=None, **more):
    """Return the transport of an office, at the simulator when given."""
    given = {
        "phone_id": PHONE_ID,
        "token": "TOKEN",
        "app_secrets": (SECRET,),
        "verify_token": "jabat-tangan",
    }
    if cloud is not None:
        given |= {"token": cloud.token, "app_secrets": (cloud.app_secret,), "url": cloud.url}
        given |= {"phone_id": cloud.phone_id, "verify_token": cloud.verify_token}
    return WhatsAppCloud(**(given | more))


def outgoing(body="Berkas Anda lengkap.", address="+6281234567890", **more):
    return Outgoing(
        ChannelKind.WHATSAPP, address, "", body, more.pop("reference", "r1.satupintu"), **more
    )


def signature(body, secret=SECRET):
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def call(body=b"", *, signed=None, method="POST", query=None):
    headers = {"x-hub-signature-256": signature(body) if signed is None else signed}
    return Hook(method, "", query or {}, headers, body, NOW)


def change(field="messages", phone_id=PHONE_ID, **value):
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "6256412345", "phone_number_id": phone_id},
    } | value
    return {"field": field, "value": value}


def webhook(*changes):
    entry = [{"id": "900", "changes": list(changes)}]
    return json.dumps({"object": "whatsapp_business_account", "entry": entry}).encode()


SARI = {"profile": {"name": "Sari"}, "wa_id": "6281234567890", "user_id": "ID.ABC123"}


def message(kind="text", part=None, **more):
    one = {
        "from": "6281234567890",
        "from_user_id": "ID.ABC123",
        "id": "wamid.A",
        "timestamp": SECOND,
        "type": kind,
        kind: {"body": "CEK 26070"} if part is None else part,
    } | more
    return {key: value for key, value in one.items() if value is not None}


@contextmanager
def running(**more):
    """Run a simulator whose webhooks go to a transport; gives the simulator, the transport and what it answered."""
    office = Office()
    with served(office.take) as url, Cloud(**more) as cloud:
        cloud.webhook = f"{url}/kanal/whatsapp_cloud/"
        office.transport = number(cloud)
        yield cloud, office.transport, office
        cloud.settle()
