"""
Secrets that live in files outside the database.

A ring file holds one key a line as `<key id> <64 hex digits>`; the last line is the key that
encrypts, all of them decrypt, so a key is rotated by appending a line.
"""

import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path


class BadKeyFile(Exception):
    """A key file cannot be used; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Ring:
    """Keys of one purpose: `keys` maps key id to 32 bytes, `current` names the encrypting one."""

    keys: dict[str, bytes]
    current: str


@dataclass(slots=True)
class Making:
    """Whether this process may make what is missing; a command that only reads may not."""

    allowed: bool = True


making = Making()


def make_private_folder(path: Path) -> None:
    """
    Make a folder that only its owner opens; one of ours that was made before, for everybody, is closed.

    A folder of somebody else, or one that is shared by purpose (the sticky bit of /tmp), is left as it is.
    """
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    status = path.stat()
    shared = bool(status.st_mode & stat.S_ISVTX)
    if status.st_uid == os.geteuid() and status.st_mode & 0o077 and not shared:
        path.chmod(0o700)


def _write_private(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(temporary, path)  # fails when another process was first: then its key holds
    except FileExistsError:
        pass
    finally:
        temporary.unlink()


def write_once(path: Path, text: str) -> None:
    """Write `text` with mode 0600 unless the file exists: then the older one holds."""
    _write_private(path, text)


def read_or_make_secret(path: Path) -> str:
    """
    Return the secret text in `path`; writes a new random one (mode 0600) when there is none.

    Where nothing may be made (`making`), the new one lives as long as the process.
    """
    if not path.exists():
        if not making.allowed:
            return secrets.token_urlsafe(48)
        _write_private(path, secrets.token_urlsafe(48) + "\n")
    return path.read_text(encoding="utf-8").strip()


def make_ring(path: Path) -> Ring:
    """
    Write a ring with a single new key into `path`, and return it; a ring that is there already holds.

    Its id is random: a key that is made anew one day never answers to the name of a lost one.
    """
    _write_private(path, f"k{secrets.token_hex(3)} {secrets.token_hex(32)}\n")
    ring = read_ring(path)
    assert ring is not None, "just written"
    return ring


def read_ring(path: Path) -> Ring | None:
    """
    Return the key ring in `path`, None when there is no such file.

    Raises BadKeyFile if a line is not `<key id> <64 hex digits>`.
    """
    if not path.exists():
        return None
    keys: dict[str, bytes] = {}
    current = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            key_id, digits = line.split()
            key = bytes.fromhex(digits)
        except ValueError as error:
            raise BadKeyFile(
                f"{path}, line {number}: expected '<key id> <64 hex digits>'."
            ) from error
        if len(key) != 32:  # noqa: PLR2004  AES-256
            raise BadKeyFile(
                f"{path}, line {number}: a key has 64 hex digits, this one {len(digits)}."
            )
        keys[key_id], current = key, key_id
    if not current:
        raise BadKeyFile(f"{path} holds no key. Restore it from the backup.")
    return Ring(keys, current)
