"""What has reached its end: destruction lists, drawn up by one, assessed, approved by two others, carried out."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from satupintu.archive import papers, queries, rules, services
from satupintu.archive.pages.common import (
    READERS,
    chosen,
    record_pdf,
    row_of,
    tell,
)
from satupintu.lib import clock
from satupintu.lib.refusal import Refusal
from satupintu.people.access import staff
from satupintu.people.queries import actor_for
from satupintu.people.rules import Actor
from satupintu.permits.keeping import KEEPERS
from satupintu.web.methods import require_safe_or_post


@staff(*READERS)
@require_safe_or_post
def at_end(request: HttpRequest) -> HttpResponse:
    """Show what is kept long enough, by its fate, and the lists; a post draws up a destruction list."""
    at, actor = clock.now(), actor_for(request)
    today = timezone.localdate(at)
    ended = queries.at_end(today)
    due = [one for one in ended if one.fate == rules.Fate.DESTROY]
    may = bool(actor.roles & KEEPERS)
    form, made = chosen(
        request,
        due,
        may=may,
        draw=lambda picked: reverse(
            "archive:disposal", args=[services.draw_up(picked, by=actor, at=at).pk]
        ),
    )
    if made:
        return HttpResponseRedirect(made)
    return render(
        request,
        "archive/at_end.html",
        {
            "form": form,
            "due": due,
            "others": [row_of(one) for one in ended if one.fate != rules.Fate.DESTROY],
            "lists": [(one, rules.LIST_LABELS[one.state]) for one in queries.disposals()],
            "may": may,
        },
        status=422 if form.errors else 200,
    )


@staff(*READERS)
@require_safe_or_post
def disposal(request: HttpRequest, disposal_id: UUID) -> HttpResponse:
    """Show a destruction list and the step that is whose; a post does it."""
    found = queries.find_disposal(disposal_id)
    if found is None:
        raise Http404
    actor, refused = actor_for(request), ""
    if request.method == "POST":
        try:
            _step(request, found, actor)
        except Refusal as error:
            refused = error.message
        else:
            return HttpResponseRedirect(reverse("archive:disposal", args=[found.pk]))
    open_ = found.state in rules.OPEN_LISTS
    keeps = bool(actor.roles & KEEPERS)
    return render(
        request,
        "archive/disposal.html",
        {
            "list": found,
            "label": rules.LIST_LABELS[found.state],
            "items": [(one, row_of(one.folder)) for one in queries.items_of(found)],
            "steps": services.steps_for(found, actor),
            "may_drop": open_ and keeps,
            "may_do": found.state == rules.ListState.APPROVED and keeps,
            "refused": refused,
            "given": request.POST,
        },
        status=422 if refused else 200,
    )


def _step(request: HttpRequest, found: queries.Disposal, actor: Actor) -> None:
    at, given = clock.now(), request.POST
    step = given.get("langkah", "")
    if step == "destroy" and actor.roles & KEEPERS:
        tell(request, *services.carry_out(found, witnesses=given.get("saksi", ""), by=actor, at=at))
        return
    if step == "drop" and actor.roles & KEEPERS:
        services.drop(found, by=actor, at=at)
    else:
        struck = {
            int(name.removeprefix("coret-")): str(why)
            for name, why in given.items()
            if name.startswith("coret-") and name.removeprefix("coret-").isdecimal()
        }
        services.take_step(
            found, step, by=actor, at=at, struck=struck, consent=given.get("persetujuan", "")
        )
    messages.success(request, _("Sudah dicatat."))


@staff(*READERS)
@require_safe
def disposal_pdf(request: HttpRequest, disposal_id: UUID) -> HttpResponse:  # noqa: ARG001  every view takes the request
    """Return a destruction list, or the minutes of its destruction (berita acara pemusnahan)."""
    found = queries.find_disposal(disposal_id)
    if found is None:
        raise Http404
    return record_pdf(papers.disposal_page(found), f"{found.number}.pdf")
