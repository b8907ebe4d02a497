"""The officers' side: permits under supervision, warnings by their day, one supervision."""

from collections.abc import Mapping

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from satupintu.lib import clock
from satupintu.lib.language import current_language
from satupintu.people.access import staff
from satupintu.people.queries import actor_for
from satupintu.people.rules import Actor, Role
from satupintu.permits.queries import permit_of_case
from satupintu.supervision import queries, rules
from satupintu.supervision.pages.places import (
    SLUGS,
    DayPlace,
    read_day_place,
)
from satupintu.supervision.pages.shown import condition_lines, for_ink, lines_of, sentence, steps_of
from satupintu.supervision.queries import Supervision
from satupintu.supervision.registration import beside
from satupintu.workflow.queries import (
    Cursor,
    NotFound,
    history,
    newest_page,
    officer_actions,
    open_tasks,
    title_of,
)
from satupintu.workflow.rules import Move

WORKERS = (
    Role.FRONT_OFFICE,
    Role.VERIFIER,
    Role.TECHNICAL_OFFICER,
    Role.SECTION_HEAD,
    Role.HEAD,
)
READERS = (*WORKERS, Role.AUDITOR)
LISTED_TO = (Role.FRONT_OFFICE, Role.VERIFIER, Role.SECTION_HEAD, Role.HEAD, Role.AUDITOR)
OPEN = tuple(str(state) for state, status in rules.STATUSES.items() if not status.closed)


@staff(*LISTED_TO)
@require_safe
def supervised(request: HttpRequest) -> HttpResponse:
    """List permits under supervision, newest first, by keyset; `semua=1`: also what is over."""
    everything = request.GET.get("semua") == "1"
    after = Cursor.from_text(request.GET.get("sesudah", ""))
    found = queries.list_supervised([] if everything else OPEN, after.place if after else None)
    address = f"{reverse('supervision:list')}?{'semua=1&' if everything else ''}"
    shown, page = newest_page(found, queries.PAGE, address)
    counting = queries.sanctions_by_case([one.pk for one in shown])
    language = current_language()
    rows = [
        {
            "case": one.case,
            "about": one.about.number,
            "service": title_of(one.about, language),
            "party": one.case.party.name if one.case.party else "",
            "state": rules.STATUSES[one.case.state],
            "sanctions": [sentence(sanction) for sanction in counting.get(one.pk, [])],
        }
        for one in shown
    ]
    context = {
        "rows": rows,
        "everything": everything,
        "page": page,
        "for_ink": for_ink(None),
    }
    return render(request, "supervision/list.html", context)


@staff(*LISTED_TO)
@require_safe
def warnings(request: HttpRequest) -> HttpResponse:
    """List warnings in force by the day until which they give time, what has run out first, by keyset."""
    today, language = timezone.localdate(clock.now()), current_language()
    found = queries.list_running_warnings(read_day_place(request.GET.get("sesudah", "")))
    shown = found[: queries.PAGE]
    following = ""
    if len(found) > queries.PAGE:
        mark = DayPlace(shown[-1].put_right_by or today, shown[-1].pk).to_text()
        following = f"{reverse('supervision:warnings')}?sesudah={mark}"
    rows = [
        {
            "sanction": one,
            "case": one.case,
            "name": rules.named(one.kind, one.level),
            "service": title_of(one.case.supervision.about, language),
            "party": one.case.party.name if one.case.party else "",
            "over": bool(one.put_right_by and one.put_right_by < today),
        }
        for one in shown
    ]
    context = {"rows": rows, "page": {"next_url": following, "prev_url": ""}}
    return render(request, "supervision/warnings.html", context)


def get_supervision(request: HttpRequest, number: str) -> tuple[Actor, Supervision]:
    """Return who asks and the supervision. Raises Http404 when it is missing or not theirs to see."""
    actor = actor_for(request)
    try:
        return actor, queries.get_supervision_for(actor, number)
    except NotFound as error:
        raise Http404 from error


def legal_acts(actor: Actor, supervision: Supervision) -> Mapping[str, Move]:
    """Return the acts that this officer may do now; none on the supervision of their own permit. One query."""
    if supervision.about.party_id in actor.party_ids:
        return {}
    found = officer_actions(supervision.case, actor)
    sanctions = queries.sanctions_of(supervision.pk)
    waiting = queries.proposed(sanctions)
    grounds = {
        **{
            action: waiting is not None and waiting.kind == kind
            for action, kind in rules.DECISIONS.items()
        },
        "scan_letter": any(one.ink and one.document_id is None for one in sanctions),
        "dispatch": any(one.document_id for one in sanctions),
    }
    return {
        action: move
        for action, move in found.items()
        if action in SLUGS and grounds.get(action, True)
    }


@staff(*READERS)
@require_safe
def supervision(request: HttpRequest, number: str) -> HttpResponse:
    """Show the supervision of a permit: sanctions with their letters, the log, what can be done."""
    actor, found = get_supervision(request, number)
    case = found.case
    order = {"primary": 0, "secondary": 1, "danger": 2, "quiet": 3}
    buttons = [
        {
            "label": move.label,
            "weight": move.weight,
            "url": reverse("supervision:propose", args=[found.about.number])
            if action == "propose_sanction"
            else reverse("supervision:act", args=[number, SLUGS[action]]),
        }
        for action, move in legal_acts(actor, found).items()
    ]
    context = {
        "supervision": found,
        "case": case,
        "permit": permit_of_case(found.about_id),
        "about_url": reverse("permits:case", args=[found.about.number]),
        "service": title_of(found.about, current_language()),
        "state": rules.STATUSES[case.state],
        "lines": lines_of(queries.sanctions_of(found.pk), office=True),
        "conditions": condition_lines(queries.conditions_of(found.pk)),
        "steps": steps_of(history(case), office=True, tasks=open_tasks(case)),
        "beside": beside(found, office=True, at=clock.now()),
        "buttons": sorted(buttons, key=lambda one: order[str(one["weight"])]),
    }
    return render(request, "supervision/desk.html", context)
