"""
The search of officers over everything: by number, name, address, everyday words, a person's number; narrowed.

What is no permit's case (a complaint, a consultation, an objection) is found by its own number, code or telephone.
"""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST

from satupintu.catalogue.queries import search_services
from satupintu.lib import clock
from satupintu.lib.language import current_language
from satupintu.office.queries import local_date
from satupintu.people.queries import actor_for
from satupintu.people.rules import Actor
from satupintu.permits import queries
from satupintu.permits.pages.officer.desk import reads_cases
from satupintu.permits.pages.officer.lists import rows_of, search_context
from satupintu.permits.queries import FOUND_PAGE, SearchFilter, Typed
from satupintu.permits.registration import Beside, found_elsewhere
from satupintu.permits.rules import KIND_PERMIT
from satupintu.permits.services.findable import note_search
from satupintu.workflow.queries import Case, Cursor, NotFound, get_case_for, page_of

LONGEST = 120
SERVICES_SHOWN = 5


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@reads_cases
@require_POST
def search(request: HttpRequest) -> HttpResponse:
    """
    Find cases. By POST, because what is typed may be somebody's identity number: it belongs in no address.

    A whole number of a person is a look at personal data, and recorded as one before anything is shown.
    """
    actor, at = actor_for(request), clock.now()
    given = request.POST
    others: list[Beside] = []
    typed = queries.read_typed(given.get("q", "").replace("\x00", "")[:LONGEST])
    wanted = SearchFilter(
        service_code=given.get("layanan", "")[:60],
        unit_code=given.get("unit", "")[:40],
        first=_day(given.get("dari", "")),
        last=_day(given.get("sampai", "")),
    )
    cursor = Cursor.from_text(given.get("sesudah", ""))
    before = (cursor.due_at, cursor.task_id) if cursor else None
    if before is None:
        note_search(typed, by=actor, at=at)
        if (other := _of_another_kind(actor, typed)) is not None:
            return HttpResponseRedirect(page_of(other))
        others = found_elsewhere(actor, typed.tracking_code, typed.phone)
    exact = [] if before else queries.find_exact(actor, typed)
    if len(exact) == 1 and exact[0].number.casefold() == typed.text.casefold():
        return HttpResponseRedirect(page_of(exact[0]))
    return render(
        request,
        "permits/officer/search.html",
        search_context(wanted, typed.text)
        | {
            "searched": True,
            "exact": rows_of(exact),
            "others": others,
            "services": [] if before else _services(typed, local_date(at)),
            "again": cursor is not None,
        }
        | _many(request, typed, wanted, before, {case.pk for case in exact}),
    )


def _of_another_kind(actor: Actor, typed: Typed) -> Case | None:
    """Return the complaint, objection or whatever is no permit's case that has exactly this number."""
    if not any(sign.isdigit() for sign in typed.text) or typed.looked_up:
        return None
    try:
        found = get_case_for(actor, typed.text.upper())
    except NotFound:
        return None
    return None if found.kind == KIND_PERMIT else found


def _many(
    request: HttpRequest,
    typed: Typed,
    wanted: SearchFilter,
    before: tuple[datetime, UUID] | None,
    shown_already: set[UUID],
) -> dict[str, Any]:
    found = queries.find_many(actor_for(request), typed, wanted, before)
    shown = found[:FOUND_PAGE]
    following = ""
    if len(found) > FOUND_PAGE:
        following = Cursor(shown[-1].opened_at.astimezone(UTC), shown[-1].pk).to_text()
    return {
        "rows": rows_of([case for case in shown if case.pk not in shown_already]),
        "following": following,
        "by_number": bool(typed.looked_up),
    }


def _services(typed: Typed, today: date) -> list[dict[str, str]]:
    """Return the services that everyday words mean."""
    if not typed.words:
        return []
    found = search_services(typed.text, current_language(), today)[:SERVICES_SHOWN]
    return [
        {"code": one.code, "title": one.definition.title_in(current_language())} for one in found
    ]
