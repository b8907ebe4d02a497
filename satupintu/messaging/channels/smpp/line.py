"""
A bound line to an SMS centre, over smpplib; imported only where the channel is used.

smpplib's own loop is not used: it answers a message before anybody has kept it, and dies of one it cannot read.
"""

import select
import struct
import time
from typing import Any

from smpplib import smpp
from smpplib.client import Client
from smpplib.exceptions import ConnectionError as LineError
from smpplib.exceptions import UnknownCommandError

from satupintu.messaging.channels.smpp.pdus import Piece, address_kind

_LARGEST = 64 * 1024  # octets of one PDU; a message has 255, one with a payload some thousands
_HEADER = 16
_GOODBYE_SECONDS = 2.0
# command_status, SMPP 3.4 section 5.1.3
OK = 0x00
ALREADY_BOUND = 0x05
NOT_NOW = 0x64  # ESME_RX_T_APPN: keep it and try again
NEVER = 0x65  # ESME_RX_P_APPN: do not try this one again


class Refused(Exception):
    """The SMS centre answered with an error; `status` is its command_status."""

    def __init__(self, status: int) -> None:
        super().__init__(f"0x{status:04X}")
        self.status = status


class Broken(OSError):
    """The line is gone, or says what no SMS centre says."""


class Line(Client):  # type: ignore[misc]  # smpplib has no types
    """One connection; every method raises Broken when it is gone and Refused when the centre says no."""

    def __init__(self, host: str, port: int, seconds: float) -> None:
        super().__init__(host, port, timeout=seconds, allow_unknown_opt_params=True)
        self.seconds = seconds
        self.bound = False

    def open(self, kind: str, system_id: str, password: str, system_type: str) -> None:
        """Connect and bind; `kind` is transmitter, receiver or transceiver."""
        try:
            self.connect()
            answer = self._asked(
                f"bind_{kind}", system_id=system_id, password=password, system_type=system_type
            )
        except (LineError, OSError) as error:
            raise Broken(type(error).__name__) from error
        if answer.status:
            raise Refused(answer.status)
        self.bound = True

    def _asked(self, command: str, **fields: Any) -> Any:
        """Send a request and return its answer; other requests of the centre are answered meanwhile."""
        pdu = smpp.make_pdu(command, client=self, **fields)
        self._give(pdu)
        end = time.monotonic() + self.seconds
        while (left := end - time.monotonic()) > 0:
            answer = self.hear(left)
            if answer is None:
                break
            if answer.command in {"deliver_sm", "data_sm"}:
                self.answer(answer, NOT_NOW)  # not the line that hears: it comes again there
            elif answer.sequence == pdu.sequence and answer.is_response():
                return answer
        raise Broken(f"no answer to {command}")

    def _give(self, pdu: Any) -> None:
        try:
            self._socket.sendall(pdu.generate())
        except OSError as error:
            raise Broken(type(error).__name__) from error

    def answer(self, pdu: Any, status: int = OK) -> None:
        """Answer a request of the centre."""
        answer = smpp.make_pdu(f"{pdu.command}_resp", client=self, status=status)
        answer.sequence = pdu.sequence
        self._give(answer)

    def hear(self, seconds: float) -> Any | None:
        """
        Return the next PDU; None when none came in time.

        Enquiries are answered here; the centre's unbind ends the line. What cannot be read is refused for good.
        """
        end = time.monotonic() + seconds
        while True:
            readable, _writable, _errors = select.select(
                [self._socket], [], [], max(end - time.monotonic(), 0)
            )
            if not readable:
                return None
            pdu = self._read()
            if pdu is None:
                continue
            if pdu.command == "enquire_link":
                self.answer(pdu)
            elif pdu.command == "unbind":
                self.answer(pdu)
                raise Broken("unbound by the centre")
            else:
                return pdu

    def _read(self) -> Any | None:
        try:
            head = self._recv_exact(_HEADER)
            length, command, _status, sequence = struct.unpack(">LLLL", head)
            if not _HEADER <= length <= _LARGEST:
                raise Broken("a length that cannot be")
            raw = head + self._recv_exact(length - _HEADER)
        except (LineError, OSError) as error:
            raise Broken(str(error) or type(error).__name__) from error
        try:
            pdu = smpp.parse_pdu(raw, client=self, allow_unknown_opt_params=True)
        except (struct.error, UnknownCommandError, KeyError, ValueError, TypeError, IndexError):
            pdu = None
        if pdu is None and not command & 0x80000000:
            self._nack(sequence)
        return pdu

    def _nack(self, sequence: int) -> None:
        nack = smpp.make_pdu("generic_nack", client=self, status=NEVER)
        nack.sequence = sequence
        self._give(nack)

    def alive(self) -> bool:
        """Ask the centre whether the line stands."""
        try:
            return not self._asked("enquire_link").status
        except Broken:
            return False

    def submit(self, piece: Piece, *, source: str, to: str, receipt: bool) -> str:
        """Hand one part over; returns the centre's identifier."""
        source_ton, source_npi = address_kind(source)
        ton, npi = address_kind(to)
        answer = self._asked(
            "submit_sm",
            source_addr_ton=source_ton,
            source_addr_npi=source_npi,
            source_addr=source.removeprefix("+"),
            dest_addr_ton=ton,
            dest_addr_npi=npi,
            destination_addr=to.removeprefix("+"),
            esm_class=piece.esm_class,
            data_coding=piece.data_coding,
            registered_delivery=1 if receipt else 0,
            short_message=piece.octets,
        )
        if answer.status:
            raise Refused(answer.status)
        named: bytes = answer.message_id or b""
        return named.decode("latin-1")

    def close(self) -> None:
        """Unbind, as far as the centre still listens, and disconnect."""
        if self._socket is None:
            return
        try:
            if self.bound:
                self.seconds = min(self.seconds, _GOODBYE_SECONDS)
                self._asked("unbind")
        except Broken:
            pass
        finally:
            self.disconnect()
