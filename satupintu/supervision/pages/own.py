"""The holder's side: what was decided about their permit, and the letters."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from satupintu.documents.queries import FileMissing, serve
from satupintu.lib import clock
from satupintu.lib.language import current_language
from satupintu.people.access import signed_in
from satupintu.permits.queries import permit_of_case
from satupintu.permits.rules import OBJECTION_DAYS
from satupintu.supervision import queries
from satupintu.supervision.pages.desk import get_supervision
from satupintu.supervision.pages.shown import lines_of, sentence, steps_of
from satupintu.workflow.queries import NotFound, history, title_of


@signed_in
@never_cache
@require_safe
def supervision(request: HttpRequest, number: str) -> HttpResponse:
    """Show to its holder what was decided about a permit: sanctions, what to put right by when, letters."""
    actor, found = get_supervision(request, number)
    if found.case.party_id not in actor.party_ids:
        raise Http404
    sanctions = queries.sanctions_of(found.pk)
    context = {
        "case": found.case,
        "about": found.about,
        "permit": permit_of_case(found.about_id),
        "service": title_of(found.about, current_language()),
        "now": [sentence(one) for one in queries.in_force(sanctions)],
        "lines": lines_of(sanctions, office=False),
        "steps": steps_of(history(found.case), office=False),
        "objection_days": OBJECTION_DAYS,
    }
    return render(request, "supervision/own.html", context)


@signed_in
@never_cache
@require_safe
def letter(request: HttpRequest, number: str, document_id: UUID) -> HttpResponseBase:
    """Show a sanction's letter to the holder, and to officers who may read the permit's case."""
    _actor, found = get_supervision(request, number)
    try:
        document = queries.document_of(found, document_id)
        return serve(document, watermark=None, at=clock.now())
    except (NotFound, FileMissing) as error:
        raise Http404 from error
