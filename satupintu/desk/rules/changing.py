"""What plans that an office changes by versions have in common: keys, objections, and what a change would mean."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar

from django.utils.text import slugify

from satupintu.desk.rules import Deadline
from satupintu.desk.rules.plans import Category
from satupintu.desk.rules.topics import Topic

LONGEST_KEY = 20
Who = TypeVar("Who")
Plan = TypeVar("Plan")
Item = TypeVar("Item", Category, Topic)


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a plan may not be taken: a sentence, and what it is about ("days", "answerer" or "offered", and a key)."""

    what: str
    key: str
    message: str


class Counted(Protocol):
    """Cases that run and are alike to a plan; `plan` is the number of theirs, `key` what they are about."""

    @property
    def plan(self) -> int | None: ...
    @property
    def key(self) -> str: ...
    @property
    def count(self) -> int: ...


Row = TypeVar("Row", bound=Counted)


@dataclass(frozen=True, slots=True)
class Moved(Generic[Who]):
    """Running cases about something that another plan would send elsewhere."""

    key: str
    before: Who
    after: Who
    count: int


@dataclass(frozen=True, slots=True)
class Shifted:
    """Running cases whose days another plan would count differently; `key` names the term."""

    key: str
    before: int
    after: int
    count: int


@dataclass(frozen=True, slots=True)
class Effect(Generic[Who]):
    """What a plan would mean for the cases that run, if it were theirs: they keep the plan they came under."""

    running: int
    moved: list[Moved[Who]]
    shifted: list[Shifted]


def compared(
    rows: Iterable[Row],
    plans: Mapping[int | None, Plan],
    new: Plan,
    *,
    who: Callable[[Row, Plan], Who],
    days: Callable[[Row, Plan], Mapping[str, int]],
) -> Effect[Who]:
    """
    Return what a new plan would mean; `plans` has each row's own by number.

    `who` says who answers such a case by a plan, `days` its terms by key; a term that one plan lacks is not compared.
    """
    moved: dict[tuple[str, Who, Who], int] = defaultdict(int)
    shifted: dict[tuple[str, int, int], int] = defaultdict(int)
    running = 0
    for row in rows:
        running += row.count
        own = plans[row.plan]
        before, after = who(row, own), who(row, new)
        if before != after:
            moved[row.key, before, after] += row.count
        was, now = days(row, own), days(row, new)
        for key in was.keys() & now.keys():
            if was[key] != now[key]:
                shifted[key, was[key], now[key]] += row.count
    return Effect(
        running,
        [Moved(*place, count) for place, count in moved.items()],
        [Shifted(*place, count) for place, count in shifted.items()],
    )


def with_days(deadline: Deadline, days: int | None) -> Deadline:
    """Return a term with other days; None: as it is."""
    return deadline if days is None else replace(deadline, days=days)


def with_added(earlier: Mapping[str, Item], now: Mapping[str, Item]) -> dict[str, Item]:
    """Return what an earlier plan had, and what was added since as hidden, for cases were filed under it."""
    added = {key: replace(one, hidden=True) for key, one in now.items() if key not in earlier}
    return {**earlier, **added}


def new_key(label: str, taken: Iterable[str]) -> str:
    """Return a key that nothing has, from Indonesian words."""
    base = slugify(label)[: LONGEST_KEY - 3].strip("-") or "lain"
    names = [base, *(f"{base}-{n}" for n in range(2, 100))]
    return next(one for one in names if one not in set(taken))
