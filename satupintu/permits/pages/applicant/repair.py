"""
Answering a return or a question of the office: each item with its reason and what puts it right.

Files are stored before anything else of the post is looked at; until the answer is complete the page carries their ids
in a signed field, so that a mistake elsewhere never costs a file.
"""

from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from satupintu.catalogue.form import PageForm, page_form
from satupintu.catalogue.rules import Page, Requirement, Text, fields_by_key
from satupintu.documents.rules import accepted_words
from satupintu.documents.services import UploadRefused
from satupintu.lib import clock
from satupintu.people.access import signed_in
from satupintu.people.rules import Actor
from satupintu.permits import rules
from satupintu.permits.pages.applicant.attach import store_one
from satupintu.permits.pages.applicant.case import ANSWER_ACTIONS
from satupintu.permits.pages.applicant.common import get_own_file, language
from satupintu.permits.queries import File, Repair, open_repairs
from satupintu.permits.words import item_titles
from satupintu.workflow.services import CannotMove, act

_SALT = "permits.repair"
NOTE_LIMIT = 2000


@dataclass(slots=True)
class DocumentItem:
    """A document to send again."""

    requirement: Requirement
    label: str
    reason: str
    note: str
    kept: str = ""  # name of the file that has arrived already
    error: str = ""

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


def _page(file: File, repair: Repair) -> Page:
    known = fields_by_key(file.definition)
    fields = tuple(
        replace(known[one["key"]], shown_when=None)
        for one in repair.items
        if one["on"] == "field" and one["key"] in known
    )
    return Page("repair", Text("", ""), fields)


def _wanted(file: File, repair: Repair) -> list[DocumentItem]:
    asked = {one["key"]: one["reason"] for one in repair.items if one["on"] == "document"}
    used = language()
    return [
        DocumentItem(
            one,
            one.label.in_language(used),
            asked[one.key],
            _("%(kinds)s, paling besar %(mb)s MB.")
            % {"kinds": accepted_words(one.accept), "mb": one.max_mb},
        )
        for one in file.definition.requirements
        if one.key in asked
    ]


@signed_in
@never_cache
@require_http_methods(["GET", "POST"])
def repair(request: HttpRequest, number: str) -> HttpResponse:
    """Show what must be put right, take the answer."""
    actor, file = get_own_file(request, number)
    own = file.case.party_id in actor.party_ids
    if not own and not actor.roles & rules.FRONT:
        raise Http404
    asked = open_repairs([file.case.pk]).get(file.case.pk)
    action = ANSWER_ACTIONS.get(rules.State(file.case.state))
    if asked is None or action is None:
        messages.info(request, _("Tidak ada yang perlu diperbaiki pada permohonan ini sekarang."))
        return redirect("permits:mycase", number)
    page, wanted = _page(file, asked), _wanted(file, asked)
    posted = request.POST if request.method == "POST" else None
    kept: dict[str, list[str]] = {}
    if posted is not None:
        kept = _kept(request, file) | _store(request, file, wanted, actor)
    answers = file.permit_case.answers
    form = page_form(file.definition, page, file.kind, answers, posted)
    others = _others(file, asked)
    silent = bool(others) and not request.POST.get("catatan", "").strip()
    if posted is not None and form.is_bound and _complete(form, wanted, kept) and not silent:
        return _send(request, actor, file, form, kept)
    for item in wanted:
        item.kept = kept.get(item.requirement.key, ["", ""])[1]
    context = {
        "file": file,
        "service": file.definition.title_in(language()),
        "repair": asked,
        "form": form,
        "wanted": wanted,
        "fields": _with_reasons(form, asked),
        "others": others,
        "silent": posted is not None and silent,
        "errors": posted is not None
        and (silent or bool(form.errors) or any(one.error for one in wanted)),
        "kept": signing.dumps([number, kept], salt=_SALT) if kept else "",
        "note": request.POST.get("catatan", ""),
        "label": file.lifecycle.states[file.case.state].label,
        "version": request.POST.get("versi") or file.case.version,
        "own": own,
    }
    return render(request, "permits/applicant/repair.html", context)


def _others(file: File, asked: Repair) -> list[dict[str, str]]:
    found = [one for one in asked.items if one["on"] not in ("document", "field")]
    return item_titles(file.definition, found, language())


def _with_reasons(form: PageForm, asked: Repair) -> list[tuple[Any, str]]:
    reasons = {one["key"]: one["reason"] for one in asked.items if one["on"] == "field"}
    return [(field, reasons.get(field.name, "")) for field in form]


def _store(
    request: HttpRequest, file: File, wanted: list[DocumentItem], actor: Actor
) -> dict[str, list[str]]:
    """Store every file of the post; a refusal is put beside its item."""
    stored: dict[str, list[str]] = {}
    for item in wanted:
        upload = request.FILES.get(f"berkas-{item.requirement.key}")
        if upload is None:
            continue
        try:
            document = store_one(
                item.requirement, upload, party_id=file.case.party_id, by=actor, at=clock.now()
            )
        except UploadRefused as error:
            item.error = error.message
            continue
        stored[item.requirement.key] = [str(document.pk), document.name]
    return stored


def _complete(form: PageForm, wanted: list[DocumentItem], kept: dict[str, list[str]]) -> bool:
    for item in wanted:
        if item.requirement.key not in kept and not item.error:
            item.error = _("Unggah berkas ini.")
    return form.is_valid() and not any(item.error for item in wanted)


def _send(
    request: HttpRequest, actor: Actor, file: File, form: PageForm, kept: dict[str, list[str]]
) -> HttpResponse:
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
                "documents": {key: value[0] for key, value in kept.items()},
            },
            seen_version=int(seen) if seen.isdigit() else None,
        )
    except CannotMove as error:
        messages.error(request, error.message)
        return redirect("permits:repair", file.case.number)
    messages.success(request, _("Perbaikan Anda sudah kami terima."))
    return redirect("permits:mycase", file.case.number)
