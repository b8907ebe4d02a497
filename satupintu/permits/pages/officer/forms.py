"""One form for each act on a case: what is typed, and what act() is given."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from satupintu.catalogue.rules import UNIT_KIND_LABELS, required_documents
from satupintu.documents.queries import Document
from satupintu.documents.services import UploadRefused, store_upload
from satupintu.people.queries import officers_on
from satupintu.people.rules import Role
from satupintu.permits import queries, rules
from satupintu.permits.pages.officer.desk import Desk, language
from satupintu.permits.pages.officer.drawn import keep_drawn
from satupintu.permits.words import item_titles
from satupintu.workflow.queries import Task

Text = str | Promise
AREA = forms.Textarea(attrs={"rows": 4})
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that a form takes: stored before anything else is checked, so that it is never lost."""

    name: str
    kind: str
    accept: tuple[str, ...] = ("pdf", "jpg", "png")
    max_mb: int = 10
    identity: bool = False
    keep_gps: bool = False
    many: bool = False


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files in one control."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(ManyFilesField, self).clean(one, initial) for one in given]


class ActForm(forms.Form):
    """An act on a case. `version` is what the officer was looking at; `task` which task is answered."""

    note: ClassVar[Text] = ""  # what happens after, beside the button
    uploads: ClassVar[tuple[Upload, ...]] = ()
    stage: ClassVar[str] = ""  # the act answers a task of this stage
    reads_secret: ClassVar[bool] = False
    template: ClassVar[str] = "permits/officer/_fields.html"

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(required=False, max_length=4000, strip=True, widget=AREA)

    def __init__(self, desk: Desk, action: str, *args: Any, **named: Any) -> None:
        self.desk, self.action = desk, action
        super().__init__(*args, **named)
        self.initial.setdefault("version", desk.case.version)
        self.fields["reason"].required = bool(
            action in desk.actions and desk.actions[action].reason_required
        )
        self.stored: dict[str, list[Document]] = {}
        tasks = self._choices_of_task()
        if len(tasks) > 1:
            self.fields["task"] = forms.ChoiceField(
                label=_("Untuk tugas"), choices=[(str(task.pk), task_name(task)) for task in tasks]
            )
        self.set_up()

    def set_up(self) -> None:
        """Fit the fields to the case."""

    def _choices_of_task(self) -> list[Task]:
        return self.desk.my_tasks(self.stage) if self.stage else []

    def store_files(self) -> None:
        """Keep the files that were sent, and those kept by an earlier try; adds errors for refused ones."""
        for spec in self.uploads:
            kept = self._kept_before(spec)
            sent = self.files.getlist(spec.name) if hasattr(self.files, "getlist") else []
            for upload in sent:
                try:
                    kept.append(self._store(spec, upload))
                except UploadRefused as error:
                    self.upload_errors.setdefault(spec.name, []).append(error.message)
            self.stored[spec.name] = kept if spec.many else kept[-1:]
            if self.stored[spec.name]:
                self.fields[spec.name].required = False

    @property
    def upload_errors(self) -> dict[str, list[str]]:
        if not hasattr(self, "_upload_errors"):
            self._upload_errors: dict[str, list[str]] = {}
        return self._upload_errors

    def _kept_before(self, spec: Upload) -> list[Document]:
        ids = []
        for text in self.data.getlist(f"kept_{spec.name}") if hasattr(self.data, "getlist") else []:
            try:
                ids.append(UUID(text))
            except ValueError:
                continue
        return queries.uploads_of(self.desk.user.pk, ids, since=self.desk.at - DAY) if ids else []

    def _store(self, spec: Upload, upload: Any) -> Document:
        return store_upload(
            upload=upload,
            accept=spec.accept,
            max_mb=spec.max_mb,
            party_id=self.desk.case.party_id if spec.identity else None,
            kind=spec.kind,
            name=upload.name,
            identity=spec.identity,
            keep_gps=spec.keep_gps,
            by=self.desk.actor,
            at=self.desk.at,
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name, messages in self.upload_errors.items():
            self.add_error(name, messages)
        return cleaned

    def file(self, name: str) -> str:
        """Return the id of the stored file of a field; "" for none."""
        kept = self.stored.get(name, [])
        return str(kept[0].pk) if kept else ""

    def request_data(self) -> tuple[str, dict[str, Any]]:
        """Return reason and data for act()."""
        data = {name: value for name, value in self.act_data().items() if value not in ("", None)}
        if self.cleaned_data.get("task"):
            data["task"] = self.cleaned_data["task"]
        return self.cleaned_data.get("reason", ""), data

    def act_data(self) -> Mapping[str, Any]:
        return {}


def task_name(task: Task) -> str:
    stage = rules.STAGE_LABELS.get(task.stage, task.stage)
    return f"{stage} · {task.unit.short_name or task.unit.name}"


def _label(form: forms.Form, label: Text, help_text: Text = "") -> None:
    form.fields["reason"].label = label
    form.fields["reason"].help_text = help_text


class PlainForm(ActForm):
    """An act that needs a press and, if the table says so, a reason."""

    def set_up(self) -> None:
        _label(self, _("Alasan") if self.fields["reason"].required else _("Catatan"))


class CommentForm(ActForm):
    note = _("Hanya dibaca petugas. Tersimpan dalam riwayat.")

    def set_up(self) -> None:
        _label(self, _("Catatan internal"))


class CompleteForm(ActForm):
    note = _("Waktu layanan dihitung sejak permohonan lengkap diterima.")
    template = "permits/officer/_complete.html"

    def set_up(self) -> None:
        _label(self, _("Catatan"))
        self.documents = queries.current_attachments(self.desk.case.pk)
        names = {one.key: one.label for one in self.desk.file.definition.requirements}
        self.marked_bad = [
            names[one.requirement] for one in self.documents if one.verdict == "bad" and one.requirement in names
        ]
        self.unseen = []
        for one in self.documents:
            if one.verdict or one.requirement not in names:
                continue
            name = f"seen_{one.requirement}"
            self.unseen.append(name)
            self.fields[name] = forms.BooleanField(
                label=names[one.requirement].in_language(language()),
                error_messages={"required": _("Periksa dulu dokumen ini.")},
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.marked_bad:
            raise forms.ValidationError(
                _("Masih ada dokumen yang ditandai perlu perbaikan. Kembalikan berkas, atau ubah tandanya.")
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
        _label(
            self,
            _("Pengantar untuk pemohon"),
            _("Satu dua kalimat di atas daftar perbaikan."),
        )
        self.initial.setdefault("reason", str(_("Ada bagian berkas yang perlu diperbaiki.")))
        self.fields["answer_by"] = _answer_by_field(self.desk)
        self.rows: list[tuple[str, str, str]] = []  # name, on, key
        attached = {
            one.requirement: one for one in queries.current_attachments(self.desk.case.pk)
        }
        definition = self.desk.file.definition
        wanted = required_documents(
            definition, self.desk.file.kind, self.desk.file.permit_case.answers
        )
        for requirement in wanted:
            bad = attached.get(requirement.key)
            self._row(
                "document",
                requirement.key,
                requirement.label.in_language(language()),
                bad.verdict_reason if bad and bad.verdict == "bad" else "",
                on=bool(bad and bad.verdict == "bad"),
            )
        for page in definition.pages:
            for field in page.fields:
                if field.key in self.desk.file.permit_case.answers:
                    self._row("field", field.key, field.label.in_language(language()), "")
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
        picked = [row for row in self.rows if cleaned.get(f"pick_{row[0]}") or cleaned.get(f"why_{row[0]}")]
        if not picked:
            raise forms.ValidationError(_("Tandai sedikitnya satu butir yang harus diperbaiki."))
        for name, _on, _key in picked:
            if not cleaned.get(f"why_{name}", "").strip():
                self.add_error(
                    f"why_{name}", _("Tulis apa yang harus diperbaiki, dengan kata yang dipahami pemohon.")
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
        _label(self, _("Yang diminta dari pemohon"), _("Hanya hal yang memang harus dari pemohon."))
        self.fields["answer_by"] = _answer_by_field(self.desk)

    def act_data(self) -> Mapping[str, Any]:
        return {"answer_by": self.cleaned_data["answer_by"].isoformat()}


class TaskForm(ActForm):
    """Take or release: which task."""

    def _choices_of_task(self) -> list[Task]:
        return []

    def set_up(self) -> None:
        del self.fields["reason"]
        units = self.desk.actor.units
        mine = [
            task
            for task in self.desk.tasks
            if self.desk.is_mine(task) or (self.action == "reassign" and task.unit_id in units)
        ]
        user_id = self.desk.actor.user_id
        wanted = None if self.action == "take" else user_id
        if self.action != "reassign":
            mine = [task for task in mine if task.assignee_id == wanted]
        self.fields["task"] = forms.ChoiceField(
            label=_("Tugas"), choices=[(str(task.pk), task_name(task)) for task in mine]
        )
        if len(mine) == 1:
            self.fields["task"].widget = forms.HiddenInput()
            self.fields["task"].initial = str(mine[0].pk)


class ReassignForm(TaskForm):
    def set_up(self) -> None:
        super().set_up()
        today = timezone.localdate(self.desk.at)
        people: dict[int, str] = {}
        for task in self.desk.tasks:
            if task.unit_id in self.desk.actor.units:
                people |= {
                    user.pk: user.name
                    for role in (Role(task.role), Role.VERIFIER)
                    for user in officers_on(role, today=today, unit_id=task.unit_id)
                }
        self.fields["officer"] = forms.ChoiceField(
            label=_("Alihkan kepada"), choices=sorted(people.items(), key=lambda one: one[1])
        )

    def act_data(self) -> Mapping[str, Any]:
        return {"officer": int(self.cleaned_data["officer"])}


class AskUnitForm(ActForm):
    note = _("Unit itu mendapat tugas dengan batas waktunya sendiri. Waktu layanan tetap berjalan.")
    unit_kind = forms.ChoiceField(
        label=_("Unit yang ditanya"),
        choices=[one for one in UNIT_KIND_LABELS.items() if one[0] != "office"],
    )
    days = forms.IntegerField(label=_("Waktu untuk unit itu (hari kerja)"), initial=2, min_value=1, max_value=30)
    field_order = ("unit_kind", "days", "reason")

    def set_up(self) -> None:
        _label(self, _("Yang ditanyakan"))
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
        _label(
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


class ScheduleForm(ActForm):
    stage = "recommend"
    note = _("Pemohon diberi tahu hari, jam, dan tempatnya.")
    date = forms.DateField(label=_("Tanggal"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    time = forms.TimeField(label=_("Jam"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), initial="09:00")
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
    findings = forms.CharField(label=_("Hasil tinjauan"), max_length=8000, widget=forms.Textarea(attrs={"rows": 6}))
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
            raise forms.ValidationError(_("Tulis lintang dan bujur, misalnya 0.1216, 110.5975.")) from error
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
    note = _("Tanggal janji yang pertama tetap tampil, dan itulah yang dihitung dalam angka layanan.")
    days = forms.IntegerField(label=_("Tambahan (hari kerja)"), min_value=1, max_value=30, initial=1)
    field_order = ("days", "reason")

    def set_up(self) -> None:
        _label(self, _("Alasan, dibaca pemohon"))

    def act_data(self) -> Mapping[str, Any]:
        return {"days": self.cleaned_data["days"]}


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
        same = self.desk.file.permit_case.checked_by_id == self.desk.actor.user_id
        _label(
            self,
            _("Alasan Anda sendiri yang memutuskan") if same else _("Catatan"),
            _("Anda juga yang memeriksa berkas ini; perkara ini ikut diperiksa ulang.") if same else "",
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
        _label(self, _("Alasan, dibaca pemohon"), _("Satu alasan per baris."))
        self.fields["legal_basis"].initial = "\n".join(self.desk.file.definition.legal_basis)

    def act_data(self) -> Mapping[str, Any]:
        lines = self.cleaned_data["legal_basis"].splitlines()
        return {"legal_basis": [line.strip() for line in lines if line.strip()]}


class RevokeForm(RefuseForm):
    note = _("Pemeriksaan keaslian menjawab DICABUT sejak sekarang. Surat pencabutan langsung dibuat.")


class HandOverForm(ActForm):
    stage = "deliver"
    template = "permits/officer/_hand_over.html"
    uploads = (
        Upload("authority", "authority", identity=True),
        Upload("paper", "hand_over", identity=True),
    )
    how = forms.ChoiceField(
        label=_("Diserahkan"),
        choices=[
            ("counter", _("Di loket")),
            ("district", _("Di kantor kecamatan")),
            ("post", _("Lewat pos")),
        ],
    )
    collector = forms.CharField(label=_("Nama penerima"), max_length=160)
    collector_identity = forms.CharField(
        label=_("NIK penerima"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    place = forms.CharField(label=_("Tempat"), required=False, max_length=160)
    authority = forms.FileField(
        label=_("Surat kuasa"), required=False, help_text=_("Bila yang menerima bukan pemegang izin.")
    )
    paper = forms.FileField(
        label=_("Foto tanda terima bertanda tangan"),
        required=False,
        help_text=_("Atau minta penerima menandatangani di layar."),
    )
    signature = forms.CharField(required=False, max_length=400_000, widget=forms.HiddenInput)
    field_order = ("how", "collector", "collector_identity", "place", "authority", "paper")

    def set_up(self) -> None:
        del self.fields["reason"]
        party = self.desk.case.party
        self.holder = party.name if party else ""
        self.fields["collector"].initial = self.holder

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        party = self.desk.case.party
        collector = (cleaned.get("collector") or "").strip().casefold()
        proxy = bool(party) and (party.is_organisation or collector != party.name.casefold())
        if collector and proxy and not self.stored.get("authority"):
            self.add_error(
                "authority", _("Penerima bukan pemegang izin. Unggah surat kuasanya.")
            )
        return cleaned

    def act_data(self) -> Mapping[str, Any]:
        drawn = self.cleaned_data["signature"]
        signature = self.file("paper") or (keep_drawn(drawn, self.desk) if drawn else "")
        return {
            "how": self.cleaned_data["how"],
            "collector": self.cleaned_data["collector"],
            "collector_identity": self.cleaned_data["collector_identity"],
            "place": self.cleaned_data["place"],
            "authority": self.file("authority"),
            "signature": signature,
        }


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
    number = forms.CharField(label=_("Nomor izin di sistem nasional"), required=False, max_length=80)
    status = forms.CharField(label=_("Status"), required=False, max_length=120)
    document = forms.FileField(label=_("Berkas PDF dari sistem nasional"), required=False)
    field_order = ("number", "status", "document", "reason")

    def set_up(self) -> None:
        refused = self.action == "record_refused"
        _label(self, _("Alasan, dibaca pemohon") if refused else _("Catatan"))
        self.fields["number"].required = not refused
        self.initial.setdefault("number", self.desk.file.permit_case.external_number)

    def act_data(self) -> Mapping[str, Any]:
        return {
            "number": self.cleaned_data["number"],
            "status": self.cleaned_data["status"],
            "document": self.file("document"),
        }


class AnswerForm(ActForm):
    """The applicant's repair, typed and scanned for a person at the counter or on the telephone."""

    uploads = ()
    template = "permits/officer/_answer.html"

    def set_up(self) -> None:
        _label(self, _("Jawaban pemohon"), _("Tulis apa yang disampaikan pemohon, dan bagaimana."))
        asked = queries.open_repairs([self.desk.case.pk]).get(self.desk.case.pk)
        self.items = (
            item_titles(self.desk.file.definition, asked.items, language()) if asked else []
        )
        specs = []
        for item in self.items:
            if item["on"] == "document":
                name = f"file_{item['key']}"
                self.fields[name] = forms.FileField(label=item["title"], required=False, help_text=item["reason"])
                specs.append(Upload(name, item["key"]))
        self.uploads = tuple(specs)  # type: ignore[misc]  # what is asked differs from case to case

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


FORMS: dict[str, type[ActForm]] = {
    "declare_complete": CompleteForm,
    "return": ReturnForm,
    "take": TaskForm,
    "release": TaskForm,
    "reassign": ReassignForm,
    "comment": CommentForm,
    "extend": ExtendForm,
    "resubmit": AnswerForm,
    "resume": AnswerForm,
    "restart": AnswerForm,
    "lapse": PlainForm,
    "withdraw": PlainForm,
    "propose_refusal": PlainForm,
    "ask_recommendation": AskUnitForm,
    "schedule_inspection": ScheduleForm,
    "record_inspection": RecordVisitForm,
    "sign_report": SignReportForm,
    "recommend_for": RecommendForm,
    "recommend_against": RecommendForm,
    "pause": AskApplicantForm,
    "reconfirm": AskApplicantForm,
    "propose_approval": PlainForm,
    "initial": PlainForm,
    "send_back": PlainForm,
    "approve": ApproveForm,
    "reject": RefuseForm,
    "number": IssueForm,
    "issue": IssueForm,
    "void_number": PlainForm,
    "hand_over": HandOverForm,
    "revoke": RevokeForm,
    "record_filing": FilingForm,
    "record_status": StatusForm,
    "record_issued": ResultForm,
    "record_refused": ResultForm,
}
