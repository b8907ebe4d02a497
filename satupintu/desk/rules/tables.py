"""How the plans of the desk are read from TOML: what is wrong with one is told in sentences, all of them at once."""

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from satupintu.desk.rules import Deadline
from satupintu.people.rules import Role

LANGUAGES = {"id", "en"}
LONGEST_DAYS = 365  # a year
Raw = Mapping[str, Any]


class BadPlan(ValueError):
    """The plan cannot be used; its sentences say why, one a line."""


def checked(raw: Raw, faults: Callable[[Raw], Iterator[str]]) -> Raw:
    """Return what was read. Raises BadPlan with every sentence of `faults`."""
    if wrong := list(faults(raw)):
        raise BadPlan("\n".join(wrong))
    return raw


def from_toml(text: str) -> Raw:
    """Return what a TOML file says. Raises BadPlan when it is none."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadPlan(f"The file is not TOML: {error}.") from error


def read_deadline(raw: Raw) -> Deadline:
    return Deadline(raw["days"], raw["counting"] == "working", raw["source"])


def plain_deadline(one: Deadline) -> dict[str, Any]:
    """Return a term as the data that `read_deadline` reads."""
    return {
        "days": one.days,
        "counting": "working" if one.working else "calendar",
        "source": dict(one.source),
    }


def missing(raw: Raw, *, deadlines: Iterable[str], lists: Iterable[str]) -> Iterator[str]:
    """Say which tables of days, and which lists of tables, are not there."""
    for name in deadlines:
        if not isinstance(raw.get(name), dict):
            yield f"[{name}] is missing."
    for name in lists:
        if not isinstance(raw.get(name), list):
            yield f"There is no [[{name}]]."


def bad_deadlines(raw: Raw, names: Iterable[str]) -> Iterator[str]:
    """Say what is wrong with tables of days."""
    for name in names:
        yield from bad_deadline(f"[{name}]", raw[name])


def bad_names(kind: str, rows: Iterable[Raw]) -> Iterator[str]:
    seen: set[str] = set()
    for one in rows:
        key = one.get("key", "")
        if not key:
            yield f"A {kind} has no key."
        elif key in seen:
            yield f"There are two of {kind} “{key}”."
        seen.add(key)
        if set(one.get("label", {})) != LANGUAGES:
            yield f"The label of {kind} “{key}” needs `id` and `en`."


def bad_deadline(where: str, one: Raw) -> Iterator[str]:
    days, source = one.get("days"), one.get("source")
    if not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= LONGEST_DAYS:
        yield f"{where}: `days` must be a number from 1 to {LONGEST_DAYS}, not {days!r}."
    if one.get("counting") not in ("working", "calendar"):
        yield f"{where}: `counting` must be “working” or “calendar”, not {one.get('counting')!r}."
    if not isinstance(source, dict) or set(source) != LANGUAGES or not all(source.values()):
        yield f"{where}: `source` must say where the days come from, in `id` and `en`."


def bad_answerer(where: str, one: Raw, *roles: str) -> Iterator[str]:
    """Say what is wrong with who answers: a kind of unit, and roles there by these names."""
    if not one.get("unit"):
        yield f"{where} names no unit."
    for name in roles:
        if one.get(name) not in {str(role) for role in Role}:
            yield f"{where}: `{name}` is no role: {one.get(name)!r}."
