"""What the figures mean: on time, usual time. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

ENOUGH = 5  # cases below which a usual time would be one person's luck
LATEST = 200  # cases a usual time looks back at


@dataclass(frozen=True, slots=True)
class Usual:
    """How long cases took lately, in working minutes."""

    sample: int
    median_minutes: int
    p90_minutes: int


def usual(minutes: Sequence[int]) -> Usual | None:
    """Return median and 90th percentile (nearest rank) of the latest cases; None for fewer than ENOUGH."""
    if len(minutes) < ENOUGH:
        return None
    ordered = sorted(minutes)
    rank = -(-len(ordered) * 9 // 10)
    return Usual(len(ordered), round(median(ordered)), ordered[rank - 1])


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """What an office shows of one month. Shares are of decided cases with a promise; None when there were none."""

    decided: int
    on_time: int
    median_minutes: int | None
    pledged: int = 0  # issued after a pledge had begun
    pledge_kept: int = 0

    @property
    def pledge_share(self) -> float | None:
        """Return the share issued within the pledge in percent, or None."""
        return 100 * self.pledge_kept / self.pledged if self.pledged else None

    @property
    def share(self) -> float | None:
        """Return the share on time in percent, or None."""
        return 100 * self.on_time / self.decided if self.decided else None


@dataclass(frozen=True, slots=True)
class ServiceMonth:
    """One service in a month: how many decided, issued, with a promised date, and on time."""

    service_code: str
    decided: int
    issued: int
    kept: int
    promised: int
