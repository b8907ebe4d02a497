"""verify, audit, replay and demo at the terminal, each as a process of its own."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "workflow" / "tests" / "data"
COMMANDS = ("verify", "audit", "replay", "demo")


@pytest.fixture
def satupintu(new_database, tmp_path):
    """Run the command line on an empty database of its own; returns the finished process."""
    return runner(new_database(), tmp_path)


@pytest.fixture
def office(migrated_database, tmp_path):
    """The same where the tables are there already."""
    return runner(migrated_database(), tmp_path)


def runner(database, folder):
    environment = os.environ | {
        "SATUPINTU_HOME": str(folder / "home"),
        "DATABASE_URL": database,
        "COLUMNS": "100",
        "SATUPINTU_DEBUG": "",
        "LANG": "C.UTF-8",
    }

    def run(*arguments: str, code: int = 0, python: str = "", **more: str):
        command = ["-c", python] if python else ["-m", "satupintu.config.cli", *arguments]
        done = subprocess.run(
            [sys.executable, *command],
            capture_output=True,
            text=True,
            env=environment | more,
            check=False,
            timeout=180,
        )
        assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
        return done

    return run


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_has_an_example(satupintu, name):
    assert f"Example: {'SATUPINTU_HOME' if name == 'demo' else 'satupintu ' + name}" in re.sub(
        r"\s+", " ", satupintu(name, "--help").stdout
    )


@pytest.mark.slow
def test_a_log_is_replayed_once_and_its_chains_are_whole(office):
    log, mapping = str(DATA / "receipt.xes.gz"), str(DATA / "receipt.toml")

    first = office("replay", log, "--map", mapping)
    second = office("replay", log, "--map", mapping)

    assert "1434 cases, 8577 events added, 0 were here already." in first.stdout
    assert re.search(r"1434\s+16\.7%\s+Confirmation of receipt", first.stdout)
    for figure in (
        "116, of which 86 once",
        "47.8 min, 14.1 d, 5.4 d",
        "952 in time, 377 late (28.4%), 105 not finished",
    ):
        assert figure in first.stdout
        assert figure in second.stdout
    assert "0 cases, 0 events added, 8577 were here already." in second.stdout
    assert "Whole: 8577 rows of 1434 cases" in office("audit").stdout

    office(
        python="import django, os\n"
        "os.environ['DJANGO_SETTINGS_MODULE'] = 'satupintu.config.settings'\n"
        "django.setup()\n"
        "from satupintu.workflow.models import Transition\n"
        "row = Transition.objects.filter(case__number='receipt-case-10011', seq=3)\n"
        "assert row.update(actor_name='Somebody else') == 1\n"
    )
    broken = office("audit", code=1)
    assert "receipt-case-10011, row 3" in broken.stderr
    assert "was changed after it was written" in broken.stderr


def test_a_log_that_is_not_there_gets_one_sentence(office):
    failed = office("replay", "none.xes", "--map", str(DATA / "receipt.toml"), code=1)
    assert failed.stderr.strip() == "none.xes: there is no such file."


def test_a_broken_mapping_is_named(satupintu, tmp_path):
    mapping = tmp_path / "map.toml"
    mapping.write_text('name = "x"\ncase = ')
    failed = satupintu("replay", str(DATA / "receipt.xes.gz"), "--map", str(mapping), code=1)
    assert f"{mapping}: is not TOML" in failed.stderr
    assert "Traceback" not in failed.stderr


def test_an_office_that_does_not_exist_is_refused(satupintu):
    failed = satupintu("demo", "--office", "atlantis", code=1)
    assert failed.stderr.strip() == (
        "There is no demo of the office 'atlantis'. There are: bengkalis, sanggau."
    )


@pytest.mark.slow
def test_an_empty_office_is_filled_once_and_its_permits_are_verified(office, tmp_path):
    made = office("demo", "--today", "2026-11-25")
    assert "The demo office sanggau is ready." in made.stdout
    assert re.search(r"darius\s+.*Kepala", made.stdout)
    assert office("audit").stdout.startswith("Whole: ")

    again = office("demo", code=1)
    assert "This office is not empty: it has a profile." in again.stderr

    permit, changed = tmp_path / "permit.pdf", tmp_path / "changed.pdf"
    office(
        python="import django, os, sys, shutil\n"
        "os.environ['DJANGO_SETTINGS_MODULE'] = 'satupintu.config.settings'\n"
        "django.setup()\n"
        "from satupintu.permits.models import Permit\n"
        "from satupintu.documents.queries import path_of\n"
        "one = Permit.objects.filter(state='in_force', valid_until__gte='2027-01-01').first()\n"
        f"shutil.copy(path_of(one.document), {str(permit)!r})\n"
    )
    data = bytearray(permit.read_bytes())
    data[len(data) // 3] ^= 1
    changed.write_bytes(data)

    good = office("verify", str(permit))
    assert "IN FORCE" in good.stdout
    assert "This is a demonstration signature." in good.stdout

    bad = office("verify", str(permit), str(changed), str(tmp_path / "none.pdf"), code=1)
    assert f"{changed}: " in bad.stdout
    assert "none.pdf: cannot be read (No such file or directory)." in bad.stderr


def test_without_a_database_only_the_signature_is_checked(satupintu, tmp_path):
    plain = tmp_path / "plain.pdf"
    plain.write_bytes(b"%PDF-1.4\nnothing")
    database = tmp_path / "nowhere.sqlite3"
    bad = satupintu("verify", str(plain), code=1, DATABASE_URL=f"sqlite:///{database}")
    assert "only the signature was checked" in bad.stdout
    assert not database.exists()
