"""
Classification, retention and fate of files, and who may let one be destroyed. Pure.

UU 43/2009 Art. 48 to 51; PP 28/2012 Art. 53 to 57 (retention), 65 to 79 (destroying): nothing is destroyed before its
time, against its fate, or by one person alone.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

LAST_RESORT = "503"  # of a file whose own code is not in the scheme


class Fate(StrEnum):
    DESTROY = "destroy"
    KEEP = "keep"
    REASSESS = "reassess"


FATE_LABELS: Mapping[str, Any] = {
    Fate.DESTROY: _("Musnah"),
    Fate.KEEP: _("Permanen"),
    Fate.REASSESS: _("Dinilai kembali"),
}


class FolderState(StrEnum):
    ACTIVE = "active"
    INACTIVE = "inactive"
    DESTROYED = "destroyed"
    DEPOSITED = "deposited"  # with the regency's archives


GONE = frozenset({FolderState.DESTROYED, FolderState.DEPOSITED})  # from the office's shelves

STATE_LABELS: Mapping[str, Any] = {
    FolderState.ACTIVE: _("Aktif"),
    FolderState.INACTIVE: _("Inaktif"),
    FolderState.DESTROYED: _("Dimusnahkan"),
    FolderState.DEPOSITED: _("Diserahkan ke lembaga kearsipan"),
}


class ListState(StrEnum):
    """A destruction list on its way. No step is skipped and none is done by who did the one before."""

    DRAWN = "drawn"
    ASSESSED = "assessed"
    FIRST = "first"  # approved by the section head
    APPROVED = "approved"  # and by the head
    DONE = "done"
    DROPPED = "dropped"


LIST_LABELS: Mapping[str, Any] = {
    ListState.DRAWN: _("Diusulkan, menunggu penilaian"),
    ListState.ASSESSED: _("Dinilai, menunggu persetujuan kepala bidang"),
    ListState.FIRST: _("Disetujui kepala bidang, menunggu kepala dinas"),
    ListState.APPROVED: _("Disetujui, menunggu pemusnahan"),
    ListState.DONE: _("Sudah dimusnahkan"),
    ListState.DROPPED: _("Dibatalkan"),
}

OPEN_LISTS = (ListState.DRAWN, ListState.ASSESSED, ListState.FIRST, ListState.APPROVED)


class DepositState(StrEnum):
    """A deposit list on its way: drawn up by one, approved by another, received by the archive institution."""

    DRAWN = "drawn"
    APPROVED = "approved"
    DONE = "done"
    DROPPED = "dropped"


DEPOSIT_LABELS: Mapping[str, Any] = {
    DepositState.DRAWN: _("Diusulkan, menunggu persetujuan"),
    DepositState.APPROVED: _("Disetujui, menunggu penerimaan lembaga kearsipan"),
    DepositState.DONE: _("Sudah diserahkan"),
    DepositState.DROPPED: _("Dibatalkan"),
}


@dataclass(frozen=True, slots=True)
class FileClass:
    """One class of the scheme: how long a file of it is kept in use, then put away, and what becomes of it."""

    code: str
    title: str
    active_years: int
    inactive_years: int
    fate: str
    basis: str = ""


def read_scheme(text: str) -> dict[str, FileClass]:
    """Return the classes of a scheme file by code. Raises ValueError for an unknown fate, KeyError without a key."""
    given = tomllib.loads(text)
    found = {}
    for one in given["class"]:
        found[one["code"]] = FileClass(
            one["code"],
            one["title"],
            int(one["active_years"]),
            int(one["inactive_years"]),
            Fate(one["fate"]).value,
            one.get("basis", given.get("basis", "")),
        )
    return found


def class_for(code: str, scheme: Mapping[str, FileClass]) -> FileClass:
    """Return the class whose code is the longest beginning of `code`; LAST_RESORT when none is."""
    fitting = [one for one in scheme if code == one or code.startswith(f"{one}.")]
    return scheme[max(fitting, key=len, default=LAST_RESORT)]


def years_after(day: date, years: int) -> date:
    """Return the same day so many years later; 28 February for the 29th in a year without it."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


@dataclass(frozen=True, slots=True)
class Retention:
    """The last day of active and of inactive keeping; None while what the file is about has no end."""

    ended_on: date | None
    active_until: date | None
    inactive_until: date | None


def retention(ended_on: date | None, found: FileClass) -> Retention:
    """Return the dates of a file: active from its end, inactive after (PP 28/2012 Art. 53)."""
    if ended_on is None:
        return Retention(None, None, None)
    active = years_after(ended_on, found.active_years)
    return Retention(ended_on, active, years_after(active, found.inactive_years))


def end_of(
    closed_on: date | None, *, has_permit: bool, ended_otherwise: bool, valid_until: date | None
) -> date | None:
    """
    Return the day from which retention counts: the case is closed, and its permit is in force no longer.

    `ended_otherwise`: revoked or replaced, so the validity on it says nothing more. None: not yet, and no day is known.
    """
    if closed_on is None:
        return None
    if not has_permit or ended_otherwise:
        return closed_on
    return max(closed_on, valid_until) if valid_until else None


# Why a file may not be destroyed, or handed to the archive institution.
OBSTACLES: Mapping[str, Any] = {
    "open": _("berkas masih berjalan"),
    "related": _(
        "ada berkas lain tentangnya yang masih berjalan, misalnya keberatan atau perpanjangan"
    ),
    "in_force": _("izinnya masih berlaku"),
    "keep": _("nasib akhirnya permanen"),
    "reassess": _("harus dinilai kembali dulu"),
    "early": _("masa simpannya belum habis"),
    "active": _("belum dipindahkan ke arsip inaktif"),
    "lent": _("mapnya sedang dipinjam"),
    "destroyed": _("sudah dimusnahkan"),
    "deposited": _("sudah diserahkan ke lembaga kearsipan"),
    "not_permanent": _("nasib akhirnya bukan permanen"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a file on a day."""

    closed: bool
    related_open: bool
    in_force: bool
    state: str
    fate: str
    lent: bool
    inactive_until: date | None


def obstacles(file: Standing, today: date) -> list[str]:
    """Return the keys of OBSTACLES that keep a file from being destroyed; [] when it may be."""
    fates = {"keep": file.fate == Fate.KEEP, "reassess": file.fate == Fate.REASSESS}
    return _in_order(_in_the_way(file, today) | fates)


def deposit_obstacles(file: Standing, today: date) -> list[str]:
    """
    Return the keys of OBSTACLES that keep a file from being handed to the archive institution; [] when it may be.

    Permanent files are handed over when their inactive time is over (UU 43/2009 Art. 53).
    """
    return _in_order(_in_the_way(file, today) | {"not_permanent": file.fate != Fate.KEEP})


def _in_the_way(file: Standing, today: date) -> dict[str, bool]:
    late = file.inactive_until is not None and file.inactive_until < today
    return {
        "open": not file.closed,
        "related": file.related_open,
        "in_force": file.in_force,
        "early": not late,
        "active": file.state == FolderState.ACTIVE,
        "lent": file.lent,
        "destroyed": file.state == FolderState.DESTROYED,
        "deposited": file.state == FolderState.DEPOSITED,
    }


def _in_order(found: Mapping[str, bool]) -> list[str]:
    return [key for key in OBSTACLES if found.get(key)]


def may_take_step(user_id: int | None, before: Iterable[int | None]) -> bool:
    """Say whether somebody may do the next step of a list: nobody does two of them."""
    return user_id is not None and user_id not in set(before)
