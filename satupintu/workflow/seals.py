"""
Sealing the log: hourly while something happens, and once a day at least.

A row belongs to the digest that finds it unsealed, whatever its times say: a clock that was set back, a move read
before midnight and written after it, a replay of old times all end up in the next digest.
"""

import base64
import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

import structlog
from django.db import IntegrityError, transaction
from django.utils import timezone

from satupintu.documents.services import seal_bytes
from satupintu.lib import proof
from satupintu.workflow import anchor, rules
from satupintu.workflow.models import Digest, Transition

if TYPE_CHECKING:
    from django.db.models import QuerySet

log = structlog.get_logger()

EVERY = timedelta(hours=1)

LogSum = tuple[int, int, str]  # rows, chains that grew, digest over their heads
NOTHING: LogSum = (0, 0, hashlib.sha256().hexdigest())


def sums_of(rows: "QuerySet[Transition]") -> Iterator[tuple[int, LogSum]]:
    """Yield for each digest the rows, chains and digest of heads that `rows` put into it."""
    values = rows.order_by("sealed_in", "case_id", "seq").values_list(
        "sealed_in", "case_id", "seq", "hash"
    )
    for number, sealed in groupby(values.iterator(chunk_size=2000), key=lambda row: row[0]):
        total, count, heads = hashlib.sha256(), 0, 0
        for case_id, chain in groupby(sealed, key=lambda row: row[1]):
            grown = list(chain)
            count += len(grown)
            heads += 1
            # Every row by its number, so that none can change its digest; the last hash holds the others.
            numbers = ",".join(str(seq) for _n, _case, seq, _hash in grown)
            total.update(f"{case_id} {numbers} {grown[-1][3]}\n".encode())
        yield number, (count, heads, total.hexdigest())


def make_digests(*, at: datetime) -> int:
    """
    Seal what is not sealed yet, and note it in the anchor; return how many digests were made (0 or 1). For the worker.

    Nothing is sealed when the anchor knows a digest that the database does not have: rows were removed, or an older
    backup was restored, and sealing would hide it. `satupintu audit` then names it.
    """
    _finish()
    if why := disagreement():
        log.error("seal_refused", why=why)
        return 0
    anchor.add(_not_anchored())
    last = Digest.objects.order_by("-number").first()
    if not _is_due(last, at):
        return 0
    try:
        with transaction.atomic():
            _make(last, at)
    except IntegrityError:
        return 0  # another worker was first
    _finish()
    anchor.add(_not_anchored())
    return 1


def next_number() -> int:
    """Return the number that the next digest will have; rows may be written under it that `seal_now` then seals."""
    last = Digest.objects.order_by("-number").values_list("number", flat=True).first()
    return (last or 0) + 1


def seal_now(*, at: datetime) -> None:
    """
    Make a digest of what no digest holds, and of what was written under its number, however fresh the last one is.

    In the caller's transaction. The seal under it and the anchor follow with the next `make_digests`.
    """
    with transaction.atomic():
        _make(Digest.objects.order_by("-number").first(), at)


def disagreement() -> str:
    """Return why the anchor and the database do not belong together; "" when they do."""
    try:
        lines = anchor.read()
    except anchor.Unreadable as error:
        return str(error)
    roots = dict(Digest.objects.values_list("number", "root"))
    for line in lines:
        if line.number not in roots:
            return (
                f"Seal {line.number} of {line.made_at} ({line.rows} rows) stands in {anchor.path()} and is missing"
                " in the database: the newest rows were removed, or an older backup was restored."
            )
        if roots[line.number] != line.root:
            return (
                f"Seal {line.number} of {line.made_at} is another one in {anchor.path()} than in the database:"
                " the log was sealed anew."
            )
    return ""


def _not_anchored() -> list[Digest]:
    known = max((line.number for line in anchor.read()), default=0)
    return list(Digest.objects.filter(number__gt=known).exclude(seal="").order_by("number"))


def _is_due(last: Digest | None, at: datetime) -> bool:
    today = timezone.localdate(at)
    fresh = last is not None and last.made_at <= at < last.made_at + EVERY and last.day == today
    if fresh:
        return False
    if Transition.objects.filter(sealed_in__isnull=True).exists():
        return True
    if any(register.has_unsealed() for register in proof.registers()):
        return True
    return (
        last is not None and last.day != today
    )  # a day without a digest would look like a lost one


def _make(last: Digest | None, at: datetime) -> None:
    number = last.number + 1 if last else 1
    Transition.objects.filter(sealed_in__isnull=True).update(sealed_in=number)
    rows, heads, log_sum = next(
        (found for _, found in sums_of(Transition.objects.filter(sealed_in=number))), NOTHING
    )
    parts: dict[str, Any] = {"log": log_sum}
    for register in proof.registers():
        register.claim(number)
        parts[register.name] = list(register.sum_of(number))
    digest = Digest(
        number=number,
        day=timezone.localdate(at),
        made_at=at,
        rows=rows,
        heads=heads,
        parts=parts,
        previous_root=last.root if last else rules.FIRST_HASH,
    )
    digest.root = digest.right_root()
    Digest.objects.bulk_create([digest])


def _finish() -> None:
    """Put the seal under what was made: outside the transaction, and again after a process that died in between."""
    for digest in Digest.objects.filter(seal="").order_by("number"):
        seal = base64.b64encode(seal_bytes(digest.root.encode())).decode()
        Digest.objects.filter(number=digest.number, seal="").update(seal=seal)
