"""Writes of the archive: boxes, folders and destruction lists (keeping), the regency's archives (depositing)."""

from collections.abc import Mapping

from satupintu.archive.services import depositing, keeping
from satupintu.archive.services.depositing import (
    Receipt,
    approve_deposit,
    draw_deposit,
    drop_deposit,
    may_approve,
    receive,
)
from satupintu.archive.services.keeping import (
    FOLLOWED,
    ArchiveRefused,
    carry_out,
    change_class,
    draw_up,
    drop,
    file_many,
    make_box,
    pass_on,
    read,
    steps_for,
    take_step,
)
from satupintu.workflow.services import ActionService

__all__ = [
    "ACTIONS",
    "FOLLOWED",
    "ArchiveRefused",
    "Receipt",
    "approve_deposit",
    "carry_out",
    "change_class",
    "draw_deposit",
    "draw_up",
    "drop",
    "drop_deposit",
    "file_many",
    "make_box",
    "may_approve",
    "pass_on",
    "read",
    "receive",
    "steps_for",
    "take_step",
]

ACTIONS: Mapping[str, ActionService] = keeping.ACTIONS | {"deposit_file": depositing.deposit_file}
