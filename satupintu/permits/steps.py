"""
The way through an application: its pages in order, for one service or a bundle.

Pure. A question that two services of a bundle share is asked once; a document too. A draft keeps every answer ever
saved; `asked_answers` leaves only those that are asked now.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from satupintu.catalogue.form import merged_answers, visible_fields, visible_pages
from satupintu.catalogue.rules import (
    Condition,
    Definition,
    Field,
    Kind,
    Page,
    Requirement,
    Text,
    holds,
    is_empty,
    required_documents,
)

DOCUMENTS = "berkas"  # the step after the last page of questions
REVIEW = "periksa"  # the last step


@dataclass(frozen=True, slots=True)
class Step:
    """One page of questions of one service; `key` stands in the address."""

    key: str
    title: Text
    page: Page
    definition: Definition


def asked_answers(
    definitions: Sequence[Definition], kind: Kind, answers: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the answers to what is asked now; those to questions that went away are left out."""
    asked: dict[str, Any] = {}
    for definition in definitions:
        asked |= merged_answers(definition, kind, answers, {})
    return asked


def profile_answers(party: Any) -> dict[str, Any]:
    """Return what a party's profile says, by what a question names it ("party.phone"); {} for no party."""
    return {
        f"party.{name}": getattr(party, name)
        for name in ("name", "identity", "phone", "email", "address", "region", "birth_date")
        if party and getattr(party, name)
    }


def digest(value: Any) -> str:
    """Return a short mark of an answer, equal for equal answers; "" for every empty one."""
    if is_empty(value):
        return ""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    return sha256(text.encode()).hexdigest()[:12]


def merge_page(
    stored: Mapping[str, Any], posted: Mapping[str, Any], shown: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """
    Return what of a posted page is to be saved, and the stored answers it would overwrite unseen.

    `shown` maps question to the digest of the answer that the page showed; a question that is not in it is saved as
    posted. What was changed only elsewhere stays, what was changed only here is saved, what both changed is a conflict.
    """
    kept: dict[str, Any] = {}
    conflicts: dict[str, Any] = {}
    for key, value in posted.items():
        newest = digest(stored.get(key))
        if key not in stored or key not in shown or newest in (shown[key], digest(value)):
            kept[key] = value
        elif digest(value) != shown[key]:
            conflicts[key] = stored[key]
    return kept, conflicts


def form_steps(
    definitions: Sequence[Definition], kind: Kind, answers: Mapping[str, Any]
) -> list[Step]:
    """Return the pages of questions in order; a field that an earlier service asks is not asked again."""
    steps: list[Step] = []
    seen: set[str] = set()
    current = asked_answers(definitions, kind, answers)
    for number, definition in enumerate(definitions):
        for page in visible_pages(definition, kind, current):
            fields = tuple(one for one in page.fields if one.key not in seen)
            left = replace(page, fields=fields)
            if visible_fields(left, kind, current):
                key = page.key if number == 0 else f"{page.key}-{number + 1}"
                steps.append(Step(key, page.title, left, definition))
        seen |= {one.key for page in definition.pages for one in page.fields}
    return steps


def most_steps(definitions: Sequence[Definition], kind: Kind, answers: Mapping[str, Any]) -> int:
    """
    Return how many steps there are at most, documents and review included, whatever is answered from here on.

    A question not yet answered may open every page that hangs on it.
    """
    current = asked_answers(definitions, kind, answers)
    asked: set[str] = set()  # questions that are or may be asked

    def may_hold(condition: Condition | None) -> bool:
        open_ = condition is not None and condition.field in asked
        unanswered = open_ and condition is not None and is_empty(current.get(condition.field))
        return holds(condition, current) or unanswered

    count = 0
    for definition in definitions:
        for page in definition.pages:
            if not may_hold(page.shown_when):
                continue
            fields = {
                one.key for one in page.fields if kind in one.kinds and may_hold(one.shown_when)
            }
            count += bool(fields - asked)
            asked |= fields
    documents = any(
        kind in one.kinds and may_hold(one.required_when)
        for definition in definitions
        for one in definition.requirements
    )
    return count + documents + 1


def wanted_documents(
    definitions: Sequence[Definition], kind: Kind, answers: Mapping[str, Any]
) -> list[tuple[Requirement, bool]]:
    """Return the documents in order, each with whether it is required by any service."""
    current = asked_answers(definitions, kind, answers)
    found: dict[str, tuple[Requirement, bool]] = {}
    for definition in definitions:
        for requirement in required_documents(definition, kind, current):
            earlier = found.get(requirement.key)
            found[requirement.key] = (
                requirement,
                requirement.required or bool(earlier and earlier[1]),
            )
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Opened:
    """Questions and documents that a changed answer has brought up."""

    fields: tuple[Field, ...] = ()
    requirements: tuple[Requirement, ...] = ()

    @property
    def keys(self) -> set[str]:
        return {one.key for one in self.fields} | {one.key for one in self.requirements}


def opened_by(
    definition: Definition, kind: Kind, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Opened:
    """Return what is asked with the answers `after` and was not with those `before`, in the file's order."""

    def asked(answers: Mapping[str, Any]) -> Opened:
        current = asked_answers([definition], kind, answers)
        return Opened(
            tuple(
                one
                for page in visible_pages(definition, kind, current)
                for one in visible_fields(page, kind, current)
            ),
            tuple(required_documents(definition, kind, current)),
        )

    known, now = asked(before).keys, asked(after)
    return Opened(
        tuple(one for one in now.fields if one.key not in known),
        tuple(one for one in now.requirements if one.key not in known),
    )
