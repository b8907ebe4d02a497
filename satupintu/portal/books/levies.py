"""The list of a month's money (rekonsiliasi retribusi) on screen, on paper and as XLSX. It names nobody."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from satupintu.fees import reconciliation
from satupintu.fees.reconciliation import Month, Row
from satupintu.lib import clock, words
from satupintu.lib.days import month_after, month_before, read_month
from satupintu.lib.language import current_language
from satupintu.lib.sheets import Cell
from satupintu.office.queries import local_date, profile
from satupintu.people.access import staff
from satupintu.people.queries import actor_for
from satupintu.people.rules import Role
from satupintu.portal.books import layout
from satupintu.portal.books.pages import as_file

MOST_PRINTED = 2000  # rows of one kind; a sheet holds as many as there are
MOST_ON_SHEET = 100_000
CASHIERS = frozenset({Role.FRONT_OFFICE, Role.VERIFIER, Role.SECTION_HEAD})


@staff(Role.FRONT_OFFICE, Role.VERIFIER, Role.SECTION_HEAD, Role.HEAD, Role.AUDITOR)
@require_safe
def levies(request: HttpRequest) -> HttpResponseBase:
    """Show a month's money: `bulan` is "2026-11", `sebagai` "xlsx" or "cetak"."""
    at, language = clock.now(), current_language()
    today = local_date(at)
    first = read_month(request.GET.get("bulan", "")) or today.replace(day=1)
    as_what = request.GET.get("sebagai", "")
    title = _("Rekonsiliasi retribusi, %(month)s") % {"month": words.month_year(first, language)}
    heading = [profile().name, title]
    if as_what == "xlsx":
        found = reconciliation.month(first, MOST_ON_SHEET)
        return as_file(
            f"retribusi-{first:%Y-%m}.xlsx",
            name=f"retribusi {first:%Y-%m}",
            heading=heading,
            columns=layout.LEVIES,
            rows=[layout.in_order(one, layout.LEVIES) for one in _lines(found, language)],
            total=_total(found),
        )
    here = reverse("portal:levies")
    if as_what == "cetak":
        found = reconciliation.month(first, MOST_PRINTED)
        lines = [layout.in_order(one, layout.LEVIES) for one in _lines(found, language)]
        return render(
            request,
            "portal/books/print.html",
            {
                "heading": heading,
                "columns": layout.LEVIES,
                "lines": [*lines, _total(found)] if lines else [],
                "cut": found.cut,
                "back": f"{here}?{_marks(first)}",
                "printed_at": at,
            },
        )
    found = reconciliation.month(first)
    return render(
        request, "portal/books/levies.html", _page(request, found, title, language, today)
    )


def _page(
    request: HttpRequest, found: Month, title: str, language: str, today: date
) -> dict[str, Any]:
    first = found.month
    return {
        "title": title,
        "found": found,
        "columns": layout.LEVIES,
        "rows": [layout.in_order(one, layout.LEVIES) for one in _lines(found, language)],
        "whole": _total(found),
        "months": [
            {"day": one, "url": f"?{_marks(one)}"}
            for one in (month_before(first), month_after(first))
            if one <= today  # a month that has not come has no money
        ],
        "print_url": f"?{_marks(first, sebagai='cetak')}",
        "sheet_url": f"?{_marks(first, sebagai='xlsx')}",
        "may_send": bool(actor_for(request).roles & CASHIERS),
    }


def _marks(first: date, **more: str) -> str:
    return urlencode({"bulan": f"{first:%Y-%m}", **more})


def _lines(found: Month, language: str) -> Iterator[dict[str, Cell]]:
    """Yield the lines of a month by their days: set, paid, given back."""
    kinds = (
        (_("Ditetapkan (SKRD)"), "assessed", found.assessed),
        (_("Pembayaran"), "paid", found.paid),
        (_("Pengembalian"), "returned", found.returned),
    )
    lines = [
        (row.day or found.month, place, row, what, key)
        for place, (what, key, rows) in enumerate(kinds)
        for row in rows
    ]
    lines.sort(key=lambda line: line[:2])
    for no, (_day, _place, row, what, key) in enumerate(lines, start=1):
        yield {
            "no": no,
            "what": what,
            "day": row.day,
            "case": row.case,
            "paper": row.paper,
            key: row.amount_idr,
            "confirmed": row.amount_idr if row.confirmed else None,
            "statement": _stated(row),
            "remark": _remark(row, language),
        }


def _stated(row: Row) -> str:
    if row.bank is None:
        return ""
    if not row.bank:
        return _("tidak ditemukan")
    return _("%(file)s, baris %(n)s") % {"file": row.bank, "n": row.bank_row}


def _remark(row: Row, language: str) -> str:
    due = row.due_on and _("batas bayar %(day)s") % {"day": words.short_date(row.due_on, language)}
    return " · ".join(one for one in (row.state, row.note, due) if one)


def _total(found: Month) -> list[Cell]:
    sums = found.sums
    cells: dict[str, Cell] = {
        key: sums[key] for key in ("assessed", "paid", "confirmed", "returned")
    }
    cells |= {"what": _("Jumlah"), "statement": sums["stated"]}
    return layout.in_order(cells, layout.LEVIES)
