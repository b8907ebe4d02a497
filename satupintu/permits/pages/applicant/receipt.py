"""The receipt: reads well in a screenshot, because that is how people keep it; and the same as PDF."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from satupintu.documents.services import render_pdf
from satupintu.lib.language import current_language
from satupintu.people.access import signed_in
from satupintu.people.rules import STAFF_ROLES
from satupintu.permits import rules
from satupintu.permits.pages.applicant.common import get_own_file
from satupintu.permits.pages.pdf import pdf_answer
from satupintu.permits.queries import files_of
from satupintu.permits.services import pages
from satupintu.permits.words import promise_words


@signed_in
@never_cache
@require_safe
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """What was received, the tracking code, what happens next and by when."""
    actor, file = get_own_file(request, number)
    application = file.permit_case.application
    files, used = files_of(application), current_language()
    context = {
        "application": application,
        "files": files,
        "services": [one.definition.title_in(used) for one in files],
        "numbers": [one.case.number for one in files],
        "applicant": files[0].holder.name,
        "promises": [
            (one.definition.title_in(used), promise_words(one.definition.system), due)
            for one in files
            if (due := one.case.promise.first_due_at) and one.case.state not in rules.HAS_PERMIT
        ],
        "next": [
            (one.definition.title_in(used), pages.receipt_steps(one, used))
            for one in files
            if one.case.state not in rules.HAS_PERMIT
        ],
        "issued": [one for one in files if one.case.state in rules.HAS_PERMIT],
        "assisted": application.typed_by_id is not None,
        "staff": bool(actor.roles & STAFF_ROLES),
        "pdf": f"/permohonan/{number}/tanda-terima.pdf",
    }
    return render(request, "permits/applicant/receipt.html", context)


@signed_in
@never_cache
@require_safe
def receipt_pdf(request: HttpRequest, number: str) -> HttpResponse:
    """The receipt to print or keep."""
    _actor, file = get_own_file(request, number)
    application = file.permit_case.application
    page = pages.receipt_page(application, files_of(application), language="id")
    return pdf_answer(render_pdf("receipt", page), f"tanda-terima-{file.case.number}.pdf")
