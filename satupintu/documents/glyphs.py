"""
Which characters our fonts can show.

PDF/A refuses a page with a character that its font lacks, and a name with an emoji must not stop a
permit: what cannot be shown becomes a question mark.
"""

import struct
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

FONTS = Path(__file__).resolve().parent / "fonts"
INSTEAD = "?"
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def _subtables(font: bytes) -> Iterator[bytes]:
    """Yield the subtables of the font's `cmap` table (OpenType specification)."""
    (count,) = struct.unpack(">H", font[4:6])
    for number in range(count):
        tag, _sum, offset, size = struct.unpack(">4sLLL", font[12 + number * 16 : 28 + number * 16])
        if tag == b"cmap":
            table = font[offset : offset + size]
            (entries,) = struct.unpack(">H", table[2:4])
            for entry in range(entries):
                _platform, _kind, start = struct.unpack(
                    ">HHL", table[4 + entry * 8 : 12 + entry * 8]
                )
                yield table[start:]


def _characters(subtable: bytes) -> set[int]:
    """Return the code points of a subtable of format 4 or 12; other formats add nothing."""
    (form,) = struct.unpack(">H", subtable[:2])
    found: set[int] = set()
    if form == 4:  # noqa: PLR2004  the format's number
        count = struct.unpack(">H", subtable[6:8])[0] // 2
        ends = struct.unpack(f">{count}H", subtable[14 : 14 + count * 2])
        starts = struct.unpack(f">{count}H", subtable[16 + count * 2 : 16 + count * 4])
        for start, end in zip(starts, ends, strict=True):
            found.update(range(start, end + 1))
    elif form == 12:  # noqa: PLR2004  the format's number
        (groups,) = struct.unpack(">L", subtable[12:16])
        for number in range(groups):
            start, end, _glyph = struct.unpack(
                ">LLL", subtable[16 + number * 12 : 28 + number * 12]
            )
            found.update(range(start, end + 1))
    return found


@lru_cache(maxsize=1)
def shown_characters() -> frozenset[int]:
    """Return the code points that every one of our fonts has."""
    sets = []
    for path in sorted(FONTS.glob("*.ttf")):
        font = path.read_bytes()
        sets.append(set().union(*(_characters(subtable) for subtable in _subtables(font))))
    return frozenset(set.intersection(*sets))


def showable(text: str) -> str:
    """Return `text`, composed (NFC), without control characters, a ? for what cannot be shown."""
    if text.isascii() and text.isprintable():
        return text
    shown = shown_characters()
    return "".join(
        character if character == "\n" or ord(character) in shown else INSTEAD
        for character in unicodedata.normalize("NFC", text)
        if character == "\n" or unicodedata.category(character) not in _UNSEEN
    )
