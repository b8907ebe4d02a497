"""What a granted objection does to a sanction: it is annulled, or gets another last day."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.permits.objected import GRANTED, OBJECTION_LINK
from satupintu.supervision import queries, rules
from satupintu.supervision.models import Sanction
from satupintu.supervision.rules import Kind, SanctionState
from satupintu.supervision.services.common import followed, move, state_without_proposal
from satupintu.supervision.services.deciding import on_permit, set_sanction
from satupintu.workflow.queries import Transition, linked
from satupintu.workflow.services import (
    ActRequest,
    CannotMove,
    MoveNotAllowed,
    TaskChange,
    bad_data,
    given_text,
    needed_id,
)

FOLLOW = frozenset({"sanction_follow"})


def _asked(request: ActRequest) -> tuple[str, Sanction]:
    """Return the objection that asks for this, and its sanction. Raises MoveNotAllowed, also when it was used."""
    objection, wanted = (str(needed_id(request.data, name)) for name in ("objection", "sanction"))
    granted = any(
        str(link.source_id) == objection and link.source.state in GRANTED
        for link in linked(request.case, OBJECTION_LINK)
        if link.target_id == request.case.pk
    )
    rows = Transition.objects.filter(case=request.case, action__in=(rules.ANNUL, rules.CHANGE))
    if not granted or any(row.data.get("objection") == objection for row in rows):
        raise MoveNotAllowed(
            _("Sanksi ini hanya diubah oleh keberatan yang dikabulkan, satu kali.")
        )
    found = Sanction.objects.filter(pk=UUID(wanted), case_id=request.case.pk).first()
    if found is None or not rules.is_objectable(found.kind, found.state):
        raise MoveNotAllowed(_("Sanksi ini sudah tidak berlaku lagi."))
    return objection, found


def _left(request: ActRequest, sanctions: list[Sanction]) -> rules.State:
    """Return where the case stands with these sanctions: a proposal before the head stays there."""
    if request.case.state == rules.State.PROPOSED:
        return rules.State.PROPOSED
    return state_without_proposal(sanctions)


@transaction.atomic
def annul_sanction(request: ActRequest) -> Transition:
    """
    Take a sanction away because an objection was granted; a suspension ends with it on the permit's case.

    Warnings that a suspension had taken the place of do not come back. data: objection = id of its case, sanction.
    Raises BadData, MoveNotAllowed, and what the move on the permit's case raises.
    """
    objection, sanction = _asked(request)
    rest = [one for one in queries.sanctions_of(request.case.pk) if one.pk != sanction.pk]
    proposed = request.case.state == rules.State.PROPOSED
    row = move(
        request,
        to=_left(request, rest),
        data={"objection": objection, "sanction": str(sanction.pk)},
        tasks=TaskChange(drop=FOLLOW, open=[] if proposed else followed(rest)),
    )
    set_sanction(sanction, SanctionState.IN_FORCE, state=SanctionState.ANNULLED)
    if sanction.kind == Kind.SUSPENSION:
        on_permit(request, request.by, "end_suspension", sanction, sanction.number)
    return row


@transaction.atomic
def change_sanction(request: ActRequest) -> Transition:
    """
    Give a sanction another last day, as a partly granted objection says.

    data: objection = id of its case, sanction, day (ISO): of a warning the day to put right by, of a suspension its
    last. Raises BadData for no day, MoveNotAllowed.
    """
    objection, sanction = _asked(request)
    try:
        day = date.fromisoformat(given_text(request.data, "day"))
    except ValueError as error:
        raise bad_data("day") from error
    if day < timezone.localdate(request.at):
        raise CannotMove(_("Batas sanksi yang baru harus hari ini atau sesudahnya."))
    column = "put_right_by" if sanction.kind == Kind.WARNING else "until"
    before: date | None = getattr(sanction, column)
    changed: dict[str, Any] = {column: day}
    proposed = request.case.state == rules.State.PROPOSED
    tasks = TaskChange()
    if sanction.kind == Kind.WARNING:
        changed["ran_out_told_at"] = None
        others = [one for one in queries.sanctions_of(request.case.pk) if one.pk != sanction.pk]
        sanction.put_right_by = day
        follow = [] if proposed else followed([*others, sanction])
        tasks = TaskChange(drop=FOLLOW, open=follow)
    row = move(
        request,
        data={
            "objection": objection,
            "sanction": str(sanction.pk),
            "day": day.isoformat(),
            "before": before.isoformat() if before else "",
        },
        tasks=tasks,
    )
    set_sanction(sanction, SanctionState.IN_FORCE, **changed)
    return row
