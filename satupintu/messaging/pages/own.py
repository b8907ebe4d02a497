"""How somebody with an account wants to be told: by which channel first."""

from datetime import timedelta

from django import forms
from django.conf import settings
from django.contrib import messages as notes
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from satupintu.lib import clock
from satupintu.messaging import queries, rules, services
from satupintu.messaging.pages import browsers
from satupintu.messaging.rules import LADDER, ChannelKind
from satupintu.messaging.services.contacts import NoSuchWay
from satupintu.people.access import signed_in
from satupintu.people.queries import Party, acting_party, own_party
from satupintu.web.methods import require_safe_or_post


class WayForm(forms.Form):
    channel = forms.ChoiceField(
        label=gettext_lazy("Kabari saya lewat"), widget=forms.RadioSelect, required=False
    )

    def __init__(self, *args: object, party: Party, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        ways = {one.channel: one for one in queries.ways_to(party)}
        field = self.fields["channel"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", _("Urutan kantor: WhatsApp, SMS, surel, lalu peramban")),
            *((kind.value, rules.CHANNEL_LABELS[kind]) for kind in LADDER if kind in ways),
        ]


@signed_in
@never_cache
@require_safe_or_post
def way(request: HttpRequest) -> HttpResponse:
    """Choose the channel; the others follow where it does not reach."""
    party = acting_party(request)
    if party is None:
        return redirect("people:account")
    chosen = queries.chosen_channel(party)
    form = WayForm(request.POST or None, party=party, initial={"channel": chosen})
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data["channel"]
        try:
            services.choose_way(
                party=party, channel=ChannelKind(typed) if typed else None, at=clock.now()
            )
        except NoSuchWay:
            form.add_error("channel", _("Isi dahulu nomor HP atau surel Anda di halaman akun."))
        else:
            notes.success(request, _("Tersimpan. Kabar berikutnya lewat saluran itu."))
            return redirect("people:account")
    is_own = party == own_party(request)  # of whom they act for, no browser of theirs shows news
    context = {
        "form": form,
        "push_key": browsers.public_key() if is_own else "",
        "browsers": queries.count_browsers(party),
        "hours": settings.QUIET_HOURS,
        "elsewhere_hours": rules.REPORT_WITHIN // timedelta(hours=1),
    }
    return render(request, "messaging/own_way.html", context, status=422 if form.errors else 200)
