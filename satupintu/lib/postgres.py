"""
A PostgreSQL server of our own: started from installed binaries, stopped when the work is done.

It listens on a socket in a private folder only, so nothing else is disturbed and no port is taken.
Durability is switched off unless asked for: most data lives as long as a test or a measurement.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "listen_addresses": "",
    "max_connections": "120",
    "shared_buffers": "128MB",
    "log_min_messages": "fatal",
    # Tests roll back: tables looked at between two of them are empty, and plans for nothing are then made for much.
    "autovacuum": "off",
}
DURABLE = {
    **FAST,
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "autovacuum": "on",
}


class NoPostgres(Exception):
    """PostgreSQL's server is not installed, or does not start; the message says what to do."""


def find_binaries() -> Path:
    """
    Return the folder of the newest installed initdb and postgres. Raises NoPostgres if there is
    none.
    """
    found = sorted(
        (path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")),
        key=lambda folder: [int(part) for part in folder.parent.name.split(".")],
    )
    if found:
        return found[-1]
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    raise NoPostgres("PostgreSQL's server is not installed (Debian: apt-get install postgresql).")


def _unprivileged() -> dict[str, Any]:
    """
    Return how to start a process: as ourselves, or, when we are root (whom PostgreSQL refuses), as
    somebody else.
    """
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise NoPostgres(
        "PostgreSQL does not run as root, and there is no user postgres or nobody to run it as."
    )


@contextmanager
def throwaway_postgres(*, durable: bool = False) -> Iterator[str]:
    """
    Run a server and yield the DATABASE_URL of its database "satupintu"; nothing of it stays.

    `durable=True` keeps fsync on, for figures that shall be honest. Raises NoPostgres if it cannot
    be started.
    """
    # /tmp and not TMPDIR: a socket's path may have at most 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="satupintu-pg-", dir="/tmp"))
    try:
        with _served(folder, DURABLE if durable else FAST, signal.SIGQUIT) as url:
            yield url  # stopped at once: nothing is worth saving
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def kept_postgres(folder: Path) -> Iterator[str]:
    """
    Run a durable server whose data stays in `folder`, made there when there is none yet; yield its DATABASE_URL.

    The path of `folder` may have at most some 80 characters: the server's socket is in it. Raises NoPostgres.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _served(folder.resolve(), DURABLE, signal.SIGINT) as url:
        yield url


@contextmanager
def _served(folder: Path, settings: Mapping[str, str], stop: signal.Signals) -> Iterator[str]:
    binaries, who = find_binaries(), _unprivileged()
    if who:
        os.chown(folder, who["user"], who["group"])
    quiet = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "HOME": str(folder)}
    is_new = not (folder / "data").exists()
    if is_new:
        made = subprocess.run(  # noqa: S603  an installed program
            [
                binaries / "initdb",
                "-D",
                folder / "data",
                "-U",
                "satupintu",
                "--auth=trust",
                "--no-sync",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
            ],
            check=False,
            capture_output=True,
            env=quiet,
            cwd=folder,
            **who,
        )
        if made.returncode:
            raise NoPostgres(
                f"initdb failed: {made.stderr.decode(errors='replace').strip()[-300:]}"
            )
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(  # noqa: S603  an installed program
            [
                binaries / "postgres",
                "-D",
                folder / "data",
                *(f"--{key}={value}" for key, value in settings.items()),
                f"--unix_socket_directories={folder}",
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=quiet,
            cwd=folder,
            start_new_session=True,
            **who,
        )
    try:
        _wait_until_ready(binaries, folder, server)
        if is_new:
            subprocess.run(  # noqa: S603  an installed program
                [binaries / "createdb", "-h", folder, "-U", "satupintu", "satupintu"],
                check=True,
                env=quiet,
                cwd=folder,
            )
        yield f"postgres://satupintu@{quote(str(folder), safe='')}/satupintu"
    finally:
        if server.poll() is None:
            server.send_signal(stop)
            patience = 10 if stop == signal.SIGQUIT else 300  # a last checkpoint takes its time
            try:
                server.wait(patience)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _wait_until_ready(binaries: Path, folder: Path, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        ready = subprocess.run(  # noqa: S603  an installed program
            [binaries / "pg_isready", "-q", "-h", folder, "-U", "satupintu", "-d", "postgres"],
            check=False,
            cwd=folder,
        )
        if ready.returncode == 0:
            return
        time.sleep(0.05)
    text = (folder / "log").read_text(errors="replace").strip()
    raise NoPostgres(f"PostgreSQL did not start: {text[-300:]}")
