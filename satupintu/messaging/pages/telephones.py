"""
The demo's telephones beside the office: what a person writes, presses and says goes over the real wire formats.

No such page in a real office. The telephones live in a process of their own (`handsets.server`).
"""

import base64
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import httpx
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from satupintu.lib import clock
from satupintu.messaging import threads
from satupintu.messaging.handsets.cast import CAST, Owner
from satupintu.messaging.handsets.simulated import secret
from satupintu.people.access import public
from satupintu.web.methods import require_safe_or_post

_SECONDS = 10
_CALL, _MAIL = "panggilan", "surel"
_KINDS = {
    "whatsapp": "WhatsApp",
    "sms": "SMS",
    _CALL: gettext_lazy("Panggilan telepon"),
    _MAIL: gettext_lazy("Surel"),
}
_STATES = {_MAIL: "email"}  # where what the telephones tell is called otherwise
_DOES = frozenset(
    {
        "whatsapp",
        "sms",
        "press",
        "photo",
        "place",
        "voice",
        "dial",
        "keys",
        "say",
        "hang_up",
        "email",
    }
)
_KEYS = (
    ("1", ""), ("2", "ABC"), ("3", "DEF"), ("4", "GHI"), ("5", "JKL"), ("6", "MNO"),
    ("7", "PQRS"), ("8", "TUV"), ("9", "WXYZ"), ("*", ""), ("0", ""), ("#", ""),
)  # fmt: skip
_MOST_WAV = 2_500_000  # bytes: more than two minutes at 8 kHz
_OFF = gettext_lazy("Telepon peragaan belum menyala. Muat ulang sebentar lagi.")
_UNSAID = {
    "keys": gettext_lazy("Yang dapat ditekan: 0 sampai 9, huruf pada tombolnya, * dan #."),
    "words": gettext_lazy("Ketik dulu apa yang Anda ucapkan, atau pilih rekaman WAV."),
    "long": gettext_lazy("Pesan suara paling lama dua menit."),
    "voice": gettext_lazy("espeak-ng tidak terpasang di sini: pilih rekaman WAV."),
    "sound": gettext_lazy("Rekaman itu tidak terbaca. Pilih WAV satu kanal, 16 bit."),
    "letter": gettext_lazy("Surat itu kosong. Tulis dulu isinya."),
    "mail": gettext_lazy("Kantor belum menerima surat itu. Kirim lagi sebentar lagi."),
    "listening": gettext_lazy("Kantor sedang tidak merekam: bicaralah sesudah bunyi bip."),
}


@dataclass(frozen=True, slots=True)
class Heard:
    """One line of a call as its caller knows it; `sound` is the name of what can be played, "" for nothing."""

    mine: bool
    at: datetime
    text: str = ""
    sound: str = ""
    language: str = "id"


@public
@never_cache
@require_safe_or_post
def telephones(request: HttpRequest) -> HttpResponse:
    """One person's telephone, WhatsApp, SMS or a call, beside what the office keeps of it."""
    if not settings.DEMO or not settings.HANDSETS_PORT:
        raise Http404
    given = request.POST if request.method == "POST" else request.GET
    person = next((one for one in CAST if one.key == given.get("siapa")), CAST[0])
    kind = given.get("apa", "whatsapp")
    kind = kind if kind in _KINDS else "whatsapp"
    problem = ""
    if request.method == "POST":
        problem = _act(request, person, given.get("lakukan", kind))
        if not problem:
            return redirect(
                f"{reverse('messaging:telephones')}?siapa={person.key}&apa={kind}#akhir"
            )
    state, _problem = _ask("GET", {"who": person.key})
    found = state or {}
    chat = [
        {**line, "at": parse_datetime(str(line["at"]))}
        for line in found.get(_STATES.get(kind, kind), ())
    ]
    call = found.get("call") if kind == _CALL else None
    context = {
        "cast": CAST,
        "person": person,
        "kind": kind,
        "kinds": _KINDS,
        "chat": chat,
        "call": call,
        "heard": told_together(call["moments"], threads.spoken_in(call["id"])) if call else (),
        "keys": _KEYS,
        # The same address with a fragment is not loaded again.
        "stamp": int(clock.now().timestamp()),
        "choices": next((line["choices"] for line in reversed(chat) if line.get("choices")), ())
        if chat and not chat[-1]["mine"]
        else (),
        "answers": _answered(request, chat),
        "problem": problem or ("" if state is not None else _OFF),
        "typed": given if problem else {},
        "office": threads.lines_of_owner(
            person.phone, person.email, hidden=person.name if person.username else ""
        ),
    }
    return render(request, "messaging/telephones.html", context, status=422 if problem else 200)


@public
@never_cache
@require_safe
def telephone_sound(request: HttpRequest, who: str, name: str) -> HttpResponse:
    """What was heard or said in the last call of somebody's telephone, as a WAV."""
    del request
    if not settings.DEMO or not settings.HANDSETS_PORT:
        raise Http404
    answer = _reach("GET", "sound", params={"who": who, "name": name})
    if answer is None or not answer.is_success:
        raise Http404
    return HttpResponse(answer.content, content_type="audio/wav")


def told_together(moments: list[dict[str, Any]], spoken: list[threads.Line]) -> list[Heard]:
    """
    Return a call as its caller knows it, oldest first.

    The telephone knows sounds, the office what it spoke: a text gets the first sound that began after it was chosen. A
    sound without a text is the beep before a recording.
    """
    texts = [Heard(False, one.at, one.text, language=one.language) for one in spoken]
    others = []
    for moment in moments:
        at = parse_datetime(str(moment["at"]))
        assert at is not None, "written by the telephones"
        made = Heard(moment["mine"], at, moment["text"], moment["sound"])
        place = sum(text.at <= at for text in texts) - 1
        if made.mine or place < 0 or texts[place].sound:
            others.append(made)
        else:
            texts[place] = replace(texts[place], sound=made.sound)
    return sorted([*texts, *others], key=lambda line: line.at)


def _act(request: HttpRequest, person: Owner, does: str) -> str:
    """Do something with a telephone; return the sentence that says why it could not be done, "" when it was."""
    if does not in _DOES:
        return ""
    asked = {
        key: request.POST[key]
        for key in ("text", "subject", "answers", "photo")
        if key in request.POST
    }
    if does == "email" and not asked.get("text", "").strip():
        return str(_UNSAID["letter"])
    asked |= {"who": person.key, "kind": does}
    wav = request.FILES.get("wav")
    if wav is not None:
        if (wav.size or 0) > _MOST_WAV:
            return str(_UNSAID["long"])
        asked["wav"] = base64.b64encode(wav.read()).decode()
    _state, problem = _ask("POST", asked)
    return problem


def _answered(request: HttpRequest, chat: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the letter of the office that is being answered, as its address or form names it; None for a new one."""
    given = request.POST if request.method == "POST" else request.GET
    wanted = given.get("answers") or given.get("balas")
    return next((line for line in chat if wanted and line.get("id") == wanted), None)


def _ask(method: str, asked: dict[str, str]) -> tuple[dict[str, Any] | None, str]:
    """Ask the telephones: what is on one, None when they did not do it, and the sentence that says why."""
    answer = (
        _reach("GET", "state", params=asked)
        if method == "GET"
        else _reach("POST", "act", json=asked)
    )
    if answer is None:
        return None, str(_OFF)
    try:
        found: dict[str, Any] = answer.json()
    except ValueError:
        return None, str(_OFF)
    if answer.is_success:
        return found, ""
    return None, str(_UNSAID.get(str(found.get("problem")), _OFF))


def _reach(method: str, where: str, **asked: Any) -> httpx.Response | None:
    """Reach the telephones; None while they are not there."""
    headers = {"X-Token": secret(settings.SECRET_KEY, "door")}
    address = f"http://127.0.0.1:{settings.HANDSETS_PORT}/{where}"
    try:
        return httpx.request(method, address, headers=headers, timeout=_SECONDS, **asked)
    except httpx.HTTPError:
        return None
