"""What the simulator's Graph API refuses, as Meta's does: limits of messages, templates, who is addressed how."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from satupintu.messaging.channels.whatsapp_cloud.reading import USER_ID

_FILES = ("image", "document", "audio", "video", "sticker")


class Refused(Exception):
    """The API answers an error with this code."""

    def __init__(self, code: int, details: str, status: int = 400) -> None:
        super().__init__(details)
        self.code, self.details, self.status = code, details, status


@dataclass(frozen=True, slots=True)
class Approved:
    """A template as Meta keeps it; `words` are the names in its body ("1", "2", ... where they are numbered)."""

    body: str
    category: str = "UTILITY"

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(re.findall(r"{{(\w+)}}", self.body)))


def addressed_to(body: Mapping[str, Any]) -> str:
    """Return who is written to: a number without plus or a user id. Raises Refused."""
    to, recipient = body.get("to"), body.get("recipient")
    if isinstance(recipient, str):
        if not USER_ID.fullmatch(recipient):
            raise Refused(131009, "recipient is no business-scoped user id")
        return recipient
    if not isinstance(to, str) or not to:
        raise Refused(131008, "to is missing")
    digits = re.sub(r"[^0-9]", "", to)
    if USER_ID.fullmatch(to) or not digits:
        raise Refused(131009, "to is no telephone number")
    return digits


def check_content(body: Mapping[str, Any], templates: Mapping[tuple[str, str], Approved]) -> None:
    """Raise Refused unless the message keeps Meta's limits."""
    if body.get("messaging_product") != "whatsapp":
        raise Refused(100, "messaging_product must be whatsapp")
    if len(str(body.get("biz_opaque_callback_data", ""))) > 512:  # noqa: PLR2004  as Meta documents it
        raise Refused(131009, "biz_opaque_callback_data")
    kind = body.get("type", "text")
    part = body.get(kind)
    if not isinstance(part, dict):
        raise Refused(131008, f"{kind} is missing")
    if kind == "text":
        _words(part.get("body"), 4096, "text.body")
    elif kind == "interactive":
        _interactive(part)
    elif kind == "template":
        _template(part, templates)
    elif kind in _FILES:
        if not part.get("id") and not part.get("link"):
            raise Refused(131008, "id or link is missing")
    elif kind not in {"location", "contacts", "reaction"}:
        raise Refused(131051, "message type is not supported")


def _words(value: Any, most: int, name: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Refused(131008, f"{name} is missing")
    if len(value.encode("utf-16-le")) // 2 > most:
        raise Refused(131009, f"{name} is longer than {most}")
    return value


def _unique(values: Collection[str], name: str) -> None:
    if len(set(values)) != len(values):
        raise Refused(131009, f"{name} are not unique")


def _interactive(part: Mapping[str, Any]) -> None:
    try:
        _words(part["body"]["text"], 1024, "body")
        action = part["action"]
        if part["type"] == "button":
            replies = [one["reply"] for one in action["buttons"]]
            _number(replies, 3, "buttons")
            _unique([_words(one["title"], 20, "title") for one in replies], "titles")
            _unique([_words(one["id"], 256, "id") for one in replies], "ids")
        elif part["type"] == "list":
            _words(action["button"], 20, "button")
            rows = [row for section in action["sections"] for row in section["rows"]]
            _number(rows, 10, "rows")
            for row in rows:
                _words(row["title"], 24, "title")
                _words(row.get("description") or "-", 72, "description")
            _unique([_words(row["id"], 200, "id") for row in rows], "ids")
        else:
            raise Refused(131051, "interactive type is not supported")
    except (KeyError, TypeError) as error:
        raise Refused(131008, "interactive is not complete") from error


def _number(rows: Collection[Any], most: int, name: str) -> None:
    if not 1 <= len(rows) <= most:
        raise Refused(131009, f"1 to {most} {name}")


def _template(part: Mapping[str, Any], templates: Mapping[tuple[str, str], Approved]) -> None:
    try:
        approved = templates.get((part["name"], part["language"]["code"]))
        if approved is None:
            raise Refused(132001, "no such template in this language", status=404)
        body = [one for one in part.get("components", ()) if one["type"].lower() == "body"]
        told = [one for component in body for one in component["parameters"]]
        texts = [_parameter(one["text"]) for one in told]
        names = [one.get("parameter_name", str(n)) for n, one in enumerate(told, start=1)]
    except (KeyError, TypeError, AttributeError) as error:
        raise Refused(131008, "template is not complete") from error
    if sorted(names) != sorted(approved.words):
        raise Refused(132000, f"{len(texts)} parameters, not {len(approved.words)}")


def _parameter(text: Any) -> str:
    if re.search(r"[\n\t\r]| {5,}", str(text)):
        raise Refused(132018, "a parameter has a line break, a tab or more than four spaces")
    return _words(text, 1024, "parameter")


def filled(part: Mapping[str, Any], approved: Approved) -> str:
    """Return a template's body with its words, as the person reads it."""
    body = [one for one in part.get("components", ()) if one["type"].lower() == "body"]
    told = [one for component in body for one in component["parameters"]]
    words = {one.get("parameter_name", str(n)): one["text"] for n, one in enumerate(told, start=1)}
    return re.sub(r"{{(\w+)}}", lambda found: str(words.get(found[1], "")), approved.body)
