"""Making a backup while the office works."""

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader

from satupintu.config.backup import rows
from satupintu.config.backup.archive import FORMAT, BadBackup, Sums, write_archive
from satupintu.config.backup.snapshot import frozen
from satupintu.documents.files import path_of
from satupintu.documents.queries import StoredFile, seal_marks
from satupintu.lib.keys import Ring

Tell = Callable[[str, int, int], None]  # what is at hand, number done, number of all


@dataclass
class Made:
    """What a backup holds, and the stored files that are damaged or missing on this disk."""

    sums: Sums
    damaged: list[str] = field(default_factory=list)

    @property
    def missing(self) -> list[str]:
        return sorted(self.sums.missing)


def make_backup(path: Path, *, at: datetime, passphrase: str, with_keys: bool, tell: Tell) -> Made:
    """
    Write database and files of this office into `path`; an empty passphrase encrypts nothing.

    The rows are those of one moment; files are read after it, so every file a row names is there, unless the worker
    erased it meanwhile or the disk has lost it: both are written down.
    Raises BadBackup if the file exists, tables are not up to date, or keys are asked for without a
    passphrase.
    """
    if path.exists():
        raise BadBackup(f"{path} exists already. Choose another name.")
    if with_keys and not passphrase:
        raise BadBackup("Keys are only put into an encrypted backup. Add --encrypt.")
    partial = path.with_name(f".{path.name}.partial")
    try:
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as target, frozen() as connection:
            tables = rows.list_tables(apps)
            manifest = _describe(connection, tables, at, with_keys=with_keys)
            with write_archive(target, manifest, passphrase) as writer:
                for number, (table, model) in enumerate(tables.items()):
                    tell(table, number, len(tables))
                    writer.add_table(table, rows.read_rows(connection, model))
                made = Made(writer.sums)
                named = _named_files(connection)
                stored = sorted({*list_files(settings.FILES), *named})
                for number, name in enumerate(stored):
                    tell("files", number, len(stored))
                    try:
                        sha256 = writer.add_file("files", name, settings.FILES / name)
                    except FileNotFoundError:
                        _note_absent(name, named, writer.sums)
                        continue
                    if is_named_by_content(name) and Path(name).name != sha256:
                        made.damaged.append(name)
                for name in list_files(settings.KEYS) if with_keys else ():
                    writer.add_file("keys", name, settings.KEYS / name)
            target.flush()
            os.fsync(target.fileno())
        partial.rename(path)
    finally:
        partial.unlink(missing_ok=True)
    return made


def _named_files(connection: BaseDatabaseWrapper) -> dict[str, tuple[int, str]]:
    """Return path -> size and SHA-256 of every file that a row names, as of the backup's moment."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sha256, size FROM documents_storedfile WHERE erased_at IS NULL")
        rows_there = cursor.fetchall()
    return {
        path_of(sha256).relative_to(settings.FILES).as_posix(): (size, sha256)
        for sha256, size in rows_there
    }


def _note_absent(name: str, named: dict[str, tuple[int, str]], sums: Sums) -> None:
    """Write down why a file is not in the backup; one that no row names was swept meanwhile, and nobody's loss."""
    if name not in named:
        return
    size, sha256 = named[name]
    erased = StoredFile.objects.filter(sha256=sha256, erased_at__isnull=False).exists()
    (sums.erased if erased else sums.missing)[name] = (size, sha256)


def _describe(
    connection: BaseDatabaseWrapper, tables: dict[str, Any], at: datetime, *, with_keys: bool
) -> dict[str, Any]:
    loader = MigrationLoader(connection)
    applied = set(loader.applied_migrations)
    if set(loader.graph.nodes) - applied:
        raise BadBackup("The tables are not up to date. Run `satupintu migrate` first.")
    return {
        "format": FORMAT,
        "program": version("satupintu"),
        "office": settings.OFFICE,
        "made_at": at.isoformat(),
        "made_on": connection.vendor,
        "migrations": sorted(
            [app, name] for app, name in applied if (app, name) in loader.graph.nodes
        ),
        "tables": {
            table: [field.column for field in rows.list_fields(model)]
            for table, model in tables.items()
        },
        "field_keys": key_marks(),
        "seals": seal_marks(),
        "with_keys": with_keys,
    }


def key_marks() -> dict[str, str]:
    """Return a mark of each key that opens personal data: known by it, not found by it. {}: there is none yet."""
    ring = settings.FIELD_KEYS
    if not isinstance(ring, Ring):
        return {}
    return {
        key_id: hashlib.sha256(b"mark" + key).hexdigest()[:16] for key_id, key in ring.keys.items()
    }


def list_files(folder: Path) -> Iterator[str]:
    """
    Yield the paths below `folder`, in order, without unfinished ones (tmp/, names with a leading
    dot).
    """
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in name.parts)
        if path.is_file() and not hidden and name.parts[0] != "tmp":
            yield name.as_posix()


def is_named_by_content(name: str) -> bool:
    """Return whether the file's name is a SHA-256."""
    last = name.rpartition("/")[2]
    return len(last) == 64 and all(ch in "0123456789abcdef" for ch in last)  # noqa: PLR2004  a SHA-256 in hex
