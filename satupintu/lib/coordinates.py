"""
Places on the map: read what a person typed or pasted, in the notations that telephones, maps and deeds use.

Degrees with a point or a comma, degrees with minutes and seconds (LU, LS, BT; N, S, E, W), and the long links of map
services. Short links (maps.app.goo.gl) hold no place: only their owner can resolve them.
"""

import re
from urllib.parse import parse_qs, unquote, urlsplit

from django.utils.translation import gettext as _

from satupintu.lib.refusal import Refusal

Point = tuple[float, float]  # latitude, longitude in degrees

# Indonesia: Pulau Rote to Pulau Miangas, Pulau Benggala to the border in Papua.
_LATITUDES, _LONGITUDES = (-11.5, 6.5), (94.5, 141.5)
_DECIMALS = 7  # a centimetre

_SAME = str.maketrans(
    {**dict.fromkeys("\u2212\u2010\u2011\u2012\u2013", "-"), **dict.fromkeys("º˚", "°")}
    | {**dict.fromkeys("’‘′´`", "'"), **dict.fromkeys("”“″", '"'), "\u00a0": " "}
    | dict.fromkeys("\u200b\u200e\u200f\u202a\u202c\ufeff()[]", None)
)
_LABELS = re.compile(r"(?i)\b(?:latitude|longitude|lat|long|lng|lon|lintang|bujur)\b\s*[:=]?\s*")
_N = r"(-?\d{1,3}(?:[.,]\d{1,15})?)"
_PAIR = re.compile(rf"^{_N}\s*(?:,\s+|;\s*|\s+|,(?=-?\d+\.))\s*{_N}$")
_ALL_COMMAS = re.compile(r"^(-?\d{1,3},\d{1,15}),(-?\d{1,3},\d{1,15})$")
# One angle: degrees, then minutes, then seconds; the signs may be spaces where a direction is named.
_ANGLE = (
    r"(-?\d{1,3}(?:[.,]\d+)?)\s*°?"
    r"(?:\s*(\d{1,2}(?:[.,]\d+)?)\s*'?(?:\s*(\d{1,2}(?:[.,]\d+)?)\s*(?:\"|'')?)?)?"
)
_SIDE = r"(LU|LS|BT|BB|[NSEWUTB])"
_AFTER = re.compile(rf"(?i)^{_ANGLE}\s*{_SIDE}[\s,;]*{_ANGLE}\s*{_SIDE}$")
_BEFORE = re.compile(rf"(?i)^{_SIDE}\s*{_ANGLE}[\s,;]+{_SIDE}\s*{_ANGLE}$")
_SIGNS = re.compile(r"^([^°]+°[^°,;]*)[\s,;]+([^°\s,;]+\s*°.*)$")  # no direction, but degree signs
_ONE = re.compile(rf"^{_ANGLE}$")
# LU/N/U north, LS/S south; BT/E/T east, BB/W/B west: which of the two it is, and its sign.
_SIDES = {"LU": (0, 1), "N": (0, 1), "U": (0, 1), "LS": (0, -1), "S": (0, -1)} | {
    "BT": (1, 1),
    "E": (1, 1),
    "T": (1, 1),
    "BB": (1, -1),
    "W": (1, -1),
    "B": (1, -1),
}
_MARKER = re.compile(r"!3d(-?\d{1,3}\.\d+)!4d(-?\d{1,3}\.\d+)")  # the place itself
_VIEW = re.compile(r"@(-?\d{1,3}\.\d+),(-?\d{1,3}\.\d+)")  # the middle of what was looked at
_HASH = re.compile(r"#map=\d+/(-?\d{1,3}\.\d+)/(-?\d{1,3}\.\d+)")  # OpenStreetMap
_QUERIES = ("q", "query", "ll", "destination", "daddr", "center", "mlat")
_SHORT = re.compile(r"(?i)^https?://(?:maps\.app\.goo\.gl|goo\.gl|g\.co)/")
_LINK = re.compile(r"(?i)^(?:https?://|www\.|maps\.google|google\.)")


class BadPoint(Refusal, ValueError):
    """What was typed is no place in Indonesia; `message` is one sentence for the person who typed it."""


def read_point(text: str) -> Point:
    """Return latitude and longitude in degrees. Raises BadPoint if it is not understood or lies outside Indonesia."""
    plain = text.strip()
    if _SHORT.match(plain):
        raise BadPoint(
            _(
                "Tautan pendek tidak memuat titiknya. Buka tautan itu, tekan lama tempatnya di peta, lalu salin"
                " angkanya ke sini."
            )
        )
    found = _of_link(plain) if _LINK.match(plain) else _of_words(plain)
    if found is None:
        raise BadPoint(
            _(
                "Titik ini belum terbaca. Tulis lintang lalu bujur, misalnya 0.1216, 110.5975 atau 0°7'18\" LU"
                " 110°35'51\" BT, atau tempel tautan panjang Google Maps."
            )
        )
    latitude, longitude = (round(one, _DECIMALS) for one in found)
    if not (
        _LATITUDES[0] <= latitude <= _LATITUDES[1] and _LONGITUDES[0] <= longitude <= _LONGITUDES[1]
    ):
        raise BadPoint(_("Titik ini di luar Indonesia. Periksa urutannya: lintang, lalu bujur."))
    return latitude, longitude


def _of_link(text: str) -> Point | None:
    link = unquote(text)
    if match := _MARKER.search(link):
        return float(match[1]), float(match[2])
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
    except ValueError:  # a bracket that belongs to no address
        return None
    given = parse_qs(parts.query)
    for name in _QUERIES:
        value = given.get(name, [""])[0].removeprefix("loc:")
        if name == "mlat" and value:
            value = f"{value}, {given.get('mlon', [''])[0]}"
        if found := _of_words(value):
            return found
    match = _VIEW.search(link) or _HASH.search(link)
    if match:
        return float(match[1]), float(match[2])
    # /maps/place/0.1216,110.5975/, /maps/search/0.1216,+110.5975
    for part in parts.path.split("/"):
        if found := _of_words(unquote(part).replace("+", " ")):
            return found
    return None


def _of_words(text: str) -> Point | None:
    plain = _LABELS.sub(" ", text.translate(_SAME).removeprefix("geo:")).strip(" ,;")
    match = _PAIR.match(plain) or _ALL_COMMAS.match(plain)
    if match:
        return _number(match[1]), _number(match[2])
    if match := _AFTER.match(plain):
        d1, m1, s1, side1, d2, m2, s2, side2 = match.groups()
    elif match := _BEFORE.match(plain):
        side1, d1, m1, s1, side2, d2, m2, s2 = match.groups()
    else:
        return _of_signs(plain)
    return _by_side((_degrees(d1, m1, s1), side1.upper()), (_degrees(d2, m2, s2), side2.upper()))


def _of_signs(plain: str) -> Point | None:
    halves = _SIGNS.match(plain)
    angles = [_ONE.match(half.strip()) for half in halves.groups()] if halves else []
    values = [_degrees(*one.groups()) for one in angles if one is not None]
    if len(values) != 2 or None in values:  # noqa: PLR2004  latitude and longitude
        return None
    first, second = values
    assert first is not None
    assert second is not None
    return first, second


def _by_side(first: tuple[float | None, str], second: tuple[float | None, str]) -> Point | None:
    """Return the two angles in order, signed by their directions; None when both are of one kind."""
    found: dict[int, float] = {}
    for value, side in (first, second):
        place, sign = _SIDES[side]
        if value is None:
            return None
        found[place] = abs(value) * sign
    return (found[0], found[1]) if set(found) == {0, 1} else None


def _degrees(degrees: str, minutes: str | None, seconds: str | None) -> float | None:
    """Return an angle in degrees; None when minutes or seconds cannot be."""
    parts = [_number(one) if one else 0.0 for one in (minutes, seconds)]
    if any(one >= 60 for one in parts):  # noqa: PLR2004  minutes and seconds
        return None
    whole = abs(_number(degrees)) + parts[0] / 60 + parts[1] / 3600
    return -whole if degrees.startswith("-") else whole


def _number(text: str) -> float:
    return float(text.replace(",", "."))
