"""Reads over complaints, each with its access check: who may read is rules.READS, who knows whom rules.KNOWS."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Avg, Count, Exists, F, OuterRef, Q, QuerySet

from satupintu.desk import rules
from satupintu.desk.models import AccusedOfficer, Answer, Attachment, Complaint, Reporter
from satupintu.desk.plan import plan
from satupintu.desk.rules import State, Viewer
from satupintu.documents.queries import Document
from satupintu.lib.codes import find_tracking_code
from satupintu.lib.fields import matching
from satupintu.lib.keyset import beyond
from satupintu.lib.prepared import Prepared
from satupintu.people.rules import Actor, Role
from satupintu.workflow.queries import Case, NotFound, Task, find_by_number, histories
from satupintu.workflow.rules import task_roles

__all__ = ["Answer", "Attachment", "Complaint", "NotFound", "Reporter"]

PAGE = 40


def _sides() -> QuerySet[Complaint]:
    return Complaint.objects.select_related("case", "case__party", "about", "unit")


def _of_parties(party_ids: Any, self_id: Any) -> QuerySet[Complaint]:
    """Return what some parties filed, of what is confidential only one's own: a proxy may be whom it is about."""
    theirs = Q(reporter__party_id__in=party_ids, privacy=rules.Privacy.OPEN)
    own = Q(reporter__party_id=self_id)
    return _sides().filter(theirs | own).order_by("-case__opened_at")


_OF_PARTIES = Prepared(
    lambda party_ids, self_id: _of_parties(party_ids, self_id)[:PAGE], many={"party_ids"}
)
_OF_CASE = Prepared(lambda case_id: _sides().filter(pk=case_id))
_ACCUSED = Prepared(
    lambda case_id: AccusedOfficer.objects.filter(complaint_id=case_id).values_list(
        "user_id", flat=True
    )
)


def _of_cases_for(case_ids: Any, user_id: Any, units: Any, roles: Any) -> QuerySet[Complaint]:
    """Return complaints with what makes an officer somebody to them: are they about the officer, was a task theirs."""
    accused = AccusedOfficer.objects.filter(complaint=OuterRef("pk"), user_id=user_id)
    tasks = Task.objects.filter(case_id=OuterRef("pk"), unit_id__in=units, role__in=roles)
    return (
        _sides()
        .filter(pk__in=case_ids)
        .annotate(accuses=Exists(accused), handled=Exists(tasks))
        .order_by("-case__opened_at")
    )


_OF_CASES_FOR = Prepared(_of_cases_for, many={"case_ids", "units", "roles"})


def complaint_of(case: Case) -> Complaint:
    """Return the complaint's side of its case. One query. Raises NotFound for other kinds."""
    found = _OF_CASE.first(case_id=case.pk)
    if found is None:
        raise NotFound(case.number)
    found.case = case
    return found


def accused_of(complaint: Complaint) -> frozenset[int]:
    """Return the ids of the users whom a complaint is about. One query."""
    return frozenset(_ACCUSED.all(case_id=complaint.pk))


def list_for(actor: Actor, case_ids: Collection[UUID]) -> list[tuple[Complaint, Viewer]]:
    """Return the complaints of some cases, newest first, each with as what an officer looks at it. One query."""
    found = _OF_CASES_FOR.all(
        case_ids=case_ids,
        user_id=actor.user_id or 0,
        units=actor.units or {0},
        roles=sorted(task_roles(actor.roles) - {Role.APPLICANT}) or [""],
    )
    return [(one, _viewer(one, actor)) for one in found]


def _viewer(complaint: Any, actor: Actor) -> Viewer:
    head = complaint.accused_kind == rules.Accused.HEAD and Role.HEAD in actor.roles
    return rules.viewer_as(
        accused=complaint.accuses or head, roles=actor.roles, handles=complaint.handled
    )


def look_at(case: Case, actor: Actor) -> tuple[Complaint, Viewer]:
    """Return the complaint's side of its case, and as what somebody looks at it. One query. Raises NotFound."""
    for found, viewer in list_for(actor, [case.pk]):
        found.case = case
        return found, viewer
    raise NotFound(case.number)


def may_see(actor: Actor, case: Case) -> bool:
    """Say whether an officer may see this complaint: what `seen_by` says of many. One query."""
    complaint, viewer = look_at(case, actor)
    return rules.may_read(viewer, sealed=complaint.sealed)


def viewer_of(complaint: Complaint, actor: Actor) -> Viewer:
    """Return as what somebody looks at a complaint. One query."""
    return look_at(complaint.case, actor)[1]


def get_complaint_for(actor: Actor, number: str) -> tuple[Complaint, Viewer]:
    """Return the complaint with this number and as what the officer looks. Raises NotFound (missing or not theirs)."""
    case = find_by_number(number)
    if case is None:
        raise NotFound(number)
    found, viewer = look_at(case, actor)
    if not rules.may_read(viewer, sealed=found.sealed):
        raise NotFound(number)
    return found, viewer


def track(number: str, code: str) -> Complaint | None:
    """Return the complaint with this number and this code, both as typed; None when they do not belong together."""
    found = find_by_code(code)
    return found if found and found.case.number == number.strip().upper() else None


def may_be_named(complaint: Complaint) -> bool:
    """
    Say whether a message may hold number and code of a complaint: officers read what was sent, and a code opens it.

    So neither of one that is not open, nor of one about somebody whom it must not reach. One query at most.
    """
    return (
        complaint.privacy == rules.Privacy.OPEN
        and not complaint.sealed
        and complaint.accused_kind == rules.Accused.NOBODY
        and not complaint.accused.exists()
    )


def find_by_code(code: str) -> Complaint | None:
    """Return the complaint with this tracking code as typed, for whoever holds it. One query."""
    written = find_tracking_code(code)
    return _sides().filter(tracking_code=written).first() if written else None


def list_own(actor: Actor, *, about: UUID | None = None) -> list[Complaint]:
    """
    Return the complaints that somebody or whom they act for filed, newest first; confidential ones only their own.

    `about`: only those about this case. One query.
    """
    if about is None:
        return _OF_PARTIES.all(party_ids=actor.party_ids, self_id=actor.self_id)
    if not actor.party_ids:
        return []
    return list(_of_parties(actor.party_ids, actor.self_id).filter(about_id=about)[:PAGE])


def list_for_contact(contact: str) -> list[Complaint]:
    """
    Return the open (not confidential) complaints of a telephone number or e-mail address, newest first. One query.

    The caller knows that the contact is theirs who asks; a number that changed its owner opens nothing confidential.
    """
    found = _sides().filter(matching("reporter__contact", contact), privacy=rules.Privacy.OPEN)
    return list(found.order_by("-case__opened_at")[:PAGE])


def find_for(actor: Actor, *, number: str = "", code: str = "", phone: str = "") -> list[Complaint]:
    """
    Return the complaints with this number or tracking code, or from this telephone, that an officer may read.

    Of a telephone only open ones: that a confidential one came from it is what nobody shall learn. One query for each
    of the three that is given, then one.
    """
    ids: set[UUID] = set()
    if number:
        ids.update(Complaint.objects.filter(case__number=number).values_list("pk", flat=True))
    if code:
        ids.update(Complaint.objects.filter(tracking_code=code).values_list("pk", flat=True))
    if phone:
        of_phone = Reporter.objects.filter(
            matching("contact", phone), complaint__privacy=rules.Privacy.OPEN
        )
        ids.update(of_phone.values_list("pk", flat=True)[:PAGE])
    seen = list_for(actor, ids)
    return [one for one, viewer in seen if rules.may_read(viewer, sealed=one.sealed)][:PAGE]


def list_about(case_id: UUID, actor: Actor) -> list[Complaint]:
    """Return the complaints about a case that an officer may read, oldest first. One query."""
    found = _sides().filter(readable(actor), about_id=case_id)
    return list(found.order_by("case__opened_at"))


def readable(actor: Actor) -> Q:
    """Return the condition under which an officer may read a complaint: rules.READS as one query."""
    accused = AccusedOfficer.objects.filter(complaint=OuterRef("pk"), user_id=actor.user_id or 0)
    mine = Task.objects.filter(
        case_id=OuterRef("pk"),
        unit_id__in=actor.units,
        role__in=sorted(task_roles(actor.roles) - {Role.APPLICANT}),
    )
    allowed = Q(Exists(mine))
    if Role.INSPECTOR in actor.roles:
        allowed |= Q(case__isnull=False)
    if actor.roles & {Role.COMPLAINT_ADMIN, Role.AUDITOR}:
        allowed |= Q(sealed=False)
    barred = Q(Exists(accused))
    if Role.HEAD in actor.roles:
        barred |= Q(accused_kind=rules.Accused.HEAD)
    return allowed & ~barred


def seen_by(actor: Actor) -> Q:
    """Return the condition under which an officer may see the case of a complaint; for a query of cases."""
    return Q(pk__in=Complaint.objects.filter(readable(actor)).values("case_id"))


def list_complaints(
    actor: Actor,
    states: Sequence[str],
    after: tuple[datetime, UUID] | None = None,
    size: int = PAGE,
) -> list[Complaint]:
    """Return up to size + 1 complaints the officer may read in these states (none: all), newest first. One query."""
    found = _sides().filter(readable(actor))
    if states:
        # The kind is known anyway; it is said for the index of cases in a state, which begins with it.
        found = found.filter(case__kind=rules.KIND_COMPLAINT, case__state__in=list(states))
    found = found.filter(beyond(after, "case__opened_at", key="case_id", falling=True))
    return list(found.order_by("-case__opened_at", "case_id")[: size + 1])


def answers_of(complaint: Complaint, *, sent: bool) -> list[Answer]:
    """Return the answers that went out, or all drafts too, oldest first. One query."""
    found = Answer.objects.filter(complaint=complaint).select_related("drafted_by")
    if sent:
        found = found.filter(sent_at__isnull=False)
    return list(found.order_by("seq"))


def attachments_of(complaint: Complaint) -> list[Attachment]:
    """Return what was sent with a complaint and after it, the first first; who may read it may see them. One query."""
    found = Attachment.objects.filter(complaint=complaint).select_related("document__file")
    return list(found.order_by("at", "document_id"))


def attached_document(complaint: Complaint, document_id: UUID) -> Document:
    """Return a file of this complaint. One query. Raises NotFound for any other."""
    found = next((o for o in attachments_of(complaint) if o.document_id == document_id), None)
    if found is None:
        raise NotFound(str(document_id))
    return found.document


def told_by(identity_id: UUID, since: datetime) -> Complaint | None:
    """Return the last complaint that waits and was told in a conversation of an identity; None for none. One query."""
    found = _sides().filter(
        conversation__identity_id=identity_id,
        case__opened_at__gte=since,
        case__state__in=[str(one) for one in rules.WAITING],
    )
    return found.order_by("-case__opened_at").first()


def similar(complaint: Complaint, actor: Actor) -> list[Complaint]:
    """
    Return up to five complaints of the last days that may be the same, most alike first: about the same case, or alike
    in their words. Only what the officer may read. One query.
    """
    since = complaint.case.opened_at - timedelta(days=rules.SIMILAR_DAYS)
    near = Q(category=complaint.category)
    if complaint.about_id:
        near |= Q(about_id=complaint.about_id)
    found = (
        _sides()
        .filter(readable(actor), near, case__opened_at__gte=since)
        .exclude(pk=complaint.pk)
        .order_by("-case__opened_at")[:60]
    )
    worth = [
        (
            rules.likeness(complaint.story, one.story)
            + (complaint.about_id is not None and one.about_id == complaint.about_id),
            one,
        )
        for one in found
    ]
    alike = [pair for pair in worth if pair[0] >= rules.SIMILAR_FROM]
    return [one for _share, one in sorted(alike, key=lambda pair: -pair[0])[:5]]


def list_public(after: tuple[datetime, UUID] | None = None) -> list[Complaint]:
    """Return up to PAGE + 1 complaints made public, newest first. One query."""
    found = Complaint.objects.filter(published_at__isnull=False)
    found = found.filter(beyond(after, "published_at", key="case_id", falling=True))
    return list(found.order_by("-published_at", "case_id")[: PAGE + 1])


@dataclass(frozen=True, slots=True)
class PublicFilter:
    """
    Which public complaints; None or empty: all. `since` and `until` (excluded) are about when they came in.

    Whoever asks gives whole days: the moment itself could be told from outside by halving.
    """

    numbers: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None


_SHOWN = (
    "category", "public_story", "public_answer", "published_at",
    "case__number", "case__state", "case__opened_at", "case__terms",
)  # fmt: skip


def list_public_by(wanted: PublicFilter, *, limit: int) -> list[Complaint]:
    """
    Return up to `limit` complaints made public that fit, with their cases, newest first. One query.

    They come with what is shown of them, as there may be very many: anything else is asked for one by one.
    """
    found = (
        Complaint.objects.filter(published_at__isnull=False).select_related("case").only(*_SHOWN)
    )
    if wanted.numbers:
        found = found.filter(case__number__in=wanted.numbers)
    if wanted.categories:
        found = found.filter(category__in=wanted.categories)
    if wanted.states:
        found = found.filter(case__state__in=wanted.states)
    if wanted.since is not None:
        found = found.filter(case__opened_at__gte=wanted.since)
    if wanted.until is not None:
        found = found.filter(case__opened_at__lt=wanted.until)
    return list(found.order_by("-published_at", "case_id")[:limit])


def count_standing(at: datetime, limit: int) -> tuple[int, int]:
    """Return how many complaints wait, how many of them past their day; at most `limit`. One query."""
    waiting = Case.objects.filter(
        kind=rules.KIND_COMPLAINT, state__in=[str(one) for one in rules.WAITING]
    ).order_by(F("legal_due_at").asc(nulls_last=True))
    due = list(waiting.values_list("legal_due_at", flat=True)[:limit])
    return len(due), sum(one is not None and one < at for one in due)


def title_of(case: Case, language: str) -> str:
    """Return what a complaint is about, as a list shows it: its category, and nothing of what it says."""
    found = Complaint.objects.filter(pk=case.pk).values_list("category", flat=True).first()
    return category_words(found or "", language)


def category_words(key: str, language: str) -> str:
    """Return a category of the plan in force in words."""
    return plan().category_words(key, language)


def class_words(key: str, language: str) -> str:
    """Return a class of the plan in force in words."""
    return plan().class_words(key, language)


def whole_complaints_of(party_id: UUID) -> list[dict[str, Any]]:
    """Return a party's complaints with what they say and their log, as plain data. Three queries."""
    found = list(
        _sides()
        .filter(reporter__party_id=party_id)
        .prefetch_related("attachments__document__file")
        .order_by("case__opened_at")
    )
    logs = histories([one.pk for one in found])
    return [
        {
            "number": one.case.number,
            "tracking_code": one.tracking_code,
            "privacy": one.privacy,
            "category": one.category,
            "story": one.story,
            "wish": one.wish,
            "state": one.case.state,
            "filed": one.case.opened_at,
            "attachments": [
                {"file": sent.document.file_id, "type": sent.document.file.media_type}
                for sent in one.attachments.all()
            ],
            "log": [
                {"at": row.at, "action": row.action, "state": row.to_state}
                for row in logs.get(one.pk, [])
            ],
        }
        for one in found
    ]


# --- The year -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class YearLine:
    """One category in a year. `on_time` counts what was answered by its date; `rating` is the mean, None: none."""

    category: str
    came: int
    answered: int
    on_time: int
    open: int
    withdrawn: int
    discarded: int
    rating: float | None


def year_lines(begins: datetime, ends: datetime) -> list[YearLine]:
    """Return the year's complaints by category, every one counted, sealed ones too. One query."""
    counted = (
        Complaint.objects.filter(case__opened_at__gte=begins, case__opened_at__lt=ends)
        .order_by("category")
        .values_list("category")
        .annotate(  # in the order of YearLine; two of its names are columns of the table
            came=Count("pk"),
            answered=Count("answered_at"),
            in_time=Count("pk", filter=Q(on_time=True)),
            open=Count("pk", filter=Q(case__state__in=[str(one) for one in rules.WAITING])),
            withdrawn=Count("pk", filter=Q(case__state=State.WITHDRAWN)),
            discarded=Count("pk", filter=Q(case__state=State.DISCARDED)),
            stars=Avg("rating"),
        )
    )
    lines = {row[0]: YearLine(*row) for row in counted}
    none = {key: YearLine(key, 0, 0, 0, 0, 0, 0, None) for key in plan().categories}
    return list((none | lines).values())
