"""Objecting from home: the form, where it stands, its papers; and the tracking page for whoever holds the code."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from satupintu.documents.queries import FileMissing, serve
from satupintu.documents.services import render_pdf
from satupintu.lib import clock
from satupintu.lib.language import current_language
from satupintu.lib.refusal import Refusal
from satupintu.objections import queries, rules
from satupintu.objections.pages import printed
from satupintu.objections.pages.forms import KEPT, FilingForm, keep, store_files
from satupintu.objections.pages.shown import steps_of
from satupintu.objections.queries import Decided, Objection
from satupintu.objections.services import Filing, file_objection
from satupintu.objections.services.filing import check_open
from satupintu.office.queries import local_date, work_calendar
from satupintu.people.access import known_by_code, public, signed_in
from satupintu.people.held import restores, typed
from satupintu.people.queries import acting_party_id, actor_for
from satupintu.people.rules import Actor
from satupintu.permits import queries as permits
from satupintu.permits.pages.pdf import pdf_answer
from satupintu.permits.verification import answer_about, read_check_code
from satupintu.supervision.queries import get_supervision_for
from satupintu.web.methods import require_safe_or_post
from satupintu.workflow.queries import Case, NotFound, history, title_of
from satupintu.workflow.services import CannotMove, act

FILINGS_AN_HOUR = 20  # of one person


# --- The form -----------------------------------------------------------------------------------


@signed_in
@restores
@never_cache
@require_safe_or_post
def file_own(request: HttpRequest, number: str) -> HttpResponse:
    """Object to the decision on one's own application or permit; the address stands in the refusal letter."""
    actor = actor_for(request)
    try:
        file = permits.get_file_for(actor, number)
    except NotFound as error:
        raise Http404 from error
    if file.case.party_id not in actor.party_ids:
        raise Http404
    back = reverse("permits:mycase", args=[number])
    return _form(request, actor, file.case, party_id=file.case.party_id, back=back)


@signed_in
@restores
@never_cache
@require_safe_or_post
def file_sanction(request: HttpRequest, number: str, sanction_id: UUID) -> HttpResponse:
    """Object to a sanction on one's own permit; `number` is that of its supervision."""
    actor = actor_for(request)
    try:
        found = get_supervision_for(actor, number)
    except NotFound as error:
        raise Http404 from error
    if found.about.party_id not in actor.party_ids:
        raise Http404
    back = reverse("supervision:own", args=[number])
    party_id = found.about.party_id
    return _form(request, actor, found.about, party_id=party_id, back=back, sanction=sanction_id)


@signed_in
@restores
@never_cache
@require_safe_or_post
def file_third(request: HttpRequest, code: str) -> HttpResponse:
    """Object to somebody else's permit that harms oneself; what is shown of it is what the public check shows."""
    actor, at = actor_for(request), clock.now()
    permit = permits.find_permit(code=read_check_code(code))
    if permit is None:
        raise Http404
    party_id = acting_party_id(request)
    if party_id is None or permit.party_id in actor.party_ids:
        messages.info(
            request, _("Keberatan pihak lain diajukan oleh orang yang bukan pemegang izin ini.")
        )
        return redirect("permits:check_code", code)
    shown = answer_about(permit, local_date(at), at)
    back = reverse("permits:check_code", args=[code])
    return _form(request, actor, permit.case, party_id=party_id, back=back, shown=shown)


def _form(
    request: HttpRequest,
    actor: Actor,
    about: Case,
    *,
    party_id: UUID | None,
    back: str,
    shown: Any = None,
    sanction: UUID | None = None,
) -> HttpResponse:
    assert party_id is not None
    third, at, calendar = shown is not None, clock.now(), work_calendar()
    form = FilingForm(typed(request), third=third)
    kept = ""
    decided: Decided | None = None
    try:
        decided = check_open(about, own=not third, filed=at, calendar=calendar, sanction=sanction)
        if request.method == "POST":
            files = store_files(request, form, about=about.pk, party_id=party_id, by=actor, at=at)
            kept = keep(request, about.pk, files)
            if form.is_valid():
                done = file_objection(
                    about=about,
                    filing=Filing(
                        party_id=party_id,
                        grounds=form.cleaned_data["grounds"],
                        wish=form.cleaned_data["wish"],
                        interest=form.cleaned_data.get("interest", ""),
                        documents=tuple(files),
                        sanction=sanction,
                    ),
                    by=actor,
                    at=at,
                )
                messages.success(request, _("Keberatan Anda sudah kami terima."))
                return redirect("objections:own", done.case.number)
    except Refusal as refused:
        if request.method != "POST" or not form.is_bound:
            messages.warning(request, refused.message)
            return redirect(back)
        form.is_valid()
        form.add_error(None, refused.message)
    context = {
        "form": form,
        "about": about,
        "decided": decided,
        "decision": decided.label if decided else "",
        "wish": decided.effect.wish if decided else "",
        "service": title_of(about, current_language()),
        "shown": shown,
        "kept_field": KEPT,
        "kept": kept,
        "back": back,
        "most_files": rules.MOST_FILES,
    }
    return render(request, "objections/file.html", context)


# --- Where it stands ------------------------------------------------------------------------------


def _get_own(request: HttpRequest, number: str) -> tuple[Actor, Objection]:
    """Return who asks and the objection, when it is theirs. Raises Http404 for anybody else's."""
    actor = actor_for(request)
    try:
        found = queries.get_objection_for(actor, number)
    except NotFound as error:
        raise Http404 from error
    if found.case.party_id not in actor.party_ids:
        raise Http404
    return actor, found


def _standing(objection: Objection) -> dict[str, Any]:
    """Return what everybody with the code may read of an objection. One query."""
    case = objection.case
    rows = history(case)
    due = case.legal.due_at if case.state in rules.UNDECIDED else None
    steps = steps_of(rows, case, public=True)
    return {
        "objection": objection,
        "case": case,
        "state": rules.STATUSES[case.state],
        "service": title_of(objection.about, current_language()),
        "decision": queries.decision_words(objection),
        "steps": steps,
        "due": due,
        "carry_out": case.pledge.due_at if case.state == rules.State.DEEMED else None,
        "closed": rules.OBJECTION.is_closed(case.state),
        "result": _result(objection, rows),
        "rows": rows,
    }


def _result(objection: Objection, rows: list[Any]) -> Any:
    """Return what a granted objection did, in words; "" for nothing."""
    done = next((row for row in reversed(rows) if row.action in rules.LETTERS), None)
    return rules.result_of(objection.decision, done.data, current_language()) if done else ""


@signed_in
@never_cache
@require_safe
def objection(request: HttpRequest, number: str) -> HttpResponse:
    """Where my objection stands, what I wrote, its letters, and what else I can do."""
    _actor, found = _get_own(request, number)
    standing = _standing(found)
    rows = standing["rows"]
    done = next((row for row in reversed(rows) if row.action in rules.LETTERS), None)
    note = getattr(done, "note", None)
    context = standing | {
        "papers": queries.evidence_of(found),
        "letters": [
            (rules.LETTER_LABELS[rules.LetterKind(one.kind)], one)
            for one in queries.letters_of(found)
            if one.document_id
        ],
        "may_withdraw": found.case.state in rules.UNDECIDED,
        "considerations": note.text if note else "",
        "appeal_until": rules.appeal_until(queries.decision_received(found, done), work_calendar())
        if done
        else None,
        "superior": printed.superior(),
        "third": found.standing == rules.Standing.THIRD,
    }
    return render(request, "objections/own.html", context)


@public
@never_cache
@require_safe
def track(request: HttpRequest, code: str) -> HttpResponse:
    """Show where an objection stands, to whoever holds its code; asked as often as other codes."""
    found = known_by_code(request, lambda: queries.find_by_code(code))
    own = found.case.party_id in actor_for(request).party_ids
    return render(request, "objections/track.html", _standing(found) | {"own": own})


@signed_in
@restores
@never_cache
@require_safe_or_post
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Ask first, then withdraw."""
    actor, found = _get_own(request, number)
    if request.method == "POST":
        try:
            act(
                found.case,
                "withdraw",
                by=actor,
                at=clock.now(),
                reason=request.POST.get("alasan", "").strip()[:1000],
            )
        except CannotMove as error:
            messages.error(request, error.message)
        else:
            messages.success(request, _("Keberatan sudah ditarik."))
        return redirect("objections:own", number)
    if found.case.state not in rules.UNDECIDED:
        messages.info(request, _("Keberatan ini tidak dapat ditarik lagi."))
        return redirect("objections:own", number)
    waiting = typed(request)
    context = {
        "case": found.case,
        "reason": waiting.get("alasan", "") if waiting is not None else "",
    }
    return render(request, "objections/withdraw.html", context)


# --- Papers ---------------------------------------------------------------------------------------


@signed_in
@never_cache
@require_safe
def receipt_pdf(request: HttpRequest, number: str) -> HttpResponse:
    """The receipt to print or keep: for whose it is, and for the counter that took it in."""
    try:
        found = queries.get_objection_for(actor_for(request), number)
    except NotFound as error:
        raise Http404 from error
    page = printed.receipt(found, queries.evidence_of(found))
    return pdf_answer(render_pdf("receipt", page), f"tanda-terima-{found.case.number}.pdf")


@signed_in
@never_cache
@require_safe
def paper(request: HttpRequest, number: str, document_id: UUID) -> HttpResponseBase:
    """Show a paper of an objection to whose it is, and to officers who may read the case."""
    try:
        found = queries.get_objection_for(actor_for(request), number)
        document = queries.document_of(found, document_id)
        return serve(document, watermark=None, at=clock.now())
    except (NotFound, FileMissing) as error:
        raise Http404 from error
