"""
Where the training office lies beside the real one, and what its files say: the copy in use, its accounts, progress.

Every copy is a generation in a folder of its own; `current.json` names the one in use and is replaced in one step. Only
files: the processes that make, serve and ask for a copy are different ones.
"""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

FOLDER = "latihan"


@dataclass(frozen=True, slots=True)
class Account:
    """Who signs in at the training office: user name, made-up name, post."""

    username: str
    name: str
    post: str


@dataclass(frozen=True, slots=True)
class Copy:
    """The copy in use: its generation, when it was made (ISO), who signs in and with which password."""

    generation: str
    made_at: str
    accounts: tuple[Account, ...] = field(default=())
    password: str = ""
    secret: str = ""  # opens the worthless keys with which permits are signed there

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> "Copy":
        accounts = tuple(Account(**one) for one in said.get("accounts", ()))
        return cls(**{**said, "accounts": accounts})


class Place:
    """The folder of the training office below the real office's folder."""

    def __init__(self, home: Path) -> None:
        self.folder = home / FOLDER
        self._current = self.folder / "current.json"
        self._progress = self.folder / "progress.json"
        self._wanted = self.folder / "wanted"
        self._lock = self.folder / "lock"

    def home_of(self, generation: str) -> Path:
        return self.folder / generation

    def current(self) -> Copy | None:
        """Return the copy in use; None when none was ever made."""
        said = _read(self._current)
        if said is None:
            return None
        return Copy.from_json(said)

    def put_in_use(self, copy: Copy) -> None:
        """Let everybody use this copy from now on, in one step."""
        _write(self._current, asdict(copy))

    def ask(self) -> bool:
        """Ask for a new copy; False when one is asked for or being made already."""
        self._make_folder()
        if self.is_being_made():
            return False
        try:
            os.close(os.open(self._wanted, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except FileExistsError:
            return False
        return True

    def is_asked_for(self) -> bool:
        return self._wanted.exists()

    def is_being_made(self) -> bool:
        """Say whether a process makes a copy now."""
        if not self._lock.exists():
            return False
        with self._lock.open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return True
        return False

    @contextmanager
    def making(self) -> Iterator[bool]:
        """Hold the right to make a copy; gives False when another process holds it. It ends with the process."""
        self._make_folder()
        with self._lock.open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                yield False
                return
            self._wanted.unlink(missing_ok=True)
            yield True

    def tell(self, what: str, *, failed: bool = False) -> None:
        """Write down how far the making has come, for the page; "" when it is over."""
        _write(self._progress, {"what": what, "failed": failed})

    def told(self) -> tuple[str, bool]:
        """Return what was told last, and whether it was a failure."""
        said = _read(self._progress) or {}
        return str(said.get("what", "")), bool(said.get("failed"))

    def generations(self) -> list[str]:
        """Return the copies that have a folder."""
        with suppress(FileNotFoundError):
            return sorted(one.name for one in self.folder.iterdir() if one.is_dir())
        return []

    def _make_folder(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _write(path: Path, said: Mapping[str, Any]) -> None:
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.write_text(json.dumps(said))
    fresh.chmod(0o600)
    fresh.replace(path)
