"""
What an office loses when its processes are killed under load, on each database: `make faults`.

Real processes serve; people, programs, officers and a bank use them over HTTP, and remember what they were answered.
One process after another is killed with SIGKILL at a random moment and comes back; the last kill takes all at once.
Then everything acknowledged is looked for, registers are counted through, and the log is audited.
"""

import argparse
import random
import sys
from typing import Any

from offices import for_serving, office_on, run
from storm import kills

from satupintu.lib.postgres import NoPostgres

DATABASES = ("SQLite", "PostgreSQL")
Rows = list[tuple[str, str]]


def measure(database: str, count: int, seed: str) -> tuple[Rows, list[str]]:
    """Return the rows of one database, and what is not as it must be. Raises NoPostgres."""
    with office_on(database) as made:
        environment = for_serving(made)
        run(environment, "prepare")
        found = kills(environment, count=count, seed=seed)
    return rows_of(found), found["problems"]


def rows_of(found: dict[str, Any]) -> Rows:
    """Return what a table says of what was found."""
    killed = ", ".join(f"{name} {times}" for name, times in sorted(found["killed"].items()))
    rows = [("kills at random moments", f"{found['kills']} ({killed})")]
    for kind, times in found["acknowledged"].items():
        rows.append((f"{kind}s acknowledged, lost", f"{times}, {found['lost'][kind]}"))
    rows += [
        ("numbers shared", str(found["shared"])),
        ("applications or payments taken twice", str(found["twice"])),
        ("answers 500", str(len(found["wrong"]))),
        ("log, tables, registers, files", "broken" if found["problems"] else "whole"),
    ]
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", default="", help="repeats the moments of an earlier run")
    given = parser.parse_args()
    seed = given.seed or str(random.SystemRandom().randrange(10**6))
    print(f"Seed: {seed} (--seed repeats its moments)", flush=True)
    columns: dict[str, dict[str, str]] = {}
    failed = []
    for database in DATABASES:
        try:
            rows, problems = measure(database, given.kills, seed)
        except NoPostgres as error:
            rows, problems = [("", f"not measured: {error}")], []
        columns[database] = dict(rows)
        failed += [f"{database}: {one}" for one in problems]
    print(table(columns))
    for one in failed:
        print(one)
    return 1 if failed else 0


def table(columns: dict[str, dict[str, str]]) -> str:
    """Return the figures as a table: a row for each, a column for each database."""
    names = list(dict.fromkeys(name for rows in columns.values() for name in rows))
    lines = [
        ["", *columns],
        *([name, *(columns[one].get(name, "-") for one in columns)] for name in names),
    ]
    widths = [max(len(line[at]) for line in lines) for at in range(len(lines[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


if __name__ == "__main__":
    sys.exit(main())
