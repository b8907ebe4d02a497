"""Keeping, renaming and deleting filters; and what a list shows of them."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from satupintu.lib import clock
from satupintu.people import rules, services
from satupintu.people.access import staff
from satupintu.people.queries import actor_for
from satupintu.people.rules import CASE_ROLES, Role
from satupintu.people.services import FilterRefused

KEEPERS = (*sorted(CASE_ROLES), Role.AUDITOR)  # who reads the lists


def _back(page: str, query: str = "") -> HttpResponseRedirect:
    # Every keeper may open the list of cases.
    known = rules.FILTER_PAGES.get(page, rules.FILTER_PAGES["cases"])
    return HttpResponseRedirect(known.address + (f"?{query}" if query else ""))


def _changed(
    request: HttpRequest, change: Callable[..., str], said: str, **given: Any
) -> HttpResponse:
    """Change a filter and go back to its list, or to the one it was sent from."""
    page = request.POST.get("halaman", "")
    try:
        page = change(by=actor_for(request), at=clock.now(), **given)
    except FilterRefused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, said)
    return _back(page)


@staff(*KEEPERS)
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep the filter that a list shows."""
    page = request.POST.get("halaman", "")
    given = dict(parse_qsl(request.POST.get("saringan", "")[:1000]))
    query = rules.filter_query(page, given) if page in rules.FILTER_PAGES else ""
    try:
        row = services.keep_filter(
            page=page,
            given=given,
            name=request.POST.get("nama", ""),
            shared=request.POST.get("bagikan") == "1",
            by=actor_for(request),
            at=clock.now(),
        )
    except FilterRefused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Saringan “%(name)s” tersimpan.") % {"name": row.name})
    return _back(page, query)


@staff(*KEEPERS)
@require_POST
def rename(request: HttpRequest, filter_id: UUID) -> HttpResponse:
    """Give a filter another name."""
    name = request.POST.get("nama", "")
    return _changed(
        request, services.rename_filter, _("Nama saringan diganti."), filter_id=filter_id, name=name
    )


@staff(*KEEPERS)
@require_POST
def drop(request: HttpRequest, filter_id: UUID) -> HttpResponse:
    """Delete a filter."""
    return _changed(request, services.drop_filter, _("Saringan dihapus."), filter_id=filter_id)
