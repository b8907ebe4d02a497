"""Officers, their roles and decrees, and the units: pages of the service administrator."""

from datetime import timedelta
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from satupintu.lib import clock
from satupintu.people import queries, rules, services
from satupintu.people.access import staff
from satupintu.people.forms import DelegationForm, OfficerForm, RoleForm, UnitForm
from satupintu.people.queries import RoleAssignment, Unit, User
from satupintu.people.rules import Role, Signing
from satupintu.people.views.common import today
from satupintu.web.methods import require_safe_or_post


@staff(Role.SERVICE_ADMIN)
@require_safe
def officers(request: HttpRequest) -> HttpResponse:
    day = today()
    lines = [
        {
            "officer": one,
            "roles": [
                f"{rules.ROLE_LABELS[Role(held.role)]}, {held.unit.short_name or held.unit.name}"
                for held in one.assignments.all()
                if held.valid_from <= day and (held.valid_until is None or held.valid_until > day)
            ],
        }
        for one in queries.list_officers()[:500]
    ]
    return render(request, "people/officers.html", {"lines": lines})


@staff(Role.SERVICE_ADMIN)
@sensitive_post_parameters("password")
@require_safe_or_post
def new_officer(request: HttpRequest) -> HttpResponse:
    form = OfficerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            officer = services.create_officer(
                username=values["username"].lower(),
                name=values["name"],
                password=values["password"],
                email=values["email"],
                nip=values["nip"],
                position=values["position"],
                rank=values["rank"],
                by=queries.actor_for(request),
                at=clock.now(),
            )
        except services.StaffRefused as error:
            form.add_error("username", error.message)
        else:
            messages.success(request, _("Petugas sudah dibuat. Sekarang beri peran."))
            return redirect("people:officer", user_id=officer.pk)
    return render(
        request,
        "people/admin_form.html",
        {"form": form, "title": _("Petugas baru"), "back": "people:officers"},
    )


def _officer(user_id: int) -> User:
    try:
        return queries.get_officer(user_id)
    except User.DoesNotExist as error:
        raise Http404 from error


@staff(Role.SERVICE_ADMIN)
@require_safe
def officer(request: HttpRequest, user_id: int) -> HttpResponse:
    return _officer_page(request, _officer(user_id))


def _officer_page(
    request: HttpRequest,
    person: User,
    *,
    role_form: forms.Form | None = None,
    delegation_form: forms.Form | None = None,
) -> HttpResponse:
    day = today()
    held = [
        {
            "assignment": one,
            "label": rules.ROLE_LABELS[Role(one.role)],
            "over": one.valid_until is not None and one.valid_until <= day,
        }
        for one in sorted(person.assignments.all(), key=lambda one: one.valid_from, reverse=True)
    ]
    signing = [
        {
            "delegation": one,
            "over": one.revoked_at is not None
            or (one.valid_until is not None and one.valid_until <= day),
        }
        for one in sorted(person.delegations.all(), key=lambda one: one.decree_date, reverse=True)
    ]
    return render(
        request,
        "people/officer.html",
        {
            "person": person,
            "held": held,
            "signing": signing,
            "devices": queries.list_devices(person, clock.now()),
            "events": [
                {"at": one.at, "by": one.by, "label": rules.EVENT_LABELS[one.event]}
                for one in queries.list_account_events(person)
            ],
            "role_form": role_form or RoleForm(initial={"valid_from": day}, prefix="role"),
            "delegation_form": delegation_form
            or DelegationForm(initial={"valid_from": day}, prefix="signing"),
        },
    )


@staff(Role.SERVICE_ADMIN)
@sensitive_post_parameters("password")
@require_safe_or_post
def edit_officer(request: HttpRequest, user_id: int) -> HttpResponse:
    person = _officer(user_id)
    initial = {name: getattr(person, name) for name in ("name", "nip", "position", "rank")}
    form = OfficerForm(request.POST or None, initial=initial, editing=True)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        services.update_officer(
            user=person,
            name=values["name"],
            nip=values["nip"],
            position=values["position"],
            rank=values["rank"],
            password=values["password"],
            by=queries.actor_for(request),
            at=clock.now(),
        )
        return redirect("people:officer", user_id=person.pk)
    return render(
        request,
        "people/admin_form.html",
        {"form": form, "title": person.name, "back": "people:officers"},
    )


@staff(Role.SERVICE_ADMIN)
@require_POST
def set_active(request: HttpRequest, user_id: int) -> HttpResponse:
    person = _officer(user_id)
    try:
        services.set_active(
            user=person,
            active=request.POST.get("active") == "1",
            by=queries.actor_for(request),
            at=clock.now(),
        )
    except services.StaffRefused as error:
        messages.error(request, error.message)
    return redirect("people:officer", user_id=person.pk)


@staff(Role.SERVICE_ADMIN)
@require_POST
def give_role(request: HttpRequest, user_id: int) -> HttpResponse:
    person = _officer(user_id)
    form = RoleForm(request.POST, prefix="role")
    if form.is_valid():
        values = form.cleaned_data
        try:
            services.give_role(
                user=person,
                unit=values["unit"],
                role=Role(values["role"]),
                valid_from=values["valid_from"],
                valid_until=values["valid_until"],
                by=queries.actor_for(request),
                at=clock.now(),
            )
        except services.StaffRefused as error:
            form.add_error("valid_from", error.message)
        else:
            return redirect("people:officer", user_id=person.pk)
    return _officer_page(request, person, role_form=form)


@staff(Role.SERVICE_ADMIN)
@require_POST
def end_role(request: HttpRequest, user_id: int, assignment_id: int) -> HttpResponse:
    """End a role; yesterday was its last day."""
    person = _officer(user_id)
    held = RoleAssignment.objects.filter(pk=assignment_id, user=person).first()
    if held is None:
        raise Http404
    services.end_role(
        assignment=held,
        last_day=today() - timedelta(days=1),
        by=queries.actor_for(request),
        at=clock.now(),
    )
    return redirect("people:officer", user_id=person.pk)


@staff(Role.SERVICE_ADMIN)
@require_POST
def give_delegation(request: HttpRequest, user_id: int) -> HttpResponse:
    person = _officer(user_id)
    form = DelegationForm(request.POST, prefix="signing")
    if form.is_valid():
        values = form.cleaned_data
        try:
            services.give_delegation(
                user=person,
                decree_number=values["decree_number"],
                decree_date=values["decree_date"],
                signing=Signing(values["signing"]),
                title=values["title"],
                services=values["services"],
                valid_from=values["valid_from"],
                valid_until=values["valid_until"],
                by=queries.actor_for(request),
                at=clock.now(),
            )
        except services.StaffRefused as error:
            form.add_error("valid_until", error.message)
        else:
            return redirect("people:officer", user_id=person.pk)
    return _officer_page(request, person, delegation_form=form)


@staff(Role.SERVICE_ADMIN)
@require_POST
def revoke_delegation(request: HttpRequest, user_id: int, delegation_id: int) -> HttpResponse:
    person = _officer(user_id)
    if not person.delegations.filter(pk=delegation_id).exists():
        raise Http404
    services.revoke_delegation(
        delegation_id=delegation_id, by=queries.actor_for(request), at=clock.now()
    )
    return redirect("people:officer", user_id=person.pk)


@staff(Role.SERVICE_ADMIN)
@require_POST
def revoke_device(request: HttpRequest, user_id: int, device_id: UUID) -> HttpResponse:
    person = _officer(user_id)
    services.revoke_device(device_id=device_id, by=queries.actor_for(request), at=clock.now())
    return redirect("people:officer", user_id=person.pk)


@staff(Role.SERVICE_ADMIN)
@require_safe
def units(request: HttpRequest) -> HttpResponse:
    shown = [(one, rules.unit_kind_words(one.kind)) for one in queries.list_units()]
    return render(request, "people/units.html", {"units": shown})


@staff(Role.SERVICE_ADMIN)
@require_safe_or_post
def unit(request: HttpRequest, unit_id: int | None = None) -> HttpResponse:
    """Change a unit, or add one."""
    known = Unit.objects.filter(pk=unit_id).first() if unit_id else None
    if unit_id and known is None:
        raise Http404
    names = ("code", "name", "short_name", "kind", "parent", "address", "active")
    initial = {name: getattr(known, name) for name in names} if known else {"active": True}
    form = UnitForm(request.POST or None, initial=initial, unit=known)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_unit(
                unit=known, by=queries.actor_for(request), at=clock.now(), **form.cleaned_data
            )
        except services.StaffRefused as error:
            form.add_error("code", error.message)
        else:
            return redirect("people:units")
    return render(
        request,
        "people/admin_form.html",
        {
            "form": form,
            "title": known.name if known else _("Perangkat daerah baru"),
            "back": "people:units",
        },
    )
