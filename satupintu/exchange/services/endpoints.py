"""Where clients are told of cases: endpoints with their secrets, made and stopped by the service administrator."""

import secrets
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from satupintu.exchange import webhooks
from satupintu.exchange.models import ApiClient, Delivery, Endpoint
from satupintu.exchange.webhooks import Outcome, Stop
from satupintu.lib import outgoing
from satupintu.lib.refusal import Refusal
from satupintu.messaging.services import notify_officer
from satupintu.people.queries import officers_on
from satupintu.people.rules import Actor, Role

log = structlog.get_logger()
MOST_ENDPOINTS = 5  # of a client


class EndpointRefused(Refusal):
    """An endpoint cannot be made so; `message` says why."""


class NewSecret(NamedTuple):
    """An endpoint and its secret, which is shown once."""

    endpoint: Endpoint
    secret: str


def _secret() -> str:
    return webhooks.written_secret(secrets.token_bytes(webhooks.SECRET_BYTES))


def add_endpoint(*, client: ApiClient, url: str, by: Actor, at: datetime) -> NewSecret:
    """
    Let a client be told at an address, which is looked up now and at each call.

    Raises EndpointRefused for an address of the inner network or that nobody knows, and for a sixth one.
    """
    try:
        outgoing.resolve(url.strip())
    except outgoing.Unreachable as refused:
        raise EndpointRefused(refused.message) from refused
    if client.endpoints.filter(stopped_at__isnull=True).count() >= MOST_ENDPOINTS:
        raise EndpointRefused(_("Klien ini sudah punya lima alamat. Hentikan satu dahulu."))
    secret = _secret()
    made = Endpoint.objects.create(
        client=client, url=url.strip(), secret=secret, created_at=at, created_by_id=by.user_id
    )
    log.info("endpoint_added", endpoint=str(made.pk), client=str(client.pk))
    return NewSecret(made, secret)


def rotate_secret(*, endpoint: Endpoint, at: datetime) -> NewSecret:
    """Give an endpoint a new secret; the old one signs beside it for webhooks.OVERLAP."""
    secret = _secret()
    endpoint.old_secret, endpoint.old_until = endpoint.secret, at + webhooks.OVERLAP
    endpoint.secret = secret
    endpoint.save(update_fields=["secret", "old_secret", "old_until"])
    log.info("endpoint_secret_rotated", endpoint=str(endpoint.pk))
    return NewSecret(endpoint, secret)


@transaction.atomic
def stop_endpoint(*, endpoint: Endpoint, why: Stop, at: datetime) -> bool:
    """Tell an endpoint nothing any more; what waited has failed. False when it was stopped before."""
    done = Endpoint.objects.filter(pk=endpoint.pk, stopped_at__isnull=True).update(
        stopped_at=at, stopped_why=why
    )
    if done:
        Delivery.objects.filter(endpoint=endpoint, state=Outcome.WAITING).update(
            state=Outcome.FAILED
        )
        log.warning("endpoint_stopped", endpoint=str(endpoint.pk), why=str(why))
        if why is not Stop.OFFICE:
            _tell(endpoint, why, at)
    return bool(done)


def _tell(endpoint: Endpoint, why: Stop, at: datetime) -> None:
    """Tell the service administrators by e-mail that a program hears nothing any more."""
    page = reverse("exchange:endpoints", args=[endpoint.client_id])
    for one in officers_on(Role.SERVICE_ADMIN, today=timezone.localdate(at)):
        with override(one.language or settings.LANGUAGE_CODE):
            words = str(webhooks.STOP_LABELS[why])
        context = {
            "client": endpoint.client.name,
            "why": words,
            "link": settings.BASE_URL + page,
        }
        origin = f"endpoint:{endpoint.pk}:{at.isoformat()}"
        notify_officer(one, "endpoint_stopped", context, origin=origin, at=at)


def start_endpoint(*, endpoint: Endpoint) -> None:
    """Tell a stopped endpoint of what moves from now on; what failed is sent again one by one."""
    Endpoint.objects.filter(pk=endpoint.pk).update(
        stopped_at=None, stopped_why="", failing_since=None, rests_until=None
    )


def replay(*, delivery_id: UUID, endpoint: Endpoint, at: datetime) -> bool:
    """Send a failed delivery again under its own id; False when it has not failed, or the endpoint is stopped."""
    if endpoint.stopped_at is not None:
        return False
    found = Delivery.objects.filter(pk=delivery_id, endpoint=endpoint, state=Outcome.FAILED)
    return bool(found.update(state=Outcome.WAITING, due_at=at, attempts=0))


def forget_told(*, at: datetime, limit: int = 1000) -> int:
    """Delete deliveries that ended webhooks.KEPT ago; return how many (the worker's step)."""
    old = Delivery.objects.filter(at__lt=at - webhooks.KEPT).exclude(state=Outcome.WAITING)
    ids = list(old.values_list("pk", flat=True)[:limit])
    return Delivery.objects.filter(pk__in=ids).delete()[0]
