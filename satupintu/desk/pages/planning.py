"""The office's plan for complaints: as it is in force, changing it after a look at what that means, its versions."""

import json
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from satupintu.catalogue.services import sha256_of
from satupintu.desk.pages import plan_words as words
from satupintu.desk.pages.plan_form import PlanForm
from satupintu.desk.plan import plan, plan_numbered, shipped
from satupintu.desk.queries import planning as queries
from satupintu.desk.rules.plans import Plan, plain
from satupintu.desk.rules.replanning import answerer_of, days_by_key, replanned
from satupintu.desk.services import planning as services
from satupintu.lib import clock
from satupintu.lib.language import current_language
from satupintu.lib.refusal import Refusal
from satupintu.office.queries import local_date
from satupintu.people.access import staff
from satupintu.people.queries import actor_for
from satupintu.people.rules import Role
from satupintu.web.methods import require_safe_or_post

_administrators = staff(Role.SERVICE_ADMIN)


@_administrators
@never_cache
@require_safe
def plan_page(request: HttpRequest) -> HttpResponse:
    """Show the plan in force as tables, and its versions."""
    now, language = plan(), current_language()
    versions = list(queries.list_versions())
    context = {
        "categories": [
            {
                "label": one.label[language],
                "class": now.class_words(one.first_class, language),
                "answerer": words.answerer_words(answerer_of(now, one.key)),
                "hidden": one.hidden,
            }
            for one in now.categories.values()
        ],
        "terms": list(_terms(now, language)),
        "closing": words.days_words(now.closing),
        "closing_source": now.closing.source[language],
        "fixed": [
            (words.condition_words(now, one, language), words.answerer_words(one.answerer))
            for one in words.fixed_routes(now)
        ],
        "versions": versions,
        "newest": versions[0] if versions else None,
        "unheld": _unheld(now),
    }
    return render(request, "desk/plan/plan.html", context)


def _terms(now: Plan, language: str) -> Iterator[dict[str, Any]]:
    limits = days_by_key(shipped())
    for key, deadline in days_by_key(now).items():
        limit = limits.get(key, deadline)
        yield {
            "name": words.deadline_name(now, key, language),
            "days": words.days_words(deadline),
            "limit": limit.days,
            "stricter": deadline.days < limit.days,
            "source": limit.source[language],
        }


def _unheld(of: Plan) -> list[str]:
    today = local_date(clock.now())
    return [words.answerer_words(one) for one in queries.list_unheld(of, today)]


def _seen(request: HttpRequest) -> int | None:
    """Return the version that was looked at; None for the program's own, and for what is no number."""
    text = request.POST.get("seen", "")[:9]
    return int(text) or None if text.isdecimal() else None


def _plan_or_404(number: int | None) -> Plan:
    try:
        return plan_numbered(number)
    except queries.PlanVersion.DoesNotExist as missing:
        raise Http404 from missing


def _fingerprint(wanted: Plan) -> str:
    return sha256_of(json.dumps(plain(wanted), sort_keys=True))


@_administrators
@never_cache
@require_safe_or_post
def change(request: HttpRequest) -> HttpResponse:
    """
    Change the plan: first what it would mean is shown, then it is taken into force as it was shown.

    Whoever changes a version that is no longer in force has their changes put on top of the newer one.
    """
    if request.method != "POST":
        return _show_form(request, PlanForm(plan()), plan())
    seen = _seen(request)
    form = PlanForm(_plan_or_404(seen), request.POST)
    if not form.is_valid():
        return _show_form(request, form, plan(), HTTPStatus.UNPROCESSABLE_ENTITY, seen=seen or 0)
    now, status = plan(), HTTPStatus.OK
    wanted = replanned(now, form.wish())
    shown: Plan | None = wanted
    try:
        if "take" in request.POST and request.POST.get("shown") == _fingerprint(wanted):
            return _take(request, wanted, seen, form.cleaned_data["note"])
        services.check_plan(wanted, seen=seen)
    except services.ReplannedMeanwhile as refused:
        now, status = plan(), HTTPStatus.CONFLICT
        form = form.onto(now)
        shown = replanned(now, form.wish()) if form.is_valid() else None
        form.add_error(None, refused.message)
    except services.PlanRefused as refused:
        shown, status = None, HTTPStatus.UNPROCESSABLE_ENTITY
        for one in refused.objections:
            form.object_to(one)
    except services.NothingChanged as refused:
        shown, status = None, HTTPStatus.UNPROCESSABLE_ENTITY
        form.add_error(None, refused.message)
    else:
        if "take" in request.POST:
            messages.warning(
                request, _("Isian berubah sesudah akibatnya dilihat. Periksa sekali lagi.")
            )
    return _show_form(request, form, now, status, shown)


def _take(request: HttpRequest, wanted: Plan, seen: int | None, note: str) -> HttpResponse:
    row = services.take_plan(wanted, seen=seen, note=note, by=actor_for(request), at=clock.now())
    messages.success(
        request,
        _("Versi %(n)s berlaku. Pengaduan yang berjalan tetap menurut versi lamanya.")
        % {"n": row.number},
    )
    return redirect("desk:plan")


def _show_form(
    request: HttpRequest,
    form: PlanForm,
    now: Plan,
    status: int = HTTPStatus.OK,
    wanted: Plan | None = None,
    **more: Any,
) -> HttpResponse:
    context = {"form": form, "seen": now.number or 0} | more
    if wanted is not None:
        context |= _meaning(now, wanted) | {"shown": _fingerprint(wanted)}
    return render(request, "desk/plan/change.html", context, status=status)


def _meaning(now: Plan, wanted: Plan) -> dict[str, Any]:
    """Return what taking a plan into force would change, and what it would mean for complaints that run."""
    language, found = current_language(), queries.effect_of(wanted)
    return {
        "changes": words.changes(now, wanted, language),
        "effect": found,
        "unheld": _unheld(wanted),
        "moved": [
            (
                wanted.category_words(one.category, language),
                words.answerer_words(one.before),
                words.answerer_words(one.after),
                one.count,
            )
            for one in found.moved
        ],
        "shifted": [
            (words.deadline_name(wanted, one.key, language), one.before, one.after, one.count)
            for one in found.shifted
        ],
    }


@_administrators
@never_cache
@require_safe_or_post
def version(request: HttpRequest, number: int) -> HttpResponse:
    """Show what a version changed, and what going back to it would mean; go back. 0 is the plan as the program came."""
    this = _plan_or_404(number or None)
    refused, status = "", HTTPStatus.OK
    if request.method == "POST":
        try:
            taken = services.take_plan(
                services.earlier_plan(this.number),
                seen=_seen(request),
                by=actor_for(request),
                at=clock.now(),
                back_to=number,
            )
        except Refusal as refusal:
            refused, status = refusal.message, HTTPStatus.CONFLICT
        else:
            messages.success(request, _("Versi %(n)s berlaku.") % {"n": taken.number})
            return redirect("desk:plan")
    now, language = plan(), current_language()
    context = {
        "number": number,
        "row": queries.list_versions().filter(number=number).first(),
        "did": words.changes(plan_numbered(number - 1 or None), this, language) if number else [],
        "in_force": this.number == now.number,
        "seen": now.number or 0,
        "refused": refused,
    } | _meaning(now, services.earlier_plan(this.number))
    return render(request, "desk/plan/version.html", context, status=status)
