"""Reads over objections, each with its access check; and which decision of a permit's case can be objected to."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse

from satupintu.documents.queries import Document
from satupintu.lib.keyset import beyond
from satupintu.lib.prepared import Prepared
from satupintu.lib.workingtime import WorkCalendar
from satupintu.objections import rules
from satupintu.objections.models import Evidence, Objection, ObjectionLetter
from satupintu.people.rules import Actor
from satupintu.permits import queries as permits
from satupintu.permits.file import has_checked
from satupintu.permits.registration import Tracked
from satupintu.supervision import queries as supervision
from satupintu.supervision import rules as sanctions
from satupintu.workflow.queries import (
    Case,
    NotFound,
    Transition,
    get_case_for,
    histories,
    with_version,
)
from satupintu.workflow.queries import title_of as case_title

__all__ = ["Evidence", "NotFound", "Objection", "ObjectionLetter"]

PAGE = 40


def objection_of(case: Case) -> Objection:
    """Return the objection's side of its case, with the permit's case. One query. Raises NotFound for other kinds."""
    found = (
        Objection.objects.select_related(
            "about", "about__party", "about__service_version", "against"
        )
        .filter(pk=case.pk)
        .first()
    )
    if found is None:
        raise NotFound(case.number)
    found.case = case
    return found


def get_objection_for(actor: Actor, number: str) -> Objection:
    """Return the objection with this number. Raises NotFound (missing or not theirs)."""
    return objection_of(get_case_for(actor, number))


def find_by_code(code: str) -> Objection | None:
    """Return the objection with this tracking code, for whoever holds it. One query."""
    return (
        Objection.objects.select_related("case", "case__party", "about", "about__service_version")
        .filter(tracking_code=code)
        .first()
    )


def tracked(code: str) -> Tracked | None:
    """Return what an objection with this code is followed by; None when it is none's. One query."""
    found = find_by_code(code)
    if found is None:
        return None
    return Tracked(reverse("objections:track", args=[code]), found.case, found.case.legal_due_at)


def title_of(case: Case, language: str) -> str:
    """Return what an objection is about: the service of the permit's case."""
    return str(case_title(objection_of(case).about, language))


def about(case_id: UUID) -> list[Objection]:
    """Return the objections to decisions of a permit's case, the oldest first. One query."""
    found = Objection.objects.filter(about_id=case_id).select_related("case", "case__party")
    return list(found.order_by("case__opened_at"))


def against(case_id: UUID) -> list[Objection]:
    """Return the objections to the sanctions of a case of supervision, the oldest first. One query."""
    found = Objection.objects.filter(against_id=case_id).select_related("case", "case__party")
    return list(found.order_by("case__opened_at"))


def evidence_of(objection: Objection) -> list[Evidence]:
    """Return what was sent in with it, with the documents. One query."""
    return list(objection.evidence.select_related("document", "document__file").order_by("id"))


def letters_of(objection: Objection) -> list[ObjectionLetter]:
    """Return the letters about it, made or owed. One query."""
    found = ObjectionLetter.objects.filter(case_id=objection.pk).select_related(
        "document", "document__file"
    )
    return list(found.order_by("seq"))


def letters_for_ink(case_id: UUID | None = None, limit: int = 100) -> list[ObjectionLetter]:
    """Return the letters that wait for ink, about a case or (None) about all, the oldest first. One query."""
    waiting = ObjectionLetter.objects.filter(ink=True, document__isnull=True)
    if case_id is not None:
        waiting = waiting.filter(case_id=case_id)
    return list(waiting.select_related("case__party").order_by("at", "id")[:limit])


def written_letters(objection: Objection) -> list[tuple[UUID, str]]:
    """Return the letters about it that can leave on paper, (id, name), the oldest first. One query."""
    return [
        (one.pk, rules.letter_name(one.kind, one.number))
        for one in letters_of(objection)
        if one.document_id
    ]


def letter_names(letter_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return what letters about objections are called, by id. One query."""
    found = ObjectionLetter.objects.filter(pk__in=letter_ids).values_list("pk", "kind", "number")
    return {key: rules.letter_name(kind, number) for key, kind, number in found}


def decision_received(objection: Objection, row: Transition) -> datetime:
    """
    Return from when one may appeal against the decision of a move (UU 30/2014 Art. 78(1)). One query.

    When it was told by message and page, or when its letter left the office on paper, whichever is later.
    """
    asked = ObjectionLetter.objects.filter(case_id=objection.pk, seq=row.seq).values("pk")
    return max([row.at, *permits.first_sent(asked).values()])


def get_letter(objection: Objection, letter_id: UUID) -> ObjectionLetter:
    """Return a letter about an objection. Raises NotFound. One query."""
    found = ObjectionLetter.objects.filter(case_id=objection.pk, pk=letter_id).first()
    if found is None:
        raise NotFound(str(letter_id))
    return found


def document_of(objection: Objection, document_id: UUID) -> Document:
    """Return a paper of an objection. Raises NotFound for any other. Two queries."""
    papers: list[Document | None] = [one.document for one in evidence_of(objection)]
    papers += [one.document for one in letters_of(objection)]
    for paper in papers:
        if paper is not None and paper.pk == document_id:
            return paper
    raise NotFound(str(document_id))


# --- What can be objected to ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Decided:
    """The decision of a permit's case that stands, and until when one may object to it."""

    case: Case
    row: Transition
    announced: datetime
    last: datetime
    sanction: supervision.Sanction | None = None

    @property
    def against(self) -> Case | None:
        """Return the case of supervision that gave the sanction; None for a decision of the permit's own case."""
        return self.row.case if self.sanction else None

    @property
    def label(self) -> str:
        """Return the decision by its name, a sanction with its number."""
        return _named(self.action, self.sanction)

    @property
    def action(self) -> str:
        return str(self.row.action)

    @property
    def effect(self) -> rules.Effect:
        return rules.EFFECTS[self.action]


def decided_of(case: Case, calendar: WorkCalendar) -> Decided | None:
    """
    Return the decision that stands on a permit's case; None when there is none. At most two queries.

    The 21 days count from when it was announced (UU 30/2014 Art. 77(1)): when it was told by message and page, or when
    its letter left the office on paper, whichever is later.
    """
    action = rules.DECISIONS.get(case.state)
    if action is None:
        return None
    row = Transition.objects.filter(case=case, action=action).order_by("-seq").first()
    if row is None:
        return None
    sent = permits.decision_first_sent(case.pk, row.seq)
    announced = max(filter(None, (row.at, row.recorded_at, sent)))
    return Decided(case, row, announced, rules.last_moment(announced, calendar))


def sanctions_decided(about: Case, calendar: WorkCalendar) -> list[Decided]:
    """
    Return the sanctions in force on a permit's case, the latest first, with until when to object. Five queries.

    The days count as for a decision of the permit's own case.
    """
    found = supervision.find_about(about.pk)
    if found is None:
        return []
    given = {
        one.decided_seq: one
        for one in supervision.sanctions_of(found.pk)
        if sanctions.is_objectable(one.kind, one.state)
    }
    rows = Transition.objects.filter(case_id=found.pk, seq__in=list(given)).order_by("-seq")
    sent = permits.first_sent([one.pk for one in given.values()])
    decided = []
    for row in rows:
        row.case = found.case
        announced = max(filter(None, (row.at, row.recorded_at, sent.get(given[row.seq].pk))))
        last = rules.last_moment(announced, calendar)
        decided.append(Decided(about, row, announced, last, given[row.seq]))
    return decided


def find_decided(about: Case, calendar: WorkCalendar, sanction: UUID | None) -> Decided | None:
    """Return the decision that stands on a permit's case, or the sanction of this id; None when there is none."""
    if sanction is None:
        return decided_of(about, calendar)
    found = sanctions_decided(about, calendar)
    return next((one for one in found if one.sanction and one.sanction.pk == sanction), None)


def sanction_of(objection: Objection) -> supervision.Sanction | None:
    """Return the sanction that is objected to; None for a decision of the permit's own case. One query."""
    if objection.against_id is None:
        return None
    return supervision.sanction_decided(objection.against_id, objection.about_seq)


def decision_words(objection: Objection) -> str:
    """Return the decision by its name, a sanction with its number, in the language that is on. At most one query."""
    return _named(objection.decision, sanction_of(objection))


def _named(decision: str, sanction: supervision.Sanction | None) -> str:
    if sanction is None:
        return str(rules.DECISION_LABELS[decision])
    return f"{sanctions.named(sanction.kind, sanction.level)} {sanction.number}"


def took_part(objection: Objection, user_id: int | None) -> bool:
    """Say whether somebody checked the file, or proposed a sanction on the permit that is objected to. One query."""
    if objection.against_id is None:
        return has_checked(objection.about_id, user_id)
    return supervision.has_proposed(objection.against_id, user_id)


# --- Lists --------------------------------------------------------------------------------------


def list_objections(
    states: Sequence[str], after: tuple[datetime, UUID] | None = None
) -> list[Objection]:
    """Return up to PAGE + 1 objections in these states (none: all), newest first, by keyset. One query."""
    cases = with_version(Case.objects.filter(kind=rules.KIND_OBJECTION))
    if states:
        cases = cases.filter(state__in=list(states))
    cases = cases.filter(beyond(after, "opened_at", falling=True)).order_by("-opened_at", "id")
    found = {one.pk: one for one in cases[: PAGE + 1]}
    sides = Objection.objects.filter(pk__in=found).select_related(
        "about", "about__party", "about__service_version"
    )
    by_id = {one.pk: one for one in sides}
    for case_id, case in found.items():
        by_id[case_id].case = case
    return [by_id[case_id] for case_id in found]


_OWN = Prepared(
    lambda party_ids: (
        Objection.objects.filter(case__party_id__in=party_ids)
        .select_related("case")
        .order_by("-case__opened_at")[:PAGE]
    ),
    many={"party_ids"},
)


def list_own(party_ids: frozenset[UUID]) -> list[Objection]:
    """Return the objections of some parties, the newest first. One query."""
    return _OWN.all(party_ids=party_ids)


def count_waiting(limit: int) -> int:
    """Return how many objections wait for the office, at most `limit`. One query."""
    waiting = Case.objects.filter(
        kind=rules.KIND_OBJECTION, state__in=[str(one) for one in rules.WAITING]
    )
    return waiting.order_by()[:limit].count()


def whole_objections_of(party_id: UUID) -> list[dict[str, Any]]:
    """Return a party's objections with what they say and their log, as plain data. Two queries."""
    found = list(
        Objection.objects.filter(case__party_id=party_id)
        .select_related("case", "about")
        .order_by("case__opened_at")
    )
    logs = histories([one.pk for one in found])
    return [
        {
            "number": one.case.number,
            "tracking_code": one.tracking_code,
            "about": one.about.number,
            "decision": one.decision,
            "standing": one.standing,
            "grounds": one.grounds,
            "wish": one.wish,
            "interest": one.interest,
            "state": one.case.state,
            "filed": one.case.opened_at,
            "log": [
                {"at": row.at, "action": row.action, "state": row.to_state}
                for row in logs.get(one.pk, [])
            ],
        }
        for one in found
    ]
