"""The days this office gives: set by whoever administers its services."""

from dataclasses import asdict
from datetime import datetime

from satupintu.people.rules import Actor
from satupintu.supervision.models import Days
from satupintu.supervision.rules import Periods


def set_days(*, periods: Periods, by: Actor, at: datetime) -> None:
    """Keep the days of this office; sanctions that were given keep theirs."""
    Days.objects.update_or_create(
        pk=1, defaults=asdict(periods) | {"changed_at": at, "changed_by_id": by.user_id}
    )
