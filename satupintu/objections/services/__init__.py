"""
Writes of this domain: filing, deciding, the clock's notices, letters.

`ACTIONS` is what this domain registers: the service behind every move that others may ask for by act().
"""

from satupintu.objections.services import deciding, letters, sweep
from satupintu.objections.services.filing import (
    AlreadyObjected,
    Filing,
    NotObjectable,
    TooLate,
    file_objection,
)
from satupintu.workflow.services import SHARED_ACTIONS, ActionService

__all__ = ["ACTIONS", "AlreadyObjected", "Filing", "NotObjectable", "TooLate", "file_objection"]

ACTIONS: dict[str, ActionService] = {
    **{name: deciding.for_others_only(service) for name, service in SHARED_ACTIONS.items()},
    "begin_review": deciding.for_others_only(deciding.begin_review),
    "propose": deciding.for_others_only(deciding.propose),
    "send_back": deciding.for_others_only(deciding.send_back),
    "uphold": deciding.for_others_only(deciding.decide),
    "uphold_partly": deciding.for_others_only(deciding.decide),
    "refuse": deciding.for_others_only(deciding.decide),
    "carry_out": deciding.for_others_only(deciding.carry_out),
    "withdraw": deciding.withdraw,
    "scan_letter": deciding.for_others_only(letters.scan_letter),
    "dispatch": deciding.for_others_only(letters.dispatch_letter),
    "notice_deadline": sweep.notice_deadline,
}
