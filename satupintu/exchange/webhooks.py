"""
Events for other programs: how one is written (CloudEvents 1.0), signed (Standard Webhooks), tried again.

Pure. An event says that a case moved and where to read it: number, kind, state. Nothing else, whatever the client may
read: what it holds is asked for by the API, with the client's scopes of that day.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"
SECRET_BYTES = 32
SECRET_PREFIX = "whsec_"  # noqa: S105  how Standard Webhooks writes one
OVERLAP = timedelta(hours=24)  # in which an old secret signs beside the new one
CLAIM = timedelta(minutes=2)  # longer than a call may last
REST = timedelta(minutes=1)  # of an endpoint after a failure
DEAD_AFTER = timedelta(days=5)
KEPT = timedelta(days=30)  # deliveries in the list

# Waits before each further try: the schedule that Standard Webhooks publishes (standard-webhooks.md, "Deliverability").
WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
JITTER = 0.2  # of a wait, at most, so that what failed together is not tried together


class Outcome(StrEnum):
    """What became of a delivery."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


OUTCOME_LABELS = {
    Outcome.WAITING: _("Menunggu dikirim"),
    Outcome.DONE: pgettext_lazy("kiriman", "Diterima"),
    Outcome.FAILED: _("Gagal"),
}


class Stop(StrEnum):
    """Why an endpoint is told nothing any more."""

    OFFICE = "office"
    GONE = "gone"
    DEAD = "dead"


STOP_LABELS = {
    Stop.OFFICE: _("Dihentikan pengelola"),
    Stop.GONE: _("Penerima menjawab 410: tidak mau lagi"),
    Stop.DEAD: _("Tidak menerima apa pun selama lima hari"),
}


def signatures(secrets: Iterable[str], *, message_id: str, moment: datetime, body: bytes) -> str:
    """Return the header `webhook-signature`: v1 (HMAC-SHA256) of each secret, the newest first."""
    signed = f"{message_id}.{int(moment.timestamp())}.".encode() + body
    return " ".join(f"v1,{_signature(secret, signed)}" for secret in secrets)


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def written_secret(key: bytes) -> str:
    """Return a key as it is handed to the receiver."""
    return SECRET_PREFIX + base64.b64encode(key).decode()


def event(
    *,
    event_id: UUID | str,
    source: str,
    kind: str,
    at: datetime,
    subject: str,
    data: dict[str, Any],
) -> str:
    """Return a CloudEvent 1.0 in its JSON form. `kind` names what moved ("permit", "complaint", "test")."""
    return json.dumps(
        {
            "specversion": "1.0",
            "id": str(event_id),
            "source": source,
            "type": f"id.satupintu.{kind}.moved" if kind != "test" else "id.satupintu.test",
            "subject": subject,
            "time": at.isoformat(),
            "datacontenttype": "application/json",
            "data": data,
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def is_accepted(status: int) -> bool:
    """Say whether an answer means that the event arrived: 2xx, and no redirect."""
    return 200 <= status < 300  # noqa: PLR2004


def wait_after(attempts: int, chance: float, asked: timedelta | None = None) -> timedelta | None:
    """
    Return how long to wait after so many failed tries; None when there is no further one.

    `chance` is 0 to 1 and lengthens the wait by JITTER at most; `asked` is the receiver's own wish (Retry-After),
    which counts up to a day.
    """
    if attempts > len(WAITS):
        return None
    wait = WAITS[attempts - 1] * (1 + JITTER * chance)
    return max(wait, min(asked, timedelta(days=1))) if asked else wait
