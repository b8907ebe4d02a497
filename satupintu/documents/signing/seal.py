"""
The office seal: a key in a secret file, for automatic decisions and for the daily digests of the
log.

No person stands behind it, so no secret is asked. To change the key, rename seal/seal.pem to
seal/<year>.pem: a new one is made, and what the old one sealed can still be checked.
"""

import hashlib
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

from satupintu.documents.rules import Officer
from satupintu.documents.signing import keyfiles
from satupintu.documents.signing.local import LocalKey

ORGANISATION = "Segel elektronik kantor"


def folder() -> Path:
    return Path(settings.KEYS) / "seal"


def seal_key() -> keyfiles.FileKey:
    """Return the seal's key, made at first use."""
    name = keyfiles.certificate_name(f"Segel {settings.BASE_URL}", ORGANISATION)
    return keyfiles.read_or_make_key(folder() / "seal.pem", name, None, is_ca=False)


def known_seals() -> list[keyfiles.FileKey]:
    """Return the seal's key and the ones it had before."""
    current = seal_key()
    older = [path for path in sorted(folder().glob("*.pem")) if path.name != "seal.pem"]
    return [current, *(keyfiles.read_key(path) for path in older)]


def seal_marks() -> dict[str, str]:
    """Return file name -> a mark of its public key, for each seal of the office; makes none."""
    marks = {}
    for path in sorted(folder().glob("*.pem")):
        public = keyfiles.read_key(path).private.public_key()
        der = public.public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        marks[path.name] = hashlib.sha256(der).hexdigest()[:16]
    return marks


def seal_bytes(data: bytes) -> bytes:
    """Return the seal's signature over `data`: ECDSA P-256 with SHA-256, DER, about 71 bytes."""
    return seal_key().sign(data)


def verify_seal(data: bytes, signature: bytes) -> bool:
    """Return whether this office's seal, of now or of before, signed `data`."""
    for key in known_seals():
        try:
            key.private.public_key().verify(signature, data, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            continue
        return True
    return False


class SealSigner:
    code = "seal"
    by_hand = False

    def unlock(self, officer: Officer | None = None, secret: str = "") -> LocalKey:  # noqa: ARG002  no person, no secret
        return LocalKey(seal_key(), "Segel elektronik kantor", self.code)
