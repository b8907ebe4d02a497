"""Notifications of a browser: turned on and off by whoever has an account, and the script that shows them."""

from functools import lru_cache
from pathlib import Path

from django.contrib import messages as notes
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from satupintu.lib import clock
from satupintu.lib.keys import BadKeyFile
from satupintu.messaging import services
from satupintu.messaging.channels import transport_for
from satupintu.messaging.channels.webpush import WebPush
from satupintu.messaging.channels.webpush.subscription import BadSubscription, read_subscription
from satupintu.messaging.rules import ChannelKind
from satupintu.people.access import public, signed_in
from satupintu.people.queries import own_party


def public_key() -> str:
    """Return what a browser is asked to trust; "" where this office sends no notifications, or cannot (health line)."""
    transport = transport_for(ChannelKind.PUSH)
    try:
        return transport.public_key if isinstance(transport, WebPush) else ""
    except (BadKeyFile, OSError):
        return ""


@public
@never_cache
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """Give the browser the script that shows notifications, at an address whose scope is the whole site."""
    del request
    return HttpResponse(_script(), content_type="text/javascript; charset=utf-8")


@lru_cache(maxsize=1)
def _script() -> bytes:
    path = finders.find("messaging/push_worker.js")
    assert isinstance(path, str), "it is part of the program"
    return Path(path).read_bytes()


@signed_in
@require_POST
def turn(request: HttpRequest) -> HttpResponse:
    """
    Let this browser show the person's own news, before any other channel; or no browser of theirs any more.

    Never those of whom they act for: the browser would go on to show them when the authority has ended.
    """
    party = own_party(request)
    if party is None:
        return redirect("people:account")
    if request.POST.get("apa") == "mati":
        services.forget_browsers(party=party)
        notes.success(request, _("Pemberitahuan dimatikan di semua peramban Anda."))
        return redirect("messaging:own_way")
    try:
        given = read_subscription(request.POST.get("address", ""))
    except BadSubscription as error:
        notes.error(request, error.message)
        return redirect("messaging:own_way")
    services.add_browser(party=party, address=given.text(), at=clock.now())
    notes.success(request, _("Menyala. Kabar berikutnya muncul di peramban ini."))
    return redirect("messaging:own_way")
