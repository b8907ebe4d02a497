"""A service as its page shows it: plain values, ready for the template."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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
    UNIT_KIND_LABELS,
    Definition,
    Kind,
    Requirement,
    Stage,
    System,
    longest_days,
    promised_days,
    stage_groups,
)


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


def service_page(
    definition: Definition, language: str, usual: Mapping[str, UsualTime] | None
) -> Mapping[str, Any]:
    """Return everything the page of a service shows; `usual` is by kind of request."""
    return {
        "title": definition.title.in_language(language),
        "summary": definition.summary.in_language(language),
        "for_whom": definition.for_whom.in_language(language),
        "category": CATEGORY_LABELS.get(definition.category, definition.category),
        "elsewhere": definition.system is not System.SATUPINTU,
        "system": SYSTEM_LABELS[definition.system],
        "automatic": definition.decision.by == "automatic",
        "days": longest_days(definition),
        "free": definition.fee.kind == "zero",
        "fee": fee_words(definition, language),
        "validity": validity_words(definition.validity),
        "kinds": [KIND_LABELS[kind] for kind in definition.kinds],
        "needs": [_need(definition, item, language) for item in definition.requirements],
        "steps": steps(definition, language),
        "standard": standard.published(definition, language),
        "times": times(definition, usual),
        "usual": (usual or {}).get(definition.kinds[0]),
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


def steps(definition: Definition, language: str) -> list[Step]:
    """Return the stages as stops of a line, from applying to the permit."""
    found = [Step(_("Anda mengajukan"), _("dari rumah atau dibantu di loket"))]
    if definition.decision.by == "automatic":
        found.append(Step(_("Diperiksa dengan aturan"), _("seketika")))
        found.append(Step(_("Terbit"), _("segel elektronik kantor"), "end"))
        return found
    check = definition.promise.check_days
    found.append(Step(_("Berkas diperiksa"), days_words(check)))
    found += [_stage_step(step, language) for step in stage_groups(definition.stages)]
    if definition.system is System.SATUPINTU:
        found.append(
            Step(
                _("Diputuskan dan ditandatangani"), days_words(definition.promise.issue_days), "end"
            )
        )
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


def _stage_step(step: list[Stage], language: str) -> Step:
    days = days_words(max(stage.days for stage in step))
    titles = [stage.title.in_language(language) for stage in step]
    joint = _(" atau ") if all(stage.when for stage in step) else _(" dan ")
    units = sorted({str(UNIT_KIND_LABELS.get(stage.unit_kind, stage.unit_kind)) for stage in step})
    return Step(joint.join(titles) if len(titles) < 3 else ", ".join(units), days)  # noqa: PLR2004  a readable line


def _need(definition: Definition, item: Requirement, language: str) -> Need:
    return Need(
        key=item.key,
        label=item.label.in_language(language),
        help=item.help.in_language(language),
        when=when_words(definition, item.kinds, item.required_when, language),
        legal_basis=item.legal_basis,
        how=how_words(item),
        required=item.required,
        reusable=item.reusable,
    )
