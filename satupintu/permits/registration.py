"""What domains above permits add to its pages: other tracking codes, what else is theirs, letters on paper."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from satupintu.people.rules import Actor
from satupintu.workflow.queries import Case, Transition


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a permit's case on its pages: a title, a sentence, a way on; `tone` as a notice has it."""

    title: Any
    text: Any
    url: str = ""
    label: Any = ""
    tone: str = "info"


# (case, its log, for officers, at) -> what stands beside it.
BesideOf = Callable[[Case, Sequence[Transition], bool, datetime], list[Beside]]


@dataclass(frozen=True, slots=True)
class Tracked:
    """
    What a code of another kind is followed by: the address of its page, and what a message may say of it.

    `case` is None where a message names only the page; `due` is when the office is through with it, None where nothing
    is owed. `private`: officers who read conversations do not read that it was asked after.
    """

    page: str
    case: Case | None = None
    due: datetime | None = None
    private: bool = False


Tracker = Callable[[str], Tracked | None]  # tracking code, as it is stored; None: not theirs
OwnData = Callable[[UUID], list[dict[str, Any]]]  # party -> plain data for taking along


@dataclass(frozen=True, slots=True)
class ForInk:
    """A numbered letter that waits to be printed, signed by hand and scanned back: as lists and forms show it."""

    id: UUID
    name: Any  # what letter it is, with its number
    case: Case  # with its party
    at: datetime  # owed since
    scan_url: str
    print_url: str


# The case whose letters are meant, None for all -> those that wait for ink, the oldest first.
ForInkOf = Callable[[UUID | None], list[ForInk]]

# Ids of letters -> what each is called, with its number.
NamesOf = Callable[[Collection[UUID]], dict[UUID, str]]

# Case -> why nothing of it may change any more, "" when it may.
LockOf = Callable[[Case], str]

# A person -> what else is theirs, or of whom they act for, for their list.
ListOf = Callable[[Actor], list[Beside]]

# (officer, a tracking code or "", a telephone number or "") -> what of another kind they may see of these.
Finder = Callable[[Actor, str, str], list[Beside]]

# (case, the day of issue) -> the conditions that its permit bears, as they are printed.
ConditionsOf = Callable[[Case, date], tuple[str, ...]]

_conditions: list[ConditionsOf] = []
_trackers: list[Tracker] = []
_beside: list[BesideOf] = []
_lists: list[ListOf] = []
_finders: list[Finder] = []
_own_data: dict[str, OwnData] = {}
_for_ink: list[ForInkOf] = []
_names: dict[str, NamesOf] = {}
_locks: list[LockOf] = []


def register_conditions(read: ConditionsOf) -> None:
    """Let another domain keep the conditions of permits."""
    if read not in _conditions:
        _conditions.append(read)


def conditions_of(case: Case, issued_on: date) -> tuple[str, ...]:
    """Return what a permit of this case is bound to when it is issued on a day, in Indonesian, as it is printed."""
    return tuple(one for read in _conditions for one in read(case, issued_on))


def register_tracker(find: Tracker) -> None:
    """Let the tracking page know codes of another kind."""
    if find not in _trackers:
        _trackers.append(find)


def tracked_elsewhere(code: str) -> Tracked | None:
    """Return what a code that is no application's is followed by; None for unknown. One query for each kind."""
    return next((found for find in _trackers if (found := find(code))), None)


def register_beside(read: BesideOf) -> None:
    """Let another domain say something beside a permit's case."""
    if read not in _beside:
        _beside.append(read)


def beside(case: Case, rows: Sequence[Transition], *, office: bool, at: datetime) -> list[Beside]:
    """Return what other domains say beside a case, on its applicant's page or the officers'."""
    return [one for read in _beside for one in read(case, rows, office, at)]


def register_list(read: ListOf) -> None:
    """Add what is theirs to the list of a person."""
    if read not in _lists:
        _lists.append(read)


def also_theirs(actor: Actor) -> list[Beside]:
    """Return what a person has with the office besides applications and permits. One query for each kind."""
    return [one for read in _lists for one in read(actor)]


def register_finder(find: Finder) -> None:
    """Let the officers' search know codes and telephone numbers of another kind."""
    if find not in _finders:
        _finders.append(find)


def found_elsewhere(actor: Actor, code: str, phone: str) -> list[Beside]:
    """Return what has this code, or came from this telephone number, and is no permit's. Few queries for each kind."""
    return [one for find in _finders for one in find(actor, code, phone)] if code or phone else []


def register_own_data(name: str, read: OwnData) -> None:
    """Add what is kept about a person to the file they can take along (UU 27/2022 Art. 13)."""
    _own_data[name] = read


def more_own_data(party_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """Return name -> what other domains keep about a party."""
    return {name: read(party_id) for name, read in _own_data.items()}


def register_for_ink(read: ForInkOf) -> None:
    """Let the dispatch book list the letters of another domain that wait for ink."""
    if read not in _for_ink:
        _for_ink.append(read)


def for_ink() -> list[ForInk]:
    """Return the letters of the whole office that wait for ink, the oldest first. One query for each kind."""
    return sorted((one for read in _for_ink for one in read(None)), key=lambda one: one.at)


def register_letters(kind: str, names: NamesOf) -> None:
    """Let the dispatch book name the letters of cases of this kind."""
    _names[kind] = names


def letter_names(letters: Collection[tuple[str, UUID]]) -> dict[UUID, str]:
    """Return what letters are called, given as (kind of their case, id). One query for each kind among them."""
    found: dict[UUID, str] = {}
    for kind in {kind for kind, _letter in letters}:
        found |= _names[kind]([letter for of, letter in letters if of == kind])
    return found


def register_lock(why: LockOf) -> None:
    """Let another domain close a case for good."""
    if why not in _locks:
        _locks.append(why)


def why_locked(case: Case) -> str:
    """Return why nothing of a case may change any more; "" when it may. At most one query for each lock."""
    return next((found for why in _locks if (found := why(case))), "")
