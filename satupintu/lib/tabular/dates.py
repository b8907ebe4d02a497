"""
Dates as offices write them: told apart by what the file itself says, never guessed row by row.

3/4/2024 is the third of April or the fourth of March. Which of the two a column means is decided once for the whole
column, by the dates that fit one order only. A column that has none is asked about.
"""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

DAY_FIRST, MONTH_FIRST = "dmy", "mdy"
EXAMPLES = 5  # kept of each kind, with the number of their row
MIXED_ROWS = 20  # rows that are named when a column holds both orders
_SERIAL = range(20_000, 80_000)  # Excel's count of days: 1954 to 2119
_SERIAL_ZERO = date(1899, 12, 30)
_SHORT_YEAR = 100
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari jan january", "februari pebruari feb peb february", "maret mar march mart", "april apr",
            "mei may", "juni jun june", "juli jul july", "agustus agt agu ags aug august", "september sept sep",
            "oktober okt oct october", "november nopember nov nop", "desember des dec december",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_WEEKDAY = re.compile(
    r"^(senin|selasa|rabu|kamis|jum'?at|sabtu|minggu|ahad|mon|tue|wed|thu|fri|sat|sun)\w*\s*,?\s+",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"[\sT]+\d{1,2}[:.]\d{2}([:.]\d{2}(\.\d+)?)?(\s*(am|pm|wib|wita|wit|z))?$", re.IGNORECASE
)
_ISO = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$")
_FIGURES = re.compile(r"^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{2}|\d{4})$")
_NAMED = re.compile(r"^(\d{1,2})[-/. ]+([a-z]+)[-/., ]+(\d{2}|\d{4})$", re.IGNORECASE)
_NAMED_FIRST = re.compile(r"^([a-z]+)[-/. ]+(\d{1,2}),?[-/. ]+(\d{2}|\d{4})$", re.IGNORECASE)
NOTHING = frozenset({"", "-", "--", "0", "00/00/0000", "0000-00-00", "n/a", "null", "none"})
FOR_EVER = re.compile(r"seumur|selama|tidak terbatas|tak terbatas|permanen|forever", re.IGNORECASE)


class Evidence(StrEnum):
    """What one written date says about the order of its column."""

    DAY_FIRST = "dmy"  # fits only day/month
    MONTH_FIRST = "mdy"  # fits only month/day
    EITHER = "either"  # 3/4/2024
    PLAIN = "plain"  # needs no order: ISO, a named month, Excel's count of days
    NONE = "none"  # no date


class Order(StrEnum):
    """What a whole column says."""

    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"
    ASK = "ask"  # every date could be read both ways
    MIXED = "mixed"  # some fit only one order, some only the other
    PLAIN = "plain"  # no date of the column needs an order


ORDER_LABELS = {
    Order.DAY_FIRST: _("hari/bulan/tahun (31/12/2024)"),
    Order.MONTH_FIRST: _("bulan/hari/tahun (12/31/2024)"),
    Order.ASK: _("belum pasti: semua tanggal dapat dibaca dengan dua cara"),
    Order.MIXED: _("campuran: sebagian hari/bulan, sebagian bulan/hari"),
    Order.PLAIN: _("jelas dengan sendirinya"),
}


class BadDate(ValueError):
    """What was written is no date that can be kept; `code` says why (rules.PROBLEM_LABELS)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _bare(text: str) -> str:
    return _TIME.sub("", _WEEKDAY.sub("", text.strip().lstrip("'"))).strip()


def evidence_of(text: str) -> Evidence:
    """Return what a written date says about the order of its column."""
    bare = _bare(text)
    figures = _FIGURES.match(bare)
    if figures:
        first, second = int(figures[1]), int(figures[2])
        if not first or not second or (first > 12 and second > 12):  # noqa: PLR2004  months
            return Evidence.NONE
        if first > 12:  # noqa: PLR2004  months
            return Evidence.DAY_FIRST
        if second > 12:  # noqa: PLR2004  months
            return Evidence.MONTH_FIRST
        return Evidence.PLAIN if first == second else Evidence.EITHER
    try:
        return Evidence.NONE if read_date(text, DAY_FIRST) is None else Evidence.PLAIN
    except BadDate:
        return Evidence.NONE


@dataclass(slots=True)
class DateTally:
    """What the dates of one column say, counted while the file is read."""

    counts: dict[str, int] = field(default_factory=dict)
    examples: dict[str, list[tuple[int, str]]] = field(default_factory=dict)

    def add(self, row: int, text: str) -> None:
        if text.strip().lower() in NOTHING:
            return
        found = evidence_of(text).value
        self.counts[found] = self.counts.get(found, 0) + 1
        kept = self.examples.setdefault(found, [])
        if len(kept) < (MIXED_ROWS if found in (DAY_FIRST, MONTH_FIRST) else EXAMPLES):
            kept.append((row, text[:40]))

    @property
    def order(self) -> Order:
        count = self.counts.get
        if count(DAY_FIRST) and count(MONTH_FIRST):
            return Order.MIXED
        if count(DAY_FIRST):
            return Order.DAY_FIRST
        if count(MONTH_FIRST):
            return Order.MONTH_FIRST
        return Order.ASK if count(Evidence.EITHER) else Order.PLAIN

    @property
    def minority(self) -> list[tuple[int, str]]:
        """Return the rows of a mixed column that contradict most of the others: MIXED_ROWS at most."""
        if self.order is not Order.MIXED:
            return []
        rare = min((DAY_FIRST, MONTH_FIRST), key=lambda one: self.counts[one])
        return self.examples[rare]

    def looks_like_dates(self) -> bool:
        """Say whether most of what stands in the column is dates."""
        dates = sum(n for key, n in self.counts.items() if key != Evidence.NONE)
        return dates > self.counts.get(Evidence.NONE, 0)


def _year(text: str) -> int:
    year = int(text)
    if year >= _SHORT_YEAR:
        return year
    return year + (2000 if year < 70 else 1900)  # noqa: PLR2004  as POSIX reads two figures


def _made(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise BadDate("date_impossible") from error


def read_date(text: str, order: str) -> date | None:
    """
    Return a written date; None for nothing ("-", "0"). `order` is DAY_FIRST or MONTH_FIRST.

    Reads ISO, figures in the given order, Indonesian and English months, and Excel's count of days; a time behind it
    and a weekday before it are passed over. Raises BadDate("date_impossible") for a day that the calendar does not
    have, BadDate("date_order") for one that only the other order has, BadDate("date_unread") for anything else.
    """
    bare = _bare(text)
    if bare.lower() in NOTHING:
        return None
    if found := _ISO.match(bare):
        return _made(int(found[1]), int(found[2]), int(found[3]))
    if found := _FIGURES.match(bare):
        return _by_figures(int(found[1]), int(found[2]), _year(found[3]), order)
    if (found := _NAMED.match(bare)) and (month := _MONTHS.get(found[2].lower())):
        return _made(_year(found[3]), month, int(found[1]))
    if (found := _NAMED_FIRST.match(bare)) and (month := _MONTHS.get(found[1].lower())):
        return _made(_year(found[3]), month, int(found[2]))
    if re.fullmatch(r"\d{5}(\.\d+)?", bare) and int(float(bare)) in _SERIAL:
        return _SERIAL_ZERO + timedelta(days=int(float(bare)))
    raise BadDate("date_unread")


def _by_figures(first: int, second: int, year: int, order: str) -> date:
    day, month = (first, second) if order == DAY_FIRST else (second, first)
    if month > 12 >= day:  # noqa: PLR2004  months
        raise BadDate("date_order")
    return _made(year, month, day)
