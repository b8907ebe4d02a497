"""What every way of signing offers, and how it refuses."""

from datetime import datetime
from typing import Protocol

from django.utils.translation import gettext_lazy as _

from satupintu.documents.rules import Officer, SignedPdf


class SigningRefused(Exception):
    """Nothing was signed; `message` tells the officer why and what to do."""

    def __init__(self, message: object) -> None:
        super().__init__(message)
        self.message = str(message)


class WrongSecret(SigningRefused):
    """The passphrase or PIN is not the officer's."""

    def __init__(self) -> None:
        super().__init__(_("Kata sandi tanda tangan salah. Periksa lalu ketik ulang."))


class SignerUnavailable(SigningRefused):
    """The signing service or token cannot be reached; trying again later may help."""


class OpenKey(Protocol):
    """One officer's power to sign, opened with the secret. Lives in one process's memory only."""

    def sign(self, pdf: bytes, *, reason: str, location: str, at: datetime) -> SignedPdf:
        """Return the signed file. Raises SigningRefused; then nothing is signed."""
        ...

    def close(self) -> None: ...


class Signer(Protocol):
    """One way of signing, chosen by the setting SIGNER."""

    code: str
    by_hand: bool  # no electronic signature: print, sign, stamp, scan back

    def unlock(self, officer: Officer, secret: str) -> OpenKey:
        """Check the secret, return the key. Raises WrongSecret, SignerUnavailable."""
        ...
