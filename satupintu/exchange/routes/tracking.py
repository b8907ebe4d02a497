"""Where an application stands, for whoever holds its code: public, as the page is, and counted with it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from satupintu.exchange import shapes
from satupintu.exchange.door import is_spent, reply, too_often
from satupintu.exchange.problems import Problem
from satupintu.lib import clock
from satupintu.lib.codes import BadCode
from satupintu.lib.language import current_language
from satupintu.office.services import allow
from satupintu.people.access import HOUR, counted_address
from satupintu.people.rules import GUESSES_AN_HOUR
from satupintu.permits import rules
from satupintu.permits.queries import File, files_of, track
from satupintu.permits.rules import TRIES_AN_HOUR
from satupintu.permits.timeline import build_timeline, holding_now
from satupintu.permits.words import initials_of
from satupintu.workflow.queries import histories, open_tasks_of

router = Router(tags=["tracking"])


@router.get("/tracking/{code}", response=shapes.Tracking, url_name="tracking", operation_id="track")
def tracking(request: HttpRequest, code: str) -> HttpResponse:
    """Return where an application stands: its timeline, who has it now, the promised date."""
    at, here = clock.now(), counted_address(request)
    if is_spent("track", here, limit=GUESSES_AN_HOUR, at=at):
        raise too_often(at, HOUR)
    try:
        application = track(code[:40])
    except BadCode as error:
        raise Problem("not-found", error.message) from error
    if application is None:
        allow("track", here, limit=GUESSES_AN_HOUR, window_seconds=HOUR, at=at)
        if not allow("track-unknown", here, limit=TRIES_AN_HOUR, window_seconds=HOUR, at=at):
            raise too_often(at, HOUR)
        raise Problem(
            "not-found", _("Kami tidak menemukan permohonan dengan kode ini. Periksa lagi.")
        )
    files = files_of(application)
    ids = [file.case.pk for file in files]
    rows, tasks = histories(ids), open_tasks_of(ids)
    return reply(
        shapes.Tracking(
            applicant=initials_of(application.party.name),
            submitted_at=application.submitted_at,
            cases=[
                shapes.Tracked.model_validate(
                    tracked(one, rows.get(one.case.pk, []), tasks.get(one.case.pk, []))
                )
                for one in files
            ],
        )
    )


def tracked(file: File, rows: list[Any], tasks: list[Any]) -> dict[str, Any]:
    """Return a case as its applicant reads it: no officer is named. No query."""
    case, used = file.case, current_language()
    closed = file.lifecycle.is_closed(case.state) or case.state in rules.HAS_PERMIT
    holding = holding_now(file, rows, tasks, language=used)
    return {
        "number": case.number,
        "service": file.definition.title_in(used),
        "state": case.state,
        "state_label": str(file.lifecycle.states[case.state].label),
        "promised_at": None if closed or case.promise.paused else case.promise.due_at,
        "first_promised_at": case.promise.first_due_at,
        "holding": None
        if holding is None
        else {
            "who": holding.who,
            "role": holding.role,
            "awaited": holding.awaited,
            "since": holding.since,
            "by": holding.by,
            "applicant": holding.is_applicant,
        },
        "timeline": [
            {"title": one.title, "note": one.note, "status": one.status}
            for one in build_timeline(file, rows, tasks, language=used)
        ],
    }
