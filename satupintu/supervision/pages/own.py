"""The holder's side: what a permit is bound to, reporting it fulfilled, what was decided, and the letters."""

from datetime import datetime
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from satupintu.documents.queries import Document, FileMissing, serve
from satupintu.documents.services import UploadRefused, store_upload
from satupintu.lib import clock
from satupintu.lib.language import current_language
from satupintu.lib.refusal import Refusal
from satupintu.people.access import signed_in
from satupintu.people.held import restores, typed
from satupintu.people.rules import Actor
from satupintu.permits.queries import permit_of_case
from satupintu.permits.rules import OBJECTION_DAYS
from satupintu.supervision import queries, rules
from satupintu.supervision.pages.desk import get_supervision
from satupintu.supervision.pages.shown import (
    condition_line,
    condition_lines,
    lines_of,
    sentence,
    steps_of,
)
from satupintu.supervision.registration import beside
from satupintu.web.methods import require_safe_or_post
from satupintu.workflow.queries import NotFound, history, title_of
from satupintu.workflow.services import act

MAX_MB = 10
UNPROCESSABLE = 422


@signed_in
@never_cache
@require_safe
def supervision(request: HttpRequest, number: str) -> HttpResponse:
    """Show to its holder what was decided about a permit: sanctions, what to put right by when, letters."""
    actor, found = get_supervision(request, number)
    if found.case.party_id not in actor.party_ids:
        raise Http404
    sanctions = queries.sanctions_of(found.pk)
    context = {
        "case": found.case,
        "about": found.about,
        "permit": permit_of_case(found.about_id),
        "service": title_of(found.about, current_language()),
        "now": [sentence(one) for one in queries.in_force(sanctions)],
        "lines": lines_of(sanctions, office=False),
        "conditions": condition_lines(queries.conditions_of(found.pk)),
        "steps": steps_of(history(found.case), office=False),
        "objection_days": OBJECTION_DAYS,
        "beside": beside(found, office=False, at=clock.now()),
    }
    return render(request, "supervision/own.html", context)


@signed_in
@never_cache
@require_safe
def letter(request: HttpRequest, number: str, document_id: UUID) -> HttpResponseBase:
    """Show a sanction's letter to the holder, and to officers who may read the permit's case."""
    _actor, found = get_supervision(request, number)
    try:
        document = queries.document_of(found, document_id)
        return serve(document, watermark=None, at=clock.now())
    except (NotFound, FileMissing) as error:
        raise Http404 from error


class ReportForm(forms.Form):
    """What the holder says of a condition, with a paper."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=gettext_lazy("Bagaimana syarat ini Anda penuhi?"),
        max_length=rules.LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


@signed_in
@restores
@never_cache
@require_safe_or_post
def report_page(request: HttpRequest, number: str, condition_id: UUID) -> HttpResponse:
    """Report a condition as fulfilled from home, with a paper; what was typed stays when something is refused."""
    actor, found = get_supervision(request, number)
    if found.case.party_id not in actor.party_ids:
        raise Http404
    try:
        one = queries.get_condition(found, condition_id)
    except NotFound as error:
        raise Http404 from error
    form = ReportForm(typed(request), initial={"version": found.case.version})
    status = 200
    if request.method == "POST":
        status = UNPROCESSABLE
        try:
            if form.is_valid():
                at = clock.now()
                document = _stored(request, found.case.party_id, actor, at)
                act(
                    found.case,
                    "report_condition",
                    by=actor,
                    at=at,
                    data={
                        "condition": str(one.pk),
                        "note": form.cleaned_data["note"],
                        "document": str(document.pk) if document else "",
                    },
                    seen_version=form.cleaned_data["version"],
                )
                messages.success(request, _("Laporan Anda sudah kami terima dan akan diperiksa."))
                return redirect("supervision:own", number)
        except (Refusal, UploadRefused) as refused:
            form.add_error(None, refused.message)
    context = {
        "form": form,
        "case": found.case,
        "line": condition_line(one),
        "reports": queries.reports_of(one),
        "possible": one.state in rules.WAITING,
        "back": reverse("supervision:own", args=[number]),
    }
    return render(request, "supervision/report.html", context, status=status)


def _stored(
    request: HttpRequest, party_id: UUID | None, by: Actor, at: datetime
) -> Document | None:
    """Store the paper that was sent along; None without one. Raises UploadRefused."""
    upload = request.FILES.get("bukti")
    if upload is None:
        return None
    return store_upload(
        upload=upload,
        accept=("pdf", "jpg", "png"),
        max_mb=MAX_MB,
        party_id=party_id,
        kind="condition",
        name=upload.name or "bukti",
        identity=False,
        keep_gps=False,
        by=by,
        at=at,
    )
