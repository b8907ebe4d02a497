"""Check the answers, then send: pressed twice, gone back or tried again, it stays one application."""

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from satupintu.catalogue.form import points_outside, shown_values
from satupintu.catalogue.rules import KIND_LABELS, System
from satupintu.lib import clock
from satupintu.lib.identity import mask_identity
from satupintu.lib.language import current_language
from satupintu.lib.workingtime import add_working_days
from satupintu.office.queries import work_calendar
from satupintu.people.access import signed_in
from satupintu.people.queries import actor_for
from satupintu.permits import rules, steps
from satupintu.permits.pages.applicant import attach
from satupintu.permits.pages.applicant.already import held_now, problem_of
from satupintu.permits.pages.applicant.collection import FirstChoiceForm, first_choice
from satupintu.permits.pages.applicant.common import Sheet, get_open_sheet, me, today
from satupintu.permits.pages.applicant.token import FIELD, make_token
from satupintu.permits.queries import find_application, first_number
from satupintu.permits.services import submit as submitting
from satupintu.permits.words import promise_words
from satupintu.web.methods import require_safe_or_post
from satupintu.workflow.services import CannotMove


@dataclass(slots=True)
class Row:
    """One answer as it is shown. `numbers`: "shut" or "open" for an identity number its person may open or shut."""

    label: str
    value: str
    anchor: str
    numbers: str = ""


@dataclass(slots=True)
class Section:
    """One step with its answers as people read them."""

    key: str
    title: str
    rows: list[Row] = field(default_factory=list)


def sections_of(sheet: Sheet, wrong: set[str], *, opened: bool = False) -> list[Section]:
    """
    Return the answers by step; those of fields in `wrong` read "needs repair". Identity numbers are masked.

    Who typed them may have them `opened`; an officer who types for somebody not, because officers' looks are noted.
    At most two queries for each service.
    """
    used = current_language()
    fine = {key: value for key, value in sheet.asked.items() if key not in wrong}
    values: dict[str, str] = {}
    for definition in sheet.definitions:
        values |= shown_values(definition, fine, used)
    found: list[Section] = []
    for step in sheet.steps:
        section = Section(step.key, step.title.in_language(used))
        for item in step.page.fields:
            value, numbers = values.get(item.key, ""), ""
            if item.type in ("nik", "npwp") and value:
                own = sheet.draft.typed_by_id is None
                numbers = ("open" if opened else "shut") if own else ""
                value = value if own and opened else mask_identity(value)
            if value or item.key in wrong:
                label = item.label.in_language(used)
                shown = value or _("perlu diisi")
                section.rows.append(Row(label, shown, f"id_{item.key}", numbers))
        found.append(section)
    return found


def mismatches_of(sheet: Sheet) -> list[tuple[str, str, str]]:
    """
    Return (step, anchor, label) of identity numbers that differ from the applicant's own.

    Not refused: somebody else's number may be meant. But the masked number below could not show a mistake.
    """
    party = sheet.draft.party
    if party is None or not party.identity:
        return []
    return [
        (step.key, f"id_{item.key}", item.label.in_language(current_language()))
        for step in sheet.steps
        for item in step.page.fields
        if item.prefill == "party.identity"
        and sheet.asked.get(item.key) not in (None, "", party.identity)
    ]


def far_points_of(sheet: Sheet) -> list[tuple[str, str, str]]:
    """
    Return (step, anchor, label) of places that lie outside the regency.

    Not refused: outlines are simplified, and an office may serve beyond them. But two numbers hide a slip well.
    """
    far = {key for one in sheet.definitions for key in points_outside(one, sheet.asked)}
    return [
        (step.key, f"id_{item.key}", item.label.in_language(current_language()))
        for step in sheet.steps
        for item in step.page.fields
        if item.key in far
    ]


def show(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    """Show everything once more, with the way back to each answer."""
    if request.method == "POST":  # a page kept open: sending has an address of its own
        return redirect("permits:step", sheet.draft.pk, steps.REVIEW)
    return _page(request, sheet, first_choice(sheet))


def _page(
    request: HttpRequest, sheet: Sheet, choice: FirstChoiceForm | None, status: int = 200
) -> HttpResponse:
    draft, at = sheet.draft, clock.now()
    keys = sheet.keys
    days = max(rules.promise_days(one, sheet.kind, sheet.asked) for one in sheet.definitions)
    outside = [one for one in sheet.definitions if one.system is not System.SATUPINTU]
    problems = submitting.problems_of(
        draft, sheet.definitions, today=today(), language=current_language()
    )
    already = held_now(sheet)
    problems += [problem_of(one) for one in already]
    wrong = {one.anchor.removeprefix("id_") for one in problems if one.anchor.startswith("id_")}
    held = draft.held if draft.held.get("user") == me(request).pk else {}
    context: dict[str, Any] = {
        "sheet": sheet,
        "sections": sections_of(sheet, wrong, opened=request.GET.get("nomor") == "buka"),
        "rows": attach.rows_of(sheet, offer=False) if steps.DOCUMENTS in keys else [],
        "problems": problems,
        "mismatches": mismatches_of(sheet),
        "far_points": far_points_of(sheet),
        "already": already,
        "party": draft.party,
        "kind": KIND_LABELS[sheet.kind],
        "promised": add_working_days(at, days, work_calendar()),
        "at_once": all(one.decision.by == "automatic" for one in sheet.definitions),
        "says": promise_words(outside[0].system if outside else System.SATUPINTU),
        "step": len(keys),
        "steps": len(keys),
        "most": sheet.most,
        "before": sheet.before(steps.REVIEW),
        "held_step": next((key for key in held.get("steps", {}) if key in keys), ""),
        "token": make_token(draft.pk, me(request).pk),
        "token_field": FIELD,
        "choice": choice,
    }
    return render(request, "permits/applicant/review.html", context, status=status)


@signed_in
@require_safe_or_post
def send(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Send the draft. A GET (after signing in again) leads back to the review."""
    actor = actor_for(request)
    sheet = get_open_sheet(request, draft_id)
    if sheet is None:
        application = find_application(draft_id)
        if application is None:
            raise Http404
        return redirect("permits:receipt", first_number(application))
    if request.method in ("GET", "HEAD"):
        return redirect("permits:step", draft_id, steps.REVIEW)
    choice = first_choice(sheet, request.POST)
    if choice is not None and not choice.is_valid():
        return _page(request, sheet, choice, HTTPStatus.UNPROCESSABLE_ENTITY)
    wanted = choice.data_of if choice is not None else None
    try:
        application = submitting.submit(
            draft=sheet.draft, by=actor, at=clock.now(), collection=wanted
        )
    except CannotMove as error:
        messages.error(request, error.message)
        if wanted is not None:  # what was typed stands there still
            return _page(request, sheet, choice, HTTPStatus.UNPROCESSABLE_ENTITY)
        return redirect("permits:step", draft_id, steps.REVIEW)
    return redirect("permits:receipt", first_number(application))
