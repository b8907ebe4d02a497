from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from satupintu.lib.keyset import beyond
from satupintu.people.models import Party

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)


@pytest.mark.django_db
@pytest.mark.parametrize(("falling", "size"), list(product([False, True], [1, 2, 3, 7])))
def test_pages_hold_every_row_once_and_in_order_though_moments_are_the_same(falling, size):
    for minute in (0, 1, 1, 1, 2, 2, 3):
        Party.objects.create(name="Sari", created_at=AT + timedelta(minutes=minute))
    order = ("-created_at" if falling else "created_at", "id")
    seen, place = [], None
    for _page in range(8):
        shown = list(
            Party.objects.filter(beyond(place, "created_at", falling=falling)).order_by(*order)[
                :size
            ]
        )
        if not shown:
            break
        seen += shown
        place = (shown[-1].created_at, shown[-1].pk)

    assert seen == list(Party.objects.order_by(*order))
    assert len(seen) == 7
