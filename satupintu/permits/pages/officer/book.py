"""The dispatch book (buku ekspedisi) of a month, on screen and for print."""

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from satupintu.lib import clock
from satupintu.people.access import staff
from satupintu.people.rules import Role
from satupintu.permits import rules
from satupintu.permits.queries import DISPATCHES, dispatched


@staff(Role.FRONT_OFFICE, Role.VERIFIER, Role.SECTION_HEAD, Role.HEAD, Role.AUDITOR)
@require_safe
def book(request: HttpRequest) -> HttpResponse:
    """Show the lines of one month, this one unless ?bulan=2026-11 says another. One query."""
    first = _month(request.GET.get("bulan", ""))
    last = _next(first) - timedelta(days=1)
    lines = dispatched(first, last)
    context = {
        "month": first,
        "lines": [
            (one, rules.LETTER_LABELS[rules.LetterKind(one.letter.kind)], rules.SENT_HOW[one.how])
            for one in lines
        ],
        "before": f"{first - timedelta(days=1):%Y-%m}",
        "after": f"{_next(first):%Y-%m}",
        "more": len(lines) == DISPATCHES,
    }
    return render(request, "permits/officer/book.html", context)


def _month(text: str) -> date:
    """Return the first day of the month that is asked for; of this month when it cannot be read."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return timezone.localdate(clock.now()).replace(day=1)


def _next(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)
