"""The record of what was changed in the office's own settings."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from satupintu.office.models import OfficeChange


def note_change(
    subject: str,
    *,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    by_name: str,
    at: datetime,
) -> None:
    """Record the values that differ, before and after; nothing when none does."""
    names = [name for name in after if before.get(name) != after[name]]
    if names:
        OfficeChange.objects.create(
            subject=subject,
            before={name: before.get(name) for name in names},
            after={name: after[name] for name in names},
            by=by_name,
            at=at,
        )
