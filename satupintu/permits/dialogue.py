"""What a dialogue says of an application, on every channel. The tracking code is the proof; a number alone is none."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from satupintu.lib import words
from satupintu.lib.codes import BadCode, read_tracking_code
from satupintu.messaging.dialogues.talk import Outcome
from satupintu.messaging.registry import Asked, register_action
from satupintu.office.services import allow, spent
from satupintu.permits.file import file_of
from satupintu.permits.queries import File, files_of, track
from satupintu.permits.rules import GUESSES_AN_HOUR, KIND_PERMIT, TRIES_AN_HOUR
from satupintu.permits.timeline import holding_now
from satupintu.workflow.queries import Case, histories, open_tasks_of

_HOUR = 3600


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
        return Outcome("unknown")
    said = _all(files_of(application), asked.language)
    said.append(f"{settings.BASE_URL}/lacak/{code}/")
    return Outcome("found", {"cases": "\n".join(said)})


def said_of(case: Case, language: str) -> str:
    """Return where a permit's case stands, in a sentence or two; "" for a case of another kind."""
    return "\n".join(_all([file_of(case)], language)) if case.kind == KIND_PERMIT else ""


def _all(files: list[File], language: str) -> list[str]:
    ids = [file.case.pk for file in files]
    rows, tasks = histories(ids), open_tasks_of(ids)
    with translation.override(language):
        return [
            _one(file, rows.get(file.case.pk, []), tasks.get(file.case.pk, []), language)
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
