"""
What an office loses under load when processes and database let it down, on each database: `make faults`.

Real processes serve; people, programs, officers and a bank use them over HTTP, and remember what they were answered.
The database is restarted at random moments, a backup is taken and restored elsewhere, and one process after another is
killed with SIGKILL and comes back; the last kill takes all at once. Then everything acknowledged is looked for,
registers are counted through, and the log is audited.
"""

import argparse
import random
import sys
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from offices import beside, for_serving, office_on, restartable, run
from storm import Plan, Storm

from satupintu.lib.postgres import NoPostgres

DATABASES = ("SQLite", "PostgreSQL")
Rows = list[tuple[str, str]]


def measure(database: str, plan: Plan) -> tuple[Rows, list[str]]:
    """Return the rows of one database, and what is not as it must be. Raises NoPostgres."""
    with office_on(database) as made, ExitStack() as opened:
        environment = for_serving(made)
        run(environment, "prepare")
        if database == "PostgreSQL":
            server = opened.enter_context(restartable(environment["DATABASE_URL"]))
            plan = replace(plan, restart=server)
        found = Storm(environment, replace(plan, restored=beside(environment))).run()
    return rows_of(found), found["problems"]


def rows_of(found: dict[str, Any]) -> Rows:
    """Return what a table says of what was found."""
    killed = ", ".join(f"{name} {times}" for name, times in sorted(found["killed"].items()))
    rows = [("kills at random moments", f"{found['kills']} ({killed}, then all)")]
    rows += [
        (f"{kind}s acknowledged, lost", f"{times}, {found['lost'][kind]}")
        for kind, times in found["acknowledged"].items()
    ]
    restarts = found.get("restarts")
    restored = ", ".join(f"{table} {number}" for table, number in found["restored"].items())
    return [
        *rows,
        ("numbers shared", str(found["shared"])),
        ("applications or payments taken twice", str(found["twice"])),
        ("restarts of the database", str(restarts) if restarts else "it is no server"),
        ("answers 503 with advice during them", str(found["refused"]) if restarts else "-"),
        ("answers 500", str(found["wrong"])),
        ("acknowledged while a backup was taken", str(found["during_backup"])),
        ("rows restored that equal the living", restored),
        ("log, tables, registers, files", "broken" if found["problems"] else "whole"),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--restarts", type=int, default=5)
    parser.add_argument("--seed", default="", help="repeats the moments of an earlier run")
    given = parser.parse_args()
    seed = given.seed or str(random.SystemRandom().randrange(10**6))
    print(f"Seed: {seed} (--seed repeats its moments)", flush=True)
    columns: dict[str, dict[str, str]] = {}
    failed = []
    for database in DATABASES:
        try:
            rows, problems = measure(database, Plan(seed, given.kills, given.restarts))
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
