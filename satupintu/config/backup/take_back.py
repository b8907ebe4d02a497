"""Restoring a backup into an empty office, and proving that it is what was saved."""

import hashlib
import os
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.apps.registry import Apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from satupintu.config.backup import rows
from satupintu.config.backup.archive import (
    BadBackup,
    Sums,
    check_archive,
    differing,
    hash_stream,
    open_members,
)
from satupintu.config.backup.make import Tell, key_marks
from satupintu.documents.queries import seal_marks

_READ = 256 * 1024


def restore_backup(path: Path, *, passphrase: str, without_keys: bool, tell: Tell) -> Sums:
    """
    Fill this empty office from `path` and return what was proven equal, row by row and file by
    file.

    Reads the whole file first, so that a damaged one changes nothing. Files that were erased by law while the backup
    was made are erased here too. Raises BadBackup if the file is damaged, the office is not empty, the program is older
    than the backup, or a key that opens its personal data or sealed its log is neither in it nor here (unless
    `without_keys`).
    """
    tell("reading the file", 0, 1)
    manifest, sums = check_archive(path, passphrase)
    _refuse_missing_keys(manifest, without_keys=without_keys)
    apps = _make_tables(manifest)
    tables = rows.list_tables(apps)
    _refuse_other_columns(manifest, tables)
    try:
        with transaction.atomic():
            _empty(tables)
            _load(path, passphrase, tables, tell, total=len(sums.tables) + len(sums.files))
            _prove(tables, sums)
            _set_sequences(tables)
            _erase(sums, manifest["made_at"])
    except DatabaseError as error:
        first = str(error).splitlines()[0]
        raise BadBackup(f"The database refuses the rows of this backup: {first}") from error
    return sums


def _refuse_missing_keys(manifest: dict[str, Any], *, without_keys: bool) -> None:
    here = key_marks()
    lacking = [key for key, mark in manifest["field_keys"].items() if here.get(key) != mark]
    if lacking and not manifest["with_keys"] and not without_keys:
        raise BadBackup(
            f"The key {', '.join(lacking)} that opens this backup's personal data is not here."
            f" Copy the old office's field.keys to {settings.KEYS}, or add --without-keys"
            " and copy it later."
        )
    seals = set(seal_marks().values())
    unsealed = [name for name, mark in manifest["seals"].items() if mark not in seals]
    if unsealed and not manifest["with_keys"] and not without_keys:
        raise BadBackup(
            f"The office's seal ({', '.join(unsealed)}) under which this backup's log was sealed is not here."
            f" Copy the old office's keys/seal to {settings.KEYS / 'seal'}, or add --without-keys"
            " and copy it later."
        )


def _make_tables(manifest: dict[str, Any]) -> Apps:
    """Bring the database to the migrations of the backup and return the models as of then."""
    wanted = {(app, name) for app, name in manifest["migrations"]}
    executor = MigrationExecutor(connection)
    unknown = wanted - set(executor.loader.graph.nodes)
    if unknown:
        app, name = min(unknown)
        raise BadBackup(
            f"This backup comes from a newer program (it has {app}.{name})."
            " Update the program first."
        )
    applied = set(executor.loader.applied_migrations)
    if applied - wanted:
        app, name = min(applied - wanted)
        raise BadBackup(
            f"This database is ahead of the backup (it has {app}.{name})."
            " Restore into a new database."
        )
    _refuse_rows(rows.list_tables(executor.loader.project_state(list(applied)).apps))
    nodes = executor.loader.graph.node_map
    leaves = [
        node
        for node in wanted
        if not any(
            child.key in wanted and child.key[0] == node[0] for child in nodes[node].children
        )
    ]
    executor.migrate(leaves)
    return MigrationExecutor(connection).loader.project_state(leaves).apps


def _refuse_rows(tables: dict[str, Any]) -> None:
    """
    Raises BadBackup if the office already holds something; Django's own lists of models do not
    count.
    """
    present = set(connection.introspection.table_names())
    for table, model in tables.items():
        if table not in present or model._meta.app_label in {"contenttypes", "auth"}:
            continue
        with connection.cursor() as cursor:
            name = connection.ops.quote_name(table)
            cursor.execute(f"SELECT 1 FROM {name} LIMIT 1")  # noqa: S608  our own table
            if cursor.fetchone():
                raise BadBackup(
                    f"This office is not empty ({table} has rows). Restore into an empty one:"
                    " another SATUPINTU_HOME or DATABASE_URL."
                )


def _refuse_other_columns(manifest: dict[str, Any], tables: dict[str, Any]) -> None:
    for table, columns in manifest["tables"].items():
        here = (
            [field.column for field in rows.list_fields(tables[table])] if table in tables else []
        )
        if here != columns:
            raise BadBackup(
                f"The table {table} of this backup has other columns than the program's."
            )


def _empty(tables: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        for table in tables:
            name = connection.ops.quote_name(table)
            cursor.execute(f"DELETE FROM {name}")  # noqa: S608  our own table


def _load(path: Path, passphrase: str, tables: dict[str, Any], tell: Tell, *, total: int) -> None:
    done, current = 0, ""
    with open_members(path, passphrase) as members:
        for name, content in members:
            kind, _, rest = name.partition("/")
            if kind == "rows":
                table = rest.rpartition("/")[0]
                done += table != current
                current = table
                tell(table, done, total)
                rows.insert_rows(
                    connection, tables[table], content.read().splitlines(keepends=True)
                )
            elif kind == "files":
                done += 1
                tell("files", done, total)
                _put_file(settings.FILES, rest, content)
            elif kind == "keys":
                _put_file(settings.KEYS, rest, content)


def _erase(sums: Sums, made_at: str) -> None:
    """Mark as erased what the old office erased while it was backed up; the rows were proven before."""
    with connection.cursor() as cursor:
        for _size, sha256 in sums.erased.values():
            moment = connection.ops.adapt_datetimefield_value(datetime.fromisoformat(made_at))
            cursor.execute(
                "UPDATE documents_storedfile SET erased_at = %s WHERE sha256 = %s", [moment, sha256]
            )


def _put_file(folder: Path, name: str, content: IO[bytes]) -> None:
    parts = PurePosixPath(name).parts
    if not parts or ".." in parts or name.startswith("/"):
        raise BadBackup(f"The backup holds a file with a forbidden name: {name}.")
    target = folder.joinpath(*parts)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = target.with_name(f".{target.name}.restoring")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        while data := content.read(_READ):
            file.write(data)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(target)


def _prove(tables: dict[str, Any], sums: Sums) -> None:
    """Read back every row and every file. Raises BadBackup naming what is not as it was saved."""
    found = Sums()
    for table, model in tables.items():
        digest, count = hashlib.sha256(), 0
        for line in rows.read_rows(connection, model):
            digest.update(line)
            count += 1
        found.tables[table] = (count, digest.hexdigest())
    for name in sums.files:
        with (settings.FILES / name).open("rb") as file:
            found.files[name] = hash_stream(file)
    wrong = differing(sums.tables, found.tables) | differing(sums.files, found.files)
    if wrong:
        raise BadBackup(f"{min(wrong)} is not as it was saved; the database was left empty.")


def _set_sequences(tables: dict[str, Any]) -> None:
    """Let new rows be numbered after the restored ones (PostgreSQL; SQLite does it by itself)."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(tables.values())):
            cursor.execute(statement)
