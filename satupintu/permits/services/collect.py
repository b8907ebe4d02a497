"""
Where a permit on paper goes before somebody takes it: chosen by its applicant, sent off, come back, not given away.

What was chosen and with which consignment it left stand on the rows of the log; the address to post it to enters the
log as a fingerprint only.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from satupintu.lib.crypto import fingerprint
from satupintu.lib.ids import uuid7
from satupintu.office import services as office
from satupintu.people.queries import Unit
from satupintu.people.rules import Actor, Role
from satupintu.permits.collecting import (
    DISTRICT,
    NOT_GIVEN,
    POST,
    WAYS,
    collection_of,
    districts,
)
from satupintu.permits.models import Collection, Consignment
from satupintu.permits.proof import COLLECTION
from satupintu.permits.services.common import (
    as_applicant,
    check_person,
    file_of,
    move,
    own_task,
    task,
)
from satupintu.permits.services.dispatch import DISPATCH_SERIES
from satupintu.workflow.queries import Case, Transition
from satupintu.workflow.services import (
    ActRequest,
    CannotMove,
    TaskChange,
    act,
    bad_data,
    given_id,
    given_number,
    given_text,
)

WAIT_DAYS = 10  # working days that a district office has for handing over, as the office itself


class NotHere(CannotMove):
    """The permit is not where the act needs it."""


def _district(request: ActRequest) -> Unit:
    """Return the district office of data["unit"]. Raises BadData for any other unit."""
    wanted = given_number(request.data, "unit")
    found = next((one for one in districts() if one.pk == wanted), None)
    if found is None:
        raise bad_data("unit")
    return found


@transaction.atomic
def choose_collection(request: ActRequest) -> Transition:
    """
    Note where the holder wants to get the permit on paper, until it has left the office.

    data: how (a key of collecting.WAYS), unit (a district office), address (for the post). Raises BadData, NotHere.
    """
    check_person(request)
    file = file_of(request.case)
    how = given_text(request.data, "how")
    if how not in WAYS:
        raise bad_data("how")
    address = given_text(request.data, "address")[:400] if how == POST else ""
    if how == POST and not address:
        raise CannotMove(_("Tulis alamat lengkap untuk mengirim izin."))
    before = collection_of(request.case.pk)
    if before is not None and before.consignment_id is not None:
        raise NotHere(_("Izin sudah dikirim. Hubungi kantor bila tujuannya perlu diubah."))
    unit = _district(request) if how == DISTRICT else None
    row = move(
        request,
        file,
        by=as_applicant(request.by, request.case),
        data={"how": how, "unit": unit.pk if unit else None},
        digests={COLLECTION: fingerprint(address)} if address else {},
    )
    _keep(request.case, how=how, unit_id=unit.pk if unit else None, address=address)
    return row


def _keep(case: Case, **columns: object) -> None:
    Collection.objects.update_or_create(case_id=case.pk, defaults=columns)


@transaction.atomic
def send_permit(request: ActRequest) -> Transition:
    """
    Send the permit on paper to a district office, which hands it over then, or by post.

    data: consignment (id of one that exists), or how, unit, carrier, tracking of a new one with one permit. Raises
    BadData, NotHere when it has left already, CannotMove for a post without its number, NumberProblem.
    """
    file = file_of(request.case)
    before = collection_of(request.case.pk)
    if before is not None and before.consignment_id is not None:
        raise NotHere(_("Izin ini sudah dikirim. Catat kembali dulu bila dikirim lagi."))
    own = own_task(request, file, "deliver")
    sent = _consignment(request)
    tasks = TaskChange()
    if sent.unit is not None:
        there = task("deliver", Role.FRONT_OFFICE, days=WAIT_DAYS, at=request.at, unit=sent.unit)
        tasks = TaskChange(close={own.pk: "sent"}, open=[there])
    row = move(
        request,
        file,
        data={
            "consignment": str(sent.pk),
            "number": sent.number,
            "how": sent.how,
            "unit": sent.unit_id,
            "tracking": sent.tracking,
        },
        tasks=tasks,
    )
    _keep(request.case, consignment=sent)
    return row


def _consignment(request: ActRequest) -> Consignment:
    known = given_id(request.data, "consignment")
    if known is not None:
        found = Consignment.objects.filter(pk=known).select_related("unit").first()
        if found is None or found.how != DISTRICT:
            raise bad_data("consignment")
        return found
    how = given_text(request.data, "how")
    if how not in (DISTRICT, POST):
        raise bad_data("how")
    tracking = given_text(request.data, "tracking")[:60] if how == POST else ""
    if how == POST and not tracking:
        raise CannotMove(_("Tulis nomor resi pengiriman."))
    return open_consignment(
        how=how,
        unit=_district(request) if how == DISTRICT else None,
        carrier=given_text(request.data, "carrier"),
        tracking=tracking,
        by=request.by,
        at=request.at,
    )


@transaction.atomic
def open_consignment(
    *, how: str, unit: Unit | None, carrier: str, by: Actor, at: datetime, tracking: str = ""
) -> Consignment:
    """Note a consignment under the next number of the dispatch book. Raises CannotMove, NumberProblem."""
    if not carrier.strip():
        raise CannotMove(_("Tulis siapa yang membawa izin."))
    taken = office.take_number(DISPATCH_SERIES, at=at, by_name=by.name)
    office.use_number(taken.pk, taken.number, at=at, by_name=by.name)
    sent = Consignment(
        pk=uuid7(),
        number=taken.number,
        how=how,
        unit=unit,
        carrier=carrier.strip()[:160],
        tracking=tracking,
        sent_by_id=by.user_id,
        at=at,
    )
    sent.save(force_insert=True)
    return sent


def send_many(
    *, cases: Iterable[Case], unit: Unit, carrier: str, by: Actor, at: datetime
) -> tuple[Consignment, list[str]]:
    """
    Send permits together to a district office: one consignment, one move each, each in its own transaction.

    Returns the consignment and a sentence for each permit that stayed. Raises CannotMove without a carrier or when
    nothing at all could be sent (the consignment stays under its number, empty), NumberProblem.
    """
    sent = open_consignment(how=DISTRICT, unit=unit, carrier=carrier, by=by, at=at)
    stayed = []
    for case in cases:
        try:
            act(case, "send_permit", by=by, at=at, data={"consignment": str(sent.pk)})
        except CannotMove as error:
            stayed.append(f"{case.number}: {error.message}")
    return sent, stayed


@transaction.atomic
def note_sent_back(request: ActRequest) -> Transition:
    """Note that the permit came back to the office: undelivered by post, or not collected at the district office."""
    file = file_of(request.case)
    before = collection_of(request.case.pk)
    if before is None or before.consignment is None:
        raise NotHere(_("Izin ini tidak sedang dikirim."))
    here = task("deliver", Role.FRONT_OFFICE, days=WAIT_DAYS, at=request.at)
    row = move(
        request,
        file,
        data={"consignment": str(before.consignment_id), "number": before.consignment.number},
        tasks=TaskChange(drop=frozenset({"deliver"}), open=[here]),
    )
    _keep(request.case, consignment=None)
    return row


@transaction.atomic
def refuse_hand_over(request: ActRequest) -> Transition:
    """Note that somebody came for the permit and did not get it. data: why (a key of collecting.NOT_GIVEN)."""
    file = file_of(request.case)
    why = given_text(request.data, "why")
    if why not in NOT_GIVEN:
        raise bad_data("why")
    own_task(request, file, "deliver")
    return move(request, file, data={"why": why})
