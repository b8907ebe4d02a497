"""A letter about a case numbered, put under its signature and kept: for permits, and for what comes after them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import OperationalError, transaction
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
from satupintu.office.queries import list_series, profile
from satupintu.office.services import take_number, use_number
from satupintu.people.queries import Delegation, User
from satupintu.people.rules import system_actor
from satupintu.permits.services.pages import signature_block
from satupintu.web.troubles import what_stands_still
from satupintu.workflow.queries import Transition

SERIES = "letter"  # of the office's letters, where it numbers them

# Why a letter stays behind, for the worker to make: the last two when a disk is full after the decision was written.
NOT_MADE = (RenderFailed, SigningRefused, UploadRefused, OperationalError, OSError)


def why_not_made(error: Exception) -> str:
    """Return for the log why a letter stays behind: a disk that is full, or the name of the refusal."""
    refused = isinstance(error, UploadRefused) and error.trouble is Trouble.NO_SPACE
    cause = error.__cause__ if refused and error.__cause__ else error
    return what_stands_still(cause) or type(error).__name__


def is_numbered_here() -> bool:
    """Say whether the office has a series of letters. One query."""
    return any(one.code == SERIES and one.active for one in list_series())


def number_letter(
    letter: Any, *, at: datetime, case_id: UUID, by_name: str, service: str = ""
) -> None:
    """
    Take a number from the office's series of letters, where it has one, and keep it with the letter. Twice is once.

    `letter`: a row with `number`, as each domain keeps its own. Raises NumberProblem.
    """
    if letter.number or not is_numbered_here():
        return
    rows = type(letter).objects.filter(pk=letter.pk, number="")
    with transaction.atomic():
        taken = take_number(SERIES, at=at, case_id=case_id, service=service, by_name=by_name)
        if rows.update(number=taken.number) == 1:
            use_number(taken.pk, taken.number, at=at, by_name=by_name)
            letter.number = taken.number
        else:  # another process numbered it; our number was never given
            transaction.set_rollback(True)
    if not letter.number:
        letter.refresh_from_db(fields=["number"])


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
