"""Which column says what: guessed by the words of its heading, remembered by the headings of the whole file."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from satupintu.lib.tabular import headings
from satupintu.lib.tabular.dates import Order
from satupintu.lib.tabular.headings import folded
from satupintu.lib.tabular.profile import orders_at


class Target(StrEnum):
    """What a column of the old register holds."""

    OLD_NUMBER = "old_number"
    PERMIT_NUMBER = "permit_number"
    SERVICE = "service"
    STATUS = "status"
    SUBMITTED = "submitted"
    DECIDED = "decided"
    VALID_UNTIL = "valid_until"
    NAME = "name"
    COMPANY = "company"
    NIK = "nik"
    NIB = "nib"
    NPWP = "npwp"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    PLACE = "place"
    DISTRICT = "district"
    VILLAGE = "village"
    SIGNATORY = "signatory"
    FACT = "fact"  # kept with the case under its heading
    IGNORE = "ignore"


TARGET_LABELS = {
    Target.OLD_NUMBER: _("Nomor permohonan"),
    Target.PERMIT_NUMBER: _("Nomor izin"),
    Target.SERVICE: _("Jenis izin"),
    Target.STATUS: _("Status"),
    Target.SUBMITTED: _("Tanggal permohonan"),
    Target.DECIDED: _("Tanggal terbit atau putusan"),
    Target.VALID_UNTIL: _("Berlaku sampai"),
    Target.NAME: _("Nama pemohon"),
    Target.COMPANY: _("Nama perusahaan atau lembaga"),
    Target.NIK: _("NIK"),
    Target.NIB: _("NIB"),
    Target.NPWP: _("NPWP"),
    Target.PHONE: _("Telepon"),
    Target.EMAIL: _("Surel"),
    Target.ADDRESS: _("Alamat pemohon"),
    Target.PLACE: _("Lokasi izin"),
    Target.DISTRICT: _("Kecamatan lokasi izin"),
    Target.VILLAGE: _("Kelurahan atau desa lokasi izin"),
    Target.SIGNATORY: _("Penanda tangan"),
    Target.FACT: _("Keterangan lain, disimpan bersama berkas"),
    Target.IGNORE: _("Tidak diimpor"),
}
DATES = frozenset({Target.SUBMITTED, Target.DECIDED, Target.VALID_UNTIL})
NUMBERS = {Target.NIK: "nik", Target.NIB: "nib", Target.NPWP: "npwp", Target.PHONE: "phone"}
# Shown masked, and whole only by a look that is noted.
PERSONAL = frozenset(
    {Target.NIK, Target.NIB, Target.NPWP, Target.PHONE, Target.EMAIL, Target.ADDRESS}
)
MANY = frozenset({Target.FACT, Target.IGNORE})  # what several columns may be

# Headings of SiCantik, OSS, SIMBG and paper registers, folded; the longest that is found in a heading wins.
_WORDS: dict[Target, tuple[str, ...]] = {
    Target.OLD_NUMBER: (
        "no permohonan", "nomor permohonan", "no pendaftaran", "nomor pendaftaran", "no registrasi", "id permohonan",
        "nomor registrasi", "no agenda", "id izin", "no proyek", "id proyek", "no reg", "kode permohonan",
    ),
    Target.PERMIT_NUMBER: (
        "no izin", "nomor izin", "no sk", "nomor sk", "no surat", "nomor surat", "nomor surat izin", "no keputusan",
        "nomor keputusan", "no dokumen", "nomor dokumen", "nomor pbg",
    ),
    Target.SERVICE: (
        "jenis izin", "nama izin", "jenis perizinan", "layanan", "jenis layanan", "nama perizinan", "izin",
        "jenis surat",
        "uraian jenis perizinan",
    ),
    Target.STATUS: (
        "status", "status permohonan", "status izin", "status penetapan", "proses", "status respon",
        "tahap",
    ),
    Target.SUBMITTED: (
        "tgl pengajuan", "tanggal pengajuan", "tgl permohonan", "tanggal permohonan", "tgl masuk", "tanggal masuk",
        "tanggal daftar", "tgl daftar", "tgl pendaftaran", "tanggal pendaftaran", "tanggal registrasi", "tgl ajuan",
        "day of tanggal pengajuan proyek",
    ),
    Target.DECIDED: (
        "tgl selesai", "tanggal selesai", "tgl terbit", "tanggal terbit", "tgl penetapan",
        "tanggal penetapan", "tgl izin",
        "tanggal izin", "tgl sk", "tanggal sk", "tgl surat", "tanggal surat", "tanggal terbit oss", "tgl terbit izin",
        "mulai berlaku", "tanggal keputusan",
    ),
    Target.VALID_UNTIL: (
        "berlaku sampai", "akhir berlaku", "masa berlaku", "tgl berakhir", "tanggal berakhir", "berlaku s d",
        "tgl akhir",
        "berlaku hingga", "tgl berlaku izin", "tanggal akhir berlaku", "masa berlaku izin",
    ),
    Target.NAME: (
        "nama pemohon", "pemohon", "nama", "nama pemilik", "nama lengkap", "nama pemegang izin", "atas nama",
        "pemilik",
        "nama penanggung jawab", "nama direktur",
    ),
    Target.COMPANY: (
        "nama perusahaan", "perusahaan", "nama usaha", "nama badan usaha", "nama lembaga", "badan usaha", "nama toko",
        "nama perseroan",
    ),
    Target.NIK: ("nik", "no ktp", "nomor ktp", "no identitas", "nomor identitas", "ktp", "no nik"),
    Target.NIB: ("nib", "no nib", "nomor nib", "nomor induk berusaha"),
    Target.NPWP: ("npwp", "no npwp", "npwp perseroan"),
    Target.PHONE: (
        "telepon", "no hp", "no telp", "no telepon", "hp", "telp", "nomor telepon", "nomor hp", "no wa",
        "kontak",
    ),
    Target.EMAIL: ("email", "surel", "e mail", "alamat email"),
    Target.ADDRESS: ("alamat", "alamat pemohon", "alamat pemilik", "alamat rumah", "domisili", "alamat perseroan"),
    Target.PLACE: (
        "lokasi izin", "lokasi", "alamat usaha", "tempat praktik", "alamat praktik", "lokasi usaha", "tempat usaha",
        "alamat tempat usaha", "lokasi bangunan", "alamat bangunan", "lokasi proyek", "tempat praktek",
    ),
    Target.DISTRICT: (
        "kecamatan", "nama kecamatan", "kecamatan usaha", "kecamatan lokasi", "kecamatan proyek", "kec",
        "kecamatan praktik", "kecamatan bangunan",
    ),
    Target.VILLAGE: (
        "kelurahan", "desa", "desa kelurahan", "kelurahan desa", "nama kelurahan", "nama desa", "kelurahan usaha",
        "kelurahan proyek", "kelurahan lokasi", "desa lokasi", "kel",
    ),
    Target.SIGNATORY: ("penanda tangan", "penandatangan", "ditandatangani oleh", "pejabat", "nama ttd"),
}  # fmt: skip
_IGNORED = frozenset({"no", "no urut", "nomor", "nomor urut", "urut"})


def guess_target(heading: str) -> Target:
    """Return what a column with this heading most likely holds; FACT for a heading that says something else."""
    plain = folded(heading)
    if not plain or plain in _IGNORED:
        return Target.IGNORE
    best, longest = Target.FACT, 0
    for target, words in _WORDS.items():
        for word in words:
            whole = plain == word
            if (whole or f" {word} " in f" {plain} ") and len(word) + 100 * whole > longest:
                best, longest = target, len(word) + 100 * whole
    return best


def guess_targets(given: Sequence[str]) -> list[Target]:
    """Return a target for each column; where two columns fit one, the better heading gets it, the other is kept."""
    guessed = [guess_target(one) for one in given]
    taken: dict[Target, int] = {}
    for place, target in enumerate(guessed):
        if target in MANY:
            continue
        other = taken.get(target)
        if other is None:
            taken[target] = place
        elif _fits(given[place], target) > _fits(given[other], target):
            guessed[other], taken[target] = Target.FACT, place
        else:
            guessed[place] = Target.FACT
    return guessed


def _fits(heading: str, target: Target) -> int:
    plain = folded(heading)
    return next(
        (len(_WORDS[target]) - at for at, one in enumerate(_WORDS[target]) if one == plain), 0
    )


def find_headings(rows: Sequence[tuple[int, Sequence[str]]]) -> tuple[list[str], int]:
    """Return the headings of a register, and the number of the row with which the data begin (lib.tabular.headings)."""
    return headings.find_headings(rows, lambda one: guess_target(one) not in MANY)


def orders_of(
    stored: Sequence[dict[str, Any]], columns: Sequence[Target]
) -> dict[int, tuple[Order, str]]:
    """Return date column -> what it says, and the order to begin with (lib.tabular.profile)."""
    return orders_at(stored, [at for at, target in enumerate(columns) if target in DATES])
