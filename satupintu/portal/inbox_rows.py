"""What a row of the inbox says: of a task, of a case that waits for others, of something done today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from satupintu.lib import words
from satupintu.lib.workingtime import WorkCalendar
from satupintu.permits import queries as permits
from satupintu.portal.stages import STAGE_LABELS
from satupintu.workflow.queries import Case, Task, Transition, page_of, status_of, title_of
from satupintu.workflow.rules import (
    CHANNEL_LABELS,
    Term,
    TimeLeft,
    share_used,
    standing_still,
    time_left,
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the inbox; `task` None for what cannot be picked."""

    number: str
    url: str
    service: str
    applicant: str
    place: str
    awaited: str
    detail: str
    left: TimeLeft | None
    percent: int
    channel: str
    limit: str = (
        ""  # the further date to keep: the pledge while it runs, the legal limit of what is late
    )
    task: Task | None = None
    mine: bool = False
    free: bool = False


@dataclass(frozen=True, slots=True)
class Setting:
    """What every row needs and is read once."""

    at: datetime
    calendar: WorkCalendar
    language: str
    user_id: int
    districts: Mapping[str, str]  # code of a kecamatan -> name


def place_of(region: str, districts: Mapping[str, str]) -> str:
    """Return "Kec. Kapuas" for a village's code; "" for a place elsewhere or none."""
    name = districts.get(region[:8], "")
    return _("Kec. %(name)s") % {"name": name} if name else ""


def _channel(case: Case) -> str:
    return str(CHANNEL_LABELS.get(case.channel, case.channel))


def _applicant(case: Case) -> str:
    return case.party.name if case.party else ""


def _detail(task: Task, setting: Setting, repaired: "Mapping[Any, permits.Repair]") -> str:
    if task.assignee_id and task.assignee_id != setting.user_id and task.assignee:
        return _("ditangani %(name)s") % {"name": task.assignee.name}
    repair = repaired.get(task.case_id)
    if task.stage == "check" and repair:
        count = len(repair.items)
        return ngettext("%(n)s butir diperbaiki", "%(n)s butir diperbaiki", count) % {"n": count}
    return ""


def task_rows(tasks: Sequence[Task], setting: Setting) -> list[Row]:
    """Return the rows of tasks. One query, whatever their number."""
    repaired = permits.answered_repairs([task.case_id for task in tasks]) if tasks else {}
    return [_task_row(task, setting, repaired) for task in tasks]


def _left(task: Task, setting: Setting) -> TimeLeft:
    if task.paused_at:
        return standing_still(task.paused_at, setting.at, setting.calendar, setting.language)
    return time_left(task.due_at, setting.at, setting.calendar, setting.language)


def _limit(case: Case, setting: Setting, *, late: bool) -> str:
    """Return the pledge while it runs, else the legal limit of a late case, in words; "" for neither."""
    pledge = Term.from_json(case.terms.get("pledge"))
    due, text = pledge.due_at, _("janji terbit %(when)s")
    if not pledge.running or due is None:
        due, text = case.legal_due_at if late else None, _("batas hukum %(when)s")
    if due is None:
        return ""
    return text % {"when": time_left(due, setting.at, setting.calendar, setting.language).when}


def _task_row(task: Task, setting: Setting, repaired: "Mapping[Any, permits.Repair]") -> Row:
    case = task.case
    stage = STAGE_LABELS.get(task.stage, task.stage)
    if task.stage == "check" and case.pk in repaired:
        stage = _("Periksa jawaban perbaikan")
    left = _left(task, setting)
    return Row(
        number=case.number,
        url=page_of(case),
        service=title_of(case, setting.language),
        applicant=_applicant(case),
        place=place_of(case.region, setting.districts),
        awaited=str(stage),
        detail=_detail(task, setting, repaired),
        left=left,
        limit=_limit(case, setting, late=left.late),
        percent=share_used(
            task.opened_at, task.due_at, task.paused_at or setting.at, setting.calendar
        ),
        channel=_channel(case),
        task=task,
        mine=task.assignee_id == setting.user_id,
        free=task.assignee_id is None,
    )


def owed_rows(tasks: Sequence[Task], setting: Setting) -> list[Row]:
    """Return what other units owe: which unit, since when, by when. No query."""
    rows = []
    for task in tasks:
        row = _task_row(task, setting, {})
        since = words.short_date(timezone.localtime(task.opened_at), setting.language)
        unit = task.unit.short_name or task.unit.name
        rows.append(
            Row(
                row.number, row.url, row.service, row.applicant, row.place,
                unit, _("sejak %(date)s") % {"date": since}, row.left, row.percent, row.channel,
            )
        )  # fmt: skip
    return rows


def waiting_rows(cases: Sequence[Case], setting: Setting) -> list[Row]:
    """Return cases in which the applicant must act: what is asked and by when. One query."""
    asked = permits.open_repairs([case.pk for case in cases]) if cases else {}
    rows = []
    for case in cases:
        repair = asked.get(case.pk)
        by = words.short_date(repair.answer_by, setting.language) if repair else ""
        rows.append(
            Row(
                number=case.number,
                url=page_of(case),
                service=title_of(case, setting.language),
                applicant=_applicant(case),
                place=place_of(case.region, setting.districts),
                awaited=str(status_of(case).label),
                detail=_("jawaban ditunggu sampai %(date)s") % {"date": by} if by else "",
                left=None,
                percent=0,
                channel=_channel(case),
            )
        )
    return rows


def done_rows(moves: Sequence[Transition], setting: Setting) -> list[Row]:
    """Return what the officer finished today. No query."""
    return [
        Row(
            number=row.case.number,
            url=page_of(row.case),
            service=title_of(row.case, setting.language),
            applicant=_applicant(row.case),
            place=place_of(row.case.region, setting.districts),
            awaited=str(status_of(row.case).label),
            detail=_("pukul %(time)s")
            % {"time": words.clock_time(timezone.localtime(row.at), setting.language)},
            left=None,
            percent=0,
            channel=_channel(row.case),
        )
        for row in moves
    ]
