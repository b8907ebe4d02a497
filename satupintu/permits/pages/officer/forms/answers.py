"""The whole form of a service on one page, for an officer who types the answers of an older case."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from satupintu.catalogue.form import (
    PageForm,
    merged_answers,
    page_form,
    right_so_far,
    visible_fields,
    visible_pages,
)
from satupintu.catalogue.rules import Page, Text, is_empty
from satupintu.lib.identity import mask_identity
from satupintu.permits import rules
from satupintu.permits.file import File
from satupintu.permits.pages.officer.case_parts import is_personal
from satupintu.permits.pages.officer.forms.base import AREA
from satupintu.permits.steps import profile_answers


class SourceForm(forms.Form):
    """From what the answers are typed; its names carry a prefix that no question of a service file can have."""

    prefix = "ketik"
    SHOWN = "ketik-shown"  # the field that names the questions the page had
    version = forms.IntegerField(widget=forms.HiddenInput)
    source = forms.ChoiceField(
        label=gettext_lazy("Jawaban ini diketik dari"),
        choices=list(rules.ANSWER_SOURCES.items()),
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=gettext_lazy("Catatan"),
        required=False,
        max_length=4000,
        widget=AREA,
        help_text=gettext_lazy("Misalnya: nomor map, atau bagian yang tidak terbaca."),
    )


class Answers:
    """
    The questions that are asked after what was typed so far, as a form.

    An answer that is masked on the case's page is not shown here either: it stays as it is known when its field is
    left empty. `fresh` are questions that the page which was sent did not have yet.
    """

    def __init__(self, file: File, data: QueryDict | None, shown: str, *, today: date) -> None:
        self.file, self.today = file, today
        self.profile = profile_answers(file.case.party)
        self.page = self._page({})
        if data is not None:
            # An answer may bring up questions, and theirs more; conditions look back, so this comes to rest.
            for _round in range(len(file.definition.pages) + 1):
                found = self._page(self._right_so_far(data))
                if found == self.page:
                    break
                self.page = found
        self.form = self._form(data)
        had = set(shown.split())
        self.fresh = [one for one in self.form if data is not None and one.name not in had]

    @property
    def asked(self) -> str:
        """Return the questions of the page, for the post that answers it."""
        return " ".join(self.form.fields)

    @property
    def known(self) -> dict[str, Any]:
        """Return the answers that are there without being shown, by question."""
        found = {}
        for item in self.page.fields:
            value = self.file.permit_case.answers.get(item.key)
            value = self.profile.get(item.prefill) if is_empty(value) else value
            if is_personal(item) and not is_empty(value):
                found[item.key] = value
        return found

    def forgive_fresh(self) -> None:
        """Blame nobody for questions that were not there to be answered."""
        for one in self.fresh:
            self.form.errors.pop(one.name, None)

    def given(self) -> Mapping[str, Any]:
        """Return the answers of a valid form, with those that stay as they are known."""
        known = self.known
        return {
            key: known.get(key, value) if is_empty(value) else value
            for key, value in self.form.answers().items()
        }

    def _page(self, typed: Mapping[str, Any]) -> Page:
        """Return every question that is asked after these answers, as one page."""
        file = self.file
        answers = merged_answers(file.definition, file.kind, file.permit_case.answers, typed)
        asked = [
            replace(one, shown_when=None)
            for page in visible_pages(file.definition, file.kind, answers)
            for one in visible_fields(page, file.kind, answers)
        ]
        return Page("answers", Text("", ""), tuple(asked))

    def _right_so_far(self, data: QueryDict) -> dict[str, Any]:
        file = self.file
        stored = file.permit_case.answers
        return right_so_far(file.definition, self.page, file.kind, stored, data, today=self.today)

    def _form(self, data: QueryDict | None) -> PageForm:
        known = self.known
        open_now = tuple(
            replace(one, required=False) if one.key in known else one for one in self.page.fields
        )
        stored = self.file.permit_case.answers
        unseen = {one.prefill for one in self.page.fields if one.key in known}
        form = page_form(
            self.file.definition,
            replace(self.page, fields=open_now),
            self.file.kind,
            {key: value for key, value in stored.items() if key not in known},
            data,
            prefill={name: value for name, value in self.profile.items() if name not in unseen},
            today=self.today,
        )
        for key, value in known.items():
            form.fields[key].help_text = _known_already(value)
        return form


def _known_already(value: Any) -> str:
    masked = mask_identity(value) if isinstance(value, str) else ""
    return _("Sudah tercatat (%(value)s). Isi hanya bila berbeda.") % {"value": masked or "…"}
