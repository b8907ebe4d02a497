"""The facts of a definition in words, as its page and its published standard say them. In the current language."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from satupintu.catalogue.rules import (
    KIND_LABELS,
    STATEMENT_LABELS,
    Condition,
    Definition,
    Kind,
    Requirement,
    Validity,
    fields_by_key,
)
from satupintu.lib import words


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


def days_words(count: int) -> str:
    return ngettext("%(n)s hari kerja", "%(n)s hari kerja", count) % {"n": count}


def kinds_words(kinds: Iterable[Kind]) -> str:
    """Return kinds of request as a list within a sentence."""
    chosen = set(kinds)
    return ", ".join(str(KIND_LABELS[kind]) for kind in Kind if kind in chosen).lower()


def when_words(
    definition: Definition, kinds: frozenset[Kind], condition: Condition | None, language: str
) -> str:
    """Return for whom a requirement or stage is, "" for everybody."""
    parts = []
    offered = kinds & set(definition.kinds)
    if offered != set(definition.kinds):
        parts.append(_("untuk permohonan %(kinds)s") % {"kinds": kinds_words(offered)})
    if condition is not None:
        parts.append(condition_words(definition, condition, language))
    return "; ".join(parts)


def condition_words(definition: Definition, condition: Condition, language: str) -> str:
    asked = fields_by_key(definition)[condition.field]
    labels = {choice.value: choice.label.in_language(language) for choice in asked.choices}
    labels |= {"yes": _("Ya"), "no": _("Tidak")}
    values = ", ".join(labels.get(value, value) for value in condition.values)
    label = asked.label.in_language(language).rstrip("?")
    return _("bila “%(label)s”: %(values)s") % {"label": label, "values": values}


def how_words(item: Requirement) -> str:
    if item.statements:
        return _(" atau ").join(str(STATEMENT_LABELS[one]) for one in item.statements)
    kinds = ", ".join(kind.upper() for kind in item.accept)
    return _("%(kinds)s, paling besar %(mb)s MB") % {"kinds": kinds, "mb": item.max_mb}
