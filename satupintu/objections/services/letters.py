"""
The decision on an objection as a letter, signed with the officer's key or the office's seal.

Owed by a move, noted by a reader of the log; number, page, seal and document follow outside any transaction, and the
worker finishes what stayed behind, under the number it has.
"""

from datetime import datetime, timedelta

import structlog
from django.db import transaction

from satupintu.documents.services import OpenKey
from satupintu.objections import rules
from satupintu.objections.models import Objection, ObjectionLetter
from satupintu.objections.pages.printed import decision_letter
from satupintu.objections.queries import objection_of
from satupintu.office import services as office
from satupintu.office.queries import list_series
from satupintu.permits.services.sealing import NOT_MADE, seal_letter, signature_of, why_not_made
from satupintu.workflow.queries import Note, Transition, get_case

log = structlog.get_logger()

READER = "objectletters"
SERIES = "letter"
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
    wanted = ObjectionLetter(case_id=row.case_id, seq=row.seq, kind=kind, at=row.at)
    ObjectionLetter.objects.bulk_create([wanted], ignore_conflicts=True)
    return ObjectionLetter.objects.get(case_id=row.case_id, seq=row.seq)


def make_after(row: Transition, *, at: datetime, key: OpenKey | None = None) -> None:
    """Make the letter of a move that has just been done. Never fails: what cannot be made now, the worker makes."""
    letter = owe(row)
    if letter is not None:
        _try(letter, at, key)


def make_due(*, at: datetime, limit: int = 20) -> int:
    """Make the letters that were left behind; return how many. For the worker."""
    due = ObjectionLetter.objects.filter(document__isnull=True, at__lt=at - PATIENCE)
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

    Raises RenderFailed, SigningRefused, UploadRefused, NumberProblem; the next try goes on from there.
    """
    if letter.document_id:
        return
    objection = objection_of(get_case(letter.case_id))
    row = Transition.objects.get(case_id=letter.case_id, seq=letter.seq)
    _number(letter, objection, at=at)
    note = Note.objects.filter(transition_id=row.pk).first()
    page = decision_letter(
        objection,
        row,
        number=letter.number or "–",
        considerations=note.text if note else "",
        signature=signature_of(row, signed=key is not None),
    )
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


def _number(letter: ObjectionLetter, objection: Objection, *, at: datetime) -> None:
    """Take a number from the office's series of letters, where it has one, and keep it with the letter."""
    if letter.number or not any(one.code == SERIES and one.active for one in list_series()):
        return
    with transaction.atomic():
        taken = office.take_number(SERIES, at=at, case_id=objection.pk, by_name=READER)
        if ObjectionLetter.objects.filter(pk=letter.pk, number="").update(number=taken.number):
            office.use_number(taken.pk, taken.number, at=at, by_name=READER)
            letter.number = taken.number
        else:  # another process numbered it; our number was never given
            transaction.set_rollback(True)
    if not letter.number:
        letter.refresh_from_db(fields=["number"])
