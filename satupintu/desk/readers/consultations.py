"""The log of consultations as messages: whoever asked is told where they can be, whoever must answer that it waits."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.utils import timezone, translation

from satupintu.desk.links import consultation_page
from satupintu.desk.models import Consultation, Meeting
from satupintu.desk.queries.consultations import consultation_of, near_meetings, topic_words
from satupintu.desk.rules.consultations import KIND_CONSULTATION
from satupintu.desk.rules.meetings import REMIND_BEFORE, WAY_LABELS, Way, reminders_due
from satupintu.desk.topics import topics
from satupintu.lib import words
from satupintu.messaging.queries import can_text
from satupintu.messaging.rules import ChannelKind
from satupintu.messaging.services import notify, notify_officer, queue_message, tell_owing
from satupintu.workflow.queries import Transition

READER = "consultations"
KINDS = frozenset({KIND_CONSULTATION})
_WAYS = {"phone": ChannelKind.SMS, "email": ChannelKind.EMAIL}
_OF_MEETINGS = frozenset({"ask_meeting", "offer_meeting", "book_meeting", "cancel_meeting"})
_ASKS_FOR_HELP = frozenset({"hand_over", "notice_deadline"})


def read(row: Transition) -> None:
    """Queue the messages that follow from a move, once."""
    consultation = consultation_of(row.case)
    conversation = consultation.conversation
    on_page = conversation is not None and conversation.identity.channel == ChannelKind.WEB
    link = consultation_page(consultation.tracking_code)
    context: dict[str, Any] = {"number": row.case.number, "link": link}
    origin = f"transition:{row.pk}"
    if row.action == "ask" and on_page:
        due = timezone.localdate(row.case.promise.due_at or row.at)
        context |= {"tracking_code": consultation.tracking_code, "due": due}
        tell(consultation, "consultation_received", context, origin=origin, at=row.recorded_at)
    elif row.action == "answer" and on_page:  # on other channels the answer itself has come
        days = topics().closing.days
        tell(
            consultation,
            "consultation_answered",
            context | {"days": days},
            origin=origin,
            at=row.recorded_at,
        )
    elif row.action == "close" and consultation.answered_at and consultation.rating is None:
        tell(consultation, "consultation_closed", context, origin=origin, at=row.recorded_at)
    elif row.action in _OF_MEETINGS:
        _tell_of_meeting(row, consultation, context, origin)
    if row.action in _ASKS_FOR_HELP:
        office = {
            "number": row.case.number,
            "category": partial(topic_words, consultation.topic),
            "link": _desk(row.case.number),
        }
        tell_owing(row, "consultation_waiting", office)


def _desk(number: str) -> str:
    return f"{settings.BASE_URL}/konsultasi/berkas/{number}/"


def _how(way: str, language: str) -> str:
    with translation.override(language):
        return str(WAY_LABELS[Way(way)]).lower()


def _when(moment: datetime, language: str) -> str:
    return words.zoned_moment(timezone.localtime(moment), language)


def _times(moments: Sequence[datetime], language: str) -> str:
    return "; ".join(_when(one, language) for one in moments)


def _tell_of_meeting(
    row: Transition, consultation: Consultation, context: dict[str, Any], origin: str
) -> None:
    """Tell whoever asked of what the office offers or agreed on, and the officer of what was asked or changed."""
    data, at = row.data, row.recorded_at
    if "starts_at" in data:
        context["moment"] = partial(_when, datetime.fromisoformat(data["starts_at"]))
    if "way" in data:
        context["how"] = partial(_how, data["way"])
    if row.action == "offer_meeting":
        moments = [datetime.fromisoformat(one) for one in data["times"]]
        context["times"] = partial(_times, moments)
        tell(consultation, "meeting_offered", context, origin=origin, at=at)
        return
    office = context | {"link": _desk(row.case.number)}
    officer = consultation.conversation.officer if consultation.conversation else None
    if row.action == "ask_meeting":
        note = getattr(row, "note", None)
        office["wish"] = note.text if note else "-"
        if officer is not None:
            notify_officer(officer, "meeting_wanted", office, origin=origin, at=at)
        return
    template = "meeting_booked" if row.action == "book_meeting" else "meeting_cancelled"
    by_asker = row.actor_user_id is None
    # Whoever called off knows; whoever chose by message has read the answer there.
    if not by_asker or (row.action == "book_meeting" and row.channel == "web"):
        tell(consultation, template, context, origin=origin, at=at)
    meeting = Meeting.objects.filter(consultation=consultation).order_by("-seq").first()
    if by_asker and meeting is not None:
        notify_officer(meeting.officer, template, office, origin=origin, at=at)


def remind(*, at: datetime) -> int:
    """Remind both sides of appointments that are near, each once (the worker's step); return how many were due."""
    told = 0
    for meeting in near_meetings(at, max(REMIND_BEFORE)):
        for before in reminders_due(meeting.starts_at, meeting.agreed_at, at):
            consultation = consultation_of(meeting.consultation.case)
            context: dict[str, Any] = {
                "number": consultation.case.number,
                "how": partial(_how, meeting.way),
                "moment": partial(_when, meeting.starts_at),
                "link": consultation_page(consultation.tracking_code),
            }
            origin = f"meeting:{meeting.pk}:{int(before.total_seconds())}"
            tell(consultation, "meeting_reminder", context, origin=origin, at=at)
            office = context | {"link": _desk(consultation.case.number)}
            notify_officer(meeting.officer, "meeting_reminder", office, origin=origin, at=at)
            told += 1
    return told


def tell(
    consultation: Consultation,
    template: str,
    context: dict[str, Any],
    *,
    origin: str,
    at: datetime,
) -> None:
    """
    Tell whoever asked: at the address they left on the page, as the party they are, or where they wrote from.

    A caller is told by SMS where that can be. Nobody who left no way: their code shows it.
    """
    conversation = consultation.conversation
    named = {"name": consultation.name or "Bapak/Ibu", **context}
    if consultation.contact_kind:
        queue_message(
            template=template,
            context=named,
            origin=f"{origin}:asker",
            at=at,
            address=consultation.contact,
            channel=_WAYS[consultation.contact_kind],
        )
    elif consultation.case.party_id and (
        conversation is None or conversation.identity.channel == ChannelKind.WEB
    ):
        notify(consultation.case.party_id, template, context, origin=origin, at=at)
    elif conversation is not None:
        identity = conversation.identity
        if identity.channel == ChannelKind.TELEPHONE:
            if can_text(identity.pk):
                queue_message(
                    template=template,
                    context=named,
                    origin=f"{origin}:asker",
                    at=at,
                    address=identity.phone or identity.address,
                    channel=ChannelKind.SMS,
                )
        elif identity.channel != ChannelKind.WEB:
            queue_message(
                template=template, context=named, origin=f"{origin}:asker", at=at, identity=identity
            )
