"""The list of another system beside our filed cases: compared first, recorded by a second press."""

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache

from satupintu.imports.services.status_list import (
    CHOICES,
    MOST_SHOWN,
    Change,
    Compared,
    compare,
    read_list,
    record,
)
from satupintu.lib import clock
from satupintu.lib.language import current_language
from satupintu.lib.tabular.reading import CannotReadTable
from satupintu.people.access import staff
from satupintu.people.queries import actor_for
from satupintu.people.rules import Role
from satupintu.web.methods import require_safe_or_post
from satupintu.web.uploads import on_disk

_SALT = "imports.statuses"
_SECONDS = 60 * 60 * 2  # between comparing and recording
LABELS = {
    "record_status": gettext_lazy("Catat status terbaru"),
    "record_issued": gettext_lazy("Catat izin terbit"),
    "record_refused": gettext_lazy("Catat penolakan"),
    "": gettext_lazy("Lewati"),
}


class ListForm(forms.Form):
    berkas = forms.FileField(
        label=gettext_lazy("Daftar status dari sistem lain"),
        max_length=255,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt,.tsv"}),
        error_messages={
            "required": gettext_lazy("Pilih dulu berkas XLSX atau CSV."),
            "empty": gettext_lazy("Berkas ini kosong (0 byte). Pilih berkas aslinya."),
        },
    )


@staff(Role.FRONT_OFFICE, Role.VERIFIER)
@never_cache
@require_safe_or_post
def statuses(request: HttpRequest) -> HttpResponse:
    """Compare a list with the cases that wait for another system; with `catat` record what it said."""
    if request.method == "POST" and "catat" in request.POST:
        return _record(request)
    form = ListForm(request.POST, request.FILES) if request.method == "POST" else ListForm()
    compared: Compared | None = None
    if request.method == "POST" and form.is_valid():
        try:
            with on_disk(form.cleaned_data["berkas"]) as path:
                compared = compare(read_list(path), current_language())
        except CannotReadTable as refused:
            form.add_error("berkas", refused.message)
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, "imports/statuses.html", _context(form, compared), status=status)


def _context(form: ListForm, compared: Compared | None) -> dict[str, Any]:
    if compared is None:
        return {"form": form}
    return {
        "form": form,
        "compared": compared,
        "labels": LABELS.items(),
        "unknown": compared.unknown[:MOST_SHOWN],
        "unknown_more": max(0, len(compared.unknown) - MOST_SHOWN),
        # What is recorded is what was compared: signed, so that nothing is changed in between.
        "token": signing.dumps(
            [
                [one.number, one.version, one.external_number, one.status]
                for one in compared.changed
            ],
            salt=_SALT,
            compress=True,
        ),
    }


def _record(request: HttpRequest) -> HttpResponse:
    try:
        rows = signing.loads(request.POST.get("daftar", ""), salt=_SALT, max_age=_SECONDS)
    except signing.BadSignature:
        messages.error(request, _("Daftar ini sudah terlalu lama terbuka. Kirim lagi berkasnya."))
        return redirect("imports:statuses")
    changes = [
        Change(number, version, external, "", status, action)
        for n, (number, version, external, status) in enumerate(rows)
        if (action := request.POST.get(f"tindakan-{n}", "")) in CHOICES
    ]
    found = record(changes, by=actor_for(request), at=clock.now())
    messages.success(
        request,
        ngettext("%(n)s berkas dicatat.", "%(n)s berkas dicatat.", found.done) % {"n": found.done},
    )
    for number, why in found.refused:
        messages.warning(request, f"{number}: {why}")
    return redirect("imports:statuses")
