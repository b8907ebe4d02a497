"""Where permits and the survey meet: who was handed a decision may judge the service, by link, tablet or paper."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.http import require_POST

from satupintu.documents.rules import Check, SurveyPage, SurveyRow
from satupintu.documents.services import render_pdf
from satupintu.people.access import staff
from satupintu.people.queries import actor_for
from satupintu.people.rules import Role
from satupintu.permits.pages.pdf import pdf_answer
from satupintu.permits.queries import NotFound, get_file_for
from satupintu.permits.services.pages import letterhead
from satupintu.surveys import rules, services


def invite(case_id: UUID, service_code: str, *, at: datetime) -> str:
    """Invite the holder of a case to the survey; return the address."""
    return services.path_of(services.invite(case_id, service_code, at=at))


def open_at(case_id: UUID) -> str:
    """Return where the holder of a case may still answer; "" when they may not. One query."""
    code = services.open_code(case_id)
    return services.path_of(code) if code else ""


@staff(Role.FRONT_OFFICE)
@require_POST
def sheet(request: HttpRequest, number: str) -> HttpResponse:
    """Return the survey's sheet of a case: with its code, to fill in here, at home or on the tablet."""
    try:
        file = get_file_for(actor_for(request), number)
    except NotFound as error:
        raise Http404 from error
    code = services.open_code(file.case.pk)
    if not code:
        raise Http404
    return pdf_answer(
        render_pdf("survey", survey_page(code, file.definition.title.id)), "survei.pdf"
    )


def survey_page(code: str, service: str) -> SurveyPage:
    """Return the sheet of one code, in Indonesian; it names nobody and no case."""
    address = f"{settings.BASE_URL}{services.path_of(code)}"
    with translation.override("id"):
        return SurveyPage(
            letterhead=letterhead(),
            number=code,
            service=service,
            check=Check(
                url=address, words=f"{settings.BASE_URL.partition('://')[2]}/survei/", code=code
            ),
            questions=tuple(
                SurveyRow(one.code, str(one.text), tuple(str(word) for word in one.answers))
                for one in rules.QUESTIONS
            ),
            about=tuple(
                SurveyRow("", str(one.label), tuple(str(label) for _value, label in one.choices))
                for one in rules.CHARACTERISTICS
            ),
            demo=bool(settings.DEMO),
        )
