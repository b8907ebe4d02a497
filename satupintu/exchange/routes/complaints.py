"""Complaints that an officer may read, for a program of theirs: what is done with one goes through its moves."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Router
from pydantic import Field as Bounds

from satupintu.desk.plan import plan
from satupintu.desk.queries import Complaint, find_for, list_complaints
from satupintu.desk.rules.plans import Plan
from satupintu.exchange import shapes
from satupintu.exchange.door import Token, call_of
from satupintu.exchange.routes.paging import PAGE, next_page, place_in, reply_page
from satupintu.exchange.rules import Scope
from satupintu.lib.codes import find_tracking_code
from satupintu.lib.language import current_language
from satupintu.workflow.queries import status_of

router = Router(tags=["moves"])


@router.get(
    "/complaints",
    response=shapes.Complaints,
    url_name="complaints",
    operation_id="list_complaints",
    auth=Token(Scope.STAFF_ACT),
)
def complaints(
    request: HttpRequest,
    state: Annotated[str, Bounds(max_length=30, description="Only complaints in this state")] = "",
    q: Annotated[
        str,
        Bounds(
            max_length=60,
            description="Only the complaint with this number or tracking code; `state` is not asked then",
        ),
    ] = "",
    cursor: Annotated[str, Bounds(max_length=200, description="From the address of next")] = "",
    limit: Annotated[int, Bounds(ge=1, le=100, description="Lines of a page")] = PAGE,
) -> HttpResponse:
    """List the complaints that the officer may read, newest first. What is said and by whom stands on their page."""
    actor = call_of(request).officer()
    before = place_in(cursor)
    if typed := q.replace("\x00", "").strip():
        found = find_for(actor, number=typed.upper(), code=find_tracking_code(typed) or "")
    else:
        place = (before.moment, before.key) if before else None
        found = list_complaints(actor, [state] if state else [], place, size=limit)
    page, following = found[:limit], None
    if len(found) > limit:
        following = next_page(
            "exchange:complaints", page[-1].case, limit=limit, asked={"state": state}
        )
    now = plan()
    items = [shapes.ComplaintItem.model_validate(_line(one, now)) for one in page]
    return reply_page(shapes.Complaints(items=items, next=following), following)


def _line(one: Complaint, now: Plan) -> dict[str, object]:
    case = one.case
    return {
        "number": case.number,
        "category": one.category,
        "category_label": now.category_words(one.category, current_language()),
        "class_key": one.class_key,
        "state": case.state,
        "state_label": str(status_of(case).label),
        "version": case.version,
        "opened_at": case.opened_at,
        "answer_by": case.legal_due_at,
        "moves": reverse("exchange:moves", args=[case.number]),
    }
