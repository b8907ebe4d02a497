"""
Complaints (pengaduan): their lifecycle as a table, their days, and who may read what and know whom.

UU 25/2009 Art. 36 and 40 to 50; PermenPANRB 62/2018. The days, categories and routes are data: complaints.toml.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from satupintu.lib.words import fold
from satupintu.lib.workingtime import WorkCalendar
from satupintu.people.rules import Role
from satupintu.workflow.rules import Lifecycle, Move, Status, TermEffect, Tone
from satupintu.workflow.shared_moves import (
    CLOCK_MOVES,
    SHARED_DONE,
    comment_moves,
    erasing_moves,
    handling_moves,
)

KIND_COMPLAINT = "complaint"
LINK = "complaint"  # how a complaint is tied to the case it is about
SERIES = "complaint"

LONGEST_TEXT = 6000
LONGEST_PUBLIC = 2000
FILINGS_AN_HOUR = 5  # of one address, before they are held back
MOST_AN_HOUR = 60  # of one address, before the page asks to come by telephone
CODE_MINUTES = 30
CODE_TRIES = 5
SIMILAR_DAYS = 30
SIMILAR_FROM = 0.35  # share of common words from which two complaints look alike
MOST_STARS = 5


class State(StrEnum):
    HELD = "held"
    RECEIVED = "received"
    ASSIGNED = "assigned"
    DRAFTED = "drafted"
    ANSWERED = "answered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    DISCARDED = "discarded"


STATUSES: Mapping[str, Status] = {
    State.HELD: Status(_("Menunggu pemastian"), Tone.WARN),
    State.RECEIVED: Status(_("Pengaduan diterima"), Tone.INFO),
    State.ASSIGNED: Status(_("Sedang ditindaklanjuti"), Tone.INFO),
    State.DRAFTED: Status(_("Jawaban sedang diperiksa"), Tone.INFO),
    State.ANSWERED: Status(_("Sudah dijawab"), Tone.GOOD, "applicant"),
    State.CLOSED: Status(_("Selesai"), Tone.GOOD, "", closed=True),
    State.WITHDRAWN: Status(_("Ditarik oleh pelapor"), Tone.QUIET, "", closed=True),
    State.DISCARDED: Status(_("Tidak diproses"), Tone.QUIET, "", closed=True),
}
WAITING = (State.HELD, State.RECEIVED, State.ASSIGNED, State.DRAFTED)
UNANSWERED = WAITING

OWN = frozenset({Role.APPLICANT})
SCREENERS = frozenset({Role.COMPLAINT_ADMIN, Role.INSPECTOR})
DRAFTERS = frozenset(
    {
        Role.FRONT_OFFICE,
        Role.VERIFIER,
        Role.TECHNICAL_OFFICER,
        Role.SECTION_HEAD,
        Role.INSPECTOR,
        Role.COMPLAINT_ADMIN,
    }
)
APPROVERS = frozenset({Role.SECTION_HEAD, Role.HEAD, Role.COORDINATOR, Role.INSPECTOR})
OFFICERS = DRAFTERS | APPROVERS
TYPISTS = frozenset({Role.FRONT_OFFICE, Role.VERIFIER, Role.COMPLAINT_ADMIN})
SYSTEM = frozenset({Role.SYSTEM})

START, STOP, RESTART = TermEffect.START, TermEffect.STOP, TermEffect.RESTART
_STOP = {"legal": STOP, "pledge": STOP}
_CLOSED = tuple(state for state, status in STATUSES.items() if status.closed)

# The two terms: "pledge" is the first response, "legal" the answer.
COMPLAINT = Lifecycle(
    name="complaint",
    opening="file",
    states=STATUSES,
    moves={
        ("", "file"): Move(
            State.RECEIVED,
            OWN | TYPISTS | SYSTEM,
            _("Kirim pengaduan"),
            {"legal": START, "pledge": START},
            weight="primary",
            or_to=frozenset({State.HELD}),
        ),
        **handling_moves(
            OFFICERS,
            frozenset({Role.SECTION_HEAD, Role.HEAD, Role.COORDINATOR, Role.COMPLAINT_ADMIN}),
        ),
        **comment_moves(OFFICERS),
        **CLOCK_MOVES,
        **erasing_moves(("*", *_CLOSED)),
        (State.HELD, "confirm"): Move(State.RECEIVED, OWN, _("Pastikan dengan kode")),
        (State.HELD, "accept"): Move(
            State.RECEIVED, SCREENERS, _("Terima: bukan spam"), weight="primary"
        ),
        **{
            (state, "discard"): Move(
                State.DISCARDED,
                SCREENERS,
                _("Sisihkan sebagai spam"),
                _STOP,
                reason_required=True,
                weight="danger",
            )
            for state in (State.HELD, State.RECEIVED)
        },
        (State.DISCARDED, "restore"): Move(
            State.RECEIVED,
            SCREENERS,
            _("Kembalikan: bukan spam"),
            {"legal": RESTART, "pledge": RESTART},
            reason_required=True,
        ),
        **{
            (state, "assign"): Move(
                State.ASSIGNED,
                SCREENERS,
                _("Teruskan ke unit") if state == State.RECEIVED else _("Teruskan ke unit lain"),
                {"pledge": STOP},
                weight="primary" if state == State.RECEIVED else "secondary",
            )
            for state in (State.RECEIVED, State.ASSIGNED)
        },
        (State.ASSIGNED, "draft"): Move(
            State.DRAFTED, DRAFTERS, _("Ajukan konsep jawaban"), weight="primary"
        ),
        (State.DRAFTED, "send_back"): Move(
            State.ASSIGNED, APPROVERS, _("Kembalikan konsep"), reason_required=True
        ),
        (State.DRAFTED, "approve"): Move(
            State.ANSWERED, APPROVERS, _("Setujui dan kirim jawaban"), _STOP, weight="primary"
        ),
        (State.ANSWERED, "rate"): Move(State.CLOSED, OWN, _("Nilai dan tutup"), weight="primary"),
        **{
            (state, "reopen"): Move(
                State.ASSIGNED,
                OWN,
                _("Buka kembali"),
                {"legal": RESTART},
                reason_required=True,
            )
            for state in (State.ANSWERED, State.CLOSED)
        },
        (State.ANSWERED, "close"): Move(State.CLOSED, SYSTEM, _("Tutup otomatis")),
        **{
            (state, "withdraw"): Move(State.WITHDRAWN, OWN, _("Tarik"), _STOP, weight="quiet")
            for state in WAITING
        },
        **{(state, "attach"): Move(None, OWN, _("Tambah lampiran")) for state in WAITING},
        **{
            (state, "publish"): Move(
                None,
                SCREENERS | frozenset({Role.SECTION_HEAD, Role.HEAD, Role.COORDINATOR}),
                _("Umumkan tanpa nama"),
            )
            for state in (State.ANSWERED, State.CLOSED)
        },
    },
)

# Nobody of the office has looked yet whom it is about.
UNSCREENED = frozenset({State.HELD, State.RECEIVED})

STAGE_LABELS: Mapping[str, Any] = {
    "complaint_held": _("Periksa pengaduan yang tertahan"),
    "complaint_screen": _("Telaah pengaduan"),
    "complaint_draft": _("Siapkan jawaban pengaduan"),
    "complaint_approve": _("Setujui jawaban pengaduan"),
    "complaint_late": _("Pengaduan terlambat"),
}

# What has been done, in words.
DONE: Mapping[str, Any] = {
    "file": _("Pengaduan diterima"),
    **SHARED_DONE,
    "confirm": _("Dipastikan pelapor"),
    "accept": _("Dinyatakan bukan spam"),
    "discard": _("Disisihkan"),
    "restore": _("Dikembalikan"),
    "assign": _("Diteruskan ke unit yang menjawab"),
    "draft": _("Konsep jawaban diajukan"),
    "send_back": _("Konsep dikembalikan"),
    "approve": _("Jawaban dikirim"),
    "rate": _("Dinilai pelapor"),
    "reopen": _("Dibuka kembali oleh pelapor"),
    "close": _("Ditutup otomatis"),
    "withdraw": _("Ditarik pelapor"),
    "attach": _("Lampiran ditambahkan pelapor"),
    "publish": _("Diumumkan tanpa nama"),
}
PUBLIC_ACTS = frozenset(
    {
        "file", "confirm", "attach", "assign", "approve", "rate", "reopen", "close", "withdraw",
        "discard",
    }
)  # fmt: skip


# --- Days ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Deadline:
    """A number of days, whether only working days count, and where the number comes from, by language."""

    days: int
    working: bool
    source: Mapping[str, str]


def working_days(deadline: Deadline, start: datetime, calendar: WorkCalendar) -> int:
    """
    Return a deadline from `start` in working days, at least 1: those that fall into its calendar days.

    So a complaint runs on the clock of permits. A day that closes later moves the date by one working day.
    """
    if deadline.working:
        return deadline.days
    first = calendar.local(start).date()
    last = first + timedelta(days=deadline.days)
    return max(1, len(calendar.open_days(first, last)) - calendar.is_open_day(first))


def closes_at(answered: datetime, closing: Deadline) -> datetime:
    """Return when an answered complaint closes by itself; counted in calendar days."""
    return answered + timedelta(days=closing.days)


# --- Who may read, and know whom ----------------------------------------------------------------


class Privacy(StrEnum):
    """How somebody complains."""

    OPEN = "open"  # with their name
    CONFIDENTIAL = "confidential"  # the name is kept apart
    ANONYMOUS = "anonymous"  # no name is kept at all


PRIVACY_LABELS: Mapping[str, Any] = {
    Privacy.OPEN: _("Dengan nama: petugas yang menjawab tahu siapa saya"),
    Privacy.CONFIDENTIAL: _("Rahasia: nama saya disimpan terpisah dari pengaduan"),
    Privacy.ANONYMOUS: _("Tanpa nama: tidak ada data saya yang disimpan"),
}
PRIVACY_SHORT: Mapping[str, Any] = {
    Privacy.OPEN: _("Dengan nama"),
    Privacy.CONFIDENTIAL: _("Rahasia"),
    Privacy.ANONYMOUS: _("Tanpa nama"),
}


class Accused(StrEnum):
    """Whom a complaint is about."""

    NOBODY = "nobody"
    OFFICER = "officer"
    HEAD = "head"
    UNIT = "unit"


ACCUSED_LABELS: Mapping[str, Any] = {
    Accused.NOBODY: _("Pelayanan pada umumnya"),
    Accused.OFFICER: _("Seorang petugas"),
    Accused.HEAD: _("Kepala dinas"),
    Accused.UNIT: _("Perangkat daerah lain"),
}


class Viewer(StrEnum):
    """As what somebody of the office looks at one complaint."""

    ADMIN = "admin"  # of complaints
    INSPECTOR = "inspector"
    HANDLER = "handler"  # a task of it is or was theirs
    AUDITOR = "auditor"
    OTHER = "other"
    ACCUSED = "accused"  # whatever else they are


class Sight(StrEnum):
    """How somebody sees who complains."""

    SHOWN = "shown"
    LOGGED = "logged"  # after a press that is recorded
    NEVER = "never"


# Sealed -> who reads what it says.
READS: Mapping[bool, frozenset[Viewer]] = {
    False: frozenset({Viewer.ADMIN, Viewer.INSPECTOR, Viewer.HANDLER, Viewer.AUDITOR}),
    True: frozenset({Viewer.INSPECTOR, Viewer.HANDLER}),
}
# Who may learn who complains, of those who may read it. What is not here is never.
KNOWS: Mapping[tuple[Privacy, Viewer], Sight] = {
    (Privacy.OPEN, Viewer.ADMIN): Sight.SHOWN,
    (Privacy.OPEN, Viewer.INSPECTOR): Sight.SHOWN,
    (Privacy.OPEN, Viewer.HANDLER): Sight.SHOWN,
    (Privacy.OPEN, Viewer.AUDITOR): Sight.LOGGED,
    (Privacy.CONFIDENTIAL, Viewer.ADMIN): Sight.LOGGED,
    (Privacy.CONFIDENTIAL, Viewer.INSPECTOR): Sight.LOGGED,
}


def may_read(viewer: Viewer, *, sealed: bool) -> bool:
    """Return whether somebody reads what a complaint says."""
    return viewer in READS[sealed]


def sight(viewer: Viewer, privacy: Privacy, *, sealed: bool) -> Sight:
    """Return how somebody sees who complains."""
    if not may_read(viewer, sealed=sealed):
        return Sight.NEVER
    return KNOWS.get((privacy, viewer), Sight.NEVER)


def viewer_as(*, accused: bool, roles: frozenset[Role], handles: bool) -> Viewer:
    """Return as what somebody looks: being accused goes before everything."""
    if accused:
        return Viewer.ACCUSED
    if Role.INSPECTOR in roles:
        return Viewer.INSPECTOR
    if Role.COMPLAINT_ADMIN in roles:
        return Viewer.ADMIN
    if handles:
        return Viewer.HANDLER
    return Viewer.AUDITOR if Role.AUDITOR in roles else Viewer.OTHER


_TITLES = frozenset({"bapak", "ibu", "pak", "bu", "sdr", "saudara", "dr", "drs", "dra", "ir"})


def _words(text: str) -> set[str]:
    return {one for one in fold(text).split() if len(one) > 2}  # noqa: PLR2004  "di", "ke"


def names_officer(text: str, name: str) -> bool:
    """Return whether a text names an officer: a word of their name of four letters or more stands in it."""
    return bool(
        {one for one in _words(name) if len(one) > 3 and one not in _TITLES} & _words(text)  # noqa: PLR2004  "bin"
    )


def likeness(one: str, other: str) -> float:
    """Return the share of common words of two texts, 0 to 1."""
    here, there = _words(one), _words(other)
    return len(here & there) / len(here | there) if here and there else 0.0


# --- Spam ----------------------------------------------------------------------------------------


class Hold(StrEnum):
    """Why a complaint is held back."""

    TRAP = "trap"
    OFTEN = "often"
    UNCONFIRMED = "unconfirmed"


HOLD_LABELS: Mapping[str, Any] = {
    Hold.TRAP: _("Kolom jebakan terisi: mungkin ditulis mesin"),
    Hold.OFTEN: _("Banyak pengaduan dari alamat yang sama dalam satu jam"),
    Hold.UNCONFIRMED: _("Kontak belum dipastikan dengan kode"),
}


def hold(*, trapped: bool, often: bool, unconfirmed: bool) -> Hold | None:
    """Return why something is held back, the gravest first; None for not. A machine throws nothing away."""
    if trapped:
        return Hold.TRAP
    if often:
        return Hold.OFTEN
    return Hold.UNCONFIRMED if unconfirmed else None
