"""The case page, and what is done on it without a move: showing a masked answer, ticking a document."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from satupintu.catalogue.rules import System
from satupintu.lib.language import current_language
from satupintu.people.rules import Role
from satupintu.people.services import record_disclosure
from satupintu.permits import afterwards, queries, rules
from satupintu.permits.imported import CHANNEL as IMPORTED
from satupintu.permits.imported_queries import imported_of
from satupintu.permits.pages.officer import acts
from satupintu.permits.pages.officer import case_parts as parts
from satupintu.permits.pages.officer.dates import dates_of
from satupintu.permits.pages.officer.desk import (
    Desk,
    desk_for,
    reads_cases,
    works_on_cases,
)
from satupintu.permits.pages.officer.drafts import DRAFT
from satupintu.permits.pages.officer.money import money_of
from satupintu.permits.pages.officer.paths import SLUGS, case_page
from satupintu.permits.pages.officer.viewer import viewer_of, viewer_url
from satupintu.permits.pages.officer.words import MINOR
from satupintu.permits.registration import beside
from satupintu.permits.services import preview
from satupintu.permits.services.check import set_verdict
from satupintu.workflow.queries import history, why_locked
from satupintu.workflow.rules import CHANNEL_LABELS

JUDGED = rules.HAS_PERMIT | {rules.State.ISSUED_ELSEWHERE}  # its applicant may judge the service
VERDICTS = frozenset({"ok", "bad", ""})


def page(request: HttpRequest, desk: Desk, *, shown: str = "") -> HttpResponse:
    """Render the case page; `shown` names the one masked answer that is shown this once."""
    attached = queries.current_attachments(desk.case.pk)
    papers = parts.papers_of(desk)
    permit = papers.permit.document_id if papers.permit else None
    viewer = viewer_of(request, desk, attached, parts.other_papers(papers), permit)
    rows = history(desk.case)
    buttons = acts.links(desk)
    checks = bool(desk.actions.keys() & {"declare_complete", "return"})
    chosen = viewer.document if viewer else None
    waiting = [task for task in desk.tasks if desk.is_mine(task) and task.assignee_id is None]
    return render(
        request,
        "permits/officer/case.html",
        {
            "desk": desk,
            "case": desk.case,
            "party": desk.case.party,
            "holder": desk.file.holder,
            "repaired": parts.changed_with_repair(desk, rows),
            "renewed": parts.renewed_since(desk),
            "renew_url": reverse("permits:act", args=[desk.case.number, SLUGS["renew_holder"]])
            if "renew_holder" in desk.actions
            else "",
            "service": desk.file.definition.title_in(current_language()),
            "kind": desk.file.kind,
            "status": desk.file.lifecycle.states[desk.case.state],
            "left": desk.left(),
            "locked": "" if desk.actions else why_locked(desk.case),
            "legal_late": bool(desk.case.legal_due_at and desk.case.legal_due_at < desk.at),
            "received": parts.moment(desk.case.opened_at),
            "type_url": reverse("permits:type_answers", args=[desk.case.number])
            if "type_answers" in desk.actions
            else "",
            "imported": imported_of(desk.case.pk) if desk.case.channel == IMPORTED else None,
            "channel": CHANNEL_LABELS.get(desk.case.channel, desk.case.channel),
            "checklist": parts.checklist(desk, attached, chosen),
            "may_check": checks,
            "current": next(
                (one for one in attached if chosen and one.document_id == chosen.pk), None
            ),
            "answers": parts.answers_of(desk, shown),
            "paper": parts.paper_side(desk, rows),
            "party_shown": shown == "party",
            "party_extra": parts.party_extra(desk),
            "viewer": viewer,
            "timeline": parts.timeline(desk, rows),
            "minor": [parts.line_of(row) for row in rows if row.action in MINOR],
            "comments": [parts.line_of(row) for row in rows if row.action == "comment"],
            "papers": papers,
            "money": money_of(desk),
            "beside": beside(desk.case, rows, office=True, at=desk.at),
            "visits": parts.visits_of(papers),
            "letter_labels": rules.LETTER_LABELS,
            "main_acts": [one for one in buttons if one["weight"] != "quiet"],
            "more_acts": [
                one
                for one in buttons
                if one["weight"] == "quiet" and not (one["action"] == "take" and len(waiting) == 1)
            ],
            "take": waiting[0] if len(waiting) == 1 and "take" in desk.actions else None,
            "take_url": reverse("permits:act", args=[desk.case.number, SLUGS["take"]]),
            "has_draft": preview.has_draft(desk.file),
            "draft_url": f"{case_page(desk.case)}?dok={DRAFT}#dokumen",
            "draft_shown": viewer is not None and viewer.document is None,
            "dates": dates_of(desk),
            "survey_sheet": _survey_sheet(desk),
            "elsewhere": desk.file.definition.system is not System.SATUPINTU,
        },
    )


def _survey_sheet(desk: Desk) -> str:
    """Return where the front office prints the survey's sheet; "" when there is none. At most one query."""
    if Role.FRONT_OFFICE not in desk.actor.roles or desk.case.state not in JUDGED:
        return ""
    return f"/loket/survei/cetak/{desk.case.number}/" if afterwards.survey_at(desk.case.pk) else ""


@reads_cases
@require_safe
def case(request: HttpRequest, number: str) -> HttpResponse:
    return page(request, desk_for(request, number))


@reads_cases
@require_POST
def show(request: HttpRequest, number: str) -> HttpResponse:
    """Show one masked thing, this once, after noting who looked."""
    desk = desk_for(request, number)
    key = request.POST.get("apa", "")
    known = {
        item.key
        for one in desk.file.definition.pages
        for item in one.fields
        if parts.is_personal(item)
    }
    if key not in known | {"party"}:
        raise Http404
    what = "party.identity" if key == "party" else f"answers.{key}"
    record_disclosure(
        by=desk.actor,
        party_id=desk.case.party_id,
        subject=f"case {desk.case.pk} {what}",
        at=desk.at,
    )
    return page(request, desk, shown=key)


@works_on_cases
@require_POST
def mark(request: HttpRequest, number: str) -> HttpResponse:
    """Keep a tick on one document at once and go on to the next that has none."""
    desk = desk_for(request, number)
    key, verdict = request.POST.get("syarat", ""), request.POST.get("tanda", "")
    attached = queries.current_attachments(desk.case.pk)
    this = next((one for one in attached if one.requirement == key), None)
    if (
        not desk.actions.keys() & {"declare_complete", "return"}
        or this is None
        or verdict not in VERDICTS
    ):
        raise Http404
    reason = request.POST.get("alasan", "")[:1000]
    set_verdict(
        case=desk.case,
        requirement=key,
        verdict=verdict,
        user_id=desk.user.pk,
        reason=reason or (this.verdict_reason if verdict == "bad" else ""),
    )
    following = next((one for one in attached if one.pk != this.pk and not one.verdict), this)
    after = this if verdict == "bad" and not reason else following
    return HttpResponseRedirect(viewer_url(desk, after.document))
