"""What the real processes of an office keep when they are killed, its database restarted, its backup taken: under load."""

import random
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from every_row import differing
from load import Load
from offices import command, run
from served import Served

from satupintu.fees.providers.simulator.server import Bank

_LONGEST_SECONDS = 240


def _nobody(_what: str) -> None:
    """Tell nobody how far a storm is."""


@dataclass(frozen=True)
class Plan:
    """What happens under the load, in this order; the last kill takes all processes at once."""

    seed: str
    kills: int
    restarts: int = 0
    restart: Callable[[], None] | None = None  # of the database's own server
    restored: dict[str, str] | None = None  # the environment of an empty office for the backup
    log: Path | None = None  # where the processes' words go; None: into the office's folder
    tell: Callable[[str], None] = field(default=_nobody)  # how far it is


@dataclass
class Storm:
    """One office under load, and who does it harm."""

    environment: dict[str, str]
    plan: Plan

    def __post_init__(self) -> None:
        self.home = Path(self.environment["SATUPINTU_HOME"])
        self.chance = random.Random(self.plan.seed)
        self.found: dict[str, Any] = {"killed": {}, "problems": []}

    def run(self) -> dict[str, Any]:
        """Return what was found; `problems` must be empty."""
        self.plan.tell("the office is made")
        known = run(self.environment, "plan", program="inside")
        port = int(self.environment["SATUPINTU_PAYMENT_URL"].rpartition(":")[2])
        bank = Bank(secret=known["secret"], kept=Path(known["kept"]), mute=True).start(port)
        self.load = Load(int(self.environment["PORT"]), known, self.chance, bank)
        try:
            log = self.plan.log or self.home / "processes.log"
            with Served(self.environment, log) as self.served:
                self.load.start()
                self._wait_for_answers()
                self._restart()
                self._back_up()
                self._kill()
                # the end of `with` is the last kill: all at once, under load
        finally:
            self.load.stop()
            bank.stop()
        self._restore()
        return self._look()

    def _wait_for_answers(self) -> None:
        """Return when something new was acknowledged. Raises TimeoutError."""
        before, until = self.load.remembered.answers(), time.monotonic() + _LONGEST_SECONDS
        while self.load.remembered.answers() == before:
            if time.monotonic() > until:
                raise TimeoutError("nothing is acknowledged any more")
            time.sleep(0.05)

    def _restart(self) -> None:
        """Restart the database at random moments; the processes must go on by themselves."""
        if self.plan.restart is None:
            return
        before = self.served.alive()
        for turn in range(self.plan.restarts):
            self.plan.tell(f"restart {turn + 1} of {self.plan.restarts} of the database")
            time.sleep(self.chance.uniform(0, 2))
            self.plan.restart()
            self._wait_for_answers()
        self.found["restarts"] = self.plan.restarts
        self.found["refused"] = self.load.remembered.statuses[503]
        if self.served.alive() != before:
            self.found["problems"].append("a process ended when the database was restarted")
        if self.load.remembered.unadvised:
            self.found["problems"].append("a 503 that does not say when to try again")

    def _back_up(self) -> None:
        """Take a backup while others write."""
        if self.plan.restored is None:
            return
        self.plan.tell("a backup is taken")
        self.load.remembered.write(self.home / "told-before.json")
        before = self.load.remembered.answers()
        made = run(self.environment, "back_up", str(self.home / "office.backup"), program="inside")
        self.then = {name: (count, digest) for name, (count, digest) in made["tables"].items()}
        self.found["during_backup"] = self.load.remembered.answers() - before

    def _restore(self) -> None:
        """Restore the backup elsewhere: all that was acknowledged before it is there, and nothing is half."""
        if self.plan.restored is None:
            return
        self.plan.tell("the backup is restored")
        home = Path(self.plan.restored["SATUPINTU_HOME"])
        shutil.copytree(self.home / "keys", home / "keys")
        shutil.copy(self.home / "made-at", home)
        command(self.plan.restored, "restore", str(self.home / "office.backup"))
        self._same_tables()
        told = str(self.home / "told-before.json")
        found = run(self.plan.restored, "compare", told, program="inside")
        self.found["problems"] += [f"restored: {one}" for one in found["problems"]]

    def _same_tables(self) -> None:
        """Compare every table of the restored office with the living one at the backup's moment, row by row."""
        assert self.plan.restored is not None
        found = run(self.plan.restored, "tables", program="inside")
        here = {name: (count, digest) for name, (count, digest) in found["tables"].items()}
        other = differing(self.then, here)
        self.found["problems"] += [f"restored: {one}" for one in other]
        self.found["restored"] = {
            "tables": len(here),
            "rows": sum(count for count, _digest in here.values()),
            "differing": len(other),
        }

    def _kill(self) -> None:
        """Kill at random moments; a page must answer before the next one, but the killed need not be back."""
        killed, began = self.found["killed"], time.monotonic()
        for turn in range(self.plan.kills - 1):
            self.plan.tell(f"kill {turn + 1} of {self.plan.kills}")
            time.sleep(self.chance.uniform(0, 1))
            name = self.served.kill_one(self.chance)
            killed[name] = killed.get(name, 0) + 1
            self.served.wait()
        time.sleep(self.chance.uniform(0, 1))
        self.found["kills"] = self.plan.kills
        self.found["kill_seconds"] = round(time.monotonic() - began)

    def _look(self) -> dict[str, Any]:
        self.plan.tell("everything acknowledged is looked for")
        remembered = self.load.remembered
        told = self.home / "told.json"
        remembered.write(told)
        inside = run(self.environment, "compare", str(told), program="inside")
        problems = [*self.found["problems"], *inside["problems"], *remembered.wrong[:5]]
        return {**inside, **self.found, "problems": problems, "wrong": len(remembered.wrong)}
