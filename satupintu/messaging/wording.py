"""
The office's texts: texts/<name>.<language>.txt (subject, a blank line, body), short.toml for few words, and dialogues.

An office may put its own words in place of any of them (OfficeText); those that do not read are refused when saved.
"""

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.template import Context, Engine, Library, Template
from django.utils import translation

from satupintu.lib.kept import kept
from satupintu.messaging import rules
from satupintu.messaging.dialogues.book import Book, read_book
from satupintu.messaging.models import OfficeText
from satupintu.messaging.rules import ChannelKind
from satupintu.web import formatting

FOLDER = Path(__file__).resolve().parent / "texts"
_SHORT = Path(__file__).resolve().parent / "short.toml"
_DIALOGUES = Path(__file__).resolve().parent / "dialogues"
LANGUAGES = ("id", "en")

register = Library()  # what the texts may use beyond Django's own
register.filter("tanggal", formatting.tanggal)
register.filter("waktu", formatting.waktu)


@lru_cache(maxsize=1)
def _engine() -> Engine:
    # Plain text: nothing is escaped, and nothing of it is ever shown as HTML unescaped.
    return Engine(
        dirs=[str(FOLDER)],
        autoescape=False,
        builtins=["satupintu.messaging.wording"],
    )


@lru_cache(maxsize=1)
def short_texts() -> Mapping[str, Mapping[str, str]]:
    """Return the shipped few words by text and language."""
    found: Mapping[str, Mapping[str, str]] = tomllib.loads(_SHORT.read_text(encoding="utf-8"))
    return found


@lru_cache(maxsize=256)
def _template(source: str) -> Template:
    return _engine().from_string(source)


def check_template(source: str) -> None:
    """Raise TemplateSyntaxError for a text that cannot be read."""
    _engine().from_string(source)


@kept
def own_words() -> Mapping[str, Mapping[str, str]]:
    """Return the office's own words: language -> key -> text. Usually no query."""
    found: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
    for row in OfficeText.objects.order_by("pk"):
        if row.language in found:
            found[row.language][row.key] = row.text
    return {
        language: {key: text for key, text in words.items() if text}
        for language, words in found.items()
    }


def words_in(language: str) -> Mapping[str, str]:
    """Return the office's own words in a language by key; another language reads as Indonesian. Usually no query."""
    words = own_words()
    return words[language if language in words else "id"]


@lru_cache(maxsize=1)
def book() -> Book:
    """Return the dialogues. Raises BadDialogue when a file cannot be used."""
    files = sorted(_DIALOGUES.glob("*.toml"))
    return read_book((path.stem, path.read_text(encoding="utf-8")) for path in files)


def render(template: str, language: str, context: dict[str, Any]) -> tuple[str, str]:
    """
    Return subject and body of a text in a language ("id" or "en").

    Raises MissingWords if the context lacks something, KeyError for an unknown text.
    """
    rules.check_context(template, frozenset(context))
    used = language if language in LANGUAGES else "id"
    own = own_words()[used].get(f"text.{template}")
    with translation.override(used):
        made = _template(own) if own else _engine().get_template(f"{template}.{used}.txt")
        written = made.render(Context(context, autoescape=False))
    subject, _blank, body = written.partition("\n")
    return subject.strip(), body.strip() + "\n"


def render_for(
    channel: ChannelKind, template: str, language: str, context: dict[str, Any]
) -> tuple[str, str]:
    """
    Return subject and body as `render`, in few words where the channel asks for them.

    A notification says the subject only: nobody can reply to it, and it lies open on a screen.
    """
    subject, body = render(template, language, context)
    if channel not in rules.SHORT:
        return subject, body
    used = language if language in LANGUAGES else "id"
    source = own_words()[used].get(f"short.{template}") or short_texts().get(template, {}).get(used)
    if source is None or channel is ChannelKind.PUSH:
        return subject, f"{subject}. {context.get('link', '')}".strip()
    with translation.override(used):
        return subject, _template(source).render(Context(context, autoescape=False)).strip()


def in_language(context: dict[str, Any], language: str) -> dict[str, Any]:
    """Return the context with what is a function of the language asked for it; once it is known who reads it."""
    used = language if language in LANGUAGES else "id"
    return {key: value(used) if callable(value) else value for key, value in context.items()}


def packed(context: dict[str, Any]) -> dict[str, Any]:
    """Return a context as JSON can keep it, for another channel later: days and moments by their ISO form."""
    return {
        key: {"moment": value.isoformat()}
        if isinstance(value, datetime)
        else {"day": value.isoformat()}
        if isinstance(value, date)
        else value
        if isinstance(value, list | bool | int)
        else str(value)
        for key, value in context.items()
    }


def unpacked(kept_context: Mapping[str, Any]) -> dict[str, Any]:
    """Return a context that `packed` gave."""
    found: dict[str, Any] = {}
    for key, value in kept_context.items():
        if isinstance(value, dict) and set(value) == {"moment"}:
            found[key] = datetime.fromisoformat(value["moment"])
        elif isinstance(value, dict) and set(value) == {"day"}:
            found[key] = date.fromisoformat(value["day"])
        else:
            found[key] = value
    return found
