"""
What an office may change of its plan for complaints, and what a change would mean for complaints that run.

It may answer sooner than the law asks, never later, and close later than the program does, never sooner; send a
category elsewhere, add one, hide one; say who answers when an officer or a unit is complained of. It may not take
complaints about the head, or those that the program's own plan seals (levies, abuse of power), from the inspectorate:
whoever is accused does not answer (UU 25/2009 Art. 36 and 40 to 50; decision record 62).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from satupintu.catalogue.rules import ASKED_UNIT_LABELS
from satupintu.desk.rules import Accused, Deadline
from satupintu.desk.rules.changing import (
    Effect,
    Objection,
    compared,
    new_key,
    with_added,
    with_days,
)
from satupintu.desk.rules.plans import Answerer, Category, Plan, Route
from satupintu.people.rules import Role

FIRST, CLOSING = "first_response", "closing"  # the keys of their days, beside those of the classes
OFFICE = "office"


@dataclass(frozen=True, slots=True)
class Addition:
    """A category that an office adds, and who answers it."""

    label: Mapping[str, str]
    first_class: str
    answerer: Answerer


@dataclass(frozen=True, slots=True)
class Wish:
    """
    What somebody would change: days and answerers by key, categories to hide and to offer again, one to add.

    `accused` are the answerers where somebody is complained of, by `Route.accused_key`.
    """

    days: Mapping[str, int]
    answerers: Mapping[str, Answerer]
    hidden: Mapping[str, bool]
    addition: Addition | None = None
    accused: Mapping[str, Answerer] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Running:
    """Complaints that wait for an answer and are alike to the plan; `plan` is the number of theirs."""

    plan: int | None
    key: str  # the category
    class_key: str
    accused: str
    service: str
    unit_kind: str
    answering: bool  # the first response has been given
    count: int


def answerer_of(plan: Plan, category: str) -> Answerer:
    """Return who answers a category when nothing else of a complaint matters."""
    found = (one for one in plan.routes if one.is_by_category and category in one.categories)
    return next(found, plan.routes[-1]).answerer


def days_by_key(plan: Plan) -> dict[str, Deadline]:
    """Return the terms that an office owes: the first response, and the answer by class."""
    return {FIRST: plan.first_response} | {key: one.deadline for key, one in plan.classes.items()}


def possible_answerers(law: Plan, now: Plan, unit_kinds: Iterable[str]) -> list[Answerer]:
    """Return who can be chosen: whoever the program's plan or the present one names, and the agencies of the office."""
    named = [one.answerer for plan in (law, now) for one in plan.routes]
    taken = {one.unit for one in named}
    agencies = [
        Answerer(kind, Role.TECHNICAL_OFFICER, Role.COORDINATOR)
        for kind in ASKED_UNIT_LABELS
        # District offices are told apart by the region, which a complaint does not have.
        if kind in set(unit_kinds) - taken - {"district"}
    ]
    return list(dict.fromkeys([*reversed(named), *agencies]))


def replanned(plan: Plan, wish: Wish) -> Plan:
    """
    Return the plan with what is wished, unchecked; the wish of nothing gives the same plan.

    Routes that ask for more than the category stay as they are. Sealed categories come before them, the others after.
    """
    categories = {
        key: replace(one, hidden=wish.hidden.get(key, one.hidden))
        for key, one in plan.categories.items()
    }
    answerers = {key: answerer_of(plan, key) for key in categories} | dict(wish.answerers)
    if wish.addition is not None:
        key = new_key(wish.addition.label["id"], categories)
        categories[key] = Category(key, wish.addition.label, wish.addition.first_class)
        answerers[key] = wish.addition.answerer
    return replace(
        plan,
        first_response=with_days(plan.first_response, wish.days.get(FIRST)),
        closing=with_days(plan.closing, wish.days.get(CLOSING)),
        classes={
            key: replace(one, deadline=with_days(one.deadline, wish.days.get(key)))
            for key, one in plan.classes.items()
        },
        categories=categories,
        routes=_routes(plan, answerers, wish.accused),
    )


def _routes(
    plan: Plan, answerers: Mapping[str, Answerer], accused: Mapping[str, Answerer]
) -> tuple[Route, ...]:
    *others, last = plan.routes
    by_answerer: dict[Answerer, set[str]] = defaultdict(set)
    for key, answerer in answerers.items():
        if answerer != last.answerer:
            by_answerer[answerer].add(key)
    chosen = [
        Route(one.unit, one.draft, one.approve, one.sealed, frozenset(keys))
        for one, keys in by_answerer.items()
    ]
    return (
        *(one for one in chosen if one.sealed),
        *(_answered_by(one, accused) for one in others if not one.is_by_category),
        *(one for one in chosen if not one.sealed),
        last,
    )


def _answered_by(route: Route, accused: Mapping[str, Answerer]) -> Route:
    """Return a route with the answerer that is wished where somebody is complained of."""
    wished = accused.get(route.accused_key) if route.is_by_accused else None
    if wished is None:
        return route
    return Route(wished.unit, wished.draft, wished.approve, wished.sealed, accused=route.accused)


def restored(earlier: Plan, now: Plan) -> Plan:
    """Return an earlier plan; what was added since stays as hidden categories."""
    return replace(earlier, categories=with_added(earlier.categories, now.categories))


# --- What may not be ------------------------------------------------------------------------------


def protected(law: Plan) -> frozenset[str]:
    """Return the categories that the inspectorate answers whatever an office wishes."""
    return frozenset(
        key for one in law.routes if one.is_by_category and one.sealed for key in one.categories
    )


def objections(plan: Plan, law: Plan, language: str) -> Iterator[Objection]:
    """Say what of a plan an office may not take into force; `law` is the program's own, with its sources."""
    limits = days_by_key(law)
    for key, deadline in days_by_key(plan).items():
        limit = limits.get(key)
        if limit is not None and deadline.days > limit.days:
            told = _(
                "Paling lama %(n)s hari. Sumber batas itu: %(source)s Kantor boleh lebih cepat, tidak lebih lama."
            ) % {"n": limit.days, "source": limit.source[language]}
            yield Objection("days", key, told)
    if plan.closing.days < law.closing.days:
        told = _(
            "Paling sedikit %(n)s hari: selama itu pengadu dapat menilai jawabannya atau minta dibuka lagi."
            " Sumber batas itu: %(source)s"
        ) % {"n": law.closing.days, "source": law.closing.source[language]}
        yield Objection("days", CLOSING, told)
    for key in sorted(protected(law)):
        told = _(
            "Pengaduan tentang kepala dinas dan tentang “%(category)s” dijawab inspektorat, bukan oleh yang diadukan."
            " Aturan ini tidak dapat dimatikan."
        ) % {"category": law.category_words(key, language)}
        if not _is_kept(plan, law, key, list(Accused)):
            yield Objection("answerer", key, told)
        if key not in plan.offered:
            yield Objection("offered", key, told)
    for key in sorted(plan.categories.keys() - protected(law)):
        if not _is_kept(plan, law, key, [Accused.HEAD]):
            told = _("Pengaduan tentang kepala dinas dijawab inspektorat, bukan oleh kantornya.")
            yield Objection("answerer", key, told)


def _is_kept(plan: Plan, law: Plan, category: str, accused: Iterable[Accused]) -> bool:
    inspectorate = law.sealed_route.answerer
    return all(
        plan.route(category=category, accused=one, unit_kind=kind).answerer == inspectorate
        for one in accused
        for kind in ("", OFFICE)
    )


# --- What would change ----------------------------------------------------------------------------


def effect(
    rows: Iterable[Running], plans: Mapping[int | None, Plan], new: Plan
) -> Effect[Answerer]:
    """Return what a new plan would mean for complaints that run; `plans` has each one's own by number."""
    return compared(rows, plans, new, who=_answerer, days=_days)


def _answerer(row: Running, plan: Plan) -> Answerer:
    return plan.route(
        category=row.key, accused=row.accused, service=row.service, unit_kind=row.unit_kind
    ).answerer


def _days(row: Running, plan: Plan) -> dict[str, int]:
    owed = {row.class_key} if row.answering else {row.class_key, FIRST}
    return {key: one.days for key, one in days_by_key(plan).items() if key in owed}
