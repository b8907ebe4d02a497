"""
Patterns: a made-up person and their cases, told once through the services, at times as a real log has them.

What a move left of a case's row is kept beside its rows of the log: copies must be able to say it again.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from satupintu.catalogue.queries import ServiceNotOffered, current_version, definition_of
from satupintu.config.demo.seeding import DISTRICTS, Teller
from satupintu.config.demo.stories import COMPLAINTS, STORIES, ComplaintStory, Step, Story
from satupintu.config.generate.people import MadeUp, make_up
from satupintu.config.generate.shape import Shape, shape
from satupintu.lib.workingtime import WorkCalendar, add_working_minutes
from satupintu.messaging.services import send_due
from satupintu.office.queries import work_calendar
from satupintu.people.queries import User, list_officers
from satupintu.people.services import Person, make_demo_person
from satupintu.permits.queries import letters as letters_of
from satupintu.permits.services import letters
from satupintu.workflow.queries import Case, Transition
from satupintu.workflow.rules import digest, utc_text
from satupintu.workflow.services import run_readers

WINDOW_DAYS = 40  # the demo office began 45 days ago
_RATED = 60  # working minutes until an answer is rated
SLOW = 2000  # a step's minutes that are a term of the law, not somebody's pace
REST = "the rest"  # the outcome that has no share of its own
_MORE = (0.65, 0.25, 0.10)  # how many people have one case, two, three
_ENDS = {
    "reject": "refused",
    "withdraw": "withdrawn",
    "lapse": "lapsed",
    "revoke": "revoked",
    "return": "returned",
}


AnyStory = Story | ComplaintStory


@dataclass(slots=True)
class Told:
    """A person with their cases as they now stand in the database."""

    user: User
    person: MadeUp
    outcome: str  # a key of the shares, "open" among them, or REST
    cases: int = 0
    # case -> what its row said after each row of its log
    columns: dict[UUID, list[dict[str, Any]]] = field(default_factory=dict)


@dataclass
class Watching(Teller):
    """Tells as the demo's teller does, and notes what each move left of the case's row."""

    shape: Shape = field(default_factory=shape)
    chance: Random = field(default_factory=Random)
    told: Told | None = None

    def apply(self, story: Story, at: datetime) -> Case:
        case = super().apply(story, at)
        self._watch(case, at)
        return case

    def file(self, told: ComplaintStory, at: datetime) -> Case:
        case = super().file(told, at)
        self._watch(case, at)
        return case

    def rate(self, case: Case, stars: int, at: datetime) -> Case:
        case = super().rate(case, stars, at)
        self._watch(case, at)
        return case

    def begin(self, story: AnyStory, at: datetime) -> Case:
        """Let the story's person apply, or complain."""
        return self.file(story, at) if isinstance(story, ComplaintStory) else self.apply(story, at)

    def do(self, case: Case, step: Step, at: datetime) -> Case:
        case = super().do(case, step, at)
        self._watch(case, at)
        return case

    def _watch(self, case: Case, at: datetime) -> None:
        assert self.told is not None
        while run_readers(at=at, limit=500):
            pass
        seen = self.told.columns.setdefault(case.pk, [])
        fresh = Case.objects.get(pk=case.pk)
        rows = Transition.objects.filter(case_id=case.pk, seq__gt=len(seen)).order_by("seq")
        for row in rows:
            seen.append(_columns_after(row, fresh, seen))


def _columns_after(row: Transition, case: Case, before: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return what the case's row said after `row`, when an act wrote several: found by the row's own digest."""
    last = case.canonical_columns()
    told = row.effects["case"]
    for terms in (last, *before[-1:]):
        found = last | {
            name: terms[name]
            for name in ("terms", "promise_due_at", "legal_due_at", "pledge_due_at")
        }
        for closed in (None, last["closed_at"]):
            found |= {"state": row.to_state, "moved_at": utc_text(row.at), "closed_at": closed}
            if digest(found) == told:
                return found
    raise ValueError(f"{case.number}, row {row.seq}: what it left of the case is not known.")


def tell_patterns(
    count: int,
    *,
    complaints: bool,
    office_code: str,
    first_person: int,
    chance: Random,
    at: datetime,
    progress: Callable[[int], None],
) -> list[Told]:
    """Tell what `count` people apply for, or complain of, as of `at`; each is whole or not there."""
    calendar = work_calendar()
    users = {user.username: user for user in list_officers()}
    regions = DISTRICTS[office_code]
    districts = sorted({region.replace(".", "")[:6] for region in regions})
    offered = _offered(timezone.localdate(at) - timedelta(days=WINDOW_DAYS))
    complained = [one for one in COMPLAINTS if one.privacy == "open"]  # the others have no person
    told = []
    for number in range(count):
        stories: Sequence[AnyStory] = (
            [_rated(complained[number % len(complained)], chance)]
            if complaints
            else _stories_of(number, chance, offered)
        )
        person = make_up(first_person + number, districts, chance)
        region = next(r for r in regions if r.replace(".", "")[:6] == person.identity[:6])
        with transaction.atomic():
            told.append(
                _tell(
                    person,
                    region,
                    stories,
                    Watching(at, calendar, dict(users), chance=chance),
                )
            )
        progress(number + 1)
    return told


def _offered(day: date) -> list[Story]:
    """
    Return the stories of services that this office offers, one of each end first.

    Not of a permit with conditions: in copies of years ago they would be overdue, and nobody would have judged them.
    """
    found = []
    for story in STORIES:
        with suppress(ServiceNotOffered):
            standing = definition_of(current_version(story.service, day)).conditions
            if not standing and not any(step.action == "add_condition" for step in story.steps):
                found.append(story)
    return _one_of_each_end_first(found)


def _stories_of(number: int, chance: Random, offered: Sequence[Story]) -> list[Story]:
    """Return each story in turn; people with several cases were issued all of them."""
    story = offered[number % len(offered)]
    if number < len(offered) or _outcome([story]) != REST:
        return [story]
    others = {  # nobody is given the same permit twice
        one.service: one
        for one in offered
        if _last(one) in _ISSUED and one.service != story.service
    }
    return [story, *chance.sample(list(others.values()), chance.choices((0, 1, 2), _MORE)[0])]


def _rated(story: ComplaintStory, chance: Random) -> ComplaintStory:
    """Return the story with stars for its answer, if there is one: answered and not rated it would stay open."""
    stars = chance.choice((2, 3, 4, 4, 5)) if _last(story) in _ANSWERED else 0
    return replace(story, name="", contact="", stars=stars)


def _last(story: AnyStory) -> str:
    return story.steps[-1].action if story.steps else "submit"


def _one_of_each_end_first(stories: Sequence[Story]) -> list[Story]:
    """Return the stories so that few of them already end in many ways: issued, refused, open, ..."""
    seen: dict[str, int] = {}
    turns: list[tuple[int, int, Story]] = []
    for story in stories:
        seen[_last(story)] = turn = seen.get(_last(story), 0) + 1
        turns.append((turn, len(turns), story))
    return [story for _turn, _place, story in sorted(turns, key=lambda one: one[:2])]


_ANSWERED = frozenset({"approve", "publish"})
_ISSUED = frozenset({"download", "hand_over", "issue"})


def _outcome(stories: Sequence[AnyStory]) -> str:
    actions = [step.action for story in stories for step in story.steps]
    return next((end for action, end in _ENDS.items() if action in actions), REST)


def _tell(
    person: MadeUp,
    region: str,
    stories: Sequence[AnyStory],
    teller: Watching,
) -> Told:
    plans = [_plan(story, teller) for story in stories]
    began = min(start for start, _story in plans)
    login = make_demo_person(
        Person(
            person.key,
            person.name,
            person.identity,
            person.phone,
            person.email,
            person.birth_date,
            person.address,
            region,
        ),
        began,
    )
    user = User.objects.select_related("party").get(pk=login.user_id)
    told = Told(user, person, _outcome(stories))
    teller.told, teller.users[person.key] = told, user
    for start, story in sorted(plans, key=lambda plan: plan[0]):
        at, case = start, teller.begin(replace(story, who=person.key), start)
        for step in story.steps:
            at = add_working_minutes(at, step.after, teller.calendar)
            case = teller.do(case, _by(step, story, person), at)
        for letter in letters_of(case.pk):
            letters.make(letter, at=letter.at)  # copies of one that is owed would be owed too
        if isinstance(story, ComplaintStory) and story.stars:
            at = add_working_minutes(at, _RATED, teller.calendar)
            case = teller.rate(case, story.stars, at)
        while send_due(at=at):
            pass
        told.cases += 1
        if case.closed_at is None:
            told.outcome = "open"
    return told


def _by(step: Step, story: AnyStory, person: MadeUp) -> Step:
    """Return the step with this person in the place of the story's."""
    data = step.data | ({"collector": person.name} if "collector" in step.data else {})
    return replace(step, who=person.key if step.who == story.who else step.who, data=data)


def _plan(story: AnyStory, teller: Watching) -> tuple[datetime, AnyStory]:
    """Return when the story begins, and the story at a pace of the log, so that it has ended by now."""
    shape, chance = teller.shape, teller.chance
    paced = _paced(story, shape.working_minutes(chance))
    needed = sum(step.after for step in paced.steps) + _RATED
    latest = _latest_start(teller.calendar, teller.now, needed)
    first = max(latest - timedelta(days=21), teller.now.date() - timedelta(days=WINDOW_DAYS))
    days = [first + timedelta(days=n) for n in range(max(1, (latest - first).days + 1))]
    start = timezone.make_aware(shape.moment(chance, shape.day(chance, days)))
    if paced.channel != "web":  # somebody at the counter types it
        start = add_working_minutes(start, 1, teller.calendar)
    return start, paced


def _paced(story: AnyStory, minutes: int) -> AnyStory:
    """Return the story with its steps as far apart as the log says, terms of the law left as they are."""
    own = sum(step.after for step in story.steps if step.after < SLOW)
    share = minutes / own if own else 1
    return replace(
        story,
        steps=tuple(
            step if step.after >= SLOW else replace(step, after=max(1, int(step.after * share)))
            for step in story.steps
        ),
    )


def _latest_start(calendar: WorkCalendar, now: datetime, minutes: int) -> date:
    """Return the last day on which a story of so many working minutes can begin to be over by now."""
    day = timezone.localdate(now) - timedelta(days=1)
    while day > now.date() - timedelta(days=WINDOW_DAYS):
        begins = timezone.make_aware(datetime.combine(day, datetime.max.time()))
        if add_working_minutes(begins, minutes, calendar) <= now:
            return day
        day -= timedelta(days=1)
    return day
