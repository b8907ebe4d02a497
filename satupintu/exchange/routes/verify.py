"""Is a permit genuine: by its code, by number and code, by the file. The answers of the public page."""

from typing import Annotated

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import File, Router
from ninja.files import UploadedFile
from pydantic import Field as Bounds

from satupintu.exchange import shapes
from satupintu.exchange.door import Token, call_of, reply, too_often
from satupintu.exchange.once import once
from satupintu.exchange.problems import Problem
from satupintu.exchange.rules import Scope
from satupintu.office.services import allow
from satupintu.people.access import HOUR
from satupintu.permits import queries
from satupintu.permits.verification import (
    Answer,
    answer_about,
    answer_file,
    examine,
    read_check_code,
    same_number,
    unknown,
)

router = Router(tags=["verify"])
UNKNOWN_AN_HOUR = 240  # of one client: 50 bits cannot be guessed at this pace
FILES_AN_HOUR = 120  # each takes seconds of a processor


@router.get(
    "/verify/{code}",
    response=shapes.Verdict,
    url_name="verify",
    operation_id="verify_code",
    auth=Token(Scope.VERIFY_READ),
)
def by_code(
    request: HttpRequest,
    code: str,
    number: Annotated[
        str, Bounds(max_length=120, description="When given, number and code must fit")
    ] = "",
) -> HttpResponse:
    """Say whether a permit is genuine and in force, by the code beside its QR. An unknown code is an answer, too."""
    call = call_of(request)
    read = read_check_code(code[:40])
    permit = queries.find_permit(code=read) if read else None
    if permit and number and not same_number(permit.number, number):
        permit = None
    if permit is not None:
        return reply(_shape(answer_about(permit, call.today, call.at)))
    if not allow(
        "api-check", str(call.client.pk), limit=UNKNOWN_AN_HOUR, window_seconds=HOUR, at=call.at
    ):
        raise too_often(call.at, HOUR)
    return reply(_shape(unknown(call.at)))


def _shape(answer: Answer) -> shapes.Verdict:
    permit = answer.permit
    return shapes.Verdict.model_validate(
        {
            "verdict": answer.key,
            "word": str(answer.verdict.word),
            "text": str(answer.text),
            "changes": [str(one) for one in answer.changes],
            "checked_at": answer.at,
            "permit": None
            if permit is None
            else {
                "number": permit.number,
                "title": answer.title,
                "holder": answer.holder,
                "issued_at": permit.issued_at,
                "valid_from": permit.valid_from,
                "valid_until": permit.valid_until,
                "signature": str(answer.level),
                "facts": [(str(label), str(value)) for label, value in answer.facts],
                "successor": answer.successor.number if answer.successor else None,
                "demo": permit.is_demo,
            },
        }
    )


@router.post(
    "/verifications",
    response=shapes.Verdict,
    url_name="verifications",
    operation_id="verify_file",
    auth=Token(Scope.VERIFY_READ),
)
@once
def by_file(request: HttpRequest, file: File[UploadedFile]) -> HttpResponse:
    """Say whether a PDF file is a permit or letter of ours, byte for byte, and what was changed. It is not kept."""
    call = call_of(request)
    if (file.size or 0) > settings.UPLOAD_MAX_MB * 1024 * 1024:
        raise Problem("too-large")
    if not allow(
        "api-check-file", str(call.client.pk), limit=FILES_AN_HOUR, window_seconds=HOUR, at=call.at
    ):
        raise too_often(call.at, HOUR)
    return reply(_shape(answer_file(examine(file.read()), call.at)))
