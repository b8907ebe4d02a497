"""Whether anything is encrypted yet, asked of a database whose tables are still being made."""

import pytest
from django.db import connection

from satupintu.lib.crypto import _encrypted_table


@pytest.mark.django_db
def test_a_column_that_a_migration_has_still_to_make_is_not_asked_for(monkeypatch):
    tables = connection.introspection.get_table_description

    def before_the_migration(cursor, table):
        return [one for one in tables(cursor, table) if one.name != "phone"]

    asked = []
    monkeypatch.setattr(connection.introspection, "get_table_description", before_the_migration)
    with connection.execute_wrapper(
        lambda execute, sql, *rest: asked.append(sql) or execute(sql, *rest)
    ):
        assert _encrypted_table() == ""

    assert any('"people_party"' in sql and '"identity" <>' in sql for sql in asked)
    assert not any('"phone" <>' in sql for sql in asked)
