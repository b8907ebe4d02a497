"""What officers do with a complaint: screen, pass on, draft, approve, publish, and see who complains."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps

from django.db import transaction
from django.utils.translation import gettext as _

from satupintu.desk import queries, rules
from satupintu.desk.models import AccusedOfficer, Answer, Complaint, Reporter
from satupintu.desk.plan import plan_of
from satupintu.desk.proof import ANSWER
from satupintu.desk.rules import Sight
from satupintu.desk.services.common import (
    APPROVE_DAYS,
    SCREEN_DAYS,
    days_of,
    move,
    owed,
    place_for,
    screener_for,
)
from satupintu.lib import crypto
from satupintu.lib.prepared import Prepared, PreparedUpdate, insert
from satupintu.office.queries import work_calendar
from satupintu.people.queries import is_officer
from satupintu.people.rules import Actor
from satupintu.people.services import record_disclosure
from satupintu.workflow.queries import Task, Transition, open_tasks
from satupintu.workflow.rules import Term, TermEffect, apply_effect, task_roles
from satupintu.workflow.services import (
    ActionService,
    ActRequest,
    CannotMove,
    MoveNotAllowed,
    bad_data,
    given_text,
)
from satupintu.workflow.services.given import given_numbers

_CLASS = PreparedUpdate(
    lambda complaint_id: Complaint.objects.filter(pk=complaint_id), sets=("class_key", "sealed")
)
_ANSWERED = PreparedUpdate(
    lambda complaint_id: Complaint.objects.filter(pk=complaint_id), sets=("answered_at", "on_time")
)
_DRAFTS = Prepared(
    lambda complaint_id: Answer.objects.filter(complaint_id=complaint_id).order_by("-seq")[:1]
)
_SENT = PreparedUpdate(lambda answer_id: Answer.objects.filter(pk=answer_id), sets=("sent_at",))


class OwnDraft(CannotMove):
    """Whoever drafted an answer does not approve it."""


Handling = Callable[[ActRequest, Complaint], Transition]  # with the complaint as it was read


def for_readers_only(handle: Handling) -> ActionService:
    """Let nobody act on a complaint that they may not read: above all nobody it is about."""

    @wraps(handle)
    def checked(request: ActRequest) -> Transition:
        complaint, viewer = queries.look_at(request.case, request.by)
        if not rules.may_read(viewer, sealed=complaint.sealed):
            raise MoveNotAllowed(_("Pengaduan ini tidak ada, atau bukan untuk Anda."))
        return handle(request, complaint)

    return checked


def of_any_case(service: ActionService) -> Handling:
    """Return an act that every kind of case shares, for a complaint."""
    return lambda request, _complaint: service(request)


def _own_task(request: ActRequest, stage: str) -> Task:
    """Return the open task of a stage that the actor answers. Raises MoveNotAllowed for anybody else's."""
    for task in open_tasks(request.case):
        if (
            task.stage == stage
            and task.unit_id in request.by.units
            and task.role in task_roles(request.by.roles)
        ):
            if task.assignee_id not in (None, request.by.user_id):
                raise MoveNotAllowed(
                    _("Tugas ini sedang ditangani %(name)s. Minta dialihkan bila perlu.")
                    % {"name": task.assignee}
                )
            return task
    raise MoveNotAllowed(_("Tugas ini bukan tugas unit Anda."))


@transaction.atomic
def accept(request: ActRequest, complaint: Complaint) -> Transition:
    """Say that something held back or laid aside is no spam; it is screened next."""
    accused = queries.accused_of(complaint)
    place = place_for(complaint, accused, request.at)
    role, unit_id = screener_for(place, accused, request.at)
    days = None
    if request.action == "restore":
        first = rules.working_days(plan_of(complaint).first_response, request.at, work_calendar())
        days = {"legal": days_of(complaint, complaint.class_key, request.at), "pledge": first}
    row = move(
        request,
        days=days,
        open=(owed("complaint_screen", role, unit_id, days=SCREEN_DAYS, at=request.at),),
    )
    Complaint.objects.filter(pk=complaint.pk).update(hold="")
    return row


@transaction.atomic
def discard(request: ActRequest, _complaint: Complaint) -> Transition:
    """Lay spam aside with a reason; it can be brought back."""
    return move(request)


@transaction.atomic
def assign(request: ActRequest, complaint: Complaint) -> Transition:
    """
    Say what class a complaint is and whom it is about, and pass it to who answers: by the plan, never to the accused.

    data: class (a key of the plan), accused (list of user ids; those named before stay). The answer's date counts from
    when the complaint came in, by its class.
    """
    key = given_text(request.data, "class", complaint.class_key)
    if key not in plan_of(complaint).classes:
        raise bad_data("class")
    named = given_numbers(request.data, "accused") if "accused" in request.data else []
    if not all(is_officer(one) for one in named):
        raise bad_data("accused")
    accused = queries.accused_of(complaint) | frozenset(named)
    insert(*(AccusedOfficer(complaint=complaint, user_id=one) for one in named), or_leave=True)
    place = place_for(complaint, accused, request.at)
    terms = _reclassed(request, complaint, key) if key != complaint.class_key else None
    days = max(1, days_of(complaint, key, request.at) - APPROVE_DAYS)
    row = move(
        request,
        data={"class": key, "unit": place.unit_id, "sealed": place.sealed},
        open=(owed("complaint_draft", place.draft, place.unit_id, days=days, at=request.at),),
        terms=terms,
    )
    _CLASS.run(complaint_id=complaint.pk, class_key=key, sealed=complaint.sealed or place.sealed)
    return row


def _reclassed(request: ActRequest, complaint: Complaint, key: str) -> dict[str, Term]:
    begun = request.case.legal.started_at or request.case.opened_at
    term = apply_effect(
        Term(),
        TermEffect.START,
        at=begun,
        calendar=work_calendar(),
        days=days_of(complaint, key, begun),
    )
    return {"legal": term}


@transaction.atomic
def draft(request: ActRequest, complaint: Complaint) -> Transition:
    """Propose an answer; who approves for the unit is asked next. data: answer."""
    text = given_text(request.data, "answer").strip()
    if not text:
        raise bad_data("answer")
    task = _own_task(request, "complaint_draft")
    place = place_for(complaint, queries.accused_of(complaint), request.at)
    row = move(
        request,
        digests={ANSWER: crypto.fingerprint(text)},
        open=(
            owed(
                "complaint_approve",
                place.approve,
                task.unit_id if task.unit_id == place.unit_id else place.unit_id,
                days=APPROVE_DAYS,
                at=request.at,
            ),
        ),
    )
    insert(
        Answer(
            complaint=complaint,
            seq=row.seq,
            text=text[: rules.LONGEST_TEXT],
            drafted_by_id=request.by.user_id or 0,
        )
    )
    return row


def _approver(request: ActRequest) -> Answer:
    """Return the draft that lies before the actor. Raises MoveNotAllowed, OwnDraft."""
    _own_task(request, "complaint_approve")
    answer = _DRAFTS.first(complaint_id=request.case.pk)
    assert answer is not None, "a drafted complaint has a draft"
    if answer.drafted_by_id == request.by.user_id:
        raise OwnDraft(_("Konsep ini Anda sendiri yang menulis. Minta atasan lain memeriksanya."))
    return answer


@transaction.atomic
def send_back(request: ActRequest, complaint: Complaint) -> Transition:
    """Send the draft back with a reason; the date stays."""
    _approver(request)
    place = place_for(complaint, queries.accused_of(complaint), request.at)
    return move(
        request, open=(owed("complaint_draft", place.draft, place.unit_id, days=1, at=request.at),)
    )


@transaction.atomic
def approve(request: ActRequest, _complaint: Complaint) -> Transition:
    """Approve the draft: it is the answer now, and is told. Not by whoever drafted it."""
    answer = _approver(request)
    row = move(request, data={"answer": answer.seq})
    _SENT.run(answer_id=answer.pk, sent_at=request.at)
    due = row.case.legal.counted_due_at
    _ANSWERED.run(
        complaint_id=request.case.pk,
        answered_at=request.at,
        on_time=due is not None and request.at <= due,
    )
    return row


@transaction.atomic
def publish(request: ActRequest, _complaint: Complaint) -> Transition:
    """Make a complaint and its answer public in the words given. data: story, answer."""
    story = given_text(request.data, "story").strip()[: rules.LONGEST_PUBLIC]
    answer = given_text(request.data, "answer").strip()[: rules.LONGEST_PUBLIC]
    if not story or not answer:
        raise bad_data("story")
    reporter = Reporter.objects.filter(complaint_id=request.case.pk).first()
    named = [reporter.name, reporter.contact] if reporter else []
    if any(one and one.lower() in f"{story} {answer}".lower() for one in named):
        raise CannotMove(_("Kalimat untuk umum memuat nama atau kontak pelapor. Hapus dahulu."))
    row = move(request, keep=True)
    Complaint.objects.filter(pk=request.case.pk).update(
        public_story=story, public_answer=answer, published_at=request.at
    )
    return row


@transaction.atomic
def reveal(complaint: Complaint, *, by: Actor, at: datetime) -> Reporter | None:
    """
    Return who complains to somebody who may know it, after it was recorded that they looked; None for nobody kept.

    Raises MoveNotAllowed for whoever may not know (rules.KNOWS).
    """
    viewer = queries.viewer_of(complaint, by)
    how = rules.sight(viewer, rules.Privacy(complaint.privacy), sealed=complaint.sealed)
    if how is Sight.NEVER:
        raise MoveNotAllowed(_("Siapa pelapornya tidak dibuka untuk Anda."))
    reporter = Reporter.objects.select_related("party").filter(complaint=complaint).first()
    if reporter is not None and how is Sight.LOGGED:
        is_open = complaint.privacy == rules.Privacy.OPEN
        record_disclosure(
            by=by,
            # Who reads the list of looks must not learn from it who complained in confidence.
            party_id=reporter.party_id if is_open else None,
            subject=f"case {complaint.pk} reporter",
            at=at,
        )
    return reporter
