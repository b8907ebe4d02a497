"""The public register: permits in force, searchable. Holders stand there as in the public check: persons masked."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlencode
from uuid import UUID

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from satupintu.catalogue.queries import list_services
from satupintu.lib import clock
from satupintu.lib.language import current_language
from satupintu.office.queries import profile, regions
from satupintu.office.services import allow
from satupintu.people.access import HOUR, counted_address, public
from satupintu.people.rules import masked_name
from satupintu.permits import queries
from satupintu.permits.queries import REGISTER_PAGE, Permit, RegisterFilter

LONGEST_TEXT = 80
# From one address: plenty for a telephone carrier's many readers, too few to copy or to guess whole names by.
PAGES_AN_HOUR = 300
DISTRICT_LENGTH = 8  # 61.03.01


@dataclass(frozen=True, slots=True)
class Row:
    permit: Permit
    title: str
    holder: str  # masked like in the public check
    district: str


@dataclass(frozen=True, slots=True)
class Page:
    next_url: str = ""
    prev_url: str = ""


def _may_read(address: str, at: datetime) -> bool:
    """Count a page for an address and say if it may be shown; while the database cannot count, it may."""
    try:
        return allow("register", address, limit=PAGES_AN_HOUR, window_seconds=HOUR, at=at)
    except OperationalError:
        return True


@public
@never_cache
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """
    Show permits in force, newest first, and before them those suspended.

    Five queries, however many there are; with a text as `queries.register` and `queries.suspended` say.
    """
    at = clock.now()
    if not _may_read(counted_address(request), at):
        return render(
            request,
            "permits/public/register.html",
            {"too_often": True, "wanted": RegisterFilter(), "today": at},
            status=HTTPStatus.TOO_MANY_REQUESTS,
        )
    today = timezone.localdate(clock.now())
    titles = {one.code: one.title_in(current_language()) for one in list_services(today)}
    districts = {one.code: one.name for one in regions(profile().region_code)}
    wanted = RegisterFilter(
        text=request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_TEXT],
        service_code=_known(request.GET.get("layanan", ""), titles),
        district=_known(request.GET.get("kecamatan", ""), districts),
    )
    before = _read_place(request.GET.get("sesudah", ""))
    found = queries.register(wanted, today, before)
    suspended = [] if before else queries.suspended(wanted, today)
    rows = [
        Row(
            one,
            titles.get(one.service_code, one.title),
            masked_name(one.holder, is_organisation=one.party.is_organisation),
            districts.get(one.region[:DISTRICT_LENGTH], ""),
        )
        for one in (*suspended, *found[:REGISTER_PAGE])
    ]
    context = {
        "rows": rows,
        "wanted": wanted,
        "titles": sorted(titles.items(), key=lambda pair: pair[1]),
        "districts": sorted(districts.items(), key=lambda pair: pair[1]),
        "page": Page(next_url=_next_url(wanted, found)),
        "first_url": _url(wanted) if before else "",
        "narrowed": bool(wanted.text or wanted.service_code or wanted.district),
        "today": today,
    }
    return render(request, "permits/public/register.html", context)


def _known(value: str, values: dict[str, str]) -> str:
    return value if value in values else ""


def _next_url(wanted: RegisterFilter, found: list[Permit]) -> str:
    if len(found) <= REGISTER_PAGE:
        return ""
    last = found[REGISTER_PAGE - 1]
    return _url(wanted, sesudah=f"{last.issued_at.isoformat()}_{last.pk}")


def _url(wanted: RegisterFilter, **more: str) -> str:
    given = {"q": wanted.text, "layanan": wanted.service_code, "kecamatan": wanted.district, **more}
    text = urlencode({key: value for key, value in given.items() if value})
    return reverse("permits:register") + (f"?{text}" if text else "")


def _read_place(text: str) -> tuple[datetime, UUID] | None:
    """Return where the last page ended; None for the first page and for what nobody could have been given."""
    moment, _sign, key = text.rpartition("_")
    try:
        found = datetime.fromisoformat(moment), UUID(key)
    except ValueError:
        return None
    return found if found[0].tzinfo else None
