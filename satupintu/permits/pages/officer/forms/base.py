"""What forms of acts share: the version seen, the task answered, files stored before anything is checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Protocol
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from satupintu.documents.queries import Document
from satupintu.documents.services import UploadRefused, store_upload
from satupintu.people.queries import User, officers_on
from satupintu.people.rules import Actor, Role
from satupintu.permits import queries, rules
from satupintu.permits.pages.officer.desk import Desk
from satupintu.workflow.queries import Case, Task
from satupintu.workflow.rules import answering_roles

Text = Any  # str, or a translation that is read later
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


class Acting(Protocol):
    """Who acts on which case, and when: what a form that takes files must know."""

    @property
    def actor(self) -> Actor: ...
    @property
    def user(self) -> User: ...
    @property
    def case(self) -> Case: ...
    @property
    def at(self) -> datetime: ...


class KeepsFiles(forms.Form):
    """A form of an act with files, which are stored before anything else is checked and outlive a refusal."""

    desk: Acting
    uploads: tuple[Upload, ...] = ()

    def __init__(self, desk: Acting, *args: Any, **named: Any) -> None:
        self.desk = desk
        super().__init__(*args, **named)
        self.initial.setdefault("version", desk.case.version)
        self.stored: dict[str, list[Document]] = {}

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

    def show_version(self, version: int) -> None:
        """Let the next press be about the case as it is now: the person has been told."""
        if isinstance(self.data, QueryDict):
            typed = self.data.copy()
            typed["version"] = str(version)
            self.data = typed


class ActForm(KeepsFiles):
    """An act on a case. `version` is what the officer was looking at; `task` which task is answered."""

    desk: Desk
    note: ClassVar[Text] = ""  # what happens after, beside the button
    stage: ClassVar[str] = ""  # the act answers a task of this stage
    reads_secret: ClassVar[bool] = False
    template: ClassVar[str] = "permits/officer/_fields.html"

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(required=False, max_length=4000, strip=True, widget=AREA)

    def __init__(self, desk: Desk, action: str, *args: Any, **named: Any) -> None:
        self.action = action
        super().__init__(desk, *args, **named)
        self.fields["reason"].required = bool(
            action in desk.actions and desk.actions[action].reason_required
        )
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


def by_name(people: dict[int, str]) -> list[tuple[str, str]]:
    """Return people as choices, by name."""
    return [(str(pk), name) for pk, name in sorted(people.items(), key=lambda one: one[1])]


def set_reason(form: forms.Form, label: Text, help_text: Text = "") -> None:
    form.fields["reason"].label = label
    form.fields["reason"].help_text = help_text


class PlainForm(ActForm):
    """An act that needs a press and, if the table says so, a reason."""

    def set_up(self) -> None:
        set_reason(self, _("Alasan") if self.fields["reason"].required else _("Catatan"))


class CommentForm(ActForm):
    note = _("Hanya dibaca petugas. Tersimpan dalam riwayat.")

    def set_up(self) -> None:
        set_reason(self, _("Catatan internal"))


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
                    for user in officers_on(
                        *answering_roles(Role(task.role)), today=today, unit_id=task.unit_id
                    )
                }
        self.fields["officer"] = forms.ChoiceField(
            label=_("Alihkan kepada"), choices=by_name(people)
        )

    def act_data(self) -> Mapping[str, Any]:
        return {"officer": int(self.cleaned_data["officer"])}
