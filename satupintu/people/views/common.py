"""What the pages of this domain share: who asks, where to go next, and how often one may try."""

from datetime import date

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from satupintu.lib import clock
from satupintu.office.services import allow
from satupintu.people.queries import User

HOUR = 60 * 60


def me(request: HttpRequest) -> User:
    """Return the signed-in user; only behind @signed_in or @staff."""
    user = request.user
    assert isinstance(user, User)
    return user


def today() -> date:
    """Return the office's day."""
    return timezone.localdate(clock.now())


def safe_next(request: HttpRequest, default: str = "") -> str:
    """Return where the person wanted to go, when that is a page of this site; else `default`."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if (
        wanted.startswith("/")
        and not wanted.startswith(("/masuk/", "/keluar/"))
        and url_has_allowed_host_and_scheme(
            wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )
    ):
        return wanted
    return default


def client_address(request: HttpRequest) -> str:
    """
    Return the address a request comes from, for throttling.

    Under HTTPS a proxy stands before us and appends the address it saw; what stands before the last
    comma is the visitor's own claim.
    """
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.HTTPS else ""
    return forwarded.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", ""))


def may_try(request: HttpRequest, bucket: str, subject: str, *, limit: int, seconds: int) -> bool:
    """Count a try of `subject`, and of where it comes from (ten times as many); say if it may."""
    at = clock.now()
    here = allow(
        f"{bucket}:from", client_address(request), limit=limit * 10, window_seconds=seconds, at=at
    )
    return here and allow(bucket, subject, limit=limit, window_seconds=seconds, at=at)
