"""The rows of a batch of cases, each table read once; what cannot be decrypted stops nothing."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from satupintu.documents.queries import Document
from satupintu.lib import crypto
from satupintu.lib.fields import stored
from satupintu.office.queries import NumberTaken
from satupintu.permits.models import (
    Attachment,
    Collection,
    Consignment,
    HandOver,
    Imported,
    Inspection,
    Letter,
    Permit,
    PermitCase,
    Recommendation,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet


UNREADABLE = object()


def plain(raw: str | None) -> Any:
    """Return the text of an encrypted column; UNREADABLE instead of an error that would stop the audit."""
    try:
        return crypto.decrypt(raw or "")
    except crypto.CannotDecrypt:
        return UNREADABLE


def plain_json(raw: str | None) -> Any:
    text = plain(raw)
    return text if text is UNREADABLE else json.loads(text or "{}")


def _grouped(rows: "QuerySet[Any]", key: str) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(getattr(row, key), []).append(row)
    return found


@dataclass(slots=True)
class Tables:
    """The rows of one batch of cases, each table read once."""

    permit_cases: dict[UUID, PermitCase]
    permits: dict[UUID, list[Permit]]
    attachments: dict[UUID, list[Attachment]]
    recommendations: dict[UUID, list[Recommendation]]
    inspections: dict[UUID, list[Inspection]]
    hand_overs: dict[UUID, list[HandOver]]
    letters: dict[UUID, list[Letter]]
    collections: dict[UUID, Collection]
    consignments: dict[str, Consignment]
    imported: dict[UUID, list[Imported]]
    numbers: dict[UUID, list[NumberTaken]]
    photos: dict[str, str]


def read(ids: Sequence[UUID]) -> Tables:
    inspections = _grouped(
        Inspection.objects.filter(permit_case_id__in=ids)
        .defer("findings", "place")
        .annotate(raw=stored("findings")),
        "permit_case_id",
    )
    photos = [UUID(one) for rows in inspections.values() for row in rows for one in row.photos]
    documents = Document.objects.filter(pk__in=photos).values_list("pk", "file_id")
    collections: dict[UUID, Collection] = {
        row.pk: row
        for row in Collection.objects.filter(pk__in=ids)
        .defer("address")
        .annotate(raw=stored("address"))
    }
    return Tables(
        permit_cases={
            row.pk: row
            for row in PermitCase.objects.filter(pk__in=ids)
            .defer("answers", "holder")
            .annotate(raw=stored("answers"), raw_holder=stored("holder"))
        },
        permits=_grouped(
            Permit.objects.filter(case_id__in=ids).select_related("document"), "case_id"
        ),
        attachments=_grouped(
            Attachment.objects.filter(permit_case_id__in=ids, superseded_at__isnull=True)
            .defer("verdict_reason")
            .select_related("document"),
            "permit_case_id",
        ),
        recommendations=_grouped(
            Recommendation.objects.filter(permit_case_id__in=ids)
            .defer("text")
            .select_related("document")
            .annotate(raw=stored("text")),
            "permit_case_id",
        ),
        inspections=inspections,
        hand_overs=_grouped(
            HandOver.objects.filter(permit__case_id__in=ids)
            .defer("collector_identity")
            .select_related("permit")
            .annotate(raw=stored("collector_identity"))
            .order_by("at", "id"),
            "permit_id",
        ),
        imported=_grouped(
            Imported.objects.filter(pk__in=ids).defer("facts").annotate(raw=stored("facts")),
            "case_id",
        ),
        letters=_grouped(
            Letter.objects.filter(case_id__in=ids, ink=True).select_related("document"), "case_id"
        ),
        collections=collections,
        consignments={
            str(one.pk): one
            for one in Consignment.objects.filter(
                pk__in={row.consignment_id for row in collections.values()}
            )
        },
        numbers=_grouped(NumberTaken.objects.filter(case_id__in=ids), "case_id"),
        photos={str(pk): file_id for pk, file_id in documents},
    )
