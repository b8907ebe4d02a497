"""How a permit reaches its holder: handed over with a receipt, or downloaded."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from satupintu.lib.crypto import fingerprint
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
from satupintu.workflow.services import ActRequest, CannotMove, TaskChange

DOWNLOAD, POST = "download", "post"


class NoReceipt(CannotMove):
    """A permit changes hands only against a name, an identity and a signature."""


class HandedOverBefore(CannotMove):
    """The permit on paper has been handed over already."""


def handed_over_on_paper(permit: Permit) -> bool:
    """Say whether the permit was handed over, not only downloaded. One query."""
    return permit.hand_overs.exclude(how=DOWNLOAD).exists()


def _check_receipt(data: dict[str, Any]) -> None:
    """Refuse a hand-over that could not be proved later. By post nobody stands there to show an identity."""
    if not str(data.get("collector", "")).strip():
        raise NoReceipt(_("Tulis nama orang yang menerima izin."))
    if data.get("how") != POST and not str(data.get("collector_identity", "")).strip():
        raise NoReceipt(_("Tulis nomor identitas orang yang menerima izin."))
    if not data.get("signature"):
        raise NoReceipt(
            _("Minta penerima menandatangani di layar, atau unggah foto tanda terimanya.")
        )
    if not str(data.get("place", "")).strip():
        raise NoReceipt(_("Tulis di mana izin diserahkan."))


@transaction.atomic
def hand_over(request: ActRequest) -> Transition:
    """
    Record that the permit was handed over.

    data: how, collector, collector_identity, authority, signature, place. The holder may have downloaded it before:
    then no task waits, and the paper is recorded all the same, once. Raises NoReceipt, HandedOverBefore.
    """
    file = file_of(request.case)
    data: dict[str, Any] = dict(request.data)
    _check_receipt(data)
    permit = Permit.objects.get(case_id=request.case.pk)
    close = {}
    if request.case.state == State.ISSUED:
        close = {own_task(request, file, "deliver").pk: "handed over"}
    elif handed_over_on_paper(permit):
        raise HandedOverBefore(_("Penyerahan izin ini sudah dicatat."))
    paper = HandOver(
        permit=permit,
        how=str(data.get("how", "counter"))[:12],
        collector=str(data["collector"]).strip()[:160],
        collector_identity=str(data.get("collector_identity", "")).strip(),
        authority_id=data.get("authority") or None,
        signature_id=data.get("signature") or None,
        place=str(data.get("place", "")).strip()[:160],
        given_by_id=request.by.user_id,
        at=request.at,
    )
    papers = evidence(authority=data.get("authority"), signature=data.get("signature"))
    row = move(
        request,
        file,
        data={"how": data.get("how", "counter")},
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
