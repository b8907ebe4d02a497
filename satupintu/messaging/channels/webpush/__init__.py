"""
Notifications of a browser by web push (RFC 8030, 8291, 8292): also shown while none of our pages is open.

The push service says only that it took a message. Our service worker tells when it was shown and when it was pressed,
by /kanal/webpush/, under a token that only the sealed message holds. What is not shown in time goes elsewhere. Services
differ from browser to browser, and anybody may name one: a failure is its own message's, never the channel's.
"""

import hmac
import json
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

from satupintu.lib import clock, outgoing
from satupintu.lib.env import BadSetting, env_str
from satupintu.lib.keys import BadKeyFile
from satupintu.messaging.channels.port import (
    Failed,
    Health,
    Hook,
    HookAnswer,
    Outgoing,
    Received,
    Report,
    Sent,
    Trouble,
)
from satupintu.messaging.channels.webpush import sealing, vapid
from satupintu.messaging.channels.webpush.subscription import (
    BadSubscription,
    encode,
    read_subscription,
)
from satupintu.messaging.rules import REPORT_WITHIN, ChannelKind, Delivery

_GONE = frozenset({404, 410})  # RFC 8030, sections 5 and 7.3: the subscription is no more
_TAKEN = range(200, 300)
_TOO_LONG = 413
_REFUSED = range(400, 500)
_AGAIN = 429
_ADDRESS = re.compile(r"https?://\S+")
_TOLD = {"tampil": Delivery.DELIVERED, "dibuka": Delivery.READ}
_HERE = frozenset({"localhost", "127.0.0.1"})  # where browsers allow it without https


@dataclass(slots=True)
class WebPush:
    """Hands one sealed message to the push service of one browser."""

    contact: str
    name: str = "webpush"
    per_second: float = 0.0

    @property
    def key(self) -> ec.EllipticCurvePrivateKey:
        return vapid.office_key(Path(settings.KEYS) / "webpush.pem")

    @property
    def public_key(self) -> str:
        """What a page gives the browser when somebody turns notifications on."""
        return vapid.public_key(self.key)

    def carries(self, channel: ChannelKind) -> bool:
        return channel is ChannelKind.PUSH

    def send(self, message: Outgoing) -> Sent | Failed:
        try:
            to = read_subscription(message.address)
            body = sealing.seal(shown(message), to)
        except BadSubscription:
            return Failed(True, "not a subscription", Trouble.PERSON)
        except ValueError:
            return Failed(True, "too long for a notification", Trouble.CONTENT)
        headers = {
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(int(REPORT_WITHIN.total_seconds())),  # then the next channel tells it
            "Urgency": "normal",
            "Topic": _topic(message.reference),  # another attempt takes the place of the first
            "Authorization": vapid.authorization(
                self.key, to.endpoint, contact=self.contact, now=clock.now()
            ),
        }
        try:
            answer = outgoing.call("POST", to.endpoint, content=body, headers=headers)
        except outgoing.Unreachable:
            return Failed(False, "the push service cannot be reached", Trouble.PERSON)
        return _read(answer.status, message.reference)

    def health(self) -> Health:
        """Say whether browsers could be asked and written to; each has a service of its own, which is not called."""
        host = urlsplit(settings.BASE_URL).hostname or ""
        if not settings.HTTPS and host not in _HERE:
            return Health(False, "SATUPINTU_BASE_URL: browsers notify only for https://")
        try:
            return Health(True, f"webpush: {self.public_key[:12]}…, {self.contact}")
        except (BadKeyFile, OSError) as error:
            return Health(False, f"webpush.pem: {error}")

    def hook(self, call: Hook) -> HookAnswer:
        """Take what our service worker tells: shown, or pressed."""
        if call.method != "POST":
            return HookAnswer(405)
        try:
            given = json.loads(call.body)
            reference, state = _referred(str(given["kabar"])), _TOLD[str(given["apa"])]
        except (ValueError, KeyError, TypeError, RecursionError):
            return HookAnswer(400)
        if not reference:
            return HookAnswer(403)
        report = Report(reference, state, call.now, reference=reference)
        return HookAnswer(204, received=Received(reports=(report,)))


def shown(message: Outgoing) -> bytes:
    """
    Return what the browser shows, as JSON that Safari understands without our script (declarative web push).

    The words are what an e-mail has as its subject; their address is where a press leads.
    """
    found = _ADDRESS.search(message.body)
    link = found.group().rstrip(".,") if found else f"{settings.BASE_URL}/"
    words = message.body.replace(link, "", 1).strip()
    notification = {
        "title": "Satu Pintu",
        "body": words,
        "lang": message.language,
        "dir": "ltr",
        "navigate": link,
        "tag": message.reference,
        "data": {"kabar": _token(message.reference)},
    }
    told = {"web_push": 8030, "notification": notification}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def _read(status: int, reference: str) -> Sent | Failed:
    if status in _TAKEN:
        return Sent(external_id=reference, reports=True)
    why = f"push service answered {status}"
    if status in _GONE:
        return Failed(True, why, Trouble.PERSON, gone=True)
    if status == _TOO_LONG:
        return Failed(True, why, Trouble.CONTENT)
    return Failed(status in _REFUSED and status != _AGAIN, why, Trouble.PERSON)


def _topic(reference: str) -> str:
    return encode(sha256(reference.encode()).digest())[:32]  # RFC 8030, section 5.4: at most 32


def _token(reference: str) -> str:
    signed = hmac.new(settings.SECRET_KEY.encode(), f"webpush:{reference}".encode(), sha256)
    return f"{reference}:{encode(signed.digest()[:16])}"


def _referred(token: str) -> str:
    """Return which message a token names; "" for a forged one."""
    reference = token.rpartition(":")[0]
    return reference if hmac.compare_digest(_token(reference).encode(), token.encode()) else ""


def transport() -> WebPush:
    """Make the channel from its setting. Raises BadSetting."""
    mailbox = settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].rstrip(">")
    contact = env_str("SATUPINTU_WEBPUSH_CONTACT") or f"mailto:{mailbox}"
    if not contact.startswith(("mailto:", "https://")):
        raise BadSetting(
            f"SATUPINTU_WEBPUSH_CONTACT={contact} must begin with mailto: or https://."
        )
    return WebPush(contact)
