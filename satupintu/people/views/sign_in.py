"""
Signing in: an address, a code, and for new people a name.

Every answer is the same whether or not the office knows the address, so nobody learns who has an
account. allauth's login stages run at the end and ask for a second factor where there is one.
"""

import secrets
from typing import Any, TypedDict

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.flows.logout import logout
from allauth.account.models import Login
from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from satupintu.lib import clock
from satupintu.lib.language import current_language
from satupintu.people import services
from satupintu.people.access import public
from satupintu.people.forms import AddressForm, CodeForm, NewPersonForm, StaffSignInForm
from satupintu.people.mfa import device_of
from satupintu.people.queries import (
    SignInCode,
    User,
    find_user_by_address,
    list_device_officers,
    list_held,
)
from satupintu.people.rules import Address, AddressKind, Purpose
from satupintu.people.views.common import HOUR, may_try, safe_next
from satupintu.web.methods import require_safe_or_post

_KEY = "sign_in"
_PROOF_SECONDS = 30 * 60


class Pending(TypedDict, total=False):
    """A sign-in under way, in the (encrypted) session."""

    kind: str
    address: str
    next: str
    proof: int


def _pending(request: HttpRequest) -> tuple[Pending, Address] | None:
    held: Pending | None = request.session.get(_KEY)
    if not held or "address" not in held:
        return None
    return held, Address(AddressKind(held["kind"]), held["address"])


def _too_often() -> str:
    return _("Terlalu sering dicoba. Tunggu beberapa menit, lalu coba lagi.")


def _here(request: HttpRequest, *, default: str = "") -> str:
    return safe_next(request, default) or str(get_adapter(request).get_login_redirect_url(request))


@public
@never_cache
@require_safe_or_post
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect(_here(request))
    form = AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        address: Address = form.cleaned_data["address"]
        if _send_code(request, address):
            request.session[_KEY] = Pending(
                kind=address.kind, address=address.value, next=safe_next(request)
            )
            return redirect("people:code")
        form.add_error("address", _too_often())
    return render(
        request,
        "people/sign_in.html",
        {"form": form, "next": safe_next(request), "demo": settings.DEMO},
    )


def _send_code(request: HttpRequest, address: Address) -> bool:
    """Send a code where the installation can; False when this was asked too often."""
    adapter = get_adapter(request)
    if not adapter.can_send_code(address):
        return True  # the next page says how to get one from an officer
    if not may_try(request, "code-send", address.value, limit=5, seconds=HOUR):
        return False
    at = clock.now()
    code = services.issue_code(address=address, at=at)
    adapter.send_sign_in_code(
        address,
        code,
        language=current_language(),
        origin=f"code:{secrets.token_hex(12)}",
        at=at,
    )
    return True


@public
@never_cache
@require_safe_or_post
def code(request: HttpRequest) -> HttpResponseBase:
    pending = _pending(request)
    if pending is None:
        return redirect("people:sign_in")
    held, address = pending
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not may_try(request, "code-check", address.value, limit=15, seconds=HOUR):
            form.add_error("code", _too_often())
        else:
            try:
                proof = services.check_code(
                    address=address, code=form.cleaned_data["code"], at=clock.now()
                )
            except services.CodeRefused as error:
                form.add_error("code", error.message)
            else:
                return _proved(request, held, address, proof)
    sends = get_adapter(request).can_send_code(address)
    return render(
        request,
        "people/code.html",
        {
            "form": form,
            "address": address,
            "sends": sends,
            "by_phone": address.kind is AddressKind.PHONE,
            "demo": settings.DEMO,
        },
    )


def _proved(
    request: HttpRequest, held: Pending, address: Address, proof: SignInCode
) -> HttpResponseBase:
    user = find_user_by_address(address.kind, address.value)
    if user is not None:
        return _enter(request, user, held.get("next", ""))
    request.session[_KEY] = Pending(
        kind=held["kind"], address=held["address"], next=held.get("next", ""), proof=proof.pk
    )
    return redirect("people:name")


def _waiting(user: User) -> str | None:
    """Return the page of what waits since this person's session ended; None when nothing does. One query."""
    return reverse("people:held_list") if list_held(user.pk) else None


def _enter(request: HttpRequest, user: User, wanted: str) -> HttpResponseBase:
    """Run allauth's stages and open the session; a stale session of somebody else is emptied."""
    if request.user.is_authenticated:
        logout(request, show_message=False)
    request.session.pop(_KEY, None)
    record_authentication(request, user, method="code")
    response: HttpResponseBase = perform_login(
        request, Login(user=user, redirect_url=wanted or _waiting(user))
    )
    return response


@public
@never_cache
@require_POST
def resend(request: HttpRequest) -> HttpResponse:
    pending = _pending(request)
    if pending is not None and not _send_code(request, pending[1]):
        form = CodeForm({"code": ""})
        form.full_clean()
        form.errors["code"] = form.error_class([_too_often()])
        return render(
            request,
            "people/code.html",
            {"form": form, "address": pending[1], "sends": True, "demo": settings.DEMO},
            status=429,
        )
    return redirect("people:code")


@public
@never_cache
@require_POST
def call_back(request: HttpRequest) -> HttpResponse:
    """Ask the office to call with a code: for people without e-mail while SMS is not connected."""
    pending = _pending(request)
    if pending is None or pending[1].kind is not AddressKind.PHONE:
        return redirect("people:sign_in")
    address = pending[1]
    asked = may_try(request, "call-back", address.value, limit=3, seconds=24 * HOUR)
    if asked:
        services.ask_call_back(phone=address.value, at=clock.now())
    return render(request, "people/call_back.html", {"address": address, "asked": asked})


@public
@never_cache
@require_safe_or_post
def name(request: HttpRequest) -> HttpResponseBase:
    """Ask a new person for a name and their consent, once the address is proved."""
    pending = _pending(request)
    if pending is None or "proof" not in pending[0]:
        return redirect("people:sign_in")
    held, address = pending
    proof = SignInCode.objects.filter(pk=held["proof"]).select_related("party").first()
    at = clock.now()
    if (
        proof is None
        or proof.used_at is None
        or (at - proof.used_at).total_seconds() > _PROOF_SECONDS
    ):
        request.session.pop(_KEY, None)
        return redirect("people:sign_in")
    initial = {"name": proof.party.name if proof.party else "", "messages": True}
    form = NewPersonForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        consents = [Purpose.ACCOUNT]
        if form.cleaned_data["messages"]:
            consents.append(Purpose.MESSAGES)
        user = services.open_account(
            name=form.cleaned_data["name"],
            address=address,
            proof=proof,
            consents=consents,
            language=current_language(),
            at=at,
        )
        return _enter(request, user, held.get("next", ""))
    return render(request, "people/name.html", {"form": form, "address": address})


@public
@never_cache
@sensitive_post_parameters("password")
@require_safe_or_post
def staff_sign_in(request: HttpRequest) -> HttpResponseBase:
    """User name and password, then allauth's second factor; or a passkey."""
    if request.user.is_authenticated and request.method in ("GET", "HEAD"):
        return redirect(_here(request))
    form = StaffSignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = _enter_by_password(request, form, safe_next(request))
        if answer is not None:
            return answer
    return render(
        request,
        "people/staff_sign_in.html",
        {"form": form, "next": safe_next(request), "demo": settings.DEMO},
    )


def _guessed(request: HttpRequest, username: str) -> str:
    """
    Return whose password is guessed here, for counting.

    On a device that remembers the officer it is counted apart: who guesses elsewhere locks nobody out of their desk.
    """
    device_id = device_of(request)
    known = list_device_officers(device_id, clock.now()) if device_id else []
    return f"{username} {device_id}" if any(one.username == username for one in known) else username


def _enter_by_password(
    request: HttpRequest, form: StaffSignInForm, wanted: str
) -> HttpResponseBase | None:
    username = form.cleaned_data["username"].strip().lower()
    if not may_try(request, "password", _guessed(request, username), limit=10, seconds=HOUR // 4):
        form.add_error(None, _too_often())
        return None
    # Argon2 is computed for unknown names too: the answer takes as long.
    user: Any = authenticate(request, username=username, password=form.cleaned_data["password"])
    if not isinstance(user, User):
        form.add_error(None, _("Nama pengguna atau kata sandi tidak cocok."))
        return None
    if request.user.is_authenticated:
        logout(request, show_message=False)  # the officer before; nothing of theirs stays
    record_authentication(request, user, method="password", username=user.username)
    response: HttpResponseBase = perform_login(
        request, Login(user=user, redirect_url=wanted or _waiting(user))
    )
    return response


@public
@never_cache
@sensitive_post_parameters("password")
@require_safe_or_post
def switch(request: HttpRequest) -> HttpResponseBase:
    """Change officers at a shared counter: who works here, then only their password or passkey."""
    device_id = device_of(request)
    officers = list_device_officers(device_id, clock.now()) if device_id else []
    chosen = request.POST.get("username") or request.GET.get("petugas") or ""
    form = StaffSignInForm(request.POST or None, initial={"username": chosen})
    if request.method == "POST" and form.is_valid():
        answer = _enter_by_password(request, form, safe_next(request))
        if answer is not None:
            return answer
    return render(
        request,
        "people/switch.html",
        {
            "form": form,
            "officers": officers,
            "chosen": next((one for one in officers if one.username == chosen), None),
            "next": safe_next(request),
        },
    )


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request, show_message=False)
    request.session.flush()
    return redirect(safe_next(request, "/"))
