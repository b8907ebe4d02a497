"""One list for a person: what waits for them, drafts, running, issued, expiring, closed."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from satupintu.catalogue.queries import definition_of
from satupintu.catalogue.rules import KIND_LABELS, Definition, Kind
from satupintu.lib.language import current_language
from satupintu.people.access import signed_in
from satupintu.people.queries import actor_for
from satupintu.people.rules import Actor
from satupintu.permits import rules
from satupintu.permits.pages.applicant.already import permit_actions
from satupintu.permits.pages.applicant.common import today
from satupintu.permits.paid import lifecycle_for
from satupintu.permits.queries import (
    Draft,
    Permit,
    Repair,
    list_cases_of,
    list_drafts,
    list_permits_of,
    open_repairs,
    titles_of,
)
from satupintu.permits.registration import also_theirs
from satupintu.permits.rules import APPLICANTS_TURN
from satupintu.permits.words import PromiseWords, item_titles, promise_words
from satupintu.web.context import MenuItem
from satupintu.workflow.queries import Case

SOON = timedelta(days=90)  # before a permit ends it is offered for extension


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case in the list."""

    case: Case
    title: str
    state: Any
    holder: str
    items: list[dict[str, str]]
    answer_by: date | None
    promised: Any
    says: PromiseWords
    pays: bool  # what waits for them is the payment of the fee


@dataclass(frozen=True, slots=True)
class PermitLine:
    """One permit in the list, with what can be asked for it."""

    permit: Permit
    verdict: Any
    expiring_days: int | None
    actions: list[MenuItem]


@dataclass(frozen=True, slots=True)
class DraftLine:
    draft: Draft
    title: str
    kind: Any
    until: date | None  # thrown away: the last day to take it back


def _case_line(case: Case, repairs: dict[Any, Repair]) -> CaseLine:
    assert case.service_version is not None
    definition = definition_of(case.service_version)
    lifecycle = lifecycle_for(definition)
    repair = repairs.get(case.pk)
    promise = case.promise
    return CaseLine(
        case,
        definition.title_in(current_language()),
        lifecycle.states[case.state],
        case.party.name if case.party else "",
        item_titles(definition, repair.items, current_language()) if repair else [],
        repair.answer_by if repair else None,
        promise.due_at if promise.running else None,
        promise_words(definition.system),
        case.state == rules.State.PAYMENT,
    )


def _permit_line(permit: Permit, definition: Definition | None, day: date) -> PermitLine:
    key = rules.verdict_of(permit.state, permit.valid_until, day)
    left = (permit.valid_until - day).days if permit.valid_until else None
    soon = left is not None and 0 <= left <= SOON.days and key == "in_force"
    return PermitLine(
        permit,
        rules.VERDICTS[key],
        left if soon else None,
        permit_actions(permit, definition) if key in ("in_force", "expired") else [],
    )


def _draft_lines(actor: Actor) -> list[DraftLine]:
    """Return what was begun and not sent; what was thrown away says until when it can be taken back."""
    found = list_drafts(actor)
    titles = titles_of({i for draft in found for i in draft.versions}, current_language())
    return [
        DraftLine(
            one,
            ", ".join(titles[i] for i in one.versions),
            KIND_LABELS[Kind(one.kind)],
            rules.restorable_until(timezone.localdate(one.discarded_at))
            if one.discarded_at
            else None,
        )
        for one in found
    ]


@signed_in
@never_cache
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Everything a person has with the office, what waits for them first."""
    actor, day = actor_for(request), today()
    cases = list_cases_of(actor.party_ids)
    repairs = open_repairs([case.pk for case in cases if case.state in rules.ANSWER_ACTIONS])
    lines = [_case_line(case, repairs) for case in cases]
    by_code = {one.case.permit_case.service_code: one.case for one in lines}
    definitions = {
        code: definition_of(case.service_version)
        for code, case in by_code.items()
        if case.service_version
    }
    permits = [
        _permit_line(permit, definitions.get(permit.service_code), day)
        for permit in list_permits_of(actor.party_ids)
    ]
    drafts = _draft_lines(actor)
    gone = request.GET.get("dihapus", "")
    context = {
        "waiting": [one for one in lines if one.case.state in APPLICANTS_TURN],
        "drafts": [one for one in drafts if not one.until],
        "just_gone": [one for one in drafts if one.until and str(one.draft.pk) == gone],
        "gone": [one for one in drafts if one.until and str(one.draft.pk) != gone],
        "running": [one for one in lines if _is_running(one.case)],
        "permits": permits,
        "closed": [
            one for one in lines if one.state.closed and one.case.state not in rules.HAS_PERMIT
        ],
        "others": also_theirs(actor),
        "several": len(actor.party_ids) > 1,
    }
    context["nothing"] = not any(
        context[name]
        for name in (
            "waiting",
            "drafts",
            "just_gone",
            "gone",
            "running",
            "permits",
            "closed",
            "others",
        )
    )
    return render(request, "permits/applicant/mine.html", context)


def _is_running(case: Case) -> bool:
    closed = rules.STATUSES[case.state].closed
    return not closed and case.state not in APPLICANTS_TURN and case.state not in rules.HAS_PERMIT
