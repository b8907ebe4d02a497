"""
A bank's account statement: what its columns mean, what a row says. Pure.

The amounts of Indonesian banks: "673.200,00", "673,200.00 CR", "Rp 673.200", "(673.200)"; a mark D or K behind them or
in a column of its own. Only credits can be a payment; debits are counted and left alone.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from satupintu.lib.tabular.dates import BadDate, read_date
from satupintu.lib.tabular.headings import folded

MOST_LINES = 5_000  # of one statement: a month of the treasury's account has some hundreds
PAGE_LINES = 25
KEEP_DAYS = 180  # after that the words of lines that are no payment are emptied
TEXT_LENGTH = 500


class Column(StrEnum):
    """What a column of a statement holds."""

    DAY = "day"
    TEXT = "text"
    CREDIT = "credit"
    DEBIT = "debit"
    AMOUNT = "amount"  # credits and debits in one column
    MARK = "mark"  # D or K, beside AMOUNT
    REFERENCE = "reference"
    ACCOUNT = "account"  # of a virtual account
    IGNORE = "ignore"


COLUMN_LABELS = {
    Column.DAY: _("Tanggal"),
    Column.TEXT: _("Uraian atau keterangan"),
    Column.CREDIT: _("Kredit (uang masuk)"),
    Column.DEBIT: _("Debit (uang keluar)"),
    Column.AMOUNT: _("Jumlah, masuk dan keluar dalam satu kolom"),
    Column.MARK: _("Tanda D atau K"),
    Column.REFERENCE: _("Nomor referensi"),
    Column.ACCOUNT: _("Nomor rekening virtual"),
    Column.IGNORE: _("Tidak dibaca"),
}
SEVERAL = frozenset({Column.TEXT, Column.REFERENCE, Column.IGNORE})
WORDS = (Column.TEXT, Column.REFERENCE, Column.ACCOUNT)

_HEADINGS: Mapping[Column, tuple[str, ...]] = {
    Column.DAY: (
        "tanggal", "tgl", "tanggal transaksi", "tgl transaksi", "tanggal buku", "tanggal posting", "date", "post date",
        "posting date", "transaction date", "trx date", "tgl efektif",
    ),
    Column.TEXT: (
        "uraian", "keterangan", "uraian transaksi", "keterangan transaksi", "deskripsi", "description", "remark",
        "remarks", "berita", "rincian", "transaction description", "detail transaksi",
    ),
    Column.CREDIT: ("kredit", "credit", "mutasi kredit", "penerimaan", "uang masuk", "cr", "jumlah kredit"),
    Column.DEBIT: (
        "debit", "debet", "mutasi debit", "mutasi debet", "pengeluaran", "uang keluar", "db", "jumlah debit",
    ),
    Column.AMOUNT: ("jumlah", "nominal", "mutasi", "amount", "jumlah mutasi", "nilai", "transaction amount"),
    Column.MARK: ("d k", "dk", "db cr", "d c", "db kr", "tipe", "jenis", "jenis mutasi", "jenis transaksi", "dc"),
    Column.REFERENCE: (
        "no referensi", "nomor referensi", "referensi", "reference", "no ref", "ref", "reference no", "no bukti",
        "nomor bukti", "no jurnal", "id transaksi", "kode billing", "id billing", "nomor bayar",
    ),
    Column.ACCOUNT: (
        "nomor va", "no va", "va", "virtual account", "nomor virtual account", "rekening virtual",
        "nomor rekening virtual", "no rekening virtual", "customer number",
    ),
}  # fmt: skip


def guess_column(heading: str) -> Column:
    """Return what a column with this heading most likely holds; IGNORE for one that says something else."""
    plain = folded(heading)
    return next((column for column, known in _HEADINGS.items() if plain in known), Column.IGNORE)


def guess_columns(headings: Sequence[str]) -> list[Column]:
    """Return a meaning for each column; of two that fit one meaning the first keeps it."""
    found: list[Column] = []
    for one in map(guess_column, headings):
        found.append(Column.IGNORE if one in found and one not in SEVERAL else one)
    return found


def is_known(heading: str) -> bool:
    return guess_column(heading) is not Column.IGNORE


class LineState(StrEnum):
    """What a line of a statement is."""

    CREDIT = "credit"
    DEBIT = "debit"
    EMPTY = "empty"  # an opening balance: no money moved
    SEEN = "seen"  # this very line came with an earlier statement
    BAD = "bad"


NO_ORDER = _("Katakan mana hari dan mana bulan pada tanggalnya.")
NO_BANK = _("Tulis nama bank dan rekeningnya.")
PROBLEM_LABELS: Mapping[str, Any] = {
    "day_missing": _("Tanggalnya kosong."),
    "date_impossible": _("Tanggal ini tidak ada dalam kalender."),
    "date_order": _("Hari dan bulan tertukar: berkas ini dibaca dengan urutan lain."),
    "date_unread": _("Tanggalnya tidak terbaca. Yang terbaca misalnya 31/12/2026."),
    "date_future": _("Tanggal ini belum terjadi."),
    "amount_unread": _("Jumlahnya tidak terbaca."),
    "amount_cents": _("Jumlahnya bukan rupiah bulat."),
    "both": _("Debit dan kredit terisi keduanya."),
    "mark_unread": _("Tanda D atau K tidak dikenal."),
}

_SIGNS = {
    **dict.fromkeys(("k", "kr", "cr", "c", "kredit", "credit", "+"), 1),
    **dict.fromkeys(("d", "db", "dr", "debit", "debet", "-"), -1),
}
_AMOUNT = re.compile(r"^(rp|idr)?\.?\s*([-+(]?)\s*(?:rp\.?)?\s*([0-9][0-9., ]*)\)?\s*([a-z+-]*)$")
_GROUPED = re.compile(r"^\d{1,3}([., ]\d{3})+$")
_DECIMALS = 2


class BadLine(ValueError):
    """A row that cannot be read; `code` is a key of PROBLEM_LABELS."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_amount(text: str) -> int:
    """
    Return a written amount in whole rupiah, below zero for a debit ("-", brackets, a D behind it); 0 for nothing.

    Two figures behind the last point or comma are cents, three are thousands. Raises BadLine("amount_unread"), and
    BadLine("amount_cents") for what is no whole rupiah: no fee is.
    """
    plain = text.strip().lower().lstrip("'")
    if plain in ("", "-", "--"):
        return 0
    found = _AMOUNT.match(plain)
    if not found or (found[4] and found[4] not in _SIGNS):
        raise BadLine("amount_unread")
    value = _whole(found[3].strip())
    sign = -1 if found[2] in ("-", "(") else 1
    return value * (_SIGNS[found[4]] if found[4] else sign)


def _whole(figures: str) -> int:
    if figures.isdigit():
        return int(figures)
    if _GROUPED.match(figures):
        return int(re.sub(r"\D", "", figures))
    place = max(figures.rfind("."), figures.rfind(","))
    head, tail = figures[:place], figures[place + 1 :]
    if place < 0 or len(tail) > _DECIMALS or not (head.isdigit() or _GROUPED.match(head)):
        raise BadLine("amount_unread")
    if tail.strip("0"):
        raise BadLine("amount_cents")
    return int(re.sub(r"\D", "", head))


@dataclass(frozen=True, slots=True)
class Said:
    """What a row of a statement says."""

    state: LineState
    day: date | None = None
    amount_idr: int = 0
    text: str = ""
    problem: str = ""


def read_line(cells: Sequence[str], columns: Sequence[Column], order: str, today: date) -> Said:
    """
    Read one row. `order` is how its dates are written (lib.tabular.dates.DAY_FIRST or MONTH_FIRST).

    A row without any money is EMPTY, whatever its date; one that cannot be read is BAD and names why.
    """
    given: dict[Column, list[str]] = {}
    for column, cell in zip(columns, cells, strict=False):
        if cell:
            given.setdefault(column, []).append(cell)
    words = " ".join(one for column in WORDS for one in given.get(column, ()))[:TEXT_LENGTH]
    try:
        amount = _money(given)
        if amount == 0:
            return Said(LineState.EMPTY, text=words)
        day = _day(given, order, today)
    except BadLine as bad:
        return Said(LineState.BAD, text=words, problem=bad.code)
    state = LineState.CREDIT if amount > 0 else LineState.DEBIT
    return Said(state, day, abs(amount), words)


def _one(given: Mapping[Column, Sequence[str]], column: Column) -> str:
    return given[column][0] if column in given else ""


def _money(given: Mapping[Column, Sequence[str]]) -> int:
    came, went = (abs(read_amount(_one(given, one))) for one in (Column.CREDIT, Column.DEBIT))
    if came and went:
        raise BadLine("both")
    if came or went:
        return came - went
    amount = read_amount(_one(given, Column.AMOUNT))
    mark = _one(given, Column.MARK).strip().lower()
    if not amount or not mark:
        return amount
    if mark not in _SIGNS:
        raise BadLine("mark_unread")
    return abs(amount) * _SIGNS[mark]


def _day(given: Mapping[Column, Sequence[str]], order: str, today: date) -> date:
    try:
        day = read_date(_one(given, Column.DAY), order)
    except BadDate as bad:
        raise BadLine(bad.code) from bad
    if day is None:
        raise BadLine("day_missing")
    if day > today:
        raise BadLine("date_future")
    return day


def key_text(day: date, amount_idr: int, text: str, nth: int) -> str:
    """
    Return by what a credit is known again, whichever file it comes in: its day, amount and words.

    `nth` counts the lines of one file that say the very same: two equal payments of one day are two.
    """
    return f"{day:%Y%m%d}rp{amount_idr}n{nth}x{text}"


def missing_columns(columns: Collection[Column]) -> list[Any]:
    """Return one sentence for each column without which a statement cannot be read."""
    found: list[Any] = []
    if Column.DAY not in columns:
        found.append(_("Pilih kolom tanggal."))
    if not {Column.CREDIT, Column.AMOUNT} & set(columns):
        found.append(_("Pilih kolom uang masuk: kredit, atau jumlah."))
    if {Column.CREDIT, Column.AMOUNT} <= set(columns):
        found.append(_("Pilih salah satu saja: kolom kredit, atau kolom jumlah."))
    return found
