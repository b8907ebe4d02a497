"""The form in which an office changes its plan for complaints: one line for each term and category, one to add."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _

from satupintu.desk.pages.plan_words import answerer_words, days_words, deadline_name
from satupintu.desk.plan import shipped
from satupintu.desk.rules.plans import Answerer, Plan
from satupintu.desk.rules.replanning import (
    Addition,
    Objection,
    Wish,
    answerer_of,
    days_by_key,
    possible_answerers,
)
from satupintu.desk.rules.tables import LONGEST_DAYS
from satupintu.lib.language import current_language
from satupintu.people.queries import list_units

LONGEST_LABEL = 120
_ON = "on"


def _code(one: Answerer) -> str:
    return f"{one.unit}.{one.draft}.{one.approve}"


class PlanForm(forms.Form):
    """
    A plan to be changed. What differs from `base`, the plan that was looked at, is what somebody wants.

    So changes can be put on top of a newer plan (`onto`): what others changed meanwhile stays theirs.
    """

    def __init__(self, base: Plan, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.base, self.language = base, current_language()
        units = [one.kind for one in list_units() if one.active]
        possible = possible_answerers(shipped(), base, units)
        self.answerers = {_code(one): one for one in possible}
        self.choices = [(code, answerer_words(one)) for code, one in self.answerers.items()]
        for key in days_by_key(base):
            self._add_days(key)
        for key in base.categories:
            self._add_category(key)
        self._add_new()
        self.fields["note"] = forms.CharField(
            label=_("Alasan"),
            required=False,
            max_length=300,
            help_text=_("Misalnya keputusan yang mendasarinya. Tampil dalam riwayat."),
        )

    def _add_days(self, key: str) -> None:
        deadline = days_by_key(self.base)[key]
        limit = days_by_key(shipped()).get(key, deadline)
        self.fields[f"days_{key}"] = forms.IntegerField(
            label=deadline_name(self.base, key, self.language),
            initial=deadline.days,
            min_value=1,
            max_value=LONGEST_DAYS,
            help_text=_("Paling lama %(days)s. %(source)s")
            % {"days": days_words(limit), "source": limit.source[self.language]},
            error_messages={
                "required": _("Isi berapa hari."),
                "invalid": _("Tulis jumlah hari sebagai angka."),
                "min_value": _("Paling sedikit 1 hari."),
            },
        )

    def _add_category(self, key: str) -> None:
        one = self.base.categories[key]
        label = one.label[self.language]
        self.fields[f"answerer_{key}"] = forms.ChoiceField(
            label=_("Yang menjawab: %(category)s") % {"category": label},
            choices=self.choices,
            initial=_code(answerer_of(self.base, key)),
        )
        self.fields[f"offered_{key}"] = forms.BooleanField(
            label=_("Ditawarkan: %(category)s") % {"category": label},
            required=False,
            initial=not one.hidden,
        )

    def _add_new(self) -> None:
        for language, label in (("id", _("Sebutan Indonesia")), ("en", _("Sebutan Inggris"))):
            self.fields[f"new_{language}"] = forms.CharField(
                label=label, required=False, max_length=LONGEST_LABEL
            )
        classes = [(one.key, one.label[self.language]) for one in self.base.classes.values()]
        self.fields["new_class"] = forms.ChoiceField(
            label=_("Kelas awal"), required=False, choices=[("", "–"), *classes]
        )
        self.fields["new_answerer"] = forms.ChoiceField(
            label=_("Yang menjawab"), required=False, choices=[("", "–"), *self.choices]
        )

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        new = [f"new_{name}" for name in ("id", "en", "class", "answerer")]
        if any(given.get(name) for name in new):
            for name in new:
                if not given.get(name) and name not in self.errors:
                    self.add_error(
                        name, _("Isi juga ini, atau kosongkan semua kotak kategori baru.")
                    )
            known = {
                one.label[language].casefold()
                for one in self.base.categories.values()
                for language in ("id", "en")
            }
            for name in ("new_id", "new_en"):
                if given.get(name, "").casefold() in known:
                    self.add_error(name, _("Kategori dengan sebutan itu sudah ada."))
        return given

    def wish(self) -> Wish:
        """Return what was changed of the plan that was looked at; the form is valid."""
        given, changed = self.cleaned_data, set(self.changed_data)

        def each(what: str) -> Iterator[tuple[str, Any]]:
            for name in changed:
                if name.startswith(f"{what}_"):
                    yield name.removeprefix(f"{what}_"), given[name]

        return Wish(
            days=dict(each("days")),
            answerers={key: self.answerers[code] for key, code in each("answerer")},
            hidden={key: not offered for key, offered in each("offered")},
            addition=Addition(
                {"id": given["new_id"], "en": given["new_en"]},
                given["new_class"],
                self.answerers[given["new_answerer"]],
            )
            if given["new_id"]
            else None,
        )

    def onto(self, newer: Plan) -> "PlanForm":
        """Return the same changes as a form of a newer plan; what can no longer be chosen there is left out."""
        fresh = PlanForm(newer)
        data = QueryDict(mutable=True)
        for name, field in fresh.fields.items():
            value = self.data.get(name, "") if name in self.changed_data else field.initial
            if isinstance(field, forms.BooleanField):
                value = _ON if value else ""
            elif isinstance(field, forms.ChoiceField) and not field.valid_value(value):
                value = field.initial
            if value not in (None, ""):
                data[name] = str(value)
        return PlanForm(newer, data)

    def object_to(self, one: Objection) -> None:
        """Say why the plan may not be so, at the field that it is about."""
        name = f"{one.what}_{one.key}"
        self.add_error(name if name in self.fields else None, one.message)

    def term_fields(self) -> list[BoundField]:
        """Return the fields of the terms."""
        return [self[name] for name in self.fields if name.startswith("days_")]

    def category_rows(self) -> list[dict[str, Any]]:
        """Return the lines of the categories: words, who answers, whether it is offered."""
        return [
            {
                "label": one.label[self.language],
                "answerer": self[f"answerer_{key}"],
                "offered": self[f"offered_{key}"],
            }
            for key, one in self.base.categories.items()
        ]

    def new_fields(self) -> list[BoundField]:
        """Return the fields of a category to add."""
        return [self[name] for name in self.fields if name.startswith("new_")]
