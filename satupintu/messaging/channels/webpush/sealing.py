"""
Words that only one browser can read (RFC 8291: aes128gcm of RFC 8188 under a key agreed on P-256).

The push service in between sees an address, a size and a time.
"""

import os

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from satupintu.messaging.channels.webpush.subscription import Subscription

RECORD = 4096  # bytes: one record holds all, and no service must take more (RFC 8030, section 7.2)
MOST_BYTES = RECORD - 86 - 16 - 1  # header, tag and the mark of the end (RFC 8291, section 4)
STEP = 256  # words are filled up to a multiple of it: a size does not say which text it is


def seal(
    words: bytes,
    to: Subscription,
    *,
    key: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes = b"",
    step: int = STEP,
) -> bytes:
    """
    Return the body of a push message that only `to` can read; every call gives another.

    `key` and `salt` are made here, but for the example of the RFC. Raises ValueError for more than MOST_BYTES.
    """
    if len(words) > MOST_BYTES:
        raise ValueError(f"{len(words)} bytes are more than a push message holds")
    key = key or ec.generate_private_key(ec.SECP256R1())
    salt = salt or os.urandom(16)
    ours = point(key.public_key())
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), to.key)
    agreed = key.exchange(ec.ECDH(), theirs)
    secret = _derived(agreed, to.auth, b"WebPush: info\0" + to.key + ours, 32)
    content_key = _derived(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(secret, salt, b"Content-Encoding: nonce\0", 12)
    filled = min(-(-(len(words) + 1) // step) * step, MOST_BYTES + 1) if step else len(words) + 1
    header = salt + RECORD.to_bytes(4) + bytes([len(ours)]) + ours
    plain = (words + b"\x02").ljust(filled, b"\0")
    return header + AESGCM(content_key).encrypt(nonce, plain, None)


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    """Return a public key as the 65 bytes of its point."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _derived(secret: bytes, salt: bytes, what: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, what).derive(secret)
