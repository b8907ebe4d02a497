"""
One page of a draft: questions, saved at each step; and what happens to a post whose session has ended.

These pages answer everybody in the table of addresses, because a post without a session must not be lost: it is kept
under the page's signed token (token.py) and shown only after the same person has signed in.
"""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from satupintu.catalogue.form import PageForm, page_form, shown_values
from satupintu.catalogue.rules import Field, is_empty
from satupintu.lib import clock, words
from satupintu.lib.language import current_language
from satupintu.people.access import public, sign_in_redirect, signed_in
from satupintu.people.held import as_post, not_kept, typed_fields
from satupintu.people.queries import actor_for
from satupintu.permits import steps
from satupintu.permits.pages.applicant import attach, review
from satupintu.permits.pages.applicant.already import Held, refuse_held
from satupintu.permits.pages.applicant.common import (
    Sheet,
    get_open_sheet,
    me,
    sheet_of,
    today,
)
from satupintu.permits.pages.applicant.held import answer_held, is_autosave, may_hold
from satupintu.permits.pages.applicant.token import FIELD, PageToken, make_token, read_token
from satupintu.permits.queries import earlier_answers, find_draft, list_drafts
from satupintu.permits.services import drafts
from satupintu.permits.steps import Step, profile_answers
from satupintu.web.methods import require_safe_or_post
from satupintu.web.views import csrf_failure

SHOWN = "semula"  # the hidden field with the digests of the answers that the page showed
RAW_LIMIT = 5000  # characters of a wrong answer that are kept to be put right


@csrf_exempt  # the signed token of the page replaces the cookie: see token.py
@public
@never_cache
@require_safe_or_post
def step(request: HttpRequest, draft_id: UUID, key: str) -> HttpResponseBase:
    """Show or save one step of a draft: a page of questions, the documents, or the review."""
    if request.method == "POST":
        token = read_token(request.POST.get(FIELD, ""))
        if token is None or token.subject_id != draft_id:
            return not_kept(request) if typed_fields(request) else csrf_failure(request)
        if request.user.pk != token.user_id:
            return _keep_for(request, token, key)
    if not request.user.is_authenticated:
        return sign_in_redirect(request)
    return _own_step(request, draft_id, key)


def _own_step(request: HttpRequest, draft_id: UUID, key: str) -> HttpResponse:
    """Answer a signed-in person: the step itself, or where the draft has gone."""
    try:
        sheet = get_open_sheet(request, draft_id)
    except Http404:
        if not _taken_back(request, draft_id):
            raise
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


def _taken_back(request: HttpRequest, draft_id: UUID) -> bool:
    """
    Take back a draft that was thrown away while a page of it stood open, now that the page is sent.

    Who presses the button there still means it, and what they typed is not lost. What a page saves by itself does not.
    """
    sent = request.method == "POST" and not is_autosave(request)
    if not sent or draft_id not in {one.pk for one in list_drafts(actor_for(request))}:
        return False
    drafts.restore_draft(draft_id=draft_id)
    messages.info(
        request,
        _(
            "Draf ini tadi dihapus. Karena Anda mengirim isian lagi, draf dikembalikan dan isian Anda disimpan."
        ),
    )
    return True


def _open(request: HttpRequest, sheet: Sheet, key: str) -> HttpResponse:
    if key == steps.REVIEW:
        return review.show(request, sheet)
    if key == steps.DOCUMENTS:
        return attach.documents(request, sheet)
    page = next(one for one in sheet.steps if one.key == key)
    if request.method == "POST":
        return _save(request, sheet, page)
    held = held_fields(sheet, me(request).pk, key)
    form = _form(sheet, page, held)
    if held is None:
        return _show(request, sheet, page, form)
    return _show(request, sheet, page, form, restored=True, before=held.get(SHOWN, ""))


def _form(sheet: Sheet, page: Step, data: QueryDict | None) -> PageForm:
    draft = sheet.draft
    answers = sheet.asked
    prefill: dict[str, Any] = {}
    if data is None:
        prefill = profile_answers(sheet.draft.party)
        answers = {**_earlier(sheet, page, prefill), **answers}
    form = page_form(
        page.definition, page.page, sheet.kind, answers, data, prefill=prefill, today=today()
    )
    if draft.typed_by_id:  # a shared counter: no browser remembers one applicant for the next
        for field in form.fields.values():
            field.widget.attrs["autocomplete"] = "off"
    return form


def _earlier(sheet: Sheet, page: Step, prefill: dict[str, Any]) -> dict[str, Any]:
    """
    Return answers of earlier applications to the same questions; the profile comes first, choices are left open.

    What belongs to a person comes from any service; a place and what is done there from the same service alone.
    """
    open_types = ("choice", "choices", "yes_no", "group")
    fields = [
        one
        for one in page.page.fields
        if one.type not in open_types and prefill.get(one.prefill) is None
    ]
    if not {one.key for one in fields} - set(sheet.draft.answers):
        return {}
    found: dict[str, Any] = {}
    for code, answers in earlier_answers(sheet.draft.party_id):
        for one in fields:
            same = code == page.definition.code or is_personal(one)
            if same and one.key not in found and not is_empty(answers.get(one.key)):
                found[one.key] = answers[one.key]
    return found


def is_personal(item: Field) -> bool:
    """Return whether an answer belongs to the person, whatever they ask for."""
    return item.prefill.startswith("party.") or item.type in ("nik", "npwp", "nib")


def _filled(sheet: Sheet, page: Step, form: PageForm) -> list[tuple[str, str]]:
    """Return (where from, which fields) of what a page shows filled in that nobody typed here; [] for nothing."""
    if form.is_bound or page.key in _visited(sheet):
        return []
    prefill = profile_answers(sheet.draft.party)
    sources: dict[str, list[str]] = {}
    for item in page.page.fields:
        if not form.initial.get(item.key) or item.key not in form.fields:
            continue
        own = prefill.get(item.prefill) is not None
        source = _("Dari profil Anda") if own else _("Dari permohonan Anda sebelumnya")
        sources.setdefault(source, []).append(item.label.in_language(current_language()))
    return [(source, ", ".join(names)) for source, names in sources.items()]


def _save(request: HttpRequest, sheet: Sheet, page: Step) -> HttpResponse:
    form = _form(sheet, page, request.POST)
    if not form.is_bound:  # a row added, a list searched: shown again with what was typed
        return _show(request, sheet, page, form, before=request.POST.get(SHOWN, ""))
    valid = form.is_valid()
    new = form.answers() | _wrong_texts(form)
    conflicts = drafts.save_page(
        draft=sheet.draft,
        answers=new,
        shown=_shown_before(form.data),
        at=clock.now(),
        step=page.key,
    )
    _say_conflicts(form, page, conflicts)
    if is_autosave(request):
        return _autosaved(sheet, form, conflicts)
    sheet.refresh()
    if not valid or conflicts:
        return _show(request, sheet, page, form)
    if held := refuse_held(sheet, page, form):
        return _show(request, sheet, page, form, already=held)
    if request.POST.get("kembali") == steps.REVIEW:
        return redirect("permits:step", sheet.draft.pk, steps.REVIEW)
    return redirect("permits:step", sheet.draft.pk, sheet.after(page.key))


def _say_conflicts(form: PageForm, page: Step, conflicts: dict[str, Any]) -> None:
    """Put both values beside a question that another window changed meanwhile."""
    values = shown_values(page.definition, conflicts, current_language()) if conflicts else {}
    for key in conflicts:
        form.add_error(
            key,
            _(
                "Di jendela lain bagian ini sudah diubah menjadi “%(value)s”. Tekan Simpan dan lanjut"
                " sekali lagi untuk memakai yang tertulis di sini."
            )
            % {"value": values.get(key) or _("kosong")},
        )


def _autosaved(sheet: Sheet, form: PageForm, conflicts: dict[str, Any]) -> JsonResponse:
    """Answer web/js/autosave.js: when it was saved by our clock, what is not right yet, and what the page now shows."""
    saved = sheet.draft.answers
    answer = {
        "saved_at": words.clock_time(timezone.localtime(sheet.draft.saved_at), current_language()),
        "errors": {name: " ".join(map(str, errors)) for name, errors in form.errors.items()},
        "shown": {
            name: steps.digest(saved.get(name)) for name in form.fields if name not in conflicts
        },
    }
    return JsonResponse(answer)


def _shown_before(data: Any) -> dict[str, str]:
    """Return the digests of the answers that the page showed; {} when they are missing or altered."""
    try:
        found = json.loads(data.get(SHOWN, ""))
    except ValueError:
        return {}
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}


def _shown_now(sheet: Sheet, form: PageForm) -> str:
    """Return the digests of the answers this page shows, as they are stored or filled in beforehand."""
    saved = sheet.draft.answers
    shown = {
        name: steps.digest(saved.get(name, form.get_initial_for_field(field, name)))
        for name, field in form.fields.items()
    }
    return json.dumps(shown, separators=(",", ":"))


def _wrong_texts(form: PageForm) -> dict[str, str]:
    """Return answers that are not right yet as they were typed, so that they can be put right later."""
    typed = {name: form.data.get(name) for name in form.errors if name in form.fields}
    return {
        name: text
        for name, text in typed.items()
        if isinstance(text, str) and 0 < len(text) <= RAW_LIMIT
    }


def _show(
    request: HttpRequest,
    sheet: Sheet,
    page: Step,
    form: PageForm,
    *,
    restored: bool = False,
    before: str = "",
    already: Sequence[Held] = (),
) -> HttpResponse:
    """Show a page; `before`: what an earlier showing of it, not saved since, was filled with."""
    keys = sheet.keys
    context = {
        "sheet": sheet,
        "page": page,
        "form": form,
        "step": keys.index(page.key) + 1,
        "steps": len(keys),
        "most": sheet.most,
        "before": sheet.before(page.key),
        "shown_field": SHOWN,
        "shown": before or _shown_now(sheet, form),
        "restored": restored,
        "already": already,
        "back": request.GET.get("kembali") or request.POST.get("kembali", ""),
        "token": make_token(sheet.draft.pk, me(request).pk),
        "token_field": FIELD,
        "prefilled": _filled(sheet, page, form) if request.method != "POST" else [],
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
    if held.get("user") != user_id or key not in held["steps"]:
        return None
    return as_post(held["steps"][key])


def _keep_for(request: HttpRequest, token: PageToken, key: str) -> HttpResponseBase:
    """Put a post aside for the person its token names, and send whoever is here to sign in."""
    at = clock.now()
    draft = find_draft(token.subject_id, token.user_id)
    if draft is None:
        return answer_held(request, token, kept=False, why=drafts.DraftGone().message)
    if not may_hold(request, token):
        return answer_held(request, token, kept=False)
    files, refused = attach.store_held(request, sheet_of(draft), token.user_id, at)
    try:
        drafts.hold(
            draft=draft,
            user_id=token.user_id,
            step=key,
            fields=typed_fields(request),
            documents=files,
            at=at,
        )
    except drafts.DraftGone as error:
        return answer_held(request, token, kept=False, why=error.message)
    return answer_held(request, token, kept=True, refused=refused)


@signed_in
@require_safe
def resume(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Lead to where a draft was left: what is held, else the first page not yet answered."""
    sheet = get_open_sheet(request, draft_id)
    if sheet is None:
        return redirect("permits:send", draft_id)
    held = sheet.draft.held
    waiting = [key for key in held.get("steps", {}) if key in sheet.keys]
    if held.get("user") == me(request).pk and waiting:
        return redirect("permits:step", draft_id, waiting[0])
    visited = _visited(sheet)
    left = [one.key for one in sheet.steps if one.key not in visited]
    documents = steps.DOCUMENTS if steps.DOCUMENTS in sheet.keys else steps.REVIEW
    return redirect("permits:step", draft_id, left[0] if left else documents)
