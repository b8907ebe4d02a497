"""
Permanent files go to the regency's archives (lembaga kearsipan daerah), by a list that two people make.

Drawn up by one, approved by another, taken along with its package; when the institution has received it, each folder is
handed over by a move of its case, and from then on nothing of the case changes any more.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.archive import queries, rules
from satupintu.archive.models import Deposit, DepositItem, Folder
from satupintu.archive.rules import DepositState, FolderState
from satupintu.archive.services.keeping import (
    ArchiveRefused,
    act_on_each,
    folder_of,
    person_id,
    refuse_for,
)
from satupintu.people.rules import Actor, Role
from satupintu.workflow.queries import Transition
from satupintu.workflow.services import ActRequest, CannotMove, given_text, move_as_asked

APPROVERS = frozenset({Role.SECTION_HEAD, Role.HEAD})
_OPEN = (DepositState.DRAWN, DepositState.APPROVED)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the archive institution wrote when it took the files over: its number, the day, who received them."""

    number: str
    received_on: date | None
    received_by: str


@transaction.atomic
def deposit_file(request: ActRequest) -> Transition:
    """
    Hand a folder of an approved list to the archive institution; nothing of its case changes from then on.

    data: list (its number). Raises CannotMove for any other, and for what meanwhile stands against it.
    """
    folder, number = folder_of(request), given_text(request.data, "list")
    item = folder.deposits.filter(
        settled=False, deposit__number=number, deposit__state=DepositState.APPROVED
    ).first()
    if item is None:
        raise CannotMove(_("Map hanya diserahkan menurut daftar penyerahan yang disetujui."))
    _refuse_if_in_the_way(folder, request.at)
    row = move_as_asked(request, {"list": number})
    Folder.objects.filter(pk=folder.pk).update(state=FolderState.DEPOSITED)
    DepositItem.objects.filter(pk=item.pk).update(settled=True)
    return row


def _refuse_if_in_the_way(folder: Folder, at: datetime) -> None:
    refuse_for(
        folder, at, rules.deposit_obstacles, _("%(number)s belum dapat diserahkan: %(why)s.")
    )


@transaction.atomic
def draw_deposit(folders: Iterable[Folder], *, by: Actor, at: datetime) -> Deposit:
    """Draw up a deposit list. Raises CannotMove for a folder that may not be handed over, ArchiveRefused for none."""
    listed = list(folders)
    if not listed:
        raise ArchiveRefused(_("Pilih sedikitnya satu map."))
    for folder in listed:
        _refuse_if_in_the_way(folder, at)
    taken = Deposit.objects.values_list("number", flat=True)
    number = queries.next_number("SERAH", timezone.localdate(at).year, taken)
    deposit = Deposit.objects.create(number=number, drawn_by_id=person_id(by), drawn_at=at)
    DepositItem.objects.bulk_create(
        [DepositItem(deposit=deposit, folder=folder) for folder in listed]
    )
    return deposit


def may_approve(deposit: Deposit, by: Actor) -> bool:
    """Say whether somebody may approve a list now: section head or head, and not who drew it up. No query."""
    return (
        deposit.state == DepositState.DRAWN
        and bool(by.roles & APPROVERS)
        and rules.may_take_step(by.user_id, (deposit.drawn_by_id,))
    )


def approve_deposit(deposit: Deposit, *, by: Actor, at: datetime) -> None:
    """Approve a list. Raises ArchiveRefused for who may not, and when somebody was quicker."""
    if not may_approve(deposit, by):
        raise ArchiveRefused(
            _("Langkah ini bukan giliran Anda: setiap langkah dilakukan orang yang berbeda.")
        )
    changed = Deposit.objects.filter(pk=deposit.pk, state=DepositState.DRAWN).update(
        state=DepositState.APPROVED, approved_by_id=by.user_id, approved_at=at
    )
    if changed != 1:
        raise ArchiveRefused(_("Daftar ini baru saja diubah orang lain. Muat ulang halaman."))


@transaction.atomic
def drop_deposit(deposit: Deposit, *, by: Actor, at: datetime) -> None:
    """Give a list up; its folders are free again. Raises ArchiveRefused for one that is done, or begun."""
    if deposit.items.filter(settled=True).exists():
        raise ArchiveRefused(_("Sebagian map daftar ini sudah diserahkan. Selesaikan daftarnya."))
    changed = Deposit.objects.filter(pk=deposit.pk, state__in=_OPEN).update(
        state=DepositState.DROPPED, done_by_id=by.user_id, done_at=at
    )
    if changed != 1:
        raise ArchiveRefused(_("Daftar ini sudah selesai."))
    deposit.items.update(settled=True)


def receive(
    deposit: Deposit, receipt: Receipt, *, by: Actor, at: datetime
) -> tuple[int, list[str]]:
    """
    Note that the institution has received a list: each folder is handed over in its own transaction.

    The list is done when none is left. Returns how many, and a sentence for each that stayed. Raises ArchiveRefused
    without a whole receipt, for a day before the approval or to come, or unapproved.
    """
    if deposit.state != DepositState.APPROVED or deposit.approved_at is None:
        raise ArchiveRefused(_("Daftar ini belum disetujui dua orang."))
    number, name = receipt.number.strip()[:120], receipt.received_by.strip()[:160]
    if not number or not name or receipt.received_on is None:
        raise ArchiveRefused(
            _("Tulis nomor, tanggal, dan penerima dari tanda terima lembaga kearsipan.")
        )
    if not timezone.localdate(deposit.approved_at) <= receipt.received_on <= timezone.localdate(at):
        raise ArchiveRefused(_("Tanggal terima harus sesudah persetujuan dan tidak di masa depan."))
    cases = [one.folder.case for one in queries.deposited(deposit) if not one.settled]
    done, stayed = act_on_each(cases, "deposit_file", {"list": deposit.number}, by=by, at=at)
    if not deposit.items.filter(settled=False).exists():
        Deposit.objects.filter(pk=deposit.pk, state=DepositState.APPROVED).update(
            state=DepositState.DONE,
            receipt=number,
            received_on=receipt.received_on,
            received_by=name,
            done_by_id=by.user_id,
            done_at=at,
        )
    return done, stayed
