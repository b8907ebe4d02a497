"""What a provider of video rooms offers. One module each; SATUPINTU_MEETINGS names the office's."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from satupintu.messaging.channels.port import Health

SECONDS = 10  # that a provider may take


@dataclass(frozen=True, slots=True)
class Wanted:
    """A room that is needed: `key` is ours and the same at every attempt; `title` names nobody."""

    key: str
    title: str
    starts_at: datetime
    minutes: int
    zone: str  # of the office, as in "Asia/Pontianak"


@dataclass(frozen=True, slots=True)
class Room:
    """A room as its provider gave it: all that is needed to enter it later. The addresses are secrets."""

    ref: str = ""
    join_url: str = ""
    host_url: str = ""


class MeetingFailed(Exception):
    """The provider did not do it; `why` is one sentence for the office, without a secret. Try again later."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Provider(Protocol):
    """Gives rooms. Every method may take SECONDS and asks the network: never inside a transaction."""

    name: str

    def prepare(self, wanted: Wanted) -> Room:
        """Return the room of a meeting that was agreed on. Raises MeetingFailed."""
        ...

    def enter(self, wanted: Wanted, room: Room, *, who: str, host: bool) -> str:
        """Return the address by which somebody enters now, as the officer (`host`) or not. Raises MeetingFailed."""
        ...

    def is_running(self, room: Room) -> bool:
        """Say whether somebody is in the room; False also where the provider does not tell. Raises MeetingFailed."""
        ...

    def end(self, room: Room) -> None:
        """Let go of a room that is no longer needed. Raises MeetingFailed."""
        ...

    def health(self) -> Health:
        """Ask whether it works now."""
        ...
