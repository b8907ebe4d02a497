"""Drafts: what a person has typed, kept at each step, for one service or a bundle."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from satupintu.catalogue.rules import Kind
from satupintu.permits.models import Draft, Permit


def start_draft(
    *,
    user_id: int | None,
    party_id: UUID | None,
    version_ids: list[int],
    kind: Kind,
    answers: Mapping[str, Any],
    at: datetime,
    previous_permit: Permit | None = None,
    typed_by_id: int | None = None,
    consent_how: str = "",
    channel: str = "web",
) -> Draft:
    """Keep the first answers and return the draft. `typed_by_id` and `consent_how` for assisted intake."""
    return Draft.objects.create(
        user_id=user_id,
        party_id=party_id,
        versions=version_ids,
        kind=kind.value,
        answers=dict(answers),
        previous_permit=previous_permit,
        typed_by_id=typed_by_id,
        consent_how=consent_how,
        channel=channel,
        created_at=at,
        saved_at=at,
    )


def save_answers(*, draft: Draft, answers: Mapping[str, Any], at: datetime) -> Draft:
    """Merge answers into the draft; keys that are not given stay."""
    draft.answers = {**draft.answers, **answers}
    draft.saved_at = at
    draft.save(update_fields=["answers", "saved_at"])
    return draft


def save_document(
    *, draft: Draft, requirement: str, document_id: UUID | None, at: datetime, statement: str = ""
) -> Draft:
    """Attach a stored document to a requirement of the draft; None takes it off again."""
    documents, statements = dict(draft.documents), dict(draft.statements)
    if document_id is None:
        documents.pop(requirement, None)
        statements.pop(requirement, None)
    else:
        documents[requirement] = str(document_id)
    if statement:
        statements[requirement] = statement
    draft.documents, draft.statements, draft.saved_at = documents, statements, at
    draft.save(update_fields=["documents", "statements", "saved_at"])
    return draft


def save_statement(*, draft: Draft, requirement: str, given: bool, at: datetime) -> Draft:
    """Record an e-declaration: the person ticked and named themselves; the moment is kept."""
    statements = dict(draft.statements)
    if given:
        statements[requirement] = f"e_declaration {at.isoformat()}"
    else:
        statements.pop(requirement, None)
    draft.statements, draft.saved_at = statements, at
    draft.save(update_fields=["statements", "saved_at"])
    return draft


def claim_draft(*, draft: Draft, user_id: int, party_id: UUID | None, at: datetime) -> Draft:
    """Give a draft begun before signing in to the person who has signed in now."""
    if draft.user_id is None:
        draft.user_id, draft.party_id, draft.saved_at = user_id, draft.party_id or party_id, at
        draft.save(update_fields=["user", "party", "saved_at"])
    return draft


def discard_draft(*, draft: Draft) -> None:
    """Throw a draft away; nothing of it was ever asked of the office."""
    Draft.objects.filter(pk=draft.pk, submitted_at__isnull=True).delete()
