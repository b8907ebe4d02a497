"""
The pages of the second factor: allauth's views under our addresses, access marks and templates.

Activating a factor, and proving one again, also count as having shown it in this session.
"""

from typing import Any

from allauth.account import views as account_views
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from satupintu.lib import clock
from satupintu.people import queries, services
from satupintu.people.access import public, signed_in
from satupintu.people.mfa import device_of, set_device_cookie
from satupintu.people.queries import User
from satupintu.people.rules import STAFF_ROLES

_FOUND = 302


@public
@never_cache
def authenticate(request: HttpRequest) -> HttpResponseBase:
    """Ask for the second factor during sign-in; on wish remember this device of the office."""
    # Who is in already shows no factor here: allauth only sends them on.
    came_signed_in = request.user.is_authenticated
    response: HttpResponseBase = mfa.authenticate(request)
    user = request.user
    if (
        not came_signed_in
        and request.method == "POST"
        and request.POST.get("remember")
        and isinstance(user, User)
        and isinstance(response, HttpResponse)
        and response.status_code == _FOUND
    ):
        at = clock.now()
        actor = queries.actor_of(user, at)
        if actor.roles & STAFF_ROLES:
            device = services.remember_device(
                device_id=device_of(request), label=_("Komputer kantor"), user=user, by=actor, at=at
            )
            set_device_cookie(response, device.pk)
    return response


def _note_new_factor(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """A factor that was just set up counts as shown, or the officer would be asked at once."""
    if (
        request.method == "POST"
        and response.status_code == _FOUND
        and request.user.is_authenticated
    ):
        record_authentication(request, request.user, method="mfa", reauthenticated=True)
    return response


@signed_in
@never_cache
def activate_totp(request: HttpRequest) -> HttpResponseBase:
    return _note_new_factor(request, totp.activate_totp(request))


@signed_in
@never_cache
def add_passkey(request: HttpRequest) -> HttpResponseBase:
    return _note_new_factor(request, webauthn.add_webauthn(request))


@public
def passkey_sign_in(request: HttpRequest) -> HttpResponseBase:
    response: HttpResponseBase = webauthn.login_webauthn(request)
    return response


def _own(view: Any) -> Any:
    """Mark one of allauth's pages as for signed-in people, never kept by the browser."""

    def page(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase = view(request, **kwargs)
        return response

    return signed_in(never_cache(page))


index = _own(mfa.index)
reauthenticate = _own(mfa.reauthenticate)
password_again = _own(account_views.reauthenticate)
deactivate_totp = _own(totp.deactivate_totp)
list_passkeys = _own(webauthn.list_webauthn)
remove_passkey = _own(webauthn.remove_webauthn)
rename_passkey = _own(webauthn.edit_webauthn)
passkey_again = _own(webauthn.reauthenticate_webauthn)
recovery_codes = _own(recovery.view_recovery_codes)
new_recovery_codes = _own(recovery.generate_recovery_codes)
download_recovery_codes = _own(recovery.download_recovery_codes)
