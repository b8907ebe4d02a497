"""The digests that services put on their rows, for what the rows themselves do not say."""

import hashlib
from collections.abc import Mapping
from uuid import UUID

from satupintu.permits.models import Dispatch, HandOver, Imported, Permit
from satupintu.workflow.rules import canonical, digest, utc_text

PERMIT, HANDED, PLACE, STATEMENTS = "row:permit", "row:hand_over", "row:place", "row:statements"
DISPATCHED, COLLECTION = "row:dispatch", "row:collection"
IMPORTED, HOLDER = "row:imported", "row:holder"


def permit_text(permit: Permit) -> str:
    """Return what is digested of a permit: what it says and never changes."""
    return canonical(
        {
            "id": str(permit.pk),
            "case": str(permit.case_id),
            "number": permit.number,
            "service": permit.service_code,
            "title": permit.title,
            "party": str(permit.party_id),
            "holder": permit.holder,
            "facts": permit.public_facts,
            "region": permit.region,
            "issued_at": utc_text(permit.issued_at),
            "valid_from": permit.valid_from.isoformat(),
            "valid_until": permit.valid_until.isoformat() if permit.valid_until else None,
            "previous": str(permit.previous_id or ""),
            "check_code": permit.check_code,
            "document": str(permit.document_id),
            "signer": permit.signer,
            "signed_by": permit.signed_by,
            "is_demo": permit.is_demo,
            "sampled": permit.sampled,
        }
    )


def permit_digest(permit: Permit) -> str:
    """Return the digest of what a permit says and never changes."""
    return hashlib.sha256(permit_text(permit).encode()).hexdigest()


def hand_over_text(paper: HandOver) -> str:
    """Return what is fingerprinted of a hand-over: who took the permit, where, from whom."""
    return canonical(
        [
            paper.how,
            paper.collector,
            paper.collector_identity,
            str(paper.authority_id or ""),
            str(paper.signature_id or ""),
            paper.place,
            paper.given_by_id,
            utc_text(paper.at),
        ]
    )


def dispatch_text(line: Dispatch) -> str:
    """Return what is fingerprinted of a line of the dispatch book: which letter, to whom, who took it."""
    return canonical(
        [
            line.number,
            str(line.letter_id),
            line.how,
            line.addressee,
            line.carrier,
            line.received_by,
            line.sent_by_id,
            utc_text(line.at),
        ]
    )


def imported_text(row: Imported) -> str:
    """Return what is fingerprinted of an imported case: what its old register said of it."""
    return canonical(
        [
            str(row.batch),
            row.row,
            row.source,
            row.old_number,
            row.permit_number,
            row.signatory,
            [list(one) for one in row.facts],
        ]
    )


def holder_text(holder: Mapping[str, str]) -> str:
    """Return what is fingerprinted of who applied: name, identity number and address as they were sent in."""
    return canonical(dict(holder))


def place_digest(latitude: float | None, longitude: float | None) -> str:
    return digest([latitude, longitude])


def said(case_id: UUID, text: str) -> dict[str, str]:
    """Return the digest of what an officer wrote about a case, for the row; {} for no text."""
    return {"text": digest({"case": str(case_id), "text": text})} if text else {}
