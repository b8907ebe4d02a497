"""
The grammar of a case: lifecycles as literal tables, the two terms that run beside it, and the chain of its log.

A domain writes its own lifecycle as a `Lifecycle`; this module says what such a table means. Nothing here knows a
permit from a complaint.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from satupintu.lib import words
from satupintu.lib.workingtime import WorkCalendar, add_working_days, extend_due, working_minutes
from satupintu.people.rules import Role

# --- Moves ---------------------------------------------------------------------------------


class TermEffect(StrEnum):
    """What a move does to a term. PAUSE..RESTART mirror OSS status 41 to 44."""

    KEEP = "keep"
    START = "start"
    PAUSE = "pause"  # 41, or returned for repair
    RESUME = "resume"  # 42: the paused working minutes are added
    RESET = "reset"  # 43: stops and returns to the beginning
    RESTART = "restart"  # 44: runs again from zero
    STOP = "stop"


class Tone(StrEnum):
    QUIET = "quiet"
    INFO = "info"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Status:
    """A state as people read it. `waiting` says for whom: "applicant", "office", "unit", "" (nobody)."""

    label: Any
    tone: Tone = Tone.INFO
    waiting: str = "office"
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """
    One legal move. `to` None keeps the state. `terms` says what it does to which term, by the term's name.

    `or_to` are the other states to which the owner's service may lead it, for a case that returns to where it was.
    """

    to: str | None
    roles: frozenset[Role]
    label: Any
    terms: Mapping[str, TermEffect] = field(default_factory=dict)
    reason_required: bool = False
    weight: str = "secondary"  # how the button looks: primary, secondary, danger, quiet
    or_to: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """All states and moves of one kind of case. `opening` is the action that creates the case."""

    name: str
    opening: str
    states: Mapping[str, Status]
    moves: Mapping[tuple[str, str], Move]

    def move(self, state: str, action: str) -> Move | None:
        """Return the move, or None when it is not in the table. "*" in the table means any open state."""
        found = self.moves.get((state, action))
        if found is None and not self.states.get(state, _NOWHERE).closed:
            found = self.moves.get(("*", action))
        return found

    def actions(self, state: str, roles: frozenset[Role]) -> dict[str, Move]:
        """Return the moves open to somebody with `roles` in `state`: what the buttons show."""
        names = [name for at, name in self.moves if at in (state, "*")]
        found = {name: self.move(state, name) for name in names}
        return {name: move for name, move in found.items() if move and move.roles & roles}

    def is_closed(self, state: str) -> bool:
        return self.states.get(state, _NOWHERE).closed


_NOWHERE = Status(label="", closed=False)
NEW = ""  # the state before the opening move
KIND_REPLAYED = "replayed"  # cases of foreign logs


# --- Terms ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Term:
    """
    A term of working days that runs beside a case.

    `due_at` is what holds now. `first_due_at` is the first date that was promised and never moves. `counted_due_at`
    is what statistics judge: the first date plus what the law lets the office not count (waiting for the applicant),
    never calendar edits or the office's own extensions. `pauses` are [from, until) pairs, the last may be open.
    `extensions` are (when it was decided, working days) pairs.
    """

    days: int = 0
    started_at: datetime | None = None
    due_at: datetime | None = None
    first_due_at: datetime | None = None
    counted_due_at: datetime | None = None
    pauses: tuple[tuple[datetime, datetime | None], ...] = ()
    extensions: tuple[tuple[datetime, int], ...] = ()
    stopped_at: datetime | None = None

    @property
    def running(self) -> bool:
        return bool(self.started_at) and not self.paused and not self.stopped_at

    @property
    def paused(self) -> bool:
        return bool(self.pauses) and self.pauses[-1][1] is None

    def to_json(self) -> dict[str, Any]:
        return {
            "days": self.days,
            "started_at": utc_text(self.started_at),
            "due_at": utc_text(self.due_at),
            "first_due_at": utc_text(self.first_due_at),
            "counted_due_at": utc_text(self.counted_due_at),
            "pauses": [[utc_text(a), utc_text(b)] for a, b in self.pauses],
            "extensions": [[utc_text(at), days] for at, days in self.extensions],
            "stopped_at": utc_text(self.stopped_at),
        }

    @staticmethod
    def from_json(stored: Mapping[str, Any] | None) -> "Term":
        if not stored:
            return Term()
        return Term(
            days=stored["days"],
            started_at=_moment(stored["started_at"]),
            due_at=_moment(stored["due_at"]),
            first_due_at=_moment(stored["first_due_at"]),
            counted_due_at=_moment(stored["counted_due_at"]),
            pauses=tuple((datetime.fromisoformat(a), _moment(b)) for a, b in stored["pauses"]),
            extensions=tuple(
                (datetime.fromisoformat(at), days) for at, days in stored.get("extensions", ())
            ),
            stopped_at=_moment(stored["stopped_at"]),
        )


def utc_text(moment: datetime | None) -> str | None:
    """Return a moment as ISO 8601 in UTC: the form in which it is stored and hashed. None stays None."""
    return moment.astimezone(UTC).isoformat() if moment else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _due(term: Term, start: datetime, calendar: WorkCalendar) -> datetime:
    """Return when a term that began at `start` ends: the nth closing, then its pauses and extensions in their order."""
    due = add_working_days(start, term.days, calendar)
    happened: list[tuple[datetime, datetime | None, int]] = [
        *((since, until, 0) for since, until in term.pauses if until is not None),
        *((decided_at, None, days) for decided_at, days in term.extensions),
    ]
    for since, until, days in sorted(happened, key=lambda one: one[0]):
        if until is not None:
            due = waited(due, since, until, calendar)
        else:
            due = add_working_days(max(due, since), days, calendar)
    return due


def waited(due: datetime, since: datetime, until: datetime, calendar: WorkCalendar) -> datetime:
    """
    Return a due moment after the clock stood still: the working minutes that passed are added, rounded up to closing.

    A date that was missed before the clock stopped stays missed: waiting does not make it kept.
    """
    if due < since:
        return due
    return extend_due(due, working_minutes(since, until, calendar), calendar)


def apply_effect(
    term: Term, effect: TermEffect, *, at: datetime, calendar: WorkCalendar, days: int | None = None
) -> Term:
    """
    Return the term after `effect` at `at`.

    `days` gives the length in working days when the term starts anew; None keeps the length it has. A term without
    days never starts. Source: domain rule of the office's decree; pause and restart as OSS status 41 to 44.
    """
    length = term.days if days is None else days
    if effect in (TermEffect.START, TermEffect.RESTART):
        return _started(term, at=at, days=length, calendar=calendar)
    if effect is TermEffect.PAUSE and term.running:
        return replace(term, pauses=(*term.pauses, (at, None)))
    if effect is TermEffect.RESET and term.started_at and not term.stopped_at:
        return replace(term, started_at=None, due_at=None, pauses=(), extensions=())
    if effect is TermEffect.RESUME and term.paused:
        since = term.pauses[-1][0]
        return replace(
            term,
            pauses=(*term.pauses[:-1], (since, at)),
            due_at=waited(term.due_at, since, at, calendar) if term.due_at else None,
            counted_due_at=(
                waited(term.counted_due_at, since, at, calendar) if term.counted_due_at else None
            ),
        )
    if effect is TermEffect.STOP and term.started_at:
        closed = tuple((a, b or at) for a, b in term.pauses)
        return replace(term, stopped_at=at, pauses=closed)
    return term


def _started(term: Term, *, at: datetime, days: int, calendar: WorkCalendar) -> Term:
    if days < 1:
        return term
    due = add_working_days(at, days, calendar)
    return Term(
        days=days,
        started_at=at,
        due_at=due,
        first_due_at=term.first_due_at or due,
        # A term that starts anew does so for what the applicant owed, so the count starts anew with it.
        counted_due_at=due,
    )


def extended(term: Term, *, days: int, at: datetime, calendar: WorkCalendar) -> Term:
    """
    Return the term with `days` working days more by the office's own decision at `at`; the counted date stays.

    The days count from the date that holds, or from `at` when that has passed: nobody is promised a day that is over.
    """
    if days < 1 or not term.due_at:
        raise ValueError("An extension is at least one working day of a term that runs.")
    return replace(
        term,
        extensions=(*term.extensions, (at, days)),
        due_at=add_working_days(max(term.due_at, at), days, calendar),
    )


def recomputed(term: Term, *, at: datetime, calendar: WorkCalendar) -> Term:
    """
    Return the term under a changed calendar.

    Only a running or paused term whose date is still ahead moves: a missed date stays missed. The counted and the
    first date stay, so that closing the office cannot improve a figure.
    """
    if not term.started_at or term.stopped_at or not term.due_at or term.due_at <= at:
        return term
    return replace(term, due_at=_due(term, term.started_at, calendar))


def is_on_time(done_at: datetime, term: Term) -> bool | None:
    """Return whether `done_at` kept the counted date; None when nothing was promised."""
    return None if term.counted_due_at is None else done_at <= term.counted_due_at


# --- The chain -----------------------------------------------------------------------------

CANONICAL_VERSION = 2  # 1: without what the row left behind (Transition.effects)
FIRST_HASH = "0" * 64


def canonical(value: Any) -> str:
    """Return JSON with sorted keys and no spaces: the form that is hashed."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


def digest(value: Any) -> str:
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def text_digest(text: str, salt: str) -> str:
    """Return the salted digest by which free text enters the chain; "" for no text."""
    return hashlib.sha256(f"{salt}\n{text}".encode()).hexdigest() if text else ""


def row_hash(previous: str, row: Mapping[str, Any], version: int = CANONICAL_VERSION) -> str:
    """Return the hash of a log row in its canonical form `version`, chained to the case's previous row."""
    return hashlib.sha256(f"{version}\n{previous}\n{canonical(row)}".encode()).hexdigest()


# --- Tasks ---------------------------------------------------------------------------------


class TaskState(StrEnum):
    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class NewTask:
    """What a unit owes from now on: opened by a move, closed by another."""

    stage: str
    role: Role
    unit_id: int
    due_at: datetime
    days: int = 0  # working days it is given; 0 when `due_at` comes from elsewhere
    within: str = ""  # name of the case's term that it never outlasts
    assignee_id: int | None = None
    label: str = ""  # key of the stage in the service file; shown through it
    detail: Mapping[str, Any] = field(default_factory=dict)


# The clock of a unit's task stands still with the case's promise: nobody owes anything while the applicant is asked.
LEADING_TERM = "promise"
STANDS_STILL = frozenset({TermEffect.PAUSE, TermEffect.RESET})
RUNS_AGAIN = frozenset({TermEffect.RESUME, TermEffect.RESTART})


def due_within(due: datetime, term: Term) -> datetime:
    """Return a task's due moment, never after the date of the term it belongs to."""
    return min(due, term.due_at) if term.due_at else due


def share_out(
    tasks: Sequence[Any], officers: Iterable[int], load: Mapping[int, int]
) -> dict[Any, int]:
    """Return task -> officer so that open tasks are even: always the one with the fewest, then the lowest id."""
    burden = {officer: load.get(officer, 0) for officer in officers}
    plan: dict[Any, int] = {}
    for task in tasks:
        if not burden:
            break
        officer = min(burden, key=lambda one: (burden[one], one))
        plan[task] = officer
        burden[officer] += 1
    return plan


# In a small office the verifier also serves the counter; nobody stands in for a technical officer or a head.
STANDS_IN_FOR: Mapping[Role, Role] = {Role.VERIFIER: Role.FRONT_OFFICE}


# Who hands out the tasks of a role in their unit without answering them.
HANDS_OUT: Mapping[Role, Role] = {Role.COORDINATOR: Role.TECHNICAL_OFFICER}


def inbox_roles(roles: frozenset[Role]) -> frozenset[Role]:
    """Return the roles whose tasks somebody with `roles` sees in the inbox: to answer, or to hand out."""
    return task_roles(roles) | {HANDS_OUT[role] for role in roles if role in HANDS_OUT}


def task_roles(roles: frozenset[Role]) -> frozenset[Role]:
    """Return the roles whose tasks somebody with `roles` may answer."""
    return roles | {STANDS_IN_FOR[role] for role in roles if role in STANDS_IN_FOR}


def answering_roles(role: Role) -> frozenset[Role]:
    """Return the roles that may answer a task of `role`: what `task_roles` says, read from the task's side."""
    return frozenset(
        {role} | {one for one, stood_for in STANDS_IN_FOR.items() if stood_for == role}
    )


# --- Time left, for officers: hours today, working days later ---------------------------------

_SOON_DAYS = 6


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """Time left until a due moment, as a chip shows it (label, tone, shape) and the moment in words under it."""

    label: str
    tone: str  # good, warn (today), bad (late)
    shape: str
    when: str
    late: bool = False


def time_left(due_at: datetime, at: datetime, calendar: WorkCalendar, language: str) -> TimeLeft:
    """Return the working time left until `due_at`: in hours and minutes on its day, in working days before."""
    today, due = calendar.local(at).date(), calendar.local(due_at)
    when = _when(due, today, language)
    if due_at < at:
        minutes = working_minutes(due_at, at, calendar)
        days = len(calendar.open_days(due.date(), today)) - 1
        spent = words.duration(minutes, language) if days < 1 else _days(days)
        # Right after closing no working time has passed yet: late, but by nothing that can be told.
        label = (
            gettext("terlambat %(time)s") % {"time": spent}
            if days or minutes
            else gettext("terlambat")
        )
        return TimeLeft(label, "bad", "▲", when, late=True)
    days = len(calendar.open_days(today, due.date())) - calendar.is_open_day(today)
    if due.date() == today or days < 1:
        minutes = working_minutes(at, due_at, calendar)
        return TimeLeft(words.duration(minutes, language), "warn", "●", when)
    return TimeLeft(_days(days), "good", "○", when)


def standing_still(
    since: datetime, at: datetime, calendar: WorkCalendar, language: str
) -> TimeLeft:
    """Return what stands in the place of the time left while the clock waits for the applicant since a moment."""
    when = gettext("sejak %(date)s") % {
        "date": words.short_date(calendar.local(since), language)
        if calendar.local(since).date() != calendar.local(at).date()
        else words.clock_time(calendar.local(since), language)
    }
    return TimeLeft(gettext("waktu berhenti"), "quiet", "–", when)


def _days(count: int) -> str:
    return ngettext("%(n)s hari", "%(n)s hari", count) % {"n": count}


def _when(due: datetime, today: date, language: str) -> str:
    clock = words.clock_time(due, language)
    if due.date() == today:
        return gettext("hari ini, %(time)s") % {"time": clock}
    if 0 < (due.date() - today).days <= _SOON_DAYS:
        return words.weekday_name(due.weekday(), language)
    return words.short_date(due, language)


def share_used(opened_at: datetime, due_at: datetime, at: datetime, calendar: WorkCalendar) -> int:
    """Return the percentage (0 to 100) of the working time between two moments that is over at `at`."""
    whole = working_minutes(opened_at, due_at, calendar)
    if whole <= 0 or at >= due_at:
        return 100
    return min(100, round(100 * working_minutes(opened_at, at, calendar) / whole))


# --- Words that every kind of case shares ----------------------------------------------------

CHANNEL_LABELS = {
    "web": _("Web"),
    "counter": _("Loket"),
    "phone": _("Telepon"),
    "whatsapp": _("WhatsApp"),
    "sms": _("SMS"),
    "email": _("Surel"),
    "post": _("Pos"),
    "dropbox": _("Kotak berkas"),
    "system": _("Sistem"),
    "api": _("API"),
    "replay": _("Impor log"),
    "import": _("Impor"),
}
