"""Reads over consultations, each with its access check: the office sees them all, a unit those it was asked about."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from satupintu.desk.models import Consultation, Meeting
from satupintu.desk.rules import consultations as rules
from satupintu.desk.topics import topics
from satupintu.lib.codes import find_tracking_code
from satupintu.lib.fields import matching
from satupintu.lib.keyset import beyond
from satupintu.lib.prepared import Prepared
from satupintu.people.rules import Actor
from satupintu.workflow.queries import (
    Case,
    NotFound,
    get_case_for,
    histories,
    visible_to,
)

__all__ = ["Consultation", "Meeting", "NotFound"]

PAGE = 40


def _sides() -> QuerySet[Consultation]:
    return Consultation.objects.select_related(
        "case", "case__party", "about", "conversation__identity__contact__party"
    )


def _of_parties(party_ids: Any) -> QuerySet[Consultation]:
    return _sides().filter(case__party_id__in=party_ids).order_by("-case__opened_at")


_OF_PARTIES = Prepared(lambda party_ids: _of_parties(party_ids)[:PAGE], many={"party_ids"})


def find(case_id: UUID) -> Consultation | None:
    """Return the consultation that is this case; None for a case of another kind. One query."""
    return _sides().filter(pk=case_id).first()


def consultation_of(case: Case) -> Consultation:
    """Return the consultation's side of its case. One query. Raises NotFound for other kinds."""
    found = find(case.pk)
    if found is None:
        raise NotFound(case.number)
    found.case = case
    return found


def get_consultation_for(actor: Actor, number: str) -> Consultation:
    """Return the consultation with this number. Raises NotFound (missing, another kind, or not theirs)."""
    return consultation_of(get_case_for(actor, number))


def find_by_code(code: str) -> Consultation | None:
    """Return the consultation with this tracking code as typed, for whoever holds it. One query."""
    written = find_tracking_code(code)
    return _sides().filter(tracking_code=written).first() if written else None


def list_for_party(party_ids: frozenset[UUID], *, about: UUID | None = None) -> list[Consultation]:
    """Return what some parties asked, newest first; `about`: only about this case. One query."""
    if about is None:
        return _OF_PARTIES.all(party_ids=party_ids)
    return list(_of_parties(party_ids).filter(about_id=about)[:PAGE]) if party_ids else []


def list_consultations(
    actor: Actor, states: Sequence[str], after: tuple[datetime, UUID] | None = None
) -> list[Consultation]:
    """Return up to PAGE + 1 consultations of these states, the longest waiting first; all (none): newest first."""
    mine = Case.objects.filter(visible_to(actor), kind=rules.KIND_CONSULTATION)
    found = _sides().filter(case__in=mine)
    if not states:
        found = found.filter(beyond(after, "case__opened_at", key="case_id", falling=True))
        return list(found.order_by("-case__opened_at", "case_id")[: PAGE + 1])
    # The kind is said again for the index of cases in a state, which begins with it.
    found = found.filter(case__kind=rules.KIND_CONSULTATION, case__state__in=list(states))
    found = found.filter(beyond(after, "case__opened_at", key="case_id"))
    return list(found.order_by("case__opened_at", "case_id")[: PAGE + 1])


def find_for(actor: Actor, *, code: str = "", phone: str = "") -> list[Consultation]:
    """Return the consultations with this tracking code or from this number that an officer may see. Three queries."""
    ids: set[UUID] = set()
    if code:
        ids.update(Consultation.objects.filter(tracking_code=code).values_list("pk", flat=True))
    if phone:
        of_phone = Consultation.objects.filter(matching("contact", phone))
        ids.update(of_phone.values_list("pk", flat=True)[:PAGE])
    if not ids:
        return []
    mine = Case.objects.filter(visible_to(actor), pk__in=ids)
    return list(_sides().filter(case__in=mine).order_by("-case__opened_at")[:PAGE])


def list_about(case_id: UUID, actor: Actor) -> list[Consultation]:
    """Return the consultations about a case that an officer may see, oldest first. One query."""
    mine = Case.objects.filter(visible_to(actor), kind=rules.KIND_CONSULTATION)
    found = _sides().filter(case__in=mine, about_id=case_id)
    return list(found.order_by("case__opened_at"))


def title_of(case: Case, language: str) -> str:
    """Return what a consultation is about, as a list shows it: its topic, and nothing of what it says."""
    found = Consultation.objects.filter(pk=case.pk).values_list("topic", flat=True).first()
    return topic_words(found or "", language)


def topic_words(key: str, language: str) -> str:
    """Return a topic of the plan in words; the last one for what is no longer there."""
    return topics().get(key).label[language]


def whole_consultations_of(party_id: UUID) -> list[dict[str, Any]]:
    """Return what a party asked with the log, as plain data. Two queries."""
    found = list(_sides().filter(case__party_id=party_id).order_by("case__opened_at"))
    logs = histories([one.pk for one in found])
    return [
        {
            "number": one.case.number,
            "tracking_code": one.tracking_code,
            "topic": one.topic,
            "question": one.question,
            "state": one.case.state,
            "asked": one.case.opened_at,
            "rating": one.rating,
            "log": [
                {"at": row.at, "action": row.action, "state": row.to_state}
                for row in logs.get(one.pk, [])
            ],
        }
        for one in found
    ]


def to_rate(identity_id: UUID, since: datetime) -> Consultation | None:
    """Return the last answered consultation of an identity that nobody rated yet; None for none. One query."""
    done = (rules.ConsultationState.ANSWERED, rules.ConsultationState.CLOSED)
    return (
        _sides()
        .filter(
            conversation__identity_id=identity_id,
            case__state__in=[str(one) for one in done],
            answered_at__isnull=False,
            said_at__gte=since,
            rating__isnull=True,
        )
        .order_by("-said_at")
        .first()
    )


def meeting_of(consultation: Consultation) -> Meeting | None:
    """Return the appointment that is agreed now, also one that is over; None for none. One query."""
    return (
        Meeting.objects.filter(consultation=consultation, ended_at__isnull=True)
        .select_related("officer", "consultation__case")
        .first()
    )


def meets_later(consultation: Consultation, at: datetime) -> bool:
    """Say whether an appointment lies ahead. One query."""
    found = Meeting.objects.filter(consultation=consultation, ended_at__isnull=True)
    return found.filter(starts_at__gt=at).exists()


def list_meetings(officer_id: int, since: datetime) -> list[Meeting]:
    """Return an officer's appointments from a moment on, the first first. One query."""
    found = Meeting.objects.filter(
        officer_id=officer_id, ended_at__isnull=True, starts_at__gte=since
    )
    return list(found.select_related("consultation__case").order_by("starts_at")[:PAGE])


def near_meetings(at: datetime, within: timedelta) -> list[Meeting]:
    """Return the appointments that begin within a time, with both sides, the first first. One query."""
    found = Meeting.objects.filter(
        ended_at__isnull=True, starts_at__gt=at, starts_at__lte=at + within
    )
    return list(found.select_related("officer", "consultation__case").order_by("starts_at"))


# --- What is counted --------------------------------------------------------------------------------


def counted(begins: datetime, ends: datetime) -> list[rules.Asked]:
    """Return every consultation that was asked in a time, as the statistics see it. One query."""
    rows = (
        Consultation.objects.filter(case__opened_at__gte=begins, case__opened_at__lt=ends)
        .exclude(case__state=rules.ConsultationState.DISCARDED)
        .values_list("topic", "case__channel", "waited", "on_time", "case__state", "rating")
    )
    still = {str(one) for one in rules.OPEN}
    return [
        rules.Asked(topic, channel, waited, on_time, state in still and waited is None, rating)
        for topic, channel, waited, on_time, state, rating in rows
    ]


def by_topic(rows: Sequence[rules.Asked]) -> list[rules.Tally]:
    """Return one line for each topic of the plan, also for those that nobody asked about."""
    known = list(topics().by_key)
    keys = [*known, *sorted({one.topic for one in rows} - set(known))]
    return [rules.tally(key, [one for one in rows if one.topic == key]) for key in keys]


def by_channel(rows: Sequence[rules.Asked]) -> list[rules.Tally]:
    """Return one line for each channel by which something was asked, the most used first."""
    keys = {one.channel for one in rows}
    lines = [rules.tally(key, [one for one in rows if one.channel == key]) for key in keys]
    return sorted(lines, key=lambda line: (-line.came, line.key))


def open_in(conversation_id: UUID) -> Consultation | None:
    """Return the consultation that goes on in a conversation; None for none. One query."""
    return (
        _sides()
        .filter(conversation_id=conversation_id, case__state__in=[str(one) for one in rules.OPEN])
        .first()
    )
