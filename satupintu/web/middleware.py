"""Headers that keep a page to itself; the reference number that ties an error page to the log."""

import re
import secrets
from collections.abc import Callable

import structlog
from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils import translation

from satupintu.web import problems

log = structlog.get_logger()

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
    " media-src 'self';"
    " font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self';"
    " frame-ancestors 'none'; base-uri 'none'"
)
PERMISSIONS_POLICY = (
    "geolocation=(self), camera=(self), microphone=(), payment=(), usb=(),"
    " display-capture=(), browsing-topics=()"
)
# No 0/O, 1/I/L, U: read out on the telephone without mistakes.
REFERENCE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
REFERENCE_PATTERN = re.compile(r"^[23456789A-Z]{4}-[23456789A-Z]{4}$")

# Answers that a view gives by raising: nothing has failed.
_EXPECTED = (Http404, PermissionDenied, BadRequest, SuspiciousOperation)
_LANGUAGES = {code for code, _name in settings.LANGUAGES}

Handler = Callable[[HttpRequest], HttpResponseBase]


def make_reference() -> str:
    """Return a fresh number for one request, as people read it out: "7K3F-9QXM"."""
    letters = [secrets.choice(REFERENCE_ALPHABET) for _ in range(8)]
    return "".join(letters[:4]) + "-" + "".join(letters[4:])


def reference_of(request: HttpRequest) -> str:
    """Return the request's reference number; "" if it did not come through SafetyHeaders."""
    return str(getattr(request, "reference", ""))


class ChosenLanguage:
    """
    Speak Indonesian unless the person has chosen English (the cookie set by /bahasa/).

    The browser's own wish is not asked: most telephones here are sold in English to people who read Indonesian.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in _LANGUAGES else settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


def _is_too_large(request: HttpRequest) -> bool:
    """Say whether more is sent than any form of ours needs: files are kept on the disk while they come in."""
    told = request.META.get("CONTENT_LENGTH") or ""
    return str(told).isdecimal() and int(told) > settings.BODY_MAX_MB * 1024 * 1024


class SafetyHeaders:
    """
    Bind a reference number to the request and its log lines; set the headers of every page.

    A view may set its own Content-Security-Policy (a stricter one, for a file); it stays.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        reference = make_reference()
        request.reference = reference  # type: ignore[attr-defined]  # read by reference_of
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=reference)
        response = self._refuse(request) if _is_too_large(request) else self.get_response(request)
        headers = response.headers
        headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("X-Frame-Options", "DENY")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            # After signing out at a shared computer, "back" must not show what was on the screen.
            headers.setdefault("Cache-Control", "private, no-store")
        headers["X-Request-Id"] = reference
        return response

    def _refuse(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(problems.API):
            return problems.too_large(request)
        from satupintu.web.views import too_large  # it asks for our reference

        return ChosenLanguage(too_large)(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Write the unexpected down with the route, never the address: it may hold a code."""
        if isinstance(exception, _EXPECTED):
            return
        match = request.resolver_match
        log.error(
            "request_failed",
            route=match.route if match else "",
            method=request.method,
            exc_info=exception,
        )


class CompressedPages(GZipMiddleware):
    """
    Compress pages for weak lines: a third of the bytes. Files and pictures are left alone.

    A secret beside a visitor's own text could be guessed from lengths (BREACH): Django's class adds a random length,
    and CSRF tokens differ in every answer.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if (
            response.headers.get("Content-Type", "").startswith("text/html")
            and not response.streaming
        ):
            return super().process_response(request, response)
        return response
