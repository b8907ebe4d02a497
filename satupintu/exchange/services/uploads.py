"""Files that a client sends ahead of its application."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from satupintu.catalogue.rules import Requirement
from satupintu.documents.queries import Document
from satupintu.documents.services import remove_document, store_upload
from satupintu.exchange.models import Upload
from satupintu.people.rules import Actor, system_actor

UNUSED_DAYS = 7


def take_upload(
    *,
    upload: Any,
    client_id: UUID,
    service_code: str,
    requirement: Requirement,
    by: Actor,
    at: datetime,
) -> Document:
    """
    Check and keep one file as the form's page does, in nobody's vault. Raises UploadRefused.

    It can be used in one application of this client within UNUSED_DAYS; then it is removed.
    """
    document = store_upload(
        upload=upload,
        accept=requirement.accept,
        max_mb=requirement.max_mb,
        party_id=None,
        kind=requirement.document_kind or requirement.key,
        name=upload.name or requirement.key,
        identity=requirement.identity,
        keep_gps=requirement.keep_gps,
        by=by,
        at=at,
    )
    Upload.objects.create(
        document=document,
        client_id=client_id,
        service_code=service_code,
        requirement=requirement.key,
        at=at,
    )
    return document


def forget_unused(*, at: datetime, limit: int = 100) -> int:
    """Remove files that no application used in time; return how many. The bytes go with `erase_unused_files`."""
    old = Upload.objects.filter(draft_id__isnull=True, at__lt=at - timedelta(days=UNUSED_DAYS))
    return sum(
        _forget(pk, at) for pk in list(old.order_by("at").values_list("pk", flat=True)[:limit])
    )


@transaction.atomic
def _forget(document_id: UUID, at: datetime) -> int:
    if not Upload.objects.filter(pk=document_id, draft_id__isnull=True).delete()[0]:
        return 0  # used in this moment
    remove_document(
        document_id=document_id,
        by=system_actor("forget_unused"),
        at=at,
        erase_after=timezone.localdate(at),
    )
    return 1
