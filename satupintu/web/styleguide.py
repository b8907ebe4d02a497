# ruff: noqa: E501  made-up rows read better as rows
"""
Examples of every component in its states, for /gaya/ and the tests that photograph and measure it.

All people, numbers and dates are made up.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from satupintu.web.context import MenuGroup, MenuItem, Site

SAMPLE_MOMENT = datetime(2026, 11, 23, 6, 25, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class State:
    label: str
    tone: str
    shape: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    title: str
    note: str = ""
    status: str = "next"
    link: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    number: str
    service: str
    applicant: str
    place: str
    awaited: str
    detail: str
    left: State
    due: str
    channel: str
    percent: int


@dataclass(frozen=True, slots=True)
class Pages:
    next_url: str = ""
    prev_url: str = ""


class SampleForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Nama lengkap"), help_text=gettext_lazy("Seperti tertulis di KTP.")
    )
    identity = forms.CharField(
        label="NIK",
        help_text=gettext_lazy("16 angka, ada di KTP. Kami menyimpannya tersandi."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    phone = forms.CharField(
        label=gettext_lazy("Nomor telepon"),
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    place = forms.ChoiceField(
        label=gettext_lazy("Tempat praktik"),
        choices=(
            ("alone", gettext_lazy("Praktik mandiri")),
            ("clinic", gettext_lazy("Klinik atau rumah sakit")),
        ),
        widget=forms.RadioSelect,
    )
    ways = forms.MultipleChoiceField(
        label=gettext_lazy("Beri tahu saya lewat"),
        required=False,
        choices=(("wa", "WhatsApp"), ("sms", "SMS"), ("email", gettext_lazy("Surel"))),
        widget=forms.CheckboxSelectMultiple,
    )
    district = forms.ChoiceField(
        label=gettext_lazy("Kecamatan"),
        choices=(("", "—"), ("61.03.04", "Meliau"), ("61.03.01", "Kapuas")),
    )
    note = forms.CharField(
        label=gettext_lazy("Catatan untuk petugas"), required=False, widget=forms.Textarea
    )
    date = forms.DateField(
        label=gettext_lazy("Mulai praktik"), widget=forms.DateInput(attrs={"type": "date"})
    )
    agree = forms.BooleanField(
        label=gettext_lazy("Data di atas benar dan dapat saya pertanggungjawabkan")
    )
    letter = forms.FileField(
        label=gettext_lazy("Surat Tanda Registrasi (STR)"),
        help_text=gettext_lazy("Foto dari telepon boleh, asal terbaca."),
    )


class SampleSite(Site):
    """The frame of an office whose kecamatan are drawn."""

    @property
    def map_url(self) -> str:
        return static("web/maps/61.03.json")


class SampleDesk(SampleSite):
    """The frame of a made-up officer: a full side bar without a sign-in."""

    @property
    def desk(self) -> list[MenuGroup]:
        return [
            MenuGroup(
                "",
                [
                    MenuItem(_("Tugas saya"), "?meja", 7, "inbox", current=True),
                    MenuItem(_("Menunggu pemohon"), "?meja", 12, "clock"),
                    MenuItem(_("Menunggu rekomendasi"), "?meja", 5, "people"),
                    MenuItem(_("Unit saya"), "?meja", 31, "building"),
                    MenuItem(_("Selesai hari ini"), "?meja", 14, "check-circle"),
                ],
            ),
            MenuGroup(
                "",
                [
                    MenuItem(_("Bantu di loket"), "?meja", None, "edit"),
                    MenuItem(_("Layanan"), "?meja", None, "folder"),
                    MenuItem(_("Kalender kerja"), "?meja", None, "calendar"),
                ],
            ),
        ]

    @property
    def who(self) -> MenuItem:
        return MenuItem("Ratna · Verifikator", "?meja")


def _rows() -> list[Row]:
    return [
        Row("R-2026-11-0398", _("Izin Reklame"), "CV Kapuas Terang", "Kec. Kapuas", _("Periksa jawaban perbaikan"), _("2 dari 3 butir dijawab"), State(_("terlambat 1 jam"), "bad"), _("batas hukum Rabu"), "Web", 100),
        Row("R-2026-11-0412", _("SIP Bidan"), "Sari Lestari", "Kec. Meliau", _("Nyatakan lengkap"), _("4 dokumen, 1 dipakai ulang"), State(_("1 jam 35 menit"), "warn"), _("hari ini, 15.00"), _("Kecamatan, luring"), 82),
        Row("R-2026-11-0417", _("Izin Penelitian"), "Joko Prasetyo", "Universitas Contoh", _("Nyatakan lengkap"), "", State(_("2 jam 10 menit"), "warn"), _("hari ini, 15.00"), "WhatsApp", 66),
        Row("R-2026-11-0420", _("Izin PAUD"), "Yayasan Tunas Contoh", "Kec. Tayan Hilir", _("Susun draf izin"), _("rekomendasi Dinas Pendidikan: layak"), State(_("1 hari"), "good", "○"), _("Selasa"), "Web", 30),
        Row("R-2026-11-0423", _("Kartu Pengawasan Trayek"), "PO Sinar Contoh", _("12 kendaraan"), _("Nyatakan lengkap"), "", State(_("1 hari"), "good", "○"), _("Selasa"), _("Loket"), 16),
    ]  # fmt: skip


def _track() -> list[Step]:
    return [
        Step(_("Permohonan diterima"), _("Minggu 22 Nov, 19.05 · dari rumah (web)"), "done"),
        Step(_("Berkas dinyatakan lengkap"), _("Senin 23 Nov, 10.40 · Loket pelayanan · waktu layanan mulai dihitung"), "done"),
        Step(_("Menunggu rekomendasi teknis"), _("Sejak Senin 11.15 · Dinas Kesehatan · paling lambat Rabu 25 Nov"), "now"),
        Step(_("Penandatanganan"), _("Kepala DPMPTSP")),
        Step(_("Izin terbit, dapat diunduh dan dicek keasliannya")),
    ]  # fmt: skip


def examples(posted: Any) -> dict[str, Any]:
    """Return the context of the style guide; with posted data the form shows its errors."""
    refused = SampleForm(
        {"name": "", "identity": "6103", "place": ""} if posted is None else posted
    )
    return {
        "form": SampleForm(),
        "refused": refused,
        "states": [
            State(_("Draf"), "quiet"),
            State(_("Sedang diproses"), "info"),
            State(_("Terbit"), "good"),
            State(_("Perlu diperbaiki"), "warn"),
            State(_("Ditolak"), "bad"),
        ],
        "track": _track(),
        "stages": [
            Step(_("Periksa berkas"), _("1 hari kerja · Loket")),
            Step(_("Rekomendasi teknis"), _("2 hari kerja · Dinas Kesehatan")),
            Step(_("Tanda tangan"), _("1 hari kerja · Kepala Dinas")),
            Step(_("Izin terbit"), _("Unduh atau ambil"), "end"),
        ],
        "rows": _rows(),
        "pages": Pages(next_url="#berikut", prev_url="#sebelum"),
        "moment": SAMPLE_MOMENT,
        "crumbs": [
            {"label": _("Layanan"), "url": "/layanan/"},
            {"label": _("Kesehatan"), "url": "/layanan/"},
            {"label": _("SIP Bidan"), "url": ""},
        ],
    }
