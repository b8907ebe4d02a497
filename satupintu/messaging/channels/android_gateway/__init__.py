"""
SMS through an Android telephone with its own SIM card: the app SMS Gateway, its private server or its cloud.

Facts: docs.sms-gate.app, "Sending messages" and "Webhooks". The `messageId` of a received SMS is made from its words
and comes again with the same words; only the event's own `id` is unique.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from satupintu.lib.env import BadSetting, env_int, env_secret, env_str
from satupintu.messaging.channels import sms
from satupintu.messaging.channels.port import (
    Failed,
    Health,
    Hook,
    HookAnswer,
    Incoming,
    IncomingKind,
    Outgoing,
    Received,
    Sent,
    Trouble,
)
from satupintu.messaging.rules import ChannelKind, Delivery

_DAY_SECONDS = 24 * 60 * 60
_WINDOW_SECONDS = 5 * 60  # of a signature, as the maker recommends
_SIMS = range(4)
_LONGEST_NAME = 36  # of a message at the private server and the cloud
_NOT_FOUND, _KNOWN_ALREADY = 404, 409
# The telephone's own trouble, not the person's: another attempt may do.
_OURS = ("NO_SERVICE", "RADIO_OFF", "LIMIT_EXCEEDED", "MODEM", "NETWORK", "SYSTEM")


@dataclass(slots=True)
class AndroidGateway:
    """Posts to the app or its server, and believes its signed webhooks."""

    url: str
    user: str
    password: str = field(repr=False)
    key: str = field(repr=False)
    sim: int = 0
    per_second: float = 0.0
    name: str = "android_gateway"

    def carries(self, channel: ChannelKind) -> bool:
        return channel is ChannelKind.SMS

    def send(self, message: Outgoing) -> Sent | Failed:
        words = sms.words_of(message)
        if isinstance(words, Failed):
            return words
        named = _name_of(message.reference)
        body: dict[str, Any] = {
            "id": named,
            "textMessage": {"text": words.text},
            "phoneNumbers": [message.address],
            "withDeliveryReport": True,
            "ttl": _DAY_SECONDS,
        }
        if self.sim:
            body["simNumber"] = self.sim
        answer = self._ask("POST", "messages", json=body)
        if not isinstance(answer, Failed) and answer.status_code == _NOT_FOUND:
            answer = self._ask("POST", "message", json=body)  # apps before its rename
        if isinstance(answer, Failed):
            return answer
        if answer.status_code == _KNOWN_ALREADY:  # an earlier attempt was taken
            return Sent(external_id=named, parts=len(words.parts), reports=True)
        if answer.status_code == _NOT_FOUND:
            return Failed(False, "the address is not that of a gateway", Trouble.SETTINGS)
        if not answer.is_success:
            return Failed(True, f"gateway answered {answer.status_code}", Trouble.PERSON)
        told = sms.json_object(answer.content).get("id")
        return Sent(
            external_id=told if isinstance(told, str) and told else named,
            parts=len(words.parts),
            reports=True,
        )

    def _ask(self, method: str, path: str, **more: Any) -> Any:
        login = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        return sms.ask(
            method, f"{self.url}/{path}", headers={"Authorization": f"Basic {login}"}, **more
        )

    def health(self) -> Health:
        answer = self._ask("GET", "health", seconds=sms.HEALTH_SECONDS)
        if isinstance(answer, Failed):
            return Health(False, f"SMS Gateway: {answer.why}")
        state = sms.json_object(answer.content).get("status")
        ok = answer.is_success and state in {"pass", "warn"}
        return Health(ok, f"SMS Gateway: {state or answer.status_code}"[:100])

    # --- What it calls -----------------------------------------------------------------------------

    def hook(self, call: Hook) -> HookAnswer:
        if call.method != "POST":
            return sms.refused(405)
        if not self._signed(call):
            return sms.refused(403)
        try:
            return HookAnswer(received=_read(sms.json_object(call.body), call.now))
        except (KeyError, TypeError, ValueError):
            return sms.refused(400)

    def _signed(self, call: Hook) -> bool:
        """Check the signature over the exact body and its time, and that the time is about now."""
        at = call.headers.get("x-timestamp", "").strip()
        given = call.headers.get("x-signature", "").strip().lower()
        if not at.isdecimal() or not at.isascii():
            return False
        ours = hmac.new(self.key.encode(), call.body + at.encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(given.encode(), ours.encode()):
            return False
        return abs(call.now.timestamp() - int(at[:12])) <= _WINDOW_SECONDS


def _name_of(reference: str) -> str:
    """Return a name of at most 36 characters, the same at every attempt."""
    first = reference.partition(".")[0]
    if 0 < len(first) <= _LONGEST_NAME and first.isascii():
        return first
    return hashlib.sha256(reference.encode()).hexdigest()[:32]


def _text(payload: Any, name: str) -> str:
    if not isinstance(payload, dict):
        raise TypeError(name)
    value = payload[name]
    if not isinstance(value, str):
        raise TypeError(name)
    return value


def _read(event: dict[str, Any], now: datetime) -> Received:
    """Return what an event brings, nothing for one of no interest. Raises KeyError or TypeError for a malformed one."""
    named = f"{_text(event, 'deviceId')}:{_text(event, 'id')}"
    read = _EVENTS.get(_text(event, "event"))
    if read is None:
        return Received()  # the app was started, the telephone is alive, ...
    return read(event["payload"], named, now)


def _message(payload: Any, named: str, now: datetime) -> Incoming:
    text = _text(payload, "message")
    sim = payload.get("simNumber")
    to = payload.get("recipient") or (f"SIM {sim}" if sim else "")
    return sms.incoming(
        external_id=named,
        sender=_text(payload, "sender" if payload.get("sender") else "phoneNumber"),
        text=text,
        at=sms.moment(payload.get("receivedAt"), now),
        to=str(to),
        raw=str(payload),
    )


def _received(payload: dict[str, Any], named: str, now: datetime) -> Received:
    return Received(messages=(_message(payload, named, now),))


def _batch(payload: dict[str, Any], named: str, now: datetime) -> Received:
    return Received(
        messages=tuple(
            _message(one, f"{named}:{at}", now) for at, one in enumerate(payload["messages"])
        )
    )


def _picture(payload: dict[str, Any], named: str, now: datetime) -> Received:
    """An MMS: the office sees that something came, and can ask for it another way."""
    _text(payload, "messageId")
    one = sms.incoming(
        external_id=named,
        sender=_text(payload, "sender" if payload.get("sender") else "phoneNumber"),
        text=str(payload.get("subject") or ""),
        at=sms.moment(payload.get("receivedAt"), now),
        raw=str(payload),
        kind=IncomingKind.OTHER,
    )
    return Received(messages=(one,))


def _report(state: Delivery) -> Callable[[dict[str, Any], str, datetime], Received]:
    moments = {Delivery.SENT: "sentAt", Delivery.DELIVERED: "deliveredAt"}

    def read(payload: dict[str, Any], named: str, now: datetime) -> Received:
        del named
        reference = _text(payload, "messageId")
        why = str(payload.get("reason") or "")
        ours = any(word in why.upper() for word in _OURS)
        report = sms.report(
            external_id=reference,
            state=state,
            at=sms.moment(payload.get(moments.get(state, "failedAt")), now),
            why=why,
            trouble=Trouble.SERVER if ours else Trouble.PERSON,
        )
        return Received(reports=(report,))

    return read


_EVENTS: dict[str, Callable[[dict[str, Any], str, datetime], Received]] = {
    "sms:received": _received,
    "sms:batch:received": _batch,
    "mms:received": _picture,
    "sms:sent": _report(Delivery.SENT),
    "sms:delivered": _report(Delivery.DELIVERED),
    "sms:failed": _report(Delivery.FAILED),
    "sms:cancelled": _report(Delivery.FAILED),
}


def transport() -> AndroidGateway:
    """Return the gateway by the settings. Raises BadSetting where they make no sense."""
    address = env_str("SATUPINTU_ANDROID_SMS_URL")
    one = AndroidGateway(
        url=sms.web_address("SATUPINTU_ANDROID_SMS_URL", address),
        user=env_str("SATUPINTU_ANDROID_SMS_USER"),
        password=env_secret("SATUPINTU_ANDROID_SMS_PASSWORD"),
        key=env_secret("SATUPINTU_ANDROID_SMS_KEY"),
        sim=env_int("SATUPINTU_ANDROID_SMS_SIM", 0),
        per_second=float(env_int("SATUPINTU_ANDROID_SMS_PER_SECOND", 1)),
    )
    if one.sim not in _SIMS:
        raise BadSetting(f"SATUPINTU_ANDROID_SMS_SIM={one.sim} is no SIM card. Use 1, 2 or 3.")
    sms.needed(
        {
            "SATUPINTU_ANDROID_SMS_URL": one.url,
            "SATUPINTU_ANDROID_SMS_USER": one.user,
            "SATUPINTU_ANDROID_SMS_PASSWORD": one.password,
            "SATUPINTU_ANDROID_SMS_KEY": one.key,
        }
    )
    return one
