"""
Writes of this domain: proposing, deciding, what follows by itself, letters, the office's days.

`ACTIONS` is what this domain registers: the service behind every move that others may ask for by act().
"""

from satupintu.supervision import rules
from satupintu.supervision.services import deciding
from satupintu.supervision.services.days import set_days
from satupintu.supervision.services.proposing import CannotPropose, Proposal, propose
from satupintu.workflow.services import SHARED_ACTIONS, ActionService

__all__ = ["ACTIONS", "CannotPropose", "Proposal", "propose", "set_days"]

ACTIONS: dict[str, ActionService] = {
    **{name: deciding.for_others_only(service) for name, service in SHARED_ACTIONS.items()},
    "send_back": deciding.for_others_only(deciding.send_back),
    **{name: deciding.for_others_only(deciding.decide) for name in rules.DECISIONS},
    "settle": deciding.for_others_only(deciding.settle),
    "close": deciding.for_others_only(deciding.close),
    "end_suspension": deciding.system_change,
    "end": deciding.system_change,
    "go_on": deciding.system_change,
}
