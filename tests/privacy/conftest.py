"""Which numbers belong to somebody, in every spelling; and what the database holds of them."""

import re
from collections.abc import Iterator

import pytest
from django.db import connection

from satupintu.config.demo.stories import NEIGHBOURS
from satupintu.people.services.demo import BENGKALIS, SANGGAU


def spellings(phone: str) -> set[str]:
    """Return a telephone number as people and programs write it: +62, 62, 0, spaces, dashes."""
    digits = phone.removeprefix("+62")
    grouped = [digits[:3], digits[3:7], digits[7:]]
    return {
        start + between.join(grouped)
        for start in ("+62", "62", "0", "")
        for between in ("", "-", " ", ".")
    }


def nik_spellings(nik: str) -> set[str]:
    parts = [nik[:6], nik[6:12], nik[12:]]
    return {between.join(parts) for between in ("", "-", " ", ".")}


def secrets_of_the_demo() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one in (*SANGGAU.people, *BENGKALIS.people):
        found[f"{one.name}'s NIK"] = nik_spellings(one.identity)
        found[f"{one.name}'s telephone"] = spellings(one.phone)
    for neighbour in NEIGHBOURS:
        found[f"{neighbour.key}'s telephone"] = spellings(neighbour.phone)
        for region in ("610301", "140301"):
            found[f"{neighbour.key}'s NIK in {region}"] = nik_spellings(
                f"{region}{neighbour.nik_tail}9999"
            )
    return found


SECRETS = secrets_of_the_demo()
ANY = re.compile(
    r"(?<![0-9])("
    + "|".join(
        sorted({re.escape(one) for group in SECRETS.values() for one in group}, key=len)[::-1]
    )
    + r")(?![0-9])"
)


def leaks(text: str) -> set[str]:
    """Return the personal numbers that stand in a text."""
    return set(ANY.findall(text))


def dump() -> Iterator[tuple[str, str, str]]:
    """Yield (table, column, value as text) of every row of every table, as the database stores it."""
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            columns = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for column, value in zip(columns, row, strict=True):
                    if value is not None:
                        text = (
                            bytes(value).decode("latin-1")
                            if isinstance(value, bytes | memoryview)
                            else str(value)
                        )
                        yield table, column, text


@pytest.fixture
def leaks_in_database():
    def find() -> list[str]:
        return sorted({f"{t}.{c}: {one}" for t, c, text in dump() for one in leaks(text)})

    return find
