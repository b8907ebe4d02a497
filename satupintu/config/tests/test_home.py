"""The folder of an office: which it is, who makes it, and that nobody else on the machine reads it."""

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
MAPPING = ROOT / "satupintu" / "workflow" / "tests" / "data" / "receipt.toml"


def test_new_office_is_readable_by_its_own_user_only(tmp_path: Path) -> None:
    home = tmp_path / "offices" / "sanggau"

    subprocess.run(
        [sys.executable, "-c", "from satupintu.config import settings"],
        env={**os.environ, "SATUPINTU_HOME": str(home)},
        check=True,
    )

    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert (home / "keys" / "secret.key").exists()
    assert not (
        home / "keys" / "field.keys"
    ).exists()  # made by its first use, never over a lost one


@pytest.fixture
def satupintu(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the command line in an empty folder with nothing set but what is given."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}

    def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "satupintu.config.cli", *arguments],
            cwd=tmp_path,
            env=kept | {"PYTHONPATH": str(ROOT)} | settings,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


REFUSED = [
    (
        {"OFFICE": "nowhere"},
        "There is no demo of the office 'nowhere'. There are: bengkalis, sanggau.",
    ),
    ({"SATUPINTU_DEMO": "yes"}, "SATUPINTU_DEMO=yes is not understood. Use 1 or 0."),
    (
        {"SATUPINTU_ZONE": "Asia/Sanggau"},
        (
            "SATUPINTU_ZONE=Asia/Sanggau is no time zone."
            " Use Asia/Jakarta, Asia/Pontianak, Asia/Makassar or Asia/Jayapura."
        ),
    ),
    (
        {"SATUPINTU_SIGNER": "pen"},
        "SATUPINTU_SIGNER=pen is not understood. Use one of: demo, pkcs11, bsre, manual.",
    ),
    (
        {"SATUPINTU_LOG": "LOUD"},
        "SATUPINTU_LOG=LOUD is not understood. Use one of: DEBUG, INFO, WARNING, ERROR, CRITICAL.",
    ),
    (
        {"DATABASE_URL": "mysql://office"},
        (
            "DATABASE_URL=mysql://office is not understood."
            " Use sqlite:///path/to/file or postgres://user:password@host:port/name."
        ),
    ),
]


@pytest.mark.parametrize(
    ("settings", "sentence"), REFUSED, ids=[next(iter(one)) for one, _ in REFUSED]
)
def test_a_setting_that_makes_no_sense_stops_the_program_before_anything_is_made(
    satupintu: Callable[..., subprocess.CompletedProcess[str]],
    tmp_path: Path,
    settings: dict[str, str],
    sentence: str,
) -> None:
    done = satupintu("migrate", **settings)

    assert (done.returncode, done.stderr.strip()) == (1, sentence)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["audit"],
        ["backup", "office.backup"],
        ["catalogue", "publish", "none.toml"],
        ["replay", "log.csv", "--map", str(MAPPING)],
    ],
    ids=lambda arguments: arguments[0],
)
def test_a_command_that_needs_an_office_makes_none(
    satupintu: Callable[..., subprocess.CompletedProcess[str]],
    tmp_path: Path,
    arguments: list[str],
) -> None:
    done = satupintu(*arguments)

    assert done.returncode == 1
    assert done.stderr.strip() == (
        f"There is no office in {tmp_path}/var/sanggau, or its tables are not at this version of the program."
        " Name its folder with SATUPINTU_HOME, or run: satupintu migrate."
    )
    assert list(tmp_path.iterdir()) == []


def test_checking_a_file_leaves_nothing_behind(
    satupintu: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    file = tmp_path / "letter.pdf"
    file.write_bytes(b"%PDF-1.4\nnothing")
    service = ROOT / "satupintu" / "catalogue" / "services" / "stpt.v1.toml"

    verified = satupintu("verify", str(file))
    checked = satupintu("catalogue", "check", str(service))

    assert "only the signature was checked" in verified.stdout
    assert checked.stdout.strip() == "No problems found."
    assert list(tmp_path.iterdir()) == [file]


def test_without_a_folder_named_the_command_line_works_on_the_office_of_make_run(
    satupintu: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    home = tmp_path / "var" / "bengkalis"
    home.mkdir(parents=True)
    home.chmod(0o755)  # made for everybody: it is closed, and so is what is made in it

    done = satupintu("migrate", OFFICE="bengkalis")

    assert done.returncode == 0
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "db.sqlite3").stat().st_mode) == 0o600
