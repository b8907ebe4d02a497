"""Complaints from outside, by a page or by another office's program: what is too many, what is held back."""

from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from satupintu.desk import rules
from satupintu.desk.models import Complaint
from satupintu.desk.rules import Hold, Privacy
from satupintu.desk.services.filing import Filing, NotFiled, file_complaint
from satupintu.desk.services.own import send_code
from satupintu.office.services import allow
from satupintu.people.rules import Actor

HOUR = 60 * 60  # seconds


class TooMany(NotFiled):
    """More complaints in an hour than are taken from one source."""


def receive_complaint(
    filing: Filing,
    *,
    by: Actor,
    at: datetime,
    source: str,
    person: str = "",
    trapped: bool = False,
    origin: str,
    origin_ref: str | None,
) -> Complaint:
    """
    File a complaint from outside; a stranger's contact is sent a code.

    `source` is the address or the program it comes from, `person` who of them as far as that is known (none: the
    source). More than rules.MOST_AN_HOUR of a source are refused (TooMany), more than rules.FILINGS_AN_HOUR of a
    person are held back. Raises what `file_complaint` raises.
    """
    if not allow("complaint_most", source, limit=rules.MOST_AN_HOUR, window_seconds=HOUR, at=at):
        raise TooMany(
            _(
                "Terlalu banyak pengaduan dari sambungan ini. Yang Anda tulis masih ada di halaman ini:"
                " coba lagi satu jam kemudian, atau sampaikan lewat telepon atau loket."
            )
        )
    often = not allow(
        "complaint", person or source, limit=rules.FILINGS_AN_HOUR, window_seconds=HOUR, at=at
    )
    asks = (
        filing.party_id is None
        and bool(filing.contact.strip())
        and filing.privacy is not Privacy.ANONYMOUS
    )
    held = rules.hold(trapped=trapped, often=often, unconfirmed=asks)
    filing = replace(filing, hold=held)
    done = file_complaint(filing, by=by, at=at, origin=origin, origin_ref=origin_ref)
    if held is Hold.UNCONFIRMED and done.case.version == 1:
        send_code(done, at=at)
    return done
