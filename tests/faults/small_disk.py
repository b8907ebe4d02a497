"""A disk with little room: a file system of its own where the machine lets us mount one."""

import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_PIECE = 64 * 1024


class NoSmallDisk(Exception):
    """Only root may mount a file system; the message says so."""


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """Mount a file system of so much memory at `folder`, which anybody may enter, and take it away again."""
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        raise NoSmallDisk(mounted.stderr.decode(errors="replace").strip())
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=False)


@dataclass
class Ballast:
    """A file that takes all the room of a disk, until it is thrown out."""

    path: Path

    def fill(self) -> None:
        """Leave no byte."""
        with self.path.open("ab", buffering=0) as file:
            piece = bytes(_PIECE)
            while piece:
                try:
                    file.write(piece)
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise
                    piece = piece[: len(piece) // 2]
        left = os.statvfs(self.path.parent)
        assert left.f_bavail * left.f_frsize == 0, "the disk is not full"

    def throw_out(self) -> None:
        """Make room again."""
        self.path.unlink(missing_ok=True)
