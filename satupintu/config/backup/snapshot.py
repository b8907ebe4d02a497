"""One unchanging view of the database while others go on writing."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection as default_connection
from django.db.backends.base.base import BaseDatabaseWrapper


@contextmanager
def frozen() -> Iterator[BaseDatabaseWrapper]:
    """
    Yield a connection of its own that sees the database as of one moment and changes nothing.

    Writers do not wait for it: on SQLite it is a reader of the write-ahead log, on PostgreSQL a
    read-only transaction at REPEATABLE READ.
    """
    connection: BaseDatabaseWrapper = default_connection.copy()
    connection.inc_thread_sharing()
    try:
        connection.ensure_connection()
        if connection.vendor == "postgresql":
            connection.set_autocommit(False)
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                cursor.execute("SELECT 1")  # the view begins with the first query
        else:
            with connection.cursor() as cursor:
                cursor.execute("BEGIN")
                cursor.execute("SELECT count(*) FROM sqlite_master")
        yield connection
    finally:
        connection.close()
