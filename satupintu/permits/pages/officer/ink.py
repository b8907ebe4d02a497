"""The letters of permits' cases that wait for ink, as lists and forms show them."""

from uuid import UUID

from django.urls import reverse

from satupintu.permits import queries, rules
from satupintu.permits.pages.officer.paths import SLUGS
from satupintu.permits.registration import ForInk


def for_ink(case_id: UUID | None) -> list[ForInk]:
    """Return the letters of a case, or (None) of all, that wait for ink, the oldest first. One query."""
    return [
        ForInk(
            one.pk,
            rules.letter_name(one.kind, one.number),
            one.case,
            one.at,
            reverse("permits:act", args=[one.case.number, SLUGS["scan_letter"]]),
            reverse("permits:letter_print", args=[one.case.number, one.pk]),
        )
        for one in queries.letters_for_ink(case_id)
    ]
