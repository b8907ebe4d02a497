"""A stranger's PDF file against our register and our keys. It is read, never stored, and parsed apart."""

import hashlib
import threading
from dataclasses import dataclass
from http import HTTPStatus

from django.utils.translation import gettext as _

from satupintu.documents.queries import FileMissing, path_of, verify_apart
from satupintu.documents.rules import Standing
from satupintu.documents.rules import Verdict as Signatures
from satupintu.documents.rules.uploads import PDF, sniff
from satupintu.lib.codes import ALPHABET
from satupintu.permits import queries
from satupintu.permits.queries import Permit
from satupintu.permits.rules import CHECK_CODE_LENGTH

AT_ONCE = 2  # checks of files in one web process; each takes a processor for some seconds
PATIENCE_SECONDS = 15
CODE_IN_TEXT = rf"(?<![0-9A-Z])[{ALPHABET}]{{{CHECK_CODE_LENGTH}}}(?![0-9A-Z])"
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
