"""Who looked at masked data: for the auditor and the head."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from satupintu.lib.language import current_language
from satupintu.people.access import staff
from satupintu.people.queries import list_disclosures
from satupintu.people.rules import Role
from satupintu.permits.disclosures import looks_of
from satupintu.permits.pages.officer.lists import Pages

PAGE = 50
_LONGEST = 18  # digits of a row's id


@staff(Role.AUDITOR, Role.HEAD)
@require_safe
def looks(request: HttpRequest) -> HttpResponse:
    """List every look at masked data, newest first: who, at what, of whom, when."""
    text = request.GET.get("sebelum", "")
    before = int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST else None
    rows = list_disclosures(before=before, size=PAGE)
    following = "?" + urlencode({"sebelum": rows[PAGE - 1].pk}) if len(rows) > PAGE else ""
    return render(
        request,
        "permits/officer/looks.html",
        {
            "looks": looks_of(rows[:PAGE], current_language()),
            "page": Pages(following, reverse("permits:looks") if before else ""),
        },
    )
