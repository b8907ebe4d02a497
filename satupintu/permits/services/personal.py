"""A person's wish to be forgotten, as far as the law lets the office forget."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from satupintu.messaging.services import forget_party
from satupintu.people import services as people
from satupintu.people.queries import User
from satupintu.people.rules import Actor
from satupintu.people.services import AccountNeeded
from satupintu.permits.models import Application, Draft
from satupintu.permits.services import drafts
from satupintu.workflow.queries import Case

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
