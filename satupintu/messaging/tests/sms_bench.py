"""What the tests of the SMS channels share: free ports, programs stopped by their own handle, a place for hooks."""

import contextlib
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from satupintu.lib import clock
from satupintu.messaging.channels import sms as channel
from satupintu.messaging.channels.port import Hook, HookAnswer, Outgoing
from satupintu.messaging.rules import ChannelKind

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)


def sms(body, address="+6281234567890", **more):
    return Outgoing(ChannelKind.SMS, address, "", body, more.pop("reference", "r1.x"), **more)


def until(found: Callable[[], object], seconds: float = 20.0):
    """Return what `found` gives as soon as it is true; fails when it never is."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := found():
            return value
        time.sleep(0.05)
    return pytest.fail(f"nothing came in {seconds} seconds")


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def needs(*programs: str) -> None:
    """Skip with a reason where a program is not installed."""
    for program in programs:
        if shutil.which(program) is None and not Path(program).exists():
            pytest.skip(
                f"{program} is not installed (Debian: kannel and kannel-extras, nodejs, npm)"
            )


@contextmanager
def program(*command: str, log: Path) -> Iterator[subprocess.Popen]:
    """Run a program and stop it by its handle."""
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)  # fmt: skip
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def impatient(monkeypatch, seconds=0.1):
    """Let an answer take so long and no longer."""
    monkeypatch.setattr(
        channel, "call", lambda *a, call=channel.call, **k: call(*a, **k | {"seconds": seconds})
    )


@contextmanager
def dripping() -> Iterator[str]:
    """Run a server that answers one sign after another, each in time, and is never done; gives the address."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def drip():
            with contextlib.suppress(OSError):  # who called has gone, or the listener was closed
                connection, _address = listener.accept()
                with connection:
                    connection.recv(65536)
                    for sign in b"HTTP/1.1 200 OK\r\nX-Slow: " + bytes([97]) * 9999:
                        connection.sendall(bytes([sign]))
                        if over.wait(0.05):
                            return

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        over.set()
        thread.join(10)


class Office:
    """Answers hooks as the office's view does, and keeps what came; `status` overrides what it answers."""

    def __init__(self):
        self.transport = None
        self.calls: list[Hook] = []
        self.answers: list[HookAnswer] = []
        self.status = 0

    @property
    def messages(self):
        return [one for answer in self.answers for one in answer.received.messages]

    @property
    def reports(self):
        return [one for answer in self.answers for one in answer.received.reports]

    def take(self, method, target, headers, body):
        split = urlsplit(target)
        call = Hook(
            method=method,
            path=unquote(split.path).removeprefix(f"/kanal/{self.transport.name}/"),
            query=dict(parse_qsl(split.query, keep_blank_values=True, errors="replace")),
            headers=headers,
            body=body,
            now=clock.now(),
        )
        self.calls.append(call)
        if self.status:
            return HookAnswer(status=self.status)
        answer = self.transport.hook(call)
        self.answers.append(answer)
        return answer


@contextmanager
def served(handle) -> Iterator[str]:
    """Serve `handle(method, target, headers, body) -> HookAnswer` on this machine; gives the address."""

    class Handler(BaseHTTPRequestHandler):
        def _any(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = handle(self.command, self.path, headers, body)
            content = answer.body.encode() if isinstance(answer.body, str) else answer.body
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(content)))
            for name, value in getattr(answer, "headers", {}).items():
                self.send_header(name, value)
            with contextlib.suppress(BrokenPipeError):  # a caller that did not wait
                self.end_headers()
                self.wfile.write(content)

        do_GET = do_POST = _any  # noqa: N815  http.server's names

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


class Provider:
    """An HTTP server that answers as told: (status, body) or (status, body, headers); the last answer stays."""

    def __init__(self):
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        self.told: list[tuple] = [(200, "")]
        self.wait = 0.0

    def take(self, method, target, headers, body):
        self.asked.append((method, target, headers, body))
        time.sleep(self.wait)
        status, text, *more = self.told.pop(0) if len(self.told) > 1 else self.told[0]
        return _Told(status, text, more[0] if more else {})


class _Told:
    def __init__(self, status, body, headers):
        self.status, self.body, self.headers = status, body, headers
        self.content_type = "application/json"
