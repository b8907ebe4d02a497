"""
A letter that the signatory signs by hand: numbered, printed, stamped, scanned back; for permits and what comes after.

Each domain keeps its own letters, as rows with `ink`, `number` and `document`; what is done with such a row is here.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from satupintu.documents.rules import LetterPage
from satupintu.documents.services import render_pdf, signer
from satupintu.permits.proof.ink import SCANNED
from satupintu.permits.services.common import given_papers
from satupintu.permits.services.sealing import is_numbered_here
from satupintu.workflow.queries import Transition
from satupintu.workflow.services import ActRequest, CannotMove, bad_data, needed_id


def in_ink(row: Transition) -> bool:
    """Say whether the letter of a move is signed by hand: the signatory's own, in an office that signs in ink."""
    return signer().by_hand and row.delegation_id is not None


def left_to_make() -> Q:
    """Return which letters the worker finishes: those it seals, and the numbers of those that wait for ink."""
    return Q(ink=False) | Q(ink=True, number="") if is_numbered_here() else Q(ink=False)


def page_for_ink(letter: Any, write: Callable[[], LetterPage]) -> bytes:
    """
    Return a letter as a PDF to print and sign by hand; `write` returns its page. Writes nothing.

    Raises CannotMove for one that waits for no ink, or whose number the worker has not taken yet; RenderFailed.
    """
    if not letter.ink or letter.document_id:
        raise CannotMove(_("Surat ini tidak menunggu tanda tangan."))
    if not letter.number and is_numbered_here():
        raise CannotMove(_("Surat ini belum bernomor. Coba lagi sebentar."))
    return render_pdf("letter", write())


def keep_scan(
    request: ActRequest,
    letters: "QuerySet[Any]",
    move: Callable[..., Transition],
    **values: Any,
) -> Transition:
    """
    Keep the scan of a letter that was signed in ink: it is the letter from now on. In the caller's transaction.

    data: letter, scan (ids). `move` moves the case, `values` are written with the document. Raises BadData for another
    case's letter or paper, CannotMove when it waits for no ink or another was quicker.
    """
    letter = letters.filter(pk=needed_id(request.data, "letter"), case_id=request.case.pk).first()
    scan = given_papers(request, {"scan": request.data.get("scan")}).get("scan")
    if letter is None or scan is None:
        raise bad_data("letter" if letter is None else "scan")
    row = move(data={"letter": str(letter.pk)}, digests={SCANNED: scan.file_id})
    waiting = letters.filter(pk=letter.pk, ink=True, document__isnull=True)
    if waiting.update(document_id=scan.pk, **values) != 1:
        raise CannotMove(_("Surat ini tidak menunggu tanda tangan."))
    return row
