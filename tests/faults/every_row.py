"""
Every row of every table, as the database itself tells it: a table's count and digest.

Nothing here is the backup's own reading, and tables come from the database, not from the program's models: a table or a
column that a backup forgets is seen.
"""

import hashlib
import json
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

Tables = dict[str, tuple[int, str]]
# Not compared, and why.
LEFT_OUT = {
    "django_migrations": "each office notes itself when it made its tables",
    "shared_cache": "counters of tries that count for minutes; a restored office begins without",
}


def every_table(connection: BaseDatabaseWrapper) -> Tables:
    """Return name -> number of rows and digest over them, of every table but LEFT_OUT."""
    quote = connection.ops.quote_name
    found = {}
    with connection.cursor() as cursor:
        for table in sorted({*connection.introspection.table_names(cursor)} - {*LEFT_OUT}):
            described = connection.introspection.get_table_description(cursor, table)
            names = ", ".join(quote(one) for one in sorted(column.name for column in described))
            cursor.execute(f"SELECT {names} FROM {quote(table)}")
            lines = sorted(repr([_plain(value) for value in row]) for row in cursor.fetchall())
            found[table] = (len(lines), hashlib.sha256("\n".join(lines).encode()).hexdigest())
    return found


def _plain(value: Any) -> Any:
    """Return a value whose text does not depend on how the database spaces and orders JSON."""
    if isinstance(value, memoryview):
        return bytes(value)
    if isinstance(value, str) and value[:1] in {"{", "["}:
        try:
            return json.dumps(json.loads(value), sort_keys=True)
        except ValueError:
            return value
    return value


def differing(there: Tables, here: Tables) -> list[str]:
    """Return what is not the same, a sentence for each table."""
    return [
        f"{name}: {there.get(name, (0, ''))[0]} rows then, {here.get(name, (0, ''))[0]} here, not the same"
        for name in sorted({*there, *here})
        if there.get(name) != here.get(name)
    ]
