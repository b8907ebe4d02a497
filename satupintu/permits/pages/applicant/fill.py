"""
One page of a draft: questions, saved at each step; and what happens to a post whose session has ended.

These pages answer everybody in the table of addresses, because a post without a session must not be lost: it is kept
under the page's signed token (token.py) and shown only after the same person has signed in.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from satupintu.catalogue.form import PageForm, page_form
from satupintu.lib import clock
from satupintu.people.access import public, sign_in_redirect, signed_in
from satupintu.permits import steps
from satupintu.permits.pages.applicant import attach, review
from satupintu.permits.pages.applicant.common import Sheet, get_open_sheet, me, sheet_of, today
from satupintu.permits.pages.applicant.held import (
    fields_of,
    may_hold,
    posted_fields,
    sent_to_sign_in,
)
from satupintu.permits.pages.applicant.token import FIELD, PageToken, make_token, read_token
from satupintu.permits.queries import earlier_answers, find_draft
from satupintu.permits.services import drafts
from satupintu.permits.steps import Step
from satupintu.web.views import csrf_failure

RAW_LIMIT = 5000  # characters of a wrong answer that are kept to be put right


@csrf_exempt  # the signed token of the page replaces the cookie: see token.py
@public
@never_cache
@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, draft_id: UUID, key: str) -> HttpResponseBase:
    """Show or save one step of a draft: a page of questions, the documents, or the review."""
    if request.method == "POST":
        token = read_token(request.POST.get(FIELD, ""))
        if token is None or token.subject_id != draft_id:
            return csrf_failure(request, "draft token")
        if request.user.pk != token.user_id:
            return _keep_for(request, token, key)
    if not request.user.is_authenticated:
        return sign_in_redirect(request)
    return _own_step(request, draft_id, key)


def _own_step(request: HttpRequest, draft_id: UUID, key: str) -> HttpResponse:
    """Answer a signed-in person: the step itself, or where the draft has gone."""
    sheet = get_open_sheet(request, draft_id)
    if sheet is None:
        return redirect("permits:send", draft_id)
    if key not in sheet.keys:
        return redirect("permits:step", draft_id, sheet.keys[0])
    try:
        return _open(request, sheet, key)
    except drafts.DraftGone as error:
        messages.warning(request, error.message)
        return redirect("permits:mine")


def _open(request: HttpRequest, sheet: Sheet, key: str) -> HttpResponse:
    if key == steps.REVIEW:
        return review.show(request, sheet)
    if key == steps.DOCUMENTS:
        return attach.documents(request, sheet)
    page = next(one for one in sheet.steps if one.key == key)
    if request.method == "POST":
        return _save(request, sheet, page)
    held = held_fields(sheet, me(request).pk, key)
    return _show(request, sheet, page, _form(sheet, page, held), restored=held is not None)


def _form(sheet: Sheet, page: Step, data: QueryDict | None) -> PageForm:
    draft = sheet.draft
    answers = sheet.asked
    prefill: dict[str, Any] = {}
    if data is None:
        party = draft.party
        prefill = {
            f"party.{name}": getattr(party, name)
            for name in ("name", "identity", "phone", "email", "address", "region", "birth_date")
            if party and getattr(party, name)
        }
        answers = {**_earlier(sheet, page, prefill), **answers}
    return page_form(
        page.definition, page.page, sheet.kind, answers, data, prefill=prefill, today=today()
    )


def _earlier(sheet: Sheet, page: Step, prefill: dict[str, Any]) -> dict[str, Any]:
    """Return answers of earlier applications to the same questions; the profile comes first, choices are left open."""
    open_types = ("choice", "choices", "yes_no", "group")
    keys = {
        one.key
        for one in page.page.fields
        if one.type not in open_types and prefill.get(one.prefill) is None
    }
    if not keys - set(sheet.draft.answers):
        return {}
    found = earlier_answers(sheet.draft.party_id)
    return {key: value for key, value in found.items() if key in keys}


def _save(request: HttpRequest, sheet: Sheet, page: Step) -> HttpResponse:
    form = _form(sheet, page, request.POST)
    if not form.is_bound:  # a row added, a list searched: shown again with what was typed
        return _show(request, sheet, page, form)
    valid = form.is_valid()
    new = form.answers() | _wrong_texts(form)
    drafts.save_answers(draft=sheet.draft, answers=new, at=clock.now(), step=page.key)
    if request.headers.get("X-Autosave"):
        return HttpResponse(status=204)
    sheet.refresh()
    if not valid:
        return _show(request, sheet, page, form)
    if request.POST.get("kembali") == steps.REVIEW:
        return redirect("permits:step", sheet.draft.pk, steps.REVIEW)
    return redirect("permits:step", sheet.draft.pk, sheet.after(page.key))


def _wrong_texts(form: PageForm) -> dict[str, str]:
    """Return answers that are not right yet as they were typed, so that they can be put right later."""
    typed = {name: form.data.get(name) for name in form.errors if name in form.fields}
    return {
        name: text
        for name, text in typed.items()
        if isinstance(text, str) and 0 < len(text) <= RAW_LIMIT
    }


def _show(
    request: HttpRequest, sheet: Sheet, page: Step, form: PageForm, *, restored: bool = False
) -> HttpResponse:
    keys = sheet.keys
    before = sheet.before(page.key)
    context = {
        "sheet": sheet,
        "page": page,
        "form": form,
        "step": keys.index(page.key) + 1,
        "steps": len(keys),
        "before": before,
        "restored": restored,
        "back": request.GET.get("kembali") or request.POST.get("kembali", ""),
        "token": make_token(sheet.draft.pk, me(request).pk),
        "token_field": FIELD,
        "prefilled": not form.is_bound
        and page.key not in _visited(sheet)
        and any(form.initial.values()),
    }
    return render(request, "permits/applicant/page.html", context)


def _visited(sheet: Sheet) -> set[str]:
    """Return the steps of which an answer is already saved."""
    return {
        one.key
        for one in sheet.steps
        if any(field.key in sheet.draft.answers for field in one.page.fields)
    }


# --- A post without its session -----------------------------------------------------------------


def held_fields(sheet: Sheet, user_id: int, key: str) -> QueryDict | None:
    """Return what was posted to this step without a session by this very person; None when nothing waits."""
    held = sheet.draft.held
    if held.get("user") != user_id or held.get("step") != key:
        return None
    return posted_fields(held["fields"])


def _keep_for(request: HttpRequest, token: PageToken, key: str) -> HttpResponseBase:
    """Put a post aside for the person its token names, and send whoever is here to sign in."""
    at = clock.now()
    draft = find_draft(token.subject_id, token.user_id)
    if draft is None:
        raise Http404
    if may_hold(request, at):
        files = attach.store_held(request, sheet_of(draft), token.user_id, at)
        drafts.hold(
            draft=draft,
            user_id=token.user_id,
            step=key,
            fields=fields_of(request),
            documents=files,
            at=at,
        )
    return sent_to_sign_in(request)


@signed_in
@require_GET
def resume(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Lead to where a draft was left: what is held, else the first page not yet answered."""
    sheet = get_open_sheet(request, draft_id)
    if sheet is None:
        return redirect("permits:send", draft_id)
    held = sheet.draft.held
    if held.get("user") == me(request).pk and held.get("step") in sheet.keys:
        return redirect("permits:step", draft_id, held["step"])
    visited = _visited(sheet)
    left = [one.key for one in sheet.steps if one.key not in visited]
    documents = steps.DOCUMENTS if steps.DOCUMENTS in sheet.keys else steps.REVIEW
    return redirect("permits:step", draft_id, left[0] if left else documents)
