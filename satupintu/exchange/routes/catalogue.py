"""The catalogue: what the office offers, with the standard and the form of each service. Public."""

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Router
from pydantic import Field as Bounds

from satupintu.catalogue import rules
from satupintu.catalogue.phrases import fee_words, validity_words
from satupintu.catalogue.queries import Offer, get_offer, search_services
from satupintu.catalogue.rules import Definition, Kind, longest_days
from satupintu.catalogue.standard import component
from satupintu.exchange import shapes
from satupintu.exchange.door import reply, today, unchanged
from satupintu.lib.language import current_language

router = Router(tags=["catalogue"])
PAGE = 50
Limit = Annotated[int, Bounds(ge=1, le=100, description="Lines of a page")]


@router.get(
    "/services", response=shapes.Services, url_name="services", operation_id="list_services"
)
def services(
    request: HttpRequest,  # noqa: ARG001  every operation takes the request
    q: Annotated[str, Bounds(max_length=100, description="Everyday words")] = "",
    after: Annotated[str, Bounds(max_length=60, description="Code of the last line shown")] = "",
    limit: Limit = PAGE,
) -> HttpResponse:
    """List the services offered today, by code; with `q` those that fit, best first."""
    offers = search_services(q, current_language(), today())
    codes = [one.code for one in offers]
    start = codes.index(after) + 1 if after in codes else 0
    page = offers[start : start + limit]
    more = start + limit < len(offers)
    following = urlencode({"q": q, "after": page[-1].code, "limit": limit}) if more else ""
    return reply(
        shapes.Services(
            items=[_line(one) for one in page],
            next=f"{reverse('exchange:services')}?{following}" if following else None,
        ),
        headers={"Cache-Control": "no-cache"},
    )


@router.get(
    "/services/{code}", response=shapes.Service, url_name="service", operation_id="get_service"
)
def service(request: HttpRequest, code: str) -> HttpResponse:
    """Return a service: the 14 components of its standard, what it asks, which documents it needs."""
    offer = get_offer(code, today())
    etag = f'"{offer.sha256[:32]}.{current_language()}"'
    if same := unchanged(request, etag):
        return same
    return reply(_service(offer), headers={"ETag": etag, "Cache-Control": "no-cache"})


def _line_of(offer: Offer) -> dict[str, object]:
    one, used = offer.definition, current_language()
    return {
        "code": offer.code,
        "title": one.title_in(used),
        "summary": one.summary.in_language(used),
        "category": one.category,
        "system": one.system.value,
        "kinds": [kind.value for kind in one.kinds],
        "party": one.party,
        "promised_days": longest_days(one),
        "fee": fee_words(one, used),
        "version": offer.number,
    }


def _line(offer: Offer) -> shapes.ServiceLine:
    return shapes.ServiceLine.model_validate(_line_of(offer))


def _service(offer: Offer) -> shapes.Service:
    one, used = offer.definition, current_language()
    return shapes.Service.model_validate(
        {
            **_line_of(offer),
            "for_whom": one.for_whom.in_language(used),
            "validity": validity_words(one.validity),
            "standard": [
                {
                    "key": key,
                    "title": str(rules.STANDARD_LABELS[key]),
                    "text": component(one, key, used),
                }
                for key in rules.STANDARD_KEYS
            ],
            "form": [
                {
                    "key": page.key,
                    "title": page.title.in_language(used),
                    "shown_when": _condition(page.shown_when),
                    "questions": [_question(field) for field in page.fields],
                }
                for page in one.pages
            ],
            "requirements": _requirements(one),
        }
    )


def _condition(condition: rules.Condition | None) -> dict[str, object] | None:
    if condition is None:
        return None
    return {"question": condition.field, "values": list(condition.values)}


def _kinds(kinds: frozenset[Kind]) -> list[str]:
    return [kind.value for kind in Kind if kind in kinds]


def _question(field: rules.Field) -> dict[str, object]:
    used = current_language()
    return {
        "key": field.key,
        "type": field.type.value,
        "label": field.label.in_language(used),
        "help": field.help.in_language(used),
        "required": field.required,
        "kinds": _kinds(field.kinds),
        "shown_when": _condition(field.shown_when),
        "choices": _choices(field),
        "minimum": field.minimum,
        "maximum": field.maximum,
        "max_length": field.max_length,
        "pattern": field.pattern,
        "columns": [_question(column) for column in field.fields],
    }


def _choices(field: rules.Field) -> Sequence[dict[str, str]]:
    used = current_language()
    return [{"value": one.value, "label": one.label.in_language(used)} for one in field.choices]


def _requirements(one: Definition) -> list[dict[str, object]]:
    used = current_language()
    return [
        {
            "key": item.key,
            "label": item.label.in_language(used),
            "help": item.help.in_language(used),
            "legal_basis": item.legal_basis,
            "accept": list(item.accept),
            "max_mb": item.max_mb,
            "required": item.required,
            "required_when": _condition(item.required_when),
            "kinds": _kinds(item.kinds),
            "may_declare": item.may_declare,
            "statement": item.statement_text.in_language(used),
        }
        for item in one.requirements
    ]
