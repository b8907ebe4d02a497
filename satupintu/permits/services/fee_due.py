"""Fees whose last day to pay comes near: the applicant is told once. Nothing is closed by the clock."""

from datetime import datetime, timedelta
from functools import partial

from django.utils import timezone

from satupintu.fees.queries import list_assessments_due
from satupintu.lib import words
from satupintu.messaging.services import notify
from satupintu.permits import rules
from satupintu.permits.fee_account import fee_side
from satupintu.permits.file import file_of
from satupintu.permits.reader import base_context
from satupintu.workflow.queries import get_case

NOTICE = timedelta(days=3)  # before the last day to pay


def remind_fees(*, at: datetime, limit: int = 100) -> int:
    """Remind applicants of a fee that is due in three days or less; return how many were looked at. Once each."""
    today = timezone.localdate(at)
    found = list_assessments_due(today, today + NOTICE, state=rules.State.PAYMENT)[:limit]
    for made in found:
        file = file_of(get_case(made.case_id))
        account = fee_side(file).account
        assert file.case.party_id is not None
        notify(
            file.case.party_id,
            "fee_reminder",
            base_context(file)
            | {
                "fee_number": words.numbered("SKRD", made.number),
                "rest": partial(words.rupiah, account.rest_idr),
                "due_on": made.due_on,
                "pay_to": made.pay_to,
            },
            origin=f"assessment:{made.pk}:due",
            at=at,
            about_id=file.case.pk,
        )
    return len(found)
