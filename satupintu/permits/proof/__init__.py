"""
What the tables of permits say, compared with the log: for `satupintu audit`.

What can be told from the log's rows is folded from them; what cannot stands there as a digest. Personal data enters a
digest under a key that is not in the database (`crypto.fingerprint`), so that nobody can find it by trying.
"""

from satupintu.permits.proof.compare import case_faults
from satupintu.permits.proof.dispatch import book_faults
from satupintu.permits.proof.marks import (
    COLLECTION,
    DISPATCHED,
    HANDED,
    HOLDER,
    IMPORTED,
    PERMIT,
    PLACE,
    STATEMENTS,
    dispatch_text,
    hand_over_text,
    holder_text,
    imported_text,
    permit_digest,
    permit_text,
    place_digest,
    said,
)

__all__ = [
    "COLLECTION",
    "DISPATCHED",
    "HANDED",
    "HOLDER",
    "IMPORTED",
    "PERMIT",
    "PLACE",
    "STATEMENTS",
    "book_faults",
    "case_faults",
    "dispatch_text",
    "hand_over_text",
    "holder_text",
    "imported_text",
    "permit_digest",
    "permit_text",
    "place_digest",
    "said",
]
