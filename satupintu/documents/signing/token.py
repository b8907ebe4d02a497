"""
Keys in a token or HSM through PKCS#11: the key never leaves it.

The officer's key and certificate carry the officer's NIP as label; when the officer has none, the
token must hold exactly one signing key.
"""

import threading
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from satupintu.documents.rules import Officer, SignedPdf
from satupintu.documents.signing import cms
from satupintu.documents.signing.local import LocalKey
from satupintu.documents.signing.port import SignerUnavailable, WrongSecret

_lock = threading.Lock()  # a session signs one thing at a time


@dataclass(frozen=True, slots=True)
class TokenKey:
    handle: Any
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    algorithm: bytes

    def sign(self, data: bytes) -> bytes:
        import hashlib

        import pkcs11
        from pkcs11.util.ec import encode_ecdsa_signature

        with _lock:
            if self.algorithm == cms.RSA_SHA256:
                return bytes(self.handle.sign(data, mechanism=pkcs11.Mechanism.SHA256_RSA_PKCS))
            digest = hashlib.sha256(data).digest()
            raw = self.handle.sign(digest, mechanism=pkcs11.Mechanism.ECDSA)
            return bytes(encode_ecdsa_signature(raw))


@dataclass(slots=True)
class TokenSession:
    """An open session with the token, and the officer's key in it."""

    session: Any
    local: LocalKey

    def sign(self, pdf: bytes, *, reason: str, location: str, at: datetime) -> SignedPdf:
        import pkcs11

        try:
            return self.local.sign(pdf, reason=reason, location=location, at=at)
        except pkcs11.PKCS11Error as error:
            raise SignerUnavailable(
                _("Token tanda tangan tidak menjawab. Pasang kembali tokennya, lalu coba lagi.")
            ) from error

    def close(self) -> None:
        with _lock:
            self.session.close()


def _find_key(
    session: Any, label: str
) -> tuple[Any, x509.Certificate, tuple[x509.Certificate, ...]]:
    """Return the private key, its certificate and the other certificates in the token."""
    import pkcs11

    wanted: dict[Any, Any] = {pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY}
    if label:
        wanted[pkcs11.Attribute.LABEL] = label
    keys = list(session.get_objects(wanted))
    if len(keys) != 1:
        raise SignerUnavailable(
            _("Di token ditemukan %(count)s kunci untuk %(label)s; harus tepat satu.")
            % {"count": len(keys), "label": label or _("petugas ini")}
        )
    found = [
        (one[pkcs11.Attribute.ID], x509.load_der_x509_certificate(one[pkcs11.Attribute.VALUE]))
        for one in session.get_objects({pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE})
    ]
    own = [certificate for id_, certificate in found if id_ == keys[0].id]
    if not own:
        raise SignerUnavailable(_("Sertifikat untuk kunci ini tidak ada di token."))
    return keys[0], own[0], tuple(one for _id, one in found if one != own[0])


class TokenSigner:
    code = "pkcs11"
    by_hand = False

    def unlock(self, officer: Officer, secret: str) -> TokenSession:
        import pkcs11

        try:
            token = pkcs11.lib(settings.PKCS11_MODULE).get_token(token_label=settings.PKCS11_TOKEN)
            session = token.open(user_pin=secret)
        except (pkcs11.PinIncorrect, pkcs11.PinInvalid, pkcs11.PinLenRange) as error:
            raise WrongSecret from error
        except pkcs11.PinLocked as error:
            raise SignerUnavailable(
                _("Token terkunci karena PIN salah berkali-kali. Hubungi penerbit token.")
            ) from error
        except (pkcs11.PKCS11Error, RuntimeError) as error:
            raise SignerUnavailable(
                _("Token tanda tangan tidak ditemukan. Pasang tokennya, lalu coba lagi.")
            ) from error
        try:
            handle, certificate, chain = _find_key(session, officer.nip)
        except SignerUnavailable:
            session.close()
            raise
        is_ec = isinstance(certificate.public_key(), ec.EllipticCurvePublicKey)
        key = TokenKey(handle, certificate, chain, cms.ECDSA_SHA256 if is_ec else cms.RSA_SHA256)
        return TokenSession(session, LocalKey(key, officer.name, self.code))
