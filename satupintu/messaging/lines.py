"""
Lines that are kept open: transports that hear by a connection of their own (SMPP, a telephone system), each a thread.

A line that breaks is begun again, later each time it breaks soon. What came is kept by `services.take` before anything
else, as from a webhook.
"""

import threading
import time
from collections.abc import Callable
from datetime import datetime

import structlog
from django.db import close_old_connections

from satupintu.messaging.channels import transports
from satupintu.messaging.channels.port import Listening, Received
from satupintu.messaging.services import take

log = structlog.get_logger()

_WAITS_SECONDS = (1.0, 5.0, 15.0, 60.0)
_STEADY_SECONDS = 60.0


def listening() -> dict[str, Listening]:
    """Return the transports of this office that keep a line open, by name."""
    return {one.name: one for one in transports() if isinstance(one, Listening)}


def keep_open(stop: threading.Event, now: Callable[[], datetime]) -> None:
    """Keep every line of this office open until `stop` is set, by the clock `now`; returns at once where none is."""
    threads = [
        threading.Thread(target=_keep, args=(name, one, stop, now), name=f"line-{name}")
        for name, one in listening().items()
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def wait_seconds(breaks: int) -> float:
    """Return how long to wait before a line that broke so many times, soon each time, is begun again."""
    return _WAITS_SECONDS[min(breaks, len(_WAITS_SECONDS)) - 1]


def _keep(name: str, line: Listening, stop: threading.Event, now: Callable[[], datetime]) -> None:
    def hear(received: Received) -> None:
        close_old_connections()
        take(name, received, at=now())

    breaks = 0
    while not stop.is_set():
        began = time.monotonic()
        try:
            line.listen(hear, stop)
        except Exception as error:  # noqa: BLE001  whatever the other side does, the line is begun again
            log.error("line_broke", transport=name, kind=type(error).__name__)  # noqa: TRY400  no personal data
        breaks = 1 if time.monotonic() - began > _STEADY_SECONDS else breaks + 1
        stop.wait(wait_seconds(breaks))
