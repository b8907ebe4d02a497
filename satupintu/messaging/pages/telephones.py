"""
The demo's telephones beside the office: what a person writes goes over the real wire formats to the real webhooks.

No such page in a real office. The telephones live in a process of their own (`handsets.server`).
"""

from typing import Any

import httpx
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from satupintu.lib import clock
from satupintu.messaging import threads
from satupintu.messaging.handsets.cast import CAST
from satupintu.messaging.handsets.simulated import secret
from satupintu.people.access import public
from satupintu.web.methods import require_safe_or_post

_SECONDS = 10
_KINDS = ("whatsapp", "sms")
_DOES = frozenset({"whatsapp", "sms", "press", "photo", "place", "voice"})


@public
@never_cache
@require_safe_or_post
def telephones(request: HttpRequest) -> HttpResponse:
    """One person's telephone, WhatsApp or SMS, beside what the office keeps of it."""
    if not settings.DEMO or not settings.HANDSETS_PORT:
        raise Http404
    given = request.POST if request.method == "POST" else request.GET
    person = next((one for one in CAST if one.key == given.get("siapa")), CAST[0])
    kind = given.get("apa", "whatsapp")
    kind = kind if kind in _KINDS else "whatsapp"
    if request.method == "POST":
        does = given.get("lakukan", kind)
        if does in _DOES:
            _ask("POST", {"who": person.key, "kind": does, "text": given.get("text", "")})
        return redirect(f"{reverse('messaging:telephones')}?siapa={person.key}&apa={kind}#akhir")
    state = _ask("GET", {"who": person.key})
    chat = [{**line, "at": parse_datetime(str(line["at"]))} for line in (state or {}).get(kind, ())]
    return render(
        request,
        "messaging/telephones.html",
        {
            "cast": CAST,
            "person": person,
            "kind": kind,
            "chat": chat,
            "stamp": int(
                clock.now().timestamp()
            ),  # the same address with a fragment is not loaded again
            "choices": next((line["choices"] for line in reversed(chat) if line.get("choices")), ())
            if chat and not chat[-1]["mine"]
            else (),
            "problem": ""
            if state is not None
            else _("Telepon peragaan belum menyala. Muat ulang sebentar lagi."),
            "office": threads.lines_of_phone(
                person.phone, hidden=person.name if person.username else ""
            ),
        },
    )


def _ask(method: str, asked: dict[str, str]) -> dict[str, Any] | None:
    """Ask the telephones; None while they are not there."""
    base = f"http://127.0.0.1:{settings.HANDSETS_PORT}"
    headers = {"X-Token": secret(settings.SECRET_KEY, "door")}
    try:
        answer = (
            httpx.get(f"{base}/state", params=asked, headers=headers, timeout=_SECONDS)
            if method == "GET"
            else httpx.post(f"{base}/act", json=asked, headers=headers, timeout=_SECONDS)
        )
        found: dict[str, Any] = answer.json()
    except (httpx.HTTPError, ValueError):
        return None
    return found if answer.is_success else None
