"""What an office may decide about itself: closures, opening hours, colours. Pure."""

import base64
import re
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from satupintu.lib.refusal import Refusal

DEFAULT_COLOUR = "#0b5d5e"
# Days after the last reminder until a permit that nobody collected goes to the archive. No law says how long an office
# waits; 90 is this program's proposal: half a year after issue, since the last reminder goes after 90 days.
UNCOLLECTED_DAYS, LEAST_UNCOLLECTED_DAYS, MOST_UNCOLLECTED_DAYS = 90, 30, 1825
AA_CONTRAST = 4.5  # WCAG 2.2, success criterion 1.4.3
_WHITE = (255, 255, 255)
_PAPER = (251, 250, 247)
_NIGHT = (23, 27, 31)
_WEEK = 7


class ClosureKind(StrEnum):
    """Why the office does not work on a date."""

    NATIONAL = "national"
    JOINT_LEAVE = "joint_leave"
    LOCAL = "local"


CLOSURE_LABELS = {
    ClosureKind.NATIONAL: _("Libur nasional"),
    ClosureKind.JOINT_LEAVE: _("Cuti bersama"),
    ClosureKind.LOCAL: _("Penutupan setempat"),
}


class NumberState(StrEnum):
    """What became of a number that was given out."""

    TAKEN = "taken"
    USED = "used"
    VOID = "void"


NUMBER_STATE_LABELS = {
    NumberState.TAKEN: _("Diambil"),
    NumberState.USED: _("Dipakai"),
    NumberState.VOID: pgettext_lazy("nomor", "Batal"),
}


class RegionLevel(StrEnum):
    """The levels of the region table, as its source writes them."""

    PROVINCE = "provinsi"
    REGENCY = "kabkota"
    DISTRICT = "kecamatan"
    TOWN_VILLAGE = "kelurahan"
    VILLAGE = "desa"


REGION_LABELS = {
    RegionLevel.PROVINCE: _("Provinsi"),
    RegionLevel.REGENCY: _("Kabupaten/kota"),
    RegionLevel.DISTRICT: _("Kecamatan"),
    RegionLevel.TOWN_VILLAGE: _("Kelurahan"),
    RegionLevel.VILLAGE: _("Desa"),
}


class BadProfile(Refusal, ValueError):
    """A value of the office's profile cannot be used; `message` says which and why."""


@dataclass(frozen=True, slots=True)
class Profile:
    """The office as every domain reads it. Telephone numbers are E.164, texts in Indonesian."""

    code: str
    name: str
    short_name: str
    regency: str
    region_code: str
    address: str
    postcode: str
    city: str
    phone: str
    hotline: str
    whatsapp: str
    email: str
    website: str
    letterhead: tuple[str, ...]
    arms: bytes
    arms_type: str
    colour: str
    zone: str
    hours: Mapping[int, tuple[time, time]]
    break_note: str
    pledge: str
    promise: str
    promise_decree: str
    complaint_contact: str
    uncollected_days: int  # after the last reminder, until it goes to the archive
    head_unit: str
    version: str  # changes with every edit; part of the addresses of stylesheet and arms

    @property
    def arms_svg(self) -> str:
        """The arms as an SVG text for printed pages; "" when the office has uploaded none."""
        if not self.arms:
            return ""
        # Width and height stand in the first chunk of a PNG (bytes 16 to 24).
        width, height = struct.unpack(">II", self.arms[16:24])
        picture = base64.b64encode(self.arms).decode()
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
            f'<image width="{width}" height="{height}" href="data:image/png;base64,{picture}"/>'
            "</svg>"
        )


def read_hours(stored: Mapping[str, Sequence[str]]) -> dict[int, tuple[time, time]]:
    """
    Return opening hours by weekday (Monday 0) from {"0": ["08:00", "15:00"], ...}.

    Raises BadProfile if a weekday or a time cannot be read, closing is not after opening, or no
    day is open.
    """
    hours: dict[int, tuple[time, time]] = {}
    for weekday, span in stored.items():
        try:
            day, (opens, closes) = int(weekday), (time.fromisoformat(text) for text in span)
        except (ValueError, TypeError) as error:
            raise BadProfile(
                gettext("Jam buka ditulis seperti 08:00 dan 15:00; “%(text)s” tidak dapat dibaca.")
                % {"text": " – ".join(map(str, span))}
            ) from error
        if not 0 <= day < _WEEK:
            raise BadProfile(gettext("Hari ke-%(day)s tidak ada dalam sepekan.") % {"day": weekday})
        if opens >= closes:
            raise BadProfile(gettext("Jam tutup harus sesudah jam buka."))
        hours[day] = (opens, closes)
    if not hours:
        raise BadProfile(gettext("Kantor harus buka paling sedikit satu hari dalam sepekan."))
    return dict(sorted(hours.items()))


def write_hours(hours: Mapping[int, tuple[time, time]]) -> dict[str, list[str]]:
    """Return opening hours as they are stored."""
    return {
        str(day): [opens.isoformat("minutes"), closes.isoformat("minutes")]
        for day, (opens, closes) in sorted(hours.items())
    }


def _rgb(colour: str) -> tuple[int, int, int]:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        raise BadProfile(
            gettext("Warna ditulis seperti #0b5d5e: tanda pagar dan enam angka heksadesimal.")
        )
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(rgb: tuple[int, int, int]) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004  WCAG
        for part in (value / 255 for value in rgb)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def check_colour(colour: str) -> str:
    """
    Return the colour in lower case, fit for white text on it and for itself as text on paper.

    Raises BadProfile if it is not #rrggbb or too light (contrast below 4.5).
    """
    rgb = _rgb(colour)
    ratio = min(contrast(rgb, _WHITE), contrast(rgb, _PAPER))
    if ratio < AA_CONTRAST:
        raise BadProfile(
            gettext(
                "Warna %(colour)s terlalu muda: kontrasnya %(ratio)s, paling sedikit 4,5 supaya"
                " tulisan terbaca. Pilih warna yang lebih tua."
            )
            % {"colour": colour, "ratio": f"{ratio:.1f}".replace(".", ",")}
        )
    return colour.lower()


def _mixed(
    rgb: tuple[int, int, int], other: tuple[int, int, int], share: float
) -> tuple[int, int, int]:
    red, green, blue = (
        round(own + (goal - own) * share) for own, goal in zip(rgb, other, strict=True)
    )
    return red, green, blue


def _hex(rgb: tuple[int, int, int]) -> str:
    return "#{:02x}{:02x}{:02x}".format(*rgb)


def shades(colour: str) -> dict[str, str]:
    """
    Return the office's colour and those derived from it: "base", "hover" (darker), "tint" (a
    ground), "night" (light enough on the dark ground), "night_hover", "night_tint".
    """
    rgb = _rgb(colour)
    night = rgb
    while contrast(night, _NIGHT) < AA_CONTRAST + 1.5:
        night = _mixed(night, _WHITE, 0.08)
    return {
        "base": _hex(rgb),
        "hover": _hex(_mixed(rgb, (0, 0, 0), 0.25)),
        "tint": _hex(_mixed(rgb, _WHITE, 0.92)),
        "night": _hex(night),
        "night_hover": _hex(_mixed(night, _WHITE, 0.25)),
        "night_tint": _hex(_mixed(rgb, _NIGHT, 0.7)),
    }


_ZONES = {
    "Asia/Jakarta": "11 12 13 14 15 16 17 18 19 21 31 32 33 34 35 36",
    "Asia/Pontianak": "61 62",
    "Asia/Makassar": "51 52 53 63 64 65 71 72 73 74 75 76",
    "Asia/Jayapura": "81 82 91 92 93 94 95 96 97",
}
_ZONE_OF = {province: zone for zone, provinces in _ZONES.items() for province in provinces.split()}


def zone_of(region: str) -> str:
    """
    Return the time zone of a region by its province (Keppres 41/1987): "61.03" lies in Asia/Pontianak.

    Raises KeyError for a province that is not known.
    """
    return _ZONE_OF[region[:2]]


def parent_code(code: str) -> str:
    """Return the code of the region above; "" for a province."""
    return code.rpartition(".")[0]


def holiday_kind(name: str) -> ClosureKind:
    """Return the kind of an official closure by its official name."""
    is_leave = name.lower().startswith("cuti bersama")
    return ClosureKind.JOINT_LEAVE if is_leave else ClosureKind.NATIONAL


def year_bounds(year: int) -> tuple[date, date]:
    """Return the first and the last day of a year."""
    return date(year, 1, 1), date(year, 12, 31)
