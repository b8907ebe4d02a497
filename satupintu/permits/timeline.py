"""
The log of a case as its applicant reads it: what was done, who has it now, what comes, by when.

Pure. Works from the case, its log and its open tasks; names units and roles, never officers. The same items serve
tracking, the applicant's case page and the officers' page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from django.utils import timezone
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from satupintu.catalogue.rules import stages_for
from satupintu.lib import words
from satupintu.people.rules import ROLE_LABELS, Role
from satupintu.permits import rules
from satupintu.permits.rules import APPLICANTS_TURN, State
from satupintu.workflow.rules import CHANNEL_LABELS

DONE, NOW, NEXT, BAD = "done", "now", "next", "bad"


class UnitLike(Protocol):
    name: str
    short_name: str


class RowLike(Protocol):
    """What is read of a row of the log."""

    action: str
    at: datetime
    channel: str
    role: str
    data: Mapping[str, Any]

    @property
    def unit(self) -> Any: ...


class TaskLike(Protocol):
    """What is read of an open task."""

    stage: str
    label: str
    role: str
    due_at: datetime
    opened_at: datetime

    @property
    def unit(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the timeline; `status` is done, now, next or bad."""

    title: str
    note: str
    status: str
    link: str = ""
    link_label: str = ""


@dataclass(frozen=True, slots=True)
class Holding:
    """Who has the case now. `by` None: no date runs. `who` names a unit, or the applicant."""

    who: str
    role: str
    since: datetime | None
    awaited: str
    by: date | None
    is_applicant: bool = False


# What an applicant reads of an act that is done. Acts that are not here are the office's own affair.
DONE_TITLES: dict[str, tuple[LazyText | str, str]] = {
    "submit": (gettext_lazy("Permohonan diterima"), DONE),
    "import_running": (gettext_lazy("Permohonan diterima, dipindahkan dari register lama"), DONE),
    "import_finished": (gettext_lazy("Selesai dalam register lama"), DONE),
    "undo_import": (gettext_lazy("Pemindahan dari register lama dibatalkan"), BAD),
    "return": (gettext_lazy("Dikembalikan untuk diperbaiki"), DONE),
    "resubmit": (gettext_lazy("Perbaikan diterima"), DONE),
    "declare_complete": (gettext_lazy("Berkas dinyatakan lengkap"), DONE),
    "schedule_inspection": (gettext_lazy("Tinjauan lapangan dijadwalkan"), DONE),
    "record_inspection": (gettext_lazy("Tinjauan lapangan selesai"), DONE),
    "recommend_for": (gettext_lazy("Rekomendasi teknis diberikan"), DONE),
    "recommend_against": (gettext_lazy("Rekomendasi teknis diberikan"), DONE),
    "record_recommendation": (gettext_lazy("Rekomendasi teknis diberikan"), DONE),
    "pause": (gettext_lazy("Keterangan diminta dari pemohon"), DONE),
    "resume": (gettext_lazy("Jawaban pemohon diterima"), DONE),
    "reconfirm": (gettext_lazy("Perbaikan menyeluruh diminta"), DONE),
    "restart": (gettext_lazy("Perbaikan menyeluruh diterima"), DONE),
    "collect": (gettext_lazy("Semua syarat terpenuhi"), DONE),
    "set_fee": (gettext_lazy("Retribusi ditetapkan (SKRD)"), DONE),
    "record_payment": (gettext_lazy("Bukti bayar diterima"), DONE),
    "receive_payment": (gettext_lazy("Pembayaran diterima"), DONE),
    "confirm_payment": (gettext_lazy("Pembayaran dinyatakan sah"), DONE),
    "reject_payment": (gettext_lazy("Bukti bayar belum dapat diterima"), DONE),
    "settle_fee": (gettext_lazy("Retribusi lunas"), DONE),
    "ask_refund": (gettext_lazy("Pengembalian retribusi diminta"), DONE),
    "grant_refund": (gettext_lazy("Pengembalian retribusi disetujui"), DONE),
    "refuse_refund": (gettext_lazy("Pengembalian retribusi ditolak"), BAD),
    "pay_refund": (gettext_lazy("Pengembalian retribusi dibayar"), DONE),
    "approve": (gettext_lazy("Permohonan disetujui"), DONE),
    "approve_automatically": (gettext_lazy("Permohonan disetujui"), DONE),
    "issue": (gettext_lazy("Izin terbit"), DONE),
    "send_permit": (gettext_lazy("Izin dikirim"), DONE),
    "note_sent_back": (gettext_lazy("Izin kembali ke kantor"), DONE),
    "hand_over": (gettext_lazy("Izin diserahkan"), DONE),
    "download": (gettext_lazy("Izin diunduh"), DONE),
    "close_uncollected": (gettext_lazy("Izin tidak diambil, disimpan di arsip"), BAD),
    "extend": (gettext_lazy("Waktu layanan diperpanjang"), DONE),
    "calendar_changed": (gettext_lazy("Tanggal dihitung ulang karena perubahan hari libur"), DONE),
    "replace": (gettext_lazy("Diganti izin yang lebih baru"), DONE),
    "record_filing": (gettext_lazy("Didaftarkan di sistem nasional"), DONE),
    "record_issued": (gettext_lazy("Izin terbit di sistem nasional"), DONE),
    "record_refused": (gettext_lazy("Ditolak di sistem nasional"), BAD),
    "reject": (gettext_lazy("Permohonan ditolak"), BAD),
    "withdraw": (gettext_lazy("Permohonan ditarik pemohon"), BAD),
    "lapse": (gettext_lazy("Ditutup karena tidak diperbaiki"), BAD),
    "revoke": (gettext_lazy("Izin dicabut"), BAD),
    "suspend": (gettext_lazy("Izin dibekukan"), BAD),
    "end_suspension": (gettext_lazy("Pembekuan izin berakhir"), DONE),
    "reopen": (gettext_lazy("Keberatan dikabulkan, permohonan dibuka kembali"), DONE),
    "reinstate": (gettext_lazy("Keberatan dikabulkan, izin berlaku kembali"), DONE),
}

_BY_DAY = frozenset({"import_running", "import_finished"})

# State -> what is going on, said of the case as a whole; REVIEW says it stage by stage.
NOW_TITLES: dict[str, LazyText | str] = {
    State.SUBMITTED: gettext_lazy("Kelengkapan berkas diperiksa"),
    State.RETURNED: gettext_lazy("Menunggu perbaikan dari pemohon"),
    State.REVIEW: gettext_lazy("Menunggu rekomendasi teknis"),
    State.PAUSED: gettext_lazy("Menunggu jawaban dari pemohon"),
    State.RECONFIRM: gettext_lazy("Menunggu perbaikan menyeluruh dari pemohon"),
    State.READY: gettext_lazy("Keputusan disiapkan"),
    State.FEE_PROPOSED: gettext_lazy("Retribusi dihitung dan ditetapkan"),
    State.PAYMENT: gettext_lazy("Menunggu pembayaran retribusi"),
    State.PAYMENT_CHECK: gettext_lazy("Pembayaran retribusi diperiksa"),
    State.PROPOSED: gettext_lazy("Menunggu paraf dan tanda tangan"),
    State.REFUSAL_PROPOSED: gettext_lazy("Keputusan disiapkan"),
    State.APPROVED: gettext_lazy("Penomoran dan tanda tangan"),
    State.NUMBERED: gettext_lazy("Penomoran dan tanda tangan"),
    State.ISSUED: gettext_lazy("Izin siap diunduh atau diambil"),
    State.ASSISTING: gettext_lazy("Dibantu mengisi di sistem nasional"),
    State.FILED: gettext_lazy("Diproses di sistem nasional"),
}
HOW_SENT: dict[str, LazyText | str] = {
    "web": gettext_lazy("dari rumah (web)"),
    "counter": gettext_lazy("dibantu di loket"),
    "phone": gettext_lazy("dibantu lewat telepon"),
    "api": gettext_lazy("lewat aplikasi mitra"),
}

# Where a state stands on the way; what comes after it is still to come.
_STANDS: dict[str, int] = {
    State.SUBMITTED: 0,
    State.RETURNED: 0,
    State.REVIEW: 1,
    State.PAUSED: 1,
    State.RECONFIRM: 1,
    State.ASSISTING: 1,
    State.FILED: 2,
    State.READY: 2,
    State.FEE_PROPOSED: 2,
    State.PAYMENT: 2,
    State.PAYMENT_CHECK: 2,
    State.REFUSAL_PROPOSED: 2,
    State.PROPOSED: 3,
    State.APPROVED: 3,
    State.NUMBERED: 3,
    State.ISSUED: 4,
}


def build_timeline(
    file: Any, history: Sequence[RowLike], tasks: Sequence[TaskLike], *, language: str = "id"
) -> list[Item]:
    """
    Return what was done, what runs now and what comes, in order.

    `file` is the case with its definition, `history` its log by seq, `tasks` its open tasks. Deadlines within the
    office are shown as dates; hours are for officers.
    """
    with override(language):
        done = [_done(row, language) for row in history if row.action in DONE_TITLES]
        return [*done, *_now(file, history, tasks, language), *_coming(file, history, language)]


def holding_now(
    file: Any, history: Sequence[RowLike], tasks: Sequence[TaskLike], *, language: str = "id"
) -> Holding | None:
    """Return who has the case now, since when and by when; None when it is closed."""
    state = file.case.state
    if file.lifecycle.is_closed(state):
        return None
    with override(language):
        awaited = str(NOW_TITLES.get(state, ""))
        since = history[-1].at if history else None
        if state in APPLICANTS_TURN or state == State.ISSUED:
            by = answer_by(history) if state in APPLICANTS_TURN else None
            return Holding(_("Pemohon"), "", _since(history), awaited, by, is_applicant=True)
        if not tasks:
            return Holding(_("Kantor"), "", since, awaited, None)
        first = min(tasks, key=lambda one: one.due_at)
        return Holding(
            unit_name(first.unit),
            str(ROLE_LABELS.get(Role(first.role), "")),
            first.opened_at,
            _stage_title(file, first, language) or awaited,
            timezone.localdate(first.due_at),
        )


def answer_by(history: Sequence[RowLike]) -> date | None:
    """Return the date by which the applicant was last asked to answer."""
    for row in reversed(history):
        if row.data.get("answer_by"):
            return date.fromisoformat(str(row.data["answer_by"]))
    return None


def unit_name(unit: UnitLike | None) -> str:
    """Return a unit as the public reads it; "" for none."""
    return (unit.short_name or unit.name) if unit else ""


def _since(history: Sequence[RowLike]) -> datetime | None:
    for row in reversed(history):
        if row.action in DONE_TITLES:
            return row.at
    return None


def short_day(day: date, language: str) -> str:
    """Return "Rabu 25 Nov"."""
    weekday = words.weekday_name(day.weekday(), language)
    return f"{weekday} {words.short_date(day, language).rsplit(' ', 1)[0]}"


def short_day_year(day: date, language: str) -> str:
    """Return "25 Nov 2019": of a day that may lie years back."""
    return words.short_date(day, language)


def _moment(at: datetime, language: str) -> str:
    local = timezone.localtime(at)
    return f"{short_day(local.date(), language)}, {words.clock_time(local, language)}"


def _done(row: RowLike, language: str) -> Item:
    title, status = DONE_TITLES[row.action]
    if row.action in _BY_DAY:  # the old register knows no hour
        return Item(str(title), short_day_year(timezone.localdate(row.at), language), status)
    parts = [_moment(row.at, language)]
    unit = unit_name(row.unit)
    if row.action == "submit":
        parts.append(str(HOW_SENT.get(row.channel) or CHANNEL_LABELS.get(row.channel) or ""))
    elif unit and row.role not in (Role.APPLICANT, Role.SYSTEM):
        parts.append(unit)
    if row.action == "schedule_inspection" and row.data.get("scheduled_at"):
        when = _moment(datetime.fromisoformat(str(row.data["scheduled_at"])), language)
        parts.append(_("kunjungan %(when)s") % {"when": when})
    return Item(str(title), " · ".join(parts), status)


def _now(
    file: Any, history: Sequence[RowLike], tasks: Sequence[TaskLike], language: str
) -> list[Item]:
    state = file.case.state
    title = NOW_TITLES.get(state)
    if title is None or file.lifecycle.is_closed(state):
        return []
    if state in APPLICANTS_TURN:
        by = answer_by(history)
        asks = (
            _("Bayar selambat-lambatnya %(day)s")
            if state == State.PAYMENT
            else _("Jawab selambat-lambatnya %(day)s")
        )
        note = asks % {"day": words.long_date(by, language)} if by else ""
        return [Item(str(title), note, NOW)]
    if state == State.REVIEW:
        asked = [task for task in tasks if task.stage == "recommend"]
        if asked:
            return [_running(file, task, str(title), language) for task in asked]
    if state == State.ISSUED:
        return [Item(str(title), "", NOW)]
    first = min(tasks, key=lambda one: one.due_at, default=None)
    if first is None:
        return [Item(str(title), "", NOW)]
    return [_running(file, first, str(title), language, named=False)]


def _running(file: Any, task: TaskLike, title: str, language: str, *, named: bool = True) -> Item:
    own = _stage_title(file, task, language) if named else ""
    since = _("Sejak %(when)s") % {"when": _moment(task.opened_at, language)}
    by = _("paling lambat %(day)s") % {"day": short_day(timezone.localdate(task.due_at), language)}
    return Item(own or title, " · ".join(filter(None, [since, unit_name(task.unit), by])), NOW)


def _stage_title(file: Any, task: TaskLike, language: str) -> str:
    """Return what the service file calls the stage of a task; "" when it is not one of the file's."""
    for stage in file.definition.stages:
        if stage.key == task.label:
            return str(stage.title.in_language(language))
    return ""


def _coming(file: Any, history: Sequence[RowLike], language: str) -> list[Item]:
    state = file.case.state
    stand = _STANDS.get(state)
    if stand is None:
        return []
    if file.lifecycle is rules.ASSISTED:
        coming = [_("Dibantu mengisi di sistem nasional"), _("Izin terbit di sistem nasional")]
        return [Item(title, "", NEXT) for title in coming[min(stand, 1) :]]
    found: list[Item] = []
    if stand <= 1:
        asked = {str(one) for row in history for one in row.data.get("stages", ())}
        found += [
            Item(stage.title.in_language(language), "", NEXT)
            for stage in stages_for(file.definition, file.kind, file.permit_case.answers)
            if stage.key not in asked
        ]
    if stand <= 2:  # noqa: PLR2004  before it lies with the signatory
        found.append(Item(_("Paraf dan tanda tangan"), _("Kepala dinas"), NEXT))
    if stand <= 3:  # noqa: PLR2004  before it is issued
        found.append(Item(_("Izin terbit, dapat diunduh dan dicek keasliannya"), "", NEXT))
    return found
