"""Paging by keyset: a page begins after the last row of the page before it, however long the list is."""

from typing import Any
from uuid import UUID

from django.db.models import Q


def beyond(
    place: tuple[object, UUID] | None, field: str, key: str = "id", *, falling: bool = False
) -> Q:
    """
    Return the condition for the rows after `place`, the last row shown: its value of `field` and its `key`.

    The list is ordered by `field`, then rising by `key`; `falling`: by `field` downwards, the newest first. None as a
    place is the beginning, and leaves every row.
    """
    if place is None:
        return Q()
    value, last = place
    further: dict[str, Any] = {f"{field}__{'lt' if falling else 'gt'}": value}
    return Q(**further) | Q(**{field: value, f"{key}__gt": last})
