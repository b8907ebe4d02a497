"""A small office made for one measurement, on a database of its own; thrown away afterwards."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
LONGEST_SECONDS = 240
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from satupintu.lib.ports import free_ports  # noqa: E402  after the path
from satupintu.lib.postgres import find_binaries, kept_postgres, throwaway_postgres  # noqa: E402  after the path


def environment_of(home: Path, url: str) -> dict[str, str]:
    """Return the environment of every process of an office: nothing of the tester's own office is in it."""
    kept = {key: one for key, one in os.environ.items() if not key.startswith("SATUPINTU_")}
    return kept | {
        "SATUPINTU_HOME": str(home),
        "DATABASE_URL": url,
        "SATUPINTU_LOG": "CRITICAL",
        "PYTHONPATH": str(ROOT),
    }


@contextmanager
def office_on(database: str) -> Iterator[dict[str, str]]:
    """Give the environment of an office to be made; the database keeps what it promised. Raises NoPostgres."""
    with ExitStack() as opened:
        folder = Path(tempfile.mkdtemp(prefix="satupintu-faults-"))
        opened.callback(shutil.rmtree, folder, ignore_errors=True)
        url = f"sqlite:///{folder}/office.sqlite3"
        if database == "PostgreSQL":
            url = opened.enter_context(throwaway_postgres(durable=True))
        yield environment_of(folder / "home", url)


def for_serving(environment: dict[str, str]) -> dict[str, str]:
    """Return the environment of an office whose processes listen: on free ports, to as many calls as come."""
    web, bank = free_ports(2)
    return environment | {
        "PORT": str(web),
        "SATUPINTU_PAYMENT_URL": f"http://127.0.0.1:{bank}",
        "SATUPINTU_PAYMENT_SECRET": "rahasia-uji",
        "SATUPINTU_API_PER_MINUTE": "1000000",
    }


def beside(environment: dict[str, str]) -> dict[str, str]:
    """Return the environment of an empty office beside another: on the same server, in a folder next to it."""
    home = Path(environment["SATUPINTU_HOME"]).with_name("restored")
    home.mkdir()
    url = environment["DATABASE_URL"]
    if url.startswith("sqlite"):
        return environment | {
            "SATUPINTU_HOME": str(home), "DATABASE_URL": f"sqlite:///{home}/office.sqlite3",
        }  # fmt: skip
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE restored")
    return environment | {
        "SATUPINTU_HOME": str(home), "DATABASE_URL": url.rpartition("/")[0] + "/restored",
    }  # fmt: skip


def moved(
    environment: dict[str, str], database: Path, files: Path, opened: ExitStack
) -> dict[str, str]:
    """Return the environment of a copy of an office, its database below one folder and SATUPINTU_HOME below another."""
    home = files / "home"
    shutil.copytree(environment["SATUPINTU_HOME"], home)
    url = environment["DATABASE_URL"]
    if url.startswith("sqlite"):
        shutil.copy(url.removeprefix("sqlite:///"), database / "office.sqlite3")
        own = f"sqlite:///{database}/office.sqlite3"
    else:
        own = opened.enter_context(own_server(url, database / "pg"))
    return environment | {"SATUPINTU_HOME": str(home), "DATABASE_URL": own}


@contextmanager
def own_server(url: str, folder: Path | None = None) -> Iterator[str]:
    """Give a copy of a database of PostgreSQL on a server of its own (its data in `folder`), which keeps its promises."""
    binaries = find_binaries()
    with kept_postgres(folder) if folder else throwaway_postgres(durable=True) as own:
        dumped = subprocess.run(
            [binaries / "pg_dump", "--no-owner", url], capture_output=True, check=True
        )
        subprocess.run(
            [binaries / "psql", "-q", "-v", "ON_ERROR_STOP=1", own],
            input=dumped.stdout,
            capture_output=True,
            check=True,
        )
        yield own


@contextmanager
def restartable(url: str) -> Iterator[Callable[[], None]]:
    """Give what restarts the throwaway server of `url` at once, as after a crash; at the end it is stopped."""
    folder = Path(unquote(urlsplit(url).netloc.rpartition("@")[2]))
    owner = (folder / "data").stat()

    def control(*arguments: str) -> None:
        subprocess.run(
            [find_binaries() / "pg_ctl", "-s", "-w", "-m", "immediate", "-D", folder / "data", *arguments],
            user=owner.st_uid,
            group=owner.st_gid,
            extra_groups=[],
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "HOME": str(folder)},
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
        )  # fmt: skip

    try:
        yield lambda: control("restart")
    finally:
        control("stop")


def command(environment: dict[str, str], *arguments: str) -> str:
    """Do what `satupintu <arguments>` does and return what it said. Raises AssertionError with its complaint."""
    done = subprocess.run(
        [sys.executable, "-m", "satupintu.config.cli", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
        check=False,
    )
    assert done.returncode == 0, f"{arguments[0]}: {done.stderr[-500:]}"
    return done.stdout


def run(environment: dict[str, str], scenario: str, *more: str, program: str = "driver") -> Any:
    """Return what a scenario found in a process of its own; raises AssertionError with what it said."""
    done = subprocess.run(
        [sys.executable, str(HERE / f"{program}.py"), scenario, *more],
        env=environment,
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(done.stdout.splitlines()[-1])
