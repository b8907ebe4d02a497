"""Writes of this domain: a file comes in, its columns are understood, its rows checked, imported, taken back."""

from satupintu.imports.services.files import SameFile, discard, empty_old, receive
from satupintu.imports.services.mapping import MappingRefused, save_mapping
from satupintu.imports.services.repair import keep_row, leave_row, repair_by_file, repair_row
from satupintu.imports.services.running import CannotRun, redo, start, undo, work

__all__ = [
    "CannotRun",
    "MappingRefused",
    "SameFile",
    "discard",
    "empty_old",
    "keep_row",
    "leave_row",
    "receive",
    "redo",
    "repair_by_file",
    "repair_row",
    "save_mapping",
    "start",
    "undo",
    "work",
]
