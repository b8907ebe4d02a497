"""
What an office loses under load when processes and database let it down, on each database: `make faults`.

Real processes serve; people, programs, officers and a bank use them over HTTP, and remember what they were answered.
The database is restarted at random moments, a backup is taken and restored elsewhere, and one process after another is
killed with SIGKILL and comes back; the last kill takes all at once. Then everything acknowledged is looked for,
registers are counted through, and the log is audited. Two importers take in the same rows, and one of them is killed.
The disk of a copy is filled, and everything tried on it.

What the processes say goes into a file that is named at the end; the terminal shows how far it is, and the figures.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import structlog
from every_row import LEFT_OUT
from full import NoSmallDisk, full_disk
from importers import two_importers
from offices import beside, for_serving, office_on, restartable, run
from storm import Plan, Storm

from satupintu.lib.postgres import NoPostgres

DATABASES = ("SQLite", "PostgreSQL")
IMPORTED_ROWS, IMPORTER_KILLS = 400, 3
_LINES_WHEN_BROKEN = 25
Rows = list[tuple[str, str]]


def measure(database: str, plan: Plan) -> tuple[Rows, list[str]]:
    """Return the rows of one database, and what is not as it must be. Raises NoPostgres."""
    began = time.monotonic()
    with office_on(database) as made, ExitStack() as opened:
        environment = for_serving(made)
        run(environment, "prepare")
        full = full_disks(environment, plan.tell)
        if database == "PostgreSQL":
            server = opened.enter_context(restartable(environment["DATABASE_URL"]))
            plan = replace(plan, restart=server)
        found = Storm(environment, replace(plan, restored=beside(environment))).run()
    with office_on(database) as made:
        imported = two_importers(
            made,
            random.Random(plan.seed),
            rows=IMPORTED_ROWS,
            kills=IMPORTER_KILLS,
            tell=plan.tell,
        )
    problems = [*found["problems"], *imported["problems"], *full["problems"]]
    found |= {"problems": problems, "seconds": round(time.monotonic() - began)}
    return rows_of(found, imported, full), problems


def full_disks(environment: dict[str, str], tell: Callable[[str], None]) -> dict[str, Any]:
    """Try a full disk on copies of an office: of everything, then of its files alone."""
    found: dict[str, Any] = {"problems": []}
    for name, whole in (("everything", True), ("files", False)):
        tell(f"a full disk of {name}")
        try:
            one = full_disk(environment, whole=whole)
        except NoSmallDisk as why:
            return {"why": f"not measured: {why}", "problems": found["problems"]}
        found[name] = f"{one['refused']}, {one['went_on']}"
        found["problems"] += one["problems"]
    return found


def rows_of(found: dict[str, Any], imported: dict[str, Any], full: dict[str, Any]) -> Rows:
    """Return what a table says of what was found."""
    killed = ", ".join(f"{name} {times}" for name, times in sorted(found["killed"].items()))
    rows = [("kills at random moments", f"{found['kills']} ({killed}, then all)")]
    rows += [
        (f"{kind}s acknowledged, lost", f"{times}, {found['lost'][kind]}")
        for kind, times in found["acknowledged"].items()
    ]
    restarts, restored = found.get("restarts"), found["restored"]
    return [
        *rows,
        ("numbers shared", str(found["shared"])),
        ("applications or payments taken twice", str(found["twice"])),
        ("restarts of the database", str(restarts) if restarts else "it is no server"),
        ("answers 503 with advice during them", str(found["refused"]) if restarts else "-"),
        ("answers 500", str(found["wrong"])),
        ("acknowledged while a backup was taken", str(found["during_backup"])),
        ("restored: tables, rows, tables that differ",
         f"{restored['tables']}, {restored['rows']}, {restored['differing']}"),
        ("two importers at once: rows imported, kills of one", f"{imported['imported']}, {imported['kills']}"),
        ("rows of theirs told as duplicates, imported twice", f"{imported['told']}, {imported['twice']}"),
        ("numbers shared by them", str(imported["shared"])),
        ("full disk: refused or waiting with a sentence, went on with room",
         full.get("everything", full.get("why", ""))),
        ("the same when only the files' disk is full", full.get("files", full.get("why", ""))),
        ("log, tables, registers, files", "broken" if found["problems"] else "whole"),
        ("minutes, those of the kills", f"{found['seconds'] / 60:.1f}, {found['kill_seconds'] / 60:.1f}"),
    ]  # fmt: skip


class Told:
    """How far a run is: one line that is written over on a terminal; elsewhere one a step, without every kill."""

    def __init__(self, out: Any = sys.stdout) -> None:
        self.out, self.began, self.kind = out, time.monotonic(), ""

    def of(self, database: str) -> Callable[[str], None]:
        return lambda what: self.say(f"{database}: {what}")

    def say(self, what: str) -> None:
        """Tell what is at hand."""
        if self.out.isatty():
            seconds = round(time.monotonic() - self.began)
            line = f"{seconds // 60:2d}:{seconds % 60:02d}  {what}"
            self.out.write(f"\r{line[:79]:79}")
        elif (kind := what.split(" of ", maxsplit=1)[0].rstrip("0123456789")) != self.kind:
            self.kind = kind
            self.out.write(f"{what}\n")
        self.out.flush()

    def end(self) -> None:
        """Leave the place to what comes next."""
        if self.out.isatty():
            self.out.write(f"\r{'':79}\r")


def last_lines(log: Path) -> str:
    """Return the end of what the processes said."""
    lines = log.read_text("utf-8", errors="replace").splitlines()
    return "\n".join(f"  {line[:200]}" for line in lines[-_LINES_WHEN_BROKEN:])


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--restarts", type=int, default=5)
    parser.add_argument("--seed", default="", help="repeats the moments of an earlier run")
    given = parser.parse_args()
    seed = given.seed or str(random.SystemRandom().randrange(10**6))
    print(f"Seed: {seed} (--seed repeats its moments)", flush=True)
    log = Path(tempfile.mkstemp(prefix="satupintu-faults-", suffix=".log")[1])
    with log.open("a") as ours:
        structlog.configure(logger_factory=structlog.PrintLoggerFactory(ours))
        columns, failed = measure_all(Plan(seed, given.kills, given.restarts, log=log))
    print(table(columns))
    for name, why in LEFT_OUT.items():
        print(f"Not compared after the restore: {name} ({why}).")
    for one in failed:
        print(one)
    if failed:
        print(f"\nThe end of {log}:\n{last_lines(log)}")
    print(f"What the processes said: {log}")
    return 1 if failed else 0


def measure_all(plan: Plan) -> tuple[dict[str, dict[str, str]], list[str]]:
    """Return the figures of each database, and what is not as it must be."""
    columns, failed, told = {}, [], Told()
    for database in DATABASES:
        try:
            rows, problems = measure(database, replace(plan, tell=told.of(database)))
        except NoPostgres as error:
            rows, problems = [("", f"not measured: {error}")], []
        except Exception as error:  # noqa: BLE001  the other database is measured all the same
            rows, problems = [("", "broke off")], [f"{type(error).__name__}: {error}"]
        columns[database] = dict(rows)
        failed += [f"{database}: {one}" for one in problems]
    told.end()
    return columns, failed


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
