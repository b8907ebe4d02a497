"""A complaint by telephone, at the counter, or on a phone the program cannot reach: typed by an officer."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from satupintu.desk import queries, rules
from satupintu.desk.pages.attached import files_context, say_refused, take_sent
from satupintu.desk.pages.forms import ComplaintForm
from satupintu.desk.services import file_complaint
from satupintu.documents.queries import Document
from satupintu.lib import clock
from satupintu.lib.refusal import Refusal
from satupintu.people.access import staff
from satupintu.people.held import restores, typed
from satupintu.people.queries import actor_for
from satupintu.people.rules import Role
from satupintu.web.methods import require_safe_or_post

OLDEST_DAYS = 90
CHANNELS = (
    ("phone", gettext_lazy("Telepon")),
    ("counter", gettext_lazy("Datang ke loket")),
    ("whatsapp", gettext_lazy("WhatsApp")),
    ("sms", gettext_lazy("SMS")),
    ("email", gettext_lazy("Surel")),
    ("post", gettext_lazy("Surat")),
    ("dropbox", gettext_lazy("Kotak pengaduan")),
)


class HowForm(forms.Form):
    """How it came, and when, if that was not now. `happened` is None or an aware moment."""

    channel = forms.ChoiceField(
        label=gettext_lazy("Bagaimana pengaduan ini datang?"),
        choices=CHANNELS,
        initial="phone",
        widget=forms.RadioSelect,
    )
    happened = forms.DateTimeField(
        label=gettext_lazy("Diterima pada"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M"],
        help_text=gettext_lazy("Kosong: baru saja. Tenggang waktu dihitung sejak saat itu."),
    )

    def clean_happened(self) -> datetime | None:
        moment: datetime | None = self.cleaned_data["happened"]
        now = clock.now()
        if moment is not None and moment > now:
            raise forms.ValidationError(_("Waktu kejadian tidak boleh di masa depan."))
        if moment is not None and (now - moment).days > OLDEST_DAYS:
            raise forms.ValidationError(
                _("Waktu kejadian lebih dari 90 hari yang lalu. Periksa tanggalnya.")
            )
        return moment


@staff(Role.FRONT_OFFICE, Role.VERIFIER, Role.COMPLAINT_ADMIN)
@restores
@never_cache
@require_safe_or_post
def type_in(request: HttpRequest) -> HttpResponse:
    """Type a complaint for whoever calls or comes, with the channel it came by and when."""
    actor, at = actor_for(request), clock.now()
    shown = typed(request)
    form, how = ComplaintForm(shown), HowForm(shown)
    status, owner, files = 200, [str(actor.user_id)], list[Document]()
    if request.method == "POST":
        status = 422
        sent = take_sent(request, owner=owner, by=actor)
        files = sent.files
        say_refused(form, sent)
        if form.is_valid() & how.is_valid():
            given: dict[str, Any] = how.cleaned_data
            try:
                done = file_complaint(
                    form.filing(
                        channel=given["channel"],
                        happened=given["happened"],
                        files=tuple(one.pk for one in files),
                    ),
                    by=actor,
                    at=at,
                )
            except Refusal as refused:
                form.add_error(None, refused.message)
            else:
                messages.success(
                    request,
                    _("Pengaduan %(number)s dicatat. Bacakan kode lacaknya: %(code)s.")
                    % {"number": done.case.number, "code": done.tracking_code},
                )
                viewer = queries.viewer_of(done, actor)
                if rules.may_read(viewer, sealed=done.sealed):
                    return redirect("desk:desk", done.case.number)
                return redirect("desk:list")
    now = timezone.localtime(at)
    context = {"form": form, "how": how, "now": now} | files_context(files, owner)
    return render(request, "desk/counter.html", context, status=status)
