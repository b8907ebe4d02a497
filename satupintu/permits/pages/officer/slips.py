"""Numbered slips for days without power: print a batch, see what is still out, declare one void."""

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from satupintu.documents.rules import SlipPart, SlipsPage
from satupintu.documents.services import render_pdf
from satupintu.lib import clock
from satupintu.office.services import NumberProblem
from satupintu.people.access import staff
from satupintu.people.queries import actor_for
from satupintu.people.rules import Role
from satupintu.permits.models import Slip
from satupintu.permits.pages.pdf import pdf_answer
from satupintu.permits.services import paper
from satupintu.permits.services.pages import letterhead, track_check
from satupintu.permits.slips import open_slips, slip_batches

UNPROCESSABLE = 422


class PrintForm(forms.Form):
    count = forms.IntegerField(
        label=gettext_lazy("Jumlah slip"),
        min_value=1,
        max_value=paper.MOST_SLIPS,
        initial=24,
        help_text=gettext_lazy("Dibulatkan ke lembar penuh: enam slip selembar."),
    )


class VoidForm(forms.Form):
    number = forms.CharField(
        label=gettext_lazy("Nomor slip"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Alasan"),
        max_length=300,
        help_text=gettext_lazy(
            "Misalnya: rusak, hilang, salah tulis. Tercatat dalam register nomor."
        ),
    )


@staff(Role.FRONT_OFFICE, Role.VERIFIER)
@require_safe
def slips(request: HttpRequest) -> HttpResponse:
    """Show what is printed and not used, the newest batch first."""
    return _show(request, PrintForm(), VoidForm())


def _show(
    request: HttpRequest, to_print: PrintForm, to_void: VoidForm, *, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {
        "batches": slip_batches(),
        "to_print": to_print,
        "to_void": to_void,
    }
    return render(request, "permits/officer/slips.html", context, status=status)


@staff(Role.FRONT_OFFICE, Role.VERIFIER)
@require_POST
def print_slips(request: HttpRequest) -> HttpResponse:
    """Make a new batch, and lead to its sheets."""
    form = PrintForm(request.POST)
    if form.is_valid():
        try:
            batch = paper.print_slips(
                count=form.cleaned_data["count"], by=actor_for(request), at=clock.now()
            )
        except (paper.SlipRefused, NumberProblem) as refused:
            form.add_error(None, refused.message)
        else:
            return redirect("permits:slip_sheets", batch)
    return _show(request, form, VoidForm(), status=UNPROCESSABLE)


@staff(Role.FRONT_OFFICE, Role.VERIFIER)
@require_POST
def void_slip(request: HttpRequest) -> HttpResponse:
    """Declare one slip void, with the reason."""
    form = VoidForm(request.POST)
    if form.is_valid():
        number = form.cleaned_data["number"]
        try:
            paper.void_slip(
                number=number,
                reason=form.cleaned_data["reason"],
                by=actor_for(request),
                at=clock.now(),
            )
        except (paper.SlipRefused, NumberProblem) as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Slip %(number)s dibatalkan.") % {"number": number})
            return redirect("permits:slips")
    return _show(request, PrintForm(), form, status=UNPROCESSABLE)


@staff(Role.FRONT_OFFICE, Role.VERIFIER)
@require_safe
def sheets(request: HttpRequest, batch: UUID) -> HttpResponse:  # noqa: ARG001  every view takes the request
    """Return the sheets of a batch to print, or print again: without what was used or declared void."""
    found = open_slips(batch)
    if not found:
        raise Http404
    return pdf_answer(render_pdf("slips", slips_page(found)), f"slip-{found[0].number}.pdf")


def slips_page(found: list[Slip]) -> SlipsPage:
    return SlipsPage(
        letterhead=letterhead(),
        number=f"{found[0].number} – {found[-1].number}",
        slips=tuple(slip_part(one) for one in found),
        demo=bool(settings.DEMO),
    )


def slip_part(slip: Slip) -> SlipPart:
    code = slip.tracking_code
    return SlipPart(number=slip.number, code=code, track=track_check(code))
