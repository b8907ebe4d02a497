"""
What an office's tables say of messages, while its worker is killed: a program of its own, as driver.py is.

It prints one line of JSON.
"""

# ruff: noqa: E402  Django is set up before its models are imported
import json
import os
import sys
from collections import Counter
from datetime import timedelta
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "satupintu.config.settings")

import django

django.setup()

from django.db.models import Q

from satupintu.config import start
from satupintu.lib import clock
from satupintu.messaging import services
from satupintu.messaging.models import InMessage, OutMessage
from satupintu.messaging.rules import ChannelKind


def _ours() -> Any:
    """Return what the test let be written; the office tells its own people this and that, too."""
    return OutMessage.objects.filter(Q(origin__startswith="test:") | Q(answers__isnull=False))


def ready() -> dict[str, Any]:
    """Make what pages need besides tables."""
    start.collect_static()
    return {}


def queue(count: str) -> dict[str, Any]:
    """Let the office tell so many people something by SMS."""
    at = clock.now()
    for number in range(int(count)):
        phone = f"+62812{number:08}"
        identity, _made = services.remember_identity(
            channel=ChannelKind.SMS, address=phone, phone=phone, at=at
        )
        services.queue_answer(identity=identity, body="Buka.", origin=f"test:{number}", at=at)
    return {"queued": _ours().count()}


def expire() -> dict[str, Any]:
    """Let the claims of a dead worker be over, as they are after five minutes."""
    past = clock.now() - timedelta(seconds=1)
    claimed = {"claimed_until__isnull": False}
    return {
        "out": OutMessage.objects.filter(state="sending", **claimed).update(claimed_until=past),
        "in": InMessage.objects.filter(handled_at=None, **claimed).update(claimed_until=past),
    }


def found() -> dict[str, Any]:
    """Count what came in, what was read of it, and what became of what was to go out."""
    return {
        "came": InMessage.objects.count(),
        "read": InMessage.objects.filter(handled_at__isnull=False).count(),
        "answered": _ours().values("answers").distinct().count(),
        "states": Counter(_ours().values_list("state", flat=True)),
        "perhaps_twice": [one.address for one in _ours().filter(maybe_twice=True).order_by("pk")],
    }


SCENARIOS = {one.__name__: one for one in (ready, queue, expire, found)}

if __name__ == "__main__":
    print(json.dumps(SCENARIOS[sys.argv[1]](*sys.argv[2:])))
