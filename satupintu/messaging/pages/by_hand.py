"""The demo inbox, and what officers send by their own hand."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages as notes
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from satupintu.lib import clock
from satupintu.messaging import queries, rules, services
from satupintu.messaging.channels.manual_whatsapp import whatsapp_link
from satupintu.messaging.models import OutMessage
from satupintu.messaging.rules import ChannelKind, Delivery
from satupintu.people.access import public, staff
from satupintu.people.queries import actor_for
from satupintu.people.rules import Role
from satupintu.web.methods import require_safe_or_post


def _line(message: OutMessage) -> dict[str, object]:
    return {
        "message": message,
        "channel": rules.CHANNEL_LABELS[ChannelKind(message.channel)],
        "state": rules.DELIVERY_SHOWN[Delivery(message.state)],
    }


@public
@never_cache
@require_safe
def demo_inbox(request: HttpRequest) -> HttpResponse:
    """What the made-up people of a demo received; no such page in a real office."""
    if not settings.DEMO:
        raise Http404
    lines = [_line(one) for one in queries.list_demo_inbox()]
    return render(request, "messaging/demo_inbox.html", {"lines": lines})


@staff(Role.FRONT_OFFICE, Role.VERIFIER)
@require_safe
def by_hand(request: HttpRequest) -> HttpResponse:
    """Messages that wait for an officer's telephone, and those that did not arrive."""
    lines = [_line(one) for one in queries.list_for_hand()[:100]]
    return render(request, "messaging/by_hand.html", {"lines": lines})


@staff(Role.FRONT_OFFICE, Role.VERIFIER)
@never_cache
@require_safe_or_post
def whatsapp(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """Open a prefilled chat, then log that this officer sent it."""
    try:
        message = queries.get_message(message_id)
    except OutMessage.DoesNotExist as error:
        raise Http404 from error
    phone = queries.phone_for(message)
    if message.template == "sign_in_code" or message.private or not phone:
        raise Http404
    if request.method == "POST":
        try:
            services.mark_sent_by_hand(message_id=message_id, by=actor_for(request), at=clock.now())
        except services.NotSendable as error:
            notes.error(request, error.message)
        return redirect("messaging:by_hand")
    return render(
        request,
        "messaging/whatsapp.html",
        {
            **_line(message),
            "link": whatsapp_link(phone, f"{message.subject}\n\n{message.body}"),
            "sendable": message.state in {*rules.OPEN_STATES, Delivery.FAILED},
        },
    )
