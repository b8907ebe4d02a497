"""What the real processes of an office keep when they are killed, its database restarted, its backup taken: under load."""

import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from load import Load
from offices import run
from served import Served

from satupintu.fees.providers.simulator.server import Bank

_LONGEST_SECONDS = 240


@dataclass(frozen=True)
class Plan:
    """What happens under the load, in this order; the last kill takes all processes at once."""

    seed: str
    kills: int
    restarts: int = 0
    restart: Callable[[], None] | None = None  # of the database's own server
    restored: dict[str, str] | None = None  # the environment of an empty office for the backup


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
        known = run(self.environment, "plan", program="inside")
        port = int(self.environment["SATUPINTU_PAYMENT_URL"].rpartition(":")[2])
        bank = Bank(secret=known["secret"], kept=Path(known["kept"]), mute=True).start(port)
        self.load = Load(int(self.environment["PORT"]), known, self.chance, bank)
        try:
            with Served(self.environment) as self.served:
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
        for _turn in range(self.plan.restarts):
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
        self.load.remembered.write(self.home / "told-before.json")
        before = self.load.remembered.answers()
        self._command(self.environment, "backup", str(self.home / "office.backup"))
        self.found["during_backup"] = self.load.remembered.answers() - before

    def _restore(self) -> None:
        """Restore the backup elsewhere: all that was acknowledged before it is there, and nothing is half."""
        if self.plan.restored is None:
            return
        home = Path(self.plan.restored["SATUPINTU_HOME"])
        shutil.copytree(self.home / "keys", home / "keys")
        shutil.copy(self.home / "made-at", home)
        self._command(self.plan.restored, "restore", str(self.home / "office.backup"))
        told = str(self.home / "told-before.json")
        found = run(self.plan.restored, "compare", told, program="inside")
        self.found["problems"] += [f"restored: {one}" for one in found["problems"]]
        self.found["restored"] = self._same_rows()

    def _same_rows(self) -> dict[str, int]:
        """Return how many rows that never change the restored office has; each must be as in the living one."""
        assert self.plan.restored is not None
        living = run(self.environment, "rows", program="inside")
        there = run(self.plan.restored, "rows", program="inside")
        for table, kept in there["rows"].items():
            other = [key for key, row in kept.items() if living["rows"][table].get(key) != row]
            if other:
                self.found["problems"].append(f"restored: {table} {other[:3]} differ")
        return {table: len(kept) for table, kept in there["rows"].items()}

    def _command(self, environment: dict[str, str], *arguments: str) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "satupintu.config.cli", *arguments],
            env=environment,
            capture_output=True,
            text=True,
            timeout=_LONGEST_SECONDS,
            check=False,
        )
        if done.returncode:
            self.found["problems"].append(f"{arguments[0]}: {done.stderr[-500:]}")

    def _kill(self) -> None:
        killed = self.found["killed"]
        for _turn in range(self.plan.kills - 1):
            time.sleep(self.chance.uniform(0, 1))
            name = self.served.kill_one(self.chance)
            killed[name] = killed.get(name, 0) + 1
            self.served.wait()
        time.sleep(self.chance.uniform(0, 1))
        self.found["kills"] = self.plan.kills

    def _look(self) -> dict[str, Any]:
        remembered = self.load.remembered
        told = self.home / "told.json"
        remembered.write(told)
        inside = run(self.environment, "compare", str(told), program="inside")
        problems = [*self.found["problems"], *inside["problems"], *remembered.wrong[:5]]
        return {**inside, **self.found, "problems": problems, "wrong": len(remembered.wrong)}
