"""
The office's letters about a case: return, refusal, closing, revocation, request for a recommendation, deemed granted.

A letter is owed by a move. Its row is written by a reader of the log (or right after the move, whichever comes first),
then its number is taken, then the page is rendered and sealed outside any transaction. A letter that stays behind
half-made is found by its missing document and finished by the worker, under the number it has.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from satupintu.documents.rules import (
    LetterPage,
    SignatureBlock,
    closing_letter,
    deemed_granted_notice,
    long_date,
    recommendation_request,
    refusal_letter,
    return_letter,
    revocation_letter,
)
from satupintu.documents.services import OpenKey
from satupintu.fees.queries import get_assessment, get_payment
from satupintu.office import services as office
from satupintu.office.queries import profile
from satupintu.people.rules import Role
from satupintu.permits import rules
from satupintu.permits.fee_account import fee_side
from satupintu.permits.file import File, file_of
from satupintu.permits.models import Letter, Permit, Repair
from satupintu.permits.rules import LetterKind
from satupintu.permits.services import ink, pages
from satupintu.permits.services.common import move
from satupintu.permits.services.fee_letters import assessment_letter, receipt_letter
from satupintu.permits.services.sealing import (
    NOT_MADE,
    number_letter,
    seal_letter,
    signature_of,
    why_not_made,
)
from satupintu.permits.words import item_titles
from satupintu.workflow.queries import Note, Task, Transition, get_case
from satupintu.workflow.services import ActRequest

log = structlog.get_logger()

READER = "letters"
PATIENCE = timedelta(minutes=2)  # whoever acted makes the letter at once; the worker looks later


# --- Owed ------------------------------------------------------------------------------------


def owe(row: Transition) -> list[Letter]:
    """Note the letters that a move owes, once; return them. Also the reader of the log."""
    kind = rules.LETTERS.get(row.action)
    if kind is None or (kind is LetterKind.DEEMED and row.data.get("what") != "legal_passed"):
        return []
    parts = [""]
    if kind is LetterKind.REQUEST:
        asked = Task.objects.filter(case_id=row.case_id, opened_seq=row.seq)
        parts = list(asked.order_by("label").values_list("label", flat=True))
    by_hand = ink.in_ink(row)
    number = str(row.data["number"]) if kind in rules.NUMBERED_BEFORE else ""
    wanted = [
        Letter(
            case_id=row.case_id,
            seq=row.seq,
            kind=kind,
            part=part,
            number=number,
            at=row.at,
            ink=by_hand,
        )
        for part in parts
    ]
    Letter.objects.bulk_create(wanted, ignore_conflicts=True)
    return list(Letter.objects.filter(case_id=row.case_id, seq=row.seq).order_by("part"))


def read(row: Transition) -> None:
    """Note what a move owes: a reader of the log, idempotent."""
    owe(row)


# --- Made ------------------------------------------------------------------------------------


def make_after(row: Transition, *, at: datetime, key: OpenKey | None = None) -> list[Letter]:
    """
    Make the letters of a move that has just been done, signed with the officer's key when there is one.

    What the program did right after it (asking the units) owes letters too: those carry the office's seal. Never fails:
    what cannot be made now is made by the worker.
    """
    followed = Transition.objects.filter(
        case_id=row.case_id, seq__gt=row.seq, role=Role.SYSTEM, action__in=rules.LETTERS
    )
    made = _made(owe(row), at, key)
    for one in followed:
        made += _made(owe(one), at, None)
    return made


def _made(owed: list[Letter], at: datetime, key: OpenKey | None) -> list[Letter]:
    made = []
    for letter in owed:
        try:
            made.append(make(letter, at=at, key=key))
        except (*NOT_MADE, office.NumberProblem) as error:
            log.warning("letter_not_made", letter=str(letter.pk), why=why_not_made(error))
    return made


def make_due(*, at: datetime, limit: int = 20) -> int:
    """Make the letters that were left behind; return how many. For the worker."""
    due = Letter.objects.filter(ink.left_to_make(), document__isnull=True, at__lt=at - PATIENCE)
    made = 0
    for letter in due.order_by("at", "id")[:limit]:
        try:
            make(letter, at=at)
        except (*NOT_MADE, office.NumberProblem) as error:
            log.warning("letter_not_made", letter=str(letter.pk), why=why_not_made(error))
        else:
            made += 1
    return made


def make(letter: Letter, *, at: datetime, key: OpenKey | None = None) -> Letter:
    """
    Make a letter that is owed: number, page, seal or signature, document. Twice is once.

    Without `key` the office's seal stands on it. One that waits for ink gets its number only.
    Raises RenderFailed, SigningRefused, UploadRefused, NumberProblem;
    what was done so far stays and is used by the next try.
    """
    if letter.document_id:
        return letter
    file = file_of(get_case(letter.case_id))
    row = Transition.objects.get(case_id=letter.case_id, seq=letter.seq)
    number_letter(letter, at=at, case_id=file.case.pk, by_name=READER, service=file.definition.code)
    if letter.ink:
        return letter
    page = BUILDERS[LetterKind(letter.kind)](_Writing(letter, file, row, signed=key is not None))
    document = seal_letter(
        page,
        key=key,
        party_id=file.case.party_id,
        kind=letter.kind,
        name=f"{rules.LETTER_LABELS[LetterKind(letter.kind)]} {file.case.number}",
        at=at,
    )
    if (
        Letter.objects.filter(pk=letter.pk, document__isnull=True).update(document=document, at=at)
        != 1
    ):
        return Letter.objects.get(
            pk=letter.pk
        )  # another process was quicker; its file is the letter
    letter.document, letter.at = document, at
    return letter


def page_for_ink(letter: Letter) -> bytes:
    """Return a letter to print and sign by hand. Raises CannotMove, RenderFailed. Writes nothing."""

    def write() -> LetterPage:
        file = file_of(get_case(letter.case_id))
        row = Transition.objects.get(case_id=letter.case_id, seq=letter.seq)
        written = _Writing(letter, file, row, signed=True, electronic=False)
        return BUILDERS[LetterKind(letter.kind)](written)

    return ink.page_for_ink(letter, write)


@transaction.atomic
def scan_letter(request: ActRequest) -> Transition:
    """Keep the scan of a letter that was signed in ink, as ink.keep_scan. Raises BadData, CannotMove."""
    moving = partial(move, request, file_of(request.case))
    return ink.keep_scan(request, Letter.objects.all(), moving, at=request.at)


# --- What they say -----------------------------------------------------------------------------


def _recipient(file: File) -> tuple[str, ...]:
    """Return to whom a letter goes: who applied, by the name they sent in, where they live now."""
    return file.holder._replace(address=file.holder_now.address).lines


def _case_facts(file: File) -> tuple[tuple[str, str], ...]:
    return (
        ("Nomor pendaftaran", file.case.number),
        ("Layanan", file.definition.title.id),
        ("Pemohon", file.holder.name),
        ("Diajukan", long_date(timezone.localdate(file.case.opened_at))),
    )


class _Writing:
    """The facts of one letter, put together once for all builders."""

    def __init__(
        self,
        letter: Letter,
        file: File,
        row: Transition,
        *,
        signed: bool,
        electronic: bool = True,
    ) -> None:
        self.letter, self.file, self.row = letter, file, row
        self.day = timezone.localdate(row.at)
        self.number = letter.number or "–"
        self.recipient = _recipient(file)
        self.case = _case_facts(file)
        note = Note.objects.filter(transition_id=row.pk).first()
        self.reason = note.text if note else ""
        self.signature = signature_of(row, signed=signed, electronic=electronic, verb="Dikeluarkan")

    @property
    def head(self) -> dict[str, Any]:
        return {
            "letterhead": pages.letterhead(),
            "number": self.number,
            "recipient": self.recipient,
            "signature": self.signature,
        }

    def reasons(self) -> tuple[str, ...]:
        return rules.reasons_of(self.reason)

    def legal_basis(self) -> tuple[str, ...]:
        named = tuple(str(one) for one in self.row.data.get("legal_basis", ()))
        return named or self.file.definition.legal_basis

    def repair(self) -> Repair:
        asked = Repair.objects.filter(permit_case_id=self.file.case.pk, seq__lte=self.row.seq)
        return asked.order_by("-seq")[:1].get()


def _return(write: _Writing) -> LetterPage:
    repair = write.repair()
    items = item_titles(write.file.definition, repair.items, "id")
    return return_letter(
        **write.head,
        case=write.case,
        items=tuple(f"{item['title']}: {item['reason']}" for item in items),
        answer_by=repair.answer_by,
        track=None,
    )


def _refusal(write: _Writing) -> LetterPage:
    return refusal_page(
        write.file,
        number=write.number,
        reasons=write.reasons(),
        legal_basis=write.legal_basis(),
        signature=write.signature,
    )


def refusal_page(
    file: File,
    *,
    number: str,
    reasons: tuple[str, ...],
    legal_basis: tuple[str, ...],
    signature: SignatureBlock,
) -> LetterPage:
    """Return the refusal as it is written, or would be."""
    office_profile = profile()
    return refusal_letter(
        letterhead=pages.letterhead(),
        number=number,
        recipient=_recipient(file),
        signature=signature,
        case=_case_facts(file),
        reasons=reasons,
        legal_basis=legal_basis,
        objection_to=f"Kepala {office_profile.short_name}",
        objection_at=objection_address(file.case.number),
        superior=f"Bupati/Wali Kota {office_profile.regency.removeprefix('Kabupaten ').removeprefix('Kota ')}",
    )


def objection_address(number: str) -> str:
    """Return the address that opens the form of an objection to the decision on a case, filled in."""
    return f"{settings.BASE_URL}/keberatan/ajukan/{number}/"


def _closing(write: _Writing) -> LetterPage:
    repair = write.repair()
    return closing_letter(
        **write.head,
        case=write.case,
        asked_on=timezone.localdate(repair.asked_at),
        answer_by=repair.answer_by,
    )


def _revocation(write: _Writing) -> LetterPage:
    permit = Permit.objects.get(case_id=write.file.case.pk)
    return revocation_letter(
        **write.head,
        permit=(
            ("Nomor izin", permit.number),
            ("Izin", permit.title),
            ("Pemegang", permit.holder),
            ("Terbit", long_date(timezone.localdate(permit.issued_at))),
        ),
        reasons=write.reasons(),
        legal_basis=write.legal_basis(),
        effective_on=write.day,
        objection_to=f"Kepala {profile().short_name}",
        objection_at=objection_address(write.file.case.number),
    )


def _request(write: _Writing) -> LetterPage:
    asked = (
        Task.objects.filter(case=write.file.case, opened_seq=write.row.seq, label=write.letter.part)
        .select_related("unit")
        .get()
    )
    stage = next(
        (one for one in write.file.definition.stages if one.key == write.letter.part), None
    )
    head = write.head | {"recipient": (f"Kepala {asked.unit.name}", asked.unit.address)}
    return recommendation_request(
        **head,
        case=write.case,
        questions=write.reasons() or ((stage.title.id if stage else "Rekomendasi teknis"),),
        answer_by=timezone.localdate(asked.due_at),
    )


def _deemed(write: _Writing) -> LetterPage:
    limit = datetime.fromisoformat(str(write.row.data["due_at"]))
    started = write.file.case.legal.started_at or write.file.case.opened_at
    return deemed_granted_notice(
        **write.head,
        case=write.case,
        complete_on=timezone.localdate(started),
        limit_on=timezone.localdate(limit),
        legal_basis=write.file.definition.legal.basis,
    )


def _assessment(write: _Writing) -> LetterPage:
    return assessment_letter(
        write.head, write.case, get_assessment(UUID(write.row.data["assessment"]))
    )


def _paid(write: _Writing) -> LetterPage:
    payment = get_payment(UUID(write.row.data["payment"]))
    return receipt_letter(write.head, write.case, payment, fee_side(write.file))


BUILDERS: dict[LetterKind, Callable[[_Writing], LetterPage]] = {
    LetterKind.RETURN: _return,
    LetterKind.REFUSAL: _refusal,
    LetterKind.CLOSING: _closing,
    LetterKind.REVOCATION: _revocation,
    LetterKind.REQUEST: _request,
    LetterKind.DEEMED: _deemed,
    LetterKind.ASSESSMENT: _assessment,
    LetterKind.PAID: _paid,
}
