"""Rows that could not be imported: put right in the browser, or in a sheet that is sent back."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from satupintu.imports.models import Import, ImportRow
from satupintu.imports.rules import MAY_REPAIR, RowState
from satupintu.imports.rules.columns import find_headings
from satupintu.imports.services.checking import check_rows
from satupintu.imports.services.running import CannotRun
from satupintu.lib.tabular.headings import HEAD_ROWS, folded
from satupintu.lib.tabular.reading import MOST_TEXT, CannotReadTable, Table
from satupintu.people.rules import Actor

ROW_HEADING, WHY_HEADING = "Baris asal", "Sebab"
OPEN_TO_REPAIR = (RowState.BAD, RowState.ALIKE, RowState.DUPLICATE, RowState.LEFT, RowState.NEW)


def _check_stage(batch: Import) -> None:
    if batch.stage not in MAY_REPAIR:
        raise CannotRun(_("Impor ini sedang dikerjakan. Tunggu selesai, lalu ulangi."))


@transaction.atomic
def repair_row(
    *, batch: Import, number: int, cells: Mapping[int, str], by: Actor, at: datetime
) -> ImportRow:
    """
    Write other cells into a row, check it at once, and return it. Raises CannotRun while the import is worked on.

    `cells` maps the place of a column to what stands there now; what is not named stays.
    """
    _check_stage(batch)
    row = ImportRow.objects.get(batch=batch, number=number, outcome__in=OPEN_TO_REPAIR)
    kept = list(row.cells) + [""] * (len(batch.headings) - len(row.cells))
    for at_column, text in cells.items():
        if 0 <= at_column < len(kept):
            kept[at_column] = " ".join(text.split())[:MOST_TEXT]
    row.cells = kept
    row.save(update_fields=["cells"])
    check_rows(batch, [row], at=at)
    _touch(batch, by, at)
    return row


def _touch(batch: Import, by: Actor, at: datetime) -> None:
    Import.objects.filter(pk=batch.pk).update(moved_at=at, by_id=by.user_id)


@transaction.atomic
def keep_row(*, batch: Import, number: int, by: Actor, at: datetime) -> None:
    """Import a row although the same person asked for the same on that day: it is another case. Raises CannotRun."""
    _check_stage(batch)
    row = ImportRow.objects.get(batch=batch, number=number, outcome=RowState.ALIKE)
    row.forced = True
    row.save(update_fields=["forced"])
    check_rows(batch, [row], at=at)
    _touch(batch, by, at)


@transaction.atomic
def leave_row(*, batch: Import, number: int, by: Actor, at: datetime) -> None:
    """Do not import a row. Raises CannotRun."""
    _check_stage(batch)
    ImportRow.objects.filter(batch=batch, number=number, outcome__in=OPEN_TO_REPAIR).update(
        outcome=RowState.LEFT
    )
    _touch(batch, by, at)


def repair_by_file(*, batch: Import, path: Path, by: Actor, at: datetime) -> int:
    """
    Take the rows of a repaired sheet in, each in the place of its "Baris asal"; return how many were changed.

    Raises CannotReadTable for a sheet that is none of ours, CannotRun while the import is worked on.
    """
    _check_stage(batch)
    rows = list(Table(path).rows())
    headings, begins = find_headings(rows[:HEAD_ROWS])
    plain = [folded(one) for one in headings]
    if folded(ROW_HEADING) not in plain:
        raise CannotReadTable(
            "not_repaired",
            _(
                "Lembar ini tidak memuat kolom “Baris asal”. Unduh dulu baris yang perlu diperbaiki,"
                " perbaiki, lalu kirim lembar itu."
            ),
        )
    where = plain.index(folded(ROW_HEADING))
    places = [
        (at_column, plain.index(folded(one)))
        for at_column, one in enumerate(batch.headings)
        if one and folded(one) in plain
    ]
    changed = 0
    for number, cells in rows:
        if number < begins or where >= len(cells) or not cells[where].isdigit():
            continue
        changed += _repair_one(
            batch,
            int(cells[where]),
            {mine: cells[theirs] if theirs < len(cells) else "" for mine, theirs in places},
            by,
            at,
        )
    return changed


def _repair_one(
    batch: Import, number: int, cells: Mapping[int, str], by: Actor, at: datetime
) -> bool:
    row = ImportRow.objects.filter(batch=batch, number=number, outcome=RowState.BAD).first()
    if row is None:
        return False
    now = list(row.cells) + [""] * len(batch.headings)
    if all(now[place] == text for place, text in cells.items()):
        return False
    repair_row(batch=batch, number=number, cells=cells, by=by, at=at)
    return True
