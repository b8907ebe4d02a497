"""By hand: the page is printed, signed and stamped in ink, and scanned back."""

from django.utils.translation import gettext_lazy as _

from satupintu.documents.rules import Officer
from satupintu.documents.signing.port import OpenKey, SigningRefused


class ManualSigner:
    code = "manual"
    by_hand = True

    def unlock(self, officer: Officer, secret: str) -> OpenKey:  # noqa: ARG002  the port's signature
        raise SigningRefused(
            _(
                "Kantor ini menandatangani dengan tangan. Cetak dokumen, tanda tangani dan bubuhi"
                " cap,"
                " lalu unggah hasil pindainya."
            )
        )
