"""
One Django field for each type of question. `clean` gives a JSON value, `prepare_value` takes it back to what is typed.

JSON values: text and dates ("2026-01-31") as text; numbers as int or float; money as int rupiah; yes_no "yes" or
"no"; a telephone in E.164; region as Kemendagri code; kbli {"code", "version"}; coordinates {"lat", "lon"}; choices and
group as lists. Nothing given is "" (or []).
"""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.html import escape
from django.utils.translation import gettext as _

from satupintu.catalogue.form.pickers import KbliField, RegionField
from satupintu.catalogue.form.widgets import Option, Rows
from satupintu.catalogue.rules import Field, FieldType
from satupintu.lib import coordinates, identity, words

_RADIO_LIMIT = 9  # more choices become a drop-down list
_NUMBER = re.compile(r"^-?\d{1,15}(\.\d{1,6})?$")
_DATE_SHAPES = ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y")
LINK_LENGTH = 2000  # characters of a pasted link of a map service


class IdentityField(forms.CharField):
    """A number that `lib.identity` can read; the sentence says which part is wrong."""

    def __init__(self, check: Callable[[str], str], **options: Any) -> None:
        self.check_text = check
        super().__init__(max_length=40, **options)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        try:
            return self.check_text(text)
        except identity.BadIdentity as wrong:
            raise ValidationError(wrong.message, code=wrong.part) from wrong


class PhoneField(IdentityField):
    """A telephone number, shown as people write it."""

    def prepare_value(self, value: Any) -> Any:
        stored = isinstance(value, str) and re.fullmatch(r"\+\d+", value)
        return identity.phone_for_people(value) if stored else value


def read_number(text: str, language: str = "id") -> Decimal:
    """
    Return the number as typed in this language: 1.234,5 in Indonesian, 1,234.5 in English.

    Raises ValueError if it is not one, has more than 15 digits or 6 decimals.
    """
    plain = text.replace(" ", "").replace("\u00a0", "")
    group, point = (",", ".") if language.startswith("en") else (".", ",")
    if re.fullmatch(rf"-?\d{{1,3}}(\{group}\d{{3}})+(\{point}\d+)?", plain) or (
        group in plain and point in plain
    ):
        plain = plain.replace(group, "")
    plain = plain.replace(",", ".")
    if not _NUMBER.match(plain):
        raise ValueError(text)
    try:
        return Decimal(plain)
    except InvalidOperation as error:
        raise ValueError(text) from error


class NumberField(forms.CharField):
    """A number or an amount of rupiah within limits."""

    def __init__(self, item: Field, language: str, **options: Any) -> None:
        self.item = item
        self.language = language
        super().__init__(max_length=30, **options)
        self.widget.attrs |= {
            "inputmode": "decimal" if item.type is FieldType.NUMBER else "numeric"
        }

    def clean(self, value: Any) -> int | float | str:
        text = super().clean(value)
        if not text:
            return ""
        money = self.item.type is FieldType.MONEY
        if money:
            text = re.sub(r"(?i)^rp\.?|,-$|\.-$", "", text.strip())
        try:
            number = read_number(text, self.language)
        except ValueError as error:
            raise ValidationError(_("Tulis angka, misalnya 12 atau 1.500.")) from error
        if money and number != number.to_integral_value():
            raise ValidationError(_("Tulis rupiah bulat, tanpa sen."))
        self._check_limits(number)
        whole = number == number.to_integral_value()
        return int(number) if whole else float(number)

    def _check_limits(self, number: Decimal) -> None:
        low, high = self.item.minimum, self.item.maximum
        if low and number < Decimal(low):
            shown = words.number(Decimal(low), self.language, _decimals(low))
            raise ValidationError(_("Paling sedikit %(limit)s.") % {"limit": shown})
        if high and number > Decimal(high):
            shown = words.number(Decimal(high), self.language, _decimals(high))
            raise ValidationError(_("Paling banyak %(limit)s.") % {"limit": shown})

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, float) and not self.language.startswith("en"):
            return str(value).replace(".", ",")  # a stored 2.5 as Indonesians write it
        return value


def _decimals(number: str) -> int:
    return len(number.partition(".")[2])


class DayField(forms.CharField):
    """A date within limits; `today` as limit is the day of asking."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def __init__(self, item: Field, today: date, language: str, **options: Any) -> None:
        self.low = _limit(item.minimum, today)
        self.high = _limit(item.maximum, today)
        self.language = language
        super().__init__(max_length=20, **options)
        if self.low:
            self.widget.attrs["min"] = self.low.isoformat()
        if self.high:
            self.widget.attrs["max"] = self.high.isoformat()

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        day = _read_date(text)
        if day is None:
            raise ValidationError(_("Tulis tanggal seperti 31-01-2026."))
        if self.low and day < self.low:
            shown = words.plain_date(self.low, self.language)
            raise ValidationError(_("Paling awal %(day)s.") % {"day": shown})
        if self.high and day > self.high:
            shown = words.plain_date(self.high, self.language)
            raise ValidationError(_("Paling akhir %(day)s.") % {"day": shown})
        return day.isoformat()


def _limit(text: str, today: date) -> date | None:
    if not text or text.startswith("field:"):  # another answer: see dates.py
        return None
    return today if text == "today" else date.fromisoformat(text)


def _read_date(text: str) -> date | None:
    for shape in _DATE_SHAPES:
        try:
            day = datetime.strptime(text, shape).date()  # noqa: DTZ007  a date has no zone
        except ValueError:
            continue
        return day if day.year >= 1900 else None  # noqa: PLR2004  a typing error
    return None


class PointField(forms.CharField):
    """A place in Indonesia, in any notation that `lib.coordinates` reads."""

    is_point = True  # the page offers a map beside it

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=LINK_LENGTH, **options)
        self.widget.attrs |= {"placeholder": "0.1216, 110.5975"}

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return ""
        try:
            latitude, longitude = coordinates.read_point(text)
        except coordinates.BadPoint as error:
            raise ValidationError(error.message) from error
        return {"lat": latitude, "lon": longitude}

    def prepare_value(self, value: Any) -> Any:
        return (
            f"{value['lat']}, {value['lon']}"
            if isinstance(value, dict) and "lat" in value
            else value
        )


class RowsField(forms.Field):
    """A repeating group; blank rows are left out, errors name row and column."""

    widget: Rows

    def __init__(self, columns: dict[str, forms.Field], max_rows: int, **options: Any) -> None:
        self.columns = columns
        self.max_rows = max_rows
        super().__init__(widget=Rows(columns, max_rows), **options)

    def clean(self, value: Any) -> list[dict[str, Any]]:
        rows = [row for row in value or [] if isinstance(row, dict)]
        filled = [
            (number, row)
            for number, row in enumerate(rows, start=1)
            if any(row.get(key) for key in self.columns)
        ]
        if not filled and self.required:
            raise ValidationError(_("Isi paling sedikit satu baris."), code="required")
        if len(rows) > self.max_rows:
            raise ValidationError(_("Paling banyak %(count)s baris.") % {"count": self.max_rows})
        cleaned, wrong = [], []
        self.widget.errors = {}
        for number, row in filled:
            answers: dict[str, Any] = {}
            for key, column in self.columns.items():
                try:
                    answers[key] = column.clean(column.prepare_value(row.get(key)))
                except ValidationError as error:
                    place = _("Baris %(number)s, %(label)s") % {
                        "number": number,
                        "label": column.label,
                    }
                    text = " ".join(error.messages)
                    self.widget.errors[number - 1, key] = text
                    wrong.append(f"{place}: {text}")
            cleaned.append(answers)
        if wrong:
            raise ValidationError(wrong)
        return cleaned


class PlainText(forms.CharField):
    """Text; line breaks only where there is room for them."""

    def clean(self, value: Any) -> str:
        return super().clean(value) or ""


class EmailText(forms.EmailField):
    def clean(self, value: Any) -> str:
        return super().clean(value) or ""


class PickMany(forms.MultipleChoiceField):
    def clean(self, value: Any) -> list[str]:
        return list(super().clean(value or []))


_AUTOCOMPLETE = {
    "party.name": "name",
    "party.email": "email",
    "party.phone": "tel",
    "party.address": "street-address",
    "party.birth_date": "bday",
}


def build_field(item: Field, language: str, today: date) -> forms.Field:
    """Return the Django field for a question of a definition, labelled in `language`."""
    options: dict[str, Any] = {
        "label": item.label.in_language(language),
        "help_text": escape(item.help.in_language(language)),
        "required": item.required,
        "error_messages": {"required": _("Isi bagian ini.")},
    }
    built = _BUILDERS[item.type](item, options, language, today)
    if (
        item.prefill in _AUTOCOMPLETE
    ):  # WCAG 1.3.5: the browser may fill in what is the person's own
        built.widget.attrs["autocomplete"] = _AUTOCOMPLETE[item.prefill]
    if item.pattern and isinstance(built, forms.CharField):
        message = _("Bentuknya belum benar. %(help)s") % {"help": item.help.in_language(language)}
        built.validators.append(RegexValidator(rf"^(?:{item.pattern})$", message.strip()))
    return built


def _text(item: Field, options: dict[str, Any], _language: str, _today: date) -> forms.Field:
    return PlainText(max_length=item.max_length, **options)


def _long_text(item: Field, options: dict[str, Any], _language: str, _today: date) -> forms.Field:
    return PlainText(
        max_length=item.max_length, widget=forms.Textarea(attrs={"rows": 4}), **options
    )


def _choice_list(item: Field, language: str) -> list[Option]:
    if item.type is FieldType.YES_NO:
        return [("yes", _("Ya")), ("no", _("Tidak"))]
    return [(choice.value, choice.label.in_language(language)) for choice in item.choices]


def _choice(item: Field, options: dict[str, Any], language: str, _today: date) -> forms.Field:
    choices = _choice_list(item, language)
    options = {**options, "error_messages": {"required": _("Pilih salah satu.")}}
    if len(choices) <= _RADIO_LIMIT:
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **options)
    return forms.ChoiceField(choices=[("", _("Pilih")), *choices], **options)


def _choice_in_row(item: Field, options: dict[str, Any], language: str) -> forms.Field:
    return forms.ChoiceField(choices=[("", _("Pilih")), *_choice_list(item, language)], **options)


def _choices(item: Field, options: dict[str, Any], language: str, _today: date) -> forms.Field:
    return PickMany(
        choices=_choice_list(item, language), widget=forms.CheckboxSelectMultiple, **options
    )


def _number(item: Field, options: dict[str, Any], language: str, _today: date) -> forms.Field:
    return NumberField(item, language, **options)


def _date(item: Field, options: dict[str, Any], language: str, today: date) -> forms.Field:
    return DayField(item, today, language, **options)


def _numeric(field: IdentityField) -> IdentityField:
    field.widget.attrs |= {"inputmode": "numeric", "autocomplete": "off"}
    return field


def _nik(_item: Field, options: dict[str, Any], _language: str, today: date) -> forms.Field:
    return _numeric(IdentityField(lambda text: identity.check_nik(text, today).value, **options))


def _npwp(_item: Field, options: dict[str, Any], _language: str, today: date) -> forms.Field:
    return _numeric(IdentityField(lambda text: identity.check_npwp(text, today), **options))


def _nib(_item: Field, options: dict[str, Any], _language: str, _today: date) -> forms.Field:
    return _numeric(IdentityField(identity.check_nib, **options))


def _phone(_item: Field, options: dict[str, Any], _language: str, _today: date) -> forms.Field:
    field = PhoneField(identity.check_phone, **options)
    field.widget.attrs |= {"inputmode": "tel", "autocomplete": "tel"}
    return field


def _email(_item: Field, options: dict[str, Any], _language: str, _today: date) -> forms.Field:
    return EmailText(max_length=254, **options)


def _region(_item: Field, options: dict[str, Any], _language: str, _today: date) -> forms.Field:
    return RegionField(**options)


def _kbli(_item: Field, options: dict[str, Any], _language: str, _today: date) -> forms.Field:
    return KbliField(**options)


def _point(_item: Field, options: dict[str, Any], _language: str, _today: date) -> forms.Field:
    return PointField(**options)


def _group(item: Field, options: dict[str, Any], language: str, today: date) -> forms.Field:
    columns = {}
    for column in item.fields:
        if column.type in {FieldType.CHOICE, FieldType.YES_NO}:
            cell = {"label": column.label.in_language(language), "required": column.required}
            cell["error_messages"] = {"required": _("Isi bagian ini.")}
            columns[column.key] = _choice_in_row(column, cell, language)
        else:
            columns[column.key] = build_field(column, language, today)
    return RowsField(columns, item.max_rows, **options)


_Builder = Callable[[Field, dict[str, Any], str, date], forms.Field]
_BUILDERS: dict[FieldType, _Builder] = {
    FieldType.TEXT: _text,
    FieldType.LONG_TEXT: _long_text,
    FieldType.NUMBER: _number,
    FieldType.MONEY: _number,
    FieldType.DATE: _date,
    FieldType.CHOICE: _choice,
    FieldType.CHOICES: _choices,
    FieldType.YES_NO: _choice,
    FieldType.REGION: _region,
    FieldType.NIK: _nik,
    FieldType.NPWP: _npwp,
    FieldType.NIB: _nib,
    FieldType.PHONE: _phone,
    FieldType.EMAIL: _email,
    FieldType.KBLI: _kbli,
    FieldType.COORDINATES: _point,
    FieldType.GROUP: _group,
}
