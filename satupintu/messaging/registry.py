"""What domains above put behind the steps of dialogues, and who hears what a person writes to an officer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from satupintu.messaging.channels.port import Health
from satupintu.messaging.dialogues.talk import Heard, Outcome
from satupintu.messaging.rules import ChannelKind
from satupintu.people.rules import Actor


@dataclass(frozen=True, slots=True)
class Asked:
    """What an action knows of the person and of the dialogue so far. `origin` is the same when it is done again."""

    memory: Mapping[str, Any]
    heard: Heard
    language: str
    channel: ChannelKind
    conversation_id: UUID
    contact_id: UUID
    identity_id: UUID
    party_id: UUID | None
    origin: str
    at: datetime
    private: bool  # officers who read conversations do not read this


Action = Callable[[Asked], Outcome]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A conversation that waits for an officer: `words` is what is asked, "" where it was spoken."""

    conversation_id: UUID
    identity_id: UUID
    case_id: UUID | None
    words: str
    origin: str
    at: datetime


class Listener:
    """
    What the domain that owns a conversation's case does when something happens in it, inside the transaction that keeps
    it. This one does nothing; `case_id` may be of a kind that a listener does not own.
    """

    def waits(self, waiting: Waiting) -> datetime | None:
        """Return by when an officer answers what begins to wait, after it was made a case; None: not ours."""
        del waiting
        return None

    def heard(self, case_id: UUID, message_id: UUID, words: str, at: datetime) -> bool:
        """Hear that the person wrote again, or called; return whether an officer must answer it."""
        del case_id, message_id, words, at
        return True

    def answered(self, case_id: UUID, *, by: Actor, at: datetime, asks: bool) -> None:
        """An officer answered; `asks`: only asked back."""

    def handed_over(self, case_id: UUID, *, to: int | None, by: Actor, at: datetime) -> None:
        """The conversation was given to an officer (user id), or back to all (None)."""

    def closing(self, case_id: UUID, *, by: Actor, at: datetime) -> None:
        """An officer closes the conversation. Raises a Refusal where that would leave somebody without an answer."""


@dataclass(frozen=True, slots=True)
class Judgeable:
    """Something that whoever writes may judge: what it is, since when it is over, and what keeps 1 to 5 stars."""

    title: str  # in the person's language
    at: datetime
    give: Callable[[int], object]  # raises a Refusal where it cannot be judged any more


# What a domain above lets the person of a conversation judge, the newest of its matters; None for nothing.
Judged = Callable[[Asked], Judgeable | None]

# What a domain above does with files that somebody sends without being asked: ties them to a matter of theirs that goes
# on and returns its name in the person's language; "" where there is none. `Asked.heard` has the files and any words.
TakesFiles = Callable[[Asked], str]

_judged: list[Judged] = []
_takers: list[TakesFiles] = []
_actions: dict[str, tuple[Action, Mapping[str, frozenset[str]]]] = {}
_listeners: list[Listener] = []


def register_action(name: str, action: Action, outcomes: Mapping[str, frozenset[str]]) -> None:
    """
    Put `action` behind the steps that say does = `name`; `outcomes` names how it ends and what each text is told.

    It runs inside the transaction that keeps the answer, and must write nothing outside the database.
    """
    _actions[name] = (action, outcomes)


def action_named(name: str) -> Action:
    return _actions[name][0]


def known_outcomes() -> dict[str, Mapping[str, frozenset[str]]]:
    return {name: outcomes for name, (_action, outcomes) in _actions.items()}


def register_listener(listener: Listener) -> None:
    _listeners.append(listener)


def listeners() -> Sequence[Listener]:
    return _listeners


def register_judged(find: Judged) -> None:
    """Let the dialogue of ratings reach what a domain has answered."""
    _judged.append(find)


def newest_to_judge(asked: Asked) -> Judgeable | None:
    """Return what the person may judge, of all domains the newest; None for nothing."""
    found = [one for find in _judged if (one := find(asked)) is not None]
    return max(found, key=lambda one: one.at, default=None)


def register_files(take: TakesFiles) -> None:
    """Let files that nobody asked for reach what a domain has going on with the person."""
    _takers.append(take)


def take_files(asked: Asked) -> str:
    """Give files to the first domain that has a matter for them; return its name, "" for none."""
    return next((title for take in _takers if (title := take(asked))), "")


class Checked(Protocol):
    """Something outside the office that a domain above uses: it has a name, and says whether it works now."""

    @property
    def name(self) -> str: ...

    def health(self) -> Health: ...


_checked: list[Callable[[], Checked]] = []


def register_checked(make: Callable[[], Checked]) -> None:
    """Let the page of channels ask after it too."""
    _checked.append(make)


def checked() -> list[Checked]:
    return [make() for make in _checked]
