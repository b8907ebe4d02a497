"""What officers do with a consultation besides answering in its conversation, and how whoever asked judges it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from satupintu.desk.models import Consultation
from satupintu.desk.queries import consultations as queries
from satupintu.desk.rules import MOST_STARS
from satupintu.desk.rules import consultations as rules
from satupintu.desk.services.consulting.moving import (
    answered,
    asker,
    check_no_meeting_ahead,
    days_of,
    keep,
    move,
)
from satupintu.desk.services.filing import NotFiled
from satupintu.desk.topics import topic_of, topics
from satupintu.lib.workingtime import add_working_days
from satupintu.messaging import services as messaging
from satupintu.office.queries import work_calendar
from satupintu.people.queries import Unit
from satupintu.people.rules import Role
from satupintu.workflow.queries import Transition, find_by_number
from satupintu.workflow.rules import NewTask
from satupintu.workflow.services import (
    ActRequest,
    CannotMove,
    TaskChange,
    act,
    bad_data,
    facts_of,
    given_number,
    given_text,
    link_cases,
)


@transaction.atomic
def sort(request: ActRequest) -> Transition:
    """Say what a question is about. data: topic (of the plan), service (code or ""), about (a case's number or "")."""
    consultation = queries.consultation_of(request.case)
    topic = given_text(request.data, "topic", consultation.topic)
    if topic not in topics().offered and topic != consultation.topic:
        raise bad_data("topic")
    typed = given_text(request.data, "about", "").strip().upper()
    about = find_by_number(typed) if typed else None
    if typed and (about is None or about.pk == request.case.pk):
        raise NotFiled(_("Tidak ada berkas dengan nomor itu."))
    service = given_text(request.data, "service", "")
    row = move(
        request.case,
        "sort",
        by=request.by,
        at=request.at,
        facts=facts_of(request, data={"topic": topic, "service": service, "about": typed}),
    )
    keep(consultation, topic=topic, service_code=service[:60], about=about)
    if about is not None:
        link_cases(source=request.case, target=about, kind=rules.LINK, at=request.at)
    return row


@transaction.atomic
def hand_over(request: ActRequest) -> Transition:
    """
    Ask another unit to answer: its technical officers see the consultation, and the day stays. data: unit (its id).

    Back to the office with the office's own unit. The conversation is everybody's again.
    """
    consultation = queries.consultation_of(request.case)
    unit = Unit.objects.filter(pk=given_number(request.data, "unit")).first()
    if unit is None:
        raise bad_data("unit")
    due = request.case.promise.due_at
    if due is None or due < request.at:
        due = add_working_days(
            request.at, days_of(topic_of(consultation), request.at), work_calendar()
        )
    role = topic_of(consultation).role if unit.kind == "office" else Role.TECHNICAL_OFFICER
    row = move(
        request.case,
        "hand_over",
        by=request.by,
        at=request.at,
        facts=facts_of(request, data={"unit": unit.pk}),
        tasks=TaskChange(
            drop=frozenset({rules.STAGE}), open=(NewTask(rules.STAGE, role, unit.pk, due),)
        ),
    )
    if consultation.conversation_id is not None:
        messaging.give_back(consultation.conversation_id, at=request.at)
    return row


@transaction.atomic
def close(request: ActRequest) -> Transition:
    """End what was answered or asked back; the person's next message begins anew."""
    return _end(request, answered(request.case))


@transaction.atomic
def discard(request: ActRequest) -> Transition:
    """Lay aside what is no question (spam, a wrong number), with a reason."""
    return _end(request, TaskChange(drop=frozenset({"*"})))


def _end(request: ActRequest, tasks: TaskChange) -> Transition:
    consultation = queries.consultation_of(request.case)
    check_no_meeting_ahead(consultation, request.at)
    row = move(
        request.case,
        request.action,
        by=request.by,
        at=request.at,
        facts=facts_of(request),
        tasks=tasks,
    )
    if consultation.conversation_id is not None:
        messaging.rest(consultation.conversation_id, at=request.at)
    return row


@transaction.atomic
def rate(request: ActRequest) -> Transition:
    """Keep how whoever asked judges the answer; the caller has seen their code or address. data: stars, 1 to 5."""
    if request.by.user_id is not None:
        raise CannotMove(_("Ini hanya dilakukan penanya."))
    stars = given_number(request.data, "stars")
    if not 1 <= stars <= MOST_STARS:
        raise bad_data("stars")
    consultation = queries.consultation_of(request.case)
    if consultation.rating is not None:
        raise CannotMove(_("Konsultasi ini sudah dinilai."))
    check_no_meeting_ahead(consultation, request.at)
    row = move(
        request.case,
        "rate",
        by=request.by,
        at=request.at,
        facts=facts_of(request, data={"stars": stars}),
        tasks=answered(request.case),
    )
    keep(consultation, rating=stars)
    if consultation.conversation_id is not None:
        messaging.rest(consultation.conversation_id, at=request.at)
    return row


def give_stars(
    consultation: Consultation, stars: int, *, at: datetime, channel: str = "web"
) -> Transition:
    """Rate an answer with 1 to 5, which closes the consultation. Raises CannotMove."""
    return act(consultation.case, "rate", by=asker(), at=at, channel=channel, data={"stars": stars})
