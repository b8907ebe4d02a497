"""Forms of the technical review: ask a unit, visit, report, recommend, extend."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from satupintu.catalogue.rules import ASKED_UNIT_LABELS
from satupintu.people.queries import officers_on
from satupintu.people.rules import Role
from satupintu.permits import queries
from satupintu.permits.pages.officer.forms.base import (
    ActForm,
    ManyFilesField,
    Upload,
    set_reason,
)
from satupintu.workflow.queries import Task


class AskUnitForm(ActForm):
    note = _("Unit itu mendapat tugas dengan batas waktunya sendiri. Waktu layanan tetap berjalan.")
    unit_kind = forms.ChoiceField(
        label=_("Unit yang ditanya"),
        choices=[one for one in ASKED_UNIT_LABELS.items() if one[0] != "office"],
    )
    days = forms.IntegerField(
        label=_("Waktu untuk unit itu (hari kerja)"), initial=2, min_value=1, max_value=30
    )
    field_order = ("unit_kind", "days", "reason")

    def set_up(self) -> None:
        set_reason(self, _("Yang ditanyakan"))
        self.fields["reason"].required = True

    def act_data(self) -> Mapping[str, Any]:
        return {"unit_kind": self.cleaned_data["unit_kind"], "days": self.cleaned_data["days"]}


class RecommendForm(ActForm):
    stage = "recommend"
    uploads = (Upload("document", "recommendation"),)
    number = forms.CharField(label=_("Nomor surat rekomendasi"), required=False, max_length=80)
    document = forms.FileField(label=_("Pindai surat rekomendasi"), required=False)
    field_order = ("number", "document", "reason")

    def set_up(self) -> None:
        against = self.action == "recommend_against"
        set_reason(
            self,
            _("Alasan") if against else _("Catatan teknis"),
            _("Dibaca verifikator dan pejabat yang memutuskan."),
        )

    def act_data(self) -> Mapping[str, Any]:
        return {
            "number": self.cleaned_data["number"],
            "document": self.file("document"),
            "text": self.cleaned_data["reason"],
        }


class PaperAnswerForm(ActForm):
    """What a unit answered by letter, entered by the front office."""

    note = _("Sesudah ini berkas berjalan seperti unit menjawab sendiri.")
    uploads = (Upload("document", "recommendation"),)
    verdict = forms.ChoiceField(
        label=_("Isi jawaban"),
        choices=[("for", _("Merekomendasikan")), ("against", _("Tidak merekomendasikan"))],
        widget=forms.RadioSelect,
    )
    number = forms.CharField(label=_("Nomor surat rekomendasi"), max_length=80)
    dated = forms.DateField(
        label=_("Tanggal surat"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    signer = forms.CharField(
        label=_("Ditandatangani oleh"), max_length=160, help_text=_("Nama dan jabatan pada surat.")
    )
    document = forms.FileField(
        label=_("Pindai surat rekomendasi"),
        help_text=_("Bila ada tinjauan lapangan, sertakan berita acaranya dalam pindaian."),
    )
    field_order = ("task", "verdict", "number", "dated", "signer", "document", "reason")

    def _choices_of_task(self) -> list[Task]:
        return [one for one in self.desk.tasks if one.stage == "recommend"]

    def set_up(self) -> None:
        set_reason(self, _("Catatan teknis"), _("Dibaca verifikator dan pejabat yang memutuskan."))

    def act_data(self) -> Mapping[str, Any]:
        given = {name: self.cleaned_data[name] for name in ("verdict", "number", "signer", "dated")}
        return {**given, "document": self.file("document"), "text": self.cleaned_data["reason"]}


class ScheduleForm(ActForm):
    stage = "recommend"
    note = _("Pemohon diberi tahu hari, jam, dan tempatnya.")
    date = forms.DateField(
        label=_("Tanggal"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    time = forms.TimeField(
        label=_("Jam"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        initial="09:00",
    )
    place = forms.CharField(label=_("Tempat"), max_length=300)
    members = forms.MultipleChoiceField(
        label=_("Anggota tim"), required=False, widget=forms.CheckboxSelectMultiple
    )
    field_order = ("date", "time", "place", "members")

    def set_up(self) -> None:
        del self.fields["reason"]
        today = timezone.localdate(self.desk.at)
        people: dict[int, str] = {}
        for unit_id in {task.unit_id for task in self.desk.my_tasks("recommend")}:
            people |= {
                user.pk: user.name
                for user in officers_on(Role.TECHNICAL_OFFICER, today=today, unit_id=unit_id)
            }
        field = self.fields["members"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = list(people.items())
        field.initial = [str(self.desk.actor.user_id)]
        answers = self.desk.file.permit_case.answers
        self.fields["place"].initial = answers.get("place_address") or answers.get("address") or ""

    def act_data(self) -> Mapping[str, Any]:
        naive = datetime.combine(self.cleaned_data["date"], self.cleaned_data["time"])
        return {
            "scheduled_at": timezone.make_aware(naive),
            "place": self.cleaned_data["place"],
            "members": [int(one) for one in self.cleaned_data["members"]],
        }


def _visit_name(visit: queries.Inspection) -> str:
    when = timezone.localtime(visit.scheduled_at)
    return f"{when:%d/%m/%Y %H.%M} · {visit.place}"


class VisitForm(ActForm):
    """An act on one inspection; the form offers those it fits."""

    def set_up(self) -> None:
        visits = [one for one in queries.inspections(self.desk.case.pk) if self.fits(one)]
        self.fields["inspection"] = forms.ChoiceField(
            label=_("Tinjauan"),
            choices=[(str(one.pk), _visit_name(one)) for one in visits],
            error_messages={"required": _("Jadwalkan tinjauan dulu.")},
        )

    def fits(self, visit: queries.Inspection) -> bool:
        return visit.done_at is None and visit.unit_id in self.desk.actor.units

    def act_data(self) -> Mapping[str, Any]:
        return {"inspection": self.cleaned_data["inspection"]}


class RecordVisitForm(VisitForm):
    note = _("Anda menandatangani berita acara dengan mencatatnya; anggota tim lain menyusul.")
    uploads = (
        Upload("photos", "inspection", accept=("jpg", "png"), keep_gps=True, many=True, max_mb=15),
    )
    findings = forms.CharField(
        label=_("Hasil tinjauan"), max_length=8000, widget=forms.Textarea(attrs={"rows": 6})
    )
    coordinates = forms.CharField(
        label=_("Koordinat"),
        required=False,
        help_text=_("Misalnya 0.1216, 110.5975. Kosongkan bila ada pada foto."),
    )
    photos = ManyFilesField(label=_("Foto"), required=False)
    field_order = ("inspection", "findings", "coordinates", "photos")

    def set_up(self) -> None:
        del self.fields["reason"]
        super().set_up()
        self.order_fields(self.field_order)

    def clean_coordinates(self) -> tuple[float, float] | None:
        text = self.cleaned_data["coordinates"].strip()
        if not text:
            return None
        try:
            latitude, longitude = (float(part) for part in text.split(","))
        except ValueError as error:
            raise forms.ValidationError(
                _("Tulis lintang dan bujur, misalnya 0.1216, 110.5975.")
            ) from error
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):  # noqa: PLR2004  degrees
            raise forms.ValidationError(_("Tulis lintang dan bujur, misalnya 0.1216, 110.5975."))
        return latitude, longitude

    def act_data(self) -> Mapping[str, Any]:
        photos = self.stored.get("photos", [])
        place = self.cleaned_data["coordinates"] or next(
            (
                (one.latitude, one.longitude)
                for one in photos
                if one.latitude is not None and one.longitude is not None
            ),
            (None, None),
        )
        return {
            **super().act_data(),
            "findings": self.cleaned_data["findings"],
            "latitude": place[0],
            "longitude": place[1],
            "photos": [str(one.pk) for one in photos],
        }


class SignReportForm(VisitForm):
    def set_up(self) -> None:
        del self.fields["reason"]
        super().set_up()

    def fits(self, visit: queries.Inspection) -> bool:
        signed = {one["user"] for one in visit.signatures}
        user_id = self.desk.actor.user_id
        return bool(visit.done_at) and user_id in visit.members and user_id not in signed


class ExtendForm(ActForm):
    note = _(
        "Tanggal janji yang pertama tetap tampil, dan itulah yang dihitung dalam angka layanan."
    )
    days = forms.IntegerField(
        label=_("Tambahan (hari kerja)"), min_value=1, max_value=30, initial=1
    )
    field_order = ("days", "reason")

    def set_up(self) -> None:
        set_reason(self, _("Alasan, dibaca pemohon"))

    def act_data(self) -> Mapping[str, Any]:
        return {"days": self.cleaned_data["days"]}
