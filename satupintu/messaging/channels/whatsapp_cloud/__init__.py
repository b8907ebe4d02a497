"""
WhatsApp by Meta's Cloud API: messages by the Graph API, webhooks signed with the app's secret.

The page for the office is docs/channels/whatsapp.md. Nothing here is a guess about a person's number: who hides it
writes under a business-scoped user id, and is answered there.
"""

import hmac
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

import httpx
from django.utils.translation import gettext as _

from satupintu.lib.calling import timed_client, within
from satupintu.lib.env import BadSetting, env_int, env_list, env_secret, env_str
from satupintu.messaging.channels.port import (
    Failed,
    Health,
    Hook,
    HookAnswer,
    Media,
    Outgoing,
    Sent,
    Trouble,
)
from satupintu.messaging.channels.whatsapp_cloud import reading, templates, writing
from satupintu.messaging.channels.whatsapp_cloud.errors import failure
from satupintu.messaging.channels.whatsapp_cloud.media import Shelf, body_of
from satupintu.messaging.rules import TEXTS, ChannelKind

_TIMES = httpx.Timeout(20.0, connect=5.0)
_SEND_SECONDS = 20  # for the whole answer; a worker's claim on a message lasts longer
_HEALTH_SECONDS = 5
_FETCH_SECONDS = 120  # of a file; a worker's claim on a message lasts longer
_LONGEST_CHALLENGE = 200
_BEGUN_MOST = 1000
_OK = 200
_HEALTHY = frozenset({"", "CONNECTED", "FLAGGED", "UNKNOWN"})
_ASKED = "verified_name,display_phone_number,quality_rating,status"
_THIS_MACHINE = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass
class WhatsAppCloud:
    """One number of the office. `templates` gives the name at Meta of a text where it differs; "-" for none."""

    phone_id: str
    token: str = field(repr=False)
    app_secrets: tuple[str, ...] = field(
        repr=False
    )  # more than one while a secret is being changed
    verify_token: str = field(repr=False)
    url: str = "https://graph.facebook.com"
    version: str = "v24.0"
    templates: dict[str, str] = field(default_factory=dict)
    media_hosts: tuple[str, ...] = ("lookaside.fbsbx.com",)
    per_second: float = 20.0
    name: str = "whatsapp_cloud"

    def __post_init__(self) -> None:
        # How far a message in several parts came, by its reference: an attempt goes on where the last one broke off.
        self._begun: OrderedDict[str, int] = OrderedDict()
        self._lock = threading.Lock()

    @cached_property
    def _client(self) -> httpx.Client:
        return timed_client(timeout=_TIMES, follow_redirects=False)

    @property
    def _graph(self) -> str:
        return f"{self.url}/{self.version}"

    def carries(self, channel: ChannelKind) -> bool:
        return channel is ChannelKind.WHATSAPP

    # --- Out ------------------------------------------------------------------------------
    def send(self, message: Outgoing) -> Sent | Failed:
        whom = writing.addressed(message.address)
        if whom is None:
            return Failed(True, "WhatsApp: neither a number nor a user id", Trouble.PERSON)
        if not message.free:
            return self._send_template(message, whom)
        bodies = writing.free_bodies(message, whom)
        if not bodies:
            return Failed(True, "WhatsApp: no words", Trouble.CONTENT)
        result = self._send_all(message.reference, bodies)
        if isinstance(result, Failed) and result.trouble is Trouble.WINDOW and message.template:
            return self._send_template(message, whom)
        return result

    def _send_template(self, message: Outgoing, whom: dict[str, str]) -> Sent | Failed:
        name = self.templates.get(message.template, message.template)
        found = (
            templates.template_of(message.template, writing.language_of(message))
            if message.template and name != "-"
            else None
        )
        if found is None:
            return Failed(True, "WhatsApp: no template for this after 24 hours", Trouble.WINDOW)
        parts = templates.components(found, message.parameters)
        if parts is None:
            return Failed(True, "WhatsApp: not the words of its template", Trouble.CONTENT)
        return self._send_all(
            message.reference, [writing.template_body(message, whom, name, parts)]
        )

    def _send_all(self, reference: str, bodies: list[dict[str, Any]]) -> Sent | Failed:
        """Send in order; reports of delivery are those of the last part."""
        external_id = ""
        for place in range(self._place(reference), len(bodies)):
            answered = self._post(bodies[place])
            if isinstance(answered, Failed):
                return answered
            external_id = answered
            self._keep_place(reference, place + 1 if place + 1 < len(bodies) else 0)
        return Sent(external_id=external_id, parts=len(bodies), reports=True)

    def _place(self, reference: str) -> int:
        with self._lock:
            return self._begun.get(reference, 0)

    def _keep_place(self, reference: str, place: int) -> None:
        with self._lock:
            self._begun.pop(reference, None)
            if place:
                self._begun[reference] = place
            while len(self._begun) > _BEGUN_MOST:
                self._begun.popitem(last=False)

    def _post(self, body: dict[str, Any]) -> str | Failed:
        """Return the message's id at Meta."""
        try:
            with within(_SEND_SECONDS):
                answer = self._client.post(
                    f"{self._graph}/{self.phone_id}/messages", json=body, headers=self._bearer()
                )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            # Only the kind: its words could hold the request.
            return Failed(permanent=False, why=f"WhatsApp: {type(error).__name__}")
        told = body_of(answer)
        if answer.status_code != _OK or "error" in told:
            return failure(answer.status_code, told, answer.headers)
        messages = told.get("messages")
        first = messages[0] if isinstance(messages, list) and messages else None
        given = reading.text_of(first.get("id")) if isinstance(first, dict) else ""
        return given or Failed(permanent=False, why="WhatsApp: an answer without an id")

    def _bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    # --- In -------------------------------------------------------------------------------
    def hook(self, call: Hook) -> HookAnswer:
        if call.method == "GET":
            return self._handshake(call)
        if call.method != "POST":
            return HookAnswer(status=405)
        if not self._signed(call):
            return HookAnswer(status=403)
        # What is signed is Meta's: also what cannot be read is answered 200, or it would come again for a week.
        return HookAnswer(received=reading.read(call.body, self.phone_id, call.now))

    def _handshake(self, call: Hook) -> HookAnswer:
        asked = call.query.get("hub.mode") == "subscribe"
        ours = hmac.compare_digest(
            call.query.get("hub.verify_token", "").encode("utf-8", "replace"),
            self.verify_token.encode(),
        )
        challenge = call.query.get("hub.challenge", "")
        if not asked or not ours or not self.verify_token or len(challenge) > _LONGEST_CHALLENGE:
            return HookAnswer(status=403)
        return HookAnswer(body=challenge)

    def _signed(self, call: Hook) -> bool:
        """Say whether the exact bytes bear the signature of one of our secrets, in constant time."""
        scheme, _equals, given = call.headers.get("x-hub-signature-256", "").partition("=")
        if scheme != "sha256":
            return False
        good = [
            hmac.compare_digest(
                hmac.new(secret.encode(), call.body, sha256).hexdigest().encode(),
                given.strip().encode("utf-8", "replace"),
            )
            for secret in self.app_secrets
        ]
        return any(good)

    def fetch(self, media: Media, limit: int) -> bytes:
        shelf = Shelf(self._client, self._graph, self.phone_id, self.token, self.media_hosts)
        with within(_FETCH_SECONDS):
            return shelf.fetch(media, limit)

    # --- Health ---------------------------------------------------------------------------
    def health(self) -> Health:
        """Ask the number's own node: is it connected, and do people think well of it."""
        try:
            with within(_HEALTH_SECONDS):
                answer = self._client.get(
                    f"{self._graph}/{self.phone_id}",
                    params={"fields": _ASKED},
                    headers=self._bearer(),
                )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return Health(False, f"WhatsApp: {type(error).__name__}")
        told = body_of(answer)
        if answer.status_code != _OK or "error" in told or not told:
            return Health(False, failure(answer.status_code, told, answer.headers).why)
        number = reading.text_of(told.get("display_phone_number"))[:30] or self.phone_id
        state = reading.text_of(told.get("status"))[:30]
        if state not in _HEALTHY:
            return Health(
                False,
                _("WhatsApp: nomor %(number)s berstatus %(state)s di Meta")
                % {"number": number, "state": state},
            )
        if told.get("quality_rating") == "RED":
            return Health(
                True, _("WhatsApp: %(number)s terhubung; mutunya dinilai rendah oleh Meta") % {"number": number}
            )  # fmt: skip
        return Health(True, _("WhatsApp: %(number)s terhubung") % {"number": number})


def transport() -> WhatsAppCloud:
    """Return the number by the settings. Raises BadSetting where they make no sense."""
    one = WhatsAppCloud(
        phone_id=env_str("SATUPINTU_WHATSAPP_PHONE_ID").strip(),
        token=env_secret("SATUPINTU_WHATSAPP_TOKEN").strip(),
        app_secrets=tuple(
            part.strip()
            for part in env_secret("SATUPINTU_WHATSAPP_APP_SECRET").split(",")
            if part.strip()
        ),
        verify_token=env_secret("SATUPINTU_WHATSAPP_VERIFY_TOKEN").strip(),
        url=_address(env_str("SATUPINTU_WHATSAPP_URL", "https://graph.facebook.com").strip()),
        version=env_str("SATUPINTU_WHATSAPP_VERSION", "v24.0").strip(),
        templates=_names(env_list("SATUPINTU_WHATSAPP_TEMPLATES", [])),
        media_hosts=tuple(env_list("SATUPINTU_WHATSAPP_MEDIA_HOSTS", ["lookaside.fbsbx.com"])),
        per_second=float(env_int("SATUPINTU_WHATSAPP_PER_SECOND", 20)),
    )
    for name, value in (
        ("SATUPINTU_WHATSAPP_PHONE_ID", one.phone_id),
        ("SATUPINTU_WHATSAPP_TOKEN", one.token),
        ("SATUPINTU_WHATSAPP_APP_SECRET", one.app_secrets),
        ("SATUPINTU_WHATSAPP_VERIFY_TOKEN", one.verify_token),
    ):
        if not value:
            raise BadSetting(f"{name} is needed for WhatsApp and is not set.")
    _check(one)
    return one


def _check(one: WhatsAppCloud) -> None:
    if not one.phone_id.isdecimal():
        raise BadSetting(
            "SATUPINTU_WHATSAPP_PHONE_ID is the number's id at Meta, digits only; it is not the telephone number."
        )
    major, _dot, minor = one.version.removeprefix("v").partition(".")
    if not (one.version.startswith("v") and major.isdecimal() and minor.isdecimal()):
        raise BadSetting(f"SATUPINTU_WHATSAPP_VERSION={one.version} is no version such as v24.0.")
    if not one.token.isascii() or not one.token.isprintable() or " " in one.token:
        raise BadSetting("SATUPINTU_WHATSAPP_TOKEN holds signs that no token has.")
    if one.per_second < 0:
        raise BadSetting("SATUPINTU_WHATSAPP_PER_SECOND is a number of messages, 0 for no limit.")


def _address(value: str) -> str:
    try:
        parts = urlsplit(value)
        safe = parts.scheme == "https" or (
            parts.scheme == "http" and parts.hostname in _THIS_MACHINE
        )
    except ValueError:
        safe = False
    if not safe or not parts.hostname:
        raise BadSetting(
            f"SATUPINTU_WHATSAPP_URL={value} must begin with https:// (http:// only on this machine)."
        )
    return value.rstrip("/")


def _names(rows: list[str]) -> dict[str, str]:
    found = {}
    for row in rows:
        text, _equals, name = (part.strip() for part in row.partition("="))
        if text not in TEXTS:
            raise BadSetting(f"SATUPINTU_WHATSAPP_TEMPLATES: {text} is not one of our texts.")
        if name != "-" and not (
            name.isascii() and name.replace("_", "a").isalnum() and name.islower()
        ):
            raise BadSetting(
                f"SATUPINTU_WHATSAPP_TEMPLATES: {text}={name}: a template's name has small letters, digits and _."
            )  # fmt: skip
        found[text] = name
    return found
