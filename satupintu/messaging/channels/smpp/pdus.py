"""
What is in a short message of SMPP: parts, words, receipts. Pure.

Sources: SMPP 3.4, sections 5.2.12 (esm_class), 5.2.19 (data_coding), 5.2.28 (states), 5.3.2 (SAR), appendix B
(receipts); 3GPP TS 23.040, section 9.2.3.24 (user data headers).
"""

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from satupintu.lib.sms import Coding, decode, encode
from satupintu.messaging.channels.port import Report, Trouble
from satupintu.messaging.channels.sms import Words, report
from satupintu.messaging.rules import Delivery

HAS_HEADER = 0x40  # esm_class: the message begins with a user data header
_KIND = 0x3C  # esm_class: the bits that say what the message is
_RECEIPTS = frozenset({0x04, 0x20})  # a receipt; an intermediate notification
_CONCAT_8, _CONCAT_16 = 0x00, 0x08  # elements of the header
UCS2 = 8  # data_coding
_IA5, _LATIN1 = 1, 3
_NO_IA5 = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # letters of the GSM alphabet, or its escape
_MISSING = " (...) "  # a part that never came

# message_state, and its word in the text of a receipt.
_STATES = {
    0: (Delivery.SENT, Trouble.PERSON),  # scheduled (SMPP 5)
    1: (Delivery.SENT, Trouble.PERSON),  # ENROUTE
    2: (Delivery.DELIVERED, Trouble.PERSON),
    3: (Delivery.FAILED, Trouble.PERSON),  # EXPIRED
    4: (Delivery.FAILED, Trouble.PERSON),  # DELETED
    5: (Delivery.FAILED, Trouble.PERSON),  # UNDELIV
    6: (Delivery.SENT, Trouble.PERSON),  # ACCEPTD
    7: (Delivery.FAILED, Trouble.PERSON),  # UNKNOWN: given up without knowing
    8: (Delivery.FAILED, Trouble.CONTENT),  # REJECTD
}
_WORDS = {
    "ENROUTE": 1, "DELIVRD": 2, "EXPIRED": 3, "DELETED": 4, "UNDELIV": 5, "ACCEPTD": 6, "UNKNOWN": 7, "REJECTD": 8,
}  # fmt: skip
_RECEIPT_ID = re.compile(r"(?:^|\s)id:\s*(\S+)", re.IGNORECASE)
_RECEIPT_STATE = re.compile(r"(?:^|\s)stat:\s*([A-Z]+)", re.IGNORECASE)
_RECEIPT_ERROR = re.compile(r"(?:^|\s)err:\s*([0-9A-Za-z]{1,10})", re.IGNORECASE)


# --- Out -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Piece:
    """One submit_sm: at most 140 octets on the air."""

    octets: bytes
    data_coding: int
    esm_class: int


def pieces(words: Words, reference: str, *, latin1: bool) -> list[Piece]:
    """
    Return the parts of a message with their headers.

    `latin1`: the SMS centre's default alphabet is Latin-1, not GSM. Another attempt under the same `reference` has the
    same header, so that a telephone that has the first half already joins both.
    """
    coding = UCS2 if words.coding is Coding.UCS2 else 0
    if latin1 and not coding and any(ord(char) > 0xFF for char in words.text):  # noqa: PLR2004  Latin-1 ends there
        coding = UCS2  # the euro sign, Greek capitals
        words = Words(_recut(words.text), Coding.UCS2)
    several = len(words.parts) > 1
    number = zlib.crc32(reference.encode()) & 0xFF
    cut = []
    for at, part in enumerate(words.parts, start=1):
        octets = part.encode("latin-1") if latin1 and not coding else encode(part, words.coding)
        header = bytes((5, _CONCAT_8, 3, number, len(words.parts), at)) if several else b""
        cut.append(Piece(header + octets, coding, HAS_HEADER if several else 0))
    return cut


def _recut(text: str) -> tuple[str, ...]:
    alone, among = 70, 67
    if len(text) <= alone:
        return (text,)
    return tuple(text[at : at + among] for at in range(0, len(text), among))


def address_kind(number: str) -> tuple[int, int]:
    """Return type of number and numbering plan: +62... international, 1500 as it is, a name alphanumeric."""
    if number.startswith("+"):
        return 1, 1
    if number.isdecimal():
        return 0, 0
    return 5, 0


# --- In --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a long message: which of how many, under which number of its sender."""

    number: int
    total: int
    at: int


def part_of(pdu: Any, octets: bytes) -> tuple[Part | None, bytes]:
    """Return which part a message is, None for a whole one, and its octets without a header."""
    part = None
    if pdu.esm_class & HAS_HEADER and octets:
        length = octets[0] + 1
        part, octets = _part_in(octets[1:length]), octets[length:]
    total, at = pdu.sar_total_segments or 0, pdu.sar_segment_seqnum or 0
    if part is None and total > 1 and 1 <= at <= total:
        part = Part(pdu.sar_msg_ref_num or 0, total, at)
    return part, octets


def _part_in(header: bytes) -> Part | None:
    at = 0
    while at + 2 <= len(header):
        kind, length = header[at], header[at + 1]
        value = header[at + 2 : at + 2 + length]
        at += 2 + length
        if kind == _CONCAT_8 and len(value) == 3:  # noqa: PLR2004  number, total, place
            part = Part(value[0], value[1], value[2])
        elif kind == _CONCAT_16 and len(value) == 4:  # noqa: PLR2004  the number has two
            part = Part(int.from_bytes(value[:2], "big"), value[2], value[3])
        else:
            continue
        return part if part.total > 1 and 1 <= part.at <= part.total else None
    return None


def text_of(octets: bytes, data_coding: int, *, latin1: bool) -> str | None:
    """Return the words of a message; None for data of a program (ring tones, settings)."""
    if data_coding == _LATIN1 or (data_coding == _IA5 and not _NO_IA5.search(octets)):
        return octets.decode("latin-1")
    if data_coding == _IA5:
        return decode(octets, Coding.GSM7)  # some centres mean GSM by it
    alphabet = data_coding & 0x0C if data_coding < 0xC0 else data_coding & 0x04  # noqa: PLR2004  03.38
    if alphabet == UCS2 or data_coding & 0xF0 == 0xE0:  # noqa: PLR2004  GSM 03.38: waiting message, UCS-2
        return decode(octets, Coding.UCS2)
    if alphabet == 0x04 or data_coding == 2:  # noqa: PLR2004  eight bits, as SMPP 3.4 says it
        return None
    return octets.decode("latin-1") if latin1 else decode(octets, Coding.GSM7)


def joined(parts: Mapping[int, bytes], total: int, data_coding: int, *, latin1: bool) -> str | None:
    """
    Return the words of parts by their place, with a gap for each run of missing ones; None for data of a program.

    Octets of neighbours are joined first, because a cut may lie inside a sign.
    """
    runs: list[bytes] = [b""]
    for at in range(1, total + 1):
        if at in parts:
            runs[-1] += parts[at]
        else:
            runs.append(b"")
    texts = [text_of(run, data_coding, latin1=latin1) for run in runs]
    if any(text is None for text in texts):
        return None
    return _MISSING.join(text for text in texts if text is not None).strip()


def is_receipt(pdu: Any) -> bool:
    """Say whether the SMS centre itself speaks: never by the words, which a person could write."""
    return pdu.esm_class & _KIND in _RECEIPTS or bool(pdu.receipted_message_id)


def report_of(pdu: Any, octets: bytes, now: datetime, *, submitted: str) -> Report | None:
    """
    Return what a receipt says, from its parameters and else from its text; None where it names no message or state.

    `submitted` says how the centre writes identifiers, see `same_id`.
    """
    text = octets.decode("latin-1")
    found, told = _RECEIPT_ID.search(text), pdu.receipted_message_id
    named = told.decode("latin-1").strip("\x00 ") if told else ""
    if found and named and found[1][:-1] == named:
        named = found[1]  # sent without the closing zero, so the library took the last digit for it
    # The parameter is the identifier of submit_sm_resp; only the text may write it in another base.
    reference = same_id(named, submitted, receipt=False) if named else ""
    if not reference and found:
        reference = same_id(found[1], submitted, receipt=True)
    state = pdu.message_state
    if state is None and (word := _RECEIPT_STATE.search(text)):
        state = _WORDS.get(word[1].upper()[:7])
    if not reference or state not in _STATES:
        return None
    delivery, trouble = _STATES[state]
    error = _RECEIPT_ERROR.search(text)
    why = f"state {state}" + (f", error {error[1]}" if error else "")
    return report(external_id=reference, state=delivery, at=now, why=why, trouble=trouble)


def same_id(value: str, submitted: str, *, receipt: bool) -> str:
    """
    Return an identifier as it is kept: without zeros before it, in the base of receipts.

    `submitted`: "same" where submit_sm_resp and receipts write alike, "hex" where the answer is hexadecimal and the
    receipt's text decimal, "decimal" for the reverse.
    """
    if submitted == "same":
        return value.lstrip("0") or value
    is_hex = (submitted == "hex") != receipt
    try:
        number = int(value, 16 if is_hex else 10)
    except ValueError:
        return value
    return str(number)
