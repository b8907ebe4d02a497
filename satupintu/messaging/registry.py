"""What domains above put behind the steps of dialogues, and who hears what a person writes to an officer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from satupintu.messaging.dialogues.talk import Heard, Outcome
from satupintu.messaging.rules import ChannelKind


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


Action = Callable[[Asked], Outcome]
# Whoever has the conversation's case hears each further message: (case id, incoming message id, words, at).
Listener = Callable[[UUID, UUID, str, datetime], None]

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


def tell_listeners(case_id: UUID, message_id: UUID, words: str, at: datetime) -> None:
    for listener in _listeners:
        listener(case_id, message_id, words, at)
