"""The addresses of acts, and the place after which a list by days goes on."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

SLUGS = {
    "propose_sanction": "usul",
    "send_back": "kembalikan",
    "warn": "peringatkan",
    "suspend": "bekukan",
    "revoke": "cabut",
    "lift": "akhiri-pembekuan",
    "settle": "sudah-diperbaiki",
    "close": "selesai",
    "scan_letter": "surat-bertanda-tangan",
    "dispatch": "ekspedisi",
    "comment": "catatan",
}
ACTIONS = {slug: action for action, slug in SLUGS.items()}


@dataclass(frozen=True, slots=True)
class DayPlace:
    """The last row of a page ordered by a day."""

    day: date
    key: UUID

    def to_text(self) -> str:
        return f"{self.day.isoformat()}_{self.key}"


def read_day_place(text: str) -> tuple[date, UUID] | None:
    """Return where the last page ended; None for the first page and for what nobody could have been given."""
    day, _sign, key = text.partition("_")
    try:
        return date.fromisoformat(day), UUID(key)
    except ValueError:
        return None
