"""
Writes of this domain: conditions, proposing, deciding, what follows by itself, letters, the office's days.

`ACTIONS` is what this domain registers: the service behind every move that others may ask for by act().
"""

from satupintu.supervision import rules
from satupintu.supervision.services import conditions, deciding, letters, objected
from satupintu.supervision.services.days import set_days
from satupintu.supervision.services.proposing import CannotPropose, Proposal, propose
from satupintu.workflow.services import SHARED_ACTIONS, ActionService

__all__ = ["ACTIONS", "CannotPropose", "Proposal", "propose", "set_days"]

# Behind moves of the permit's case, while it is prepared.
ON_PERMITS: dict[str, ActionService] = {
    "add_condition": conditions.add_condition,
    "drop_condition": conditions.drop_condition,
}

ACTIONS: dict[str, ActionService] = {
    **{name: deciding.for_others_only(service) for name, service in SHARED_ACTIONS.items()},
    "send_back": deciding.for_others_only(deciding.send_back),
    **{name: deciding.for_others_only(deciding.decide) for name in rules.DECISIONS},
    "settle": deciding.for_others_only(deciding.settle),
    "close": deciding.for_others_only(deciding.close),
    "scan_letter": deciding.for_others_only(letters.scan_letter),
    "dispatch": deciding.for_others_only(letters.dispatch_letter),
    "report_condition": conditions.report_condition,
    **{
        name: deciding.for_others_only(conditions.judge_condition)
        for name in ("accept_condition", "prolong_condition", "refuse_condition")
    },
    rules.ANNUL: deciding.for_others_only(objected.annul_sanction),
    rules.CHANGE: deciding.for_others_only(objected.change_sanction),
    "end_suspension": deciding.system_change,
    "end": deciding.system_change,
    "go_on": deciding.system_change,
}
