"""The year's consultations by topic and by channel: how many, on time, how long people waited. Nobody is named."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from satupintu.desk.pages import tables
from satupintu.desk.queries import consultations as queries
from satupintu.desk.rules.consultations import Asked, Tally, tally
from satupintu.desk.topics import topics
from satupintu.lib.language import current_language
from satupintu.lib.sheets import Cell
from satupintu.lib.words import duration
from satupintu.people.access import staff
from satupintu.people.rules import Role
from satupintu.workflow.rules import CHANNEL_LABELS

READERS = (
    Role.FRONT_OFFICE,
    Role.SECTION_HEAD,
    Role.HEAD,
    Role.SERVICE_ADMIN,
    Role.AUDITOR,
    Role.LEADER,
)


def _heads(first: str) -> list[str]:
    return [
        first,
        _("Masuk"),
        _("Dijawab"),
        _("Tepat waktu"),
        _("Belum dijawab"),
        _("Waktu tunggu (median)"),
        _("Nilai rata-rata"),
    ]


def _cells(label: str, line: Tally) -> list[Cell]:
    return [
        label,
        line.came,
        line.answered,
        line.on_time,
        line.open,
        duration(line.wait, current_language()) if line.wait is not None else None,
        round(line.rating, 1) if line.rating is not None else None,
    ]


def _topics(rows: Sequence[Asked]) -> list[list[Cell]]:
    language, now = current_language(), topics()
    return [_cells(now.get(one.key).label[language], one) for one in queries.by_topic(rows)]


def _channels(rows: Sequence[Asked]) -> list[list[Cell]]:
    return [
        _cells(str(CHANNEL_LABELS.get(one.key, one.key)), one) for one in queries.by_channel(rows)
    ]


@staff(*READERS)
@require_safe
def year(request: HttpRequest) -> HttpResponse:
    """Show the year's consultations."""
    asked = tables.year_of(request.GET.get("tahun", ""))
    rows = queries.counted(*tables.span_of(asked))
    usual = topics().get("").deadline
    context = {
        "year": asked,
        "years": tables.years(),
        "days": usual.days,
        "source": usual.source[current_language()],
        "tables": [
            (_("Menurut topik"), _heads(_("Topik")), _topics(rows)),
            (_("Menurut saluran"), _heads(_("Saluran")), _channels(rows)),
        ],
        "total": _cells(_("Jumlah"), tally("", rows)),
    }
    return render(request, "desk/consultations/report.html", context)


@staff(*READERS)
@require_safe
def table(request: HttpRequest, year: int, kind: str) -> HttpResponse:  # noqa: ARG001  as addressed
    """Give the year by topic as a file: csv or xlsx."""
    rows = queries.counted(*tables.span_of(tables.year_of(str(year))))
    return tables.as_file(
        kind,
        file=f"konsultasi-{year}",
        sheet=_("Konsultasi"),
        title=_("Laporan konsultasi %(year)s") % {"year": year},
        heads=_heads(_("Topik")),
        rows=_topics(rows),
        total=_cells(_("Jumlah"), tally("", rows)),
    )
