"""What cases of an office look like, counted of a real log (shape.toml): when they come, how long they take."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from random import Random

LONGEST_DAYS = 25  # of the log's tail, which reaches over a year
_WORKING_SHARE = 5 / 7 * 7 / 24  # of the minutes by the clock


@dataclass(frozen=True, slots=True)
class Shape:
    """Counts of a log; `minutes` are twentieths of the time from the first to the last act, by the clock."""

    weekdays: Sequence[int]
    first_hour: int
    hours: Sequence[int]
    minutes: Sequence[int]
    shares: Mapping[str, float]

    def day(self, chance: Random, days: Sequence[date]) -> date:
        """Return one of the days, by how many cases come on its weekday."""
        return chance.choices(days, [self.weekdays[day.weekday()] for day in days])[0]

    def moment(self, chance: Random, day: date) -> datetime:
        """Return a moment of the day, without a zone: more in the morning than in the evening."""
        hour = chance.choices(range(len(self.hours)), self.hours)[0] + self.first_hour
        return datetime.combine(day, time(hour, chance.randrange(60), chance.randrange(60)))

    def working_minutes(self, chance: Random) -> int:
        """Return how long a case is worked on, in minutes of office hours."""
        place = chance.random() * (len(self.minutes) - 1)
        low, rest = int(place), place % 1
        clock = self.minutes[low] + rest * (self.minutes[low + 1] - self.minutes[low])
        return int(min(clock, LONGEST_DAYS * 24 * 60) * _WORKING_SHARE)


@cache
def shape() -> Shape:
    return Shape(**tomllib.loads(Path(__file__).with_name("shape.toml").read_text()))
