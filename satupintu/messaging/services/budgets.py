"""
What a channel may carry in a month: the administrators are told when it is nearly and wholly used, and what follows.

Parts are counted as the meters count them: what was handed over, whether the provider bills it or not.
"""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from satupintu.messaging import meters
from satupintu.messaging.channels.port import Transport
from satupintu.messaging.models import OutMessage
from satupintu.messaging.queries import was_queued
from satupintu.messaging.rules import Delivery
from satupintu.messaging.services.outbox import notify_officer, queue_next_way
from satupintu.people.queries import officers_on
from satupintu.people.rules import Role


def warn_of_budgets(*, at: datetime) -> int:
    """
    Tell each service administrator by e-mail which budgets are nearly or wholly used; return how many messages.

    Once for each step of a budget in a month; a step that is passed at once with the next is not told besides.
    """
    told = 0
    for name, budget in meters.budgets(at).items():
        if budget.reached:
            told += _warn(name, budget, at)
    return told


def _warn(name: str, budget: meters.Budget, at: datetime) -> int:
    origin = f"budget:{name}:{meters.month_of(at)}:{budget.reached}"
    told = 0
    for one in officers_on(Role.SERVICE_ADMIN, today=timezone.localdate(at)):
        if was_queued(f"{origin}:user:{one.pk}"):
            continue
        context = {
            "channel": name,
            "percent": budget.percent,
            "used": budget.used,
            "most": budget.most,
            "after": lambda language: _after(language, spent=budget.percent >= 100),  # noqa: PLR2004  all of it
            "link": settings.BASE_URL + reverse("messaging:channels"),
        }
        told += notify_officer(one, "budget_reached", context, origin=origin, at=at) is not None
    return told


def _after(language: str, *, spent: bool) -> str:
    with override(language):
        if settings.BUDGET_SPENT == "go_on":
            return _("Pesan tetap dikirim lewat saluran ini.")
        if spent:
            return _(
                "Kabar kini dikirim lewat saluran berikutnya dari tiap orang; jawaban tetap dikirim."
            )
        return _("Setelah habis, kabar dikirim lewat saluran berikutnya dari tiap orang.")


def spent(at: datetime) -> frozenset[str]:
    """Return the transports by which the office tells nothing more this month if the person has another way."""
    if settings.BUDGET_SPENT == "go_on":
        return frozenset()
    return frozenset(name for name, one in meters.budgets(at).items() if one.used >= one.most)


@transaction.atomic
def goes_elsewhere(message: OutMessage, transport: Transport, at: datetime) -> bool:
    """Let the next channel of its party tell a message, as the budget of this one is spent; False for none."""
    if "ladder" not in message.more:
        return False
    left = OutMessage.objects.filter(
        pk=message.pk, state=Delivery.QUEUED, claimed_until__isnull=True
    ).update(
        state=Delivery.FAILED,
        done_at=at,
        transport=transport.name,
        error="the month's budget of this channel is spent",
    )
    if left and queue_next_way(message, at=at) is not None:
        return True
    transaction.set_rollback(True)
    return False
