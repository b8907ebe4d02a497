"""
The office's two books: applications in the order they came, permits in the order they were issued.

A row is read as it stands now, by keyset, with a fixed number of queries a page. Personal columns are decrypted only
for who may read them (`personal`).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from satupintu.lib.keyset import beyond
from satupintu.permits import rules
from satupintu.permits.models import HandOver, Permit
from satupintu.workflow.queries import Case, Transition, unread

BOOK_PAGE = 50
CHUNK = 500  # rows read at a time when a whole period is written out
_PARTY = ("identity", "phone", "email", "birth_date")


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` to before `until`, of one service or all ("")."""

    since: datetime
    until: datetime
    service_code: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a book: the case, when it was declared complete, the permit that came of it, and who took it."""

    case: Case
    complete_at: datetime | None
    permit: Permit | None
    hand_over: HandOver | None

    @property
    def place(self) -> tuple[datetime, UUID]:
        """Return where the next page of the book of applications begins."""
        return self.case.opened_at, self.case.pk

    @property
    def permit_place(self) -> tuple[datetime, UUID]:
        assert self.permit is not None
        return self.permit.issued_at, self.permit.pk


def _registered(period: Period) -> QuerySet[Case]:
    cases = Case.objects.filter(
        kind=rules.KIND_PERMIT, opened_at__gte=period.since, opened_at__lt=period.until
    )
    cases = cases.exclude(state=rules.State.IMPORT_UNDONE)
    if period.service_code:
        cases = cases.filter(permit_case__service_code=period.service_code)
    return cases


def _issued(period: Period) -> QuerySet[Permit]:
    permits = Permit.objects.filter(issued_at__gte=period.since, issued_at__lt=period.until)
    if period.service_code:
        permits = permits.filter(service_code=period.service_code)
    return permits


def _personal(path: str, *, personal: bool) -> list[str]:
    hidden = _PARTY if personal else (*_PARTY, "address")
    return [f"{path}__{name}" for name in hidden]


def list_registered(
    period: Period,
    after: tuple[datetime, UUID] | None = None,
    size: int = BOOK_PAGE,
    *,
    personal: bool = False,
) -> list[Entry]:
    """Return up to `size + 1` applications of a period in the order they came, by keyset. Three queries."""
    cases = _registered(period).filter(beyond(after, "opened_at"))
    found = list(
        cases.select_related("party", "service_version", "permit_case", "permit")
        .defer(
            *unread("service_version"),
            "permit_case__answers",
            "permit_case__holder",
            "permit_case__statements",
            *_personal("party", personal=personal),
        )
        .order_by("opened_at", "id")[: size + 1]
    )
    return _entries([(case, getattr(case, "permit", None)) for case in found], personal=personal)


def list_permits_issued(
    period: Period,
    after: tuple[datetime, UUID] | None = None,
    size: int = BOOK_PAGE,
    *,
    personal: bool = False,
) -> list[Entry]:
    """Return up to `size + 1` permits of a period in the order they were issued, by keyset. Three queries."""
    permits = _issued(period).filter(beyond(after, "issued_at"))
    found = list(
        permits.select_related("case__party", "case__service_version", "case__permit_case")
        .defer(
            *unread("case__service_version"),
            "case__permit_case__answers",
            "case__permit_case__holder",
            "case__permit_case__statements",
            *_personal("case__party", personal=personal),
        )
        .order_by("issued_at", "id")[: size + 1]
    )
    return _entries([(permit.case, permit) for permit in found], personal=personal)


def _entries(pairs: Sequence[tuple[Case, Permit | None]], *, personal: bool) -> list[Entry]:
    if not pairs:
        return []
    complete = _complete([case.pk for case, _permit in pairs])
    taken = _taken([permit.pk for _case, permit in pairs if permit], personal=personal)
    return [
        Entry(case, complete.get(case.pk), permit, taken.get(permit.pk) if permit else None)
        for case, permit in pairs
    ]


def _complete(case_ids: list[UUID]) -> dict[UUID, datetime]:
    """Return case id -> when its file was last declared complete."""
    rows = Transition.objects.filter(case_id__in=case_ids, action="declare_complete")
    return dict(rows.order_by("seq").values_list("case_id", "at"))


def _taken(permit_ids: list[UUID], *, personal: bool) -> dict[UUID, HandOver]:
    """Return permit id -> its hand-over: on paper where there is one, else the first download."""
    rows = HandOver.objects.filter(permit_id__in=permit_ids).order_by("at", "id")
    rows = rows.defer("collector_identity") if personal else rows.only("permit_id", "how", "at")
    found: dict[UUID, HandOver] = {}
    for row in rows:
        kept = found.get(row.permit_id)
        if kept is None or (kept.how == "download" and row.how != "download"):
            found[row.permit_id] = row
    return found


Reader = Callable[..., list[Entry]]


def whole_book(read: Reader, period: Period, *, personal: bool) -> Iterator[Entry]:
    """Yield every line of a period, a chunk at a time: memory stays the same however long it is."""
    after: Any = None
    while True:
        found = read(period, after, CHUNK, personal=personal)
        yield from found[:CHUNK]
        if len(found) <= CHUNK:
            return
        last = found[CHUNK - 1]
        after = last.place if read is list_registered else last.permit_place


def count_to(read: Reader, period: Period, most: int) -> int:
    """Return how many lines a period has, counted up to `most`. One query."""
    rows: QuerySet[Any] = _registered(period) if read is list_registered else _issued(period)
    return rows.order_by().values("pk")[:most].count()
