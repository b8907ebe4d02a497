"""The summary: how the office keeps its word, for the leader of the region and those who read everything."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from satupintu.catalogue.queries import list_offers
from satupintu.lib import clock, words
from satupintu.office import queries as office
from satupintu.people.access import staff
from satupintu.people.rules import Role
from satupintu.portal.views import Figure
from satupintu.quality.queries import ServiceMonth, month_by_service, month_figures
from satupintu.workflow.queries import running_counts

MOST = 99  # counts beyond are "99+"


@dataclass(frozen=True, slots=True)
class Line:
    """One service of the month, as the table shows it."""

    title: str
    decided: int
    issued: int
    kept: int
    promised: int


def _shown(count: int) -> str:
    return f"{MOST}+" if count > MOST else str(count)


def _figures(language: str) -> list[Figure]:
    """Return the month and what runs now, each a number with what it counts."""
    now = clock.now()
    month = month_figures(office.local_date(now))
    running = running_counts(at=now, limit=MOST + 1)
    figures = [Figure(str(month.decided), _("diputuskan bulan ini"))]
    if month.share is not None:
        share = words.number(
            month.share, language, decimals=1 if month.on_time < month.decided else 0
        )
        evidence = _("%(kept)s dari %(all)s") % {"kept": month.on_time, "all": month.decided}
        figures.append(Figure(f"{share}%", _("tepat waktu"), evidence))
    if month.median_minutes is not None:
        figures.append(
            Figure(
                words.duration(month.median_minutes, language),
                _("waktu kerja biasanya, sejak diajukan"),
            )
        )
    figures.append(Figure(_shown(running["promise_late"]), _("berjalan, lewat janji layanan")))
    figures.append(Figure(_shown(running["legal_late"]), _("berjalan, lewat batas hukum")))
    return figures


@staff(Role.LEADER, Role.AUDITOR, Role.HEAD, Role.SECTION_HEAD)
@require_safe
def summary(request: HttpRequest) -> HttpResponse:
    """Show this month's decisions, how many kept their date, and what is late now."""
    language = (get_language() or "id")[:2]
    now = clock.now()
    today = office.local_date(now)
    titles = {one.code: one.definition.title_in(language) for one in list_offers(today)}
    lines = [_line(one, titles) for one in month_by_service(today)]
    context: dict[str, Any] = {
        "now": now,
        "figures": _figures(language),
        "lines": sorted(lines, key=lambda one: one.title),
    }
    return render(request, "portal/summary.html", context)


def _line(one: ServiceMonth, titles: dict[str, str]) -> Line:
    return Line(
        title=titles.get(one.service_code, one.service_code),
        decided=one.decided,
        issued=one.issued,
        kept=one.kept,
        promised=one.promised,
    )
