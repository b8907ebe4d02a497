"""
Many at once: whole lifecycles over the API by two web processes and a worker, processor time told by process.

Whoever calls is a process of its own (client.py) and is not counted. What others measured: docs/performance.md.
"""

import json
import math
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import psycopg

from satupintu.config.bench import client
from satupintu.config.bench.figures import Figure
from satupintu.config.bench.office import PartFailed, ThrowawayOffice
from satupintu.config.bench.server import Running, serve_module, server
from satupintu.lib.ports import free_port

WEB_PROCESSES = 2
# Who spends processor time; the first two are also the names under which these processes ask the database.
WEB, WORKER = "web", "worker"
DATABASE_WEB, DATABASE_WORKER = "database for the web", "database for the worker"
DATABASE_REST = "database, the rest"
PARTS = (WEB, WORKER, DATABASE_WEB, DATABASE_WORKER, DATABASE_REST)
_AT_ONCE = 8
_PEOPLE, _WITHIN_SECONDS = 200, 20.0
_SPIKE_SHARE = 0.12  # of the lifecycles a second that were reached: five times that is over half
_RECOVERED = 2.0  # times the calm p95
PEERS = "best published: 37/s on 16 cores empty, 6.3/s at a million, no recovery from a spike"
AIMS = {"create": 7, "assign": 10, "close": 10, "resolve": 20, "search": 5}


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """What is done again and again: by which part of client.py, in how many calls, and the acts they are counted as."""

    part: str
    what: str
    calls: int
    acts: Sequence[str]


CASE = Lifecycle("steady", "lifecycles of four acts", 5, client.CALLS)
COMPLAINT = Lifecycle("complaints", "lifecycles of a complaint", 6, client.COMPLAINT_CALLS)


@dataclass(frozen=True, slots=True)
class Load:
    """How much is asked."""

    lifecycles: int
    calm_seconds: float
    peak_seconds: float


QUICK = Load(lifecycles=24, calm_seconds=3, peak_seconds=2)
WHOLE = Load(lifecycles=400, calm_seconds=10, peak_seconds=5)


@dataclass(slots=True)
class Office:
    """A running office and who calls it."""

    throwaway: ThrowawayOffice
    running: Running
    worker: int
    plan: dict[str, Any]
    first: int = 1_000  # the next made-up person: their names are of three syllables and more

    def cpu(self) -> dict[str, float]:
        """
        Return the processor seconds so far by who spent them (PARTS).

        Of the database what it did for the web, for the worker, and the rest: log writer, checkpoints, the bench.
        """
        spent = _spent()
        found = {WEB: _tree(spent, self.running.pid), WORKER: _tree(spent, self.worker)}
        url = self.throwaway.database_url
        asked = {name: sum(_own(spent, pid) for pid in _backends(url, name)) for name in found}
        whole = sum(_tree(spent, pid) for pid in _postmaster(url))
        return {
            **found,
            DATABASE_WEB: asked[WEB],
            DATABASE_WORKER: asked[WORKER],
            DATABASE_REST: whole - sum(asked.values()),
        }

    def call(self, part: str, **more: Any) -> dict[str, Any]:
        """Let a part of client.py call. Raises PartFailed when the API did not answer as it must."""
        plan = self.plan | {"part": part, "port": self.running.port, "first": self.first} | more
        asked, answer = (self.throwaway.home / f"client-{uuid4()}{end}" for end in ("", "-answer"))
        asked.write_text(json.dumps(plan))
        subprocess.run(  # noqa: S603  our own program
            [sys.executable, client.__file__, str(asked), str(answer)],
            env=self.throwaway.environment,
            check=True,
        )
        found: dict[str, Any] = json.loads(answer.read_text())
        if "unexpected" in found:
            raise PartFailed(found["unexpected"])
        self.first += len(found.get("took", ())) + len(found.get("done", ()))
        return found


def _postmaster(url: str) -> list[int]:
    """Return the process of a PostgreSQL that listens in a folder of its own; [] for SQLite."""
    folder = unquote(urlsplit(url).hostname or "") or unquote(urlsplit(url).netloc.split("@")[-1])
    if not folder.startswith("/"):
        return []
    return [int((Path(folder) / "data" / "postmaster.pid").read_text().split()[0])]


def _backends(url: str, name: str) -> list[int]:
    """Return the processes of PostgreSQL that serve the programs of this name (PGAPPNAME); [] for SQLite."""
    if not _postmaster(url):
        return []
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE application_name = %s", [name]
        )
        return [pid for (pid,) in rows]


_Spent = dict[int, tuple[int, int, int]]


def _spent() -> _Spent:
    """Return of every process its parent, its ticks, and those of its children that ended: what Linux keeps of them."""
    stats = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it ended meanwhile
            fields = path.read_text().rpartition(")")[2].split()  # a name may hold spaces
            user, system, ended_user, ended_system = map(int, fields[11:15])
            stats[int(path.parent.name)] = (
                int(fields[1]),
                user + system,
                ended_user + ended_system,
            )
    return stats


def processor_seconds(pid: int) -> float:
    """Return what a process and its children have spent so far, also those that ended."""
    return _tree(_spent(), pid)


def _tree(spent: _Spent, root: int) -> float:
    """Return processor seconds of a process and its children, also of those that ended."""
    family: set[int] = set()
    fresh = {root}
    while fresh:
        family |= fresh
        fresh = {pid for pid, (parent, *_ticks) in spent.items() if parent in family} - family
    ticks = sum(sum(spent[pid][1:]) for pid in family if pid in spent)
    return ticks / os.sysconf("SC_CLK_TCK")


def _own(spent: _Spent, pid: int) -> float:
    """Return the processor seconds of one process alone; 0 when it ended meanwhile."""
    return (spent[pid][1] if pid in spent else 0) / os.sysconf("SC_CLK_TCK")


@contextmanager
def opened(throwaway: ThrowawayOffice) -> Iterator[Office]:
    """Serve the office by two web processes, with a worker, to programs that may call as often as they like."""
    plan = throwaway.run("load_plan")
    environment = throwaway.environment | {"SATUPINTU_API_PER_MINUTE": "1000000000"}
    arguments = serve_module("satupintu.config.wsgi:application", WEB_PROCESSES)
    web = environment | {"PGAPPNAME": WEB}
    with (
        worker(environment) as worker_pid,
        server(arguments, web, free_port(), "/masuk/") as running,
    ):
        yield Office(throwaway, running, worker_pid, plan)


@contextmanager
def worker(environment: dict[str, str]) -> Iterator[int]:
    """Run the office's worker, which is found in the database by its name; gives its process."""
    process = subprocess.Popen(
        [sys.executable, "-m", "satupintu.config.cli", "worker"],
        env=environment | {"PGAPPNAME": WORKER},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:  # in the middle of a long step: it may be killed
            process.kill()
            process.wait()


def measure(
    throwaway: ThrowawayOffice, load: Load, empty: float | None, name: str
) -> tuple[list[Figure], float]:
    """
    Return the figures of an office, called `name`, and its lifecycles for each processor second.

    `empty`: those of the empty office, measured in the same run. Raises PartFailed, NoAnswer.
    """
    with opened(throwaway) as office:
        label = f"{throwaway.label}, {name}"
        figures, a_core, a_second = _lifecycles(office, load, empty, label, CASE)
        figures += [*_spike(office, load, label, a_second), *_people(office, label)]
    return figures, a_core


def measure_complaints(
    throwaway: ThrowawayOffice, load: Load, empty: float | None, name: str
) -> tuple[list[Figure], float]:
    """Return the same of complaints: no spike, nobody at once."""
    with opened(throwaway) as office:
        figures, a_core, _a_second = _lifecycles(
            office, load, empty, f"{throwaway.label}, {name}", COMPLAINT
        )
    return figures, a_core


def _lifecycles(
    office: Office, load: Load, empty: float | None, label: str, of: Lifecycle
) -> tuple[list[Figure], float, float]:
    """Return the figures of many lifecycles, and how many for a core's second and a second on the wall."""
    throwaway = office.throwaway
    office.call(of.part, count=4 * _AT_ONCE, at_once=_AT_ONCE)  # warms every process
    throwaway.run("until_read")
    before = office.cpu()
    found = office.call(of.part, count=load.lifecycles, at_once=_AT_ONCE)
    behind = throwaway.run("until_read")  # what the worker does later is part of it too
    after = office.cpu()
    cpu = {part: (after[part] - before[part]) / load.lifecycles for part in PARTS}
    a_core, a_second = 1 / sum(cpu.values()), load.lifecycles / found["seconds"]
    figures = [
        Figure(
            f"{label}: {of.what}, for a core's second",
            a_core,
            "1/s",
            empty,
            f"aim 25; limit: the empty office (aim 0.8); {PEERS}",
        ),
        Figure(f"{label}: {of.what} on the wall, two processes", a_second, "1/s", None, PEERS),
        Figure(
            f"{label}: processor time of a call",
            sum(cpu.values()) * 1000 / of.calls,
            "ms",
            None,
            f"{of.calls} calls a lifecycle; web, worker, database",
        ),
        *(
            Figure(
                f"{label}: processor time of a lifecycle, {part}",
                spent * 1000,
                "ms",
                sum(cpu.values()) * 1000,
                "limit: all together (aim 40)",
            )
            for part, spent in cpu.items()
        ),
        Figure(
            f"{label}: seconds until the worker has read the last of {load.lifecycles} lifecycles",
            behind,
            "s",
            None,
            "after the last answer; its processor time is in the figures",
        ),
        *(_call(label, call, [one[call] for one in found["took"]]) for call in of.acts),
    ]
    return figures, a_core, a_second


def _call(label: str, call: str, seconds: Sequence[float]) -> Figure:
    return Figure(
        f"{label}: {call}, median on the wall with {_AT_ONCE} at once",
        percentile(seconds, 50) * 1000,
        "ms",
        None,
        f"aim for its processor time: {AIMS[call]} ms",
    )


def _spike(office: Office, load: Load, label: str, reached: float) -> list[Figure]:
    """Return how long after a fivefold spike answers come as before it."""
    rate = max(0.5, reached * _SPIKE_SHARE)
    calm, peak = load.calm_seconds, load.peak_seconds
    done = office.call("spike", rate=rate, calm=calm, peak=peak, at_once=64)["done"]
    before = percentile([took for at, took in done if at < calm], 95)
    spiked = percentile([took for at, took in done if calm <= at < calm + peak], 95)
    return [
        Figure(
            f"{label}: p95 of a lifecycle during a fivefold spike",
            spiked * 1000,
            "ms",
            before * 1000,
            f"limit: before it, at {rate:.1f}/s",
        ),
        Figure(
            f"{label}: seconds after the spike until it is as before",
            recovery(done, calm + peak, _RECOVERED * before),
            "s",
            None,
            "aim: a few; no lifecycle that arrived later took over twice the p95 of before",
        ),
    ]


def recovery(done: Sequence[tuple[float, float]], spike_ended: float, usual: float) -> float:
    """Return how long after the spike the last one arrived that took longer than `usual`; 0 when none did."""
    late = [at for at, took in done if at >= spike_ended and took > usual]
    return max(late) - spike_ended if late else 0.0


def _people(office: Office, label: str) -> list[Figure]:
    done = office.call("people", at_once=_PEOPLE, within=_WITHIN_SECONDS)["done"]
    return [
        Figure(
            f"{label}: p95 of a submission, {_PEOPLE} people within {_WITHIN_SECONDS:.0f} s",
            percentile([took for _at, took in done], 95) * 1000,
            "ms",
            150,
            "aim: at most 1; limit: 150 ms",
        )
    ]


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that `share` percent do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * share / 100) - 1)]
