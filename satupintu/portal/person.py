"""One person's line through time: cases of every kind and their steps, and what was said on every channel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from satupintu.lib.language import current_language
from satupintu.messaging import threads
from satupintu.people.access import staff
from satupintu.people.queries import Party, actor_for
from satupintu.people.rules import Role, may_mend
from satupintu.workflow.queries import (
    Case,
    act_label,
    histories,
    page_of,
    status_of,
    title_of,
    visible_of_all_kinds,
)

READERS = (Role.FRONT_OFFICE, Role.VERIFIER, Role.SECTION_HEAD, Role.HEAD)
MOST_CASES = 50
MOST_ITEMS = 200


@dataclass(frozen=True, slots=True)
class Item:
    """One moment: a step of a case, a complaint, or something said."""

    at: datetime
    title: str
    note: str = ""
    url: str = ""
    line: threads.Line | None = None
    key: UUID | None = None  # of the row, where items are paged
    state: Any = None


def steps_of(cases: Sequence[Case], language: str) -> list[Item]:
    """Return the steps of cases, newest first; the caller has checked access. One query."""
    rows = histories([case.pk for case in cases])
    found = []
    with translation.override(language):
        for case in cases:
            about = f"{case.number}, {title_of(case, language)}"
            found += [
                Item(row.at, str(act_label(case, row)), about, page_of(case))
                for row in rows.get(case.pk, [])
            ]
    return sorted(found, key=lambda item: item.at, reverse=True)


@staff(*READERS)
@never_cache
@require_safe
def timeline(request: HttpRequest, party_id: UUID) -> HttpResponse:
    """Everything between a person and the office, newest first."""
    party = Party.objects.filter(pk=party_id).first()
    if party is None:
        raise Http404
    actor, language = actor_for(request), current_language()
    cases = list(
        Case.objects.filter(visible_of_all_kinds(actor), party=party)
        .select_related("service_version", "party")
        .order_by("-opened_at")[:MOST_CASES]
    )
    said = [
        Item(line.at, "", line=line) for line in threads.thread_of_party(party.pk, limit=MOST_ITEMS)
    ]
    items = sorted([*steps_of(cases, language), *said], key=lambda item: item.at, reverse=True)
    return render(
        request,
        "portal/person.html",
        {
            "party": party,
            "may_mend": party.erased_at is None and may_mend(actor, party.pk),
            "cases": [
                {
                    "case": case,
                    "title": title_of(case, language),
                    "url": page_of(case),
                    "state": status_of(case),
                }
                for case in cases
            ],
            "items": items[:MOST_ITEMS],
        },
    )
