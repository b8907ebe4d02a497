"""Another office's Open311 server as we ask it: in XML, the form that GeoReport v2 requires of every server."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from urllib.parse import quote, urlencode
from xml.etree import ElementTree as ET

from django.utils.translation import gettext_lazy as _

from satupintu.exchange.webhooks import is_accepted
from satupintu.lib import outgoing

CLAIM = timedelta(minutes=5)
LOOK_EVERY = timedelta(hours=6)
LOOK_FOR = timedelta(days=180)
NEVER = timedelta(days=36500)  # of what is asked about no more
_TRIES = 8
_FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
_LATER = frozenset({429, 503})


class Fate(StrEnum):
    """What became of a complaint that was sent on."""

    WAITING = "waiting"
    SENDING = "sending"
    UNSURE = "unsure"
    REFUSED = "refused"
    OPEN = "open"
    CLOSED = "closed"


FATE_LABELS = {
    Fate.WAITING: _("Menunggu dikirim"),
    Fate.SENDING: _("Sedang dikirim"),
    Fate.UNSURE: _("Mungkin sudah sampai: tanyakan, lalu kirim lagi bila perlu"),
    Fate.REFUSED: _("Ditolak penerima"),
    Fate.OPEN: _("Diterima, belum selesai"),
    Fate.CLOSED: _("Selesai di sana"),
}


@dataclass(frozen=True, slots=True)
class Server:
    """`url` is what stands before /services.xml."""

    url: str
    api_key: str
    jurisdiction: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a server answered; `why` says in its words why it refused, or that nothing was understood."""

    fate: Fate
    number: str = ""
    token: str = ""
    notes: str = ""
    why: str = ""


def send(server: Server, service_code: str, words: str) -> Found:
    """
    Send a complaint. WAITING when it surely did not arrive and may be tried again, UNSURE when it may have.

    Never raises for what the other side does.
    """
    given = {
        "api_key": server.api_key,
        "jurisdiction_id": server.jurisdiction,
        "service_code": service_code,
        "description": words,
    }
    body = urlencode({name: value for name, value in given.items() if value}).encode()
    try:
        answer = outgoing.call("POST", f"{server.url}/requests.xml", content=body, headers=_FORM)
    except outgoing.Unreachable as error:
        return Found(Fate.UNSURE if error.sent else Fate.WAITING, why=error.message)
    if answer.status in _LATER:
        return Found(Fate.WAITING, why=str(answer.status))
    if 400 <= answer.status < 500:  # noqa: PLR2004  refused by the other side
        return Found(Fate.REFUSED, why=_errors(answer))
    row = _row(answer)
    number, token = row.get("service_request_id", ""), row.get("token", "")
    if not number and not token:
        return Found(Fate.UNSURE, why=f"HTTP {answer.status}")
    return Found(Fate.OPEN, number=number, token=token)


def ask(server: Server, *, number: str, token: str) -> Found:
    """Ask what became of a complaint; of one that has only a token first its number."""
    if not number:
        row = _get(server, f"tokens/{quote(token, safe='')}.xml")
        return Found(Fate.OPEN, number=row.get("service_request_id", ""))
    row = _get(server, f"requests/{quote(number, safe='')}.xml")
    fate = Fate.CLOSED if row.get("status", "").lower() == "closed" else Fate.OPEN
    return Found(fate, notes=row.get("status_notes", ""))


def next_look(fate: Fate, attempts: int, age: timedelta) -> timedelta | None:
    """Return in how long a server is asked again; None when nobody asks any more."""
    if fate is Fate.WAITING:
        return timedelta(minutes=5 * 2**attempts) if attempts < _TRIES else None
    return LOOK_EVERY if fate is Fate.OPEN and age < LOOK_FOR else None


def _get(server: Server, path: str) -> dict[str, str]:
    query = {"jurisdiction_id": server.jurisdiction, "api_key": server.api_key}
    kept = urlencode({name: value for name, value in query.items() if value})
    try:
        return _row(outgoing.call("GET", f"{server.url}/{path}{'?' + kept if kept else ''}"))
    except outgoing.Unreachable:
        return {}


def _row(answer: outgoing.Answer) -> dict[str, str]:
    """Return the first request of an answer; empty for one that is no answer of Open311."""
    root = _parsed(answer) if is_accepted(answer.status) else None
    first = root.find("request") if root is not None else None
    if first is None:
        return {}
    return {one.tag: (one.text or "").strip() for one in first}


def _errors(answer: outgoing.Answer) -> str:
    root = _parsed(answer)
    said = [one.text or "" for one in root.iter("description")] if root is not None else []
    return "; ".join(one.strip() for one in said) or f"HTTP {answer.status}"


def _parsed(answer: outgoing.Answer) -> ET.Element | None:
    """Return XML of at most outgoing.MOST_BYTES; None for none, and for what declares entities."""
    if b"\0" in answer.body or b"<!DOCTYPE" in answer.body:
        return None
    try:
        return ET.fromstring(answer.body)  # noqa: S314  short, and without a DOCTYPE
    except (ET.ParseError, ValueError, LookupError):
        return None
