"""
BSrE's e-sign service, API version 2: the key lives with the state's certificate authority.

The officer's passphrase goes with every request; it is kept in the signer process's memory for the
session and nowhere else. What comes back is checked here before it counts, also when the service
answers HTTP 500 and sends a good file all the same.
"""

import base64
import binascii
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import structlog
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from satupintu.documents.rules import Officer, SignedPdf, Standing
from satupintu.documents.signing.port import SignerUnavailable, SigningRefused, WrongSecret

if TYPE_CHECKING:
    import httpx

log = structlog.get_logger()

_SECONDS = 90  # the service is slow on the 1st of the month
_WRONG_PASSPHRASE = 2031
_NOT_REGISTERED = 2011


@dataclass(slots=True)
class BsreSession:
    officer: Officer
    secret: str = field(repr=False)

    def sign(self, pdf: bytes, *, reason: str, location: str, at: datetime) -> SignedPdf:  # noqa: ARG002  BSrE states its own time
        answer = _post(
            "/api/v2/sign/pdf",
            {
                **_who(self.officer),
                "passphrase": self.secret,
                "file": [base64.b64encode(pdf).decode()],
                "signatureProperties": [
                    {"tampilan": "INVISIBLE", "reason": reason, "location": location}
                ],
            },
        )
        body = _body(answer)
        signed = _file_of(body)
        if signed is None:
            raise _refusal(answer.status_code, body)
        if answer.is_error:
            log.warning("bsre_error_with_signed_file", status=answer.status_code)
        return _checked(signed, pdf)

    def close(self) -> None:
        self.secret = ""


def _who(officer: Officer) -> dict[str, str]:
    return {"nik": officer.nik} if officer.nik else {"email": officer.email}


def _post(path: str, body: dict[str, Any]) -> "httpx.Response":
    import httpx

    try:
        return httpx.post(
            settings.BSRE_URL.rstrip("/") + path,
            json=body,
            auth=(settings.BSRE_USER, settings.BSRE_PASSWORD),
            timeout=_SECONDS,
        )
    except httpx.HTTPError as error:
        # Only the kind of the error: its text could hold the request.
        log.warning("bsre_unreachable", kind=type(error).__name__)
        raise SignerUnavailable(
            _(
                "Layanan tanda tangan BSrE tidak menjawab. Dokumen menunggu; coba lagi beberapa"
                " menit lagi."
            )
        ) from error


def _body(answer: "httpx.Response") -> dict[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _file_of(body: dict[str, Any]) -> bytes | None:
    files = body.get("file")
    if not isinstance(files, list) or not files:
        return None
    try:
        return base64.b64decode(files[0], validate=True)
    except (binascii.Error, TypeError, ValueError):
        return None


def _refusal(status: int, body: dict[str, Any]) -> SigningRefused:
    code = body.get("status_code")
    if code == _WRONG_PASSPHRASE:
        return WrongSecret()
    if code == _NOT_REGISTERED:
        return SigningRefused(
            _("Anda belum terdaftar di BSrE. Hubungi admin sertifikat elektronik daerah.")
        )
    log.warning("bsre_refused", status=status, code=code)
    return SignerUnavailable(
        _(
            "Layanan BSrE menolak permintaan (kode %(code)s). Dokumen belum ditandatangani; coba"
            " lagi nanti."
        )
        % {"code": code or status}
    )


def _checked(signed: bytes, original: bytes) -> SignedPdf:
    """
    Return the file after our own check. Raises SignerUnavailable if it is not ours, whole and
    signed.
    """
    from satupintu.documents import verify

    verdict = verify.verify_pdf(signed)
    whole = verdict.state in {Standing.VALID, Standing.UNKNOWN_SIGNER}
    if not whole or verify.changed_pages(original, signed):
        log.error("bsre_file_not_accepted", state=verdict.state)
        raise SignerUnavailable(
            _(
                "Berkas yang dikirim kembali oleh BSrE tidak lolos pemeriksaan. Dokumen belum"
                " ditandatangani."
            )
        )
    found = verify.certificate_of(signed)
    return SignedPdf(
        signed,
        found.subject.rfc4514_string(),
        f"{found.serial_number:x}",
        "B-T" if verdict.timestamped else "B-B",
        "bsre",
    )


class BsreSigner:
    code = "bsre"
    by_hand = False

    def unlock(self, officer: Officer, secret: str) -> BsreSession:
        """Ask whether the officer has a certificate; the passphrase itself is tried at signing."""
        if not secret:
            raise WrongSecret
        answer = _post("/api/v2/user/check/status", _who(officer))
        body = _body(answer)
        if body.get("status_code") == _NOT_REGISTERED or body.get("status") == "NOT_REGISTERED":
            raise _refusal(answer.status_code, {"status_code": _NOT_REGISTERED})
        return BsreSession(officer, secret)
