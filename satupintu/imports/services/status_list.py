"""
The list of another system (OSS, SIMBG): which of our filed cases have moved on there, and what that means here.

Nothing of the list is kept. What has changed is recorded by the very acts of a case (`record_status`, `record_issued`,
`record_refused`), in the name of who looked, each on the version that was compared.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.utils.translation import gettext as _

from satupintu.imports.rules import guess_fate
from satupintu.imports.rules.columns import Target, find_headings, guess_targets
from satupintu.lib.refusal import Refusal
from satupintu.lib.tabular.headings import HEAD_ROWS
from satupintu.lib.tabular.reading import CannotReadTable, Table
from satupintu.people.rules import Actor
from satupintu.permits.elsewhere_queries import filed_elsewhere
from satupintu.permits.imported import Fate
from satupintu.workflow.queries import Case, find_by_number, title_of
from satupintu.workflow.services import act

MOST_CHANGES = 200  # recorded at one press
MOST_SHOWN = 50
STATUS_LENGTH, NUMBER_LENGTH = 120, 80
ACTS = {Fate.ISSUED: "record_issued", Fate.REJECTED: "record_refused"}
CHOICES = ("record_status", "record_issued", "record_refused")


@dataclass(frozen=True, slots=True)
class Change:
    """One case whose status is another one in the list; `action` is what it most likely means here."""

    number: str
    version: int
    external_number: str
    before: str
    status: str
    action: str
    title: str = ""


@dataclass(slots=True)
class Compared:
    """What a list says of our cases; `unknown` numbers are none of ours that waits."""

    changed: list[Change] = field(default_factory=list)
    same: int = 0
    unknown: list[str] = field(default_factory=list)
    more: bool = False  # further changes: record these, then send the list again


@dataclass(slots=True)
class Recorded:
    """What was recorded, and what was refused, with the sentence why."""

    done: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)


def read_list(path: Path) -> list[tuple[str, str]]:
    """Return (number, status) of each row of a list. Raises CannotReadTable, also without these two columns."""
    rows = list(Table(path).rows())
    headings, begins = find_headings(rows[:HEAD_ROWS])
    targets = guess_targets(headings)
    numbers = [
        targets.index(one) for one in (Target.OLD_NUMBER, Target.PERMIT_NUMBER) if one in targets
    ]
    if not numbers or Target.STATUS not in targets:
        raise CannotReadTable(
            "no_status",
            _(
                "Daftar ini tidak memuat kolom nomor permohonan atau izin, dan kolom status. Periksa judul kolomnya."
            ),
        )
    status = targets.index(Target.STATUS)
    found = []
    for number, cells in rows:
        said = cells[status] if status < len(cells) else ""
        if number < begins or not said:
            continue
        found += [
            (cells[at].strip()[:NUMBER_LENGTH], said[:STATUS_LENGTH])
            for at in numbers
            if at < len(cells) and cells[at].strip()
        ]
    return found


def compare(rows: Sequence[tuple[str, str]], language: str) -> Compared:
    """Return what a list says of our filed cases; the last of two lines counts. One query a thousand lines."""
    found = Compared()
    said = {number.upper(): (number, status) for number, status in rows}
    keys = list(said)
    for begin in range(0, len(keys), 1000):
        part = keys[begin : begin + 1000]
        ours = filed_elsewhere([said[key][0] for key in part])
        for key in part:
            number, status = said[key]
            row = ours.get(key)
            if row is None:
                found.unknown.append(number)
            elif row.external_status == status:
                found.same += 1
            elif len(found.changed) == MOST_CHANGES:
                found.more = True
            else:
                fate = guess_fate(status)
                found.changed.append(
                    Change(
                        row.case.number,
                        row.case.version,
                        row.external_number,
                        row.external_status,
                        status,
                        ACTS.get(fate, "record_status") if fate else "record_status",
                        title_of(row.case, language),
                    )
                )
    return found


def record(changes: Sequence[Change], *, by: Actor, at: datetime) -> Recorded:
    """Record what a list said, each by its own act and transaction; a refusal stops none of the others."""
    found = Recorded()
    for change in changes:
        case: Case | None = find_by_number(change.number)
        if case is None or change.action not in CHOICES:
            continue
        try:
            act(
                case,
                change.action,
                by=by,
                at=at,
                reason=change.status if change.action == "record_refused" else "",
                data={"status": change.status, "number": change.external_number},
                seen_version=change.version,
            )
        except Refusal as refused:
            found.refused.append((change.number, refused.message))
        else:
            found.done += 1
    return found
