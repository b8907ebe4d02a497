"""How a permit reaches its holder: handed over with a receipt, or downloaded."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.lib.crypto import fingerprint
from satupintu.permits.collecting import POST, needs_letter
from satupintu.permits.models import HandOver, Permit
from satupintu.permits.proof import HANDED, hand_over_text
from satupintu.permits.rules import State
from satupintu.permits.services.common import (
    as_applicant,
    check_person,
    evidence,
    file_of,
    move,
    own_task,
)
from satupintu.workflow.queries import Transition
from satupintu.workflow.services import ActRequest, CannotMove, TaskChange, given_id, given_text

DOWNLOAD = "download"


class NoReceipt(CannotMove):
    """A permit changes hands only against a name, an identity and a signature."""


class HandedOverBefore(CannotMove):
    """The permit on paper has been handed over already."""


def handed_over_on_paper(permit: Permit) -> bool:
    """Say whether the permit was handed over, not only downloaded. One query."""
    return permit.hand_overs.exclude(how=DOWNLOAD).exists()


def file_destroyed(case_id: UUID) -> bool:
    """Say whether the folder of a case was destroyed, and the paper in it. One query."""
    return Transition.objects.filter(case_id=case_id, action="destroy_file").exists()


@dataclass(frozen=True, slots=True)
class Receipt:
    """Who took the permit, shown by which card, signed where."""

    how: str
    collector: str
    identity: str
    authority: UUID | None
    signature: UUID
    place: str


def _receipt(data: Mapping[str, Any]) -> Receipt:
    """Refuse a hand-over that could not be proved later. By post nobody stands there to show an identity."""
    how = given_text(data, "how", "counter")
    collector, identity = given_text(data, "collector"), given_text(data, "collector_identity")
    if not collector:
        raise NoReceipt(_("Tulis nama orang yang menerima izin."))
    if how != POST and not identity:
        raise NoReceipt(_("Tulis nomor identitas orang yang menerima izin."))
    signature = given_id(data, "signature")
    if signature is None:
        raise NoReceipt(
            _("Minta penerima menandatangani di layar, atau unggah foto tanda terimanya.")
        )
    place = given_text(data, "place")
    if not place:
        raise NoReceipt(_("Tulis di mana izin diserahkan."))
    return Receipt(how, collector, identity, given_id(data, "authority"), signature, place)


@transaction.atomic
def hand_over(request: ActRequest) -> Transition:
    """
    Record that the permit was handed over.

    data: how, collector, collector_identity, authority, signature, place. Who is not the holder shows a letter of
    authority, or has one that an officer confirmed; by post the address stands for that. The holder may have
    downloaded it before, or nobody came in time: then no task waits, and the paper is recorded all the same, once.
    Raises NoReceipt, HandedOverBefore, CannotMove when the paper was destroyed with its folder.
    """
    file = file_of(request.case)
    receipt = _receipt(request.data)
    permit = Permit.objects.select_related("party").get(case_id=request.case.pk)
    if receipt.how != POST and receipt.authority is None:
        today = timezone.localdate(request.at)
        if needs_letter(permit, receipt.collector, today):
            raise NoReceipt(_("Penerima bukan pemegang izin. Unggah surat kuasanya."))
    close = {}
    if request.case.state == State.ISSUED:
        close = {own_task(request, file, "deliver").pk: "handed over"}
    elif handed_over_on_paper(permit):
        raise HandedOverBefore(_("Penyerahan izin ini sudah dicatat."))
    elif file_destroyed(request.case.pk):
        raise CannotMove(_("Map berkas ini sudah dimusnahkan, izin di kertas tidak ada lagi."))
    paper = HandOver(
        permit=permit,
        how=receipt.how[:12],
        collector=receipt.collector[:160],
        collector_identity=receipt.identity,
        authority_id=receipt.authority,
        signature_id=receipt.signature,
        place=receipt.place[:160],
        given_by_id=request.by.user_id,
        at=request.at,
    )
    papers = evidence(request, authority=receipt.authority, signature=receipt.signature)
    row = move(
        request,
        file,
        data={"how": receipt.how[:12]},
        digests=papers | {HANDED: fingerprint(hand_over_text(paper))},
        tasks=TaskChange(close=close),
    )
    paper.save(force_insert=True)
    Permit.objects.filter(pk=permit.pk, collected_at__isnull=True).update(collected_at=request.at)
    return row


@transaction.atomic
def download(request: ActRequest) -> Transition:
    """Record the holder's first download: it counts as handed over."""
    check_person(request)
    file = file_of(request.case)
    permit = Permit.objects.get(case_id=request.case.pk)
    paper = HandOver(
        permit=permit,
        how=DOWNLOAD,
        collector=request.by.name[:160],
        given_by_id=None,
        at=request.at,
    )
    row = move(
        request,
        file,
        by=as_applicant(request.by, request.case),
        data={"how": DOWNLOAD},
        digests={HANDED: fingerprint(hand_over_text(paper))},
        tasks=TaskChange(drop=frozenset({"deliver"})),
    )
    paper.save(force_insert=True)
    Permit.objects.filter(pk=permit.pk).update(collected_at=request.at)
    return row
