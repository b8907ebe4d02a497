"""What a measurement says: a value, its unit, the limit measured in the same run, and their ratio."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """
    One line of the table.

    `limit` was measured in the same run, in the same unit; None where there is nothing to compare
    with. `note` says what the limit is, an aim, or why there is no value.
    """

    name: str
    value: float | None
    unit: str
    limit: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Return value / limit: for rates and savings of time alike, as they were measured."""
        if self.value is None or not self.limit:
            return None
        return self.value / self.limit


def as_json(figures: Iterable[Figure]) -> list[dict[str, Any]]:
    """Return the figures as {name, value, unit, limit, ratio, note}, rounded to what is meant."""
    rows = []
    for figure in figures:
        row = asdict(figure) | {"ratio": figure.ratio}
        for key in ("value", "limit", "ratio"):
            row[key] = None if row[key] is None else round(row[key], 4)
        rows.append({key: row[key] for key in ("name", "value", "unit", "limit", "ratio", "note")})
    return rows


def from_json(rows: Iterable[dict[str, Any]]) -> list[Figure]:
    """Return figures that another process measured."""
    names = ("name", "value", "unit", "limit", "note")
    return [Figure(**{key: row[key] for key in names}) for row in rows]


def shown(number: float | None) -> str:
    """Return a number with as many digits as one reads: 1234, 12.3, 0.0123."""
    if number is None:
        return "–"
    if abs(number) >= 100 or number == int(number):  # noqa: PLR2004  three digits are enough
        return f"{number:.0f}"
    return f"{number:.3g}"
