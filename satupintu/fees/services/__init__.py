"""Writes of fees: rows of a case's fee (with a move), charges and what providers tell of them, bank statements."""

from satupintu.fees.services.charges import (
    NoProvider,
    ask_about_lost,
    order_charge,
    refuse_notice,
    take_notice,
)
from satupintu.fees.services.rows import RowMoved, change, end_assessment, keep
from satupintu.fees.services.statements import (
    ColumnsRefused,
    LineRefused,
    SameStatement,
    StatementInUse,
    confirm_by_line,
    credit_for,
    discard_statement,
    empty_old_statements,
    read_statement,
    receive_statement,
    record_by_line,
)

__all__ = [
    "ColumnsRefused",
    "LineRefused",
    "NoProvider",
    "RowMoved",
    "SameStatement",
    "StatementInUse",
    "ask_about_lost",
    "change",
    "confirm_by_line",
    "credit_for",
    "discard_statement",
    "empty_old_statements",
    "end_assessment",
    "keep",
    "order_charge",
    "read_statement",
    "receive_statement",
    "record_by_line",
    "refuse_notice",
    "take_notice",
]
