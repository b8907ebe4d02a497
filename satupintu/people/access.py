"""
Who may open a page, and how often one may try. Every view carries exactly one of these decorators; a
test walks the table of addresses. Addresses of the API are guarded by `exchange.door`, and marked alike.

Not signed in: the person is sent to sign in (officers at their own page) and comes back; what was posted
is put aside (people.held). Signed in with the wrong role: 403. An officer whose second factor is missing
is sent to set it up (unless the demo relaxes it).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any, Protocol, TypeVar
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from satupintu.lib import clock
from satupintu.office.services import allow, spent
from satupintu.people import held, queries
from satupintu.people.held import sign_in_redirect
from satupintu.people.rules import GUESSES_AN_HOUR, STAFF_ROLES, Role
from satupintu.people.sessions import SessionStore

__all__ = [
    "HOUR",
    "PUBLIC",
    "SIGNED_IN",
    "STAFF",
    "TOKEN",
    "Access",
    "View",
    "client_address",
    "counted_address",
    "known_by_code",
    "may_try",
    "public",
    "sign_in_redirect",
    "signed_in",
    "staff",
]

PUBLIC = "public"
SIGNED_IN = "signed_in"
STAFF = "staff"
TOKEN = "token"  # noqa: S105  another program, by its scopes (exchange.door); no session, no cookie
SECOND_FACTOR_PAGE = "/akun/pengaman/"
HOUR = 60 * 60  # seconds
STAFF_SEEN = HOUR // 12  # how often its use is written down

Known = TypeVar("Known")


@dataclass(frozen=True, slots=True)
class Access:
    """What a view asks: `kind` is public, signed_in, staff or token; `roles` only for staff, `scopes` for token."""

    kind: str
    roles: frozenset[Role] = frozenset()
    scopes: Mapping[str, frozenset[str]] = field(default_factory=dict)  # by method: any one of them


class View(Protocol):
    """A function view, before or after a decorator of this module."""

    def __call__(self, request: HttpRequest, /, *args: Any, **kwargs: Any) -> HttpResponseBase: ...


def _mark(view: Callable[..., HttpResponseBase], access: Access) -> None:
    view.access = access  # type: ignore[attr-defined]  # read by the test over the URL table


def _run(
    request: HttpRequest, view: Callable[..., HttpResponseBase], *args: Any, **kwargs: Any
) -> HttpResponseBase:
    """Answer by the view; a post is of the person its page was shown to, or it is put aside for them."""
    if request.method != "POST":
        return view(request, *args, **kwargs)
    other = held.of_somebody_else(request)
    if other is not None:
        return other
    answer = view(request, *args, **kwargs)
    held.settle(request, answer)
    return answer


def _is_over(request: HttpRequest) -> bool:
    """End an officer's session that was left alone too long; say if it was."""
    if queries.is_left_alone(request):
        logout(request)
        return True
    session = request.session
    if isinstance(session, SessionStore) and session.idle_seconds() > STAFF_SEEN:
        session.modified = True  # saved with the answer: the officer is still here
    return False


def public(view: Callable[..., HttpResponseBase]) -> View:
    """Let everybody in."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs)

    _mark(guarded, Access(PUBLIC))
    return guarded


def signed_in(view: Callable[..., HttpResponseBase]) -> View:
    """Let in whoever has signed in, applicant or officer."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return held.without_session(request, staff=False)
        return _run(request, view, *args, **kwargs)

    _mark(guarded, Access(SIGNED_IN))
    return guarded


def staff(*roles: Role) -> Callable[[Callable[..., HttpResponseBase]], View]:
    """Let in officers who hold one of `roles` today; without roles: any staff role."""
    allowed = frozenset(roles) or STAFF_ROLES

    def decorate(view: Callable[..., HttpResponseBase]) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated or _is_over(request):
                return held.without_session(request, staff=True)
            if not queries.holder_for(request).roles & allowed:
                raise PermissionDenied
            if queries.factor_is_missing(request):
                return HttpResponseRedirect(
                    f"{SECOND_FACTOR_PAGE}?{urlencode({'next': request.get_full_path()})}"
                )
            return _run(request, view, *args, **kwargs)

        _mark(guarded, Access(STAFF, allowed))
        return guarded

    return decorate


def counted_address(request: HttpRequest) -> str:
    """Return what tries are counted by: the address, or of IPv6 its first 64 bits, for one line has all the others."""
    given = client_address(request)
    try:
        found = ip_address(given)
    except ValueError:
        return given
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ip_network((found, 64), strict=False))
    return given


def client_address(request: HttpRequest) -> str:
    """
    Return the address a request comes from.

    Under HTTPS a proxy stands before us and appends the address it saw; what stands before the last
    comma is the visitor's own claim.
    """
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.HTTPS else ""
    return forwarded.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", ""))


def may_try(request: HttpRequest, bucket: str, subject: str, *, limit: int, seconds: int) -> bool:
    """Count a try of `subject`, and of where it comes from (ten times as many); say if it may."""
    at = clock.now()
    here = allow(
        f"{bucket}:from", counted_address(request), limit=limit * 10, window_seconds=seconds, at=at
    )
    return here and allow(bucket, subject, limit=limit, window_seconds=seconds, at=at)


def known_by_code(request: HttpRequest, find: Callable[[], Known | None]) -> Known:
    """
    Return what `find` finds by a tracking code; only wrong codes are counted, of every kind of case together.

    Raises Http404 for an unknown code, and for every code once an address has guessed too often.
    """
    at, here = clock.now(), counted_address(request)
    if spent("track", here, limit=GUESSES_AN_HOUR, window_seconds=HOUR, at=at):
        raise Http404
    found = find()
    if found is None:
        allow("track", here, limit=GUESSES_AN_HOUR, window_seconds=HOUR, at=at)
        raise Http404
    return found
