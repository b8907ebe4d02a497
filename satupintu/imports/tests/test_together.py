"""Two importers at once, in processes of their own: no case comes in twice, and each is told who was first."""

import json
import os
import signal
from collections import Counter

from satupintu.imports.rules import CHUNK_RUN
from satupintu.imports.tests.files import as_csv, sicantik_line
from satupintu.imports.tests.processes import begin, child, finish

ROWS = 70


def at_once(environment, *commands):
    """Run commands that begin at one moment, and return what each said."""
    running = [child(environment, *one) for one in commands]
    begin(running)
    return [finish(one).strip() for one in running]


def test_two_importers_of_the_same_rows_and_of_the_same_file(migrated_database, tmp_path):
    environment = {
        **os.environ,
        "DATABASE_URL": migrated_database(),
        "SATUPINTU_HOME": str(tmp_path),
    }
    lines = [sicantik_line(n) for n in range(1, ROWS + 1)]
    first = as_csv(tmp_path / "satu.csv", lines)
    second = as_csv(tmp_path / "dua.csv", [*lines[::-1], sicantik_line(ROWS + 1)], separator=";")
    finish(child(environment, "prepare", first, second))

    # A worker is killed in the middle of its second chunk: the first is whole, of the second nothing is there.
    killed = child(environment, "die")
    killed.communicate(timeout=200)
    assert killed.returncode == -signal.SIGKILL
    found = json.loads(finish(child(environment, "report")))
    assert (found["cases"], found["broken"]) == (CHUNK_RUN, [])

    at_once(environment, ["run"], ["run"])  # each goes on with an import
    found = json.loads(finish(child(environment, "report")))
    assert (found["stages"], found["broken"]) == (["done", "done"], [])
    counts = Counter(found["rows"]["satu.csv"]) + Counter(found["rows"]["dua.csv"])
    assert counts == {"done": ROWS + 1, "duplicate": ROWS}
    assert found["told"] == ROWS  # each names the case that was first
    assert found["cases"] == found["permits"] == ROWS + 1

    third = as_csv(tmp_path / "tiga.csv", [sicantik_line(900)])
    said = at_once(environment, ["receive", third], ["receive", third])
    assert sorted(said) == ["received", "same"]
