"""The office's plan for complaints (complaints.toml): classes with their days, categories, routes. Checked on load."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from satupintu.desk.rules import Accused, Deadline
from satupintu.people.rules import Role

FILE = Path(__file__).with_name("complaints.toml")
CONCERNED = "concerned"  # the unit that the complaint is about


class BadPlan(ValueError):
    """The plan cannot be used; its sentences say why, one a line."""


@dataclass(frozen=True, slots=True)
class Class:
    """A class of complaint and by when it is answered."""

    key: str
    label: Mapping[str, str]
    deadline: Deadline


@dataclass(frozen=True, slots=True)
class Category:
    """What a complaint is about; `first_class` is what the office begins with, `lapor` the topic of SP4N-LAPOR!."""

    key: str
    label: Mapping[str, str]
    first_class: str
    lapor: str


@dataclass(frozen=True, slots=True)
class Route:
    """Who answers what; an empty condition holds always."""

    unit: str
    draft: Role
    approve: Role
    sealed: bool = False
    categories: frozenset[str] = frozenset()
    accused: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    unit_kinds: frozenset[str] = frozenset()

    @property
    def is_last(self) -> bool:
        """Return whether it takes everything."""
        return not (self.categories or self.accused or self.services or self.unit_kinds)

    def takes(self, *, category: str, accused: str, service: str, unit_kind: str) -> bool:
        """Return whether all its conditions hold."""
        asked = (
            (self.categories, category),
            (self.accused, accused),
            (self.services, service),
            (self.unit_kinds, unit_kind),
        )
        return all(not wanted or given in wanted for wanted, given in asked)


@dataclass(frozen=True, slots=True)
class Plan:
    """All of it, as `read` found it in order."""

    first_response: Deadline
    closing: Deadline
    classes: Mapping[str, Class]
    categories: Mapping[str, Category]
    routes: tuple[Route, ...]

    def route(
        self, *, category: str, accused: str = "nobody", service: str = "", unit_kind: str = ""
    ) -> Route:
        """Return the first route that takes it; there is always one."""
        return next(
            one
            for one in self.routes
            if one.takes(category=category, accused=accused, service=service, unit_kind=unit_kind)
            and (one.unit != CONCERNED or unit_kind)
        )

    @property
    def sealed_route(self) -> Route:
        """Return where goes what nobody of the office may read."""
        return next(one for one in self.routes if one.sealed)


@cache
def plan() -> Plan:
    """Return the plan that came with the program; read once."""
    return read(FILE.read_text(encoding="utf-8"))


def read(text: str) -> Plan:
    """Return a plan from TOML. Raises BadPlan with a sentence for everything that is wrong."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadPlan(f"The file is not TOML: {error}.") from error
    wrong = list(_faults(raw))
    if wrong:
        raise BadPlan("\n".join(wrong))
    return Plan(
        first_response=read_deadline(raw["first_response"]),
        closing=read_deadline(raw["closing"]),
        classes={
            one["key"]: Class(one["key"], one["label"], read_deadline(one)) for one in raw["class"]
        },
        categories={
            one["key"]: Category(one["key"], one["label"], one["class"], one.get("lapor", ""))
            for one in raw["category"]
        },
        routes=tuple(
            Route(
                one["unit"],
                Role(one["draft"]),
                Role(one["approve"]),
                one.get("sealed", False),
                **{name: frozenset(one.get(name, ())) for name in _CONDITIONS},
            )
            for one in raw["route"]
        ),
    )


_CONDITIONS = ("categories", "accused", "services", "unit_kinds")


def read_deadline(raw: Mapping[str, Any]) -> Deadline:
    return Deadline(raw["days"], raw["counting"] == "working", raw["source"])


def _faults(raw: Mapping[str, Any]) -> Iterator[str]:
    missing = [
        name for name in ("first_response", "closing") if not isinstance(raw.get(name), dict)
    ]
    yield from (f"[{name}] is missing." for name in missing)
    absent = [
        name for name in ("class", "category", "route") if not isinstance(raw.get(name), list)
    ]
    yield from (f"There is no [[{name}]]." for name in absent)
    if missing or absent:
        return
    for name in ("first_response", "closing"):
        yield from bad_deadline(f"[{name}]", raw[name])
    yield from _bad_tables(raw)


def _bad_tables(raw: Mapping[str, Any]) -> Iterator[str]:
    classes = [one.get("key", "") for one in raw["class"]]
    for one in raw["class"]:
        yield from bad_deadline(f"Class “{one.get('key', '')}”", one)
    for kind in ("class", "category"):
        yield from bad_names(kind, raw[kind])
    for one in raw["category"]:
        if one.get("class") not in classes:
            yield f"Category “{one.get('key', '')}” begins with class “{one.get('class', '')}”, which is not there."
    known = {one.get("key", "") for one in raw["category"]}
    for number, one in enumerate(raw["route"], start=1):
        yield from _bad_route(f"Route {number}", one, known)
    if raw["route"] and any(name in raw["route"][-1] for name in _CONDITIONS):
        yield "The last route has conditions: what none takes would be answered by nobody."
    if not any(one.get("sealed") for one in raw["route"]):
        yield "No route is sealed: what is said of the head would be read by the office."


def bad_names(kind: str, rows: list[dict[str, Any]]) -> Iterator[str]:
    seen: set[str] = set()
    for one in rows:
        key = one.get("key", "")
        if not key:
            yield f"A {kind} has no key."
        elif key in seen:
            yield f"There are two of {kind} “{key}”."
        seen.add(key)
        if set(one.get("label", {})) != {"id", "en"}:
            yield f"The label of {kind} “{key}” needs `id` and `en`."


def bad_deadline(where: str, one: Mapping[str, Any]) -> Iterator[str]:
    days = one.get("days")
    if not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= 365:  # noqa: PLR2004  a year
        yield f"{where}: `days` must be a number from 1 to 365, not {days!r}."
    if one.get("counting") not in ("working", "calendar"):
        yield f"{where}: `counting` must be “working” or “calendar”, not {one.get('counting')!r}."
    if not one.get("source"):
        yield f"{where}: `source` must say where the days come from."


def _bad_route(where: str, one: Mapping[str, Any], categories: set[str]) -> Iterator[str]:
    if not one.get("unit"):
        yield f"{where} names no unit."
    for name in ("draft", "approve"):
        if one.get(name) not in {str(role) for role in Role}:
            yield f"{where}: `{name}` is no role: {one.get(name)!r}."
    if one.get("draft") == one.get("approve"):
        yield f"{where}: the same role drafts and approves the answer."
    for key in sorted(set(one.get("categories", ())) - categories):
        yield f"{where}: there is no category “{key}”."
    for key in sorted(set(one.get("accused", ())) - {str(kind) for kind in Accused}):
        yield f"{where}: nobody can be accused as “{key}”."
