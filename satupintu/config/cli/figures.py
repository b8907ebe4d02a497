"""The figures of a replayed log, as tables at the terminal."""

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table

from satupintu.quality.rules import LogFigures, Spread

_FEW = 12  # lines of a table that would go on for pages
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def length(seconds: float) -> str:
    """Return a length of time with the unit that suits it: "35.2 s", "47.8 min", "14.1 d"."""
    for unit, name in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min")):
        if seconds >= unit:
            return f"{seconds / unit:,.1f} {name}"
    return f"{seconds:.1f} s"


def show(found: LogFigures) -> None:
    """Print every figure of the log; of long lists the most frequent."""
    console = Console(highlight=False)
    for table in _tables(found):
        console.print(table)


def _tables(found: LogFigures) -> Iterable[Table]:
    yield _table(("Figure", "Value"), _summary(found), title="The log as it stands in our own")
    yield _table(
        ("Cases", "Events", "Share", "Activity"),
        (
            (f"{found.activity_cases[name]}", f"{n}", f"{n / found.events:.1%}", name)
            for name, n in found.activities.items()
        ),
    )
    for head, counter in (("First activity", found.start), ("Last activity", found.end)):
        yield _table(("Cases", head), ((f"{n}", name) for name, n in counter.items()))
    yield _table(
        ("Times", "Median", "Mean", "One activity directly after another"),
        (
            (f"{edge.count}", length(edge.median), length(edge.mean), f"{one} → {two}")
            for (one, two), edge in [*found.edges.items()][:_FEW]
        ),
    )
    yield _table(
        ("Cases", "Share", "Way of a case"),
        (
            (f"{n}", f"{n / found.cases:.1%}", " → ".join(trace))
            for trace, n in found.variants.most_common(5)
        ),
    )
    for head, spreads in (("Channel", found.channels), ("Department", found.departments)):
        if any(spreads):
            yield _table(
                ("Cases", "Median", "90 of 100 within", head),
                (
                    (f"{one.count}", length(one.median), length(one.p90), name or "not told")
                    for name, one in spreads.items()
                ),
            )
    for head, counter in (("Resource", found.resources), ("Group", found.groups)):
        if any(counter):
            yield _table(
                ("Events", head),
                ((f"{n}", name or "not told") for name, n in counter.most_common(_FEW)),
            )
    yield _table(("Arrived", "Month"), ((f"{n}", month) for month, n in found.months.items()))
    yield _table(
        ("Arrived", "Weekday"), ((f"{n}", _WEEK[day]) for day, n in found.weekdays.items())
    )


def _summary(found: LogFigures) -> Iterable[tuple[str, str]]:
    mean, median, most = found.events_a_case
    yield "Cases", f"{found.cases}"
    yield "Events", f"{found.events}"
    yield "Different activities", f"{len(found.activities)}"
    yield (
        "Different ways of a case",
        f"{len(found.variants)}, of which {found.single_variants} once",
    )
    yield (
        "First event (UTC)",
        f"{found.first_at.replace(tzinfo=None).isoformat(' ', 'milliseconds')}",
    )
    yield "Last event (UTC)", f"{found.last_at.replace(tzinfo=None).isoformat(' ', 'milliseconds')}"
    yield from _lengths("Time of a case", found.seconds)
    yield "Cases with no length", f"{found.seconds.zero}"
    if found.seconds_of_longer is not None:
        one = found.seconds_of_longer
        yield (
            f"Of the {one.count} cases with more than one event",
            f"median {length(one.median)}, 90 of 100 within {length(one.p90)}",
        )
    yield "Events a case", f"mean {mean:.2f}, median {median:g}, most {most}"
    yield "Cases in which an activity comes twice", f"{found.reworked}"
    yield "Resources, groups", f"{len(found.resources)}, {len(found.groups)}"
    yield "Different steps from one activity to the next", f"{len(found.edges)}"
    kept = found.kept
    if kept.late_share is not None:
        yield (
            "Finished by the deadline",
            f"{kept.on_time} in time, {kept.late} late ({kept.late_share:.1%}), {kept.unfinished} not finished",
        )
        yield "Last event after the deadline", f"{kept.last_event_late}"


def _lengths(what: str, one: Spread) -> Iterable[tuple[str, str]]:
    yield f"{what}: least, most", f"{length(one.least)}, {length(one.most)}"
    yield (
        f"{what}: 25, 75, 95 of 100 within",
        f"{length(one.p25)}, {length(one.p75)}, {length(one.p95)}",
    )
    yield (
        f"{what}: median, 90 of 100 within, mean",
        f"{length(one.median)}, {length(one.p90)}, {length(one.mean)}",
    )
    yield (
        f"{what}: median, 90 of 100 as one case",
        f"{length(one.nearest_median)}, {length(one.nearest_p90)}",
    )


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], title: str = "") -> Table:
    """Return a table whose numbers stand at the right and whose words may be broken."""
    table = Table(box=box.SIMPLE, title=title or None, title_justify="left")
    numbers = not title
    for place, head in enumerate(heads):
        right = numbers and place < len(heads) - 1
        table.add_column(head, justify="right" if right else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table
