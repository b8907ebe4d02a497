"""
The templates an office registers with Meta, made from our own texts, and how one is filled in.

Outside the 24 hours after a person wrote, only these may be sent. Their words have names (Meta: "named parameters"), as
in our texts. Optional sentences and loops of a text have no place in a template and are left out; a text that makes no
sense without them has words of its own in templates.toml, and texts for officers have none: those go by e-mail.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils import translation

from satupintu.messaging.channels.whatsapp_cloud.writing import parameter
from satupintu.messaging.rules import TEXTS
from satupintu.web import formatting

LANGUAGES = ("id", "en")
SIGN_IN = "sign_in_code"  # Meta writes the words of its category "authentication" itself
MOST_BODY = 1024
_DAY = len("2026-12-31")
_TEXTS = Path(__file__).resolve().parents[2] / "texts"
_OWN = Path(__file__).resolve().with_name("templates.toml")
_LOOP = re.compile(r"{% for .*?%}.*?{% endfor %}", re.DOTALL)
_OPTIONAL = re.compile(r"{% if [^%]*%}(?:(?!{% ).)*?{% endif %}", re.DOTALL)
_WORD = re.compile(r"{{ (\w+)(?:\|(\w+))? }}")
_THANKS = {"id": "Terima kasih.", "en": "Thank you."}
_DATES = frozenset({"tanggal", "waktu"})


@dataclass(frozen=True, slots=True)
class Registered:
    """One template in one language; `body` as it is typed at Meta, `words` in the order of the body with their form."""

    name: str
    language: str
    category: str
    body: str
    words: tuple[tuple[str, str], ...]  # name, and "", "tanggal" or "waktu"


@lru_cache(maxsize=1)
def _own() -> Mapping[str, Any]:
    return tomllib.loads(_OWN.read_text(encoding="utf-8"))


@lru_cache(maxsize=256)
def template_of(text: str, language: str) -> Registered | None:
    """Return the template of one of our texts; None for one that is not sent by WhatsApp outside the window."""
    if text not in TEXTS or text in _own()["none"]:
        return None
    if text == SIGN_IN:
        return Registered(text, language, "AUTHENTICATION", "", (("code", ""),))
    source = _own()["words"].get(text, {}).get(language) or _from_text(text, language)
    body = _WORD.sub(lambda found: "{{" + found[1] + "}}", source).strip()
    if body.endswith("}}"):  # Meta refuses a template that ends with a word to fill in
        body = f"{body}\n\n{_THANKS[language]}"
    words = {found[1]: found[2] or "" for found in _WORD.finditer(source)}
    return Registered(text, language, "UTILITY", body, tuple(words.items()))


def _from_text(text: str, language: str) -> str:
    written = (_TEXTS / f"{text}.{language}.txt").read_text(encoding="utf-8")
    _subject, _blank, body = written.partition("\n")
    return re.sub(r"\n{3,}", "\n\n", _OPTIONAL.sub("", _LOOP.sub("", body)))


def all_templates() -> list[Registered]:
    """Return every template that an office registers, by name and language."""
    found = [template_of(text, language) for text in sorted(TEXTS) for language in LANGUAGES]
    return [one for one in found if one is not None]


def components(one: Registered, parameters: tuple[str, ...]) -> list[dict[str, Any]] | None:
    """
    Return the filled-in parts of a template; None where `parameters` are not those of its text.

    `parameters` are the words of rules.TEXTS in the order of their names; days and moments in ISO form are written as
    the text writes them.
    """
    names = sorted(TEXTS[one.name])
    if len(names) != len(parameters):
        return None
    told = dict(zip(names, parameters, strict=True))
    if one.name == SIGN_IN:
        code = {"type": "text", "text": parameter(told["code"])}
        return [
            {"type": "body", "parameters": [code]},
            {"type": "button", "sub_type": "url", "index": "0", "parameters": [code]},
        ]
    filled = [
        {
            "type": "text",
            "parameter_name": name,
            "text": parameter(_written(told[name], form, one.language)),
        }
        for name, form in one.words
    ]
    return [{"type": "body", "parameters": filled}] if filled else []


def _written(value: str, form: str, language: str) -> str:
    if form not in _DATES:
        return value
    try:
        if len(value) <= _DAY:
            moment: date = date.fromisoformat(value)
        else:
            moment = datetime.fromisoformat(value)
    except ValueError:
        return value  # it is written already
    with translation.override(language):
        if form == "waktu" and isinstance(moment, datetime):
            return formatting.waktu(moment)
        return formatting.tanggal(moment)


def example_of(word: str) -> str:
    """Return what Meta's reviewers see in the place of a word."""
    return str(_own()["examples"].get(word, word))


def request_of(one: Registered) -> dict[str, Any]:
    """Return what Meta's API (POST /<account>/message_templates) is asked for to register a template."""
    asked: dict[str, Any] = {
        "name": one.name,
        "language": one.language,
        "category": one.category,
    }
    if one.name == SIGN_IN:
        asked["components"] = [
            {"type": "BODY", "add_security_recommendation": True},
            {"type": "FOOTER", "code_expiration_minutes": 10},
            {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE"}]},
        ]
        return asked
    body: dict[str, Any] = {"type": "BODY", "text": one.body}
    if one.words:
        examples = [{"param_name": name, "example": example_of(name)} for name, _form in one.words]
        body["example"] = {"body_text_named_params": examples}
    return asked | {"parameter_format": "NAMED", "components": [body]}


def as_page() -> str:
    """Return the Indonesian and English templates for docs/channels/whatsapp.md."""
    parts = []
    for name in dict.fromkeys(one.name for one in all_templates()):
        parts.append(f"#### `{name}`\n")
        for language in LANGUAGES:
            one = template_of(name, language)
            assert one is not None, "both languages or none"
            body = one.body or "(authentication; Meta writes the words; button: copy code)"
            parts.append(f"{language} · {one.category.lower()}\n\n```text\n{body}\n```\n")
    return "\n".join(parts)
