"""Writes of fees: rows of a case's fee (with a move), charges and what providers tell of them."""

from satupintu.fees.services.charges import (
    NoProvider,
    ask_about_lost,
    order_charge,
    take_notice,
)
from satupintu.fees.services.rows import RowMoved, change, end_assessment, keep

__all__ = [
    "NoProvider",
    "RowMoved",
    "ask_about_lost",
    "change",
    "end_assessment",
    "keep",
    "order_charge",
    "take_notice",
]
