"""Permits of other systems: what to type there, in that system's order, with copy buttons."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from satupintu.catalogue.form import shown_values
from satupintu.catalogue.rules import SYSTEM_LABELS, FieldType, System, fields_by_key
from satupintu.lib.language import current_language
from satupintu.people.services import record_disclosure
from satupintu.permits.pages.officer import acts
from satupintu.permits.pages.officer.desk import desk_for, works_on_cases
from satupintu.permits.pages.officer.paths import case_page


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to type in the other system."""

    key: str
    label: str
    value: str
    place: int


def _as_typed(kind: FieldType, answer: Any, shown: str) -> str:
    """Return an answer as the other system's form takes it: bare codes and figures, everything else as read."""
    if kind is FieldType.KBLI and isinstance(answer, Mapping):
        return str(answer.get("code", shown))
    if kind is FieldType.PHONE:
        return "".join(one for one in shown if one in "+0123456789")
    return str(answer) if kind in (FieldType.MONEY, FieldType.NUMBER) else shown


@works_on_cases
@require_POST
def helper(request: HttpRequest, number: str) -> HttpResponse:
    """Show every answer in the order of the other system's form. It shows personal data, so it is a noted look."""
    desk = desk_for(request, number)
    definition = desk.file.definition
    if definition.system is System.SATUPINTU:
        raise Http404
    record_disclosure(
        by=desk.actor,
        party_id=desk.case.party_id,
        subject=f"case {desk.case.pk} answers for {definition.system}",
        at=desk.at,
    )
    values = shown_values(definition, desk.file.permit_case.answers, current_language())
    known = fields_by_key(definition)
    answers = desk.file.permit_case.answers
    lines = [
        Line(
            key,
            known[key].label.in_language(current_language()),
            _as_typed(known[key].type, answers[key], value),
            known[key].external_order,
        )
        for key, value in values.items()
    ]
    return render(
        request,
        "permits/officer/elsewhere.html",
        {
            "desk": desk,
            "case": desk.case,
            "service": definition.title_in(current_language()),
            "system": SYSTEM_LABELS[definition.system],
            "system_url": definition.external_url,
            "lines": sorted(lines, key=lambda line: (line.place == 0, line.place)),
            "acts": [one for one in acts.links(desk) if one["weight"] == "primary"],
            "back": case_page(desk.case),
        },
    )
