"""Who applied, as a file names them: kept when it is sent in, and taken anew only where somebody looks at it."""

from django.db import transaction
from django.utils.translation import gettext as _

from satupintu.lib import crypto
from satupintu.permits.models import PermitCase
from satupintu.permits.proof import HOLDER, holder_text
from satupintu.permits.rules import Holder
from satupintu.permits.services.common import file_of, move
from satupintu.permits.services.findable import make_findable
from satupintu.workflow.queries import Transition
from satupintu.workflow.services import ActRequest, CannotMove


def mark_of(holder: Holder) -> dict[str, str]:
    """Return what a row of the log says of who applied, without naming them."""
    return {HOLDER: crypto.fingerprint(holder_text(holder._asdict()))}


def told_change(before: Holder, after: Holder) -> dict[str, list[str]]:
    """Return which parts a row of the log says have changed: {} for none."""
    changed = before.changed_to(after)
    return {"holder": changed} if changed else {}


@transaction.atomic
def renew_holder(request: ActRequest) -> Transition:
    """
    Take the applicant's name, number and address into the file as they are now: the move "renew_holder".

    For who moved, or whose name was mended from their identity card, while the file is not decided. Raises CannotMove
    when nothing differs.
    """
    file = file_of(request.case)
    before, holder = file.holder, file.holder_now
    changed = told_change(before, holder)
    if not changed:
        raise CannotMove(_("Data pemohon di berkas ini sudah yang terbaru."))
    row = move(request, file, data=changed, digests=mark_of(holder))
    case = request.case
    PermitCase.objects.filter(pk=case.pk).update(holder=holder._asdict())
    make_findable(
        case_id=case.pk,
        opened_at=case.opened_at,
        party=case.party,
        answers=file.permit_case.answers,
    )
    return row
