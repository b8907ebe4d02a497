"""
Parts of long messages, kept in the database until the others have come: a process that is begun anew loses none.

Whatever does not come in time leaves a gap, and the message is marked as incomplete.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import Max, QuerySet

from satupintu.lib.fields import matching
from satupintu.messaging import rules
from satupintu.messaging.channels import transport_named
from satupintu.messaging.channels.port import Joining, Piece, Received
from satupintu.messaging.models import InPiece

log = structlog.get_logger()

Keep = Callable[[str, Received], object]  # what came of a transport, in the caller's transaction


def keep_pieces(transport: str, pieces: Sequence[Piece], *, keep: Keep, at: datetime) -> None:
    """Keep parts that came, each once; where one was the last, `keep` the message."""
    for piece in pieces:
        # A sender counts its messages to 255 and begins again: what is too old to belong to this one goes first.
        _give_up(transport, piece.message, keep=keep, at=at)
        InPiece.objects.bulk_create([_row(transport, piece)], ignore_conflicts=True)
        if _of(transport, piece.message).count() >= piece.total:
            _join(transport, piece.message, keep)


def give_up_pieces(*, keep: Keep, at: datetime) -> int:
    """Keep as messages, with a gap, those of which nothing has come for rules.WAIT_FOR_PARTS; return how many."""
    waiting = InPiece.objects.values("transport", "message_hash").annotate(last=Max("came_at"))
    late = waiting.filter(last__lt=at - rules.WAIT_FOR_PARTS).order_by("last")
    done = 0
    for one in late[:100]:
        rows = InPiece.objects.filter(transport=one["transport"], message_hash=one["message_hash"])
        first = rows.first()
        done += first is not None and _join(first.transport, first.message, keep)
    return done


def _of(transport: str, message: str) -> QuerySet[InPiece]:
    return InPiece.objects.filter(matching("message", message), transport=transport)


def _give_up(transport: str, message: str, *, keep: Keep, at: datetime) -> None:
    newest = _of(transport, message).order_by("-came_at").first()
    if newest is not None and newest.came_at < at - rules.WAIT_FOR_PARTS:
        _join(transport, message, keep)


@transaction.atomic
def _join(transport: str, message: str, keep: Keep) -> bool:
    """Keep one message in place of its parts; False where another process just did."""
    rows = [*_of(transport, message).order_by("at")]
    joining = transport_named(transport)
    if not rows or not isinstance(joining, Joining):
        return False
    taken, _by_model = InPiece.objects.filter(pk__in=[row.pk for row in rows]).delete()
    if taken != len(rows):
        transaction.set_rollback(True)
        return False
    keep(transport, joining.join([_piece(row) for row in rows]))
    if len(rows) < rows[0].total:
        log.warning("message_incomplete", transport=transport, came=len(rows), of=rows[0].total)
    return True


def _row(transport: str, one: Piece) -> InPiece:
    return InPiece(
        transport=transport,
        message=one.message,
        at=one.at,
        total=one.total,
        rest={
            "sender": one.sender, "to": one.to, "coding": one.coding, "octets": one.octets.hex()
        },
        came_at=one.came_at,
    )  # fmt: skip


def _piece(row: InPiece) -> Piece:
    rest = row.rest
    return Piece(
        message=row.message,
        sender=rest["sender"],
        to=rest["to"],
        total=row.total,
        at=row.at,
        coding=rest["coding"],
        octets=bytes.fromhex(rest["octets"]),
        came_at=row.came_at,
    )
