"""On which line a key of a TOML file stands. The standard library's parser does not tell, and people need it."""

import re

Path = tuple[str | int, ...]

_HEADER = re.compile(r"^\s*(\[\[|\[)\s*([^\[\]]+?)\s*(\]\]|\])\s*(?:#.*)?$")
_KEY = re.compile(
    r"""^\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*="""
)
_PART = re.compile(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""")


def _parts(dotted: str) -> list[str]:
    return [part.strip("\"'") for part in _PART.findall(dotted)]


class Lines:
    """The lines of one file's keys; `of` answers for keys inside inline tables with the line of their key."""

    def __init__(self, text: str) -> None:
        self._lines: dict[Path, int] = {}
        self._counts: dict[Path, int] = {}
        self._rows = text.split("\n")
        self._scan()

    def of(self, path: Path) -> int:
        """Return the line of `path`, of its nearest parent when it has none of its own, 0 for the whole file."""
        while path:
            if path in self._lines:
                return self._lines[path]
            # [standard.time] opens "standard" without naming it alone: the first of its lines stands for it.
            inner = [line for known, line in self._lines.items() if known[: len(path)] == path]
            if inner:
                return min(inner)
            path = path[:-1]
        return 0

    def _resolve(self, parts: list[str]) -> Path:
        """The path of a table header: names of lists of tables are followed by the current index."""
        path: Path = ()
        for part in parts:
            path = (*path, part)
            if path in self._counts:
                path = (*path, self._counts[path])
        return path

    def _scan(self) -> None:
        table: Path = ()
        number = 0
        while number < len(self._rows):
            row = self._rows[number]
            header = _HEADER.match(row)
            key = _KEY.match(row)
            if header and not key:
                table = self._open_table(header.group(1), _parts(header.group(2)))
                self._lines.setdefault(table, number + 1)
            elif key:
                path = (*table, *_parts(key.group(1)))
                self._lines.setdefault(path, number + 1)
                number = self._skip_value(path, number, key.end())
            number += 1

    def _open_table(self, bracket: str, parts: list[str]) -> Path:
        if bracket == "[":
            return self._resolve(parts)
        path = (*self._resolve(parts[:-1]), parts[-1])
        self._counts[path] = self._counts.get(path, -1) + 1
        return (*path, self._counts[path])

    def _skip_value(self, path: Path, number: int, column: int) -> int:
        """Return the last row of the value that begins at `column`; notes where each item of a list begins."""
        depth, item, fresh = 0, 0, True
        while number < len(self._rows):
            row = self._rows[number]
            while column < len(row):
                char = row[column]
                if char in "\"'":
                    if depth == 1 and fresh:
                        self._lines.setdefault((*path, item), number + 1)
                        fresh = False
                    number, column = self._skip_string(number, column)
                    row = self._rows[number] if number < len(self._rows) else ""
                    continue
                if char == "#":
                    break
                if depth == 1 and fresh and char not in " \t,]":
                    self._lines.setdefault((*path, item), number + 1)
                    fresh = False
                if depth == 1 and char == ",":
                    item, fresh = item + 1, True
                depth += (char in "[{") - (char in "]}")
                column += 1
            if depth <= 0:
                return number
            number, column = number + 1, 0
        return number

    def _skip_string(self, number: int, column: int) -> tuple[int, int]:
        """Return the place after the string that begins here, over as many rows as it has."""
        quote = self._rows[number][column]
        triple = quote * 3
        end = triple if self._rows[number].startswith(triple, column) else quote
        column += len(end)
        while number < len(self._rows):
            row = self._rows[number]
            while column < len(row):
                if row[column] == "\\" and quote == '"':
                    column += 2
                elif row.startswith(end, column):
                    return number, column + len(end)
                else:
                    column += 1
            if end == quote:  # a broken one-line string: the parser has said so already
                return number, len(row)
            number, column = number + 1, 0
        return number, 0
