"""Where payment providers tell what happened, and the list by which the office compares a month's money."""

from datetime import date

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from satupintu.fees import reconciliation, services
from satupintu.fees.providers import find_provider
from satupintu.fees.providers.port import Forged
from satupintu.fees.rules import Outcome
from satupintu.lib import clock
from satupintu.people.access import public, staff
from satupintu.people.rules import Role

MOST_BYTES = 64 * 1024
OK, NOT_FOUND, FORBIDDEN, TOO_LARGE, TRY_AGAIN = 200, 404, 403, 413, 503


@csrf_exempt
@public
@require_POST
def notify(request: HttpRequest, provider: str) -> HttpResponse:
    """
    Take a provider's notification: 200 when it is kept, whatever follows from it; 403 for what it did not sign.

    503 while others move the case without end: the provider sends it again, as it does when nobody answered.

    The signature is checked on the raw bytes, before anything is read from them.
    """
    found = find_provider(provider)
    if found is None:
        return JsonResponse({"error": "unknown provider"}, status=NOT_FOUND)
    if len(request.body) > MOST_BYTES:
        return JsonResponse({"error": "too large"}, status=TOO_LARGE)
    at = clock.now()
    try:
        notice = found.read(request.body, request.headers, at)
    except Forged:
        return JsonResponse({"error": "not believed"}, status=FORBIDDEN)
    outcome = services.take_notice(found.code, notice, body=request.body, at=at)
    status = TRY_AGAIN if outcome is Outcome.RECEIVED else OK
    return JsonResponse({"outcome": outcome.value}, status=status)


@staff(Role.FRONT_OFFICE, Role.VERIFIER, Role.SECTION_HEAD, Role.HEAD, Role.AUDITOR)
@require_safe
def reconcile(request: HttpRequest) -> HttpResponse:
    """Show what was assessed, paid and given back in a month, and what does not fit together. `bulan` is "2026-11"."""
    month = reconciliation.month_of(request.GET.get("bulan", ""), timezone.localdate(clock.now()))
    found = reconciliation.month(month)
    return render(request, "fees/reconcile.html", {"found": found, "months": _around(month)})


def _around(month: date) -> tuple[date, date]:
    return reconciliation.before(month), reconciliation.after(month)
