"""Judging a permit service by message: the survey's address, for whoever knows the tracking code."""

from django.conf import settings

from satupintu.lib.codes import BadCode
from satupintu.messaging.dialogues.talk import Outcome
from satupintu.messaging.registry import Asked, register_action
from satupintu.office.services import allow, spent
from satupintu.people.rules import GUESSES_AN_HOUR
from satupintu.permits import queries as permits
from satupintu.portal import survey

_HOUR = 3600


def register() -> None:
    register_action(
        "portal.survey",
        survey_of,
        {"found": frozenset({"link"}), "none": frozenset(), "too_often": frozenset()},
    )


def survey_of(asked: Asked) -> Outcome:
    """Return where the service behind a tracking code may be judged. Tries are counted as for tracking."""
    subject = str(asked.identity_id)
    if spent("track", subject, limit=GUESSES_AN_HOUR, window_seconds=_HOUR, at=asked.at):
        return Outcome("too_often")
    try:
        application = permits.track(str(asked.memory["code"]))
    except BadCode:
        return Outcome("none")
    if application is None:
        allow("track", subject, limit=GUESSES_AN_HOUR, window_seconds=_HOUR, at=asked.at)
        return Outcome("none")
    found = (survey.open_at(file.case.pk) for file in permits.files_of(application))
    path = next(filter(None, found), "")
    return Outcome("found", {"link": f"{settings.BASE_URL}{path}"}) if path else Outcome("none")
