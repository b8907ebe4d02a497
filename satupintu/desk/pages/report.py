"""The yearly report of complaints: on screen, as CSV and as XLSX. Figures only: nobody is named."""

import csv
from datetime import datetime
from io import BytesIO, StringIO
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from satupintu.desk import queries
from satupintu.desk.queries import YearLine
from satupintu.lib import clock
from satupintu.lib.language import current_language
from satupintu.lib.sheets import XLSX, Cell, SheetColumn, write_sheet
from satupintu.office.queries import profile
from satupintu.people.access import staff
from satupintu.people.rules import Role

FIRST_YEAR = 2020
READERS = (
    Role.COMPLAINT_ADMIN,
    Role.INSPECTOR,
    Role.SECTION_HEAD,
    Role.HEAD,
    Role.SERVICE_ADMIN,
    Role.AUDITOR,
    Role.LEADER,
)


def _year_of(text: str) -> int:
    now = timezone.localtime(clock.now()).year
    return int(text) if text.isdigit() and FIRST_YEAR <= int(text) <= now else now


def _lines(year: int) -> list[YearLine]:
    zone = timezone.get_current_timezone()
    begins = datetime(year, 1, 1, tzinfo=zone)
    return queries.year_lines(begins, datetime(year + 1, 1, 1, tzinfo=zone))


def _cells(line: YearLine) -> list[Cell]:
    return [
        queries.category_words(line.category, current_language()),
        line.came,
        line.answered,
        line.on_time,
        line.open,
        line.withdrawn,
        line.discarded,
        round(line.rating, 1) if line.rating is not None else None,
    ]


def _heads() -> list[str]:
    return [
        _("Tentang"),
        _("Masuk"),
        _("Dijawab"),
        _("Tepat waktu"),
        _("Belum dijawab"),
        _("Ditarik"),
        _("Disisihkan"),
        _("Nilai rata-rata"),
    ]


def _total(lines: list[YearLine]) -> list[Cell]:
    sums: list[Any] = [
        sum(getattr(one, name) for one in lines)
        for name in ("came", "answered", "on_time", "open", "withdrawn", "discarded")
    ]
    return [_("Jumlah"), *sums, None]


@staff(*READERS)
@require_safe
def year(request: HttpRequest) -> HttpResponse:
    """Show the year's complaints by category."""
    asked = _year_of(request.GET.get("tahun", ""))
    lines, now = _lines(asked), timezone.localtime(clock.now()).year
    context = {
        "year": asked,
        "years": range(now, max(FIRST_YEAR, now - 5) - 1, -1),
        "heads": _heads(),
        "rows": [_cells(one) for one in lines],
        "total": _total(lines),
    }
    return render(request, "desk/report.html", context)


@staff(*READERS)
@require_safe
def table(request: HttpRequest, year: int, kind: str) -> HttpResponse:  # noqa: ARG001  as addressed
    """Give the year as a file: csv or xlsx."""
    lines, name = _lines(_year_of(str(year))), f"pengaduan-{year}.{kind}"
    rows = [_cells(one) for one in lines]
    if kind == "csv":
        out = StringIO()
        writer = csv.writer(out)
        writer.writerows([_heads(), *rows, _total(lines)])
        answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    elif kind == "xlsx":
        made = BytesIO()
        heads = _heads()
        write_sheet(
            made,
            name=_("Pengaduan"),
            heading=[profile().name, _("Laporan pengaduan %(year)s") % {"year": year}],
            columns=[
                SheetColumn(head, 40 if n == 0 else 14, 1 if n == len(heads) - 1 else 0)
                for n, head in enumerate(heads)
            ],
            rows=rows,
            total=_total(lines),
        )
        answer = HttpResponse(made.getvalue(), content_type=XLSX)
    else:
        raise Http404
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
