"""A person's wish to be forgotten, as far as the law lets the office forget."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.documents.services import let_erase, remove_document
from satupintu.messaging.services import forget_party
from satupintu.people import services as people
from satupintu.people.queries import User
from satupintu.people.rules import Actor
from satupintu.people.services import AccountNeeded
from satupintu.permits.models import (
    Application,
    Attachment,
    CaseWord,
    Collection,
    Draft,
    PermitCase,
)
from satupintu.permits.queries import documents_of_case
from satupintu.permits.services import drafts
from satupintu.workflow.queries import Case, Note
from satupintu.workflow.services import erase_note

NOBODY = UUID(int=0)  # no party has this id


def may_close(user: User) -> bool:
    """Return whether nothing the office must keep rests on a person: no application, case or permit. Two queries."""
    sent = Application.objects.filter(Q(applicant_id=user.pk) | Q(party_id=user.party_id or NOBODY))
    held = Case.objects.filter(party_id=user.party_id or NOBODY)
    return not sent.exists() and not held.exists()


@transaction.atomic
def close_account(*, user: User, by: Actor, at: datetime) -> None:
    """
    Erase everything about a person on whom nothing rests: drafts, files, messages, party and login.

    Raises AccountNeeded when the law makes the office keep something (UU 43/2009), or others need the login.
    """
    if not may_close(user):
        raise AccountNeeded(
            _(
                "Akun ini tidak dapat dihapus seluruhnya: permohonan Anda adalah arsip yang wajib disimpan kantor."
            )
        )
    drafts.erase_unused(party_id=user.party_id, by=by, at=at)
    if user.party_id:
        Draft.objects.filter(party_id=user.party_id).delete()  # an officer's, typed for them
        forget_party(party_id=user.party_id)
    people.close_account(user=user, at=at)


@transaction.atomic
def forget_case(case: Case, *, by: Actor, at: datetime, why: str) -> int:
    """
    Erase what the office holds of a case whose folder is destroyed (PP 28/2012 Art. 65); return how many files go.

    Answers, search words, the address to post to and the free texts of its log go; its files go with the next sweep
    unless another case rests on them. The log, the numbers and the register of permits stay.
    """
    for seq in Note.objects.filter(transition__case_id=case.pk, erased_at__isnull=True).values_list(
        "transition__seq", flat=True
    ):
        erase_note(case=case, seq=seq, by=by, at=at, why=why)
    PermitCase.objects.filter(pk=case.pk).update(answers={}, holder={}, statements={})
    CaseWord.objects.filter(case_id=case.pk).delete()
    Collection.objects.filter(case_id=case.pk).update(address="")
    yesterday = timezone.localdate(at) - timedelta(days=1)
    wanted = documents_of_case(case.pk)
    elsewhere = set(
        Attachment.objects.filter(document_id__in=wanted)
        .exclude(permit_case_id=case.pk)
        .values_list("document_id", flat=True)
    )
    going = sorted(wanted - elsewhere)
    for document_id in going:
        remove_document(document_id=document_id, by=by, at=at, erase_after=yesterday)
    let_erase(document_ids=going, after=yesterday, by=by, at=at)
    return len(going)
