"""
Writes to cases: acting on one, the moves every lifecycle shares, the readers of the log, and the watch over dates.

Owners of a kind of case call `open_case` and `perform_move`; everybody else calls `act`, which reaches the owner's
service, so that no number and no signature can be bypassed.
"""

from satupintu.workflow.moves import (
    CannotMove,
    Facts,
    MovedMeanwhile,
    MoveNotAllowed,
    ReasonMissing,
    TaskChange,
    end_tasks,
    find_arrived,
    open_case,
    perform_move,
)
from satupintu.workflow.registry import (
    ActionService,
    ActRequest,
    CaseKind,
    register_actions,
    register_case_check,
    register_kind,
    register_reader,
)
from satupintu.workflow.services.acting import (
    SHARED_ACTIONS,
    act,
    assign_task,
    check_unmoved,
    comment,
    erase_note,
    facts_of,
    link_cases,
    move_as_asked,
)
from satupintu.workflow.services.dates import follow_calendar, recompute_terms, sweep_deadlines
from satupintu.workflow.services.given import (
    BadData,
    bad_data,
    given_date,
    given_degrees,
    given_id,
    given_ids,
    given_list,
    given_moment,
    given_number,
    given_numbers,
    given_table,
    given_text,
    given_texts,
    needed_id,
)
from satupintu.workflow.services.readers import run_readers

__all__ = [
    "SHARED_ACTIONS",
    "ActRequest",
    "ActionService",
    "BadData",
    "CannotMove",
    "CaseKind",
    "Facts",
    "MoveNotAllowed",
    "MovedMeanwhile",
    "ReasonMissing",
    "TaskChange",
    "act",
    "assign_task",
    "bad_data",
    "check_unmoved",
    "comment",
    "end_tasks",
    "erase_note",
    "facts_of",
    "find_arrived",
    "follow_calendar",
    "given_date",
    "given_degrees",
    "given_id",
    "given_ids",
    "given_list",
    "given_moment",
    "given_number",
    "given_numbers",
    "given_table",
    "given_text",
    "given_texts",
    "link_cases",
    "move_as_asked",
    "needed_id",
    "open_case",
    "perform_move",
    "recompute_terms",
    "register_actions",
    "register_case_check",
    "register_kind",
    "register_reader",
    "run_readers",
    "sweep_deadlines",
]
