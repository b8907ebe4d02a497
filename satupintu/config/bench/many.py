"""What grows with the number of cases: one office, measured with 1,000 cases, and again with as many as one wants."""

from collections.abc import Callable

from satupintu.config.bench import load
from satupintu.config.bench.figures import Figure
from satupintu.config.bench.office import ThrowawayOffice

FEW = 1_000
ROUNDS = 5
Reads = dict[str, dict[str, float]]


def measure(
    office: ThrowawayOffice,
    cases: int,
    how_much: load.Load,
    empty: float,
    tell: Callable[[str], None],
) -> list[Figure]:
    """
    Return every read with few and with `cases` cases, and the load that the office then carries.

    `empty`: lifecycles for a core's second in an empty office. Who applies over the API is no demo's person, so that
    nothing can be generated after it: the empty office is another one.

    Raises PartFailed, NoAnswer. A million cases take an hour or two to make.
    """
    tell(f"{office.label}: making an office")
    office.run("set_up")
    found = []
    tell(f"{office.label}: {FEW:,} cases")
    office.run("fill", cases=FEW)
    few: Reads = office.run("timed_reads", rounds=ROUNDS)
    tell(f"{office.label}: {cases:,} cases")
    made = office.run("fill", cases=cases)
    found.append(
        Figure(
            f"{office.label}: rows written by `satupintu generate`",
            made["rows"] / made["seconds"],
            "rows/s",
            None,
            f"{made['rows']:,} rows, with telling the patterns",
        )
    )
    tell(f"{office.label}: reads with {cases:,} cases")
    found += compared(
        few, office.run("timed_reads", rounds=ROUNDS), office.label, (FEW, made["cases"])
    )
    tell(f"{office.label}: lifecycles with {cases:,} cases")
    return found + load.measure(office, how_much, empty, f"{cases:,} cases")[0]


def compared(few: Reads, many: Reads, label: str, counts: tuple[int, int]) -> list[Figure]:
    """Return the time of each read with many cases beside the time of the same read with few."""
    found = []
    for name, one in many.items():
        before = few.get(name, {})
        note = f"aim: at most 1.3; limit: with {counts[0]:,} cases; {one.get('statements', 0):.0f} statements"
        if "status" in one or "status" in before:
            note = f"not measured: answered {one.get('status', before.get('status')):.0f}"
        found.append(
            Figure(
                f"{label}: {name}, {counts[1]:,} cases", one.get("ms"), "ms", before.get("ms"), note
            )
        )
    return found
