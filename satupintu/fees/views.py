"""Where payment providers tell what happened."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from satupintu.fees import services
from satupintu.fees.providers import find_provider
from satupintu.fees.providers.port import Forged
from satupintu.fees.rules import Outcome
from satupintu.lib import clock
from satupintu.people.access import public

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
        services.refuse_notice(found.code, body=request.body, at=at)
        return JsonResponse({"error": "not believed"}, status=FORBIDDEN)
    outcome = services.take_notice(found.code, notice, body=request.body, at=at)
    status = TRY_AGAIN if outcome is Outcome.RECEIVED else OK
    return JsonResponse({"outcome": outcome.value}, status=status)
