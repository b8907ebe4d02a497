"""
Technical review: units are asked in parallel, visit the place, recommend.

The applicant may be asked; time may stop.
"""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.catalogue.rules import Stage, stage_groups, stages_for
from satupintu.lib.language import current_language
from satupintu.office.queries import work_calendar
from satupintu.people.rules import Role, system_actor
from satupintu.permits import rules
from satupintu.permits.imported import CHANNEL as IMPORTED
from satupintu.permits.models import Inspection, Recommendation
from satupintu.permits.services.asking import Item, answer_by_of, keep_repair, read_item
from satupintu.permits.services.common import (
    File,
    evidence,
    facts,
    file_of,
    move,
    own_task,
    refuse_own_case,
    said,
    system_move,
    task,
    unit_for,
)
from satupintu.workflow.queries import Task, Transition
from satupintu.workflow.rules import NewTask, TaskState, Term, extended
from satupintu.workflow.services import (
    ActRequest,
    CannotMove,
    MoveNotAllowed,
    ReasonMissing,
    TaskChange,
    bad_data,
    given_date,
    given_id,
    given_list,
    given_number,
    given_text,
    perform_move,
)

RECOMMEND = "recommend"
FOR, AGAINST = "for", "against"  # the result of a unit's task
MOST_DAYS = 366  # nobody is given more working days than that for one thing


class ReportUnsigned(CannotMove):
    """A recommendation waits for an inspection report that not everybody has signed."""


def advance(file: File, *, at: datetime) -> None:
    """
    Ask the next units, or collect what they said; does nothing while one still owes an answer.

    Runs inside the caller's transaction, after every move that may have finished something. The program acts here, so
    that no step of the chain can be forgotten (the known weakness of a hand-driven linear chain).
    """
    tasks = _asked(file)
    asked = {one.label for one in tasks}
    if any(one.state == TaskState.OPEN for one in tasks):
        return
    for group in stage_groups(stages_for(file.definition, file.kind, file.permit_case.answers)):
        waiting = [stage for stage in group if stage.key not in asked]
        if waiting:
            system_move(
                file,
                "ask_recommendation",
                by=system_actor("service file"),
                at=at,
                data={"stages": [stage.key for stage in waiting]},
                tasks=TaskChange(open=[_task_for(stage, file, at) for stage in waiting]),
            )
            return
    _collect(file, at)


def _asked(file: File) -> list[Task]:
    """Return what units were asked since the review last began, without what was laid aside; the oldest first."""
    return [
        one
        for one in file.tasks()
        if one.stage == RECOMMEND
        and one.opened_seq > file.permit_case.review_from
        and one.state != TaskState.DROPPED
    ]


def _answers(file: File) -> dict[str, str]:
    """Return stage -> FOR or AGAINST, the unit's latest answer since the review last began."""
    return {one.label: one.result for one in _asked(file) if one.state == TaskState.DONE}


def unanswered(file: File) -> list[str]:
    """
    Return the titles of stages that nobody has answered since the review last began; [] when all have.

    What came in from an older register waiting for its decision was answered there. One query for such a case.
    """
    if _answered_there(file):
        return []
    given = _answers(file)
    return [
        stage.title.in_language(current_language())
        for stage in stages_for(file.definition, file.kind, file.permit_case.answers)
        if stage.key not in given
    ]


def _answered_there(file: File) -> bool:
    first = Transition.objects.filter(case=file.case, seq=1, to_state=rules.State.READY)
    began_here = file.case.channel != IMPORTED or file.permit_case.review_from > 0
    return not began_here and first.exists()


def _task_for(stage: Stage, file: File, at: datetime) -> NewTask:
    return task(
        RECOMMEND,
        Role(stage.role),
        days=stage.days,
        at=at,
        unit=unit_for(stage.unit_kind, file.case.region),
        label=stage.key,
        detail={"inspection": stage.inspection},
    )


def _collect(file: File, at: datetime) -> None:
    against = AGAINST in _answers(file).values()
    promise = file.definition.promise
    # Another system's permit is filled in there by the front office; ours is proposed by the verifier.
    stage, role = (
        ("assist", Role.FRONT_OFFICE)
        if file.lifecycle is rules.ASSISTED
        else ("propose", Role.VERIFIER)
    )
    standing = any((one.stage, one.state) == (stage, TaskState.OPEN) for one in file.tasks())
    following = task(stage, role, days=promise.issue_days, at=at, within="pledge")
    system_move(
        file,
        "collect_against" if against else "collect",
        by=system_actor("service file"),
        at=at,
        tasks=TaskChange(open=() if standing else [following]),
        days={"pledge": promise.issue_days},
    )


@transaction.atomic
def ask_recommendation(request: ActRequest) -> Transition:
    """Ask one more unit than the service file does. data: unit_kind, days; the reason says what is asked."""
    file = file_of(request.case)
    kind, days = (
        given_text(request.data, "unit_kind"),
        given_number(request.data, "days", default=1, most=MOST_DAYS),
    )
    if not kind:
        raise bad_data("unit_kind")
    if not request.reason.strip():
        raise ReasonMissing(_("Tulis apa yang ditanyakan kepada unit itu."))
    extra = task(
        RECOMMEND,
        Role.TECHNICAL_OFFICER,
        days=days,
        at=request.at,
        unit=unit_for(kind, request.case.region),
        label=f"extra_{kind}",
    )
    return move(
        request, file, tasks=TaskChange(open=[extra]), data={"unit_kind": kind, "days": days}
    )


@transaction.atomic
def recommend(request: ActRequest) -> Transition:
    """
    Give the unit's recommendation, for ("recommend_for") or against ("recommend_against").

    data: task, number (of the unit's letter), document (id of its scan), text. Raises ReportUnsigned while an
    inspection the stage demands is missing or not signed by everybody who went.
    """
    refuse_own_case(request)
    file = file_of(request.case)
    answered = own_task(request, file, RECOMMEND)
    _check_report(answered)
    return _answer(
        request,
        file,
        answered,
        in_favour=request.action == "recommend_for",
        text=given_text(request.data, "text") or request.reason,
    )


@transaction.atomic
def record_recommendation(request: ActRequest) -> Transition:
    """
    Enter what a unit answered on paper, for the unit.

    data: task, verdict ("for" or "against"), number and dated (of its letter), signer, document (id of the scan), text.
    All but the text are needed: nobody of the unit has pressed anything. Where the stage demands an inspection whose
    report is not here, the scan holds that report too. Raises BadData, MoveNotAllowed.
    """
    refuse_own_case(request)
    file = file_of(request.case)
    answered = _asked_task(request, file)
    verdict = given_text(request.data, "verdict")
    if verdict not in {FOR, AGAINST}:
        raise bad_data("verdict")
    signer, dated = given_text(request.data, "signer")[:160], given_date(request.data, "dated")
    needed = {
        "number": given_text(request.data, "number"),
        "signer": signer,
        "dated": dated,
        "document": given_id(request.data, "document"),
    }
    for name, value in needed.items():
        if not value:
            raise bad_data(name)
    assert dated is not None
    if dated > timezone.localdate(request.at):
        raise CannotMove(_("Tanggal surat unit tidak boleh sesudah surat itu diterima."))
    return _answer(
        request,
        file,
        answered,
        in_favour=verdict == FOR,
        text=given_text(request.data, "text") or request.reason,
        signer=signer,
        dated=dated,
    )


def _asked_task(request: ActRequest, file: File) -> Task:
    """Return the open task of a unit that data["task"] names, or the only one."""
    wanted = given_text(request.data, "task")
    open_ones = [
        one for one in file.tasks() if (one.stage, one.state) == (RECOMMEND, TaskState.OPEN)
    ]
    fitting = [one for one in open_ones if wanted in {"", str(one.pk)}]
    if len(fitting) != 1:
        raise MoveNotAllowed(_("Pilih unit mana yang menjawab; tugasnya harus masih terbuka."))
    return fitting[0]


def _answer(
    request: ActRequest,
    file: File,
    answered: Task,
    *,
    in_favour: bool,
    text: str,
    signer: str = "",
    dated: date | None = None,
) -> Transition:
    """Write a unit's answer, the move and the recommendation itself; then ask whoever comes next."""
    data: dict[str, Any] = {
        "stage": answered.label,
        "number": given_text(request.data, "number")[:80],
    }
    if signer and dated:
        data |= {"signer": signer, "dated": dated.isoformat()}
    document = given_id(request.data, "document")
    row = move(
        request,
        file,
        data=data,
        digests=evidence(request, scan=document) | said(request.case.pk, text),
        tasks=TaskChange(close={answered.pk: FOR if in_favour else AGAINST}),
    )
    Recommendation.objects.create(
        permit_case_id=request.case.pk,
        task_id=answered.pk,
        stage=answered.label,
        unit_id=answered.unit_id,
        in_favour=in_favour,
        text=text,
        number=data["number"],
        signer=signer,
        dated=dated,
        document_id=document,
        given_by_id=request.by.user_id,
        given_at=request.at,
    )
    if file.case.state == rules.State.REVIEW:  # while the applicant is asked, the others may answer
        advance(file, at=request.at)
    return row


def _check_report(answered: Task) -> None:
    inspections = list(Inspection.objects.filter(task_id=answered.pk))
    if answered.detail.get("inspection") and not any(one.done_at for one in inspections):
        raise ReportUnsigned(
            _("Layanan ini mensyaratkan tinjauan lapangan. Catat dulu hasil tinjauannya.")
        )
    for inspection in inspections:
        signed = {signature["user"] for signature in inspection.signatures}
        if inspection.done_at and set(inspection.members) - signed:
            raise ReportUnsigned(
                _("Berita acara belum ditandatangani semua anggota tim. Kurang %(n)s tanda tangan.")
                % {"n": len(set(inspection.members) - signed)}
            )


@transaction.atomic
def ask_applicant(request: ActRequest) -> Transition:
    """
    Ask the applicant for what only they can supply: "pause" (OSS 41), or "reconfirm" from the start (OSS 43).

    data: items (as for a return), answer_by. The clock stops. Paused, tasks of units stay open; reconfirmed, everything
    returns to the beginning: all units are asked again, and what they said before counts no longer.
    """
    file = file_of(request.case)
    items = [read_item(one) for one in given_list(request.data, "items")] or [
        Item(on="other", key="", reason=request.reason)
    ]
    answer_by = answer_by_of(request)
    restart = request.action == "reconfirm"
    row = move(
        request,
        file,
        data={"answer_by": answer_by.isoformat()},
        tasks=TaskChange(drop=frozenset({"*"}) if restart else frozenset()),
    )
    keep_repair(request, row, items, answer_by)
    return row


@transaction.atomic
def extend(request: ActRequest) -> Transition:
    """Promise a later date, with a reason the applicant reads. data: days. The first date stays and is what counts."""
    file = file_of(request.case)
    days = given_number(request.data, "days", default=1, most=MOST_DAYS)
    promise: Term = request.case.promise
    if not promise.running:
        raise CannotMove(
            _("Waktu layanan berkas ini tidak sedang berjalan, jadi tidak dapat diperpanjang.")
        )
    later = extended(promise, days=days, at=request.at, calendar=work_calendar())
    return perform_move(
        case=request.case,
        lifecycle=file.lifecycle,
        action="extend",
        by=request.by,
        at=request.at,
        facts=facts(request, data={"days": days}),
        terms={"promise": later},
    )
