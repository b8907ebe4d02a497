"""What was answered, counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from satupintu.surveys import rules
from satupintu.surveys.models import Answer


@dataclass(frozen=True, slots=True)
class Results:
    """The counts of a period: sheets by way, declined, partly answered; answers by question and value; who answered."""

    answered: int
    declined: int
    partial: int
    ways: Mapping[str, int]
    counts: Mapping[str, tuple[int, int, int, int]]  # by question's key
    about: Mapping[str, Mapping[str, int]]  # by characteristic's key, by value; "" is not told

    @property
    def enough(self) -> bool:
        """Say whether so many answered that nobody is recognised."""
        return self.answered >= rules.LEAST_SHOWN


def results(first: date, last: date, service_code: str = "") -> Results:
    """Return the counts of the months from `first` to `last`, of one service or of all. One query."""
    rows = Answer.objects.filter(month__range=(first.replace(day=1), last))
    if service_code:
        rows = rows.filter(service_code=service_code)
    said = Q(declined=False)
    whole = Q(**{f"{key}__isnull": False for key in rules.QUESTION_KEYS})
    wanted = {
        "n_answered": Count("pk", filter=said),
        "n_declined": Count("pk", filter=Q(declined=True)),
        "n_whole": Count("pk", filter=said & whole),
    }
    wanted |= {f"way_{way}": Count("pk", filter=said & Q(way=way)) for way in rules.Way}
    wanted |= {
        f"{key}_{value}": Count("pk", filter=Q(**{key: value}))
        for key in rules.QUESTION_KEYS
        for value in rules.ANSWERS
    }
    wanted |= {
        f"{one.key}_{value}": Count("pk", filter=said & Q(**{one.key: value}))
        for one in rules.CHARACTERISTICS
        for value in _values(one)
    }
    found = rows.aggregate(**wanted)
    return Results(
        answered=found["n_answered"],
        declined=found["n_declined"],
        partial=found["n_answered"] - found["n_whole"],
        ways={way: found[f"way_{way}"] for way in rules.Way},
        counts={
            key: tuple(found[f"{key}_{value}"] for value in rules.ANSWERS)
            for key in rules.QUESTION_KEYS
        },
        about={
            one.key: {value: found[f"{one.key}_{value}"] for value in _values(one)}
            for one in rules.CHARACTERISTICS
        },
    )


def _values(one: rules.Characteristic) -> list[str]:
    return [*dict(one.choices), ""]
