"""The log of consultations as messages: whoever asked is told where they can be, whoever must answer that it waits."""

from functools import partial
from typing import Any

from django.conf import settings
from django.utils import timezone

from satupintu.desk.models import Consultation
from satupintu.desk.queries.consultations import consultation_of, topic_words
from satupintu.desk.rules.consultations import KIND_CONSULTATION
from satupintu.desk.topics import topics
from satupintu.messaging.queries import can_text
from satupintu.messaging.rules import ChannelKind
from satupintu.messaging.services import notify, queue_message, tell_owing
from satupintu.workflow.queries import Transition

READER = "consultations"
KINDS = frozenset({KIND_CONSULTATION})
_WAYS = {"phone": ChannelKind.SMS, "email": ChannelKind.EMAIL}
_ASKS_FOR_HELP = frozenset({"hand_over", "notice_deadline"})


def read(row: Transition) -> None:
    """Queue the messages that follow from a move, once."""
    consultation = consultation_of(row.case)
    conversation = consultation.conversation
    on_page = conversation is not None and conversation.identity.channel == ChannelKind.WEB
    link = f"{settings.BASE_URL}/konsultasi/lacak/{consultation.tracking_code}/"
    context: dict[str, Any] = {"number": row.case.number, "link": link}
    origin = f"transition:{row.pk}"
    if row.action == "ask" and on_page:
        due = timezone.localdate(row.case.promise.due_at or row.at)
        context |= {"tracking_code": consultation.tracking_code, "due": due}
        tell(consultation, "consultation_received", context, origin=origin, row=row)
    elif row.action == "answer" and on_page:  # on other channels the answer itself has come
        days = topics().closing.days
        tell(
            consultation, "consultation_answered", context | {"days": days}, origin=origin, row=row
        )
    elif row.action == "close" and consultation.answered_at and consultation.rating is None:
        tell(consultation, "consultation_closed", context, origin=origin, row=row)
    if row.action in _ASKS_FOR_HELP:
        office = {
            "number": row.case.number,
            "category": partial(topic_words, consultation.topic),
            "link": f"{settings.BASE_URL}/konsultasi/berkas/{row.case.number}/",
        }
        tell_owing(row, "consultation_waiting", office)


def tell(
    consultation: Consultation,
    template: str,
    context: dict[str, Any],
    *,
    origin: str,
    row: Transition,
) -> None:
    """
    Tell whoever asked: at the address they left on the page, as the party they are, or where they wrote from.

    A caller is told by SMS where that can be. Nobody who left no way: their code shows it.
    """
    at, conversation = row.recorded_at, consultation.conversation
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
