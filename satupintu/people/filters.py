"""Reads over kept filters: what an officer sees of them on a list, and for which units they may share some."""

from collections.abc import Mapping
from typing import Any

from django.db.models import F, Q
from django.urls import reverse

from satupintu.people.models import SavedFilter
from satupintu.people.rules import FILTER_PAGES, MOST_FILTERS, Actor, Role, filter_query


def list_filters(actor: Actor, page: str) -> list[SavedFilter]:
    """Return the filters of a list that an officer sees: their own, then what is shared with their units. One query."""
    if actor.user_id is None:
        return []
    mine = Q(user_id=actor.user_id, unit__isnull=True) | Q(unit_id__in=actor.units)
    return list(
        SavedFilter.objects.filter(mine, page=page)
        .select_related("unit")
        .order_by(F("unit_id").asc(nulls_first=True), "name", "pk")[: 4 * MOST_FILTERS]
    )


def saved_filters(actor: Actor, page: str, given: Mapping[str, str]) -> dict[str, Any]:
    """
    Return what `web/_saved_filters.html` shows on a list whose address says `given`. One query.

    A section head may change what is shared with a unit of theirs; the service looks whether they head it today.
    """
    query, known = filter_query(page, given), FILTER_PAGES[page]
    heads = Role.SECTION_HEAD in actor.roles
    items = [
        {
            "id": one.pk,
            "name": one.name,
            "url": f"{known.address}?{one.query}",
            "on": one.query == query,
            "own": one.unit_id is None or heads,
            "rename_url": reverse("people:rename_filter", args=[one.pk]),
            "drop_url": reverse("people:drop_filter", args=[one.pk]),
            "shared_by": (one.unit.short_name or one.unit.name) if one.unit else "",
        }
        for one in list_filters(actor, page)
    ]
    return {"page": page, "query": query, "items": items, "may_share": heads}
