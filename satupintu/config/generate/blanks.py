"""
Texts with blanks: what of a pattern's rows must differ in each copy, and how it is filled in.

A copy is the pattern's rows with other ids, another person, later or earlier moments, numbers of its own, and digests
and hashes computed over its own words. Every digest is first computed over the pattern's and must come out as it stands
there, so that a copy is hashed exactly as the product hashes.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

from satupintu.lib import crypto

Part = str | int  # a text, or the number of a blank
Cut = str | tuple[Part, ...]
Values = list[str]

_MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November",
    "Desember",
)  # fmt: skip
_MOMENT = r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?[+-]\d\d:\d\d"
_DAY = r"\b20\d\d-\d\d-\d\d\b"
_LONG_DAY = rf"\b\d{{1,2}} (?:{'|'.join(_MONTHS)}) 20\d\d\b"


class NotAsItStands(Exception):
    """A digest of the pattern does not come out as it stands in its rows, so no copy could be right."""


class Blanks:
    """The blanks of one pattern. First everything is named, then texts are cut."""

    def __init__(self, *, since: datetime, acts: Iterable[datetime]) -> None:
        self.since = since  # what lies before was not made by the story, and does not move with it
        self.acts = frozenset(acts)  # moments that move a little within their day
        self.count = 0
        self._named: dict[str, int] = {}
        self._digests: list[tuple[int, str, str]] = []  # blank, kind, text
        self.moments: dict[tuple[datetime, str], int] = {}  # (moment, how it is written) -> blank
        self.days: dict[tuple[date, str], int] = {}
        self._regex: re.Pattern[str] | None = None

    def blank(self) -> int:
        """Return a new blank."""
        self.count += 1
        return self.count - 1

    def name(self, text: str, blank: int | None = None) -> int:
        """Let `text` be a blank wherever it stands; the same text is the same blank."""
        assert text, "an empty text stands everywhere"
        assert self._regex is None, "everything is named before anything is cut"
        if text not in self._named:
            self._named[text] = self.blank() if blank is None else blank
        return self._named[text]

    def knows(self, text: str) -> bool:
        return text in self._named

    def digest(self, found: str, text: str) -> None:
        """Let a SHA-256 be computed again over `text`. Raises NotAsItStands unless it is `found`."""
        if hashlib.sha256(text.encode()).hexdigest() != found:
            raise NotAsItStands(text[:200])
        if not self.knows(found):
            self._digests.append((self.name(found), "sha256", text))

    def mark(self, found: str, text: str) -> None:
        """Let a keyed fingerprint be made again over `text`. Raises NotAsItStands unless it is `found`."""
        if not crypto.is_fingerprint_of(text, found):
            raise NotAsItStands(text[:200])
        if not self.knows(found):
            self._digests.append((self.name(found), "fingerprint", text))

    def cut(self, text: str) -> Cut:
        """Return the text in parts: itself when there is no blank in it."""
        if self._regex is None:
            longest = sorted(self._named, key=len, reverse=True)
            self._regex = re.compile("|".join([*map(re.escape, longest), _MOMENT, _DAY, _LONG_DAY]))
        parts: list[Part] = []
        end = 0
        for hit in self._regex.finditer(text):
            blank = self._blank_of(hit.group())
            if blank is None:
                continue
            if hit.start() > end:
                parts.append(text[end : hit.start()])
            parts.append(blank)
            end = hit.end()
        if not parts:
            return text
        if end < len(text):
            parts.append(text[end:])
        return tuple(parts)

    def moment(self, moment: datetime, written: str) -> int:
        """Return the blank of a moment, written "iso" (UTC) or "stored" (as the database keeps it)."""
        if (moment, written) not in self.moments:
            self.moments[moment, written] = self.blank()
        return self.moments[moment, written]

    def day(self, day: date, written: str) -> int:
        """Return the blank of a day, written "iso" or "long" (3 November 2026)."""
        if (day, written) not in self.days:
            self.days[day, written] = self.blank()
        return self.days[day, written]

    def _blank_of(self, text: str) -> int | None:
        if (named := self._named.get(text)) is not None:
            return named
        if "T" in text and ":" in text:
            moment = datetime.fromisoformat(text)
            if moment.astimezone(UTC).isoformat() != text or moment < self.since:
                return None
            return self.moment(moment.astimezone(UTC), "iso")
        if text[4] == "-":
            day = date.fromisoformat(text)
            return self.day(day, "iso") if day >= self.since.date() else None
        number, month, year = text.split()
        day = date(int(year), _MONTHS.index(month) + 1, int(number))
        return self.day(day, "long") if day >= self.since.date() else None

    def filler(self, stored: Callable[[datetime], str]) -> "Filler":
        """Return what fills the blanks that follow from others; after everything was cut."""
        digests = [(blank, kind, self.cut(text)) for blank, kind, text in self._digests]
        return Filler(self, digests, stored)


class Filler:
    """Fills moments, days, digests and hashes of a copy, once its ids, person and numbers are known."""

    def __init__(
        self,
        blanks: Blanks,
        digests: Sequence[tuple[int, str, Cut]],
        stored: Callable[[datetime], str],
    ) -> None:
        self._moments = [
            (blank, moment, written == "iso", moment in blanks.acts)
            for (moment, written), blank in blanks.moments.items()
        ]
        self._days = [(blank, day, written) for (day, written), blank in blanks.days.items()]
        self._digests = digests
        self._stored = stored

    def fill_times(self, values: Values, shift: timedelta, within_day: timedelta) -> None:
        act_shift = shift + within_day
        for blank, moment, iso, is_act in self._moments:
            then = moment + (act_shift if is_act else shift)
            values[blank] = then.isoformat() if iso else self._stored(then)
        for blank, day, written in self._days:
            later = day + shift
            values[blank] = (
                later.isoformat()
                if written == "iso"
                else f"{later.day} {_MONTHS[later.month - 1]} {later.year}"
            )

    def fill_digests(self, values: Values) -> None:
        """In the order in which they were named: each may stand in those after it."""
        for blank, kind, cut in self._digests:
            text = filled(cut, values)
            values[blank] = (
                hashlib.sha256(text.encode()).hexdigest()
                if kind == "sha256"
                else crypto.fingerprint(text)
            )


def filled(cut: Cut, values: Values) -> str:
    if isinstance(cut, str):
        return cut
    return "".join([values[part] if type(part) is int else part for part in cut])  # type: ignore[misc]
