"""The dispatch book (buku ekspedisi) of a month, on screen and for print; and its lines about one number."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from satupintu.lib import clock
from satupintu.lib.days import month_after, month_before, month_end, read_month
from satupintu.office.queries import local_date
from satupintu.people.access import staff
from satupintu.people.rules import Role
from satupintu.permits import rules
from satupintu.permits.queries import DISPATCHES, Dispatch, dispatched, dispatched_as
from satupintu.permits.registration import for_ink, letter_names
from satupintu.workflow.queries import page_of

LONGEST = 60


@dataclass(frozen=True, slots=True)
class BookLine:
    """A line of the book as the page shows it: `letter` with its number, `page` of its case."""

    line: Dispatch
    letter: str
    page: str
    how: Any


@staff(Role.FRONT_OFFICE, Role.VERIFIER, Role.SECTION_HEAD, Role.HEAD, Role.AUDITOR)
@require_safe
def book(request: HttpRequest) -> HttpResponse:
    """
    Show the lines of one month, this one unless ?bulan=2026-11 says another; and what waits for ink.

    ?cari= shows the lines with a number of the book, or about a case with that number, of any month.
    """
    first = read_month(request.GET.get("bulan", "")) or local_date(clock.now()).replace(day=1)
    asked = request.GET.get("cari", "").replace("\x00", "")[:LONGEST].strip()
    lines = dispatched_as(asked) if asked else dispatched(first, month_end(first))
    context = {
        "month": first,
        "asked": asked,
        "lines": book_lines(lines),
        "for_ink": for_ink(),
        "before": f"{month_before(first):%Y-%m}",
        "after": f"{month_after(first):%Y-%m}",
        "more": len(lines) == DISPATCHES,
    }
    return render(request, "permits/officer/book.html", context)


def book_lines(lines: Sequence[Dispatch]) -> list[BookLine]:
    """Return lines as the page shows them. One query for each kind of case among them."""
    names = letter_names([(one.case.kind, one.letter_id) for one in lines])
    return [
        BookLine(one, names.get(one.letter_id, ""), page_of(one.case), rules.SENT_HOW[one.how])
        for one in lines
    ]
