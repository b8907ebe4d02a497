"""Complaints that an officer may read, for a program of theirs: what is done with one goes through its moves."""

from typing import Annotated
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Router
from pydantic import Field as Bounds

from satupintu.desk.queries import Complaint, category_words, find_for, list_complaints
from satupintu.exchange import rules, shapes
from satupintu.exchange.door import Token, call_of, reply
from satupintu.exchange.problems import Problem
from satupintu.exchange.rules import Place, Scope
from satupintu.lib.codes import find_tracking_code
from satupintu.lib.language import current_language
from satupintu.workflow.queries import status_of

router = Router(tags=["moves"])
PAGE = 40


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
    before = rules.read_place(cursor) if cursor else None
    if cursor and before is None:
        raise Problem("invalid", errors=[{"parameter": "cursor", "detail": cursor[:20]}])
    if typed := q.replace("\x00", "").strip():
        found = find_for(actor, number=typed.upper(), code=find_tracking_code(typed) or "")
    else:
        place = (before.moment, before.key) if before else None
        found = list_complaints(actor, [state] if state else [], place, size=limit)
    page, address = found[:limit], None
    if len(found) > limit:
        asked = {
            "cursor": Place(page[-1].case.opened_at, page[-1].pk).to_text(),
            "limit": limit,
        } | ({"state": state} if state else {})
        address = f"{reverse('exchange:complaints')}?{urlencode(asked)}"
    items = [shapes.ComplaintItem.model_validate(_line(one)) for one in page]
    headers = {"Link": f'<{address}>; rel="next"'} if address else None
    return reply(shapes.Complaints(items=items, next=address), headers=headers)


def _line(one: Complaint) -> dict[str, object]:
    case = one.case
    return {
        "number": case.number,
        "category": one.category,
        "category_label": category_words(one.category, current_language()),
        "class_key": one.class_key,
        "state": case.state,
        "state_label": str(status_of(case).label),
        "version": case.version,
        "opened_at": case.opened_at,
        "answer_by": case.legal_due_at,
        "moves": reverse("exchange:moves", args=[case.number]),
    }
