"""The newest root of the log, sent to the heads each day: what betrays whoever holds database and anchor."""

from datetime import datetime

from django.utils import timezone

from satupintu.messaging.queries import was_queued
from satupintu.messaging.services import notify_officer
from satupintu.people.queries import officers_on
from satupintu.people.rules import Role
from satupintu.workflow.queries import newest_digest_before


def send_roots(*, at: datetime) -> int:
    """
    Tell each head of the office the root of the last finished day; return how many messages were written.

    For the worker. Once a digest and head; a head without an e-mail address gets none.
    """
    today = timezone.localdate(at)
    digest = newest_digest_before(today)
    if digest is None:
        return 0
    written = 0
    for head in officers_on(Role.HEAD, today=today):
        origin = f"digest:{digest.number}"
        if was_queued(f"{origin}:user:{head.pk}"):
            continue
        context = {"number": digest.number, "day": digest.day, "root": digest.root}
        written += notify_officer(head, "log_root", context, origin=origin, at=at) is not None
    return written
