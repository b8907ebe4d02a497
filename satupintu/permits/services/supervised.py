"""What supervision does to a permit: suspended it is still there, and may not be used, extended or replaced."""

from django.db import transaction
from django.utils.translation import gettext as _

from satupintu.catalogue.rules import Kind
from satupintu.permits import rules
from satupintu.permits.models import Permit
from satupintu.permits.services.common import file_of, move
from satupintu.permits.supervised import SUPERVISION_LINK
from satupintu.workflow.queries import Transition, linked
from satupintu.workflow.services import ActRequest, CannotMove, MoveNotAllowed, needed_id


class PermitSuspended(CannotMove):
    """The permit that is to be extended, changed or replaced is suspended."""


def check_not_suspended(kind: Kind, previous: Permit | None) -> None:
    """Refuse a new permit in the place of a suspended one; closing it stays possible. Raises PermitSuspended."""
    if kind is Kind.CLOSING or previous is None:
        return
    if previous.state == rules.PermitState.SUSPENDED:
        raise PermitSuspended(suspended_words(previous))


def suspended_words(permit: Permit) -> str:
    """Return what is said to whoever asks for something about a suspended permit."""
    return _(
        "Izin %(number)s sedang dibekukan: izin ini baru dapat diperpanjang, diubah, atau diganti setelah"
        " pembekuannya berakhir."
    ) % {"number": permit.number}


_CHANGES = {
    "suspend": (rules.PermitState.IN_FORCE, rules.PermitState.SUSPENDED),
    "end_suspension": (rules.PermitState.SUSPENDED, rules.PermitState.IN_FORCE),
}


@transaction.atomic
def change_standing(request: ActRequest) -> Transition:
    """
    Suspend a permit in force, or end its suspension, as the case of supervision tied to it decided.

    data: supervision = id of that case. Raises MoveNotAllowed without one, and when the permit stands otherwise.
    """
    asked = str(needed_id(request.data, "supervision"))
    tied = any(
        str(link.source_id) == asked and link.target_id == request.case.pk
        for link in linked(request.case, SUPERVISION_LINK)
    )
    if not tied:
        raise MoveNotAllowed(_("Izin dibekukan dari berkas pengawasannya, bukan dari sini."))
    before, after = _CHANGES[request.action]
    permit = Permit.objects.get(case_id=request.case.pk)
    row = move(
        request,
        file_of(request.case),
        data={"supervision": asked, "number": permit.number, "state": after.value},
    )
    if Permit.objects.filter(pk=permit.pk, state=before).update(state=after) != 1:
        raise MoveNotAllowed(
            _("Izin ini tidak dalam keadaan yang dapat diubah begitu. Muat ulang halaman.")
        )
    return row
