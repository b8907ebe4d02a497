"""Files that a client sends ahead of an application: the checks and the sentences of the form's own page."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import File, Form, Router
from ninja.files import UploadedFile

from satupintu.catalogue.queries import ServiceNotOffered, get_offer
from satupintu.documents.rules import Trouble
from satupintu.documents.services import UploadRefused
from satupintu.exchange import services, shapes
from satupintu.exchange.door import Token, call_of, reply
from satupintu.exchange.once import once
from satupintu.exchange.problems import Problem, pointer
from satupintu.exchange.rules import Scope
from satupintu.exchange.services.uploads import UNUSED_DAYS

router = Router(tags=["applications"])


@router.post(
    "/uploads",
    response={201: shapes.UploadShape},
    url_name="uploads",
    operation_id="upload",
    auth=Token(Scope.DOCUMENTS_WRITE),
)
@once
def upload(
    request: HttpRequest,
    given: Form[shapes.UploadGiven],
    file: File[UploadedFile],
) -> HttpResponse:
    """Send a file for a requirement of a service. Its id goes into an application within seven days."""
    call = call_of(request)
    try:
        offer = get_offer(given.service, call.today)
    except ServiceNotOffered as error:
        raise _wrong("service", _("Layanan ini tidak ditawarkan.")) from error
    asked = {one.key: one for one in offer.definition.requirements}
    if given.requirement not in asked:
        raise _wrong("requirement", _("Layanan ini tidak meminta syarat itu."))
    try:
        document = services.take_upload(
            upload=file,
            client_id=call.client.pk,
            service_code=offer.code,
            requirement=asked[given.requirement],
            by=call.sender(),
            at=call.at,
        )
    except UploadRefused as error:
        if error.trouble is Trouble.NO_SPACE:
            raise  # not the file's fault: 507, and the same key may be used again
        found = [{"pointer": pointer("file"), "detail": error.message}]
        raise Problem("upload-refused", error.message, found) from error
    return reply(
        shapes.UploadShape(
            id=document.pk,
            service=offer.code,
            requirement=given.requirement,
            name=document.name,
            media_type=document.file.media_type,
            size=document.file.size,
            use_until=timezone.localdate(call.at) + timedelta(days=UNUSED_DAYS),
        ),
        status=201,
    )


def _wrong(place: str, text: str) -> Problem:
    return Problem("invalid", errors=[{"pointer": pointer(place), "detail": text}])
