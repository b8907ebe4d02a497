"""
One sheet of an XLSX file, written row by row in constant memory.

Every text is written as text: what begins with = + - or @ is shown as it was typed, and never computed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    import xlsxwriter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cell = str | int | float | date | None
_FORBIDDEN = str.maketrans("", "", "".join(map(chr, (*range(9), 11, 12, *range(14, 32)))))
LONGEST = 32_767  # characters that a cell may hold


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column: its heading, its width in characters, and the decimals of its numbers."""

    label: str
    width: int = 14
    decimals: int = 0


def write_sheet(
    out: BinaryIO,
    *,
    name: str,
    heading: Sequence[str],
    columns: Sequence[SheetColumn],
    rows: Iterable[Sequence[Cell]],
    total: Sequence[Cell] = (),
) -> int:
    """
    Write a workbook of one landscape A4 sheet and return how many rows it holds.

    The column heads stand on every printed page; `heading` are lines above them, `total` a last line in bold.
    """
    import xlsxwriter

    book = xlsxwriter.Workbook(
        out,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": True,
        },
    )
    sheet = book.add_worksheet(name[:31])
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
    sheet.set_footer("&C&P / &N")
    plain = {"border": 1, "valign": "top", "text_wrap": True, "font_size": 9}
    head = book.add_format({**plain, "bold": True, "bg_color": "#E8EFEF", "valign": "vcenter"})
    first = len(heading) + 1
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
    title = book.add_format({"bold": True, "font_size": 12})
    for line, text in enumerate(heading):
        sheet.write_string(line, 0, _text(text), title)
    for place, column in enumerate(columns):
        sheet.write_string(first, place, column.label, head)
    sheet.repeat_rows(first)
    sheet.freeze_panes(first + 1, 0)

    formats = _Formats(book, plain)
    written = 0
    for row in rows:
        written += 1
        for place, value in enumerate(row):
            _write(sheet, (first + written, place), value, formats, columns[place].decimals)
    if total:
        strong = _Formats(book, {**plain, "bold": True})
        for place, value in enumerate(total):
            _write(sheet, (first + written + 1, place), value, strong, columns[place].decimals)
    book.close()
    return written


class _Formats:
    """The looks of cells, one format for each kind."""

    def __init__(self, book: "xlsxwriter.Workbook", plain: dict[str, object]) -> None:
        self.text = book.add_format(plain)
        self.date = book.add_format({**plain, "num_format": "dd/mm/yyyy", "align": "left"})
        self.number = [
            book.add_format({**plain, "num_format": pattern}) for pattern in ("#,##0", "#,##0.0")
        ]


def _text(value: str) -> str:
    return value.translate(_FORBIDDEN)[:LONGEST]


def _write(sheet: Any, at: tuple[int, int], value: Cell, formats: _Formats, decimals: int) -> None:
    if value is None or value == "":
        sheet.write_blank(*at, None, formats.text)
    elif isinstance(value, str):
        sheet.write_string(*at, _text(value), formats.text)
    elif isinstance(value, date):
        sheet.write_datetime(*at, value, formats.date)
    else:
        sheet.write_number(*at, value, formats.number[min(decimals, 1)])
