"""
A stream of bytes under a passphrase: a header, then pieces that are each encrypted and in order.

The key comes from the passphrase by scrypt (RFC 7914). Each piece of 64 KiB is AES-256-GCM under a
nonce of a random prefix, the piece's number and a mark on the last one, so that a changed, missing,
moved or cut-off piece is noticed (the STREAM construction of Hoang, Reyhanitabar, Rogaway and
Vizár, 2015).
"""

import hashlib
import hmac
import io
import os
import struct
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"SATUPINTU SEALED 1\n"
_PIECE = 64 * 1024
_TAG = 16
_LOG2_N, _R, _P = 15, 8, 1  # 32 MiB and about 0.1 s for each guess
_HEADER = struct.Struct(f"{len(MAGIC)}sBBB16s7s16s")


class WrongPassphrase(Exception):
    """The passphrase does not open this file."""


class Damaged(Exception):
    """The file is not as it was written; the message says where."""


def _keys(passphrase: str, salt: bytes, log2_n: int, r: int, p: int) -> tuple[bytes, bytes]:
    """Return the key and a value that tells a wrong passphrase from a damaged file."""
    if not (10 <= log2_n <= 20 and 1 <= r <= 16 and 1 <= p <= 4):  # noqa: PLR2004  what scrypt may cost
        raise Damaged("The file's header is damaged.")
    made = hashlib.scrypt(
        passphrase.encode(), salt=salt, n=1 << log2_n, r=r, p=p, maxmem=2**31 - 1, dklen=64
    )
    return made[:32], hashlib.sha256(made[32:]).digest()[:16]


def _nonce(prefix: bytes, number: int, *, last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + (b"\1" if last else b"\0")


class SealedWriter(io.RawIOBase):
    """Encrypts what is written into `target`, which stays open; close() makes the file whole."""

    def __init__(self, target: BinaryIO, passphrase: str) -> None:
        salt, self._prefix = os.urandom(16), os.urandom(7)
        key, check = _keys(passphrase, salt, _LOG2_N, _R, _P)
        self._header = _HEADER.pack(MAGIC, _LOG2_N, _R, _P, salt, self._prefix, check)
        self._cipher = AESGCM(key)
        self._target = target
        self._waiting = bytearray()
        self._number = 0
        target.write(self._header)

    def writable(self) -> bool:
        return True

    def write(self, data: bytes | bytearray | memoryview, /) -> int:  # type: ignore[override]  # any buffer
        self._waiting += data
        while len(self._waiting) > _PIECE:
            self._put(bytes(self._waiting[:_PIECE]), last=False)
            del self._waiting[:_PIECE]
        return len(data)

    def _put(self, piece: bytes, *, last: bool) -> None:
        nonce = _nonce(self._prefix, self._number, last=last)
        self._target.write(self._cipher.encrypt(nonce, piece, self._header))
        self._number += 1

    def close(self) -> None:
        if not self.closed:
            self._put(bytes(self._waiting), last=True)
            self._waiting.clear()
        super().close()


class SealedReader(io.RawIOBase):
    """
    Decrypts `source`, which stands at its header.

    Raises WrongPassphrase at once, Damaged when a piece is reached that was changed or cut off.
    """

    def __init__(self, source: BinaryIO, passphrase: str) -> None:
        self._header = source.read(_HEADER.size)
        if len(self._header) < _HEADER.size or not self._header.startswith(MAGIC):
            raise Damaged("The file is cut off in its first line.")
        _, log2_n, r, p, salt, self._prefix, check = _HEADER.unpack(self._header)
        key, expected = _keys(passphrase, salt, log2_n, r, p)
        if not hmac.compare_digest(check, expected):
            raise WrongPassphrase("The passphrase does not open this file.")
        self._cipher = AESGCM(key)
        self._source = source
        self._ahead = source.read(_PIECE + _TAG)
        self._plain = b""
        self._number = 0
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]  # by io
        while not self._plain and not self._ended:
            self._plain = self._next_piece()
        size = min(len(buffer), len(self._plain))
        buffer[:size] = self._plain[:size]
        self._plain = self._plain[size:]
        return size

    def _next_piece(self) -> bytes:
        piece, self._ahead = self._ahead, self._source.read(_PIECE + _TAG)
        last = not self._ahead
        plain = self._open(piece, last=last)
        if plain is None:
            if last and (len(piece) < _TAG or self._open(piece, last=False) is not None):
                raise Damaged("The file is cut off.")
            where = f"near byte {_HEADER.size + self._number * (_PIECE + _TAG)}"
            raise Damaged(f"The file was changed or cut off {where}.")
        self._number += 1
        self._ended = last
        return plain

    def _open(self, piece: bytes, *, last: bool) -> bytes | None:
        try:
            nonce = _nonce(self._prefix, self._number, last=last)
            return self._cipher.decrypt(nonce, piece, self._header)
        except (InvalidTag, ValueError):
            return None
