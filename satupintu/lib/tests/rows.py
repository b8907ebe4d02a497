"""Rows that many tests begin with: made once a process by the services themselves, then put back by plain SQL."""

from collections.abc import Callable, Hashable
from typing import Any

from django.apps import apps
from django.db import connection, transaction

from satupintu.lib.kept import forget_kept

Tables = dict[str, tuple[list[str], list[tuple[Any, ...]]]]  # table -> columns, rows

MIGRATED = frozenset({"auth_permission", "django_content_type"})  # filled before any test

_made: dict[Hashable, tuple[Any, Tables]] = {}


def made_once(key: Hashable, make: Callable[[], Any]) -> Any:
    """
    Return what `make` returned the first time in this process, with every row it then wrote in the database again.

    Where its tables are not empty, it makes everything anew: it may then find and change what is there. Files that it
    writes outside the database are not put back.
    """
    if key in _made:
        made, tables = _made[key]
        if not _any_row(tables):
            _put_back(tables)
            return made
        return make()
    before = _read_all()
    made = make()
    if not any(rows for name, (_columns, rows) in before.items() if name not in MIGRATED):
        _made[key] = made, {n: table for n, table in _read_all().items() if table != before[n]}
    return made


def _read_all() -> Tables:
    found: Tables = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            if model._meta.managed and not model._meta.proxy:
                name = model._meta.db_table
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)}")
                found[name] = [one[0] for one in cursor.description], cursor.fetchall()
    return found


def _any_row(tables: Tables) -> bool:
    asked = (f"EXISTS (SELECT 1 FROM {connection.ops.quote_name(name)})" for name in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {' OR '.join(asked)}")
        return bool(cursor.fetchone()[0])


def _put_back(tables: Tables) -> None:
    """Insert the rows as they were read; keys to one another are checked at the end of the transaction."""
    quote = connection.ops.quote_name
    with transaction.atomic(), connection.cursor() as cursor:
        for name, (columns, rows) in tables.items():
            into = ", ".join(map(quote, columns))
            places = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {quote(name)} ({into}) VALUES ({places})", rows)
    forget_kept()
