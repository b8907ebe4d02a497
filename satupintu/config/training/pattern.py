"""What of the real office the training office is made from: settings only, as JSON. No person, no case, no file."""

from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any

from satupintu.catalogue.queries import list_offers, source_of
from satupintu.office.queries import (
    list_closures,
    list_series,
    local_date,
    profile_row,
)
from satupintu.people.queries import held_roles, list_units

# Of the office's profile; the rest is decided for the training office.
PROFILE = (
    "code", "name", "short_name", "regency", "region_code", "address", "postcode", "city", "letterhead",
    "colour", "zone", "hours", "break_note", "pledge", "promise", "promise_decree", "head_unit",
)  # fmt: skip
SERIES = (
    "code", "name", "pattern", "classification", "unit", "yearly", "block_start", "block_end", "note", "active",
)  # fmt: skip
UNIT = ("code", "name", "short_name", "kind", "address")


class NoOfficeYet(Exception):
    """The real office has no profile: there is nothing to make a training office from."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """The settings of an office, in values that JSON holds."""

    profile: dict[str, Any]
    units: list[dict[str, Any]]
    roles: list[tuple[str, str]]  # role, kind of the unit in which somebody holds it today
    series: list[dict[str, Any]]
    closures: list[dict[str, str]]  # dates without work: date, kind, name
    services: list[str]  # the text of each service file offered today

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> "Pattern":
        known = {one.name for one in fields(cls)}
        return cls(**{key: value for key, value in said.items() if key in known})


def read_pattern(at: datetime) -> Pattern:
    """Return what the training office is made from. Raises NoOfficeYet."""
    row = profile_row()
    if row is None:
        raise NoOfficeYet("There is no office yet: begin it with satupintu office init.")
    today: date = local_date(at)
    return Pattern(
        profile={key: getattr(row, key) for key in PROFILE},
        units=[{key: getattr(one, key) for key in UNIT} for one in list_units() if one.active],
        roles=sorted((str(role), kind) for role, kind in held_roles(today)),
        series=[{key: getattr(one, key) for key in SERIES} for one in list_series()],
        closures=[
            {"date": one.date.isoformat(), "kind": one.kind, "name": one.name}
            for year in range(today.year - 1, today.year + 2)
            for one in list_closures(year)
            if one.effective_from is not None
        ],
        services=[source_of(one.version_id) for one in list_offers(today)],
    )
