"""What grows with the number of cases, or of complaints: an office of 1,000, and one of as many as one wants."""

from collections.abc import Callable

from satupintu.config.bench import load
from satupintu.config.bench.figures import Figure
from satupintu.config.bench.office import ThrowawayOffice

FEW = 1_000
ROUNDS = 5
CASES, COMPLAINTS = "cases", "complaints"
MEASURES = {CASES: load.measure, COMPLAINTS: load.measure_complaints}
Reads = dict[str, dict[str, float]]


def read_few(office: ThrowawayOffice, what: str, tell: Callable[[str], None]) -> Reads:
    """Return what every read takes in an empty office that is given a few of `what`. Raises PartFailed."""
    tell(f"{office.label}: {FEW:,} {what}")
    office.run("set_up")
    office.run("fill", cases=FEW, complaints=what == COMPLAINTS)
    found: Reads = office.run("timed_reads", rounds=ROUNDS, complaints=what == COMPLAINTS)
    return found


def measure(
    office: ThrowawayOffice,
    cases: int,
    how_much: load.Load,
    few: Reads,
    empty: float,
    *,
    what: str,
    tell: Callable[[str], None],
) -> list[Figure]:
    """
    Return every read with so many of `what` beside the same with few, and the load that the office then carries.

    `empty`: lifecycles for a core's second in an empty office. Who applies over the API is no demo's person, so that
    nothing can be generated after it: an office that already has its cases is taken as it is.

    Raises PartFailed, NoAnswer. A million cases take an hour or two to make.
    """
    found, of_complaints = [], what == COMPLAINTS
    if not office.run("count"):
        tell(f"{office.label}: making an office")
        office.run("set_up")
    there: int = office.run("count", complaints=of_complaints)
    if there < cases:
        tell(f"{office.label}: {cases:,} {what}")
        made = office.run("fill", cases=cases, complaints=of_complaints)
        there = made["cases"]
        found.append(
            Figure(
                f"{office.label}: rows written by `satupintu generate`",
                made["rows"] / made["seconds"],
                "rows/s",
                None,
                f"{made['rows']:,} rows, with telling the patterns",
            )
        )
    tell(f"{office.label}: reads with {there:,} {what}")
    reads = office.run("timed_reads", rounds=ROUNDS, complaints=of_complaints)
    found += compared(few, reads, office.label, (FEW, there), what)
    tell(f"{office.label}: what is due in an office that nobody watched over")
    office.run("settle")
    tell(f"{office.label}: lifecycles with {there:,} {what}")
    return found + MEASURES[what](office, how_much, empty, f"{there:,} {what}")[0]


def compared(
    few: Reads, many: Reads, label: str, counts: tuple[int, int], what: str = CASES
) -> list[Figure]:
    """Return the time of each read with many cases, or complaints, beside the time of the same read with few."""
    found = []
    for name, one in many.items():
        before = few.get(name, {})
        note = f"aim: at most 1.3; limit: with {counts[0]:,} {what}; {one.get('statements', 0):.0f} statements"
        if "status" in one or "status" in before:
            note = f"not measured: answered {one.get('status', before.get('status')):.0f}"
        found.append(
            Figure(
                f"{label}: {name}, {counts[1]:,} {what}",
                one.get("ms"),
                "ms",
                before.get("ms"),
                note,
            )
        )
    return found
