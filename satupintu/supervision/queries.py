"""Reads over supervision, each with its access check, and the days of this office."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from satupintu.documents.queries import Document
from satupintu.documents.rules import long_date
from satupintu.lib.keyset import beyond
from satupintu.lib.prepared import Prepared
from satupintu.people.rules import Actor
from satupintu.permits.queries import file_of
from satupintu.supervision import rules
from satupintu.supervision.models import Condition, Days, Report, Sanction, Supervision
from satupintu.supervision.rules import ConditionState, Given, Periods, SanctionState
from satupintu.workflow.queries import (
    Case,
    NotFound,
    get_case_for,
    has_acted,
    histories,
    with_version,
)
from satupintu.workflow.queries import title_of as case_title

__all__ = ["Condition", "NotFound", "Report", "Sanction", "Supervision"]

PAGE = 40
_SIDES = ("case", "case__party", "about", "about__party", "about__service_version")


def periods() -> Periods:
    """Return the days of this office; where it has set none, those of the program. One query."""
    row = Days.objects.filter(pk=1).first()
    if row is None:
        return Periods()
    return Periods(
        warning_days=tuple(row.warning_days),
        warnings_before=row.warnings_before,
        decide_days=row.decide_days,
        follow_days=row.follow_days,
        remind_days=tuple(row.remind_days) or Periods().remind_days,
    )


def supervision_of(case: Case) -> Supervision:
    """Return the supervision behind its case. One query. Raises NotFound for other kinds."""
    found = Supervision.objects.select_related(*_SIDES).filter(pk=case.pk).first()
    if found is None:
        raise NotFound(case.number)
    found.case = case
    return found


def find_about(about_id: UUID) -> Supervision | None:
    """Return the supervision of a permit's case; None when there was never any. One query."""
    return Supervision.objects.select_related(*_SIDES).filter(about_id=about_id).first()


def get_supervision_for(actor: Actor, number: str) -> Supervision:
    """
    Return the supervision with this number, to whoever may see the permit's case. Three queries at most.

    Raises NotFound (missing or not theirs).
    """
    found = Supervision.objects.select_related(*_SIDES).filter(case__number=number).first()
    if found is None:
        raise NotFound(number)
    get_case_for(actor, found.about.number)
    found.case = with_version(Case.objects.filter(pk=found.pk)).get()
    return found


def title_of(case: Case, language: str) -> str:
    """Return what a supervision is about: the service of the permit's case."""
    return str(case_title(supervision_of(case).about, language))


def sanctions_of(case_id: UUID) -> list[Sanction]:
    """Return the sanctions of a case of supervision, the oldest first. One query."""
    found = Sanction.objects.filter(case_id=case_id).select_related("document", "document__file")
    return list(found.order_by("seq"))


def letters_for_ink(case_id: UUID | None = None, limit: int = 100) -> list[Sanction]:
    """Return the sanctions, of a case or (None) of all, whose letters wait for ink, the oldest first. One query."""
    waiting = Sanction.objects.filter(ink=True, document__isnull=True).select_related("case__party")
    if case_id is not None:
        waiting = waiting.filter(case_id=case_id)
    return list(waiting.order_by("decided_at", "id")[:limit])


def written_letters(case_id: UUID) -> list[tuple[UUID, str]]:
    """Return the letters of a case of supervision that can leave on paper, (id, name), the oldest first. One query."""
    return [
        (one.pk, rules.letter_name(one.kind, one.level, one.number))
        for one in sanctions_of(case_id)
        if one.document_id
    ]


def letter_names(sanction_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return what the letters of sanctions are called, by id. One query."""
    found = Sanction.objects.filter(pk__in=sanction_ids)
    return {
        key: rules.letter_name(kind, level, number)
        for key, kind, level, number in found.values_list("pk", "kind", "level", "number")
    }


def get_sanction(supervision: Supervision, sanction_id: UUID) -> Sanction:
    """Return a sanction of a supervision. Raises NotFound. One query."""
    found = Sanction.objects.filter(case_id=supervision.pk, pk=sanction_id).first()
    if found is None:
        raise NotFound(str(sanction_id))
    return found


def in_force(sanctions: Sequence[Sanction]) -> list[Sanction]:
    """Return those that count now. No query."""
    return [one for one in sanctions if one.state == SanctionState.IN_FORCE]


def given(sanctions: Sequence[Sanction]) -> list[Given]:
    """Return what the ladder needs to know of those in force. No query."""
    return [Given(one.kind, one.level, one.put_right_by) for one in in_force(sanctions)]


def proposed(sanctions: Sequence[Sanction]) -> Sanction | None:
    """Return the one that lies before the head; None when none does. No query."""
    return next((one for one in sanctions if one.state == SanctionState.PROPOSED), None)


def sanction_decided(case_id: UUID, seq: int) -> Sanction | None:
    """Return the sanction that a move of a case of supervision gave; None for another move. One query."""
    return Sanction.objects.filter(case_id=case_id, decided_seq=seq).first()


def has_proposed(case_id: UUID, user_id: int | None) -> bool:
    """Say whether somebody has ever proposed a sanction in a case of supervision. One query."""
    return has_acted(case_id, {"propose_sanction"}, user_id)


def document_of(supervision: Supervision, document_id: UUID) -> Document:
    """Return the letter of a sanction, or the paper of a report. Raises NotFound for any other. Two queries."""
    papers = [one.document for one in sanctions_of(supervision.pk)]
    reports = Report.objects.filter(condition__case_id=supervision.pk, document__isnull=False)
    papers += [one.document for one in reports.select_related("document", "document__file")]
    for paper in papers:
        if paper is not None and paper.pk == document_id:
            return paper
    raise NotFound(str(document_id))


# --- Conditions ---------------------------------------------------------------------------------


def conditions_set(about_id: UUID) -> list[Condition]:
    """Return the conditions that the permit of a case will bear, as officers set them. One query."""
    found = Condition.objects.filter(about_id=about_id, state=ConditionState.SET)
    return list(found.order_by("id"))


def standing(about: Case) -> list[Condition]:
    """Return what the service file binds each permit to, as rows that are not written yet. At most two queries."""
    file = file_of(about)
    return [
        Condition(about_id=about.pk, key=one.key, text=one.text.id, days=one.days)
        for one in file.definition.conditions
        if file.kind in one.kinds
    ]


def printed_conditions(about: Case, issued_on: date) -> tuple[str, ...]:
    """Return the conditions as a permit bears them when it is issued on a day, in Indonesian. Three queries."""
    return tuple(
        f"{one.text.rstrip('.')}, selambat-lambatnya {long_date(rules.due_on(one.days, one.due_on, issued_on))}."
        for one in (*standing(about), *conditions_set(about.pk))
    )


def conditions_of(case_id: UUID) -> list[Condition]:
    """Return the conditions under a case of supervision, by their day. One query."""
    return list(Condition.objects.filter(case_id=case_id).order_by("due_on", "id"))


def waiting(case_id: UUID) -> list[Condition]:
    """Return those that still wait for the holder or the office. One query."""
    return [one for one in conditions_of(case_id) if one.state in rules.WAITING]


_WAITING = Prepared(
    lambda case_ids: Condition.objects.filter(
        case_id__in=case_ids, state__in=rules.WAITING
    ).order_by("due_on", "id"),
    many={"case_ids"},
)


def waiting_by_case(case_ids: Sequence[UUID]) -> Mapping[UUID, list[Condition]]:
    """Return case id -> its conditions that wait, by their day. One query."""
    found: dict[UUID, list[Condition]] = {}
    for one in _WAITING.all(case_ids=case_ids):
        assert one.case_id is not None, "filtered above"
        found.setdefault(one.case_id, []).append(one)
    return found


def get_condition(supervision: Supervision, condition_id: UUID) -> Condition:
    """Return a condition of a supervision. Raises NotFound. One query."""
    found = Condition.objects.filter(case_id=supervision.pk, pk=condition_id).first()
    if found is None:
        raise NotFound(str(condition_id))
    return found


def reports_of(condition: Condition) -> list[Report]:
    """Return what the holder said of a condition, the latest first. One query."""
    return list(condition.reports.select_related("document").order_by("-seq"))


def list_conditions(
    states: Sequence[str], after: tuple[date, UUID] | None = None
) -> list[Condition]:
    """Return up to PAGE + 1 conditions in these states, the earliest day first, by keyset. One query."""
    found = Condition.objects.filter(
        beyond(after, "due_on"), state__in=list(states), due_on__isnull=False
    ).select_related("case", "case__party", "about", "about__service_version")
    return list(found.order_by("due_on", "id")[: PAGE + 1])


# --- Lists --------------------------------------------------------------------------------------


def list_supervised(
    states: Sequence[str], after: tuple[datetime, UUID] | None = None
) -> list[Supervision]:
    """Return up to PAGE + 1 cases of supervision in these states (none: all), newest first, by keyset. One query."""
    found = Supervision.objects.select_related(*_SIDES).filter(case__kind=rules.KIND_SUPERVISION)
    if states:
        found = found.filter(case__state__in=list(states))
    found = found.filter(beyond(after, "case__opened_at", "case_id", falling=True))
    return list(found.order_by("-case__opened_at", "case_id")[: PAGE + 1])


def list_running_warnings(after: tuple[date, UUID] | None = None) -> list[Sanction]:
    """Return up to PAGE + 1 warnings whose day has not been dealt with, the earliest first, by keyset. One query."""
    found = Sanction.objects.filter(
        beyond(after, "put_right_by"),
        state=SanctionState.IN_FORCE,
        put_right_by__isnull=False,
    ).select_related(
        "case",
        "case__party",
        "case__supervision__about",
        "case__supervision__about__service_version",
    )
    return list(found.order_by("put_right_by", "id")[: PAGE + 1])


_IN_FORCE = Prepared(
    lambda case_ids: Sanction.objects.filter(
        case_id__in=case_ids, state=SanctionState.IN_FORCE
    ).order_by("seq"),
    many={"case_ids"},
)


def sanctions_by_case(case_ids: Sequence[UUID]) -> Mapping[UUID, list[Sanction]]:
    """Return case id -> its sanctions in force, the oldest first. One query."""
    found: dict[UUID, list[Sanction]] = {}
    for one in _IN_FORCE.all(case_ids=case_ids):
        found.setdefault(one.case_id, []).append(one)
    return found


_OWN = Prepared(
    lambda party_ids: (
        Supervision.objects.filter(case__party_id__in=party_ids)
        .select_related(*_SIDES)
        .order_by("-case__moved_at")[:PAGE]
    ),
    many={"party_ids"},
)


def list_own(party_ids: frozenset[UUID]) -> list[Supervision]:
    """Return the supervision of some parties' permits, the latest first. One query."""
    return _OWN.all(party_ids=party_ids)


def suspended_until(about_id: UUID) -> date | None:
    """Return the last day of the suspension in force on a permit's case; None: until it is lifted. One query."""
    found = Sanction.objects.filter(
        case__supervision__about_id=about_id,
        state=SanctionState.IN_FORCE,
        kind=rules.Kind.SUSPENSION,
    )
    last: date | None = found.order_by("-seq").values_list("until", flat=True).first()
    return last


def whole_supervision_of(party_id: UUID) -> list[dict[str, Any]]:
    """Return what was decided about a party's permits, with the log, as plain data. Three queries."""
    found = list(
        Supervision.objects.filter(case__party_id=party_id).select_related("case", "about")
    )
    ids = [one.pk for one in found]
    logs = histories(ids)
    bound: dict[UUID, list[Condition]] = {}
    for condition in Condition.objects.filter(case_id__in=ids).order_by("due_on", "id"):
        assert condition.case_id is not None, "filtered above"
        bound.setdefault(condition.case_id, []).append(condition)
    by_case: dict[UUID, list[Sanction]] = {}
    for sanction in Sanction.objects.filter(case_id__in=ids, decided_at__isnull=False):
        by_case.setdefault(sanction.case_id, []).append(sanction)
    return [
        {
            "number": one.case.number,
            "about": one.about.number,
            "state": one.case.state,
            "sanctions": [
                {
                    "number": sanction.number,
                    "kind": sanction.kind,
                    "level": sanction.level,
                    "grounds": sanction.grounds,
                    "remedy": sanction.remedy,
                    "put_right_by": sanction.put_right_by,
                    "until": sanction.until,
                    "at": sanction.decided_at,
                }
                for sanction in by_case.get(one.pk, [])
            ],
            "conditions": [
                {"text": condition.text, "due_on": condition.due_on, "state": condition.state}
                for condition in bound.get(one.pk, [])
            ],
            "log": [
                {"at": row.at, "action": row.action, "state": row.to_state}
                for row in logs.get(one.pk, [])
                if row.action in rules.TOLD
            ],
        }
        for one in found
    ]
