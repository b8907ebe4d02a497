"""
Drafts: what a person has typed, kept at each step, for one service or a bundle.

A draft changes by compare-and-set on `saved_at`, which therefore never stands still: two pages saved at the same time
(autosave and a press of the button) both stay.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.catalogue.rules import Kind
from satupintu.documents.queries import Document, list_documents, vault
from satupintu.documents.services import remove_document
from satupintu.fees.queries import documents_in_use
from satupintu.lib.days import begins
from satupintu.lib.ids import uuid7
from satupintu.lib.prepared import insert
from satupintu.people.queries import Authority
from satupintu.people.rules import Actor, system_actor
from satupintu.permits import rules
from satupintu.permits.models import Attachment, Draft, HandOver, Permit, Repair, Slip
from satupintu.permits.queries import OPEN
from satupintu.permits.steps import merge_page

_TRIES = 20
_TICK = timedelta(microseconds=1)
_OFFICE_KINDS = (
    "permit",
    "letter",
    "objection",
)  # what the office made or decides on is not a person's to take away


class DraftGone(Exception):
    """The draft was sent or thrown away in the meantime; `message` says what to do."""

    def __init__(self) -> None:
        self.message = _(
            "Draf ini sudah dikirim atau dihapus. Lihat keadaan terbarunya di Permohonan saya."
        )
        super().__init__(self.message)


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
    received_at: datetime | None = None,
    slip: Slip | None = None,
    draft_id: UUID | None = None,
    documents: Mapping[str, str] | None = None,
    statements: Mapping[str, str] | None = None,
) -> Draft:
    """
    Keep the first answers and return the draft. `typed_by_id` and `consent_how` for assisted intake.

    `draft_id`, `documents` and `statements` are for a draft that comes whole, under an id that is known beforehand.
    `received_at` is when a paper came in, if not now; `slip` the numbered slip that was given for it.
    """
    draft = Draft(
        id=draft_id or uuid7(),
        documents=dict(documents or {}),
        statements=dict(statements or {}),
        user_id=user_id,
        party_id=party_id,
        versions=version_ids,
        kind=kind.value,
        answers=dict(answers),
        previous_permit=previous_permit,
        typed_by_id=typed_by_id,
        consent_how=consent_how,
        channel=channel,
        received_at=received_at,
        slip=slip,
        created_at=at,
        saved_at=at,
    )
    insert(draft)
    return draft


def _change(draft: Draft, at: datetime, change: Callable[[Draft], dict[str, Any]]) -> Draft:
    """Write what `change` says over the newest state of the draft. Raises DraftGone."""
    for _try in range(_TRIES):
        values = change(draft) | {"saved_at": max(at, draft.saved_at + _TICK)}
        if Draft.objects.filter(OPEN, pk=draft.pk, saved_at=draft.saved_at).update(**values):
            for name, value in values.items():
                setattr(draft, name, value)
            return draft
        newest = Draft.objects.filter(OPEN, pk=draft.pk).first()
        if newest is None:
            raise DraftGone
        for name in ("answers", "documents", "statements", "held", "saved_at"):
            setattr(draft, name, getattr(newest, name))
    raise DraftGone


def save_answers(*, draft: Draft, answers: Mapping[str, Any], at: datetime) -> Draft:
    """Merge answers into the draft; keys that are not given stay. Raises DraftGone."""
    return _change(draft, at, lambda current: {"answers": {**current.answers, **answers}})


def save_page(
    *, draft: Draft, answers: Mapping[str, Any], shown: Mapping[str, str], at: datetime, step: str
) -> dict[str, Any]:
    """
    Save a page as `save_answers` does, without overwriting what another window changed meanwhile.

    `shown` maps question to the digest of the answer the page showed. Return the stored answers that stayed because
    both windows changed them, by question. Raises DraftGone.
    """
    conflicts: dict[str, Any] = {}

    def change(current: Draft) -> dict[str, Any]:
        conflicts.clear()
        kept, other = merge_page(current.answers, answers, shown)
        conflicts.update(other)
        values: dict[str, Any] = {"answers": {**current.answers, **kept}}
        if step in current.held.get("steps", {}):
            values["held"] = _settled(current.held, step)
        return values

    _change(draft, at, change)
    return conflicts


def save_document(
    *, draft: Draft, requirement: str, document_id: UUID | None, at: datetime, statement: str = ""
) -> Draft:
    """
    Attach a stored document to a requirement of the draft; None takes it off again. Raises DraftGone.

    `statement` is the form in which a statement was given by the file ("e_meterai", "handwritten").
    """

    def change(current: Draft) -> dict[str, Any]:
        documents, statements = dict(current.documents), dict(current.statements)
        documents.pop(requirement, None)
        statements.pop(requirement, None)
        if document_id is not None:
            documents[requirement] = str(document_id)
        if document_id is not None and statement:
            statements[requirement] = statement
        return {"documents": documents, "statements": statements}

    return _change(draft, at, change)


def save_statement(*, draft: Draft, requirement: str, given: bool, at: datetime) -> Draft:
    """Record an e-declaration: the person ticked it; the moment is kept. Raises DraftGone."""

    def change(current: Draft) -> dict[str, Any]:
        documents, statements = dict(current.documents), dict(current.statements)
        if given:
            documents.pop(requirement, None)
            statements[requirement] = rules.declared(at)
        else:
            statements.pop(requirement, None)
        return {"documents": documents, "statements": statements}

    return _change(draft, at, change)


# --- What arrives without a session ------------------------------------------------------------


def hold(
    *,
    draft: Draft,
    user_id: int,
    step: str,
    fields: Mapping[str, list[str]],
    documents: Mapping[str, str],
    at: datetime,
) -> Draft:
    """
    Keep a post that came without a session until `user_id` signs in. Raises DraftGone.

    Nothing of the draft itself changes. Each step waits by itself; a later post of the same step takes the place of
    the earlier, and its files are added to those already held.
    """

    def change(current: Draft) -> dict[str, Any]:
        earlier = current.held if current.held.get("user") == user_id else {}
        steps = dict(earlier.get("steps", {}))
        steps.pop(step, None)  # the latest comes last
        steps[step] = {name: list(values) for name, values in fields.items()}
        held = {
            "user": user_id,
            "steps": steps,
            "documents": {**earlier.get("documents", {}), **documents},
            "at": at.isoformat(),
        }
        return {"held": held}

    return _change(draft, at, change)


def _settled(held: Mapping[str, Any], step: str) -> dict[str, Any]:
    """Return what still waits when this step is settled; {} for nothing."""
    steps = {key: fields for key, fields in held["steps"].items() if key != step}
    return {**held, "steps": steps} if steps or held["documents"] else {}


def release_documents(
    *, draft: Draft, user_id: int, step: str, papers: Mapping[str, str], at: datetime
) -> Draft:
    """
    Attach the files that were held for this person, and settle `step`, the page of documents. Raises DraftGone.

    `papers` maps requirement to the form of statement that its file is; a file takes the place of a declaration.
    """

    def change(current: Draft) -> dict[str, Any]:
        held = current.held
        if held.get("user") != user_id:
            return {}
        statements = {k: one for k, one in current.statements.items() if k not in held["documents"]}
        statements |= {key: form for key, form in papers.items() if key in held["documents"]}
        return {
            "documents": {**current.documents, **held["documents"]},
            "statements": statements,
            "held": _settled({**held, "documents": {}}, step),
        }

    return _change(draft, at, change)


def hold_answer(
    *,
    repair_id: UUID,
    user_id: int,
    fields: Mapping[str, list[str]],
    documents: Mapping[str, list[str]],
    at: datetime,
) -> bool:
    """
    Keep an answer to the office that came without a session until `user_id` signs in.

    `documents` maps requirement to [document id, name]; files held before stay. False when the office
    no longer waits for an answer; then nothing is kept.
    """
    waiting = Repair.objects.filter(pk=repair_id, answered_at__isnull=True)
    current = waiting.first()
    if current is None:
        return False
    earlier = held_answer(current, user_id)
    mine = {
        "fields": {name: list(values) for name, values in fields.items()},
        "documents": {**earlier.get("documents", {}), **documents},
        "at": at.isoformat(),
    }
    return waiting.update(held={**current.held, str(user_id): mine}) == 1


def held_answer(repair: Repair, user_id: int | None) -> dict[str, Any]:
    """Return what this person posted to a repair without a session: {"fields", "documents", "at"}; {} for nothing."""
    mine: dict[str, Any] = repair.held.get(str(user_id), {})
    return mine


# --- The end of a draft ------------------------------------------------------------------------


def discard_draft(*, draft: Draft, at: datetime) -> None:
    """Throw a draft away; it can be taken back until `erase_discarded` takes it."""
    Draft.objects.filter(OPEN, pk=draft.pk).update(discarded_at=at)


def restore_draft(*, draft_id: UUID) -> bool:
    """Take a draft back that was thrown away; False when it is no longer there, or was not thrown away."""
    gone = Draft.objects.filter(pk=draft_id, discarded_at__isnull=False)
    return gone.update(discarded_at=None) == 1


def erase_discarded(*, at: datetime, limit: int = 100) -> int:
    """
    Erase drafts that can no longer be taken back, with the files that only they refer to; return how many.

    The bytes go with `erase_unused_files`, a day later at the earliest.
    """
    first_kept = timezone.localdate(at) - timedelta(days=rules.DISCARDED_DAYS)
    rows = Draft.objects.filter(discarded_at__lt=begins(first_kept)).order_by("discarded_at")[
        :limit
    ]
    return sum(_erase(draft, at) for draft in rows)


@transaction.atomic
def _erase(draft: Draft, at: datetime) -> int:
    if not Draft.objects.filter(pk=draft.pk, discarded_at=draft.discarded_at).delete()[0]:
        return 0  # taken back in this moment, or erased by another worker
    own = {UUID(one) for one in _files_of(draft)}
    own -= _in_use(own) | {UUID(one) for other in _beside(draft) for one in _files_of(other)}
    for document in list_documents(own):
        if not document.kind.startswith(_OFFICE_KINDS):
            remove_document(
                document_id=document.pk,
                by=system_actor("erase_discarded"),
                at=at,
                erase_after=timezone.localdate(at),
            )
    return 1


def _files_of(draft: Draft) -> set[str]:
    return {*draft.documents.values(), *draft.held.get("documents", {}).values()}


def _beside(draft: Draft) -> QuerySet[Draft]:
    """Return the drafts that may use the same files: of the same applicant, or of nobody's vault yet."""
    same = Q(party_id=draft.party_id) if draft.party_id else Q(user_id=draft.user_id)
    return Draft.objects.filter(same, submitted_at__isnull=True).only("documents", "held")


@transaction.atomic
def erase_unused(*, party_id: UUID | None, by: Actor, at: datetime) -> tuple[int, int]:
    """
    Erase of a person what the law does not make the office keep; return how many drafts and files.

    Drafts that were not sent go at once; files in the vault that no case refers to leave it now, and their bytes with
    `erase_unused_files`. Cases, permits and their files stay (UU 43/2009 on archives; UU 27/2022 Art. 43 and 50).
    """
    assert by.user_id is not None, "only a person with a login asks for it"
    own = Draft.objects.filter(user_id=by.user_id, submitted_at__isnull=True)
    count = own.count()
    own.delete()
    if party_id is None:
        return count, 0
    removed = [
        document
        for document in unused_documents(party_id)
        if remove_document(
            document_id=document.pk, by=by, at=at, erase_after=timezone.localdate(at)
        )
    ]
    return count, len(removed)


def unused_documents(party_id: UUID) -> list[Document]:
    """
    Return the files of a party that no case refers to, and that prove nothing the office did. Five queries.

    Who collected a permit and who may act for whom is proved by papers that lie among the party's, but are no longer
    theirs to take away.
    """
    held = list(vault(party_id, None, date.min))
    used = _in_use({one.pk for one in held})
    kept = [one for one in held if one.pk not in used]
    return [one for one in kept if not one.kind.startswith(_OFFICE_KINDS)]


def _in_use(ids: set[UUID]) -> set[UUID | None]:
    """Return which of these files a case, an authority, a payment or a hand-over rests on. Four queries."""
    used: set[UUID | None] = set(
        Attachment.objects.filter(document_id__in=ids).values_list("document_id", flat=True)
    )
    used.update(Authority.objects.filter(document_id__in=ids).values_list("document_id", flat=True))
    papers = Q(authority_id__in=ids) | Q(signature_id__in=ids)
    for pair in HandOver.objects.filter(papers).values_list("authority_id", "signature_id"):
        used.update(pair)
    used.update(documents_in_use(ids))
    return used
