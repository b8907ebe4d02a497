"""
What officers at the counter do for people: give codes, check letters of authority, show masked
data.
"""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from satupintu.lib import clock
from satupintu.people import queries, rules, services
from satupintu.people.access import staff
from satupintu.people.forms import GiveCodeForm, PartyDataForm
from satupintu.people.rules import AuthorityKind, GivenHow, Role
from satupintu.people.views.common import HOUR, may_try, me, today
from satupintu.web.methods import require_safe_or_post


@staff(Role.FRONT_OFFICE)
@never_cache
@require_safe_or_post
def give_code(request: HttpRequest) -> HttpResponse:
    """Give a one-time code to a person the officer has identified; who gave it is on record."""
    form = GiveCodeForm(request.POST or None, initial={"how": GivenHow.COUNTER.value})
    given = ""
    if request.method == "POST" and form.is_valid():
        if not may_try(request, "code-give", str(me(request).pk), limit=60, seconds=HOUR):
            form.add_error(None, _("Terlalu banyak kode dalam satu jam. Coba lagi nanti."))
        else:
            try:
                given = services.give_code(
                    address=form.cleaned_data["address"],
                    how=GivenHow(form.cleaned_data["how"]),
                    by=queries.actor_for(request),
                    at=clock.now(),
                )
            except services.CodeRefused as refused:
                form.add_error("address", refused.message)
    return render(
        request,
        "people/give_code.html",
        {
            "form": form,
            "given": given,
            "address": form.cleaned_data["address"] if given else None,
            "minutes": rules.GIVEN_CODE_MINUTES,
            "call_backs": queries.list_call_backs(),
        },
    )


@staff(*rules.MENDERS)
@never_cache
@require_safe_or_post
def party_data(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """Mend what is known of somebody, and note that their number was seen on the card; looking is noted too."""
    party = queries.Party.objects.filter(pk=party_id, erased_at__isnull=True).first()
    if party is None:
        raise Http404
    by, at, back = queries.actor_for(request), clock.now(), f"/orang/{party.pk}/"
    if not rules.may_mend(by, party.pk):
        raise PermissionDenied(_("Ini data Anda sendiri. Minta petugas lain memeriksanya."))
    known = {name: getattr(party, name) for name in ("name", "identity", "birth_date", "address")}
    posted = request.POST if request.method == "POST" else None
    form = PartyDataForm(posted, party=party, today=today(), initial=known)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        seen = values.pop("seen")
        services.update_party(party=party, values=values, by=by, at=at)
        if seen:
            services.see_identity(party=party, by=by, at=at)
        messages.success(
            request,
            _("Data %(name)s disimpan. Berkas yang sedang berjalan memakai data saat diajukan.")
            % {"name": party.name},
        )
        return redirect(back)
    if request.method != "POST":
        shown = [name for name in ("identity", "birth_date", "address") if known[name]]
        for name in shown:
            services.record_disclosure(
                by=by, party_id=party.pk, subject=f"party data {name}", at=at
            )
    return render(request, "people/party_data.html", {"form": form, "party": party, "back": back})


@staff(Role.FRONT_OFFICE, Role.VERIFIER)
@require_safe
def waiting_authorities(request: HttpRequest) -> HttpResponse:
    waiting = [
        {"authority": one, "kind": rules.AUTHORITY_LABELS.get(AuthorityKind(one.kind), one.kind)}
        for one in queries.list_waiting_authorities()[:100]
    ]
    return render(request, "people/waiting_authorities.html", {"waiting": waiting})


@staff()
@never_cache
@require_POST
def show(request: HttpRequest) -> HttpResponse:
    """Show one masked value, after writing down who looks. The token names party and field."""
    user = me(request)
    showing = services.read_disclosure_token(token=request.POST.get("token", ""), user_id=user.pk)
    party = queries.Party.objects.filter(pk=showing.party_id).first() if showing else None
    if showing is None or party is None:
        return render(request, "people/shown.html", {"value": None}, status=410)
    services.record_disclosure(
        by=queries.actor_for(request),
        party_id=party.pk,
        subject=f"{showing.subject} {showing.field}",
        at=clock.now(),
    )
    value = getattr(party, showing.field)
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(value, content_type="text/plain; charset=utf-8")
    return render(request, "people/shown.html", {"value": value, "party": party})
