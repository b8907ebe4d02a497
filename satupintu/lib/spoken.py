"""
Written text as it is read aloud: numbers, times and amounts in words, codes and abbreviations sign by sign.

Pure. Indonesian is written out, because speech programs read its figures badly; in English only what no program can
know (codes, long numbers) is spelt apart.
"""

import re

from satupintu.lib.words import spell_out

_LETTERS = dict(
    zip(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        ("a", "be", "ce", "de", "e", "ef", "ge", "ha", "i", "je", "ka", "el", "em", "en", "o", "pe", "ki",
         "er", "es", "te", "u", "ve", "we", "eks", "ye", "zet"),
        strict=True,
    )
)  # fmt: skip
_FIGURES = ["nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan"]
_FIGURES_EN = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_ADDRESS = re.compile(r"https?://\S+|\b[\w.-]+@[\w.-]+\b")
_CODE = re.compile(r"\b(?=[\w/.-]*\d)(?=[\w/.-]*[A-Z])[A-Z0-9]+(?:[-/.][A-Z0-9]+)*\b")
_RUPIAH = re.compile(r"\bRp\s?(\d{1,3}(?:[.,]\d{3})+|\d+)\b")
_THOUSANDS = re.compile(r"\b\d{1,3}(?:\.\d{3})+\b")
_CLOCK = re.compile(r"\b([01]?\d|2[0-3])[.:]([0-5]\d)\b")
_BETWEEN = re.compile(r"(?<=\w)\s?[-–]\s?(?=\w)")
_PHONE = re.compile(r"(?<!\w)\+?\d[\d-]{5,}\d\b")
_NUMBER = re.compile(r"\b\d+\b")
_CAPITALS = re.compile(r"\b[A-Z]{2,7}\b")
_LONGEST_WORD_OF_CAPITALS = 4  # a longer one is a word in capitals, unless it has no vowel
_LONGEST_NUMBER = 4  # figures; a longer one is no quantity
_GROUP = 4


def signs_apart(text: str, language: str = "id") -> str:
    """Return letters and figures one by one, with a pause after each four: "7K3F-9" -> "tujuh ka tiga ef, sembilan"."""
    figures = _FIGURES_EN if language.startswith("en") else _FIGURES
    groups = []
    for group in re.split(r"[^A-Za-z0-9]+", text):
        signs = [
            figures[int(sign)]
            if sign.isdigit()
            else sign.upper()
            if language.startswith("en")
            else _LETTERS[sign.upper()]
            for sign in group
            if sign.isascii()
        ]
        groups += [" ".join(signs[at : at + _GROUP]) for at in range(0, len(signs), _GROUP)]
    return ", ".join(groups)


def read_aloud(text: str, language: str = "id") -> str:
    """Return a text as a speech program should be given it; addresses of pages are left out."""
    text = _ADDRESS.sub("", text).replace("\n", ". ").replace("&", " dan ")
    text = _CODE.sub(lambda found: signs_apart(found[0], language), text)
    text = _PHONE.sub(lambda found: signs_apart(found[0], language), text)
    if not language.startswith("en"):
        text = _in_words(text)
    text = re.sub(r"[()\[\]\"]", ", ", text).replace("/", " ")
    text = re.sub(r"\s+([,.])", r"\1", text)
    text = re.sub(r"([,.!?:])(?:\s*[,.])+", r"\1", text)
    return re.sub(r"\s+", " ", text).strip()


def _in_words(text: str) -> str:
    text = _RUPIAH.sub(lambda found: f"{_quantity(found[1])} rupiah", text)
    text = _THOUSANDS.sub(lambda found: _quantity(found[0]), text)
    text = re.sub(r"(?<=\d)\s?[-–]\s?(?=\d)", " sampai ", text)
    text = _CLOCK.sub(_clock, text)
    text = text.replace("%", " persen")
    text = _BETWEEN.sub(_between, text)
    text = _NUMBER.sub(lambda found: _number(found[0]), text)
    return _CAPITALS.sub(_capitals, text)


def _quantity(figures: str) -> str:
    return spell_out(int(re.sub(r"\D", "", figures)))


def _clock(found: re.Match[str]) -> str:
    hour, minute = int(found[1]), int(found[2])
    said = f"pukul {spell_out(hour)}"
    return f"{said} lewat {spell_out(minute)} menit" if minute else said


def _between(found: re.Match[str]) -> str:
    """Read a dash between two days as "until", and any other as nothing."""
    days = ("senin", "selasa", "rabu", "kamis", "jumat", "sabtu", "minggu")
    before = re.split(r"\W", found.string[: found.start()])[-1].lower()
    after = re.split(r"\W", found.string[found.end() :])[0].lower()
    return " sampai " if before in days and after in days else " "


def _number(figures: str) -> str:
    if len(figures) > _LONGEST_NUMBER or (len(figures) > 1 and figures.startswith("0")):
        return signs_apart(figures)
    return spell_out(int(figures))


def _capitals(found: re.Match[str]) -> str:
    word = found[0]
    if len(word) > _LONGEST_WORD_OF_CAPITALS and re.search("[AEIOU]", word):
        return word.lower()
    return signs_apart(word).replace(",", "")
