"""
Dates, amounts and durations as people in Indonesia write them, and in plain English; and text as it
is searched.

All functions are pure; `language` is "id" or "en", anything else reads as Indonesian.
Moments are formatted as they are given: turn them into the office's zone first.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from difflib import get_close_matches

_DAYS = {
    "id": ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = {
    "id": (
        "Januari", "Februari", "Maret", "April", "Mei", "Juni",
        "Juli", "Agustus", "September", "Oktober", "November", "Desember",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
}  # fmt: skip
_SHORT_MONTHS = {
    "id": ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
_MINUTES_PER_HOUR = 60


# The spelling of the KBBI (or the word our texts use), then how people type it.
_VARIANTS = """
advokat: adpokat
aktif: aktip
aktivitas: aktifitas
analisis: analisa
antre: antri
antrean: antrian
apotek: apotik
apoteker: apotiker
asas: azas
atlet: atlit
bilbord: billboard
bus: bis
detail: detil
diagnosis: diagnosa
fotokopi: fotocopy fotokopy photocopy
foto: photo poto
ijazah: ijasah
izin: ijin ijinnya izinnya
izinkan: ijinkan
jadwal: jadual
jalan: djalan
karier: karir
kedaluwarsa: kadaluarsa kadaluwarsa kedaluarsa
klinik: klinic
kompleks: komplek
kreativitas: kreatifitas
kualitas: kwalitas
kuitansi: kwitansi
legalisasi: legalisir
metode: methode metoda
meterai: materai metrai
mengizinkan: mengijinkan
nasihat: nasehat
nomor: nomer
objek: obyek
pasfoto: paspoto pasphoto
perizinan: perijinan
praktik: praktek prakteknya praktiknya
provinsi: propinsi
risiko: resiko
sekadar: sekedar
sertifikat: sertipikat
silakan: silahkan
sistem: sistim
standardisasi: standarisasi
subjek: subyek
survei: survai survey
teknik: technik tehnik
teknis: tehnis
telantar: terlantar
telepon: telp telpon tilpon telphone
trotoar: trotoir
utang: hutang
whatsapp: wa whatsap
"""
_SPELLINGS = {
    typed: right
    for right, variants in (line.split(":") for line in _VARIANTS.split("\n") if line)
    for typed in variants.split()
}
_NOT_WORDS = re.compile(r"[^a-z0-9]+")


def _names(table: Mapping[str, tuple[str, ...]], language: str) -> tuple[str, ...]:
    return table.get(language[:2], table["id"])


def weekday_name(weekday: int, language: str = "id") -> str:
    """Return the name of a weekday, Monday 0 ... Sunday 6."""
    return _names(_DAYS, language)[weekday]


def month_name(month: int, language: str = "id") -> str:
    """Return the name of a month, 1 to 12."""
    return _names(_MONTHS, language)[month - 1]


def plain_date(day: date, language: str = "id") -> str:
    """Return "25 November 2026"."""
    return f"{day.day} {month_name(day.month, language)} {day.year}"


def long_date(day: date, language: str = "id") -> str:
    """Return "Rabu, 25 November 2026"."""
    return f"{weekday_name(day.weekday(), language)}, {plain_date(day, language)}"


def short_date(day: date, language: str = "id") -> str:
    """Return "25 Nov 2026"."""
    return f"{day.day} {_names(_SHORT_MONTHS, language)[day.month - 1]} {day.year}"


def month_year(day: date, language: str = "id") -> str:
    """Return "November 2026"."""
    return f"{month_name(day.month, language)} {day.year}"


def clock_time(at: datetime | time, language: str = "id") -> str:
    """Return "15.00" (English "15:00"), 24 hours, as the value's own clock shows it."""
    return f"{at.hour:02d}{':' if language.startswith('en') else '.'}{at.minute:02d}"


def long_moment(at: datetime, language: str = "id") -> str:
    """Return "Rabu, 25 November 2026, 15.00"."""
    return f"{long_date(at, language)}, {clock_time(at, language)}"


_ZONES = {7: "WIB", 8: "WITA", 9: "WIT"}  # Keppres 41/1987: western, central, eastern Indonesia


def zoned_moment(at: datetime, language: str = "id") -> str:
    """Return "Rabu, 25 November 2026, 15.00 WIB": with the zone's name, for people who may be in another one."""
    offset = at.utcoffset()
    assert offset is not None, "a moment with a zone"
    hours = offset.total_seconds() / 3600
    return f"{long_moment(at, language)} {_ZONES.get(int(hours)) or f'UTC{hours:+g}'}"


def number(value: float | Decimal, language: str = "id", decimals: int = 0) -> str:
    """
    Return the number with its thousands apart: 1.234,5 in Indonesian, 1,234.5 in English; halves
    round up.
    """
    step = Decimal(1).scaleb(-decimals)
    text = f"{Decimal(str(value)).quantize(step, rounding=ROUND_HALF_UP):,f}"
    if language.startswith("en"):
        return text
    return text.translate(str.maketrans(",.", ".,"))


def rupiah(amount: float | Decimal, language: str = "id") -> str:
    """Return "Rp150.000" (English "Rp150,000"); a negative amount as "-Rp150.000"."""
    sign = "-" if amount < 0 else ""
    return f"{sign}Rp{number(abs(Decimal(str(amount))), language)}"


def duration(minutes: int, language: str = "id") -> str:
    """Return "1 jam 35 menit" ("1 hour 35 minutes"); negative minutes read as their length."""
    hours, rest = divmod(abs(minutes), _MINUTES_PER_HOUR)
    parts = []
    if hours:
        parts.append(_counted(hours, "jam", "hour", language))
    if rest or not hours:
        parts.append(_counted(rest, "menit", "minute", language))
    return " ".join(parts)


def _counted(count: int, indonesian: str, english: str, language: str) -> str:
    figure = number(count, language)
    if language.startswith("en"):
        return f"{figure} {english}{'' if count == 1 else 's'}"
    return f"{figure} {indonesian}"


def labelled(label: object, text: object) -> str:
    """Return "Label: text"; after a label that is a question its own mark is enough."""
    name = str(label)
    return f"{name} {text}" if name.endswith("?") else f"{name}: {text}"


def numbered(paper: str, number: str) -> str:
    """Return "SKRD 900/1/2026", and only the number where it says itself what it is: "SKRD-2026-00001"."""
    return number if paper.lower() in number.lower() else f"{paper} {number}"


def only_near(word: str, words: Collection[str], cutoff: float) -> str:
    """Return the word if `words` has it, else the only one near it (difflib's ratio); "" for none and for several."""
    if word in words:
        return word
    near = get_close_matches(word, set(words), n=2, cutoff=cutoff)
    return near[0] if len(near) == 1 else ""


def fold(text: str) -> str:
    """
    Return the text as it is searched: lower case, without accents and punctuation, everyday and old
    spellings turned into the present one (ijin -> izin, materai -> meterai). Words are parted by
    one space.
    """
    plain = unicodedata.normalize("NFKD", text.replace("'", "").replace("’", "").lower())
    ascii_only = "".join(ch for ch in plain if not unicodedata.combining(ch))
    return " ".join(_SPELLINGS.get(word, word) for word in _NOT_WORDS.split(ascii_only) if word)


# The spellings of before 1947 and 1972, and letters that people exchange in names. The order matters.
_OLD_LETTERS = (
    ("tj", "c"), ("dj", "j"), ("sj", "sy"), ("nj", "ny"), ("ch", "kh"), ("oe", "u"), ("ph", "f"), ("v", "f"),
)  # fmt: skip
_TWICE = re.compile(r"([a-z])\1")


def sounds(text: str) -> list[str]:
    """
    Return the words of a name or an address as they sound, so that old and new spellings meet.

    Soeharto -> suharto, Djoko -> joko, Tjokro -> cokro, Achmad and Akhmad -> akhmad, Muhammad -> muhamad. Words come in
    their order, each as `fold` gives it.
    """
    found = []
    for word in fold(text).split():
        for old, new in _OLD_LETTERS:
            word = word.replace(old, new)  # noqa: PLW2901  step by step
        found.append(_TWICE.sub(r"\1", word))
    return found


_UNITS = (
    "nol", "satu", "dua", "tiga", "empat", "lima",
    "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas",
)  # fmt: skip
_SCALES = ((10**12, "triliun"), (10**9, "miliar"), (10**6, "juta"), (1000, "ribu"), (100, "ratus"))


def spell_out(value: int) -> str:
    """
    Return a whole number in Indonesian words (terbilang): 1500 -> "seribu lima ratus".

    Raises ValueError from 10^15 on.
    """
    if value < 0:
        return f"minus {spell_out(-value)}"
    if value >= 10**15:
        raise ValueError(f"{value} is too large to be spelt out.")
    if value < len(_UNITS):
        return _UNITS[value]
    if value < 20:  # noqa: PLR2004  the teens
        return f"{_UNITS[value - 10]} belas"
    if value < 100:  # noqa: PLR2004  the tens
        return _joined(f"{_UNITS[value // 10]} puluh", value % 10)
    scale, name = next((scale, name) for scale, name in _SCALES if value >= scale)
    count, rest = divmod(value, scale)
    # "Seratus" and "seribu", but "satu juta".
    head = f"se{name}" if count == 1 and scale <= 1000 else f"{spell_out(count)} {name}"  # noqa: PLR2004  seribu
    return _joined(head, rest)


def _joined(head: str, rest: int) -> str:
    return f"{head} {spell_out(rest)}" if rest else head
