"""
Letters of authority: kept as documents, shown to the officer who checks them.

They stand here because people lies below documents and messaging above both; the claimant is told
the outcome.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from satupintu.documents.services import UploadRefused, store_upload
from satupintu.messaging.services import notify
from satupintu.people import services as people
from satupintu.people.queries import Authority
from satupintu.people.rules import Actor

KIND = "authority"
_MAX_MB = 10


def store_letter(file: File[Any], party_id: UUID, by: Actor, at: datetime) -> UUID:
    """
    Check and keep a letter among the claimant's papers, and return its document id.

    Raises AuthorityRefused, with the reason for the person, if the file is not taken.
    """
    try:
        document = store_upload(
            upload=file,
            accept=("pdf", "jpg", "png"),
            max_mb=_MAX_MB,
            party_id=party_id,
            kind=KIND,
            name=_("Surat kuasa"),
            identity=False,
            keep_gps=False,
            by=by,
            at=at,
        )
    except UploadRefused as error:
        raise people.AuthorityRefused(error.message) from error
    return document.pk


@transaction.atomic
def confirm_authority(*, authority_id: int, by: Actor, at: datetime) -> bool:
    """Let a claimed authority take effect and tell the claimant; False when nothing waits."""
    if not people.confirm_authority(authority_id=authority_id, by=by, at=at):
        return False
    authority = Authority.objects.select_related("party", "user").get(pk=authority_id)
    if authority.user.party_id:
        notify(
            authority.user.party_id,
            "authority_confirmed",
            {"party": authority.party.name, "link": f"{settings.BASE_URL}/akun/kuasa/"},
            origin=f"authority:{authority_id}",
            at=at,
        )
    return True
