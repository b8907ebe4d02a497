"""Reads over applications and permits, each with its access check."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from satupintu.catalogue.queries import ServiceVersion, definition_of
from satupintu.catalogue.rules import Definition
from satupintu.lib.codes import BadCode, read_tracking_code
from satupintu.people.rules import Actor
from satupintu.permits import rules
from satupintu.permits.models import (
    Application,
    Attachment,
    Draft,
    HandOver,
    Inspection,
    Letter,
    Permit,
    PermitCase,
    Recommendation,
    Repair,
)
from satupintu.permits.file import File, current_attachments, file_of
from satupintu.workflow.queries import Case, NotFound, get_case_for, with_version

__all__ = [
    "Application",
    "Attachment",
    "Draft",
    "File",
    "HandOver",
    "Inspection",
    "Letter",
    "NotFound",
    "Permit",
    "PermitCase",
    "Recommendation",
    "Repair",
    "current_attachments",
    "file_of",
]


def get_file_for(actor: Actor, number: str) -> File:
    """Return the case with its permit side and definition. Two queries. Raises NotFound (missing or not theirs)."""
    return file_of(get_case_for(actor, number))


def get_draft_for(user_id: int, draft_id: UUID) -> Draft:
    """Return a person's own draft that is not submitted. Raises NotFound."""
    found = (
        Draft.objects.filter(
            Q(user_id=user_id) | Q(typed_by_id=user_id), pk=draft_id, submitted_at__isnull=True
        )
        .select_related("party", "previous_permit")
        .first()
    )
    if found is None:
        raise NotFound(str(draft_id))
    return found


def definitions_of(version_ids: list[int]) -> list[Definition]:
    """Return what the services of a draft say, in the draft's order. One query."""
    rows = ServiceVersion.objects.defer("toml", "json").in_bulk(version_ids)
    return [definition_of(rows[version_id]) for version_id in version_ids]


def find_draft(draft_id: UUID, user_id: int) -> Draft | None:
    """Return a draft of this person that is not sent; None when there is none."""
    try:
        return get_draft_for(user_id, draft_id)
    except NotFound:
        return None


def find_application(draft_id: UUID) -> Application | None:
    """Return what came of a draft; None while it is not sent. One query."""
    return Application.objects.filter(draft_id=draft_id).first()


def first_number(application: Application) -> str:
    """Return the registration number by which an application is shown. One query."""
    return (
        PermitCase.objects.filter(application=application)
        .order_by("case__number")
        .values_list("case__number", flat=True)[0]
    )


def earlier_answers(party_id: UUID | None) -> dict[str, Any]:
    """Return what a party answered in its last three applications, the newest first choice. One query."""
    if party_id is None:
        return {}
    found: dict[str, Any] = {}
    newest = PermitCase.objects.filter(case__party_id=party_id).order_by("-case__opened_at")[:3]
    for row in newest.only("answers"):
        found = {**row.answers, **found}
    return found


def list_drafts(user_id: int) -> list[Draft]:
    """Return what a person has begun and not sent, last saved first. One query."""
    return list(
        Draft.objects.filter(
            Q(user_id=user_id) | Q(typed_by_id=user_id), submitted_at__isnull=True
        ).order_by("-saved_at")[:50]
    )


def list_cases_of(party_ids: frozenset[UUID], *, limit: int = 100) -> list[Case]:
    """Return the cases of some parties, newest first, with version and party. One query."""
    return list(
        with_version(Case.objects.filter(party_id__in=party_ids, kind=rules.KIND_PERMIT))
        .select_related("party", "service_version", "permit_case")
        .order_by("-opened_at", "id")[:limit]
    )


def list_permits_of(party_ids: frozenset[UUID], *, limit: int = 100) -> list[Permit]:
    """Return the permits of some parties, newest first. One query."""
    return list(
        Permit.objects.filter(party_id__in=party_ids)
        .select_related("case")
        .order_by("-issued_at", "id")[:limit]
    )


def open_repairs(case_ids: list[UUID]) -> dict[UUID, Repair]:
    """Return case id -> what the applicant is asked now. One query."""
    rows = Repair.objects.filter(permit_case_id__in=case_ids, answered_at__isnull=True).order_by(
        "asked_at"
    )
    return {row.permit_case_id: row for row in rows}


def track(code_text: str) -> Application | None:
    """Return the application with this tracking code, forgiving O/0, I/1, case and dashes; None if there is none.

    The caller limits the rate. Raises BadCode with a sentence when it cannot be a code at all.
    """
    code = read_tracking_code(code_text)
    return Application.objects.filter(tracking_code=code).select_related("party").first()


def files_of(application: Application) -> list[File]:
    """Return the cases of an application with their definitions. One query."""
    permit_cases = (
        PermitCase.objects.filter(application=application)
        .select_related("case", "case__service_version", "case__party", "application")
        .defer("case__service_version__toml", "case__service_version__json")
        .order_by("case__opened_at", "case__number")
    )
    found = []
    for permit_case in permit_cases:
        version = permit_case.case.service_version
        assert version is not None
        found.append(File(permit_case.case, permit_case, definition_of(version)))
    return found


def find_permit(*, number: str = "", code: str = "") -> Permit | None:
    """Return the permit by its check code, or by its number; None when unknown. One query."""
    permits = Permit.objects.select_related("case", "document", "party")
    if code:
        return permits.filter(check_code=code.strip().upper()).first()
    return permits.filter(number__iexact=number.strip()).first() if number.strip() else None


def find_permit_by_file(sha256: str) -> Permit | None:
    """Return the permit whose signed file has this SHA-256; None when it is not byte for byte ours."""
    return (
        Permit.objects.filter(document__file_id=sha256)
        .select_related("case", "document", "party")
        .first()
    )


@dataclass(frozen=True, slots=True)
class RegisterFilter:
    """What the public register is narrowed to."""

    text: str = ""
    service_code: str = ""
    district: str = ""


REGISTER_PAGE = 30


def register(
    wanted: RegisterFilter, today: date, before: tuple[datetime, UUID] | None = None
) -> list[Permit]:
    """Return up to REGISTER_PAGE + 1 permits in force, newest first, by keyset. One query."""
    permits = _in_force(today)
    if wanted.text:
        permits = permits.filter(
            Q(number__icontains=wanted.text)
            | Q(holder__icontains=wanted.text)
            | Q(title__icontains=wanted.text)
        )
    if wanted.service_code:
        permits = permits.filter(service_code=wanted.service_code)
    if wanted.district:
        permits = permits.filter(region__startswith=wanted.district)
    if before:
        permits = permits.filter(
            Q(issued_at__lt=before[0]) | Q(issued_at=before[0], id__gt=before[1])
        )
    return list(permits.order_by("-issued_at", "id")[: REGISTER_PAGE + 1])


def _in_force(today: date) -> QuerySet[Permit]:
    return Permit.objects.filter(state=rules.PermitState.IN_FORCE).filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=today)
    )


def recommendations(case_id: UUID) -> list[Recommendation]:
    return list(
        Recommendation.objects.filter(permit_case_id=case_id)
        .select_related("unit", "given_by")
        .order_by("given_at")
    )


def inspections(case_id: UUID) -> list[Inspection]:
    return list(
        Inspection.objects.filter(permit_case_id=case_id)
        .select_related("unit")
        .order_by("scheduled_at")
    )


def repairs(case_id: UUID) -> list[Repair]:
    return list(Repair.objects.filter(permit_case_id=case_id).order_by("asked_at"))


def letters(case_id: UUID) -> list[Letter]:
    return list(Letter.objects.filter(case_id=case_id).select_related("document").order_by("at"))


def is_code(text: str) -> bool:
    """Return whether the text can be a tracking code at all."""
    try:
        read_tracking_code(text)
    except BadCode:
        return False
    return True
