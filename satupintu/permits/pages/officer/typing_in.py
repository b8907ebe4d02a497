"""Typing the answers of a running case of an older register, from the old system's screen or the paper folder."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.lib.refusal import Refusal
from satupintu.people.held import restores, typed
from satupintu.permits.imported_queries import imported_of
from satupintu.permits.pages.officer.desk import Desk, desk_for, works_on_cases
from satupintu.permits.pages.officer.forms.answers import Answers, SourceForm
from satupintu.permits.pages.officer.paths import case_page
from satupintu.permits.pages.officer.words import DONE
from satupintu.permits.services import keys
from satupintu.web.methods import require_safe_or_post
from satupintu.workflow.queries import get_case
from satupintu.workflow.services import act


@works_on_cases
@restores
@require_safe_or_post
def type_answers(request: HttpRequest, number: str) -> HttpResponse:
    """Show the service's form with what is known, or keep what was typed in it; nothing typed is lost."""
    desk, given = desk_for(request, number), typed(request)
    answers = Answers(
        desk.file,
        given,
        given.get(SourceForm.SHOWN, "") if given is not None else "",
        today=timezone.localdate(desk.at),
    )
    source = _source(desk, answers, given)
    possible = "type_answers" in desk.actions
    status = HTTPStatus.OK
    if request.method == "POST":
        status = _save(desk, source, answers, possible=possible)
        if status == HTTPStatus.OK and source.is_bound:
            messages.success(request, f"{number}: {DONE['type_answers']}.")
            return redirect(case_page(desk.case))
    elif not possible and given is None:
        messages.warning(request, _not_now())
        return redirect(case_page(desk.case))
    context = {
        "case": desk.case,
        "service": desk.file.definition.title,
        "source": source,
        "answers": answers,
        # The next press is about the case as it is now; the sentence above the form has said so.
        "version": get_case(desk.case.pk).version
        if status == HTTPStatus.CONFLICT
        else source["version"].value(),
        "imported": imported_of(desk.case.pk),
        "possible": possible,
        "back": case_page(desk.case),
    }
    return render(request, "permits/officer/type_answers.html", context, status=status)


def _source(desk: Desk, answers: Answers, given: QueryDict | None) -> SourceForm:
    """Return the form of where the answers come from; not judged yet when a press only added a row or searched."""
    if given is None:
        return SourceForm(initial={"version": desk.case.version})
    if answers.form.is_bound:
        return SourceForm(given)
    return SourceForm(
        initial={
            name: given.get(f"{SourceForm.prefix}-{name}", "") for name in SourceForm.base_fields
        }
    )


def _save(desk: Desk, source: SourceForm, answers: Answers, *, possible: bool) -> HTTPStatus:
    """Keep the answers; OK when it was done, or when a press only added a row or searched."""
    if not answers.form.is_bound:
        return HTTPStatus.OK
    valid = source.is_valid() & answers.form.is_valid()
    if not possible:
        source.add_error(None, _not_now())
        return HTTPStatus.CONFLICT
    if answers.fresh:
        answers.forgive_fresh()
        return HTTPStatus.UNPROCESSABLE_ENTITY
    if not valid:
        return HTTPStatus.UNPROCESSABLE_ENTITY
    typed_in = source.cleaned_data
    try:
        act(
            desk.case,
            "type_answers",
            by=desk.actor,
            at=desk.at,
            reason=typed_in["note"],
            data={"answers": answers.given(), "source": typed_in["source"]},
            seen_version=typed_in["version"],
        )
    except Refusal as error:
        return keys.show_refusal(source, error)
    return HTTPStatus.OK


def _not_now() -> str:
    return _(
        "Jawaban hanya dapat diketik pada berkas dari register lama yang masih berjalan, sebelum diusulkan, oleh"
        " petugas loket atau verifikator."
    )
