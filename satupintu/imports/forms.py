"""A file to import, and what its columns mean."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from satupintu.catalogue.queries import list_services
from satupintu.imports.queries import Import
from satupintu.imports.rules import FATE_LABELS, LEAVE, SOURCE_LABELS
from satupintu.imports.rules.columns import PERSONAL, TARGET_LABELS, Target, orders_of
from satupintu.imports.services.mapping import guessed_words
from satupintu.lib.identity import mask_identity
from satupintu.lib.language import current_language
from satupintu.lib.tabular.dates import DAY_FIRST, MONTH_FIRST, ORDER_LABELS, Order
from satupintu.lib.tabular.reading import MOST_MB
from satupintu.people.rules import masked_name
from satupintu.permits.imported import Source

_LEAVE = (LEAVE, gettext_lazy("Jangan diimpor"))


class UploadForm(forms.Form):
    source = forms.ChoiceField(
        label=gettext_lazy("Asal data"),
        choices=[(one.value, label) for one, label in SOURCE_LABELS.items()],
        initial=Source.SICANTIK,
    )
    berkas = forms.FileField(
        label=gettext_lazy("Berkas register"),
        max_length=255,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt,.tsv"}),
        help_text=gettext_lazy("XLSX atau CSV, paling banyak 100.000 baris."),
        error_messages={
            "required": gettext_lazy("Pilih dulu berkas XLSX atau CSV."),
            "empty": gettext_lazy("Berkas ini kosong (0 byte). Pilih berkas aslinya."),
        },
    )

    def clean_berkas(self) -> Any:
        upload = self.cleaned_data["berkas"]
        if upload.size > MOST_MB * 1024 * 1024:
            raise forms.ValidationError(
                _(
                    "Berkas ini lebih besar dari %(mb)s MB. Bagi per tahun, lalu kirim satu per satu."
                )
                % {"mb": MOST_MB}
            )
        return upload


class RepairedForm(forms.Form):
    berkas = forms.FileField(
        label=gettext_lazy("Lembar yang sudah diperbaiki"),
        max_length=255,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"required": gettext_lazy("Pilih dulu lembar yang sudah diperbaiki.")},
    )


def masked(target: Target, text: str) -> str:
    """Return an example of a column as pages show it: numbers and addresses in part, names as initials."""
    if target in PERSONAL:
        return mask_identity(text)
    return masked_name(text, is_organisation=False) if target is Target.NAME else text


@dataclass(frozen=True, slots=True)
class ColumnLine:
    """One column of the file, as the page of the mapping shows it."""

    heading: str
    examples: Sequence[str]
    filled: int
    target: forms.BoundField
    order: forms.BoundField | None = None
    said: str = ""  # what its dates say
    dates: Sequence[tuple[int, str]] = ()  # row and date, where the order must be said
    minority: Sequence[int] = ()


class MappingForm(forms.Form):
    """Every column with what it holds; the file's own words for services and statuses; the order of its dates."""

    def __init__(
        self,
        *args: Any,
        batch: Import,
        columns: Sequence[Target],
        at: datetime,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.batch, self.columns = batch, list(columns)
        self.orders = orders_of(batch.profile, self.columns)
        kept: Mapping[str, Any] = batch.mapping
        targets = [(one.value, label) for one, label in TARGET_LABELS.items()]
        for place, heading in enumerate(batch.headings):
            self.fields[f"kolom-{place}"] = forms.ChoiceField(
                label=heading or _("Kolom %(n)s") % {"n": place + 1},
                choices=targets,
                required=False,
                initial=self.columns[place].value,
            )
        for place, (said, begins) in self.orders.items():
            if said in (Order.ASK, Order.MIXED):
                self.fields[f"urutan-{place}"] = forms.ChoiceField(
                    label=_("Urutan tanggal kolom “%(name)s”") % {"name": batch.headings[place]},
                    choices=[
                        ("", _("Pilih")),
                        (DAY_FIRST, ORDER_LABELS[Order.DAY_FIRST]),
                        (MONTH_FIRST, ORDER_LABELS[Order.MONTH_FIRST]),
                    ],
                    required=False,
                    initial=kept.get("orders", {}).get(str(place), begins),
                )
        self._add_words(kept, at)
        self.fields["name"] = forms.CharField(
            label=_("Simpan arti kolom ini dengan nama"),
            max_length=80,
            required=False,
            initial=kept.get("name") or "",
            help_text=_("Dipakai lagi untuk berkas dengan judul kolom yang sama."),
        )
        self.fields["drop_damaged"] = forms.BooleanField(
            label=_("Impor tanpa NIK, NIB, NPWP, atau telepon bila angkanya rusak atau salah"),
            required=False,
            initial=kept.get("drop_damaged", False),
            help_text=_("Tanpa centang, baris seperti itu menunggu diperbaiki."),
        )

    def _add_words(self, kept: Mapping[str, Any], at: datetime) -> None:
        services = [
            (one.code, one.title_in(current_language()))
            for one in list_services(timezone.localdate(at))
        ]
        services.sort(key=lambda pair: pair[1])
        fates = [(one.value, label) for one, label in FATE_LABELS.items()]
        place = self._place(Target.SERVICE)
        self.service_words = guessed_words(
            self.batch, place, kept.get("services", {}), status=False, today=at
        )
        place = self._place(Target.STATUS)
        self.status_words = guessed_words(
            self.batch, place, kept.get("statuses", {}), status=True, today=at
        )
        empty = ("", _("Belum dipasangkan"))
        for key, words, choices in (
            ("layanan", self.service_words, services),
            ("status", self.status_words, fates),
        ):
            for n, (word, _count, meaning) in enumerate(words):
                self.fields[f"kata-{key}-{n}"] = forms.ChoiceField(
                    label=word, choices=[empty, *choices, _LEAVE], required=False, initial=meaning
                )
        self.fields["layanan"] = forms.ChoiceField(
            label=_("Layanan untuk baris tanpa jenis izin"),
            choices=[("", _("Tidak ada")), *services],
            required=False,
            initial=kept.get("service", ""),
        )
        self.fields["status"] = forms.ChoiceField(
            label=_("Keadaan untuk baris tanpa status"),
            choices=[("", _("Izin terbit bila ada nomor izinnya")), *fates],
            required=False,
            initial=kept.get("status", ""),
        )

    def _place(self, target: Target) -> int | None:
        return self.columns.index(target) if target in self.columns else None

    def chosen(self) -> list[Target]:
        """Return the columns as they were chosen; only of a form that is valid."""
        return [
            Target(self.cleaned_data[f"kolom-{place}"]) for place in range(len(self.batch.headings))
        ]

    def asks_other_words(self) -> bool:
        """Say whether other columns were chosen for service, status or dates than this form asks about."""
        chosen = self.chosen()
        asked = (Target.SERVICE, Target.STATUS)
        words = any(
            (chosen.index(one) if one in chosen else None) != self._place(one) for one in asked
        )
        dates = {
            place
            for place, (said, begins) in orders_of(self.batch.profile, chosen).items()
            if said in (Order.ASK, Order.MIXED) and not begins
        }
        return words or any(f"urutan-{place}" not in self.fields for place in dates)

    def mapping(self) -> dict[str, Any]:
        """Return what was said, as rules.rows.Plan reads it."""
        said = self.cleaned_data
        orders = {str(place): begins for place, (_said, begins) in self.orders.items()}
        orders |= {
            str(place): said.get(f"urutan-{place}", "")
            for place in self.orders
            if f"urutan-{place}" in self.fields
        }
        return {
            "columns": [one.value for one in self.chosen()],
            "orders": {place: order for place, order in orders.items() if order},
            "services": self._words("layanan", self.service_words),
            "statuses": self._words("status", self.status_words),
            "service": said["layanan"],
            "status": said["status"],
            "drop_damaged": said["drop_damaged"],
        }

    def _words(self, key: str, words: Sequence[tuple[str, int, str]]) -> dict[str, str]:
        chosen = {
            word: self.cleaned_data[f"kata-{key}-{n}"]
            for n, (word, _count, _meaning) in enumerate(words)
        }
        return {word: meaning for word, meaning in chosen.items() if meaning}

    # --- As the page shows it -------------------------------------------------------------------

    def column_lines(self) -> Iterator[ColumnLine]:
        for place, heading in enumerate(self.batch.headings):
            profile = self.batch.profile[place] if place < len(self.batch.profile) else {}
            said, _begins = self.orders.get(place, (None, ""))
            dates = profile.get("dates", {})
            yield ColumnLine(
                heading,
                [masked(self.columns[place], one) for one in profile.get("examples", [])],
                profile.get("filled", 0),
                self[f"kolom-{place}"],
                self[f"urutan-{place}"] if f"urutan-{place}" in self.fields else None,
                str(ORDER_LABELS[said]) if said else "",
                dates.get("either", []) if said is Order.ASK else [],
                [row for row, _text in profile.get("minority", [])],
            )

    def word_lines(self, key: str) -> Iterator[tuple[forms.BoundField, int]]:
        words = self.service_words if key == "layanan" else self.status_words
        for n, (_word, count, _meaning) in enumerate(words):
            yield self[f"kata-{key}-{n}"], count
