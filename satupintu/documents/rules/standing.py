"""Who signs, what a signature carries, and what a check of a signed file finds."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Officer:
    """The person whose signature is asked for. `nik` is used by BSrE only and never logged."""

    id: int
    name: str
    position: str = ""
    nip: str = ""
    nik: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class SignedPdf:
    """A signed file and what its certificate says. `level` is the PAdES level: "B-B" or "B-T"."""

    content: bytes
    signer: str  # the certificate's subject
    serial: str  # its serial number, hexadecimal
    level: str
    code: str  # which signer: "demo", "pkcs11", "bsre", "seal"


class Standing(StrEnum):
    """What a check of a PDF file finds."""

    VALID = "valid"
    ALTERED = "altered"
    UNSIGNED = "unsigned"
    UNKNOWN_SIGNER = "unknown_signer"
    BROKEN = "broken"


STANDING_LABELS: Final = {
    Standing.VALID: _("Tanda tangan sah"),
    Standing.ALTERED: _("Berkas berubah"),
    Standing.UNSIGNED: _("Tanpa tanda tangan elektronik"),
    Standing.UNKNOWN_SIGNER: _("Penanda tangan tidak dikenal"),
    Standing.BROKEN: _("Berkas tidak dapat dibaca"),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    The finding about one PDF file.

    `what` is a sentence for the reader: what was changed, or why nothing can be said. `signer` and
    `trusted_by` are names from certificates, `signed_at` is None where no time is stated;
    `timestamped` tells whether that time comes from a timestamp authority.
    """

    state: Standing
    what: str
    signer: str = ""
    signed_at: datetime | None = None
    trusted_by: str = ""
    timestamped: bool = False
    demo: bool = False
    changes: tuple[str, ...] = ()  # one sentence each, where the original is known
    marks: tuple[str, ...] = ()  # what was looked for in the words of a file that is not ours
