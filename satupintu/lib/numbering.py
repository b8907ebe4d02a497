"""
Numbers of permits and letters, written by a pattern such as
`503/{seq:3}/SIP-B/DPMPTSP/{roman_month}/{year}`.

Pure: taking the next sequence number is the office's register (office.services.take_number).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from satupintu.lib.refusal import Refusal

_TOKEN = re.compile(r"\{([^{}]*)\}")
_LENGTH_MAX = 80
_MOST_SEQ_DIGITS = 9
_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"),
    (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip


class BadPattern(Refusal, ValueError):
    """A number pattern cannot be used; `message` says which part and what is allowed."""


@dataclass(frozen=True, slots=True)
class NumberParts:
    """What a pattern may print."""

    seq: int
    at_date: date
    classification: str = ""
    unit: str = ""
    service: str = ""


_TOKENS: Mapping[str, Callable[[NumberParts], str]] = {
    "seq": lambda parts: str(parts.seq),
    "day": lambda parts: str(parts.at_date.day),
    "month": lambda parts: str(parts.at_date.month),
    "roman_month": lambda parts: roman(parts.at_date.month),
    "year": lambda parts: str(parts.at_date.year),
    "class": lambda parts: parts.classification,
    "unit": lambda parts: parts.unit,
    "service": lambda parts: parts.service,
}
_PADDED = frozenset({"seq", "day", "month"})


def roman(value: int) -> str:
    """Return a number from 1 to 3999 in Roman figures. Raises ValueError outside of that."""
    if not 1 <= value <= 3999:  # noqa: PLR2004  what the figures can write
        raise ValueError(f"{value} cannot be written in Roman figures.")
    text = ""
    for worth, figure in _ROMAN:
        count, value = divmod(value, worth)
        text += figure * count
    return text


def check_pattern(pattern: str, *, yearly: bool = True) -> None:
    """
    Check that different sequence numbers of a series can never give the same written number.

    Raises BadPattern for an unknown token, stray braces, a missing or repeated {seq}, a {seq} next
    to a figure or another token, or a series that restarts each year (`yearly`) without {year}.
    """
    if len(pattern) > _LENGTH_MAX:
        raise BadPattern(_("Pola nomor paling panjang %(count)s huruf.") % {"count": _LENGTH_MAX})
    names = [_read_token(body)[0] for body in _TOKEN.findall(pattern)]
    if re.search(r"[{}]", _TOKEN.sub("", pattern)):
        raise BadPattern(_("Kurung kurawal pada pola nomor tidak berpasangan."))
    if names.count("seq") != 1:
        raise BadPattern(_("Pola nomor harus memuat {seq} tepat satu kali, mis. {seq:3}."))
    if re.search(r"[0-9}]\{seq|\{seq(:\d+)?\}[0-9{]", pattern):
        raise BadPattern(_("Beri tanda pemisah, mis. garis miring, di kiri dan kanan {seq}."))
    if yearly and "year" not in names:
        raise BadPattern(_("Nomor mulai lagi setiap tahun, jadi pola harus memuat {year}."))


def _read_token(body: str) -> tuple[str, int]:
    """Return a token's name and least width (0: none). Raises BadPattern for no token."""
    name, _colon, width = body.partition(":")
    if name not in _TOKENS:
        allowed = ", ".join(f"{{{token}}}" for token in _TOKENS)
        raise BadPattern(
            _("“{%(token)s}” tidak dikenal dalam pola nomor. Yang tersedia: %(allowed)s.")
            % {"token": body, "allowed": allowed}
        )
    if not _colon:
        return name, 0
    if name not in _PADDED or not re.fullmatch("[1-9]", width):
        raise BadPattern(
            _(
                "“{%(token)s}” tidak dapat dibaca. Lebar 1 sampai 9 hanya untuk {seq}, {day}, dan"
                " {month}, mis. {seq:3}."
            )
            % {"token": body}
        )
    return name, int(width)


def format_number(
    pattern: str,
    *,
    seq: int,
    at_date: date,
    classification: str = "",
    unit: str = "",
    service: str = "",
) -> str:
    """
    Return the written number; one wider than its width is written in full, never cut.

    Raises BadPattern if the pattern has an unknown token, ValueError if `seq` is less than 1.
    """
    if seq < 1:
        raise ValueError(f"A sequence number starts at 1, not {seq}.")
    parts = NumberParts(seq, at_date, classification, unit, service)

    def written(match: re.Match[str]) -> str:
        name, width = _read_token(match.group(1))
        return _TOKENS[name](parts).zfill(width)

    return _TOKEN.sub(written, pattern)


def numbers_of_digits(pattern: str, digits: str, *, years: Sequence[int]) -> list[str]:
    """
    Return the written numbers that somebody may mean who can press figures only: all the figures of a number, or
    its sequence alone (leading zeros or not) of one of `years`, the first of them first.

    Empty where the pattern holds more than figures can tell ({class}, {unit}, ... and dates).
    """
    names = [_read_token(body) for body in _TOKEN.findall(pattern)]
    if {name for name, _width in names} - {"seq", "year"} or not digits.isdigit():
        return []
    shape, place = "", 0
    for match in _TOKEN.finditer(pattern):
        shape += re.sub(r"\D", "", pattern[place : match.start()])
        name, width = _read_token(match.group(1))
        shape += r"(?P<year>\d{4})" if name == "year" else rf"(?P<seq>\d{{{width or 1},9}})"
        place = match.end()
    shape += re.sub(r"\D", "", pattern[place:])
    meant: list[tuple[int, int]] = []
    if (whole := re.fullmatch(shape, digits)) is not None:
        year = int(whole.groupdict().get("year") or years[0])
        meant.append((year, int(whole["seq"])))
    if len(digits) <= _MOST_SEQ_DIGITS:
        meant += [(year, int(digits)) for year in years]
    found = [
        format_number(pattern, seq=seq, at_date=date(year, 1, 1))
        for year, seq in meant
        if seq >= 1 and year >= 1
    ]
    return list(dict.fromkeys(found))
