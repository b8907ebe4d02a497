"""
The office's plan for consultations: days, and topics with who answers. Checked whenever it is read.

It is read from TOML (consultations.toml) and kept as plain data where an office has changed it, as rules.plans.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from satupintu.desk.rules import Deadline
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
from satupintu.lib.words import fold
from satupintu.people.rules import Role

OTHER = "other"  # the topic of what fits none
_DEADLINES = ("answer", "closing", "lapse")


@dataclass(frozen=True, slots=True)
class Helper:
    """Who answers a question: a kind of unit, and the role there."""

    unit: str
    role: Role


@dataclass(frozen=True, slots=True)
class Topic:
    """What a question is about, by when it is answered, and by whom. A hidden one is given to no new question."""

    key: str
    label: Mapping[str, str]
    words: tuple[str, ...]  # folded
    unit: str
    role: Role
    deadline: Deadline
    hidden: bool = False

    @property
    def helper(self) -> Helper:
        """Return who answers."""
        return Helper(self.unit, self.role)


@dataclass(frozen=True, slots=True)
class Topics:
    """All of it, as `read` found it in order. `number` is its version in this office; None: as the program came."""

    answer: Deadline  # of topics that say none
    closing: Deadline
    lapse: Deadline
    by_key: Mapping[str, Topic]
    number: int | None = None

    @property
    def offered(self) -> dict[str, Topic]:
        """Return the topics that a new question can get."""
        return {key: one for key, one in self.by_key.items() if not one.hidden}

    def get(self, key: str) -> Topic:
        """Return the topic of this key; what fits none for one that is no longer there."""
        return self.by_key.get(key) or self.by_key[OTHER]


def read(text: str) -> Topics:
    """Return a plan from TOML. Raises BadPlan with a sentence for everything that is wrong."""
    return from_plain(from_toml(text))


def from_plain(raw: Raw, number: int | None = None) -> Topics:
    """Return a plan from plain data, as the version of this number. Raises BadPlan as `read`."""
    checked(raw, _faults)
    usual = read_deadline(raw["answer"])
    found = [
        Topic(
            one["key"],
            one["label"],
            tuple(fold(word) for word in one["words"]),
            one["unit"],
            Role(one["role"]),
            read_deadline(one) if "days" in one else usual,
            one.get("hidden", False),
        )
        for one in raw["topic"]
    ]
    return Topics(
        usual,
        read_deadline(raw["closing"]),
        read_deadline(raw["lapse"]),
        {one.key: one for one in found},
        number,
    )


def plain(topics: Topics) -> dict[str, Any]:
    """Return a plan as the data that `from_plain` reads; its number is not part of it."""
    return {
        "answer": plain_deadline(topics.answer),
        "closing": plain_deadline(topics.closing),
        "lapse": plain_deadline(topics.lapse),
        "topic": [
            {
                "key": one.key,
                "label": dict(one.label),
                "words": list(one.words),
                "unit": one.unit,
                "role": one.role.value,
                "hidden": one.hidden,
            }
            | plain_deadline(one.deadline)
            for one in topics.by_key.values()
        ],
    }


def _faults(raw: Raw) -> Iterator[str]:
    absent = list(missing(raw, deadlines=_DEADLINES, lists=("topic",)))
    yield from absent
    if not absent:
        yield from bad_deadlines(raw, _DEADLINES)
        yield from _bad_topics(raw["topic"])


def _bad_topics(rows: list[Raw]) -> Iterator[str]:
    yield from bad_names("topic", rows)
    if OTHER not in {one.get("key") for one in rows}:
        yield f"There is no topic “{OTHER}”: what fits none would have none."
    for one in rows:
        where = f"Topic “{one.get('key', '')}”"
        yield from bad_answerer(where, one, "role")
        if not isinstance(one.get("words"), list):
            yield f"{where}: `words` must be a list of words, also when it is empty."
        if {"days", "counting", "source"} & set(one):
            yield from bad_deadline(where, one)
