"""Programs of npm that stand for somebody else's server in the tests."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from satupintu.messaging.tests.sms_bench import needs, until


def installed(folder: Path) -> Path:
    """Return a copy of `folder` with what its package-lock.json names, made once for all workers; skips without npm."""
    needs("node", "npm")
    made = Path(os.environ["SATUPINTU_TESTS_FOLDER"]) / folder.name
    done, failed = made / "done", made / "failed"
    try:
        made.mkdir()
    except FileExistsError:
        until(lambda: done.exists() or failed.exists(), 180)
    else:
        for path in folder.iterdir():
            shutil.copy(path, made / path.name)
        run = subprocess.run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(made)],
            capture_output=True, text=True, timeout=170, check=False,
        )  # fmt: skip
        (done if run.returncode == 0 else failed).write_text(run.stderr[-400:])
    if failed.exists():
        pytest.skip(f"npm could not install {folder.name}: {failed.read_text()}")
    return made
