"""A file comes in: read once, in a process of its own, its rows kept encrypted. The same bytes come in once."""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain, islice
from pathlib import Path
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from satupintu.imports.models import Import, ImportRow
from satupintu.imports.rules import KEEP_DAYS, Stage
from satupintu.imports.rules.columns import find_headings
from satupintu.imports.services.mapping import first_mapping
from satupintu.lib.refusal import Refusal
from satupintu.lib.tabular.headings import HEAD_ROWS, LIKELY_HEAD
from satupintu.lib.tabular.profile import add_row, profile_of
from satupintu.lib.tabular.reading import CannotReadTable, Table
from satupintu.people.rules import Actor
from satupintu.permits.imported import Source

WRITE_ROWS = 1000  # in one transaction
GIVEN_UP = timedelta(minutes=15)  # a file that is still being read after that never will be
Row = tuple[int, list[str]]


class SameFile(Refusal):
    """These very bytes are here already: `batch` is their import."""

    def __init__(self, message: str, batch: Import) -> None:
        super().__init__(message)
        self.batch = batch


def receive(*, path: Path, name: str, source: Source, by: Actor, at: datetime) -> Import:
    """
    Read a file and return its import, waiting for what its columns mean.

    Rows are written by the thousand, each in a short transaction. Raises CannotReadTable with a sentence, and nothing
    of the file stays; SameFile when the same bytes came in before, or are coming in now.
    """
    digest = _sha256(path)
    Import.objects.filter(
        sha256=digest, stage=Stage.READING, uploaded_at__lt=at - GIVEN_UP
    ).delete()
    try:
        with transaction.atomic():
            batch = Import.objects.create(
                name=name[:160],
                sha256=digest,
                source=source,
                uploaded_by_id=by.user_id,
                by_id=by.user_id,
                uploaded_at=at,
                moved_at=at,
            )
    except IntegrityError as error:
        raise _same(digest) from error
    try:
        _keep(batch, path)
    except CannotReadTable:
        batch.delete()
        raise
    return batch


def _same(digest: str) -> SameFile:
    found = Import.objects.select_related("uploaded_by").get(sha256=digest)
    who = found.uploaded_by.name if found.uploaded_by else ""
    return SameFile(
        _(
            "Berkas yang sama sudah dikirim oleh %(who)s dengan nama “%(name)s”. Lanjutkan impor itu; berkas tidak"
            " dimasukkan dua kali."
        )
        % {"who": who, "name": found.name},
        found,
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _keep(batch: Import, path: Path) -> None:
    table = Table(path)
    rows = table.rows()
    first = list(islice(rows, HEAD_ROWS))
    headings, begins = find_headings(first)
    if len([one for one in headings if one]) < LIKELY_HEAD:
        raise CannotReadTable("not_a_table")
    profile = profile_of(len(headings))
    count = 0
    data = _data(chain(first, rows), begins)
    while group := list(islice(data, WRITE_ROWS)):
        for number, cells in group:
            add_row(profile, number, cells)
        with transaction.atomic():
            ImportRow.objects.bulk_create(
                [ImportRow(batch=batch, number=number, cells=cells) for number, cells in group]
            )
        count += len(group)
    if not count:
        raise CannotReadTable("empty")
    batch.headings, batch.about, batch.rows = headings, table.about, count
    batch.profile = [column.to_json() for column in profile]
    batch.mapping = first_mapping(batch)
    batch.stage = Stage.MAPPING
    batch.save(update_fields=["headings", "about", "rows", "profile", "mapping", "stage"])


def _data(rows: Iterator[Row], begins: int) -> Iterator[Row]:
    return (row for row in rows if row[0] >= begins)


def discard(*, batch_id: UUID) -> bool:
    """Throw a file away of which nothing was ever imported; False when something was."""
    done, _by_model = Import.objects.filter(
        pk=batch_id, run=0, stage__in=[Stage.MAPPING, Stage.CHECKED]
    ).delete()
    return bool(done)


def empty_old(*, at: datetime) -> int:
    """
    Empty the rows of imports that nobody touched for KEEP_DAYS; return how many imports.

    What was imported stands in its cases; what was not, nobody missed. The import stays, with its counts.
    """
    old = Import.objects.filter(
        moved_at__lt=at - timedelta(days=KEEP_DAYS), emptied_at__isnull=True
    ).exclude(stage__in=[Stage.CHECKING, Stage.RUNNING, Stage.UNDOING])
    done = 0
    for batch in old[:20]:
        with transaction.atomic():
            ImportRow.objects.filter(batch=batch).update(cells=[], problems=[])
            done += Import.objects.filter(pk=batch.pk, emptied_at__isnull=True).update(
                emptied_at=at, profile=[]
            )
    return done
