"""Cases: what a client sent in itself, or all; where each stands, and by when."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field as Bounds

from satupintu.catalogue.queries import definition_of
from satupintu.catalogue.rules import fields_by_key
from satupintu.exchange import queries, rules, shapes
from satupintu.exchange.door import Token, call_of, reply, unchanged
from satupintu.exchange.problems import Problem
from satupintu.exchange.routes.paging import PAGE, next_page, place_in, reply_page
from satupintu.exchange.routes.tracking import tracked
from satupintu.exchange.rules import Scope
from satupintu.lib.identity import mask_identity
from satupintu.lib.language import current_language
from satupintu.permits.queries import File, asked_of
from satupintu.permits.words import item_titles
from satupintu.workflow.queries import Case, history, open_tasks, status_of

router = Router(tags=["cases"])
READERS = (Scope.CASES_READ, Scope.CASES_READ_ALL)


@router.get(
    "/cases",
    response=shapes.Cases,
    url_name="cases",
    operation_id="list_cases",
    auth=Token(*READERS),
)
def cases(
    request: HttpRequest,
    state: Annotated[str, Bounds(max_length=30, description="Only cases in this state")] = "",
    q: Annotated[
        str,
        Bounds(
            max_length=120,
            description="Only cases found by this: a number of a case or permit, a tracking code, words of a name or"
            " place. Needs cases:read-all; a number of a person belongs in no address and finds nothing",
        ),
    ] = "",
    cursor: Annotated[str, Bounds(max_length=200, description="From the address of next")] = "",
    limit: Annotated[int, Bounds(ge=1, le=100, description="Lines of a page")] = PAGE,
) -> HttpResponse:
    """List cases, newest first; with `q` those that an officer's search finds, and `state` is not asked."""
    call = call_of(request)
    before = place_in(cursor)
    everything = call.may(Scope.CASES_READ_ALL)
    if q.strip():
        if not everything:
            raise Problem("scope-missing", errors=[{"parameter": "q", "detail": "cases:read-all"}])
        found = queries.find_cases(q.replace("\x00", ""), before=before, size=limit)
    else:
        found = queries.list_cases(
            call.client, everything=everything, state=state, before=before, size=limit
        )
    page, following = found[:limit], None
    if len(found) > limit:
        following = next_page(
            "exchange:cases", page[-1], limit=limit, asked={"q": q, "state": state}
        )
    items = [shapes.CaseItem.model_validate(_line(one)) for one in page]
    return reply_page(shapes.Cases(items=items, next=following), following)


def _line(case: Case) -> dict[str, object]:
    version = case.service_version
    assert version is not None
    definition = definition_of(version)
    return {
        "number": case.number,
        "service": definition.code,
        "title": definition.title_in(current_language()),
        "state": case.state,
        "state_label": str(status_of(case).label),
        "version": case.version,
        "opened_at": case.opened_at,
        "promised_at": case.promise.due_at,
        "reference": getattr(case, "reference", None),
        "address": f"/api/v1/cases/{case.number}",
    }


@router.get(
    "/cases/{number}",
    response=shapes.CaseShape,
    url_name="case",
    operation_id="get_case",
    auth=Token(*READERS),
)
def case(request: HttpRequest, number: str) -> HttpResponse:
    """Return where a case stands: timeline, who has it now, promised dates, answers, the permit when there is one."""
    call = call_of(request)
    file = queries.get_file(call.client, number, everything=call.may(Scope.CASES_READ_ALL))
    own = queries.reference_of(file) is not None
    etag = rules.etag_of(file.case.version, current_language(), "whole" if own else "masked")
    if same := unchanged(request, etag):
        return same
    rows, tasks = history(file.case), open_tasks(file.case)
    shape = {**tracked(file, rows, tasks), **_details(file, own=own)}
    return reply(shapes.CaseShape.model_validate(shape), headers={"ETag": etag})


def _asked(file: File) -> dict[str, object] | None:
    asked = asked_of(file)
    if asked is None:
        return None
    return {
        "asked_at": asked.asked_at,
        "answer_by": asked.answer_by,
        "items": item_titles(file.definition, asked.items, current_language()),
    }


def _details(file: File, *, own: bool) -> dict[str, object]:
    party, holder, permit = file.case.party, file.holder, queries.permit_in(file)
    assert party is not None, "a permit's case has an applicant"
    answers = file.permit_case.answers
    fields = fields_by_key(file.definition).values()
    return {
        "version": file.case.version,
        "kind": file.permit_case.kind,
        "service_code": file.definition.code,
        "opened_at": file.case.opened_at,
        "reference": queries.reference_of(file),
        "applicant": {
            "name": holder.name,
            "identity_kind": party.identity_kind,
            "identity": holder.identity if own else mask_identity(holder.identity),
        },
        "answers": answers if own else rules.masked_answers(fields, answers),
        "asked": _asked(file),
        "may_withdraw": "withdraw" in file.own_actions,
        "permit": None
        if permit is None
        else {
            "number": permit.number,
            "issued_at": permit.issued_at,
            "valid_until": permit.valid_until,
            "state": permit.state,
        },
    }
