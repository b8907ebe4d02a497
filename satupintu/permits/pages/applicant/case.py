"""A case as its own people see it: where it stands, what is asked, what was said; withdraw and collect."""

from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from satupintu.catalogue.form import display_answers
from satupintu.catalogue.rules import KIND_LABELS
from satupintu.documents.queries import FileMissing, serve
from satupintu.lib import clock
from satupintu.lib.identity import mask_identity
from satupintu.lib.language import current_language
from satupintu.messaging.queries import list_for_party
from satupintu.messaging.rules import DELIVERY_SHOWN, Delivery
from satupintu.office.queries import profile
from satupintu.people.access import signed_in
from satupintu.people.held import restores, typed
from satupintu.permits import rules
from satupintu.permits.pages.applicant.attach import shown
from satupintu.permits.pages.applicant.collection import collection_card
from satupintu.permits.pages.applicant.common import get_own_file, today
from satupintu.permits.pages.applicant.fee_card import fee_card
from satupintu.permits.pages.applicant.tracking import track_of
from satupintu.permits.queries import (
    File,
    Permit,
    asked_of,
    current_attachments,
    get_attachment,
    get_letter,
    get_permit_of,
    letters,
)
from satupintu.permits.registration import beside
from satupintu.permits.rules import ANSWER_ACTIONS
from satupintu.permits.words import item_titles, original_names, part_name
from satupintu.web.methods import require_safe_or_post
from satupintu.workflow.queries import Transition, history, open_tasks
from satupintu.workflow.services import CannotMove, act

MESSAGES_SHOWN = 8


def deemed_granted_at(file: File, at: datetime) -> datetime | None:
    """Return when the legal limit passed without a decision; None while it has not, or does not apply."""
    legal = file.case.legal
    undecided = not file.lifecycle.is_closed(file.case.state) and not file.own_actions & {
        "download"
    }
    if not file.definition.legal.deemed_granted or not undecided or not legal.running:
        return None
    return legal.due_at if legal.due_at and legal.due_at < at else None


@signed_in
@never_cache
@require_safe
def case(request: HttpRequest, number: str) -> HttpResponse:
    """Where my case stands and what I can do about it."""
    actor, file = get_own_file(request, number)
    if file.case.party_id not in actor.party_ids:
        return redirect(f"/berkas/{number}/")
    rows = history(file.case)
    track = track_of(file, rows, open_tasks(file.case))
    actions = file.own_actions
    repair = asked_of(file)
    context = {
        "file": file,
        "one": track,
        "kind": KIND_LABELS[file.kind],
        "repair": repair,
        "items": item_titles(file.definition, repair.items, current_language()) if repair else [],
        "may_answer": bool(actions & set(ANSWER_ACTIONS.values())),
        "may_withdraw": "withdraw" in actions,
        "permit": get_permit_of(file.case.pk) if file.case.state in rules.HAS_PERMIT else None,
        **collection_card(file, may_choose="choose_collection" in actions),
        "deemed": deemed_granted_at(file, clock.now()),
        "sections": masked_answers(file),
        "attachments": _attachments(file),
        "originals": original_names(
            file.definition, file.permit_case.originals, current_language()
        ),
        "letters": [
            (rules.LETTER_LABELS[rules.LetterKind(one.kind)], one)
            for one in letters(file.case.pk)
            if one.document_id
        ],
        "fee": fee_card(file, actions),
        "beside": beside(file.case, rows, office=False, at=clock.now()),
        "sent": _messages(file),
        "reason": _closing_reason(rows),
    }
    return render(request, "permits/applicant/case.html", context)


def masked_answers(file: File) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the answers page by page, identity numbers masked. At most one query."""
    shown_pages = display_answers(file.definition, file.permit_case.answers, current_language())
    return [
        (
            title,
            [
                (label, mask_identity(value) if field.type in ("nik", "npwp") else value)
                for label, value, field in rows
            ],
        )
        for title, rows in shown_pages
    ]


def _attachments(file: File) -> list[tuple[str, Any]]:
    """Return (name, attachment); a statement given electronically has no file: None."""
    used = current_language()
    found: list[tuple[str, Any]] = [
        (part_name(file.definition, "document", one.requirement, used), one)
        for one in current_attachments(file.case.pk)
    ]
    declared = [k for k, v in file.permit_case.statements.items() if rules.is_declared(v)]
    return found + [(part_name(file.definition, "document", key, used), None) for key in declared]


def _messages(file: File) -> list[tuple[Any, Any]]:
    """Return what was sent about this case with how far it came, newest first. One query."""
    if file.case.party_id is None:
        return []
    found = list_for_party(file.case.party_id).filter(about_id=file.case.pk)[:MESSAGES_SHOWN]
    return [(one, DELIVERY_SHOWN[Delivery(one.state)]) for one in found]


def _closing_reason(rows: list[Transition]) -> str:
    """Return the reason of a refusal or revocation, which its applicant must read."""
    if not rows or rows[-1].action not in ("reject", "revoke", "record_refused", "extend"):
        return ""
    note = getattr(rows[-1], "note", None)
    return note.text if note else ""


@signed_in
@restores
@never_cache
@require_safe_or_post
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Ask first, then withdraw."""
    actor, file = get_own_file(request, number)
    if file.case.party_id not in actor.party_ids:
        raise Http404
    if request.method == "POST":
        try:
            act(
                file.case,
                "withdraw",
                by=actor,
                at=clock.now(),
                reason=request.POST.get("alasan", "").strip()[:1000],
            )
        except CannotMove as error:
            messages.error(request, error.message)
        else:
            messages.success(request, _("Permohonan sudah ditarik dan berhenti diproses."))
        return redirect("permits:mycase", number)
    if "withdraw" not in file.own_actions:
        messages.info(request, _("Permohonan ini tidak dapat ditarik lagi."))
        return redirect("permits:mycase", number)
    waiting = typed(request)
    context = {
        "file": file,
        "title": file.definition.title_in(current_language()),
        "reason": waiting.get("alasan", "") if waiting is not None else "",
    }
    return render(request, "permits/applicant/withdraw.html", context)


@signed_in
@never_cache
@require_safe_or_post
def permit(request: HttpRequest, number: str) -> HttpResponseBase:
    """Show the permit (GET), hand over its file (POST); the first time counts as collected."""
    actor, file = get_own_file(request, number)
    found = get_permit_of(file.case.pk)
    if found is None or file.case.party_id not in actor.party_ids:
        raise Http404
    if request.method == "POST" and found.document is None:
        raise Http404  # issued before this program: its file is in the old archive
    if request.method in ("GET", "HEAD"):
        verdict = rules.VERDICTS[rules.verdict_of(found.state, found.valid_until, today())]
        context = {"file": file, "permit": found, "verdict": verdict}
        return render(request, "permits/applicant/permit.html", context)
    if "download" in file.own_actions:
        # Refused when another window was faster: it is collected, and the file is theirs all the same.
        with suppress(CannotMove):
            act(file.case, "download", by=actor, at=clock.now())
    return _permit_pdf(found)


def _permit_pdf(found: Permit) -> HttpResponseBase:
    assert found.document is not None, "asked before"
    try:
        return serve(found.document, watermark=None, at=clock.now())
    except FileMissing as error:
        raise Http404 from error


@signed_in
@never_cache
@require_safe
def attached(request: HttpRequest, number: str, attachment_id: UUID) -> HttpResponseBase:
    """Show a person a file of their own case."""
    actor, file = get_own_file(request, number)
    found = get_attachment(file.case.pk, attachment_id)
    if found is None or file.case.party_id not in actor.party_ids:
        raise Http404
    return shown(found.document)


@signed_in
@never_cache
@require_safe
def letter(request: HttpRequest, number: str, letter_id: UUID) -> HttpResponseBase:
    """Show a letter of the office about one's case."""
    actor, file = get_own_file(request, number)
    found = get_letter(file.case.pk, letter_id)
    if found is None or found.document is None or file.case.party_id not in actor.party_ids:
        raise Http404
    return shown(found.document)


@signed_in
@never_cache
@require_safe
def notice(request: HttpRequest, number: str) -> HttpResponse:
    """
    A page to print: the legal limit passed without a decision (UU 30/2014, article 53, as amended).

    It grants nothing by itself: the head must still decide.
    """
    actor, file = get_own_file(request, number)
    due = deemed_granted_at(file, clock.now())
    if due is None or file.case.party_id not in actor.party_ids:
        raise Http404
    context = {
        "file": file,
        "due": due,
        "started": file.case.legal.started_at,
        "service": file.definition.title_in(current_language()),
        "office": profile(),
        "basis": file.definition.legal.basis,
    }
    return render(request, "permits/applicant/notice.html", context)
