"""
One case's line through time: its steps, what was said about it on every channel, what was asked and complained of.

Whoever looks sees what they may: complaints are only for officers who may read them (and never for whom they are
about), and their own for the applicant, who is not told the names of officers nor what they note among themselves.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from satupintu.desk import queries as complaints
from satupintu.desk.queries import Complaint, consultations
from satupintu.desk.queries.consultations import Consultation
from satupintu.desk.rules import STATUSES
from satupintu.desk.rules.consultations import CONSULTATION_STATUSES
from satupintu.lib.language import current_language
from satupintu.messaging import threads
from satupintu.people.access import signed_in, staff
from satupintu.people.queries import actor_for
from satupintu.people.rules import CASE_ROLES, Role
from satupintu.permits.registration import Beside
from satupintu.permits.rules import KIND_PERMIT
from satupintu.permits.timeline import DONE_TITLES
from satupintu.portal.person import READERS as READERS_OF_PERSONS
from satupintu.portal.person import Item
from satupintu.workflow.queries import (
    Case,
    Cursor,
    NotFound,
    Transition,
    act_label,
    get_case_for,
    history,
    page_of,
    title_of,
)
from satupintu.workflow.steps import note_of

PAGE = 40


def _case(request: HttpRequest, number: str) -> Case:
    """Return a permit's case that the person may see. Raises Http404 for missing and not theirs alike."""
    try:
        found = get_case_for(actor_for(request), number)
    except NotFound as error:
        raise Http404 from error
    if found.kind != KIND_PERMIT:
        raise Http404
    return found


def _office_step(case: Case, row: Transition) -> Item:
    who = _("Sistem") if row.role == Role.SYSTEM else row.actor_name
    note = " · ".join([who, *note_of(row)])
    return Item(row.at, str(act_label(case, row)), note, key=row.pk)


def _own_steps(rows: Sequence[Transition]) -> list[Item]:
    return [
        Item(row.at, str(DONE_TITLES[row.action][0]), key=row.pk)
        for row in rows
        if row.action in DONE_TITLES
    ]


def _complaint(one: Complaint, url: str) -> Item:
    about = complaints.category_words(one.category, current_language())
    title = _("Pengaduan %(number)s") % {"number": one.case.number}
    state = STATUSES[one.case.state]
    return Item(one.case.opened_at, title, about, url, key=one.pk, state=state)


def _consultation(one: Consultation, url: str) -> Item:
    about = consultations.topic_words(one.topic, current_language())
    title = _("Konsultasi %(number)s") % {"number": one.case.number}
    state = CONSULTATION_STATUSES[one.case.state]
    return Item(one.case.opened_at, title, about, url, key=one.pk, state=state)


def _is_after(item: Item, place: tuple[datetime, UUID] | None) -> bool:
    """Say whether an item stands after a place, newest first and at one moment by key: as lib.keyset.beyond."""
    if place is None or item.key is None:
        return True
    return item.at < place[0] or (item.at == place[0] and item.key > place[1])


def _page(
    request: HttpRequest,
    case: Case,
    known: list[Item],
    asked: Sequence[Consultation],
    *,
    own: bool,
) -> dict[str, Any]:
    """Return one page: what is `known` at once, and this page's messages, also of what was `asked`. Three queries."""
    after = Cursor.from_text(request.GET.get("sesudah", ""))
    place = after.place if after else None
    said = threads.thread_about(
        case.pk,
        conversations=[one.conversation_id for one in asked if one.conversation_id],
        after=place,
        limit=PAGE + 1,
        own=own,
    )
    items = [one for one in known if _is_after(one, place)]
    items += [Item(line.at, "", line=line, key=line.key) for line in said]
    items.sort(key=lambda one: str(one.key))
    items.sort(key=lambda one: one.at, reverse=True)
    shown, following = items[:PAGE], ""
    if len(items) > PAGE and (key := shown[-1].key):
        following = f"?sesudah={Cursor(shown[-1].at, key).to_text()}"
    return {
        "case": case,
        "title": title_of(case, current_language()),
        "items": shown,
        "page": {"next_url": following, "prev_url": ""},
        "first": place is None,
    }


@staff(*sorted(CASE_ROLES), Role.AUDITOR)
@never_cache
@require_safe
def office(request: HttpRequest, number: str) -> HttpResponse:
    """Everything about a case for whoever works on it, newest first. A fixed number of queries."""
    case, actor = _case(request, number), actor_for(request)
    known = [_office_step(case, row) for row in history(case)]
    known += [
        _complaint(one, reverse("desk:desk", args=[one.case.number]))
        for one in complaints.list_about(case.pk, actor)
    ]
    asked = consultations.list_about(case.pk, actor)
    known += [
        _consultation(one, reverse("desk:consultation", args=[one.case.number])) for one in asked
    ]
    context = _page(request, case, known, asked, own=False) | {
        "back": page_of(case),
        "person": case.party_id if actor.roles & set(READERS_OF_PERSONS) else None,
    }
    return render(request, "portal/case_timeline.html", context)


@signed_in
@never_cache
@require_safe
def own(request: HttpRequest, number: str) -> HttpResponse:
    """What happened and was said about my own case, newest first. A fixed number of queries."""
    case, actor = _case(request, number), actor_for(request)
    if case.party_id not in actor.party_ids:
        raise Http404
    known = _own_steps(history(case))
    known += [
        _complaint(one, reverse("desk:track", args=[one.tracking_code]))
        for one in complaints.list_own(actor, about=case.pk)
    ]
    asked = consultations.list_for_party(actor.party_ids, about=case.pk)
    known += [
        _consultation(one, reverse("desk:consultation_track", args=[one.tracking_code]))
        for one in asked
    ]
    context = _page(request, case, known, asked, own=True)
    return render(request, "portal/own_case_timeline.html", context)


def beside_case(
    case: Case,
    rows: Sequence[Transition],  # noqa: ARG001  as registered
    office: bool,  # noqa: FBT001  as registered
    at: datetime,  # noqa: ARG001  as registered
) -> list[Beside]:
    """Return the way to the timeline of a case from its pages. No query."""
    page = "portal:case_timeline" if office else "portal:own_case_timeline"
    return [
        Beside(
            _("Linimasa"),
            _(
                "Langkah, pesan di semua saluran, telepon, konsultasi, dan pengaduan tentang berkas ini."
            ),
            reverse(page, args=[case.number]),
            _("Buka linimasa"),
            "quiet",
        )
    ]
