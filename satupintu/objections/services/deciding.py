"""Looking at an objection, drafting its decision, deciding; and what a granted one does to the permit's case."""

from functools import wraps

from django.db import transaction
from django.utils.translation import gettext as _

from satupintu.objections import rules
from satupintu.objections.models import Objection
from satupintu.objections.queries import objection_of, sanction_of, took_part
from satupintu.objections.services.common import move, owed, refuse_claimed
from satupintu.people.rules import Actor, Role
from satupintu.permits.queries import file_of
from satupintu.permits.services.decide import delegation_of, refuse_one_hand
from satupintu.supervision.queries import Sanction
from satupintu.supervision.rules import ANNUL, CHANGE, is_objectable
from satupintu.workflow.queries import Transition, get_case, history
from satupintu.workflow.services import (
    ActionService,
    ActRequest,
    CannotMove,
    MoveNotAllowed,
    act,
    bad_data,
    given_text,
)


class ConflictOfInterest(CannotMove):
    """An officer has no part in an objection of their own, or about their own permit."""


class CheckedBefore(CannotMove):
    """Whoever checked the file or proposed the decision does not prepare the answer to the objection."""


def for_others_only(service: ActionService) -> ActionService:
    """Let no officer act on an objection of theirs, or about a case of theirs."""

    @wraps(service)
    def checked(request: ActRequest) -> Transition:
        about = objection_of(request.case).about
        if {request.case.party_id, about.party_id} & request.by.party_ids:
            raise ConflictOfInterest(
                _("Keberatan ini menyangkut Anda sendiri. Minta petugas lain menanganinya.")
            )
        return service(request)

    return checked


def _drafter(request: ActRequest, objection: Objection) -> None:
    if took_part(objection, request.by.user_id):
        raise CheckedBefore(
            _(
                "Anda yang memeriksa berkas atau mengusulkan keputusan ini. Keberatannya disiapkan petugas lain."
            )
        )


@transaction.atomic
def begin_review(request: ActRequest) -> Transition:
    """Begin to look at an objection: by somebody who had no part in the decision. Raises CheckedBefore."""
    objection = objection_of(request.case)
    _drafter(request, objection)
    refuse_claimed(request)
    days = rules.DRAFT_DAYS - rules.REVIEW_DAYS
    return move(request, open=(owed("objection_draft", objection, days=days, at=request.at),))


@transaction.atomic
def propose(request: ActRequest) -> Transition:
    """
    Propose a decision to the signatory, with the considerations (the reason). Raises CheckedBefore.

    data: outcome = "uphold", "uphold_partly" or "refuse".
    """
    outcome = given_text(request.data, "outcome")
    if outcome not in rules.OUTCOMES:
        raise bad_data("outcome")
    objection = objection_of(request.case)
    _drafter(request, objection)
    refuse_claimed(request)
    days = rules.DECIDE_DAYS - rules.DRAFT_DAYS
    return move(
        request,
        data={"outcome": outcome},
        open=(owed("objection_decide", objection, days=days, at=request.at),),
    )


@transaction.atomic
def send_back(request: ActRequest) -> Transition:
    """Send the draft back with a reason; the ten days go on."""
    objection = objection_of(request.case)
    return move(request, open=(owed("objection_draft", objection, days=1, at=request.at),))


@transaction.atomic
def decide(request: ActRequest) -> Transition:
    """
    Decide an objection, with the considerations (the reason); a granted one is carried out in the same transaction.

    By whom decided, which is whom the law lets settle the objection (UU 30/2014 Art. 76(1)); the appeal goes to the
    superior. data: keep_decision = "1" when an objection is granted in part and the decision itself stays; then `day`
    (ISO) is the new last day of a sanction, "" for the old one. Raises NoDelegation, BadData, CheckedAndSigned for
    whoever drafted it, and what the move on the permit's case or its supervision raises.
    """
    keeps = given_text(request.data, "keep_decision") == "1"
    if keeps and request.action != "uphold_partly":
        raise bad_data("keep_decision")
    objection = objection_of(request.case)
    day = given_text(request.data, "day")
    if day and not (keeps and objection.against_id):
        raise bad_data("day")
    drafts = [row for row in history(request.case) if row.action == "propose"]
    if drafts and drafts[-1].actor_user_id == request.by.user_id:
        refuse_one_hand(request, delegation_of(request.by, file_of(objection.about), request.at))
    return _decide(request, objection, keeps=keeps or request.action == "refuse", day=day)


@transaction.atomic
def carry_out(request: ActRequest) -> Transition:
    """Carry out an objection that is deemed granted (UU 30/2014 Art. 77(6) and (7)). Raises NoDelegation."""
    return _decide(request, objection_of(request.case), keeps=False)


def _decide(request: ActRequest, objection: Objection, *, keeps: bool, day: str = "") -> Transition:
    delegation = delegation_of(request.by, file_of(objection.about), request.at)
    head = request.by.acting_as(Role.HEAD, delegation.pk)
    sanction = sanction_of(objection)
    effect = _effect(objection, sanction, keeps=keeps, day=day)
    told = {"effect": effect} | ({"day": day} if effect == CHANGE else {})
    row = move(request, by=head, data=told)
    if effect:
        more = {"sanction": str(sanction.pk), "day": day} if sanction else {}
        _carry_out(request, objection, head, effect, more)
    return row


def _effect(objection: Objection, sanction: Sanction | None, *, keeps: bool, day: str) -> str:
    """Return the move that carries it out; "" for none: the decision is kept, or has ended or been replaced since."""
    if sanction is not None:
        if not is_objectable(sanction.kind, sanction.state) or (keeps and not day):
            return ""
        return CHANGE if keeps else ANNUL
    stands = rules.DECISIONS.get(objection.about.state) == objection.decision
    return "" if keeps or not stands else rules.EFFECTS[objection.decision].action


def _carry_out(
    request: ActRequest, objection: Objection, head: Actor, effect: str, more: dict[str, str]
) -> None:
    act(
        get_case(objection.against_id or objection.about_id),
        effect,
        by=head,
        at=request.at,
        channel=request.channel,
        reason=_("Keberatan %(number)s: %(reason)s")
        % {"number": request.case.number, "reason": request.reason},
        data={"objection": str(request.case.pk)} | more,
        recorded_at=request.recorded_at,
    )


@transaction.atomic
def withdraw(request: ActRequest) -> Transition:
    """Withdraw an objection: whose it is, or the counter for them."""
    own = request.case.party_id in request.by.party_ids
    if not own and not request.by.roles - {Role.APPLICANT}:
        raise MoveNotAllowed(_("Berkas ini bukan atas nama Anda."))
    return move(request, by=request.by.acting_as(Role.APPLICANT) if own else None)
