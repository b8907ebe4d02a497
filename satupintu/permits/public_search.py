"""
The public register: permits in force and suspended ones, narrowed and searched, by keyset.

An organisation is found by how the words of its name begin, a permit by the parts of its number, a person by the whole
name only: by parts, letter after letter of a masked name could be guessed. All as they sound (`lib.words.sounds`),
through `RegisterWord`, which holds words of what stands on the register and of nothing else.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from satupintu.catalogue.queries import latest_definitions
from satupintu.lib.keyset import beyond
from satupintu.lib.prepared import PreparedCounts
from satupintu.lib.rarest import rarest_first
from satupintu.lib.words import fold, sounds
from satupintu.permits import rules
from satupintu.permits.models import Permit, RegisterWord

REGISTER_PAGE = 30
MOST_WORDS = 6
LONGEST_WORD = 24  # letters; what follows is not compared
FEWEST_OF_NAME = 2  # letters of a word of a name by which it is found before it is typed to its end
FEWEST_OF_NUMBER = 4  # the same of a part of a number
WHOLE_NAME = 160
_DIGITS = re.compile(r"\d+")
Place = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class RegisterFilter:
    """What the public register is narrowed to."""

    text: str = ""
    service_code: str = ""
    district: str = ""


# --- Words -----------------------------------------------------------------------------------------


def words_typed(text: str) -> list[str]:
    """Return the words of what was typed as they are compared, each once."""
    return list(dict.fromkeys(_compared(word) for word in sounds(text)))[:MOST_WORDS]


def whole_name(text: str) -> str:
    """Return the word that stands for a person's whole name; "" when nothing of it can be compared."""
    told = " ".join(sounds(text))[:WHOLE_NAME]
    return f"={told}" if told else ""


def register_words(*, number: str, holder: str, is_organisation: bool) -> set[str]:
    """Return every word by which a permit is found in the public register."""
    found = set(_number_words(number))
    if is_organisation:
        found.update(_name_words(holder))
    elif whole := whole_name(holder):
        found.add(whole)
    return found


def _compared(word: str) -> str:
    """Return a word as it is kept: counters without the zeros before them."""
    return (word.lstrip("0") or "0" if word.isdecimal() else word)[:LONGEST_WORD]


def _number_words(number: str) -> Iterator[str]:
    for part in sounds(number):
        word = _compared(part)
        yield word
        yield from (word[:length] for length in range(FEWEST_OF_NUMBER, len(word)))
        if not word.isdecimal():  # A0012: the counter is found without its letter
            yield from (_compared(digits) for digits in _DIGITS.findall(word))


def _name_words(name: str) -> Iterator[str]:
    for part in sounds(name):
        word = _compared(part)
        yield word
        for length in range(FEWEST_OF_NAME, len(word)):
            yield word[:length]
            # What is typed so far may be a word that has another spelling: "bis" is kept as "bus".
            yield from map(_compared, sounds(word[:length]))


# --- Reads -----------------------------------------------------------------------------------------


def in_force_on(today: date, path: str = "") -> Q:
    """Return the condition under which a permit is in force on a day: not replaced, not revoked, not ended."""
    ends = f"{path}valid_until"
    return Q(**{f"{path}state": rules.PermitState.IN_FORCE}) & (
        Q(**{f"{ends}__isnull": True}) | Q(**{f"{ends}__gte": today})
    )


def register(wanted: RegisterFilter, today: date, before: Place | None = None) -> list[Permit]:
    """
    Return up to REGISTER_PAGE + 1 permits in force, newest first, by keyset.

    One query without a text. With one: one for each of its words, and one for each service whose name it is part of.
    """
    size = REGISTER_PAGE + 1
    if not wanted.text:
        permits = _narrowed(Permit.objects.filter(in_force_on(today)), wanted)
        permits = permits.filter(beyond(before, "issued_at", falling=True))
        return list(permits.select_related("party").order_by("-issued_at", "id")[:size])
    places: set[Place] = set()
    for words in _ways(wanted.text):
        places.update(_with_words(words, wanted, today, before, size))
    for code in _services_called(wanted.text, wanted.service_code):
        permits = Permit.objects.filter(in_force_on(today), service_code=code)
        permits = permits.filter(beyond(before, "issued_at", falling=True))
        places.update(_places(permits, wanted, size))
    return _newest(places, size)


def suspended(wanted: RegisterFilter, today: date) -> list[Permit]:
    """
    Return up to REGISTER_PAGE permits that are suspended on a day, newest first.

    One query without a text, at most four with one: what is suspended is little, and each of it is looked at.
    """
    permits = Permit.objects.filter(state=rules.PermitState.SUSPENDED).exclude(
        valid_until__lt=today
    )
    if not wanted.text:
        permits = _narrowed(permits, wanted).select_related("party")
        return list(permits.order_by("-issued_at", "id")[:REGISTER_PAGE])
    places: set[Place] = set()
    for words in _ways(wanted.text):
        fitting = permits
        for word in words:  # not joined by "or": the database would read every permit with a word
            also = RegisterWord.objects.filter(permit=OuterRef("pk"), word=word)
            fitting = fitting.filter(Exists(also))
        places.update(_places(fitting, wanted, REGISTER_PAGE))
    if called := list(_services_called(wanted.text)):
        places.update(_places(permits.filter(service_code__in=called), wanted, REGISTER_PAGE))
    return _newest(places, REGISTER_PAGE)


def _places(permits: QuerySet[Permit], wanted: RegisterFilter, size: int) -> Iterable[Place]:
    """Return when the newest of some permits were issued, and which they are. One query."""
    newest = _narrowed(permits, wanted).order_by("-issued_at", "id")
    found: Iterable[Place] = newest.values_list("issued_at", "pk")[:size]
    return found


def _newest(places: Iterable[Place], size: int) -> list[Permit]:
    """Return the permits at the newest of some places, with their holders. At most one query."""
    newest = sorted(places, key=lambda place: place[1])
    keys = [key for _at, key in sorted(newest, key=lambda place: place[0], reverse=True)[:size]]
    if not keys:
        return []
    found = Permit.objects.filter(pk__in=keys).select_related("party")
    return list(found.order_by("-issued_at", "id"))


def _ways(text: str) -> Iterator[list[str]]:
    """Yield the words that a permit must have all of, for each way to be found by a text: its words, its whole name."""
    if words := words_typed(text):
        yield words
    if whole := whole_name(text):
        yield [whole]


_HAVING = PreparedCounts(
    lambda word, limit: {"rows": RegisterWord.objects.filter(word=word)[:limit]}, shape={"limit"}
)


def _with_words(
    words: list[str], wanted: RegisterFilter, today: date, before: Place | None, size: int
) -> Iterable[Place]:
    """Walk along the rarest word's index, the newest first; return the places of what has the others too."""
    rarest, *others = rarest_first(
        words, lambda word, limit: _HAVING.run(word=word, limit=limit)["rows"]
    )
    rows = RegisterWord.objects.filter(in_force_on(today, "permit__"), word=rarest)
    for word in others:
        also = RegisterWord.objects.filter(permit=OuterRef("permit_id"), word=word)
        rows = rows.filter(Exists(also))
    rows = _narrowed(rows, wanted, "permit__")
    rows = rows.filter(beyond(before, "issued_at", "permit_id", falling=True))
    found: Iterable[Place] = rows.order_by("-issued_at", "permit_id").values_list(
        "issued_at", "permit_id"
    )[:size]
    return found


def _services_called(text: str, within: str = "") -> Iterator[str]:
    """Yield the codes of services whose name holds a text, now and in both languages; `within`: of this one only."""
    plain = fold(text)
    for code, definition in latest_definitions().items():
        if within and code != within:
            continue
        titles = (definition.title_in("id"), definition.title_in("en"))
        if plain and any(plain in fold(title) for title in titles):
            yield code


def _narrowed(rows: QuerySet[Any], wanted: RegisterFilter, path: str = "") -> QuerySet[Any]:
    if wanted.service_code:
        rows = rows.filter(**{f"{path}service_code": wanted.service_code})
    if wanted.district:
        rows = rows.filter(**{f"{path}region__startswith": wanted.district})
    return rows
