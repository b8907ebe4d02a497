"""What a granted objection does to the permit's case: the refusal is taken back, or the revocation annulled."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.people.rules import Role
from satupintu.permits import rules
from satupintu.permits.models import Permit
from satupintu.permits.objected import CARRY_OUT_DAYS, GRANTED, OBJECTION_LINK
from satupintu.permits.services.common import file_of, move, task
from satupintu.permits.services.decide import came_from, delegation_of, owed_again
from satupintu.permits.services.listed import list_in_register
from satupintu.workflow.queries import Transition, linked
from satupintu.workflow.services import ActRequest, MoveNotAllowed, TaskChange, needed_id


def _objection(request: ActRequest) -> str:
    """Return the id of the objection that asks for this. Raises MoveNotAllowed without one, or when it was used."""
    asked = str(needed_id(request.data, "objection"))
    granted = any(
        str(link.source_id) == asked and link.source.state in GRANTED
        for link in linked(request.case, OBJECTION_LINK)
        if link.target_id == request.case.pk
    )
    rows = Transition.objects.filter(case=request.case, action=request.action)
    if not granted or any(row.data.get("objection") == asked for row in rows):
        raise MoveNotAllowed(
            _("Keputusan ini hanya dibatalkan oleh keberatan yang dikabulkan, satu kali.")
        )
    return asked


@transaction.atomic
def reopen(request: ActRequest) -> Transition:
    """
    Take a refusal back: the case returns to where it was refused, with what was laid aside there owed again.

    data: objection = id of the granted objection's case. The new decision is promised within five working days
    (UU 30/2014 Art. 77(7)).
    """
    objection = _objection(request)
    file = file_of(request.case)
    delegation = delegation_of(request.by, file, request.at)
    left = came_from(request.case)
    if left.from_state == rules.State.READY:
        again = [task("propose", Role.VERIFIER, days=1, at=request.at)]
    else:
        again = owed_again(request, left)
    return move(
        request,
        file,
        by=request.by.acting_as(Role.HEAD, delegation.pk),
        to=left.from_state,
        data={"objection": objection},
        tasks=TaskChange(open=again),
        # The pledge too, where everything was met: its old date would make every task late at birth.
        days={"promise": CARRY_OUT_DAYS}
        | ({"pledge": CARRY_OUT_DAYS} if left.from_state == rules.State.READY else {}),
    )


@transaction.atomic
def reinstate(request: ActRequest) -> Transition:
    """
    Annul a revocation: the permit is in force again, or superseded when a newer one has taken its place meanwhile.

    data: objection = id of the granted objection's case.
    """
    objection = _objection(request)
    file = file_of(request.case)
    delegation = delegation_of(request.by, file, request.at)
    permit = Permit.objects.get(case_id=request.case.pk)
    newer = permit.next_permits.filter(state=rules.PermitState.IN_FORCE).exists()
    state = rules.PermitState.SUPERSEDED if newer else rules.PermitState.IN_FORCE
    opened = (
        [] if permit.collected_at else [task("deliver", Role.FRONT_OFFICE, days=10, at=request.at)]
    )
    row = move(
        request,
        file,
        by=request.by.acting_as(Role.HEAD, delegation.pk),
        to=rules.State.HANDED_OVER if permit.collected_at else rules.State.ISSUED,
        data={"objection": objection, "number": permit.number, "state": state.value},
        tasks=TaskChange(open=opened),
    )
    Permit.objects.filter(pk=permit.pk, state=rules.PermitState.REVOKED).update(state=state)
    again = Permit.objects.select_related("party").filter(pk=permit.pk)
    list_in_register(list(again), timezone.localdate(request.at))
    return row
