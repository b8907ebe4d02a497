"""
A conversation as it grows, by server-sent events, to a page that shows it already.

The id of an event says what the page holds by then: a short mark of every line. Whoever comes back with it is sent
exactly the lines whose mark is not in it, so nothing is missed between two streams, in whatever order rows were
committed, and no line is sent twice. A stream ends by itself: while it is open it holds a thread of a web process
(docs/decisions/0063-a-live-thread-is-a-stream-that-ends.md).
"""

import re
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256

from django.conf import settings

from satupintu.messaging.threads import Line

MOST_LINES = 100  # the newest, of which a page is told; older ones it shows already or not at all
HOLD_SECONDS = 8.0  # shorter than the ten that a web process is given to stop
_LOOK_SECONDS = 1.0
_AGAIN_MS = 500  # after a stream that was kept open
_AGAIN_LATER_MS = 5000  # after one that found no place: the page asks now and then
_MARK = 6  # letters: 36 bits, of at most MOST_LINES


def mark(line: Line) -> str:
    """Return the letters that stand for a line as it is now; others when anything of it changes."""
    state = (str(line.state.label),) if line.state else ()
    said = repr((line.name, line.text, line.twice, line.files, state))
    return urlsafe_b64encode(sha256(said.encode()).digest())[:_MARK].decode()


def held_by(lines: Sequence[Line]) -> str:
    """Return what a page holds that shows these lines: the id of the event that made it so."""
    return "".join(mark(line) for line in lines[-MOST_LINES:])


def missing(lines: Sequence[Line], held: str) -> list[Line]:
    """Return the lines, of the newest MOST_LINES, that a page with `held` does not show as they are now."""
    marks = {held[at : at + _MARK] for at in range(0, MOST_LINES * _MARK, _MARK)}
    return [line for line in lines[-MOST_LINES:] if mark(line) not in marks]


class Places:
    """Who keeps a stream open in this process: at most settings.LIVE_STREAMS of them, each only one."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._lock = threading.Lock()

    @contextmanager
    def ask(self, who: str) -> Iterator[bool]:
        """Give `who` a place for the block, if there is one."""
        with self._lock:
            given = who not in self._taken and len(self._taken) < settings.LIVE_STREAMS
            if given:
                self._taken.add(who)
        try:
            yield given
        finally:
            if given:
                with self._lock:
                    self._taken.discard(who)


_places = Places()


def events(
    *,
    who: str,
    held: str,
    pulse: Callable[[], object],
    read: Callable[[], Sequence[Line]],
    show: Callable[[Sequence[Line]], str],
) -> Iterator[str]:
    """
    Give the events of one stream: what is missing now, and what comes while it has a place.

    `pulse` is cheap and differs when `read` may; `show` makes HTML of some lines. Asked again, whoever has read to the
    end goes on from the last id. Queries from this thread; none is open while it waits.
    """
    with _places.ask(who) as stays:
        yield f"retry: {_AGAIN_MS if stays else _AGAIN_LATER_MS}\n\n"
        until = time.monotonic() + (HOLD_SECONDS if stays else 0)
        before = None
        while True:
            now = pulse()
            if now != before:
                before, lines = now, read()
                if fresh := missing(lines, held):
                    held = held_by(lines)
                    yield _event(held, show(fresh))
            if time.monotonic() >= until:
                return
            time.sleep(_LOOK_SECONDS)


def _event(name: str, words: str) -> str:
    data = "".join(f"data: {row}\n" for row in re.split(r"\r\n|\r|\n", words))
    return f"id: {name}\n{data}\n"
