"""
Answering a return or a question of the office: each item with its reason and what puts it right.

Files are stored before anything else of the post is looked at; until the answer is complete the page carries their ids
in a signed field, so that a mistake elsewhere never costs a file.
"""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from satupintu.catalogue.form import PageForm, merged_answers, page_form, right_so_far
from satupintu.catalogue.rules import Page, Requirement, Text, fields_by_key
from satupintu.documents.rules import accepted_words
from satupintu.documents.services import UploadRefused
from satupintu.lib import clock
from satupintu.lib.language import current_language
from satupintu.people.access import public, sign_in_redirect
from satupintu.people.held import as_post, not_kept, typed_fields
from satupintu.people.rules import Actor
from satupintu.permits import rules
from satupintu.permits.pages.applicant.attach import store_one
from satupintu.permits.pages.applicant.common import get_own_file, today
from satupintu.permits.pages.applicant.held import answer_held, may_hold
from satupintu.permits.pages.applicant.token import FIELD, PageToken, make_token, read_token
from satupintu.permits.queries import File, Repair, asked_of, file_of, get_open_repair
from satupintu.permits.rules import ANSWER_ACTIONS
from satupintu.permits.services import drafts
from satupintu.permits.steps import Opened, opened_by
from satupintu.permits.words import item_titles
from satupintu.web.methods import require_safe_or_post
from satupintu.web.views import csrf_failure
from satupintu.workflow.services import CannotMove, act

_SALT = "permits.repair"
OPENED = "dibuka"  # the hidden field with the keys of questions that were opened and shown
NOTE_LIMIT = 2000
LONGEST_VERSION = 10  # digits; a longer one was typed by nobody's page


@dataclass(slots=True)
class DocumentItem:
    """A document to send again."""

    requirement: Requirement
    label: str
    reason: str
    note: str
    kept: str = ""  # name of the file that has arrived already
    error: str = ""
    optional: bool = False
    declared: bool = False

    @property
    def statement_text(self) -> str:
        return self.requirement.statement_text.in_language(current_language())

    @property
    def accept(self) -> str:
        return ",".join(f".{code}" for code in self.requirement.accept)


def _kept(request: HttpRequest, file: File) -> dict[str, list[str]]:
    """Return requirement -> [document id, name] of files an earlier try of this page stored."""
    try:
        number, kept = signing.loads(request.POST.get("disimpan", ""), salt=_SALT, max_age=86400)
    except (signing.BadSignature, ValueError, TypeError):
        return {}
    return dict(kept) if number == file.case.number else {}


@dataclass(frozen=True, slots=True)
class Questions:
    """What the answer must hold: what the office asked, and what the answers given so far have opened besides."""

    page: Page
    wanted: list[DocumentItem]
    opened: Opened


def _questions(file: File, repair: Repair, data: QueryDict | None) -> Questions:
    """Return what is asked, after what is typed in `data`: a changed answer may open questions and documents."""
    stored, opened = file.permit_case.answers, Opened()
    page = _page(file, repair, opened)
    if data is not None:
        # An answer that was opened may open more; conditions look back to earlier pages, so this comes to rest.
        for _round in range(len(file.definition.pages) + 1):
            right = right_so_far(file.definition, page, file.kind, stored, data, today=today())
            given = merged_answers(file.definition, file.kind, stored, right)
            found = opened_by(file.definition, file.kind, stored, given)
            if found == opened:
                break
            opened = found
            page = _page(file, repair, opened)
    return Questions(page, _wanted(file, repair, opened, data), opened)


def _page(file: File, repair: Repair, opened: Opened) -> Page:
    known = fields_by_key(file.definition)
    asked = [known[one["key"]] for one in repair.items if _is_field(one) and one["key"] in known]
    fields = dict.fromkeys([*asked, *opened.fields])
    return Page("repair", Text("", ""), tuple(replace(one, shown_when=None) for one in fields))


def _is_field(item: dict[str, str]) -> bool:
    return item["on"] == "field"


def _wanted(
    file: File, repair: Repair, opened: Opened, data: QueryDict | None
) -> list[DocumentItem]:
    asked = {one["key"]: one["reason"] for one in repair.items if one["on"] == "document"}
    fresh = {one.key for one in opened.requirements} - set(asked)
    used = current_language()
    return [
        DocumentItem(
            one,
            one.label.in_language(used),
            asked.get(one.key) or _because(),
            _("%(kinds)s, paling besar %(mb)s MB.")
            % {"kinds": accepted_words(one.accept), "mb": one.max_mb},
            optional=one.key in fresh and not one.required,
            declared=data is not None and f"nyatakan-{one.key}" in data,
        )
        for one in file.definition.requirements
        if one.key in asked or one.key in fresh
    ]


def _because() -> str:
    return _("Ditanyakan karena jawaban lain berubah.")


@csrf_exempt  # the signed token of the page replaces the cookie: see token.py
@public
@never_cache
@require_safe_or_post
def repair(request: HttpRequest, number: str) -> HttpResponseBase:
    """Show what must be put right, take the answer; keep it when the session has ended meanwhile."""
    if request.method == "POST":
        token = read_token(request.POST.get(FIELD, ""))
        if token is None:
            return not_kept(request) if typed_fields(request) else csrf_failure(request)
        if request.user.pk != token.user_id:
            return _keep_for(request, token, number)
    if not request.user.is_authenticated:
        return sign_in_redirect(request)
    actor, file = get_own_file(request, number)
    if file.case.party_id not in actor.party_ids and not actor.roles & rules.FRONT:
        raise Http404
    asked = asked_of(file)
    if asked is None:
        messages.info(request, _("Tidak ada yang perlu diperbaiki pada permohonan ini sekarang."))
        return redirect("permits:mycase", number)
    return _answer(request, actor, file, asked)


def _keep_for(request: HttpRequest, token: PageToken, number: str) -> HttpResponseBase:
    """Put an answer aside for the person its token names."""
    at = clock.now()
    asked = get_open_repair(token.subject_id, number)
    if asked is None:
        return answer_held(request, token, kept=False, why=_over())
    if not may_hold(request, token):
        return answer_held(request, token, kept=False)
    wanted = _questions(file_of(asked.permit_case.case), asked, request.POST).wanted
    nobody = Actor(name="", roles=frozenset(), user_id=token.user_id)
    documents = _store(request, wanted, nobody, party_id=None)
    kept = drafts.hold_answer(
        repair_id=asked.pk,
        user_id=token.user_id,
        fields=typed_fields(request),
        documents=documents,
        at=at,
    )
    refused = [f"{one.label} ({one.error})" for one in wanted if one.error]
    return answer_held(request, token, kept=kept, refused=refused, why="" if kept else _over())


def _over() -> str:
    return _(
        "Kantor tidak menunggu jawaban ini lagi, jadi kiriman ini tidak disimpan. Yang Anda ketik ada"
        " di bawah, bila masih perlu disalin."
    )


def _answer(request: HttpRequest, actor: Actor, file: File, asked: Repair) -> HttpResponse:
    held = drafts.held_answer(asked, actor.user_id)
    posted = request.POST if request.method == "POST" else None
    shown = as_post(held["fields"]) if held and posted is None else posted
    questions = _questions(file, asked, shown)
    wanted, keys = questions.wanted, questions.opened.keys
    kept: dict[str, list[str]] = dict(held.get("documents", {}))
    if posted is not None:
        kept |= _kept(request, file) | _store(request, wanted, actor, party_id=file.case.party_id)
    answers = file.permit_case.answers
    form = page_form(file.definition, questions.page, file.kind, answers, shown, today=today())
    others = _others(file, asked)
    silent = bool(others) and not request.POST.get("catatan", "").strip()
    seen = shown.get(OPENED, "") if shown is not None else ""
    fresh = keys - set(seen.split())  # nobody has seen these yet
    if posted is not None and form.is_bound:
        complete = _complete(form, wanted, kept)
        if complete and not silent and not fresh:
            return _send(request, actor, file, form, kept, wanted)
    for item in wanted:
        item.kept = kept.get(item.requirement.key, ["", ""])[1]
        item.error = "" if item.requirement.key in fresh else item.error
    for key in fresh & set(form.errors):
        del form.errors[key]
    context = {
        "file": file,
        "service": file.definition.title_in(current_language()),
        "repair": asked,
        "form": form,
        "wanted": wanted,
        "fields": _with_reasons(form, asked, keys),
        "fresh": [one for one in wanted if one.requirement.key in fresh],
        "fresh_fields": [one for one in form if one.name in fresh],
        "opened_field": OPENED,
        "opened": " ".join(sorted(keys)),
        "others": others,
        "silent": posted is not None and silent,
        "errors": posted is not None
        and (silent or bool(form.errors) or any(one.error for one in wanted)),
        "kept": signing.dumps([file.case.number, kept], salt=_SALT) if kept else "",
        "note": shown.get("catatan", "") if shown is not None else "",
        "restored": bool(held) and posted is None,
        "token": make_token(asked.pk, actor.user_id or 0),
        "token_field": FIELD,
        "label": file.lifecycle.states[file.case.state].label,
        "version": request.POST.get("versi") or file.case.version,
    }
    return render(request, "permits/applicant/repair.html", context)


def _others(file: File, asked: Repair) -> list[dict[str, str]]:
    found = [one for one in asked.items if one["on"] not in ("document", "field")]
    return item_titles(file.definition, found, current_language())


def _with_reasons(form: PageForm, asked: Repair, opened: set[str]) -> list[tuple[Any, str]]:
    reasons = dict.fromkeys(opened, _because())
    reasons |= {one["key"]: one["reason"] for one in asked.items if _is_field(one)}
    return [(field, reasons.get(field.name, "")) for field in form]


def _store(
    request: HttpRequest, wanted: list[DocumentItem], actor: Actor, *, party_id: UUID | None
) -> dict[str, list[str]]:
    """Store every file of the post; a refusal is put beside its item."""
    stored: dict[str, list[str]] = {}
    for item in wanted:
        upload = request.FILES.get(f"berkas-{item.requirement.key}")
        if upload is None:
            continue
        try:
            document = store_one(
                item.requirement, upload, party_id=party_id, by=actor, at=clock.now()
            )
        except UploadRefused as error:
            item.error = error.message
            continue
        stored[item.requirement.key] = [str(document.pk), document.name]
    return stored


def _complete(form: PageForm, wanted: list[DocumentItem], kept: dict[str, list[str]]) -> bool:
    for item in wanted:
        given = item.requirement.key in kept or (item.requirement.may_declare and item.declared)
        if not given and not item.error and not item.optional:
            item.error = (
                _("Centang pernyataan ini, atau unggah berkasnya.")
                if item.requirement.may_declare
                else _("Unggah berkas ini.")
            )
    return form.is_valid() and not any(item.error for item in wanted)


def _send(  # noqa: PLR0917  the order of the words: who, what, with what
    request: HttpRequest,
    actor: Actor,
    file: File,
    form: PageForm,
    kept: dict[str, list[str]],
    wanted: list[DocumentItem],
) -> HttpResponse:
    asked = {one.requirement.key for one in wanted}
    declared = {
        one.requirement.key for one in wanted if one.requirement.may_declare and one.declared
    }
    action = ANSWER_ACTIONS[rules.State(file.case.state)]
    seen = request.POST.get("versi", "")
    own = file.case.party_id in actor.party_ids
    try:
        act(
            file.case,
            action,
            by=actor,
            at=clock.now(),
            channel="web" if own else "counter",
            reason=request.POST.get("catatan", "").strip()[:NOTE_LIMIT],
            data={
                "answers": form.answers(),
                "documents": {key: value[0] for key, value in kept.items() if key in asked},
                "statements": sorted(declared - set(kept)),
            },
            seen_version=int(seen) if seen.isdecimal() and len(seen) < LONGEST_VERSION else None,
        )
    except CannotMove as error:
        messages.error(request, error.message)
        return redirect("permits:repair", file.case.number)
    messages.success(request, _("Perbaikan Anda sudah kami terima."))
    return redirect("permits:mycase", file.case.number)
