"""
Technical review: units are asked in parallel, visit the place, recommend.

The applicant may be asked; time may stop.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from satupintu.catalogue.rules import Stage, stage_groups, stages_for
from satupintu.office.queries import work_calendar
from satupintu.people.rules import Role, system_actor
from satupintu.permits import rules
from satupintu.permits.models import Inspection, Recommendation
from satupintu.permits.proof import PLACE, place_digest
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
    given_degrees,
    given_id,
    given_ids,
    given_list,
    given_moment,
    given_number,
    given_numbers,
    given_text,
    needed_id,
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
    """Return the titles of stages that nobody has answered since the review last began; [] when all have."""
    given = _answers(file)
    return [
        stage.title.in_language(get_language() or "id")
        for stage in stages_for(file.definition, file.kind, file.permit_case.answers)
        if stage.key not in given
    ]


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
    in_favour = request.action == "recommend_for"
    data: dict[str, Any] = {
        "stage": answered.label,
        "number": given_text(request.data, "number")[:80],
    }
    document = given_id(request.data, "document")
    text = given_text(request.data, "text") or request.reason
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
def schedule_inspection(request: ActRequest) -> Transition:
    """Fix when and where the place is visited. data: task, scheduled_at (aware), place, members (user ids)."""
    file = file_of(request.case)
    answered = own_task(request, file, RECOMMEND)
    when = given_moment(request.data, "scheduled_at")
    if when is None:
        raise bad_data("scheduled_at")
    if when < request.at:
        raise CannotMove(_("Waktu tinjauan sudah lewat. Pilih waktu yang akan datang."))
    members = sorted(set(given_numbers(request.data, "members")) | ({request.by.user_id} - {None}))
    inspection = Inspection(
        permit_case_id=request.case.pk,
        task_id=answered.pk,
        unit_id=answered.unit_id,
        scheduled_at=when,
        place=given_text(request.data, "place"),
        members=members,
    )
    row = move(
        request,
        file,
        data={
            "inspection": str(inspection.pk),
            "scheduled_at": when.isoformat(),
            "members": members,
        },
    )
    Inspection.objects.bulk_create([inspection])
    return row


def _inspection(request: ActRequest) -> Inspection:
    found = Inspection.objects.filter(
        permit_case_id=request.case.pk, pk=needed_id(request.data, "inspection")
    ).first()
    if found is None or found.unit_id not in request.by.units:
        raise MoveNotAllowed(_("Tinjauan ini tidak ada atau bukan milik unit Anda."))
    return found


@transaction.atomic
def record_inspection(request: ActRequest) -> Transition:
    """
    Record what was found. data: inspection, done_at, findings, latitude, longitude, photos (document ids).

    Whoever records signs with it; the other members sign with "sign_report".
    """
    file = file_of(request.case)
    inspection = _inspection(request)
    if inspection.done_at is not None:
        raise CannotMove(
            _(
                "Berita acara tinjauan ini sudah ditandatangani dan tidak diubah lagi."
                " Jadwalkan tinjauan baru bila perlu dilihat kembali."
            )
        )
    findings = given_text(request.data, "findings")
    if not findings:
        raise ReasonMissing(_("Tulis hasil tinjauan lapangan."))
    done_at = given_moment(request.data, "done_at") or request.at
    if done_at > request.at + timedelta(minutes=5):
        raise CannotMove(_("Waktu tinjauan tidak boleh di masa depan."))
    photos = [str(photo) for photo in given_ids(request.data, "photos")]
    latitude, longitude = (
        given_degrees(request.data, "latitude"),
        given_degrees(request.data, "longitude"),
    )
    row = move(
        request,
        file,
        data={"inspection": str(inspection.pk), "done_at": done_at.isoformat()},
        digests=evidence(
            request, **{f"photo_{number}": photo for number, photo in enumerate(photos)}
        )
        | said(request.case.pk, findings)
        | {PLACE: place_digest(latitude, longitude)},
    )
    inspection.done_at, inspection.findings, inspection.photos = done_at, findings, photos
    inspection.latitude, inspection.longitude = latitude, longitude
    inspection.signatures = [_signature(request)]
    inspection.save(
        update_fields=["done_at", "findings", "photos", "latitude", "longitude", "signatures"]
    )
    return row


def _signature(request: ActRequest) -> dict[str, Any]:
    return {"user": request.by.user_id, "name": request.by.name, "at": request.at.isoformat()}


@transaction.atomic
def sign_report(request: ActRequest) -> Transition:
    """Sign an inspection report as one of the members who went. data: inspection."""
    file = file_of(request.case)
    inspection = _inspection(request)
    signed = {signature["user"] for signature in inspection.signatures}
    if request.by.user_id not in inspection.members or not inspection.done_at:
        raise MoveNotAllowed(
            _("Hanya anggota tim yang ikut meninjau yang menandatangani berita acara.")
        )
    if request.by.user_id in signed:
        raise MoveNotAllowed(_("Anda sudah menandatangani berita acara ini."))
    row = move(request, file, data={"inspection": str(inspection.pk)})
    inspection.signatures = [*inspection.signatures, _signature(request)]
    inspection.save(update_fields=["signatures"])
    return row


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
