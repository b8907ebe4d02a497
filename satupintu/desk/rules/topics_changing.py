"""
What an office may change of its plan for consultations, and what a change would mean for those that run.

Its days are the office's own promise: no regulation was found that names any. The topic of what fits none must stay.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from satupintu.catalogue.rules import ASKED_UNIT_LABELS
from satupintu.desk.rules.changing import (
    Effect,
    Objection,
    compared,
    new_key,
    with_added,
    with_days,
)
from satupintu.desk.rules.topics import OTHER, Helper, Topic, Topics
from satupintu.lib.words import fold
from satupintu.people.rules import Role


@dataclass(frozen=True, slots=True)
class Addition:
    """A topic that an office adds, the words by which it is found, and who answers it in the usual days."""

    label: Mapping[str, str]
    words: str  # with commas between them
    helper: Helper


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody would change, by key: days, who answers, words, topics to hide and to offer again; one to add."""

    days: Mapping[str, int]
    helpers: Mapping[str, Helper]
    words: Mapping[str, str]
    hidden: Mapping[str, bool]
    addition: Addition | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """Consultations of a topic that wait for the office; `plan` is the number of theirs."""

    plan: int | None
    key: str
    count: int


def read_words(text: str) -> tuple[str, ...]:
    """Return words typed with commas or lines between them, folded, each once."""
    typed = (fold(one) for one in text.replace("\n", ",").split(","))
    return tuple(dict.fromkeys(one for one in typed if one))


def possible_helpers(law: Topics, now: Topics, unit_kinds: Iterable[str]) -> list[Helper]:
    """Return who can be chosen: whoever a plan names, the office's roles that answer, and the agencies."""
    named = [one.helper for plan in (law, now) for one in plan.by_key.values()]
    roles = (Role.FRONT_OFFICE, Role.VERIFIER, Role.SECTION_HEAD)
    agencies = [
        Helper(kind, Role.TECHNICAL_OFFICER)
        for kind in ASKED_UNIT_LABELS
        # District offices are told apart by the region, which a question does not have.
        if kind in set(unit_kinds) - {"office", "district"}
    ]
    return list(dict.fromkeys([*named, *(Helper("office", one) for one in roles), *agencies]))


def replanned(topics: Topics, wish: Wish) -> Topics:
    """Return the plan with what is wished, unchecked; the wish of nothing gives the same plan."""
    found = {key: _changed(one, wish) for key, one in topics.by_key.items()}
    if (new := wish.addition) is not None:
        key = new_key(new.label["id"], found)
        unit, role = new.helper.unit, new.helper.role
        found[key] = Topic(key, new.label, read_words(new.words), unit, role, topics.answer)
    return replace(topics, by_key=found)


def _changed(one: Topic, wish: Wish) -> Topic:
    helper = wish.helpers.get(one.key, one.helper)
    return replace(
        one,
        words=read_words(wish.words[one.key]) if one.key in wish.words else one.words,
        unit=helper.unit,
        role=helper.role,
        deadline=with_days(one.deadline, wish.days.get(one.key)),
        hidden=wish.hidden.get(one.key, one.hidden),
    )


def restored(earlier: Topics, now: Topics) -> Topics:
    """Return an earlier plan; what was added since stays as hidden topics."""
    return replace(earlier, by_key=with_added(earlier.by_key, now.by_key))


def objections(topics: Topics, law: Topics, language: str) -> Iterator[Objection]:
    """Say what of a plan an office may not take into force."""
    if OTHER not in topics.offered:
        told = _("Topik “%(topic)s” harus tetap ada, untuk yang tidak cocok dengan topik lain.")
        yield Objection("offered", OTHER, told % {"topic": law.get(OTHER).label[language]})


def effect(
    rows: Iterable[Asking], plans: Mapping[int | None, Topics], new: Topics
) -> Effect[Helper]:
    """Return what a new plan would mean for consultations that run; `plans` has each one's own by number."""
    return compared(
        rows,
        plans,
        new,
        who=lambda row, plan: plan.get(row.key).helper,
        days=lambda row, plan: {row.key: plan.get(row.key).deadline.days},
    )
