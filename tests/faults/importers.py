"""Two importers of the same rows at once, one of them killed at random moments: what came in, and how often."""

import json
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from offices import command

from satupintu.imports.tests.files import as_csv, sicantik_line
from satupintu.imports.tests.processes import LONGEST_SECONDS, begin, child, finish

MOST = 900  # rows: the numbers of sicantik_line have three digits
_LATEST_KILL_SECONDS = 1.0


def two_importers(
    environment: dict[str, str],
    chance: Random,
    *,
    rows: int,
    kills: int,
    tell: Callable[[str], None] = lambda _what: None,
) -> dict[str, Any]:
    """
    Let two processes import two files of the same rows (the second has one more), and kill one of them again and again.

    What a killed one had claimed waits for the next turn; the other one goes on. In the last turn nobody is killed.
    Return what is there then; `problems` must be empty.
    """
    assert rows < MOST
    folder = Path(environment["SATUPINTU_HOME"])
    folder.mkdir(parents=True, exist_ok=True)
    command(environment, "migrate")
    lines = [_line(number) for number in range(1, rows + 1)]
    files = [
        as_csv(folder / "satu.csv", lines),
        as_csv(folder / "dua.csv", [*lines[::-1], _line(rows + 1)], separator=";"),
    ]
    finish(child(environment, "prepare", *files))
    killed, turn = 0, 0
    for turn in range(1, kills + 1):
        tell(f"two importers, kill {turn} of {kills}")
        killed += _kill_one(environment, turn, chance)
    tell("two importers, to the end")
    last = [child(environment, "run", turn + 1) for _which in range(2)]
    begin(last)
    for one in last:
        finish(one)
    found = json.loads(finish(child(environment, "report")))
    return _judged(found, rows + 1) | {"kills": killed}


def _line(number: int) -> dict[str, str]:
    """Return a row of somebody with an identity number of their own."""
    day, month, year = 41 + number % 28, 1 + number % 12, 90 - number // 84
    return sicantik_line(number, NIK=f"610301{day:02}{month:02}{year:02}9999")


def _kill_one(environment: dict[str, str], turn: int, chance: Random) -> int:
    """Let two work, kill one of them, wait for the other; return 1, or 0 when it had ended before."""
    both = [child(environment, "run", turn) for _which in range(2)]
    begin(both)
    victim = both.pop(chance.randrange(2))
    time.sleep(chance.uniform(0, _LATEST_KILL_SECONDS))
    victim.kill()
    victim.communicate(timeout=LONGEST_SECONDS)
    finish(both[0])
    return int(victim.returncode == -signal.SIGKILL)


def _judged(found: dict[str, Any], rows: int) -> dict[str, Any]:
    outcomes: Counter[str] = sum((Counter(one) for one in found["rows"].values()), Counter())
    problems = [f"importers: {one}" for one in found["broken"]]
    if outcomes != {"done": rows, "duplicate": rows - 1} or found["stages"] != ["done", "done"]:
        problems.append(f"importers: rows ended as {dict(outcomes)}, imports as {found['stages']}")
    if found["cases"] != rows or found["permits"] != rows:
        problems.append(f"importers: {found['cases']} cases, {found['permits']} permits of {rows}")
    if found["shared"]:
        problems.append(f"importers: {found['shared']} numbers are shared")
    return {
        "imported": outcomes["done"],
        "told": found["told"],  # of the second one's rows: each names the case that was first
        "twice": found["cases"] - rows,
        "shared": found["shared"],
        "problems": problems,
    }
