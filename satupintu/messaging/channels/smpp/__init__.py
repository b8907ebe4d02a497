"""
SMS over SMPP 3.4, straight to an operator's or aggregator's SMS centre.

The process `satupintu lines` holds the line that hears (messages and receipts). A process that sends binds a line of
its own when there is something to send and gives it back when nothing followed for some seconds: no message waits for
another process, and a centre that allows few lines is not held for nothing. Specification: SMPP 3.4, issue 1.2.
"""

import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import structlog

from satupintu.lib import clock
from satupintu.lib.env import BadSetting, env_choice, env_int, env_secret, env_str
from satupintu.messaging.channels import sms
from satupintu.messaging.channels.port import (
    Failed,
    Health,
    Outgoing,
    Piece,
    Received,
    Sent,
    Trouble,
)
from satupintu.messaging.channels.smpp import pdus
from satupintu.messaging.rules import ChannelKind

if TYPE_CHECKING:
    from satupintu.messaging.channels.smpp.line import Line

log = structlog.get_logger()

_IDLE_SECONDS = 20.0  # then a line for sending is given back
_QUIET_SECONDS = 30.0  # then the line that hears is asked whether it stands
_POLL_SECONDS = 1.0
_LONGEST_PASSWORD = 8  # SMPP 3.4, 4.1.1
_LONGEST_USER = 15
_LONGEST_TYPE = 12
_PORTS = range(1, 65536)

# command_status of an answer (SMPP 3.4, 5.1.3): for good or not, and whose matter it is.
_REFUSALS = {
    0x01: (True, Trouble.CONTENT),  # length
    0x05: (False, Trouble.SERVER),  # already bound: another process has the line
    0x0A: (False, Trouble.SETTINGS),  # sender's address
    0x0B: (True, Trouble.PERSON),  # destination
    0x0D: (False, Trouble.SETTINGS),  # bind failed
    0x0E: (False, Trouble.SETTINGS),  # password
    0x0F: (False, Trouble.SETTINGS),  # system_id
    0x14: (False, Trouble.THROTTLED),  # queue full
    0x43: (True, Trouble.CONTENT),  # esm_class
    0x48: (False, Trouble.SETTINGS),  # sender's type of number
    0x49: (False, Trouble.SETTINGS),
    0x50: (True, Trouble.PERSON),  # destination's type of number
    0x51: (True, Trouble.PERSON),
    0x58: (False, Trouble.THROTTLED),
    0x66: (True, Trouble.CONTENT),  # the receiving side refused it
}


@dataclass(slots=True)
class Smpp:
    """Sends over a line that it keeps for a while; hears on another until told to stop."""

    host: str
    port: int
    system_id: str
    password: str = field(repr=False)
    number: str
    system_type: str = ""
    bind: str = "split"
    ids: str = "same"
    latin1: bool = False
    per_second: float = 0.0
    seconds: float = 10.0
    name: str = "smpp"
    _line: "Line | None" = field(default=None, init=False, repr=False)
    _used: float = field(default=0.0, init=False, repr=False)
    _watched: bool = field(default=False, init=False, repr=False)
    _lock: Any = field(default_factory=threading.Lock, init=False, repr=False)

    def carries(self, channel: ChannelKind) -> bool:
        return channel is ChannelKind.SMS

    # --- Out ---------------------------------------------------------------------------------------

    def send(self, message: Outgoing) -> Sent | Failed:
        words = sms.words_of(message)
        if isinstance(words, Failed):
            return words
        cut = pdus.pieces(words, message.reference, latin1=self.latin1)
        from satupintu.messaging.channels.smpp.line import Broken, Refused

        with self._lock:
            try:
                line = self._sending_line()
                # A receipt for the last part only: it is the one whose identifier is kept.
                for piece in cut:
                    named = line.submit(
                        piece, source=self.number, to=message.address, receipt=piece is cut[-1]
                    )
            except Refused as refused:
                return _failed(refused.status)
            except Broken as error:
                self._drop()
                return Failed(permanent=False, why=f"line: {error}")
            self._used = time.monotonic()
        reference = pdus.same_id(named, self.ids, receipt=False) if named else ""
        return Sent(external_id=reference, parts=len(cut), reports=bool(reference))

    def _sending_line(self) -> "Line":
        """Return a line that stands; the caller holds the lock."""
        if self._line is not None:
            quiet = time.monotonic() - self._used
            if quiet < _POLL_SECONDS or self._line.alive():
                return self._line
            self._drop()
        kind = "transceiver" if self.bind == "transceiver" else "transmitter"
        self._line = self._bound(kind)
        self._used = time.monotonic()
        if not self._watched:
            self._watched = True
            threading.Thread(target=self._give_back, daemon=True, name="smpp-idle").start()
        return self._line

    def _bound(self, kind: str) -> "Line":
        from satupintu.messaging.channels.smpp.line import Line

        line = Line(self.host, self.port, self.seconds)
        try:
            line.open(kind, self.system_id, self.password, self.system_type)
        except Exception:
            line.close()
            raise
        return line

    def _drop(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    def _give_back(self) -> None:
        """Close the line when nothing was sent for a while, so that no enquiry of the centre stays unanswered."""
        while True:
            time.sleep(_POLL_SECONDS)
            with self._lock:
                if self._line is None or time.monotonic() - self._used > _IDLE_SECONDS:
                    self._drop()
                    self._watched = False
                    return

    def health(self) -> Health:
        from satupintu.messaging.channels.smpp.line import Broken, Refused

        with self._lock:
            try:
                self._sending_line()
            except Refused as refused:
                return Health(False, f"SMPP: the centre refuses us ({refused})")
            except Broken as error:
                return Health(False, f"SMPP: {error}")
        return Health(True, f"SMPP: bound at {self.host}:{self.port}")

    # --- In ----------------------------------------------------------------------------------------

    def listen(self, take: Callable[[Received], None], stop: threading.Event) -> None:
        """Hear until `stop`; raises OSError when the line breaks or the centre refuses us."""
        from satupintu.messaging.channels.smpp.line import Broken, Refused

        try:
            line = self._bound("transceiver" if self.bind == "transceiver" else "receiver")
        except Refused as refused:
            raise Broken(f"bind refused: {refused}") from refused
        ears = _Ears(self.ids, latin1=self.latin1)
        heard = time.monotonic()
        try:
            while not stop.is_set():
                pdu = line.hear(_POLL_SECONDS)
                if pdu is not None:
                    _hear(line, ears, pdu, take)
                    heard = time.monotonic()
                elif time.monotonic() - heard > _QUIET_SECONDS:
                    if not line.alive():
                        raise Broken("no answer to an enquiry")
                    heard = time.monotonic()
        finally:
            line.close()

    def join(self, pieces: Sequence[Piece]) -> Received:
        first = pieces[0]
        octets = {one.at: one.octets for one in pieces}
        text = pdus.joined(octets, first.total, first.coding, latin1=self.latin1)
        whole = len(octets) == first.total
        return _message(first.sender, first.to, text, first.came_at, incomplete=not whole)


def _hear(line: "Line", ears: "_Ears", pdu: Any, take: Callable[[Received], None]) -> None:
    """Keep what came and answer then: what could not be kept comes again."""
    from satupintu.messaging.channels.smpp.line import NEVER, NOT_NOW, OK

    if pdu.command != "deliver_sm":
        return
    try:
        received = ears.hear(pdu, clock.now())
    except Exception as error:  # noqa: BLE001  one message must not end the line
        log.warning("sms_unreadable", transport="smpp", kind=type(error).__name__)
        line.answer(pdu, NEVER)
        return
    try:
        take(received)
    except Exception:
        line.answer(pdu, NOT_NOW)
        raise
    line.answer(pdu, OK)


class _Ears:
    """Reads what the centre brings: messages, parts of long ones, receipts."""

    def __init__(self, ids: str, *, latin1: bool) -> None:
        self._ids = ids
        self._latin1 = latin1

    def hear(self, pdu: Any, now: datetime) -> Received:
        """Return what one deliver_sm brings: a receipt, a message, or a part of one."""
        octets: bytes = pdu.short_message or pdu.message_payload or b""
        part, octets = pdus.part_of(pdu, octets)
        if pdus.is_receipt(pdu):
            report = pdus.report_of(pdu, octets, now, submitted=self._ids)
            if report is None:
                return Received(problems=("receipt without an identifier or state",))
            return Received(reports=(report,))
        sender, to = _address(pdu), (pdu.destination_addr or b"").decode("latin-1")
        if part is None:
            text = pdus.text_of(octets, pdu.data_coding, latin1=self._latin1)
            return _message(sender, to, text, now)
        named = f"{sender} {to} {part.number} {part.total}"
        piece = Piece(named, sender, to, part.total, part.at, pdu.data_coding, octets, now)
        return Received(pieces=(piece,))


def _message(
    sender: str, to: str, text: str | None, at: datetime, *, incomplete: bool = False
) -> Received:
    if text is None:
        return Received(problems=("message for a program, no words",))
    # SMPP gives no identifier: the same words again are another message (a person may well mean it).
    one = sms.incoming(
        external_id=uuid.uuid4().hex, sender=sender, text=text, at=at, to=to, raw=text
    )
    return Received(messages=(replace(one, incomplete=incomplete),))


def _address(pdu: Any) -> str:
    number = (pdu.source_addr or b"").decode("latin-1")
    return f"+{number}" if pdu.source_addr_ton == 1 and number.isdecimal() else number


def _failed(status: int) -> Failed:
    permanent, trouble = _REFUSALS.get(status, (False, Trouble.SERVER))
    return Failed(permanent, f"SMPP status 0x{status:04X}", trouble)


def _short(name: str, value: str, most: int) -> str:
    if len(value) > most or not value.isascii():
        raise BadSetting(f"{name} has at most {most} plain characters (SMPP 3.4).")
    return value


def transport() -> Smpp:
    """Return the line by the settings. Raises BadSetting where they make no sense."""
    password = env_secret("SATUPINTU_SMPP_PASSWORD")
    one = Smpp(
        host=env_str("SATUPINTU_SMPP_HOST"),
        port=env_int("SATUPINTU_SMPP_PORT", 2775),
        system_id=_short("SATUPINTU_SMPP_USER", env_str("SATUPINTU_SMPP_USER"), _LONGEST_USER),
        password=_short("SATUPINTU_SMPP_PASSWORD", password, _LONGEST_PASSWORD),
        number=_short("SATUPINTU_SMPP_FROM", env_str("SATUPINTU_SMPP_FROM"), 20),
        system_type=_short("SATUPINTU_SMPP_TYPE", env_str("SATUPINTU_SMPP_TYPE"), _LONGEST_TYPE),
        bind=env_choice("SATUPINTU_SMPP_BIND", "split", ["split", "transceiver"]),
        ids=env_choice("SATUPINTU_SMPP_IDS", "same", ["same", "hex", "decimal"]),
        latin1=env_choice("SATUPINTU_SMPP_ALPHABET", "gsm", ["gsm", "latin1"]) == "latin1",
        per_second=float(env_int("SATUPINTU_SMPP_PER_SECOND", 10)),
    )
    if one.port not in _PORTS:
        raise BadSetting(f"SATUPINTU_SMPP_PORT={one.port} is no port.")
    sms.needed(
        {
            "SATUPINTU_SMPP_HOST": one.host,
            "SATUPINTU_SMPP_USER": one.system_id,
            "SATUPINTU_SMPP_PASSWORD": one.password,
            "SATUPINTU_SMPP_FROM": one.number,
        }
    )
    return one
