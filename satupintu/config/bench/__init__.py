"""
How fast the product is, each figure beside a limit that was measured in the same run (docs/performance.md).

Everything happens in throwaway offices: one on SQLite, one on a PostgreSQL started for the purpose.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from satupintu.config.bench import load, many, messages, pages, starting
from satupintu.config.bench.figures import Figure, from_json
from satupintu.config.bench.office import ThrowawayOffice, throwaway_office
from satupintu.lib.postgres import NoPostgres, kept_postgres, throwaway_postgres

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Size:
    """How much work a run does."""

    rounds: int  # cases taken through all steps, each way
    permits: int  # for each of the two processes
    requests: int  # of one burst
    bursts: int  # of each page and each limit
    journeys: int
    starts: int
    arriving: int  # messages that come in, as fast as the aim says
    told: int  # messages that go out
    rows: int = 30
    pages_on_postgres: bool = False


QUICK = Size(
    rounds=4, permits=16, requests=40, bursts=1, journeys=2, starts=1, arriving=200, told=200
)
WHOLE = Size(
    rounds=25,
    permits=100,
    requests=240,
    bursts=3,
    journeys=10,
    starts=5,
    arriving=5000,  # within a minute
    told=1000,
    pages_on_postgres=True,
)


def run(size: Size, tell: Tell) -> list[Figure]:
    """Measure everything; `tell` hears what is being done. Takes under a minute with QUICK."""
    found: list[Figure] = []
    with throwaway_office("SQLite") as office:
        found += measure_office(office, size, tell, with_pages=True)
        tell("start")
        found += starting.measure(office, size.starts)
    try:
        with _postgres() as office:
            found += measure_office(office, size, tell, with_pages=size.pages_on_postgres)
            tell(f"{office.label}: messages")
            found += messages.measure(office, size.arriving, size.told)
    except NoPostgres as error:
        found.append(Figure("PostgreSQL: not measured", None, "", None, str(error)))
    return found


def run_with(
    cases: int,
    how_much: load.Load,
    tell: Tell,
    keep: Path | None = None,
    what: str = many.CASES,
) -> list[Figure]:
    """
    Measure on PostgreSQL what grows with the cases, or with the complaints: in an empty office, with few, with many.

    `keep`: the folder in which the large office stays, and is found again by the next run (None: it is thrown away).
    Raises NoPostgres, PartFailed, NoAnswer.
    """
    with _postgres() as office:
        tell(f"{office.label}: lifecycles, empty")
        office.run("set_up")
        found, empty = many.MEASURES[what](office, how_much, None, "empty")
    with _postgres() as office:
        few = many.read_few(office, what, tell)
    with _postgres() if keep is None else _kept(keep) as office:
        return found + many.measure(office, cases, how_much, few, empty, what=what, tell=tell)


@contextmanager
def _postgres() -> Iterator[ThrowawayOffice]:
    with ExitStack() as opened:
        url = opened.enter_context(throwaway_postgres(durable=True))
        yield opened.enter_context(throwaway_office("PostgreSQL", url))


@contextmanager
def _kept(folder: Path) -> Iterator[ThrowawayOffice]:
    home = folder / "home"
    with kept_postgres(folder / "pg") as url:
        home.mkdir(exist_ok=True)
        yield ThrowawayOffice("PostgreSQL", home, url)


def measure_office(
    office: ThrowawayOffice, size: Size, tell: Tell, *, with_pages: bool
) -> list[Figure]:
    """Measure one empty throwaway office. Raises PartFailed, BadPage, NoAnswer."""
    tell(f"{office.label}: making an office")
    office.run("set_up")
    tell(f"{office.label}: steps of a case")
    found = from_json(office.run("writes", rounds=size.rounds))
    tell(f"{office.label}: permits")
    found += _permits(office, size.permits)
    if with_pages:
        tell(f"{office.label}: pages")
        try:
            found += pages.measure(
                office,
                requests=size.requests,
                bursts=size.bursts,
                journeys=size.journeys,
                rows=size.rows,
            )
        except pages.BadPage as error:  # the other figures are worth having
            found.append(Figure(f"{office.label}: pages not measured", None, "", None, str(error)))
    return found


def _permits(office: ThrowawayOffice, each: int) -> list[Figure]:
    """Return permits per second on both cores, against rendering and signing alone."""
    ids = office.run("approved", count=2 * (each + 1))
    marks = [str(office.home / "ready-1"), str(office.home / "ready-2")]
    shares = [ids[: each + 1], ids[each + 1 :]]
    with ThreadPoolExecutor(2) as two:
        done = list(
            two.map(
                lambda n: office.run("issue_all", ids=shares[n], here=marks[n], other=marks[1 - n]),
                (0, 1),
            )
        )
    seconds = max(one["ended"] for one in done) - min(one["began"] for one in done)
    alone = office.run("signed_only", permits=2 * each)
    return [
        Figure(
            f"{office.label}: signed, numbered, logged permits on two processes",
            2 * each / seconds,
            "permits/s",
            alone["per_second"],
            "aim: 40 or more; limit: rendered and signed only",
        ),
        Figure(
            f"{office.label}: CPU of a signed, numbered, logged permit",
            sum(one["cpu"] for one in done) * 1000 / (2 * each),
            "ms",
            alone["cpu_ms"],
            "limit: rendered and signed only",
        ),
    ]
