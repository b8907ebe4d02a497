"""Complaints that other programs send by Open311."""

import secrets
from datetime import datetime

from satupintu.desk.queries import Complaint
from satupintu.desk.services import Filing, receive_complaint
from satupintu.exchange.models import ApiClient, Report
from satupintu.lib import crypto
from satupintu.lib.prepared import insert
from satupintu.people.rules import Actor, Role

ORIGIN = "complaint:open311"
SAME_MINUTES = 10  # Open311 has no key of an act: what is sent again within them is the same


def report_complaint(
    filing: Filing, *, client: ApiClient, person: str, at: datetime
) -> tuple[Report, Complaint]:
    """
    File a complaint of a client as one from the web is filed, and remember that it came from there.

    `person` is what the client says of who complains (contact or device), for counting floods only; "" counts the
    client itself. The same words of the same person sent again at once are the same complaint. Raises as
    desk.services.receive_complaint.
    """
    sent = (client.pk, person, filing.category, filing.story, filing.about, _span(at))
    complaint = receive_complaint(
        filing,
        by=Actor(client.name, frozenset({Role.APPLICANT}), role=Role.APPLICANT),
        at=at,
        source=f"client:{client.pk}",
        person=f"client:{client.pk}:{person}" if person else "",
        origin=ORIGIN,
        origin_ref=crypto.lookup_hash("\0".join(str(one) for one in sent), "open311"),
    )
    report = Report(case_id=complaint.pk, client=client, token=secrets.token_hex(16), at=at)
    if not insert(report, or_leave=True):
        report = Report.objects.get(case_id=complaint.pk)
    return report, complaint


def _span(at: datetime) -> int:
    return int(at.timestamp()) // (SAME_MINUTES * 60)
