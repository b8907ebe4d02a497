"""The forms of complaints: what somebody says at home, and what an officer types for them."""

from typing import Any

from django import forms
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from satupintu.catalogue.queries import list_services
from satupintu.desk import rules
from satupintu.desk.plan import plan
from satupintu.desk.services import NotFiled
from satupintu.desk.services.filing import Filing, read_contact
from satupintu.lib import clock
from satupintu.lib.language import current_language
from satupintu.office.queries import local_date
from satupintu.people.queries import list_units

TRAP = "situs"  # a field that people do not see
STARS = range(1, rules.MOST_STARS + 1)


def service_choices() -> list[tuple[str, str]]:
    """Return nothing, and the services that are offered today."""
    language = current_language()
    services = list_services(local_date(clock.now()))
    return [("", "–"), *((one.code, one.title.in_language(language)) for one in services)]


def read_stars(text: str) -> int:
    """Return how many stars were given. Raises NotFiled."""
    if text not in {str(n) for n in STARS}:
        raise NotFiled(now("Pilih nilai dari 1 sampai 5."))
    return int(text)


class FromHome(forms.Form):
    """What is said by whoever may give name and contact; who is signed in is not asked for them."""

    def __init__(self, *args: Any, signed_in: bool = False, **named: Any) -> None:
        super().__init__(*args, **named)
        if signed_in:
            del self.fields["name"], self.fields["contact"]

    def clean_contact(self) -> str:
        text: str = self.cleaned_data["contact"]
        try:
            read_contact(text)
        except NotFiled as refused:
            raise forms.ValidationError(refused.message) from refused
        return text


class ComplaintForm(FromHome):
    """A complaint; every label says who will read what."""

    category = forms.ChoiceField(
        label=_("Tentang apa?"),
        error_messages={"required": _("Pilih tentang apa pengaduan ini.")},
    )
    story = forms.CharField(
        label=_("Apa yang terjadi?"),
        max_length=rules.LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_("Ceritakan apa, di mana dan kapan. Jangan tulis NIK atau kata sandi."),
        error_messages={"required": _("Ceritakan apa yang terjadi.")},
    )
    wish = forms.CharField(
        label=_("Apa yang Anda harapkan?"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    accused = forms.ChoiceField(
        label=_("Siapa yang diadukan?"),
        choices=list(rules.ACCUSED_LABELS.items()),
        initial=rules.Accused.NOBODY,
        widget=forms.RadioSelect,
        help_text=_("Yang diadukan tidak membaca pengaduan ini."),
    )
    accused_text = forms.CharField(
        label=_("Nama atau ciri petugas"), max_length=300, required=False
    )
    unit = forms.ChoiceField(label=_("Perangkat daerah"), required=False)
    service = forms.ChoiceField(label=_("Layanan"), required=False, choices=service_choices)
    about = forms.CharField(
        label=_("Nomor berkas"),
        max_length=40,
        required=False,
        help_text=_("Bila pengaduan ini tentang satu permohonan, contohnya REG-2026-000123."),
    )
    privacy = forms.ChoiceField(
        label=_("Bagaimana Anda melapor?"),
        choices=list(rules.PRIVACY_LABELS.items()),
        initial=rules.Privacy.OPEN,
        widget=forms.RadioSelect,
    )
    name = forms.CharField(label=_("Nama Anda"), max_length=160, required=False)
    contact = forms.CharField(
        label=_("Nomor HP atau surel"),
        max_length=120,
        required=False,
        help_text=_("Untuk mengabari Anda. Kosongkan bila melapor tanpa nama."),
    )

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        language = current_language()
        empty = [("", "–")]
        self._set("category", [
            *empty, *((one.key, one.label[language]) for one in plan().offered.values())
        ])  # fmt: skip
        self._set("unit", [
            *empty, *((str(one.pk), one.name) for one in list_units() if one.kind != "office")
        ])  # fmt: skip

    def _set(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("accused") == rules.Accused.UNIT and not given.get("unit"):
            self.add_error("unit", _("Pilih perangkat daerah yang diadukan."))
        return given

    def filing(self, **more: Any) -> Filing:
        """Return what was typed."""
        given = self.cleaned_data
        return Filing(
            story=given["story"],
            wish=given["wish"],
            category=given["category"],
            privacy=rules.Privacy(given["privacy"]),
            accused=rules.Accused(given["accused"]),
            accused_text=given["accused_text"],
            unit_id=int(given["unit"]) if given["unit"] else None,
            service_code=given["service"],
            about=given["about"],
            name=given.get("name", ""),
            contact=given.get("contact", ""),
            **more,
        )
