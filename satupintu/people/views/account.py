"""One's own account: profile, addresses, password, consent, people one acts for, devices."""

from uuid import UUID

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from satupintu.lib import clock
from satupintu.people import queries, rules, services
from satupintu.people.access import signed_in, staff
from satupintu.people.forms import AddressForm, AuthorityForm, CodeForm, PasswordForm, ProfileForm
from satupintu.people.mfa import device_of, set_device_cookie
from satupintu.people.rules import Address, AddressKind, AuthorityKind, Purpose
from satupintu.people.views.common import HOUR, may_try, me, safe_next, today
from satupintu.people.views.sign_in import _send_code, _too_often
from satupintu.web.methods import require_safe_or_post

_ADDRESS_KEY = "new_address"


@signed_in
@never_cache
@require_safe_or_post
def account(request: HttpRequest) -> HttpResponse:
    user = me(request)
    party = user.party
    initial = {
        "name": user.name,
        "language": user.language,
        "birth_date": party.birth_date if party else None,
        "address": party.address if party else "",
    }
    form = ProfileForm(
        request.POST or None,
        initial=initial,
        today=today(),
        seen_identity=party.identity if party and party.identity_seen_at else "",
    )
    if party is None:
        for officer_has_not in ("name", "identity", "birth_date", "address"):
            form.fields.pop(officer_has_not, None)
    if request.method == "POST" and form.is_valid():
        return _save_account(request, form)
    return render(
        request,
        "people/account.html",
        {
            "form": form,
            "person": user,
            "party": party,
            "is_staff": bool(queries.actor_for(request).roles & rules.STAFF_ROLES),
            "acting": queries.acting_party(request),
            "has_password": user.has_usable_password(),
        },
    )


def _save_account(request: HttpRequest, form: ProfileForm) -> HttpResponse:
    user = me(request)
    cleaned = dict(form.cleaned_data)
    language = cleaned.pop("language")
    if user.party is not None:
        if cleaned.get("identity"):
            cleaned["identity_kind"] = "nik"
        else:
            cleaned.pop("identity", None)
        services.update_party(
            party=user.party, values=cleaned, by=queries.actor_for(request), at=clock.now()
        )
    services.change_language(user=user, language=language)
    messages.success(request, _("Data Anda sudah disimpan."))
    response = redirect("people:account")
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 24 * HOUR,
        samesite="Lax",
        secure=settings.HTTPS,
    )
    return response


@signed_in
@never_cache
@require_safe_or_post
def address(request: HttpRequest) -> HttpResponse:
    """Add or change the telephone number or e-mail address, proved by a code first."""
    form = AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        wanted: Address = form.cleaned_data["address"]
        request.session[_ADDRESS_KEY] = [wanted.kind, wanted.value]
        if _send_code(request, wanted):
            return redirect("people:address_code")
        form.add_error("address", _too_often())
    return render(request, "people/address.html", {"form": form, "person": me(request)})


@signed_in
@never_cache
@require_safe_or_post
def address_code(request: HttpRequest) -> HttpResponse:
    held = request.session.get(_ADDRESS_KEY)
    if not held:
        return redirect("people:address")
    wanted = Address(AddressKind(held[0]), held[1])
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        at = clock.now()
        if not may_try(request, "code-check", wanted.value, limit=15, seconds=HOUR):
            form.add_error("code", _too_often())
        else:
            try:
                services.check_code(address=wanted, code=form.cleaned_data["code"], at=at)
                services.change_address(
                    user=me(request), address=wanted, by=queries.actor_for(request), at=at
                )
            except (services.CodeRefused, services.AddressTaken) as error:
                form.add_error("code", error.message)
            else:
                del request.session[_ADDRESS_KEY]
                messages.success(request, _("Alamat baru Anda sudah dipakai."))
                return redirect("people:account")
    return render(
        request,
        "people/code.html",
        {
            "form": form,
            "address": wanted,
            "sends": get_adapter(request).can_send_code(wanted),
            "changing": True,
            "demo": settings.DEMO,
        },
    )


@signed_in
@never_cache
@sensitive_post_parameters("old", "new")
@require_safe_or_post
def password(request: HttpRequest) -> HttpResponse:
    user = me(request)
    form = PasswordForm(request.POST or None, user=user)
    if request.method == "POST":
        if not may_try(request, "password-change", str(user.pk), limit=10, seconds=HOUR):
            form.add_error(None, _too_often())
        elif form.is_valid():
            services.set_password(
                user=user,
                password=form.cleaned_data["new"],
                by=queries.actor_for(request),
                at=clock.now(),
            )
            update_session_auth_hash(request, user)  # this session stays, all others end
            messages.success(
                request, _("Kata sandi sudah disimpan. Sesi di perangkat lain berakhir.")
            )
            return redirect("people:account")
    return render(request, "people/password.html", {"form": form, "username": user.username})


@signed_in
@require_safe_or_post
def consent(request: HttpRequest) -> HttpResponse:
    """What the person agreed to; each can be given and taken back on its own."""
    party = me(request).party
    if party is None:
        raise PermissionDenied
    if request.method == "POST":
        purpose = request.POST.get("purpose", "")
        if purpose in {*Purpose}:
            by, at = queries.actor_for(request), clock.now()
            if request.POST.get("action") == "give":
                services.give_consent(
                    party=party, purpose=Purpose(purpose), how="web", by=by, at=at
                )
            else:
                services.withdraw_consent(party=party, purpose=Purpose(purpose), by=by, at=at)
        return redirect("people:consent")
    held = queries.list_consents(party)
    lines = [
        {
            "purpose": purpose.value,
            "label": label,
            "consent": held.get(purpose),
            "given": purpose in held and held[purpose].withdrawn_at is None,
        }
        for purpose, label in rules.PURPOSE_LABELS.items()
    ]
    return render(request, "people/consent.html", {"lines": lines})


@signed_in
@require_safe
def authorities(request: HttpRequest) -> HttpResponse:
    """Whom the person may act for, whom they act for now, and what waits for an officer."""
    user = me(request)
    held = [
        {
            "authority": one,
            "kind": rules.AUTHORITY_LABELS.get(AuthorityKind(one.kind), one.kind),
            "waiting": one.confirmed_at is None,
            "current": queries.acting_party_id(request) == one.party_id,
        }
        for one in queries.list_authorities(user)
        if one.revoked_at is None
    ]
    return render(
        request,
        "people/authorities.html",
        {"held": held, "own": user.party, "acting": queries.acting_party(request)},
    )


@signed_in
@require_safe_or_post
def new_authority(request: HttpRequest) -> HttpResponse:
    form = AuthorityForm(request.POST or None, request.FILES or None, today=today())
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        try:
            authority = services.claim_authority(
                user=me(request),
                kind=AuthorityKind(cleaned["kind"]),
                name=cleaned["name"],
                is_organisation=cleaned["whom"] == "nib",
                identity_kind=cleaned["identity_kind"],
                identity=cleaned["identity"],
                letter=cleaned["letter"],
                valid_until=cleaned["valid_until"],
                by=queries.actor_for(request),
                at=clock.now(),
            )
        except services.AuthorityRefused as error:
            form.add_error("letter", error.message)
        else:
            messages.success(
                request,
                _("Sekarang Anda dapat bertindak untuk %(name)s.") % {"name": cleaned["name"]}
                if authority.confirmed_at
                else _("Petugas akan memeriksa kuasa ini. Anda kami kabari."),
            )
            return redirect("people:authorities")
    return render(request, "people/new_authority.html", {"form": form})


@signed_in
@require_POST
def act_for(request: HttpRequest) -> HttpResponse:
    """Choose whom one acts for; the empty choice is oneself."""
    chosen = request.POST.get("party", "")
    try:
        party_id = UUID(chosen) if chosen else None
    except ValueError as error:
        raise PermissionDenied from error
    if not services.act_for(request, party_id):
        raise PermissionDenied
    return redirect(safe_next(request, "/akun/kuasa/"))


@signed_in
@require_POST
def leave_authority(request: HttpRequest, authority_id: int) -> HttpResponse:
    """Stop acting for somebody."""
    own = queries.list_authorities(me(request)).filter(pk=authority_id).first()
    if own is None:
        raise PermissionDenied
    services.end_authority(authority_id=own.pk, by=queries.actor_for(request), at=clock.now())
    return redirect("people:authorities")


@staff()
@require_safe
def devices(request: HttpRequest) -> HttpResponse:
    """The office devices on which this officer is remembered."""
    here = device_of(request)
    held = queries.list_devices(me(request), clock.now())
    return render(
        request,
        "people/devices.html",
        {
            "devices": held,
            "here": here,
            "remembered": any(one.device_id == here for one in held),
            "days": rules.DEVICE_DAYS,
        },
    )


@staff()
@require_POST
def remember_device(request: HttpRequest) -> HttpResponse:
    """Remember this browser; only after a second factor, or where the demo asks for none."""
    if not queries.has_second_factor(request) and settings.STAFF_MFA_REQUIRED:
        raise PermissionDenied
    device = services.remember_device(
        device_id=device_of(request),
        label=request.POST.get("label", "").strip() or _("Komputer kantor"),
        user=me(request),
        by=queries.actor_for(request),
        at=clock.now(),
    )
    response = redirect("people:devices")
    set_device_cookie(response, device.pk)
    return response


@staff()
@require_POST
def forget_device(request: HttpRequest, device_id: UUID) -> HttpResponse:
    """Take oneself off a device, or (its owner) stop trusting it for everybody."""
    user = me(request)
    services.forget_device_officer(device_id=device_id, user=user)
    if (
        request.POST.get("all")
        and queries.Device.objects.filter(pk=device_id, created_by=user).exists()
    ):
        services.revoke_device(device_id=device_id, by=queries.actor_for(request), at=clock.now())
    return redirect("people:devices")
