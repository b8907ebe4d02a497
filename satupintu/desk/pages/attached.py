"""Files of complaints on pages: taken with a form, listed for whoever may read the complaint, handed over."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from satupintu.desk import queries
from satupintu.desk.queries import Complaint, NotFound
from satupintu.desk.rules import attachments as rules
from satupintu.desk.services import await_complaint
from satupintu.documents import queries as documents
from satupintu.documents.queries import Document
from satupintu.documents.sent import KEPT, Sent, sent_before, store_sent, token_of
from satupintu.lib import clock
from satupintu.office.services import allow
from satupintu.people.access import HOUR, counted_address
from satupintu.people.rules import Actor, Role

FIELD = "lampiran"  # of the form


def take_sent(request: HttpRequest, *, owner: Sequence[str], by: Actor) -> Sent:
    """
    Store what a form brought, besides what an earlier try of the same page did.

    `by` has no login where it is whoever complains: nothing ties a file to somebody who is not to be known. From
    outside only rules.POSTS_AN_HOUR forms with files are taken of one address.
    """
    at = clock.now()
    before = sent_before(request.POST.get(KEPT, ""), owner)
    uploads = request.FILES.getlist(FIELD)
    if uploads and by.role is Role.APPLICANT and not _may_send(request):
        return Sent(
            before,
            [],
            [_("Terlalu banyak berkas dari sambungan ini. Coba lagi satu jam kemudian.")],
        )
    sent = store_sent(
        uploads,
        before=before,
        most=rules.MOST_AT_ONCE,
        accept=rules.ACCEPT,
        max_mb=rules.MAX_MB,
        party_id=None,
        kind=rules.KIND,
        name=rules.NAME,
        identity=False,
        keep_gps=False,
        by=by,
        at=at,
    )
    await_complaint(sent.new, at=at)
    return sent


def _may_send(request: HttpRequest) -> bool:
    here, at = counted_address(request), clock.now()
    return allow("complaint_files", here, limit=rules.POSTS_AN_HOUR, window_seconds=HOUR, at=at)


def say_refused(form: forms.Form, sent: Sent) -> None:
    """Say on the form which files were not taken and why; what arrived is kept with the page."""
    for sentence in sent.refused:
        form.add_error(None, sentence)


def files_context(files: Sequence[Document], owner: Sequence[str]) -> dict[str, Any]:
    """Return what web/_files.html needs."""
    return {
        "files_field": FIELD,
        "files_most": rules.MOST_AT_ONCE,
        "files_mb": rules.MAX_MB,
        "kept_field": KEPT,
        "kept": token_of(files, owner),
        "kept_number": len(files),
    }


@dataclass(frozen=True, slots=True)
class Attached:
    """A file as a list shows it."""

    label: str
    size: str
    url: str
    spoken: bool  # heard where it stands


def attached_shown(complaint: Complaint, address: Callable[[UUID], str]) -> list[Attached]:
    """Return the files of a complaint, numbered, with where each is handed over. One query."""
    return [
        Attached(
            f"{number}. {rules.label_of(one.document.file.media_type)}",
            filesizeformat(one.document.file.size),
            address(one.document_id),
            rules.is_spoken(one.document.file.media_type),
        )
        for number, one in enumerate(queries.attachments_of(complaint), start=1)
    ]


def hand_over(complaint: Complaint, document_id: UUID) -> HttpResponseBase:
    """Give a file of a complaint to somebody who may read it. Raises Http404 for a file of anything else."""
    try:
        document = queries.attached_document(complaint, document_id)
        return documents.serve(document, watermark=None, at=clock.now())
    except (NotFound, documents.FileMissing) as error:
        raise Http404 from error
