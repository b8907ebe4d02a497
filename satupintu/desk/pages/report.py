"""The yearly report of complaints: on screen, as CSV and as XLSX. Figures only: nobody is named."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from satupintu.desk import queries
from satupintu.desk.pages import tables
from satupintu.desk.plan import plan
from satupintu.desk.queries import YearLine
from satupintu.desk.rules.plans import Plan
from satupintu.lib import clock
from satupintu.lib.language import current_language
from satupintu.lib.sheets import Cell
from satupintu.people.access import staff
from satupintu.people.rules import Role

MOST = 1000  # of what stands now is counted
READERS = (
    Role.COMPLAINT_ADMIN,
    Role.INSPECTOR,
    Role.SECTION_HEAD,
    Role.HEAD,
    Role.SERVICE_ADMIN,
    Role.AUDITOR,
    Role.LEADER,
)


def _lines(year: int) -> list[YearLine]:
    return queries.year_lines(*tables.span_of(year))


def _cells(line: YearLine, now: Plan) -> list[Cell]:
    return [
        now.category_words(line.category, current_language()),
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
    asked = tables.year_of(request.GET.get("tahun", ""))
    lines, now = _lines(asked), plan()
    waiting, late = queries.count_standing(clock.now(), MOST)
    context = {
        "waiting": waiting,
        "late": late,
        "most": MOST,
        "year": asked,
        "years": tables.years(),
        "heads": _heads(),
        "rows": [_cells(one, now) for one in lines],
        "total": _total(lines),
    }
    return render(request, "desk/report.html", context)


@staff(*READERS)
@require_safe
def table(request: HttpRequest, year: int, kind: str) -> HttpResponse:  # noqa: ARG001  as addressed
    """Give the year as a file: csv or xlsx."""
    lines, now = _lines(tables.year_of(str(year))), plan()
    return tables.as_file(
        kind,
        file=f"pengaduan-{year}",
        sheet=_("Pengaduan"),
        title=_("Laporan pengaduan %(year)s") % {"year": year},
        heads=_heads(),
        rows=[_cells(one, now) for one in lines],
        total=_total(lines),
    )
