"""
An office for one measurement: its own folder and database, thrown away afterwards.

Every part of the bench runs in a process of its own below that office's environment, so that nothing of the person's
own office is opened, not even its settings.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

_OURS = ("SATUPINTU_", "DATABASE_URL", "OFFICE", "PORT")


class PartFailed(Exception):
    """A part of the bench ended with an error; the message holds the end of what it said."""


def clean_environment(home: Path, database_url: str = "") -> dict[str, str]:
    """Return this process's environment without the settings of any office but the one at `home`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    kept |= {
        "SATUPINTU_HOME": str(home),
        "SATUPINTU_DEMO": "1",
        "SATUPINTU_LOG": "ERROR",
        "DJANGO_SETTINGS_MODULE": "satupintu.config.settings",
    }
    if database_url:
        kept["DATABASE_URL"] = database_url
    return kept


@dataclass(frozen=True, slots=True)
class ThrowawayOffice:
    """Where a measurement takes place; `label` is "SQLite" or "PostgreSQL"."""

    label: str
    home: Path
    database_url: str = ""

    @property
    def environment(self) -> dict[str, str]:
        return clean_environment(self.home, self.database_url)

    def run(self, part: str, **arguments: Any) -> Any:
        """Run one part of the bench in a process of its own; return its JSON. Raises PartFailed."""
        answer = self.home / f"answer-{uuid4()}.json"
        done = subprocess.run(  # noqa: S603  our own program
            [
                sys.executable,
                "-m",
                "satupintu.config.bench",
                part,
                json.dumps(arguments),
                str(answer),
            ],
            env=self.environment,
            check=False,
            capture_output=True,
        )
        if done.returncode or not answer.exists():
            said = done.stderr.decode(errors="replace").strip()
            if os.environ.get("SATUPINTU_DEBUG") in {"1", "true"}:
                print(said, file=sys.stderr)  # noqa: T201  asked for
            raise PartFailed(f"{part}: {said.splitlines()[-1] if said else done.returncode}")
        return json.loads(answer.read_text())


@contextmanager
def throwaway_office(label: str, database_url: str = "") -> Iterator[ThrowawayOffice]:
    """Give an empty folder (and use the given empty database) for one office; remove it afterwards."""
    home = Path(tempfile.mkdtemp(prefix="satupintu-bench-"))
    try:
        yield ThrowawayOffice(label, home, database_url)
    finally:
        shutil.rmtree(home, ignore_errors=True)
