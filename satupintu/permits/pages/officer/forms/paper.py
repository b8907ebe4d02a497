"""The paper of a case: which originals were seen, kept or given back, and where the folder stands."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from satupintu.catalogue.rules import required_documents
from satupintu.permits import rules
from satupintu.permits.pages.officer.forms.base import ActForm

_PREFIX = "asli-"


class OriginalsForm(ActForm):
    """One choice for each document of the case. What stays as it was is not sent on."""

    note = _("Pemohon melihat catatan ini pada halaman permohonannya.")

    def set_up(self) -> None:
        del self.fields["reason"]
        permit_case = self.desk.file.permit_case
        wanted = required_documents(
            self.desk.file.definition, self.desk.file.kind, permit_case.answers
        )
        for requirement in wanted:
            now = permit_case.originals.get(requirement.key, "")
            self.fields[_PREFIX + requirement.key] = forms.ChoiceField(
                label=requirement.label.in_language((get_language() or "id")[:2]),
                choices=[("", _("Tidak ditunjukkan"))][: not now] + _next(now),
                initial=now,
                required=False,
            )

    def act_data(self) -> Mapping[str, Any]:
        before = self.desk.file.permit_case.originals
        given = {
            name.removeprefix(_PREFIX): value
            for name, value in self.cleaned_data.items()
            if name.startswith(_PREFIX) and value
        }
        return {"originals": {k: v for k, v in given.items() if before.get(k) != v}}


def _next(now: str) -> list[tuple[str, Any]]:
    """Return what may be said of an original that stands at `now`: given back is only what was kept."""
    return [
        (str(one), label)
        for one, label in rules.ORIGINAL_LABELS.items()
        if one is not rules.Original.RETURNED or now in (rules.Original.KEPT, one)
    ]


class ShelveForm(ActForm):
    shelf = forms.CharField(
        label=_("Letak map"),
        required=False,
        max_length=80,
        help_text=_("Misalnya: Lemari 2, map A-12. Kosongkan bila map sudah tidak disimpan."),
    )

    def set_up(self) -> None:
        del self.fields["reason"]
        self.fields["shelf"].initial = self.desk.file.permit_case.shelf

    def act_data(self) -> Mapping[str, Any]:
        return {"shelf": self.cleaned_data["shelf"]}

    def request_data(self) -> tuple[str, dict[str, Any]]:
        """Keep an empty place: it means that the folder stands nowhere any more."""
        reason, data = super().request_data()
        return reason, {"shelf": "", **data}
