"""What a dialogue says of an application, on every channel. The tracking code is the proof; a number alone is none."""

from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from satupintu.lib import words
from satupintu.lib.codes import BadCode, keypad, read_tracking_code
from satupintu.lib.numbering import numbers_of_digits
from satupintu.messaging.dialogues.talk import Outcome
from satupintu.messaging.queries import can_text
from satupintu.messaging.registry import Asked, register_action
from satupintu.office import queries as office
from satupintu.office.services import allow, spent
from satupintu.people.rules import GUESSES_AN_HOUR
from satupintu.permits.file import file_of
from satupintu.permits.queries import Application, File, files_of, find_numbered, track
from satupintu.permits.registration import Tracked, tracked_elsewhere
from satupintu.permits.rules import (
    KEY_TRIES_A_CALL,
    KEY_TRIES_AN_HOUR,
    KIND_PERMIT,
    REGISTRATION_SERIES,
    TRIES_AN_HOUR,
)
from satupintu.permits.timeline import holding_now
from satupintu.workflow.queries import Case, histories, open_tasks_of, status_of

_HOUR = 3600
Say = Callable[[File, Sequence[Any], Sequence[Any], str], str]


def register() -> None:
    register_action(
        "permits.track",
        track_by_code,
        {
            "found": frozenset({"cases"}),
            "unknown": frozenset(),
            "bad": frozenset({"why"}),
            "too_often": frozenset(),
        },
    )
    register_action(
        "permits.track_by_keys",
        track_by_keys,
        {
            "found": frozenset({"cases"}),
            "sendable": frozenset({"cases"}),
            "wrong": frozenset(),
            "too_often": frozenset(),
        },
    )


def track_by_code(asked: Asked) -> Outcome:
    """Look an application up by its tracking code. Tries are counted by who asks, as on the page."""
    subject = str(asked.identity_id)
    if spent("track", subject, limit=GUESSES_AN_HOUR, window_seconds=_HOUR, at=asked.at):
        return Outcome("too_often")
    typed = str(asked.memory["code"])
    try:
        code = read_tracking_code(typed)
    except BadCode as error:
        with translation.override(asked.language):
            return Outcome("bad", {"why": error.message})
    application = track(code)
    if application is None:
        allow("track", subject, limit=GUESSES_AN_HOUR, window_seconds=_HOUR, at=asked.at)
        if not allow(
            "track-unknown", subject, limit=TRIES_AN_HOUR, window_seconds=_HOUR, at=asked.at
        ):
            return Outcome("too_often")
        if (elsewhere := tracked_elsewhere(code)) is not None:
            return Outcome(
                "found",
                {"cases": _said_elsewhere(elsewhere, asked.language)},
                private=elsewhere.private,
            )
        return Outcome("unknown")
    files = files_of(application)
    said = _all(files, asked.language)
    said.append(f"{settings.BASE_URL}/lacak/{code}/")
    return Outcome("found", {"cases": "\n".join(said)}, about=files[0].case.pk)


def _said_elsewhere(found: Tracked, language: str) -> str:
    """Return how a complaint, an objection, a question stands, and its page, which says more."""
    said = []
    if found.case is not None:
        with translation.override(language):
            said.append(f"{found.case.number}: {status_of(found.case).label}.")
            if found.due is not None:
                day = words.long_date(timezone.localdate(found.due), language)
                said.append(_("Paling lambat %(day)s.") % {"day": day})
    said.append(f"{settings.BASE_URL}{found.page}")
    return " ".join(said)


def track_by_keys(asked: Asked) -> Outcome:
    """
    Look an application up by the figures of its number and the keys of its tracking code, as pressed on a telephone.

    The keys tell less than the code does, so they are compared for that one application only, and wrong ones are
    counted by the call (`call` in the memory), by the caller and by the application. A right answer never holds the
    code itself: who guessed the keys does not learn it.
    """
    keys = str(asked.memory["keys"])
    application = _numbered(str(asked.memory["number"]), asked)
    counted = [
        ("keys-call", str(asked.memory.get("call", asked.identity_id)), KEY_TRIES_A_CALL),
        ("keys-caller", str(asked.identity_id), KEY_TRIES_AN_HOUR),
    ]
    if application is not None:
        counted.append(("keys-application", str(application.pk), KEY_TRIES_AN_HOUR))
    if _is_spent(counted, asked):
        return Outcome("too_often")
    if application is None or keypad(application.tracking_code) != keys:
        for bucket, subject, limit in counted:
            allow(bucket, subject, limit=limit, window_seconds=_HOUR, at=asked.at)
        return Outcome("too_often" if _is_spent(counted, asked) else "wrong")
    files = files_of(application)
    said = _all(files, asked.language, _spoken)
    written = _all(files, asked.language)
    return Outcome(
        "sendable" if can_text(asked.identity_id) else "found",
        {"cases": " ".join(said)},
        remember={"sms": "\n".join([*written, f"{settings.BASE_URL}/lacak/"])},
        about=files[0].case.pk,
    )


def _is_spent(counted: Sequence[tuple[str, str, int]], asked: Asked) -> bool:
    return any(
        spent(bucket, subject, limit=limit, window_seconds=_HOUR, at=asked.at)
        for bucket, subject, limit in counted
    )


def _numbered(digits: str, asked: Asked) -> Application | None:
    """Return the application with the figures of this number, or this sequence of this year or the last."""
    year = office.local_date(asked.at).year
    pattern = office.get_series(REGISTRATION_SERIES).pattern
    meant = numbers_of_digits(pattern, digits, years=(year, year - 1))
    return next((found for one in meant if (found := find_numbered(one))), None)


def said_of(case: Case, language: str) -> str:
    """Return where a permit's case stands, in a sentence or two; "" for a case of another kind."""
    return "\n".join(_all([file_of(case)], language)) if case.kind == KIND_PERMIT else ""


def _all(files: list[File], language: str, say: Say | None = None) -> list[str]:
    ids = [file.case.pk for file in files]
    rows, tasks = histories(ids), open_tasks_of(ids)
    with translation.override(language):
        return [
            (say or _one)(file, rows.get(file.case.pk, []), tasks.get(file.case.pk, []), language)
            for file in files
        ]


def _one(file: File, rows: Sequence[Any], tasks: Sequence[Any], language: str) -> str:
    """Return one case in a sentence or two: service, state, who has it, by when. No name of a person."""
    state = file.lifecycle.states[file.case.state]
    parts = [f"{file.definition.title_in(language)} ({file.case.number}): {state.label}."]
    holding = holding_now(file, rows, tasks, language=language)
    if holding is not None and holding.awaited:
        by = f" ({words.short_date(holding.by, language)})" if holding.by else ""
        parts.append(f"{holding.who}: {holding.awaited}{by}.")
    promise = file.case.promise
    if holding is not None and promise.due_at and not promise.paused:
        day = words.long_date(timezone.localdate(promise.due_at), language)
        parts.append(_("Selesai selambat-lambatnya %(day)s.") % {"day": day})
    return " ".join(parts)


def _spoken(file: File, rows: Sequence[Any], tasks: Sequence[Any], language: str) -> str:
    """Return one case in short sentences to be heard: no number, no brackets, no name of a person."""
    state = file.lifecycle.states[file.case.state]
    parts = [f"{file.definition.title_in(language)}.", f"{state.label}."]
    holding = holding_now(file, rows, tasks, language=language)
    if holding is not None and holding.awaited:
        parts.append(f"{holding.who}: {holding.awaited}.")
        if holding.by:
            day = words.long_date(holding.by, language)
            parts.append(_("Paling lambat %(day)s.") % {"day": day})
    promise = file.case.promise
    if holding is not None and promise.due_at and not promise.paused:
        day = words.long_date(timezone.localdate(promise.due_at), language)
        parts.append(_("Selesai selambat-lambatnya %(day)s.") % {"day": day})
    return " ".join(parts)
