"""Refusals as other programs read them (RFC 9457), in the language they ask for."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.utils.translation.trans_real import parse_accept_lang_header

API = "/api/"
PAGES = "/api/v1/problems/"  # one page for each type
CONTENT_TYPE = "application/problem+json"


def asked_language(request: HttpRequest) -> str:
    """Return the language a program asks for by Accept-Language: English when it comes first, else Indonesian."""
    for code, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        short = code.partition("-")[0]
        if short in dict(settings.LANGUAGES):
            return short
    return settings.LANGUAGE_CODE


def problem(
    *,
    code: str,
    status: int,
    title: Any,
    detail: str,
    errors: Sequence[Mapping[str, Any]] = (),
    reference: str = "",
    headers: Mapping[str, str] | None = None,
) -> JsonResponse:
    """
    Return a refusal as application/problem+json.

    `errors` are all that is wrong at once: "detail", with "pointer" into the body or "parameter".
    """
    body: dict[str, Any] = {
        "type": f"{settings.BASE_URL}{PAGES}{code}/",
        "title": str(title),
        "status": int(status),
        "detail": detail,
    }
    if errors:
        body["errors"] = [dict(one) for one in errors]
    if reference:
        body["instance"] = f"urn:satupintu:{reference}"  # the number that stands in the log
    answer = JsonResponse(body, status=status, content_type=CONTENT_TYPE)
    for name, value in (headers or {}).items():
        answer[name] = value
    return answer


def too_large(request: HttpRequest) -> JsonResponse:
    """Return the refusal of a body that is larger than any form of ours needs."""
    with override(asked_language(request)):
        return problem(
            code="too-large",
            status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            title=_("Kiriman terlalu besar"),
            detail=_("Isi kiriman paling besar %(mb)s MB.") % {"mb": settings.BODY_MAX_MB},
        )
