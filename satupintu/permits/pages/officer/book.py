"""The dispatch book (buku ekspedisi) of a month, on screen and for print."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from satupintu.lib import clock
from satupintu.lib.days import month_after, month_before, month_end, read_month
from satupintu.office.queries import local_date
from satupintu.people.access import staff
from satupintu.people.rules import Role
from satupintu.permits import rules
from satupintu.permits.queries import DISPATCHES, dispatched
from satupintu.permits.registration import for_ink


@staff(Role.FRONT_OFFICE, Role.VERIFIER, Role.SECTION_HEAD, Role.HEAD, Role.AUDITOR)
@require_safe
def book(request: HttpRequest) -> HttpResponse:
    """Show the lines of one month, this one unless ?bulan=2026-11 says another; and what waits for ink."""
    first = read_month(request.GET.get("bulan", "")) or local_date(clock.now()).replace(day=1)
    lines = dispatched(first, month_end(first))
    context = {
        "month": first,
        "lines": [
            (one, rules.LETTER_LABELS[rules.LetterKind(one.letter.kind)], rules.SENT_HOW[one.how])
            for one in lines
        ],
        "for_ink": for_ink(),
        "before": f"{month_before(first):%Y-%m}",
        "after": f"{month_after(first):%Y-%m}",
        "more": len(lines) == DISPATCHES,
    }
    return render(request, "permits/officer/book.html", context)
