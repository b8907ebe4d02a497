"""
The office's plan for complaints: classes with their days, categories, routes. Checked whenever it is read.

It is read from TOML (complaints.toml) and kept as plain data (`plain`, `from_plain`) where an office has changed it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from satupintu.desk.rules import Accused, Deadline
from satupintu.desk.rules.tables import (
    Raw,
    bad_answerer,
    bad_deadline,
    bad_deadlines,
    bad_names,
    checked,
    from_toml,
    missing,
    plain_deadline,
    read_deadline,
)
from satupintu.people.rules import Role

CONCERNED = "concerned"  # the unit that the complaint is about
_DEADLINES = ("first_response", "closing")
_CONDITIONS = ("categories", "accused", "services", "unit_kinds")


@dataclass(frozen=True, slots=True)
class Class:
    """A class of complaint and by when it is answered."""

    key: str
    label: Mapping[str, str]
    deadline: Deadline


@dataclass(frozen=True, slots=True)
class Category:
    """
    What a complaint is about; `first_class` is what the office begins with, `lapor` the topic of SP4N-LAPOR!.

    A hidden one is offered to nobody any more; it stays, because complaints were filed under it.
    """

    key: str
    label: Mapping[str, str]
    first_class: str
    lapor: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Answerer:
    """Who answers: a kind of unit ("concerned": the one complained about), and who drafts and approves there."""

    unit: str
    draft: Role
    approve: Role
    sealed: bool = False  # nobody of the office reads it


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
    def is_by_category(self) -> bool:
        """Return whether it asks for the category and nothing else."""
        return bool(self.categories) and not (self.accused or self.services or self.unit_kinds)

    @property
    def is_by_accused(self) -> bool:
        """Return whether it asks for who is complained of and nothing else, and not for the head."""
        others = self.categories or self.services or self.unit_kinds
        return bool(self.accused) and Accused.HEAD not in self.accused and not others

    @property
    def accused_key(self) -> str:
        """Return a name for those it asks for."""
        return "-".join(sorted(self.accused))

    @property
    def answerer(self) -> Answerer:
        """Return who answers what it takes."""
        return Answerer(self.unit, self.draft, self.approve, self.sealed)

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
    """All of it, as `read` found it in order. `number` is its version in this office; None: as the program came."""

    first_response: Deadline
    closing: Deadline
    classes: Mapping[str, Class]
    categories: Mapping[str, Category]
    routes: tuple[Route, ...]
    number: int | None = None

    @property
    def offered(self) -> dict[str, Category]:
        """Return the categories that somebody can choose."""
        return {key: one for key, one in self.categories.items() if not one.hidden}

    def category_words(self, key: str, language: str) -> str:
        """Return a category in words; the key for one that is not there."""
        found = self.categories.get(key)
        return found.label[language] if found else key

    def class_words(self, key: str, language: str) -> str:
        """Return a class in words; the key for one that is not there."""
        found = self.classes.get(key)
        return found.label[language] if found else key

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


def read(text: str) -> Plan:
    """Return a plan from TOML. Raises BadPlan with a sentence for everything that is wrong."""
    return from_plain(from_toml(text))


def from_plain(raw: Raw, number: int | None = None) -> Plan:
    """Return a plan from plain data, as the version of this number. Raises BadPlan as `read`."""
    checked(raw, _faults)
    return Plan(
        first_response=read_deadline(raw["first_response"]),
        closing=read_deadline(raw["closing"]),
        classes={
            one["key"]: Class(one["key"], one["label"], read_deadline(one)) for one in raw["class"]
        },
        categories={
            one["key"]: Category(
                one["key"],
                one["label"],
                one["class"],
                one.get("lapor", ""),
                one.get("hidden", False),
            )
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
        number=number,
    )


def plain(plan: Plan) -> dict[str, Any]:
    """Return a plan as the data that `from_plain` reads; its number is not part of it."""
    return {
        "first_response": plain_deadline(plan.first_response),
        "closing": plain_deadline(plan.closing),
        "class": [
            {"key": one.key, "label": dict(one.label)} | plain_deadline(one.deadline)
            for one in plan.classes.values()
        ],
        "category": [
            {
                "key": one.key,
                "label": dict(one.label),
                "class": one.first_class,
                "lapor": one.lapor,
                "hidden": one.hidden,
            }
            for one in plan.categories.values()
        ],
        "route": [
            {"unit": one.unit, "draft": one.draft.value, "approve": one.approve.value}
            | {"sealed": one.sealed}
            | {name: sorted(wanted) for name in _CONDITIONS if (wanted := getattr(one, name))}
            for one in plan.routes
        ],
    }


def _faults(raw: Raw) -> Iterator[str]:
    absent = list(missing(raw, deadlines=_DEADLINES, lists=("class", "category", "route")))
    yield from absent
    if not absent:
        yield from bad_deadlines(raw, _DEADLINES)
        yield from _bad_lists(raw)


def _bad_lists(raw: Raw) -> Iterator[str]:
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


def _bad_route(where: str, one: Raw, categories: set[str]) -> Iterator[str]:
    yield from bad_answerer(where, one, "draft", "approve")
    if one.get("draft") == one.get("approve"):
        yield f"{where}: the same role drafts and approves the answer."
    for key in sorted(set(one.get("categories", ())) - categories):
        yield f"{where}: there is no category “{key}”."
    for key in sorted(set(one.get("accused", ())) - {str(kind) for kind in Accused}):
        yield f"{where}: nobody can be accused as “{key}”."
