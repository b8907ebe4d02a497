"""
The product as granian serves it, and beside it, in the same process, what it is measured against.

A request with the header X-Bench-Record is answered with the number of its SQL statements; they are kept, so that
/_bench/bare/<name> (no framework at all) and /_bench/view/<name> (a bare view behind the product's middleware) can ask
the database the same by a raw cursor and send the same page, which the middleware compresses for both. Only
`satupintu bench` serves this module.
"""

import gzip
import json
import os
import resource
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "satupintu.config.settings")
settings.ROOT_URLCONF = "satupintu.config.bench.urls"

from satupintu.config.bench.recording import Statement, recorded, replay  # noqa: E402  after settings
from satupintu.config.wsgi import application as product  # noqa: E402  after the settings

kept: dict[
    str, tuple[list[Statement], bytes, bytes]
] = {}  # by name: statements, page, page as sent


def answer_bare(name: str, *, sent: bool) -> bytes:
    """Ask the database what the page `name` asked; return the page, as it was sent or before it was compressed."""
    statements, page, wire = kept[name]
    replay(statements)
    return wire if sent else page


def _memory_mib() -> float:
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _recorded(environ: dict[str, Any], start: Callable[..., Any], name: str) -> Iterable[bytes]:
    head: list[Any] = []

    def note(status: str, headers: list[tuple[str, str]], *_rest: Any) -> Callable[[bytes], object]:
        head.extend((status, headers))
        return start  # write() is never used

    with recorded() as recording:
        answer = product(environ, note)
        body = b"".join(answer)
    packed = dict(head[1]).get("Content-Encoding") == "gzip"
    kept[name] = (recording.statements, gzip.decompress(body) if packed else body, body)
    start(head[0], [*head[1], ("X-Bench-SQL", str(recording.count))])
    if hasattr(answer, "close"):
        answer.close()
    return [body]


def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    path = environ["PATH_INFO"]
    if path == "/_bench/usage":
        usage = {
            "cpu": time.process_time(),
            "mib": _memory_mib(),
            "threads": threading.active_count(),
        }
        start("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(usage).encode()]
    if path.startswith("/_bench/bare/"):
        body = answer_bare(path.rpartition("/")[2], sent=True)
        start("200 OK", [("Content-Type", "text/html"), ("Content-Length", str(len(body)))])
        return [body]
    if address := environ.get("HTTP_X_BENCH_FROM"):
        environ["REMOTE_ADDR"] = (
            address  # one machine stands for many visitors: limits are per address
        )
    if name := environ.get("HTTP_X_BENCH_RECORD"):
        return _recorded(environ, start, name)
    answer: Iterable[bytes] = product(environ, start)
    return answer
