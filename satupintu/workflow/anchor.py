"""
The anchor: one line for each digest, in a file beside the database (SATUPINTU_HOME/seals.log).

Whoever can write the database can remove its newest rows together with their digests, and the worker would seal what
is left. The anchor remembers how far the log had come. Lines are only added. Whoever can write both is betrayed by the
root that was sent to the head of the office (`satupintu audit --expect ROOT`).
"""

import errno
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from satupintu.workflow import rules
from satupintu.workflow.models import Digest

HEAD = (
    "# number, made at, rows of the log, root, seal of the office. Never edit: see docs/runbook.md."
)


@dataclass(frozen=True, slots=True)
class Line:
    """What the anchor remembers of one digest."""

    number: int
    made_at: str  # ISO 8601 in UTC
    rows: int
    root: str
    seal: str

    @property
    def text(self) -> str:
        return f"{self.number} {self.made_at} {self.rows} {self.root} {self.seal}"


class Unreadable(Exception):
    """A line of the anchor is none of ours; the message names it."""


def path() -> Path:
    return Path(settings.ANCHOR)


def line_of(digest: Digest) -> Line:
    return Line(
        digest.number,
        str(rules.utc_text(digest.made_at)),
        digest.rows,
        digest.root,
        digest.seal,
    )


def read() -> list[Line]:
    """Return the lines in their order, each once; [] where there is no anchor yet. Raises Unreadable."""
    if not path().exists():
        return []
    found: dict[str, Line] = {}
    for place, text in enumerate(path().read_text(encoding="utf-8").splitlines(), start=1):
        if not text or text.startswith("#"):
            continue
        try:
            number, made_at, rows, root, seal = text.split()
            datetime.fromisoformat(made_at)
            found[text] = Line(int(number), made_at, int(rows), root, seal)
        except ValueError as error:
            raise Unreadable(f"{path()}, line {place}: is not a line of the program.") from error
    return list(found.values())


def add(digests: Iterable[Digest]) -> None:
    """
    Write lines behind the others, onto the disk. Two processes may add the same one: it counts once.

    Raises OSError when the disk is full; then no half of a line stays, and the next call writes them.
    """
    lines = [line_of(digest).text for digest in digests]
    if not lines:
        return
    descriptor = os.open(path(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        before = os.fstat(descriptor).st_size
        text = ("\n".join(lines if before else [HEAD, *lines]) + "\n").encode()
        written = os.write(descriptor, text)
        if written < len(text):  # a half line would read as tampered with
            if os.fstat(descriptor).st_size == before + written:
                os.ftruncate(descriptor, before)
            raise OSError(errno.ENOSPC, "no room for the anchor", str(path()))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def put_aside() -> None:
    """Rename the anchor, for an office that begins anew (a demo in an empty database); nothing is deleted."""
    if path().exists():
        number = 1
        while (old := path().with_name(f"{path().name}.{number}")).exists():
            number += 1
        path().rename(old)
