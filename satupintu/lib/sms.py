"""
What an SMS costs and how it is cut: the GSM 7-bit alphabet, the number of parts, and words without typography.

Source: 3GPP TS 23.038, section 6.2.1 (alphabet and its extension); TS 23.040, sections 9.2.3.16 and 9.2.3.24.1 (160
septets or 140 octets in one message, 153 or 134 beside a concatenation header). All functions are pure.
"""

import re
import unicodedata
from enum import StrEnum

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_ESCAPE = 0x1B
_EXTENSION = {
    "\f": 0x0A, "^": 0x14, "{": 0x28, "}": 0x29, "\\": 0x2F, "[": 0x3C, "~": 0x3D, "]": 0x3E, "|": 0x40, "€": 0x65,
}  # fmt: skip
_CODES = {char: code for code, char in enumerate(_BASIC) if code != _ESCAPE}
_EXTENDED = {code: char for char, code in _EXTENSION.items()}

MOST_PARTS = 3  # more is a letter: the office shortens it, or sends it another way


class Coding(StrEnum):
    GSM7 = "gsm7"
    UCS2 = "ucs2"  # what telephones call so is UTF-16


# Septets or UTF-16 units: of a message alone, and of one part of several.
ALONE = {Coding.GSM7: 160, Coding.UCS2: 70}
AMONG = {Coding.GSM7: 153, Coding.UCS2: 67}

# What typography, word processors and telephones put in; no meaning is lost, so nothing may cost a second part.
_SAME = {
    "‘": "'", "’": "'", "‚": "'", "‛": "'", "`": "'", "´": "'", "ʼ": "'", "′": "'", "‹": "'", "›": "'",
    "“": '"', "”": '"', "„": '"', "‟": '"', "″": '"', "«": '"', "»": '"',
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "⁃": "-", "﹣": "-",
    "•": "-", "‣": "-", "·": "-", "∙": "-", "●": "-", "○": "-", "▪": "-", "◦": "-", "■": "-", "▸": "-", "►": "-",
    "…": "...", "⁄": "/", "∕": "/", "∶": ":", "×": "x", "÷": ":", "±": "+/-", "≤": "<=", "≥": ">=", "≠": "!=",
    "≈": "~", "→": "->", "➡": "->", "➜": "->", "←": "<-", "⬅": "<-", "⇒": "=>", "↔": "<->",
    "✓": "(v)", "✔": "(v)", "✅": "(v)", "☑": "(v)", "✗": "(x)", "✘": "(x)", "✖": "(x)", "❌": "(x)", "❎": "(x)",
    "☐": "( )", "★": "*", "☆": "*", "⭐": "*", "⚠": "(!)", "❗": "!", "❕": "!", "❓": "?", "❔": "?", "‼": "!!",
    "⁉": "!?", "№": "No.", "™": "(TM)", "©": "(c)", "®": "(R)", "¢": "c", "¦": "|", "ª": "a", "º": "o",
    "ı": "i", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "œ": "oe", "Œ": "OE", "þ": "th", "Þ": "Th", "ð": "d",
    "🙂": ":)", "😊": ":)", "😀": ":)", "😃": ":)", "😄": ":)", "😁": ":D", "😂": ":D", "😉": ";)", "🙁": ":(",
    "☹": ":(", "😞": ":(", "😢": ":'(", "😭": ":'(", "😡": ">:(", "😠": ">:(", "☺": ":)", "👍": "(y)", "👎": "(n)",
    "❤": "<3", "♥": "<3", "📍": "@", "📞": "Tel.", "☎": "Tel.", "📱": "HP", "📧": "Email", "✉": "Email",
    "\t": " ", "\u2028": "\n", "\u2029": "\n", "\x85": "\n", "\v": "\n",
}  # fmt: skip
_DRESS = re.compile("[\ufe0e\ufe0f\u20e3\U0001f3fb-\U0001f3ff]")  # how a sign looks, not which
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_FRACTION = re.compile(r"(?<=\d)(?=[¼½¾⅐-⅞])")
_POWER = re.compile(r"(?<=\d)(?=[²³¹⁰⁴-⁹])")


def _plain_char(char: str) -> str:
    """Return `char` in letters of the GSM alphabet; itself where nothing says the same."""
    if char in _CODES or char in _EXTENSION:
        return char
    if char in _SAME:
        return _SAME[char]
    apart = unicodedata.normalize("NFKD", char)
    if apart == char:
        return " " if unicodedata.category(char) == "Zs" else char
    plain = "".join(
        _SAME.get(one, one) for one in apart if not unicodedata.combining(one) or one in _SAME
    )
    if not plain or any(one not in _CODES and one not in _EXTENSION for one in plain):
        return char
    return f"({plain})" if unicodedata.decomposition(char).startswith("<circle>") else plain


def to_gsm7(text: str) -> str:
    """
    Return the same words in the GSM alphabet: straight quotes, simple dashes, letters without foreign accents.

    Words that cannot be written so (another script, an unknown emoji) stay all as they are: they cost the same then.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    marked = _POWER.sub("^", _FRACTION.sub(" ", _UNSEEN.sub("", _DRESS.sub("", text))))
    plain = "".join(map(_plain_char, marked))
    return plain if coding_of(plain) is Coding.GSM7 else text


def coding_of(text: str) -> Coding:
    """Return the cheapest coding that `text` can be sent in as it is."""
    known = all(char in _CODES or char in _EXTENSION for char in text)
    return Coding.GSM7 if known else Coding.UCS2


def _width(char: str, coding: Coding) -> int:
    if coding is Coding.GSM7:
        return 2 if char in _EXTENSION else 1
    return 2 if ord(char) > 0xFFFF else 1  # noqa: PLR2004  outside the first plane: two units


def units(text: str) -> int:
    """Return how many septets (GSM-7) or UTF-16 units (UCS-2) `text` takes; braces, € and most emoji count twice."""
    coding = coding_of(text)
    return sum(_width(char, coding) for char in text)


def split(text: str) -> tuple[str, ...]:
    """
    Return `text` in the parts it is sent as, at least one; together they are the text.

    No escape sequence and no surrogate pair is cut in two.
    """
    coding = coding_of(text)
    if units(text) <= ALONE[coding]:
        return (text,)
    parts: list[str] = []
    start = used = 0
    for at, char in enumerate(text):
        width = _width(char, coding)
        if used + width > AMONG[coding]:
            parts.append(text[start:at])
            start, used = at, 0
        used += width
    return (*parts, text[start:])


def count_parts(text: str) -> int:
    """Return how many SMS `text` is paid as."""
    return len(split(text))


def encode(text: str, coding: Coding) -> bytes:
    """Return `text` as SMPP and Kannel carry it: one septet an octet, or UTF-16. Raises UnicodeError."""
    if coding is Coding.UCS2:
        return text.encode("utf-16-be", "replace")  # half a surrogate pair is no character
    octets = bytearray()
    for char in text:
        if char in _EXTENSION:
            octets += bytes((_ESCAPE, _EXTENSION[char]))
        elif char in _CODES:
            octets.append(_CODES[char])
        else:
            raise UnicodeError("not in the GSM alphabet")
    return bytes(octets)


def decode(octets: bytes, coding: Coding) -> str:
    """
    Return the text of unpacked septets or of UTF-16; never raises.

    An unknown escape reads as the letter of the main table (TS 23.038, 6.2.1.1), anything else unreadable as U+FFFD.
    """
    if coding is Coding.UCS2:
        return octets.decode("utf-16-be", "replace")
    text: list[str] = []
    escaped = False
    for octet in octets:
        if octet == _ESCAPE and not escaped:
            escaped = True
            continue
        main = _BASIC[octet] if octet < len(_BASIC) else "\ufffd"
        if octet == _ESCAPE:
            main = " "  # escape twice: reserved for another table, shown as a space
        text.append(_EXTENDED.get(octet, main) if escaped else main)
        escaped = False
    return "".join(text)
