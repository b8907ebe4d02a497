"""Permanent files for the regency's archives: lists drawn up by one, approved by another, packed, received."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from satupintu.archive import papers, queries, rules, services
from satupintu.archive.package import package_of
from satupintu.archive.pages.common import (
    KEEPING,
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
from satupintu.people.services import record_disclosure
from satupintu.permits.keeping import KEEPERS
from satupintu.web.methods import require_safe_or_post


@staff(*READERS)
@require_safe_or_post
def to_deposit(request: HttpRequest) -> HttpResponse:
    """Show permanent files whose inactive time is over, and the lists; a post draws up a list."""
    at, actor = clock.now(), actor_for(request)
    due = queries.at_end(timezone.localdate(at), fate=rules.Fate.KEEP)
    may = bool(actor.roles & KEEPERS)
    form, made = chosen(
        request,
        due,
        may=may,
        draw=lambda picked: reverse(
            "archive:deposit", args=[services.draw_deposit(picked, by=actor, at=at).pk]
        ),
    )
    if made:
        return HttpResponseRedirect(made)
    return render(
        request,
        "archive/to_deposit.html",
        {
            "form": form,
            "due": due,
            "lists": [(one, rules.DEPOSIT_LABELS[one.state]) for one in queries.deposits()],
            "may": may,
        },
        status=422 if form.errors else 200,
    )


def _get(deposit_id: UUID) -> queries.Deposit:
    found = queries.find_deposit(deposit_id)
    if found is None:
        raise Http404
    return found


@staff(*READERS)
@require_safe_or_post
def deposit(request: HttpRequest, deposit_id: UUID) -> HttpResponse:
    """Show a deposit list and the step that is whose; a post does it, and what was typed stays when it is refused."""
    found, actor, refused = _get(deposit_id), actor_for(request), ""
    if request.method == "POST":
        try:
            _step(request, found, actor)
        except Refusal as error:
            refused = error.message
        else:
            return HttpResponseRedirect(reverse("archive:deposit", args=[found.pk]))
    keeps = bool(actor.roles & KEEPERS)
    approved = found.state == rules.DepositState.APPROVED
    return render(
        request,
        "archive/deposit.html",
        {
            "list": found,
            "label": rules.DEPOSIT_LABELS[found.state],
            "items": [(one, row_of(one.folder)) for one in queries.deposited(found)],
            "may_approve": services.may_approve(found, actor),
            "may_receive": approved and keeps,
            "may_pack": keeps
            and found.state in (rules.DepositState.APPROVED, rules.DepositState.DONE),
            "may_drop": keeps
            and found.state in (rules.DepositState.DRAWN, rules.DepositState.APPROVED),
            "refused": refused,
            "given": request.POST,
        },
        status=422 if refused else 200,
    )


def _step(request: HttpRequest, found: queries.Deposit, actor: Actor) -> None:
    at, given = clock.now(), request.POST
    step, keeps = given.get("langkah", ""), bool(actor.roles & KEEPERS)
    if step == "receive" and keeps:
        receipt = services.Receipt(
            given.get("nomor", ""), _day(given.get("tanggal", "")), given.get("penerima", "")
        )
        tell(request, *services.receive(found, receipt, by=actor, at=at))
        return
    if step == "drop" and keeps:
        services.drop_deposit(found, by=actor, at=at)
    else:
        services.approve_deposit(found, by=actor, at=at)
    messages.success(request, _("Sudah dicatat."))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@staff(*READERS)
@require_safe
def deposit_pdf(request: HttpRequest, deposit_id: UUID) -> HttpResponse:  # noqa: ARG001  every view takes the request
    """Return a deposit list, or the minutes of its hand-over (berita acara serah terima)."""
    found = _get(deposit_id)
    return record_pdf(papers.deposit_page(found), f"{found.number}.pdf")


@staff(*KEEPING)
@require_POST
def package(request: HttpRequest, deposit_id: UUID) -> StreamingHttpResponse:
    """Send the package of an approved list. By POST, because who takes it along is recorded first."""
    found = _get(deposit_id)
    if found.state not in (rules.DepositState.APPROVED, rules.DepositState.DONE):
        raise Http404
    record_disclosure(
        by=actor_for(request), party_id=None, subject=f"{found.number} archive", at=clock.now()
    )
    answer = StreamingHttpResponse(package_of(found), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{found.number}.zip"'
    answer["Cache-Control"] = "private, no-store"
    return answer
