"""
Make sure the programs that the tests drive are installed; install them on Debian as root, else say
what to do.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path


def has_program(*names: str) -> bool:
    return any(shutil.which(name) or Path("/usr/sbin", name).exists() for name in names)


def has_postgres() -> bool:
    return bool(shutil.which("initdb")) or any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


def has_softhsm() -> bool:
    return has_program("softhsm2-util") and any(Path("/usr").glob("lib*/**/libsofthsm2.so"))


# What a test needs, whether it is there, and Debian's package of it.
NEEDS = [
    (
        "Chromium",
        lambda: has_program("chromium", "chromium-browser", "google-chrome"),
        "chromium chromium-headless-shell fonts-dejavu-core",
    ),
    ("PostgreSQL server", has_postgres, "postgresql"),
    ("gettext", lambda: has_program("msgfmt"), "gettext"),
    ("poppler-utils", lambda: has_program("pdfsig"), "poppler-utils"),
    ("qpdf", lambda: has_program("qpdf"), "qpdf"),
    ("SoftHSM 2", has_softhsm, "softhsm2"),
    ("curl", lambda: has_program("curl"), "curl"),
    ("ClamAV daemon", lambda: has_program("clamd"), "clamav-daemon"),
]


def missing() -> list[tuple[str, str]]:
    return [(name, package) for name, is_there, package in NEEDS if not is_there()]


def can_install() -> bool:
    return (
        os.geteuid() == 0 and bool(shutil.which("apt-get")) and Path("/etc/debian_version").exists()
    )


def install(packages: list[str]) -> bool:
    print(f"Installing {', '.join(packages)} ...", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "-qq", "update"],
        ["apt-get", "-qq", "install", "-y", "--no-install-recommends", *" ".join(packages).split()],
    ):
        if subprocess.run(
            command, env=quiet, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False
        ).returncode:
            return False
    return True


def main() -> int:
    lacking = missing()
    if lacking and can_install() and install([package for _, package in lacking]):
        lacking = missing()
    if lacking:
        names = ", ".join(name for name, _ in lacking)
        packages = " ".join(package for _, package in lacking)
        print(
            f"The tests need {names}: install them (Debian: apt-get install {packages})"
            " and run this again.",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
