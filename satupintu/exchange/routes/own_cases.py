"""What a client does on a case that it sent in, for its applicant: answer the office, withdraw, fetch the permit."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Router

from satupintu.documents.queries import FileMissing, serve
from satupintu.exchange import queries, services, shapes
from satupintu.exchange.door import Token, call_of, reply
from satupintu.exchange.once import once
from satupintu.exchange.problems import Problem
from satupintu.exchange.routes.moves import IF_MATCH, moved, seen_at, seen_of
from satupintu.exchange.rules import Scope
from satupintu.lib.language import current_language
from satupintu.permits.queries import File
from satupintu.permits.rules import NOBODY_HAS_IT
from satupintu.workflow.queries import status_of

router = Router(tags=["cases"])


def _own(request: HttpRequest, number: str) -> File:
    """Return a case that this very client sent in. Raises NotFound for any other."""
    return queries.get_file(call_of(request).client, number, everything=False)


@router.post(
    "/cases/{number}/answers",
    response=shapes.Moved,
    url_name="answers",
    operation_id="answer",
    auth=Token(Scope.APPLY_WRITE),
    openapi_extra=IF_MATCH,
)
@once
def answer(request: HttpRequest, number: str, given: shapes.AnswerGiven) -> HttpResponse:
    """Answer what the office returned or asks (`asked` of the case). All that is missing comes back at once."""
    seen, file = seen_of(request), _own(request, number)
    row = services.answer(
        file=file,
        given=services.Answer(**given.model_dump()),
        client=call_of(request).client,
        language=current_language(),
        seen=seen,
    )
    return moved(file.case, row, "whole")


@router.post(
    "/cases/{number}/withdrawal",
    response=shapes.Moved,
    url_name="withdrawal",
    operation_id="withdraw",
    auth=Token(Scope.APPLY_WRITE),
    openapi_extra=IF_MATCH,
)
@once
def withdraw(request: HttpRequest, number: str, given: shapes.WithdrawalGiven) -> HttpResponse:
    """Withdraw the application, as its applicant wishes. It ends there."""
    seen, file = seen_of(request), _own(request, number)
    row = services.withdraw(
        file=file, client=call_of(request).client, reason=given.reason, seen=seen
    )
    return moved(file.case, row, "whole")


@router.post(
    "/cases/{number}/collection",
    response=shapes.Collected,
    url_name="collection",
    operation_id="collect",
    auth=Token(Scope.APPLY_WRITE),
)
@once
def collect(request: HttpRequest, number: str) -> HttpResponse:
    """Say that the holder gets the permit from you; it counts as handed over. Then its file can be read."""
    file = _own(request, number)
    services.collect(
        file=file, client=call_of(request).client, seen=seen_at(request, file.case.version)
    )
    shape = {
        "number": number,
        "state": file.case.state,
        "state_label": str(status_of(file.case).label),
        "file": reverse("exchange:permit_file", args=[number]),
    }
    return reply(shapes.Collected.model_validate(shape))


@router.get(
    "/cases/{number}/permit",
    response={200: None},
    url_name="permit_file",
    operation_id="get_permit_file",
    auth=Token(Scope.CASES_READ),
    openapi_extra={
        "responses": {
            200: {
                "description": "The signed PDF, as it was issued",
                "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
            }
        }
    },
)
def permit_file(request: HttpRequest, number: str) -> HttpResponseBase:
    """Return the signed permit of a case you sent in, after its collection was recorded."""
    file = _own(request, number)
    permit = queries.permit_in(file)
    if permit is None or permit.document is None:  # an old permit's file is in its old archive
        raise Problem("not-found")
    if file.case.state in NOBODY_HAS_IT:
        raise Problem("not-found", _("Catat dulu penyerahan izin ini (POST .../collection)."))
    try:
        return serve(permit.document, watermark=None, at=call_of(request).at)
    except FileMissing as error:
        raise Problem("not-found") from error
