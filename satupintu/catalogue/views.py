"""Public pages: the list and search of services, one service, the guide, and the matches of a picker."""

from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from satupintu.catalogue import guide, presentation, queries
from satupintu.catalogue.form import fields
from satupintu.catalogue.rules import CATEGORY_LABELS, System, longest_days
from satupintu.lib import clock
from satupintu.office import queries as office
from satupintu.people.access import public


def _language() -> str:
    return get_language() or "id"


def _row(offer: queries.Offer) -> dict[str, object]:
    definition = offer.definition
    return {
        "code": offer.code,
        "title": definition.title_in(_language()),
        "summary": definition.summary.in_language(_language()),
        "category": definition.category,
        "category_label": CATEGORY_LABELS.get(definition.category, definition.category),
        "days": longest_days(definition),
        "automatic": definition.decision.by == "automatic",
        "free": definition.fee.kind == "zero",
        "assisted": definition.system is not System.SATUPINTU,
    }


@public
@require_GET
def list_services(request: HttpRequest) -> HttpResponse:
    """All services by category, or those that fit `q`."""
    asked = request.GET.get("q", "").strip()[:200]
    offers = queries.search_services(asked, _language(), office.local_date(clock.now()))
    rows = [_row(offer) for offer in offers]
    groups = [("", rows)] if rows else []
    if not asked:
        order = list(CATEGORY_LABELS)
        rows.sort(key=lambda row: order.index(str(row["category"])))
        groups = [
            (str(CATEGORY_LABELS[category]), list(members))
            for category, members in groupby(rows, key=lambda row: str(row["category"]))
        ]
    return render(
        request, "catalogue/list.html", {"q": asked, "groups": groups, "count": len(rows)}
    )


@public
@require_GET
def show_service(request: HttpRequest, code: str) -> HttpResponse:
    try:
        offer = queries.get_offer(code, office.local_date(clock.now()))
    except queries.ServiceNotOffered as missing:
        raise Http404 from missing
    usual = queries.usual_times(code)
    page = presentation.service_page(offer.definition, _language(), usual)
    return render(
        request,
        "catalogue/service.html",
        {
            "offer": offer,
            "definition": offer.definition,
            "service": page,
            "office": office.profile(),
        },
    )


@public
@require_GET
def service_file(_request: HttpRequest, code: str) -> HttpResponse:
    """The file of the version in force, for other offices to copy."""
    try:
        version = queries.current_version(code, office.local_date(clock.now()))
    except queries.ServiceNotOffered as missing:
        raise Http404 from missing
    answer = HttpResponse(version.toml, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{code}.v{version.version}.toml"'
    return answer


PICKERS = {
    "wilayah": fields.search_villages,
    "kbli": fields.search_kbli,
}


@public
@require_GET
def picker_options(request: HttpRequest, source: str) -> HttpResponse:
    """The matches of a picker as HTML, for its small script."""
    search = PICKERS.get(source)
    if search is None:
        raise Http404
    typed = request.GET.get("q", "").strip()[:120]
    options = search(typed) if typed else []
    context = {
        "name": request.GET.get("name", "")[:60],
        "options": options,
        "nothing": bool(typed and not options),
    }
    return render(request, "catalogue/widgets/_options.html", context)


@public
@require_GET
def ask_guide(request: HttpRequest) -> HttpResponse:
    """A question of the guide (`di`), or what an answer (`hasil`, from 1) leads to."""
    tree = guide.load_guide()
    key = request.GET.get("di", "")[:40]
    try:
        question = tree.question(key)
        number = request.GET.get("hasil", "")[:3]
        if number:
            answer = tree.answer(question.key, int(number) if number.isdecimal() else 0)
            return _guide_result(request, question, answer)
    except guide.NoSuchQuestion as missing:
        raise Http404 from missing
    context = {
        "question": question,
        "text": question.text.in_language(_language()),
        "answers": [
            {"text": answer.text.in_language(_language()), "next": answer.next, "number": number}
            for number, answer in enumerate(question.answers, start=1)
        ],
        "before": tree.before(question.key),
        "first": question.key == tree.start,
    }
    return render(request, "catalogue/guide.html", context)


def _guide_result(
    request: HttpRequest, question: guide.Question, answer: guide.Answer
) -> HttpResponse:
    offers = {offer.code: offer for offer in queries.list_offers(office.local_date(clock.now()))}
    rows = [_row(offers[code]) for code in answer.services if code in offers]
    context = {
        "question": question,
        "answer": answer.text.in_language(_language()),
        "rows": rows,
        "codes": [row["code"] for row in rows],
        "bundle": len(rows) > 1,
    }
    return render(request, "catalogue/guide_result.html", context)
