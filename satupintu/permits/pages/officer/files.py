"""The files of a case: pages as pictures, whole files with a watermark, the permit as it would look."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from satupintu.documents.queries import (
    Document,
    FileMissing,
    NotPreviewable,
    PageNotFound,
    preview_response,
    serve,
    watermark_text,
)
from satupintu.documents.services import RenderFailed, render_pdf, render_pictures
from satupintu.office.queries import profile
from satupintu.office.services import NumberProblem
from satupintu.permits import queries
from satupintu.permits.pages.officer.desk import Desk, desk_for, reads_cases, works_on_cases
from satupintu.permits.pages.officer.drafts import draft_of
from satupintu.permits.pages.pdf import pdf_answer
from satupintu.permits.services import issue, letters, preview
from satupintu.workflow.services import CannotMove

DEFAULT_WIDTH = 1400


def _document(desk: Desk, document_id: UUID) -> Document:
    try:
        return queries.get_document_of(desk.case.pk, document_id)
    except queries.NotFound as error:
        raise Http404 from error


def _watermark(desk: Desk, document: Document) -> str | None:
    if not document.identity:
        return None
    return watermark_text(profile().short_name, _("verifikasi"), desk.at)


@reads_cases
@require_safe
def page_image(request: HttpRequest, number: str, document_id: UUID, page: int) -> HttpResponseBase:
    """Return one page of a document as a picture; identity documents with a watermark."""
    desk = desk_for(request, number)
    document = _document(desk, document_id)
    try:
        return preview_response(
            document, page, watermark=_watermark(desk, document), width=DEFAULT_WIDTH
        )
    except (PageNotFound, FileMissing, NotPreviewable) as error:
        raise Http404 from error


@reads_cases
@require_safe
def whole_file(request: HttpRequest, number: str, document_id: UUID) -> HttpResponseBase:
    """Return a letter, a recommendation or the permit whole; what the applicant sent in is seen page by page."""
    desk = desk_for(request, number)
    if document_id not in queries.papers_to_open(desk.case.pk):
        raise Http404
    document = _document(desk, document_id)
    try:
        return serve(document, watermark=_watermark(desk, document), at=desk.at, inline=True)
    except (PageNotFound, FileMissing, NotPreviewable) as error:
        raise Http404 from error


@reads_cases
@require_safe
def draft(request: HttpRequest, number: str) -> HttpResponse:
    """Return the permit or the refusal as it would look, marked as a draft. Takes no number."""
    desk = desk_for(request, number)
    if not preview.has_draft(desk.file):
        raise Http404
    try:
        template, page = draft_of(desk)
        return pdf_answer(render_pdf(template, page), f"draf-{number}.pdf")
    except (RenderFailed, NumberProblem):
        return render(
            request,
            "permits/officer/no_draft.html",
            {"desk": desk, "case": desk.case},
            status=503,
        )


@reads_cases
@require_safe
def draft_image(request: HttpRequest, number: str, page: int) -> HttpResponse:
    """Return one page of the draft as a picture, for the viewer of the case page."""
    desk = desk_for(request, number)
    if not preview.has_draft(desk.file):
        raise Http404
    try:
        template, made = draft_of(desk)
        pictures = render_pictures(template, made)
    except (RenderFailed, NumberProblem) as error:
        raise Http404 from error
    if not 1 <= page <= len(pictures):
        raise Http404
    answer = HttpResponse(pictures[page - 1], content_type="image/png")
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@works_on_cases
@require_safe
def to_print(request: HttpRequest, number: str) -> HttpResponse:
    """Return the numbered permit to print, sign and stamp by hand."""
    desk = desk_for(request, number)
    try:
        content, _code = issue.page_for_ink(desk.file, at=desk.at)
    except (CannotMove, RenderFailed, AssertionError) as error:
        raise Http404 from error
    return pdf_answer(content, f"izin-{number}.pdf")


@works_on_cases
@require_safe
def letter_to_print(request: HttpRequest, number: str, letter_id: UUID) -> HttpResponse:
    """Return a letter to print, sign and stamp by hand."""
    desk = desk_for(request, number)
    letter = queries.get_letter(desk.case.pk, letter_id)
    if letter is None:
        raise Http404
    try:
        return pdf_answer(letters.page_for_ink(letter), f"surat-{number}.pdf")
    except (CannotMove, RenderFailed) as error:
        raise Http404 from error
