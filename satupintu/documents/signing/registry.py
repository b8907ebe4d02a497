"""Which way of signing this office uses."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    from satupintu.documents.signing.port import Signer

CODES = ("demo", "pkcs11", "bsre", "manual", "seal")


def signer(code: str = "") -> "Signer":
    """
    Return the signer named `code`, or the office's own (setting SIGNER) for "".

    Raises ImproperlyConfigured for another name.
    """
    from satupintu.documents.signing.bsre import BsreSigner
    from satupintu.documents.signing.demo import DemoSigner
    from satupintu.documents.signing.manual import ManualSigner
    from satupintu.documents.signing.seal import SealSigner
    from satupintu.documents.signing.token import TokenSigner

    known: dict[str, type[Signer]] = {
        "demo": DemoSigner,
        "pkcs11": TokenSigner,
        "bsre": BsreSigner,
        "manual": ManualSigner,
        "seal": SealSigner,
    }
    wanted = code or settings.SIGNER
    if wanted not in known:
        raise ImproperlyConfigured(f"SATUPINTU_SIGNER={wanted}: use one of {', '.join(CODES)}.")
    return known[wanted]()
