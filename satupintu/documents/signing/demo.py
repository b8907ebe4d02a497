"""
The demo authority: an own CA and keys of P-256, made at first use, worth nothing in law.

Every page signed with it says CONTOH, and its certificates do too.
"""

import hashlib
import secrets
from pathlib import Path

from cryptography import x509
from django.conf import settings

from satupintu.documents.rules import Officer
from satupintu.documents.signing import keyfiles
from satupintu.documents.signing.local import LocalKey
from satupintu.documents.signing.port import WrongSecret

PASSPHRASE = "demo"  # noqa: S105  made to be known: it opens worthless keys
ORGANISATION = "Otoritas CONTOH Satu Pintu"


def ca_path() -> Path:
    return Path(settings.KEYS) / "demo" / "ca.pem"


def authority() -> keyfiles.FileKey:
    """Return the demo CA, made at first use."""
    name = keyfiles.certificate_name("CA CONTOH Satu Pintu (tidak berlaku)", ORGANISATION)
    return keyfiles.read_or_make_key(ca_path(), name, None, is_ca=True)


def is_demo(certificate: x509.Certificate) -> bool:
    return ORGANISATION in certificate.issuer.rfc4514_string()


def officer_key(officer: Officer) -> keyfiles.FileKey:
    """Return the officer's demo key, made at first use; another name gets another key."""
    mark = hashlib.sha256(officer.name.encode()).hexdigest()[:8]
    name = keyfiles.certificate_name(f"{officer.name} (CONTOH)", ORGANISATION)
    path = ca_path().parent / f"{officer.id}-{mark}.pem"
    return keyfiles.read_or_make_key(path, name, authority(), is_ca=False)


class DemoSigner:
    code = "demo"
    by_hand = False

    def unlock(self, officer: Officer, secret: str) -> LocalKey:
        if not secrets.compare_digest(secret.encode(), PASSPHRASE.encode()):
            raise WrongSecret
        return LocalKey(officer_key(officer), officer.name, self.code)
