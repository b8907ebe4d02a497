"""A disk that is full, tried on a copy of an office, and judged: clear sentences, nothing half, and it goes on with room."""

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from offices import moved, run
from small_disk import NoSmallDisk, small_disk

MEGABYTES = 160
REFUSED, BROKEN = 400, (503, 507)
# Of which every refusal has one: what the person, the program, or who keeps the machine reads.
SENTENCES = (
    "Sistem sedang sibuk",  # a page: nothing was written, what was typed is there
    "Penyimpanan kantor sedang penuh",
    "Sedang penuh",  # the same for programs
    "Tempat penyimpanan kantor penuh",
    "Penyimpanan kantor penuh",
    "the database is busy, away, or its disk is full",  # the worker's log
    "the disk of the files is full",
    "The disk is full. Make room",  # at the terminal
    "The database does not answer",
)
# What cannot be done when only the disk of the files is full; everything else goes on.
NEEDS_FILES = {"a file by a program", "letters", "seals", "backup"}


def full_disk(environment: dict[str, str], *, whole: bool) -> dict[str, Any]:
    """
    Try everything on a copy of an office whose disk is full: `whole`, its database with it, or its files alone.

    Return how many were refused or stood still, and how many went on; `problems` must be empty. Raises NoSmallDisk
    where nothing can be mounted.
    """
    with ExitStack() as opened:
        folder = Path(
            opened.enter_context(TemporaryDirectory(prefix="satupintu-disk-", dir="/tmp"))
        )
        folder.chmod(0o755)
        disk = opened.enter_context(small_disk(folder / "d", MEGABYTES))
        copy = moved(environment, disk if whole else folder, disk, opened)
        found = run(copy, "full_disk", "whole" if whole else "files", program="disk")
    return judged(found, whole=whole)


def judged(found: dict[str, Any], *, whole: bool) -> dict[str, Any]:
    """Return what the figures say of what was found."""
    full, room = found["full"], found["room"]
    refused = {name for name, (status, _said) in full.items() if status >= REFUSED}
    must = {*full} - {"reading"} if whole else NEEDS_FILES
    problems = [f"full disk: {one}" for one in found["problems"]]
    problems += [f"full disk: {name} was done" for name in sorted(must - refused)]
    if not whole:
        problems += [f"full disk of the files: no {name}" for name in sorted(refused - must)]
    for name in sorted(refused):
        status, said = full[name]
        if status not in BROKEN or not any(one in said for one in SENTENCES):
            problems.append(f"full disk: {name} says {status} {said[:300]}")
    idle = sorted(n for n, (status, said) in room.items() if status >= REFUSED or said == "0 done")
    problems += [f"room again: {name} does not go on: {room[name][1][:300]}" for name in idle]
    return {"refused": len(refused), "went_on": len(refused - {*idle}), "problems": problems}


__all__ = ["NoSmallDisk", "full_disk"]
