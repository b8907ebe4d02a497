"""The folder of an office: nobody else on the machine reads it."""

import os
import stat
import subprocess
import sys
from pathlib import Path


def test_new_office_is_readable_by_its_own_user_only(tmp_path: Path) -> None:
    home = tmp_path / "offices" / "sanggau"

    subprocess.run(
        [sys.executable, "-c", "from satupintu.config import settings"],
        env={**os.environ, "SATUPINTU_HOME": str(home)},
        check=True,
    )

    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert (home / "keys" / "field.keys").exists()
