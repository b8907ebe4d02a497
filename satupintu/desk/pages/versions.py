"""
The pages of a plan that the office changes: its versions, changing it after a look at what that means, going back.

`Editor` says what differs from plan to plan; the rest is the same for each.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Generic

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from satupintu.catalogue.services import Change, sha256_of
from satupintu.desk.pages.version_form import VersionForm
from satupintu.desk.services import versions as services
from satupintu.desk.versions import Plans, T
from satupintu.lib import clock
from satupintu.lib.language import current_language
from satupintu.lib.refusal import Refusal
from satupintu.people.queries import actor_for


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a plan would mean, in words. `moved`: about, who answers now, who then, how many; `shifted`: term, days."""

    running: int
    moved: Sequence[tuple[str, str, str, int]]
    shifted: Sequence[tuple[str, int, int, int]]
    unheld: Sequence[str]  # who should answer, where a post is held by nobody


@dataclass(frozen=True, slots=True)
class Editor(Generic[T]):
    """One plan's pages: `name` is of their addresses (desk:<name>, <name>_change, <name>_version) and their folder."""

    name: str
    title: Any
    plans: Plans[T]
    form: Callable[[T, QueryDict | None], VersionForm[T]]
    changes: Callable[[T, T, str], list[Change]]
    meaning: Callable[[T, str], Meaning]


def history(editor: Editor[T]) -> dict[str, Any]:
    """Return what the page of a plan shows of its versions."""
    rows = list(editor.plans.versions())
    return {
        "versions": rows,
        "newest": rows[0] if rows else None,
        "name": editor.name,
        "title": editor.title,
    }


def _seen(request: HttpRequest) -> int | None:
    """Return the version that was looked at; None for the program's own, and for what is no number."""
    text = request.POST.get("seen", "")[:9]
    return int(text) or None if text.isdecimal() else None


def _plan_or_404(editor: Editor[T], number: int | None) -> T:
    try:
        return editor.plans.numbered(number)
    except ObjectDoesNotExist as missing:
        raise Http404 from missing


def _fingerprint(editor: Editor[T], wanted: T) -> str:
    return sha256_of(json.dumps(editor.plans.write(wanted), sort_keys=True))


def change(request: HttpRequest, editor: Editor[T]) -> HttpResponse:
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


def _take(request: HttpRequest, editor: Editor[T], wanted: T, **more: Any) -> HttpResponse:
    row = services.take(editor.plans, wanted, by=actor_for(request), at=clock.now(), **more)
    messages.success(
        request,
        _("Versi %(n)s berlaku. Yang sedang berjalan tetap menurut versi lamanya.")
        % {"n": row.number},
    )
    return redirect(f"desk:{editor.name}")


def _show_form(
    request: HttpRequest,
    editor: Editor[T],
    form: VersionForm[T],
    status: int = HTTPStatus.OK,
    wanted: T | None = None,
) -> HttpResponse:
    context = {
        "form": form,
        "seen": form.base.number or 0,
        "name": editor.name,
        "title": editor.title,
    }
    if wanted is not None:
        context |= _meaning(editor, wanted) | {"shown": _fingerprint(editor, wanted)}
    return render(request, f"desk/{editor.name}/change.html", context, status=status)


def _meaning(editor: Editor[T], wanted: T) -> dict[str, Any]:
    language = current_language()
    return {
        "changes": editor.changes(editor.plans.now(), wanted, language),
        "meaning": editor.meaning(wanted, language),
    }


def version(request: HttpRequest, editor: Editor[T], number: int) -> HttpResponse:
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
        "name": editor.name,
        "title": editor.title,
    } | _meaning(editor, services.earlier(plans, this.number))
    return render(request, "desk/plan/version.html", context, status=status)
