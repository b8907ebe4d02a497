"""
Writes of this domain: filing on any channel, handling, what the reporter does, what time does.

Pages and programs call `receive_complaint`, other channels `file_complaint`; both `reopen`, `rate`, `withdraw`,
`confirm`. Officers' acts go through act().
`ACTIONS` is what this domain registers.
"""

from satupintu.desk.services import handling, own
from satupintu.desk.services.attaching import attach, await_complaint, forget_unsent
from satupintu.desk.services.filing import Filing, NotFiled, file_complaint
from satupintu.desk.services.handling import reveal
from satupintu.desk.services.intake import TooMany, receive_complaint
from satupintu.desk.services.own import WrongCode, confirm, rate, reopen, send_code, withdraw
from satupintu.desk.services.sweep import close_answered, notice_deadline
from satupintu.workflow.services import SHARED_ACTIONS, ActionService

__all__ = [
    "ACTIONS",
    "Filing",
    "NotFiled",
    "TooMany",
    "WrongCode",
    "attach",
    "await_complaint",
    "close_answered",
    "confirm",
    "file_complaint",
    "forget_unsent",
    "rate",
    "receive_complaint",
    "reopen",
    "reveal",
    "send_code",
    "withdraw",
]

_HANDLING: dict[str, handling.Handling] = {
    **{name: handling.of_any_case(service) for name, service in SHARED_ACTIONS.items()},
    "accept": handling.accept,
    "restore": handling.accept,
    "discard": handling.discard,
    "assign": handling.assign,
    "draft": handling.draft,
    "send_back": handling.send_back,
    "approve": handling.approve,
    "publish": handling.publish,
}
ACTIONS: dict[str, ActionService] = {
    **{name: handling.for_readers_only(handle) for name, handle in _HANDLING.items()},
    "confirm": own.move_own,
    "rate": own.move_own,
    "reopen": own.move_own,
    "withdraw": own.move_own,
    "notice_deadline": notice_deadline,
}
