"""A service as its page shows it: plain values, ready for the template."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.catalogue import standard
from satupintu.catalogue.phrases import (
    days_words,
    fee_words,
    how_words,
    validity_words,
    when_words,
)
from satupintu.catalogue.queries import UsualTime
from satupintu.catalogue.rules import (
    CATEGORY_LABELS,
    KIND_LABELS,
    SYSTEM_LABELS,
    SYSTEM_NAMES,
    Definition,
    Kind,
    Requirement,
    Stage,
    System,
    longest_days,
    promise_parts,
    promised_days,
    stage_groups,
)
from satupintu.lib import words
from satupintu.lib.workingtime import WorkCalendar, add_working_days
from satupintu.office.queries import work_calendar
from satupintu.people.rules import unit_kind_words


@dataclass(frozen=True, slots=True)
class Step:
    """One stop on the line of stages."""

    title: str
    note: str
    status: str = ""


@dataclass(frozen=True, slots=True)
class Need:
    """One requirement as the checklist shows it."""

    key: str
    label: str
    help: str
    when: str  # for whom, "" for everybody
    legal_basis: str
    how: str  # file kinds and size, or the forms of a statement
    required: bool
    reusable: bool


@dataclass(frozen=True, slots=True)
class KindTime:
    """What one kind of request takes: the promise, and what it took lately (None: too few cases)."""

    kind: Kind
    label: str
    days: int  # working days, the longest of this kind; 0 = at once
    usual: UsualTime | None


@dataclass(frozen=True, slots=True)
class Applying:
    """When somebody would apply, in the office's calendar."""

    at: datetime
    calendar: WorkCalendar

    def ends(self, days: int) -> datetime:
        return add_working_days(self.at, days, self.calendar)


@dataclass(frozen=True, slots=True)
class KindChoice:
    """A kind of request one can look at the service for."""

    value: str
    label: Any
    current: bool


def service_page(
    definition: Definition,
    language: str,
    usual: Mapping[str, UsualTime] | None,
    *,
    kind: Kind | None = None,
    at: datetime | None = None,
) -> Mapping[str, Any]:
    """
    Return everything the page of a service shows; `usual` is by kind of request.

    With `kind` only what that kind of request needs; with `at` the dates that hold when somebody applies then.
    """
    days = promised_days(definition, kind, None) if kind else longest_days(definition)
    when = Applying(at, work_calendar()) if at and days else None
    needs = [item for item in definition.requirements if kind is None or kind in item.kinds]
    return {
        "title": definition.title.in_language(language),
        "summary": definition.summary.in_language(language),
        "for_whom": definition.for_whom.in_language(language),
        "category": CATEGORY_LABELS.get(definition.category, definition.category),
        "elsewhere": definition.system is not System.SATUPINTU,
        "system": SYSTEM_LABELS[definition.system],
        "automatic": definition.decision.by == "automatic",
        "system_name": SYSTEM_NAMES[definition.system],
        "days": days,
        "promised": when.ends(days) if when else None,
        "kind": kind.value if kind else "",
        "choices": [
            KindChoice(one.value, KIND_LABELS[one], current=one is kind) for one in definition.kinds
        ],
        "free": definition.fee.kind == "zero",
        "fee": fee_words(definition, language),
        "validity": validity_words(definition.validity),
        "kinds": [KIND_LABELS[kind] for kind in definition.kinds],
        "needs": [_need(definition, item, language, kind) for item in needs],
        "steps": steps(definition, language, kind, when),
        "standard": standard.published(definition, language),
        "after": standard.conditions_words(definition, language),
        "times": times(definition, usual),
        "usual": (usual or {}).get(kind or definition.kinds[0]),
    }


def times(definition: Definition, usual: Mapping[str, UsualTime] | None) -> list[KindTime]:
    """Return the promise and the usual time of each kind of request, in the file's order."""
    known = usual or {}
    return [
        KindTime(
            kind, str(KIND_LABELS[kind]), promised_days(definition, kind, None), known.get(kind)
        )
        for kind in definition.kinds
    ]


def steps(
    definition: Definition, language: str, kind: Kind | None = None, when: Applying | None = None
) -> list[Step]:
    """
    Return the stages as stops of a line, from applying to the permit; of one kind of request when `kind` is given.

    With `when` each says by which day it is done when somebody applies then.
    """
    found = [Step(_("Anda mengajukan"), _("dari rumah atau dibantu di loket"))]
    if definition.decision.by == "automatic":
        found.append(Step(_("Diperiksa dengan aturan"), _("seketika")))
        found.append(Step(_("Terbit"), _("segel elektronik kantor"), "end"))
        return found
    by = _dates(definition, kind, when, language)
    check = days_words(definition.promise.check_days)
    found.append(Step(_("Berkas diperiksa"), check + by("check")))
    stages = [one for one in definition.stages if kind is None or kind in one.kinds]
    found += [_stage_step(step, language, by(step[0].key)) for step in stage_groups(stages)]
    if definition.system is System.SATUPINTU:
        note = days_words(definition.promise.issue_days) + by("issue")
        found.append(Step(_("Diputuskan dan ditandatangani"), note, "end"))
    else:
        system = SYSTEM_LABELS[definition.system]
        if definition.promise.issue_days:
            found.append(
                Step(
                    _("Diselesaikan di %(system)s") % {"system": system},
                    days_words(definition.promise.issue_days),
                )
            )
        found.append(
            Step(_("Terbit di %(system)s") % {"system": system}, _("kami catat di sini"), "end")
        )
    return found


def _dates(
    definition: Definition, kind: Kind | None, when: Applying | None, language: str
) -> Callable[[str], str]:
    """Return a function that gives " · Selasa 24 Nov" for a part of the promise; "" when no dates are asked."""
    if kind is None or when is None:
        return lambda _name: ""
    found = {}
    for part in promise_parts(definition, kind, None):
        day = timezone.localdate(when.ends(max(part.ends, 1)))
        short = words.short_date(day, language).rsplit(" ", 1)[0]
        words_of = f" · {words.weekday_name(day.weekday(), language)} {short}"
        for key in [stage.key for stage in part.stages] or [part.name]:
            found[key] = words_of
    return lambda name: found.get(name, "")


def _stage_step(step: list[Stage], language: str, by: str = "") -> Step:
    days = days_words(max(stage.days for stage in step)) + by
    titles = [stage.title.in_language(language) for stage in step]
    joint = _(" atau ") if all(stage.when for stage in step) else _(" dan ")
    units = sorted({unit_kind_words(stage.unit_kind) for stage in step})
    return Step(joint.join(titles) if len(titles) < 3 else ", ".join(units), days)  # noqa: PLR2004  a readable line


def _need(
    definition: Definition, item: Requirement, language: str, kind: Kind | None = None
) -> Need:
    return Need(
        key=item.key,
        label=item.label.in_language(language),
        help=item.help.in_language(language),
        when=when_words(
            definition,
            frozenset(definition.kinds) if kind else item.kinds,  # of one kind: no need to say so
            item.required_when,
            language,
        ),
        legal_basis=item.legal_basis,
        how=how_words(item),
        required=item.required,
        reusable=item.reusable,
    )
