"""
The words of the machine as an office sees and changes them: dialogues, few words, letters. What was changed is checked
before it is kept: it must read, and name nothing that it is not told.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from string import Formatter

from django.template import TemplateSyntaxError
from django.utils.translation import gettext as _

from satupintu.lib.language import current_language
from satupintu.lib.sms import count_parts
from satupintu.messaging import rules, wording
from satupintu.messaging.dialogues.book import LANGUAGES, names_in

MOST_LETTERS = 4000
MOST_PARTS = 3


@dataclass(frozen=True, slots=True)
class Shown:
    """A text in both languages: the program's, the office's ("" where it has none), and its parts by SMS."""

    key: str
    shipped: Mapping[str, str]
    own: Mapping[str, str]
    names: tuple[str, ...]

    @property
    def now(self) -> Mapping[str, str]:
        return {language: self.own[language] or self.shipped[language] for language in LANGUAGES}

    @property
    def parts(self) -> Mapping[str, int]:
        return {language: count_parts(self.now[language]) for language in LANGUAGES}

    @property
    def is_own(self) -> bool:
        return any(self.own.values())


def list_groups() -> dict[str, list[Shown]]:
    """Return every text by what it belongs to, in the language of the page: each dialogue, few words, the rest."""
    groups: dict[str, list[Shown]] = {}
    for key in (*wording.book().text_keys(), *(f"short.{name}" for name in wording.short_texts())):
        groups.setdefault(_group(key), []).append(get_text(key))
    return groups


def _group(key: str) -> str:
    name = key.partition(".")[0]
    if name == "short":
        return _("Kabar tentang berkas lewat SMS dan WhatsApp")
    dialogue = wording.book().dialogues.get(name)
    if dialogue is None:
        return _("Di sela percakapan")
    title = dialogue.title[current_language()]
    return (
        _("%(title)s, lewat telepon") % {"title": title}
        if dialogue.key and not dialogue.order
        else title
    )


def get_text(key: str) -> Shown:
    """Return one text. Raises KeyError for an unknown key."""
    if key.startswith("short."):
        name = key.removeprefix("short.")
        shipped = wording.short_texts()[name]
        names = tuple(sorted(rules.TEXTS[name]))
    else:
        try:
            shipped = wording.book().text(key)
        except (ValueError, StopIteration) as error:
            raise KeyError(key) from error
        names = tuple(sorted(names_in(shipped["id"])))
    own = wording.own_words()
    return Shown(
        key, shipped, {language: own[language].get(key, "") for language in LANGUAGES}, names
    )


def with_typed(shown: Shown, typed: Mapping[str, str]) -> Shown:
    return replace(shown, own={language: typed[language] for language in LANGUAGES})


def problems(key: str, typed: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with an office's words, by language; empty when they can be kept."""
    shown = get_text(key)
    found = {}
    for language in LANGUAGES:
        text = typed.get(language, "").strip()
        if text and (why := _problem(shown, key, text)):
            found[language] = why
    return found


def _problem(shown: Shown, key: str, text: str) -> str:
    if len(text) > MOST_LETTERS:
        return _("Paling panjang %(n)s huruf.") % {"n": MOST_LETTERS}
    if key.startswith("short."):
        try:
            wording.check_template(text)
        except TemplateSyntaxError as error:
            return _("Tidak dapat dibaca: %(why)s") % {"why": error}
    else:
        try:
            named = {name for _l, name, _s, _c in Formatter().parse(text) if name is not None}
        except ValueError as error:
            return _("Tidak dapat dibaca: %(why)s") % {"why": error}
        if unknown := named - set(shown.names):
            return _("%(names)s tidak diketahui di sini. Yang ada: %(known)s.") % {
                "names": ", ".join(sorted(f"{{{name}}}" for name in unknown)),
                "known": ", ".join(f"{{{name}}}" for name in shown.names) or "-",
            }
    if (parts := count_parts(text)) > MOST_PARTS:
        return _("%(n)s bagian SMS; paling banyak %(most)s.") % {"n": parts, "most": MOST_PARTS}
    return ""
