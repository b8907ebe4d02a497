"""
Files that come with a form: each is stored or refused before anything else is looked at, and what arrived is kept while
something else of the form is put right.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from satupintu.documents.intake import UploadRefused
from satupintu.documents.models import Document
from satupintu.documents.queries import list_documents
from satupintu.documents.services import store_upload

KEPT = "disimpan"  # the hidden field with the files that have arrived already
_SALT = "files.sent"
_LONGEST = 12 * 60 * 60  # seconds


@dataclass(frozen=True, slots=True)
class Sent:
    """What came with a form: all that is kept, what of it is new, and a sentence for each that is not."""

    files: list[Document]
    new: list[Document]
    refused: list[str]


def store_sent(
    uploads: Iterable[UploadedFile[Any]], *, before: Sequence[Document], most: int, **how: Any
) -> Sent:
    """
    Store what a form brings besides what came `before`, `most` together; `how` is that of `store_upload`.

    A file keeps its own name unless `how` gives one. What is refused is named as the person named it.
    """
    files, new, refused = list(before), list[Document](), list[str]()
    for upload in uploads:
        if len(files) >= most:
            refused.append(_("Paling banyak %(most)s berkas.") % {"most": most})
            break
        try:
            one = store_upload(upload=upload, **({"name": upload.name or "berkas"} | how))
        except UploadRefused as error:
            refused.append(f"{upload.name}: {error.message}")
        else:
            files.append(one)
            new.append(one)
    return Sent(files, new, refused)


def sent_before(token: str, owner: Sequence[str]) -> list[Document]:
    """Return the files that an earlier try of the same page stored, by what it carries. At most one query."""
    try:
        whose, ids = signing.loads(token[:2000], salt=_SALT, max_age=_LONGEST)
        wanted = [UUID(one) for one in ids]
    except (signing.BadSignature, ValueError, TypeError):
        return []
    return list_documents(wanted) if wanted and whose == list(owner) else []


def token_of(files: Sequence[Document], owner: Sequence[str]) -> str:
    """Return what a page carries so that its files need not be sent again; "" for none. Good for its `owner` alone."""
    if not files:
        return ""
    return signing.dumps([list(owner), [str(one.pk) for one in files]], salt=_SALT)
