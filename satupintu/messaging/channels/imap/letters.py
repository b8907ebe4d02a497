"""
What a letter says: who wrote, what they answered, which files came, whether a machine wrote it. Pure.

Machines are told apart by RFC 3834 (Auto-Submitted), RFC 2369 lists, Precedence, an empty Return-Path and customs of
mail programs: they are kept and never answered. A bounce (RFC 3464) is a report about a letter of ours.
"""

import email
import email.policy
import hashlib
import re
from collections.abc import Iterator
from datetime import datetime
from email.message import EmailMessage
from email.utils import getaddresses, parseaddr, parsedate_to_datetime

from satupintu.messaging.channels.port import (
    Incoming,
    IncomingKind,
    Media,
    Received,
    Report,
    Trouble,
)
from satupintu.messaging.rules import ChannelKind, Delivery

_MACHINES = re.compile(
    r"^(mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounce)", re.IGNORECASE
)
_QUOTED = (
    re.compile(r"^(On|Pada|Am|Le) .{5,200}(wrote|menulis|schrieb|écrit)\s*:\s*$"),
    re.compile(r"^-{2,}\s*(Original Message|Pesan Asli|Forwarded message)", re.IGNORECASE),
    re.compile(r"^_{10,}$"),
)
MOST_LETTERS = 10_000
_RAW_HEADERS = (
    "From", "To", "Cc", "Subject", "Date", "Message-ID", "In-Reply-To", "References",
    "Auto-Submitted", "Authentication-Results", "Received-SPF",
)  # fmt: skip


def parsed(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage), "the default policy makes these"
    return message


def spool_name(raw: bytes) -> str:
    """Return the name under which a letter is put aside until its files are fetched."""
    return hashlib.sha256(raw).hexdigest()


def read_letter(raw: bytes, at: datetime) -> Received:
    """
    Return what a letter brings: one message, or reports about ours. Never raises for what somebody wrote.

    The id is the Message-ID, or a hash of the letter where it has none. Quoted text below an answer is left out.
    """
    try:
        message = parsed(raw)
        reports = tuple(_bounced(message, at))
        if reports:
            return Received(reports=reports, reports_of="smtp")  # who sends our letters
        return Received(messages=(_incoming(message, raw, at),))
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        return Received(problems=(f"a letter could not be read: {type(error).__name__}",))


def _incoming(message: EmailMessage, raw: bytes, at: datetime) -> Incoming:
    name, sender = parseaddr(str(message.get("From", "")))
    if "@" not in sender:
        raise ValueError("no sender")
    text = _words(message)
    return Incoming(
        channel=ChannelKind.EMAIL,
        external_id=str(message.get("Message-ID", "")).strip()[:500] or f"<{spool_name(raw)}>",
        sender=sender.lower(),  # never Reply-To: no mail server checks what stands there
        kind=IncomingKind.TEXT if text else IncomingKind.MEDIA,
        at=min(_sent_at(message) or at, at),
        text=text,
        name=name[:150],
        subject=" ".join(str(message.get("Subject", "")).split())[:300],
        media=tuple(_files(message, spool_name(raw))),
        in_reply_to=str(message.get("In-Reply-To", "")).strip()[:500],
        to=", ".join(address for _n, address in getaddresses([str(message.get("To", ""))]))[:300],
        automatic=is_automatic(message) or is_forged(message),
        raw="\n".join(f"{key}: {message[key]}" for key in _RAW_HEADERS if message.get(key)),
    )


def _sent_at(message: EmailMessage) -> datetime | None:
    try:
        found = parsedate_to_datetime(str(message.get("Date", "")))
    except ValueError:
        return None
    return found if found.tzinfo else None


def is_automatic(message: EmailMessage) -> bool:
    """Say whether a machine wrote it: an answer to it could go round for ever."""
    if str(message.get("Auto-Submitted", "no")).partition(";")[0].strip().lower() != "no":
        return True
    if str(message.get("Precedence", "")).strip().lower() in {"bulk", "junk", "list", "auto_reply"}:
        return True
    if any(
        message.get(key) for key in ("List-Id", "List-Unsubscribe", "X-Autoreply", "X-Autorespond")
    ):
        return True
    if str(message.get("Return-Path", "x")).strip() == "<>":
        return True
    sender = parseaddr(str(message.get("From", "")))[1]
    return bool(_MACHINES.match(sender)) or message.get_content_type() == "multipart/report"


def is_forged(message: EmailMessage) -> bool:
    """Say whether the office's own mail server found that it is not of whom it says (RFC 8601: dmarc=fail)."""
    # Each server puts its own above those that came with the letter.
    found = str(message.get("Authentication-Results", ""))
    return re.search(r"\bdmarc\s*=\s*fail\b", found, re.IGNORECASE) is not None


def _words(message: EmailMessage) -> str:
    body = message.get_body(preferencelist=("plain", "html"))
    if body is None:
        return ""
    try:
        text = str(body.get_content())
    except (LookupError, UnicodeError):
        payload = body.get_payload(decode=True)
        text = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
    if body.get_content_type() == "text/html":
        text = re.sub(r"(?is)<(script|style|head|blockquote)\b.*?</\1>", " ", text)
        text = re.sub(r"(?i)<br\s*/?>|</p>|</div>", "\n", text)
        text = re.sub(r"<[^>]{0,2000}>", "", text)
        for entity, sign in (("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
            text = text.replace(entity, sign)
    return unquoted(text)[:MOST_LETTERS]


def unquoted(text: str) -> str:
    """Return what was written anew: without the letter that is answered, its introduction, and the signature."""
    kept: list[str] = []
    for line in text.replace("\r\n", "\n").split("\n"):
        if any(pattern.match(line.strip()) for pattern in _QUOTED) or line == "-- ":
            break
        if not line.startswith(">"):
            kept.append(line.rstrip())
    return "\n".join(kept).strip()


def _attachments(message: EmailMessage) -> Iterator[EmailMessage]:
    for part in message.iter_attachments():
        if isinstance(part, EmailMessage) and not part.is_multipart():
            yield part


def _files(message: EmailMessage, name: str) -> Iterator[Media]:
    for number, part in enumerate(_attachments(message)):
        yield Media(f"{name}#{number}", part.get_content_type(), (part.get_filename() or "")[:100])


def file_of(raw: bytes, number: int) -> bytes | None:
    """Return the content of a letter's file by its place; None when it has none there."""
    for place, part in enumerate(_attachments(parsed(raw))):
        if place == number:
            payload = part.get_payload(decode=True)
            return payload if isinstance(payload, bytes) else None
    return None


def _bounced(message: EmailMessage, at: datetime) -> Iterator[Report]:
    """Yield what a delivery report says of our letter: only failures are final."""
    if message.get_content_type() != "multipart/report":
        return
    ours, failed, why = "", False, ""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            for block in part.get_payload():
                if str(block.get("Action", "")).strip().lower() == "failed":  # type: ignore[union-attr]
                    failed, why = True, str(block.get("Status", ""))[:20]  # type: ignore[union-attr]
        elif part.get_content_type() in {"message/rfc822", "text/rfc822-headers"}:
            inner = (
                part.get_payload(0)
                if part.is_multipart()
                else email.message_from_string(str(part.get_payload()))
            )
            ours = str(inner.get("Message-ID", "")).strip() or ours  # type: ignore[union-attr]
    if ours and failed:
        yield Report(ours, Delivery.FAILED, at, why=f"returned {why}", trouble=Trouble.PERSON)
