"""The office's plan for consultations (consultations.toml): days, and topics with who answers. Checked on load."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

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
    read_deadline,
)
from satupintu.lib.words import fold
from satupintu.people.rules import Role

FILE = Path(__file__).with_name("consultations.toml")
OTHER = "other"  # the topic of what fits none
_DEADLINES = ("answer", "closing", "lapse")


@dataclass(frozen=True, slots=True)
class Topic:
    """What a question is about, by when it is answered, and by whom."""

    key: str
    label: Mapping[str, str]
    words: tuple[str, ...]  # folded
    unit: str
    role: Role
    deadline: Deadline


@dataclass(frozen=True, slots=True)
class Topics:
    """All of it, as `read` found it in order."""

    closing: Deadline
    lapse: Deadline
    by_key: Mapping[str, Topic]

    def get(self, key: str) -> Topic:
        """Return the topic of this key; what fits none for one that is no longer there."""
        return self.by_key.get(key) or self.by_key[OTHER]


@cache
def topics() -> Topics:
    """Return the plan that came with the program; read once."""
    return read(FILE.read_text(encoding="utf-8"))


def read(text: str) -> Topics:
    """Return a plan from TOML. Raises BadPlan with a sentence for everything that is wrong."""
    raw = checked(from_toml(text), _faults)
    usual = read_deadline(raw["answer"])
    found = [
        Topic(
            one["key"],
            one["label"],
            tuple(fold(word) for word in one["words"]),
            one["unit"],
            Role(one["role"]),
            read_deadline(one) if "days" in one else usual,
        )
        for one in raw["topic"]
    ]
    return Topics(
        read_deadline(raw["closing"]),
        read_deadline(raw["lapse"]),
        {one.key: one for one in found},
    )


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
