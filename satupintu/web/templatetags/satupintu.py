"""
How Indonesians write dates, times, money and numbers; icons and small drawn parts.

These are template builtins: no `{% load %}`. In English they follow plain English habits.
"""

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from typing import Any

from django import template
from django.forms import BoundField
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from satupintu.lib import words
from satupintu.lib.identity import phone_for_people
from satupintu.web.icons import ICONS

register = template.Library()

MASK = "•"
LONG_NUMBER = 12  # NIK, NPWP, NIB, telephone: the first and last four stay
TONE_SHAPES = {"quiet": "○", "info": "◐", "good": "✓", "warn": "●", "bad": "▲"}


def _language() -> str:
    return "en" if (get_language() or "id").startswith("en") else "id"


def _local(value: date | datetime) -> date | datetime:
    """Return a moment in the office's zone; a plain date stays as it is."""
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


@register.filter
def tanggal(value: date | datetime | None) -> str:
    """Return "Rabu, 25 November 2026"; "" for None."""
    return words.long_date(_local(value), _language()) if value else ""


@register.filter
def tanggal_pendek(value: date | datetime | None) -> str:
    """Return "25 Nov 2026"; "" for None."""
    return words.short_date(_local(value), _language()) if value else ""


@register.filter
def bulan(value: date | datetime | None) -> str:
    """Return "November 2026"; "" for None."""
    return words.month_year(_local(value), _language()) if value else ""


@register.filter
def jam(value: datetime | time | None) -> str:
    """Return "15.00" (English: "15:00") in the office's zone; "" for None."""
    if value is None or value == "":
        return ""
    if isinstance(value, datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return words.clock_time(value, _language())


@register.filter
def waktu(value: datetime | None) -> str:
    """Return "Rabu, 25 November 2026, 15.00"; "" for None."""
    return f"{tanggal(value)}, {jam(value)}" if value else ""


@register.filter
def waktu_pendek(value: datetime | None) -> str:
    """Return "25 Nov 2026, 15.00"; "" for None."""
    return f"{tanggal_pendek(value)}, {jam(value)}" if value else ""


@register.filter
def angka(value: float | Decimal | str | None, decimals: int = 0) -> str:
    """Return 1.234 or, with decimals, 88,9 (English: 1,234 and 88.9); "" for None."""
    if value is None or value == "":
        return ""
    return words.number(Decimal(str(value)), _language(), int(decimals))


@register.filter
def rupiah(value: Decimal | str | None) -> str:
    """Return "Rp150.000" (English: "Rp150,000"); "" for None."""
    if value is None or value == "":
        return ""
    return words.rupiah(Decimal(str(value)), _language())


@register.filter
def bahasa(value: Any) -> str:
    """Return a text in the reader's language: a Text, a mapping {id, en}, or a plain string."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return str(value.get(_language()) or value.get("id") or "")
    chosen = getattr(value, "in_language", None)
    return str(chosen(_language())) if chosen else str(value)


@register.filter
def masked(value: object) -> str:
    """Return an identity or telephone number with its middle hidden: 6103••••••••9999."""
    text = str(value or "")
    if len(text) >= LONG_NUMBER:
        return text[:4] + MASK * (len(text) - 8) + text[-4:]
    return MASK * max(len(text) - 2, 0) + text[-2:]


@register.filter
def telepon(value: str | None) -> str:
    """Return a stored telephone number as people write it: "0812-0000-1234"; "" for None."""
    return phone_for_people(value) if value else ""


@register.simple_tag
def durasi(minutes: float | None) -> str:
    """Return "1 jam 35 menit"; "" for None. Working or clock minutes are the caller's matter."""
    return "" if minutes is None else words.duration(round(minutes), _language())


@register.filter
def shape(tone: str) -> str:
    """Return the sign that carries a state's tone in grey and in print."""
    return TONE_SHAPES.get(tone, TONE_SHAPES["quiet"])


@register.simple_tag
@cache
def icon(name: str, css: str = "") -> SafeString:
    """
    Return one inline drawing, hidden from screen readers: a word always stands beside it.

    Raises KeyError with the known names if there is no such icon.
    """
    if name not in ICONS:
        raise KeyError(f"No icon {name!r}. Known: {', '.join(sorted(ICONS))}")
    return format_html(
        '<svg class="icon {}" viewBox="0 0 24 24" width="24" height="24" fill="none"'
        ' stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"'
        ' aria-hidden="true" focusable="false"><path d="{}"/></svg>',
        css,
        ICONS[name],
    )


@register.simple_tag
def due_bar(percent: float, tone: str = "good") -> SafeString:
    """Return the upright bar at a row's left edge: `percent` of the promised time used (0-100)."""
    used = min(max(int(percent), 0), 100)
    return format_html(
        '<svg class="due {}" viewBox="0 0 6 100" preserveAspectRatio="none" role="img"'
        ' aria-label="{}"><rect width="6" height="100" class="due-track"/>'
        '<rect y="{}" width="6" height="{}" class="due-fill"/></svg>',
        tone,
        _("%(n)d persen waktu terpakai") % {"n": used},
        100 - used,
        used,
    )


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """
    Return a form control with what browsers and screen readers need.

    Django adds aria-describedby (help and error) and aria-invalid by itself; a choice among few
    stays a fieldset. Only the spelling helper of telephones is set here.
    """
    attrs: dict[str, Any] = {}
    if field.errors and field.use_fieldset:
        attrs["aria-invalid"] = "true"
    return field.as_widget(attrs=attrs)


@register.filter
def control_kind(field: BoundField) -> str:
    """Return what a field looks like: check, choices, file, select, area or text."""
    kind = getattr(field.field.widget, "input_type", "")
    if kind == "checkbox" and not field.use_fieldset:
        return "check"
    if field.use_fieldset:
        return "choices"
    if kind in {"file", "select"}:
        return str(kind)
    return "text" if kind else "area"


@register.filter
def first_id(field: BoundField) -> str:
    """Return the id an error's link jumps to: the control, or the first of a group."""
    return f"{field.auto_id}_0" if field.use_fieldset else field.id_for_label
