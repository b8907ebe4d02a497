"""
Regulations as service files cite them: "UU 17/2023 Pasal 264", "Perda Sanggau Nomor 2 Tahun 2024".

A demand may rest on a regulation only (UU 12/2011 Articles 7 and 8), or on what a minister laid down; a decree or
circular of the office itself is what the office wants, not what the law asks. A time limit above the general one may
rest on national sector law only (UU 30/2014 Article 53(2)).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    NATIONAL = "national"  # laws, government, presidential and ministerial regulations
    REGIONAL = "regional"  # of the province, regency or city, and of its head
    MINISTER = "minister"  # decrees and circulars of ministers: bind offices, are no regulation


@dataclass(frozen=True, slots=True)
class Citation:
    kind: str  # "UU", "PP", "Permendagri", ...
    number: str  # "17/2023", "HK.02.01/MENKES/6/2024" without its letters
    level: Level


_YEAR = r"(?:19|20)\d{2}\b"
_NUMBER = rf"(\d[\w.\-]*(?:/[\w.\-]+)*?)(?:/|\s+Tahun\s+)({_YEAR})"
_NO = r"(?:\s+(?:Nomor|No\.?))?\s+"
# Names between kind and number: "Peraturan Menteri Kesehatan Nomor 28", "Permen Investasi/BKPM 5".
_NAMES = (
    r"(?:\s+(?!SK\b|SE\b|Keputusan\b|Surat\b)[A-Z(][\w/()&.,\-]*(?:\s+(?:dan|tentang)\b)?){0,8}?"
)

# Kind as written, level, and whether names may stand between kind and number.
_KINDS: tuple[tuple[str, Level, bool], ...] = (
    (r"UU|Undang-[Uu]ndang", Level.NATIONAL, False),
    (r"Perppu|Perpu|PP|Peraturan Pemerintah|Perpres|Peraturan Presiden", Level.NATIONAL, False),
    (r"Permen[\w\-]*|Peraturan Menteri|Peraturan Badan|Peraturan Kepala Badan|Perka|POJK", Level.NATIONAL, True),
    (r"Peraturan (?:BPOM|BKPM|BPS|BKN|LAN|KPU|OJK|BI)", Level.NATIONAL, True),
    (r"Perda|Peraturan Daerah|Perbup|Perwali?|Pergub", Level.REGIONAL, True),
    (r"Peraturan (?:Bupati|Wali ?[Kk]ota|Gubernur)", Level.REGIONAL, True),
    (r"Keppres|Inpres|Kepmen[\w\-]*|Keputusan (?:Menteri|Presiden)", Level.MINISTER, True),
    (r"SE Men\w+|Surat Edaran Menteri", Level.MINISTER, True),
)  # fmt: skip
_CITED = tuple(
    (re.compile(rf"\b({kind})\b{_NAMES if named else ''}{_NO}(?:[A-Z]+\.)?{_NUMBER}"), level)
    for kind, level, named in _KINDS
)
_CONSTITUTION = re.compile(r"\bUUD(?: NRI)?(?: Tahun)? 1945\b")
_SHORT = {
    "Undang-Undang": "UU",
    "Undang-undang": "UU",
    "Peraturan Pemerintah": "PP",
    "Perppu": "Perpu",
}

# Law on administration and on public service in general: it sets no longer time for one sector.
_GENERAL = frozenset(
    [
        ("UU", "30/2014"), ("UU", "11/2020"), ("Perpu", "2/2022"), ("UU", "6/2023"),
        ("UU", "25/2009"), ("PP", "96/2012"), ("UU", "23/2014"), ("Permendagri", "138/2017"),
        ("PermenPANRB", "15/2014"),
    ]
)  # fmt: skip
_STATED_DAYS = re.compile(r"\b(\d{1,3})\s+(?:hari kerja|working days)\b")


def citations(text: str) -> Iterator[Citation]:
    """Yield the regulations that `text` cites with kind, number and year."""
    if _CONSTITUTION.search(text):
        yield Citation("UUD", "1945", Level.NATIONAL)
    for pattern, level in _CITED:
        for found in pattern.finditer(text):
            kind = _SHORT.get(found[1], found[1])
            yield Citation(kind, f"{found[2]}/{found[3]}", level)


def cites_regulation(text: str) -> bool:
    """Return whether a demand may rest on what `text` cites."""
    return next(citations(text), None) is not None


def cites_sector_law(text: str) -> bool:
    """Return whether `text` cites national law of one sector, which may set a longer time than the general one."""
    return any(
        one.level is Level.NATIONAL and (one.kind, one.number) not in _GENERAL
        for one in citations(text)
    )


def days_stated(text: str) -> int | None:
    """Return the working days that `text` itself says its law allows ("PP 16/2021 (28 hari kerja)"), None if none."""
    found = _STATED_DAYS.search(text)
    return int(found[1]) if found else None
