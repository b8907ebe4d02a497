"""
Appointments of a consultation: asked for, offered, agreed on, moved, called off; rooms made and people reminded.

The moves of the case are the history; `Meeting` is what is agreed now. Rooms are made and let go by a worker, outside
any transaction, and opened for a person when they enter.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from satupintu.desk import meetings as providers
from satupintu.desk.meetings.port import MeetingFailed, Provider, Room, Wanted
from satupintu.desk.models import Consultation, Meeting
from satupintu.desk.queries import consultations as queries
from satupintu.desk.rules import meetings as rules
from satupintu.desk.rules.meetings import Way
from satupintu.desk.services.consulting.hearing import hear_more
from satupintu.desk.services.consulting.moving import asker, keep, move
from satupintu.desk.services.filing import NotFiled
from satupintu.workflow.queries import Transition
from satupintu.workflow.services import (
    ActRequest,
    CannotMove,
    act,
    bad_data,
    facts_of,
    given_moment,
    given_text,
    given_texts,
)

log = structlog.get_logger()


class SlotTaken(CannotMove):
    """The officer has another appointment then, or the time was not offered any more."""


def _way(request: ActRequest) -> Way:
    typed = given_text(request.data, "way", Way.VIDEO)
    if typed not in set(Way):
        raise bad_data("way")
    return Way(typed)


@transaction.atomic
def ask_meeting(request: ActRequest) -> Transition:
    """Note that the person wants to talk. data: way; reason: when it suits them. It is the office's turn again."""
    way = _way(request)
    consultation = queries.consultation_of(request.case)
    hear_more(consultation, "meeting", at=request.at)
    return move(
        consultation.case,
        "ask_meeting",
        by=request.by,
        at=request.at,
        facts=facts_of(request, data={"way": way}),
    )


@transaction.atomic
def offer_meeting(request: ActRequest) -> Transition:
    """Offer times to choose from. data: way, times (up to rules.MOST_OFFERED moments, ISO with a zone)."""
    way = _way(request)
    times = sorted({_moment(one, request) for one in given_texts(request.data, "times")})
    if not 1 <= len(times) <= rules.MOST_OFFERED:
        raise NotFiled(_("Tawarkan satu sampai tiga waktu."))
    if request.by.user_id is None:
        raise bad_data("officer")
    _check_free(request.by.user_id, times, queries.consultation_of(request.case))
    offered = {
        "way": way,
        "times": [one.isoformat() for one in times],
        "officer": request.by.user_id,
    }
    row = move(
        request.case,
        "offer_meeting",
        by=request.by,
        at=request.at,
        facts=facts_of(request, data=offered),
    )
    keep(queries.consultation_of(request.case), offered=offered)
    return row


@transaction.atomic
def book_meeting(request: ActRequest) -> Transition:
    """
    Agree on a time; an earlier appointment is moved. data: way, starts_at.

    The person picks of what was offered, with the officer who offered it; an officer says a time of their own.
    """
    consultation = queries.consultation_of(request.case)
    starts_at = given_moment(request.data, "starts_at")
    if starts_at is None:
        raise bad_data("starts_at")
    way, officer = _way(request), request.by.user_id
    if officer is None:
        offered = consultation.offered
        if starts_at not in {datetime.fromisoformat(one) for one in offered.get("times", ())}:
            raise SlotTaken(_("Waktu itu tidak ditawarkan lagi. Pilih yang lain."))
        way, officer = Way(offered["way"]), int(offered["officer"])
    if not rules.is_possible(starts_at, request.at):
        raise NotFiled(_("Pilih waktu yang belum lewat, paling jauh 60 hari lagi."))
    _check_free(officer, [starts_at], consultation)
    _let_go(consultation, request.at)
    row = move(
        request.case,
        "book_meeting",
        by=request.by,
        at=request.at,
        facts=facts_of(request, data={"way": way, "starts_at": starts_at.isoformat()}),
    )
    try:
        with transaction.atomic():
            Meeting.objects.create(
                consultation=consultation,
                seq=row.seq,
                way=way,
                starts_at=starts_at,
                minutes=rules.MINUTES,
                officer_id=officer,
                agreed_at=request.at,
                provider=settings.MEETINGS if way is Way.VIDEO else "",
                room={},
                next_attempt_at=request.at if way is Way.VIDEO else None,
            )
    except IntegrityError as error:  # somebody else was given this moment just now
        raise _taken() from error
    keep(consultation, offered={})
    return row


@transaction.atomic
def cancel_meeting(request: ActRequest) -> Transition:
    """Call an appointment off; whoever did not is told. reason: why, for the other."""
    consultation = queries.consultation_of(request.case)
    now = queries.meeting_of(consultation)
    if now is None:
        raise CannotMove(_("Tidak ada janji temu yang dapat dibatalkan."))
    row = move(
        request.case,
        "cancel_meeting",
        by=request.by,
        at=request.at,
        facts=facts_of(request, data={"starts_at": now.starts_at.isoformat()}),
    )
    _let_go(consultation, request.at)
    keep(consultation, offered={})
    return row


def _moment(text: str, request: ActRequest) -> datetime:
    moment = given_moment({"times": text}, "times")
    if moment is None:
        raise bad_data("times")
    if not rules.is_possible(moment, request.at):
        raise NotFiled(_("Pilih waktu yang belum lewat, paling jauh 60 hari lagi."))
    return moment


def _taken() -> SlotTaken:
    return SlotTaken(_("Petugas sudah punya janji lain pada waktu itu. Pilih waktu lain."))


def _check_free(officer: int, times: Sequence[datetime], consultation: Consultation) -> None:
    """Refuse a time in which the officer talks with somebody else. One query."""
    near = Q()
    for one in times:
        edge = timedelta(minutes=rules.MINUTES)
        near |= Q(starts_at__gt=one - edge, starts_at__lt=one + edge)
    found = Meeting.objects.filter(near, officer_id=officer, ended_at__isnull=True)
    if found.exclude(consultation=consultation).exists():
        raise _taken()


def _let_go(consultation: Consultation, at: datetime) -> None:
    """Cancel the appointment that is agreed now; a worker lets its room go."""
    mine = Meeting.objects.filter(consultation=consultation, ended_at__isnull=True)
    mine.filter(way=Way.VIDEO).update(next_attempt_at=at, attempts=0)
    mine.update(ended_at=at)


def pick_time(
    consultation: Consultation, starts_at: datetime, *, at: datetime, channel: str = "web"
) -> Transition:
    """Let whoever asked agree to a time that was offered. Raises SlotTaken, NotFiled, CannotMove."""
    data = {"starts_at": starts_at.isoformat()}
    return act(consultation.case, "book_meeting", by=asker(), at=at, channel=channel, data=data)


def want_meeting(
    consultation: Consultation, way: str, wish: str, *, at: datetime, channel: str = "web"
) -> Transition:
    """Let whoever asked ask for an appointment, in their own words. Raises CannotMove."""
    return act(
        consultation.case,
        "ask_meeting",
        by=asker(),
        at=at,
        channel=channel,
        reason=wish.strip()[: rules.LONGEST_WISH],
        data={"way": way},
    )


def call_off(
    consultation: Consultation, *, at: datetime, reason: str = "", channel: str = "web"
) -> Transition:
    """Let whoever asked call an appointment off. Raises CannotMove."""
    return act(
        consultation.case, "cancel_meeting", by=asker(), at=at, channel=channel, reason=reason
    )


# --- Rooms, outside any transaction ------------------------------------------------------------------


def _wanted(meeting: Meeting) -> Wanted:
    return Wanted(
        key=str(meeting.pk),
        title=f"Konsultasi {meeting.consultation.case.number}",
        starts_at=meeting.starts_at,
        minutes=meeting.minutes,
        zone=settings.TIME_ZONE,
    )


def make_rooms(*, at: datetime, limit: int = 20) -> int:
    """Have the rooms made that were agreed on, and those let go that were called off (the worker's step)."""
    due = Meeting.objects.filter(next_attempt_at__lte=at).select_related("consultation__case")
    done = 0
    for meeting in due.order_by("next_attempt_at", "pk")[:limit]:
        mine = Meeting.objects.filter(pk=meeting.pk, next_attempt_at=meeting.next_attempt_at)
        if not mine.update(next_attempt_at=at + rules.AGAIN_AFTER):
            continue  # another worker has it
        try:
            _make_or_let_go(meeting)
        except MeetingFailed as error:
            _try_later(meeting, error.why, at)
            continue
        done += 1
    return done


def _make_or_let_go(meeting: Meeting) -> None:
    used = providers.provider_named(meeting.provider)
    mine = Meeting.objects.filter(pk=meeting.pk)
    if meeting.ended_at is not None:
        if used is not None and meeting.room:
            used.end(Room(**meeting.room))
        mine.update(next_attempt_at=None, error="")
        return
    if not meeting.room:
        name, made = _prepared(meeting, used)
        kept = mine.filter(ended_at__isnull=True).update(
            room=asdict(made), provider=name, next_attempt_at=None, error=""
        )
        if not kept:  # called off meanwhile: the room goes with the next look
            mine.update(room=asdict(made), provider=name)
        return
    mine.update(next_attempt_at=None)


def _prepared(meeting: Meeting, used: Provider | None) -> tuple[str, Room]:
    chosen = used or providers.provider()  # the office may have changed its provider meanwhile
    return chosen.name, chosen.prepare(_wanted(meeting))


def _try_later(meeting: Meeting, why: str, at: datetime) -> None:
    attempts = meeting.attempts + 1
    log.warning("meeting_room", meeting=str(meeting.pk), why=why, attempts=attempts)
    again = at + rules.AGAIN_AFTER * attempts if attempts < rules.ATTEMPTS else None
    Meeting.objects.filter(pk=meeting.pk).update(
        attempts=attempts, next_attempt_at=again, error=why[:120]
    )


def enter_room(meeting: Meeting, *, who: str, host: bool, at: datetime) -> str:
    """
    Return the address by which somebody enters the room now. Asks the provider; not inside a transaction.

    Whoever asked enters from 15 minutes before, or as soon as the officer is there. Raises NotFiled with a sentence
    for the person: too early, over, or the provider does not answer.
    """
    if meeting.way != Way.VIDEO or meeting.ended_at is not None:
        raise NotFiled(_("Tidak ada ruang video untuk janji ini."))
    if rules.is_over(meeting.starts_at, meeting.minutes, at):
        raise NotFiled(_("Janji temu ini sudah lewat."))
    used = providers.provider_named(meeting.provider)
    if not meeting.room or used is None:
        raise NotFiled(_closed())
    room = Room(**meeting.room)
    try:
        early = not host and not rules.is_open(meeting.starts_at, meeting.minutes, at)
        if early and not used.is_running(room):
            raise NotFiled(_("Ruang dibuka 15 menit sebelum waktunya. Kembalilah ke halaman ini."))
        return used.enter(_wanted(meeting), room, who=who, host=host)
    except MeetingFailed as error:
        log.warning("meeting_not_entered", meeting=str(meeting.pk), why=error.why)
        raise NotFiled(_closed()) from error


def _closed() -> str:
    return _(
        "Ruang video belum dapat dibuka. Coba lagi sebentar lagi; bila tetap tidak bisa, petugas menelepon Anda."
    )
