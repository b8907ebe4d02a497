"""
A stand-in for Meta and for people's telephones: for tests, training and demos. It listens on 127.0.0.1 only.

    cloud = Cloud(webhook="http://127.0.0.1:8000/kanal/whatsapp_cloud/").start()
    sari = cloud.handset("6281234567890", name="Sari")
    sari.write("CEK 7K3F9")        # a signed webhook goes to the office
    cloud.settle()                 # wait until what is under way has arrived
    sari.arrived[-1].text          # what the office answered; .choices can be pressed
    sari.press("Lacak")

How Meta behaves is switched by attributes: see Cloud. Written after its documents and checked with PyPI pywa
(tests/test_whatsapp_pywa.py); where the two differ, Meta's own answer counts.
"""

import base64
import hashlib
import hmac
import itertools
import json
import queue
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, Self

import httpx

from satupintu.lib.standin import close
from satupintu.messaging.channels.whatsapp_cloud import templates as ours
from satupintu.messaging.channels.whatsapp_cloud.simulated_rules import (
    Approved,
    Refused,
    addressed_to,
    check_content,
    filled,
)

WINDOW = timedelta(hours=24)
_STATUS = {190: 401, 4: 403, 80007: 400, 130429: 429, 131056: 400, 131000: 500, 131016: 503}


@dataclass(slots=True)
class Arrived:
    """One message on a handset, as it is drawn: words, and what can be pressed. `told` is the last report on it."""

    id: str
    kind: str
    text: str
    at: datetime
    choices: list[tuple[str, str, str]] = field(default_factory=list)  # id, title, hint
    label: str = ""  # what opens a list; "" for buttons
    template: str = ""
    language: str = ""
    file: dict[str, Any] = field(default_factory=dict)
    reply_to: str = ""
    reference: str = ""
    told: str = ""


def _approved() -> dict[tuple[str, str], Approved]:
    """Return the templates of our texts as if Meta had approved them all."""
    code = {"id": "{{1}} adalah kode verifikasi Anda.", "en": "{{1}} is your verification code."}
    return {
        (one.name, one.language): Approved(one.body or code[one.language], one.category)
        for one in ours.all_templates()
    }


@dataclass
class Cloud:
    """
    One number of an office at Meta.

    Faults, by number or user id where a dictionary: `refuse` answers an error code at once, `fail` accepts and then
    reports a failure with it, `silent` accepts and never reports. `throttle` answers so many calls with 130429;
    `down` answers every call with this HTTP status; `slow` waits so many seconds; `lie` answers nonsense with 200.
    `backwards` and `twice` send the reports in reverse order and doubled. `reads`: people read at once.
    """

    webhook: str = ""
    phone_id: str = "100200300"
    account_id: str = "900800700"
    number: str = "6256412345"
    token: str = "SIMULATED-TOKEN"  # noqa: S105  nobody else's
    app_secret: str = "simulated-app-secret"  # noqa: S105
    verify_token: str = "simulated-verify"  # noqa: S105
    templates: dict[tuple[str, str], Approved] = field(default_factory=_approved)
    now: Callable[[], datetime] = lambda: datetime.now(tz=UTC)  # noqa: TID251  another machine with its own clock
    refuse: dict[str, int] = field(default_factory=dict)
    fail: dict[str, int] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    throttle: int = 0
    retry_after: int = 0
    down: int = 0
    slow: float = 0.0
    lie: bool = False
    backwards: bool = False
    twice: bool = False
    reads: bool = False
    window_at_once: bool = False  # 131047 as the API's answer instead of a later report
    quality: str = "GREEN"
    standing: str = "CONNECTED"
    retries: int = 2  # deliveries of a webhook that the office refused or did not take
    handsets: list["Handset"] = field(default_factory=list)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: list[dict[str, Any]] = field(default_factory=list)  # every send request, for tests
    posted: list[tuple[bytes, str]] = field(default_factory=list)  # every webhook and its signature
    undelivered: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._queue: queue.Queue[bytes | None] = queue.Queue()
        self._ids = itertools.count(1)
        self._lock = threading.Lock()
        self._client = httpx.Client(timeout=10)  # connections are kept: a new one costs more
        self.url = ""

    # --- Telephones -----------------------------------------------------------------------
    def handset(
        self, number: str = "", *, user: str = "", name: str = "", username: str = ""
    ) -> "Handset":
        """Return a telephone with WhatsApp. Without a number its owner has a username and shows none."""
        user = user or f"ID.{secrets.randbelow(10**16):016}"
        one = Handset(self, number.removeprefix("+"), user, name or "Sari", username)
        self.handsets.append(one)
        return one

    def find(self, receiver: str) -> "Handset | None":
        return next(
            (one for one in self.handsets if receiver in {one.known_number, one.user}), None
        )

    # --- What the office asks -------------------------------------------------------------
    def send(self, body: dict[str, Any]) -> dict[str, Any]:
        """Take a message and return the API's answer. Raises Refused."""
        with self._lock:
            self.calls.append(body)
        if body.get("status") == "read":
            return {"success": True}
        if self.throttle > 0:
            self.throttle -= 1
            raise Refused(130429, "Rate limit hit", status=429)
        receiver = addressed_to(body)
        check_content(body, self.templates)
        if receiver in self.refuse:
            code = self.refuse[receiver]
            raise Refused(code, "made to fail", status=_STATUS.get(code, 400))
        template = self._template_of(body)
        handset = self.find(receiver)
        if template and template.category == "AUTHENTICATION" and "recipient" in body:
            raise Refused(131062, "authentication templates cannot be sent to a user id")
        closed = template is None and not (handset and handset.is_open(self.now()))
        if closed and self.window_at_once:
            raise Refused(131047, "Re-engagement message")
        identity = self.new_id()
        code = 131026 if handset is None else 131047 if closed else self.fail.get(receiver, 0)
        one = _arrived(identity, body, template, self.now())
        if receiver not in self.silent:
            if handset is not None and not code:
                handset.arrived.append(one)
            self._report(receiver, handset, one, code)
        contact = {"input": body.get("to") or body.get("recipient")}
        if handset is not None:
            contact |= handset.contact_ids()
        return {
            "messaging_product": "whatsapp",
            "contacts": [contact],
            "messages": [{"id": identity, "message_status": "accepted"}],
        }

    def _template_of(self, body: dict[str, Any]) -> Approved | None:
        if body.get("type") != "template":
            return None
        return self.templates[body["template"]["name"], body["template"]["language"]["code"]]

    def node(self) -> dict[str, Any]:
        """Return what the number's own node says."""
        return {
            "id": self.phone_id,
            "verified_name": "DPMPTSP Contoh",
            "display_phone_number": f"+{self.number}",
            "quality_rating": self.quality,
            "status": self.standing,
        }

    def store(self, content: bytes, mime: str, name: str = "") -> str:
        """Keep a file and return its id."""
        identity = str(7_000_000 + next(self._ids))
        self.files[identity] = {"content": content, "mime": mime, "name": name}
        return identity

    def whereabouts(self, identity: str) -> dict[str, Any] | None:
        kept = self.files.get(identity)
        if kept is None:
            return None
        return {
            "messaging_product": "whatsapp",
            "id": identity,
            "url": kept.get("url") or f"{self.url}/files/{identity}",
            "mime_type": kept["mime"],
            "sha256": kept.get("sha256") or digest(kept["content"]),
            "file_size": str(kept.get("size", len(kept["content"]))),
        }

    # --- Webhooks -------------------------------------------------------------------------
    def new_id(self) -> str:
        said = f"{self.phone_id}.{next(self._ids)}.{secrets.token_hex(6)}"
        return "wamid." + base64.b64encode(said.encode()).decode()

    def _report(self, receiver: str, handset: "Handset | None", one: Arrived, code: int) -> None:
        states = ["failed"] if code else ["sent", "delivered", *(["read"] if self.reads else [])]
        values = [self._status(receiver, handset, one, state, code) for state in states]
        if self.backwards:
            values.reverse()
        for value in values:
            self.tell(value)
            if self.twice:
                self.tell(value)

    def report(self, handset: "Handset", one: Arrived, state: str, code: int = 0) -> None:
        """Tell the office what became of a message."""
        self.tell(self._status(handset.known_number or handset.user, handset, one, state, code))

    def _status(
        self, receiver: str, handset: "Handset | None", one: Arrived, state: str, code: int
    ) -> dict[str, Any]:
        one.told = state
        status: dict[str, Any] = {
            "id": one.id,
            "status": state,
            "timestamp": self._seconds(),
            "recipient_id": receiver,
        }
        if one.reference:
            status["biz_opaque_callback_data"] = one.reference
        if code:
            title = f"error {code}"
            status["errors"] = [{"code": code, "title": title, "message": title}]
        elif state != "read":
            category = (
                self.templates[one.template, one.language].category.lower()
                if one.template
                else "service"
            )
            status["pricing"] = {
                "billable": bool(one.template),
                "pricing_model": "PMP",
                "category": category,
                "type": "regular" if one.template else "free_customer_service",
            }
        contacts = [handset.contact() if handset else {"profile": {}, "wa_id": receiver}]
        return self._value({"contacts": contacts, "statuses": [status]})

    def _value(self, more: dict[str, Any]) -> dict[str, Any]:
        metadata = {"display_phone_number": self.number, "phone_number_id": self.phone_id}
        return {"messaging_product": "whatsapp", "metadata": metadata} | more

    def _seconds(self) -> str:
        return str(int(self.now().timestamp()))

    def message(self, handset: "Handset", kind: str, part: Any, reply_to: str = "") -> str:
        """Let a handset send something; return its id. `part` is what Meta's webhook has under the kind's name."""
        identity = self.new_id()
        message: dict[str, Any] = {
            **handset.sender_ids(),
            "id": identity,
            "timestamp": self._seconds(),
            "type": kind,
            kind: part,
        }
        if reply_to:
            message["context"] = {"from": self.number, "id": reply_to}
        self.tell(self._value({"contacts": [handset.contact()], "messages": [message]}))
        return identity

    def tell(self, *values: dict[str, Any], field_name: str = "messages") -> None:
        """Post one webhook with these changes, signed, after those that wait already."""
        changes = [{"value": value, "field": field_name} for value in values]
        entry = [{"id": self.account_id, "changes": changes}]
        self.tell_raw(json.dumps({"object": "whatsapp_business_account", "entry": entry}).encode())

    def tell_raw(self, body: bytes) -> None:
        """Post exactly these bytes, signed."""
        self._queue.put(body)

    def signature(self, body: bytes) -> str:
        return "sha256=" + hmac.new(self.app_secret.encode(), body, hashlib.sha256).hexdigest()

    def post(self, body: bytes, signature: str | None = None) -> int:
        """Deliver a webhook now; return the HTTP status of the answer, 0 for none."""
        signed = self.signature(body) if signature is None else signature
        self.posted.append((body, signed))
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": signed}
        if not self.webhook:
            return 200
        try:
            return self._client.post(self.webhook, content=body, headers=headers).status_code
        except httpx.HTTPError:
            return 0

    def shake_hands(self) -> bool:
        """Ask for the webhook's challenge, as the button "Verify and save" at Meta does."""
        challenge = str(secrets.randbelow(10**9))
        asked = {
            "hub.mode": "subscribe",
            "hub.verify_token": self.verify_token,
            "hub.challenge": challenge,
        }
        answer = httpx.get(self.webhook, params=asked, timeout=10)
        return answer.status_code == HTTPStatus.OK and answer.text == challenge

    def _deliver(self) -> None:
        while (body := self._queue.get()) is not None:
            for _attempt in range(self.retries + 1):
                if self.post(body) == HTTPStatus.OK:
                    break
                time.sleep(0.05)
            else:
                self.undelivered.append(body)
            self._queue.task_done()
        self._queue.task_done()

    def settle(self) -> None:
        """Return when every webhook that waited has been delivered or given up."""
        self._queue.join()

    # --- The server -----------------------------------------------------------------------
    def start(self, port: int = 0) -> Self:
        """Listen on 127.0.0.1. Raises OSError when the port is taken."""
        from satupintu.messaging.channels.whatsapp_cloud.simulated_graph import serve

        self._server = serve(self, port)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._deliver, daemon=True).start()
        return self

    def stop(self) -> None:
        self._queue.put(None)
        close(self._server)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def environment(self) -> dict[str, str]:
        """Return the settings of an office that uses this simulator."""
        return {
            "SATUPINTU_WHATSAPP_URL": self.url,
            "SATUPINTU_WHATSAPP_PHONE_ID": self.phone_id,
            "SATUPINTU_WHATSAPP_TOKEN": self.token,
            "SATUPINTU_WHATSAPP_APP_SECRET": self.app_secret,
            "SATUPINTU_WHATSAPP_VERIFY_TOKEN": self.verify_token,
        }


@dataclass
class Handset:
    """A person's telephone. `arrived` is its chat with the office, oldest first; `number` is "" where it is hidden."""

    cloud: Cloud = field(repr=False)
    number: str
    user: str
    name: str
    username: str = ""
    arrived: list[Arrived] = field(default_factory=list)
    heard_at: datetime | None = None

    def __post_init__(self) -> None:
        self.known_number = self.number  # what Meta knows, also when it is not shown

    # --- What its owner does --------------------------------------------------------------
    def write(self, text: str, reply_to: str = "") -> str:
        return self._send("text", {"body": text}, reply_to)

    def press(self, which: str) -> str:
        """Press a button, or pick a row of a list, by its title or id, of the last message that has it."""
        for one in reversed(self.arrived):
            for identity, title, hint in one.choices:
                if which in {identity, title}:
                    return self._send("interactive", _reply(one, identity, title, hint), one.id)
        raise LookupError(which)

    def press_template(self, payload: str, text: str) -> str:
        """Press a quick reply of a template."""
        return self._send("button", {"payload": payload, "text": text})

    def send_file(
        self,
        content: bytes,
        mime: str,
        *,
        kind: str = "document",
        name: str = "",
        caption: str = "",
        voice: bool = False,
    ) -> str:
        """Send a picture, document, video, sticker or voice note (kind "audio")."""
        part: dict[str, Any] = {
            "id": self.cloud.store(content, mime, name),
            "mime_type": mime,
            "sha256": digest(content),
        }
        part |= {"caption": caption} if caption else {}
        part |= {"filename": name} if name else {}
        part |= {"voice": voice} if kind == "audio" else {}
        return self._send(kind, part)

    def send_place(self, latitude: float, longitude: float, name: str = "") -> str:
        part: dict[str, Any] = {"latitude": latitude, "longitude": longitude}
        return self._send("location", part | ({"name": name} if name else {}))

    def react(self, emoji: str) -> str:
        return self._send("reaction", {"message_id": self.arrived[-1].id, "emoji": emoji})

    def send(self, kind: str, part: Any) -> str:
        """Send anything, also what nobody knows yet."""
        return self._send(kind, part)

    def read(self) -> None:
        """Open the chat: the office is told that everything was read."""
        for one in self.arrived:
            if one.told != "read":
                self.cloud.report(self, one, "read")

    def hide_number(self, username: str) -> None:
        """Take a username: from now on webhooks name only the user id."""
        self.username, self.number = username, ""

    def change_number(self, number: str) -> None:
        """Move to another number, with another user id; the office is told, of the number unless it is hidden."""
        before, user = self.sender_ids(), self.user
        self.user = f"ID.{secrets.randbelow(10**16):016}"
        self.known_number = number
        system = {
            "type": "user_changed_user_id",
            "body": "The user id was changed.",
            "user_id": self.user,
            "previous_user_id": user,
        }
        if self.number:
            self.number = number
            system |= {"type": "user_changed_number", "wa_id": number}
        message = {
            **before,
            "id": self.cloud.new_id(),
            "timestamp": str(int(self.cloud.now().timestamp())),
            "type": "system",
            "system": system,
        }
        self.cloud.tell(self.cloud._value({"contacts": [], "messages": [message]}))  # noqa: SLF001  its own telephone

    def _send(self, kind: str, part: Any, reply_to: str = "") -> str:
        self.heard_at = self.cloud.now()
        return self.cloud.message(self, kind, part, reply_to)

    def is_open(self, at: datetime) -> bool:
        """Say whether free words may be sent: the owner wrote in the last 24 hours."""
        return self.heard_at is not None and at - self.heard_at < WINDOW

    # --- How Meta names it ----------------------------------------------------------------
    def sender_ids(self) -> dict[str, str]:
        named = {"from": self.number} if self.number else {}
        return named | {"from_user_id": self.user}

    def contact_ids(self) -> dict[str, str]:
        named = {"wa_id": self.number} if self.number else {}
        return named | {"user_id": self.user}

    def contact(self) -> dict[str, Any]:
        profile = {"name": self.name} | ({"username": self.username} if self.username else {})
        return {"profile": profile} | self.contact_ids()


def digest(content: bytes) -> str:
    """Return the SHA-256 as Meta's webhooks write it: base64."""
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


def _reply(one: Arrived, identity: str, title: str, hint: str) -> dict[str, Any]:
    if not one.label:
        return {"type": "button_reply", "button_reply": {"id": identity, "title": title}}
    reply = {"id": identity, "title": title} | ({"description": hint} if hint else {})
    return {"type": "list_reply", "list_reply": reply}


def _arrived(
    identity: str, body: dict[str, Any], template: Approved | None, at: datetime
) -> Arrived:
    kind = body.get("type", "text")
    part = body[kind]
    context = body.get("context") or {}
    one = Arrived(
        id=identity,
        kind=kind,
        text="",
        at=at,
        reply_to=context.get("message_id", ""),
        reference=body.get("biz_opaque_callback_data", ""),
    )
    if kind == "text":
        one.text = part["body"]
    elif kind == "interactive":
        one.text = part["body"]["text"]
        action = part["action"]
        one.label = action.get("button", "")
        rows = [row for section in action.get("sections", ()) for row in section["rows"]]
        rows = rows or [button["reply"] for button in action["buttons"]]
        one.choices = [(row["id"], row["title"], row.get("description", "")) for row in rows]
    elif template is not None:
        one.text = filled(part, template)
        one.template, one.language = part["name"], part["language"]["code"]
    else:
        one.text, one.file = part.get("caption", ""), part
    return one
