"""The days an office gives in supervision, as its own regulation sets them."""

from dataclasses import fields
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from satupintu.lib import clock
from satupintu.people.access import staff
from satupintu.people.queries import actor_for
from satupintu.people.rules import Role
from satupintu.supervision import queries, rules
from satupintu.supervision.rules import Periods
from satupintu.supervision.services import set_days
from satupintu.web.methods import require_safe_or_post

LONGEST = 365


class DaysForm(forms.Form):
    """Calendar days a warning gives, the warnings before a suspension, and the office's own working days."""

    first = forms.IntegerField(
        label=gettext_lazy("Peringatan ke-1 (hari kalender)"), min_value=1, max_value=LONGEST
    )
    second = forms.IntegerField(
        label=gettext_lazy("Peringatan ke-2 (hari kalender)"), min_value=1, max_value=LONGEST
    )
    third = forms.IntegerField(
        label=gettext_lazy("Peringatan ke-3 (hari kalender)"), min_value=1, max_value=LONGEST
    )
    warnings_before = forms.IntegerField(
        label=gettext_lazy("Peringatan sebelum pembekuan"),
        min_value=1,
        max_value=rules.MOST_WARNINGS,
    )
    decide_days = forms.IntegerField(
        label=gettext_lazy("Kepala memutus usul dalam (hari kerja)"), min_value=1, max_value=30
    )
    follow_days = forms.IntegerField(
        label=gettext_lazy("Hasil peringatan diperiksa dalam (hari kerja)"),
        min_value=1,
        max_value=30,
    )

    def periods(self) -> Periods:
        """Return what was typed into the valid form."""
        values: dict[str, Any] = dict(self.cleaned_data)
        days = tuple(values.pop(name) for name in WARNINGS)
        return Periods(warning_days=days, **values)


WARNINGS = ("first", "second", "third")


@staff(Role.SERVICE_ADMIN)
@require_safe_or_post
def days(request: HttpRequest) -> HttpResponse:
    """Show the days of this office; a post sets them."""
    now = queries.periods()
    initial: dict[str, Any] = {one.name: getattr(now, one.name) for one in fields(Periods)}
    initial |= dict(zip(WARNINGS, now.warning_days, strict=True))
    form = DaysForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        set_days(periods=form.periods(), by=actor_for(request), at=clock.now())
        messages.success(request, _("Hari pengawasan disimpan."))
        return redirect("supervision:days")
    return render(
        request, "supervision/days.html", {"form": form}, status=422 if form.errors else 200
    )
