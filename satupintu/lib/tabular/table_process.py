"""
Reads one table (CSV or XLSX), in a process of its own that has little memory and little time.

Run by reading.py as `python -I table_process.py`, with a JSON request on standard input: path, most_rows,
most_columns, most_text, seconds. On standard output: one JSON line a row, `[number, [cells]]`, every cell as text, and
last `{"end": rows, ...}` or `{"trouble": word}`. A hostile file can hang or kill nothing else. Imports nothing of this
project.

Cells of XLSX become text in forms that nobody can misread: a cell that the sheet shows as a date is written
2024-03-15; a number of more than 15 digits, which Excel does not hold, in scientific notation.
"""

import codecs
import csv
import json
import math
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

Request = dict[str, Any]
MEMORY_BYTES = 1024 * 1024 * 1024
MOST_PARTS = 4000
MOST_UNPACKED = 500 * 1024 * 1024  # bytes: a sheet of 100,000 rows and 40 columns has about 250 MB
MOST_TIMES = 400  # a part that unpacks to more than this is no table
SMALL_PART = 4 * 1024 * 1024
SAMPLE_BYTES = 256 * 1024
SEPARATORS = ";,\t|"
EXACT_DIGITS = 15  # of a number in a spreadsheet
SPACES = {
    "main": "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}",
    "strict": "{http://purl.oclc.org/ooxml/spreadsheetml/main}",
}
_DATE_FORMATS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_NOT_IN_FORMAT = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_REFERENCE = re.compile(r"^([A-Z]{1,3})[0-9]+$")


class Trouble(Exception):
    """The file cannot be read; the word says why (reading.TROUBLES)."""


def limit_self(seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


# --- Text ---------------------------------------------------------------------------------------


def encoding_of(path: str) -> str:
    """Return how a text file is written: UTF-8, UTF-16 by its mark, or what old Windows programs write."""
    with Path(path).open("rb") as file:
        head = file.read(4)
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        decoder = codecs.getincrementaldecoder("utf-8")()
        file.seek(0)
        try:
            while chunk := file.read(SAMPLE_BYTES):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8-sig"


def separator_of(sample: str) -> str:
    """Return the sign that parts the cells: what splits most lines into the same number, most often."""
    lines = [line for line in sample.splitlines()[:60] if line.strip()]
    best, most = ",", 0
    for sign in SEPARATORS:
        widths = [len(row) for row in csv.reader(lines, delimiter=sign)]
        common = max(set(widths), key=lambda width: (widths.count(width), width), default=1)
        worth = widths.count(common) * (common - 1)
        if worth > most:
            best, most = sign, worth
    return best


def rows_of_text(path: str, about: Request) -> Iterator[list[str]]:
    encoding = encoding_of(path)
    with Path(path).open(encoding=encoding, errors="replace", newline="") as file:
        sample = file.read(SAMPLE_BYTES)
        if re.match(r"\s*(<!doctype html|<html|<table|<\?xml|<meta)", sample[:400], re.IGNORECASE):
            raise Trouble("web_page")
        if sample.count("\x00") > len(sample) // 10:
            raise Trouble("not_a_table")
        separator = separator_of(sample)
        about["encoding"], about["separator"] = encoding, separator
        file.seek(0)
        csv.field_size_limit(1024 * 1024)
        lines: Iterator[str] = (line.replace("\x00", "") for line in file)
        try:
            first = next(lines, "")
            if not re.fullmatch(r"\ufeff?sep=.\s*", first, re.IGNORECASE):
                lines = _again(first, lines)
            yield from csv.reader(lines, delimiter=separator)
        except csv.Error as error:
            raise Trouble("csv_broken") from error


def _again(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


# --- XLSX ---------------------------------------------------------------------------------------


class Book:
    """A workbook that is read part by part; never held whole."""

    def __init__(self, path: str) -> None:
        try:
            self.zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError) as error:
            raise Trouble("xlsx_broken") from error
        parts = self.zip.infolist()
        if len(parts) > MOST_PARTS or sum(one.file_size for one in parts) > MOST_UNPACKED:
            raise Trouble("too_large_inside")
        for one in parts:
            if one.flag_bits & 1:
                raise Trouble("locked")
            if one.file_size > SMALL_PART and one.file_size > one.compress_size * MOST_TIMES:
                raise Trouble("too_large_inside")
        self.names = {one.filename for one in parts}

    def items(self, name: str, *tags: str) -> Iterator[ET.Element]:
        """Yield the elements of a part with one of these tags, each whole, and forget them after."""
        if name not in self.names:
            return
        with self.zip.open(name) as part:
            if b"<!DOCTYPE" in part.read(2048):
                raise Trouble("xlsx_broken")
        wanted = {space + tag for tag in tags for space in SPACES.values()}
        with self.zip.open(name) as part:
            parents: list[ET.Element] = []
            for event, element in ET.iterparse(part, events=("start", "end")):  # noqa: S314  limits, no DTD
                if event == "start":
                    parents.append(element)
                    continue
                parents.pop()
                if element.tag in wanted:
                    yield element
                    element.clear()
                    if parents:
                        parents[-1].remove(element)

    def sheets(self) -> list[tuple[str, str]]:
        """Return (name, part) of the sheets that are shown, in their order."""
        targets = {}
        name = "xl/_rels/workbook.xml.rels"
        if name in self.names:
            root = ET.fromstring(self.zip.read(name))  # noqa: S314  limits, no DTD
            targets = {one.get("Id", ""): one.get("Target", "") for one in root}
        found = []
        for one in self.items("xl/workbook.xml", "sheet"):
            key = next((value for at, value in one.attrib.items() if at.endswith("}id")), "")
            target = targets.get(key, "").lstrip("/")
            part = target if target.startswith("xl/") else f"xl/{target}"
            if one.get("state", "visible") == "visible" and part in self.names:
                found.append((one.get("name", ""), part))
        return found

    def counts_from_1904(self) -> bool:
        return any(
            one.get("date1904") in {"1", "true"}
            for one in self.items("xl/workbook.xml", "workbookPr")
        )

    def texts(self) -> list[str]:
        return [_text(one) for one in self.items("xl/sharedStrings.xml", "si")]

    def date_styles(self) -> set[int]:
        """Return the numbers of the styles under which a number is shown as a date."""
        codes: dict[int, str] = {}
        for one in self.items("xl/styles.xml", "numFmt"):
            codes[int(one.get("numFmtId", "0"))] = one.get("formatCode", "")
        found: set[int] = set()
        for group in self.items("xl/styles.xml", "cellXfs"):
            for place, style in enumerate(group):
                key = int(style.get("numFmtId", "0"))
                code = _NOT_IN_FORMAT.sub("", codes.get(key, "")).lower()
                if key in _DATE_FORMATS or re.search(r"[dy]", code):
                    found.add(place)
        return found


def _text(element: ET.Element) -> str:
    """Return the text of a string: of all its runs, without how they are read aloud (rPh)."""
    parts = []
    for one in element:
        tag = one.tag.rpartition("}")[2]
        if tag == "t":
            parts.append(one.text or "")
        elif tag == "r":
            parts.extend(t.text or "" for t in one if t.tag.endswith("}t"))
    return "".join(parts)


def _column(reference: str) -> int | None:
    found = _REFERENCE.match(reference)
    if not found:
        return None
    place = 0
    for letter in found[1]:
        place = place * 26 + ord(letter) - 64
    return place - 1


def _as_date(value: float, *, from_1904: bool) -> str:
    day = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30)  # noqa: DTZ001  a day on paper
    try:
        moment = day + timedelta(days=value)
    except OverflowError:
        return str(value)
    return moment.strftime("%Y-%m-%d" if moment.time() == datetime.min.time() else "%Y-%m-%d %H:%M")


def _as_number(raw: str) -> str:
    """Return a number as text: whole ones without a point, too long ones as what they are, damaged."""
    try:
        value = float(raw)
    except ValueError:
        return raw
    if not math.isfinite(value):
        return ""
    if abs(value) >= 10**EXACT_DIGITS:
        return f"{value:.14E}"
    return str(int(value)) if value == int(value) else repr(value)


def _cell(cell: ET.Element, texts: list[str], dates: set[int], *, from_1904: bool) -> str:
    kind = cell.get("t", "n")
    if kind in {"n", "d"}:
        return _figure(cell, dates, from_1904=from_1904)
    value = next((one.text or "" for one in cell if one.tag.endswith("}v")), "")
    if kind == "inlineStr":
        inline = next((one for one in cell if one.tag.endswith("}is")), None)
        return _text(inline) if inline is not None else ""
    if kind == "s":
        place = int(value or "-1")
        return texts[place] if 0 <= place < len(texts) else ""
    if kind == "b":
        return "ya" if value == "1" else "tidak"
    return "" if kind == "e" else value


def _figure(cell: ET.Element, dates: set[int], *, from_1904: bool) -> str:
    """Return a number as text, or as the date that the sheet shows of it."""
    value = next((one.text or "" for one in cell if one.tag.endswith("}v")), "")
    if not value or cell.get("t") == "d":
        return value
    if int(cell.get("s", "0")) in dates:
        try:
            return _as_date(float(value), from_1904=from_1904)
        except ValueError:
            return value
    return _as_number(value)


def rows_of_book(path: str, about: Request) -> Iterator[list[str]]:
    book = Book(path)
    sheets = book.sheets()
    if not sheets:
        raise Trouble("no_sheet")
    about["sheet"], about["other_sheets"] = sheets[0][0], [name for name, _part in sheets[1:]]
    texts, dates, from_1904 = book.texts(), book.date_styles(), book.counts_from_1904()
    expected = 1
    for row in book.items(sheets[0][1], "row"):
        number = int(row.get("r") or expected)
        for _missing in range(min(number - expected, about["most_rows"] + 1)):
            yield []
        expected = number + 1
        cells: list[str] = []
        for cell in row:
            if not cell.tag.endswith("}c"):
                continue
            place = _column(cell.get("r", ""))
            place = len(cells) if place is None else place
            if place >= about["most_columns"]:
                continue
            cells.extend("" for _gap in range(place - len(cells)))
            cells.append(_cell(cell, texts, dates, from_1904=from_1904))
        yield cells


# --- One run ------------------------------------------------------------------------------------


def rows_of(path: str, about: Request) -> Iterator[list[str]]:
    with Path(path).open("rb") as file:
        head = file.read(8)
    if not head:
        raise Trouble("empty")
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise Trouble("old_excel")
    if head.startswith(b"PK"):
        return rows_of_book(path, about)
    if head.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"\x7fELF", b"MZ", b"GIF8")):
        raise Trouble("not_a_table")
    return rows_of_text(path, about)


def run(request: Request) -> Request:
    about: Request = {
        "most_columns": request["most_columns"],
        "most_rows": request["most_rows"],
    }
    written = 0
    for number, cells in enumerate(rows_of(request["path"], about), start=1):
        kept = [_plain(one, request["most_text"]) for one in cells[: request["most_columns"]]]
        while kept and not kept[-1]:
            kept.pop()
        if number > request["most_rows"] * 2:
            raise Trouble("too_many_rows")
        if not kept:
            continue
        written += 1
        if written > request["most_rows"]:
            raise Trouble("too_many_rows")
        sys.stdout.write(json.dumps([number, kept], ensure_ascii=False) + "\n")
    if not written:
        raise Trouble("empty")
    return {"end": written, **about}


def _plain(text: str, most: int) -> str:
    return " ".join(text.replace("\u00a0", " ").split())[:most]


def main() -> int:
    request = json.load(sys.stdin)
    limit_self(request["seconds"])
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a text stream here
    try:
        last = run(request)
    except Trouble as trouble:
        last = {"trouble": str(trouble)}
    except (zipfile.BadZipFile, ET.ParseError, KeyError, EOFError, NotImplementedError):
        last = {"trouble": "xlsx_broken"}
    except (MemoryError, ValueError, OSError):
        last = {"trouble": "xlsx_broken"}
    sys.stdout.write(json.dumps(last) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
