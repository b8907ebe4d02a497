"""
What we send, as the Graph API wants it: words, buttons, a list, or a template; never more than its limits.

Limits: developers.facebook.com, WhatsApp Cloud API, "Messages" (text 4,096; with buttons or a list 1,024; 3 buttons of
20; 10 rows of 24 with hints of 72; ids 256 and 200), as PyPI pywa 4.5 states them too.
"""

import re
from collections.abc import Sequence
from typing import Any

from satupintu.messaging.channels.port import Choice, Outgoing
from satupintu.messaging.channels.whatsapp_cloud.reading import USER_ID

MOST_TEXT = 4096
MOST_BODY = 1024
MOST_BUTTONS = 3
MOST_ROWS = 10
_TITLE = {"button": 20, "list": 24}
_HINT = 72
_ID = 200  # a row's; a button's may have 256
_REFERENCE = 512
_PARAMETER = 1024
_WORDS = {
    "id": {"choose": "Pilih", "please": "Silakan pilih:", "reply": "Balas dengan angkanya."},
    "en": {"choose": "Choose", "please": "Please choose:", "reply": "Reply with the number."},
}


def addressed(address: str) -> dict[str, str] | None:
    """Return how a message is addressed: a number as `to`, a business-scoped id as `recipient`; None for neither."""
    if re.fullmatch(r"\+?[1-9][0-9]{5,14}", address):
        return {"to": address.removeprefix("+")}
    return {"recipient": address} if USER_ID.fullmatch(address) else None


def language_of(message: Outgoing) -> str:
    """Return the language in Meta's codes; texts are written in these two only."""
    return "en" if message.language == "en" else "id"


def _base(whom: dict[str, str]) -> dict[str, Any]:
    return {"messaging_product": "whatsapp", "recipient_type": "individual", **whom}


def _referred(message: Outgoing) -> dict[str, Any]:
    """Return what Meta gives back in its reports: that the request which bears it was taken."""
    return {"biz_opaque_callback_data": message.reference[:_REFERENCE]}


def free_bodies(message: Outgoing, whom: dict[str, str]) -> list[dict[str, Any]]:
    """
    Return the requests for a message of free words, in order: one, unless the words fill more than one message.

    The last one bears our reference: a report that names it says that the whole was taken.
    """
    parts = _parts(message)
    bodies = [_base(whom) | part for part in parts]
    if bodies:
        bodies[-1] |= _referred(message)
    if bodies and message.in_reply_to.startswith("wamid."):
        bodies[0]["context"] = {"message_id": message.in_reply_to}
    return bodies


def _parts(message: Outgoing) -> list[dict[str, Any]]:
    words = _WORDS[language_of(message)]
    body = message.body.strip()
    if not message.choices:
        return [_text(part) for part in split(body, MOST_TEXT)]
    body = body or words["please"]
    if len(message.choices) > MOST_ROWS or length(body) > MOST_BODY:
        # Words with numbers: the dialogue understands a number as it does from an SMS.
        lines = [f"{n}. {_line(one)}" for n, one in enumerate(message.choices, start=1)]
        numbered = "\n".join([body, "", *lines, "", words["reply"]])
        return [_text(part) for part in split(numbered, MOST_TEXT)]
    if _fit_buttons(message.choices):
        return [_buttons(body, message.choices)]
    return [_list(body, message.choices, words["choose"])]


def _text(body: str) -> dict[str, Any]:
    return {"type": "text", "text": {"body": body, "preview_url": False}}


def _line(one: Choice) -> str:
    return f"{one.title}: {one.hint}" if one.hint else one.title


def _fit_buttons(choices: Sequence[Choice]) -> bool:
    """Buttons show no hints, and Meta refuses two that read the same."""
    titles = {cut(one.title, _TITLE["button"]) for one in choices}
    return (
        len(choices) <= MOST_BUTTONS
        and not any(one.hint.strip() for one in choices)
        and len(titles) == len(choices)
        and all(length(one.title) <= _TITLE["button"] for one in choices)
    )


def _buttons(body: str, choices: Sequence[Choice]) -> dict[str, Any]:
    buttons = [
        {"type": "reply", "reply": {"id": one.id[:_ID], "title": one.title}} for one in choices
    ]
    return {
        "type": "interactive",
        "interactive": {"type": "button", "body": {"text": body}, "action": {"buttons": buttons}},
    }


def _list(body: str, choices: Sequence[Choice], label: str) -> dict[str, Any]:
    rows = []
    for one in choices:
        row = {"id": one.id[:_ID], "title": cut(one.title, _TITLE["list"])}
        # A title that had to be cut is written out below, where there is room.
        hint = one.hint.strip() or (one.title if row["title"] != one.title else "")
        rows.append(row | ({"description": cut(hint, _HINT)} if hint else {}))
    action = {"button": label, "sections": [{"rows": rows}]}
    return {
        "type": "interactive",
        "interactive": {"type": "list", "body": {"text": body}, "action": action},
    }


def template_body(
    message: Outgoing, whom: dict[str, str], name: str, components: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return the request for an approved template of that name with its filled-in parts."""
    template: dict[str, Any] = {"name": name, "language": {"code": language_of(message)}}
    if components:
        template["components"] = components
    return _base(whom) | _referred(message) | {"type": "template", "template": template}


def parameter(words: str) -> str:
    """Return a word for a template: Meta refuses line breaks, tabs, more than four spaces, and nothing at all."""
    return cut(re.sub(r"\s+", " ", words).strip(), _PARAMETER) or "-"


# --- Length --------------------------------------------------------------------------------------
def length(text: str) -> int:
    """Count as the strictest reader does, in UTF-16: an emoji is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _fitting(text: str, most: int) -> int:
    """Return how many characters from the start fit; an emoji with what belongs to it is kept whole or left out."""
    used = 0
    for place, sign in enumerate(text):
        used += length(sign)
        if used > most:
            while place > 1 and (_belongs(text[place]) or text[place - 1] == "\u200d"):
                place -= 1  # noqa: PLW2901  back to the sign that this one belongs to
            return max(place, 1)
    return len(text)


def _belongs(sign: str) -> bool:
    """Say whether a sign changes the one before it: a joiner, a variation, a skin tone, a combining mark."""
    return (
        sign in "\u200d\ufe0e\ufe0f\u20e3"
        or "\u0300" <= sign <= "\u036f"
        or "\U0001f3fb" <= sign <= "\U0001f3ff"
    )


def cut(text: str, most: int) -> str:
    """Return the text, or its beginning and an ellipsis, in at most `most`."""
    return (
        text
        if length(text) <= most
        else text[: _fitting(text, most - 1)].rstrip().rstrip("\u200d") + "…"
    )


def split(text: str, most: int) -> list[str]:
    """Return the text in parts of at most `most`, broken at a paragraph, line, sentence or word where one is near."""
    parts = []
    rest = text.strip()
    while length(rest) > most:
        end = _fitting(rest, most)
        head = rest[:end]
        for mark in ("\n\n", "\n", ". ", " "):
            place = head.rfind(mark)
            if place >= end // 2:
                end = place + len(mark)
                break
        parts.append(rest[:end].strip())
        rest = rest[end:].strip()
    return [part for part in [*parts, rest] if part]
