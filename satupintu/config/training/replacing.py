"""
Putting a new copy of the training office in the place of the old one.

The copy is made by a process of its own, in a folder and a database of its own, and used by all in one step when it
is whole. What fails, or is cut off, leaves the old copy as it was.
"""

import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from urllib.parse import urlparse

import structlog
from django.conf import settings
from django.db import connection

from satupintu.config.cli.errors import Failed
from satupintu.config.training.pattern import read_pattern
from satupintu.lib.training import Copy, Place

log = structlog.get_logger()

PATTERN, MADE = "pattern.json", "made.json"
_SCHEMA = "latihan_"
# Of our own environment, all that the training office's processes get to know: nothing that signs, sends or opens.
_PASSED = (
    "SATUPINTU_LOG", "SATUPINTU_LOG_SHAPE", "SATUPINTU_THREADS", "SATUPINTU_UPLOAD_MAX_MB", "SATUPINTU_BODY_MAX_MB",
    "SATUPINTU_CLAMD", "SATUPINTU_PARENT_PID",
)  # fmt: skip


def place() -> Place:
    """Return where this office's training office lies."""
    return Place(Path(settings.HOME))


def database_url(generation: str, home: Path) -> str:
    """Return where a copy's rows are: a file of its own, or a schema of its own beside the real office's tables."""
    if connection.vendor == "sqlite":
        return f"sqlite:///{home / 'db.sqlite3'}"
    url = os.environ["DATABASE_URL"].partition("?")[0]
    return f"{url}?schema={_SCHEMA}{generation}"


def environment(generation: str) -> dict[str, str]:
    """Return the environment of a copy's processes: a demo of its own, that can sign nothing real and send nothing."""
    home = place().home_of(generation)
    ours = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("SATUPINTU_", "DATABASE_URL", "OFFICE", "PORT")) or key in _PASSED
    }
    hosts = {"localhost", "127.0.0.1", "[::1]", urlparse(settings.TRAINING_URL).hostname or ""}
    return {
        **ours,
        "SATUPINTU_HOME": str(home),
        "DATABASE_URL": database_url(generation, home),
        "SATUPINTU_TRAINING": "1",
        "SATUPINTU_DEMO": "1",
        "SATUPINTU_STAFF_MFA": "0",
        "SATUPINTU_SIGNER": "demo",
        "SATUPINTU_ZONE": settings.TIME_ZONE,
        "SATUPINTU_BASE_URL": settings.TRAINING_URL,
        "SATUPINTU_HOSTS": ",".join(sorted(hosts - {""})),
        "PORT": str(settings.TRAINING_PORT),
    }


def begin_wanted(*, at: datetime) -> int:  # noqa: ARG001  a step of the worker
    """Start making a new copy when somebody asked for one; the worker does not wait for it."""
    here = place()
    if settings.TRAINING or not here.is_asked_for() or here.is_being_made():
        return 0
    subprocess.Popen(
        [sys.executable, "-m", "satupintu.config.cli", "training", "reset"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    return 0


def replace(*, at: datetime) -> Copy | None:
    """
    Make a new copy and put it in use; None when another process makes one already. Takes a minute.

    Raises Failed or NoOfficeYet, and then the old copy stays in use.
    """
    here = place()
    with here.making() as mine:
        if not mine:
            return None
        here.tell("mulai")
        generation = f"{at:%Y%m%d}{secrets.token_hex(4)}"
        try:
            copy = _make(here, generation, at)
        except BaseException as error:
            here.tell(str(error)[:300], failed=True)
            _drop(here, generation)
            raise
        before = here.current()
        here.put_in_use(copy)
        here.tell("")
        for old in here.generations():
            # The one before stays until the next time: its processes may still be ending.
            if old not in (generation, before.generation if before else ""):
                _drop(here, old)
        return copy


def _make(here: Place, generation: str, at: datetime) -> Copy:
    home = here.home_of(generation)
    home.mkdir(mode=0o700, parents=True)
    (home / PATTERN).write_text(json.dumps(read_pattern(at).to_json()))
    if connection.vendor != "sqlite":
        _schema(f"CREATE SCHEMA {_SCHEMA}{generation}")
    _run(["training", "make"], environment(generation))
    made = json.loads((home / MADE).read_text())
    return Copy.from_json({"generation": generation, "made_at": at.isoformat(), **made})


def _run(arguments: list[str], environment: Mapping[str, str]) -> None:
    done = subprocess.run(  # noqa: S603  our own program
        [sys.executable, "-m", "satupintu.config.cli", *arguments],
        env=dict(environment),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise Failed(f"The training office could not be made: {said[-1] if said else 'no reason'}")


def _schema(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _drop(here: Place, generation: str) -> None:
    shutil.rmtree(here.home_of(generation), ignore_errors=True)
    if connection.vendor != "sqlite":
        _schema(f"DROP SCHEMA IF EXISTS {_SCHEMA}{generation} CASCADE")
