"""Deciding what was proposed, and what ends a sanction. What it does to the permit is a move of the permit's case."""

from functools import wraps
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.office.services import take_number, use_number
from satupintu.people.rules import Actor, Role
from satupintu.permits.queries import file_of
from satupintu.permits.services.decide import delegation_of, refuse_one_hand
from satupintu.permits.services.ink import in_ink
from satupintu.supervision import queries, rules
from satupintu.supervision.models import Condition, Sanction
from satupintu.supervision.queries import supervision_of
from satupintu.supervision.rules import Kind, SanctionState
from satupintu.supervision.services.common import (
    SANCTION_STAGES,
    followed,
    following_owed,
    move,
    refuse_own,
    state_without_proposal,
)
from satupintu.workflow.queries import Transition, get_case, history
from satupintu.workflow.services import (
    ActionService,
    ActRequest,
    MoveNotAllowed,
    TaskChange,
    act,
)


def for_others_only(service: ActionService) -> ActionService:
    """Let nobody act on the supervision of their own permit."""

    @wraps(service)
    def checked(request: ActRequest) -> Transition:
        refuse_own(request.by, supervision_of(request.case).about)
        return service(request)

    return checked


def _proposed(request: ActRequest, kinds: tuple[Kind, ...] = tuple(Kind)) -> Sanction:
    found = queries.proposed(queries.sanctions_of(request.case.pk))
    if found is None or found.kind not in kinds:
        raise MoveNotAllowed(_("Yang diusulkan adalah sanksi lain. Muat ulang halaman."))
    return found


@transaction.atomic
def send_back(request: ActRequest) -> Transition:
    """Send a proposal back with a reason; the case stands as it stood before it."""
    sanction = _proposed(request)
    sanctions = queries.sanctions_of(request.case.pk)
    left = state_without_proposal(sanctions)
    row = move(
        request,
        to=left,
        data={"sanction": str(sanction.pk)},
        tasks=TaskChange(drop=SANCTION_STAGES, open=followed(sanctions)),
    )
    set_sanction(sanction, SanctionState.PROPOSED, state=SanctionState.SENT_BACK)
    return row


@transaction.atomic
def decide(request: ActRequest) -> Transition:
    """
    Give the sanction that was proposed, or lift the suspension: number, the permit's own move, the next task.

    The letter is made after it (services/letters.py). Raises NoDelegation, MoveNotAllowed, CheckedAndSigned for whoever
    proposed it, and what the move on the permit's case raises; then nothing is written.
    """
    kind = rules.DECISIONS[request.action]
    sanction = _proposed(request, (kind,))
    supervision = supervision_of(request.case)
    delegation = delegation_of(request.by, file_of(supervision.about), request.at)
    proposed = next(row for row in history(request.case) if row.seq == sanction.seq)
    if proposed.actor_user_id == request.by.user_id:
        refuse_one_hand(request, delegation)
    head = request.by.acting_as(Role.HEAD, delegation.pk)
    periods = queries.periods()
    decided = timezone.localdate(request.at)
    last = None
    if kind is Kind.WARNING:
        last = sanction.put_right_by or rules.put_right_by(sanction.level, decided, periods)
    number = "" if kind is Kind.REVOCATION else _take_number(request)
    row = move(
        request,
        by=head,
        data={
            "sanction": str(sanction.pk),
            "kind": sanction.kind,
            "number": number,
            **({"put_right_by": last.isoformat()} if last else {}),
        },
        tasks=TaskChange(
            drop=SANCTION_STAGES,
            open=[following_owed(last, periods.follow_days)] if last else [],
        ),
    )
    if kind is not Kind.WARNING:
        # A suspension takes the place of the warnings before it, and lifting it that of the suspension.
        _end_all(request.case.pk)
    set_sanction(
        sanction,
        SanctionState.PROPOSED,
        state=SanctionState.IN_FORCE
        if kind in (Kind.WARNING, Kind.SUSPENSION)
        else SanctionState.ENDED,
        number=number,
        ink=kind is not Kind.REVOCATION and in_ink(row),
        decided_seq=row.seq,
        decided_at=request.at,
        put_right_by=last,
    )
    if action := PERMIT_MOVES.get(kind):
        on_permit(request, head, action, sanction, number)
    return row


def _take_number(request: ActRequest) -> str:
    """Take the letter's number from the register of sanctions. A revocation has one of the permit's letters."""
    by_name = request.by.name
    taken = take_number(
        rules.LETTERS_SERIES, at=request.at, case_id=request.case.pk, by_name=by_name
    )
    use_number(taken.pk, taken.number, at=request.at, by_name=by_name)
    return str(taken.number)


# What a decision does to the permit's case; a warning does nothing to it.
PERMIT_MOVES = {
    Kind.SUSPENSION: "suspend",
    Kind.LIFTING: "end_suspension",
    Kind.REVOCATION: "revoke",
}


def on_permit(request: ActRequest, by: Actor, action: str, sanction: Sanction, number: str) -> None:
    """Do on the permit's case what a decision about a sanction means there. Raises what that move raises."""
    supervision = supervision_of(request.case)
    act(
        get_case(supervision.about_id),
        action,
        by=by,
        at=request.at,
        channel=request.channel,
        reason=sanction.grounds if action == "revoke" else _("Menurut %(n)s.") % {"n": number},
        data={
            "supervision": str(request.case.pk),
            **({"legal_basis": [sanction.law]} if sanction.law else {}),
        },
        recorded_at=request.recorded_at,
    )


def set_sanction(sanction: Sanction, before: SanctionState, **values: Any) -> None:
    """Write what changed, when nobody was quicker."""
    if Sanction.objects.filter(pk=sanction.pk, state=before).update(**values) != 1:
        raise MoveNotAllowed(_("Sanksi ini baru saja berubah. Muat ulang halaman."))


def _end_all(case_id: Any) -> None:
    Sanction.objects.filter(case_id=case_id, state=SanctionState.IN_FORCE).update(
        state=SanctionState.ENDED
    )


@transaction.atomic
def settle(request: ActRequest) -> Transition:
    """Say that what the warnings named has been put right, with what was seen (the reason): they count no longer."""
    left = rules.State.WATCHED if queries.waiting(request.case.pk) else rules.State.SETTLED
    row = move(request, to=left)
    _end_all(request.case.pk)
    return row


@transaction.atomic
def close(request: ActRequest) -> Transition:
    """End the supervision of a permit on which nothing is open. Raises MoveNotAllowed while a condition waits."""
    if queries.waiting(request.case.pk):
        raise MoveNotAllowed(_("Masih ada syarat izin yang belum dipenuhi."))
    return move(request)


@transaction.atomic
def system_change(request: ActRequest) -> Transition:
    """
    Follow what happened to the permit, or to the day of a suspension: "end_suspension", "end", "go_on".

    Sanctions in force end with the permit, and a suspension with its day.
    """
    row = move(request, tasks=TaskChange(drop=_dropped(request)))
    if request.action == "end_suspension":
        Sanction.objects.filter(
            case_id=request.case.pk, state=SanctionState.IN_FORCE, kind=Kind.SUSPENSION
        ).update(state=SanctionState.ENDED)
        _on_permit_by_day(request)
    elif request.action == "end":
        _end_all(request.case.pk)
        Sanction.objects.filter(case_id=request.case.pk, state=SanctionState.PROPOSED).update(
            state=SanctionState.SENT_BACK
        )
        Condition.objects.filter(case_id=request.case.pk, state__in=rules.WAITING).update(
            state=rules.ConditionState.ENDED
        )
    return row


def _dropped(request: ActRequest) -> frozenset[str]:
    """Return which tasks are laid aside: all with the permit; none while something else lies before the head."""
    if request.action == "end":
        return frozenset({"*"})
    return frozenset() if request.case.state == rules.State.PROPOSED else SANCTION_STAGES


def _on_permit_by_day(request: ActRequest) -> None:
    supervision = supervision_of(request.case)
    act(
        get_case(supervision.about_id),
        "end_suspension",
        by=request.by,
        at=request.at,
        channel="system",
        data={"supervision": str(request.case.pk)},
    )
