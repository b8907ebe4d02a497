"""Clients: made with a token that is shown once, revoked at once."""

import secrets
from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.exchange import rules
from satupintu.exchange.models import ApiClient
from satupintu.exchange.rules import Scope
from satupintu.lib.crypto import fingerprint
from satupintu.lib.refusal import Refusal
from satupintu.people.queries import User
from satupintu.people.rules import Actor

log = structlog.get_logger()
_PREFIX_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


class ClientRefused(Refusal):
    """A client cannot be made so; `message` says what is missing."""


class NewClient(NamedTuple):
    """A client and its token, which is nowhere else from here on."""

    client: ApiClient
    token: str


@transaction.atomic
def create_client(
    *,
    name: str,
    contact: str,
    scopes: Iterable[Scope],
    valid_until: date,
    user: User | None,
    by: Actor,
    at: datetime,
) -> NewClient:
    """
    Return a new client with its token. `valid_until` is its last day, two years ahead at most.

    Raises ClientRefused without a scope, for a day that is past or too far, and for "staff:act" without an officer.
    """
    wanted = sorted({Scope(one) for one in scopes})
    today = timezone.localdate(at)
    if not wanted:
        raise ClientRefused(_("Pilih sedikitnya satu cakupan."))
    if Scope.STAFF_ACT in wanted and user is None:
        raise ClientRefused(_("Cakupan petugas memerlukan petugas yang ditunjuk."))
    if not today <= valid_until <= _latest(today):
        raise ClientRefused(_("Isi hari terakhir berlaku, paling lama dua tahun ke depan."))
    prefix = "".join(secrets.choice(_PREFIX_LETTERS) for _i in range(rules.PREFIX_LENGTH))
    token = f"spt_{prefix}_{secrets.token_urlsafe(rules.SECRET_BYTES)}"
    client = ApiClient.objects.create(
        name=name,
        contact=contact,
        scopes=[one.value for one in wanted],
        user=user if Scope.STAFF_ACT in wanted else None,
        prefix=prefix,
        token=fingerprint(token),
        valid_until=valid_until,
        created_at=at,
        created_by_id=by.user_id,
    )
    log.info("api_client_created", client=str(client.pk), scopes=client.scopes)
    return NewClient(client, token)


def _latest(today: date) -> date:
    """Return the last day that a new client may have."""
    return today.replace(year=today.year + rules.LONGEST_YEARS, day=min(today.day, 28))


def revoke_client(*, client_id: UUID, by: Actor, at: datetime) -> bool:
    """Let a client in no more, from now on; False when it was revoked before."""
    done = ApiClient.objects.filter(pk=client_id, revoked_at__isnull=True).update(
        revoked_at=at, revoked_by_id=by.user_id
    )
    if done:
        log.info("api_client_revoked", client=str(client_id))
    return bool(done)


def note_use(client: ApiClient, today: date) -> None:
    """Remember that a client came today; writes once a day."""
    if client.last_used_on != today:
        ApiClient.objects.filter(pk=client.pk).update(last_used_on=today)
