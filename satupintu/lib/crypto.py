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
from functools import cache, lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from satupintu.lib.keys import BadKeyFile, Ring, make_ring, making, read_ring

_NONCE_BYTES = 12


class CannotDecrypt(Exception):
    """The stored text does not belong to a key in the ring, or was altered."""


def _ring() -> Ring:
    ring = settings.FIELD_KEYS
    return ring if isinstance(ring, Ring) else _first_ring()


def _first_ring() -> Ring:
    """Return the ring of an office that had none when the process began; makes one where nothing is encrypted yet."""
    path = Path(settings.KEYS) / "field.keys"
    ring = read_ring(path)
    if ring is None:
        refuse_lost_keys()
        if not making.allowed:
            return _passing_ring()
        ring = make_ring(path)
    settings.FIELD_KEYS = ring
    return ring


@cache
def _passing_ring() -> Ring:
    """Return a ring that lives as long as the process, where nothing may be made (keys.making)."""
    return Ring({"passing": os.urandom(32)}, "passing")


def refuse_lost_keys() -> None:
    """Raises BadKeyFile when the key file is missing and the database holds what only its keys open."""
    path = Path(settings.KEYS) / "field.keys"
    if not path.exists() and (table := _encrypted_table()):
        raise BadKeyFile(
            f"{path} is missing, and the database needs it ({table} holds encrypted values). Put the office's"
            " copy of it back; a new key would open nothing."
        )


def _encrypted_table() -> str:
    """Return a table that holds encrypted values, "" when there is none. Asks for prefixes only, decrypts nothing."""
    from django.apps import apps
    from django.db import connection

    from satupintu.lib.fields import EncryptedJSONField, EncryptedTextField

    present = set(connection.introspection.table_names())
    for model in apps.get_models():
        table = model._meta.db_table
        if table not in present:
            continue
        with connection.cursor() as cursor:
            columns = {
                one.name for one in connection.introspection.get_table_description(cursor, table)
            }
            for field in model._meta.local_concrete_fields:
                encrypted = isinstance(field, EncryptedTextField | EncryptedJSONField)
                if encrypted and field.column in columns:  # a migration may still have to make it
                    quoted = connection.ops.quote_name
                    cursor.execute(
                        f"SELECT 1 FROM {quoted(table)} WHERE {quoted(str(field.column))} <> '' LIMIT 1"  # noqa: S608  our own table
                    )
                    if cursor.fetchone():
                        return str(table)
    return ""


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


def word_keys(word: str) -> list[str]:
    """Return the short keyed hashes of a word, the current key's first: for an index of words that nobody reads."""
    ring = _ring()
    order = [ring.current, *(key_id for key_id in ring.keys if key_id != ring.current)]
    return [_word_key(word, key_id, ring.keys[key_id]) for key_id in order]


def _word_key(word: str, key_id: str, key: bytes) -> str:
    digest = hmac.new(_lookup_key(key, "word"), word.encode(), hashlib.sha256)
    return f"{key_id[:7]}:{digest.hexdigest()[:16]}"


def fingerprint(text: str) -> str:
    """Return a keyed digest of exactly this text: proves it to who holds the key, tells nobody else anything."""
    ring = _ring()
    return f"{ring.current}:{_fingerprint(text, ring.keys[ring.current])}"


def _fingerprint(text: str, key: bytes) -> str:
    return hmac.new(_lookup_key(key, "fingerprint"), text.encode(), hashlib.sha256).hexdigest()


def is_fingerprint_of(text: str, mark: str) -> bool:
    """Say whether `mark` is the fingerprint of this text, under the key that it names; False without that key."""
    key_id, _, digest = mark.partition(":")
    key = _ring().keys.get(key_id)
    return key is not None and hmac.compare_digest(_fingerprint(text, key), digest)


def lookup_hashes(text: str, purpose: str) -> list[str]:
    """Return the hashes of `text` under every key of the ring, for a query after a rotation."""
    return [value for key_id in _ring().keys if (value := lookup_hash(text, purpose, key_id))]


def cache_key(key: str, prefix: str, version: int) -> str:
    """Return what the shared cache is asked by (settings.CACHES): allauth's keys hold addresses and used codes."""
    secret = f"cache:{settings.SECRET_KEY}".encode()
    return hmac.new(secret, f"{prefix}:{version}:{key}".encode(), hashlib.sha256).hexdigest()
