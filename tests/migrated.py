"""An SQLite database as the migrations leave it, for all that begin with one."""

import fcntl
import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def migrated_once() -> Path:
    """
    Return the database; whoever asks first makes it, and it is kept from one run to the next.

    Running all migrations takes longer than most files of tests. Its name says by which migrations it was made: those
    of this program and, by the lock file, those of the packages it uses.
    """
    made_by = hashlib.sha256((ROOT / "uv.lock").read_bytes())
    for path in sorted(ROOT.glob("satupintu/*/migrations/*.py")):
        made_by.update(path.name.encode() + path.read_bytes())
    folder = ROOT / ".pytest_cache" / "migrated"
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / f"{made_by.hexdigest()[:16]}.sqlite3"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            for older in folder.glob("*.sqlite3*"):
                older.unlink()
            new = kept.with_suffix(".sqlite3-new")
            subprocess.run(
                [sys.executable, "-m", "satupintu.config.cli", "migrate"],
                env={**os.environ, "DATABASE_URL": f"sqlite:///{new}"}, check=True,
            )  # fmt: skip
            new.replace(kept)  # whole or not at all
    return kept
