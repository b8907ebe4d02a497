"""What whoever complained does, by the code they hold: confirm a contact, rate, reopen, withdraw."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from satupintu.desk import queries, rules
from satupintu.desk.models import Complaint, Reporter
from satupintu.desk.services.common import (
    APPROVE_DAYS,
    SCREEN_DAYS,
    days_of,
    move,
    owed,
    place_for,
    screener_for,
)
from satupintu.desk.services.filing import reporter_actor
from satupintu.lib import crypto
from satupintu.messaging.rules import ChannelKind
from satupintu.messaging.services import queue_message
from satupintu.workflow.queries import Transition
from satupintu.workflow.services import ActRequest, CannotMove, act, bad_data
from satupintu.workflow.services.given import given_number

WAYS = {"phone": ChannelKind.SMS, "email": ChannelKind.EMAIL}


class WrongCode(CannotMove):
    """The code is wrong, too old, or was tried too often."""


def send_code(complaint: Complaint, *, at: datetime) -> bool:
    """Send a code to the contact of a complaint that is not confirmed; False when it has none."""
    reporter = Reporter.objects.filter(complaint=complaint).exclude(contact="").first()
    if reporter is None or reporter.contact_kind not in WAYS:
        return False
    code = f"{secrets.randbelow(10**6):06}"
    Reporter.objects.filter(pk=reporter.pk).update(
        code_print=crypto.fingerprint(code),
        code_until=at + timedelta(minutes=rules.CODE_MINUTES),
        code_tries=0,
    )
    queue_message(
        template="complaint_code",
        context={"code": code, "minutes": rules.CODE_MINUTES},
        origin=f"complaint:{complaint.pk}:code:{at.isoformat()}",
        at=at,
        address=reporter.contact,
        channel=WAYS[reporter.contact_kind],
        expires_at=at + timedelta(minutes=rules.CODE_MINUTES),
    )
    return True


def confirm(complaint: Complaint, code: str, *, at: datetime) -> Transition:
    """Confirm a contact with its code: what was held back for it is received. Raises WrongCode."""
    found = Reporter.objects.filter(complaint=complaint).first()
    wrong = WrongCode(_("Kode itu salah atau sudah lewat waktunya. Minta kode baru bila perlu."))
    if found is None or not found.code_print or found.code_until is None or found.code_until < at:
        raise wrong
    tried = Reporter.objects.filter(
        pk=found.pk, code_tries__lt=rules.CODE_TRIES, code_print=found.code_print
    ).update(code_tries=F("code_tries") + 1)
    if not tried or not crypto.is_fingerprint_of(code.strip(), found.code_print):
        raise wrong
    row = _act(complaint, "confirm", at)
    Reporter.objects.filter(pk=found.pk).update(code_print="", code_until=None)
    return row


def rate(
    complaint: Complaint, stars: int, *, at: datetime, reason: str = "", channel: str = "web"
) -> Transition:
    """Rate the answer with 1 to 5 and close. Raises CannotMove."""
    return _act(complaint, "rate", at, reason=reason, channel=channel, data={"stars": stars})


def reopen(complaint: Complaint, reason: str, *, at: datetime, channel: str = "web") -> Transition:
    """Reopen an answered complaint with a reason: it is the unit's task again. Raises CannotMove."""
    return _act(complaint, "reopen", at, reason=reason, channel=channel)


def withdraw(
    complaint: Complaint, *, at: datetime, reason: str = "", channel: str = "web"
) -> Transition:
    """Withdraw a complaint that is not answered yet. Raises CannotMove."""
    return _act(complaint, "withdraw", at, reason=reason, channel=channel)


def _act(complaint: Complaint, action: str, at: datetime, **more: Any) -> Transition:
    return act(complaint.case, action, by=reporter_actor(), at=at, **more)


@transaction.atomic
def move_own(request: ActRequest) -> Transition:
    """
    Do what only whoever complained may do; the caller has seen their code or their login.

    An officer cannot come here with a role of theirs: the table lets only applicants. data: stars, when rating.
    """
    complaint = queries.complaint_of(request.case)
    if request.by.user_id is not None:
        raise CannotMove(_("Ini hanya dilakukan pelapor, dengan kode lacaknya."))
    if request.action == "rate":
        stars = given_number(request.data, "stars")
        if not 1 <= stars <= rules.MOST_STARS:
            raise bad_data("stars")
        row = move(request, data={"stars": stars})
        Complaint.objects.filter(pk=complaint.pk).update(rating=stars)
        return row
    if request.action == "withdraw":
        return move(request)
    accused = queries.accused_of(complaint)
    place = place_for(complaint, accused, request.at)
    if request.action == "confirm":
        role, unit_id = screener_for(place, accused, request.at)
        row = move(
            request,
            open=(owed("complaint_screen", role, unit_id, days=SCREEN_DAYS, at=request.at),),
        )
        Complaint.objects.filter(pk=complaint.pk).update(hold="")
        return row
    days = days_of(complaint, complaint.class_key, request.at)
    row = move(
        request,
        days={"legal": days},
        open=(
            owed(
                "complaint_draft",
                place.draft,
                place.unit_id,
                days=max(1, days - APPROVE_DAYS),
                at=request.at,
            ),
        ),
    )
    Complaint.objects.filter(pk=complaint.pk).update(answered_at=None, on_time=None)
    return row
