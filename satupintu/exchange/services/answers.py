"""
Answers that may be asked for again: a program whose line broke repeats its request under the same key.

A key is claimed by a unique row before the work begins, and answered after it. A claim whose process died is taken over
after a while; then the work finds what it had done by its own marks (the draft's id, the log's origin).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from satupintu.exchange.models import KeptAnswer
from satupintu.lib.crypto import fingerprint, is_fingerprint_of
from satupintu.lib.prepared import PreparedUpdate, insert
from satupintu.lib.refusal import Refusal

KEEP = timedelta(hours=24)
LONGEST_WORK = timedelta(
    minutes=2
)  # after it a claim without an answer belongs to a process that died


class KeyReused(Refusal):
    """The key belongs to another request."""


class KeyInUse(Refusal):
    """The same request is being worked on now."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to do the work of a key. `again`: somebody began it before and never answered."""

    row_id: int
    begun_at: datetime
    again: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """What was answered before."""

    status: int
    body: str
    headers: dict[str, str]


def claim(*, client_id: UUID, key: str, request: str, at: datetime) -> Claim | Kept:
    """
    Return the right to do the work, or the answer that was given before. One statement, up to three for a known key.

    `key` is a digest of the client's key, `request` whatever tells one request from another; both are not stored
    readable. Raises KeyReused, KeyInUse.
    """
    row = KeptAnswer(client_id=client_id, key=key, request=fingerprint(request), begun_at=at)
    if not insert(row, or_leave=True):
        return _known(KeptAnswer.objects.get(client_id=client_id, key=key), request, at)
    return Claim(row.pk, at, again=False)


def _known(row: KeptAnswer, request: str, at: datetime) -> Claim | Kept:
    if row.begun_at <= at - KEEP:
        return _take(row, at, request=fingerprint(request), again=False)
    if not is_fingerprint_of(request, row.request):
        raise KeyReused("")
    if row.status:
        return Kept(row.status, row.answer["body"], row.answer["headers"])
    if row.begun_at > at - LONGEST_WORK:
        raise KeyInUse("")
    return _take(row, at, request=row.request, again=True)


def _take(row: KeptAnswer, at: datetime, *, request: str, again: bool) -> Claim:
    """Take over a row that nobody works on; one of two who try gets it. Raises KeyInUse for the other."""
    taken = KeptAnswer.objects.filter(pk=row.pk, begun_at=row.begun_at, status=row.status)
    if taken.update(begun_at=at, status=0, request=request, answer={}) != 1:
        raise KeyInUse("")
    return Claim(row.pk, at, again=again)


_FINISH = PreparedUpdate(
    lambda row_id, begun_at: KeptAnswer.objects.filter(pk=row_id, begun_at=begun_at, status=0),
    sets=("status", "answer"),
)


def finish(claimed: Claim, *, status: int, body: str, headers: dict[str, str]) -> None:
    """Keep the answer, unless somebody has taken the claim over."""
    answer: dict[str, Any] = {"body": body, "headers": headers}
    _FINISH.run(row_id=claimed.row_id, begun_at=claimed.begun_at, status=status, answer=answer)


def release(claimed: Claim) -> None:
    """Let the work be tried again under the same key: it failed for a reason that passes."""
    KeptAnswer.objects.filter(pk=claimed.row_id, begun_at=claimed.begun_at, status=0).delete()


def forget_old(*, at: datetime) -> int:
    """Delete what was kept for a day; return how many."""
    return KeptAnswer.objects.filter(begun_at__lt=at - KEEP).delete()[0]
