"""What stands in each column of a file: counted while it is read, so that nobody reads it again to guess."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from satupintu.lib.tabular.dates import DateTally, Order

MOST_WORDS = 80  # different words of a column that are kept: more are no words of status or service
EXAMPLES = 4
_FIRST = 300  # rows after which a column without dates is not asked for dates any more
_WORD = 80


def folded_word(word: str) -> str:
    """Return a word of the old register as mappings keep it."""
    return " ".join(word.lower().split())


@dataclass(slots=True)
class ColumnProfile:
    """One column: how often it is filled, what stands there, and what its dates say."""

    filled: int = 0
    examples: list[str] = field(default_factory=list)
    words: Counter[str] = field(default_factory=Counter)
    too_many: bool = False
    tally: DateTally = field(default_factory=DateTally)
    asks_dates: bool = True

    def add(self, row: int, text: str) -> None:
        self.filled += 1
        if len(self.examples) < EXAMPLES and text[:_WORD] not in self.examples:
            self.examples.append(text[:_WORD])
        if not self.too_many:
            self.words[folded_word(text)[:_WORD]] += 1
            if len(self.words) > MOST_WORDS:
                self.too_many = True
                self.words.clear()
        if self.asks_dates:
            self.tally.add(row, text)
            if self.filled == _FIRST:
                self.asks_dates = self.tally.looks_like_dates()

    def to_json(self) -> dict[str, Any]:
        return {
            "filled": self.filled,
            "examples": self.examples,
            "words": dict(self.words.most_common()),
            "order": self.tally.order.value if self.tally.looks_like_dates() else "",
            "counts": self.tally.counts,
            "dates": self.tally.examples,
            "minority": self.tally.minority,
        }


def profile_of(width: int) -> list[ColumnProfile]:
    return [ColumnProfile() for _at in range(width)]


def add_row(profile: Sequence[ColumnProfile], number: int, cells: Sequence[str]) -> None:
    for column, text in zip(profile, cells, strict=False):
        if text:
            column.add(number, text)


def orders_at(
    stored: Sequence[dict[str, Any]], places: Sequence[int]
) -> dict[int, tuple[Order, str]]:
    """
    Return date column -> what it says, and the order to begin with; "" where a person must say it.

    A column that could be read both ways is read as the other date columns of the file, when these are sure.
    """
    said = {at: Order(stored[at]["order"] or Order.PLAIN) for at in places if at < len(stored)}
    sure = {one for one in said.values() if one in (Order.DAY_FIRST, Order.MONTH_FIRST)}
    found: dict[int, tuple[Order, str]] = {}
    for at, order in said.items():
        if order in (Order.DAY_FIRST, Order.MONTH_FIRST):
            found[at] = order, order.value
        elif order is Order.PLAIN:
            found[at] = order, Order.DAY_FIRST.value
        else:
            found[at] = order, next(iter(sure)).value if len(sure) == 1 else ""
    return found
