"""
What was lost when processes were killed at random under load, on each database: `make faults`.

People submit, officers decide, number and sign, the worker reads and seals, all at once; one after another is killed
with SIGKILL and begins again. At the end everything acknowledged is looked for, registers and log are audited.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
DRIVER = Path(__file__).with_name("driver.py")
sys.path.insert(0, str(ROOT))

from satupintu.lib.postgres import NoPostgres, throwaway_postgres  # noqa: E402  after the path


@contextmanager
def office_on(database: str) -> Iterator[dict[str, str]]:
    """Give the environment of a small office made for the purpose. Raises NoPostgres."""
    with ExitStack() as opened:
        folder = Path(tempfile.mkdtemp(prefix="satupintu-faults-"))
        opened.callback(shutil.rmtree, folder, ignore_errors=True)
        url = f"sqlite:///{folder}/office.sqlite3"
        if database == "PostgreSQL":
            url = opened.enter_context(throwaway_postgres(durable=True))
        kept = {key: one for key, one in os.environ.items() if not key.startswith("SATUPINTU_")}
        yield kept | {
            "SATUPINTU_HOME": str(folder / "home"),
            "DATABASE_URL": url,
            "SATUPINTU_LOG": "CRITICAL",
            "PYTHONPATH": str(ROOT),
        }


def run(environment: dict[str, str], scenario: str) -> dict[str, Any]:
    """Return what the driver's scenario found; what it says on the way (its seed) goes to the terminal."""
    done = subprocess.run(  # our own program
        [sys.executable, str(DRIVER), scenario],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", default="", help="repeats the moments of an earlier run")
    given = parser.parse_args()
    failed = 0
    for database in ("SQLite", "PostgreSQL"):
        try:
            with office_on(database) as environment:
                run(environment, "prepare")
                more = {"FAULT_KILLS": str(given.kills)}
                more |= {"FAULT_SEED": given.seed} if given.seed else {}
                found = run(environment | more, "storm")
        except NoPostgres as error:
            print(f"{database}: not measured: {error}")
            continue
        told, lost = found["acknowledged"], found["lost"]
        print(f"{database}: {found['kills']} kills, {found['cases']} cases")
        for kind in told:
            print(f"  {kind}: {told[kind]} acknowledged, {lost[kind]} lost")
        print(f"  numbers shared: {found['shared']}")
        whole = "whole" if not found["problems"] else "; ".join(found["problems"])
        print(f"  log, tables and registers: {whole}")
        failed += bool(found["problems"] or found["shared"] or any(lost.values()))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
