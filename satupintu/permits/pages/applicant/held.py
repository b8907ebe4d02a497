"""What the pages share that keep a post whose session has ended."""

from collections.abc import Mapping
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from satupintu.office.services import allow
from satupintu.people.access import client_address, sign_in_redirect
from satupintu.permits.pages.applicant.token import FIELD

HELD_AN_HOUR = 60  # posts without a session that are kept from one address


def may_hold(request: HttpRequest, at: datetime) -> bool:
    """Count a post to be kept; False when too many came from this address."""
    here = client_address(request)
    return allow("draft-held", here, limit=HELD_AN_HOUR, window_seconds=3600, at=at)


def fields_of(request: HttpRequest) -> dict[str, list[str]]:
    """Return what was typed, without the page's own tokens."""
    own = (FIELD, "csrfmiddlewaretoken")
    return {name: list(values) for name, values in request.POST.lists() if name not in own}


def posted_fields(fields: Mapping[str, list[str]]) -> QueryDict:
    """Return kept fields as a post, to fill the form they came from."""
    data = QueryDict(mutable=True)
    for name, values in fields.items():
        data.setlist(name, values)
    return data


def sent_to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """Answer a post that was put aside: to signing in, or that the page is somebody else's."""
    if request.headers.get("X-Autosave"):
        return HttpResponse(status=401)
    if request.user.is_authenticated:
        return render(request, "permits/applicant/other_person.html", status=403)
    messages.info(
        request, _("Sesi Anda sudah berakhir. Isian Anda disimpan; masuk lagi untuk melanjutkan.")
    )
    return sign_in_redirect(request)
