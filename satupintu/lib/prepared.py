"""
Queries whose SQL is built once in a process and then only run with other values.

Django builds the text of a query anew each time it is asked. For the small reads behind every page that costs more
than running them on SQLite (docs/performance.md). A `Prepared` query is written as a queryset in a function of its
parameters; the function is called once, with place holders, and what it compiled to is kept:

    _OPEN = Prepared(lambda case_id: Task.objects.filter(case_id=case_id, state="open").order_by("id"))
    tasks = _OPEN.all(case_id=case.pk)

What comes back is what the queryset itself would give: instances with their related rows, or plain values.
`PreparedUpdate` is the same for a compare-and-set: the rows are a queryset, the new values come with each run. `insert`
writes a new row.
"""

import copy
import inspect
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from types import SimpleNamespace
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, Model, QuerySet
from django.db.models.expressions import Expression
from django.db.models.sql.compiler import SQLCompiler
from django.db.models.sql.subqueries import InsertQuery, UpdateQuery

Row = TypeVar("Row")


class Place(Expression):
    """Where a value comes in when the query is run; stands for one value, or for the values of an IN."""

    def __init__(self, name: str, *, many: bool) -> None:
        super().__init__()
        self.name = name
        self.many = many

    def as_sql(
        self,
        compiler: SQLCompiler,  # noqa: ARG002  Django's signature
        connection: BaseDatabaseWrapper,  # noqa: ARG002  Django's signature
        **_context: Any,
    ) -> tuple[str, tuple[Any, ...]]:
        return (f"({_mark(self.name)})" if self.many else "%s"), (self,)


def _mark(name: str) -> str:
    return f"/* {name} */"


@dataclass(frozen=True, slots=True)
class _Built:
    """A queryset with place holders, and what it compiled to."""

    rows: QuerySet[Any, Any]
    compiler: SQLCompiler
    sql: str
    params: tuple[Any, ...]
    converters: dict[int, Any]  # of which columns Django makes other values, and how


class Prepared(Generic[Row]):
    """
    A query of the default database, built once for each kind of database and run often.

    `build` takes one place holder a parameter and returns a queryset; a place holder can stand wherever a lookup
    compares with a value (`=`, `<`, `in`), not in `contains` and its like, whose text depends on the value. The
    parameters named in `many` are collections for an `in`; those named in `shape` are given to `build` as they are,
    and each combination of them is a query of its own.
    """

    def __init__(
        self,
        build: Callable[..., QuerySet[Any, Row]],
        *,
        many: Collection[str] = (),
        shape: Collection[str] = (),
    ) -> None:
        self._build = build
        self._many = frozenset(many)
        self._shape = tuple(shape)
        names = inspect.signature(build).parameters
        unknown = (self._many | set(self._shape)) - set(names)
        if unknown:
            raise TypeError(f"No such parameter: {', '.join(sorted(unknown))}.")
        self._places = tuple(name for name in names if name not in self._shape)
        self._built: dict[tuple[Any, ...], _Built] = {}

    def all(self, **values: Any) -> list[Row]:
        """Return the rows. One query; none when a collection for an `in` is empty. Raises TypeError for other names."""
        if values.keys() != {*self._places, *self._shape}:
            raise TypeError(
                f"Wanted {', '.join((*self._places, *self._shape))}, not {', '.join(values)}."
            )
        for name in self._many:
            values[name] = list(values[name])
            if not values[name]:
                return []
        return list(self._rows(values))

    def first(self, **values: Any) -> Row | None:
        """Return the first row, or None. The queryset itself says the order and how many are read (`[:1]`)."""
        return next(iter(self.all(**values)), None)

    def _rows(self, values: Mapping[str, Any]) -> Iterable[Row]:
        connection = connections[DEFAULT_DB_ALIAS]
        built = self._built_for(connection.vendor, values)
        compiler = copy.copy(built.compiler)
        compiler.connection = connection  # a connection belongs to a thread
        ready = _filled(built.sql, built.params, self._many, values, connection)
        compiler.as_sql = lambda *_args, **_kwargs: ready  # type: ignore[method-assign]
        compiler.get_converters = lambda _columns: built.converters  # type: ignore[assignment]
        query = copy.copy(built.rows.query)
        query.get_compiler = lambda *_args, **_kwargs: compiler  # type: ignore[method-assign]
        # What Django's makers of instances and values read of a queryset.
        asked: Any = SimpleNamespace(
            db=DEFAULT_DB_ALIAS,
            query=query,
            model=built.rows.model,
            _fields=built.rows._fields,  # type: ignore[attr-defined]
            _known_related_objects={},
        )
        found: Any = built.rows._iterable_class(asked)  # noqa: SLF001  the maker it was built with
        rows: Iterable[Row] = found
        return rows

    def _built_for(self, vendor: str, values: Mapping[str, Any]) -> _Built:
        key = (vendor, *(values[name] for name in self._shape))
        if key not in self._built:
            places = {name: Place(name, many=name in self._many) for name in self._places}
            rows = self._build(**places, **{name: values[name] for name in self._shape})
            compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
            sql, params = compiler.as_sql()
            columns = [column for column, *_names in compiler.select[: compiler.col_count]]
            converters = compiler.get_converters(columns)
            self._built[key] = _Built(rows, compiler, sql, tuple(params), converters)
        return self._built[key]


class PreparedCounts:
    """
    How many rows several querysets have, asked in one statement that is built once.

    `build` takes keyword parameters as for `Prepared` and returns name -> queryset, each limited to as many rows as
    anybody wants to know of.
    """

    def __init__(
        self,
        build: Callable[..., Mapping[str, QuerySet[Any, Any]]],
        *,
        many: Collection[str] = (),
        shape: Collection[str] = (),
    ) -> None:
        self._build = build
        self._many = frozenset(many)
        self._shape = tuple(shape)
        names = inspect.signature(build).parameters
        self._places = tuple(name for name in names if name not in self._shape)
        self._built: dict[tuple[Any, ...], tuple[tuple[str, ...], str, tuple[Any, ...]]] = {}

    def run(self, **values: Any) -> dict[str, int]:
        """Return the counts by name. One query. TypeError: other names; ValueError: an empty collection."""
        if values.keys() != {*self._places, *self._shape}:
            wanted = ", ".join((*self._places, *self._shape))
            raise TypeError(f"Wanted {wanted}, not {', '.join(values)}.")
        for name in self._many:
            values[name] = list(values[name])
            if not values[name]:
                raise ValueError(f"{name} is empty: give a value that nothing has.")
        connection = connections[DEFAULT_DB_ALIAS]
        names, sql, params = self._built_for(connection.vendor, values)
        with connection.cursor() as cursor:
            cursor.execute(*_filled(sql, params, self._many, values, connection))
            return dict(zip(names, cursor.fetchone() or (), strict=True))

    def _built_for(
        self, vendor: str, values: Mapping[str, Any]
    ) -> tuple[tuple[str, ...], str, tuple[Any, ...]]:
        key = (vendor, *(values[name] for name in self._shape))
        if key not in self._built:
            places = {name: Place(name, many=name in self._many) for name in self._places}
            sets = self._build(**places, **{name: values[name] for name in self._shape})
            parts, params = [], []
            for name, rows in sets.items():
                sql, given = rows.query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
                parts.append(f"(SELECT COUNT(*) FROM ({sql}) AS some_{name})")  # noqa: S608  Django's SQL, our name
                params.extend(given)
            self._built[key] = (tuple(sets), "SELECT " + ", ".join(parts), tuple(params))
        return self._built[key]


class PreparedUpdate:
    """
    An UPDATE of the default database, built once and run often. `sets` names the fields that each run gives.

        _CLOSE = PreparedUpdate(lambda id, state: Task.objects.filter(pk=id, state=state), sets=("result", "closed_at"))
        changed = _CLOSE.run(id=task.pk, state="open", result="for", closed_at=at)

    `computed` takes place holders as `build` does and returns field -> expression, where the row itself decides. The
    parameters of `build` named in `many` are collections for an `in`.
    """

    def __init__(
        self,
        build: Callable[..., QuerySet[Any, Any]],
        *,
        sets: Collection[str] = (),
        many: Collection[str] = (),
        computed: Callable[..., Mapping[str, Any]] = dict,
    ) -> None:
        self._build = build
        self._many = frozenset(many)
        self._sets = tuple(sets)
        self._computed = computed
        self._chosen = tuple(inspect.signature(build).parameters)
        own = () if computed is dict else tuple(inspect.signature(computed).parameters)
        self._given = own
        self._places = tuple(dict.fromkeys((*self._chosen, *own)))
        self._built: dict[str, tuple[str, tuple[Any, ...], Mapping[str, Any]]] = {}

    def run(self, **values: Any) -> int:
        """
        Change the rows and return how many they were. One statement; none when a collection for an `in` is empty.

        Raises TypeError for other names.
        """
        if values.keys() != {*self._places, *self._sets}:
            wanted = ", ".join((*self._places, *self._sets))
            raise TypeError(f"Wanted {wanted}, not {', '.join(values)}.")
        for name in self._many:
            values[name] = list(values[name])
            if not values[name]:
                return 0
        connection = connections[DEFAULT_DB_ALIAS]
        sql, params, fields = self._built_for(connection)
        saved = [
            fields[one.name].get_db_prep_save(values[one.name], connection)
            if isinstance(one, Place) and one.name in fields
            else one
            for one in params
        ]
        with connection.cursor() as cursor:
            cursor.execute(*_filled(sql, saved, self._many, values, connection))
            changed: int = cursor.rowcount
        return changed

    def _built_for(
        self, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[Any, ...], Mapping[str, Any]]:
        if connection.vendor not in self._built:
            chosen = {name: Place(name, many=name in self._many) for name in self._chosen}
            rows = self._build(**chosen)
            query: Any = rows.query.chain(UpdateQuery)  # what it is then has another type
            query.add_update_values(
                {**_places(self._sets), **self._computed(**_places(self._given))}
            )
            sql, params = query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
            fields = {name: rows.model._meta.get_field(name) for name in self._sets}
            self._built[connection.vendor] = (sql, tuple(params), fields)
        return self._built[connection.vendor]


_INSERTS: dict[tuple[type[Model], str, int, bool], tuple[str, tuple[Field[Any, Any], ...]]] = {}


def insert(*rows: Model, or_leave: bool = False) -> int:
    """
    Write new rows of one table, give them the keys that the database made; return how many were written.

    `or_leave`: rows that stand there already are left as they are (ON CONFLICT DO NOTHING), and several then learn no
    key; otherwise IntegrityError. One statement, none for no rows; no savepoint, no signals: for the few rows of an
    act, where `bulk_create` spends more on the text than on the work.
    """
    if not rows:
        return 0
    connection = connections[DEFAULT_DB_ALIAS]
    key = (type(rows[0]), connection.vendor, len(rows), or_leave)
    if key not in _INSERTS:
        _INSERTS[key] = _built_insert(rows, connection, or_leave=or_leave)
    sql, fields = _INSERTS[key]
    values = [
        one.get_db_prep_save(one.pre_save(row, add=True), connection)
        for row in rows
        for one in fields
    ]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        keys = cursor.fetchall()
    if len(keys) == len(rows):
        for row, (made,) in zip(rows, keys, strict=True):
            row.pk = made if row.pk is None else row.pk
            row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS  # noqa: SLF001  documented for loaders
    return len(keys)


def _built_insert(
    rows: Sequence[Model], connection: BaseDatabaseWrapper, *, or_leave: bool
) -> tuple[str, tuple[Field[Any, Any], ...]]:
    meta = rows[0]._meta
    fields = tuple(one for one in meta.local_concrete_fields if one is not meta.auto_field)
    query = InsertQuery(type(rows[0]))
    query.insert_values(fields, [rows[0]])
    ((sql, _params),) = query.get_compiler(connection=connection).as_sql()
    head, values, places = sql.partition(" VALUES ")
    places = ", ".join([places] * len(rows))
    leave = " ON CONFLICT DO NOTHING" if or_leave else ""
    returned = connection.ops.quote_name(str(meta.pk.column))
    return f"{head}{values}{places}{leave} RETURNING {returned}", fields


def _places(names: Iterable[str]) -> dict[str, Place]:
    return {name: Place(name, many=False) for name in names}


def _filled(
    sql: str,
    params: Iterable[Any],
    many: Iterable[str],
    values: Mapping[str, Any],
    connection: BaseDatabaseWrapper,
) -> tuple[str, tuple[Any, ...]]:
    """Return the text and parameters of one run: values in their places, as many of them as an `in` has."""
    ready: list[Any] = []
    for one in params:
        if not isinstance(one, Place):
            ready.append(one)
        elif one.many:
            ready.extend(_adapted(value, connection) for value in values[one.name])
        else:
            ready.append(_adapted(values[one.name], connection))
    for name in many:
        sql = sql.replace(_mark(name), ", ".join(["%s"] * len(values[name])))
    return sql, tuple(ready)


def _adapted(value: Any, connection: BaseDatabaseWrapper) -> Any:
    """Return a value as the database takes it, as the field it is compared with would have given it."""
    if isinstance(value, UUID):
        return value if connection.features.has_native_uuid_field else value.hex
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    if isinstance(value, time):
        return connection.ops.adapt_timefield_value(value)
    return value
