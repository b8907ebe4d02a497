"""The officers' side: what waits and how long, one consultation with its conversation, one page for each act."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from satupintu.catalogue.queries import list_services
from satupintu.desk.pages.consultations.forms import ActForm
from satupintu.desk.pages.consultations.shown import (
    meeting_shown,
    offered_shown,
    steps_of,
    without_question,
)
from satupintu.desk.queries import consultations as queries
from satupintu.desk.queries.consultations import Consultation
from satupintu.desk.rules import consultations as rules
from satupintu.desk.services.consulting import enter_room
from satupintu.desk.topics import topics
from satupintu.lib import clock
from satupintu.lib.language import current_language
from satupintu.lib.refusal import Refusal
from satupintu.lib.workingtime import WorkCalendar
from satupintu.messaging import services as messaging
from satupintu.messaging import threads
from satupintu.messaging.rules import CHANNEL_LABELS, ChannelKind
from satupintu.office.queries import local_date, work_calendar
from satupintu.people.access import staff
from satupintu.people.held import restores, typed
from satupintu.people.queries import User, actor_for, officers_on
from satupintu.people.rules import Actor, Role
from satupintu.web.forms import press
from satupintu.web.methods import require_safe_or_post
from satupintu.workflow.queries import (
    Cursor,
    NotFound,
    history,
    newest_page,
    officer_actions,
    open_tasks,
    page_of,
)
from satupintu.workflow.rules import CHANNEL_LABELS as CASE_CHANNELS
from satupintu.workflow.rules import Move, TimeLeft, standing_still, time_left
from satupintu.workflow.services import act

CONFLICT = 409
WORKERS = (
    Role.FRONT_OFFICE,
    Role.VERIFIER,
    Role.TECHNICAL_OFFICER,
    Role.COORDINATOR,
    Role.SECTION_HEAD,
    Role.HEAD,
)
READERS = (*WORKERS, Role.AUDITOR)
TALKERS = (Role.FRONT_OFFICE, Role.VERIFIER)

SLUGS = {
    "sort": "topik",
    "hand_over": "serahkan",
    "offer_meeting": "tawarkan-waktu",
    "book_meeting": "janji",
    "cancel_meeting": "batalkan-janji",
    "close": "tutup",
    "discard": "sisihkan",
    "comment": "catatan",
}
ACTIONS = {slug: action for action, slug in SLUGS.items()}


def _left(found: Consultation, calendar: WorkCalendar) -> TimeLeft | None:
    """Return the time left, or since when the clock stands; None when nothing is owed."""
    case, at, language = found.case, clock.now(), current_language()
    if case.promise.paused:
        return standing_still(case.promise.pauses[-1][0], at, calendar, language)
    due = case.promise_due_at
    return time_left(due, at, calendar, language) if due else None


def _named(found: Consultation) -> str:
    if found.conversation is not None and found.conversation.identity.channel != ChannelKind.WEB:
        return threads.named(found.conversation.identity)
    party = found.case.party
    return party.name if party else found.name or _("Tanpa nama")


@staff(*READERS)
@never_cache
@require_safe
def consultations(request: HttpRequest) -> HttpResponse:
    """List what waits for the office, the longest waiting first; or all, newest first."""
    actor = actor_for(request)
    everything = request.GET.get("semua") == "1"
    after = Cursor.from_text(request.GET.get("sesudah", ""))
    states = [] if everything else [str(one) for one in rules.WAITING]
    found = queries.list_consultations(actor, states, after.place if after else None)
    address = f"{reverse('desk:consultations')}?{'semua=1&' if everything else ''}"
    shown, page = newest_page(found, queries.PAGE, address)
    language, calendar, now = current_language(), work_calendar(), topics()
    rows = [
        {
            "case": one.case,
            "name": _named(one),
            "topic": now.get(one.topic).label[language],
            "channel": CASE_CHANNELS.get(one.case.channel, one.case.channel),
            "state": rules.CONSULTATION_STATUSES[one.case.state],
            "left": _left(one, calendar),
        }
        for one in shown
    ]
    context = {"rows": rows, "everything": everything, "page": page}
    return render(request, "desk/consultations/list.html", context)


def _get(request: HttpRequest, number: str) -> tuple[Actor, Consultation]:
    actor = actor_for(request)
    try:
        return actor, queries.get_consultation_for(actor, number)
    except NotFound as error:
        raise Http404 from error


def _legal(actor: Actor, found: Consultation) -> dict[str, Move]:
    legal = officer_actions(found.case, actor)
    meets = queries.meets_later(found, clock.now())
    hidden = set() if meets else {"cancel_meeting"}
    return {action: legal[action] for action in SLUGS if action in legal and action not in hidden}


@staff(*READERS)
@restores
@never_cache
@require_safe_or_post
def consultation(request: HttpRequest, number: str) -> HttpResponse:
    """Show a consultation, and take an answer, what is asked back, or what was said by telephone."""
    actor, found = _get(request, number)
    shown = typed(request)
    text = shown.get("text", "") if shown else ""
    if request.method != "POST":
        return _show(request, actor, found, text=text)
    try:
        _answer(request, actor, found, text)
    except Refusal as refused:
        _again, fresh = _get(request, number)
        return _show(request, actor, fresh, text=text, problem=refused.message)
    messages.success(request, _("Tercatat."))
    return redirect(f"{reverse('desk:consultation', args=[number])}#akhir")


def _answer(request: HttpRequest, actor: Actor, found: Consultation, text: str) -> None:
    at, talk, how = clock.now(), found.conversation, request.POST.get("as", "answer")
    if talk is None or not actor.roles & rules.OFFICERS:
        raise Refusal(_("Percakapan ini sudah tidak ada, atau bukan untuk dijawab Anda."))
    if how == "note":
        messaging.note(talk.pk, text=text, by=actor, at=at)
    elif how == "spoken":
        messaging.write_down(
            channel=ChannelKind(talk.identity.channel),
            address=talk.identity.address,
            name="",
            text=text,
            outgoing=True,
            happened_at=at,
            by=actor,
            at=at,
        )
    else:
        turn = request.POST.get("turn", "")
        messaging.answer(
            talk.pk,
            text=text,
            turn=int(turn) if turn.isdigit() else -1,
            by=actor,
            at=at,
            asks=how == "ask",
        )


def _show(
    request: HttpRequest, actor: Actor, found: Consultation, *, text: str = "", problem: str = ""
) -> HttpResponse:
    case, language, talk = found.case, current_language(), found.conversation
    services = {one.code: one.title for one in list_services(local_date(clock.now()))}
    service = services.get(found.service_code)
    context = {
        "consultation": found,
        "case": case,
        "name": _named(found),
        "topic": queries.topic_words(found.topic, language),
        "service": service.in_language(language) if service else found.service_code,
        "about": found.about,
        "about_url": page_of(found.about) if found.about else "",
        "state": rules.CONSULTATION_STATUSES[case.state],
        "left": _left(found, work_calendar()),
        "channel": CASE_CHANNELS.get(case.channel, case.channel),
        "conversation": talk,
        "others": talk.officer if talk and talk.officer_id not in (None, actor.user_id) else None,
        "carried": CHANNEL_LABELS[ChannelKind(talk.identity.channel)] if talk else "",
        "phone": talk.identity.phone if talk else "",
        "lines": without_question(found, threads.thread_in(talk.pk)) if talk else [],
        "person": f"/orang/{case.party_id}/"
        if case.party_id and actor.roles & set(TALKERS)
        else "",
        "files_in": talk.pk if talk and actor.roles & set(TALKERS) else None,
        "may_answer": talk is not None
        and talk.closed_at is None
        and case.state in rules.OPEN
        and bool(actor.roles & rules.OFFICERS),
        "by_voice": talk is not None and talk.identity.channel == ChannelKind.TELEPHONE,
        "may_ask_back": case.state == rules.ConsultationState.ASKED,
        "meeting": meeting_shown(queries.meeting_of(found), clock.now()),
        "offered": offered_shown(found),
        "text": text,
        "problem": problem,
        "buttons": [
            {
                "label": move.label,
                "weight": move.weight,
                "url": reverse("desk:consultation_act", args=[case.number, SLUGS[action]]),
            }
            for action, move in _legal(actor, found).items()
        ],
        "steps": steps_of(history(case), case, public=False, tasks=open_tasks(case)),
    }
    status = CONFLICT if problem else 200
    return render(request, "desk/consultations/one.html", context, status=status)


@staff(*WORKERS)
@never_cache
@require_safe
def enter(request: HttpRequest, number: str) -> HttpResponse:
    """Lead the officer into the room of the appointment that is agreed."""
    actor, found = _get(request, number)
    meeting = queries.meeting_of(found)
    if meeting is None:
        raise Http404
    try:
        return redirect(enter_room(meeting, who=actor.name, host=True, at=clock.now()))
    except Refusal as refused:
        messages.error(request, refused.message)
        return redirect("desk:consultation", number)


# --- Acting ---------------------------------------------------------------------------------------


def _colleagues(actor: Actor) -> list[User]:
    today = local_date(clock.now())
    return [one for one in officers_on(*TALKERS, today=today) if one.pk != actor.user_id]


@staff(*WORKERS)
@restores
@never_cache
@require_safe_or_post
def act_page(request: HttpRequest, number: str, slug: str) -> HttpResponse:
    """Show or do one act on one consultation; what was typed stays when it is refused."""
    actor, found = _get(request, number)
    action = ACTIONS.get(slug)
    if action is None:
        raise Http404
    move = _legal(actor, found).get(action)
    not_now = _("Tindakan itu tidak tersedia pada keadaan konsultasi sekarang.")
    form = ActForm(found, action, move, _colleagues(actor), typed(request))

    def do() -> HttpResponse:
        _do(found, action, actor, form)
        messages.success(request, f"{number}: {rules.CONSULTATION_DONE[action]}.")
        return redirect("desk:consultation", number)

    status = 200
    if request.method == "POST":
        done = press(form, do, not_now="" if move else not_now)
        if isinstance(done, HttpResponse):
            return done
        status = done
    elif move is None:
        messages.warning(request, not_now)
        return redirect("desk:consultation", number)
    any_move = next(one for (_at, name), one in rules.CONSULTATION.moves.items() if name == action)
    context = {
        "form": form,
        "case": found.case,
        "consultation": found,
        "topic": queries.topic_words(found.topic, current_language()),
        "label": any_move.label,
        "weight": any_move.weight,
        "possible": move is not None,
        "back": reverse("desk:consultation", args=[number]),
    }
    return render(request, "desk/consultations/act.html", context, status=status)


def _do(found: Consultation, action: str, actor: Actor, form: ActForm) -> None:
    given, at = form.cleaned_data, clock.now()
    kind, _colon, key = given.get("to", "").partition(":")
    if action == "hand_over" and kind != "unit":
        if found.conversation_id is None:
            raise Refusal(_("Percakapan ini sudah tidak ada."))
        to = User.objects.filter(pk=int(key), is_active=True).first() if key else None
        messaging.hand_over(found.conversation_id, to=to, by=actor, at=at)
        return
    data: dict[str, Any] = {}
    if action == "hand_over":
        data = {"unit": int(key)}
    elif action == "offer_meeting":
        times = [given[name] for name in ("time_1", "time_2", "time_3") if given[name]]
        data = {"way": given["way"], "times": [one.isoformat() for one in times]}
    elif action == "book_meeting":
        data = {"way": given["way"], "starts_at": given["starts_at"].isoformat()}
    elif action == "sort":
        data = {name: given[name] for name in ("topic", "service", "about")}
    act(
        found.case,
        action,
        by=actor,
        at=at,
        reason=given.get("reason", ""),
        data=data,
        seen_version=given["version"],
    )
