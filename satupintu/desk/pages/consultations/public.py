"""Asking from home, and following a question by its code: the answers, a reply, a mark."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from satupintu.desk.pages.consultations.forms import QuestionForm
from satupintu.desk.pages.consultations.shown import (
    meeting_shown,
    offered_shown,
    steps_of,
    without_question,
)
from satupintu.desk.pages.forms import STARS, TRAP, read_stars
from satupintu.desk.pages.public import mark_of, once
from satupintu.desk.queries import consultations as queries
from satupintu.desk.queries.consultations import Consultation
from satupintu.desk.rules import consultations as rules
from satupintu.desk.rules.consultations import ConsultationState as State
from satupintu.desk.rules.meetings import WAY_LABELS
from satupintu.desk.services import NotFiled
from satupintu.desk.services.consulting import (
    Question,
    ask_on_page,
    call_off,
    enter_room,
    give_stars,
    pick_time,
    reply_on_page,
    want_meeting,
)
from satupintu.desk.topics import topics
from satupintu.lib import clock
from satupintu.lib.language import current_language
from satupintu.lib.refusal import Refusal
from satupintu.messaging import threads
from satupintu.messaging.rules import CHANNEL_LABELS, ChannelKind
from satupintu.office.services import allow
from satupintu.people.access import HOUR, counted_address, known_by_code, may_try, public
from satupintu.people.queries import acting_party_id
from satupintu.web.forms import press
from satupintu.web.methods import require_safe_or_post
from satupintu.workflow.queries import history

REPLIES_AN_HOUR = 20
ENTRIES_AN_HOUR = 30


@public
@never_cache
@require_safe_or_post
def ask(request: HttpRequest) -> HttpResponse:
    """Ask the office something, with or without a login."""
    party_id = acting_party_id(request) if request.user.is_authenticated else None
    posted = request.POST if request.method == "POST" else None
    initial = {"about": request.GET.get("berkas", "")[:40]}
    form = QuestionForm(posted, initial=initial, signed_in=party_id is not None)
    status = 200
    if posted is not None:
        done = press(form, lambda: _send(request, form, party_id))
        if isinstance(done, HttpResponse):
            return done
        status = done
    usual = topics().get("")
    context = {
        "form": form,
        "trap": TRAP,
        "mark": mark_of(posted),
        "days": usual.deadline.days,
        "working": usual.deadline.working,
    }
    return render(request, "desk/consultations/ask.html", context, status=status)


def _send(request: HttpRequest, form: QuestionForm, party_id: UUID | None) -> HttpResponse:
    here, at = counted_address(request), clock.now()
    limit = 1 if request.POST.get(TRAP) else rules.AN_HOUR
    if not allow("question", here, limit=limit, window_seconds=HOUR, at=at):
        raise NotFiled(
            _(
                "Terlalu banyak pertanyaan dari sambungan ini. Yang Anda tulis masih ada di halaman ini:"
                " coba lagi satu jam kemudian, atau telepon kami."
            )
        )
    given = form.cleaned_data
    done = ask_on_page(
        Question(
            text=given["question"],
            topic=given["topic"],
            service_code=given["service"],
            about=given["about"],
            name=given.get("name", ""),
            contact=given.get("contact", ""),
            party_id=party_id,
        ),
        language=current_language(),
        at=at,
        origin_ref=once(request, given["question"]),
    )
    messages.success(request, _("Pertanyaan Anda tercatat. Simpan kode lacaknya."))
    return redirect("desk:consultation_track", done.tracking_code)


@public
@never_cache
@require_safe_or_post
def track(request: HttpRequest, code: str) -> HttpResponse:
    """Show a consultation to whoever holds its code: where it stands, the answers, what they can do."""
    found = known_by_code(request, lambda: queries.find_by_code(code))
    error, status = "", 200
    if request.method == "POST":
        try:
            _do(request, found)
        except Refusal as refused:
            error, status = refused.message, 422
        else:
            return redirect("desk:consultation_track", found.tracking_code)
    context = _standing(found) | {"error": error, "reply": request.POST.get("balasan", "")}
    return render(request, "desk/consultations/track.html", context, status=status)


def _do(request: HttpRequest, found: Consultation) -> None:
    at, what = clock.now(), request.POST.get("apa", "")
    if what == "balas":
        if not may_try(
            request, "question-reply", str(found.pk), limit=REPLIES_AN_HOUR, seconds=HOUR
        ):
            raise NotFiled(_("Terlalu banyak pesan. Tunggu sebentar, lalu kirim lagi."))
        reply_on_page(found, request.POST.get("balasan", ""), at=at)
        messages.success(request, _("Balasan Anda terkirim."))
    elif what == "nilai":
        give_stars(found, read_stars(request.POST.get("bintang", "")), at=at)
        messages.success(request, _("Terima kasih atas penilaian Anda."))
    elif what == "minta-temu":
        want_meeting(
            found, request.POST.get("cara", ""), request.POST.get("waktu", "") or "-", at=at
        )
        messages.success(request, _("Permintaan Anda sampai. Petugas menawarkan waktu di sini."))
    elif what == "pilih-temu":
        pick_time(found, _picked(request.POST.get("waktu", "")), at=at)
        messages.success(request, _("Janji temu ditetapkan."))
    elif what == "batal-temu":
        call_off(found, at=at, reason=request.POST.get("alasan", "").strip()[:1000])
        messages.success(request, _("Janji temu dibatalkan."))


def _picked(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise NotFiled(_("Pilih salah satu waktu."))
    return moment


@public
@never_cache
@require_safe
def enter(request: HttpRequest, code: str) -> HttpResponse:
    """Lead whoever holds the code into the room of their appointment, when it is open."""
    at, here = clock.now(), counted_address(request)
    if not allow("enter", here, limit=ENTRIES_AN_HOUR, window_seconds=HOUR, at=at):
        raise Http404
    found = known_by_code(request, lambda: queries.find_by_code(code))
    meeting = queries.meeting_of(found)
    if meeting is None:
        raise Http404
    who = found.name or (found.case.party.name if found.case.party else "") or _("Penanya")
    try:
        return redirect(enter_room(meeting, who=who, host=False, at=at))
    except Refusal as refused:
        messages.error(request, refused.message)
        return redirect("desk:consultation_track", found.tracking_code)


def _lines(found: Consultation) -> list[threads.Line]:
    """Return what was said after the question, which the page shows by itself."""
    if found.conversation_id is None:
        return []
    said = threads.own_lines_of(found.conversation_id, found.case.opened_at)
    return without_question(found, said)


def _standing(found: Consultation) -> dict[str, Any]:
    case, language, talk = found.case, current_language(), found.conversation
    channel = ChannelKind(talk.identity.channel) if talk else None
    is_open = case.state in rules.OPEN and talk is not None and talk.closed_at is None
    return {
        "consultation": found,
        "case": case,
        "state": rules.CONSULTATION_STATUSES[case.state],
        "topic": queries.topic_words(found.topic, language),
        "steps": steps_of(history(case), case, public=True),
        "due": case.promise_due_at if case.state == State.ASKED else None,
        "lines": _lines(found),
        "may_reply": is_open and channel is ChannelKind.WEB,
        "elsewhere": CHANNEL_LABELS[channel]
        if is_open and channel not in (None, ChannelKind.WEB)
        else "",
        "meeting": meeting_shown(queries.meeting_of(found), clock.now()),
        "offered": offered_shown(found) if is_open else [],
        "ways": WAY_LABELS.items(),
        "may_meet": is_open,
        "may_rate": found.rating is None
        and found.answered_at is not None
        and case.state in (State.ANSWERED, State.CLOSED),
        "stars": STARS,
    }
