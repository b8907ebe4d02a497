"""Settings of the channels: what works now, a test message, what it carried this month; and the office's own words."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages as notes
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from satupintu.lib import clock
from satupintu.lib.identity import BadIdentity, check_phone
from satupintu.messaging import channels, meters, registry, rules, services, texts
from satupintu.messaging.channels.port import Answering, Hooked, Listening
from satupintu.messaging.channels.webpush.subscription import (
    MOST_LETTERS,
    BadSubscription,
    read_subscription,
)
from satupintu.messaging.dialogues.book import LANGUAGES
from satupintu.messaging.pages import browsers
from satupintu.messaging.rules import ChannelKind
from satupintu.people.access import staff
from satupintu.people.queries import actor_for
from satupintu.people.rules import Role
from satupintu.web.methods import require_safe_or_post

_administrators = staff(Role.SERVICE_ADMIN)


class TestForm(forms.Form):
    address = forms.CharField(
        label=gettext_lazy("Nomor HP atau surel Anda sendiri"),
        max_length=MOST_LETTERS,
        error_messages={"required": gettext_lazy("Isi nomor HP atau surel Anda.")},
    )

    def clean_address(self) -> str:
        typed = str(self.cleaned_data["address"]).strip()
        if typed.startswith("{"):  # written by a browser
            try:
                return read_subscription(typed).text()
            except BadSubscription as error:
                raise forms.ValidationError(error.message) from error
        if "@" in typed:
            return typed.lower()
        try:
            return check_phone(typed)
        except BadIdentity as error:
            raise forms.ValidationError(error.message) from error


def _rows(health: dict[str, Any]) -> list[dict[str, Any]]:
    at = clock.now()
    lanes, used, budgets = meters.lanes(), meters.this_month(at), meters.budgets(at)
    return [
        {
            "name": one.name,
            "kinds": [rules.CHANNEL_LABELS[kind] for kind in ChannelKind if one.carries(kind)],
            "hook": f"/kanal/{one.name}/" if isinstance(one, Hooked) else "",
            "line": isinstance(one, Listening | Answering),
            "paused": (lane := lanes.get(one.name)) is not None
            and lane.open_until is not None
            and lane.open_until > at,
            "lane": lane,
            "used": used.get(one.name),
            "budget": budgets.get(one.name),
            "spent_goes_on": settings.BUDGET_SPENT == "go_on",
            "health": health.get(one.name),
            "push_key": browsers.public_key() if one.carries(ChannelKind.PUSH) else "",
        }
        for one in channels.transports()
    ]


def _page(
    request: HttpRequest, form: TestForm, health: dict[str, Any], status: int = 200
) -> HttpResponse:
    waiting = meters.waiting()
    others = [{"name": one.name, "health": health.get(one.name)} for one in registry.checked()]
    context = {"rows": _rows(health), "others": others, "form": form, "waiting": waiting}
    return render(request, "messaging/channels.html", context, status=status)


@_administrators
@never_cache
@require_safe
def channel_list(request: HttpRequest) -> HttpResponse:
    """Every transport of this office and how it stands."""
    return _page(request, TestForm(), {})


@_administrators
@never_cache
@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """Ask every transport whether it works now; a few seconds each at most."""
    found = {one.name: health for one, health in services.check_channels()}
    found |= {one.name: one.health() for one in registry.checked()}
    return _page(request, TestForm(), found)


def _kinds_of(address: str) -> tuple[ChannelKind, ...]:
    """Return the channels on which an address as TestForm gives it can be written to."""
    if address.startswith("{"):
        return (ChannelKind.PUSH,)
    if "@" in address:
        return (ChannelKind.EMAIL,)
    return (ChannelKind.WHATSAPP, ChannelKind.SMS)


@_administrators
@require_POST
def send_test(request: HttpRequest, name: str) -> HttpResponse:
    """Send a test message by one transport to the officer's own address."""
    transport = channels.transport_named(name)
    if transport is None:
        raise Http404
    form = TestForm(request.POST)
    if not form.is_valid():
        return _page(request, form, {}, status=422)
    address = form.cleaned_data["address"]
    kind = next((kind for kind in _kinds_of(address) if transport.carries(kind)), None)
    if kind is None:
        form.add_error("address", _("Saluran ini tidak mengirim ke alamat seperti itu."))
        return _page(request, form, {}, status=422)
    result = services.send_test(transport, kind, address, by=actor_for(request), at=clock.now())
    if result:
        notes.error(request, _("Tidak terkirim: %(why)s") % {"why": result})
    else:
        notes.success(request, _("Pesan uji diserahkan ke server. Periksa apakah sampai."))
    return redirect("messaging:channels")


@_administrators
@never_cache
@require_safe
def text_list(request: HttpRequest) -> HttpResponse:
    """All words that the machine says, with how many parts each costs by SMS."""
    return render(request, "messaging/texts.html", {"groups": texts.list_groups()})


@_administrators
@never_cache
@require_safe_or_post
def text(request: HttpRequest, key: str) -> HttpResponse:
    """Change what the machine says, in both languages; an empty text is the program's own again."""
    try:
        shown = texts.get_text(key)
    except KeyError as error:
        raise Http404 from error
    typed = {
        language: "" if written == shown.shipped[language] else written
        for language in LANGUAGES
        if (written := request.POST.get(language, "").replace("\r\n", "\n").strip()) is not None
    }
    problems: dict[str, str] = {}
    if request.method == "POST":
        problems = texts.problems(key, typed)
        if not problems:
            services.save_words(key, typed, by=actor_for(request), at=clock.now())
            notes.success(request, _("Tersimpan. Berlaku untuk pesan berikutnya."))
            return redirect("messaging:texts")
        shown = texts.with_typed(shown, typed)
    return render(
        request,
        "messaging/text.html",
        {"shown": shown, "problems": problems},
        status=422 if problems else 200,
    )
