"""
The pages of a plan that the office changes: its versions, changing it after a look at what that means, going back.

`Editor` says what differs from plan to plan; the rest is the same for each.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Generic

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from satupintu.catalogue.services import Change, sha256_of
from satupintu.desk.pages.version_form import VersionForm
from satupintu.desk.queries.planning import Who, list_unheld
from satupintu.desk.rules.changing import Effect
from satupintu.desk.services import versions as services
from satupintu.desk.versions import Plans, T
from satupintu.lib import clock
from satupintu.lib.language import current_language
from satupintu.lib.refusal import Refusal
from satupintu.office.queries import local_date
from satupintu.people.access import View, staff
from satupintu.people.queries import actor_for
from satupintu.people.rules import Role
from satupintu.web.methods import require_safe_or_post


@dataclass(frozen=True, slots=True)
class Editor(Generic[T, Who]):
    """
    What the pages of one plan say of it, in words by language.

    `name` is of their addresses (desk:<name>, <name>_change, <name>_version) and of the folder of their templates.
    """

    name: str
    title: Any
    plans: Plans[T]
    form: Callable[[T, QueryDict | None], VersionForm[T]]
    changes: Callable[[T, T, str], list[Change]]
    effect: Callable[[T], Effect[Who]]  # on cases that run
    answerers: Callable[[T], list[Who]]  # of what is offered
    who: Callable[[Who], str]
    about: Callable[[T, str, str], str]  # what the key of something moved stands for
    term: Callable[[T, str, str], str]  # what the key of a term stands for


def in_force(editor: Editor[T, Who]) -> dict[str, Any]:
    """Return what the page of a plan shows of its versions, and of who could not answer by it."""
    rows = list(editor.plans.versions())
    return {
        "versions": rows,
        "newest": rows[0] if rows else None,
        "unheld": _unheld(editor, editor.plans.now()),
    } | _named(editor)


def _named(editor: Editor[T, Who]) -> dict[str, Any]:
    return {"name": editor.name, "title": editor.title}


def _unheld(editor: Editor[T, Who], of: T) -> list[str]:
    found = list_unheld(editor.answerers(of), local_date(clock.now()))
    return [editor.who(one) for one in found]


def pages(editor: Editor[T, Who]) -> tuple[View, View]:
    """Return the views that change a plan, and that show a version and go back to it; for who keeps the settings."""

    @staff(Role.SERVICE_ADMIN)
    @never_cache
    @require_safe_or_post
    def change(request: HttpRequest) -> HttpResponse:
        return _change(request, editor)

    @staff(Role.SERVICE_ADMIN)
    @never_cache
    @require_safe_or_post
    def version(request: HttpRequest, number: int) -> HttpResponse:
        return _version(request, editor, number)

    return change, version


def _seen(request: HttpRequest) -> int | None:
    """Return the version that was looked at; None for the program's own, and for what is no number."""
    text = request.POST.get("seen", "")[:9]
    return int(text) or None if text.isdecimal() else None


def _plan_or_404(editor: Editor[T, Who], number: int | None) -> T:
    try:
        return editor.plans.numbered(number)
    except ObjectDoesNotExist as missing:
        raise Http404 from missing


def _fingerprint(editor: Editor[T, Who], wanted: T) -> str:
    return sha256_of(json.dumps(editor.plans.write(wanted), sort_keys=True))


def _change(request: HttpRequest, editor: Editor[T, Who]) -> HttpResponse:
    """
    Change the plan: first what it would mean is shown, then it is taken into force as it was shown.

    Whoever changes a version that is no longer in force has their changes put on top of the newer one.
    """
    plans = editor.plans
    if request.method != "POST":
        return _show_form(request, editor, editor.form(plans.now(), None))
    seen = _seen(request)
    form = editor.form(_plan_or_404(editor, seen), request.POST)
    if not form.is_valid():
        return _show_form(request, editor, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    wanted, status = form.replanned(plans.now()), HTTPStatus.OK
    shown: T | None = wanted
    try:
        if "take" in request.POST and request.POST.get("shown") == _fingerprint(editor, wanted):
            note = form.cleaned_data["note"]
            return _take(request, editor, wanted, seen=seen, note=note)
        services.check(plans, wanted, seen=seen)
    except services.ReplannedMeanwhile as refused:
        form, status = form.onto(plans.now()), HTTPStatus.CONFLICT
        shown = form.replanned(plans.now()) if form.is_valid() else None
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
    return _show_form(request, editor, form, status, shown)


def _take(request: HttpRequest, editor: Editor[T, Who], wanted: T, **more: Any) -> HttpResponse:
    row = services.take(editor.plans, wanted, by=actor_for(request), at=clock.now(), **more)
    messages.success(
        request,
        _("Versi %(n)s berlaku. Yang sedang berjalan tetap menurut versi lamanya.")
        % {"n": row.number},
    )
    return redirect(f"desk:{editor.name}")


def _show_form(
    request: HttpRequest,
    editor: Editor[T, Who],
    form: VersionForm[T],
    status: int = HTTPStatus.OK,
    wanted: T | None = None,
) -> HttpResponse:
    context = {"form": form, "seen": form.base.number or 0} | _named(editor)
    if wanted is not None:
        context |= _meaning(editor, wanted) | {"shown": _fingerprint(editor, wanted)}
    return render(request, f"desk/{editor.name}/change.html", context, status=status)


def _meaning(editor: Editor[T, Who], wanted: T) -> dict[str, Any]:
    language, effect = current_language(), editor.effect(wanted)
    return {
        "changes": editor.changes(editor.plans.now(), wanted, language),
        "running": effect.running,
        "moved": [
            (
                editor.about(wanted, one.key, language),
                editor.who(one.before),
                editor.who(one.after),
                one.count,
            )
            for one in effect.moved
        ],
        "shifted": [
            (editor.term(wanted, one.key, language), one.before, one.after, one.count)
            for one in effect.shifted
        ],
        "unheld": _unheld(editor, wanted),
    }


def _version(request: HttpRequest, editor: Editor[T, Who], number: int) -> HttpResponse:
    """Show what a version changed, and what going back to it would mean; go back. 0 is the plan as the program came."""
    plans = editor.plans
    this = _plan_or_404(editor, number or None)
    refused, status = "", HTTPStatus.OK
    if request.method == "POST":
        wanted = services.earlier(plans, this.number)
        try:
            return _take(request, editor, wanted, seen=_seen(request), back_to=number)
        except Refusal as refusal:
            refused, status = refusal.message, HTTPStatus.CONFLICT
    before = plans.numbered(number - 1 or None) if number else this
    context = {
        "number": number,
        "row": plans.versions().filter(number=number).first(),
        "did": editor.changes(before, this, current_language()),
        "in_force": this.number == plans.now().number,
        "seen": plans.now().number or 0,
        "refused": refused,
    }
    context |= _named(editor) | _meaning(editor, services.earlier(plans, this.number))
    return render(request, "desk/plan/version.html", context, status=status)
