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
        connection = connections[DEFAULT_DB_ALIAS]
        # The schema is part of the key: a host of many offices switches it per request.
        office = (connection.settings_dict["NAME"], getattr(connection, "office", ""))
        key = (read.__module__, read.__qualname__, *office, args, *sorted(kwargs.items()))
        found = _kept.get(key)
        if found is not None and found[0] > machine_time.monotonic():
            value: T = found[1]
            return value
        value = read(*args, **kwargs)
        if not connection.in_atomic_block:
            if len(_kept) >= MOST:
                _kept.clear()
            _kept[key] = (machine_time.monotonic() + SECONDS, value)
        return value

    if not read.__code__.co_argcount:
        _ahead.append(asked)
    return asked


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
