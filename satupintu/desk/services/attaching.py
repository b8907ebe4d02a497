"""What is sent with a complaint or after it: photos, papers, voices, each checked by `documents` and tied once."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.desk.models import Attachment, Complaint
from satupintu.desk.rules import attachments as rules
from satupintu.desk.services.common import move
from satupintu.documents.queries import Document
from satupintu.documents.services import remove_document
from satupintu.people.rules import Actor, system_actor
from satupintu.workflow.queries import Transition
from satupintu.workflow.services import ActRequest, CannotMove, find_arrived

UNSENT_FOR = timedelta(days=1)  # a form is put right within hours


def digests_of(files: Sequence[Document]) -> dict[str, str]:
    """Return what the log keeps of files: the hash of each."""
    return {f"{rules.FILE}{number}": one.file_id for number, one in enumerate(files, start=1)}


def await_complaint(files: Iterable[Document], *, at: datetime) -> None:
    """Note that files came with a form; the complaint may follow, and if it does not, they are erased."""
    Attachment.objects.bulk_create([Attachment(document=one, at=at) for one in files])


def tie(complaint: Complaint, files: Sequence[Document], *, at: datetime) -> None:
    """Tie files to a complaint, each once; the caller writes the move that names them."""
    waiting = Attachment.objects.filter(document__in=files, complaint__isnull=True)
    waiting.update(complaint=complaint, at=at)
    rows = [Attachment(complaint=complaint, document=one, at=at) for one in files]
    Attachment.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def attach(
    complaint: Complaint,
    files: Sequence[Document],
    *,
    by: Actor,
    at: datetime,
    channel: str = "web",
    note: str = "",
    origin: str = "",
    origin_ref: str | None = None,
) -> Transition:
    """
    Add files to a complaint that waits for its answer; `note` is what was written beside them.

    The caller knows that it is whoever complained. What arrived before under the same origin and reference returns the
    first. Raises CannotMove: it is answered or over, or has too many.
    """
    if origin_ref is not None and (row := find_arrived(origin, origin_ref)):
        return row
    if Attachment.objects.filter(complaint=complaint).count() + len(files) > rules.MOST:
        raise CannotMove(
            _("Lampiran satu pengaduan paling banyak %(most)s berkas.") % {"most": rules.MOST}
        )
    request = ActRequest(
        case=complaint.case,
        action="attach",
        by=by,
        at=at,
        channel=channel,
        reason=note,
        origin=origin,
        origin_ref=origin_ref,
    )
    row = move(request, digests=digests_of(files), keep=True)
    tie(complaint, files, at=at)
    return row


def forget_unsent(*, at: datetime, limit: int = 100) -> int:
    """Let go of files that came with a form nobody finished (the worker's step); return how many."""
    old = Attachment.objects.filter(complaint__isnull=True, at__lt=at - UNSENT_FOR)
    by, today = system_actor("files nobody sent"), timezone.localdate(at)
    done = 0
    for one in old.order_by("at")[:limit]:
        with transaction.atomic():
            if Attachment.objects.filter(pk=one.pk, complaint__isnull=True).delete()[0]:
                remove_document(document_id=one.document_id, by=by, at=at, erase_after=today)
                done += 1
    return done
