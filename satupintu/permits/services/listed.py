"""Keeps the words of the public register, in the transaction that puts a permit on it or takes it off."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from satupintu.permits import rules
from satupintu.permits.models import Permit, RegisterWord
from satupintu.permits.public_search import register_words


def list_in_register(permits: Sequence[Permit], today: date) -> None:
    """
    Add the words of those permits that stand on the register today, and are not kept yet. One statement.

    A query more for each permit that was read without its party.
    """
    RegisterWord.objects.bulk_create(
        [row for permit in permits for row in _rows(permit, today)], ignore_conflicts=True
    )


def _rows(permit: Permit, today: date) -> list[RegisterWord]:
    ended = permit.valid_until is not None and permit.valid_until < today
    if ended or permit.state not in rules.STANDING:
        return []
    words = register_words(
        number=permit.number, holder=permit.holder, is_organisation=permit.party.is_organisation
    )
    return [
        RegisterWord(word=word, permit=permit, issued_at=permit.issued_at) for word in sorted(words)
    ]


def drop_from_register(permit_ids: Sequence[UUID]) -> None:
    """Drop the words of permits that leave the register. One statement."""
    RegisterWord.objects.filter(permit_id__in=permit_ids).delete()


def drop_ended(*, at: datetime, limit: int = 500) -> int:
    """
    Drop the words of permits whose last day is over; return of how many permits.

    The latest ended come first, `limit` in a transaction, as long as there is anything to drop: what ended before
    those has been dropped already.
    """
    today = timezone.localdate(at)
    dropped = 0
    for state in rules.STANDING:
        ended = Permit.objects.filter(state=state, valid_until__lt=today)
        ended = ended.order_by("-valid_until", "id")
        begin = 0
        while True:
            looked_at = list(ended.values_list("pk", flat=True)[begin : begin + limit])
            kept = RegisterWord.objects.filter(permit=OuterRef("pk"))
            going = list(
                Permit.objects.filter(Exists(kept), pk__in=looked_at).values_list("pk", flat=True)
            )
            if not going:
                break
            with transaction.atomic():
                drop_from_register(going)
            dropped += len(going)
            begin += limit
    return dropped
