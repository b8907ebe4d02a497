"""
Supervision of a permit after it was issued: the lifecycle as a table, the ladder of sanctions, and its days.

A permit has at most one case of supervision, opened by its issue when it bears conditions, else by the first sanction
that is proposed. It lives on after the permit's own case has closed, and holds every condition, warning, suspension
and revocation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from satupintu.people.rules import Role
from satupintu.permits.rules import PAPER_LETTERS_DONE, paper_letter_moves
from satupintu.permits.supervised import SUPERVISION_LINK
from satupintu.workflow.rules import Lifecycle, Move, Status, Tone
from satupintu.workflow.shared_moves import (
    SHARED_DONE,
    comment_moves,
    erasing_moves,
    handling_moves,
)

KIND_SUPERVISION = "supervision"
LINK = SUPERVISION_LINK
SERIES = "supervision"  # numbers of the cases
LETTERS_SERIES = "sanction"  # numbers of the letters: the register of sanctions
MOST_WARNINGS = 3
LONGEST_TEXT = 4000


class State(StrEnum):
    WATCHED = "watched"
    PROPOSED = "proposed"
    WARNED = "warned"
    SUSPENDED = "suspended"
    SETTLED = "settled"
    ENDED = "ended"


STATUSES: Mapping[str, Status] = {
    State.WATCHED: Status(_("Dalam pengawasan"), Tone.INFO),
    State.PROPOSED: Status(_("Usul sanksi menunggu keputusan"), Tone.WARN),
    State.WARNED: Status(_("Diberi peringatan"), Tone.WARN, "applicant"),
    State.SUSPENDED: Status(_("Izin dibekukan"), Tone.BAD, "applicant"),
    State.SETTLED: Status(_("Pengawasan selesai"), Tone.GOOD, "", closed=True),
    State.ENDED: Status(_("Izin sudah berakhir"), Tone.QUIET, "", closed=True),
}
# What is told of a proposal to whoever it concerns: nothing, until it is decided.
UNTOLD = frozenset({State.PROPOSED})

OFFICERS = frozenset(
    {Role.FRONT_OFFICE, Role.VERIFIER, Role.TECHNICAL_OFFICER, Role.SECTION_HEAD, Role.HEAD}
)
PROPOSERS = frozenset({Role.VERIFIER, Role.TECHNICAL_OFFICER, Role.SECTION_HEAD})
HEAD = frozenset({Role.HEAD})
SYSTEM = frozenset({Role.SYSTEM})

_CLOSED = tuple(state for state, status in STATUSES.items() if status.closed)
# Where a sanction may be proposed: also where the last one was put right, so the history stays one.
STANDING = (State.WATCHED, State.WARNED, State.SUSPENDED, State.SETTLED)
_BACK = frozenset({State.WARNED, State.SUSPENDED, State.SETTLED})


class Kind(StrEnum):
    """The steps of the ladder, and the way down from the third."""

    WARNING = "warning"
    SUSPENSION = "suspension"
    REVOCATION = "revocation"
    LIFTING = "lifting"


KIND_LABELS: Mapping[str, Any] = {
    Kind.WARNING: _("Peringatan tertulis"),
    Kind.SUSPENSION: _("Pembekuan izin"),
    Kind.REVOCATION: _("Pencabutan izin"),
    Kind.LIFTING: _("Pengakhiran pembekuan"),
}
# Which move the head decides a proposal with, and where it leads.
DECIDES: Mapping[str, tuple[str, State]] = {
    Kind.WARNING: ("warn", State.WARNED),
    Kind.SUSPENSION: ("suspend", State.SUSPENDED),
    Kind.REVOCATION: ("revoke", State.ENDED),
    Kind.LIFTING: ("lift", State.WATCHED),
}
DECISIONS: Mapping[str, Kind] = {action: Kind(kind) for kind, (action, _to) in DECIDES.items()}

# What a granted objection asks for.
ANNUL, CHANGE = "annul_sanction", "change_sanction"

SUPERVISION = Lifecycle(
    name="supervision",
    opening="propose_sanction",
    states=STATUSES,
    moves={
        ("", "propose_sanction"): Move(
            State.PROPOSED, PROPOSERS, _("Usulkan sanksi"), weight="primary"
        ),
        # With the issue of a permit that is bound to something.
        ("", "open_conditions"): Move(State.WATCHED, SYSTEM, _("Syarat izin mulai berjalan")),
        ("*", "report_condition"): Move(
            None, frozenset({Role.APPLICANT}), _("Laporkan sudah dipenuhi")
        ),
        ("*", "accept_condition"): Move(None, PROPOSERS, _("Syarat dipenuhi"), weight="primary"),
        # The last one closes the supervision, when nothing else is open.
        (State.WATCHED, "accept_condition"): Move(
            None,
            PROPOSERS,
            _("Syarat dipenuhi"),
            or_to=frozenset({State.SETTLED}),
            weight="primary",
        ),
        ("*", "prolong_condition"): Move(
            None, PROPOSERS, _("Beri waktu lagi"), reason_required=True
        ),
        ("*", "refuse_condition"): Move(
            None, PROPOSERS, _("Syarat tidak dipenuhi"), reason_required=True, weight="danger"
        ),
        **handling_moves(OFFICERS, frozenset({Role.SECTION_HEAD, Role.HEAD, Role.VERIFIER})),
        **comment_moves(OFFICERS, ("*", *_CLOSED)),
        **paper_letter_moves(("*", *_CLOSED)),
        **erasing_moves(("*", *_CLOSED)),
        **{
            (state, "propose_sanction"): Move(
                State.PROPOSED,
                PROPOSERS,
                _("Usulkan sanksi"),
                weight="primary",
            )
            for state in STANDING
        },
        (State.PROPOSED, "send_back"): Move(
            State.WATCHED, HEAD, _("Kembalikan usul"), reason_required=True, or_to=_BACK
        ),
        **{
            (State.PROPOSED, action): Move(
                to,
                HEAD,
                KIND_LABELS[kind],
                weight="primary" if kind == Kind.LIFTING else "danger",
            )
            for kind, (action, to) in DECIDES.items()
        },
        (State.WARNED, "settle"): Move(
            State.WATCHED,
            PROPOSERS,
            _("Nyatakan sudah diperbaiki"),
            reason_required=True,
            or_to=frozenset({State.SETTLED}),
            weight="secondary",
        ),
        (State.WATCHED, "close"): Move(
            State.SETTLED, PROPOSERS, _("Selesaikan pengawasan"), weight="quiet"
        ),
        # A suspension until a day ends by itself, also while something new lies before the head.
        (State.SUSPENDED, "end_suspension"): Move(
            State.WATCHED, SYSTEM, _("Pembekuan berakhir menurut tanggalnya")
        ),
        (State.PROPOSED, "end_suspension"): Move(
            None, SYSTEM, _("Pembekuan berakhir menurut tanggalnya")
        ),
        # A granted objection takes a sanction away, or gives it another last day; asked for by the objection alone.
        **{
            (state, ANNUL): Move(
                State.WATCHED,
                HEAD,
                _("Batalkan sanksi menurut keberatan"),
                or_to=frozenset({State.WARNED, State.PROPOSED}),
            )
            for state in (State.WARNED, State.SUSPENDED, State.PROPOSED)
        },
        **{
            (state, CHANGE): Move(None, HEAD, _("Ubah batas sanksi menurut keberatan"))
            for state in (State.WARNED, State.SUSPENDED, State.PROPOSED)
        },
        # The permit ended otherwise: revoked directly, replaced, or in force again after an objection.
        **{
            (state, "end"): Move(State.ENDED, SYSTEM, _("Izin berakhir"))
            for state in (*STANDING, State.PROPOSED)
        },
        (State.ENDED, "go_on"): Move(State.WATCHED, SYSTEM, _("Izin berlaku kembali")),
    },
)

STAGE_LABELS: Mapping[str, Any] = {
    "sanction_decide": _("Putuskan usul sanksi"),
    "sanction_follow": _("Periksa hasil peringatan"),
    "condition_check": _("Periksa laporan syarat izin"),
}


# --- The office's days -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Periods:
    """
    The days an office gives, as it has set them (no law that we know sets one for every permit).

    Calendar days, but `decide_days`: working days in which the head decides a proposal. `warnings_before`: how many
    warnings stand before a suspension that names no law of its own.
    """

    warning_days: tuple[int, ...] = (14, 7, 7)  # to put right what the first, second, third names
    warnings_before: int = MOST_WARNINGS
    decide_days: int = 3
    follow_days: int = 3  # working days to look at what a warning or a report has brought
    remind_days: tuple[int, ...] = (30, 7, 1)  # before a condition is due


# --- The ladder --------------------------------------------------------------------------------


class SanctionState(StrEnum):
    PROPOSED = "proposed"
    SENT_BACK = "sent_back"  # never given
    IN_FORCE = "in_force"
    ENDED = "ended"  # put right, lifted, run out, or the permit is gone
    ANNULLED = "annulled"  # by a granted objection


@dataclass(frozen=True, slots=True)
class Given:
    """What the ladder needs to know of one sanction that was given and still counts."""

    kind: str
    level: int
    put_right_by: date | None = None


Refused = Literal[
    "lift_nothing", "suspended", "not_run_out", "all_warned", "too_few_warnings", "not_yet"
]

REFUSALS: Mapping[str, Any] = {
    "lift_nothing": _("Izin ini tidak sedang dibekukan, jadi tidak ada yang diakhiri."),
    "suspended": _("Izin ini sedang dibekukan: usulkan pengakhiran pembekuan atau pencabutan."),
    "not_run_out": _(
        "Peringatan terakhir masih memberi waktu sampai %(day)s. Sanksi berikutnya diusulkan setelah hari itu,"
        " atau langsung dengan menyebut dasar hukumnya."
    ),
    "all_warned": _(
        "Ketiga peringatan sudah diberikan. Usulkan pembekuan atau pencabutan, atau nyatakan sudah diperbaiki."
    ),
    "too_few_warnings": _(
        "Pembekuan didahului %(number)s peringatan tertulis, kecuali hukum membolehkannya langsung: tulis dasar"
        " hukumnya."
    ),
    "not_yet": _(
        "Pencabutan didahului pembekuan atau semua peringatan, kecuali hukum membolehkannya langsung: tulis dasar"
        " hukumnya."
    ),
}


def is_objectable(kind: str, state: str) -> bool:
    """Say whether an objection can take a sanction away: it is in force (a revocation is the permit's own decision)."""
    return state == SanctionState.IN_FORCE and kind in (Kind.WARNING, Kind.SUSPENSION)


def next_level(given: Sequence[Given]) -> int:
    """Return the number that the next warning bears: one more than the last that still counts."""
    return 1 + max((one.level for one in given if one.kind == Kind.WARNING), default=0)


def refuse_step(  # noqa: PLR0911  one line a refusal, in the order in which they are told
    kind: Kind, given: Sequence[Given], *, today: date, periods: Periods, directly: bool
) -> Refused | None:
    """
    Return why a sanction cannot be proposed now; None when it can.

    `given`: the sanctions in force. `directly`: a law is named that lets this step come without those before it; the
    officer names it and the head answers for it (which law does is for the office's lawyer to say). A suspended permit
    is warned no more.
    """
    suspended = any(one.kind == Kind.SUSPENSION for one in given)
    if kind is Kind.LIFTING:
        return None if suspended else "lift_nothing"
    if suspended and kind is not Kind.REVOCATION:
        return "suspended"
    level = next_level(given)
    if kind is Kind.WARNING and level > MOST_WARNINGS:
        return "all_warned"
    if directly or (kind is Kind.REVOCATION and suspended):
        return None
    last = latest_day(given)
    if last is not None and last >= today:
        return "not_run_out"
    if kind is Kind.SUSPENSION and level <= periods.warnings_before:
        return "too_few_warnings"
    if kind is Kind.REVOCATION and level <= MOST_WARNINGS:
        return "not_yet"
    return None


def latest_day(given: Sequence[Given]) -> date | None:
    """Return the last day that a warning in force gives; None without one."""
    return max((one.put_right_by for one in given if one.put_right_by), default=None)


def put_right_by(level: int, decided: date, periods: Periods) -> date:
    """Return the last day to put right what a warning names, when its proposal sets no other."""
    days = periods.warning_days[min(level, len(periods.warning_days)) - 1]
    return decided + timedelta(days=days)


def named(kind: str, level: int) -> str:
    """Return a sanction by its name, "Peringatan tertulis ke-2"."""
    label = str(KIND_LABELS[kind])
    return str(_("%(name)s ke-%(level)s") % {"name": label, "level": level}) if level else label


def letter_name(kind: str, level: int, number: str) -> str:
    """Return a sanction by its name and the number of its letter."""
    return f"{named(kind, level)} {number}"


# What has been done, in words, for the history.
DONE: Mapping[str, Any] = {
    "propose_sanction": _("Sanksi diusulkan"),
    **{one: SHARED_DONE[one] for one in ("take", "release", "reassign", "comment", "erase_note")},
    "send_back": _("Usul dikembalikan"),
    "warn": _("Peringatan tertulis diberikan"),
    "suspend": _("Izin dibekukan"),
    "revoke": _("Izin dicabut"),
    "lift": _("Pembekuan diakhiri"),
    **PAPER_LETTERS_DONE,
    ANNUL: _("Sanksi dibatalkan menurut keberatan"),
    CHANGE: _("Batas sanksi diubah menurut keberatan"),
    "settle": _("Dinyatakan sudah diperbaiki"),
    "close": _("Pengawasan selesai"),
    "end_suspension": _("Pembekuan berakhir menurut tanggalnya"),
    "end": _("Izin berakhir"),
    "go_on": _("Izin berlaku kembali"),
    "open_conditions": _("Syarat izin mulai berjalan"),
    "report_condition": _("Pemegang izin melaporkan syarat dipenuhi"),
    "accept_condition": _("Syarat dinyatakan dipenuhi"),
    "prolong_condition": _("Waktu syarat diperpanjang"),
    "refuse_condition": _("Syarat dinyatakan tidak dipenuhi"),
}
# What the holder reads of it.
TOLD = frozenset(DONE) - {
    "propose_sanction", "take", "release", "reassign", "comment", "erase_note", "send_back", *PAPER_LETTERS_DONE,
}  # fmt: skip


# --- Conditions ---------------------------------------------------------------------------------


class ConditionState(StrEnum):
    SET = "set"  # the permit is not issued yet
    DROPPED = "dropped"  # taken out again before the issue
    OPEN = "open"
    REPORTED = "reported"
    FULFILLED = "fulfilled"
    UNFULFILLED = "unfulfilled"
    ENDED = "ended"  # the permit ended first


CONDITION_LABELS: Mapping[ConditionState, Any] = {
    ConditionState.SET: _("Akan tercantum di izin"),
    ConditionState.DROPPED: _("Dihapus sebelum terbit"),
    ConditionState.OPEN: _("Belum dipenuhi"),
    ConditionState.REPORTED: _("Dilaporkan, menunggu pemeriksaan"),
    ConditionState.FULFILLED: _("Dipenuhi"),
    ConditionState.UNFULFILLED: _("Tidak dipenuhi"),
    ConditionState.ENDED: _("Tidak berlaku lagi"),
}
CONDITION_TONES: Mapping[ConditionState, str] = {
    ConditionState.SET: "info",
    ConditionState.DROPPED: "quiet",
    ConditionState.OPEN: "warn",
    ConditionState.REPORTED: "info",
    ConditionState.FULFILLED: "good",
    ConditionState.UNFULFILLED: "bad",
    ConditionState.ENDED: "quiet",
}
# What still waits for the holder or the office.
WAITING = frozenset({ConditionState.OPEN, ConditionState.REPORTED, ConditionState.UNFULFILLED})
MOST_CONDITIONS = 12  # of one permit
LONGEST_CONDITION = 500  # characters
LONGEST_TERM = 3660  # calendar days after the issue

# The move -> from which states a condition goes where.
CONDITION_MOVES: Mapping[str, tuple[frozenset[ConditionState], ConditionState]] = {
    "report_condition": (
        frozenset({ConditionState.OPEN, ConditionState.UNFULFILLED, ConditionState.REPORTED}),
        ConditionState.REPORTED,
    ),
    "accept_condition": (WAITING, ConditionState.FULFILLED),
    "prolong_condition": (WAITING, ConditionState.OPEN),
    "refuse_condition": (
        frozenset({ConditionState.OPEN, ConditionState.REPORTED}),
        ConditionState.UNFULFILLED,
    ),
}


def due_on(days: int, fixed: date | None, issued: date) -> date:
    """Return the last day of a condition: the one that was set, or `days` calendar days after the issue."""
    return fixed or issued + timedelta(days=days)


def reminder_for(due: date, today: date, reminders: Sequence[int]) -> int | None:
    """Return which reminder is due: the nearest of those whose day has come; None before them and after the day."""
    left = (due - today).days
    return min((days for days in reminders if 0 <= left <= days), default=None)
