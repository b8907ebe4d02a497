"""
The books of the office on screen, on paper and as XLSX: applications, permits, and the monthly recap.

Screens hold no address. The printed book and the sheet do, as the register asks; they are made by a post, which is
recorded among the looks at personal data. Who does not work on cases reads persons masked, and no address.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from tempfile import TemporaryFile
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from satupintu.catalogue.queries import titles_in
from satupintu.lib import clock, words
from satupintu.lib.days import begins, ends, latest_months, month_before, month_end
from satupintu.lib.language import current_language
from satupintu.lib.sheets import XLSX, Cell, SheetColumn, write_sheet
from satupintu.office.queries import local_date, profile, regions
from satupintu.people.access import View, staff
from satupintu.people.queries import actor_for
from satupintu.people.rules import Role
from satupintu.people.services import record_disclosure
from satupintu.permits import queries, rules
from satupintu.permits.queries import BOOK_PAGE, Entry, Period
from satupintu.portal.books import layout
from satupintu.portal.books.layout import Column
from satupintu.portal.levies import fees_by_service
from satupintu.portal.summary import asked_month
from satupintu.quality.queries import ServiceRecap, recap_of
from satupintu.quality.rules import total
from satupintu.web.methods import require_safe_or_post
from satupintu.workflow.queries import Cursor

LONGEST_DAYS = 366
MOST_PRINTED = 2000  # lines; more belong on a sheet, or in a shorter period
MONTHS_SHOWN = 12
_LAST_NUMBER = 7  # digits of the number with which a page begins

# Who reads the books; of them, who works on the office's cases or checks it reads persons whole.
READERS = (
    Role.FRONT_OFFICE, Role.VERIFIER, Role.SECTION_HEAD, Role.HEAD, Role.SERVICE_ADMIN, Role.AUDITOR, Role.LEADER,
)  # fmt: skip
PERSONAL = frozenset(READERS) - {Role.SERVICE_ADMIN, Role.LEADER}
ENDED = frozenset(
    {state for state, status in rules.STATUSES.items() if status.closed} | {rules.State.ISSUED}
)
RUNNING = [state for state in rules.STATUSES if state not in ENDED]


def reads_books(view: View) -> View:
    """Let in who reads the books of the office."""
    return staff(*READERS)(view)


@dataclass(frozen=True, slots=True)
class Book:
    """One book: its name in addresses, titles, columns, how its lines are read and what stands in them."""

    key: str
    title: Any
    route: str
    columns: tuple[Column, ...]
    read: Callable[..., list[Entry]]
    cells: Callable[..., dict[str, Cell]]
    place: str  # of Entry: where the next page begins

    @property
    def screen(self) -> tuple[Column, ...]:
        return tuple(one for one in self.columns if not one.paper_only)


APPLICATIONS = Book(
    "permohonan",
    gettext_lazy("Buku register permohonan"),
    "portal:books",
    layout.APPLICATIONS,
    queries.list_registered,
    layout.cells_of,
    "place",
)
PERMITS = Book(
    "izin",
    gettext_lazy("Buku register izin terbit"),
    "portal:book_permits",
    layout.PERMITS,
    queries.list_permits_issued,
    layout.permit_cells,
    "permit_place",
)
TABS = (
    (gettext_lazy("Permohonan"), "portal:books"),
    (gettext_lazy("Izin terbit"), "portal:book_permits"),
    (gettext_lazy("Rekap bulanan"), "portal:recap"),
)


class PeriodForm(forms.Form):
    """From which day to which, both inclusive, and of which service."""

    dari = forms.DateField(
        label=gettext_lazy("Dari tanggal"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    sampai = forms.DateField(
        label=gettext_lazy("Sampai tanggal"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    layanan = forms.ChoiceField(label=gettext_lazy("Layanan"), required=False)

    def __init__(self, *args: Any, titles: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = sorted(titles.items(), key=lambda pair: pair[1])
        field = self.fields["layanan"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Semua layanan")), *listed]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = given.get("dari"), given.get("sampai")
        if first and last and first > last:
            self.add_error("sampai", _("Pilih tanggal yang tidak lebih awal dari tanggal pertama."))
        elif first and last and (last - first).days >= LONGEST_DAYS:
            self.add_error("sampai", _("Pilih paling lama satu tahun."))
        return given


@dataclass(frozen=True, slots=True)
class Chosen:
    """The period that is shown, as days, and the service ("": all)."""

    first: date
    last: date
    service: str

    @property
    def period(self) -> Period:
        return Period(begins(self.first), ends(self.last), self.service)

    def marks(self, **more: str) -> str:
        given = {"dari": self.first.isoformat(), "sampai": self.last.isoformat()}
        given |= {"layanan": self.service} if self.service else {}
        return urlencode(given | more)


@reads_books
@require_safe_or_post
def books(request: HttpRequest) -> HttpResponseBase:
    """Show the book of applications; a post prints it or gives it as a sheet."""
    return _book(request, APPLICATIONS)


@reads_books
@require_safe_or_post
def book_permits(request: HttpRequest) -> HttpResponseBase:
    """Show the book of permits issued; a post prints it or gives it as a sheet."""
    return _book(request, PERMITS)


def _book(request: HttpRequest, book: Book) -> HttpResponseBase:
    at = clock.now()
    today, language = local_date(at), current_language()
    titles = titles_in(language)
    given = request.POST if request.method == "POST" else request.GET
    asked = given if "dari" in given or "sampai" in given else None
    initial = {"dari": today.replace(day=1), "sampai": today}
    form = PeriodForm(asked, titles=titles, initial=initial)
    chosen = Chosen(today.replace(day=1), today, "")
    if asked is not None and form.is_valid():
        chosen = Chosen(
            form.cleaned_data["dari"], form.cleaned_data["sampai"], form.cleaned_data["layanan"]
        )
    actor = actor_for(request)
    setting = layout.Setting(
        language,
        {one.code: one.name for one in regions(profile().region_code)},
        bool(actor.roles & PERSONAL),
        today,
    )
    refused = ""
    if request.method == "POST" and not form.errors:
        as_what = "xlsx" if given.get("sebagai") == "xlsx" else "print"
        too_long = (
            as_what == "print"
            and queries.count_to(book.read, chosen.period, MOST_PRINTED + 1) > MOST_PRINTED
        )
        if not too_long:
            if setting.personal:
                subject = f"book {book.key} {chosen.first} {chosen.last} {as_what} register"
                record_disclosure(by=actor, party_id=None, subject=subject, at=at)
            give = _sheet if as_what == "xlsx" else _printed
            on_paper = replace(setting, addresses=setting.personal)
            return give(request, book, chosen, on_paper, titles)
        refused = _(
            "Lebih dari %(most)s baris: pilih masa yang lebih pendek untuk dicetak, atau unduh XLSX."
        ) % {"most": words.number(MOST_PRINTED, language)}
    return render(
        request,
        "portal/books/book.html",
        _page(request, book, chosen, setting) | {"form": form, "refused": refused},
    )


def _page(
    request: HttpRequest, book: Book, chosen: Chosen, setting: layout.Setting
) -> dict[str, Any]:
    """Return a page of a book: its lines, numbered on from the page before."""
    cursor = Cursor.from_text(request.GET.get("sesudah", ""))
    text = request.GET.get("no", "")
    known = cursor and text.isascii() and text.isdigit() and len(text) <= _LAST_NUMBER
    before = int(text) if known else 0
    after = (cursor.due_at, cursor.task_id) if cursor else None
    found = book.read(chosen.period, after, personal=False)
    shown = found[:BOOK_PAGE]
    following = ""
    if len(found) > BOOK_PAGE:
        mark = Cursor(*getattr(shown[-1], book.place)).to_text()
        following = "?" + chosen.marks(sesudah=mark, no=str(before + len(shown)))
    return {
        "book": book,
        "tabs": _tabs(book.route, chosen),
        "columns": book.screen,
        "rows": [
            (entry.case.number, layout.in_order(book.cells(no, entry, setting), book.screen))
            for no, entry in enumerate(shown, start=before + 1)
        ],
        "chosen": chosen,
        "personal": setting.personal,
        "page": {"next_url": following, "prev_url": "?" + chosen.marks() if cursor else ""},
        "months": _months(setting.today, chosen),
    }


def _tabs(route: str, chosen: Chosen | None = None) -> list[dict[str, Any]]:
    marks = f"?{chosen.marks()}" if chosen else ""
    return [
        {
            "label": label,
            "url": reverse(name) + (marks if name != "portal:recap" else ""),
            "on": name == route,
        }
        for label, name in TABS
    ]


def _months(today: date, chosen: Chosen) -> list[dict[str, Any]]:
    """Return this month and the one before, each one press away."""
    earlier = month_before(today)
    spans = (
        (_("Bulan ini"), Chosen(today.replace(day=1), today, chosen.service)),
        (_("Bulan lalu"), Chosen(earlier, month_end(earlier), chosen.service)),
    )
    return [
        {"label": label, "url": "?" + span.marks(), "on": span == chosen} for label, span in spans
    ]


def _lines(book: Book, chosen: Chosen, setting: layout.Setting) -> Iterator[list[Cell]]:
    entries = queries.whole_book(book.read, chosen.period, personal=setting.addresses)
    for no, entry in enumerate(entries, start=1):
        yield layout.in_order(book.cells(no, entry, setting), book.columns)


def _heading(title: str, chosen: Chosen, titles: dict[str, str], language: str) -> list[str]:
    first, last = (words.plain_date(one, language) for one in (chosen.first, chosen.last))
    lines = [
        profile().name,
        title,
        _("Masa: %(first)s sampai %(last)s") % {"first": first, "last": last},
    ]
    if chosen.service:
        lines.append(_("Layanan: %(name)s") % {"name": titles.get(chosen.service, chosen.service)})
    return lines


def _printed(
    request: HttpRequest,
    book: Book,
    chosen: Chosen,
    setting: layout.Setting,
    titles: dict[str, str],
) -> HttpResponse:
    answer = render(
        request,
        "portal/books/print.html",
        {
            "heading": _heading(str(book.title), chosen, titles, setting.language),
            "columns": book.columns,
            "lines": list(_lines(book, chosen, setting)),
            "back": reverse(book.route) + "?" + chosen.marks(),
            "printed_at": clock.now(),
        },
    )
    answer["Cache-Control"] = "private, no-store"
    return answer


def _sheet(
    request: HttpRequest,  # noqa: ARG001  like _printed
    book: Book,
    chosen: Chosen,
    setting: layout.Setting,
    titles: dict[str, str],
) -> FileResponse:
    return as_file(
        f"register-{book.key}-{chosen.first}-{chosen.last}.xlsx",
        name=book.key,
        heading=_heading(str(book.title), chosen, titles, setting.language),
        columns=book.columns,
        rows=_lines(book, chosen, setting),
    )


def as_file(file_name: str, *, columns: tuple[Column, ...], **more: Any) -> FileResponse:
    """Return a sheet to download; `more` as lib.sheets.write_sheet."""
    out = TemporaryFile()  # noqa: SIM115  FileResponse closes it
    widths = [SheetColumn(str(one.label), one.width, one.decimals) for one in columns]
    write_sheet(out, columns=widths, **more)
    out.seek(0)
    answer = FileResponse(out, as_attachment=True, filename=file_name, content_type=XLSX)
    answer["Cache-Control"] = "private, no-store"
    return answer


# --- The recap -----------------------------------------------------------------------------------


def minutes_a_day() -> float:
    """Return how long the office is open on a working day, on average, in minutes; 0 when it never is."""
    spans = [
        (closes.hour * 60 + closes.minute) - (opens.hour * 60 + opens.minute)
        for opens, closes in profile().hours.values()
    ]
    return sum(spans) / len(spans) if spans else 0


@reads_books
@require_safe
def recap(request: HttpRequest) -> HttpResponseBase:
    """Show the recap of a month, or give it as a sheet. It names nobody."""
    at, language = clock.now(), current_language()
    today = local_date(at)
    last = asked_month(request.GET.get("bulan", ""), today)
    first = last.replace(day=1)
    titles = titles_in(language)
    found = recap_of(first, last, at=at, running=RUNNING)
    minutes = minutes_a_day()
    fees = fees_by_service(first, last, today)
    found += [
        ServiceRecap(code) for code in fees or () if code not in {one.service_code for one in found}
    ]
    found.sort(key=lambda one: titles.get(one.service_code, one.service_code))
    lines = [
        layout.recap_cells(
            no,
            one,
            titles.get(one.service_code, one.service_code),
            minutes,
            fees.get(one.service_code) if fees is not None else None,
        )
        for no, one in enumerate(found, start=1)
    ]
    sums = (
        sum(one for one, _paid in (fees or {}).values()),
        sum(one for _set, one in (fees or {}).values()),
    )
    whole = layout.recap_cells(None, total(found), _("Jumlah"), minutes, sums)
    columns = layout.RECAP if fees is None else (*layout.RECAP, layout.FEE_SET, layout.FEE_PAID)
    title = _("Rekapitulasi permohonan, %(month)s") % {"month": words.month_year(first, language)}
    if request.GET.get("sebagai") == "xlsx":
        return as_file(
            f"rekap-{first:%Y-%m}.xlsx",
            name=f"rekap {first:%Y-%m}",
            heading=[profile().name, title],
            columns=columns,
            rows=[layout.in_order(one, columns) for one in lines],
            total=layout.in_order(whole, columns),
        )
    return render(
        request,
        "portal/books/recap.html",
        {
            "title": title,
            "first": first,
            "last": last,
            "so_far": last == today,
            "tabs": _tabs("portal:recap"),
            "columns": columns,
            "rows": [layout.in_order(one, columns) for one in lines],
            "whole": layout.in_order(whole, columns),
            "sheet_url": f"?{urlencode({'bulan': f'{first:%Y-%m}', 'sebagai': 'xlsx'})}",
            "months": [
                {"day": month, "url": f"?bulan={month:%Y-%m}", "on": month == first}
                for month in latest_months(today, MONTHS_SHOWN)
            ],
            "hours": words.number(minutes / 60, language, 1),
        },
    )
