"""
One table of a TOML file, read key by key: values of the right type, problems with their line, no key nobody asked for.

Service files and the guide are read by it.
"""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from satupintu.catalogue.checks.common import dotted
from satupintu.catalogue.lines import Lines, Path
from satupintu.catalogue.rules import Problem, Text

EMPTY = Text("", "")
_E = TypeVar("_E", bound=StrEnum)


class Reader:
    """One table of the file: gives values of the right type, notes problems, and refuses keys nobody asked for."""

    def __init__(
        self, table: dict[str, Any], path: Path, file: str, lines: Lines, problems: list[Problem]
    ) -> None:
        self.table = table
        self.path = path
        self.file = file
        self.lines = lines
        self.problems = problems
        self.asked: list[str] = []

    def at(self, *more: str | int) -> "Reader":
        """Return a reader to note problems by at a place below this one."""
        return self._inner({}, *more)

    def problem(self, key: str, message: str, allowed: str = "") -> None:
        path = (*self.path, key) if key else self.path
        shown = dotted(path)
        self.problems.append(Problem(self.file, self.lines.of(path), shown, message, allowed))

    def take(self, key: str) -> Any:
        self.asked.append(key)
        return self.table.get(key)

    def _typed(self, key: str, kind: type, default: Any, expected: str, *, required: bool) -> Any:
        value = self.take(key)
        if value is None:
            if required:
                self.problem(key, _("Kunci ini wajib ada."), expected)
            return default
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.problem(key, _("Nilainya salah jenis."), expected)
            return default
        return value

    def string(self, key: str, default: str = "", *, required: bool = False) -> str:
        value = self._typed(key, str, default, _("teks dalam tanda kutip"), required=required)
        if required and isinstance(self.table.get(key), str) and not value.strip():
            self.problem(key, _("Kunci ini tidak boleh kosong."), _("teks dalam tanda kutip"))
        return str(value).strip()

    def integer(self, key: str, default: int = 0, *, required: bool = False) -> int:
        value = self._typed(key, int, default, _("bilangan bulat"), required=required)
        if value < 0:
            self.problem(key, _("Nilainya tidak boleh kurang dari nol."), _("0 atau lebih"))
        return int(value)

    def boolean(self, key: str, *, default: bool) -> bool:
        return bool(self._typed(key, bool, default, "true, false", required=False))

    def day(self, key: str) -> str:
        value = self.take(key)
        if isinstance(value, str):
            try:
                value = date.fromisoformat(value)
            except ValueError:
                value = None
        if type(value) is not date:
            self.problem(key, _("Tanggalnya tidak dapat dibaca."), "2026-01-31")
            return "1970-01-01"
        return value.isoformat()

    def strings(
        self, key: str, *, required: bool = False, default: Iterable[str] = ()
    ) -> tuple[str, ...]:
        expected = _('daftar teks: ["satu", "dua"]')
        value = self._typed(key, list, None, expected, required=required)
        if value is None:
            return tuple(default)
        if any(not isinstance(item, str) or not item.strip() for item in value):
            self.problem(key, _("Daftar ini berisi nilai kosong atau bukan teks."), expected)
            return tuple(default)
        if required and not value:
            self.problem(key, _("Daftar ini tidak boleh kosong."), expected)
        return tuple(value)

    def one_of(self, key: str, kind: type[_E], default: _E, *, required: bool = True) -> _E:
        allowed = ", ".join(item.value for item in kind)
        value = self._typed(key, str, None, allowed, required=required)
        if value is None:
            return default
        try:
            return kind(value)
        except ValueError:
            self.problem(key, _("Nilai “%(value)s” tidak dikenal.") % {"value": value}, allowed)
            return default

    def many_of(self, key: str, kind: type[_E], default: Iterable[_E]) -> list[_E]:
        allowed = ", ".join(item.value for item in kind)
        found = []
        for value in self.strings(key, default=tuple(item.value for item in default)):
            try:
                found.append(kind(value))
            except ValueError:
                message = _("Nilai “%(value)s” tidak dikenal.") % {"value": value}
                self.problem(key, message, allowed)
        return found

    def table_of(self, key: str) -> "Reader | None":
        value = self._typed(key, dict, None, f"[{key}]", required=False)
        return None if value is None else self._inner(value, key)

    def tables(self, key: str) -> list["Reader"]:
        value = self._typed(key, list, [], f"[[{key}]]", required=False)
        if any(not isinstance(item, dict) for item in value):
            self.problem(key, _("Nilainya salah jenis."), f"[[{key}]]")
            return []
        return [self._inner(item, key, index) for index, item in enumerate(value)]

    def _inner(self, table: dict[str, Any], *more: str | int) -> "Reader":
        return Reader(table, (*self.path, *more), self.file, self.lines, self.problems)

    def text(self, key: str, *, required: bool = False) -> Text:
        expected = '{ id = "...", en = "..." }'
        value = self._typed(key, dict, None, expected, required=required)
        if value is None:
            return EMPTY
        inner = self._inner(value, key)
        text = Text(inner.string("id", required=True), inner.string("en", required=True))
        inner.close()
        return text

    def close(self) -> None:
        """Refuse the keys that nobody asked for."""
        for key in self.table:
            if key not in self.asked:
                self.problem(key, _("Kunci ini tidak dikenal."), ", ".join(self.asked))
