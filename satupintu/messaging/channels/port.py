"""
What a channel's folder offers: it carries words out, and says what came in. It neither reads nor writes tables.

A transport is one class in one folder with a function `transport()`, named on one line of `channels.TRANSPORTS`.
It reads its own settings (BadSetting where they make no sense, before the office opens). Everything that came in is one
`Received`, whether a server called us (`hook`) or we keep a line open (`listen`).
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, runtime_checkable

from satupintu.messaging.rules import ChannelKind, Delivery


@dataclass(frozen=True, slots=True)
class Choice:
    """Something the person may pick instead of typing: at most 20 characters of title, 72 of hint."""

    id: str
    title: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """
    A message as a transport sees it. `reference` is the same at every attempt.

    `template` names what the office tells by itself (rules.TEXTS) and `parameters` its words in order of the text's
    names, for channels that ask for approved templates; a conversation's answer has none. `free`: the person wrote so
    lately that free words may be sent (WhatsApp's 24 hours; always true elsewhere). `in_reply_to` is the other side's
    id of what is answered, "" for none. `thread`: the ids of the conversation so far, oldest first, where a channel
    threads by them (e-mail).
    """

    channel: ChannelKind
    address: str
    subject: str
    body: str
    reference: str
    language: str = "id"
    template: str = ""
    parameters: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    free: bool = True
    in_reply_to: str = ""
    thread: tuple[str, ...] = ()


class Trouble(StrEnum):
    """Why a message was not taken, as far as it decides what is done next."""

    SERVER = "server"  # down, slow, an answer nobody understands: try again, open the breaker when it goes on
    THROTTLED = "throttled"  # too many: everybody on this transport waits
    BUSY = "busy"  # too much for this one person just now: this message alone waits
    PERSON = "person"  # cannot be reached here, now or ever: the next channel of the ladder
    WINDOW = "window"  # free words are not allowed any more: a template, else the next channel
    CONTENT = "content"  # this message cannot be sent as it is: the next channel
    SETTINGS = "settings"  # token, account, payment: nothing goes out until the office mends it


@dataclass(frozen=True, slots=True)
class Sent:
    """
    The next server has taken the message; that is not delivery.

    `external_id` is what later reports name it by, "" where the server gives none; `parts` is what is paid for.
    `reports`: whether a report of delivery can come at all.
    """

    external_id: str = ""
    parts: int = 1
    reports: bool = False


@dataclass(frozen=True, slots=True)
class Failed:
    """
    It was not taken. `permanent`: trying again is useless. `why` never holds the address or the words.

    `gone`: the address is no more and never comes back; it is forgotten.
    """

    permanent: bool
    why: str
    trouble: Trouble = Trouble.SERVER
    retry_after: timedelta | None = None  # what the server asked for
    gone: bool = False


class IncomingKind(StrEnum):
    TEXT = "text"
    CHOICE = "choice"
    MEDIA = "media"
    LOCATION = "location"
    CALL = "call"
    OTHER = "other"  # a kind this program does not know: kept raw, shown as such, answered politely


@dataclass(frozen=True, slots=True)
class Media:
    """A file on the other side: fetched by the worker, checked like an upload; its name and type are only a claim."""

    id: str
    mime: str = ""
    name: str = ""
    sha256: str = ""  # hex, "" where not told
    voice: bool = False
    content: bytes | None = None  # where it came with the message (e-mail)


@dataclass(frozen=True, slots=True)
class Incoming:
    """
    One message of a person. `sender` is who they are on the channel and where an answer goes; it need not be a number.

    `external_id` is unique on the transport; `phone` (E.164) is "" where the channel does not show it. `account` is the
    channel's other id of the same person, told along with the number (WhatsApp's business-scoped id); "" for none.
    """

    channel: ChannelKind
    external_id: str
    sender: str
    kind: IncomingKind
    at: datetime
    text: str = ""
    choice: str = ""
    phone: str = ""
    account: str = ""
    name: str = ""
    subject: str = ""
    media: tuple[Media, ...] = ()
    place: tuple[float, float] | None = None  # latitude, longitude
    in_reply_to: str = ""
    to: str = ""  # our number or address it was sent to
    automatic: bool = False  # a machine's answer: kept, never answered
    incomplete: bool = False  # parts of it never came
    raw: str = ""  # as it came (JSON, headers); kept encrypted


@dataclass(frozen=True, slots=True)
class Report:
    """
    What became of a message we sent. Reports come twice and in any order.

    `reference` is ours where the server gives it back: it names a message whose sender died before it learned the id.
    """

    external_id: str
    state: Delivery  # SENT, DELIVERED, READ or FAILED
    at: datetime
    why: str = ""
    trouble: Trouble = Trouble.PERSON
    billed: bool = False
    category: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """A person's identity on a channel changed (WhatsApp's change of number); `new_phone` is "" where it is hidden."""

    channel: ChannelKind
    old: str
    new: str
    new_phone: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """
    A part of a long message whose other parts may come apart: kept until all have, then given back to be joined.

    `message` names the whole among all that the transport hears; `at` is this part's place, from 1 to `total`.
    """

    message: str
    sender: str
    to: str
    total: int
    at: int
    coding: int
    octets: bytes
    came_at: datetime


@dataclass(frozen=True, slots=True)
class Received:
    """What came at once; `reports_of` is the transport that sent what the reports are about, "" for who heard them."""

    messages: tuple[Incoming, ...] = ()
    reports: tuple[Report, ...] = ()
    moved: tuple[Moved, ...] = ()
    problems: tuple[str, ...] = ()  # what was not understood, for the log: no personal data
    pieces: tuple[Piece, ...] = ()
    reports_of: str = ""


@dataclass(frozen=True, slots=True)
class Hook:
    """A call of another server: exact bytes, header names in lower case; `source` is the address it came from."""

    method: str
    path: str  # what follows /kanal/<transport>/
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    now: datetime
    source: str = ""


@dataclass(frozen=True, slots=True)
class HookAnswer:
    """What we answer after `received` is stored; nothing is stored unless the status is below 300."""

    status: int = 200
    body: str = ""
    content_type: str = "text/plain"
    received: Received = field(default_factory=Received)


@dataclass(frozen=True, slots=True)
class Health:
    """Whether a transport works now; `words` is one sentence for the office, `at` when it was asked."""

    ok: bool
    words: str


class Transport(Protocol):
    """Carries channels. `name` is its folder; `per_second` how many messages its server takes (0: as many as come)."""

    name: str
    per_second: float

    def carries(self, channel: ChannelKind) -> bool: ...

    def send(self, message: Outgoing) -> Sent | Failed:
        """Hand one message over. Never raises for what the other side does."""
        ...

    def health(self) -> Health:
        """Ask the other side, in a few seconds at most, whether it would take a message now."""
        ...


@runtime_checkable
class Hooked(Protocol):
    """A transport whose server calls us at /kanal/<name>/..."""

    def hook(self, call: Hook) -> HookAnswer:
        """Check who calls, on the raw bytes and before anything is read, and say what came; no tables, no network."""
        ...


@runtime_checkable
class Listening(Protocol):
    """A transport that keeps a line open; run by the process `satupintu lines`."""

    def listen(self, take: Callable[[Received], None], stop: threading.Event) -> None:
        """Hand over what comes until `stop` is set or the line breaks (raises OSError; it is begun again later)."""
        ...


@runtime_checkable
class Joining(Protocol):
    """A transport whose long messages come in pieces."""

    def join(self, pieces: Sequence[Piece]) -> Received:
        """Return the message that pieces of one make, with a gap where one is missing."""
        ...


# --- Calls: a live talk, not messages ---------------------------------------------------------


class Then(StrEnum):
    """What a caller does after something was spoken."""

    KEY = "key"  # press one key; it may interrupt what is spoken
    KEYS = "keys"  # press several, ended by # (or by nothing more coming)
    RECORD = "record"  # speak after a tone, ended by #, silence or the longest time
    OFFICER = "officer"  # wait until an officer takes the telephone
    END = "end"  # the call is over


@dataclass(frozen=True, slots=True)
class Prompt:
    """A text to speak. `name` is that of the file by which an office may speak it itself; "" where it varies."""

    text: str
    language: str = "id"
    name: str = ""


@dataclass(frozen=True, slots=True)
class Spoken:
    prompts: tuple[Prompt, ...]
    then: Then
    seconds: int = 0  # the longest recording


@dataclass(frozen=True, slots=True)
class Ringing:
    """
    A call that came in. `id` is unique on the transport; `number` is E.164, "" where it is withheld.

    `channel` is WHATSAPP for a call that WhatsApp handed to the same telephone system. `officers`: whether one can be
    put through to.
    """

    id: str
    channel: ChannelKind
    number: str
    officers: bool = False


class Call(Protocol):
    """The office's side of one call: told what the caller did, it says what is spoken next. Not for two threads."""

    def begin(self) -> Spoken: ...

    def pressed(self, keys: str) -> Spoken:
        """Go on after `keys` (digits, * and a closing #); "" when none came in time."""
        ...

    def recorded(self, wav: bytes) -> Spoken:
        """Go on after the caller spoke; b"" when nothing could be heard."""
        ...

    def no_officer(self) -> Spoken:
        """Go on when no officer took the telephone."""
        ...

    def ended(self, *, seconds: int, with_officer: bool) -> None:
        """Keep that the call is over: the caller hung up, or everything was said."""
        ...


@runtime_checkable
class Answering(Protocol):
    """A transport that answers calls over a line it keeps open; run by the process of open lines."""

    def answer(self, receive: Callable[[Ringing], Call], stop: threading.Event) -> None:
        """Answer calls until `stop` is set or the line breaks (raises OSError; it is begun again later)."""
        ...


@runtime_checkable
class Fetching(Protocol):
    """A transport whose media must be fetched."""

    def fetch(self, media: Media, limit: int) -> bytes:
        """Return the file of at most `limit` bytes. Raises MediaGone, MediaTooLarge or OSError (try again)."""
        ...


class MediaGone(Exception):
    """The other side no longer has the file."""


class MediaTooLarge(Exception):
    """The file is larger than what is taken."""
