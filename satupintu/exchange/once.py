"""A POST is done once: its Idempotency-Key is claimed before the work, and its answer kept for a day."""

import hashlib
import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse

from satupintu.exchange import problems, services
from satupintu.exchange.door import call_of
from satupintu.exchange.problems import Problem
from satupintu.exchange.services import Claim, Kept

HEADER = "Idempotency-Key"
PATTERN = r"^[A-Za-z0-9._:-]{8,100}$"
REPLAYED = "Idempotency-Replayed"
KEPT_HEADERS = ("Content-Type", "ETag", "Location", "WWW-Authenticate")
# What passes by itself is not kept: the same key may be tried again.
PASSING = frozenset({"internal", "busy", "no-room", "too-many"})


def once(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Do the work of a key once; repeat its answer afterwards. Behind a Token, after the body was read."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        call = call_of(request)
        key = request.headers.get(HEADER, "")
        if not re.match(PATTERN, key):
            raise Problem("idempotency-key-missing")
        claimed = services.claim(
            client_id=call.client.pk,
            key=hashlib.sha256(key.encode()).hexdigest(),
            request=_mark(request),
            at=call.at,
        )
        if isinstance(claimed, Kept):
            return _again(claimed)
        request.claimed = claimed  # type: ignore[attr-defined]  # read by claim_of
        try:
            answered = view(request, *args, **kwargs)
        except Exception as error:
            if problems.known(error).code in PASSING:
                services.release(claimed)
                raise
            answered = problems.answer(request, error)
        headers = {name: answered[name] for name in KEPT_HEADERS if name in answered}
        services.finish(
            claimed, status=answered.status_code, body=answered.content.decode(), headers=headers
        )
        return answered

    asked.done_once = True  # type: ignore[attr-defined]  # read by the test over the operations
    return asked


def claim_of(request: HttpRequest) -> Claim:
    """Return the claim under which this work is done; only within `once`."""
    claimed = getattr(request, "claimed", None)
    assert isinstance(claimed, Claim), "this operation is not done once"
    return claimed


def key_of(request: HttpRequest) -> str:
    """Return the client's key as our own rows name it: a digest."""
    return hashlib.sha256(request.headers[HEADER].encode()).hexdigest()


def _again(kept: Kept) -> HttpResponse:
    answered = HttpResponse(kept.body, status=kept.status, headers=kept.headers)
    answered[REPLAYED] = "true"
    return answered


def _mark(request: HttpRequest) -> str:
    """Return what tells one request from another: its address, and its body whatever the order of its members."""
    digest = hashlib.sha256(f"{request.method} {request.path}\n".encode())
    if request.FILES or request.POST:
        for name, values in sorted(request.POST.lists()):
            digest.update(json.dumps([name, *values]).encode())
        for name, upload in sorted(request.FILES.items()):
            assert isinstance(upload, UploadedFile)
            digest.update(json.dumps([name, upload.name]).encode())
            for chunk in upload.chunks():
                digest.update(chunk)
            upload.seek(0)
    else:
        body = json.loads(request.body or b"null")
        digest.update(json.dumps(body, sort_keys=True).encode())
    return digest.hexdigest()
