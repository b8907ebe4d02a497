"""
Consultations (konsultasi): a question to the office as a case, from the question to an answer, and what is counted.

No regulation names days for one; UU 25/2009 Art. 34 asks for service without delay. The days and topics are data:
consultations.toml.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median
from typing import Any

from django.utils.translation import gettext_lazy as _

from satupintu.lib.words import fold
from satupintu.people.rules import Role
from satupintu.workflow.rules import Lifecycle, Move, Status, TermEffect, Tone
from satupintu.workflow.shared_moves import (
    CLOCK_MOVES,
    SHARED_DONE,
    comment_moves,
    erasing_moves,
    handling_moves,
)

KIND_CONSULTATION = "consultation"
LINK = "consultation"  # how a consultation is tied to the case it is about
SERIES = "consultation"
STAGE, STAGE_LATE = "consultation_answer", "consultation_late"

LONGEST_QUESTION = 4000
A_DAY = 10  # of one identity
AN_HOUR = 10  # of one address


class ConsultationState(StrEnum):
    """Whose turn it is."""

    ASKED = "asked"
    QUESTIONED = "questioned"  # the office asks back, and the clock stands
    ANSWERED = "answered"
    CLOSED = "closed"
    DISCARDED = "discarded"


CONSULTATION_STATUSES: Mapping[str, Status] = {
    ConsultationState.ASKED: Status(_("Menunggu jawaban petugas"), Tone.INFO),
    ConsultationState.QUESTIONED: Status(_("Menunggu keterangan penanya"), Tone.WARN, "applicant"),
    ConsultationState.ANSWERED: Status(_("Pertanyaan dijawab"), Tone.GOOD, "applicant"),
    ConsultationState.CLOSED: Status(_("Konsultasi selesai"), Tone.GOOD, "", closed=True),
    ConsultationState.DISCARDED: Status(_("Bukan pertanyaan"), Tone.QUIET, "", closed=True),
}
OPEN = (ConsultationState.ASKED, ConsultationState.QUESTIONED, ConsultationState.ANSWERED)
WAITING = (ConsultationState.ASKED,)

OWN = frozenset({Role.APPLICANT})
SYSTEM = frozenset({Role.SYSTEM})
OFFICERS = frozenset(
    {
        Role.FRONT_OFFICE,
        Role.VERIFIER,
        Role.TECHNICAL_OFFICER,
        Role.COORDINATOR,
        Role.SECTION_HEAD,
        Role.HEAD,
    }
)
START, PAUSE, RESUME = TermEffect.START, TermEffect.PAUSE, TermEffect.RESUME
STOP, RESTART = TermEffect.STOP, TermEffect.RESTART
_STOPS, _PAUSES, _RESUMES = {"promise": STOP}, {"promise": PAUSE}, {"promise": RESUME}
_CLOSED = tuple(state for state, status in CONSULTATION_STATUSES.items() if status.closed)

# The answer is the "promise", on the clock of permits: it stands still while the office waits for the person.
CONSULTATION = Lifecycle(
    name="consultation",
    opening="ask",
    states=CONSULTATION_STATUSES,
    moves={
        ("", "ask"): Move(
            ConsultationState.ASKED,
            OWN | OFFICERS | SYSTEM,
            _("Ajukan pertanyaan"),
            {"promise": START},
            weight="primary",
        ),
        **handling_moves(OFFICERS, frozenset({Role.SECTION_HEAD, Role.HEAD, Role.COORDINATOR})),
        **comment_moves(OFFICERS),
        **CLOCK_MOVES,
        **erasing_moves(("*", *_CLOSED)),
        **{
            (state, "sort"): Move(None, OFFICERS, _("Ubah topik dan kaitan"))
            for state in ("*", *_CLOSED)
        },
        **{
            (state, "hand_over"): Move(None, OFFICERS, _("Serahkan"))
            for state in (ConsultationState.ASKED, ConsultationState.QUESTIONED)
        },
        **{
            (state, "answer"): Move(
                ConsultationState.ANSWERED, OFFICERS, _("Kirim jawaban"), _STOPS, weight="primary"
            )
            for state in (ConsultationState.ASKED, ConsultationState.QUESTIONED)
        },
        (ConsultationState.ASKED, "ask_back"): Move(
            ConsultationState.QUESTIONED, OFFICERS, _("Minta keterangan"), _PAUSES
        ),
        (ConsultationState.QUESTIONED, "reply"): Move(
            ConsultationState.ASKED, OWN | OFFICERS | SYSTEM, _("Balas"), _RESUMES
        ),
        (ConsultationState.ANSWERED, "reply"): Move(
            ConsultationState.ASKED, OWN | OFFICERS | SYSTEM, _("Balas"), {"promise": RESTART}
        ),
        **{
            (state, "close"): Move(
                ConsultationState.CLOSED, OFFICERS | SYSTEM, _("Tutup konsultasi"), _STOPS
            )
            for state in (ConsultationState.QUESTIONED, ConsultationState.ANSWERED)
        },
        **{
            (state, action): Move(None, roles, label)
            for state in OPEN
            for action, roles, label in (
                ("ask_meeting", OWN, _("Minta janji temu")),
                ("offer_meeting", OFFICERS, _("Tawarkan waktu temu")),
                ("book_meeting", OWN | OFFICERS, _("Tetapkan janji temu")),
                ("cancel_meeting", OWN | OFFICERS, _("Batalkan janji temu")),
            )
        },
        (ConsultationState.ANSWERED, "rate"): Move(
            ConsultationState.CLOSED, OWN, _("Nilai dan tutup")
        ),
        (ConsultationState.CLOSED, "rate"): Move(None, OWN, _("Nilai")),
        (ConsultationState.ASKED, "discard"): Move(
            ConsultationState.DISCARDED,
            OFFICERS,
            _("Bukan pertanyaan"),
            _STOPS,
            reason_required=True,
            weight="danger",
        ),
    },
)

CONSULTATION_STAGES: Mapping[str, Any] = {
    STAGE: _("Jawab konsultasi"),
    STAGE_LATE: _("Konsultasi terlambat dijawab"),
}

# What has been done, in words.
CONSULTATION_DONE: Mapping[str, Any] = {
    "ask": _("Pertanyaan diterima"),
    **SHARED_DONE,
    "sort": _("Topik dan kaitan diubah"),
    "hand_over": _("Diserahkan"),
    "answer": _("Dijawab petugas"),
    "ask_back": _("Keterangan diminta"),
    "reply": _("Penanya membalas"),
    "close": _("Konsultasi ditutup"),
    "ask_meeting": _("Janji temu diminta"),
    "offer_meeting": _("Waktu temu ditawarkan"),
    "book_meeting": _("Janji temu ditetapkan"),
    "cancel_meeting": _("Janji temu dibatalkan"),
    "rate": _("Dinilai penanya"),
    "discard": _("Disisihkan: bukan pertanyaan"),
}
ASKER_SEES = frozenset(CONSULTATION_DONE) - {
    "take", "release", "reassign", "comment", "calendar_changed", "notice_deadline", "erase_note", "sort",
}  # fmt: skip


# --- What somebody writes ---------------------------------------------------------------------------

_THANKS = frozenset([
    "terima", "kasih", "makasih", "trims", "trimakasih", "tks", "thx", "thanks", "thank", "you",
    "ok", "oke", "okay", "baik", "siap", "sip", "mantap", "paham", "mengerti", "jelas", "sudah",
    "ya", "iya", "pak", "bu", "bapak", "ibu", "kak", "min", "banyak", "atas", "jawabannya",
    "infonya", "informasinya", "bantuannya", "sekali", "very", "much", "for", "the", "answer",
    "noted", "nggih", "inggih",
])  # fmt: skip
_LONGEST_THANKS = 8  # words


def is_thanks(text: str) -> bool:
    """Return whether a reply is only thanks or agreement: it reopens nothing. A question mark is never that."""
    words = fold(text).split()
    if not words or len(words) > _LONGEST_THANKS or "?" in text:
        return False
    return all(word in _THANKS for word in words)


def topic_of(text: str, topics: Iterable[tuple[str, Sequence[str]]], otherwise: str) -> str:
    """
    Return the key of the topic most of whose words stand in a question, the first of equals; `otherwise` for none.

    `topics` are (key, folded words). An officer can change it.
    """
    said = f" {fold(text)} "
    best, most = otherwise, 0
    for key, words in topics:
        count = sum(f" {word} " in said for word in words)
        if count > most:
            best, most = key, count
    return best


# --- What is counted --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """One consultation as the statistics see it. `waited` is working minutes to the first answer, None: none yet."""

    topic: str
    channel: str
    waited: int | None
    on_time: bool | None
    is_open: bool
    stars: int | None


@dataclass(frozen=True, slots=True)
class Tally:
    """
    One line of the statistics. `on_time` counts first answers within the promise, `wait` is the median of working
    minutes to the first answer, `rating` the mean; None where nothing is there to count.
    """

    key: str
    came: int
    answered: int
    on_time: int
    open: int
    wait: int | None
    rating: float | None


def tally(key: str, rows: Sequence[Asked]) -> Tally:
    """Return one line over some consultations."""
    waits = [one.waited for one in rows if one.waited is not None]
    stars = [one.stars for one in rows if one.stars is not None]
    return Tally(
        key,
        came=len(rows),
        answered=len(waits),
        on_time=sum(bool(one.on_time) for one in rows),
        open=sum(one.is_open for one in rows),
        wait=round(median(waits)) if waits else None,
        rating=sum(stars) / len(stars) if stars else None,
    )
