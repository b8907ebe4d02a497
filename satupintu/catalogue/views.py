"""Public pages: the list and search of services, one service, the guide, and the matches of a picker."""

from collections.abc import Mapping
from itertools import groupby
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from satupintu.catalogue import guide, presentation, queries, search
from satupintu.catalogue.form import pickers
from satupintu.catalogue.form.widgets import Found
from satupintu.catalogue.rules import (
    CATEGORY_LABELS,
    KIND_LABELS,
    Definition,
    Kind,
    System,
    longest_days,
)
from satupintu.lib import clock
from satupintu.lib.kept import kept
from satupintu.lib.language import current_language
from satupintu.office import queries as office
from satupintu.people.access import public
from satupintu.web.parts import rendered

ALTERNATIVES = 3


def _row(offer: queries.Offer) -> dict[str, object]:
    definition = offer.definition
    return {
        "code": offer.code,
        "title": definition.title_in(current_language()),
        "summary": definition.summary.in_language(current_language()),
        "category": definition.category,
        "category_label": CATEGORY_LABELS.get(definition.category, definition.category),
        "days": longest_days(definition),
        "automatic": definition.decision.by == "automatic",
        "free": definition.fee.kind == "zero",
        "assisted": definition.system is not System.SATUPINTU,
    }


@public
@require_safe
def list_services(request: HttpRequest) -> HttpResponse:
    """All services by category, or those that fit `q`."""
    asked = request.GET.get("q", "").strip()[:200]
    offers = queries.search_services(asked, current_language(), office.local_date(clock.now()))
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


def asked_kind(text: str, definition: Definition) -> Kind:
    """Return the kind of request a page is asked for (?jenis=); the first one of the service for anything else."""
    return next((one for one in definition.kinds if one == text), definition.kinds[0])


@public
@require_safe
def show_service(request: HttpRequest, code: str) -> HttpResponse:
    try:
        offer = queries.get_offer(code, office.local_date(clock.now()))
    except queries.ServiceNotOffered as missing:
        gone = queries.find_withdrawn(code)
        if gone is None:
            raise Http404 from missing
        return _show_withdrawn(request, gone)
    kind = asked_kind(request.GET.get("jenis", ""), offer.definition)
    title = offer.definition.title_in(current_language())
    body = _service_body(offer, current_language(), kind)
    return render(request, "catalogue/service.html", {"title": title, "body": body})


@kept
def _service_body(offer: queries.Offer, language: str, kind: Kind) -> SafeString:
    """Return the body of a service's page in the active language: the same for whoever looks, and most only look."""
    own = office.profile()
    page = presentation.service_page(
        offer.definition, language, queries.usual_times(offer.code), kind=kind, at=clock.now()
    )
    context = {
        "offer": offer,
        "definition": offer.definition,
        "service": page,
        "office": own,
        "whatsapp": _whatsapp(own.whatsapp, str(page["title"])),
    }
    return rendered("catalogue/_service.html", context)


def _show_withdrawn(request: HttpRequest, gone: queries.Withdrawn) -> HttpResponse:
    """Say that a service was offered once, why it is not, and what comes near it (410 Gone)."""
    title = gone.definition.title_in(current_language())
    offers = queries.list_offers(office.local_date(clock.now()))
    near = search.rank([offer.definition for offer in offers], title, current_language())
    by_code = {offer.code: offer for offer in offers}
    alike = [
        offer.code for offer in offers if offer.definition.category == gone.definition.category
    ]
    codes = list(dict.fromkeys([*near, *alike]))[:ALTERNATIVES]
    context = {
        "title": title,
        "gone": gone,
        "rows": [_row(by_code[code]) for code in codes],
        "contact": reverse("portal:contact"),
    }
    return render(request, "catalogue/withdrawn.html", context, status=410)


def _whatsapp(phone: str, title: str) -> str:
    """Return the address that opens a chat with the office about a service; "" where it has no number."""
    number = phone.lstrip("+")
    text = _("Saya bertanya tentang %(service)s.") % {"service": title}
    return f"https://wa.me/{number}?{urlencode({'text': text})}" if number else ""


@public
@require_safe
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
    "wilayah": pickers.search_villages,
    "kbli": pickers.search_kbli,
}
OPENED = {"wilayah": pickers.open_region}


@public
@require_safe
def picker_options(request: HttpRequest, source: str) -> HttpResponse:
    """The matches of a picker, or a part of its list that was opened, as HTML for its small script."""
    search = PICKERS.get(source)
    if search is None:
        raise Http404
    typed, part = request.GET.get("q", "").strip()[:120], request.GET.get("di", "")[:40]
    found = Found()
    if part and source in OPENED:
        found = OPENED[source](part)
    elif typed:
        found = search(typed)
    context = {
        "name": request.GET.get("name", "")[:60],
        "options": found.options,
        "parts": found.parts,
        "title": found.title,
        "nothing": bool((typed or part) and found == Found()),
    }
    return render(request, "catalogue/widgets/_options.html", context)


@public
@require_safe
def ask_guide(request: HttpRequest) -> HttpResponse:
    """A question of the guide (`di`), or what an answer (`hasil`, from 1) leads to; `jenis`: a kind chosen before."""
    tree = guide.load_guide()
    try:
        kind = _chosen_kind(request)
        question = tree.question(request.GET.get("di", "")[:40])
        number = request.GET.get("hasil", "")[:3]
        if number:
            answer = tree.answer(question.key, int(number) if number.isdecimal() else 0)
            return _guide_result(request, question, answer, kind)
    except guide.NoSuchQuestion as missing:
        raise Http404 from missing
    offers = {offer.code: offer for offer in queries.list_offers(office.local_date(clock.now()))}
    before, kind_before = tree.before(question.key, kind)
    context = {
        "question": question,
        "text": question.text.in_language(current_language()),
        "answers": [
            {
                "text": answer.text.in_language(current_language()),
                "link": _guide_link(question, answer, number, answer.kind or kind),
            }
            for number, answer in enumerate(question.answers, start=1)
            if _leads_somewhere(tree, answer, answer.kind or kind, offers)
        ],
        "back": _guide_address(di=before, jenis=kind_before or ""),
        "first": question.key == tree.start,
    }
    return render(request, "catalogue/guide.html", context)


def _chosen_kind(request: HttpRequest) -> Kind | None:
    """Return the kind of request in the address, None without one. Raises NoSuchQuestion."""
    asked = request.GET.get("jenis", "")
    if not asked:
        return None
    try:
        return Kind(asked)
    except ValueError as unknown:
        raise guide.NoSuchQuestion(asked[:20]) from unknown


def _guide_address(**values: str | int) -> str:
    return f"?{urlencode({name: value for name, value in values.items() if value})}"


def _guide_link(
    question: guide.Question, answer: guide.Answer, number: int, kind: Kind | None
) -> str:
    if answer.next:
        return _guide_address(di=answer.next, jenis=kind or "")
    return _guide_address(di=question.key, hasil=number, jenis=kind or "")


def _leads_somewhere(
    tree: guide.Guide, answer: guide.Answer, kind: Kind | None, offers: Mapping[str, queries.Offer]
) -> bool:
    """After a kind was chosen, an answer is worth showing if the office offers a service with it there."""
    if kind is None:
        return True
    return any(
        code in offers and kind in offers[code].definition.kinds
        for code in tree.services_of(answer)
    )


def _guide_result(
    request: HttpRequest, question: guide.Question, answer: guide.Answer, kind: Kind | None
) -> HttpResponse:
    offers = {offer.code: offer for offer in queries.list_offers(office.local_date(clock.now()))}
    rows = [
        _row(offers[code])
        for code in answer.services
        if code in offers and (kind is None or kind in offers[code].definition.kinds)
    ]
    codes = [str(row["code"]) for row in rows]
    apply = ""
    if codes:
        more = _guide_address(layanan=",".join(codes[1:]), jenis=kind or "")
        apply = f"/ajukan/{codes[0]}/{more if len(more) > 1 else ''}"
    context = {
        "question": question,
        "answer": answer.text.in_language(current_language()),
        "rows": rows,
        "apply": apply,
        "back": _guide_address(di=question.key, jenis=kind or ""),
        "kind": KIND_LABELS[kind] if kind else "",
        "bundle": len(rows) > 1,
    }
    return render(request, "catalogue/guide_result.html", context)
