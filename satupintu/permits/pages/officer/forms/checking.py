"""Forms of the check: complete, return with everything at once, ask the applicant, take an answer in."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from satupintu.catalogue.rules import required_documents
from satupintu.documents.queries import Document
from satupintu.documents.services import store_upload
from satupintu.lib.language import current_language
from satupintu.permits import queries, rules
from satupintu.permits.file import identity_to_see
from satupintu.permits.pages.officer.desk import Desk
from satupintu.permits.pages.officer.forms.base import ActForm, Text, Upload, set_reason
from satupintu.permits.words import item_titles


class CompleteForm(ActForm):
    note = _("Waktu layanan dihitung sejak permohonan dikirim.")
    template = "permits/officer/_complete.html"

    def set_up(self) -> None:
        set_reason(self, _("Catatan"))
        self.documents = queries.current_attachments(self.desk.case.pk)
        names = {one.key: one.label for one in self.desk.file.definition.requirements}
        self.marked_bad = [
            names[one.requirement]
            for one in self.documents
            if one.verdict == "bad" and one.requirement in names
        ]
        self.unseen = []
        for one in self.documents:
            if one.verdict or one.requirement not in names:
                continue
            name = f"seen_{one.requirement}"
            self.unseen.append(name)
            self.fields[name] = forms.BooleanField(
                label=names[one.requirement].in_language(current_language()),
                error_messages={"required": _("Periksa dulu dokumen ini.")},
            )
        if identity_to_see(self.desk.file, self.documents):
            self.fields["identity_seen"] = forms.BooleanField(
                label=_("NIK pemohon sama dengan KTP di berkas ini: sudah saya buka dan cocokkan"),
                required=False,
                help_text=_(
                    "Nomor ini belum dicocokkan. Sesudah itu berkas lain dengan nomor ini dikaitkan dengannya, kecuali"
                    " kantor sudah mengenal nomor ini dari loket atau register lama."
                ),
            )

    def act_data(self) -> dict[str, Any]:
        return {"identity_seen": True} if self.cleaned_data.get("identity_seen") else {}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.marked_bad:
            raise forms.ValidationError(
                _(
                    "Masih ada dokumen yang ditandai perlu perbaikan. Kembalikan berkas, atau ubah tandanya."
                )
            )
        return cleaned


def _answer_by_field(desk: Desk) -> forms.DateField:
    today = timezone.localdate(desk.at)
    return forms.DateField(
        label=_("Dijawab selambat-lambatnya"),
        initial=today + timedelta(days=rules.ANSWER_DAYS),
        help_text=_("Beri sedikitnya tiga hari. Lewat tanggal ini permohonan ditutup otomatis."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class ReturnForm(ActForm):
    """Everything at once: documents, answers, anything else, each with its reason."""

    note = _("Pemohon diberi tahu. Waktu layanan berhenti sampai perbaikan diterima.")
    template = "permits/officer/_return.html"

    def set_up(self) -> None:
        set_reason(
            self,
            _("Pengantar untuk pemohon"),
            _("Satu dua kalimat di atas daftar perbaikan."),
        )
        self.initial.setdefault("reason", str(_("Ada bagian berkas yang perlu diperbaiki.")))
        self.fields["answer_by"] = _answer_by_field(self.desk)
        self.rows: list[tuple[str, str, str]] = []  # name, on, key
        attached = {one.requirement: one for one in queries.current_attachments(self.desk.case.pk)}
        definition = self.desk.file.definition
        wanted = required_documents(
            definition, self.desk.file.kind, self.desk.file.permit_case.answers
        )
        for requirement in wanted:
            bad = attached.get(requirement.key)
            self._row(
                "document",
                requirement.key,
                requirement.label.in_language(current_language()),
                bad.verdict_reason if bad and bad.verdict == "bad" else "",
                on=bool(bad and bad.verdict == "bad"),
            )
        for page in definition.pages:
            for field in page.fields:
                if field.key in self.desk.file.permit_case.answers:
                    self._row("field", field.key, field.label.in_language(current_language()), "")
        self._row("other", "", _("Hal lain"), "")

    def _row(self, on_what: str, key: str, label: Text, reason: str, *, on: bool = False) -> None:
        name = f"{on_what}_{key}" if key else on_what
        self.fields[f"pick_{name}"] = forms.BooleanField(label=label, required=False, initial=on)
        self.fields[f"why_{name}"] = forms.CharField(
            label=_("Apa yang harus diperbaiki"),
            required=False,
            initial=reason,
            max_length=1000,
            widget=forms.Textarea(attrs={"rows": 2}),
        )
        self.rows.append((name, on_what, key))

    def groups(self) -> dict[str, list[tuple[Any, Any]]]:
        """Return document, field, other -> pairs of bound fields (pick, why)."""
        found: dict[str, list[tuple[Any, Any]]] = {"document": [], "field": [], "other": []}
        for name, on_what, _key in self.rows:
            found[on_what].append((self[f"pick_{name}"], self[f"why_{name}"]))
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        picked = [
            row
            for row in self.rows
            if cleaned.get(f"pick_{row[0]}") or cleaned.get(f"why_{row[0]}")
        ]
        if not picked:
            raise forms.ValidationError(_("Tandai sedikitnya satu butir yang harus diperbaiki."))
        for name, _on, _key in picked:
            if not cleaned.get(f"why_{name}", "").strip():
                self.add_error(
                    f"why_{name}",
                    _("Tulis apa yang harus diperbaiki, dengan kata yang dipahami pemohon."),
                )
        self.picked = picked
        return cleaned

    def act_data(self) -> Mapping[str, Any]:
        return {
            "items": [
                {"on": on, "key": key, "reason": self.cleaned_data[f"why_{name}"]}
                for name, on, key in self.picked
            ],
            "answer_by": self.cleaned_data["answer_by"].isoformat(),
        }


class AskApplicantForm(ActForm):
    note = _("Waktu layanan berhenti sampai pemohon menjawab.")

    def set_up(self) -> None:
        set_reason(
            self, _("Yang diminta dari pemohon"), _("Hanya hal yang memang harus dari pemohon.")
        )
        self.fields["answer_by"] = _answer_by_field(self.desk)

    def act_data(self) -> Mapping[str, Any]:
        return {"answer_by": self.cleaned_data["answer_by"].isoformat()}


class WithdrawForm(ActForm):
    """The applicant takes the application back, and an officer records it for them."""

    note = _("Permohonan ditutup dan pemohon diberi tahu. Ini tidak dapat dibatalkan.")
    consent = forms.ChoiceField(
        label=_("Cara pemohon menyatakannya"),
        choices=list(rules.CONSENTS.items()),
        widget=forms.RadioSelect,
    )
    field_order = ("consent", "reason")

    def set_up(self) -> None:
        self.fields["reason"].required = True
        set_reason(self, _("Alasan pemohon menarik permohonannya"))

    def act_data(self) -> Mapping[str, Any]:
        return {"consent": self.cleaned_data["consent"]}


class AnswerForm(ActForm):
    """The applicant's repair, typed and scanned for a person at the counter or on the telephone."""

    uploads: tuple[Upload, ...] = ()
    template = "permits/officer/_answer.html"

    def set_up(self) -> None:
        set_reason(
            self, _("Jawaban pemohon"), _("Tulis apa yang disampaikan pemohon, dan bagaimana.")
        )
        asked = queries.open_repairs([self.desk.case.pk]).get(self.desk.case.pk)
        self.items = (
            item_titles(self.desk.file.definition, asked.items, current_language()) if asked else []
        )
        specs = []
        for item in self.items:
            if item["on"] == "document":
                name = f"file_{item['key']}"
                self.fields[name] = forms.FileField(
                    label=item["title"], required=False, help_text=item["reason"]
                )
                specs.append(Upload(name, item["key"]))
        self.uploads = tuple(specs)

    def _store(self, spec: Upload, upload: Any) -> Document:
        wanted = {one.key: one for one in self.desk.file.definition.requirements}[spec.kind]
        return store_upload(
            upload=upload,
            accept=wanted.accept,
            max_mb=wanted.max_mb,
            party_id=self.desk.case.party_id,
            kind=wanted.document_kind or wanted.key,
            name=upload.name,
            identity=wanted.identity,
            keep_gps=wanted.keep_gps,
            by=self.desk.actor,
            at=self.desk.at,
        )

    def act_data(self) -> Mapping[str, Any]:
        return {
            "documents": {
                spec.name.removeprefix("file_"): str(kept[0].pk)
                for spec in self.uploads
                if (kept := self.stored.get(spec.name))
            }
        }
