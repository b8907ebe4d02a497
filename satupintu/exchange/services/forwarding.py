"""
Complaints that this office sends on to another office's Open311 server, in an officer's words and never with a name.

An officer's act writes it down (a note in the complaint's log says to whom); the worker sends it and asks what became
of it, outside any transaction. Open311 has no key against sending twice, so what may have arrived is not sent again by
itself: an officer looks.
"""

from datetime import datetime
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from satupintu.desk.queries import Complaint, Reporter
from satupintu.exchange.models import Forwarding, Partner
from satupintu.exchange.open311 import client
from satupintu.exchange.open311.client import Fate
from satupintu.lib import outgoing
from satupintu.lib.refusal import Refusal
from satupintu.people.rules import Actor
from satupintu.workflow.services import act

log = structlog.get_logger()
LEAST_WORDS = 3


class NotForwarded(Refusal):
    """A complaint cannot be sent on so, or a server cannot be entered so; `message` says why."""


def add_partner(
    *, name: str, url: str, api_key: str, jurisdiction: str, by: Actor, at: datetime
) -> Partner:
    """
    Enter another office's Open311 server by the address before /services.xml, which is looked up now and at each call.

    Raises NotForwarded for an address of the inner network, or that nobody knows.
    """
    address = url.strip().rstrip("/")
    try:
        outgoing.resolve(address)
    except outgoing.Unreachable as refused:
        raise NotForwarded(refused.message) from refused
    return Partner.objects.create(
        name=name.strip(),
        url=address,
        api_key=api_key.strip(),
        jurisdiction=jurisdiction.strip(),
        created_at=at,
        created_by_id=by.user_id,
    )


def end_partner(*, partner: Partner, at: datetime) -> None:
    """Send nothing more to a server; what was sent is still asked about."""
    Partner.objects.filter(pk=partner.pk, ended_at__isnull=True).update(ended_at=at)


@transaction.atomic
def forward_complaint(
    *,
    complaint: Complaint,
    partner: Partner,
    service_code: str,
    words: str,
    by: Actor,
    at: datetime,
) -> Forwarding:
    """
    Write down that a complaint is sent on, in these words; the note in its log is the officer's act.

    Raises NotForwarded for a sealed complaint, for words that name whoever complains, and for too few of them;
    MoveNotAllowed for an officer who may not read it.
    """
    if complaint.sealed:
        raise NotForwarded(_("Pengaduan ini tersegel dan tidak dikirim ke luar."))
    if len(words.split()) < LEAST_WORDS or not service_code.strip():
        raise NotForwarded(_("Isi kode layanan dan tulis masalahnya, paling sedikit tiga kata."))
    reporter = Reporter.objects.filter(complaint=complaint).first()
    named = [reporter.name, reporter.contact] if reporter else []
    if any(one and one.lower() in words.lower() for one in named):
        raise NotForwarded(_("Kalimat itu memuat nama atau kontak pelapor. Hapus dahulu."))
    note = _("Disampaikan ke %(name)s (Open311).") % {"name": partner.name}
    act(complaint.case, "comment", by=by, at=at, reason=note)
    return Forwarding.objects.create(
        case_id=complaint.pk,
        partner=partner,
        service_code=service_code.strip(),
        words=words.strip(),
        fate=Fate.WAITING,
        at=at,
        by_id=by.user_id,
        due_at=at,
    )


@transaction.atomic
def send_again(*, complaint: Complaint, forwarding_id: UUID, by: Actor, at: datetime) -> bool:
    """Send one again that was refused, or may not have arrived; False for any other. An officer's act as the first."""
    found = Forwarding.objects.filter(
        pk=forwarding_id, case_id=complaint.pk, fate__in=[Fate.REFUSED, Fate.UNSURE]
    )
    one = found.select_related("partner").first()
    if one is None:
        return False
    note = _("Dikirim lagi ke %(name)s (Open311).") % {"name": one.partner.name}
    act(complaint.case, "comment", by=by, at=at, reason=note)
    return bool(found.update(fate=Fate.WAITING, due_at=at, attempts=0, why=""))


# --- The worker --------------------------------------------------------------------------------------
def forward_due(*, at: datetime, limit: int = 5) -> int:
    """Send what waits and ask about what was sent, when due; return how many servers were asked."""
    Forwarding.objects.filter(fate=Fate.SENDING, due_at__lte=at).update(fate=Fate.UNSURE)
    due = Forwarding.objects.filter(
        Q(fate=Fate.WAITING) | Q(fate=Fate.OPEN), due_at__lte=at
    ).select_related("partner")
    return sum(_one(one, at) for one in due.order_by("due_at", "id")[:limit])


def _one(one: Forwarding, at: datetime) -> bool:
    sends = one.fate == Fate.WAITING
    claimed = Forwarding.objects.filter(pk=one.pk, fate=one.fate, due_at=one.due_at).update(
        fate=Fate.SENDING if sends else Fate.OPEN,
        due_at=at + client.CLAIM,
        attempts=one.attempts + 1,
    )
    if not claimed:
        return False
    server = client.Server(one.partner.url, one.partner.api_key, one.partner.jurisdiction)
    found = (
        client.send(server, one.service_code, one.words)
        if sends
        else client.ask(server, number=one.number, token=one.token)
    )
    wait = client.next_look(found.fate, one.attempts + 1, at - one.at)
    given_up = found.fate is Fate.WAITING and wait is None
    Forwarding.objects.filter(pk=one.pk).update(
        fate=Fate.REFUSED if given_up else found.fate,
        number=found.number[:120] or one.number,
        token=found.token[:120] or one.token,
        notes=found.notes[:4000] or one.notes,
        why=found.why[:300],
        due_at=at + (wait or client.NEVER),
    )
    log.info("complaint_forwarded", forwarding=str(one.pk), fate=str(found.fate))
    return True
