"""Reads of the archive: the scheme as it holds, folders and boxes, what is due, destruction lists."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.archive import rules
from satupintu.archive.models import (
    Box,
    ClassChange,
    Deposit,
    DepositItem,
    Disposal,
    DisposalItem,
    Folder,
    Transfer,
)
from satupintu.archive.rules import FileClass, FolderState, Standing
from satupintu.lib.days import month_end
from satupintu.lib.keyset import beyond
from satupintu.permits import queries as permits
from satupintu.permits.rules import KIND_PERMIT, STANDING, STATUSES
from satupintu.workflow.queries import Case, linked, with_version

__all__ = ["Box", "Deposit", "Disposal", "Folder", "Transfer"]

PAGE = 50
MOST = 200  # folders filed, passed on or listed at one time

CLOSED = sorted(state for state, status in STATUSES.items() if status.closed)


@cache
def shipped() -> Mapping[str, FileClass]:
    """Return the scheme that ships with the program."""
    return rules.read_scheme((Path(__file__).parent / "scheme.toml").read_text("utf-8"))


def scheme() -> dict[str, FileClass]:
    """Return the scheme as it holds at this office, by code. One query."""
    found = dict(shipped())
    for row in ClassChange.objects.all():
        found[row.code] = FileClass(
            row.code, row.title, row.active_years, row.inactive_years, row.fate, row.basis
        )
    return dict(sorted(found.items()))


def class_of(case: Case) -> FileClass:
    """Return the class of a case's file, by the classification of its service. At most two queries."""
    output = permits.file_of(case).definition.output
    return rules.class_for(output.classification if output else rules.LAST_RESORT, scheme())


def ended_on(case: Case) -> date | None:
    """Return from which day retention counts, as things stand now; None: not yet known. One query."""
    permit = permits.permit_of_case(case.pk)
    return rules.end_of(
        timezone.localdate(case.closed_at) if case.closed_at else None,
        has_permit=permit is not None,
        ended_otherwise=permit is not None and permit.state not in STANDING,
        valid_until=permit.valid_until if permit else None,
    )


def standing_of(folder: Folder, today: date) -> Standing:
    """Return what decides whether a file may be destroyed, read anew. Four queries."""
    case = folder.case
    permit = permits.permit_of_case(case.pk)
    in_force = permit is not None and permit.state in STANDING
    if in_force and permit and permit.valid_until:
        in_force = permit.valid_until >= today
    related = [one for link in linked(case) for one in (link.source, link.target)]
    return Standing(
        closed=case.state in CLOSED,
        related_open=any(one.closed_at is None for one in related if one.pk != case.pk)
        or (permit is not None and permits.is_asked_about(permit)),
        in_force=in_force,
        state=folder.state,
        fate=folder.fate,
        lent=bool(folder.lent_to),
        inactive_until=folder.inactive_until,
    )


# --- Folders ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FolderFilter:
    """What to look for; "" and 0 mean everything."""

    box: int = 0
    code: str = ""
    year: int = 0  # in which the case was opened
    state: str = ""


def folders(
    wanted: FolderFilter, before: tuple[datetime, UUID] | None, size: int = PAGE
) -> list[Folder]:
    """Return up to `size + 1` folders, those filed last first, by keyset. One query and one for their services."""
    found = Folder.objects.filter(beyond(before, "filed_at", "case_id", falling=True))
    if wanted.box:
        found = found.filter(box_id=wanted.box)
    if wanted.code:
        found = found.filter(code=wanted.code)
    if wanted.year:
        found = found.filter(case__opened_at__year=wanted.year)
    if wanted.state:
        found = found.filter(state=wanted.state)
    rows = found.select_related("case__party", "case__service_version", "box")
    return list(rows.order_by("-filed_at", "case_id")[: size + 1])


def folder_of(number: str) -> Folder | None:
    """Return the folder of a case by its number. One query."""
    return (
        Folder.objects.filter(case__number=number)
        .select_related("case__party", "case__service_version", "box")
        .first()
    )


def not_filed(after: tuple[datetime, UUID] | None = None) -> list[Case]:
    """Return up to PAGE + 1 cases that have ended and stand in no box, the oldest first. One query."""
    waiting = Case.objects.filter(
        beyond(after, "opened_at"),
        kind=KIND_PERMIT,
        state__in=CLOSED,
        folder__isnull=True,
    )
    return list(
        with_version(waiting.select_related("party")).order_by("opened_at", "id")[: PAGE + 1]
    )


def boxes() -> list[Box]:
    """Return the boxes with how many folders each holds, the newest first. One query."""
    kept = ~Q(folders__state__in=rules.GONE)
    return list(Box.objects.annotate(held=Count("folders", filter=kept)).order_by("-number")[:MOST])


def find_box(number: int) -> Box | None:
    return Box.objects.filter(pk=number).first()


def box_spans(box: Box) -> tuple[list[str], list[int]]:
    """Return the codes and the years of what a box holds, for its label. One query."""
    held = box.folders.exclude(state__in=rules.GONE).select_related("case")
    rows = list(held.values_list("code", "case__opened_at"))
    return sorted({code for code, _at in rows}), sorted({at.year for _code, at in rows})


def to_pass(last: date) -> list[Folder]:
    """Return active folders whose active years end on or before `last`, the oldest first. One query."""
    due = Folder.objects.filter(state=FolderState.ACTIVE, active_until__lte=last)
    return _listed(due.order_by("active_until", "case_id"))


def at_end(today: date, *, fate: str = "") -> list[Folder]:
    """Return inactive folders that are kept long enough and stand on no open list. One query."""
    due = Folder.objects.filter(state=FolderState.INACTIVE, inactive_until__lt=today)
    if fate:
        due = due.filter(fate=fate)
    free = due.exclude(disposals__settled=False).exclude(deposits__settled=False)
    return _listed(free.order_by("inactive_until", "case_id"))


def _listed(rows: Any) -> list[Folder]:
    return list(rows.select_related("case__party", "case__service_version", "box")[:MOST])


def find_transfer(transfer_id: UUID) -> Transfer | None:
    return Transfer.objects.filter(pk=transfer_id).select_related("by").first()


def transfers() -> list[Transfer]:
    """Return the newest transfers with how many folders passed. One query."""
    return list(Transfer.objects.annotate(held=Count("folders")).order_by("-at", "-id")[:PAGE])


def passed(transfer: Transfer) -> list[Folder]:
    return _listed(transfer.folders.order_by("case__number"))


# --- Destruction lists -------------------------------------------------------------------------------


def disposals() -> list[Disposal]:
    """Return the newest destruction lists with how many folders stand on each. One query."""
    standing = Count("items", filter=Q(items__struck=""))
    return list(Disposal.objects.annotate(held=standing).order_by("-drawn_at", "-id")[:PAGE])


def find_disposal(disposal_id: UUID) -> Disposal | None:
    people = ("drawn_by", "assessed_by", "first_by", "approved_by", "done_by")
    return Disposal.objects.filter(pk=disposal_id).select_related(*people).first()


def items_of(disposal: Disposal) -> list[DisposalItem]:
    """Return what stands and stood on a list, by the number of its case. One query."""
    rows = disposal.items.select_related("folder__case__party", "folder__case__service_version")
    return list(rows.order_by("folder__case__number"))


# --- Deposit lists -----------------------------------------------------------------------------------


def deposits() -> list[Deposit]:
    """Return the newest deposit lists with how many folders stand on each. One query."""
    return list(Deposit.objects.annotate(held=Count("items")).order_by("-drawn_at", "-id")[:PAGE])


def find_deposit(deposit_id: UUID) -> Deposit | None:
    people = ("drawn_by", "approved_by", "done_by")
    return Deposit.objects.filter(pk=deposit_id).select_related(*people).first()


def deposited(deposit: Deposit) -> list[DepositItem]:
    """Return what stands on a deposit list, by the number of its case. One query."""
    rows = deposit.items.select_related(
        "folder__case__party", "folder__case__service_version", "folder__box"
    )
    return list(rows.order_by("folder__case__number"))


def deposit_of(folder: Folder) -> Deposit | None:
    """Return the list by which a folder was handed to the archive institution; None when it was not. One query."""
    if folder.state != FolderState.DEPOSITED:
        return None
    return Deposit.objects.filter(items__folder=folder).order_by("-drawn_at").first()


def why_locked(case: Case) -> str:
    """Return why nothing of a case may change any more; "" when it may. At most one query."""
    if case.kind != KIND_PERMIT or case.state not in CLOSED:
        return ""
    if not Folder.objects.filter(pk=case.pk, state=FolderState.DEPOSITED).exists():
        return ""
    return _("Berkas ini sudah diserahkan ke lembaga kearsipan dan tidak diubah lagi.")


def next_number(word: str, year: int, taken: Iterable[str]) -> str:
    """Return "WORD-year-001" after those taken in that year."""
    start = f"{word}-{year}-"
    used = [int(one.removeprefix(start)) for one in taken if one.startswith(start)]
    return f"{start}{max(used, default=0) + 1:03}"


def last_box() -> int:
    return int(Box.objects.aggregate(last=Max("number"))["last"] or 0)


def folders_of(case_ids: Sequence[UUID]) -> dict[UUID, Folder]:
    return {one.pk: one for one in Folder.objects.filter(pk__in=case_ids)}


def last_of_month(today: date) -> date:
    """Return the last day of the month: what ends in it passes on together."""
    return month_end(today.replace(day=1))
