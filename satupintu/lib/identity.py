"""
Identity numbers and telephone numbers: read what a person typed, say in one sentence what
is wrong.

Rules: NIK, PP 40/2019 and Kemendagri region codes (Kepmendagri 300.2.2-2430/2025); NPWP, PMK
112/2022; NIB, PP 28/2025; NIP, Perka BKN 22/2007. The region inside a NIK is where it was first
recorded, not where the person lives: it is returned for a remark, never a reason to refuse. Readers
forgive spaces, dots and dashes.
"""

import re
from dataclasses import dataclass
from datetime import date

import phonenumbers
from django.utils.translation import gettext as _

from satupintu.lib.refusal import Refusal

_NIK_DIGITS = 16
_NIB_DIGITS = 13
_NIP_DIGITS = 18
_WOMEN = 40  # added to the day of birth
_DAY_MAX = 31
_MONTH_MAX = 12
# As telephones and word processors copy numbers: invisible marks of direction, hyphens of every kind.
_HIDDEN = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_DASHES = "\u2010-\u2015\u2212"
_SEPARATORS = re.compile(rf"[\s.\-/{_DASHES}{_HIDDEN}]")
_PHONE_NOISE = re.compile(rf"(?i)^[\s{_HIDDEN}]*tel:|[\s().\-/{_DASHES}{_HIDDEN}]")


class BadIdentity(Refusal, ValueError):
    """
    A typed number cannot be right. `part` names what is wrong ("length", "digits", "day", "month",
    "date", "serial", "check", "sex", "form"); `message` is one sentence for the person who typed
    it.
    """

    def __init__(self, part: str, message: str) -> None:
        super().__init__(message)
        self.part = part


class BadNik(BadIdentity):
    """A NIK that cannot exist."""


class BadNpwp(BadIdentity):
    """A tax number that cannot exist."""


class BadNib(BadIdentity):
    """A business number that cannot exist."""


class BadNip(BadIdentity):
    """A civil servant's number that cannot exist."""


class BadPhone(BadIdentity):
    """A telephone number that cannot be dialled."""


@dataclass(frozen=True, slots=True)
class Nik:
    """A citizen's number: 16 digits; `region_code` as in the region table ("61.03.01")."""

    value: str
    birth_date: date
    female: bool
    region_code: str
    serial: str


@dataclass(frozen=True, slots=True)
class Nip:
    """A civil servant's number; `contract` is True for PPPK."""

    value: str
    birth_date: date
    female: bool
    contract: bool


def _digits(text: str) -> str:
    return _SEPARATORS.sub("", text)


def _check_digits(value: str, length: int, name: str, wrong: type[BadIdentity]) -> None:
    if not (value.isascii() and value.isdigit()):
        raise wrong("digits", _("%(name)s hanya boleh berisi angka.") % {"name": name})
    if len(value) != length:
        raise wrong(
            "length",
            _("%(name)s terdiri dari %(length)s angka; yang Anda ketik %(count)s angka.")
            % {"name": name, "length": length, "count": len(value)},
        )


def _short_year_date(day: int, month: int, short_year: int, today: date) -> date | None:
    """
    Return the latest date not after `today` with that two-digit year; None when there is no such
    day.

    A year above the present one lies in the last century, and so does a day of this year that is
    still to come.
    """
    for century in (today.year // 100 * 100, today.year // 100 * 100 - 100):
        try:
            found = date(century + short_year, month, day)
        except ValueError:
            continue
        if found <= today:
            return found
    return None


def check_nik(text: str, today: date) -> Nik:
    """
    Return the parts of a NIK.

    Raises BadNik if the digits, the length, the day, the month, the date or the serial cannot be
    right.
    """
    value = _digits(text)
    _check_digits(value, _NIK_DIGITS, "NIK", BadNik)
    day, month, short_year = int(value[6:8]), int(value[8:10]), int(value[10:12])
    female = day > _WOMEN
    born = day - _WOMEN if female else day
    if not 1 <= born <= _DAY_MAX:
        raise BadNik(
            "day",
            _(
                "Angka ke-7 dan ke-8 NIK (tanggal lahir) tidak mungkin %(digits)s; periksa"
                " lagi KTP Anda."
            )
            % {"digits": value[6:8]},
        )
    if not 1 <= month <= _MONTH_MAX:
        raise BadNik(
            "month",
            _(
                "Angka ke-9 dan ke-10 NIK (bulan lahir) tidak mungkin %(digits)s; periksa lagi"
                " KTP Anda."
            )
            % {"digits": value[8:10]},
        )
    birth_date = _short_year_date(born, month, short_year, today)
    if birth_date is None:
        raise BadNik(
            "date",
            _(
                "Tanggal lahir dalam NIK (angka ke-7 sampai ke-12, %(digits)s) tidak ada dalam"
                " kalender."
            )
            % {"digits": value[6:12]},
        )
    if value[12:] == "0000":
        raise BadNik(
            "serial", _("Empat angka terakhir NIK tidak mungkin 0000; periksa lagi KTP Anda.")
        )
    return Nik(value, birth_date, female, _region_code(value), value[12:])


def _region_code(value: str) -> str:
    return f"{value[:2]}.{value[2:4]}.{value[4:6]}"


def _luhn(digits: str) -> bool:
    total = 0
    for position, digit in enumerate(reversed(digits)):
        worth = int(digit) * (2 if position % 2 else 1)
        total += worth - 9 if worth > 9 else worth  # noqa: PLR2004  digits of 10 to 18
    return total % 10 == 0


def check_npwp(text: str, today: date) -> str:
    """
    Return a tax number as its digits: 15 in the old form, 16 in the new one (a NIK, or "0" and the
    old number).

    Raises BadNpwp if the length, the digits or the check digit cannot be right.
    """
    value = _digits(text)
    if not (value.isascii() and value.isdigit()):
        raise BadNpwp("digits", _("NPWP hanya boleh berisi angka."))
    if len(value) not in {15, 16}:
        raise BadNpwp(
            "length",
            _(
                "NPWP terdiri dari 16 angka (atau 15 angka format lama); yang Anda ketik"
                " %(count)s angka."
            )
            % {"count": len(value)},
        )
    if len(value) == _NIK_DIGITS and not value.startswith("0"):
        try:
            check_nik(value, today)
        except BadNik as error:
            raise BadNpwp(
                error.part, _("NPWP 16 angka milik perorangan sama dengan NIK. ") + error.message
            ) from error
        return value
    if not _luhn(value[-15:][:9]):
        raise BadNpwp(
            "check",
            _("Ada angka yang keliru pada sembilan angka pertama NPWP; periksa lagi kartu Anda."),
        )
    return value


def check_nib(text: str) -> str:
    """Return a business number as 13 digits (no check digit is published). Raises BadNib."""
    value = _digits(text)
    _check_digits(value, _NIB_DIGITS, "NIB", BadNib)
    return value


def check_nip(text: str) -> Nip:
    """
    Return the parts of a civil servant's number: birth date, start of service (month 21 to 29 for
    PPPK), sex, serial.

    Raises BadNip if a part cannot be right.
    """
    value = _digits(text)
    _check_digits(value, _NIP_DIGITS, "NIP", BadNip)
    try:
        born = date(int(value[:4]), int(value[4:6]), int(value[6:8]))
    except ValueError:
        raise BadNip(
            "date", _("Delapan angka pertama NIP (tanggal lahir) tidak ada dalam kalender.")
        ) from None
    month = int(value[12:14])
    contract = value[12] == "2"
    if not (1 <= month <= _MONTH_MAX or contract) or int(value[8:12]) < born.year:
        raise BadNip(
            "month", _("Angka ke-9 sampai ke-14 NIP (mulai bertugas) tidak mungkin benar.")
        )
    if value[14] not in "12":
        raise BadNip("sex", _("Angka ke-15 NIP harus 1 (laki-laki) atau 2 (perempuan)."))
    return Nip(value, born, value[14] == "2", contract)


def check_phone(text: str) -> str:
    """
    Return a telephone number in E.164 ("+6281200001234"): 08..., 62... and +62... alike, foreign
    ones with "+".

    Raises BadPhone if it cannot be dialled.
    """
    value = _PHONE_NOISE.sub("", text)
    if not re.fullmatch(r"\+?[0-9]+", value):
        raise BadPhone("digits", _("Nomor telepon hanya boleh berisi angka, mis. 0812-3456-7890."))
    if value.startswith("00"):
        value = "+" + value[2:]
    elif value.startswith("62"):
        value = "+" + value
    elif value.startswith("8"):
        value = "0" + value  # as people write who leave the zero out
    try:
        parsed = phonenumbers.parse(value, "ID")
    except phonenumbers.NumberParseException:
        parsed = None
    if parsed is None or not phonenumbers.is_possible_number(parsed):
        raise BadPhone(
            "length",
            _("Panjang nomor telepon itu tidak cocok; tulis lengkap, mis. 0812-3456-7890."),
        )
    if not phonenumbers.is_valid_number(parsed):
        raise BadPhone(
            "form", _("Nomor telepon itu tidak dikenal; periksa angka-angka depannya, mis. 0812.")
        )
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def is_mobile(e164: str) -> bool:
    """Say whether an E.164 number may be one that takes an SMS; False for "" and for what is no number."""
    try:
        kind = phonenumbers.number_type(phonenumbers.parse(e164, None))
    except phonenumbers.NumberParseException:
        return False
    mobile = phonenumbers.PhoneNumberType
    return kind in {mobile.MOBILE, mobile.FIXED_LINE_OR_MOBILE}


def phone_for_people(e164: str) -> str:
    """
    Return an E.164 number as people write it: "0812-0000-1234", foreign ones with their country
    code.
    """
    try:
        parsed = phonenumbers.parse(e164, "ID")
    except phonenumbers.NumberParseException:
        return e164
    style = phonenumbers.PhoneNumberFormat
    own = parsed.country_code == 62  # noqa: PLR2004  Indonesia
    return str(phonenumbers.format_number(parsed, style.NATIONAL if own else style.INTERNATIONAL))


def mask_identity(value: str) -> str:
    """
    Return a number with its middle hidden: "6103••••••••9999"; short ones keep the last two
    characters at most.
    """
    if len(value) >= 12:  # noqa: PLR2004  four and four shown, the rest hidden
        return value[:4] + "•" * (len(value) - 8) + value[-4:]
    shown = 2 if len(value) >= 6 else 0  # noqa: PLR2004  shows little of little
    return "•" * (len(value) - shown) + (value[-shown:] if shown else "")
