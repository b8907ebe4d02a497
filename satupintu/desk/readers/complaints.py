"""The log as messages: whoever complained is told by what they gave; whoever must act that it waits. Idempotent."""

from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from satupintu.desk import rules
from satupintu.desk.links import complaint_page
from satupintu.desk.models import Complaint, Reporter
from satupintu.desk.plan import plan_of
from satupintu.desk.queries import category_words, complaint_of, may_be_named
from satupintu.lib.prepared import Prepared
from satupintu.messaging.rules import ChannelKind
from satupintu.messaging.services import notify, queue_message, tell_owing
from satupintu.workflow.queries import Transition

READER = "complaints"
KINDS = frozenset({rules.KIND_COMPLAINT})
_REPORTER = Prepared(lambda complaint_id: Reporter.objects.filter(pk=complaint_id))
_WAYS = {"phone": ChannelKind.SMS, "email": ChannelKind.EMAIL}


def read(row: Transition) -> None:
    """Queue the messages that follow from a move, once."""
    complaint = complaint_of(row.case)
    if row.to_state == rules.State.RECEIVED and row.action in ("file", "confirm", "accept"):
        due = timezone.localdate(row.case.legal.due_at or row.at)
        _tell(row, complaint, "complaint_received", {"due": due})
    elif row.action == "approve":
        _tell(row, complaint, "complaint_answered", {"days": plan_of(complaint).closing.days})
    office = f"{settings.BASE_URL}/pengaduan/berkas/{row.case.number}/"
    context: dict[str, Any] = {
        "number": row.case.number,
        "category": partial(category_words, complaint.category),
        "link": office,
    }
    tell_owing(row, "complaint_waiting", context)


def _tell(row: Transition, complaint: Complaint, template: str, more: dict[str, Any]) -> None:
    """
    Tell whoever complained, in a message that no officer reads: who is told, and the code, lead to the complaint.

    A confidential one is told to the bare address, without number, code or name; nor does a message hold the code of a
    complaint about somebody: whoever else gets it, by a number that changed hands, learns nothing.
    """
    reporter = _REPORTER.first(complaint_id=complaint.pk)
    if reporter is None:
        return
    origin = f"transition:{row.pk}"

    def tell_party(party_id: UUID) -> None:
        notify(party_id, template, context, origin=origin, at=row.recorded_at, private=True)

    if may_be_named(complaint):
        context = more | {
            "number": row.case.number,
            "tracking_code": complaint.tracking_code,
            "link": complaint_page(complaint.tracking_code),
        }
        if reporter.party_id:
            tell_party(reporter.party_id)
            return
        context["name"] = reporter.name or "pelapor"
    else:
        template, context = "complaint_news", {"link": f"{settings.BASE_URL}/lacak/"}
        if reporter.party_id and complaint.privacy == rules.Privacy.OPEN:
            tell_party(reporter.party_id)
            return
    if reporter.contact_kind in _WAYS:
        queue_message(
            template=template,
            context=context,
            origin=f"{origin}:reporter",
            at=row.recorded_at,
            address=reporter.contact,
            channel=_WAYS[reporter.contact_kind],
            private=True,
        )
