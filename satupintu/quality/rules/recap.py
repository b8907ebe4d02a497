"""The monthly recap (rekapitulasi): what was left, came in, ended and is left, for each service. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

ISSUED = frozenset({"issued", "issued_elsewhere", "finished"})
REFUSED = frozenset({"refused", "refused_elsewhere"})
CLOSED = frozenset({"withdrawn", "lapsed"})
DECISIONS = frozenset(
    {"issued", "refused"}
)  # of this office: what its promise and its pace are judged by


@dataclass(frozen=True, slots=True)
class Span:
    """
    A case, or several that are alike, as the recap sees them: days in the office's zone; `ended` None while they run.

    Of several the first days stand for all: they lie on the same side of the period's ends. `result` as in Outcome;
    `on_time` None where nothing was promised; `minutes` are the working minutes of all without the applicant's turns.
    """

    service_code: str
    opened: date
    ended: date | None = None
    result: str = ""
    on_time: bool | None = None
    minutes: int | None = 0  # None: of an older register
    imported: bool = False
    cases: int = 1


@dataclass(slots=True)
class ServiceRecap:
    """A service in a period. Always: carried + received = issued + refused + closed + left."""

    service_code: str
    carried: int = 0  # sisa periode lalu
    received: int = 0  # masuk
    issued: int = 0  # terbit
    refused: int = 0  # ditolak
    closed: int = 0  # ditarik pemohon, or closed because nobody repaired it
    left: int = 0  # sisa
    on_time: int = 0
    promised: int = 0
    imported: int = 0  # of received and carried: what came in from an older register
    timed: int = 0  # decisions of this office whose working time is known
    minutes: int = 0  # working minutes of all of them

    @property
    def share(self) -> float | None:
        """Return the share on time in percent; None when nothing with a promise was decided."""
        return 100 * self.on_time / self.promised if self.promised else None

    def mean_days(self, minutes_a_day: float) -> float | None:
        """Return how many working days a decision took on average; None when nothing was decided."""
        if not self.timed or not minutes_a_day:
            return None
        return self.minutes / self.timed / minutes_a_day


def recap(spans: Iterable[Span], first: date, last: date) -> list[ServiceRecap]:
    """
    Return each service that had anything from `first` to `last` (both inclusive), by code.

    `spans` hold at least every case that was not ended before `first`; what ended earlier or came later is passed over.
    """
    found: dict[str, ServiceRecap] = {}
    for span in spans:
        if span.opened > last or (span.ended is not None and span.ended < first):
            continue
        line = found.setdefault(span.service_code, ServiceRecap(span.service_code))
        line.imported += span.cases * span.imported
        if span.opened < first:
            line.carried += span.cases
        else:
            line.received += span.cases
        if span.ended is None or span.ended > last:
            line.left += span.cases
        else:
            _end(line, span)
    return [found[code] for code in sorted(found)]


def _end(line: ServiceRecap, span: Span) -> None:
    if span.result in ISSUED:
        line.issued += span.cases
    elif span.result in REFUSED:
        line.refused += span.cases
    elif span.result in CLOSED:
        line.closed += span.cases
    else:
        raise ValueError(f"A recap knows no result {span.result!r}.")
    if span.on_time is not None:
        line.promised += span.cases
        line.on_time += span.cases * span.on_time
    if span.result in DECISIONS and span.minutes is not None:
        line.timed += span.cases
        line.minutes += span.minutes


def total(lines: Iterable[ServiceRecap]) -> ServiceRecap:
    """Return all services together, under no code."""
    whole = ServiceRecap("")
    for line in lines:
        for name in (
            "carried",
            "received",
            "issued",
            "refused",
            "closed",
            "left",
            "on_time",
            "promised",
            "imported",
            "timed",
            "minutes",
        ):
            setattr(whole, name, getattr(whole, name) + getattr(line, name))
    return whole
