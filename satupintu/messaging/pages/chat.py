"""
The chat on the office's own pages: the same dialogues, in a form that works without a script.

Who chats is known by a random id in the session. A message is kept and read in the same request, so that the machine
answers at once; an officer's answer appears by server-sent events, without a script by loading the page again.
"""

import secrets

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from satupintu.lib import clock
from satupintu.lib.ids import uuid7
from satupintu.lib.language import current_language
from satupintu.messaging import services, threads
from satupintu.messaging.channels.port import Choice, Incoming, IncomingKind, Received
from satupintu.messaging.dialogues.talk import Talk
from satupintu.messaging.models import Conversation, Identity
from satupintu.messaging.pages import live
from satupintu.messaging.rules import ChannelKind
from satupintu.messaging.services import contacts
from satupintu.messaging.wording import book, words_in
from satupintu.people.access import counted_address, may_try, public
from satupintu.web.methods import require_safe_or_post

_WHO = "chat"  # in the session
MESSAGES_AN_HOUR = 60
MOST_LETTERS = 1000


@public
@never_cache
@require_safe_or_post
def chat(request: HttpRequest) -> HttpResponse:
    """Show what was said and take the next message."""
    who = request.session.get(_WHO, "")
    if request.method != "POST":
        return _shown(request, who)
    text = request.POST.get("text", "").strip()[:MOST_LETTERS]
    choice = request.POST.get("choice", "")[:200]
    if not text and not choice:
        return _shown(request, who, problem=_("Tulis pesan Anda dahulu."), status=422)
    # Whoever is new is counted by where they come from: one who asks for ever keeps nobody else out.
    subject = who or f"new:{counted_address(request)}"
    if not may_try(request, "chat", subject, limit=MESSAGES_AN_HOUR, seconds=3600):
        problem = _("Terlalu banyak pesan. Tunggu sebentar, lalu kirim lagi.")
        return _shown(request, who, typed=text, problem=problem, status=429)
    if not who:
        who = request.session[_WHO] = secrets.token_urlsafe(18)
        contacts.remember_identity(
            channel=ChannelKind.WEB, address=who, at=clock.now(), language=current_language()
        )
    at = clock.now()
    kind = IncomingKind.CHOICE if choice else IncomingKind.TEXT
    message = Incoming(
        ChannelKind.WEB, str(uuid7()), who, kind, at, text="" if choice else text, choice=choice
    )
    services.take("webchat", Received(messages=(message,)), at=at)
    services.read_now("webchat", message.external_id, at=at)
    return redirect(f"{reverse('messaging:chat')}#akhir")


def _shown(
    request: HttpRequest, who: str, *, typed: str = "", problem: str = "", status: int = 200
) -> HttpResponse:
    identity = _known(who)
    lines = threads.own_thread(identity) if identity else []
    conversation = _open(identity)
    talk = Talk(book(), current_language(), words=words_in(current_language()))  # it shows only
    waiting = bool(conversation and (conversation.waiting_since or conversation.officer_id))
    return render(
        request,
        "messaging/chat.html",
        {
            "lines": lines,
            "live": live.address(reverse("messaging:chat_live"), lines),
            "greeting": talk.say("greeting"),
            "choices": () if waiting else _choices(conversation, talk),
            "typed": typed,
            "problem": problem,
            "waiting": waiting,
            "stamp": int(
                clock.now().timestamp()
            ),  # the same address with a fragment is not loaded again
        },
        status=status,
    )


@public
@never_cache
@require_safe
def chat_live(request: HttpRequest) -> HttpResponseBase:
    """Tell the page of whoever chats what is said after it was loaded."""
    who = request.session.get(_WHO, "")
    identity = _known(who)
    if identity is None:
        return HttpResponse(status=204)  # tells the browser not to ask again
    return live.answer(
        request,
        who=f"chat:{who}",
        identities=[identity.pk],
        read=lambda: threads.own_thread(identity),
    )


def _known(who: str) -> Identity | None:
    return contacts.find_identity(ChannelKind.WEB, who) if who else None


def _open(identity: Identity | None) -> Conversation | None:
    if identity is None:
        return None
    return Conversation.objects.filter(identity=identity, closed_at__isnull=True).first()


def _choices(conversation: Conversation | None, talk: Talk) -> tuple[Choice, ...]:
    """Return what may be picked now: what the last answer offered, else the menu."""
    if conversation is None or not conversation.dialogue:
        return talk.menu()
    return talk.choices_at(conversation.dialogue, conversation.step, conversation.memory)
