"""How the channels stand: what each carried this month, whether its breaker is open, how much waits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

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
    month = f"{local:%Y-%m}"
    began = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    billed = dict(
        DeliveryReport.objects.filter(billed=True, received_at__gte=began)
        .values("transport")
        .annotate(count=Count("external_id_hash", distinct=True))
        .values_list("transport", "count")
    )
    return {
        row.transport: Used(row.messages, row.parts, billed.get(row.transport, 0))
        for row in Meter.objects.filter(month=month)
    }


def waiting() -> dict[str, int]:
    """Return how many messages wait to be read and to be sent."""
    return {
        "unread": InMessage.objects.filter(handled_at__isnull=True).count(),
        "unsent": OutMessage.objects.filter(state__in=[*OPEN_STATES]).count(),
    }
