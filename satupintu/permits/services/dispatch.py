"""
The dispatch book (buku ekspedisi): which letter left the office, with whom, and who took it when.

One book for the whole office: each domain keeps its own letters, and enters those that leave on paper here. Every line
is a move of its case and has a number of the register "dispatch"; who took the letter is on the row as a fingerprint,
because people who are named in a book have no other tie to the case.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from satupintu.lib.crypto import fingerprint
from satupintu.office import services as office
from satupintu.permits.models import Dispatch, Letter
from satupintu.permits.proof import DISPATCHED, dispatch_text
from satupintu.permits.rules import SENT_HOW
from satupintu.permits.services.common import file_of, move
from satupintu.workflow.queries import Transition
from satupintu.workflow.services import (
    ActRequest,
    CannotMove,
    bad_data,
    given_text,
    needed_id,
)

DISPATCH_SERIES = "dispatch"


@transaction.atomic
def dispatch(request: ActRequest) -> Transition:
    """Enter a letter of a permit's case in the dispatch book, as enter."""
    return enter(request, Letter.objects.all(), partial(move, request, file_of(request.case)))


def enter(
    request: ActRequest, letters: QuerySet[Any], move: Callable[..., Transition]
) -> Transition:
    """
    Enter one of these letters, of the case, in the dispatch book; `move` moves it. In the caller's transaction.

    data: letter (id), how (a key of rules.SENT_HOW), addressee, carrier, received_by (needed of what was brought by
    hand). Raises BadData, CannotMove for a letter that is not written yet, NumberProblem.
    """
    letter = letters.filter(pk=needed_id(request.data, "letter"), case_id=request.case.pk).first()
    if letter is None:
        raise bad_data("letter")
    if letter.document_id is None:
        raise CannotMove(_("Surat ini belum selesai dibuat. Coba lagi sebentar."))
    how = given_text(request.data, "how")
    if how not in SENT_HOW:
        raise bad_data("how")
    line = Dispatch(
        case_id=request.case.pk,
        letter_id=letter.pk,
        how=how,
        addressee=given_text(request.data, "addressee")[:160],
        carrier=given_text(request.data, "carrier")[:160],
        received_by=given_text(request.data, "received_by")[:160],
        sent_by_id=request.by.user_id,
        at=request.at,
    )
    if not line.addressee:
        raise bad_data("addressee")
    if how == "hand" and not line.received_by:
        raise bad_data("received_by")
    line.number = office.take_number(
        DISPATCH_SERIES, at=request.at, case_id=request.case.pk, by_name=request.by.name
    ).number
    row = move(
        data={"line": str(line.pk), "number": line.number, "letter": str(letter.pk), "how": how},
        digests={DISPATCHED: fingerprint(dispatch_text(line))},
    )
    Dispatch.objects.bulk_create([line])
    return row
