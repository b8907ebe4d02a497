"""From nothing to an office that an administrator can enter, at the terminal."""

import os
import pty
import select
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]
GIVEN = (
    "--region",
    "61.05",
    "--address",
    "Jalan Contoh 1",
    "--admin",
    "yuni",
    "--admin-name",
    "Yuni",
)
ASK = """
import django
django.setup()
from satupintu.catalogue.models import ServiceVersion
from satupintu.office.models import OfficeProfile, Region
from satupintu.people.models import RoleAssignment
office, held = OfficeProfile.objects.get(), RoleAssignment.objects.get()
print(office.name, office.zone, Region.objects.count(), ServiceVersion.objects.count(), sep="|")
print(held.user.username, held.role, held.unit.name, held.user.check_password("kopi-pagi-hangat"), sep="|")
"""


@pytest.fixture
def environment(new_database, tmp_path: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return kept | {
        "DJANGO_SETTINGS_MODULE": "satupintu.config.settings",
        "SATUPINTU_HOME": str(tmp_path / "home"),
        "SATUPINTU_DEMO": "0",
        "SATUPINTU_ADMIN_PASSWORD": "kopi-pagi-hangat",
        "DATABASE_URL": new_database(),
        "COLUMNS": "200",
    }


@pytest.fixture
def prepared(environment: dict[str, str], migrated_database: Callable[[], str]) -> None:
    """The tables are there already."""
    environment["DATABASE_URL"] = migrated_database()


@pytest.fixture
def init(environment: dict[str, str]) -> Run:
    def run(*options: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "satupintu.config.cli", "office", "init", *options],
            env=environment | more,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=180,
        )

    return run


def ask(environment: dict[str, str]) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", ASK], env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()


@pytest.mark.slow
def test_an_office_is_begun_by_options_and_only_once(
    init: Run, environment: dict[str, str]
) -> None:
    made = init(*GIVEN, "--publish")

    assert (made.returncode, made.stderr) == (0, "")
    name = "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu Kabupaten Sintang"
    assert f"{name} is ready, with 23 services." in made.stdout
    assert "SATUPINTU_ZONE=Asia/Pontianak" in made.stdout
    assert (
        "Sign in as yuni at http://localhost:8000/masuk/petugas/?next=/pengaturan/" in made.stdout
    )
    assert ask(environment) == [
        f"{name}|Asia/Pontianak|91599|23",
        f"yuni|service_admin|{name}|True",
    ]

    again = init(*GIVEN)
    assert again.returncode == 1
    assert "already: it has a profile." in again.stderr


MISTAKES = [
    ((), {"SATUPINTU_DEMO": "1"}, "This begins a real office, and the demo is switched on."),
    ((), {}, "--region is missing."),
    (("--region", "Sangau"), {}, "There is no regency, city or province 'Sangau'."),
    (
        ("--region", "bengk"),
        {},
        "'bengk' may be 14.03 Kabupaten Bengkalis, 17 Bengkulu, 17.01 Kabupaten Bengkulu Selatan,",
    ),
    ((*GIVEN, "--admin", "Yuni A."), {}, "'Yuni A.' cannot be a user name:"),
    ((*GIVEN, "--zone", "WIB"), {}, "--zone: 'WIB' is no time zone."),
    (GIVEN, {"SATUPINTU_ADMIN_PASSWORD": "rahasia"}, "The password is too easy to guess:"),
    (
        GIVEN,
        {"SATUPINTU_ADMIN_PASSWORD": ""},
        "SATUPINTU_ADMIN_PASSWORD (or SATUPINTU_ADMIN_PASSWORD_FILE)",
    ),
]


@pytest.mark.usefixtures("prepared")
def test_each_mistake_gets_one_sentence(init: Run) -> None:
    for options, more, sentence in MISTAKES:
        done = init(*options, **more)

        assert done.returncode == 1, (options, done.stdout)
        assert len(done.stderr.strip().splitlines()) == 1, done.stderr
        assert sentence in done.stderr


def wait_for_hidden_typing(terminal: int) -> None:
    """Wait until what is typed is no longer shown: the program then throws away what was typed before."""
    until = time.monotonic() + 60
    while termios.tcgetattr(terminal)[3] & termios.ECHO:
        assert time.monotonic() < until, "the password would be shown"
        time.sleep(0.01)


@pytest.mark.slow
@pytest.mark.usefixtures("prepared")
def test_a_person_at_a_terminal_is_asked_for_what_is_missing(environment: dict[str, str]) -> None:
    del environment["SATUPINTU_ADMIN_PASSWORD"]
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "satupintu.config.cli", "office", "init"],
        env=environment | {"TERM": "dumb"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,  # the terminal of whoever runs the tests is not asked for a password
    )
    os.close(theirs)
    said = ""
    for question, answer in (
        ("name or code", "Sintank"),
        ("There is no regency", ""),
        ("name or code", "Kabupaten Sintang"),
        ("Name of the office", ""),
        ("Address", "Jalan Contoh 1"),
        ("User name", "yuni"),
        ("full name", "Yuni Astuti"),
        ("password", "kopi-pagi-hangat"),
        ("Repeat", "kopi-pagi-hangat"),
        ("Publish", "n"),
        ("that page says what the office still needs", ""),
    ):
        while question not in said:
            assert select.select([ours], [], [], 60)[0], f"“{question}” is not asked: {said!r}"
            said += os.read(ours, 4096).decode()  # fails when the program has ended
        said = said.partition(question)[2]
        if question in {"password", "Repeat"}:
            wait_for_hidden_typing(ours)
        if answer or question == "Name of the office":
            os.write(ours, f"{answer}\n".encode())

    assert process.wait(timeout=60) == 0
    os.close(ours)
    assert ask(environment)[1].startswith("yuni|service_admin|Dinas Penanaman Modal")
