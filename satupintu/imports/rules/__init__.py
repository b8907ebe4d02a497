"""Imports of old registers: what a file, a row and a column may be, in words. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from satupintu.permits.imported import Fate, Source

CHUNK_CHECK, CHUNK_RUN = 400, 60  # rows in one transaction
KEEP_DAYS = (
    180  # after the last act on an import its rows are emptied: what they said is in the cases
)
PAGE_ROWS = 25


class Stage(StrEnum):
    """Where an import stands."""

    READING = "reading"
    MAPPING = "mapping"
    CHECKING = "checking"
    CHECKED = "checked"
    RUNNING = "running"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"


STAGE_LABELS = {
    Stage.READING: _("Sedang dibaca"),
    Stage.MAPPING: _("Menunggu arti kolom"),
    Stage.CHECKING: _("Sedang diperiksa"),
    Stage.CHECKED: _("Sudah diperiksa, belum diimpor"),
    Stage.RUNNING: _("Sedang diimpor"),
    Stage.DONE: _("Sudah diimpor"),
    Stage.UNDOING: _("Sedang dibatalkan"),
    Stage.UNDONE: _("Impor dibatalkan"),
}
WORKING = frozenset({Stage.CHECKING, Stage.RUNNING, Stage.UNDOING})  # the worker has it
MAY_MAP = frozenset({Stage.MAPPING, Stage.CHECKED, Stage.UNDONE})
MAY_RUN = frozenset({Stage.CHECKED, Stage.DONE, Stage.UNDONE})
MAY_REPAIR = frozenset({Stage.CHECKED, Stage.DONE, Stage.UNDONE})


class RowState(StrEnum):
    """What became of a row."""

    WAITING = "waiting"  # not checked under the present mapping
    NEW = "new"
    DUPLICATE = "duplicate"  # the same old number is here already
    ALIKE = "alike"  # the same person, service and day
    BAD = "bad"
    LEFT = "left"  # by its status, or because somebody said so
    DONE = "done"
    UNDONE = "undone"


ROW_LABELS = {
    RowState.WAITING: _("menunggu diperiksa"),
    RowState.NEW: _("baru, akan diimpor"),
    RowState.DUPLICATE: _("sudah ada: nomor sama"),
    RowState.ALIKE: _("mirip: orang, layanan, dan hari sama"),
    RowState.BAD: _("perlu diperbaiki"),
    RowState.LEFT: _("tidak diimpor"),
    RowState.DONE: _("sudah diimpor"),
    RowState.UNDONE: _("impornya dibatalkan"),
}

SOURCE_LABELS = {
    Source.SICANTIK: _("SiCantik"),
    Source.OSS: _("OSS"),
    Source.SIMBG: _("SIMBG"),
    Source.PAPER: _("Buku register atau Excel kantor"),
    Source.OTHER: _("Sistem lain"),
}

FATE_LABELS = {
    Fate.ISSUED: _("Izin terbit"),
    Fate.REVOKED: _("Izin dicabut"),
    Fate.REJECTED: _("Ditolak"),
    Fate.WITHDRAWN: _("Ditarik atau dibatalkan pemohon"),
    Fate.CHECKING: _("Masih berjalan: diperiksa kelengkapannya"),
    Fate.REVIEWING: _("Masih berjalan: pemeriksaan teknis"),
    Fate.DECIDING: _("Masih berjalan: menunggu keputusan"),
}
LEAVE = "leave"  # a word of the old register whose rows are not imported

# Words of status in SiCantik, OSS, SIMBG and paper registers; the first that is found in a status wins.
_FATE_WORDS: tuple[tuple[str, Fate], ...] = (
    ("dicabut", Fate.REVOKED),
    ("pencabutan", Fate.REVOKED),
    ("ditolak", Fate.REJECTED),
    ("penolakan", Fate.REJECTED),
    ("tolak", Fate.REJECTED),
    ("ditarik", Fate.WITHDRAWN),
    ("dibatalkan", Fate.WITHDRAWN),
    ("batal", Fate.WITHDRAWN),
    ("menunggu penetapan", Fate.DECIDING),
    ("menunggu tanda tangan", Fate.DECIDING),
    ("penandatanganan", Fate.DECIDING),
    ("menunggu verifikasi", Fate.CHECKING),
    ("sk pbg terbit", Fate.ISSUED),
    ("sertifikat slf terbit", Fate.ISSUED),
    ("terbit", Fate.ISSUED),
    ("selesai", Fate.ISSUED),
    ("ditetapkan", Fate.ISSUED),
    ("terverifikasi", Fate.ISSUED),
    ("aktif", Fate.ISSUED),
    ("penetapan", Fate.DECIDING),
    ("rekomendasi", Fate.REVIEWING),
    ("tinjauan", Fate.REVIEWING),
    ("peninjauan", Fate.REVIEWING),
    ("konsultasi", Fate.REVIEWING),
    ("penilik", Fate.REVIEWING),
    ("teknis", Fate.REVIEWING),
    ("verifikasi", Fate.CHECKING),
    ("perbaikan", Fate.CHECKING),
    ("proses", Fate.CHECKING),
    ("menunggu", Fate.CHECKING),
    ("pendaftaran", Fate.CHECKING),
    ("baru", Fate.CHECKING),
)


def guess_fate(word: str) -> Fate | None:
    """Return what a status most likely says; None when no known word is in it."""
    plain = " ".join(word.lower().split())
    return next((fate for known, fate in _FATE_WORDS if known in plain), None)


# What is wrong with a cell, or with a row: one sentence for who repairs it.
PROBLEM_LABELS: Mapping[str, Any] = {
    "missing": _("Kosong, padahal wajib ada."),
    "date_impossible": _("Tanggal ini tidak ada dalam kalender."),
    "date_order": _(
        "Hari dan bulan tertukar: kolom ini dibaca dengan urutan lain. Tulis ulang, misalnya 2024-12-31."
    ),
    "date_unread": _("Bukan tanggal. Tulis misalnya 31/12/2024 atau 31 Desember 2024."),
    "date_future": _("Tanggal ini belum terjadi."),
    "date_odd": _("Tahunnya janggal. Periksa buku aslinya."),
    "date_before": _("Lebih awal daripada tanggal permohonannya."),
    "ends_before": _("Berakhir sebelum terbit."),
    "damaged": _(
        "Angka ini rusak oleh Excel (ditulis seperti 6,1E+15), digit terakhirnya hilang. Ketik ulang dari berkas asli."
    ),
    "zeros_lost": _("Angka nol di depan hilang oleh Excel. Ketik ulang dari berkas asli."),
    "number_wrong": _("Nomor ini tidak mungkin benar."),
    "email": _("Bukan alamat surel."),
    "service_unknown": _("Jenis izin ini belum dipasangkan dengan layanan kantor."),
    "status_unknown": _("Status ini belum diberi arti."),
    "too_long": _("Terlalu panjang."),
    "number_ours": _("Nomor izin ini sudah ada dalam register kantor ini."),
    "not_for_system": _("Keadaan ini tidak ada pada layanan yang terbit di sistem lain."),
}
