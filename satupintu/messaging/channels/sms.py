"""What the SMS transports share: words that fit, numbers as the product writes them, a call to an HTTP server."""

import hmac
import ipaddress
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import structlog

from satupintu.lib.env import BadSetting
from satupintu.lib.identity import BadPhone, check_phone
from satupintu.lib.sms import MOST_PARTS, Coding, coding_of, split, to_gsm7
from satupintu.messaging.channels.port import (
    Failed,
    Hook,
    HookAnswer,
    Incoming,
    IncomingKind,
    Outgoing,
    Report,
    Trouble,
)
from satupintu.messaging.rules import ChannelKind, Delivery

if TYPE_CHECKING:
    import httpx

log = structlog.get_logger()

SEND_SECONDS = 20  # for one answer; a worker's claim on a message lasts longer
HEALTH_SECONDS = 5
LONGEST_ID = 200
_LONGEST_WHY = 100
_LONGEST_WAIT = timedelta(hours=1)
_LEAST_SECRET = 16


@dataclass(frozen=True, slots=True)
class Words:
    """An SMS as it is sent: `parts` together are the text."""

    parts: tuple[str, ...]
    coding: Coding

    @property
    def text(self) -> str:
        return "".join(self.parts)


def words_of(message: Outgoing) -> Words | Failed:
    """Return the message in the fewest parts; Failed where there are no words or too many (providers cut silently)."""
    text = to_gsm7(storable(message.body)).strip()
    parts = split(text)
    if not text:
        return Failed(permanent=True, why="no words", trouble=Trouble.CONTENT)
    if len(parts) > MOST_PARTS:
        return Failed(
            permanent=True,
            why=f"{len(parts)} parts, more than {MOST_PARTS}",
            trouble=Trouble.CONTENT,
        )
    return Words(parts, coding_of(text))


def storable(text: str, most: int | None = None) -> str:
    """Return `text`, at most so long, without what no database keeps: NUL, and halves of surrogate pairs."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()[:most]


def incoming(
    *,
    external_id: str,
    sender: str,
    text: str,
    at: datetime,
    to: str = "",
    raw: str = "",
    kind: IncomingKind = IncomingKind.TEXT,
) -> Incoming:
    """
    Return an SMS of a person under their number in E.164.

    A sender that is no telephone number (a name, a short number) is a machine: kept, never answered.
    """
    try:
        phone = check_phone(sender)
    except BadPhone:
        phone = ""
    return Incoming(
        channel=ChannelKind.SMS,
        external_id=storable(external_id, LONGEST_ID),
        sender=phone or storable(sender, LONGEST_ID).strip() or "?",
        kind=kind,
        at=at,
        text=storable(text),
        phone=phone,
        to=storable(to, LONGEST_ID),
        automatic=not phone,
        raw=storable(raw),
    )


def report(
    *,
    external_id: str,
    state: Delivery,
    at: datetime,
    why: str = "",
    trouble: Trouble,
    reference: str = "",
) -> Report:
    """Return what became of a message; `why` is kept for a failure only."""
    return Report(
        external_id=storable(external_id, LONGEST_ID),
        state=state,
        at=at,
        why=storable(why, _LONGEST_WHY) if state is Delivery.FAILED else "",
        trouble=trouble,
        reference=reference,
    )


def local_number(phone: str) -> str:
    """Return an E.164 number without its plus, as most gateways want it; anything else unchanged."""
    return phone.removeprefix("+")


def national_number(phone: str) -> str:
    """Return an Indonesian E.164 number as people dial it ("0812..."); anything else unchanged."""
    return f"0{phone[3:]}" if phone.startswith("+62") else phone


def same_secret(given: str, ours: str) -> bool:
    """Compare without telling by the time taken how much was right; never true without a secret."""
    return bool(ours) and hmac.compare_digest(given.encode(), ours.encode())


def is_admitted(call: Hook, networks: Sequence[str], setting: str) -> bool:
    """
    Say whether a call comes from one of these networks; from anywhere where there are none. A refusal is logged.

    `setting` names where the office writes them.
    """
    if not networks:
        return True
    try:
        source = ipaddress.ip_address(call.source.partition("%")[0])
    except ValueError:
        source = None
    if isinstance(source, ipaddress.IPv6Address):
        source = source.ipv4_mapped or source
    if source is not None and any(source in ipaddress.ip_network(one) for one in networks):
        return True
    log.warning(
        "hook_refused", source=call.source, why=f"{setting} names no network of this address."
    )
    return False


def hook_secret(name: str, value: str) -> str:
    """Return the secret part of a hook's address. Raises BadSetting where it could be guessed or breaks the address."""
    if value and (len(value) < _LEAST_SECRET or not value.isascii() or not value.isalnum()):
        raise BadSetting(f"{name} must be at least {_LEAST_SECRET} letters and digits.")
    return value


def needed(settings: dict[str, str]) -> None:
    """Raise BadSetting naming the first of these settings that is empty."""
    for name, value in settings.items():
        if not value:
            raise BadSetting(f"{name} is needed for this channel and is not set.")


def web_address(name: str, value: str) -> str:
    """Return a setting that must be an address of a web server. Raises BadSetting for anything else."""
    if value and not value.startswith(("http://", "https://")):
        raise BadSetting(f"{name}={value} is no address: it begins with http:// or https://.")
    return value.rstrip("/")


def moment(value: Any, otherwise: datetime) -> datetime:
    """Return a moment given as ISO 8601 with a zone or as seconds since 1970; `otherwise` where it cannot be read."""
    try:
        if str(value).strip().isdecimal():
            return datetime.fromtimestamp(int(value), UTC)
        told = datetime.fromisoformat(str(value))
    except (ValueError, OverflowError, OSError):
        return otherwise
    return told if told.tzinfo else otherwise


def refused(status: int) -> HookAnswer:
    """Answer a call that is not believed or not understood; nothing is kept."""
    return HookAnswer(status=status)


@lru_cache(maxsize=1)
def _client() -> "httpx.Client":
    """Return what keeps connections open: a new one, with its certificates, costs more than a message."""
    from satupintu.lib.calling import timed_client

    return timed_client()


def call(method: str, url: str, *, seconds: float, **more: Any) -> "httpx.Response | Failed":
    """
    Call an HTTP server; Failed for one that is away or has not answered all in `seconds`.

    `why` holds no address: some carry the password in it.
    """
    import httpx

    from satupintu.lib.calling import within

    try:
        with within(seconds):
            return _client().request(method, url, timeout=seconds, **more)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        return Failed(permanent=False, why=type(error).__name__)


def ask(
    method: str, url: str, *, seconds: float = SEND_SECONDS, **more: Any
) -> "httpx.Response | Failed":
    """Call an HTTP server; Failed also where it says that it is its own or our account's trouble."""
    answer = call(method, url, seconds=seconds, **more)
    return answer if isinstance(answer, Failed) else trouble_of(answer) or answer


def trouble_of(answer: "httpx.Response") -> Failed | None:
    """Return what an answer's status says of the server or our account; None where it is about the message."""
    why = f"server answered {answer.status_code}"
    if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        return Failed(False, why, Trouble.THROTTLED, retry_after=_retry_after(answer))
    if answer.status_code in {401, 402, 403}:
        return Failed(False, why, Trouble.SETTINGS)
    if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Failed(False, why, Trouble.SERVER, retry_after=_retry_after(answer))
    return None


def _retry_after(answer: "httpx.Response") -> timedelta | None:
    """RFC 9110, section 10.2.3, in seconds; the form with a date is not used by these servers."""
    told = answer.headers.get("Retry-After", "").strip()
    if not told.isdecimal():
        return None
    return min(timedelta(seconds=int(told[:6])), _LONGEST_WAIT)


def json_object(content: bytes) -> dict[str, Any]:
    """Return the JSON object in `content`; {} for anything else."""
    try:
        told = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}
