"""
The rows of an office as text that is the same on SQLite and PostgreSQL.

A row is one line of JSON, columns in order of their names. Encrypted columns stay encrypted. Rows
come in the order of their primary key by bytes, so that the digest of a table is the same on both
databases.
"""

import base64
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps.registry import Apps
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.duration import duration_string

Field = models.Field[Any, Any]
_FETCH = 1000


def list_tables(apps: Apps) -> dict[str, type[models.Model]]:
    """Return every table that models of `apps` own, by name, with its model."""
    found = {
        model._meta.db_table: model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    }
    return dict(sorted(found.items()))


def list_fields(model: type[models.Model]) -> list[Field]:
    """Return the stored fields of a table in the order of their columns' names."""
    fields = [field for field in model._meta.local_concrete_fields if not field.generated]
    return sorted(fields, key=column_of)


def column_of(field: Field) -> str:
    """Return the name of the field's column."""
    assert field.column is not None, field
    return field.column


def _is_raw(field: Field) -> bool:
    """Return whether the column's text is kept as it is: encrypted fields."""
    return hasattr(field, "from_db_value") and not isinstance(field, models.JSONField)


def _target(field: Field) -> Field:
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    return field


def read_rows(connection: BaseDatabaseWrapper, model: type[models.Model]) -> Iterator[bytes]:
    """Yield each row as one line of JSON."""
    fields = list_fields(model)
    table = model._meta.db_table
    quote = connection.ops.quote_name
    key = model._meta.pk
    assert key is not None
    order = quote(column_of(key))
    if connection.vendor == "postgresql" and isinstance(
        _target(key), models.CharField | models.TextField
    ):
        order += ' COLLATE "C"'  # SQLite compares bytes
    names = ", ".join(quote(column_of(field)) for field in fields)
    readers = [_readers(connection, table, field) for field in fields]
    with connection.chunked_cursor() as cursor:
        cursor.execute(f"SELECT {names} FROM {quote(table)} ORDER BY {order}")  # noqa: S608  names of our own tables
        while batch := cursor.fetchmany(_FETCH):
            for values in batch:
                yield _line(
                    [_read(value, *reader) for value, reader in zip(values, readers, strict=True)]
                )


def _readers(connection: BaseDatabaseWrapper, table: str, field: Field) -> tuple[Any, ...]:
    column = field.get_col(table)
    converters = () if _is_raw(field) else tuple(connection.ops.get_db_converters(column))
    return (field, column, converters, connection)


def _read(value: Any, field: Field, column: Any, converters: Any, connection: Any) -> Any:
    for convert in converters:
        value = convert(value, column, connection)
    if isinstance(field, models.JSONField):
        # As text: a JSON null is not an SQL NULL.
        return (
            None if value is None else _text(json.loads(value) if isinstance(value, str) else value)
        )
    return _portable(value)


def _portable(value: Any) -> Any:
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return duration_string(value)
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    raise TypeError(f"A value of type {type(value).__name__} cannot be backed up.")


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _line(values: Sequence[Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def insert_rows(
    connection: BaseDatabaseWrapper, model: type[models.Model], lines: Iterable[bytes]
) -> int:
    """Write the rows and return how many; the caller holds the transaction."""
    fields = list_fields(model)
    quote = connection.ops.quote_name
    names = ", ".join(quote(column_of(field)) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    table = quote(model._meta.db_table)
    statement = f"INSERT INTO {table} ({names}) VALUES ({places})"  # noqa: S608  our own table
    rows = []
    for line in lines:
        pairs = zip(json.loads(line), fields, strict=True)
        rows.append([_stored(value, field, connection) for value, field in pairs])
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(statement, rows)
    return len(rows)


def _stored(value: Any, field: Field, connection: BaseDatabaseWrapper) -> Any:
    if value is None or _is_raw(field):
        return value
    if isinstance(field, models.JSONField):
        return connection.ops.adapt_json_value(json.loads(value), field.encoder)
    plain = _target(field)
    return plain.get_db_prep_save(plain.to_python(value), connection)
