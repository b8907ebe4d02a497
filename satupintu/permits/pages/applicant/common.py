"""What the applicant's pages share: who asks, the draft with its services, the file as its own people see it."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils import timezone

from satupintu.catalogue.rules import Definition, Kind
from satupintu.lib import clock
from satupintu.lib.language import current_language
from satupintu.people.queries import User, actor_for
from satupintu.people.rules import Actor
from satupintu.permits import steps
from satupintu.permits.queries import (
    Draft,
    File,
    NotFound,
    definitions_of,
    get_any_draft_for,
    get_draft_for,
    get_file_for,
)
from satupintu.permits.steps import Step

MASKED_TYPES = frozenset({"nik", "npwp", "phone"})


def me(request: HttpRequest) -> User:
    """Return the signed-in user; only where a session was checked."""
    user = request.user
    assert isinstance(user, User)
    return user


def today() -> date:
    """Return the office's day."""
    return timezone.localdate(clock.now())


@dataclass(slots=True)
class Sheet:
    """A draft together with what its services ask."""

    draft: Draft
    definitions: list[Definition]
    steps: list[Step] = field(default_factory=list)

    @property
    def kind(self) -> Kind:
        return Kind(self.draft.kind)

    @property
    def title(self) -> str:
        return ", ".join(one.title_in(current_language()) for one in self.definitions)

    @property
    def asked(self) -> dict[str, Any]:
        return steps.asked_answers(self.definitions, self.kind, self.draft.answers)

    def refresh(self) -> None:
        """Find the steps anew after answers changed."""
        self.steps = steps.form_steps(self.definitions, self.kind, self.draft.answers)

    @property
    def keys(self) -> list[str]:
        """The steps in order, documents (when any are asked) and review included."""
        documents = [steps.DOCUMENTS] if self.documents() else []
        return [*(one.key for one in self.steps), *documents, steps.REVIEW]

    @property
    def most(self) -> int:
        """How many steps there may be at most; more than `keys` while an open answer decides about a page."""
        return steps.most_steps(self.definitions, self.kind, self.draft.answers)

    def documents(self) -> list[Any]:
        return steps.wanted_documents(self.definitions, self.kind, self.draft.answers)

    def after(self, key: str) -> str:
        """Return the step after `key`; the first one when `key` is no longer a step."""
        keys = self.keys
        return keys[min(keys.index(key) + 1, len(keys) - 1)] if key in keys else keys[0]

    def before(self, key: str) -> str:
        """Return the step before `key`, "" for the first."""
        keys = self.keys
        place = keys.index(key) if key in keys else 0
        return keys[place - 1] if place else ""


def sheet_of(draft: Draft) -> Sheet:
    """Return the draft with its services and steps. One query."""
    sheet = Sheet(draft, definitions_of(draft.versions))
    sheet.refresh()
    return sheet


def get_sheet(request: HttpRequest, draft_id: UUID) -> Sheet:
    """Return the signed-in person's draft with its services. Raises Http404 for anybody else's."""
    try:
        draft = get_draft_for(actor_for(request), draft_id)
    except NotFound as error:
        raise Http404 from error
    return sheet_of(draft)


def get_open_sheet(request: HttpRequest, draft_id: UUID) -> Sheet | None:
    """Return the person's draft; None when it has been sent. Raises Http404 for anybody else's."""
    try:
        draft = get_any_draft_for(actor_for(request), draft_id)
    except NotFound as error:
        raise Http404 from error
    return None if draft.submitted_at else sheet_of(draft)


def get_own_file(request: HttpRequest, number: str) -> tuple[Actor, File]:
    """Return who asks and the case, when it is theirs or they are officers. Raises Http404."""
    actor = actor_for(request)
    try:
        return actor, get_file_for(actor, number)
    except NotFound as error:
        raise Http404 from error
