"""An officer's moves, by a program that the officer uses: through `workflow.services.act`, on the version seen."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from satupintu.exchange import rules, services, shapes
from satupintu.exchange.door import Token, call_of, reply, unchanged
from satupintu.exchange.once import key_of, once
from satupintu.exchange.problems import Problem
from satupintu.exchange.rules import Scope
from satupintu.lib.language import current_language
from satupintu.workflow.queries import (
    Case,
    Transition,
    allowed_actions,
    get_case_for,
    open_tasks,
    status_of,
)

router = Router(tags=["moves"])
IF_MATCH: dict[str, Any] = {
    "parameters": [
        {
            "in": "header",
            "name": "If-Match",
            "required": True,
            "description": "ETag of the case as it was seen",
            "schema": {"type": "string"},
        }
    ]
}


@router.get(
    "/cases/{number}/moves",
    response=shapes.Moves,
    url_name="moves",
    operation_id="list_moves",
    auth=Token(Scope.STAFF_ACT),
)
def moves(request: HttpRequest, number: str) -> HttpResponse:
    """Return what the officer may do with a case now, and what is owed on it. Its ETag goes into If-Match."""
    call = call_of(request)
    actor = call.officer()
    case = get_case_for(actor, number)
    etag = rules.etag_of(case.version, current_language(), "moves")
    if same := unchanged(request, etag):
        return same
    shape = {
        **_standing(case),
        "moves": [
            {
                "action": action,
                "label": str(move.label),
                "reason_required": move.reason_required,
            }
            for action, move in allowed_actions(case, actor).items()
        ],
        "tasks": [
            {
                "id": task.pk,
                "stage": task.stage,
                "unit": task.unit.name,
                "role": task.role,
                "assignee": task.assignee.name if task.assignee else None,
                "due_at": task.due_at,
            }
            for task in open_tasks(case)
        ],
    }
    return reply(shapes.Moves.model_validate(shape), headers={"ETag": etag})


def _standing(case: Case) -> dict[str, object]:
    return {
        "number": case.number,
        "state": case.state,
        "state_label": str(status_of(case).label),
        "version": case.version,
    }


@router.post(
    "/cases/{number}/moves",
    response=shapes.Moved,
    url_name="move",
    operation_id="move",
    auth=Token(Scope.STAFF_ACT),
    openapi_extra=IF_MATCH,
)
@once
def move(request: HttpRequest, number: str, given: shapes.MoveGiven) -> HttpResponse:
    """Do what the officer decided. Refused when the case has changed since it was read."""
    actor, seen = call_of(request).officer(), seen_of(request)
    case = get_case_for(actor, number)
    row = services.act_as_seen(
        case, given.action, by=actor, seen=seen, reason=given.reason, data=given.data
    )
    return moved(case, row, "moves")


def seen_of(request: HttpRequest) -> services.Seen:
    """Return which version of the case the client read (If-Match), and its mark of this act. Raises Problem."""
    etag = request.headers.get("If-Match", "")
    if not etag:
        raise Problem("if-match-missing")
    return seen_at(request, rules.version_in(etag))


def seen_at(request: HttpRequest, version: int) -> services.Seen:
    """Return the mark of an act on this version of a case."""
    call = call_of(request)
    return services.Seen(version, f"{call.client.pk}:{key_of(request)}", call.at)


def moved(case: Case, row: Transition, shape: str) -> HttpResponse:
    """Return the act as the log has it, with the ETag of the case as it stands now, of the shape the client read."""
    told = {
        "number": case.number,
        "action": row.action,
        "sequence": row.seq,
        "from_state": row.from_state,
        "to_state": row.to_state,
        "state_label": str(status_of(case).label),
        "version": case.version,
    }
    etag = rules.etag_of(case.version, current_language(), shape)
    return reply(shapes.Moved.model_validate(told), headers={"ETag": etag})
