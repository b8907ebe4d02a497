"""Limits of a date that is another answer: "field:start_date", or so many months after it."""

import calendar
import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from satupintu.catalogue.rules import Field, FieldType
from satupintu.lib import words

_OTHER = re.compile(r"^field:([a-z][a-z0-9_]*)(?:\+(\d{1,3})m)?$")


def add_months(day: date, months: int) -> date:
    """Return the same day of a later month, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def wrong_dates(
    items: Iterable[Field], answers: Mapping[str, Any], language: str
) -> dict[str, str]:
    """Return what to do by question, for dates before or after what another answer allows."""
    wrong: dict[str, str] = {}
    for item in items:
        day = _day(answers.get(item.key))
        if item.type is not FieldType.DATE or day is None:
            continue
        low, high = _limit(item.minimum, answers), _limit(item.maximum, answers)
        if low and day < low:
            wrong[item.key] = _("Paling awal %(day)s.") % {"day": words.plain_date(low, language)}
        elif high and day > high:
            wrong[item.key] = _("Paling akhir %(day)s.") % {"day": words.plain_date(high, language)}
    return wrong


def _limit(limit: str, answers: Mapping[str, Any]) -> date | None:
    found = _OTHER.match(limit)
    start = _day(answers.get(found.group(1))) if found else None
    if found is None or start is None:
        return None
    return add_months(start, int(found.group(2) or 0))


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None
