"""
Writes of this domain: take a file in, keep one that we made, remove one.

Each service first prepares bytes on the disk without any transaction, then writes its rows in a
short one. A process that dies in between leaves bytes that no row names; `sweep` removes them.
"""

from datetime import date, datetime, timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from satupintu.documents import files, intake
from satupintu.documents.intake import UploadRefused
from satupintu.documents.models import Document, StoredFile
from satupintu.documents.queries import little_room
from satupintu.documents.render import RenderFailed, render_pdf, render_pictures
from satupintu.documents.signer_process import (
    SessionKey,
    SignerNotRunning,
    SigningSession,
    signer_lock,
    signer_sign,
    signer_unlock,
)
from satupintu.documents.signing.port import (
    OpenKey,
    SignerUnavailable,
    SigningRefused,
    WrongSecret,
)
from satupintu.documents.signing.registry import signer
from satupintu.documents.signing.seal import seal_bytes
from satupintu.documents.signing.sessions import SessionEnded, TooManyTries
from satupintu.people.rules import Actor

log = structlog.get_logger()

__all__ = [
    "OpenKey",
    "RenderFailed",
    "SessionEnded",
    "SessionKey",
    "SignerNotRunning",
    "SignerUnavailable",
    "SigningRefused",
    "SigningSession",
    "TooManyTries",
    "UploadRefused",
    "WrongSecret",
    "erase_unused_files",
    "let_erase",
    "remove_document",
    "render_pdf",
    "render_pictures",
    "seal_bytes",
    "signer",
    "signer_lock",
    "signer_sign",
    "signer_unlock",
    "store_bytes",
    "store_upload",
    "sweep",
]


def store_upload(
    *,
    upload: intake.Upload,
    accept: tuple[str, ...],
    max_mb: int,
    party_id: UUID | None,
    kind: str,
    name: str,
    identity: bool,
    keep_gps: bool,
    by: Actor,
    at: datetime,
    valid_until: date | None = None,
) -> Document:
    """
    Check and keep a file that somebody sent, and return its new document.

    `accept` holds "pdf", "jpg", "png" from the service's file; `max_mb` is capped by the
    installation. Pictures are re-encoded without EXIF; their position is kept in the row when
    `keep_gps`. Two rows, the first only for new content. Raises UploadRefused, with a sentence for
    the person; then nothing is stored.
    """
    prepared = intake.prepare(upload, accept=accept, max_mb=max_mb, name=name, keep_gps=keep_gps)
    return _record(prepared, party_id, kind, by, at, identity=identity, valid_until=valid_until)


def store_bytes(
    *,
    content: bytes,
    media_type: str,
    party_id: UUID | None,
    kind: str,
    name: str,
    by: Actor,
    at: datetime,
    pages: int | None = None,
    valid_until: date | None = None,
) -> Document:
    """
    Keep a file that the program made: an issued permit, a letter, a receipt.

    Raises UploadRefused when the disk is full; then nothing is stored.
    """
    prepared = intake.prepare_bytes([content], media_type=media_type, name=name, pages=pages)
    return _record(prepared, party_id, kind, by, at, identity=False, valid_until=valid_until)


@transaction.atomic
def _record(
    prepared: intake.Prepared,
    party_id: UUID | None,
    kind: str,
    by: Actor,
    at: datetime,
    *,
    identity: bool,
    valid_until: date | None,
) -> Document:
    stored = StoredFile(
        sha256=prepared.sha256,
        size=prepared.size,
        media_type=prepared.media_type,
        pages=prepared.pages,
        scanned_at=at if prepared.scanned else None,
        stored_at=at,
    )
    # The same bytes are known already, or were erased: then they are here again, in one statement for all three.
    StoredFile.objects.bulk_create(
        [stored],
        update_conflicts=True,
        unique_fields=["sha256"],
        update_fields=["erased_at", *(["scanned_at"] if prepared.scanned else [])],
    )
    return Document.objects.create(
        file=stored,
        party_id=party_id,
        kind=kind,
        name=prepared.name,
        identity=identity,
        latitude=prepared.latitude,
        longitude=prepared.longitude,
        valid_until=valid_until,
        uploaded_by_id=by.user_id,
        created_at=at,
    )


@transaction.atomic
def remove_document(
    *,
    document_id: UUID,
    by: Actor,  # noqa: ARG001  every write names who
    at: datetime,
    erase_after: date | None = None,
) -> bool:
    """
    Take a document out of the vault; False when it was out already.

    Row and bytes stay, because decisions may rest on them, unless `erase_after` names the last day
    on which anybody needs the bytes (see `let_erase`).
    """
    changes: dict[str, object] = {"removed_at": at}
    if erase_after is not None:
        changes["erase_after"] = erase_after
    return Document.objects.filter(id=document_id, removed_at=None).update(**changes) == 1


@transaction.atomic
def let_erase(*, document_ids: list[UUID], after: date, by: Actor, at: datetime) -> int:  # noqa: ARG001  every write names who and when
    """
    Say that the bytes of these removed documents may go after a day; return how many were told.

    For the domain that knows the cases: it calls this when no case needs them any more. Documents
    still in the vault are not touched.
    """
    removed = Document.objects.filter(id__in=document_ids, removed_at__isnull=False)
    return removed.update(erase_after=after)


def erase_unused_files(*, at: datetime) -> int:
    """
    Delete the bytes that every document naming them has let go; return how many files.

    The rows stay with `erased_at`: hash and size remain provable, the content is gone (UU 27/2022,
    article 43).
    """
    today = timezone.localdate(at)
    let_go = Document.objects.filter(removed_at__isnull=False, erase_after__lt=today)
    needed = Document.objects.exclude(id__in=let_go.values("id"))
    unused = StoredFile.objects.filter(erased_at=None, sha256__in=let_go.values("file_id")).exclude(
        sha256__in=needed.values("file_id")
    )
    erased = 0
    for sha256 in list(unused.values_list("sha256", flat=True)):
        # The row first: if the process dies now, `sweep` removes the bytes that no row claims.
        if StoredFile.objects.filter(sha256=sha256, erased_at=None).update(erased_at=at):
            files.path_of(sha256).unlink(missing_ok=True)
            erased += 1
    return erased


def sweep(*, at: datetime, older_than_hours: int = 24) -> int:
    """
    Remove what killed processes left on the disk: temporary files, and bytes that no row names.
    Return how many.
    """
    border = (at - timedelta(hours=older_than_hours)).timestamp()
    removed = files.sweep_temporary(older_than=border)
    known = set(StoredFile.objects.filter(erased_at=None).values_list("sha256", flat=True))
    for sha256 in files.stored_hashes():
        path = files.path_of(sha256)
        if sha256 not in known and path.stat().st_mtime < border:
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def warn_of_full_disk(*, at: datetime) -> int:  # noqa: ARG001  a step of the worker
    """Log a warning when less room is left for files than settings.DISK_LEAST_MB; return 1 if so, 0 otherwise."""
    left = little_room()
    if left is None:
        return 0
    log.warning("disk_nearly_full", left_mb=left, least_mb=settings.DISK_LEAST_MB)
    return 1
