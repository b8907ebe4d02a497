"""Backup and restore as an office does them: by the command, in processes of their own."""

import hashlib
import os
import re
import shutil
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
            timeout=300,
        )

    def run_python(self, code: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", SETUP + textwrap.dedent(code)],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    def python(self, code: str) -> str:
        done = self.run_python(code)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def add_file(self, content: bytes) -> str:
        sha256 = hashlib.sha256(content).hexdigest()
        path = self.home / "files" / sha256[:2] / sha256[2:4] / sha256
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
        return path.relative_to(self.home).as_posix()


SETUP = """
import django; django.setup()
from pathlib import Path
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
def make_office(tmp_path, migrated_database):
    made = []

    def make(database: str = "") -> Office:
        made.append(Office(tmp_path / f"home{len(made)}", database or migrated_database()))
        return made[-1]

    return make


@pytest.fixture
def office(make_office):
    office = make_office()
    office.python(ADD)
    return office


def answer(result: subprocess.CompletedProcess[str]) -> str:
    return result.stderr.strip()


@pytest.mark.slow
def test_an_encrypted_backup_with_keys_brings_back_every_row_and_file(
    office, make_office, new_database, tmp_path
):
    stored = office.add_file(b"%PDF permit" * 20_000)
    backup = tmp_path / "office.backup"

    saved = office.run("backup", backup, "--encrypt", "--with-keys")
    other = make_office(new_database())  # without any table
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
    assert re.match(
        "The key k[0-9a-f]{6} that opens this backup's personal data is not here.", answer(refused)
    )


@pytest.mark.slow
def test_restore_refuses_to_go_on_without_the_seal_of_the_log(office, make_office, tmp_path):
    office.python(
        "from satupintu.workflow.seals import make_digests\n"
        "from satupintu.people.models import AccountEvent\n"
        "AccountEvent.objects.create(at=at, event='unit_saved')\n"
        "assert make_digests(at=at) == 1"
    )
    backup, other = tmp_path / "office.backup", make_office()
    office.run("backup", backup)
    (other.home / "keys").mkdir(parents=True)
    shutil.copy(office.home / "keys" / "field.keys", other.home / "keys")

    refused = other.run("restore", backup)
    shutil.copytree(office.home / "keys" / "seal", other.home / "keys" / "seal")
    restored = other.run("restore", backup)

    assert refused.returncode == 1
    assert answer(refused).startswith(
        "The office's seal (seal.pem) under which this backup's log was sealed is not here."
    )
    assert restored.returncode == 0, answer(restored)
    assert other.run("audit").stdout.startswith("Whole: 0 rows of 0 cases, 1 seals.")


# --- Files that are not there -----------------------------------------------------------------


NAME_FILE = """
from satupintu.documents.models import StoredFile
StoredFile.objects.create(sha256="{sha256}", size=7, media_type="application/pdf", stored_at=at)
"""


@pytest.mark.slow
def test_a_backup_names_the_files_that_rows_name_and_the_disk_has_not(
    office, make_office, tmp_path
):
    stored = office.add_file(b"permit!")
    office.python(NAME_FILE.format(sha256=Path(stored).name))
    (office.home / stored).unlink()
    backup = tmp_path / "office.backup"

    saved = office.run("backup", backup, "--encrypt", "--with-keys")
    restored = make_office().run("restore", backup)

    name = stored.removeprefix("files/")
    assert saved.returncode == 1
    assert answer(saved) == f"The stored file {name} is missing on this disk, and a row names it."
    assert restored.returncode == 1
    assert answer(restored).endswith(
        f"The stored file {name} was missing when this backup was made."
    )


@pytest.mark.slow
def test_a_file_that_is_erased_while_the_backup_is_made_stays_erased(office, make_office, tmp_path):
    stored = office.add_file(b"permit!")
    office.python(NAME_FILE.format(sha256=Path(stored).name))
    backup = tmp_path / "office.backup"

    # The worker erases the file by law after the rows were read and before the file is.
    office.python(f"""
        from django.conf import settings
        from satupintu.config.backup.make import make_backup
        from satupintu.documents.models import StoredFile

        def tell(what, number, total):
            if what == "files":
                StoredFile.objects.update(erased_at=at)
                (settings.HOME / "{stored}").unlink()

        made = make_backup(Path("{backup}"), at=at, passphrase="", with_keys=False, tell=tell)
        assert made.missing == []
    """)
    other = make_office()
    restored = other.run("restore", backup, "--without-keys")

    assert restored.returncode == 0, answer(restored)
    assert (
        other.python(
            "from satupintu.documents.models import StoredFile\n"
            "print(StoredFile.objects.get().erased_at.isoformat())"
        )
        == "2026-11-25T08:00:00.123456+00:00"
    )
    assert other.run("audit").returncode == 0


# --- A lost key -------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_lost_key_is_never_replaced_by_a_new_one(office, tmp_path):
    key = office.home / "keys" / "field.keys"
    kept = key.read_text()
    key.unlink()

    backup = office.run("backup", tmp_path / "office.backup")
    migrate = office.run("migrate")
    write = office.run_python(ADD)

    for refused in (backup, migrate):
        assert refused.returncode == 1
        assert answer(refused) == (
            f"{key} is missing, and the database needs it (people_party holds encrypted values)."
            " Put the office's copy of it back; a new key would open nothing."
        )
    assert "is missing, and the database needs it" in answer(write)
    assert not key.exists()
    assert not (tmp_path / "office.backup").exists()
    key.write_text(kept)
    assert NIK in office.python(READ)


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
