"""How the channels stand: what each carried this month, whether its breaker is open, how much waits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count
from django.utils import timezone

from satupintu.messaging.models import DeliveryReport, InMessage, Lane, Meter, OutMessage
from satupintu.messaging.rules import OPEN_STATES


@dataclass(frozen=True, slots=True)
class Used:
    """What a transport carried in a month; `billed` as its provider reported."""

    messages: int
    parts: int
    billed: int


def lanes() -> dict[str, Lane]:
    return {row.transport: row for row in Lane.objects.all()}


def this_month(at: datetime) -> Mapping[str, Used]:
    """Return what each transport carried in the office's present month. Two queries."""
    local = timezone.localtime(at)
    began = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    billed = dict(
        DeliveryReport.objects.filter(billed=True, received_at__gte=began)
        .values("transport")
        .annotate(count=Count("external_id_hash", distinct=True))
        .values_list("transport", "count")
    )
    return {
        row.transport: Used(row.messages, row.parts, billed.get(row.transport, 0))
        for row in Meter.objects.filter(month=month_of(at))
    }


@dataclass(frozen=True, slots=True)
class Budget:
    """What a transport may carry in a month and has carried, in parts as its meter counts them."""

    most: int
    used: int

    @property
    def percent(self) -> int:
        """Return how much is used, rounded down: 100 only when all is."""
        return self.used * 100 // self.most

    @property
    def reached(self) -> int:
        """Return the highest of BUDGET_STEPS that is reached; 0 for none."""
        return max((step for step in BUDGET_STEPS if self.percent >= step), default=0)


BUDGET_STEPS = (80, 100)  # percent, at each of which the office is told


def budgets(at: datetime) -> dict[str, Budget]:
    """Return how the budgets of the office's present month stand, by transport. No query where none is set."""
    most: dict[str, int] = settings.MONTHLY_BUDGETS
    if not most:
        return {}
    rows = Meter.objects.filter(month=month_of(at), transport__in=most)
    used = dict(rows.values_list("transport", "parts"))
    return {name: Budget(number, used.get(name, 0)) for name, number in most.items()}


def month_of(at: datetime) -> str:
    """Return the month that a moment counts to, in the office's zone."""
    return f"{timezone.localtime(at):%Y-%m}"


def waiting() -> dict[str, int]:
    """Return how many messages wait to be read and to be sent."""
    return {
        "unread": InMessage.objects.filter(handled_at__isnull=True).count(),
        "unsent": OutMessage.objects.filter(state__in=[*OPEN_STATES]).count(),
    }
