"""
Reads of the office: its profile, its working calendar, regions, registers of numbers.

The profile, the calendar, the districts and the registers are read by almost every page, so each process
keeps them for seconds (`lib.kept`; an edit in the same process shows at once).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from satupintu.lib.kept import kept, kept_each
from satupintu.lib.refusal import Refusal
from satupintu.lib.words import fold
from satupintu.lib.workingtime import WorkCalendar
from satupintu.office import rules
from satupintu.office.models import (
    CalendarChange,
    Closure,
    NumberCounter,
    NumberSeries,
    NumberTaken,
    OfficeChange,
    OfficeProfile,
    Region,
    Setting,
)
from satupintu.office.rules import Profile, RegionLevel

__all__ = [
    "CalendarChange",
    "Closure",
    "NumberSeries",
    "NumberTaken",
    "OfficeChange",
    "Opening",
    "Profile",
    "Region",
    "calendar_changes_of",
    "find_calendar_change",
    "find_closure",
    "find_region",
    "get_series",
    "list_calendar_changes",
    "list_closures",
    "list_numbers",
    "list_office_changes",
    "list_series",
    "opening_now",
    "profile",
    "region_names",
    "regions",
    "search_regions",
    "setting",
    "work_calendar",
]

_DEFAULT_HOURS = {str(day): ["08:00", "15:00"] for day in range(5)}


class NoSuchSeries(Refusal, LookupError):
    """No number series has that code."""

    def __init__(self, code: str) -> None:
        super().__init__(_("Register nomor “%(code)s” tidak ada.") % {"code": code})


@kept
def profile() -> Profile:
    """
    Return the office's profile: at most one query, usually none.

    Before an office is set up this is a nameless one with hours Monday to Friday, 08.00-15.00.
    """
    row = OfficeProfile.objects.filter(id=1).first()
    return _as_profile(row or OfficeProfile(**_nameless()))


def _nameless() -> dict[str, Any]:
    return {
        "code": "", "name": "Satu Pintu", "short_name": "Satu Pintu", "regency": "", "address": "",
        "zone": settings.TIME_ZONE, "hours": _DEFAULT_HOURS,
    }  # fmt: skip


def _as_profile(row: OfficeProfile) -> Profile:
    return Profile(
        code=row.code,
        name=row.name,
        short_name=row.short_name,
        regency=row.regency,
        region_code=row.region_code,
        address=row.address,
        postcode=row.postcode,
        city=row.city,
        phone=row.phone,
        hotline=row.hotline,
        whatsapp=row.whatsapp,
        email=row.email,
        website=row.website,
        letterhead=tuple(line for line in row.letterhead.splitlines() if line.strip()),
        arms=bytes(row.arms),
        arms_type=row.arms_type,
        colour=row.colour,
        zone=row.zone,
        hours=rules.read_hours(row.hours),
        break_note=row.break_note,
        pledge=row.pledge,
        promise=row.promise,
        promise_decree=row.promise_decree,
        complaint_contact=row.complaint_contact,
        uncollected_days=row.uncollected_days,
        head_unit=row.head_unit,
        version=f"{row.updated_at.timestamp():.0f}" if row.updated_at else "0",
    )


def profile_row() -> OfficeProfile | None:
    """Return the stored profile for its edit form; None before an office is set up."""
    return OfficeProfile.objects.filter(id=1).first()


@kept
def work_calendar() -> WorkCalendar:
    """
    Return when the office works: its hours and every closure that counts now.

    At most two queries, usually none. A term computed with it knows of closures that are
    confirmed, of any year.
    """
    here = profile()
    closed = Closure.objects.filter(removed_at__isnull=True, effective_from__isnull=False)
    return WorkCalendar(here.zone, here.hours, frozenset(closed.values_list("date", flat=True)))


def list_closures(year: int) -> QuerySet[Closure]:
    """Return the year's closures, by date: those that count and those awaiting confirmation."""
    first, last = rules.year_bounds(year)
    return Closure.objects.filter(
        date__gte=first, date__lte=last, removed_at__isnull=True
    ).order_by("date", "id")


def find_closure(closure_id: int) -> Closure | None:
    """Return a closure that was not taken back; None when there is none."""
    return Closure.objects.filter(id=closure_id, removed_at__isnull=True).first()


def list_removed_closures(year: int) -> QuerySet[Closure]:
    """Return the year's closures that were taken back, newest first."""
    first, last = rules.year_bounds(year)
    return Closure.objects.filter(
        date__gte=first, date__lte=last, removed_at__isnull=False
    ).order_by("-removed_at", "-id")


def list_calendar_changes() -> QuerySet[CalendarChange]:
    """
    Return the changes of the calendar after which running cases were not yet computed anew.

    Other processes may keep the calendar of before for five seconds: apply a change at least that
    long after its `at`.
    """
    return CalendarChange.objects.filter(applied_at__isnull=True).order_by("id")


def calendar_changes_of(year: int, limit: int = 20) -> list[CalendarChange]:
    """Return the latest changes of a year's calendar, applied or not, newest first. One query."""
    changes = CalendarChange.objects.filter(Q(from_date__year=year) | Q(from_date__isnull=True))
    return list(changes.order_by("-id")[:limit])


def find_calendar_change(change_id: int) -> CalendarChange | None:
    return CalendarChange.objects.filter(id=change_id).first()


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether the office is open, until when, and when it opens next (UTC)."""

    is_open: bool
    until: datetime | None
    next_opening: datetime


def opening_now(at: datetime) -> Opening:
    """Return whether the office is open at that moment; `until` is None while it is closed."""
    calendar = work_calendar()
    is_open = calendar.is_open(at)
    until = calendar.closing(calendar.local(at).date()) if is_open else None
    return Opening(is_open, until, calendar.next_opening(at))


# --- Regions -----------------------------------------------------------------------------


@kept
def regions(parent: str = "") -> tuple[Region, ...]:
    """Return the regions directly below `parent` ("61.03"), by name; the provinces for "". Usually no query."""
    return tuple(Region.objects.filter(parent=parent).order_by("name", "code"))


def regions_within(code: str) -> list[tuple[str, str]]:
    """Return code and name of every region below one ("61.03": its kecamatan and villages), by code. One query."""
    if not code:
        return []
    below = Region.objects.filter(code__startswith=f"{code}.")
    return list(below.order_by("code").values_list("code", "name"))


def find_region(code: str) -> Region | None:
    """Return the region with that Kemendagri code; None when the table does not know it."""
    return Region.objects.filter(code=code).first()


def region_names(codes: Iterable[str]) -> dict[str, str]:
    """
    Return each known code with its full name, from the village up.

    "Beringin, Kapuas, Kabupaten Sanggau, Kalimantan Barat". Usually no query, one at most.
    """
    chains = {code: list(_chain(code)) for code in set(codes)}
    names = _region_names({part for chain in chains.values() for part in chain})
    return {
        code: ", ".join(names[part] for part in chain if part in names)
        for code, chain in chains.items()
        if code in names
    }


@kept_each
def _region_names(codes: set[str]) -> dict[str, str]:
    return dict(Region.objects.filter(code__in=codes).values_list("code", "name"))


def _chain(code: str) -> Iterable[str]:
    while code:
        yield code
        code = rules.parent_code(code)


def search_regions(text: str, *, within: str = "", limit: int = 20) -> list[Region]:
    """
    Return regions whose name holds `text`, best first: names that begin with it, villages last.

    `within` keeps to one region ("61.03"). Fewer than two letters find nothing.
    """
    words = fold(text)
    if len(words) < 2:  # noqa: PLR2004  one letter would list the country
        return []
    found = Region.objects.filter(search__contains=words)
    if within:
        found = found.filter(Q(code=within) | Q(code__startswith=f"{within}."))
    rank = Case(
        When(search=words, then=Value(0)),
        When(search__startswith=words, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    level = Case(
        *(When(level=level, then=Value(place)) for place, level in enumerate(RegionLevel)),
        output_field=IntegerField(),
    )
    return list(
        found.annotate(rank=rank, place=level).order_by("rank", "place", "name", "code")[:limit]
    )


# --- Registers of numbers -----------------------------------------------------------------


@kept
def list_series() -> tuple[NumberSeries, ...]:
    """Return every number series, by code. Usually no query."""
    return tuple(NumberSeries.objects.order_by("code"))


def get_series(code: str) -> NumberSeries:
    """Return a series; usually no query. Raises NoSuchSeries if there is none with that code."""
    found = next((one for one in list_series() if one.code == code), None)
    if found is None:
        raise NoSuchSeries(code)
    return found


def last_values() -> Mapping[tuple[int, int], int]:
    """Return the last number given out by (series id, year); year 0 when it never restarts."""
    rows = NumberCounter.objects.values_list("series_id", "year", "value")
    return {(series, year): value for series, year, value in rows}


def list_numbers(
    series: NumberSeries, year: int, *, before: int | None = None, limit: int = 50
) -> list[NumberTaken]:
    """Return a page of the register, highest number first, below the number `before`."""
    rows = NumberTaken.objects.filter(series=series, year=year)
    if before is not None:
        rows = rows.filter(seq__lt=before)
    return list(rows.order_by("-seq")[:limit])


def list_office_changes(subject: str, limit: int = 20) -> list[OfficeChange]:
    """Return the newest changes of "profile" or "series:<code>", newest first."""
    return list(OfficeChange.objects.filter(subject=subject).order_by("-id")[:limit])


def setting(key: str, default: Any = None) -> Any:
    """Return a small setting of the office by name; `default` when it was never set."""
    row = Setting.objects.filter(key=key).values_list("value", flat=True).first()
    return default if row is None else row


def local_date(at: datetime) -> date:
    """Return the office's date at that moment."""
    return work_calendar().local(at).date()
