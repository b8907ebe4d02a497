"""The scheme of classes and retention, as the office sets it by its own regulation."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.validators import RegexValidator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from satupintu.archive import queries, rules, services
from satupintu.archive.rules import FileClass
from satupintu.lib import clock
from satupintu.people.access import staff
from satupintu.people.queries import actor_for
from satupintu.people.rules import Role
from satupintu.web.methods import require_safe_or_post

LONGEST_YEARS = 100


class ClassForm(forms.Form):
    code = forms.CharField(
        label=gettext_lazy("Kode klasifikasi"),
        max_length=20,
        validators=[
            RegexValidator(
                r"^\d+(\.\d+)*$", gettext_lazy("Tulis angka dan titik saja, misalnya 449.1.")
            )
        ],
        help_text=gettext_lazy("Berlaku untuk semua kode yang dimulai dengannya."),
    )
    title = forms.CharField(label=gettext_lazy("Uraian"), max_length=160)
    active_years = forms.IntegerField(
        label=gettext_lazy("Masa aktif (tahun)"), min_value=0, max_value=LONGEST_YEARS
    )
    inactive_years = forms.IntegerField(
        label=gettext_lazy("Masa inaktif (tahun)"), min_value=0, max_value=LONGEST_YEARS
    )
    fate = forms.ChoiceField(
        label=gettext_lazy("Nasib akhir"), choices=list(rules.FATE_LABELS.items())
    )
    basis = forms.CharField(
        label=gettext_lazy("Dasar hukum"),
        max_length=200,
        help_text=gettext_lazy("Peraturan bupati tentang jadwal retensi arsip, nomor dan pasal."),
    )


@staff(Role.SERVICE_ADMIN)
@require_safe_or_post
def scheme(request: HttpRequest) -> HttpResponse:
    """Show the scheme; a post writes one class of it."""
    found = queries.scheme()
    chosen = found.get(request.GET.get("kode", ""))
    initial: dict[str, Any] = (
        {name: getattr(chosen, name) for name in ClassForm.base_fields} if chosen else {}
    )
    form = ClassForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        services.change_class(FileClass(**form.cleaned_data), by=actor_for(request), at=clock.now())
        messages.success(
            request, _("Kode %(code)s disimpan.") % {"code": form.cleaned_data["code"]}
        )
        return HttpResponseRedirect(reverse("archive:scheme"))
    return render(
        request,
        "archive/scheme.html",
        {
            "form": form,
            "rows": [(one, rules.FATE_LABELS[one.fate]) for one in found.values()],
        },
        status=422 if form.errors else 200,
    )
