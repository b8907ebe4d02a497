"""
The search of officers: what was typed, understood, and the cases that fit it, newest first, by keyset.

Names, addresses and places are found by their words as they sound (`lib.words.sounds`), through keyed hashes; numbers
whole.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from satupintu.lib.codes import find_tracking_code
from satupintu.lib.crypto import word_keys
from satupintu.lib.days import begins, ends
from satupintu.lib.fields import matching, matching_number
from satupintu.lib.identity import BadPhone, check_phone
from satupintu.lib.keyset import beyond
from satupintu.lib.prepared import Prepared, PreparedCounts
from satupintu.lib.rarest import rarest_first
from satupintu.lib.words import sounds
from satupintu.people.queries import SEEN_FIRST, Party
from satupintu.people.rules import Actor
from satupintu.permits import rules
from satupintu.permits.models import CaseWord, Permit, PermitCase
from satupintu.workflow.queries import SEES_ALL, Case, Task, visible_to, with_version

FOUND_PAGE = 40
SHORTEST = 3  # letters; fewer find half the office
MOST_WORDS = 6
WALKED = 2_000  # rows of the rarest word that are looked at one by one before all are intersected
LONGEST_WORD = 40
NAME_PREFIXES = range(
    SHORTEST, 7
)  # the beginnings by which a name is found before it is typed to its end
IDENTITY_LENGTHS = frozenset({13, 15, 16})  # NIB, old NPWP, NIK and new NPWP
LAST_DIGITS = 4
_PLACES = (
    "address",
    "place",
    "location",
    "business",
    "name",
)  # parts of the keys of answers that say who and where
_LONG_NUMBER = 8  # digits: of a person, never a word


@dataclass(frozen=True, slots=True)
class SearchFilter:
    """What narrows a search: a service by its code, a unit that had a task, and days of registration (inclusive)."""

    service_code: str = ""
    unit_code: str = ""
    first: date | None = None
    last: date | None = None

    @property
    def narrows(self) -> bool:
        return bool(self.service_code or self.unit_code or self.first or self.last)


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed, as the search understands it. `looked_up` is "identity" or "phone" for a number of a person."""

    text: str
    words: tuple[str, ...] = ()
    digits: str = ""
    looked_up: str = ""
    tracking_code: str = ""
    phone: str = ""


def words_of(text: str) -> list[str]:
    """Return the words of a text by which it is searched: without short ones and without long numbers."""
    return [
        word
        for word in dict.fromkeys(sounds(text))
        if len(word) >= SHORTEST and sum(sign.isdigit() for sign in word) < _LONG_NUMBER
    ]


def case_words(name: str, address: str, answers: Mapping[str, Any]) -> set[str]:
    """Return every word by which a case is found: names also by how they begin."""
    found: set[str] = set()
    for word in words_of(name):
        found.add(word)
        found.update(word[:length] for length in NAME_PREFIXES if length < len(word))
    for text in (address, *_told(answers)):
        found.update(words_of(text))
    return {word[:LONGEST_WORD] for word in found}


def _told(answers: Mapping[str, Any]) -> Iterable[str]:
    for key, value in answers.items():
        if isinstance(value, str) and any(part in key for part in _PLACES):
            yield value


def read_typed(text: str) -> Typed:
    """Return what was typed, understood: a number of a person whole, a tracking code, or words."""
    typed = " ".join(text.split())
    digits = "".join(sign for sign in typed if sign.isdigit())
    plain = not any(sign.isalpha() for sign in typed)
    code = find_tracking_code(typed) or ""
    if plain and len(digits) in IDENTITY_LENGTHS and not _phone(typed):
        return Typed(typed, digits=digits, looked_up="identity", tracking_code=code)
    if plain and (phone := _phone(typed)):
        return Typed(typed, looked_up="phone", phone=phone, tracking_code=code)
    if plain and len(digits) == LAST_DIGITS:
        return Typed(typed, digits=digits, tracking_code=code)
    words = tuple(word[:LONGEST_WORD] for word in words_of(typed)[:MOST_WORDS])
    return Typed(typed, words=words, tracking_code=code)


def _phone(text: str) -> str:
    """Return a telephone number as it is stored; "" for what is none."""
    if not text.startswith(("0", "+", "62", "8")):
        return ""
    try:
        return check_phone(text)
    except BadPhone:
        return ""


def find_exact(actor: Actor, typed: Typed) -> list[Case]:
    """
    Return the cases of exactly this registration number, permit number or tracking code. At most four queries.

    Each goes by an index of its own: joined by "or", the database would read every case there is.

    The permit may be of another system. Numbers are kept in capitals, and every number has a digit: what has none is
    looked for as a tracking code only, if it can be one.
    """
    if len(typed.text) < SHORTEST:
        return []
    upper = typed.text.upper()
    numbers = {typed.text, upper}
    may_be_number = any(sign.isdigit() for sign in typed.text)
    if not may_be_number and not typed.tracking_code:
        return []
    ids: set[UUID] = set()
    sides: list[QuerySet[PermitCase]] = []
    if may_be_number:
        ids.update(Permit.objects.filter(number__in=numbers).values_list("case_id", flat=True))
        sides.append(
            PermitCase.objects.filter(external_number__in=numbers).exclude(external_number="")
        )
    if typed.tracking_code:
        sides.append(PermitCase.objects.filter(application__tracking_code=typed.tracking_code))
    for side in sides:
        ids.update(side.values_list("pk", flat=True)[:FOUND_PAGE])
    fits = Q(number=upper) | Q(pk__in=ids)
    cases = Case.objects.filter(visible_to(actor), fits, kind=rules.KIND_PERMIT)
    return list(with_version(cases).order_by("-opened_at", "id")[:FOUND_PAGE])


def find_many(
    actor: Actor,
    typed: Typed,
    wanted: SearchFilter,
    before: tuple[datetime, UUID] | None = None,
    size: int = FOUND_PAGE,
) -> list[Case]:
    """
    Return up to `size + 1` cases that fit the words or the person's number, and the filter, newest first, by keyset.

    Without anything to go by: none. One query; with words as `_by_words` says.
    """
    if typed.words:
        return _by_words(actor, typed.words, wanted, before, size)
    cases = Case.objects.filter(visible_to(actor), kind=rules.KIND_PERMIT)
    if typed.digits or typed.phone:
        field, value = ("phone", typed.phone) if typed.phone else ("identity", typed.digits)
        cases = cases.filter(party__in=Party.objects.filter(matching_number(field, value)))
    elif typed.text or not wanted.narrows:
        return []
    cases = _narrowed(cases, wanted, "pk").filter(beyond(before, "opened_at", falling=True))
    return list(with_version(cases).order_by("-opened_at", "id")[: size + 1])


_HAVING = PreparedCounts(
    lambda keys, limit: {"rows": CaseWord.objects.filter(key__in=keys)[:limit]},
    many={"keys"},
    shape={"limit"},
)
_FOUND = Prepared(
    lambda ids: with_version(Case.objects.filter(pk__in=ids)).order_by("-opened_at", "id"),
    many={"ids"},
)


def _by_words(
    actor: Actor,
    words: tuple[str, ...],
    wanted: SearchFilter,
    before: tuple[datetime, UUID] | None,
    size: int,
) -> list[Case]:
    """
    Walk along the index of the rarest word, the newest first, and keep the cases that have the others too.

    Only the index is read until the page is full; then its cases are fetched. Where common words seldom stand together
    the walk would go on for long: after WALKED rows the cases of all the words are intersected instead. Two queries;
    with several words one for each and one for where the walk ends; one more to intersect.
    """
    rarest, *others = rarest_first(
        words, lambda word, limit: _HAVING.run(keys=word_keys(word), limit=limit)["rows"]
    )
    further = beyond(before, "opened_at", "case_id", falling=True)
    rows = CaseWord.objects.filter(further, key__in=word_keys(rarest))
    walk = rows
    for word in others:
        also = CaseWord.objects.filter(case=OuterRef("case_id"), key__in=word_keys(word))
        walk = walk.filter(Exists(also))
    sees_all = bool(actor.roles & SEES_ALL)
    if not sees_all:
        # Asked of each case found: SQLite would make a list of all that the actor may see.
        seen = Case.objects.filter(visible_to(actor), pk=OuterRef("case_id"))
        walk = walk.filter(Exists(seen))
    walk = _narrowed(walk, wanted, "case_id")
    # What narrows besides is asked of every case: an intersection would ask it of all that have the rarest word.
    since = _walked_until(rows) if others and sees_all and not wanted.narrows else None
    found = _newest(walk.filter(opened_at__gte=since) if since else walk, size)
    if since and len(found) <= size:
        having = (CaseWord.objects.filter(further, key__in=word_keys(word)) for word in others)
        found = _newest(rows, size, *having)
    if not found:
        return []
    return _FOUND.all(ids=found)


def _walked_until(rows: QuerySet[CaseWord]) -> datetime | None:
    """Return the moment of the last row that the walk looks at; None when there are not so many."""
    moments = rows.order_by("-opened_at", "case_id").values_list("opened_at", flat=True)
    return next(iter(moments[WALKED : WALKED + 1]), None)


def _newest(rows: QuerySet[CaseWord], size: int, *having: QuerySet[CaseWord]) -> list[UUID]:
    """Return up to `size + 1` cases, the newest first: those of `rows` that all of `having` have too."""
    columns = ("opened_at", "case_id")
    chosen = rows.values_list(*columns)
    if having:
        chosen = chosen.intersection(*(one.values_list(*columns) for one in having))
    return [case for _moment, case in chosen.order_by("-opened_at", "case_id")[: size + 1]]


def _narrowed(rows: QuerySet[Any], wanted: SearchFilter, case: str) -> QuerySet[Any]:
    """Return the rows that the filter leaves; `case` is the row's column with the case's id."""
    if wanted.service_code:
        asked = PermitCase.objects.filter(case=OuterRef(case), service_code=wanted.service_code)
        rows = rows.filter(Exists(asked))
    if wanted.unit_code:
        owed = Task.objects.filter(case=OuterRef(case), unit__code=wanted.unit_code)
        rows = rows.filter(Exists(owed))
    if wanted.first:
        rows = rows.filter(opened_at__gte=begins(wanted.first))
    if wanted.last:
        rows = rows.filter(opened_at__lt=ends(wanted.last))
    return rows


def person_of(typed: Typed) -> UUID | None:
    """Return whose number was typed, for the record of the look; None when nobody has it. One query."""
    if not typed.looked_up:
        return None
    value = typed.phone or typed.digits
    found = Party.objects.filter(matching(typed.looked_up, value), erased_at__isnull=True)
    return found.order_by(*SEEN_FIRST).values_list("pk", flat=True).first()
