"""
Paper: numbered slips printed ahead, and what becomes of a folder and of the originals in it.

A slip is given out when nothing works. Its number and code exist before the application does; when the paper is
typed, the application takes the slip's code, so that what the person holds is the receipt.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from satupintu.lib.codes import make_tracking_code
from satupintu.lib.ids import uuid7
from satupintu.lib.refusal import Refusal
from satupintu.office import services as office
from satupintu.office.queries import NumberTaken
from satupintu.people.rules import Actor
from satupintu.permits import rules
from satupintu.permits.models import Application, PermitCase, Slip
from satupintu.permits.services.common import file_of, move
from satupintu.permits.slips import OPEN
from satupintu.workflow.queries import Transition
from satupintu.workflow.services import ActRequest, CannotMove, bad_data, given_table, given_text

SLIP_SERIES = "slip"
MOST_SLIPS = (
    120  # of one batch: twenty sheets, more than a counter gives out in a day without power
)
SLIPS_A_SHEET = 6


class SlipRefused(Refusal):
    """A slip that is not there, or was used or declared void; `message` says which."""


@transaction.atomic
def print_slips(*, count: int, by: Actor, at: datetime) -> UUID:
    """
    Take the numbers and make the codes of a new batch; return its id. Filled up to whole sheets.

    Raises SlipRefused for a count of none or of more than MOST_SLIPS, NumberProblem from the register.
    """
    if not 1 <= count <= MOST_SLIPS:
        raise SlipRefused(_("Cetak 1 sampai %(most)s slip sekali jalan.") % {"most": MOST_SLIPS})
    batch = uuid7()
    whole = -(-count // SLIPS_A_SHEET) * SLIPS_A_SHEET
    taken = [office.take_number(SLIP_SERIES, at=at, by_name=by.name) for _i in range(whole)]
    Slip.objects.bulk_create(
        [
            Slip(
                number=one.number,
                number_taken_id=one.pk,
                tracking_code=make_tracking_code(),
                batch=batch,
                printed_at=at,
                printed_by_id=by.user_id,
            )
            for one in taken
        ]
    )
    return batch


@transaction.atomic
def void_slip(*, number: str, reason: str, by: Actor, at: datetime) -> None:
    """
    Declare a slip spoilt or lost, with the reason; its number stays in the register as void.

    Raises SlipRefused if there is none, or it is used or void; NumberProblem without a reason.
    """
    slip = find_slip(number)
    changed = Slip.objects.filter(OPEN, pk=slip.pk).update(voided_at=at)
    if changed != 1:
        raise _settled(slip)
    office.void_number(
        NumberTaken.objects.get(pk=slip.number_taken_id), reason=reason, at=at, by_name=by.name
    )


def find_slip(number: str) -> Slip:
    """Return the slip of a number as it stands on paper, in any case, with or without its zeros. Raises SlipRefused."""
    wanted = rules.read_slip_number(number)
    slip = Slip.objects.filter(number=wanted).first()
    if slip is None:
        raise SlipRefused(
            _("Slip %(number)s tidak ada. Periksa nomor pada slip, misalnya SLIP-2026-000123.")
            % {"number": wanted or number}
        )
    return slip


def open_slip(number: str) -> Slip:
    """Return a slip that can still be given to an application. Raises SlipRefused."""
    slip = find_slip(number)
    if slip.application_id is not None or slip.voided_at is not None:
        raise _settled(slip)
    return slip


def _settled(slip: Slip) -> SlipRefused:
    if slip.voided_at is not None:
        return SlipRefused(_("Slip %(number)s sudah dibatalkan.") % {"number": slip.number})
    return SlipRefused(
        _("Slip %(number)s sudah dipakai permohonan lain.") % {"number": slip.number}
    )


def use_slip(slip: Slip, application: Application, *, by: Actor, at: datetime) -> None:
    """
    Bind a slip to the application that has its code. Raises SlipRefused.

    Runs in the caller's transaction, before the application is written: of two only one then has the code.
    """
    bound = Slip.objects.filter(OPEN, pk=slip.pk).update(application_id=application.pk)
    if bound != 1:
        raise _settled(Slip.objects.get(pk=slip.pk))
    office.use_number(slip.number_taken_id, slip.number, at=at, by_name=by.name)


@transaction.atomic
def note_originals(request: ActRequest) -> Transition:
    """
    Note which originals were seen, kept or given back. data: originals = requirement -> rules.Original.

    Raises BadData for an unknown document or word, CannotMove when nothing changes, or what was never kept is given
    back.
    """
    file = file_of(request.case)
    before = file.permit_case.originals
    given = {key: str(value) for key, value in given_table(request.data, "originals").items()}
    known = {one.key for one in file.definition.requirements}
    if given.keys() - known or set(given.values()) - set(rules.Original):
        raise bad_data("originals")
    try:
        changed = rules.changed_originals(before, given)
    except ValueError as error:
        raise CannotMove(
            _("Berkas asli yang tidak disimpan kantor tidak dapat dikembalikan.")
        ) from error
    if not changed:
        raise CannotMove(_("Tidak ada yang berubah pada catatan berkas asli."))
    row = move(request, file, data={"originals": changed})
    PermitCase.objects.filter(pk=request.case.pk).update(originals={**before, **changed})
    return row


@transaction.atomic
def shelve(request: ActRequest) -> Transition:
    """Note where the folder of a case stands. data: shelf, "" when it is nowhere any more."""
    file = file_of(request.case)
    shelf = given_text(request.data, "shelf")[:80]
    if shelf == file.permit_case.shelf:
        raise CannotMove(_("Letak map sudah tercatat begitu."))
    row = move(request, file, data={"shelf": shelf})
    PermitCase.objects.filter(pk=request.case.pk).update(shelf=shelf)
    return row
