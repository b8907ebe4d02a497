"""
Objection to a decision (keberatan, UU 30/2014 Art. 75 to 78): its lifecycle as a table, its days, and who may.

An objection is a case of its own beside the permit's. It never stands still: the law gives ten working days, whoever
owes what. What an upheld objection does to the permit's case is a move there (`EFFECTS`), asked for by this one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from satupintu.lib.words import long_date
from satupintu.lib.workingtime import WorkCalendar, add_working_days
from satupintu.people.rules import Role
from satupintu.permits import rules as permits
from satupintu.supervision import rules as sanctions
from satupintu.workflow.rules import Lifecycle, Move, Status, TermEffect, Tone
from satupintu.workflow.shared_moves import (
    CLOCK_MOVES,
    SHARED_DONE,
    comment_moves,
    erasing_moves,
    handling_moves,
)

KIND_OBJECTION = "objection"
LINK = permits.OBJECTION_LINK  # how the objection is tied to the permit's case
SERIES = "objection"

FILE_DAYS = permits.OBJECTION_DAYS  # working days to object, UU 30/2014 Art. 77(1)
DECIDE_DAYS = 10  # working days to settle it, UU 30/2014 Art. 77(4); after that it is deemed granted, Art. 77(5)
CARRY_OUT_DAYS = permits.CARRY_OUT_DAYS  # to decide as was asked, UU 30/2014 Art. 77(7)
APPEAL_DAYS = 10  # working days to appeal to the superior, UU 30/2014 Art. 78(1)
REVIEW_DAYS, DRAFT_DAYS = (
    3,
    6,
)  # the office's own parts of the ten days, so that two are left to decide
MOST_FILES = 5
LONGEST_TEXT = 4000


class State(StrEnum):
    FILED = "filed"
    REVIEW = "review"
    PROPOSED = "proposed"
    UPHELD = "upheld"
    PARTLY = "partly"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    DEEMED = "deemed"
    CARRIED_OUT = "carried_out"


STATUSES: Mapping[str, Status] = {
    State.FILED: Status(_("Keberatan diterima dan terdaftar"), Tone.INFO),
    State.REVIEW: Status(_("Keberatan sedang diperiksa"), Tone.INFO),
    State.PROPOSED: Status(_("Menunggu keputusan atas keberatan"), Tone.INFO),
    State.UPHELD: Status(_("Keberatan dikabulkan"), Tone.GOOD, "", closed=True),
    State.PARTLY: Status(_("Keberatan dikabulkan sebagian"), Tone.GOOD, "", closed=True),
    State.REFUSED: Status(_("Keberatan ditolak"), Tone.BAD, "", closed=True),
    State.WITHDRAWN: Status(_("Keberatan ditarik"), Tone.QUIET, "", closed=True),
    State.DEEMED: Status(_("Dianggap dikabulkan, menunggu pelaksanaan"), Tone.WARN),
    State.CARRIED_OUT: Status(
        _("Dianggap dikabulkan, sudah dilaksanakan"), Tone.GOOD, "", closed=True
    ),
}
UNDECIDED = (State.FILED, State.REVIEW, State.PROPOSED)
# What waits for the office: the figure of the leader's page.
WAITING = (*UNDECIDED, State.DEEMED)
GRANTED = frozenset({State.UPHELD, State.PARTLY, State.CARRIED_OUT})

OWN = frozenset({Role.APPLICANT}) | permits.FRONT
DRAFTERS = frozenset({Role.VERIFIER, Role.SECTION_HEAD})
HEAD = frozenset({Role.HEAD})
SYSTEM = frozenset({Role.SYSTEM})
OFFICERS = frozenset({Role.FRONT_OFFICE, Role.VERIFIER, Role.SECTION_HEAD, Role.HEAD})

START, STOP = TermEffect.START, TermEffect.STOP
_STOP = {"legal": STOP, "pledge": STOP}
_CLOSED = tuple(state for state, status in STATUSES.items() if status.closed)

# The decision -> where it leads.
OUTCOMES: Mapping[str, State] = {
    "uphold": State.UPHELD,
    "uphold_partly": State.PARTLY,
    "refuse": State.REFUSED,
}
OUTCOME_LABELS: Mapping[str, Any] = {
    "uphold": _("Kabulkan seluruhnya"),
    "uphold_partly": _("Kabulkan sebagian"),
    "refuse": _("Tolak keberatan"),
}

OBJECTION = Lifecycle(
    name="objection",
    opening="file",
    states=STATUSES,
    moves={
        ("", "file"): Move(
            State.FILED, OWN, _("Ajukan keberatan"), {"legal": START}, weight="primary"
        ),
        **handling_moves(OFFICERS, frozenset({Role.SECTION_HEAD, Role.HEAD, Role.VERIFIER})),
        **comment_moves(OFFICERS),
        **CLOCK_MOVES,
        **permits.paper_letter_moves(("*", *_CLOSED)),
        **erasing_moves(("*", *_CLOSED)),
        (State.FILED, "begin_review"): Move(
            State.REVIEW, DRAFTERS, _("Mulai memeriksa"), weight="primary"
        ),
        (State.REVIEW, "propose"): Move(
            State.PROPOSED,
            DRAFTERS,
            _("Ajukan konsep keputusan"),
            reason_required=True,
            weight="primary",
        ),
        (State.PROPOSED, "send_back"): Move(
            State.REVIEW, HEAD, _("Kembalikan konsep"), reason_required=True
        ),
        # The signatory may decide wherever it stands: the ten days do not wait for a draft.
        **{
            (state, action): Move(
                to,
                HEAD,
                OUTCOME_LABELS[action],
                _STOP,
                reason_required=True,
                weight="danger" if action == "refuse" else "primary",
            )
            for state in UNDECIDED
            for action, to in OUTCOMES.items()
        },
        **{
            (state, "withdraw"): Move(
                State.WITHDRAWN, OWN, _("Tarik keberatan"), _STOP, weight="quiet"
            )
            for state in UNDECIDED
        },
        # UU 30/2014 Art. 77(5): not settled in time, it is deemed granted; Art. 77(7): carried out in five days.
        **{
            (state, "deem_granted"): Move(
                State.DEEMED,
                SYSTEM,
                _("Dianggap dikabulkan"),
                {"legal": STOP, "pledge": START},
            )
            for state in UNDECIDED
        },
        (State.DEEMED, "carry_out"): Move(
            State.CARRIED_OUT,
            HEAD,
            _("Laksanakan"),
            _STOP,
            reason_required=True,
            weight="primary",
        ),
    },
)

STAGE_LABELS: Mapping[str, Any] = {
    "objection_review": _("Periksa keberatan"),
    "objection_draft": _("Siapkan keputusan atas keberatan"),
    "objection_decide": _("Putuskan keberatan"),
    "objection_carry_out": _("Laksanakan keberatan yang dianggap dikabulkan"),
}


# --- What can be objected to ----------------------------------------------------------------


class Standing(StrEnum):
    """In what position somebody objects."""

    APPLICANT = "applicant"  # whose application or permit it is, or who acts for them
    THIRD = "third"  # a citizen harmed by the decision, UU 30/2014 Art. 75(1)


STANDING_LABELS: Mapping[str, Any] = {
    Standing.APPLICANT: _("Pemohon atau pemegang izin"),
    Standing.THIRD: _("Pihak lain yang dirugikan"),
}


@dataclass(frozen=True, slots=True)
class Effect:
    """What an objection against a decision asks, and the move on the permit's case when it is granted."""

    action: str
    wish: Any  # what is asked for, in the form's words
    result: Any  # what the letter and the tracking page say of it
    standing: Standing


# Decision (a move of the permit's case, or of its supervision) -> what a granted objection does there.
EFFECTS: Mapping[str, Effect] = {
    "reject": Effect(
        "reopen",
        _("Penolakan dibatalkan dan permohonan diproses lagi"),
        _("Permohonan dibuka kembali dan diputus ulang."),
        Standing.APPLICANT,
    ),
    "revoke": Effect(
        "reinstate",
        _("Pencabutan dibatalkan dan izin berlaku lagi"),
        _("Pencabutan dibatalkan; izin berlaku kembali."),
        Standing.APPLICANT,
    ),
    "issue": Effect("revoke", _("Izin dicabut"), _("Izin dicabut."), Standing.THIRD),
    # Of the permit's supervision.
    "warn": Effect(
        sanctions.ANNUL,
        _("Peringatan dibatalkan"),
        _("Peringatan dibatalkan."),
        Standing.APPLICANT,
    ),
    "suspend": Effect(
        sanctions.ANNUL,
        _("Pembekuan dibatalkan dan izin boleh digunakan lagi"),
        _("Pembekuan dibatalkan; izin boleh digunakan kembali."),
        Standing.APPLICANT,
    ),
}
DECISION_LABELS: Mapping[str, Any] = {
    "reject": _("Penolakan permohonan"),
    "revoke": _("Pencabutan izin"),
    "issue": _("Penerbitan izin"),
    "warn": _("Peringatan tertulis"),
    "suspend": _("Pembekuan izin"),
}
# State of the permit's case -> the decision that stands.
DECISIONS: Mapping[str, str] = {
    permits.State.REJECTED: "reject",
    permits.State.REVOKED: "revoke",
    permits.State.ISSUED: "issue",
    permits.State.HANDED_OVER: "issue",
    permits.State.NOT_COLLECTED: "issue",
}


def result_of(decision: str, data: Mapping[str, Any], language: str = "id") -> str:
    """Return what a decided objection did, from what its move says, in the language that is on; "" for nothing."""
    effect = data.get("effect", "")
    if effect == sanctions.CHANGE:
        day = long_date(date.fromisoformat(data["day"]), language)
        return str(_("Sanksi tetap berlaku dengan batas baru: %(day)s.") % {"day": day})
    return str(EFFECTS[decision].result) if effect else ""


def last_moment(announced: datetime, calendar: WorkCalendar) -> datetime:
    """Return until when one may object: closing of the 21st working day after it was announced (Art. 77(1))."""
    return add_working_days(announced, FILE_DAYS, calendar)


def is_late(filed: datetime, last: datetime, calendar: WorkCalendar) -> bool:
    """Return whether something filed at `filed` is too late: after the last day, whatever the hour of that day."""
    return calendar.local(filed).date() > calendar.local(last).date()


def appeal_until(told: datetime, calendar: WorkCalendar) -> date:
    """Return the last day to appeal to the superior, from when the decision was received (Art. 78(1))."""
    return calendar.local(add_working_days(told, APPEAL_DAYS, calendar)).date()


class LetterKind(StrEnum):
    DECISION = "decision"
    DEEMED = "deemed"


LETTER_LABELS: Mapping[str, Any] = {
    LetterKind.DECISION: _("Keputusan atas keberatan"),
    LetterKind.DEEMED: _("Keputusan pelaksanaan keberatan"),
}


def letter_name(kind: str, number: str) -> str:
    """Return what letter it is, with its number, as lists and the dispatch book name it."""
    return f"{LETTER_LABELS[LetterKind(kind)]} {number}".strip()


# Which letter a move owes.
LETTERS: Mapping[str, LetterKind] = {
    "uphold": LetterKind.DECISION,
    "uphold_partly": LetterKind.DECISION,
    "refuse": LetterKind.DECISION,
    "carry_out": LetterKind.DEEMED,
}

# What has been done, in words, for the history and for whoever follows it.
DONE: Mapping[str, Any] = {
    "file": _("Keberatan diajukan"),
    **SHARED_DONE,
    "begin_review": _("Pemeriksaan dimulai"),
    "propose": _("Konsep keputusan diajukan"),
    "send_back": _("Konsep dikembalikan"),
    "uphold": _("Keberatan dikabulkan"),
    "uphold_partly": _("Keberatan dikabulkan sebagian"),
    "refuse": _("Keberatan ditolak"),
    "withdraw": _("Keberatan ditarik"),
    "deem_granted": _("Dianggap dikabulkan: sepuluh hari kerja lewat tanpa keputusan"),
    "carry_out": _("Keberatan yang dianggap dikabulkan dilaksanakan"),
    **permits.PAPER_LETTERS_DONE,
}
# What anybody with the code reads of it.
PUBLIC_ACTS = frozenset(
    {"file", "begin_review", "withdraw", "deem_granted", "carry_out", *OUTCOMES}
)
