"""Keeps the words by which a case is found, in the transaction that changes what it says."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from satupintu.lib.crypto import word_keys
from satupintu.lib.prepared import insert
from satupintu.people.queries import Party
from satupintu.people.rules import Actor
from satupintu.people.services import record_disclosure
from satupintu.permits.finding import Typed, case_words, person_of
from satupintu.permits.models import CaseWord


def make_findable(
    *, case_id: UUID, opened_at: datetime, party: Party | None, answers: Mapping[str, Any]
) -> None:
    """
    Add the words of a case that are not kept yet. One statement.

    Words of before stay: who knows a case by what it said then finds it still.
    """
    rows = word_rows(case_id=case_id, opened_at=opened_at, party=party, answers=answers)
    insert(*rows, or_leave=True)


def word_rows(
    *, case_id: UUID, opened_at: datetime, party: Party | None, answers: Mapping[str, Any]
) -> list[CaseWord]:
    """Return the words of a case as rows; nothing is written."""
    words = case_words(party.name if party else "", party.address if party else "", answers)
    return [
        CaseWord(key=word_keys(word)[0], case_id=case_id, opened_at=opened_at)
        for word in sorted(words)
    ]


def note_search(typed: Typed, *, by: Actor, at: datetime) -> None:
    """Record a search by somebody's whole number as a look at personal data, before anything is shown; else nothing."""
    if typed.looked_up:
        subject = f"search {typed.looked_up}"
        record_disclosure(by=by, party_id=person_of(typed), subject=subject, at=at)
