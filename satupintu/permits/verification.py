"""
Is a permit genuine, and does it hold today: what is answered to its code, and to a file.

A stranger's PDF file is held against our register and our keys; it is read, never stored, and parsed apart. The page of
the public check and the API give the same answers.
"""

import hashlib
import re
import threading
from dataclasses import dataclass, field
from datetime import date, datetime
from http import HTTPStatus
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from satupintu.documents.queries import FileMissing, path_of, verify_apart
from satupintu.documents.rules import Standing
from satupintu.documents.rules import Verdict as Signatures
from satupintu.documents.rules.uploads import PDF, sniff
from satupintu.lib.codes import ALPHABET, plain_symbols
from satupintu.lib.language import current_language
from satupintu.people.rules import masked_name
from satupintu.permits import queries, rules
from satupintu.permits.imported import SIGNER as IMPORTED_SIGNER
from satupintu.permits.queries import Permit
from satupintu.permits.rules import CHECK_CODE_LENGTH, SIGNER_LEVELS, VERDICTS, Verdict

AT_ONCE = 2  # checks of files in one web process; each takes a processor for some seconds
PATIENCE_SECONDS = 15
CODE_IN_TEXT = rf"(?<![0-9A-Z])[{ALPHABET}]{{{CHECK_CODE_LENGTH}}}(?![0-9A-Z])"
_CHECK = re.compile(rf"^[{ALPHABET}]{{{CHECK_CODE_LENGTH}}}$")
_turns = threading.BoundedSemaphore(AT_ONCE)


class CannotRead(Exception):
    """Nothing can be said about this file; `message` says why and what to do."""

    def __init__(self, message: str, status: int = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(message)
        self.message = message
        self.status = status


@dataclass(frozen=True, slots=True)
class Finding:
    """What a file is: ours byte for byte (`genuine`), ours but changed (`altered`), or neither."""

    genuine: bool = False
    altered: bool = False
    permit: Permit | None = None
    text: str = ""
    changes: tuple[str, ...] = ()


def examine(data: bytes) -> Finding:
    """Return what a file is. At most four queries; some seconds when it is not ours. Raises CannotRead."""
    if sniff(data[:1024]) != PDF:
        raise CannotRead(
            _(
                "Berkas ini bukan PDF. Foto dan pindaian tidak membawa tanda tangan elektronik:"
                " ketik saja kode periksa yang tercetak di sebelah kode QR."
            )
        )
    sha256 = hashlib.sha256(data).hexdigest()
    permit = queries.find_permit_by_file(sha256)
    if permit or queries.is_letter_file(sha256):
        return Finding(genuine=True, permit=permit)
    return _foreign(data)


def _foreign(data: bytes) -> Finding:
    signatures = _verify(data)
    if signatures.state is Standing.BROKEN:
        raise CannotRead(signatures.what)
    if signatures.state is Standing.VALID:
        return Finding(
            text=_(
                "Tanda tangannya utuh (%(signer)s), tetapi berkas ini tidak ada dalam register izin kami."
            )
            % {"signer": signatures.signer}
        )
    if signatures.state is Standing.UNKNOWN_SIGNER:
        return Finding(text=_with_signer(signatures))
    permit = queries.find_permit_in(signatures.marks)
    if signatures.state is Standing.ALTERED or permit:
        return _altered(data, signatures, permit)
    return Finding(
        text=_(
            "Berkas ini tidak memuat tanda tangan elektronik. Bila ini pindaian izin, ketik kode periksa yang tercetak"
            " di sebelah kode QR."
        )
    )


def _with_signer(signatures: Signatures) -> str:
    if not signatures.signer:
        return signatures.what
    return f"{signatures.what} " + _("Penanda tangan: %(signer)s.") % {"signer": signatures.signer}


def _altered(data: bytes, signatures: Signatures, permit: Permit | None) -> Finding:
    """Say what differs from the file that we signed, when the page still names its permit."""
    if permit is None:
        return Finding(altered=True, text=signatures.what)
    text = signatures.what
    if signatures.state is Standing.UNSIGNED:
        text = _(
            "Berkas ini menyebut izin kami, tetapi tidak membawa tanda tangan elektronik kami lagi. Minta berkas asli"
            " dari pemegang izin."
        )
    if permit.document is None:
        return Finding(altered=True, permit=permit, text=text)
    try:
        original = path_of(permit.document).read_bytes()
    except FileMissing:
        return Finding(altered=True, permit=permit, text=text)
    compared = _verify(data, original)
    return Finding(altered=True, permit=permit, text=text, changes=compared.changes)


def _verify(data: bytes, original: bytes | None = None) -> Signatures:
    if not _turns.acquire(timeout=PATIENCE_SECONDS):
        raise CannotRead(
            _("Sedang banyak berkas yang diperiksa. Coba lagi sebentar lagi."),
            HTTPStatus.SERVICE_UNAVAILABLE,
        )
    try:
        return verify_apart(data, original, pattern=CODE_IN_TEXT)
    finally:
        _turns.release()


# --- What is answered ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answer:
    """One huge word, a sentence, and the facts of the permit when there is one."""

    key: str  # in VERDICTS
    text: Any
    at: datetime
    permit: Permit | None = None
    title: str = ""
    holder: str = ""
    level: Any = ""
    changes: tuple[str, ...] = ()
    successor: Permit | None = None
    about_file: bool = False
    altered: bool = False
    facts: list[list[str]] = field(default_factory=list)

    @property
    def verdict(self) -> Verdict:
        return VERDICTS[self.key]

    @property
    def is_demo(self) -> bool:
        return bool(self.permit and self.permit.is_demo)


def answer_about(
    permit: Permit, today: date, at: datetime, *, key: str = "", **more: Any
) -> Answer:
    """Return the answer about a permit of ours; `key` when something else than its state decides. Two queries."""
    key = key or rules.verdict_of(permit.state, permit.valid_until, today)
    version = permit.case.service_version_id
    titles = queries.titles_of([version], current_language()) if version else {}
    text = more.pop("text", "") or VERDICTS[key].text
    if permit.signer == IMPORTED_SIGNER:
        text = f"{text} {rules.SIGNER_LEVELS[IMPORTED_SIGNER]}."
    return Answer(
        key,
        text,
        at,
        permit=permit,
        title=titles.get(version or 0, permit.title),
        holder=masked_name(permit.holder, is_organisation=permit.party.is_organisation),
        level=SIGNER_LEVELS.get(permit.signer, permit.signer),
        successor=queries.successor_of(permit) if key == "superseded" else None,
        altered=key == "altered",
        facts=permit.public_facts,
        **more,
    )


def unknown(at: datetime, text: Any = "") -> Answer:
    """Return the one answer for what is not ours, and for what cannot be."""
    return Answer("unknown", text or VERDICTS["unknown"].text, at)


def read_check_code(text: str) -> str:
    """Return a check code as it is stored, however it was typed; "" when it cannot be one."""
    code = plain_symbols(text)
    return code if _CHECK.match(code) else ""


def same_number(ours: str, typed: str) -> bool:
    """Say whether a typed number is this permit's, whatever its spaces and capitals."""
    return "".join(ours.split()).casefold() == "".join(typed.split()).casefold()


def answer_file(found: Finding, at: datetime) -> Answer:
    """Return the answer about a file that was examined. At most two queries."""
    today = timezone.localdate(at)
    if found.genuine and found.permit:
        return answer_about(found.permit, today, at, about_file=True)
    if found.genuine:
        return Answer("genuine", VERDICTS["genuine"].text, at, about_file=True)
    if found.altered and found.permit:
        return answer_about(
            found.permit,
            today,
            at,
            key="altered",
            text=found.text,
            changes=found.changes,
            about_file=True,
        )
    if found.altered:
        return Answer("altered", found.text, at, changes=found.changes, about_file=True)
    return unknown(at, found.text)
