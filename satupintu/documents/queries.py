"""Reads of this domain. Access is the caller's: documents know whose they are, not who may look."""

import shutil
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from satupintu.documents import files
from satupintu.documents.files import FileMissing
from satupintu.documents.models import Document, StoredFile
from satupintu.documents.preview import (
    NotPreviewable,
    PageNotFound,
    marked_copy,
    preview_page,
    preview_response,
    serve,
    watermark_text,
)
from satupintu.documents.signer_process import signer_status
from satupintu.documents.signing.seal import seal_marks, verify_seal
from satupintu.documents.verify import changed_pages, verify_pdf
from satupintu.documents.verify_process import verify_apart
from satupintu.lib.prepared import Prepared

__all__ = [
    "Document",
    "DocumentNotFound",
    "FileMissing",
    "NotPreviewable",
    "PageNotFound",
    "StoredFile",
    "changed_pages",
    "file_faults",
    "file_hashes",
    "get_document",
    "list_documents",
    "little_room",
    "marked_copy",
    "missing_files",
    "open_file",
    "path_of",
    "preview_page",
    "preview_response",
    "reusable_documents",
    "seal_marks",
    "serve",
    "signer_status",
    "vault",
    "verify_apart",
    "verify_pdf",
    "verify_seal",
    "watermark_text",
]


def little_room() -> int | None:
    """Return how many megabytes are left for files when they are fewer than settings.DISK_LEAST_MB, else None."""
    left = shutil.disk_usage(settings.HOME).free // 2**20
    return left if left < settings.DISK_LEAST_MB else None


class DocumentNotFound(Exception):
    """There is no such document, or it was removed."""


def get_document(document_id: UUID) -> Document:
    """Return the document with its file. Raises DocumentNotFound if it is unknown or removed."""
    document = (
        Document.objects.select_related("file").filter(id=document_id, removed_at=None).first()
    )
    if document is None:
        raise DocumentNotFound
    return document


def list_documents(ids: Iterable[UUID]) -> list[Document]:
    """Return the documents of these ids, removed ones too, oldest first. One query."""
    return _BY_IDS.all(ids=ids)


_BY_IDS = Prepared(
    lambda ids: (
        Document.objects.select_related("file").filter(id__in=ids).order_by("created_at", "id")
    ),
    many=("ids",),
)


def vault(party_id: UUID, kinds: Iterable[str] | None, today: date) -> QuerySet[Document]:
    """
    Return what a party has in the vault and is still good on `today`, newest first; all kinds when
    None.
    """
    held = (
        Document.objects.select_related("file")
        .filter(party_id=party_id, removed_at=None, file__erased_at=None)
        .filter(Q(valid_until=None) | Q(valid_until__gte=today))
        .order_by("-created_at", "-id")
    )
    return held if kinds is None else held.filter(kind__in=list(kinds))


def reusable_documents(
    party_id: UUID, kinds: Mapping[str, int | None], today: date
) -> dict[str, Document]:
    """
    Return kind -> the newest document that can be used again. One query.

    `kinds` gives for each kind the most calendar months since the upload; None: as long as it is
    valid.
    """
    found: dict[str, Document] = {}
    for document in vault(party_id, kinds, today):
        months = kinds[document.kind]
        young = months is None or timezone.localdate(document.created_at) >= months_before(
            today, months
        )
        if young:
            found.setdefault(document.kind, document)
    return found


def months_before(day: date, months: int) -> date:
    """Return the same day `months` calendar months earlier, or the last day of that month."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError(day)


def path_of(document: Document) -> Path:
    """Return where the bytes are. Raises FileMissing."""
    return files.existing_path(document.file_id)


def open_file(document: Document) -> BinaryIO:
    """Return the document's bytes, opened for reading. Raises FileMissing."""
    return path_of(document).open("rb")


def file_hashes() -> Iterator[tuple[str, Path]]:
    """
    Yield SHA-256 and path of every file that a row names and that was not erased, in order of the
    hash.
    """
    for sha256 in (
        StoredFile.objects.filter(erased_at=None)
        .order_by("sha256")
        .values_list("sha256", flat=True)
    ):
        yield sha256, files.path_of(sha256)


def file_faults(deep: bool) -> Iterator[str]:  # noqa: FBT001  as every check of the audit
    """
    Yield a sentence for each stored file that is not on the disk in its length; with `deep`, in its very bytes.

    Without `deep` only the disk's directory is asked: a second for a hundred thousand files.
    """
    for sha256, size in (
        StoredFile.objects.filter(erased_at=None).order_by("sha256").values_list("sha256", "size")
    ):
        path = files.path_of(sha256)
        if not path.exists():
            yield f"File {sha256}: is missing below {files.root()}. Take it from a backup."
        elif path.stat().st_size != size or (deep and files.hash_of(path) != sha256):
            yield f"File {sha256}: was changed or damaged on the disk. Take it from a backup."


def missing_files(*, deep: bool = False) -> Iterator[str]:
    """
    Yield the hashes whose bytes are not on the disk; with `deep`, also those whose bytes do not
    match (reads all).
    """
    for sha256, path in file_hashes():
        if not path.exists() or (deep and files.hash_of(path) != sha256):
            yield sha256
