"""
Calls of other servers: checked by their transport on the raw bytes, kept, answered; read later by a worker.

A call that is refused, malformed or too large keeps nothing. A transport that fails on what it was sent answers 400 and
not 500: a server that gets 500 sends the same again for days.
"""

import structlog
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from satupintu.lib import clock
from satupintu.messaging.channels import transport_named
from satupintu.messaging.channels.port import Hook, Hooked
from satupintu.messaging.services import take
from satupintu.people.access import client_address, public

log = structlog.get_logger()

MOST_BYTES = 3 * 1024 * 1024  # of one call; files are fetched apart


@csrf_exempt
@public
@never_cache
def hook(request: HttpRequest, name: str, rest: str = "") -> HttpResponse:
    """Take a call for a transport of this office at /kanal/<name>/<rest>."""
    transport = transport_named(name)
    if transport is None or not isinstance(transport, Hooked):
        raise Http404
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        return HttpResponse(status=413)
    at = clock.now()
    call = Hook(
        method=str(request.method),
        path=rest,
        query={key: request.GET[key] for key in request.GET},
        headers={key.lower(): value for key, value in request.headers.items()},
        body=request.body,
        now=at,
        source=client_address(request),
    )
    try:
        answer = transport.hook(call)
    except Exception as error:  # noqa: BLE001  whatever was sent, the sender must not try it for days
        log.error("hook_crashed", transport=name, kind=type(error).__name__)  # noqa: TRY400  no personal data
        return HttpResponse(status=400)
    if answer.status < 300:  # noqa: PLR2004  taken
        take(name, answer.received, at=at)
    return HttpResponse(answer.body, status=answer.status, content_type=answer.content_type)
