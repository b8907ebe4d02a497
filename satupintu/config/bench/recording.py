"""
What a piece of the product asks the database, and the same again by a raw cursor: the limit.

Statements are recorded with their parameters at the cursor. To record a write without doing it, it runs inside a
transaction that is rolled back; replaying its statements then writes the very same rows.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

_CONTROL = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "PRAGMA")
_WRITES = ("INSERT", "UPDATE", "DELETE")

Statement = tuple[str, Any, bool]  # SQL, parameters, many


@dataclass(slots=True)
class Recording:
    """The statements of one call, without transaction control."""

    statements: list[Statement] = field(default_factory=list)

    def __call__(
        self,
        execute: Callable[..., Any],
        sql: str,
        params: Any,
        many: bool,  # noqa: FBT001  Django's signature
        context: Any,
    ) -> Any:
        if not sql.lstrip().upper().startswith(_CONTROL):
            self.statements.append((sql, params, many))
        return execute(sql, params, many, context)

    @property
    def count(self) -> int:
        return len(self.statements)

    @property
    def writes(self) -> int:
        return sum(
            sql.lstrip().upper().startswith(_WRITES) for sql, _params, _many in self.statements
        )


@contextmanager
def recorded() -> Iterator[Recording]:
    """Record what this thread's connection is asked."""
    recording = Recording()
    with connection.execute_wrapper(recording):
        yield recording


def recorded_without_doing(call: Callable[[], object]) -> Recording:
    """Run `call` in a transaction that is rolled back; return what it asked the database."""
    numbers = _sequences()
    with recorded() as recording, transaction.atomic():
        call()
        transaction.set_rollback(True)
    _set_back(numbers)
    return recording


def _sequences() -> dict[str, int | None]:
    """Return where PostgreSQL's sequences stand, which a rollback does not set back."""
    if connection.vendor != "postgresql":
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT sequencename, last_value FROM pg_sequences")
        return dict(cursor.fetchall())


def _set_back(numbers: dict[str, int | None]) -> None:
    for name, now in _sequences().items():
        if now != numbers[name]:
            with connection.cursor() as cursor:
                before = numbers[name]
                cursor.execute("SELECT setval(%s, %s, %s)", [name, before or 1, before is not None])


def replay(statements: Sequence[Statement]) -> None:
    """Run the statements by a raw cursor, fetching all rows; outside any transaction of its own."""
    with connection.cursor() as cursor:
        for sql, params, many in statements:
            if many:
                cursor.executemany(sql, params)
                continue
            cursor.execute(sql, params)
            if cursor.description:
                cursor.fetchall()


def replay_in_transaction(statements: Sequence[Statement]) -> None:
    with transaction.atomic():
        replay(statements)


@dataclass(slots=True)
class Spent:
    """CPU of this process and time on the wall, summed over calls, in seconds."""

    cpu: float = 0.0
    wall: float = 0.0
    calls: int = 0

    @contextmanager
    def measured(self) -> Iterator[None]:
        wall, cpu = time.perf_counter(), time.process_time()
        try:
            yield
        finally:
            self.cpu += time.process_time() - cpu
            self.wall += time.perf_counter() - wall
            self.calls += 1

    def add(self, other: "Spent") -> None:
        self.cpu += other.cpu
        self.wall += other.wall
        self.calls += other.calls

    @property
    def cpu_ms(self) -> float:
        return self.cpu * 1000 / max(1, self.calls)

    @property
    def per_second(self) -> float:
        return self.calls / self.wall if self.wall else 0.0
