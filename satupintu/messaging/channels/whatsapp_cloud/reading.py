"""
Meta's webhooks, read: what people wrote, what became of our messages, who changed their number.

One part that cannot be read never loses the others. A kind of message that is not known is kept raw. Problems name
places and kinds, never what a person wrote.
"""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from satupintu.messaging.channels.port import (
    Incoming,
    IncomingKind,
    Media,
    Moved,
    Received,
    Report,
    Trouble,
)
from satupintu.messaging.channels.whatsapp_cloud.errors import code_of, rule_of
from satupintu.messaging.rules import ChannelKind, Delivery

_NUMBER = re.compile(r"\+?([1-9][0-9]{5,14})")
USER_ID = re.compile(r"[A-Z]{2}\.[A-Za-z0-9._-]{1,160}")
_WORD = re.compile(r"[a-z_]{1,40}")
_LONGEST_ID = 200
_MOST_PROBLEMS = 20
_STATES = {
    "sent": Delivery.SENT,
    "delivered": Delivery.DELIVERED,
    "read": Delivery.READ,
    "played": Delivery.READ,  # a voice message was heard
    "failed": Delivery.FAILED,
}
_FILES = ("image", "document", "audio", "video", "sticker", "voice")
_NUMBER_CHANGED = frozenset(
    {"user_changed_number", "customer_changed_number", "user_changed_user_id"}
)
_NOT_FOR_ANSWERS = frozenset({"reaction", "system", "revoke", "edit"})


class _Unreadable(Exception):
    """A part is not of the form that Meta documents."""


def read(body: bytes, phone_id: str, now: datetime) -> Received:
    """Return what a webhook tells of our number; never raises. What is for other numbers of the account is left out."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return Received(problems=("the body is no JSON",))
    if not isinstance(told, dict) or told.get("object") != "whatsapp_business_account":
        return Received(problems=("the body is not about WhatsApp",))
    found = _Found(phone_id, now)
    for entry in _dicts(told.get("entry")):
        for change in _dicts(entry.get("changes")):
            found.take(change)
    return found.received()


class _Found:
    """What was found so far."""

    def __init__(self, phone_id: str, now: datetime) -> None:
        self.phone_id = phone_id
        self.now = now
        self.messages: list[Incoming] = []
        self.reports: list[Report] = []
        self.moved: list[Moved] = []
        self.problems: list[str] = []

    def received(self) -> Received:
        problems = list(dict.fromkeys(self.problems))[:_MOST_PROBLEMS]
        return Received(
            tuple(self.messages), tuple(self.reports), tuple(self.moved), tuple(problems)
        )

    def take(self, change: dict[str, Any]) -> None:
        value = change.get("value")
        if not isinstance(value, dict):
            self.problems.append("a change without a value")
            return
        if change.get("field") not in {"messages", "calls"}:
            self.problems.append(f"field {_kind_of(change.get('field'))} is not read")
            return
        metadata = value.get("metadata")
        number = metadata if isinstance(metadata, dict) else {}
        if number.get("phone_number_id") != self.phone_id:
            self.problems.append("a change for another number")
            return
        contacts = list(_dicts(value.get("contacts")))
        to = _phone(number.get("display_phone_number"))
        self._each("message", value.get("messages"), lambda one: self._message(one, contacts, to))
        self._each("status", value.get("statuses"), self._status)
        self._each("call", value.get("calls"), lambda one: self._call(one, contacts, to))
        for error in _dicts(value.get("errors")):
            self.problems.append(f"Meta tells of error {code_of(error)}")

    def _each(self, name: str, rows: Any, act: Callable[[dict[str, Any]], None]) -> None:
        if rows is not None and not isinstance(rows, list):
            self.problems.append(f"{name}s are no list")
            return
        for row in rows or ():
            try:
                if not isinstance(row, dict):
                    raise _Unreadable("no object")  # noqa: TRY301  the same as what is found wrong inside
                act(row)
            except _Unreadable as error:
                self.problems.append(f"a {name} cannot be read: {error}")
            except RecursionError:
                self.problems.append(f"a {name} is nested too deeply")

    # --- Messages -------------------------------------------------------------------------
    def _message(self, one: dict[str, Any], contacts: list[dict[str, Any]], to: str) -> None:
        kind = _kind_of(one.get("type"))
        system = one.get("system")
        if kind == "system" and isinstance(system, dict) and system.get("type") in _NUMBER_CHANGED:
            self._number_changed(one, system)
            return
        contact = _contact_of(one, contacts)
        phone, user = _who(one, contact)
        profile = contact.get("profile")
        profile = profile if isinstance(profile, dict) else {}
        part = one.get(kind)
        part = {"rows": part} if isinstance(part, list) else part
        said = _READERS.get(kind, _unknown)(part if isinstance(part, dict) else {})
        context = one.get("context")
        context = context if isinstance(context, dict) else {}
        self.messages.append(
            Incoming(
                channel=ChannelKind.WHATSAPP,
                external_id=_id_of(one),
                sender=phone or user,
                at=_moment(one.get("timestamp"), self.now),
                phone=phone,
                account=user if phone else "",
                name=text_of(profile.get("name"))[:200],
                in_reply_to=said.pop("in_reply_to", "") or text_of(context.get("id"))[:_LONGEST_ID],
                to=to,
                automatic=kind in _NOT_FOR_ANSWERS or bool(one.get("group_id")),
                raw=json.dumps(one),
                **said,
            )
        )

    def _number_changed(self, one: dict[str, Any], system: dict[str, Any]) -> None:
        """
        Number and user id change together; what is told of the new ones depends on what the person shows.

        Meta, system messages webhook reference (11 August 2026): `user_changed_user_id` names no number.
        """
        new = _phone(system.get("wa_id")) or _phone(system.get("new_wa_id"))
        old = _phone(system.get("customer")) or _phone(one.get("from"))
        new_user = _user(system.get("user_id"))
        old_user = _user(system.get("previous_user_id")) or _user(one.get("from_user_id"))
        moved = [
            Moved(ChannelKind.WHATSAPP, old=before, new=after, new_phone=new)
            for before, after in ((old, new or new_user), (old_user, new_user or new))
            if before and after and before != after
        ]
        if not moved:
            raise _Unreadable("a change of number without numbers")
        self.moved.extend(moved)

    def _call(self, one: dict[str, Any], contacts: list[dict[str, Any]], to: str) -> None:
        """A call of the person opens the window as a message does; told once, when it comes in."""
        if one.get("event") != "connect" or one.get("direction") == "BUSINESS_INITIATED":
            return
        contact = _contact_of(one, contacts)
        phone, user = _who(one, contact)
        self.messages.append(
            Incoming(
                channel=ChannelKind.WHATSAPP,
                external_id=_id_of(one),
                sender=phone or user,
                kind=IncomingKind.CALL,
                at=_moment(one.get("timestamp"), self.now),
                phone=phone,
                account=user if phone else "",
                to=to,
                raw=json.dumps({key: value for key, value in one.items() if key != "session"}),
            )
        )

    # --- What became of ours --------------------------------------------------------------
    def _status(self, one: dict[str, Any]) -> None:
        state = _STATES.get(_kind_of(one.get("status")))
        external_id = text_of(one.get("id"))[:_LONGEST_ID]
        if state is None or not external_id:
            raise _Unreadable(f"state {_kind_of(one.get('status'))}")
        error = next(_dicts(one.get("errors")), None)
        failed = state is Delivery.FAILED
        code = code_of(error)
        pricing = one.get("pricing")
        pricing = pricing if isinstance(pricing, dict) else {}
        self.reports.append(
            Report(
                external_id=external_id,
                state=state,
                at=_moment(one.get("timestamp"), self.now),
                why=f"WhatsApp: error {code}" if failed else "",
                # What is not known does not stop the office: the next channel tells the person.
                trouble=rule_of(code, 400).trouble
                if failed and code is not None
                else Trouble.PERSON,
                billed=pricing.get("billable") is True,
                category=_word(pricing.get("category")),
                reference=text_of(one.get("biz_opaque_callback_data"))[:512],
            )
        )


# --- One reader for each kind: what an Incoming holds besides who, when and where ----------------
def _text(part: dict[str, Any]) -> dict[str, Any]:
    return {"kind": IncomingKind.TEXT, "text": text_of(part.get("body"))}


def _interactive(part: dict[str, Any]) -> dict[str, Any]:
    kind = _kind_of(part.get("type"))
    reply = part.get(kind)
    if kind not in {"button_reply", "list_reply"} or not isinstance(reply, dict):
        return _unknown(part)
    return {
        "kind": IncomingKind.CHOICE,
        "choice": text_of(reply.get("id")),
        "text": text_of(reply.get("title")),
    }


def _button(part: dict[str, Any]) -> dict[str, Any]:
    text = text_of(part.get("text"))
    return {
        "kind": IncomingKind.CHOICE,
        "choice": text_of(part.get("payload")) or text,
        "text": text,
    }


def _file(part: dict[str, Any]) -> dict[str, Any]:
    identity = text_of(part.get("id"))
    if not identity:
        return {"kind": IncomingKind.OTHER, "text": text_of(part.get("caption"))}
    media = Media(
        id=identity[:_LONGEST_ID],
        mime=text_of(part.get("mime_type"))[:100],
        name=text_of(part.get("filename"))[:200],
        sha256=hex_digest(part.get("sha256")),
        voice=part.get("voice") is True,
    )
    return {"kind": IncomingKind.MEDIA, "text": text_of(part.get("caption")), "media": (media,)}


def _location(part: dict[str, Any]) -> dict[str, Any]:
    place = (_degrees(part.get("latitude"), 90), _degrees(part.get("longitude"), 180))
    words = [text_of(part.get("name")), text_of(part.get("address"))]
    text = ", ".join(word for word in words if word)
    if None in place:
        return {"kind": IncomingKind.OTHER, "text": text}
    return {"kind": IncomingKind.LOCATION, "text": text, "place": place}


def _reaction(part: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": IncomingKind.OTHER,
        "text": text_of(part.get("emoji")),
        "in_reply_to": text_of(part.get("message_id"))[:_LONGEST_ID],
    }


def _contacts(part: dict[str, Any]) -> dict[str, Any]:
    """Return people's cards as words, for the officer."""
    lines = []
    for card in _dicts(part.get("rows")):
        name = card.get("name")
        words = [text_of(name.get("formatted_name")) if isinstance(name, dict) else ""]
        words += [text_of(phone.get("phone")) for phone in _dicts(card.get("phones"))]
        lines.append(" ".join(word for word in words if word))
    return {"kind": IncomingKind.OTHER, "text": "\n".join(line for line in lines if line)}


def _order(part: dict[str, Any]) -> dict[str, Any]:
    return {"kind": IncomingKind.OTHER, "text": text_of(part.get("text"))}


def _system(part: dict[str, Any]) -> dict[str, Any]:
    return {"kind": IncomingKind.OTHER, "text": text_of(part.get("body"))}


def _unknown(part: dict[str, Any]) -> dict[str, Any]:
    del part
    return {"kind": IncomingKind.OTHER}


_READERS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "text": _text,
    "interactive": _interactive,
    "button": _button,
    "location": _location,
    "reaction": _reaction,
    "contacts": _contacts,
    "order": _order,
    "system": _system,
} | dict.fromkeys(_FILES, _file)


# --- Who ------------------------------------------------------------------------------------
def _contact_of(one: dict[str, Any], contacts: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the contact whose ids the message bears; the only one where ids are missing."""
    for contact in contacts:
        for theirs, named in (("from", "wa_id"), ("from_user_id", "user_id")):
            if one.get(theirs) and one.get(theirs) == contact.get(named):
                return contact
    nameless = not one.get("from") and not one.get("from_user_id")
    return contacts[0] if nameless and len(contacts) == 1 else {}


def _who(one: dict[str, Any], contact: dict[str, Any]) -> tuple[str, str]:
    """
    Return number (E.164) and business-scoped id of who wrote, "" for what is not shown.

    Raises _Unreadable where nobody is named.
    """
    phone = _phone(one.get("from")) or _phone(contact.get("wa_id"))
    user = _user(one.get("from_user_id")) or _user(contact.get("user_id")) or _user(one.get("from"))
    if not phone and not user:
        raise _Unreadable("without a sender")
    return phone, user


def _phone(value: Any) -> str:
    digits = re.sub(r"[ ()-]", "", value) if isinstance(value, str) else ""
    found = _NUMBER.fullmatch(digits)
    return f"+{found[1]}" if found else ""


def _user(value: Any) -> str:
    return value if isinstance(value, str) and USER_ID.fullmatch(value) else ""


# --- Small things ----------------------------------------------------------------------------
def text_of(value: Any) -> str:
    """Return a text that every database takes: no NUL, no half of a surrogate pair; "" for what is no text."""
    if not isinstance(value, str):
        return ""
    return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def hex_digest(value: Any) -> str:
    """Return a SHA-256 as hex: Meta writes it in base64, its documents show hex. "" for anything else."""
    if not isinstance(value, str):
        return ""
    if re.fullmatch(r"[0-9a-fA-F]{64}", value):
        return value.lower()
    try:
        digest = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return ""
    return digest.hex() if len(digest) == hashlib.sha256().digest_size else ""


def _dicts(rows: Any) -> Iterator[dict[str, Any]]:
    if isinstance(rows, list):
        yield from (row for row in rows if isinstance(row, dict))


def _word(value: Any) -> str:
    return value if isinstance(value, str) and _WORD.fullmatch(value) else ""


def _kind_of(value: Any) -> str:
    """Return a word of Meta's for lookups and logs; what is no such word may be anything a person typed."""
    return _word(value) or "unknown"


def _id_of(one: dict[str, Any]) -> str:
    """Return the message's id; one made of its content where Meta gives none, so that a repetition is still seen."""
    given = text_of(one.get("id"))
    if 0 < len(given) <= _LONGEST_ID:
        return given
    return "sha256:" + hashlib.sha256(json.dumps(one, sort_keys=True).encode()).hexdigest()


def _moment(value: Any, now: datetime) -> datetime:
    """Return seconds since 1970 as a moment, never one that is still to come; `now` for what cannot be read."""
    if not isinstance(value, str | int) or isinstance(value, bool) or len(str(value)) > 12:  # noqa: PLR2004  years away
        return now
    try:
        return min(datetime.fromtimestamp(int(value), UTC), now)
    except (ValueError, OverflowError, OSError):
        return now


def _degrees(value: Any, most: int) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not -most <= value <= most:
        return None
    return float(value)
