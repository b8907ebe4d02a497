"""
The satisfaction survey: nine questions with four answers each, and what is asked about who answers.

PermenPANRB 14/2017 about the survey of public satisfaction; the wording is the one that offices use. Elements are known
by their code: U8 and U9 change places on some sheets.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

ANSWERS = (1, 2, 3, 4)
WRONG_AN_HOUR = (
    20  # unknown codes from one address; a right one may be opened as often as one likes
)
KEPT = timedelta(days=183)  # a code that nobody used is forgotten then
LEAST_SHOWN = 5  # answers; fewer could be recognised by who served them


class Way(StrEnum):
    """How an answer reached the office."""

    LINK = "link"
    TABLET = "tablet"
    PAPER = "paper"


WAY_LABELS = {
    Way.LINK: _("Tautan"),
    Way.TABLET: _("Tablet di loket"),
    Way.PAPER: _("Kertas"),
}


@dataclass(frozen=True, slots=True)
class Question:
    """One element: its code, its name, the question, and the answers 1 to 4, the worst first."""

    code: str
    element: Any
    text: Any
    answers: tuple[Any, Any, Any, Any]

    @property
    def key(self) -> str:
        return self.code.lower()


QUESTIONS = (
    Question(
        "U1",
        _("Persyaratan"),
        _(
            "Bagaimana pendapat Saudara tentang kesesuaian persyaratan pelayanan dengan jenis"
            " pelayanannya?"
        ),
        (
            _("Tidak sesuai"),
            _("Kurang sesuai"),
            pgettext_lazy("survey", "Sesuai"),
            _("Sangat sesuai"),
        ),
    ),
    Question(
        "U2",
        _("Sistem, mekanisme, dan prosedur"),
        _("Bagaimana pemahaman Saudara tentang kemudahan prosedur pelayanan di unit ini?"),
        (_("Tidak mudah"), _("Kurang mudah"), _("Mudah"), _("Sangat mudah")),
    ),
    Question(
        "U3",
        _("Waktu penyelesaian"),
        _("Bagaimana pendapat Saudara tentang kecepatan waktu dalam memberikan pelayanan?"),
        (_("Tidak cepat"), _("Kurang cepat"), _("Cepat"), _("Sangat cepat")),
    ),
    Question(
        "U4",
        _("Biaya/tarif"),
        _("Bagaimana pendapat Saudara tentang kewajaran biaya/tarif dalam pelayanan?"),
        (_("Sangat mahal"), _("Cukup mahal"), _("Murah"), _("Gratis")),
    ),
    Question(
        "U5",
        _("Produk spesifikasi jenis pelayanan"),
        _(
            "Bagaimana pendapat Saudara tentang kesesuaian produk pelayanan antara yang tercantum"
            " dalam standar pelayanan dengan hasil yang diberikan?"
        ),
        (
            _("Tidak sesuai"),
            _("Kurang sesuai"),
            pgettext_lazy("survey", "Sesuai"),
            _("Sangat sesuai"),
        ),
    ),
    Question(
        "U6",
        _("Kompetensi pelaksana"),
        _("Bagaimana pendapat Saudara tentang kompetensi/kemampuan petugas dalam pelayanan?"),
        (_("Tidak kompeten"), _("Kurang kompeten"), _("Kompeten"), _("Sangat kompeten")),
    ),
    Question(
        "U7",
        _("Perilaku pelaksana"),
        _(
            "Bagaimana pendapat Saudara tentang perilaku petugas dalam pelayanan terkait kesopanan"
            " dan keramahan?"
        ),
        (
            _("Tidak sopan dan ramah"),
            _("Kurang sopan dan ramah"),
            _("Sopan dan ramah"),
            _("Sangat sopan dan ramah"),
        ),
    ),
    Question(
        "U8",
        _("Penanganan pengaduan, saran, dan masukan"),
        _("Bagaimana pendapat Saudara tentang penanganan pengaduan pengguna layanan?"),
        (
            pgettext_lazy("survey", "Tidak ada"),
            _("Ada tetapi tidak berfungsi"),
            _("Berfungsi kurang maksimal"),
            _("Dikelola dengan baik"),
        ),
    ),
    Question(
        "U9",
        _("Sarana dan prasarana"),
        _("Bagaimana pendapat Saudara tentang kualitas sarana dan prasarana?"),
        (_("Buruk"), _("Cukup"), _("Baik"), _("Sangat baik")),
    ),
)


@dataclass(frozen=True, slots=True)
class Characteristic:
    """What is asked about who answers: its key, label, and choices (value, label)."""

    key: str
    label: Any
    choices: tuple[tuple[str, Any], ...]


CHARACTERISTICS = (
    Characteristic("sex", _("Jenis kelamin"), (("m", _("Laki-laki")), ("f", _("Perempuan")))),
    Characteristic(
        "education",
        _("Pendidikan"),
        (
            ("sd", _("SD")),
            ("smp", _("SMP")),
            ("sma", _("SMA/SMK")),
            ("d", _("Diploma")),
            ("s1", _("S1")),
            ("s2", _("S2 atau lebih")),
        ),
    ),
    Characteristic(
        "occupation",
        _("Pekerjaan"),
        (
            ("pns", _("ASN")),
            ("tni", _("TNI")),
            ("polri", _("Polri")),
            ("swasta", _("Swasta")),
            ("wirausaha", _("Wirausaha")),
            ("lainnya", pgettext_lazy("occupation", "Lainnya")),
        ),
    ),
)

QUESTION_KEYS = tuple(one.key for one in QUESTIONS)
_ROW = re.compile(r"[0-4-]{9}")


class BadRow(ValueError):
    """What was typed of a sheet is no row of nine answers; the message counts its characters."""


def read_row(text: str) -> dict[str, int]:
    """
    Return the answers of a sheet typed as nine digits, "434-34434"; 0 or - is a question without an answer.

    Spaces are forgiven. Raises BadRow with the number of signs that were typed.
    """
    signs = "".join(text.split())
    if not _ROW.fullmatch(signs):
        raise BadRow(len(signs))
    return {
        key: int(sign) for key, sign in zip(QUESTION_KEYS, signs, strict=True) if sign not in "0-"
    }


def clean_answers(given: Mapping[str, Any]) -> dict[str, int]:
    """Return the answers among `given`, by key of their question: numbers from 1 to 4, nothing else."""
    found = {}
    for key in QUESTION_KEYS:
        value = str(given.get(key) or "")
        if value.isdecimal() and int(value) in ANSWERS:
            found[key] = int(value)
    return found


def clean_about(given: Mapping[str, Any]) -> dict[str, str]:
    """Return what is told about who answers: a choice that is offered, else ""."""
    return {
        one.key: value if (value := str(given.get(one.key) or "")) in dict(one.choices) else ""
        for one in CHARACTERISTICS
    }
