"""
What can be proven of tables beside the log: registers whose rows never change, and each domain's own checks.

Any domain registers here in AppConfig.ready, whatever floor it stands on; the log seals the registers and the audit
runs the checks (workflow/seals.py, workflow/audit.py).
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from django.db.models import QuerySet

Sum = tuple[int, str]  # rows, SHA-256 over them


@dataclass(frozen=True, slots=True)
class Register:
    """
    A table whose rows are written once, by the columns that never change.

    Its model has a column `sealed_in`: the number of the digest that holds the row, NULL until one does.
    """

    name: str
    model: type[models.Model]
    columns: tuple[str, ...]

    @property
    def _rows(self) -> "QuerySet[Any]":
        return self.model._default_manager.all()  # noqa: SLF001  a documented part of Django

    def has_unsealed(self) -> bool:
        return self._rows.filter(sealed_in__isnull=True).exists()

    def claim(self, number: int) -> None:
        """Put every row that no digest holds into digest `number`."""
        self._rows.filter(sealed_in__isnull=True).update(sealed_in=number)

    def sum_of(self, number: int) -> Sum:
        """Return how many rows digest `number` holds, and their digest."""
        return next((found for _, found in self._sums(self._rows.filter(sealed_in=number))), EMPTY)

    def sums(self) -> dict[int, Sum]:
        """Return the sums of all digests, by number. One query."""
        return dict(self._sums(self._rows.filter(sealed_in__isnull=False)))

    def _sums(self, rows: "QuerySet[Any]") -> Iterator[tuple[int, Sum]]:
        values = rows.order_by("sealed_in", "pk").values_list("sealed_in", *self.columns)
        for number, chain in groupby(values.iterator(chunk_size=2000), key=lambda row: row[0]):
            total, count = hashlib.sha256(), 0
            for row in chain:
                total.update(_line(row[1:]))
                count += 1
            yield number, (count, total.hexdigest())


EMPTY: Sum = (0, hashlib.sha256().hexdigest())


def _line(values: tuple[Any, ...]) -> bytes:
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, default=_plain)
    return text.encode() + b"\n"


def _plain(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


# A check yields one sentence a fault; `deep` also reads what takes minutes (the bytes of every file).
Check = Callable[[bool], Iterator[str]]

_registers: dict[str, Register] = {}
_checks: dict[str, Check] = {}


def add_register(name: str, model: type[models.Model], *columns: str) -> None:
    _registers[name] = Register(name, model, columns)


def add_check(name: str, check: Check) -> None:
    _checks[name] = check


def registers() -> list[Register]:
    """Return the registers in the order of their names, as they enter the digests."""
    return [register for _, register in sorted(_registers.items())]


def checks() -> list[Check]:
    return list(_checks.values())
