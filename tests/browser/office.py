"""
A whole office for browser tests: `satupintu run`, with pages, worker and signer as in a real office.

The first of a session starts on a home with empty tables: the demo seeds itself. It is stopped when it answers, and the others start on copies of its home and its database. They have the real server's compression, and the
kind of database under test.
"""

import fcntl
import os
import secrets
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from satupintu.lib.ports import MOST, free_ports
from tests.migrated import migrated_once

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


def _database(home: Path) -> str:
    """Where the database of this office is: in its home, or on the session's server."""
    if os.environ["SATUPINTU_TESTS_ON"] == "sqlite":
        return f"sqlite:///{home}/db.sqlite3"
    return os.environ["DATABASE_URL"].rpartition("/")[0] + f"/office_{secrets.token_hex(6)}"


def _create_on_server(url: str, *, template: str = "template1") -> None:
    import psycopg

    name = url.rpartition("/")[2]
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")  # type: ignore[call-overload]


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


def _first_office() -> tuple[Path, str]:
    """Return home and database of a demo office that was started once, and stopped; one for all workers."""
    folder = Path(os.environ["SATUPINTU_TESTS_FOLDER"]) / "first-office"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        told = folder / "database"
        if not told.exists():
            home = folder / "home"
            shutil.rmtree(home, ignore_errors=True)  # of a start that failed
            home.mkdir()
            url = _database(home)
            if url.startswith("sqlite"):
                shutil.copyfile(migrated_once(), home / "db.sqlite3")
            else:
                _create_on_server(url)
            with _serving(folder, url):
                pass
            told.write_text(url)
        return folder / "home", told.read_text()


@contextmanager
def running_office(folder: Path, **settings: str) -> Iterator[Office]:
    """Serve a new demo office from `folder` until the block ends, with environment `settings` of its own."""
    first, template = _first_office()
    home = folder / "home"
    shutil.copytree(first, home)
    url = _database(home)
    if not url.startswith("sqlite"):
        _create_on_server(url, template=template.rpartition("/")[2])
    with _serving(folder, url, **settings) as office:
        yield office


@contextmanager
def _serving(folder: Path, database: str, **settings: str) -> Iterator[Office]:
    home, (port, *beside) = folder / "home", free_ports(MOST)
    environment = {
        **os.environ,
        "SATUPINTU_HOME": str(home),
        "DATABASE_URL": database,
        "OFFICE": "sanggau",
        "PORT": str(port),
        "SATUPINTU_PAYMENT_URL": f"http://127.0.0.1:{beside[-1]}",
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
