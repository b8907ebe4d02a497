"""What a client does on a case it sent in, in the applicant's name: answer the office, withdraw, fetch the permit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.catalogue.form import tidied_answers
from satupintu.catalogue.rules import Field, Requirement, fields_by_key
from satupintu.exchange import rules
from satupintu.exchange.models import ApiClient, Upload
from satupintu.exchange.queries import permit_in
from satupintu.exchange.services.acting import ORIGIN, Seen, act_as_seen
from satupintu.exchange.services.intake import (
    Filled,
    Problems,
    client_actor,
    form_problems,
    wrong_documents,
)
from satupintu.permits.queries import File, Repair, asked_of, current_attachments
from satupintu.permits.rules import ANSWER_ACTIONS, NOBODY_HAS_IT, State
from satupintu.permits.services.common import Incomplete
from satupintu.permits.steps import Opened, opened_by
from satupintu.workflow.queries import Transition
from satupintu.workflow.services import MoveNotAllowed, check_unmoved, find_arrived


@dataclass(frozen=True, slots=True)
class Answer:
    """What a client sends after the office returned a case or asked, as it came."""

    answers: Mapping[str, Any]
    documents: Mapping[str, UUID]  # requirement -> id of an upload
    statements: Sequence[str]  # requirements declared
    note: str


def answer(
    *, file: File, given: Answer, client: ApiClient, language: str, seen: Seen
) -> Transition:
    """
    Hand in what the office asked for; return the row of the log. A repetition returns the first one.

    Each thing asked must be named, and what a changed answer asks for besides. Raises MoveNotAllowed when nothing is
    asked, MovedMeanwhile for another version, and Incomplete with everything missing or wrong, each with its pointer.
    """
    if arrived := find_arrived(ORIGIN, seen.origin_ref):
        return arrived
    check_unmoved(file.case, seen.version)
    asked = asked_of(file)
    if asked is None:
        raise MoveNotAllowed(_("Tidak ada yang perlu diperbaiki pada permohonan ini sekarang."))
    problems, changed, documents = _checked(file, asked, given, language, seen.at)
    problems += wrong_documents(given.documents, client, file.definition.code)
    if problems:
        first = dict(reversed(problems))  # the first sentence about each place
        raise Incomplete(
            _("Jawaban ini belum lengkap. Lengkapi dulu yang berikut."),
            [(where, first[where]) for where in dict(problems)],
        )
    draft_id = file.permit_case.application.draft_id
    with transaction.atomic():
        row = _act(
            file,
            ANSWER_ACTIONS[State(file.case.state)],
            client,
            seen,
            reason=given.note,
            data={
                "answers": changed,
                "documents": documents,
                "statements": list(given.statements),
            },
        )
        Upload.objects.filter(pk__in=given.documents.values(), client=client).update(
            draft_id=draft_id
        )
    return row


def withdraw(*, file: File, client: ApiClient, reason: str, seen: Seen) -> Transition:
    """Withdraw the application. Raises MoveNotAllowed where it cannot be any more, MovedMeanwhile."""
    return _act(file, "withdraw", client, seen, reason=reason)


def collect(*, file: File, client: ApiClient, seen: Seen) -> None:
    """
    Record that the holder gets the permit's file; nothing happens when it was handed over before.

    Raises MoveNotAllowed while there is none.
    """
    if permit_in(file) is None:
        raise MoveNotAllowed(_("Izin ini belum terbit."))
    if file.case.state in NOBODY_HAS_IT:
        _act(file, "download", client, seen)


def _act(
    file: File,
    action: str,
    client: ApiClient,
    seen: Seen,
    *,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
) -> Transition:
    by = client_actor(client, file.case.party_id)
    return act_as_seen(file.case, action, by=by, seen=seen, reason=reason, data=data or {})


def _checked(
    file: File, asked: Repair, given: Answer, language: str, at: datetime
) -> tuple[Problems, dict[str, Any], dict[str, str]]:
    """Return what is wrong with an answer, its answers as they are stored, and its documents."""
    definition, today = file.definition, timezone.localdate(at)
    known = fields_by_key(definition)
    problems: Problems = []
    fit = {key: one for key, one in given.answers.items() if key in known}
    for key in [key for key in fit if not rules.has_shape(known[key], fit[key])]:
        problems.append((f"answers/{key}", _("Bentuk jawaban ini tidak sesuai.")))
        del fit[key]
    stored: dict[str, Any] = file.permit_case.answers
    after = tidied_answers(definition, file.kind, {**stored, **fit}, today=today, language=language)
    opened = opened_by(definition, file.kind, stored, after)
    fields, papers = _wanted(asked, opened, known, definition.requirements)
    problems += _unasked(given, fields, papers)
    problems += [
        (f"answers/{key}", _("Jawab ini: %(name)s.") % {"name": one.label.in_language(language)})
        for key, one in fields.items()
        if key not in given.answers
    ]
    problems += [
        (f"documents/{key}", _("Lampirkan “%(name)s”.") % {"name": one.label.in_language(language)})
        for key, one in papers.items()
        if key not in {*given.documents, *given.statements}
        and (one.required or key not in opened.keys)
    ]
    if not given.note.strip() and any(
        one["on"] not in ("document", "field") for one in asked.items
    ):
        problems.append(("note", _("Tulis bagaimana hal lain yang diminta kantor diselesaikan.")))
    documents = {key: str(one) for key, one in given.documents.items()}
    whole = Filled(
        file.kind.value,
        after,
        {one.requirement: "" for one in current_attachments(file.case.pk)} | documents,
        {**file.permit_case.statements, **dict.fromkeys(given.statements, "")},
    )
    about = {f"answers/{key}" for key in fields} | {f"documents/{key}" for key in papers}
    problems += [
        (where, what)
        for where, what in form_problems(whole, definition, today=today, language=language)
        if where in about
    ]
    return problems, {key: after.get(key) for key in fit}, documents


def _wanted(
    asked: Repair,
    opened: Opened,
    known: Mapping[str, Field],
    requirements: Sequence[Requirement],
) -> tuple[dict[str, Field], dict[str, Requirement]]:
    """Return the questions and documents that the office asked for, and those that the new answers open."""
    on = {
        kind: {one["key"] for one in asked.items if one["on"] == kind}
        for kind in ("field", "document")
    }
    fields = {key: known[key] for key in known if key in on["field"]}
    papers = {one.key: one for one in requirements if one.key in on["document"]}
    fields |= {one.key: one for one in opened.fields}
    papers |= {one.key: one for one in opened.requirements}
    return fields, papers


def _unasked(
    given: Answer, fields: Mapping[str, Field], papers: Mapping[str, Requirement]
) -> Problems:
    """Return what nobody asked for: a case is changed where the office looks, and nowhere else."""
    why = _("Kantor tidak meminta ini.")
    problems = [(f"answers/{key}", why) for key in given.answers if key not in fields]
    problems += [(f"documents/{key}", why) for key in given.documents if key not in papers]
    problems += [
        (f"statements/{place}", _("Ini tidak dapat dinyatakan."))
        for place, key in enumerate(given.statements)
        if key not in papers or not papers[key].may_declare
    ]
    return problems
