"""Small parts that pages draw by a function: icons, the bar of used time, and a form's controls."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.forms import BoundField
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from satupintu.lib.qr import qr_svg
from satupintu.web.icons import ICONS


@cache
def qr(text: str, title: str) -> SafeString:
    """Return a QR code as one inline drawing, under the name by which a screen reader says it."""
    return mark_safe(qr_svg(text, scale=5, title=title))  # noqa: S308  written by our own encoder


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


def rendered(template: str, context: Mapping[str, Any]) -> SafeString:
    """Return what a template makes of a context, for a page that shows it as it is."""
    return mark_safe(render_to_string(template, dict(context)))  # noqa: S308  it has escaped every value


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


def first_id(field: BoundField) -> str:
    """Return the id an error's link jumps to: the control, or the first of a group."""
    return f"{field.auto_id}_0" if field.use_fieldset else field.id_for_label
