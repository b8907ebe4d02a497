"""
Which payment a credit of a bank statement is: by account and number first, then by amount and day. Pure.

A number that the payer wrote, and the very amount, is one payment and no other. Amount and day alone are believed of a
payment that somebody told of, when nothing else fits; everything else is for a person to choose, and what two credits
claim is too.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

DAYS_APART = (
    3  # between the day that the payer tells and the one on which the bank books: a weekend
)
SHORTEST_ACCOUNT = 8  # figures
SHORTEST_REFERENCE = 6  # signs, with a figure among them


class Kind(StrEnum):
    """What a credit may be."""

    TOLD = "told"  # a payment that somebody recorded and nobody has checked
    BOOKED = "booked"  # a payment that is confirmed already
    OWED = "owed"  # an assessment notice (SKRD) that nobody has paid yet, as far as told


KIND_LABELS: Mapping[Kind, Any] = {
    Kind.TOLD: _("Pembayaran yang dicatat"),
    Kind.BOOKED: _("Pembayaran yang sudah sah"),
    Kind.OWED: _("SKRD yang belum dibayar"),
}


class Ground(StrEnum):
    """By what a credit fits."""

    ACCOUNT = "account"
    NUMBER = "number"
    REFERENCE = "reference"
    AMOUNT = "amount"
    DAY = "day"


GROUND_LABELS: Mapping[str, Any] = {
    Ground.ACCOUNT: _("nomor rekening virtual"),
    Ground.NUMBER: _("nomor SKRD"),
    Ground.REFERENCE: _("nomor referensi"),
    Ground.AMOUNT: _("jumlah"),
    Ground.DAY: _("hari"),
}
NAMED = frozenset({Ground.ACCOUNT, Ground.NUMBER, Ground.REFERENCE})


@dataclass(frozen=True, slots=True)
class Credit:
    """Money that came: `id` is the line's."""

    id: UUID
    day: date
    amount_idr: int
    text: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a credit may be. `amount_idr` of a payment what was told, of an assessment what is still to pay."""

    kind: Kind
    id: UUID
    case: str
    amount_idr: int
    day: date | None = None  # of payment; of an assessment the day it was set
    number: str = ""  # of the assessment notice
    accounts: tuple[str, ...] = ()
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Fit:
    """A candidate, and by what it fits."""

    candidate: Candidate
    grounds: frozenset[Ground]


@dataclass(slots=True)
class Match:
    """What a credit may be, the likeliest first; `sure`: the first it is, as far as figures say."""

    fits: list[Fit] = field(default_factory=list)
    sure: bool = False


class _Sought:
    """A number as payers and banks write it: with other signs between its parts, never inside a longer number."""

    def __init__(self, number: str) -> None:
        parts = re.findall(r"[0-9]+|[a-z]+", number.lower())
        self.compact = "".join(parts)
        body = r"[^0-9a-z]*".join(parts)
        before = r"(?<![0-9])" if self.compact[:1].isdigit() else ""
        after = r"(?![0-9])" if self.compact[-1:].isdigit() else ""
        self.pattern = re.compile(before + body + after)

    def is_in(self, plain: str, compact: str) -> bool:
        return bool(self.compact) and self.compact in compact and bool(self.pattern.search(plain))


@dataclass(frozen=True, slots=True)
class _Known:
    """A candidate with all by which a payer may name it."""

    candidate: Candidate
    names: tuple[tuple[Ground, _Sought], ...]


def _known(one: Candidate) -> _Known:
    names = [(Ground.NUMBER, one.number)]
    names += [(Ground.ACCOUNT, account) for account in one.accounts if _is_account(account)]
    if len(one.reference) >= SHORTEST_REFERENCE and re.search(r"[0-9]", one.reference):
        names.append((Ground.REFERENCE, one.reference))
    return _Known(one, tuple((ground, _Sought(text)) for ground, text in names if text))


def _is_account(text: str) -> bool:
    return text.isdigit() and len(text) >= SHORTEST_ACCOUNT


def match_all(came_in: Iterable[Credit], candidates: Sequence[Candidate]) -> dict[UUID, Match]:
    """Return line -> what its credit may be. What two credits are sure of is sure of neither."""
    known = [_known(one) for one in candidates]
    by_amount: dict[int, list[Candidate]] = {}
    for one in candidates:
        by_amount.setdefault(one.amount_idr, []).append(one)
    found = {one.id: _match(one, known, by_amount.get(one.amount_idr, ())) for one in came_in}
    claims = Counter(match.fits[0].candidate.id for match in found.values() if match.sure)
    for match in found.values():
        if match.sure and claims[match.fits[0].candidate.id] > 1:
            match.sure = False
    return found


def _match(credit: Credit, known: Sequence[_Known], alike: Sequence[Candidate]) -> Match:
    plain = credit.text.lower()
    compact = re.sub(r"[^0-9a-z]", "", plain)
    named = []
    for one in known:
        grounds = {ground for ground, sought in one.names if sought.is_in(plain, compact)}
        if grounds:
            named.append(_fit(credit, one.candidate, grounds))
    if named:
        return _by_name(named)
    fits = [_fit(credit, one, set()) for one in alike if _near(credit, one)]
    sure = len(fits) == 1 and fits[0].candidate.kind is not Kind.OWED
    return Match(sorted(fits, key=_rank), sure)


def _fit(credit: Credit, candidate: Candidate, grounds: set[Ground]) -> Fit:
    if candidate.amount_idr == credit.amount_idr:
        grounds.add(Ground.AMOUNT)
    if _near(credit, candidate):
        grounds.add(Ground.DAY)
    return Fit(candidate, frozenset(grounds))


def _by_name(named: list[Fit]) -> Match:
    """Return the match of a credit whose payer named what it is for: with the very amount there is no doubt."""
    exact = [one for one in named if Ground.AMOUNT in one.grounds]
    told = [one for one in exact if one.candidate.kind is not Kind.OWED]
    best = told or exact
    rest = [one for one in named if one not in best]
    return Match([*sorted(best, key=_rank), *sorted(rest, key=_rank)], len(best) == 1)


def _rank(fit: Fit) -> tuple[bool, int, str]:
    return Ground.AMOUNT not in fit.grounds, -len(fit.grounds), fit.candidate.case


def _near(credit: Credit, candidate: Candidate) -> bool:
    if candidate.day is None:
        return False
    if candidate.kind is Kind.OWED:  # any day since it was set
        return credit.day >= candidate.day
    return abs((credit.day - candidate.day).days) <= DAYS_APART
