"""
A sanction as a letter, signed with the officer's key, in ink or by the office's seal, under its decision's number.

Owed from the decision on; page, signature and document follow outside any transaction, and the worker finishes what
stayed behind. The letter of a revocation is that of the permit's own case (permits/services/letters.py).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import structlog
from django.db import transaction

from satupintu.documents.rules import LetterPage
from satupintu.documents.services import OpenKey
from satupintu.permits.services import dispatch, ink
from satupintu.permits.services import letters as permits_letters
from satupintu.permits.services.sealing import NOT_MADE, seal_letter, signature_of, why_not_made
from satupintu.supervision import rules
from satupintu.supervision.models import Sanction
from satupintu.supervision.pages.printed import sanction_letter
from satupintu.supervision.queries import supervision_of
from satupintu.supervision.rules import Kind
from satupintu.supervision.services.common import move
from satupintu.workflow.queries import Transition, get_case
from satupintu.workflow.services import ActRequest, TaskChange

log = structlog.get_logger()

PATIENCE = timedelta(minutes=2)  # whoever decided makes the letter at once; the worker looks later


def make_after(row: Transition, *, at: datetime, key: OpenKey | None = None) -> None:
    """Make the letter of a decision that has just been taken. Never fails: what is left over, the worker makes."""
    sanction = Sanction.objects.filter(case_id=row.case_id, decided_seq=row.seq).first()
    if sanction is None:
        return
    if sanction.kind != Kind.REVOCATION:
        _try(sanction, at, key)
        return
    about_id = supervision_of(get_case(row.case_id)).about_id
    revoked = Transition.objects.filter(case_id=about_id, action="revoke").order_by("-seq").first()
    if revoked is not None:
        permits_letters.make_after(revoked, at=at, key=key)


def make_due(*, at: datetime, limit: int = 20) -> int:
    """Make the letters that were left behind; return how many. For the worker."""
    due = Sanction.objects.filter(
        ink=False, document__isnull=True, decided_at__isnull=False, decided_at__lt=at - PATIENCE
    ).exclude(kind=Kind.REVOCATION)
    return sum(_try(one, at, None) for one in due.order_by("decided_at", "id")[:limit])


def _try(sanction: Sanction, at: datetime, key: OpenKey | None) -> bool:
    try:
        make(sanction, at=at, key=key)
    except NOT_MADE as error:
        log.warning("letter_not_made", letter=str(sanction.pk), why=why_not_made(error))
        return False
    return True


def make(sanction: Sanction, *, at: datetime, key: OpenKey | None = None) -> None:
    """
    Make the letter of a decided sanction: page, signature (without `key` the office's seal), document. Twice is once.

    One that waits for ink stays as it is. Raises RenderFailed, SigningRefused, UploadRefused; the next try goes on.
    """
    if sanction.document_id or sanction.ink:
        return
    supervision = supervision_of(get_case(sanction.case_id))
    page = sanction_letter(
        supervision,
        sanction,
        signature=signature_of(_decision(sanction), signed=key is not None),
    )
    document = seal_letter(
        page,
        key=key,
        party_id=supervision.case.party_id,
        kind="sanction",
        name=rules.letter_name(sanction.kind, sanction.level, sanction.number),
        at=at,
    )
    # Another process may have been quicker: then its file is the letter.
    Sanction.objects.filter(pk=sanction.pk, document__isnull=True).update(document=document)


def _decision(sanction: Sanction) -> Transition:
    return Transition.objects.get(case_id=sanction.case_id, seq=sanction.decided_seq or 0)


def page_for_ink(sanction: Sanction) -> bytes:
    """Return the letter of a sanction to print and sign by hand. Raises CannotMove, RenderFailed. Writes nothing."""

    def write() -> LetterPage:
        block = signature_of(_decision(sanction), signed=True, electronic=False)
        return sanction_letter(
            supervision_of(get_case(sanction.case_id)), sanction, signature=block
        )

    return ink.page_for_ink(sanction, write)


@transaction.atomic
def scan_letter(request: ActRequest) -> Transition:
    """Keep the scan of a letter that was signed in ink, as ink.keep_scan; tasks go on. Raises BadData, CannotMove."""
    return ink.keep_scan(request, Sanction.objects.all(), _moving(request))


@transaction.atomic
def dispatch_letter(request: ActRequest) -> Transition:
    """Enter the letter of a sanction in the dispatch book, as dispatch.enter; tasks go on."""
    return dispatch.enter(request, Sanction.objects.all(), _moving(request))


def _moving(request: ActRequest) -> Callable[..., Transition]:
    return partial(move, request, tasks=TaskChange())
