"""The draft of what is being decided, as the viewer and the file show it."""

from satupintu.documents.services import RenderFailed, render_pictures
from satupintu.office.services import NumberProblem
from satupintu.permits.pages.officer.desk import Desk
from satupintu.permits.services import pages, preview
from satupintu.workflow.queries import Transition, history

DRAFT = "draf"  # in the place of a document's id in the viewer's address
_COUNT_PPI = 20  # enough to count pages


def proposed_reason(rows: list[Transition], action: str = "propose_refusal") -> str:
    """Return what the verifier wrote when the case was last proposed; "" when it was not."""
    last = next((row for row in reversed(rows) if row.action == action), None)
    note = getattr(last, "note", None)
    return note.text if note else ""


def draft_of(desk: Desk) -> tuple[str, pages.Page]:
    """Return template and page. Raises NumberProblem."""
    reason = proposed_reason(history(desk.case)) if desk.case.state == "refusal_proposed" else ""
    return preview.draft_of(desk.file, at=desk.at, reason=reason)


def count_pages(desk: Desk) -> int:
    """Return how many pages the draft has; 0 when it cannot be made now."""
    try:
        return len(render_pictures(*draft_of(desk), ppi=_COUNT_PPI))
    except (RenderFailed, NumberProblem):
        return 0
