"""Copies of patterns, written by the thousand: ids, people, numbers and codes of their own, then their rows in bulk."""

import itertools
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from random import Random
from types import SimpleNamespace
from typing import Any

from django.db import connection, models

from satupintu.config.generate.blanks import Values, filled
from satupintu.config.generate.group import Model
from satupintu.config.generate.pattern import (
    BLANK,
    REGISTER,
    SECRET,
    TEXT,
    WORDS,
    Pattern,
    keys_of,
    stored_uuid,
    written_number,
)
from satupintu.config.generate.people import MadeUp
from satupintu.lib import crypto
from satupintu.lib.codes import make_tracking_code
from satupintu.lib.workingtime import WorkCalendar
from satupintu.office.services import reserve_numbers
from satupintu.permits.public_search import register_words
from satupintu.permits.services.issue import check_code_of

_WORD_COLUMNS = ("key", "case_id", "opened_at")
_REGISTER_COLUMNS = ("word", "permit_id", "issued_at")
_MASK = (1 << 62) - 1


class Writer:
    """Holds what one chunk of copies adds to every table, and writes it; the caller holds the transaction."""

    def __init__(
        self,
        patterns: Sequence[Pattern],
        chance: Random,
        calendar: WorkCalendar,
        today: date,
    ) -> None:
        self.today = today
        self.chance = chance
        self.calendar = calendar  # asked for once: inside a transaction nothing is kept
        self.tables: dict[Model, list[str]] = {
            table.model: table.columns for pattern in patterns for table in pattern.tables
        }
        self.keys: dict[Model, Iterator[int]] = {
            model: itertools.count(_highest(model) + 1)
            for model in {model for pattern in patterns for model in pattern.keys}
        }
        self.uuid_columns = {
            model: _uuid_places(model, names) for model, names in self.tables.items()
        }
        self.rows: dict[Model, list[list[Any]]] = {model: [] for model in self.tables}
        self.words: list[tuple[str, str, str]] = []
        self.register: list[tuple[str, str, str]] = []
        self.written = 0
        self.cases = 0

    def number(
        self, planned: Sequence[tuple[Pattern, timedelta]]
    ) -> Iterator[list[tuple[int, int]]]:
        """
        Yield for each copy the (year, counter) of its numbers, taken from the registers in blocks.

        Four statements at most for a series and year, however many copies there are.
        """
        wanted: dict[tuple[str, int], int] = {}
        years = [
            [
                (number.series, self._day(number.at + shift).year if number.series.yearly else 0)
                for number in pattern.numbers
            ]
            for pattern, shift in planned
        ]
        for series, year in itertools.chain.from_iterable(years):
            wanted[series.code, year] = wanted.get((series.code, year), 0) + 1
        counters = {
            (code, year): itertools.count(reserve_numbers(code, year=year, count=count))
            for (code, year), count in wanted.items()
        }
        for taken in years:
            yield [(year, next(counters[series.code, year])) for series, year in taken]

    def add(
        self,
        pattern: Pattern,
        person: MadeUp,
        *,
        shift: timedelta,
        numbers: Sequence[tuple[int, int]],
        seal: int,
    ) -> None:
        """Add one copy: the pattern's person and cases, moved by whole weeks, and a little within their days."""
        chance = self.chance
        values: Values = [""] * pattern.count
        self._fill_ids(pattern, values, shift)
        _fill_person(pattern, person, values)
        values[pattern.sealed_in] = str(seal)
        for blank, (year, seq) in zip(pattern.numbers, numbers, strict=True):
            text = written_number(
                blank.series,
                seq,
                self._day(blank.at + shift),
                blank.classification,
                blank.service,
            )
            values[blank.year], values[blank.seq] = str(year), str(seq)
            values[blank.as_file] = text.replace("/", "-")
            values[blank.number] = text
        for code in pattern.codes:
            values[code] = make_tracking_code()
        for code, case, number in pattern.checks:
            values[code] = check_code_of(values[case], values[number])
        pattern.filler.fill_times(values, shift, timedelta(seconds=chance.randrange(600)))
        pattern.filler.fill_digests(values)
        for table in pattern.tables:
            self._add_rows(table.model, table.rows, values)
        own = keys_of(person.name, person.address)
        for case, opened, keys in pattern.word_cases:
            case_id = stored_uuid(values[case])
            self.words += [(key, case_id, values[opened]) for key in {*keys, *own}]
        for permit, issued, until, written, holder, is_organisation in pattern.registered:
            if until is not None and until + shift < self.today:
                continue  # ended by now: its words have been dropped
            listed = register_words(
                number=filled(written, values),
                holder=filled(holder, values),
                is_organisation=is_organisation,
            )
            permit_id = stored_uuid(values[permit])
            self.register += [(word, permit_id, values[issued]) for word in listed]
        self.cases += pattern.cases

    def _day(self, at: datetime) -> date:
        return self.calendar.local(at).date()

    def _fill_ids(self, pattern: Pattern, values: Values, shift: timedelta) -> None:
        """Ids sort as the pattern's do, and by when the person first came: lists and indexes grow at their end."""
        base = int((pattern.began + shift).timestamp() * 1000) << 80 | 0x7 << 76 | 0b10 << 62
        draw = self.chance.getrandbits
        for rank, blank in enumerate(pattern.uuids):
            digits = f"{base | rank << 64 | draw(62):032x}"
            values[blank] = (
                f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
            )
        for model, blanks in pattern.keys.items():
            for blank in blanks:
                values[blank] = str(next(self.keys[model]))

    def _add_rows(
        self, model: Model, rows: Sequence[tuple[list[Any], list[Any]]], values: Values
    ) -> None:
        into, uuids = self.rows[model], self.uuid_columns[model]
        for plain, cells in rows:
            row = plain.copy()
            for place, how, what in cells:
                if how == BLANK:
                    row[place] = values[what]
                elif how == TEXT:
                    row[place] = filled(what, values)
                elif how == SECRET:
                    row[place] = crypto.encrypt(filled(what, values))
                else:
                    field, base, cut = what
                    row[place] = _looked_up(field, base, filled(cut, values))
            for place in uuids:
                if row[place] is not None:
                    row[place] = stored_uuid(str(row[place]))
            into.append(row)

    def forget(self) -> None:
        """Throw away what was added and not written."""
        for rows in self.rows.values():
            rows.clear()
        self.words.clear()
        self.register.clear()

    def flush(self) -> None:
        """Write what was added; counters of rows go on after it."""
        for model, rows in self.rows.items():
            if rows:
                _insert(model._meta.db_table, self.tables[model], rows)
                self.written += len(rows)
                self.rows[model] = []
        _insert(WORDS, _WORD_COLUMNS, self.words)
        _insert(REGISTER, _REGISTER_COLUMNS, self.register)
        self.written += len(self.words) + len(self.register)
        self.words, self.register = [], []
        _go_on_counting(list(self.keys))


def _fill_person(pattern: Pattern, person: MadeUp, values: Values) -> None:
    blanks = pattern.person
    values[blanks["username"]] = f"demo-{person.key}"
    values[blanks["name"]] = person.name
    values[blanks["identity"]] = person.identity
    values[blanks["phone"]] = person.phone
    values[blanks["email"]] = person.email
    values[blanks["birth_date"]] = person.birth_date.isoformat()
    values[blanks["address"]] = person.address
    for blank, before, after in pattern.user_texts:
        values[blank] = f'"{before}":{values[blanks["user"]]}{after}'


@lru_cache(maxsize=20_000)
def _looked_up(field: Any, base: str, text: str) -> str:
    """Return the keyed hash beside an encrypted column, as the column itself makes it."""
    found: str = field.pre_save(SimpleNamespace(**{base: text}), add=True)
    return found


def _highest(model: Model) -> int:
    key = model._meta.pk
    assert key is not None
    rows = model._base_manager  # noqa: SLF001  a documented part of Django
    return rows.aggregate(top=models.Max(key.name))["top"] or 0


def _uuid_places(model: Model, columns: Sequence[str]) -> list[int]:
    """Return the places of columns whose ids this database keeps in another form than they are written in."""
    if connection.vendor == "postgresql":
        return []
    found = []
    for field in model._meta.local_concrete_fields:
        plain = field
        while isinstance(plain, models.ForeignKey):
            plain = plain.target_field
        if isinstance(plain, models.UUIDField):
            found.append(columns.index(str(field.column)))
    return found


def _insert(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    quote = connection.ops.quote_name
    names = ", ".join(quote(name) for name in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            command = f"COPY {quote(table)} ({names}) FROM STDIN"
            # Django knows no COPY: without it a refused row is none of its errors.
            with connection.wrap_database_errors, cursor.copy(command) as copy:
                for row in rows:
                    copy.write_row(row)
            return
        places = ", ".join(["%s"] * len(columns))
        statement = f"INSERT INTO {quote(table)} ({names}) VALUES ({places})"  # noqa: S608  our own table
        cursor.executemany(statement, rows)


def _go_on_counting(counted: Sequence[Model]) -> None:
    from django.core.management.color import no_style

    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(counted)):
            cursor.execute(statement)
