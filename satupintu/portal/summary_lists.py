"""
The lists behind the figures of the leader's page, by keyset.

Who works on cases, and the auditor, read names and open the case; for the leader of the region persons are masked.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from satupintu.lib import clock
from satupintu.lib.language import current_language
from satupintu.office.queries import local_date, work_calendar
from satupintu.people.access import staff
from satupintu.people.queries import actor_for
from satupintu.people.rules import CASE_ROLES, ROLE_LABELS, Role, masked_name
from satupintu.permits.rules import APPLICANTS_TURN, KIND_PERMIT
from satupintu.portal import summary as page
from satupintu.portal.inbox import day_of
from satupintu.portal.stages import STAGE_LABELS
from satupintu.quality.queries import OUTCOMES_PAGE, list_outcomes
from satupintu.workflow.queries import (
    STANDING_PAGE,
    Case,
    Cursor,
    Owing,
    Task,
    list_in_states,
    list_owed,
    list_promised,
    list_undecided,
    open_tasks_of,
    page_of,
    status_of,
    title_of,
)

NAMES = CASE_ROLES | {Role.AUDITOR}  # who reads names, and may open a case
TITLES: Mapping[str, Any] = {
    page.DUE_TODAY: gettext_lazy("Jatuh tempo hari ini"),
    page.LATE: gettext_lazy("Berjalan, lewat janji layanan"),
    page.UNDECIDED: gettext_lazy("Menunggu keputusan, lewat batas hukum"),
    page.APPLICANT: gettext_lazy("Menunggu pemohon"),
    page.UNCOLLECTED_LIST: gettext_lazy("Izin terbit, belum diambil"),
    page.ARCHIVED: gettext_lazy("Izin tidak diambil, di arsip"),
    page.OWED: gettext_lazy("Menunggu unit"),
    page.OUTCOMES: gettext_lazy("Diputuskan"),
}
IN_STATES: Mapping[str, Sequence[str]] = {
    page.APPLICANT: sorted(APPLICANTS_TURN),
    page.UNCOLLECTED_LIST: page.UNCOLLECTED,
    page.ARCHIVED: page.NOT_COLLECTED,
}
MOST_DIGITS = 9  # of an officer's id


@dataclass(frozen=True, slots=True)
class Row:
    """One case of a list: `date` is the one the list is about, `who` has it now."""

    number: str
    url: str  # "" for who may not open it
    service: str
    applicant: str
    state: Any
    who: str
    date: datetime | None
    extended: datetime | None = None  # what holds now, when it is not the date that counts


@dataclass(frozen=True, slots=True)
class Listed:
    """What a list shows: rows, where the next page begins, what the date means, and a line under the title."""

    rows: Sequence[Row]
    following: str
    date_label: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: in which language, and whether names and cases are open to them."""

    language: str
    names: bool

    def row(self, case: Case, who: str, day: datetime | None, **more: Any) -> Row:
        party = case.party
        name = party.name if party else ""
        if party and not self.names:
            name = masked_name(name, is_organisation=party.is_organisation)
        return Row(
            number=case.number,
            url=page_of(case) if self.names else "",
            service=title_of(case, self.language),
            applicant=name,
            state=status_of(case),
            who=who,
            date=day,
            **more,
        )


@staff(*page.LEADERS)
@require_safe
def summary_list(request: HttpRequest) -> HttpResponse:
    """Show the list behind one figure. A fixed number of queries; no such list: not found."""
    what = request.GET.get("yang", "")
    if what not in TITLES:
        raise Http404
    given = request.GET.dict()
    reader = Reader(current_language(), bool(actor_for(request).roles & NAMES))
    cursor = Cursor.from_text(given.get("sesudah", ""))
    after = (cursor.due_at, cursor.task_id) if cursor else None
    found = _listed(what, given, reader, clock.now(), after)
    marks = {key: one for key, one in given.items() if key not in {"yang", "sesudah"}}
    return render(
        request,
        "portal/summary_list.html",
        {
            "title": TITLES[what],
            "found": found,
            "names": reader.names,
            "page": {
                "next_url": page.list_url(what, **marks, sesudah=found.following)
                if found.following
                else "",
                "prev_url": page.list_url(what, **marks) if after else "",
            },
            "back": reverse("portal:summary"),
        },
    )


def _listed(
    what: str,
    given: Mapping[str, str],
    reader: Reader,
    at: datetime,
    after: tuple[datetime, UUID] | None,
) -> Listed:
    if what in (page.DUE_TODAY, page.LATE):
        today = what == page.DUE_TODAY
        until = day_of(at, work_calendar())[1] if today else at
        cases = list_promised(since=at if today else None, until=until, after=after)
        return _of_cases(cases, reader, "promise")
    if what == page.UNDECIDED:
        cases = list_undecided(at=at, decided=page.DECIDED, after=after)
        return _of_cases(cases, reader, "legal")
    if what in IN_STATES:
        states = IN_STATES[what]
        return _of_cases(list_in_states(kind=KIND_PERMIT, states=states, after=after), reader, "")
    if what == page.OWED:
        return _of_tasks(given, reader, at, after)
    return _of_outcomes(given, reader, local_date(at), after)


def _mark(moment: datetime, key: UUID) -> str:
    return Cursor(moment, key).to_text()


def _of_cases(cases: list[Case], reader: Reader, term: str) -> Listed:
    """Return cases with who has them now. One query for all their tasks."""
    shown = cases[:STANDING_PAGE]
    tasks = open_tasks_of([case.pk for case in shown]) if shown else {}
    rows, mark = [], ""
    for case in shown:
        who = _holders(tasks.get(case.pk, ()))
        day, holds = case.moved_at, None
        if term == "promise":
            day, holds = case.promise.counted_due_at or day, case.promise.due_at
        elif term == "legal":
            day = case.legal_due_at or day
        row = reader.row(case, who, day)
        rows.append(replace(row, extended=holds if holds and holds > day else None))
        mark = _mark(day, case.pk)
    labels = {"promise": _("Dijanjikan"), "legal": _("Batas hukum"), "": _("Sejak")}
    return Listed(rows, mark if len(cases) > STANDING_PAGE else "", labels[term])


def _holders(tasks: Iterable[Task]) -> str:
    """Return who owes something on a case: unit and what; "" when it waits for its applicant."""
    return ", ".join(
        f"{task.unit.short_name or task.unit.name}: {STAGE_LABELS.get(task.stage, task.stage)}"
        for task in tasks
    )


def _of_tasks(
    given: Mapping[str, str], reader: Reader, at: datetime, after: tuple[datetime, UUID] | None
) -> Listed:
    officer = given.get("petugas", "")
    known = officer.isascii() and officer.isdigit() and len(officer) <= MOST_DIGITS
    role = given.get("peran", "")
    role = role if role in {one.value for one in ROLE_LABELS} else ""
    late = given.get("terlambat") == "1"
    wanted = Owing(
        unit_code=given.get("unit", "")[:40],
        role=role,
        officer_id=int(officer) if known else None,
        late_at=at if late else None,
        without=page.NOT_AWAITED,
    )
    tasks = list_owed(wanted, after)
    shown = tasks[:STANDING_PAGE]
    rows = [
        reader.row(
            task.case,
            f"{STAGE_LABELS.get(task.stage, task.stage)}: "
            + (task.assignee.name if task.assignee else _("belum ditangani siapa pun")),
            task.due_at,
        )
        for task in shown
    ]
    about = [shown[0].unit.name] if shown else []
    about += [str(ROLE_LABELS[Role(role)])] if role else []
    about += [_("hanya yang terlambat")] if late else []
    mark = _mark(shown[-1].due_at, shown[-1].pk) if len(tasks) > STANDING_PAGE else ""
    return Listed(rows, mark, _("Tenggat tugas"), " · ".join(about))


def _of_outcomes(
    given: Mapping[str, str], reader: Reader, today: date, before: tuple[datetime, UUID] | None
) -> Listed:
    late = given.get("terlambat") == "1"
    outcomes = list_outcomes(
        page.asked_month(given.get("bulan", ""), today),
        service_code=given.get("layanan", "")[:60],
        late=late,
        before=before,
    )
    shown = outcomes[:OUTCOMES_PAGE]
    words = {True: _("tepat waktu"), False: _("terlambat"), None: _("tanpa janji")}
    rows = [reader.row(one.case, words[one.on_time], one.decided_at) for one in shown]
    mark = _mark(shown[-1].decided_at, shown[-1].case_id) if len(outcomes) > OUTCOMES_PAGE else ""
    return Listed(rows, mark, _("Diputuskan"), _("hanya yang terlambat") if late else "")
