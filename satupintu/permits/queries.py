"""Reads over applications and permits, each with its access check."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from satupintu.catalogue.queries import definition_of
from satupintu.catalogue.rules import Definition
from satupintu.documents.queries import Document, list_documents
from satupintu.fees.queries import plain_books, proofs_of
from satupintu.lib.codes import find_tracking_code, read_tracking_code
from satupintu.lib.days import begins, ends
from satupintu.lib.keyset import beyond
from satupintu.lib.prepared import Prepared
from satupintu.office.queries import NumberTaken
from satupintu.people.rules import Actor
from satupintu.permits import rules
from satupintu.permits.file import File, current_attachments, file_of
from satupintu.permits.finding import (
    FOUND_PAGE,
    SearchFilter,
    Typed,
    find_exact,
    find_many,
    person_of,
    read_typed,
)
from satupintu.permits.models import (
    Application,
    Attachment,
    Dispatch,
    Draft,
    HandOver,
    Imported,
    Inspection,
    Letter,
    Permit,
    PermitCase,
    Recommendation,
    Repair,
)
from satupintu.permits.public_search import (
    REGISTER_PAGE,
    RegisterFilter,
    in_force_on,
    register,
    suspended,
)
from satupintu.permits.registers import (
    BOOK_PAGE,
    Entry,
    Period,
    count_to,
    list_permits_issued,
    list_registered,
    whole_book,
)
from satupintu.workflow.queries import (
    Case,
    NotFound,
    Transition,
    get_case_for,
    histories,
    unread,
    visible_to,
    with_version,
)

__all__ = [
    "BOOK_PAGE",
    "FOUND_PAGE",
    "REGISTER_PAGE",
    "Application",
    "Attachment",
    "Dispatch",
    "Draft",
    "Entry",
    "File",
    "HandOver",
    "Inspection",
    "Letter",
    "NotFound",
    "Period",
    "Permit",
    "PermitCase",
    "Recommendation",
    "RegisterFilter",
    "Repair",
    "SearchFilter",
    "Typed",
    "count_to",
    "current_attachments",
    "file_of",
    "find_exact",
    "find_many",
    "in_force_on",
    "list_documents",
    "list_permits_issued",
    "list_registered",
    "person_of",
    "read_typed",
    "register",
    "suspended",
    "whole_book",
]


def get_file_for(actor: Actor, number: str) -> File:
    """Return the case with its permit side and definition. Two queries. Raises NotFound (missing or not theirs)."""
    case = get_case_for(actor, number)
    if case.kind != rules.KIND_PERMIT:
        raise NotFound(number)
    return file_of(case)


def _open_to(user_id: Any, party_ids: Any, *, typing: bool) -> Q:
    """
    Return the condition under which a draft is a person's to open: begun by them, for whom they act today.

    What an officer typed for somebody else is theirs while they take applications in (`typing`).
    """
    own = Q(user_id=user_id) & (Q(party_id__isnull=True) | Q(party_id__in=party_ids))
    return own | Q(typed_by_id=user_id) if typing else own


DISPATCHES = 1000  # lines of one look at the dispatch book
OPEN = Q(submitted_at__isnull=True, discarded_at__isnull=True)  # a draft that can be filled in
_DRAFT = Prepared(
    lambda draft_id, user_id, party_ids, typing: Draft.objects.filter(
        _open_to(user_id, party_ids, typing=typing), pk=draft_id, discarded_at__isnull=True
    ).select_related("party", "previous_permit"),
    many={"party_ids"},
    shape={"typing"},
)
_DRAFTS = Prepared(
    lambda user_id, party_ids, typing: (
        Draft.objects.filter(_open_to(user_id, party_ids, typing=typing), submitted_at__isnull=True)
        .select_related("party")
        .order_by("-saved_at")[:50]
    ),
    many={"party_ids"},
    shape={"typing"},
)
_NOBODY = UUID(int=0)


def _opener(actor: Actor) -> dict[str, Any]:
    """Return the values of `_open_to` for who asks."""
    return {
        "user_id": actor.user_id,
        "party_ids": actor.party_ids or [_NOBODY],
        "typing": bool(actor.roles & rules.FRONT),
    }


def get_any_draft_for(actor: Actor, draft_id: UUID) -> Draft:
    """Return a person's own draft, whether it is sent or not. One query. Raises NotFound."""
    found = None if actor.user_id is None else _DRAFT.first(draft_id=draft_id, **_opener(actor))
    if found is None:
        raise NotFound(str(draft_id))
    return found


def get_draft_for(actor: Actor, draft_id: UUID) -> Draft:
    """Return a person's own draft that is not submitted. One query. Raises NotFound."""
    found = get_any_draft_for(actor, draft_id)
    if found.submitted_at is not None:
        raise NotFound(str(draft_id))
    return found


def definitions_of(version_ids: list[int]) -> list[Definition]:
    """Return what the services of a draft say, in the draft's order. Usually no query."""
    return [definition_of(version_id) for version_id in version_ids]


def titles_of(version_ids: Iterable[int], language: str) -> dict[int, str]:
    """Return version id -> the service's name. Usually no query."""
    return {one: definition_of(one).title_in(language) for one in set(version_ids)}


def find_draft(draft_id: UUID, user_id: int) -> Draft | None:
    """Return a draft of this person that is not sent, to keep a post for them unseen; None when there is none."""
    mine = Q(user_id=user_id) | Q(typed_by_id=user_id)
    return Draft.objects.filter(mine, OPEN, pk=draft_id).first()


def find_unsent(draft_id: UUID) -> Draft | None:
    """Return a draft that was begun and not sent, for a caller that knows whose it is; None when there is none."""
    return Draft.objects.filter(OPEN, pk=draft_id).select_related("slip").first()


def find_application(draft_id: UUID) -> Application | None:
    """Return what came of a draft; None while it is not sent. One query."""
    return Application.objects.filter(draft_id=draft_id).first()


def first_number(application: Application) -> str:
    """Return the registration number by which an application is shown. One query."""
    return (
        PermitCase.objects.filter(application=application)
        .order_by("case__number")
        .values_list("case__number", flat=True)[0]
    )


def earlier_answers(party_id: UUID | None) -> list[tuple[str, dict[str, Any]]]:
    """Return (service, answers) of a party's last five applications, the newest first. One query."""
    if party_id is None:
        return []
    newest = PermitCase.objects.filter(case__party_id=party_id).order_by("-case__opened_at")[:5]
    return [(row.service_code, row.answers) for row in newest.only("answers", "service_code")]


def list_drafts(actor: Actor) -> list[Draft]:
    """
    Return what a person has begun and not sent, last saved first. One query.

    What was thrown away and can still be taken back is among it, marked by `discarded_at`.
    """
    return [] if actor.user_id is None else _DRAFTS.all(**_opener(actor))


# Without what no list shows: answers and personal columns would be decrypted for every row.
_LISTED_CASES = Prepared(
    lambda party_ids, limit: (
        with_version(
            Case.objects.filter(party_id__in=party_ids, kind=rules.KIND_PERMIT).exclude(
                state=rules.State.IMPORT_UNDONE
            )
        )
        .select_related("party", "service_version", "permit_case")
        .defer(
            "permit_case__answers",
            "permit_case__holder",
            "permit_case__statements",
            *unread("party"),
        )
        .order_by("-opened_at", "id")[:limit]
    ),
    many={"party_ids"},
    shape={"limit"},
)
_LISTED_PERMITS = Prepared(
    lambda party_ids, limit: (
        Permit.objects.filter(party_id__in=party_ids)
        .select_related("case")
        .order_by("-issued_at", "id")[:limit]
    ),
    many={"party_ids"},
    shape={"limit"},
)


def list_cases_of(party_ids: frozenset[UUID], *, limit: int = 100) -> list[Case]:
    """Return the cases of some parties, newest first, with version and party's name. One query."""
    return _LISTED_CASES.all(party_ids=party_ids, limit=limit)


def list_permits_of(party_ids: frozenset[UUID], *, limit: int = 100) -> list[Permit]:
    """Return the permits of some parties, newest first. One query."""
    return _LISTED_PERMITS.all(party_ids=party_ids, limit=limit)


_REPAIRS = Prepared(
    lambda case_ids, answered: Repair.objects.filter(
        permit_case_id__in=case_ids, answered_at__isnull=not answered
    ).order_by("answered_at" if answered else "asked_at"),
    many={"case_ids"},
    shape={"answered"},
)


def open_repairs(case_ids: list[UUID]) -> dict[UUID, Repair]:
    """Return case id -> what the applicant is asked now. One query."""
    return {row.permit_case_id: row for row in _REPAIRS.all(case_ids=case_ids, answered=False)}


def asked_of(file: File) -> Repair | None:
    """Return what the applicant of a case is asked now; None when it is nothing. At most one query."""
    if file.case.state not in rules.ANSWER_ACTIONS:
        return None
    return open_repairs([file.case.pk]).get(file.case.pk)


_TRACKED = Prepared(
    lambda code: (
        Application.objects.filter(tracking_code=code)
        .select_related("party")
        .only(*(field.name for field in Application._meta.concrete_fields), "party__name")
    )
)
_CASES_OF = Prepared(
    lambda application: (
        PermitCase.objects.filter(application=application)
        .select_related("case", "case__service_version", "case__party", "application")
        .defer(*unread("case__service_version"))
        .order_by("case__opened_at", "case__number")
    )
)


def track(code_text: str) -> Application | None:
    """
    Return the application with this tracking code, forgiving O/0, I/1, case and dashes; None if there is none.

    The caller limits the rate. Raises BadCode with a sentence when it cannot be a code at all.
    """
    return _TRACKED.first(code=read_tracking_code(code_text))


def find_numbered(number: str) -> Application | None:
    """Return the application one of whose cases has this number; None for none. The caller asks for more proof."""
    return Application.objects.filter(permit_cases__case__number=number).first()


def files_of(application: Application) -> list[File]:
    """Return the cases of an application with their definitions. One query."""
    found = []
    for permit_case in _CASES_OF.all(application=application.pk):
        version = permit_case.case.service_version
        assert version is not None
        found.append(File(permit_case.case, permit_case, definition_of(version)))
    return found


def find_permit(*, number: str = "", code: str = "") -> Permit | None:
    """Return the permit by its check code, or by its number; None when unknown. One query."""
    permits = Permit.objects.select_related("case", "document", "party")
    if code:
        return permits.filter(check_code=code.strip().upper()).first()
    return permits.filter(number__iexact=number.strip()).first() if number.strip() else None


def find_permit_by_file(sha256: str) -> Permit | None:
    """Return the permit whose signed file has this SHA-256; None when it is not byte for byte ours."""
    return (
        Permit.objects.filter(document__file_id=sha256)
        .select_related("case", "document", "party")
        .first()
    )


def find_permit_in(codes: Iterable[str]) -> Permit | None:
    """Return the one permit that any of these words is the check code of; None for none or several. One query."""
    wanted = list(codes)
    if not wanted:
        return None
    found = Permit.objects.filter(check_code__in=wanted)
    rows = list(found.select_related("case", "document", "party")[:2])
    return rows[0] if len(rows) == 1 else None


def successor_of(permit: Permit) -> Permit | None:
    """Return the permit that took this one's place; None when there is none. One query."""
    return Permit.objects.filter(previous_id=permit.pk).order_by("-issued_at", "id").first()


def is_letter_file(sha256: str) -> bool:
    """Return whether a letter of ours about a case has this SHA-256."""
    return Letter.objects.filter(document__file_id=sha256).exists()


_RECOMMENDATIONS = Prepared(
    lambda case_id: (
        Recommendation.objects.filter(permit_case_id=case_id)
        .select_related("unit", "given_by")
        .order_by("given_at")
    )
)
_INSPECTIONS = Prepared(
    lambda case_id: (
        Inspection.objects.filter(permit_case_id=case_id)
        .select_related("unit")
        .order_by("scheduled_at")
    )
)
_LETTERS = Prepared(
    lambda case_id: Letter.objects.filter(case_id=case_id).select_related("document").order_by("at")
)
_PERMIT_OF = Prepared(
    lambda case_id: (
        Permit.objects.filter(case_id=case_id)
        .select_related("document", "previous")
        .order_by("id")[:1]
    )
)


def recommendations(case_id: UUID) -> list[Recommendation]:
    return _RECOMMENDATIONS.all(case_id=case_id)


def inspections(case_id: UUID) -> list[Inspection]:
    return _INSPECTIONS.all(case_id=case_id)


def repairs(case_id: UUID) -> list[Repair]:
    return list(Repair.objects.filter(permit_case_id=case_id).order_by("asked_at"))


def letters(case_id: UUID) -> list[Letter]:
    return _LETTERS.all(case_id=case_id)


def has_letter(case_id: UUID) -> bool:
    return Letter.objects.filter(case_id=case_id, document__isnull=False).exists()


def waits_for_ink(case_id: UUID) -> bool:
    return Letter.objects.filter(case_id=case_id, ink=True, document__isnull=True).exists()


def letters_for_ink(case_id: UUID | None = None, limit: int = 100) -> list[Letter]:
    """Return the letters that wait for ink, of a case or (None) of all, the oldest first. One query."""
    waiting = Letter.objects.filter(ink=True, document__isnull=True).select_related("case__party")
    if case_id is not None:
        waiting = waiting.filter(case_id=case_id)
    return list(waiting.order_by("at", "id")[:limit])


def dispatched(first: date, last: date) -> list[Dispatch]:
    """Return the lines of the dispatch book from `first` to `last`, in their order. One query."""
    return list(
        Dispatch.objects.filter(at__gte=begins(first), at__lt=ends(last))
        .select_related("case")
        .order_by("at", "number")[:DISPATCHES]
    )


def dispatched_as(text: str) -> list[Dispatch]:
    """
    Return the line of the dispatch book with this number, else those of the case with it, or with a letter of it.

    The latest first. Three queries at most.
    """
    asked = {text, text.upper()}
    lines = Dispatch.objects.select_related("case").order_by("-at")
    numbered = NumberTaken.objects.filter(number__in=asked).values("case_id")
    return (
        list(lines.filter(number__in=asked))
        or list(lines.filter(case__number__in=asked)[:DISPATCHES])
        or list(lines.filter(case_id__in=numbered)[:DISPATCHES])
    )


def letter_names(letter_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return what the letters of permits' cases are called, by id. One query."""
    found = Letter.objects.filter(pk__in=letter_ids).values_list("pk", "kind", "number")
    return {key: rules.letter_name(kind, number) for key, kind, number in found}


def first_sent(letter_ids: Iterable[UUID] | QuerySet[Any]) -> dict[UUID, datetime]:
    """Return when letters first left the office on paper, by id, without those that did not. One query."""
    lines = Dispatch.objects.filter(letter_id__in=letter_ids).order_by("-at")
    return dict(lines.values_list("letter_id", "at"))


def decision_first_sent(case_id: UUID, seq: int) -> datetime | None:
    """Return when the letter of a permit's move first left the office on paper; None when it did not. One query."""
    asked = Letter.objects.filter(case_id=case_id, seq=seq).values("pk")
    return min(first_sent(asked).values(), default=None)


def documents_of_party(party_id: UUID) -> list[Document]:
    """Return every file the office keeps about a party: vault, permits, letters. One query."""
    return list(
        Document.objects.filter(party_id=party_id, removed_at__isnull=True, file__erased_at=None)
        .select_related("file")
        .order_by("created_at", "pk")
    )


def whole_cases_of(party_id: UUID) -> list[dict[str, Any]]:
    """Return a party's cases with answers, fees and log, as plain data for taking along. Five queries."""
    found = []
    cases = list(
        Case.objects.filter(party_id=party_id, kind=rules.KIND_PERMIT)
        .select_related("permit_case", "permit_case__application", "collection__unit", "imported")
        .order_by("opened_at")
    )
    logs, money = histories([case.pk for case in cases]), plain_books([case.pk for case in cases])
    for case in cases:
        permit_case: PermitCase = case.permit_case
        imported: Imported | None = getattr(case, "imported", None)
        found.append(
            {
                "number": case.number,
                "tracking_code": permit_case.application.tracking_code,
                "service": permit_case.service_code,
                "kind": permit_case.kind,
                "state": case.state,
                "opened": case.opened_at,
                "answers": permit_case.answers,
                "applicant": permit_case.holder,
                "collection": _collection(case),
                "fee": money.get(case.pk, []),
                "older_register": imported.facts if imported else [],
                "log": [
                    {
                        "at": row.at,
                        "action": row.action,
                        "state": row.to_state,
                        "channel": row.channel,
                    }
                    for row in logs.get(case.pk, [])
                ],
            }
        )
    return found


def _collection(case: Case) -> dict[str, str] | None:
    """Return where a permit was to be collected, as its applicant chose. No query when joined."""
    found = getattr(case, "collection", None)
    if found is None:
        return None
    place = found.unit.name if found.unit else ""
    return {"how": found.how, "place": place, "address": found.address}


def get_open_repair(repair_id: UUID, number: str) -> Repair | None:
    """Return what is asked of the applicant of case `number`; None once answered. One query."""
    return (
        Repair.objects.filter(
            pk=repair_id, permit_case__case__number=number, answered_at__isnull=True
        )
        .select_related("permit_case__case__service_version")
        .first()
    )


def get_permit_of(case_id: UUID) -> Permit | None:
    """Return the permit that came of a case, with its file; None when there is none. One query."""
    return (
        Permit.objects.filter(case_id=case_id).select_related("document", "document__file").first()
    )


def get_attachment(case_id: UUID, attachment_id: UUID) -> Attachment | None:
    """Return one file of a case, superseded ones too; None when the case has no such file."""
    return (
        Attachment.objects.filter(permit_case_id=case_id, pk=attachment_id)
        .select_related("document", "document__file")
        .first()
    )


def get_letter(case_id: UUID, letter_id: UUID) -> Letter | None:
    """Return one letter about a case; None when there is no such letter."""
    return (
        Letter.objects.filter(case_id=case_id, pk=letter_id)
        .select_related("document", "document__file")
        .first()
    )


def is_code_of(case_id: UUID, code: str) -> bool:
    """Say whether a tracking code, as `read_tracking_code` gives it, is the one of this case's application."""
    return PermitCase.objects.filter(pk=case_id, application__tracking_code=code).exists()


def is_code(text: str) -> bool:
    """Return whether the text can be a tracking code at all."""
    return find_tracking_code(text) is not None


# --- What officers read ------------------------------------------------------------------------


def uploads_of(user_id: int, ids: list[UUID], *, since: datetime) -> list[Document]:
    """Return those of the named documents that this person uploaded since a moment: files kept by a refused form."""
    found = Document.objects.filter(
        id__in=ids, uploaded_by_id=user_id, created_at__gte=since, removed_at__isnull=True
    ).select_related("file")
    return list(found.order_by("created_at", "id"))


def documents_of_case(case_id: UUID) -> frozenset[UUID]:
    """Return the ids of all files that belong to a case: attached, said by units, photographed, written, issued."""
    found: set[UUID | None] = set()
    for rows in (
        Attachment.objects.filter(permit_case_id=case_id).values_list("document_id", flat=True),
        Recommendation.objects.filter(permit_case_id=case_id).values_list("document_id", flat=True),
        Letter.objects.filter(case_id=case_id).values_list("document_id", flat=True),
        Permit.objects.filter(case_id=case_id).values_list("document_id", flat=True),
    ):
        found.update(rows)
    for photos in Inspection.objects.filter(permit_case_id=case_id).values_list(
        "photos", flat=True
    ):
        found.update(UUID(str(one)) for one in photos)
    for pair in HandOver.objects.filter(permit__case_id=case_id).values_list(
        "authority_id", "signature_id"
    ):
        found.update(pair)
    found.update(proofs_of([case_id]))
    return frozenset(one for one in found if one is not None)


def get_document_of(case_id: UUID, document_id: UUID) -> Document:
    """Return a file of a case, for a caller that may see the case. Raises NotFound for any other file."""
    found = (
        Document.objects.select_related("file")
        .filter(pk=document_id, removed_at__isnull=True)
        .first()
    )
    if found is None or found.pk not in documents_of_case(case_id):
        raise NotFound(str(document_id))
    return found


def papers_to_open(case_id: UUID) -> frozenset[UUID]:
    """
    Return the ids of the files that an officer may open whole: what the office and its units wrote.

    What the applicant sent in is looked at page by page and leaves the office in no other way.
    """
    found: set[UUID | None] = set()
    for rows in (
        Recommendation.objects.filter(permit_case_id=case_id).values_list("document_id", flat=True),
        Letter.objects.filter(case_id=case_id).values_list("document_id", flat=True),
        Permit.objects.filter(case_id=case_id).values_list("document_id", flat=True),
    ):
        found.update(rows)
    return frozenset(one for one in found if one is not None)


def permit_of_case(case_id: UUID) -> Permit | None:
    return _PERMIT_OF.first(case_id=case_id)


def hand_overs(permit_id: UUID) -> list[HandOver]:
    return list(
        HandOver.objects.filter(permit_id=permit_id).select_related("given_by").order_by("at")
    )


CASES_PAGE = 40


def list_to_review(
    *, before: tuple[datetime, UUID] | None = None, size: int = CASES_PAGE
) -> list[Permit]:
    """Return up to `size + 1` sampled permits that nobody has reviewed, oldest first, by keyset. One query."""
    permits = Permit.objects.filter(sampled=True, review="").select_related("case", "party")
    permits = permits.filter(beyond(before, "issued_at"))
    return list(permits.order_by("issued_at", "id")[: size + 1])


def waits_for_paper(case_id: UUID) -> bool:
    """Say whether a permit was only downloaded, and may still be fetched on paper. One query."""
    given = HandOver.objects.filter(permit__case_id=case_id).exclude(how="download")
    return not given.exists()


def waits_for_review(case_id: UUID) -> bool:
    """Say whether the permit of a case was drawn for review and nobody has reviewed it. One query."""
    return Permit.objects.filter(case_id=case_id, sampled=True, review="").exists()


def list_reviewed(size: int = CASES_PAGE) -> list[Permit]:
    """Return the latest permits that were reviewed, newest first. One query."""
    permits = Permit.objects.filter(sampled=True, reviewed_at__isnull=False)
    return list(permits.select_related("case", "party").order_by("-reviewed_at", "id")[:size])


def list_issued(
    today: date,
    *,
    uncollected: bool,
    before: tuple[datetime, UUID] | None = None,
    size: int = CASES_PAGE,
) -> list[Permit]:
    """Return up to `size + 1` permits in force: uncollected ones oldest first, or all newest first, by keyset."""
    permits = Permit.objects.filter(in_force_on(today)).select_related("case", "party")
    if uncollected:
        permits = permits.filter(beyond(before, "issued_at"), collected_at__isnull=True)
        return list(permits.order_by("issued_at", "id")[: size + 1])
    permits = permits.filter(beyond(before, "issued_at", falling=True))
    return list(permits.order_by("-issued_at", "id")[: size + 1])


def overdue_answers(today: date) -> QuerySet[Any]:
    """Return the ids of cases whose applicant has let the date to answer by pass, as a subquery. No query."""
    late = Repair.objects.filter(answered_at__isnull=True, answer_by__lt=today)
    return late.values("permit_case_id")


def answered_repairs(case_ids: list[UUID]) -> dict[UUID, Repair]:
    """Return case id -> the last repair that the applicant has answered. One query."""
    return {row.permit_case_id: row for row in _REPAIRS.all(case_ids=case_ids, answered=True)}


def came_here_at(case: Case) -> datetime | None:
    """Return when a case came into the state it is in. One query."""
    found: datetime | None = (
        Transition.objects.filter(case=case)
        .exclude(from_state=F("to_state"))
        .order_by("-seq")
        .values_list("at", flat=True)
        .first()
    )
    return found


def entered_later(actor: Actor, limit: int = 30) -> list[Transition]:
    """Return what was entered after it had happened, on cases the actor may see, the latest first. One query."""
    seen = Case.objects.filter(visible_to(actor), kind=rules.KIND_PERMIT)
    return list(
        Transition.objects.filter(case__in=seen, recorded_at__gt=F("at"))
        .select_related("case")
        .order_by("-id")[:limit]
    )


def is_asked_about(permit: Permit) -> bool:
    """Say whether an open case asks for something about a permit: to extend, change, replace or close it. One query."""
    return PermitCase.objects.filter(previous_permit=permit, case__closed_at__isnull=True).exists()
