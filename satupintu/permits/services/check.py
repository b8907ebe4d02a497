"""Checking completeness: declare complete, return everything at once, repair, withdraw, close unanswered files."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.catalogue.form import merged_answers
from satupintu.catalogue.rules import is_empty
from satupintu.documents.queries import Document
from satupintu.lib.language import current_language
from satupintu.people.rules import Role, system_actor
from satupintu.people.services import see_identity
from satupintu.permits import rules, steps
from satupintu.permits.file import File, identity_to_see
from satupintu.permits.models import Attachment, PermitCase, Repair
from satupintu.permits.proof import STATEMENTS
from satupintu.permits.services import review
from satupintu.permits.services.asking import Item, answer_by_of, keep_repair, read_item
from satupintu.permits.services.common import (
    Incomplete,
    as_applicant,
    check_person,
    current_attachments,
    file_digests,
    file_of,
    given_papers,
    move,
    own_task,
    refuse_own_case,
    system_move,
    task,
)
from satupintu.permits.services.findable import make_findable
from satupintu.permits.services.holder import mark_of, told_change
from satupintu.workflow.queries import Case, Transition
from satupintu.workflow.rules import digest
from satupintu.workflow.services import (
    ActRequest,
    CannotMove,
    MovedMeanwhile,
    ReasonMissing,
    TaskChange,
    given_list,
    given_table,
    given_text,
    given_texts,
    needed_id,
)


class NoConsent(CannotMove):
    """An officer withdraws a case only when the applicant has said so, in a way that is on the record."""


@transaction.atomic
def declare_complete(request: ActRequest) -> Transition:
    """
    Declare the file complete. The officer's verdict on every document is kept; technical review starts.

    data: identity_seen = True when the officer compared the applicant's NIK with the identity card among the papers;
    counts only where file.identity_to_see says that this can be.
    """
    refuse_own_case(request)
    file = file_of(request.case)
    system = request.by.role is Role.SYSTEM
    closed = {} if system else {own_task(request, file, "check").pk: "complete"}
    attached = current_attachments(request.case.pk)
    row = move(
        request,
        file,
        tasks=TaskChange(close=closed, drop=frozenset({"check"}) if system else frozenset()),
        digests=file_digests(attached),
    )
    if not system:
        _keep_verdicts(request, dict.fromkeys([one.requirement for one in attached], "ok"))
        party = request.case.party
        if request.data.get("identity_seen") is True and party and identity_to_see(file, attached):
            see_identity(party=party, by=request.by, at=request.at)
    review.advance(file, at=request.at)
    return row


@transaction.atomic
def return_for_repair(request: ActRequest) -> Transition:
    """
    Return the file with everything that must be repaired, item by item, and a date to answer by.

    data: items = list of Item, answer_by = ISO date. Raises ReasonMissing without items or reasons.
    """
    refuse_own_case(request)
    file = file_of(request.case)
    items = _items(given_list(request.data, "items"))
    answer_by = answer_by_of(request)
    row = move(
        request,
        file,
        tasks=TaskChange(
            close={own_task(request, file, "check").pk: "returned"},
            # The limit counts from the submission that proves complete: what had passed was none.
            drop=frozenset({"deemed"}),
        ),
        data={
            "items": [{"on": i["on"], "key": i["key"]} for i in items],
            "answer_by": answer_by.isoformat(),
        },
    )
    _keep_verdicts(request, {i["key"]: "bad" for i in items if i["on"] == "document"})
    keep_repair(request, row, items, answer_by)
    return row


def _items(raw: Iterable[Any]) -> list[Item]:
    items = [read_item(one) for one in raw]
    if not items:
        raise ReasonMissing(_("Tandai sedikitnya satu butir yang harus diperbaiki."))
    if any(not item["reason"] for item in items):
        raise ReasonMissing(
            _("Setiap butir yang dikembalikan perlu alasan yang dapat dipahami pemohon.")
        )
    return items


def _keep_verdicts(request: ActRequest, verdicts: dict[str, str]) -> None:
    for verdict in set(verdicts.values()):
        keys = [key for key, value in verdicts.items() if value == verdict]
        Attachment.objects.filter(
            permit_case_id=request.case.pk, requirement__in=keys, superseded_at__isnull=True
        ).update(verdict=verdict, verdict_by_id=request.by.user_id)


def set_verdict(
    *, case: Case, requirement: str, verdict: str, user_id: int, reason: str = ""
) -> None:
    """Keep what an officer ticked while reading ("ok", "bad", ""), and why; no move: nothing is decided yet."""
    Attachment.objects.filter(
        permit_case_id=case.pk, requirement=requirement, superseded_at__isnull=True
    ).update(
        verdict=verdict,
        verdict_by_id=user_id,
        verdict_reason=reason.strip() if verdict == "bad" else "",
    )


@transaction.atomic
def resubmit(request: ActRequest) -> Transition:
    """
    Take the applicant's repair: changed answers, new documents, a note.

    data: answers = dict of changed answers, documents = {requirement: document id}, statements = requirements that
    were declared electronically. Moves a returned file to the check again, with the applicant's name, number and
    address as they are now; a paused file back to where it was asked, one to be reconfirmed to the beginning of the
    review. Raises Incomplete when a changed answer asks for more than was given.
    """
    check_person(request)
    file = file_of(request.case)
    answers = _repaired_answers(request, file)
    given = _given_documents(request)
    declared = _declared(request, file)
    _check_opened(request, file, answers, {*given, *declared})
    to = _resumes_in(request.case) if request.action == "resume" else None
    statements = _statements(request, file, given, declared)
    kept = [one for one in current_attachments(request.case.pk) if one.requirement not in declared]
    again = request.action == "resubmit"
    # Back to the check, where somebody looks at it. What is answered in between changes nobody's name.
    holder = file.holder_now if again else file.holder
    digests = {"answers": digest(answers), STATEMENTS: digest(statements), **mark_of(holder)}
    check = task("check", Role.FRONT_OFFICE, days=file.definition.promise.check_days, at=request.at)
    row = move(
        request,
        file,
        by=as_applicant(request.by, request.case),
        data=told_change(file.holder, holder),
        tasks=TaskChange(open=[check] if again else ()),
        digests=digests
        | file_digests(kept)
        | {f"file:{key}": one.file_id for key, one in given.items()},
        days={"legal": file.definition.legal.days},
        to=to,
    )
    begun = {"review_from": row.seq} if request.action == "restart" else {}
    PermitCase.objects.filter(pk=request.case.pk).update(
        answers=answers, holder=holder._asdict(), statements=statements, **begun
    )
    case = request.case
    make_findable(case_id=case.pk, opened_at=case.opened_at, party=case.party, answers=answers)
    _replace_documents(request, given, declared)
    if holder != file.holder:  # what was found right with another name is looked at again
        Attachment.objects.filter(
            permit_case_id=case.pk, document__kind="ktp", superseded_at__isnull=True
        ).update(verdict="", verdict_by_id=None)
    Repair.objects.filter(permit_case_id=request.case.pk, answered_at__isnull=True).update(
        answered_at=request.at, answer=request.reason, held={}
    )
    if row.to_state == rules.State.REVIEW:
        review.advance(file_of(request.case), at=request.at)
    return row


def _repaired_answers(request: ActRequest, file: File) -> dict[str, Any]:
    """Return the answers with the changed ones put in; those to questions that went away are dropped."""
    new = dict(given_table(request.data, "answers"))
    stored: dict[str, Any] = file.permit_case.answers
    if not new:
        return dict(stored)
    return merged_answers(file.definition, file.kind, stored, new) | new


def _check_opened(
    request: ActRequest, file: File, answers: dict[str, Any], given: set[str]
) -> None:
    """Refuse a repair that opens questions and leaves them open. Raises Incomplete."""
    opened = steps.opened_by(file.definition, file.kind, file.permit_case.answers, answers)
    if not opened.keys:
        return
    have = given | {one.requirement for one in current_attachments(request.case.pk)}
    have |= set(file.permit_case.statements)
    have |= {key for key, value in answers.items() if not is_empty(value)}
    used = current_language()
    left = [
        *((one.key, one.label.in_language(used)) for one in opened.fields if one.required),
        *((one.key, one.label.in_language(used)) for one in opened.requirements if one.required),
    ]
    left = [(key, name) for key, name in left if key not in have]
    if left:
        names = ", ".join(name for _key, name in left)
        raise Incomplete(
            _("Perubahan ini memerlukan jawaban lain: %(names)s.") % {"names": names}, left
        )


def _declared(request: ActRequest, file: File) -> set[str]:
    """Return the statements declared now, of those that may be given so."""
    may = {one.key for one in file.definition.requirements if one.may_declare}
    return may & set(given_texts(request.data, "statements"))


def _statements(
    request: ActRequest, file: File, given: dict[str, Document], declared: set[str]
) -> dict[str, str]:
    """Return how each statement of the case is given after this repair."""
    papers = {
        one.key: one.papers[0].value
        for one in file.definition.requirements
        if one.key in given and one.papers
    }
    kept = {key: form for key, form in file.permit_case.statements.items() if key not in given}
    return kept | papers | dict.fromkeys(declared, rules.declared(request.at))


def _resumes_in(case: Case) -> str:
    """Return the state in which the applicant was asked: the case goes on there. One query."""
    asked = Transition.objects.filter(case=case, action="pause").latest("seq")
    return asked.from_state


def _given_documents(request: ActRequest) -> dict[str, Document]:
    """Return requirement -> the document given for it now. One query."""
    asked = given_table(request.data, "documents")
    for requirement in asked:
        needed_id(asked, requirement)
    return given_papers(request, asked)


def _replace_documents(request: ActRequest, given: dict[str, Document], declared: set[str]) -> None:
    if declared:  # said instead of shown
        Attachment.objects.filter(
            permit_case_id=request.case.pk, requirement__in=declared, superseded_at__isnull=True
        ).update(superseded_at=request.at)
    for requirement, document in given.items():
        Attachment.objects.filter(
            permit_case_id=request.case.pk, requirement=requirement, superseded_at__isnull=True
        ).update(superseded_at=request.at)
        Attachment.objects.create(
            permit_case_id=request.case.pk,
            requirement=requirement,
            document=document,
            created_at=request.at,
        )


@transaction.atomic
def withdraw(request: ActRequest) -> Transition:
    """
    Withdraw the application; every open task is dropped.

    data, from an officer who records it for the applicant: consent = a key of rules.CONSENTS, how the applicant said
    so; the reason is what they said. Raises NoConsent, ReasonMissing.
    """
    check_person(request)
    file = file_of(request.case)
    data = {}
    if request.case.party_id not in request.by.party_ids:
        consent = given_text(request.data, "consent")
        if consent not in rules.CONSENTS:
            raise NoConsent(_("Pilih bagaimana pemohon menyatakan menarik permohonannya."))
        if not request.reason.strip():
            raise ReasonMissing(_("Tulis alasan pemohon menarik permohonannya."))
        data = {"consent": consent}
    row = move(
        request,
        file,
        by=as_applicant(request.by, request.case),
        tasks=TaskChange(drop=frozenset({"*"})),
        data=data,
    )
    Repair.objects.filter(permit_case_id=request.case.pk, answered_at__isnull=True).update(
        answered_at=request.at
    )
    return row


@transaction.atomic
def lapse(request: ActRequest) -> Transition:
    """Close a file that was not repaired by its date; the applicant may apply anew."""
    repair = (
        Repair.objects.filter(permit_case_id=request.case.pk, answered_at__isnull=True)
        .order_by("-asked_at")
        .first()
    )
    if repair is not None and repair.answer_by >= timezone.localdate(request.at):
        raise CannotMove(
            _("Pemohon masih punya waktu sampai %(date)s untuk memperbaiki.")
            % {"date": repair.answer_by.isoformat()}
        )
    file = file_of(request.case)
    row = move(request, file, tasks=TaskChange(drop=frozenset({"*"})))
    Repair.objects.filter(permit_case_id=request.case.pk, answered_at__isnull=True).update(
        answered_at=request.at
    )
    return row


def lapse_unanswered(*, at: datetime, limit: int = 100) -> int:
    """Close the files whose date to repair has passed; return how many. For the worker."""
    closed = 0
    overdue = Repair.objects.filter(
        answered_at__isnull=True,
        answer_by__lt=timezone.localdate(at),
        permit_case__case__state__in=list(rules.ANSWER_ACTIONS),
    ).select_related("permit_case__case", "permit_case__case__service_version")[:limit]
    for repair in overdue:
        case = repair.permit_case.case
        file = file_of(case)
        try:
            with transaction.atomic():
                system_move(
                    file,
                    "lapse",
                    by=system_actor("repair sweep"),
                    at=at,
                    tasks=TaskChange(drop=frozenset({"*"})),
                    data={"answer_by": repair.answer_by.isoformat()},
                )
                Repair.objects.filter(pk=repair.pk).update(answered_at=at)
        except MovedMeanwhile:
            continue  # answered at the last moment, or another worker was first
        closed += 1
    return closed
