"""
A whole office for browser tests: `satupintu run` on an empty home, as a new user starts it.

The demo seeds itself; pages, worker and signer run as they do in a real office, with the real server's
compression, on the kind of database under test.
"""

import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

READY_SECONDS = 300.0  # a busy machine fills the demo slowly


@dataclass(frozen=True)
class Office:
    """A running demo office."""

    url: str
    home: Path
    environment: dict[str, str]

    def cli(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run `satupintu ...` in this office."""
        return subprocess.run(
            [sys.executable, "-m", "satupintu.config.cli", *arguments],
            env=self.environment, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    def lines(self) -> str:
        """What its processes said."""
        return (self.home.parent / "office.log").read_text(encoding="utf-8", errors="replace")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _database(home: Path) -> str:
    """An empty database of the kind under test."""
    if os.environ["SATUPINTU_TESTS_ON"] == "sqlite":
        return f"sqlite:///{home}/db.sqlite3"
    import psycopg

    server, name = os.environ["DATABASE_URL"], f"office_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload]
    return server.rpartition("/")[0] + f"/{name}"


def _wait_until_it_answers(office: Office, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, f"The office stopped at once:\n{office.lines()}"
        try:
            with urllib.request.urlopen(office.url, timeout=10):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"The office did not answer in {READY_SECONDS} s:\n{office.lines()}")


@contextmanager
def running_office(folder: Path, **settings: str) -> Iterator[Office]:
    """Serve a new demo office from `folder` until the block ends, with environment `settings` of its own."""
    home, port = folder / "home", _free_port()
    home.mkdir()
    environment = {
        **os.environ,
        "SATUPINTU_HOME": str(home),
        "DATABASE_URL": _database(home),
        "OFFICE": "sanggau",
        "PORT": str(port),
        "LANG": "C.UTF-8",
        **settings,
    }
    office = Office(f"http://localhost:{port}", home, environment)
    with (folder / "office.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "satupintu.config.cli", "run"],
            env=environment, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            _wait_until_it_answers(office, process)
            yield office
        finally:
            process.terminate()
            process.wait(30)
