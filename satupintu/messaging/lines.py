"""
Lines that are kept open: transports that hear by a connection of their own (SMPP, a telephone system), each a thread.
Calls have a thread each besides, for as long as they last.

A line that breaks is begun again, later each time it breaks soon. What came is kept by `services.take` before anything
else, as from a webhook.
"""

import threading
import time
from collections.abc import Callable
from datetime import datetime

import structlog
from django.db import close_old_connections, connections

from satupintu.messaging.channels import transports
from satupintu.messaging.channels.port import Answering, Call, Listening, Received, Spoken
from satupintu.messaging.services import receive, take

log = structlog.get_logger()

_WAITS_SECONDS = (1.0, 5.0, 15.0, 60.0)
_STEADY_SECONDS = 60.0


def listening() -> dict[str, Listening | Answering]:
    """Return the transports of this office that keep a line open, by name."""
    return {one.name: one for one in transports() if isinstance(one, Listening | Answering)}


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


def _keep(
    name: str, line: Listening | Answering, stop: threading.Event, now: Callable[[], datetime]
) -> None:
    def hear(received: Received) -> None:
        close_old_connections()
        take(name, received, at=now())

    breaks = 0
    while not stop.is_set():
        began = time.monotonic()
        try:
            if isinstance(line, Answering):
                line.answer(lambda ringing: _Held(receive(ringing)), stop)
            else:
                line.listen(hear, stop)
        except Exception as error:  # noqa: BLE001  whatever the other side does, the line is begun again
            log.error("line_broke", transport=name, kind=type(error).__name__)  # noqa: TRY400  no personal data
        breaks = 1 if time.monotonic() - began > _STEADY_SECONDS else breaks + 1
        stop.wait(wait_seconds(breaks))


class _Held:
    """A call in a thread of its own, which closes its connection to the database at the end."""

    def __init__(self, call: Call) -> None:
        self._call = call

    def begin(self) -> Spoken:
        return self._turn(self._call.begin)

    def pressed(self, keys: str) -> Spoken:
        return self._turn(lambda: self._call.pressed(keys))

    def recorded(self, wav: bytes) -> Spoken:
        return self._turn(lambda: self._call.recorded(wav))

    def no_officer(self) -> Spoken:
        return self._turn(self._call.no_officer)

    def ended(self, *, seconds: int, with_officer: bool) -> None:
        close_old_connections()
        try:
            self._call.ended(seconds=seconds, with_officer=with_officer)
        finally:
            connections.close_all()

    def _turn(self, step: Callable[[], Spoken]) -> Spoken:
        close_old_connections()
        try:
            return step()
        except BaseException:
            connections.close_all()
            raise
