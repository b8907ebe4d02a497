"""Keeping the training office's processes alive, and starting them anew with each new copy."""

import signal
import subprocess
import sys
import threading
import time

import structlog
from django.conf import settings

from satupintu.config import supervisor
from satupintu.config.training import replacing
from satupintu.config.training.replacing import environment, place

log = structlog.get_logger()


def serve(*, host: str) -> None:
    """
    Serve the copy in use on its port until SIGINT or SIGTERM; make the first copy when there is none.

    A new copy is seen within a second: the old one's processes end, and the new one's start.
    """
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    first: subprocess.Popen[bytes] | None = None
    serving, kept = "", list[supervisor.Child]()
    try:
        while not stop.is_set():
            found = place().current()
            if found is None and first is None:
                first = _make_first()
            if found is not None and found.generation != serving:
                supervisor.stop_all(kept)
                serving = found.generation
                kept = supervisor.children(
                    host=host,
                    port=settings.TRAINING_PORT,
                    workers=1,
                    environment=environment(serving),
                )
                log.info("training_office_served", generation=serving)
            for child in kept:
                child.look_after(time.monotonic())
            stop.wait(0.5)
    finally:
        supervisor.stop_all(kept)
        if first is not None and first.poll() is None:
            first.terminate()
            first.wait()


def _make_first() -> "subprocess.Popen[bytes]":
    replacing.place().ask()
    return subprocess.Popen([sys.executable, "-m", "satupintu.config.cli", "training", "reset"])
