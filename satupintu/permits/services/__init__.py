"""
Writes of this domain, by subject: drafts, submit, check, review, decide, issue, assisted, sweep.

`ACTIONS` is what this domain registers: the service behind every move that others may ask for by act().
"""

from functools import wraps

from satupintu.permits.services import (
    assisted,
    check,
    collect,
    decide,
    deliver,
    dispatch,
    fee,
    holder,
    issue,
    letters,
    objected,
    old_answers,
    paper,
    payment,
    refund,
    review,
    second_look,
    supervised,
    sweep,
    visit,
)
from satupintu.permits.services.common import refuse_own_case
from satupintu.workflow.queries import Transition
from satupintu.workflow.services import SHARED_ACTIONS, ActionService, ActRequest

_SERVICES: dict[str, ActionService] = {
    **SHARED_ACTIONS,
    "declare_complete": check.declare_complete,
    "return": check.return_for_repair,
    "resubmit": check.resubmit,
    "resume": check.resubmit,
    "restart": check.resubmit,
    "withdraw": check.withdraw,
    "lapse": check.lapse,
    "ask_recommendation": review.ask_recommendation,
    "schedule_inspection": visit.schedule_inspection,
    "record_inspection": visit.record_inspection,
    "sign_report": visit.sign_report,
    "recommend_for": review.recommend,
    "recommend_against": review.recommend,
    "record_recommendation": review.record_recommendation,
    "pause": review.ask_applicant,
    "reconfirm": review.ask_applicant,
    "extend": review.extend,
    "propose_approval": decide.propose,
    "propose_refusal": decide.propose,
    "initial": decide.initial,
    "send_back": decide.send_back,
    "approve": decide.approve,
    "reject": decide.reject,
    "number": issue.give_number,
    "void_number": issue.void_number,
    "issue": issue.issue,
    "choose_collection": collect.choose_collection,
    "send_permit": collect.send_permit,
    "note_sent_back": collect.note_sent_back,
    "refuse_hand_over": collect.refuse_hand_over,
    "hand_over": deliver.hand_over,
    "download": deliver.download,
    "revoke": issue.revoke,
    "reopen": objected.reopen,
    "reinstate": objected.reinstate,
    "suspend": supervised.change_standing,
    "end_suspension": supervised.change_standing,
    "review": second_look.review,
    "assess": fee.assess,
    "set_fee": fee.set_fee,
    "cancel_fee": fee.cancel_fee,
    "record_payment": payment.record_payment,
    "receive_payment": payment.receive_payment,
    "confirm_payment": payment.confirm_payment,
    "reject_payment": payment.reject_payment,
    "ask_refund": refund.ask_refund,
    "grant_refund": refund.decide_refund,
    "refuse_refund": refund.decide_refund,
    "pay_refund": refund.pay_refund,
    "record_filing": assisted.record_filing,
    "record_status": assisted.record_status,
    "record_issued": assisted.record_result,
    "record_refused": assisted.record_result,
    "note_originals": paper.note_originals,
    "shelve": paper.shelve,
    "dispatch": dispatch.dispatch,
    "renew_holder": holder.renew_holder,
    "type_answers": old_answers.type_answers,
    "scan_letter": letters.scan_letter,
    "notice_deadline": sweep.notice_deadline,
}

# What is the applicant's own to do, what the program does, and handing a task on to somebody else.
_ALSO_FOR_OWN_CASE = frozenset(
    {"resubmit", "resume", "restart", "withdraw", "download", "choose_collection"}
    | {"notice_deadline"}
    | {"release", "reassign", "comment", "record_payment", "receive_payment", "ask_refund"}
)


def _for_others_only(service: ActionService) -> ActionService:
    """Let no officer act on a case in which they, or somebody they act for, are the applicant."""

    @wraps(service)
    def checked(request: ActRequest) -> Transition:
        refuse_own_case(request)
        return service(request)

    return checked


ACTIONS: dict[str, ActionService] = {
    action: service if action in _ALSO_FOR_OWN_CASE else _for_others_only(service)
    for action, service in _SERVICES.items()
}
