"""The office's texts, texts/<name>.<language>.txt: subject, a blank line, body."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from django.template import Context, Engine, Library
from django.utils import translation

from satupintu.messaging import rules
from satupintu.web import formatting

FOLDER = Path(__file__).resolve().parent / "texts"
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


def render(template: str, language: str, context: dict[str, Any]) -> tuple[str, str]:
    """
    Return subject and body of a text in a language ("id" or "en").

    Raises MissingWords if the context lacks something, KeyError for an unknown text.
    """
    rules.check_context(template, frozenset(context))
    used = language if language in LANGUAGES else "id"
    with translation.override(used):
        written = (
            _engine()
            .get_template(f"{template}.{used}.txt")
            .render(Context(context, autoescape=False))
        )
    subject, _blank, body = written.partition("\n")
    return subject.strip(), body.strip() + "\n"


def in_language(context: dict[str, Any], language: str) -> dict[str, Any]:
    """Return the context with what is a function of the language asked for it; once it is known who reads it."""
    used = language if language in LANGUAGES else "id"
    return {key: value(used) if callable(value) else value for key, value in context.items()}
