"""Reads of this domain."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Count

from satupintu.imports.models import Import, ImportRow, SavedMapping
from satupintu.imports.rules import PAGE_ROWS, RowState
from satupintu.imports.rules.columns import Target
from satupintu.imports.rules.places import Places
from satupintu.imports.rules.rows import Plan
from satupintu.lib.keyset import beyond
from satupintu.office import queries as office

__all__ = ["Import", "ImportRow", "SavedMapping"]
IMPORTS_PAGE = 20


class NoSuchImport(Exception):
    """There is no import under this id."""


def get_import(batch_id: UUID) -> Import:
    """Return an import with who sent it. Raises NoSuchImport. One query."""
    found = Import.objects.select_related("uploaded_by", "by").filter(pk=batch_id).first()
    if found is None:
        raise NoSuchImport(str(batch_id))
    return found


def list_imports(before: tuple[datetime, UUID] | None = None) -> list[Import]:
    """Return up to IMPORTS_PAGE + 1 imports, the newest first, by keyset. One query."""
    rows = Import.objects.filter(beyond(before, "uploaded_at", falling=True))
    return list(
        rows.select_related("uploaded_by")
        .defer("profile")
        .order_by("-uploaded_at", "id")[: IMPORTS_PAGE + 1]
    )


def counts_of(batch_ids: Iterable[UUID]) -> dict[UUID, dict[str, int]]:
    """Return import -> row state -> how many rows. One query."""
    found: dict[UUID, dict[str, int]] = {}
    rows = ImportRow.objects.filter(batch__in=list(batch_ids)).order_by()
    for batch_id, state, count in rows.values_list("batch_id", "outcome").annotate(n=Count("id")):
        found.setdefault(batch_id, {})[state] = count
    return found


def list_rows(
    batch: Import, state: RowState, after: int = 0, size: int = PAGE_ROWS
) -> list[ImportRow]:
    """Return up to `size + 1` rows in a state behind row `after`, by keyset. One query."""
    rows = ImportRow.objects.filter(batch=batch, outcome=state, number__gt=after)
    return list(rows.order_by("number")[: size + 1])


def get_row(batch: Import, number: int) -> ImportRow | None:
    """Return one row of a file; None when the file has none with this number. One query."""
    return ImportRow.objects.filter(batch=batch, number=number).first()


def rows_numbered(batch: Import, numbers: Iterable[int]) -> dict[int, ImportRow]:
    """Return some rows of a file by their numbers. One query."""
    rows = ImportRow.objects.filter(batch=batch, number__in=list(numbers))
    return {row.number: row for row in rows}


def list_mappings() -> list[SavedMapping]:
    """Return the mappings that are remembered, by name. One query."""
    return list(SavedMapping.objects.select_related("saved_by").order_by("name", "id"))


def stayed(batch: Import, size: int = PAGE_ROWS) -> list[ImportRow]:
    """Return the rows of an import that was taken back whose cases stay, because somebody acted on them. One query."""
    return list_rows(batch, RowState.DONE, size=size)


def places() -> Places:
    """Return the kecamatan and villages of the office's regency by name. One query at most."""
    regency = office.profile().region_code
    return Places.of(regency, office.regions_within(regency))


def unknown_districts(batch: Import) -> list[tuple[str, int]]:
    """
    Return the words of a file's column of kecamatan that name none of this regency, and how often each stands there.

    One query at most. Of a column with more different words than a profile keeps: [].
    """
    column = Plan.of(batch.headings, batch.mapping).column_of(Target.DISTRICT)
    if column is None or column >= len(batch.profile):
        return []
    known = places()
    return [
        (word, count)
        for word, count in batch.profile[column]["words"].items()
        if not known.district(word)
    ]
