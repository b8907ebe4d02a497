"""Backup and restore as an office does them: by the command, in processes of their own."""

import hashlib
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

PASSPHRASE = "kopi-tubruk-di-warung-sebelah"
NIK = "6103010101909999"


class Office:
    """An office with its own folder and database, used through the command line."""

    def __init__(self, home: Path, database: str) -> None:
        self.home = home
        self.environment = {
            **os.environ,
            "SATUPINTU_HOME": str(home),
            "DATABASE_URL": database,
            "SATUPINTU_BACKUP_PASSPHRASE": PASSPHRASE,
        }

    def run(self, *arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "satupintu.config.cli", *map(str, arguments)],
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def python(self, code: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", SETUP + textwrap.dedent(code)],
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        ).stdout.strip()

    def add_file(self, content: bytes) -> str:
        sha256 = hashlib.sha256(content).hexdigest()
        path = self.home / "files" / sha256[:2] / sha256[2:4] / sha256
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
        return path.relative_to(self.home).as_posix()


SETUP = """
import django; django.setup()
from datetime import datetime, UTC
from django.db import transaction
from satupintu.people.models import Party
at = datetime(2026, 11, 25, 8, 0, 0, 123456, tzinfo=UTC)
"""
ADD = (
    f'Party.objects.create(name="Sari – ibu\\n2", identity="{NIK}", region="61.03", created_at=at)'
)
READ = """
for party in Party.objects.order_by("id"):
    print(party.id, party.name, party.identity, party.created_at.isoformat())
"""


@pytest.fixture
def make_office(tmp_path, new_database):
    made = []

    def make() -> Office:
        made.append(Office(tmp_path / f"home{len(made)}", new_database()))
        return made[-1]

    return make


@pytest.fixture
def office(make_office):
    office = make_office()
    assert office.run("migrate").returncode == 0
    office.python(ADD)
    return office


def answer(result: subprocess.CompletedProcess[str]) -> str:
    return result.stderr.strip()


@pytest.mark.slow
def test_an_encrypted_backup_with_keys_brings_back_every_row_and_file(
    office, make_office, tmp_path
):
    stored = office.add_file(b"%PDF permit" * 20_000)
    backup = tmp_path / "office.backup"

    saved = office.run("backup", backup, "--encrypt", "--with-keys")
    other = make_office()
    restored = other.run("restore", backup)

    assert saved.returncode == 0, answer(saved)
    assert restored.returncode == 0, answer(restored)
    assert "1 files restored, and every one compared" in restored.stdout
    assert other.python(READ) == office.python(READ)
    assert NIK in other.python(READ)
    assert (other.home / stored).read_bytes() == b"%PDF permit" * 20_000
    assert (other.home / "keys/field.keys").read_bytes() == (
        office.home / "keys/field.keys"
    ).read_bytes()
    # New rows get numbers behind the restored ones.
    other.python(ADD)


@pytest.mark.slow
def test_a_backup_taken_while_others_write_holds_one_moment(office, make_office, tmp_path):
    backup = tmp_path / "busy.backup"
    writer = subprocess.Popen(
        [
            sys.executable,
            "-c",
            SETUP + "while True:\n with transaction.atomic():\n  " + ADD + "\n  " + ADD + "\n",
        ],
        env=office.environment,
    )
    try:
        while int(office.python("print(Party.objects.count())")) < 20:
            assert writer.poll() is None
        saved = office.run("backup", backup)
        assert writer.poll() is None
    finally:
        writer.kill()
        writer.wait()

    other = make_office()
    restored = other.run("restore", backup, "--without-keys")

    assert saved.returncode == 0, answer(saved)
    assert restored.returncode == 0, answer(restored)
    count = int(other.python("print(Party.objects.count())"))
    assert count > 20
    assert count % 2 == 1, "one row first, then two in each transaction"


@pytest.mark.slow
def test_restore_refuses_an_office_that_holds_something(office, tmp_path):
    backup = tmp_path / "office.backup"
    office.run("backup", backup)
    before = office.python(READ)

    refused = office.run("restore", backup)

    assert refused.returncode == 1
    assert answer(refused).startswith("This office is not empty (people_party has rows).")
    assert office.python(READ) == before


@pytest.mark.slow
def test_restore_refuses_to_go_on_without_the_key_of_the_personal_data(
    office, make_office, tmp_path
):
    backup = tmp_path / "office.backup"
    office.run("backup", backup)

    refused = make_office().run("restore", backup)

    assert refused.returncode == 1
    assert answer(refused).startswith(
        "The key k1 that opens this backup's personal data is not here."
    )


@pytest.mark.slow
def test_a_damaged_backup_is_refused_with_one_sentence_and_changes_nothing(
    office, make_office, tmp_path
):
    office.add_file(os.urandom(400_000))
    sealed, plain = tmp_path / "sealed", tmp_path / "plain"
    office.run("backup", sealed, "--encrypt")
    office.run("backup", plain)
    other = make_office()

    def refusal(source: Path, change, passphrase: str = PASSPHRASE) -> str:
        path = tmp_path / "changed"
        path.write_bytes(change(source.read_bytes()))
        result = other.run("restore", path, SATUPINTU_BACKUP_PASSPHRASE=passphrase)
        assert result.returncode == 1
        assert len(answer(result).splitlines()) == 1
        return answer(result).removeprefix(f"{path}: ")

    def flip(data: bytes) -> bytes:
        middle = len(data) // 2
        return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]

    assert (
        refusal(sealed, bytes, "bukan-kata-sandinya") == "The passphrase does not open this file."
    )
    assert refusal(sealed, lambda data: data[: 61 + 65_552 * 2]) == "The file is cut off."
    assert refusal(sealed, lambda data: data[:-100]).startswith(
        "The file was changed or cut off near byte"
    )
    assert refusal(sealed, flip).startswith("The file was changed or cut off near byte")
    assert refusal(plain, lambda data: data[:-5000]) == "the file is cut off."
    assert "was changed" in refusal(plain, flip)
    assert "is not a backup" in refusal(plain, lambda _: b"not a backup at all")
    assert not (other.home / "files").exists()


@pytest.mark.slow
def test_a_backup_never_overwrites_a_file_nor_holds_keys_in_the_open(office, tmp_path):
    existing = tmp_path / "precious"
    existing.write_text("old")

    overwriting = office.run("backup", existing)
    open_keys = office.run("backup", tmp_path / "new", "--with-keys")

    assert (overwriting.returncode, open_keys.returncode) == (1, 1)
    assert answer(overwriting) == f"{existing} exists already. Choose another name."
    assert answer(open_keys) == "Keys are only put into an encrypted backup. Add --encrypt."
    assert existing.read_text() == "old"
    assert not (tmp_path / "new").exists()


@pytest.mark.slow
@pytest.mark.postgres
def test_an_office_moves_from_sqlite_to_postgresql_and_back(tmp_path, new_database):
    small = Office(tmp_path / "small", f"sqlite:///{tmp_path}/small.sqlite3")
    small.run("migrate")
    small.python(ADD)
    large = Office(tmp_path / "large", new_database())
    again = Office(tmp_path / "again", f"sqlite:///{tmp_path}/again.sqlite3")

    for source, target, name in ((small, large, "up"), (large, again, "down")):
        source.run("backup", tmp_path / name, "--encrypt", "--with-keys")
        moved = target.run("restore", tmp_path / name)
        assert moved.returncode == 0, answer(moved)

    assert again.python(READ) == large.python(READ) == small.python(READ)
