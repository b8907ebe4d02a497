"""What somebody asks at home, and what an officer types about a consultation."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from satupintu.desk.pages.forms import FromHome, service_choices
from satupintu.desk.queries.consultations import Consultation
from satupintu.desk.rules import consultations as rules
from satupintu.desk.rules.meetings import WAY_LABELS, Way
from satupintu.desk.topics import topics
from satupintu.lib.language import current_language
from satupintu.people.queries import User, list_units
from satupintu.workflow.rules import Move


def topic_choices(also: str = "") -> list[tuple[str, str]]:
    """Return the topics that are offered, and `also` one that is no longer."""
    language = current_language()
    found = topics().by_key.values()
    return [(one.key, one.label[language]) for one in found if not one.hidden or one.key == also]


class QuestionForm(FromHome):
    """A question; whoever is signed in is not asked who they are."""

    question = forms.CharField(
        label=_("Apa yang ingin Anda tanyakan?"),
        max_length=rules.LONGEST_QUESTION,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Jangan tulis NIK atau kata sandi."),
        error_messages={"required": _("Tulis pertanyaan Anda.")},
    )
    topic = forms.ChoiceField(
        label=_("Topik"),
        required=False,
        choices=lambda: [("", now("Biar petugas yang memilih")), *topic_choices()],
    )
    service = forms.ChoiceField(label=_("Layanan"), required=False, choices=service_choices)
    about = forms.CharField(
        label=_("Nomor berkas"),
        max_length=40,
        required=False,
        help_text=_("Bila pertanyaan ini tentang satu permohonan, contohnya REG-2026-000123."),
    )
    name = forms.CharField(label=_("Nama Anda"), max_length=160, required=False)
    contact = forms.CharField(
        label=_("Nomor HP atau surel"),
        max_length=120,
        required=False,
        help_text=_("Kami kabari di sini bila sudah dijawab. Tanpa ini, buka dengan kode lacak."),
    )


def _moment(label: Any, *, required: bool = False) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        required=required,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M"],
        error_messages={"required": _("Isi tanggal dan jamnya.")},
    )


class ActForm(forms.Form):
    """An act on a consultation: the version that was looked at, and what the act needs."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    topic = forms.ChoiceField(label=_("Topik"), choices=topic_choices)
    service = forms.ChoiceField(label=_("Layanan"), required=False, choices=service_choices)
    about = forms.CharField(label=_("Nomor berkas"), max_length=40, required=False)
    to = forms.ChoiceField(label=_("Serahkan kepada"))
    reason = forms.CharField(
        label=_("Alasan"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    way = forms.ChoiceField(
        label=_("Bagaimana?"), choices=list(WAY_LABELS.items()), widget=forms.RadioSelect
    )
    starts_at = _moment(_("Kapan?"), required=True)
    time_1 = _moment(_("Waktu pertama"), required=True)
    time_2 = _moment(_("Waktu kedua"))
    time_3 = _moment(_("Waktu ketiga"))

    NEEDS: Mapping[str, tuple[str, ...]] = {
        "offer_meeting": ("way", "time_1", "time_2", "time_3"),
        "book_meeting": ("way", "starts_at"),
        "sort": ("topic", "service", "about"),
        "hand_over": ("to", "reason"),
        "close": (),
    }

    def __init__(
        self,
        found: Consultation,
        action: str,
        move: Move | None,
        colleagues: list[User],
        data: Any,
    ) -> None:
        initial = {
            "version": found.case.version,
            "topic": found.topic,
            "service": found.service_code,
            "way": Way.VIDEO,
            "about": found.about.number if found.about else "",
        }
        super().__init__(data, initial=initial)
        wanted = {"version", *self.NEEDS.get(action, ("reason",))}
        for name in set(self.fields) - wanted:
            del self.fields[name]
        if "to" in self.fields:
            field = self.fields["to"]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [
                ("", now("siapa saja yang bertugas")),
                *((f"officer:{one.pk}", one.name) for one in colleagues),
                *((f"unit:{one.pk}", one.name) for one in list_units() if one.kind != "office"),
            ]
            field.required = False
        if "topic" in self.fields:
            field = self.fields["topic"]
            assert isinstance(field, forms.ChoiceField)
            field.choices = topic_choices(found.topic)
        if move is not None and move.reason_required and "reason" in self.fields:
            self.fields["reason"].required = True
            self.fields["reason"].error_messages["required"] = now("Tulis alasannya.")
