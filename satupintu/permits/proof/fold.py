"""What the log says about the permit side of a case, folded from its rows."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from satupintu.permits import rules
from satupintu.permits.proof.ink import scans_told
from satupintu.permits.proof.marks import (
    COLLECTION,
    HANDED,
    HOLDER,
    IMPORTED,
    PERMIT,
    STATEMENTS,
)
from satupintu.workflow.queries import Transition


@dataclass(slots=True)
class Told:
    """A case's permit side as its log has it; None where no row says anything."""

    answers: str | None = None
    holder: str | None = None
    statements: str | None = None
    opened: Mapping[str, Any] = field(default_factory=dict)
    files: dict[str, str] | None = None
    external: str = ""
    decided_by: int | None = None
    delegation: int | None = None
    number: str = ""
    external_number: str = ""
    external_status: str = ""
    permit: str | None = None
    permit_file: str | None = ""
    imported: str | None = None
    permit_state: str = rules.PermitState.IN_FORCE
    collected_at: datetime | None = None
    review: str = ""
    reviewed_at: datetime | None = None
    review_from: int = 0
    shelf: str = ""
    originals: dict[str, str] = field(default_factory=dict)
    hand_overs: list[str] = field(default_factory=list)
    destroyed: bool = False  # the folder, and with it what the office held of the case
    letters: dict[str, str] = field(default_factory=dict)  # signed in ink: id -> hash of the scan
    chosen: tuple[str, int | None] = ("", None)  # how to collect the permit, at which unit
    address: str = ""  # the mark of where to post it
    consignment: Mapping[str, Any] | None = None  # with which it is away
    recommendations: dict[str, Transition] = field(default_factory=dict)
    visits: dict[str, list[Transition]] = field(default_factory=dict)


def _opened(told: Told, row: Transition) -> None:
    told.opened = row.data


def _imported(told: Told, row: Transition) -> None:
    _opened(told, row)
    _elsewhere(told, row)
    told.imported = row.digests[IMPORTED]
    if PERMIT in row.digests:
        told.permit, told.permit_file = row.digests[PERMIT], None
        told.permit_state, told.collected_at = row.data["permit"], row.at


def _import_undone(told: Told, _row: Transition) -> None:
    told.permit, told.collected_at = None, None
    told.permit_state = rules.PermitState.IN_FORCE


def _decided(told: Told, row: Transition) -> None:
    told.decided_by, told.delegation = row.actor_user_id, row.delegation_id


def _numbered(told: Told, row: Transition) -> None:
    told.number = "" if row.action == "void_number" else row.data["number"]


def _issued(told: Told, row: Transition) -> None:
    told.permit, told.permit_file = row.digests.get(PERMIT, ""), row.digests["permit"]


def _collected(told: Told, row: Transition) -> None:
    told.collected_at = told.collected_at or row.at
    if HANDED in row.digests:
        told.hand_overs.append(row.digests[HANDED])


def _reviewed(told: Told, row: Transition) -> None:
    told.review, told.reviewed_at = row.data["outcome"], row.at


def _shelved(told: Told, row: Transition) -> None:
    told.shelf = row.data["shelf"]


def _scanned(told: Told, row: Transition) -> None:
    told.letters |= scans_told([row])


def _destroyed(told: Told, _row: Transition) -> None:
    told.destroyed = True


def _collection_chosen(told: Told, row: Transition) -> None:
    told.chosen = row.data["how"], row.data["unit"]
    told.address = row.digests.get(COLLECTION, "")


def _sent(told: Told, row: Transition) -> None:
    told.consignment = row.data


def _sent_back(told: Told, _row: Transition) -> None:
    told.consignment = None


def _originals_noted(told: Told, row: Transition) -> None:
    told.originals |= row.data["originals"]


def _restarted(told: Told, row: Transition) -> None:
    told.review_from = row.seq


def _ended(told: Told, row: Transition) -> None:
    if row.action == "revoke":
        told.permit_state = rules.PermitState.REVOKED
    elif told.permit_state in rules.STANDING:
        told.permit_state = row.data.get("state", rules.PermitState.SUPERSEDED)


def _standing_changed(told: Told, row: Transition) -> None:
    told.permit_state = row.data["state"]


def _reinstated(told: Told, row: Transition) -> None:
    told.permit_state = row.data["state"]


def _recommended(told: Told, row: Transition) -> None:
    for task_id in row.effects.get("close", {}):
        told.recommendations[task_id] = row


def _visited(told: Told, row: Transition) -> None:
    if "inspection" in row.data:
        told.visits.setdefault(row.data["inspection"], []).append(row)


def _elsewhere(told: Told, row: Transition) -> None:
    told.external_number = str(row.data.get("number", "") or told.external_number)[:80]
    told.external_status = str(row.data.get("status", "") or told.external_status)[:120]
    told.external = row.digests.get("file:permit", told.external)


FOLDS: Mapping[str, Callable[[Told, Transition], None]] = {
    "submit": _opened,
    "import_running": _imported,
    "import_finished": _imported,
    "undo_import": _import_undone,
    "approve": _decided,
    "reject": _decided,
    "number": _numbered,
    "void_number": _numbered,
    "issue": _issued,
    "hand_over": _collected,
    "download": _collected,
    "review": _reviewed,
    "restart": _restarted,
    "shelve": _shelved,
    "scan_letter": _scanned,
    "destroy_file": _destroyed,
    "choose_collection": _collection_chosen,
    "send_permit": _sent,
    "note_sent_back": _sent_back,
    "note_originals": _originals_noted,
    "revoke": _ended,
    "replace": _ended,
    "reinstate": _reinstated,
    "suspend": _standing_changed,
    "end_suspension": _standing_changed,
    "recommend_for": _recommended,
    "recommend_against": _recommended,
    "record_recommendation": _recommended,
    "schedule_inspection": _visited,
    "record_inspection": _visited,
    "sign_report": _visited,
    "record_filing": _elsewhere,
    "record_status": _elsewhere,
    "record_issued": _elsewhere,
    "record_refused": _elsewhere,
}


def told_by(chain: Iterable[Transition]) -> Told:
    told = Told()
    for row in chain:
        if "answers" in row.digests:  # sent in, or sent in again: with everything attached then
            told.answers = row.digests["answers"]
            told.files = files_of(row)
            told.statements = row.digests.get(STATEMENTS, told.statements)
        told.holder = row.digests.get(HOLDER, told.holder)
        if fold := FOLDS.get(row.action):
            fold(told, row)
    return told


def files_of(row: Transition) -> dict[str, str]:
    return {
        key.removeprefix("file:"): one
        for key, one in row.digests.items()
        if key.startswith("file:")
    }
