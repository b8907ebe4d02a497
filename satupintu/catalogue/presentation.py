"""A service as its page shows it: plain values, ready for the template."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from satupintu.catalogue.queries import UsualTime
from satupintu.catalogue.rules import (
    CATEGORY_LABELS,
    KIND_LABELS,
    STANDARD_KEYS,
    STANDARD_LABELS,
    STATEMENT_LABELS,
    SYSTEM_LABELS,
    UNIT_KIND_LABELS,
    Condition,
    Definition,
    Kind,
    Requirement,
    Stage,
    System,
    Validity,
    fields_by_key,
    longest_days,
    stage_groups,
)
from satupintu.lib import words


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


def service_page(
    definition: Definition, language: str, usual: UsualTime | None
) -> Mapping[str, Any]:
    """Return everything the page of a service shows."""
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
        "standard": [
            (STANDARD_LABELS[key], definition.standard[key].in_language(language))
            for key in STANDARD_KEYS
            if key in definition.standard
        ],
        "usual": usual,
    }


def fee_words(definition: Definition, language: str) -> str:
    """Return the fee as a person reads it."""
    if definition.fee.kind == "zero":
        return _("Gratis")
    if definition.fee.kind == "fixed":
        return words.rupiah(definition.fee.amount_idr, language)
    if definition.fee.kind == "external":
        return _("Pendampingan gratis; retribusi dihitung di sistem tujuan")
    return _("Dihitung dari data permohonan")


def validity_words(validity: Validity) -> str:
    """Return how long the permit is valid, "" outside satupintu."""
    if validity.forever:
        return _("selama dijalankan")
    if validity.months and validity.months % 12 == 0:
        years = validity.months // 12
        return ngettext("%(n)s tahun", "%(n)s tahun", years) % {"n": years}
    if validity.months:
        return ngettext("%(n)s bulan", "%(n)s bulan", validity.months) % {"n": validity.months}
    if validity.days:
        return ngettext("%(n)s hari", "%(n)s hari", validity.days) % {"n": validity.days}
    return _("sampai tanggal dalam permohonan") if validity.until_field else ""


def _days(count: int) -> str:
    return ngettext("%(n)s hari kerja", "%(n)s hari kerja", count) % {"n": count}


def steps(definition: Definition, language: str) -> list[Step]:
    """Return the stages as stops of a line, from applying to the permit."""
    found = [Step(_("Anda mengajukan"), _("dari rumah atau dibantu di loket"))]
    if definition.decision.by == "automatic":
        found.append(Step(_("Diperiksa dengan aturan"), _("seketika")))
        found.append(Step(_("Terbit"), _("segel elektronik kantor"), "end"))
        return found
    check = definition.promise.check_days
    found.append(Step(_("Berkas diperiksa"), _days(check)))
    found += [_stage_step(step, language) for step in stage_groups(definition.stages)]
    if definition.system is System.SATUPINTU:
        found.append(
            Step(_("Diputuskan dan ditandatangani"), _days(definition.promise.issue_days), "end")
        )
    else:
        system = SYSTEM_LABELS[definition.system]
        found.append(
            Step(_("Terbit di %(system)s") % {"system": system}, _("kami catat di sini"), "end")
        )
    return found


def _stage_step(step: list[Stage], language: str) -> Step:
    days = _days(max(stage.days for stage in step))
    titles = [stage.title.in_language(language) for stage in step]
    joint = _(" atau ") if all(stage.when for stage in step) else _(" dan ")
    units = sorted({str(UNIT_KIND_LABELS.get(stage.unit_kind, stage.unit_kind)) for stage in step})
    return Step(joint.join(titles) if len(titles) < 3 else ", ".join(units), days)  # noqa: PLR2004  a readable line


def _need(definition: Definition, item: Requirement, language: str) -> Need:
    return Need(
        key=item.key,
        label=item.label.in_language(language),
        help=item.help.in_language(language),
        when=_when(definition, item, language),
        legal_basis=item.legal_basis,
        how=_how(item),
        required=item.required,
        reusable=item.reusable,
    )


def _when(definition: Definition, item: Requirement, language: str) -> str:
    parts = []
    if item.kinds & set(definition.kinds) != set(definition.kinds):
        kinds = [
            str(KIND_LABELS[kind])
            for kind in Kind
            if kind in item.kinds and kind in definition.kinds
        ]
        parts.append(_("untuk %(kinds)s") % {"kinds": ", ".join(kinds).lower()})
    if item.required_when is not None:
        parts.append(_condition_words(definition, item.required_when, language))
    return "; ".join(parts)


def _condition_words(definition: Definition, condition: Condition, language: str) -> str:
    asked = fields_by_key(definition)[condition.field]
    labels = {choice.value: choice.label.in_language(language) for choice in asked.choices}
    labels |= {"yes": _("Ya"), "no": _("Tidak")}
    values = ", ".join(labels.get(value, value) for value in condition.values)
    label = asked.label.in_language(language).rstrip("?")
    return _("bila “%(label)s”: %(values)s") % {"label": label, "values": values}


def _how(item: Requirement) -> str:
    if item.statements:
        return _(" atau ").join(str(STATEMENT_LABELS[one]) for one in item.statements)
    kinds = ", ".join(kind.upper() for kind in item.accept)
    return _("%(kinds)s, paling besar %(mb)s MB") % {"kinds": kinds, "mb": item.max_mb}
