"""
Builds the CMS signature of a PAdES baseline file (ETSI EN 319 142-1, RFC 5652, RFC 5035).

Level B-B: content type, message digest, signing certificate v2. Level B-T adds the token of a
timestamp authority over the signature value.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from satupintu.documents.signing import der

_DATA = der.oid("1.2.840.113549.1.7.1")
_SIGNED_DATA = der.oid("1.2.840.113549.1.7.2")
_SHA256 = der.sequence(der.oid("2.16.840.1.101.3.4.2.1"))
_CONTENT_TYPE = der.sequence(der.oid("1.2.840.113549.1.9.3"), der.set_of(_DATA))
_MESSAGE_DIGEST = der.oid("1.2.840.113549.1.9.4")
_SIGNING_CERTIFICATE_V2 = der.oid("1.2.840.113549.1.9.16.2.47")
_TIMESTAMP_TOKEN = der.oid("1.2.840.113549.1.9.16.2.14")

ECDSA_SHA256 = der.sequence(der.oid("1.2.840.10045.4.3.2"))
RSA_SHA256 = der.sequence(der.oid("1.2.840.113549.1.1.11"), der.NULL)


class Key(Protocol):
    """A private key that is ready to sign: in memory, or in a token."""

    @property
    def certificate(self) -> x509.Certificate: ...

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """The issuers to put into the file, without the root's need to be there."""
        ...

    @property
    def algorithm(self) -> bytes:
        """ECDSA_SHA256 or RSA_SHA256."""
        ...

    def sign(self, data: bytes) -> bytes:
        """Return the signature over SHA-256 of `data`; ECDSA in DER."""
        ...


Stamp = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class _Names:
    """What of a certificate goes into every signature; read once per key."""

    issuer_and_serial: bytes
    signing_certificate: bytes
    certificates: bytes


@lru_cache(maxsize=64)
def _names(certificate: x509.Certificate, chain: tuple[x509.Certificate, ...]) -> _Names:
    encoded = [
        one.public_bytes(serialization.Encoding.DER) for one in dict.fromkeys((certificate, *chain))
    ]
    digest = hashlib.sha256(encoded[0]).digest()
    ess = der.sequence(der.sequence(der.sequence(der.octets(digest))))
    return _Names(
        der.sequence(certificate.issuer.public_bytes(), der.integer(certificate.serial_number)),
        der.sequence(_SIGNING_CERTIFICATE_V2, der.set_of(ess)),
        der.tlv(0xA0, b"".join(sorted(encoded))),
    )


def certificates_size(key: Key) -> int:
    """Return how many bytes the key's certificates take in a signature."""
    return len(_names(key.certificate, key.chain).certificates)


def sign_digest(digest: bytes, key: Key, stamp: Stamp | None = None) -> bytes:
    """
    Return the detached CMS signature over a SHA-256 `digest` of the signed bytes.

    `stamp` turns the signature value into the token of a timestamp authority (level B-T).
    """
    names = _names(key.certificate, key.chain)
    attributes = der.set_of(
        _CONTENT_TYPE,
        der.sequence(_MESSAGE_DIGEST, der.set_of(der.octets(digest))),
        names.signing_certificate,
    )
    signature = key.sign(attributes)
    unsigned = b""
    if stamp is not None:
        unsigned = (
            b"\xa1" + der.set_of(der.sequence(_TIMESTAMP_TOKEN, der.set_of(stamp(signature))))[1:]
        )
    signer = der.sequence(
        der.integer(1),
        names.issuer_and_serial,
        _SHA256,
        b"\xa0" + attributes[1:],  # the same bytes under the implicit tag [0]
        key.algorithm,
        der.octets(signature),
        unsigned,
    )
    signed_data = der.sequence(
        der.integer(1),
        der.set_of(_SHA256),
        der.sequence(_DATA),
        names.certificates,
        der.set_of(signer),
    )
    return der.sequence(_SIGNED_DATA, der.tlv(0xA0, signed_data))
