"""Visits to the place: when, who went, what was found, signed by everybody who went."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from satupintu.permits.models import Inspection
from satupintu.permits.proof import PLACE, place_digest
from satupintu.permits.services.common import evidence, file_of, move, own_task, said
from satupintu.permits.services.review import RECOMMEND
from satupintu.workflow.queries import Transition
from satupintu.workflow.services import (
    ActRequest,
    CannotMove,
    MoveNotAllowed,
    ReasonMissing,
    bad_data,
    given_degrees,
    given_ids,
    given_moment,
    given_numbers,
    given_text,
    needed_id,
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
