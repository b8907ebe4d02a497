"""
The decision on an objection as a letter, signed with the officer's key, in ink, or by the office's seal.

Owed by a move, noted by a reader of the log; number, page, seal and document follow outside any transaction, and the
worker finishes what stayed behind, under the number it has.
"""

from datetime import datetime, timedelta
from functools import partial

import structlog
from django.db import transaction

from satupintu.documents.rules import LetterPage
from satupintu.documents.services import OpenKey
from satupintu.objections import rules
from satupintu.objections.models import Objection, ObjectionLetter
from satupintu.objections.pages.printed import decision_letter
from satupintu.objections.queries import objection_of
from satupintu.objections.services.common import move
from satupintu.office import services as office
from satupintu.permits.services import dispatch, ink
from satupintu.permits.services.sealing import (
    NOT_MADE,
    number_letter,
    seal_letter,
    signature_of,
    why_not_made,
)
from satupintu.workflow.queries import Note, Transition, get_case
from satupintu.workflow.services import ActRequest

log = structlog.get_logger()

READER = "objectletters"
PATIENCE = timedelta(minutes=2)  # whoever decided makes the letter at once; the worker looks later
_FAILED = (*NOT_MADE, office.NumberProblem)


def read(row: Transition) -> None:
    """Note the letter that a move owes, once: a reader of the log, idempotent."""
    owe(row)


def owe(row: Transition) -> ObjectionLetter | None:
    """Note the letter that a move owes, once, and return it; None when it owes none."""
    kind = rules.LETTERS.get(row.action)
    if kind is None:
        return None
    wanted = ObjectionLetter(
        case_id=row.case_id, seq=row.seq, kind=kind, at=row.at, ink=ink.in_ink(row)
    )
    ObjectionLetter.objects.bulk_create([wanted], ignore_conflicts=True)
    return ObjectionLetter.objects.get(case_id=row.case_id, seq=row.seq)


def make_after(row: Transition, *, at: datetime, key: OpenKey | None = None) -> None:
    """Make the letter of a move that has just been done. Never fails: what cannot be made now, the worker makes."""
    letter = owe(row)
    if letter is not None:
        _try(letter, at, key)


def make_due(*, at: datetime, limit: int = 20) -> int:
    """Make the letters that were left behind; return how many. For the worker."""
    due = ObjectionLetter.objects.filter(
        ink.left_to_make(), document__isnull=True, at__lt=at - PATIENCE
    )
    return sum(_try(letter, at, None) for letter in due.order_by("at", "id")[:limit])


def _try(letter: ObjectionLetter, at: datetime, key: OpenKey | None) -> bool:
    try:
        make(letter, at=at, key=key)
    except _FAILED as error:
        log.warning("letter_not_made", letter=str(letter.pk), why=why_not_made(error))
        return False
    return True


def make(letter: ObjectionLetter, *, at: datetime, key: OpenKey | None = None) -> None:
    """
    Make a letter that is owed: number, page, signature (without `key` the office's seal), document. Twice is once.

    One that waits for ink gets its number only. Raises RenderFailed, SigningRefused, UploadRefused, NumberProblem; the
    next try goes on from there.
    """
    if letter.document_id:
        return
    number_letter(letter, at=at, case_id=letter.case_id, by_name=READER)
    if letter.ink:
        return
    objection = objection_of(get_case(letter.case_id))
    page = _page(letter, objection, signed=key is not None)
    document = seal_letter(
        page,
        key=key,
        party_id=objection.case.party_id,
        kind="objection",
        name=f"{rules.LETTER_LABELS[rules.LetterKind(letter.kind)]} {objection.case.number}",
        at=at,
    )
    # Another process may have been quicker: then its file is the letter.
    ObjectionLetter.objects.filter(pk=letter.pk, document__isnull=True).update(
        document=document, at=at
    )


def _page(
    letter: ObjectionLetter, objection: Objection, *, signed: bool, electronic: bool = True
) -> LetterPage:
    row = Transition.objects.get(case_id=letter.case_id, seq=letter.seq)
    note = Note.objects.filter(transition_id=row.pk).first()
    return decision_letter(
        objection,
        row,
        number=letter.number or "–",
        considerations=note.text if note else "",
        signature=signature_of(row, signed=signed, electronic=electronic),
    )


def page_for_ink(letter: ObjectionLetter) -> bytes:
    """Return a letter to print and sign by hand. Raises CannotMove, RenderFailed. Writes nothing."""

    def write() -> LetterPage:
        objection = objection_of(get_case(letter.case_id))
        return _page(letter, objection, signed=True, electronic=False)

    return ink.page_for_ink(letter, write)


@transaction.atomic
def scan_letter(request: ActRequest) -> Transition:
    """Keep the scan of a letter that was signed in ink, as ink.keep_scan. Raises BadData, CannotMove."""
    moving = partial(move, request, keep=True)
    return ink.keep_scan(request, ObjectionLetter.objects.all(), moving, at=request.at)


@transaction.atomic
def dispatch_letter(request: ActRequest) -> Transition:
    """Enter a letter about an objection in the dispatch book, as dispatch.enter; what is owed goes on."""
    return dispatch.enter(request, ObjectionLetter.objects.all(), partial(move, request, keep=True))
