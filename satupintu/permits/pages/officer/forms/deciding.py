"""Forms of the decision and of the permit's life: approve, refuse, sign, revoke; other systems."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from satupintu.permits import rules
from satupintu.permits.file import has_checked
from satupintu.permits.pages.officer.drafts import proposed_reason
from satupintu.permits.pages.officer.forms.base import AREA, ActForm, Upload, set_reason
from satupintu.workflow.queries import history


class SecretMixin(ActForm):
    """The secret of the signature: asked unless the signing session is open; never kept, never filled in again."""

    reads_secret = True

    def ask_secret(self, *, needed: bool) -> None:
        """Add the field; `needed` False while the signing session is open."""
        if not needed:
            return
        self.fields["secret"] = forms.CharField(
            label=_("Kata sandi tanda tangan"),
            max_length=200,
            strip=False,
            help_text=_("Diminta sekali per sesi tanda tangan dan tidak disimpan."),
            widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        )


class ApproveForm(SecretMixin):
    note = _("Izin langsung diberi nomor, ditandatangani, dan terbit.")

    def set_up(self) -> None:
        same = has_checked(self.desk.case.pk, self.desk.actor.user_id)
        late = self.fields["reason"].required  # the table asks for it: past the legal limit
        plain = _("Alasan, batas hukum sudah lewat") if late else _("Catatan")
        set_reason(
            self,
            _("Alasan Anda sendiri yang memutuskan") if same else plain,
            _("Anda juga yang memeriksa berkas ini; perkara ini ikut diperiksa ulang.")
            if same
            else "",
        )


class IssueForm(SecretMixin):
    note = _("Nomor yang sudah diambil dipakai lagi.")

    def set_up(self) -> None:
        del self.fields["reason"]


class IssueScanForm(ActForm):
    note = _("Unggah hasil pindai halaman yang sudah ditandatangani dan dicap.")
    uploads = (Upload("scan", "permit", accept=("pdf",), max_mb=20),)
    scan = forms.FileField(label=_("Hasil pindai izin (PDF)"))
    template = "permits/officer/_by_hand.html"

    def set_up(self) -> None:
        del self.fields["reason"]

    def act_data(self) -> Mapping[str, Any]:
        return {"scan": self.file("scan")}


class RefuseForm(SecretMixin):
    note = _("Surat penolakan dengan alasan, dasar hukum, dan cara berkeberatan langsung dibuat.")
    legal_basis = forms.CharField(
        label=_("Dasar hukum"), widget=AREA, help_text=_("Satu per baris."), max_length=4000
    )
    field_order = ("reason", "legal_basis", "secret")

    def set_up(self) -> None:
        set_reason(self, _("Alasan, dibaca pemohon"), _("Satu alasan per baris."))
        self.fields["legal_basis"].initial = "\n".join(self.desk.file.definition.legal_basis)
        if self.action == "reject" and not self.is_bound:
            self.initial.setdefault("reason", proposed_reason(history(self.desk.case)))

    def act_data(self) -> Mapping[str, Any]:
        lines = self.cleaned_data["legal_basis"].splitlines()
        return {"legal_basis": [line.strip() for line in lines if line.strip()]}


class RevokeForm(RefuseForm):
    note = _(
        "Pemeriksaan keaslian menjawab DICABUT sejak sekarang. Surat pencabutan langsung dibuat."
    )


class ReviewForm(ActForm):
    note = _("Hasilnya tercatat dalam riwayat berkas. Izin tidak berubah.")
    outcome = forms.ChoiceField(
        label=_("Hasil"), choices=list(rules.REVIEW_LABELS.items()), widget=forms.RadioSelect
    )
    field_order = ("outcome", "reason")

    def set_up(self) -> None:
        set_reason(self, _("Temuan"), _("Wajib bila ada kesalahan."))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        flawed = cleaned.get("outcome") == rules.ReviewOutcome.FLAWED
        if flawed and not (cleaned.get("reason") or "").strip():
            self.add_error("reason", _("Tulis kesalahan apa yang ditemukan."))
        return cleaned

    def act_data(self) -> Mapping[str, Any]:
        return {"outcome": self.cleaned_data["outcome"]}


class FilingForm(ActForm):
    stage = "assist"
    number = forms.CharField(label=_("Nomor di sistem nasional"), max_length=80)
    status = forms.CharField(label=_("Status yang tampil di sana"), required=False, max_length=120)
    field_order = ("number", "status")

    def set_up(self) -> None:
        del self.fields["reason"]

    def act_data(self) -> Mapping[str, Any]:
        return {"number": self.cleaned_data["number"], "status": self.cleaned_data["status"]}


class StatusForm(ActForm):
    stage = "follow"
    note = _("Pengecekan berikutnya dua hari kerja lagi.")
    status = forms.CharField(label=_("Status yang tampil di sana"), max_length=120)

    def set_up(self) -> None:
        del self.fields["reason"]

    def act_data(self) -> Mapping[str, Any]:
        return {"status": self.cleaned_data["status"]}


class ResultForm(ActForm):
    stage = "follow"
    uploads = (Upload("document", "external_permit", accept=("pdf",)),)
    number = forms.CharField(
        label=_("Nomor izin di sistem nasional"), required=False, max_length=80
    )
    status = forms.CharField(label=_("Status"), required=False, max_length=120)
    document = forms.FileField(label=_("Berkas PDF dari sistem nasional"), required=False)
    field_order = ("number", "status", "document", "reason")

    def set_up(self) -> None:
        refused = self.action == "record_refused"
        set_reason(self, _("Alasan, dibaca pemohon") if refused else _("Catatan"))
        self.fields["number"].required = not refused
        self.initial.setdefault("number", self.desk.file.permit_case.external_number)

    def act_data(self) -> Mapping[str, Any]:
        return {
            "number": self.cleaned_data["number"],
            "status": self.cleaned_data["status"],
            "document": self.file("document"),
        }
