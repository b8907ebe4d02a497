"""What service administrators type about the office; the rules are in rules and services."""

from collections.abc import Iterator
from datetime import time
from typing import Any, ClassVar

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from satupintu.lib import numbering, words
from satupintu.lib.identity import BadPhone, check_phone, phone_for_people
from satupintu.office import rules
from satupintu.office.models import NumberSeries, OfficeProfile
from satupintu.office.rules import ClosureKind

_AREA = forms.Textarea(attrs={"rows": 3})
_WEEK = range(7)
_DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _clock() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class ProfileForm(forms.Form):
    """The office's profile, with opening and closing of each weekday as two fields."""

    name = forms.CharField(label=_("Nama lengkap kantor"), max_length=160)
    short_name = forms.CharField(
        label=_("Nama singkat"), max_length=80, help_text=_("Tampil di samping lambang.")
    )
    regency = forms.CharField(label=_("Kabupaten/kota"), max_length=80)
    region_code = forms.RegexField(
        r"^\d{2}(\.\d{2}){0,2}$",
        label=_("Kode wilayah"),
        help_text=_("Kode Kemendagri, mis. 61.03."),
        error_messages={"invalid": _("Kode wilayah ditulis seperti 61.03.")},
    )
    letterhead = forms.CharField(
        label=_("Kepala surat"),
        required=False,
        widget=_AREA,
        help_text=_("Baris di atas nama kantor, mis. PEMERINTAH KABUPATEN SANGGAU."),
    )
    address = forms.CharField(label=_("Alamat"), widget=_AREA)
    postcode = forms.RegexField(
        r"^\d{5}$",
        label=_("Kode pos"),
        required=False,
        error_messages={"invalid": _("Kode pos terdiri dari 5 angka.")},
    )
    city = forms.CharField(
        label=_("Kota tempat surat ditandatangani"), max_length=80, required=False
    )
    phone = forms.CharField(label=_("Telepon"), max_length=24, required=False)
    hotline = forms.CharField(label=_("Telepon layanan cepat"), max_length=24, required=False)
    whatsapp = forms.CharField(label=_("Nomor WhatsApp"), max_length=24, required=False)
    email = forms.EmailField(label=_("Surel"), required=False)
    website = forms.CharField(label=_("Situs"), max_length=120, required=False)
    colour = forms.CharField(
        label=_("Warna utama"),
        max_length=7,
        widget=forms.TextInput(attrs={"type": "color"}),
        help_text=_("Warna tua, supaya tulisan putih di atasnya terbaca."),
    )
    arms = forms.FileField(
        label=_("Lambang daerah"),
        required=False,
        help_text=_("Gambar PNG, JPEG, atau WebP, paling besar 4 MB."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
    )
    break_note = forms.CharField(label=_("Catatan jam istirahat"), max_length=160, required=False)
    promise = forms.CharField(
        label=_("Janji di halaman depan"), max_length=300, required=False, widget=_AREA
    )
    promise_decree = forms.CharField(label=_("Dasar janji layanan"), max_length=200, required=False)
    pledge = forms.CharField(
        label=_("Maklumat pelayanan"), required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    complaint_contact = forms.CharField(
        label=_("Cara mengadu"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    uncollected_days = forms.IntegerField(
        label=_("Izin tidak diambil, masuk arsip (hari sesudah pengingat terakhir)"),
        min_value=rules.LEAST_UNCOLLECTED_DAYS,
        max_value=rules.MOST_UNCOLLECTED_DAYS,
        help_text=_(
            "Pengingat terakhir dikirim 90 hari sesudah terbit. Izin di arsip tetap dapat diambil. Angka ini pilihan"
            " kantor; bawaannya usul program, bukan ketentuan hukum."
        ),
    )

    PHONES: ClassVar = ("phone", "hotline", "whatsapp")

    def __init__(self, *args: Any, language: str = "id", **options: Any) -> None:
        super().__init__(*args, **options)
        for day in _WEEK:
            name = words.weekday_name(day, language)
            for edge, label in (("opens", _("%(day)s buka")), ("closes", _("%(day)s tutup"))):
                self.fields[f"{edge}_{day}"] = forms.TimeField(
                    label=label % {"day": name}, required=False, widget=_clock()
                )

    def hour_fields(self) -> Iterator[tuple[BoundField, BoundField]]:
        """Return the two fields of each weekday, for the page."""
        for day in _WEEK:
            yield self[f"opens_{day}"], self[f"closes_{day}"]

    def other_fields(self) -> list[BoundField]:
        """Return the fields that are no opening hours, for the page."""
        return [field for field in self if not field.name.startswith(("opens_", "closes_"))]

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or self.cleaned_data
        for name in self.PHONES:
            if clean.get(name):
                self._clean_phone(name)
        if clean.get("colour"):
            self._clean_colour()
        self._clean_hours()
        return clean

    def _clean_phone(self, name: str) -> None:
        try:
            self.cleaned_data[name] = check_phone(self.cleaned_data[name])
        except BadPhone as error:
            self.add_error(name, error.message)

    def _clean_colour(self) -> None:
        try:
            rules.check_colour(self.cleaned_data["colour"])
        except rules.BadProfile as error:
            self.add_error("colour", error.message)

    def _clean_hours(self) -> None:
        hours: dict[str, list[str]] = {}
        for day in _WEEK:
            opens, closes = (self.cleaned_data.get(f"{edge}_{day}") for edge in ("opens", "closes"))
            if isinstance(opens, time) and isinstance(closes, time):
                hours[str(day)] = [opens.isoformat("minutes"), closes.isoformat("minutes")]
                if opens >= closes:
                    self.add_error(f"closes_{day}", _("Jam tutup harus sesudah jam buka."))
            elif opens or closes:
                missing = "closes" if opens else "opens"
                self.add_error(
                    f"{missing}_{day}", _("Isi jam buka dan jam tutup, atau kosongkan keduanya.")
                )
        if not hours and not self.errors:
            self.add_error(None, _("Kantor harus buka paling sedikit satu hari dalam sepekan."))
        self.cleaned_data["hours"] = hours

    @staticmethod
    def initial_of(row: OfficeProfile) -> dict[str, Any]:
        """Return the stored profile as the form shows it."""
        names = set(ProfileForm.base_fields) - {"arms"}
        initial = {name: getattr(row, name) for name in names}
        for name in ProfileForm.PHONES:
            initial[name] = phone_for_people(initial[name]) if initial[name] else ""
        for day, (opens, closes) in rules.read_hours(row.hours).items():
            initial[f"opens_{day}"], initial[f"closes_{day}"] = opens, closes
        return initial


class ClosureForm(forms.Form):
    """A date on which the office will not work."""

    date = forms.DateField(label=_("Tanggal"), widget=_DATE)
    kind = forms.TypedChoiceField(
        label=_("Jenis"),
        coerce=ClosureKind,
        choices=[
            (kind.value, rules.CLOSURE_LABELS[kind])
            for kind in (ClosureKind.LOCAL, ClosureKind.JOINT_LEAVE, ClosureKind.NATIONAL)
        ],
    )
    name = forms.CharField(label=_("Nama"), max_length=160, help_text=_("Mis. “Banjir”."))
    reason = forms.CharField(
        label=_("Alasan"), widget=_AREA, help_text=_("Mis. nomor surat edaran atau keputusan.")
    )


class ReasonForm(forms.Form):
    """Why something is taken back."""

    reason = forms.CharField(label=_("Alasan"), widget=_AREA)


class SeriesForm(forms.Form):
    """A register of numbers."""

    name = forms.CharField(label=_("Nama register"), max_length=160)
    pattern = forms.CharField(
        label=_("Pola nomor"),
        max_length=80,
        help_text=_(
            "Bagian yang tersedia: {seq:3}, {roman_month}, {month}, {year}, {class}, {unit},"
            " {service}."
        ),
    )
    classification = forms.CharField(
        label=_("Kode klasifikasi arsip"), max_length=40, required=False
    )
    unit = forms.CharField(label=_("Kode unit"), max_length=40, required=False)
    yearly = forms.BooleanField(label=_("Mulai lagi dari awal setiap tahun"), required=False)
    block_start = forms.IntegerField(
        label=_("Awal blok nomor"), min_value=1, max_value=9_999_999, initial=1
    )
    block_end = forms.IntegerField(
        label=_("Akhir blok nomor"), min_value=1, max_value=9_999_999, required=False
    )
    note = forms.CharField(
        label=_("Catatan"),
        max_length=200,
        required=False,
        help_text=_("Mis. register kertas atau SiCantik yang dilanjutkan."),
    )
    active = forms.BooleanField(label=_("Register dipakai"), required=False)

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or self.cleaned_data
        if clean.get("pattern"):
            try:
                numbering.check_pattern(clean["pattern"], yearly=clean["yearly"])
            except numbering.BadPattern as error:
                self.add_error("pattern", error.message)
        return clean

    @staticmethod
    def initial_of(series: NumberSeries) -> dict[str, Any]:
        """Return the stored series as the form shows it."""
        return {name: getattr(series, name) for name in SeriesForm.base_fields}


class NewSeriesForm(SeriesForm):
    """A register that does not exist yet."""

    code = forms.SlugField(
        label=_("Kode register"),
        max_length=40,
        help_text=_("Huruf kecil dan tanda hubung, mis. letter-out."),
    )
    field_order = ["code"]


class StartForm(forms.Form):
    """From which number on a register continues another one."""

    next_seq = forms.IntegerField(
        label=_("Nomor berikutnya"),
        min_value=1,
        max_value=9_999_999,
        help_text=_("Nomor urut sesudah nomor terakhir di register kertas atau SiCantik."),
    )
