"""A letter about a case put under its signature and kept: for permits, and for what comes after them."""

from datetime import datetime
from uuid import UUID

from django.db import OperationalError
from django.utils import timezone

from satupintu.documents.queries import Document
from satupintu.documents.rules import LetterPage, Officer, SignatureBlock, Trouble
from satupintu.documents.services import (
    OpenKey,
    RenderFailed,
    SigningRefused,
    UploadRefused,
    render_pdf,
    signer,
    store_bytes,
)
from satupintu.office.queries import profile
from satupintu.people.queries import Delegation, User
from satupintu.people.rules import system_actor
from satupintu.permits.services.pages import signature_block
from satupintu.web.troubles import what_stands_still
from satupintu.workflow.queries import Transition

# Why a letter stays behind, for the worker to make: the last two when a disk is full after the decision was written.
NOT_MADE = (RenderFailed, SigningRefused, UploadRefused, OperationalError, OSError)


def why_not_made(error: Exception) -> str:
    """Return for the log why a letter stays behind: a disk that is full, or the name of the refusal."""
    refused = isinstance(error, UploadRefused) and error.trouble is Trouble.NO_SPACE
    cause = error.__cause__ if refused and error.__cause__ else error
    return what_stands_still(cause) or type(error).__name__


def signature_of(
    row: Transition, *, signed: bool, electronic: bool = True, verb: str = "Ditetapkan"
) -> SignatureBlock:
    """Return the block of who made the move, under the power it was made under; the office's seal unless `signed`."""
    return signature_block(
        delegation=Delegation.objects.filter(pk=row.delegation_id or 0).first() if signed else None,
        user=User.objects.filter(pk=row.actor_user_id or 0).first() if signed else None,
        on=timezone.localdate(row.at),
        demo=bool(signed and signer().code == "demo"),
        electronic=electronic,
        verb=verb,
    )


def seal_letter(
    page: LetterPage,
    *,
    key: OpenKey | None,
    party_id: UUID | None,
    kind: str,
    name: str,
    at: datetime,
) -> Document:
    """
    Render a letter, sign it with the officer's key (None: the office's seal), keep it, and return it.

    `kind` follows "letter."; `name` is the file's, without its ending. Outside any transaction. Raises NOT_MADE.
    """
    used = key or signer("seal").unlock(Officer(id=0, name=profile().name), "")
    signed = used.sign(
        render_pdf("letter", page), reason=page.subject, location=profile().name, at=at
    )
    return store_bytes(
        content=signed.content,
        media_type="application/pdf",
        party_id=party_id,
        kind=f"letter.{kind}",
        name=f"{name}.pdf",
        by=system_actor("letters"),
        at=at,
    )
