"""Appointments for a consultation: how they are held, when they may be, when a room opens, when people are reminded."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

MINUTES = 30  # that one takes
FURTHEST = timedelta(days=60)
SOONEST = timedelta(minutes=10)
OPENS_BEFORE = timedelta(minutes=15)  # a room, for whoever asked
OPEN_AFTER = timedelta(minutes=60)  # it ends; people may talk longer
REMIND_BEFORE = (timedelta(hours=24), timedelta(hours=2))
MOST_OFFERED = 3
LONGEST_WISH = 300
ATTEMPTS = 6  # to have a room made
AGAIN_AFTER = timedelta(minutes=5)


class Way(StrEnum):
    """How people talk."""

    VIDEO = "video"
    TELEPHONE = "telephone"


WAY_LABELS: Mapping[str, Any] = {
    Way.VIDEO: _("Panggilan video"),
    Way.TELEPHONE: _("Lewat telepon"),
}


def is_possible(starts_at: datetime, at: datetime) -> bool:
    """Return whether an appointment may be made now for then."""
    return at + SOONEST <= starts_at <= at + FURTHEST


def overlap(one: datetime, other: datetime, minutes: int = MINUTES) -> bool:
    """Return whether two appointments of `minutes` share time."""
    return abs(one - other) < timedelta(minutes=minutes)


def is_open(starts_at: datetime, minutes: int, at: datetime) -> bool:
    """Return whether the room may be entered by whoever asked."""
    return starts_at - OPENS_BEFORE <= at <= starts_at + timedelta(minutes=minutes) + OPEN_AFTER


def is_over(starts_at: datetime, minutes: int, at: datetime) -> bool:
    """Return whether an appointment lies behind."""
    return at > starts_at + timedelta(minutes=minutes) + OPEN_AFTER


def reminders_due(starts_at: datetime, agreed_at: datetime, at: datetime) -> list[timedelta]:
    """
    Return which reminders are due: those whose moment has come, while it has not begun.

    None is given for a moment that had passed when the appointment was agreed on, and of two that are due only the
    later one.
    """
    due = [before for before in REMIND_BEFORE if agreed_at < starts_at - before <= at < starts_at]
    return [min(due)] if due else []
