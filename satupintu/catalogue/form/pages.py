"""The form of one page, the final check of all answers, and answers as people read them."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import override

from satupintu.catalogue import kbli
from satupintu.catalogue.form.dates import wrong_dates
from satupintu.catalogue.form.fields import build_field
from satupintu.catalogue.rules import (
    Definition,
    Field,
    FieldType,
    Kind,
    Page,
    fields_by_key,
    is_empty,
    visible_fields,
    visible_pages,
)
from satupintu.lib import identity, words
from satupintu.lib.language import current_language
from satupintu.office import queries as office
from satupintu.web import maps

PLAIN_COLUMNS = (
    2  # a group of so few columns is shown without their names: its own says what they are
)


class PageForm(forms.Form):
    """The form of one page; `answers()` gives the clean JSON values by field key, empty ones included."""

    page: Page
    use_required_attribute = True
    language = "id"
    earlier: Mapping[str, Any] = MappingProxyType({})  # answers of other pages

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        asked = [item for item in self.page.fields if item.key in self.fields]
        for name, text in wrong_dates(asked, {**self.earlier, **cleaned}, self.language).items():
            self.add_error(name, text)
        return cleaned

    def answers(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.fields if name in self.cleaned_data}


def page_form(  # noqa: PLR0917  the order of the words: what, for whom, with what
    definition: Definition,
    page: Page,
    kind: Kind,
    answers: Mapping[str, Any],
    data: Any = None,
    files: Any = None,
    prefill: Mapping[str, Any] | None = None,
    *,
    today: date,
    language: str | None = None,
) -> PageForm:
    """
    Return the form of `page`, filled from `answers`, then from `prefill` ({"party.name": ...}).

    Bound when `data` is given; posted names nobody asked for are ignored. A post that only adds or removes a row or
    searches a list comes back as an unbound form with what was typed: `is_valid()` is False and there are no errors, so
    a view just shows it again. `today` is the office's day; `language` is the active one unless given.
    """
    del definition  # the page says all; the argument keeps the call readable
    used = language or current_language()
    asked = visible_fields(page, kind, answers)
    built = {item.key: build_field(item, used, today) for item in asked}
    initial = {item.key: _initial(item, answers, prefill or {}) for item in asked}
    if data is not None:
        rearranged = _rearranged(built, data)
        if rearranged is not None:
            initial, data, files = rearranged, None, None
    form_class = type(
        "PageForm", (PageForm,), {**built, "page": page, "language": used, "earlier": answers}
    )
    form: PageForm = form_class(data=data, files=files, initial=initial)
    return form


def right_so_far(
    definition: Definition,
    page: Page,
    kind: Kind,
    answers: Mapping[str, Any],
    data: Any,
    *,
    today: date,
) -> dict[str, Any]:
    """Return the answers of a post that are right; presses that only add a row or search a list do not count."""
    plain = data.copy()
    for name in data:
        if name.endswith(("-add", "-remove", "-search")):
            del plain[name]
    form = page_form(definition, page, kind, answers, plain, today=today)
    form.is_valid()
    return form.answers()


def _initial(item: Field, answers: Mapping[str, Any], prefill: Mapping[str, Any]) -> Any:
    value = answers.get(item.key)
    if is_empty(value) and item.prefill:
        return prefill.get(item.prefill, "")
    return value


def _rearranged(
    fields: Mapping[str, forms.Field], data: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Return what was typed, with rows added or removed, if a row or search button was pressed; else None."""
    pressed = any(
        f"{name}-{button}" in data for name in fields for button in ("add", "remove", "search")
    )
    if not pressed:
        return None
    no_files: MultiValueDict[str, Any] = MultiValueDict()
    typed = {
        name: field.widget.value_from_datadict(data, no_files, name)
        for name, field in fields.items()
    }
    for name, rows in typed.items():
        if not isinstance(rows, list) or f"{name}-rows" not in data:
            continue
        if f"{name}-add" in data:
            typed[name] = [*rows, {}]
        removed = str(data.get(f"{name}-remove", ""))
        if removed.isdecimal() and len(removed) < 4:  # noqa: PLR2004  no group has a thousand rows
            typed[name] = [row for index, row in enumerate(rows) if index != int(removed)]
    return typed


def merged_answers(
    definition: Definition, kind: Kind, answers: Mapping[str, Any], new: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the answers with those of one page put in; answers to questions no longer asked are dropped."""
    together = {**answers, **new}
    kept: dict[str, Any] = {}
    # In the order of the pages, because a question may depend on an answer that has itself gone.
    for page in definition.pages:
        if page not in visible_pages(definition, kind, {**kept, **_of_page(page, together)}):
            continue
        for item in visible_fields(page, kind, kept):
            if item.key in together:
                kept[item.key] = together[item.key]
    return kept


def _of_page(page: Page, answers: Mapping[str, Any]) -> dict[str, Any]:
    return {item.key: answers[item.key] for item in page.fields if item.key in answers}


def check_answers(
    definition: Definition,
    kind: Kind,
    answers: Mapping[str, Any],
    *,
    today: date,
    language: str | None = None,
) -> list[tuple[Page, Field, str]]:
    """Return (page, field, what to do) for every answer that is missing or wrong; [] when all may be submitted."""
    used = language or current_language()
    wrong = []
    for page in visible_pages(definition, kind, answers):
        for item in visible_fields(page, kind, answers):
            field = build_field(item, used, today)
            try:
                field.clean(field.prepare_value(answers.get(item.key)))
            except ValidationError as error:
                wrong.append((page, item, " ".join(error.messages)))
        together = wrong_dates(visible_fields(page, kind, answers), answers, used)
        bad = {item.key for _page, item, _text in wrong}
        wrong += [
            (page, item, together[item.key])
            for item in page.fields
            if item.key in together and item.key not in bad
        ]
    return wrong


def tidied_answers(
    definition: Definition,
    kind: Kind,
    answers: Mapping[str, Any],
    *,
    today: date,
    language: str | None = None,
) -> dict[str, Any]:
    """
    Return the answers to what is asked as the form's pages would store them; what a page refuses stays as it came.

    For answers that another program sends all at once; `check_answers` says what is wrong with them.
    """
    used = language or current_language()
    tidy: dict[str, Any] = {}
    for page in definition.pages:
        if page not in visible_pages(definition, kind, {**tidy, **_of_page(page, answers)}):
            continue
        for item in visible_fields(page, kind, tidy):
            if item.key not in answers:
                continue
            field = build_field(item, used, today)
            try:
                tidy[item.key] = field.clean(field.prepare_value(answers[item.key]))
            except ValidationError:
                tidy[item.key] = answers[item.key]
    return tidy


# --- Answers as people read them -----------------------------------------------------------
def display_answers(
    definition: Definition, answers: Mapping[str, Any], language: str
) -> list[tuple[str, list[tuple[str, str, Field]]]]:
    """
    Return the answers page by page as (title, [(label, value, field)]); what was not answered is left out.

    Identity numbers come whole: mask them by `field.type`. Rows of a group are lines. One query for names of regions.
    """
    values = shown_values(definition, answers, language)
    shown = []
    for page in definition.pages:
        rows = [
            (item.label.in_language(language), values[item.key], item)
            for item in page.fields
            if item.key in values
        ]
        if rows:
            shown.append((page.title.in_language(language), rows))
    return shown


def shown_values(
    definition: Definition, answers: Mapping[str, Any], language: str
) -> dict[str, str]:
    """Return each given answer as a person reads it, by field key, for pages and printed documents."""
    known = fields_by_key(definition)
    given = {key: value for key, value in answers.items() if key in known and not is_empty(value)}
    codes = [str(value) for key, value in given.items() if known[key].type is FieldType.REGION]
    names = office.region_names(codes) if codes else {}
    with override(language):
        return {
            key: _shown(known[key], given[key], language, names) for key in known if key in given
        }


def points_outside(definition: Definition, answers: Mapping[str, Any]) -> frozenset[str]:
    """Return the keys of answers that are a place clearly outside the office's regency; none where we have no map."""
    code = office.profile().region_code
    return frozenset(
        key
        for key, item in fields_by_key(definition).items()
        if item.type is FieldType.COORDINATES
        and isinstance(point := answers.get(key), dict)
        and maps.is_outside(code, point["lat"], point["lon"])
    )


def _shown(item: Field, value: Any, language: str, regions: Mapping[str, str]) -> str:
    if item.type is FieldType.GROUP and isinstance(value, list):
        return "\n".join(_shown_row(item.fields, row, language) for row in value)
    if item.type is FieldType.REGION:
        return regions.get(str(value), str(value))
    if item.type is FieldType.YES_NO:
        return _("Ya") if value == "yes" else _("Tidak")
    if item.type in {FieldType.CHOICE, FieldType.CHOICES}:
        return _shown_choices(item, value, language)
    if item.type is FieldType.PHONE:
        return identity.phone_for_people(str(value))
    return _shown_plain(item.type, value, language)


def _shown_row(columns: Sequence[Field], row: Mapping[str, Any], language: str) -> str:
    """Return one row of a group: "Senin, 16.00-20.00" where the values speak for themselves, else with their names."""
    given = [
        (column.label.in_language(language), _shown(column, row[column.key], language, {}))
        for column in columns
        if not is_empty(row.get(column.key))
    ]
    if len(columns) <= PLAIN_COLUMNS:
        return ", ".join(value for _label, value in given)
    return "; ".join(words.labelled(label, value) for label, value in given)


def _shown_choices(item: Field, value: Any, language: str) -> str:
    labels = {choice.value: choice.label.in_language(language) for choice in item.choices}
    chosen = value if isinstance(value, list) else [value]
    return ", ".join(labels.get(str(one), str(one)) for one in chosen)


def _shown_plain(kind: FieldType, value: Any, language: str) -> str:
    if kind is FieldType.DATE:
        return words.plain_date(date.fromisoformat(str(value)), language)
    if kind is FieldType.MONEY:
        return words.rupiah(int(value), language)
    if kind is FieldType.NUMBER:
        number = str(value)
        return words.number(Decimal(number), language, len(number.partition(".")[2]))
    if kind is FieldType.KBLI and isinstance(value, Mapping):
        title = kbli.find(str(value["code"])) if value.get("version") == kbli.VERSION else None
        return f"{value['code']} {title or ''} (KBLI {value.get('version', '')})".replace("  ", " ")
    if kind is FieldType.COORDINATES and isinstance(value, Mapping):
        return f"{value['lat']}, {value['lon']}"
    return str(value)
