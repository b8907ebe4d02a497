"""The figures of a replayed log: how long cases take, which ways they go, whether deadlines are kept. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import pairwise
from math import ceil
from statistics import fmean, median, quantiles
from typing import TypeVar

_Name = TypeVar("_Name", str, tuple[str, ...])


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """One event of a replayed case: what, when, who."""

    activity: str
    at: datetime
    resource: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class LoggedCase:
    """One replayed case: its events by time, at least one, and what the log says of the case."""

    events: Sequence[LoggedEvent]
    channel: str = ""
    department: str = ""
    deadline: datetime | None = None
    finished: datetime | None = None

    @property
    def seconds(self) -> float:
        """Return the time from the first event to the last."""
        return (self.events[-1].at - self.events[0].at).total_seconds()

    @property
    def trace(self) -> tuple[str, ...]:
        return tuple(event.activity for event in self.events)


@dataclass(frozen=True, slots=True)
class Spread:
    """How a number of seconds is spread. Quantiles by linear interpolation between the two nearest cases."""

    count: int
    least: float
    p25: float
    median: float
    p75: float
    p90: float
    p95: float
    most: float
    mean: float
    zero: int  # how many are nothing at all
    nearest_median: float  # the other convention: the value of one case
    nearest_p90: float


@dataclass(frozen=True, slots=True)
class Edge:
    """How often one activity follows another directly, and after how many seconds."""

    count: int
    median: float
    mean: float


@dataclass(frozen=True, slots=True)
class Kept:
    """Whether cases were finished by their deadlines."""

    late: int
    on_time: int
    unfinished: int
    last_event_late: int  # by the other rule: the last event lies after the deadline

    @property
    def late_share(self) -> float | None:
        """Return the share of finished cases that were late, 0 to 1; None when none was finished."""
        closed = self.late + self.on_time
        return self.late / closed if closed else None


@dataclass(frozen=True, slots=True)
class LogFigures:
    """Everything that is told of a log. Counters come the most frequent first."""

    cases: int
    events: int
    first_at: datetime
    last_at: datetime
    seconds: Spread
    seconds_of_longer: Spread | None  # of cases with more than one event
    events_a_case: tuple[float, float, int]  # mean, median, most
    reworked: int  # cases in which an activity comes twice
    start: Counter[str]
    end: Counter[str]
    activities: Counter[str]
    activity_cases: Counter[str]
    resources: Counter[str]
    groups: Counter[str]
    variants: Counter[tuple[str, ...]]
    edges: Mapping[tuple[str, str], Edge]
    channels: Mapping[str, Spread]
    departments: Mapping[str, Spread]
    kept: Kept
    months: Mapping[str, int]  # arrivals, "2011-03"
    weekdays: Mapping[int, int]  # arrivals, Monday 0

    @property
    def single_variants(self) -> int:
        """Return how many ways were gone by one case only."""
        return sum(1 for times in self.variants.values() if times == 1)


def spread(values: Iterable[float]) -> Spread:
    """Return the spread of at least one value."""
    ordered = sorted(values)
    cut = quantiles(ordered, n=20, method="inclusive") if len(ordered) > 1 else ordered * 19
    return Spread(
        count=len(ordered),
        least=ordered[0],
        p25=cut[4],
        median=median(ordered),
        p75=cut[14],
        p90=cut[17],
        p95=cut[18],
        most=ordered[-1],
        mean=fmean(ordered),
        zero=ordered.count(0),
        nearest_median=ordered[ceil(len(ordered) * 0.5) - 1],
        nearest_p90=ordered[ceil(len(ordered) * 0.9) - 1],
    )


def figures_of(cases: Sequence[LoggedCase], zone: tzinfo) -> LogFigures | None:
    """Return the figures of a log, days and months counted in `zone`; None for a log without a case."""
    if not cases:
        return None
    events = [event for case in cases for event in case.events]
    longer = [case.seconds for case in cases if len(case.events) > 1]
    sizes = [len(case.events) for case in cases]
    arrivals = [case.events[0].at.astimezone(zone) for case in cases]
    return LogFigures(
        cases=len(cases),
        events=len(events),
        first_at=min(event.at for event in events),
        last_at=max(event.at for event in events),
        seconds=spread(case.seconds for case in cases),
        seconds_of_longer=spread(longer) if longer else None,
        events_a_case=(fmean(sizes), median(sizes), max(sizes)),
        reworked=sum(1 for case in cases if len(set(case.trace)) < len(case.events)),
        start=_ranked(case.trace[0] for case in cases),
        end=_ranked(case.trace[-1] for case in cases),
        activities=_ranked(event.activity for event in events),
        activity_cases=_ranked(name for case in cases for name in set(case.trace)),
        resources=_ranked(event.resource for event in events),
        groups=_ranked(event.group for event in events),
        variants=_ranked(case.trace for case in cases),
        edges=_edges(cases),
        channels=_spreads((case.channel, case.seconds) for case in cases),
        departments=_spreads((case.department, case.seconds) for case in cases),
        kept=_kept(cases),
        months=dict(sorted(Counter(f"{at:%Y-%m}" for at in arrivals).items())),
        weekdays=dict(sorted(Counter(at.weekday() for at in arrivals).items())),
    )


def _ranked(names: Iterable[_Name]) -> Counter[_Name]:
    return Counter(dict(sorted(Counter(names).items(), key=lambda pair: (-pair[1], pair[0]))))


def _spreads(pairs: Iterable[tuple[str, float]]) -> dict[str, Spread]:
    """Return the spread of each name, the most frequent first."""
    found: defaultdict[str, list[float]] = defaultdict(list)
    for name, seconds in pairs:
        found[name].append(seconds)
    ranked = sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return {name: spread(seconds) for name, seconds in ranked}


def _edges(cases: Sequence[LoggedCase]) -> dict[tuple[str, str], Edge]:
    pairs = (
        ((one.activity, two.activity), (two.at - one.at).total_seconds())
        for case in cases
        for one, two in pairwise(case.events)
    )
    found: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for edge, seconds in pairs:
        found[edge].append(seconds)
    ranked = sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return {edge: Edge(len(taken), median(taken), fmean(taken)) for edge, taken in ranked}


def _kept(cases: Sequence[LoggedCase]) -> Kept:
    closed = [
        case.finished > case.deadline
        for case in cases
        if case.finished and case.deadline is not None
    ]
    return Kept(
        late=sum(closed),
        on_time=len(closed) - sum(closed),
        unfinished=len(cases) - len(closed),
        last_event_late=sum(
            1 for case in cases if case.deadline and case.events[-1].at > case.deadline
        ),
    )
