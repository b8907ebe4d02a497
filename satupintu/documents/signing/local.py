"""Signing with a key at hand, in memory or in a token: shared by demo, seal and PKCS#11."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from satupintu.documents.rules import SignedPdf
from satupintu.documents.signing import cms, pdf, timestamp
from satupintu.documents.signing.port import SignerUnavailable, SigningRefused


@dataclass(slots=True)
class LocalKey:
    """A key ready to sign PDF files."""

    key: cms.Key
    name: str
    code: str

    def sign(self, content: bytes, *, reason: str, location: str, at: datetime) -> SignedPdf:
        stamp = timestamp.stamper(settings.TSA_URL)
        try:
            signed = pdf.sign_pdf(
                content,
                self.key,
                reason=reason,
                location=location,
                name=self.name,
                at=at,
                stamp=stamp,
            )
        except timestamp.NoTimestamp as error:
            raise SignerUnavailable(error.message) from error
        except pdf.CannotSign as error:
            raise SigningRefused(_("Dokumen ini tidak dapat ditandatangani: %s") % error) from error
        certificate = self.key.certificate
        return SignedPdf(
            signed,
            certificate.subject.rfc4514_string(),
            f"{certificate.serial_number:x}",
            "B-T" if stamp else "B-B",
            self.code,
        )

    def close(self) -> None:
        return
