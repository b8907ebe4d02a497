"""
A demo office filled with as many cases as one wants: `satupintu generate` (docs/performance.md, decision record 49).

Some people's cases are told through the services, at times as a real log has them; copies of them, with other people,
ids, numbers, weeks and hash chains, are then written in bulk.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet

from satupintu.config.demo.seeding import DISTRICTS
from satupintu.config.generate.group import groups_of
from satupintu.config.generate.pattern import Compiler, Pattern
from satupintu.config.generate.people import MadeUp, make_up
from satupintu.config.generate.shape import Shape, shape
from satupintu.config.generate.telling import REST, tell_patterns
from satupintu.config.generate.writing import Writer
from satupintu.desk.rules import KIND_COMPLAINT
from satupintu.office.queries import list_series, profile_row, work_calendar
from satupintu.people.queries import Party, User
from satupintu.workflow.queries import Case
from satupintu.workflow.seals import make_digests, next_number, seal_now

CHUNK = 2_000  # cases in a transaction: what a stopped run loses
MOST_PATTERNS = 90
_CASES_A_PATTERN = 60
_CASES_A_WEEK, _MOST_WEEKS = 2_000, 260
_OPEN_WEEKS = 2  # what is still open began lately


class NotADemo(Exception):
    """The office may hold real people; the message says why nothing was made."""


@dataclass(slots=True)
class Made:
    """How far it is; `rows` of all tables, without the patterns themselves."""

    wanted: int
    cases: int = 0
    rows: int = 0
    patterns: int = 0


def check_demo() -> None:
    """Raises NotADemo unless everybody in this office is made up."""
    if not settings.DEMO:
        raise NotADemo(
            "Made-up cases belong in a demo office only: set SATUPINTU_DEMO=1 and a SATUPINTU_HOME of its own."
        )
    if Party.objects.filter(is_demo=False).exists():
        raise NotADemo("This office holds people who are not made up; nothing was generated.")
    profile = profile_row()
    if profile is None or profile.code not in DISTRICTS:
        raise NotADemo("There is no demo office here yet: `satupintu demo` makes one.")


def counted(*, complaints: bool) -> QuerySet[Case]:
    """Return the complaints of the office, or all its other cases."""
    if complaints:
        return Case.objects.filter(kind=KIND_COMPLAINT)
    return Case.objects.exclude(kind=KIND_COMPLAINT)


def generate(
    cases: int,
    *,
    at: datetime,
    complaints: bool = False,
    seed: int = 0,
    patterns: int = 0,
    tell: Callable[[str, Made], None] = lambda _what, _made: None,
) -> Made:
    """
    Add cases until the office has `cases` of them; what it has already counts. Complaints are counted apart: these are
    made, and no other cases, with `complaints`.

    Each chunk is one transaction with its own seal of the log, so a run that was stopped left a whole office, and the
    next one goes on. `patterns`: how many people are told through the services, 0: as many as suits the number of
    cases. Raises NotADemo.
    """
    check_demo()
    there = counted(complaints=complaints)
    made = Made(wanted=cases, cases=there.count())
    if made.cases >= cases:
        return made
    chance, profile = Random(f"{seed}:{made.cases}"), profile_row()  # noqa: S311  no secret
    assert profile is not None
    first = User.objects.filter(username__startswith="demo-warga").count()
    count = patterns or max(6, min(MOST_PATTERNS, (cases - made.cases) // _CASES_A_PATTERN))
    told = tell_patterns(
        count,
        complaints=complaints,
        office_code=profile.code,
        first_person=_FIRST_PHONE + first,
        chance=chance,
        at=at,
        progress=lambda number: tell(f"person {number} of {count} through the services", made),
    )
    series = {one.pk: one for one in list_series()}
    groups = groups_of(one.user for one in told)
    compiled = [Compiler(one, groups[one.user.pk], series).compile() for one in told]
    made.patterns, made.cases = count, there.count()
    seal_now(at=at)
    person = _FIRST_PHONE + first + count
    districts = sorted({code.replace(".", "")[:6] for code in DISTRICTS[profile.code]})
    calendar = work_calendar()
    writer = Writer(compiled, chance, calendar, calendar.local(at).date())
    for chunk in _chunks(_plan(compiled, cases - made.cases, shape(), chance)):
        people = [make_up(person + number, districts, chance) for number in range(len(chunk))]
        person += len(chunk)
        try:
            _write(writer, chunk, people, at)
        except IntegrityError:  # a code drawn by chance was taken: once in some million cases
            writer.forget()
            _write(writer, chunk, people, at)
        made.cases, made.rows = made.cases + sum(one.cases for one, _shift in chunk), writer.written
        tell("copies", made)
    make_digests(at=at)  # seals and anchors what was made
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return made


@transaction.atomic
def _write(
    writer: Writer,
    chunk: Sequence[tuple[Pattern, timedelta]],
    people: Sequence[MadeUp],
    at: datetime,
) -> None:
    seal = next_number()
    for (pattern, shift), numbers, someone in zip(chunk, writer.number(chunk), people, strict=True):
        writer.add(pattern, someone, shift=shift, numbers=numbers, seal=seal)
    writer.flush()
    seal_now(at=at)


_FIRST_PHONE = 10_000_000  # the demo's own people have telephones before it


def _plan(
    patterns: list[Pattern], wanted: int, shape: Shape, chance: Random
) -> Iterator[tuple[Pattern, timedelta]]:
    """Yield which pattern is copied into which week until there are `wanted` cases: what is open, then week by week."""
    weeks = max(4, min(_MOST_WEEKS, wanted // _CASES_A_WEEK))
    open_ones = [one for one in patterns if one.outcome == "open"]
    closed = [one for one in patterns if one.outcome != "open"]
    still_open = round(wanted * shape.shares["open"]) if open_ones else 0
    weights = _weights(closed, shape)
    left, shift = wanted - still_open, weeks
    while still_open > 0:
        pattern = chance.choice(open_ones)
        yield pattern, timedelta(weeks=-chance.randrange(_OPEN_WEEKS))
        still_open -= pattern.cases
    while left > 0:
        share = max(1, round(left / shift * chance.uniform(0.85, 1.15))) if shift > 1 else left
        while share > 0 and left > 0:
            pattern = chance.choices(closed, weights)[0]
            if pattern.cases > left:
                pattern = min(closed, key=lambda one: one.cases)
            yield pattern, timedelta(weeks=-shift)
            share, left = share - pattern.cases, left - pattern.cases
        shift = max(1, shift - 1)


def _weights(closed: list[Pattern], shape: Shape) -> list[float]:
    """Return how often each pattern is copied, so that every outcome has its share of the cases."""
    shares = {name: share for name, share in shape.shares.items() if name != "open"}
    shares[REST] = 1 - sum(shares.values())
    told: dict[str, int] = {}
    for one in closed:
        told[one.outcome] = told.get(one.outcome, 0) + one.cases
    return [shares[one.outcome] / told[one.outcome] for one in closed]


def _chunks(
    planned: Iterator[tuple[Pattern, timedelta]],
) -> Iterator[list[tuple[Pattern, timedelta]]]:
    chunk: list[tuple[Pattern, timedelta]] = []
    size = 0
    for pattern, shift in planned:
        chunk.append((pattern, shift))
        size += pattern.cases
        if size >= CHUNK:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk
