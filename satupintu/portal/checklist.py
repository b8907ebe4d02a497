"""
The list of what a service asks, ticked and sent to oneself: by WhatsApp, SMS or mail of one's own, or by ours.

The ticks travel in the address (they name papers, not people). Nothing about the visitor is kept: a mail that we send
is deleted from the outbox within the hour after it went out.
"""

from typing import Any
from urllib.parse import quote, urlencode

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from satupintu.catalogue import presentation, queries
from satupintu.catalogue.views import asked_kind
from satupintu.lib import clock
from satupintu.lib.ids import uuid7
from satupintu.lib.language import current_language
from satupintu.messaging.queries import can_deliver
from satupintu.messaging.rules import ChannelKind
from satupintu.messaging.services import queue_message
from satupintu.messaging.wording import render as render_text
from satupintu.office import queries as office
from satupintu.people.access import may_try, public
from satupintu.web.methods import require_safe_or_post

MAILS_AN_HOUR = 3  # to one address; ten times as many from one place (people.access.may_try)
HOUR = 3600
MOST_TICKS = 60


class MailForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("Alamat surel Anda"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": gettext_lazy("Isi alamat surel Anda."),
            "invalid": gettext_lazy("Tulis alamat surel seperti nama@contoh.id."),
        },
    )


def _words(request: HttpRequest, code: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the page of the service and the words of its list. Raises Http404."""
    language = current_language()
    try:
        offer = queries.get_offer(code, office.local_date(clock.now()))
    except queries.ServiceNotOffered as missing:
        raise Http404 from missing
    kind = asked_kind(request.GET.get("jenis", ""), offer.definition)
    page = dict(
        presentation.service_page(offer.definition, language, None, kind=kind, at=clock.now())
    )
    ticked = set(request.GET.getlist("ada")[:MOST_TICKS])
    names = {need.key: need.label for need in page["needs"]}
    said = {
        "service": page["title"],
        "ready": [label for key, label in names.items() if key in ticked],
        "missing": [label for key, label in names.items() if key not in ticked],
        "promised": office.local_date(page["promised"]) if page["promised"] else "",
        "fee": page["fee"],
        "link": f"{settings.BASE_URL}{reverse('catalogue:service', args=[code])}?jenis={kind}",
    }
    return page, said


@public
@require_safe_or_post
def checklist(request: HttpRequest, code: str) -> HttpResponse:
    """Show the ticked list with the ways to take it along; mail it to an address."""
    page, said = _words(request, code)
    form = MailForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and can_deliver(ChannelKind.EMAIL):
        address = form.cleaned_data["email"].strip()
        if may_try(request, "checklist", address.casefold(), limit=MAILS_AN_HOUR, seconds=HOUR):
            queue_message(
                template="checklist",
                context=said,
                origin=f"checklist:{uuid7()}",
                address=address,
                channel=ChannelKind.EMAIL,
                language=current_language(),
                at=clock.now(),
            )
            query = request.GET.copy()
            query["terkirim"] = "1"
            return redirect(f"{request.path}?{query.urlencode()}")
        form.add_error(
            None, _("Terlalu sering dikirim. Coba lagi satu jam lagi, atau pakai cara lain.")
        )
    subject, body = render_text("checklist", current_language(), said)
    context = {
        "code": code,
        "service": page,
        "said": said,
        "text": body,
        "form": form,
        "mails": can_deliver(ChannelKind.EMAIL),
        "sent": "terkirim" in request.GET,
        "whatsapp": f"https://wa.me/?{urlencode({'text': body}, quote_via=quote)}",
        "sms": f"sms:?body={quote(body)}",
        "mail": f"mailto:?{urlencode({'subject': subject, 'body': body}, quote_via=quote)}",
    }
    return render(request, "portal/checklist.html", context)
