"""A bank's file, and what its columns hold."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from satupintu.fees.rules.statement import COLUMN_LABELS, MOST_LINES, NO_BANK, NO_ORDER, Column
from satupintu.fees.statement_queries import BankStatement
from satupintu.lib.tabular.dates import DAY_FIRST, MONTH_FIRST, ORDER_LABELS, Order
from satupintu.lib.tabular.profile import orders_at
from satupintu.lib.tabular.reading import MOST_MB


class StatementForm(forms.Form):
    berkas = forms.FileField(
        label=gettext_lazy("Rekening koran"),
        max_length=255,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
        help_text=gettext_lazy("XLSX atau CSV dari bank, paling banyak 5.000 baris."),
        error_messages={
            "required": gettext_lazy("Pilih dulu berkas XLSX atau CSV dari bank."),
            "empty": gettext_lazy("Berkas ini kosong (0 byte). Pilih berkas aslinya."),
        },
    )

    def clean_berkas(self) -> Any:
        upload = self.cleaned_data["berkas"]
        if upload.size > MOST_MB * 1024 * 1024:
            raise forms.ValidationError(
                _("Berkas ini terlalu besar. Unduh dari bank per bulan: paling banyak %(n)s baris.")
                % {"n": MOST_LINES}
            )
        return upload


@dataclass(frozen=True, slots=True)
class ColumnLine:
    """One column of the file, as the page shows it."""

    heading: str
    examples: Sequence[str]
    filled: int
    column: forms.BoundField


class ColumnsForm(forms.Form):
    """Every column with what it holds, the order of the dates, and the bank."""

    def __init__(self, *args: Any, statement: BankStatement, **options: Any) -> None:
        super().__init__(*args, **options)
        self.statement = statement
        columns = [Column(one) for one in statement.columns]
        columns += [Column.IGNORE] * (len(statement.headings) - len(columns))
        choices = [(one.value, label) for one, label in COLUMN_LABELS.items()]
        for place, heading in enumerate(statement.headings):
            self.fields[f"kolom-{place}"] = forms.ChoiceField(
                label=heading or _("Kolom %(n)s") % {"n": place + 1},
                choices=choices,
                required=False,
                initial=columns[place].value,
            )
        self.fields["urutan"] = forms.ChoiceField(
            label=_("Urutan tanggal dalam berkas ini"),
            choices=[
                ("", _("Pilih")),
                (DAY_FIRST, ORDER_LABELS[Order.DAY_FIRST]),
                (MONTH_FIRST, ORDER_LABELS[Order.MONTH_FIRST]),
            ],
            error_messages={"required": NO_ORDER},
            initial=statement.order or self._order(columns),
            help_text=_("Setiap berkas mengatakannya sendiri; lihat contoh tanggalnya di atas."),
        )
        self.fields["bank"] = forms.CharField(
            label=_("Bank dan rekeningnya"),
            max_length=80,
            error_messages={"required": NO_BANK},
            initial=statement.bank,
            help_text=_("Arti kolom diingat untuk berkas bank ini yang berikutnya."),
        )

    def _order(self, columns: Sequence[Column]) -> str:
        places = [at for at, one in enumerate(columns) if one is Column.DAY]
        found = orders_at(self.statement.profile, places)
        return next((begins for _said, begins in found.values()), "")

    def columns(self) -> list[Column]:
        """Return the columns as they were chosen; only of a form that is valid."""
        places = range(len(self.statement.headings))
        return [Column(self.cleaned_data[f"kolom-{at}"] or Column.IGNORE) for at in places]

    def column_lines(self) -> Iterator[ColumnLine]:
        for place, heading in enumerate(self.statement.headings):
            profile = self.statement.profile[place] if place < len(self.statement.profile) else {}
            yield ColumnLine(
                heading,
                profile.get("examples", []),
                profile.get("filled", 0),
                self[f"kolom-{place}"],
            )
