"""The days an office gives in supervision, as its own regulation sets them."""

from dataclasses import fields
from typing import Any

from django import forms
from django.contrib import messages
from django.core.validators import RegexValidator
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

    remind_days = forms.CharField(
        label=gettext_lazy("Pengingat syarat izin (hari sebelumnya)"),
        max_length=40,
        validators=[
            RegexValidator(
                r"^\s*\d{1,3}(\s*,\s*\d{1,3}){0,4}\s*$",
                gettext_lazy("Tulis angka dengan koma, misalnya 30, 7, 1."),
            )
        ],
    )

    def periods(self) -> Periods:
        """Return what was typed into the valid form."""
        values: dict[str, Any] = dict(self.cleaned_data)
        days = tuple(values.pop(name) for name in WARNINGS)
        reminders = {int(one) for one in values.pop("remind_days").split(",")}
        return Periods(
            warning_days=days, remind_days=tuple(sorted(reminders, reverse=True)), **values
        )


WARNINGS = ("first", "second", "third")


@staff(Role.SERVICE_ADMIN)
@require_safe_or_post
def days(request: HttpRequest) -> HttpResponse:
    """Show the days of this office; a post sets them."""
    now = queries.periods()
    initial: dict[str, Any] = {one.name: getattr(now, one.name) for one in fields(Periods)}
    initial["remind_days"] = ", ".join(str(one) for one in now.remind_days)
    initial |= dict(zip(WARNINGS, now.warning_days, strict=True))
    form = DaysForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        set_days(periods=form.periods(), by=actor_for(request), at=clock.now())
        messages.success(request, _("Hari pengawasan disimpan."))
        return redirect("supervision:days")
    return render(
        request, "supervision/days.html", {"form": form}, status=422 if form.errors else 200
    )
