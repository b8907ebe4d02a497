"""The processes of an office as it runs them, killed one after another; the runner brings back whoever was killed."""

import os
import signal
import threading
import time
from contextlib import suppress
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Self

import httpx

from satupintu.config import supervisor

WEB_PROCESSES = 2
_START_SECONDS = 90
_LONGEST_KILL_SECONDS = 10


class Served:
    """
    Web, worker and signer, looked after as `satupintu run` does, but without its waiting: a kill is no crash loop.

    Within `with`, they live; afterwards none does.
    """

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self.log = log.open("ab")  # what the processes say
        self.port = int(environment["PORT"])
        self.children = supervisor.children(
            host="127.0.0.1", port=self.port, workers=WEB_PROCESSES, environment=environment,
            output=self.log.fileno(),
        )  # fmt: skip
        self._lock, self._stop = threading.Lock(), threading.Event()
        self._keeper = threading.Thread(target=self._keep, daemon=True)

    def __enter__(self) -> Self:
        self._keeper.start()
        self.wait()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end()

    def _keep(self) -> None:
        while not self._stop.wait(0.05):
            with self._lock:
                for child in self.children:
                    child.look_after(time.monotonic())
                    child.wait_seconds = child.start_after = 0.0

    def end(self) -> None:
        """Kill all at once, as a machine that loses its power: nobody finishes anything."""
        self._stop.set()
        self._keeper.join()
        for child in self.children:
            for pid in [*self.pages(), child.process.pid if child.process else 0]:
                _kill(pid)
            if child.process is not None:
                child.process.wait(_LONGEST_KILL_SECONDS)
        self.log.close()

    def wait(self) -> None:
        """Return when a page answers. Raises TimeoutError."""
        until = time.monotonic() + _START_SECONDS
        while time.monotonic() < until:
            with suppress(httpx.HTTPError):
                answer = httpx.get(f"http://127.0.0.1:{self.port}/masuk/", timeout=_START_SECONDS)
                if answer.status_code == httpx.codes.OK:
                    return
            time.sleep(0.05)
        raise TimeoutError(f"nobody answers on port {self.port}")

    def pages(self) -> list[int]:
        """Return the processes that make pages, children of the web server."""
        web = self.children[0].process
        if web is None:
            return []
        with suppress(OSError):
            found = Path(f"/proc/{web.pid}/task/{web.pid}/children").read_text()
            return [int(one) for one in found.split()]
        return []

    def kill_one(self, chance: Random) -> str:
        """Kill one process with SIGKILL, chosen by chance; return which: a page's, web, worker or signer."""
        with self._lock:
            living = [one for one in self.children if one.process and one.process.poll() is None]
            victims = [("page", pid) for pid in self.pages()]
            victims += [(one.name, one.process.pid) for one in living if one.process]
            if not victims:
                return ""
            name, pid = chance.choice(victims)
            _kill(pid)
            return name

    def alive(self) -> set[int]:
        """Return the processes that run now."""
        return {one.process.pid for one in self.children if one.process} | set(self.pages())


def _kill(pid: int) -> None:
    if pid > 1:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
