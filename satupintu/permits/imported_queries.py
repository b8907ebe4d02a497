"""Reads about what came in from older registers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from satupintu.office.queries import NumberTaken
from satupintu.people.rules import masked_name
from satupintu.permits import rules
from satupintu.permits.imported import SIGNER
from satupintu.permits.models import Imported, Permit, PermitCase
from satupintu.workflow.queries import Case, unread


def imported_of(case_id: UUID) -> Imported | None:
    """Return what the older register said of a case; None for a case that began here. One query."""
    return Imported.objects.filter(pk=case_id).first()


def cases_by_key(keys: Iterable[str]) -> dict[str, Imported]:
    """Return key -> the imported case that stands under it. One query."""
    rows = Imported.objects.filter(key__in=list(keys), undone_at__isnull=True)
    return {row.key: row for row in rows.select_related("case").defer("facts")}


def likely_same(alike: Iterable[str]) -> dict[str, UUID]:
    """Return the mark of person, service and day -> an imported case that has it. One query."""
    rows = Imported.objects.filter(alike__in=list(alike), undone_at__isnull=True)
    return dict(rows.values_list("alike", "case_id"))


def numbers_known(numbers: Sequence[str]) -> dict[str, UUID | None]:
    """Return those of some permit numbers that are in this office's registers already, with their case. Two queries."""
    wanted = list(numbers)
    found: dict[str, UUID | None] = dict(
        Permit.objects.filter(number__in=wanted).values_list("number", "case_id")
    )
    taken = NumberTaken.objects.filter(number__in=wanted).values_list("number", "case_id")
    return {**dict(taken), **found}


def own_cases_alike(
    party_ids: Iterable[UUID], since: datetime, until: datetime
) -> list[tuple[UUID, UUID, str, datetime]]:
    """Return (case, party, service, opened) of this office's own cases of some parties in a span. One query."""
    rows = PermitCase.objects.filter(
        case__party_id__in=list(party_ids),
        case__opened_at__gte=since,
        case__opened_at__lt=until,
        case__kind=rules.KIND_PERMIT,
    ).exclude(case__state=rules.State.IMPORT_UNDONE)
    return list(rows.values_list("pk", "case__party_id", "service_code", "case__opened_at"))


def parties_of_batch(batch: UUID, persons: Iterable[str]) -> dict[str, UUID]:
    """Return the mark of a person -> the party that an earlier row of this import made of them. One query."""
    rows = Imported.objects.filter(batch=batch, person__in=list(persons))
    return dict(rows.values_list("person", "case__party_id"))


def list_imported(batch: UUID, after_row: int, size: int) -> list[Imported]:
    """Return up to `size` cases of an import that stand, by row. One query."""
    return list(
        Imported.objects.filter(batch=batch, row__gt=after_row, undone_at__isnull=True)
        .select_related("case", "case__service_version")
        .defer("facts", *unread("case__service_version"))
        .order_by("row")[:size]
    )


def old_permit(number: str) -> Permit | None:
    """Return the permit of before this program with exactly this number; it has no code to be checked by. One query."""
    typed = number.strip()
    if not typed:
        return None
    return (
        Permit.objects.filter(number__in={typed, typed.upper()}, signer=SIGNER)
        .select_related("case", "document", "party")
        .first()
    )


@dataclass(frozen=True, slots=True)
class CaseShown:
    """A case beside which a row of an old register is put: nothing of it is personal but the masked name."""

    number: str
    state: Any
    name: str
    opened_at: datetime
    permit_number: str


def cases_shown(case_ids: Iterable[UUID]) -> dict[UUID, CaseShown]:
    """Return case id -> what is shown of it beside a row that repeats it. One query."""
    rows = (
        Case.objects.filter(pk__in=list(case_ids))
        .select_related("party", "permit")
        .defer(*unread("party"))
    )
    return {
        case.pk: CaseShown(
            case.number,
            rules.STATUSES[case.state],
            masked_name(case.party.name, is_organisation=case.party.is_organisation)
            if case.party
            else "",
            case.opened_at,
            permit.number if (permit := getattr(case, "permit", None)) else "",
        )
        for case in rows
    }
