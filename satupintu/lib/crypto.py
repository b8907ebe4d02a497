"""
Encryption of personal data in columns, and the keyed hashes by which it can still be found.

Ciphertext is `<key id>:<base64url of nonce + AES-256-GCM ciphertext>`. A lookup hash is HMAC-SHA256
under a key derived from the same ring, `<key id>:<hex>`: whole value, and the last four characters.
Neither reveals the value without the ring, which lives outside the database.
"""

import base64
import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from satupintu.lib.keys import Ring

_NONCE_BYTES = 12


class CannotDecrypt(Exception):
    """The stored text does not belong to a key in the ring, or was altered."""


def _ring() -> Ring:
    ring = settings.FIELD_KEYS
    assert isinstance(ring, Ring)
    return ring


@lru_cache(maxsize=16)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


@lru_cache(maxsize=64)
def _lookup_key(key: bytes, purpose: str) -> bytes:
    return hmac.new(key, f"lookup:{purpose}".encode(), hashlib.sha256).digest()


def encrypt(text: str) -> str:
    """Return `text` encrypted under the current key; "" stays ""."""
    if not text:
        return ""
    ring = _ring()
    nonce = os.urandom(_NONCE_BYTES)
    sealed = _cipher(ring.keys[ring.current]).encrypt(nonce, text.encode(), ring.current.encode())
    return f"{ring.current}:{base64.urlsafe_b64encode(nonce + sealed).decode()}"


def decrypt(stored: str) -> str:
    """Return the plain text. Raises CannotDecrypt for an unknown key or altered text."""
    if not stored:
        return ""
    key_id, _, body = stored.partition(":")
    key = _ring().keys.get(key_id)
    if key is None:
        raise CannotDecrypt(
            f"No key {key_id!r} in the key file. Restore the key file of this database."
        )
    try:
        raw = base64.urlsafe_b64decode(body)
        return (
            _cipher(key).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], key_id.encode()).decode()
        )
    except Exception as error:  # cryptography raises InvalidTag, base64 its own
        raise CannotDecrypt("A stored value was altered or is damaged.") from error


def normalise(text: str) -> str:
    """
    Return the text as it is hashed: letters and digits only, lower case; an e-mail address whole.

    In an address every sign counts: s@aricontoh.id and sari@contoh.id belong to different people.
    """
    if "@" in text:
        return text.strip().lower()
    return "".join(ch for ch in text.lower() if ch.isalnum())


def lookup_hash(text: str, purpose: str, key_id: str | None = None) -> str:
    """Return the keyed hash that finds `text` for `purpose` ("whole", "last4"); "" for ""."""
    plain = normalise(text)
    if not plain:
        return ""
    ring = _ring()
    used = key_id or ring.current
    digest = hmac.new(_lookup_key(ring.keys[used], purpose), plain.encode(), hashlib.sha256)
    return f"{used}:{digest.hexdigest()[:40]}"


def lookup_hashes(text: str, purpose: str) -> list[str]:
    """Return the hashes of `text` under every key of the ring, for a query after a rotation."""
    return [value for key_id in _ring().keys if (value := lookup_hash(text, purpose, key_id))]
