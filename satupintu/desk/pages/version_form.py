"""The form in which an office changes one of its plans: what it has in common for every plan."""

from collections.abc import Iterator
from typing import Any, Generic

from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _

from satupintu.desk.rules.changing import Objection
from satupintu.desk.rules.tables import LANGUAGES, LONGEST_DAYS
from satupintu.desk.versions import T
from satupintu.lib.language import current_language
from satupintu.people.queries import list_units

LONGEST_LABEL = 120
_ON = "on"


class VersionForm(forms.Form, Generic[T]):
    """
    A plan to be changed. What differs from `base`, the plan that was looked at, is what somebody wants.

    So changes can be put on top of a newer plan (`onto`): what others changed meanwhile stays theirs. Fields are named
    by what and a key ("days_simple"); those of something to add begin with `new_`, and those in NEEDED go together.
    """

    NEEDED: tuple[str, ...] = ()

    def __init__(self, base: T, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.base, self.language = base, current_language()
        self.unit_kinds = [one.kind for one in list_units() if one.active]
        self.build()
        self.fields["note"] = forms.CharField(
            label=_("Alasan"),
            required=False,
            max_length=300,
            help_text=_("Misalnya keputusan yang mendasarinya. Tampil dalam riwayat."),
        )

    def build(self) -> None:
        """Add the fields of the plan."""
        raise NotImplementedError  # each plan's form has its own; Django's forms can be no ABC

    def replanned(self, now: T) -> T:
        """Return a plan with what was changed of the one that was looked at; the form is valid."""
        raise NotImplementedError  # as above

    def labels(self) -> Iterator[str]:
        """Return what the plan's categories or topics are called, in both languages."""
        raise NotImplementedError  # as above

    def add_days(self, key: str, label: str, days: int, help_text: str = "") -> None:
        """Add a field for a number of days."""
        self.fields[f"days_{key}"] = forms.IntegerField(
            label=label,
            initial=days,
            min_value=1,
            max_value=LONGEST_DAYS,
            help_text=help_text,
            error_messages={
                "required": _("Isi berapa hari."),
                "invalid": _("Tulis jumlah hari sebagai angka."),
                "min_value": _("Paling sedikit 1 hari."),
            },
        )

    def add_offered(self, key: str, label: str, *, hidden: bool) -> None:
        """Add a box that says whether a category or topic is offered."""
        self.fields[f"offered_{key}"] = forms.BooleanField(
            label=_("Ditawarkan: %(category)s") % {"category": label},
            required=False,
            initial=not hidden,
        )

    def add_choice(
        self, name: str, label: str, choices: list[tuple[str, str]], initial: str = ""
    ) -> None:
        """Add a choice; one without a beginning may be left open."""
        self.fields[name] = forms.ChoiceField(
            label=label,
            required=bool(initial),
            initial=initial,
            choices=choices if initial else [("", "–"), *choices],
        )

    def add_new_labels(self) -> None:
        """Add the fields for what something new is called."""
        for language, label in (("id", _("Sebutan Indonesia")), ("en", _("Sebutan Inggris"))):
            self.fields[f"new_{language}"] = forms.CharField(
                label=label, required=False, max_length=LONGEST_LABEL
            )

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if any(given.get(field.name) for field in self.fields_of("new")):
            for name in self.NEEDED:
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, _("Isi juga ini, atau kosongkan semua kotak yang baru."))
            known = {one.casefold() for one in self.labels()}
            for name in (f"new_{language}" for language in sorted(LANGUAGES)):
                if given.get(name, "").casefold() in known:
                    self.add_error(name, _("Sebutan itu sudah dipakai."))
        return given

    def changed(self, what: str) -> dict[str, Any]:
        """Return what was typed by key, where it differs from the plan that was looked at."""
        return {
            name.removeprefix(f"{what}_"): self.cleaned_data[name]
            for name in self.changed_data
            if name.startswith(f"{what}_")
        }

    def hidden(self) -> dict[str, bool]:
        """Return by key what is to be hidden, and what offered again."""
        return {key: not offered for key, offered in self.changed("offered").items()}

    def onto(self, newer: T) -> "VersionForm[T]":
        """Return the same changes as a form of a newer plan; what can no longer be chosen there is left out."""
        data = QueryDict(mutable=True)
        for name, field in type(self)(newer).fields.items():
            value = self.data.get(name, "") if name in self.changed_data else field.initial
            if isinstance(field, forms.BooleanField):
                value = _ON if value else ""
            elif isinstance(field, forms.ChoiceField) and not field.valid_value(value):
                value = field.initial
            if value not in (None, ""):
                data[name] = str(value)
        return type(self)(newer, data)

    def object_to(self, one: Objection) -> None:
        """Say why the plan may not be so, at the field that it is about."""
        name = f"{one.what}_{one.key}"
        self.add_error(name if name in self.fields else None, one.message)

    def fields_of(self, what: str) -> list[BoundField]:
        """Return the fields of a kind: "days", "new"."""
        return [self[name] for name in self.fields if name.startswith(f"{what}_")]
