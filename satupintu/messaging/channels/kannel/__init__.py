"""
SMS through Kannel, which keeps the lines to modems and SMS centres: HTTP on both sides.

Kannel signs nothing. What it calls carries a secret in its address, and it should be on this machine or call from
a network that the office names (docs/channels/sms.md). Facts: Kannel 1.4 user guide, "Sending SMS", "Delivery reports".
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.conf import settings

from satupintu.lib.env import env_int, env_networks, env_secret, env_str
from satupintu.lib.sms import Coding, decode
from satupintu.messaging.channels import sms
from satupintu.messaging.channels.port import (
    Failed,
    Health,
    Hook,
    HookAnswer,
    Outgoing,
    Received,
    Sent,
    Trouble,
)
from satupintu.messaging.rules import ChannelKind, Delivery

_REPORTS = 31  # every kind of report
_TAKEN = 202
# %d of a report. Nothing is said about their order: 1 was seen before 8.
_STATES = {
    "1": (Delivery.DELIVERED, Trouble.PERSON),
    "2": (Delivery.FAILED, Trouble.PERSON),
    "4": (Delivery.SENT, Trouble.PERSON),  # waits at the SMS centre
    "8": (Delivery.SENT, Trouble.PERSON),  # the SMS centre has it
    "16": (Delivery.FAILED, Trouble.CONTENT),  # the SMS centre refused it
}


@dataclass(slots=True)
class Kannel:
    """Sends by smsbox's sendsms, and is called by its sms-service and for reports."""

    url: str
    user: str
    password: str = field(repr=False)
    number: str
    secret: str = field(repr=False)
    callback: str
    smsc: str = ""
    status_url: str = field(default="", repr=False)  # its password is in it
    per_second: float = 0.0
    networks: Sequence[str] = ()  # where it may call from; none: anywhere
    name: str = "kannel"

    def carries(self, channel: ChannelKind) -> bool:
        return channel is ChannelKind.SMS

    def send(self, message: Outgoing) -> Sent | Failed:
        words = sms.words_of(message)
        if isinstance(words, Failed):
            return words
        # Kannel puts the state in the place of %d; its answer's words may follow as %A.
        told = urlencode({"ref": message.reference}).replace("%", "%%")
        report = f"{self.callback}/kanal/{self.name}/laporan/{self.secret}?{told}&state=%d&said=%A"
        fields = {
            "username": self.user,
            "password": self.password,
            "from": self.number,
            "to": message.address,
            "text": words.text,
            "coding": "0" if words.coding is Coding.GSM7 else "2",
            "charset": "UTF-8",
            "dlr-mask": str(_REPORTS),
            "dlr-url": report,
        }
        if self.smsc:
            fields["smsc"] = self.smsc
        answer = sms.ask("GET", self.url, params=fields)
        if isinstance(answer, Failed):
            return answer
        if answer.status_code != _TAKEN:
            # 400: the number is refused by Kannel's lists or cannot be one.
            return Failed(True, f"Kannel answered {answer.status_code}", Trouble.PERSON)
        return Sent(external_id=message.reference, parts=len(words.parts), reports=True)

    def health(self) -> Health:
        """Ask the admin port which SMS centres are connected; without its address, whether sendsms knows us."""
        if self.status_url:
            answer = sms.ask("GET", self.status_url, seconds=sms.HEALTH_SECONDS)
            if isinstance(answer, Failed):
                return Health(False, f"Kannel: {answer.why}")
            connected = "(online " in answer.text
            words = "an SMS centre is connected" if connected else "no SMS centre is connected"
            return Health(connected, f"Kannel: {words}")
        login = {"username": self.user, "password": self.password, "from": self.number, "text": "x"}
        # Without a receiver nothing is sent; who we are is looked at first.
        answer = sms.ask("GET", self.url, seconds=sms.HEALTH_SECONDS, params=login)
        if isinstance(answer, Failed):
            return Health(False, f"Kannel: {answer.why}")
        return Health(True, "Kannel: sendsms answers and knows us")

    def hook(self, call: Hook) -> HookAnswer:
        what, secret, *_more = [*call.path.split("/", 2), ""]
        admitted = sms.is_admitted(call, self.networks, "SATUPINTU_KANNEL_NETWORKS")
        if not admitted or not sms.same_secret(secret, self.secret):
            return sms.refused(403)
        ways = {("masuk", "POST"): self._heard, ("laporan", "GET"): self._reported}
        if (what, call.method) in ways:
            return ways[what, call.method](call)
        return sms.refused(405)

    def _heard(self, call: Hook) -> HookAnswer:
        """
        Post-url, because only a body keeps the octets of UTF-16; who and when stand in the path, because the charset of
        the body would be taken for that of a question.
        """
        told = call.path.split("/", 5)
        if len(told) < 6 or not told[2] or not told[5].strip():  # noqa: PLR2004  as post-url names them
            return sms.refused(400)
        _what, _secret, named, at, to, sender = told
        text = _text(call)
        if text is None:
            return HookAnswer(received=Received(problems=("message for a program, no words",)))
        one = sms.incoming(
            external_id=named,
            sender=sender,
            text=text,
            at=sms.moment(at, call.now),
            to=to,
            raw=f"{named} {at} {sender} {to}\n{text}",
        )
        return HookAnswer(received=Received(messages=(one,)))

    def _reported(self, call: Hook) -> HookAnswer:
        reference, state = call.query.get("ref", ""), call.query.get("state", "")
        if not reference:
            return sms.refused(400)
        if state not in _STATES:
            return HookAnswer(received=Received(problems=(f"unknown state {state[:10]!r}",)))
        delivery, trouble = _STATES[state]
        report = sms.report(
            external_id=reference,
            state=delivery,
            at=call.now,
            why=call.query.get("said", ""),
            trouble=trouble,
            reference=reference,
        )
        return HookAnswer(received=Received(reports=(report,)))


def _text(call: Hook) -> str | None:
    """Return the words of a message in Kannel's charset; None for data (a ring tone, settings of a telephone)."""
    if call.headers.get("x-kannel-coding") == "1":  # eight bits
        return None
    _before, _charset, named = call.headers.get("content-type", "").partition("charset=")
    if named.strip('" ').upper() in {"UTF-16BE", "UTF-16", "ISO-10646-UCS-2"}:
        return decode(call.body, Coding.UCS2)
    return call.body.decode("utf-8", "replace")


def transport() -> Kannel:
    """Return Kannel by the settings. Raises BadSetting where they make no sense."""
    one = Kannel(
        url=sms.web_address("SATUPINTU_KANNEL_URL", env_str("SATUPINTU_KANNEL_URL")),
        user=env_str("SATUPINTU_KANNEL_USER"),
        password=env_secret("SATUPINTU_KANNEL_PASSWORD"),
        number=env_str("SATUPINTU_KANNEL_FROM"),
        secret=sms.hook_secret("SATUPINTU_KANNEL_SECRET", env_secret("SATUPINTU_KANNEL_SECRET")),
        callback=sms.web_address("SATUPINTU_KANNEL_CALLBACK", env_str("SATUPINTU_KANNEL_CALLBACK"))
        or settings.BASE_URL.rstrip("/"),
        smsc=env_str("SATUPINTU_KANNEL_SMSC"),
        status_url=sms.web_address(
            "SATUPINTU_KANNEL_STATUS_URL", env_secret("SATUPINTU_KANNEL_STATUS_URL")
        ),
        per_second=float(env_int("SATUPINTU_KANNEL_PER_SECOND", 0)),
        networks=env_networks("SATUPINTU_KANNEL_NETWORKS"),
    )
    sms.needed(
        {
            "SATUPINTU_KANNEL_URL": one.url,
            "SATUPINTU_KANNEL_USER": one.user,
            "SATUPINTU_KANNEL_PASSWORD": one.password,
            "SATUPINTU_KANNEL_FROM": one.number,
            "SATUPINTU_KANNEL_SECRET": one.secret,
        }
    )
    return one
