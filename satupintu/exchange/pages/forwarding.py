"""Pages about complaints sent on: the servers of other offices (administrator), and one complaint (officers)."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from satupintu.desk.queries import NotFound, get_complaint_for
from satupintu.desk.rules import LONGEST_PUBLIC, OFFICERS
from satupintu.exchange import queries, services
from satupintu.exchange.open311.client import FATE_LABELS, Fate
from satupintu.exchange.queries import Partner
from satupintu.lib import clock
from satupintu.lib.refusal import Refusal
from satupintu.people.access import staff
from satupintu.people.queries import actor_for
from satupintu.people.rules import Role
from satupintu.web.methods import require_safe_or_post

_PLAIN = forms.TextInput(attrs={"autocomplete": "off"})


class PartnerForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Nama kantor"), max_length=120)
    url = forms.CharField(
        label=gettext_lazy("Alamat Open311"),
        max_length=300,
        help_text=gettext_lazy(
            "Tanpa /services.xml. Contoh: https://lapor.contoh.go.id/open311/v2"
        ),
        widget=_PLAIN,
    )
    api_key = forms.CharField(
        label=gettext_lazy("Kunci (api_key)"), max_length=300, required=False, widget=_PLAIN
    )
    jurisdiction = forms.CharField(
        label=gettext_lazy("Kode wilayah (jurisdiction_id)"),
        max_length=120,
        required=False,
        widget=_PLAIN,
    )


@staff(Role.SERVICE_ADMIN)
@never_cache
@require_safe_or_post
def partners(request: HttpRequest) -> HttpResponse:
    """List the servers complaints may be sent on to; enter one, or end one ("akhiri")."""
    at, ended = clock.now(), request.POST.get("akhiri", "")
    found = queries.list_partners()
    if ended:
        for one in found:
            if str(one.pk) == ended:
                services.end_partner(partner=one, at=at)
        return redirect("exchange:partners")
    form = PartnerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_partner(**form.cleaned_data, by=actor_for(request), at=at)
        except services.NotForwarded as refused:
            form.add_error("url", refused.message)
        else:
            messages.success(request, _("Server tersimpan."))
            return redirect("exchange:partners")
    context = {"form": form, "partners": found}
    status = 422 if form.errors else 200
    return render(request, "exchange/partners.html", context, status=status)


class ForwardForm(forms.Form):
    partner = forms.ChoiceField(label=gettext_lazy("Kirim ke"))
    service_code = forms.CharField(
        label=gettext_lazy("Kode layanan di sana (service_code)"),
        max_length=120,
        help_text=gettext_lazy("Lihat daftarnya pada alamat mereka yang berakhir /services.xml."),
        widget=_PLAIN,
    )
    words = forms.CharField(
        label=gettext_lazy("Masalahnya, dengan kalimat Anda"),
        max_length=LONGEST_PUBLIC,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy(
            "Tanpa nama, nomor, atau ciri orang. Yang ditulis pelapor tidak ikut."
        ),
    )

    def __init__(self, *args: object, found: list[Partner], **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        field = self.fields["partner"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(str(one.pk), one.name) for one in found]


@staff(*OFFICERS)
@never_cache
@require_safe_or_post
def forward(request: HttpRequest, number: str) -> HttpResponse:
    """Send a complaint on in the officer's words; show what became of those that were sent."""
    actor, at = actor_for(request), clock.now()
    try:
        complaint, _viewer = get_complaint_for(actor, number)
    except NotFound as missing:
        raise Http404 from missing
    found = [one for one in queries.list_partners() if one.ended_at is None]
    again = request.POST.get("lagi", "")
    form = ForwardForm(None if again else request.POST or None, found=found)
    error = ""
    try:
        if again:
            services.send_again(complaint=complaint, forwarding_id=_id(again), by=actor, at=at)
            return redirect("exchange:forward", number)
        if request.method == "POST" and form.is_valid():
            given = form.cleaned_data
            services.forward_complaint(
                complaint=complaint,
                partner=next(one for one in found if str(one.pk) == given["partner"]),
                service_code=given["service_code"],
                words=given["words"],
                by=actor,
                at=at,
            )
            messages.success(request, _("Dicatat dan segera dikirim."))
            return redirect("exchange:forward", number)
    except Refusal as refused:
        error = refused.message
    rows = [
        (one, FATE_LABELS[Fate(one.fate)], one.fate in (Fate.REFUSED, Fate.UNSURE))
        for one in queries.list_forwardings(complaint.case)
    ]
    context = {"case": complaint.case, "form": form, "rows": rows, "error": error, "any": found}
    status = 422 if error or form.errors else 200
    return render(request, "exchange/forward.html", context, status=status)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error
