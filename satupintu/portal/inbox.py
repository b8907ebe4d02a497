"""The inbox: what waits for an officer, most urgent first; claiming, sharing out, acting on many at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from satupintu.catalogue.queries import list_offers, list_versions
from satupintu.lib import clock
from satupintu.lib.language import current_language
from satupintu.lib.workingtime import WorkCalendar
from satupintu.office.queries import local_date, profile, regions, work_calendar
from satupintu.people.access import staff
from satupintu.people.queries import actor_for, saved_filters
from satupintu.people.rules import CASE_ROLES, Actor, Role
from satupintu.permits import rules as permit_rules
from satupintu.permits.queries import overdue_answers
from satupintu.portal import inbox_rows as rows
from satupintu.portal.stages import STAGE_LABELS
from satupintu.web.context import MenuItem
from satupintu.workflow import queries
from satupintu.workflow.queries import PAGE_SIZE, Cursor, InboxFilter

MINE, FREE, UNIT, APPLICANT, OTHERS, DONE = (
    "saya", "belum-ditangani", "unit", "menunggu-pemohon", "menunggu-rekomendasi", "selesai",
)  # fmt: skip
MOST = 99  # counts beyond are "99+"


@dataclass(frozen=True, slots=True)
class Folder:
    key: str
    label: Any
    icon: str
    count: str  # of queries.folder_counts


FOLDERS = (
    Folder(MINE, gettext_lazy("Tugas saya"), "inbox", "mine"),
    Folder(FREE, gettext_lazy("Belum ditangani"), "list", "unclaimed"),
    Folder(UNIT, gettext_lazy("Unit saya"), "building", "unit"),
    Folder(APPLICANT, gettext_lazy("Menunggu pemohon"), "clock", "applicant"),
    Folder(OTHERS, gettext_lazy("Menunggu rekomendasi"), "people", "recommendation"),
    Folder(DONE, gettext_lazy("Selesai hari ini"), "check-circle", "done"),
)
WAITING = [
    state
    for state, status in permit_rules.STATUSES.items()
    if status.waiting == "applicant" and state != permit_rules.State.ISSUED
]


def works(view: Any) -> Any:
    """Let in everybody who has tasks."""
    return staff(*sorted(CASE_ROLES))(view)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The folder and the filters, as they stand in the address."""

    folder: str
    service: str
    district: str
    stage: str
    repaired: bool
    overdue: bool
    after: str

    @staticmethod
    def of(given: Mapping[str, str]) -> "Wanted":
        folder = given.get("map", MINE)
        folder = folder if folder in {one.key for one in FOLDERS} else MINE
        # A folder of one stage, or of cases, is not narrowed by stage; what waits for its applicant is not back yet.
        stage = given.get("tahap", "") if folder in (MINE, FREE, UNIT) else ""
        return Wanted(
            folder=folder,
            service=given.get("layanan", "")[:60],
            district=given.get("kecamatan", "")[:13],
            stage=stage if stage in STAGE_LABELS else "",
            repaired=given.get("perbaikan") == "1" and folder != APPLICANT,
            overdue=given.get("terlambat") == "1",
            after=given.get("sesudah", "")[:80],
        )

    def address(self, **changes: Any) -> str:
        """Return the address of the inbox with some of these changed; a changed filter starts at the first page."""
        marks = {
            "map": "" if self.folder == MINE else self.folder,
            "layanan": self.service,
            "kecamatan": self.district,
            "tahap": self.stage,
            "perbaikan": "1" if self.repaired else "",
            "terlambat": "1" if self.overdue else "",
        } | changes
        query = urlencode({key: value for key, value in marks.items() if value})
        return f"{reverse('portal:inbox')}?{query}" if query else reverse("portal:inbox")

    @property
    def narrowed(self) -> bool:
        return bool(self.service or self.district or self.stage or self.repaired or self.overdue)


def day_of(at: datetime, calendar: WorkCalendar) -> tuple[datetime, datetime]:
    """Return the first moment of the office's day and the first of the next."""
    here = calendar.local(at).replace(hour=0, minute=0, second=0, microsecond=0)
    return here, here + timedelta(days=1)


MAY_SHARE = frozenset({Role.SECTION_HEAD, Role.HEAD, Role.COORDINATOR})


@works
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    actor, at = actor_for(request), clock.now()
    wanted = Wanted.of(request.GET.dict())
    language, calendar = current_language(), work_calendar()
    start, end = day_of(at, calendar)
    counts = queries.folder_counts(
        actor,
        at=at,
        day_start=start,
        day_end=end,
        kind=permit_rules.KIND_PERMIT,
        waiting=WAITING,
        limit=MOST + 1,
    )
    request.folder_items = folder_items(wanted.folder, counts)  # type: ignore[attr-defined]  # for folders()
    districts = {one.code: one.name for one in regions(profile().region_code)}
    offers = list_offers(calendar.local(at).date())
    setting = rows.Setting(at, calendar, language, actor.user_id or 0, districts)
    shown, following = _rows(actor, wanted, setting, start)
    folder = next(one for one in FOLDERS if one.key == wanted.folder)
    return render(
        request,
        "portal/inbox.html",
        {
            "wanted": wanted,
            "title": folder.label,
            "at": at,
            "rows": shown,
            "pickable": wanted.folder in (MINE, FREE, UNIT),
            "summary": _summary(counts, folder),
            "filterable": wanted.folder != DONE,
            "by_stage": wanted.folder in (MINE, FREE, UNIT),
            "page": {"next_url": following, "prev_url": wanted.address() if wanted.after else ""},
            "chips": _chips(wanted),
            "loose": _loose(counts),
            "services": sorted(
                ((one.code, one.definition.title_in(language)) for one in offers),
                key=lambda one: one[1],
            ),
            "districts": sorted(districts.items(), key=lambda one: one[1]),
            "stages": list(STAGE_LABELS.items()),
            "counts": counts,
            "address": request.get_full_path(),
            "saved": saved_filters(actor, "inbox", request.GET.dict()),
            "bulk": _bulk(actor),
            "may_share": bool(actor.roles & MAY_SHARE),
        },
    )


def _rows(
    actor: Actor,
    wanted: Wanted,
    setting: rows.Setting,
    day_start: datetime,
) -> tuple[list[rows.Row], str]:
    """Return the rows of the page and the address of the next one ("" on the last)."""
    after = Cursor.from_text(wanted.after)
    if wanted.folder == DONE:
        moves = queries.done_by(actor, day_start, after)
        last = moves[:PAGE_SIZE][-1] if moves else None
        mark = Cursor(last.at, last.pk).to_text() if last else ""
        return rows.done_rows(moves[:PAGE_SIZE], setting), _next(wanted, len(moves), mark)
    if wanted.folder == APPLICANT:
        cases = queries.cases_in(
            actor,
            WAITING,
            after,
            kind=permit_rules.KIND_PERMIT,
            wanted=_filter(wanted, setting.at),
            among=overdue_answers(local_date(setting.at)) if wanted.overdue else None,
        )
        case = cases[:PAGE_SIZE][-1] if cases else None
        mark = Cursor(case.opened_at, case.pk).to_text() if case else ""
        return rows.waiting_rows(cases[:PAGE_SIZE], setting), _next(wanted, len(cases), mark)
    if wanted.folder == OTHERS:
        tasks = queries.owed_by_units(actor, "recommend", after, wanted=_filter(wanted, setting.at))
        shown = rows.owed_rows(tasks[:PAGE_SIZE], setting)
    else:
        tasks = queries.inbox(actor, _filter(wanted, setting.at), after)
        shown = rows.task_rows(tasks[:PAGE_SIZE], setting)
    task = tasks[:PAGE_SIZE][-1] if tasks else None
    mark = Cursor(task.due_at, task.pk).to_text() if task else ""
    return shown, _next(wanted, len(tasks), mark)


def _next(wanted: Wanted, found: int, mark: str) -> str:
    return wanted.address(sesudah=mark) if found > PAGE_SIZE else ""


def _filter(wanted: Wanted, at: datetime) -> InboxFilter:
    ids = tuple(one.pk for one in list_versions(wanted.service)) if wanted.service else ()
    return InboxFilter(
        mine=wanted.folder == MINE,
        unclaimed=wanted.folder == FREE,
        stage=wanted.stage,
        service_ids=ids or ((0,) if wanted.service else ()),
        district=wanted.district,
        overdue_at=at if wanted.overdue else None,
        after_action="resubmit" if wanted.repaired else "",
    )


def _shown(count: int) -> str:
    return f"{MOST}+" if count > MOST else str(count)


def _summary(counts: Mapping[str, int], folder: Folder) -> str:
    """Return what is late and what is due today in a folder of tasks; beside one's own also what nobody handles."""
    late, today = counts.get(f"late_{folder.count}", 0), counts.get(f"today_{folder.count}", 0)
    parts = []
    if late:
        parts.append(ngettext("%(n)s terlambat", "%(n)s terlambat", late) % {"n": _shown(late)})
    if today:
        text = ngettext("%(n)s jatuh tempo hari ini", "%(n)s jatuh tempo hari ini", today)
        parts.append(text % {"n": _shown(today)})
    loose = counts["late_unclaimed"] if folder.key == MINE else 0
    if loose:
        text = ngettext("%(n)s terlambat belum ditangani", "%(n)s terlambat belum ditangani", loose)
        parts.append(text % {"n": _shown(loose)})
    return " · ".join(parts)


def _loose(counts: Mapping[str, int]) -> str:
    """Return what waits that nobody handles, in words; "" when there is none."""
    n = counts["unclaimed"]
    if not n:
        return ""
    text = ngettext(
        "%(n)s tugas menunggu dan belum ditangani siapa pun. Ambil yang paling mendesak.",
        "%(n)s tugas menunggu dan belum ditangani siapa pun. Ambil yang paling mendesak.",
        n,
    )
    return text % {"n": _shown(n)}


def _chips(wanted: Wanted) -> list[dict[str, Any]]:
    """Return the filters that are one press each, as far as they mean something in the folder."""
    newest = wanted.folder == APPLICANT
    chips = [
        {
            "label": _("Terbaru") if newest else _("Paling mendesak"),
            "on": not wanted.narrowed,
            "url": wanted.address(layanan="", kecamatan="", tahap="", perbaikan="", terlambat=""),
        },
        {
            "label": _("Kembali dari perbaikan"),
            "on": wanted.repaired,
            "url": wanted.address(perbaikan="" if wanted.repaired else "1"),
        },
        {
            "label": _("Lewat tanggal jawaban") if newest else _("Terlambat"),
            "on": wanted.overdue,
            "url": wanted.address(terlambat="" if wanted.overdue else "1"),
        },
    ]
    return [chips[0], chips[2]] if newest else chips


def _bulk(actor: Actor) -> list[dict[str, str]]:
    """Return what the officer may do with many tasks at once."""
    found = []
    if actor.roles & {Role.SECTION_HEAD, Role.VERIFIER}:
        found.append({"key": "paraf", "label": _("Beri paraf"), "weight": "primary"})
    if Role.HEAD in actor.roles:
        found.append({"key": "setujui", "label": _("Setujui dan terbitkan"), "weight": "primary"})
    found.append({"key": "tangani", "label": _("Tangani"), "weight": "secondary"})
    found.append({"key": "lepaskan", "label": _("Lepaskan"), "weight": "secondary"})
    return found


def folder_items(current: str, counts: Mapping[str, int] | None = None) -> list[MenuItem]:
    """Return the folders for the side bar, with counts where they are known."""
    base = reverse("portal:inbox")
    return [
        MenuItem(
            str(one.label),
            base if one.key == MINE else f"{base}?map={one.key}",
            icon=one.icon,
            current=one.key == current,
            count=counts[one.count] if counts else None,
        )
        for one in FOLDERS
    ]


def folders(request: HttpRequest) -> list[MenuItem]:
    """Return the folders for the frame: with counts on the inbox, which has counted them already; else without."""
    if not actor_for(request).roles & CASE_ROLES:
        return []
    ready: list[MenuItem] = getattr(request, "folder_items", [])
    return ready or folder_items("")
