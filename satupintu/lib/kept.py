"""
Small facts of the office that almost every page reads and hardly anybody changes: each process keeps them for seconds.

    @kept
    def work_calendar() -> WorkCalendar: ...

An edit calls `forget_kept` and so shows at once in its own process, in others after `SECONDS`. Inside a transaction
nothing is kept, because what it reads may be rolled back; `read_ahead` fetches everything before one opens.
"""

import time as machine_time
from collections.abc import Callable, Hashable
from functools import wraps
from math import inf
from typing import Any, ParamSpec, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, transaction

P = ParamSpec("P")
T = TypeVar("T")

SECONDS = 5.0
MOST = 2000  # facts with arguments (the districts of a regency) are no cache of the whole country

_kept: dict[Hashable, tuple[float, Any]] = {}
_ahead: list[Callable[[], Any]] = []


def kept(read: Callable[P, T]) -> Callable[P, T]:
    """
    Keep what a read returns, by its (hashable, positional) arguments. What it returns must not be changed by anybody.

    Reads without arguments are those that `read_ahead` fetches.
    """

    @wraps(read)
    def asked(*args: P.args, **kwargs: P.kwargs) -> T:
        key = (read.__module__, read.__qualname__, *_office(), args, *sorted(kwargs.items()))
        found = _kept.get(key)
        if found is not None and found[0] > machine_time.monotonic():
            value: T = found[1]
            return value
        value = read(*args, **kwargs)
        if not connections[DEFAULT_DB_ALIAS].in_atomic_block:
            _make_room()
            _kept[key] = (machine_time.monotonic() + SECONDS, value)
        return value

    if not read.__code__.co_argcount:
        _ahead.append(asked)
    return asked


def kept_each(read: Callable[[set[str]], dict[str, str]]) -> Callable[[set[str]], dict[str, str]]:
    """
    Keep what a read returns for each key of a set, until `forget_kept`; only keys that are not kept are read.

    For reference tables, to which rows are added and which nobody changes: therefore also inside a transaction.
    """

    @wraps(read)
    def asked(keys: set[str]) -> dict[str, str]:
        name = (read.__module__, read.__qualname__, *_office())
        found = {key: _kept[(*name, key)][1] for key in keys if (*name, key) in _kept}
        if missing := keys - found.keys():
            _make_room()
            read_now = read(missing)
            _kept.update({(*name, key): (inf, value) for key, value in read_now.items()})
            found |= read_now
        return found

    return asked


def _office() -> tuple[Any, Any]:
    """Return what tells the offices of one host apart: the schema is switched per request."""
    connection = connections[DEFAULT_DB_ALIAS]
    return connection.settings_dict["NAME"], getattr(connection, "office", "")


def _make_room() -> None:
    if len(_kept) >= MOST:
        _kept.clear()


def forget_kept() -> None:
    """
    Forget everything kept by this process; called by every write to what is kept.

    Inside a transaction also after it: until then others still read, and keep, what was before.
    """
    _kept.clear()
    if connections[DEFAULT_DB_ALIAS].in_atomic_block:
        transaction.on_commit(_kept.clear)


def read_ahead() -> None:
    """
    Fetch what is kept before a transaction opens, inside which nothing is. Usually no query.

    Inside a transaction nothing is done.
    """
    if not connections[DEFAULT_DB_ALIAS].in_atomic_block:
        for asked in _ahead:
            asked()
