"""
Importing and taking back: by the worker, a few dozen rows in one transaction, so that nobody else waits.

A worker that dies leaves a chunk undone or done, never half: the rows say in the same transaction what became of
them, and the next worker goes on behind it. Two imports of the same rows meet at the unique key of what stands: the
one that comes second is told who was first.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.imports.models import Import, ImportRow
from satupintu.imports.queries import places
from satupintu.imports.rules import CHUNK_RUN, MAY_RUN, WORKING, RowState, Stage
from satupintu.imports.rules.columns import Target
from satupintu.imports.rules.rows import Plan, Problem, read_row
from satupintu.imports.services.checking import (
    TakenMeanwhile,
    Versions,
    check_chunk,
    old_case,
    take,
    twin_of,
)
from satupintu.imports.services.mapping import wait_again
from satupintu.lib.kept import read_ahead
from satupintu.lib.refusal import Refusal
from satupintu.office.queries import NoSuchSeries
from satupintu.office.services import NumberProblem, ensure_series
from satupintu.people.queries import Party, names_of, parties_by_identity
from satupintu.people.rules import Actor
from satupintu.people.services import KnownParty, create_parties
from satupintu.permits.imported import SERIES, OldCase
from satupintu.permits.imported_queries import list_imported, parties_of_batch
from satupintu.permits.services.importing import Batch, bring_in, person_key, take_back

log = structlog.get_logger()
CLAIM = timedelta(
    seconds=60
)  # a chunk takes a second; whoever claimed one and says nothing for so long is dead
NOBODY = UUID(int=0)  # no party has this id
TRY_AGAIN = timedelta(minutes=1)  # whether the register gives numbers again
CHUNKS = 4  # in one turn of the worker, before its other steps come again


class CannotRun(Refusal):
    """The import is not at a point from which this can be done; `message` says what to do."""


def start(*, batch: Import, by: Actor, at: datetime) -> None:
    """Have the new rows imported. Raises CannotRun when nothing is new, or the import has moved on."""
    if not ImportRow.objects.filter(batch=batch, outcome=RowState.NEW).exists():
        raise CannotRun(_("Tidak ada baris baru untuk diimpor."))
    ensure_series(SERIES, by_name=by.name, at=at)
    _move_on(batch, MAY_RUN - {Stage.UNDONE}, Stage.RUNNING, by=by, at=at, run=batch.run + 1)


def undo(*, batch: Import, by: Actor, at: datetime) -> None:
    """Have everything of this import taken back on which nobody has acted. Raises CannotRun."""
    _move_on(batch, {Stage.DONE}, Stage.UNDOING, by=by, at=at, reached=0)


@transaction.atomic
def redo(*, batch: Import, by: Actor, at: datetime) -> None:
    """Have the rows of an import that was taken back checked again, to be imported anew. Raises CannotRun."""
    if batch.emptied_at is not None:
        raise CannotRun(_("Isi baris impor ini sudah dihapus. Kirim lagi berkas aslinya."))
    _move_on(batch, {Stage.UNDONE}, Stage.CHECKING, by=by, at=at)
    wait_again(batch)


def _move_on(
    batch: Import,
    stages: "set[Stage] | frozenset[Stage]",
    to: Stage,
    *,
    by: Actor,
    at: datetime,
    **more: int,
) -> None:
    done = Import.objects.filter(pk=batch.pk, stage__in=sorted(stages), run=batch.run).update(
        stage=to, by_id=by.user_id, moved_at=at, claimed_until=None, held_at=None, **more
    )
    if done != 1:
        raise CannotRun(_("Impor ini sudah berubah keadaan. Muat ulang halaman, lalu ulangi."))


# --- The worker ---------------------------------------------------------------------------------


def work(*, at: datetime) -> int:
    """
    Go on with the import that waits longest, a few chunks; return how many rows. A step of the worker.

    One for whose cases the register gives no numbers stands still, says so on its page, and is tried again each
    minute: it goes on when the register was put right, and stops no other import.
    """
    waiting = Import.objects.filter(stage__in=sorted(WORKING)).exclude(claimed_until__gt=at)
    batch = waiting.order_by("moved_at", "id").first()
    if batch is None or not _claim(batch, at):
        return 0
    done = 0
    for _turn in range(CHUNKS):
        try:
            count = _chunk(batch, at)
        except (NumberProblem, NoSuchSeries) as problem:
            _hold(batch, at, problem.message)
            return done
        done += count
        if not count:
            _finish(batch, at)
            return done + 1  # what was finished is looked at again: another may wait
    Import.objects.filter(pk=batch.pk, stage=batch.stage).update(claimed_until=None, held_at=None)
    return done


def _hold(batch: Import, at: datetime, why: str) -> None:
    Import.objects.filter(pk=batch.pk, stage=batch.stage).update(
        claimed_until=at + TRY_AGAIN, held_at=batch.held_at or at
    )
    if batch.held_at is None:
        log.warning("import_held", batch=str(batch.pk), why=why)


def _claim(batch: Import, at: datetime) -> bool:
    return (
        Import.objects.filter(
            pk=batch.pk, stage=batch.stage, claimed_until=batch.claimed_until
        ).update(claimed_until=at + CLAIM)
        == 1
    )


def _chunk(batch: Import, at: datetime) -> int:
    read_ahead()
    if batch.stage == Stage.CHECKING:
        return check_chunk(batch, at=at)
    if batch.stage == Stage.RUNNING:
        return run_chunk(batch, at=at)
    return undo_chunk(batch, at=at)


_ENDS = {
    Stage.CHECKING: Stage.CHECKED,
    Stage.RUNNING: Stage.DONE,
    Stage.UNDOING: Stage.UNDONE,
}


def _finish(batch: Import, at: datetime) -> None:
    """Let an import rest: what has cases that stand was imported, whatever else was checked since."""
    to = _ENDS[Stage(batch.stage)]
    stands = ImportRow.objects.filter(batch=batch, outcome=RowState.DONE).exists()
    if to is Stage.CHECKED and stands:
        to = Stage.DONE
    Import.objects.filter(pk=batch.pk, stage=batch.stage).update(
        stage=to, moved_at=at, claimed_until=None, held_at=None
    )
    log.info("import_stage_done", batch=str(batch.pk), stage=to.value)


def batch_of(batch: Import) -> Batch:
    """Return in whose name the program acts. One query."""
    name = names_of([batch.by_id]).get(batch.by_id, "") if batch.by_id else ""
    return Batch(batch.pk, batch.run, Actor(name, frozenset(), batch.by_id))


def run_chunk(batch: Import, *, at: datetime) -> int:
    """Import the next new rows; return how many were looked at."""
    rows = list(
        ImportRow.objects.filter(batch=batch, outcome=RowState.NEW).order_by("number")[:CHUNK_RUN]
    )
    if not rows:
        return 0
    try:
        _bring_in(batch, rows, at)
    except (IntegrityError, TakenMeanwhile):
        # Somebody else was first with one of them: the others come in one by one.
        for row in rows:
            _bring_in_alone(batch, row, at)
    return len(rows)


def _bring_in_alone(batch: Import, row: ImportRow, at: datetime) -> None:
    try:
        _bring_in(batch, [row], at)
    except TakenMeanwhile:
        return
    except IntegrityError:
        first = twin_of([row]).get(row.number)
        if first is not None:
            row.outcome, row.case_id = RowState.DUPLICATE, first
        else:
            row.outcome = RowState.BAD
            row.problems = [list(Problem(Target.PERMIT_NUMBER, "number_ours"))]
        row.save(update_fields=["outcome", "case_id", "problems"])


@transaction.atomic
def _bring_in(batch: Import, rows: Sequence[ImportRow], at: datetime) -> None:
    """
    Make cases of rows, and say so in the rows.

    Raises IntegrityError when one of them is here already, TakenMeanwhile.
    """
    take(rows, RowState.NEW)
    today = timezone.localdate(at)
    plan = Plan.of(batch.headings, batch.mapping)
    readings = [read_row(row.cells, plan, today) for row in rows]
    versions = Versions.of({one.service for one in readings}, today)
    acting, known = batch_of(batch), places()
    olds = [
        old_case(row, found, versions, batch.source, known)
        for row, found in zip(rows, readings, strict=True)
    ]
    parties = _parties(batch, olds, acting.by, at)
    cases = bring_in(olds, parties, batch=acting, at=at)
    for row, case in zip(rows, cases, strict=True):
        row.outcome, row.case_id = RowState.DONE, case.pk
    ImportRow.objects.bulk_update(rows, ["outcome", "case_id"])


def _parties(batch: Import, olds: Sequence[OldCase], by: Actor, at: datetime) -> list[Party]:
    """
    Return the party of each old case: known by a number that the office saw, by an earlier row of this import, or new.

    Without a number people of one name are one only within this import, with the same address and telephone.
    """
    known = {
        (number, party.is_organisation): party
        for number, parties in parties_by_identity(one.holder.identity for one in olds).items()
        for party in reversed(parties)  # the first of them stays
        if party.identity_seen_at
    }
    marks = [person_key(one) for one in olds]
    earlier = parties_of_batch(batch.pk, set(marks))
    found: dict[str, Party | None] = {}
    wanted = set(earlier.values())
    by_id = {one.pk: one for one in Party.objects.filter(pk__in=wanted)} if wanted else {}
    for one, mark in zip(olds, marks, strict=True):
        if mark not in found or found[mark] is None:
            whose = one.holder.identity, one.holder.is_organisation
            found[mark] = known.get(whose) or by_id.get(earlier.get(mark, NOBODY))
    missing = {
        mark: one.holder for one, mark in zip(olds, marks, strict=True) if found[mark] is None
    }
    made = create_parties(
        [
            KnownParty(
                name=one.name,
                is_organisation=one.is_organisation,
                identity_kind=one.identity_kind,
                identity=one.identity,
                phone=one.phone,
                email=one.email,
                address=one.address,
            )
            for one in missing.values()
        ],
        by=by,
        at=at,
    )
    found.update(zip(missing, made, strict=True))
    return [party for mark in marks if (party := found[mark]) is not None]


@transaction.atomic
def undo_chunk(batch: Import, *, at: datetime) -> int:
    """Take the next imported cases back; return how many were looked at. What stays keeps its row as imported."""
    rows = list_imported(batch.pk, batch.reached, CHUNK_RUN)
    if not rows:
        return 0
    stays = set(take_back(rows, batch=batch_of(batch), at=at))
    gone = [row.row for row in rows if row.row not in stays]
    ImportRow.objects.filter(batch=batch, number__in=gone).update(outcome=RowState.UNDONE)
    batch.reached = rows[-1].row
    Import.objects.filter(pk=batch.pk).update(reached=batch.reached)
    return len(rows)
