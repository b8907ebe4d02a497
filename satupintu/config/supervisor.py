"""
The processes of one office under one command: web, worker, signer.

A child that dies is started again, later each time it dies soon; a stop reaches all of them; and a
child whose parent was killed stops by itself, so that no half of the product stays behind and holds
the port.
"""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import structlog

from satupintu.config.cli.errors import Failed

log = structlog.get_logger()

_STEADY_SECONDS = 30.0  # a child that lived this long starts at once when it dies
_LONGEST_WAIT_SECONDS = 30.0
_STOP_SECONDS = 15.0
_ASK_AGAIN_SECONDS = 3.0
_AFTER_WEB_SECONDS = 1.5  # pages first: the others would take its processor while it starts
_PARENT = "SATUPINTU_PARENT_PID"


def refuse_taken_port(host: str, port: int) -> None:
    """Raises Failed if nobody can listen on this address and port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Failed(
                f"Port {port} on {host} cannot be used ({error.strerror})."
                " Choose another with PORT=."
            ) from error


def stop_with_parent() -> None:
    """Stop this process when the supervisor that started it is gone; without one, do nothing."""
    parent = os.environ.get(_PARENT)
    if parent is not None:
        stop_with(int(parent))


def stop_with(parent: int) -> None:
    """Stop this process when its parent, the process of this id, is gone; end it as the parent would."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        until = time.monotonic() + _STOP_SECONDS
        while time.monotonic() < until:  # again, for who was starting and did not listen yet
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(_ASK_AGAIN_SECONDS)
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, daemon=True, name="parent-watch").start()


@dataclass
class Child:
    """One process to keep alive: its name in the log and the arguments after `satupintu`."""

    name: str
    arguments: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    wait_seconds: float = 0.0
    start_after: float = field(default=0.0)
    environment: Mapping[str, str] | None = None  # None: our own
    output: int | None = None  # the descriptor of an open file; None: where our own goes

    def start(self, now: float) -> None:
        environment = {**(self.environment or os.environ), _PARENT: str(os.getpid())}
        self.process = subprocess.Popen(  # noqa: S603  our own program
            [sys.executable, "-m", "satupintu.config.cli", *self.arguments],
            env=environment,
            stdout=self.output,
            stderr=self.output,
            start_new_session=True,  # Ctrl-C reaches us only; we stop the children in order
        )
        self.started = now

    def look_after(self, now: float) -> None:
        """Start the process if it is not running and its waiting time is over."""
        if self.process is not None and self.process.poll() is not None:
            code, lived = self.process.returncode, now - self.started
            self.wait_seconds = next_wait(self.wait_seconds, lived)
            self.start_after = now + self.wait_seconds
            self.process = None
            log.error(
                "process_died", process=self.name, code=code, again_in_seconds=self.wait_seconds
            )
        if self.process is None and now >= self.start_after:
            self.start(now)

    def ask_to_stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def wait_or_kill(self, until: float) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.warning("process_killed", process=self.name)
            self.process.kill()
            self.process.wait()


def next_wait(previous_seconds: float, lived_seconds: float) -> float:
    """
    Return the seconds to wait before a dead child starts again: 0 if it lived long, else doubling
    from 1.
    """
    if lived_seconds >= _STEADY_SECONDS:
        return 0.0
    return min(max(1.0, previous_seconds * 2), _LONGEST_WAIT_SECONDS)


def children(
    *,
    host: str,
    port: int,
    workers: int,
    lines: bool = False,
    environment: Mapping[str, str] | None = None,
    output: int | None = None,
) -> list[Child]:
    """
    Return the processes of an office, in another environment and with another output than ours if given.

    `lines`: one of its channels keeps a line of its own open. No settings are read: the office may be another's.
    """
    later = time.monotonic() + _AFTER_WEB_SECONDS
    web = ["web", "--host", host, "--port", str(port), "--workers", str(workers)]
    names = [
        "worker",
        "signer",
        *(["lines"] if lines else []),
    ]
    return [
        Child("web", web, environment=environment, output=output),
        *(
            Child(name, [name], start_after=later, environment=environment, output=output)
            for name in names
        ),
    ]


def stop_all(kept: Iterable[Child]) -> None:
    """Ask all to stop, wait, and end what does not."""
    for child in kept:
        child.ask_to_stop()
    until = time.monotonic() + _STOP_SECONDS
    for child in kept:
        child.wait_or_kill(until)


def run_all(*, host: str, port: int, workers: int, training: bool = False) -> None:
    """
    Keep all processes of an office alive until SIGINT or SIGTERM; print the address when it
    answers.
    """
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    from satupintu.messaging.lines import listening

    kept = children(host=host, port=port, workers=workers, lines=bool(listening()))
    if training:
        later = time.monotonic() + _AFTER_WEB_SECONDS
        kept.append(Child("training", ["training", "run"], start_after=later))
    threading.Thread(target=_announce, args=(host, port, stop), daemon=True).start()
    try:
        while not stop.is_set():
            for child in kept:
                child.look_after(time.monotonic())
            stop.wait(0.2)
    finally:
        stop_all(kept)


def _announce(host: str, port: int, stop: threading.Event) -> None:
    everywhere = {"0.0.0.0", "::", "127.0.0.1"}  # noqa: S104  compared, not bound
    asked = "localhost" if host in everywhere else host
    while not stop.wait(0.1):
        connection = http.client.HTTPConnection(asked, port, timeout=10)
        try:
            connection.request("GET", "/")
            connection.getresponse().read()
        except OSError:
            continue
        finally:
            connection.close()
        print(f"Satu Pintu: http://{asked}:{port} (Ctrl-C stops it)", flush=True)  # noqa: T201
        return
