"""
The leader's page: what is due and late, on whom it waits, how the office keeps its word.

Each figure leads to the list behind it (`summary_lists`). What is late goes by the first promised date plus what the
applicant owed, never by an extension: as the figures of quality do.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from satupintu.catalogue.queries import list_offers
from satupintu.desk.queries import count_standing
from satupintu.desk.rules import STAGE_LABELS as COMPLAINT_STAGES
from satupintu.lib import clock, words
from satupintu.lib.days import latest_months, month_end, read_month
from satupintu.lib.language import current_language
from satupintu.objections.queries import count_waiting
from satupintu.office import queries as office
from satupintu.people.access import staff
from satupintu.people.rules import ROLE_LABELS, Role
from satupintu.permits.rules import APPLICANTS_TURN, KIND_PERMIT, State
from satupintu.portal.inbox import day_of
from satupintu.portal.levies import fees_by_service
from satupintu.portal.stages import STAGE_LABELS
from satupintu.portal.views import Figure
from satupintu.quality.queries import ServiceMonth, month_by_service, month_figures
from satupintu.workflow.queries import Waiting, standing_counts, waiting_on

MOST = 99  # counts beyond are "99+"
DECIDED = (State.APPROVED, State.NUMBERED)  # past the limit only the number or the signature waits
UNCOLLECTED = (State.ISSUED,)
NOT_COLLECTED = (State.NOT_COLLECTED,)
# An issued permit waits for its holder. Of complaints only how many wait is told (their own figures): a unit's line
# would tell whoever is complained about that somebody did, and the list behind it who.
NOT_AWAITED = ("deliver", *COMPLAINT_STAGES)
MONTHS_SHOWN = 6

# What a list shows; the word stands in the address.
DUE_TODAY, LATE, UNDECIDED, APPLICANT, UNCOLLECTED_LIST, ARCHIVED, OWED, OUTCOMES = (
    "hari-ini", "terlambat", "batas-hukum", "pemohon", "belum-diambil", "tidak-diambil", "unit", "diputuskan",
)  # fmt: skip


# Who answers for the whole office, and who reads everything.
LEADERS = (Role.LEADER, Role.AUDITOR, Role.HEAD, Role.SECTION_HEAD)


@dataclass(frozen=True, slots=True)
class Linked:
    """A number and the list behind it; `tone` is how it looks when there is something."""

    value: str
    label: str
    url: str
    tone: str = "quiet"


@dataclass(frozen=True, slots=True)
class WaitLine:
    """On whom work waits: a unit (depth 0), a role in it (1), an officer in that role (2)."""

    depth: int
    who: str
    what: str
    count: str
    url: str
    late: int = 0
    late_url: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One service of the month, as the table shows it."""

    title: str
    decided: int
    issued: int
    kept: int
    promised: int
    url: str
    late_url: str

    @property
    def late(self) -> int:
        return self.promised - self.kept

    @property
    def tone(self) -> str:
        """Return how the bar looks: all kept, most of them, or fewer than nine in ten."""
        if self.late == 0:
            return "good"
        return "warn" if self.kept * 10 >= self.promised * 9 else "bad"


def list_url(what: str, **marks: Any) -> str:
    """Return the address of the list behind a figure."""
    given = {"yang": what} | {key: str(one) for key, one in marks.items() if one not in ("", None)}
    return f"{reverse('portal:summary_list')}?{urlencode(given)}"


def shown(count: int) -> str:
    return f"{MOST}+" if count > MOST else str(count)


def asked_month(text: str, today: date) -> date:
    """Return the last day to look at of the month "2026-11" in an address; of this month when it is none."""
    first = read_month(text)
    return month_end(first) if first and first < today.replace(day=1) else today


def _now(counts: dict[str, int]) -> list[Linked]:
    """Return what stands now, each with the list behind it."""
    return [
        Linked(shown(counts["due_today"]), _("jatuh tempo hari ini"), list_url(DUE_TODAY), "warn"),
        Linked(shown(counts["late"]), _("berjalan, lewat janji layanan"), list_url(LATE), "bad"),
        Linked(
            shown(counts["undecided"]),
            _("menunggu keputusan, lewat batas hukum"),
            list_url(UNDECIDED),
            "bad",
        ),
        Linked(
            shown(counts["uncollected"]),
            _("izin terbit, belum diambil"),
            list_url(UNCOLLECTED_LIST),
        ),
        Linked(
            shown(counts["archived"]),
            _("izin tidak diambil, di arsip"),
            list_url(ARCHIVED),
        ),
        Linked(
            shown(counts["objections"]), _("keberatan menunggu"), reverse("objections:list"), "warn"
        ),
        Linked(
            shown(counts["complaints"]), _("pengaduan menunggu"), reverse("desk:report"), "warn"
        ),
        Linked(
            shown(counts["late_complaints"]),
            _("pengaduan lewat batas"),
            reverse("desk:report"),
            "bad",
        ),
    ]


def _month_figures(day: date, language: str) -> list[Figure]:
    """Return what was decided in a month, each number with what it counts."""
    month = month_figures(day)
    figures = [Figure(str(month.decided), _("diputuskan"))]
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
    return figures


def _fee_figures(day: date, today: date, language: str) -> list[Figure]:
    """Return what was set and received in levies in the month; nothing in an office without paid services."""
    found = fees_by_service(day.replace(day=1), day, today)
    if found is None:
        return []
    assessed, paid = (sum(one[place] for one in found.values()) for place in (0, 1))
    return [
        Figure(words.rupiah(assessed, language), _("retribusi ditetapkan")),
        Figure(words.rupiah(paid, language), _("retribusi diterima")),
    ]


def wait_lines(rows: Iterable[Waiting], applicants: int) -> list[WaitLine]:
    """Return on whom work waits: the applicants first, then each unit with its roles and officers. No query."""
    lines = [
        WaitLine(
            0, _("Pemohon"), _("perbaikan atau jawaban"), shown(applicants), list_url(APPLICANT)
        )
    ]
    for code, of_unit in groupby(rows, key=lambda row: row.unit_code):
        unit = list(of_unit)
        lines.append(_wait_line(0, unit[0].unit, unit, unit=code))
        for role, of_role in groupby(unit, key=lambda row: row.role):
            owed = list(of_role)
            lines.append(_wait_line(1, str(ROLE_LABELS[role]), owed, unit=code, peran=role.value))
            owed.sort(
                key=lambda row: (row.officer_id is not None, row.officer, row.officer_id or 0)
            )
            for officer, own in groupby(owed, key=lambda row: (row.officer_id, row.officer)):
                name = officer[1] or _("belum ditangani siapa pun")
                marks = {"unit": code, "peran": role.value, "petugas": officer[0] or 0}
                line = _wait_line(2, name, list(own), **marks)
                alone = line.what == lines[-1].what and line.count == lines[-1].count
                lines.append(replace(line, what="") if alone else line)
    return lines


def _wait_line(depth: int, who: str, rows: list[Waiting], **marks: Any) -> WaitLine:
    late = sum(row.late for row in rows)
    stages: dict[str, int] = {}
    for row in rows:
        stages[row.stage] = stages.get(row.stage, 0) + row.count
    what = ", ".join(f"{STAGE_LABELS.get(key, key)} {n}" for key, n in stages.items())
    return WaitLine(
        depth=depth,
        who=who,
        what=what if depth else "",
        count=str(sum(row.count for row in rows)),
        url=list_url(OWED, **marks),
        late=late,
        late_url=list_url(OWED, **marks, terlambat=1) if late else "",
    )


@staff(*LEADERS)
@require_safe
def summary(request: HttpRequest) -> HttpResponse:
    """Show what stands now, on whom it waits, and a month's decisions by service. A fixed number of queries."""
    language = current_language()
    at = clock.now()
    today = office.local_date(at)
    day = asked_month(request.GET.get("bulan", ""), today)
    counts = standing_counts(
        at=at,
        day_end=day_of(at, office.work_calendar())[1],
        kind=KIND_PERMIT,
        applicants=sorted(APPLICANTS_TURN),
        decided=DECIDED,
        uncollected=UNCOLLECTED,
        archived=NOT_COLLECTED,
        limit=MOST + 1,
    )
    complaints, late_complaints = count_standing(at, MOST + 1)
    titles = {one.code: one.definition.title_in(language) for one in list_offers(today)}
    lines = [_line(one, titles, day) for one in month_by_service(day)]
    context: dict[str, Any] = {
        "at": at,
        "day": day,
        "this_month": day == today,
        "now": _now(
            counts
            | {
                "objections": count_waiting(MOST + 1),
                "complaints": complaints,
                "late_complaints": late_complaints,
            }
        ),
        "waiting": wait_lines(waiting_on(at=at, without=NOT_AWAITED), counts["applicant"]),
        "figures": [*_month_figures(day, language), *_fee_figures(day, today, language)],
        "lines": sorted(lines, key=lambda one: one.title),
        "months": list(_months(today, day)),
    }
    return render(request, "portal/summary.html", context)


def _months(today: date, chosen: date) -> Iterable[dict[str, Any]]:
    """Return the latest months to choose from, the newest first."""
    for first in latest_months(today, MONTHS_SHOWN):
        mark = f"{first:%Y-%m}"
        yield {
            "day": first,
            "url": f"{reverse('portal:summary')}?{urlencode({'bulan': mark})}",
            "on": first == chosen.replace(day=1),
        }


def _line(one: ServiceMonth, titles: dict[str, str], day: date) -> Line:
    marks = {"layanan": one.service_code, "bulan": f"{day:%Y-%m}"}
    return Line(
        title=titles.get(one.service_code, one.service_code),
        decided=one.decided,
        issued=one.issued,
        kept=one.kept,
        promised=one.promised,
        url=list_url(OUTCOMES, **marks),
        late_url=list_url(OUTCOMES, **marks, terlambat=1),
    )
