"""The paper of a case: which originals were seen, kept or given back, and where the folder stands."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from satupintu.catalogue.rules import required_documents
from satupintu.lib.language import current_language
from satupintu.permits import queries, rules
from satupintu.permits.pages.officer.forms.base import ActForm, Upload
from satupintu.permits.pages.officer.ink import for_ink
from satupintu.permits.registration import ForInk

_PREFIX = "asli-"


class OriginalsForm(ActForm):
    """One choice for each document of the case."""

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
                label=requirement.label.in_language(current_language()),
                choices=[("", _("Tidak ditunjukkan"))][: not now] + _next(now),
                initial=now,
                required=False,
            )

    def act_data(self) -> Mapping[str, Any]:
        given = {
            name.removeprefix(_PREFIX): value
            for name, value in self.cleaned_data.items()
            if name.startswith(_PREFIX) and value
        }
        return {"originals": given}


def _next(now: str) -> list[tuple[str, Any]]:
    """Return what may be said of an original that stands at `now`: given back is only what was kept."""
    return [
        (str(one), label)
        for one, label in rules.ORIGINAL_LABELS.items()
        if one is not rules.Original.RETURNED or now in (rules.Original.KEPT, one)
    ]


class DispatchFields(forms.Form):
    """A letter that left the office: which, to whom, with whom, who took it; `offer` says which are written."""

    note: ClassVar[Any] = _("Tercatat dalam buku ekspedisi dengan nomornya sendiri.")
    letter = forms.ChoiceField(label=_("Surat"))
    addressee = forms.CharField(label=_("Kepada"), max_length=160)
    how = forms.ChoiceField(
        label=_("Cara kirim"), choices=list(rules.SENT_HOW.items()), widget=forms.RadioSelect
    )
    carrier = forms.CharField(label=_("Dibawa oleh"), required=False, max_length=160)
    received_by = forms.CharField(
        label=_("Diterima oleh"),
        required=False,
        max_length=160,
        help_text=_("Nama orang yang menandatangani buku ekspedisi."),
    )
    field_order = ("letter", "addressee", "how", "carrier", "received_by")

    def offer(self, written: Sequence[tuple[UUID, str]], addressee: str) -> None:
        """Let the letters be chosen that are written, (id, name), the oldest first; begin with an addressee."""
        field = self.fields["letter"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(str(key), name) for key, name in written[::-1]]
        self.fields["addressee"].initial = addressee

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("how") == "hand" and not cleaned.get("received_by"):
            self.add_error("received_by", _("Tulis siapa yang menerima surat ini."))
        return cleaned

    def act_data(self) -> Mapping[str, Any]:
        return {name: self.cleaned_data[name] for name in DispatchFields.field_order}


class DispatchForm(DispatchFields, ActForm):
    """A letter of a permit's case that left the office."""

    def set_up(self) -> None:
        del self.fields["reason"]
        written = [one for one in queries.letters(self.desk.case.pk) if one.document_id]
        units = [one.unit.name for one in self.desk.tasks if one.stage == "recommend"]
        asks = bool(written) and written[-1].kind == rules.LetterKind.REQUEST
        self.offer(
            [(one.pk, rules.letter_name(one.kind, one.number)) for one in written],
            units[0] if asks and units else self.desk.file.holder.name,
        )


class LetterScan(forms.Form):
    """The fields with which a letter that was signed in ink comes back; `offer` says which letters wait."""

    template: ClassVar[str] = "permits/officer/_letters_by_hand.html"
    note: ClassVar[Any] = _("Sesudah ini penerimanya dapat membaca surat itu.")
    uploads: tuple[Upload, ...] = (Upload("scan", "letter", accept=("pdf",), max_mb=20),)
    letter = forms.ChoiceField(label=_("Surat"))
    scan = forms.FileField(label=_("Hasil pindai surat (PDF)"))

    def offer(self, waiting: Sequence[ForInk]) -> None:
        self.waiting = waiting
        field = self.fields["letter"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(str(one.id), one.name) for one in waiting]


class ScanLetterForm(LetterScan, ActForm):
    """A letter of a permit's case that was printed and signed in ink, scanned back."""

    note = _("Sesudah ini pemohon dapat membaca surat itu, dan surat dapat dicatat keluar.")
    field_order = ("letter", "scan")

    def set_up(self) -> None:
        del self.fields["reason"]
        self.offer(for_ink(self.desk.case.pk))

    def act_data(self) -> Mapping[str, Any]:
        return {"letter": self.cleaned_data["letter"], "scan": self.file("scan")}


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
