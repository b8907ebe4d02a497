"""Numbers of people and businesses as spreadsheets leave them: damaged ones are named, never repaired by guess."""

import re
from datetime import date

from satupintu.lib.identity import BadIdentity, check_nib, check_nik, check_npwp, check_phone

_QUOTED = re.compile(r'^=?"(.*)"$')
_SCIENTIFIC = re.compile(r"^\d+([.,]\d+)?[eE]\+?\d{1,2}$")
_TAIL = re.compile(r"[.,]0+$")
NOTHING = frozenset({"", "-", "--", "0", "n/a", "null", "none", "tidak ada"})
ORGANISATION = re.compile(
    r"^(pt|cv|ud|pd|firma|fa|koperasi|yayasan|perkumpulan|puskesmas|rsud|rumah sakit|klinik|apotek|toko|paud|tk|lkp"
    r"|pkbm|perum|bumdes|badan|dinas|universitas)\b\.?",
    re.IGNORECASE,
)


class BadCell(ValueError):
    """What stands in a cell cannot be kept; `code` says why (rules.PROBLEM_LABELS), `said` more, "" for nothing."""

    def __init__(self, code: str, said: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.said = said


def bare(text: str) -> str:
    """Return a cell without the signs by which spreadsheets are told that it is text."""
    plain = text.strip().lstrip("'").strip()
    found = _QUOTED.match(plain)
    return (found[1] if found else plain).strip()


def is_damaged(text: str) -> bool:
    """Say whether a spreadsheet turned a number into 6.10301E+15: its last figures are lost."""
    return bool(_SCIENTIFIC.match(bare(text)))


def read_number(kind: str, text: str, today: date) -> str:
    """
    Return the digits of a NIK, NIB or NPWP, or a telephone number in E.164; "" for nothing.

    Raises BadCell: "damaged" for 6.1E+15, "zeros_lost" where figures before the first one are missing, "number_wrong"
    with the sentence of what cannot be right.
    """
    plain = bare(text)
    if plain.lower() in NOTHING:
        return ""
    if is_damaged(plain):
        raise BadCell("damaged")
    plain = _TAIL.sub("", plain) if plain.replace(".", "").replace(",", "").isdigit() else plain
    try:
        return _checked(kind, plain, today)
    except BadIdentity as error:
        digits = re.sub(r"\D", "", plain)
        if error.part == "length" and len(digits) in _SHORT.get(kind, ()):
            raise BadCell("zeros_lost") from error
        raise BadCell("number_wrong", error.message) from error


_SHORT = {"nib": (11, 12), "npwp": (13, 14), "nik": (15,)}


def _checked(kind: str, plain: str, today: date) -> str:
    if kind == "nik":
        return check_nik(plain, today).value
    if kind == "nib":
        return check_nib(plain)
    if kind == "npwp":
        return check_npwp(plain, today)
    first = re.split(r"\s*(?:[,;]|/(?=\s*[0+])|\bdan\b)\s*", plain)[
        0
    ]  # of several telephones the first
    return check_phone(first)


def is_organisation(name: str) -> bool:
    return bool(ORGANISATION.match(name.strip()))


def number_key(text: str) -> str:
    """Return a number of a register as it is compared: without spaces, in capitals."""
    return "".join(text.split()).upper()
