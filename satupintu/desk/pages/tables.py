"""A year's figures of the desk, on screen by year and as a file: CSV and XLSX."""

import csv
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO, StringIO

from django.http import Http404, HttpResponse
from django.utils import timezone

from satupintu.lib import clock
from satupintu.lib.sheets import XLSX, Cell, SheetColumn, write_sheet
from satupintu.office.queries import profile

FIRST_YEAR = 2020


def year_of(text: str) -> int:
    """Return the year that was asked for; this one for none that can be."""
    now = timezone.localtime(clock.now()).year
    return int(text) if text.isdigit() and FIRST_YEAR <= int(text) <= now else now


def years() -> range:
    """Return the years to choose from, the present one first."""
    now = timezone.localtime(clock.now()).year
    return range(now, max(FIRST_YEAR, now - 5) - 1, -1)


def span_of(year: int) -> tuple[datetime, datetime]:
    """Return a year's beginning and end in the office's zone."""
    zone = timezone.get_current_timezone()
    return datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone)


def as_file(
    kind: str,
    *,
    file: str,
    sheet: str,
    title: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    total: Sequence[Cell],
) -> HttpResponse:
    """Return the table as a download; the last column may have one decimal. Raises Http404 for another kind."""
    if kind == "csv":
        out = StringIO()
        csv.writer(out).writerows([heads, *rows, total])
        answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    elif kind == "xlsx":
        made, last = BytesIO(), len(heads) - 1
        columns = [
            SheetColumn(head, 40 if n == 0 else 14, int(n == last)) for n, head in enumerate(heads)
        ]
        heading = [profile().name, title]
        write_sheet(made, name=sheet, heading=heading, columns=columns, rows=rows, total=total)
        answer = HttpResponse(made.getvalue(), content_type=XLSX)
    else:
        raise Http404
    answer["Content-Disposition"] = f'attachment; filename="{file}.{kind}"'
    return answer
