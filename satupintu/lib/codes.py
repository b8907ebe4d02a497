"""
Tracking codes: short enough to read out on the telephone, too many to guess, with a check
character.

A code is nine symbols of Crockford's base 32 (no I, L, O, U): eight random ones and one check
character, written
`7K3F-9QXM-2`. Eight symbols are 40 bits: with 100,000 live codes and the throttle of 120 wrong tries
an hour for an address, one address needs about ten years for a hit by luck. The check character
is the sum of the symbols weighted by different powers of a generator of GF(32); it is wrong after
any one misread symbol and after any two exchanged ones, so a typing mistake is told apart from an
unknown code without asking the database.
"""

import secrets

from django.utils.translation import gettext as _

from satupintu.lib.refusal import Refusal

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES = {symbol: value for value, symbol in enumerate(ALPHABET)}
_FORGIVEN = str.maketrans({"O": "0", "I": "1", "L": "1"})
_SEPARATORS = str.maketrans("", "", " -–—_.\t\u00a0")
_RANDOM_SYMBOLS = 8
_FIELD_POLYNOMIAL = 0b100101  # x^5 + x^2 + 1, primitive over GF(2)
_FIELD_SIZE = 32


class BadCode(Refusal, ValueError):
    """A typed tracking code cannot be one; `message` says so to the person who typed it."""


def _double(value: int) -> int:
    value <<= 1
    return value ^ _FIELD_POLYNOMIAL if value >= _FIELD_SIZE else value


def _check_symbol(symbols: str) -> str:
    total = 0
    for symbol in symbols:  # Horner's rule: each symbol ends with its own power of the generator
        total = _double(total ^ _VALUES[symbol])
    return ALPHABET[total]


def _written(symbols: str) -> str:
    return f"{symbols[:4]}-{symbols[4:8]}-{symbols[8:]}"


def make_tracking_code() -> str:
    """Return a new unguessable tracking code in its written form, `7K3F-9QXM-2`."""
    symbols = "".join(secrets.choice(ALPHABET) for _i in range(_RANDOM_SYMBOLS))
    return _written(symbols + _check_symbol(symbols))


def code_of_number(number: int) -> str:
    """Return the code that stands for a number of at most 40 bits, in its written form."""
    symbols = "".join(ALPHABET[number >> (5 * place) & 31] for place in range(_RANDOM_SYMBOLS))
    return _written(symbols + _check_symbol(symbols))


def plain_symbols(text: str) -> str:
    """Return what was typed as symbols of a code: upper case, no separators, O as 0, I and L as 1."""
    return text.strip().upper().translate(_SEPARATORS).translate(_FORGIVEN)


_KEYS = {
    letter: str(key)
    for key, letters in enumerate(("ABC", "DEF", "GHI", "JKL", "MNO", "PQRS", "TUV", "WXYZ"), 2)
    for letter in letters
}


def keypad(code: str) -> str:
    """
    Return a code as it is pressed on a telephone's keys: figures as they are, A, B and C as 2, and so on.

    Many codes share one such form (about 26 of the 40 bits are left): it proves something only of one named
    application, and only with few tries.
    """
    return "".join(_KEYS.get(symbol, symbol) for symbol in plain_symbols(code))


def read_tracking_code(text: str) -> str:
    """
    Return the written form of a code as a person typed it.

    Forgives lower case, spaces, missing dashes, O for 0, I and L for 1.
    Raises BadCode if the length, a symbol or the check character is wrong.
    """
    symbols = plain_symbols(text)
    if len(symbols) != _RANDOM_SYMBOLS + 1:
        raise BadCode(
            _(
                "Kode lacak terdiri dari 9 huruf dan angka, mis. 7K3F-9QXM-2; yang Anda ketik"
                " %(count)s."
            )
            % {"count": len(symbols)}
        )
    strange = next((symbol for symbol in symbols if symbol not in _VALUES), None)
    if strange is not None:
        raise BadCode(
            _("Kode lacak tidak memakai “%(symbol)s”. Periksa lagi tanda terima Anda.")
            % {"symbol": strange}
        )
    if _check_symbol(symbols[:-1]) != symbols[-1]:
        raise BadCode(
            _("Ada huruf atau angka yang keliru pada kode lacak. Periksa lagi tanda terima Anda.")
        )
    return _written(symbols)


def find_tracking_code(text: str) -> str | None:
    """Return the same; None for a text that can be no tracking code."""
    try:
        return read_tracking_code(text)
    except BadCode:
        return None
