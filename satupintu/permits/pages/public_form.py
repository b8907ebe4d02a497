"""The blank form of a service, for who writes by hand: at home, at the village office, at the counter."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from satupintu.catalogue.queries import ServiceNotOffered, get_offer
from satupintu.documents.services import render_pdf
from satupintu.lib import clock
from satupintu.lib.kept import kept
from satupintu.people.access import public
from satupintu.permits.services.blank import blank_form


@public
@require_safe
def blank(request: HttpRequest, code: str) -> HttpResponse:  # noqa: ARG001  every view takes the request
    """Return the form of the version that is in force today."""
    answer = HttpResponse(
        _form(code, timezone.localdate(clock.now())), content_type="application/pdf"
    )
    answer["Content-Disposition"] = f'inline; filename="formulir-{code}.pdf"'
    return answer


@kept
def _form(code: str, today: date) -> bytes:
    try:
        offer = get_offer(code, today)
    except ServiceNotOffered as error:
        raise Http404 from error
    return render_pdf("form", blank_form(offer.definition))
