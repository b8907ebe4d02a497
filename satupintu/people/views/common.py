"""What the pages of this domain share: who asks, and where to go next."""

from datetime import date

from django.http import HttpRequest
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from satupintu.lib import clock
from satupintu.people.access import HOUR, may_try
from satupintu.people.queries import User

__all__ = ["HOUR", "may_try", "me", "safe_next", "today"]


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
