"""
Bytes on disk: FILES/ab/cd/<sha256>, written once.

A file is written to FILES/tmp, flushed to the disk, then renamed: whoever reads a path under a hash
reads all of it or nothing, also after a power cut.
"""

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

_CHUNK = 256 * 1024


class TooBig(Exception):
    """More bytes came than the limit."""


def root() -> Path:
    return Path(settings.FILES)


def path_of(sha256: str) -> Path:
    """Return where the bytes of this hash live, whether or not they are there."""
    assert len(sha256) == 64, sha256  # noqa: PLR2004  a SHA-256 in hex
    assert all(ch in "0123456789abcdef" for ch in sha256), sha256
    return root() / sha256[:2] / sha256[2:4] / sha256


class FileMissing(Exception):
    """The row is there, the bytes are not: restore them from the backup."""


def existing_path(sha256: str) -> Path:
    """Return where the bytes of this hash are. Raises FileMissing."""
    path = path_of(sha256)
    if not path.exists():
        raise FileMissing(f"{sha256} is missing below {root()}. Restore it from the backup.")
    return path


@contextmanager
def temporary_path() -> Iterator[Path]:
    """Give a new path below FILES/tmp; what is there at the end is removed, also after errors."""
    folder = root() / "tmp"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{os.getpid()}-{secrets.token_hex(8)}"
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def write_chunks(path: Path, chunks: Iterable[bytes], max_bytes: int) -> int:
    """Write the chunks and return how many bytes they were. Raises TooBig, OSError (ENOSPC)."""
    size = 0
    with path.open("xb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > max_bytes:
                raise TooBig
            file.write(chunk)
    return size


def hash_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def adopt(path: Path) -> tuple[str, int]:
    """
    Move a finished temporary file under its hash; return hash and size. The same content is kept
    once.

    Raises OSError when the disk is full; then nothing is left under the hash.
    """
    with path.open("rb") as file:
        os.fsync(file.fileno())
    sha256, size = hash_of(path), path.stat().st_size
    target = path_of(sha256)
    if target.exists() and target.stat().st_size == size:
        os.utime(target)  # a sweep spares what was just asked for
        return sha256, size
    # A name is safe once the folder that holds it is: only folders that got a new name are written out.
    grown = [target.parent]
    grown += [
        folder.parent for folder in (target.parent, target.parent.parent) if not folder.exists()
    ]
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.chmod(0o600)
    path.replace(target)
    for folder in grown:
        _sync_folder(folder)
    return sha256, size


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def stored_hashes() -> Iterator[str]:
    """Yield every hash that lies on the disk, in order."""
    for path in sorted(root().glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*")):
        if len(path.name) == 64:  # noqa: PLR2004  a SHA-256 in hex
            yield path.name


def sweep_temporary(*, older_than: float) -> int:
    """
    Remove temporary files last touched before the Unix time `older_than`; return how many.

    They are left only by a process that was killed.
    """
    removed = 0
    for folder in (
        root() / "tmp",
        Path(settings.FILE_UPLOAD_TEMP_DIR),
    ):  # ours, and where uploads come in
        for path in folder.glob("*"):
            if path.is_file() and path.stat().st_mtime < older_than:
                path.unlink(missing_ok=True)
                removed += 1
    return removed
