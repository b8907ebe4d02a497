"""Applying for somebody: everything of the form in one body, and everything wrong with it in one answer."""

from django.http import HttpRequest, HttpResponse
from ninja import Router

from satupintu.catalogue.rules import Kind
from satupintu.exchange import services, shapes
from satupintu.exchange.door import Token, call_of, reply
from satupintu.exchange.once import claim_of, key_of, once
from satupintu.exchange.rules import Scope
from satupintu.lib.language import current_language
from satupintu.permits.queries import Application, files_of

router = Router(tags=["applications"])


@router.post(
    "/applications",
    response={201: shapes.ApplicationShape},
    url_name="applications",
    operation_id="apply",
    auth=Token(Scope.APPLY_WRITE),
)
@once
def apply(request: HttpRequest, given: shapes.ApplicationGiven) -> HttpResponse:
    """
    Apply for a person or organisation that agreed to it. They are found by an identity number
    that the office saw (`is_organisation` says whose it is), or entered: who sends them has seen their card.

    Answers, documents and statements are checked as on the form's own pages. What is wrong comes back at once.
    """
    call, claimed = call_of(request), claim_of(request)
    application = services.apply(
        wanted=services.Wanted(
            service=given.service,
            kind=Kind(given.kind),
            applicant=services.Applicant(**given.applicant.model_dump()),
            answers=given.answers,
            documents=given.documents,
            statements=given.statements,
            consent_how=given.consent,
            reference=given.reference,
            previous_permit=given.previous_permit,
        ),
        client=call.client,
        draft_id=services.draft_id_of(call.client.pk, key_of(request)),
        again=claimed.again,
        language=current_language(),
        at=call.at,
    )
    return _sent(application, given.reference)


def _sent(application: Application, reference: str) -> HttpResponse:
    cases = [
        shapes.CaseLine.model_validate(
            {
                "number": file.case.number,
                "service": file.definition.code,
                "title": file.definition.title_in(current_language()),
                "state": file.case.state,
                "promised_at": file.case.promise.due_at,
                "address": f"/api/v1/cases/{file.case.number}",
            }
        )
        for file in files_of(application)
    ]
    return reply(
        shapes.ApplicationShape(
            tracking_code=application.tracking_code,
            submitted_at=application.submitted_at,
            reference=reference,
            cases=cases,
        ),
        status=201,
        headers={"Location": cases[0].address},
    )
