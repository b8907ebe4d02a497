"""Lists for officers: cases by state, permits drawn for a second look."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from satupintu.catalogue.queries import latest_definitions
from satupintu.lib.language import current_language
from satupintu.people.access import staff
from satupintu.people.queries import actor_for, list_units, saved_filters
from satupintu.people.rules import Role
from satupintu.permits import queries, rules
from satupintu.permits.imported import CHANNEL as IMPORTED
from satupintu.permits.pages.officer.desk import reads_cases
from satupintu.permits.pages.officer.paths import SLUGS
from satupintu.permits.queries import SearchFilter
from satupintu.workflow.queries import Case, Cursor, cases_in, page_of, title_of


@dataclass(frozen=True, slots=True)
class Row:
    number: str
    url: str
    service: str
    party: str
    state: object
    opened_at: datetime
    imported: bool = False  # came in from an older register


def rows_of(cases: list[Case]) -> list[Row]:
    """Return cases as a table shows them. No query."""
    return [
        Row(
            number=case.number,
            url=page_of(case),
            service=title_of(case, current_language()),
            party=case.party.name if case.party else "",
            state=rules.STATUSES[case.state],
            opened_at=case.opened_at,
            imported=case.channel == IMPORTED,
        )
        for case in cases
    ]


@dataclass(frozen=True, slots=True)
class Pages:
    next_url: str = ""
    prev_url: str = ""


def search_context(wanted: SearchFilter | None = None, text: str = "") -> dict[str, Any]:
    """Return what the form of the search shows: what was typed and what can narrow it. One query."""
    titles = {code: one.title_in(current_language()) for code, one in latest_definitions().items()}
    units = [(one.code, one.name) for one in list_units() if one.active]
    return {
        "typed": text,
        "wanted": wanted or SearchFilter(),
        "offered": sorted(titles.items(), key=lambda pair: pair[1]),
        "units": sorted(units, key=lambda pair: pair[1]),
    }


@reads_cases
@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """List cases, newest first, perhaps of one state, by keyset."""
    state = request.GET.get("keadaan", "")
    state = state if state in rules.STATUSES else ""
    after = Cursor.from_text(request.GET.get("sesudah", ""))
    found = cases_in(actor_for(request), [state] if state else [], after, kind=rules.KIND_PERMIT)
    shown, more = found[: queries.CASES_PAGE], len(found) > queries.CASES_PAGE
    following = ""
    if more:
        last = shown[-1]
        marks = {"keadaan": state, "sesudah": Cursor(last.opened_at, last.pk).to_text()}
        following = "?" + urlencode({key: value for key, value in marks.items() if value})
    return render(
        request,
        "permits/officer/cases.html",
        search_context()
        | {
            "rows": rows_of(shown),
            "page": Pages(following, "?" + urlencode({"keadaan": state}) if after else ""),
            "chosen": state,
            "saved": saved_filters(actor_for(request), "cases", request.GET.dict()),
            "states": [(key, status.label) for key, status in rules.STATUSES.items()],
        },
    )


@staff(*sorted(rules.REVIEWERS), Role.AUDITOR)
@require_safe
def to_review(request: HttpRequest) -> HttpResponse:
    """List the permits drawn for a second look: those nobody has reviewed, oldest first; or what was found."""
    done = request.GET.get("selesai") == "1"
    cursor = Cursor.from_text(request.GET.get("sesudah", ""))
    before: tuple[datetime, Any] | None = (cursor.due_at, cursor.task_id) if cursor else None
    found = queries.list_reviewed() if done else queries.list_to_review(before=before)
    shown = found[: queries.CASES_PAGE]
    following = ""
    if not done and len(found) > queries.CASES_PAGE:
        last = shown[-1]
        mark = Cursor(last.issued_at.astimezone(UTC), last.pk).to_text()
        following = "?" + urlencode({"sesudah": mark})
    return render(
        request,
        "permits/officer/to_review.html",
        {
            "permits": [(permit, rules.REVIEW_LABELS.get(permit.review, "")) for permit in shown],
            "done": done,
            "page": Pages(following, reverse("permits:to_review") if cursor else ""),
            "may_review": bool(actor_for(request).roles & rules.REVIEWERS),
            "slug": SLUGS["review"],
        },
    )
