"""
The documents of a draft: sent, reused from the vault, declared, replaced, taken off.

Each file is stored before anything else of the post is looked at, so that an error elsewhere never costs a file.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from satupintu.catalogue.rules import STATEMENT_LABELS, Requirement
from satupintu.documents.queries import (
    Document,
    FileMissing,
    NotPreviewable,
    PageNotFound,
    list_documents,
    reusable_documents,
    serve,
    watermark_text,
)
from satupintu.documents.rules import accepted_words
from satupintu.documents.services import UploadRefused, store_upload
from satupintu.lib import clock
from satupintu.lib.language import current_language
from satupintu.office.queries import profile
from satupintu.people.access import signed_in
from satupintu.people.held import as_post
from satupintu.people.queries import actor_for
from satupintu.people.rules import Actor
from satupintu.permits import steps
from satupintu.permits.pages.applicant.common import Sheet, get_sheet, me, today
from satupintu.permits.pages.applicant.token import FIELD, make_token
from satupintu.permits.queries import Draft
from satupintu.permits.rules import is_declared
from satupintu.permits.services import drafts


@dataclass(slots=True)
class Row:
    """One requirement as the page shows it."""

    requirement: Requirement
    required: bool
    label: str
    help: str
    note: str
    document: Document | None = None
    reuse: Document | None = None
    declared: bool = False
    statement_text: str = ""
    paper_forms: list[tuple[str, Any]] = field(default_factory=list)
    error: str = ""

    @property
    def key(self) -> str:
        return self.requirement.key

    @property
    def given(self) -> bool:
        return self.document is not None or self.declared

    @property
    def pdf_only(self) -> bool:
        return tuple(self.requirement.accept) == ("pdf",)

    @property
    def accept(self) -> str:
        return ",".join(f".{code}" for code in self.requirement.accept)


@dataclass(frozen=True, slots=True)
class Held:
    """What was posted to the page of documents without a session: the ticks, and requirement -> document id."""

    fields: QueryDict
    documents: dict[str, str]


def rows_of(
    sheet: Sheet,
    errors: dict[str, str] | None = None,
    *,
    offer: bool = True,
    held: Held | None = None,
) -> list[Row]:
    """
    Return what is asked, with what is given and (`offer`) what could be used again. Two queries.

    Files and ticks that are `held` show as given: they become so with the next press of the button.
    """
    draft, errors = sheet.draft, errors or {}
    wanted = sheet.documents()
    given = _documents_of({**draft.documents, **(held.documents if held else {})})
    again = [one for one, _required in wanted if one.reusable and offer]
    reusable = _reusable(sheet, again)
    rows = [_row(one, draft, required=required) for one, required in wanted]
    for row in rows:
        row.document = given.get(row.key)
        row.reuse = None if row.document else reusable.get(row.key)
        row.error = errors.get(row.key, "")
        if held is not None and row.document is None:
            row.declared = row.declared or f"nyatakan-{row.key}" in held.fields
    return rows


def _documents_of(ids: dict[str, str]) -> dict[str, Document]:
    found = {str(one.pk): one for one in list_documents([UUID(i) for i in ids.values()])}
    return {key: found[i] for key, i in ids.items() if i in found}


def _reusable(sheet: Sheet, wanted: list[Requirement]) -> dict[str, Document]:
    if sheet.draft.party_id is None or not wanted:
        return {}
    kinds = {one.document_kind or one.key: one.valid_months or None for one in wanted}
    held = reusable_documents(sheet.draft.party_id, kinds, today())
    return {
        one.key: held[one.document_kind or one.key]
        for one in wanted
        if (one.document_kind or one.key) in held
    }


def _row(requirement: Requirement, draft: Draft, *, required: bool) -> Row:
    """Return what the service file says of one requirement, and whether it was declared."""
    key, used = requirement.key, current_language()
    return Row(
        requirement,
        required,
        label=requirement.label.in_language(used),
        help=requirement.help.in_language(used),
        note=_note(requirement),
        declared=is_declared(str(draft.statements.get(key, ""))),
        statement_text=requirement.statement_text.in_language(used),
        paper_forms=[(one.value, STATEMENT_LABELS[one]) for one in requirement.papers],
    )


def _note(requirement: Requirement) -> str:
    text = _("%(kinds)s, paling besar %(mb)s MB.") % {
        "kinds": accepted_words(requirement.accept),
        "mb": requirement.max_mb,
    }
    if tuple(requirement.accept) == ("pdf",):
        text += " " + _("Dari ponsel: buat PDF dengan aplikasi pindai, bukan foto.")
    return text


def store_one(
    requirement: Requirement, upload: Any, *, party_id: UUID | None, by: Actor, at: datetime
) -> Document:
    """Check and keep one file for a requirement. Raises UploadRefused with a sentence for the person."""
    return store_upload(
        upload=upload,
        accept=requirement.accept,
        max_mb=requirement.max_mb,
        party_id=party_id,
        kind=requirement.document_kind or requirement.key,
        name=upload.name or requirement.key,
        identity=requirement.identity,
        keep_gps=requirement.keep_gps,
        by=by,
        at=at,
    )


def _file_name(key: str) -> str:
    return f"berkas-{key}"


def store_held(
    request: HttpRequest, sheet: Sheet, user_id: int, at: datetime
) -> tuple[dict[str, str], list[str]]:
    """
    Keep the files of a post without a session, in nobody's vault.

    Return requirement -> document id, and what was refused, each with its reason: it is asked for again.
    """
    by = Actor(name="", roles=frozenset(), user_id=user_id)
    kept: dict[str, str] = {}
    refused: list[str] = []
    for requirement, _required in sheet.documents():
        upload = request.FILES.get(_file_name(requirement.key))
        if upload is not None:
            try:
                document = store_one(requirement, upload, party_id=None, by=by, at=at)
            except UploadRefused as error:
                refused.append(
                    f"{requirement.label.in_language(current_language())} ({error.message})"
                )
                continue
            kept[requirement.key] = str(document.pk)
    return kept, refused


def documents(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    """Show or save the page of documents."""
    held = _held(sheet, me(request).pk)
    if request.method in ("GET", "HEAD"):
        return _show(request, sheet, {}, held)
    at = clock.now()
    if held is not None:
        drafts.release_documents(
            draft=sheet.draft,
            user_id=me(request).pk,
            step=steps.DOCUMENTS,
            papers=_papers_held(sheet, held),
            at=at,
        )
    errors = _take_files(request, sheet, at)
    _take_ticks(request, sheet, at)
    if errors or {"hapus", "kirim-berkas"} & set(request.POST):
        return _show(request, sheet, errors)
    missing = _missing(sheet)
    if missing and "lewati" not in request.POST:
        return _show(request, sheet, missing)
    return redirect("permits:step", sheet.draft.pk, steps.REVIEW)


def _held(sheet: Sheet, user_id: int) -> Held | None:
    """Return what was posted to this page without a session by this very person."""
    held = sheet.draft.held
    if held.get("user") != user_id:
        return None
    fields = held["steps"].get(steps.DOCUMENTS)
    if fields is None and not held["documents"]:
        return None
    return Held(as_post(fields or {}), held["documents"])


def _papers_held(sheet: Sheet, held: Held) -> dict[str, str]:
    """Return requirement -> the form of statement that a held file is."""
    found: dict[str, str] = {}
    for requirement, _required in sheet.documents():
        form = _paper(requirement, held.fields.get(f"bentuk-{requirement.key}", ""))
        if form:
            found[requirement.key] = form
    return found


def _paper(requirement: Requirement, chosen: str) -> str:
    """Return the form of a statement given by file: the chosen one, else the first allowed; "" for no statement."""
    papers = [one.value for one in requirement.papers]
    return chosen if chosen in papers else (papers[0] if papers else "")


def _take_files(request: HttpRequest, sheet: Sheet, at: datetime) -> dict[str, str]:
    """Store every file of the post; return requirement -> why it was not taken."""
    by, refused = actor_for(request), {}
    removed = request.POST.get("hapus", "")
    for requirement, _required in sheet.documents():
        key = requirement.key
        upload = request.FILES.get(_file_name(key))
        if upload is not None:
            try:
                document = store_one(
                    requirement, upload, party_id=sheet.draft.party_id, by=by, at=at
                )
            except UploadRefused as error:
                refused[key] = error.message
                continue
            statement = _paper(requirement, request.POST.get(f"bentuk-{key}", ""))
            drafts.save_document(
                draft=sheet.draft,
                requirement=key,
                document_id=document.pk,
                at=at,
                statement=statement,
            )
        elif key == removed:
            drafts.save_document(draft=sheet.draft, requirement=key, document_id=None, at=at)
    return refused


def _take_ticks(request: HttpRequest, sheet: Sheet, at: datetime) -> None:
    """Take declarations and documents from the vault that were ticked."""
    removed = request.POST.get("hapus", "")
    for row in rows_of(sheet):
        if row.key == removed:
            continue
        if row.reuse and request.POST.get(f"pakai-{row.key}") == str(row.reuse.pk):
            drafts.save_document(
                draft=sheet.draft, requirement=row.key, document_id=row.reuse.pk, at=at
            )
        elif row.requirement.may_declare and row.document is None:
            ticked = f"nyatakan-{row.key}" in request.POST
            if ticked != row.declared:
                drafts.save_statement(draft=sheet.draft, requirement=row.key, given=ticked, at=at)


def _missing(sheet: Sheet) -> dict[str, str]:
    return {
        row.key: _("Centang pernyataan ini, atau unggah berkasnya.")
        if row.requirement.may_declare
        else _("Unggah berkas ini.")
        for row in rows_of(sheet)
        if row.required and not row.given
    }


def _show(
    request: HttpRequest, sheet: Sheet, errors: dict[str, str], held: Held | None = None
) -> HttpResponse:
    keys = sheet.keys
    rows = rows_of(sheet, errors, held=held)
    context = {
        "sheet": sheet,
        "rows": rows,
        "photos": any(row.requirement.by_file and not row.pdf_only for row in rows),
        "errors": bool(errors),
        "step": keys.index(steps.DOCUMENTS) + 1,
        "steps": len(keys),
        "most": sheet.most,
        "before": sheet.before(steps.DOCUMENTS),
        "restored": held is not None,
        "token": make_token(sheet.draft.pk, me(request).pk),
        "token_field": FIELD,
    }
    return render(request, "permits/applicant/documents.html", context)


@signed_in
@require_POST
def upload(request: HttpRequest, draft_id: UUID, requirement: str) -> JsonResponse:
    """Take one file at once (with JavaScript) and answer as web/js/upload.js reads; the ordinary CSRF check applies."""
    sheet = get_sheet(request, draft_id)
    asked = _find(sheet, requirement)
    sent = request.FILES.get(_file_name(requirement))
    if sent is None:
        return JsonResponse({"message": _("Pilih berkasnya dulu.")}, status=422)
    at = clock.now()
    try:
        document = store_one(
            asked, sent, party_id=sheet.draft.party_id, by=actor_for(request), at=at
        )
    except UploadRefused as error:
        return JsonResponse({"message": error.message}, status=422)
    try:
        drafts.save_document(
            draft=sheet.draft,
            requirement=requirement,
            document_id=document.pk,
            at=at,
            statement=_paper(asked, ""),
        )
    except drafts.DraftGone as error:
        return JsonResponse({"message": error.message}, status=409)
    size = max(1, document.file.size // 1024)
    return JsonResponse({"name": document.name, "note": f"{size} KB"})


def _find(sheet: Sheet, key: str) -> Requirement:
    for requirement, _required in sheet.documents():
        if requirement.key == key:
            found: Requirement = requirement
            return found
    raise Http404


@signed_in
@never_cache
@require_safe
def look(request: HttpRequest, draft_id: UUID, requirement: str) -> HttpResponseBase:
    """Show a person the file they gave."""
    sheet = get_sheet(request, draft_id)
    held = _held(sheet, me(request).pk)
    given = {**sheet.draft.documents, **(held.documents if held else {})}
    found = _documents_of(given).get(requirement)
    if found is None:
        raise Http404
    return shown(found)


def shown(document: Document) -> HttpResponseBase:
    """Return a file to its own people, an identity document with its watermark. Raises Http404 if it is gone."""
    mark, at = None, clock.now()
    if document.identity:
        mark = watermark_text(profile().short_name, _("salinan untuk pemohon"), at)
    try:
        return serve(document, watermark=mark, at=at, inline=True)
    except (FileMissing, NotPreviewable, PageNotFound) as error:
        raise Http404 from error
