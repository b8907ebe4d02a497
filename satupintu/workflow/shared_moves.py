"""
The moves that stand in most lifecycles: who handles a case, what is noted, what the program does to every case.

A lifecycle takes those that fit it; the services behind them are `workflow.services.SHARED_ACTIONS`.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from satupintu.people.rules import Role
from satupintu.workflow.rules import Move

Moves = dict[tuple[str, str], Move]
_SYSTEM = frozenset({Role.SYSTEM})


def handling_moves(officers: frozenset[Role], reassigners: frozenset[Role]) -> Moves:
    """Return the moves by which an officer takes a task, gives it back, or is given another's."""
    return {
        ("*", "take"): Move(None, officers, _("Tangani"), weight="quiet"),
        ("*", "release"): Move(None, officers, _("Lepaskan"), weight="quiet"),
        ("*", "reassign"): Move(None, reassigners, _("Alihkan"), weight="quiet"),
    }


def comment_moves(roles: frozenset[Role], states: Iterable[str] = ("*",)) -> Moves:
    """Return the move that notes something for officers, in open states or those given."""
    move = Move(None, roles, _("Catatan internal"), reason_required=True, weight="quiet")
    return {(state, "comment"): move for state in states}


# What the program does while the terms of a case run.
CLOCK_MOVES: Mapping[tuple[str, str], Move] = {
    ("*", "calendar_changed"): Move(None, _SYSTEM, _("Tanggal dihitung ulang")),
    ("*", "notice_deadline"): Move(None, _SYSTEM, _("Peringatan batas waktu")),
}


def erasing_moves(states: Iterable[str]) -> Moves:
    """Return the move that empties a note by law, in these states: closed ones too (UU 27/2022 Art. 43)."""
    move = Move(None, _SYSTEM, _("Hapus catatan menurut hukum"))
    return {(state, "erase_note"): move for state in states}


# What these moves are called in the history, once done.
SHARED_DONE: Mapping[str, Any] = {
    "take": _("Ditangani"),
    "release": _("Dilepaskan"),
    "reassign": _("Dialihkan"),
    "comment": _("Catatan internal"),
    "calendar_changed": _("Tanggal dihitung ulang karena kalender berubah"),
    "notice_deadline": _("Peringatan batas waktu"),
    "erase_note": _("Catatan dihapus menurut hukum"),
}
