"""
What carries a message. A transport is a folder with one class; it is listed in TRANSPORTS, once.

A transport says which channels it can carry now (`carries`), and sends one message (`send`). It
neither reads nor writes tables.
"""

from dataclasses import dataclass
from typing import Protocol

from satupintu.messaging.rules import ChannelKind


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message as a transport sees it. `reference` is the same at every attempt."""

    channel: ChannelKind
    address: str
    subject: str
    body: str
    reference: str


@dataclass(frozen=True, slots=True)
class Sent:
    """The next server has taken the message."""


@dataclass(frozen=True, slots=True)
class Failed:
    """It was not taken. `permanent`: trying again is useless. `why` never holds the address."""

    permanent: bool
    why: str


class Transport(Protocol):
    name: str

    def carries(self, channel: ChannelKind) -> bool: ...

    def send(self, message: Outgoing) -> Sent | Failed: ...


def transports() -> list[Transport]:
    """Return the transports, the preferred first."""
    from satupintu.messaging.channels.demo import DemoInbox
    from satupintu.messaging.channels.smtp import Smtp

    return [Smtp(), DemoInbox()]


def transport_for(channel: ChannelKind) -> Transport | None:
    """Return what carries `channel` in this installation; None when only people can (or nobody)."""
    return next((one for one in transports() if one.carries(channel)), None)
