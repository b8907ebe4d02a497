"""
Checks a PDF file's signatures: is it whole, who signed it, do we know them, what was changed.

The mathematics is pyHanko's, the strictness is ours: a signature that leaves part of the file
uncovered, or that carries its own content, does not count.
"""

import difflib
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.utils.translation import gettext as _

from satupintu.documents import pdfium
from satupintu.documents.rules import Standing, Verdict

if TYPE_CHECKING:
    from pyhanko.sign.validation.status import PdfSignatureStatus

log = structlog.get_logger()

MAX_BYTES = 40 * 1024 * 1024


class _Altered(Exception):
    """The file is not what was signed; the text says in which way."""


# --- Whom we trust ----------------------------------------------------------------------
def trusted_certificates() -> list[x509.Certificate]:
    """Return the roots: KEYS/trust/*.pem, the demo CA and the seals of this office that exist."""
    keys = Path(settings.KEYS)
    paths = [*sorted((keys / "trust").glob("*.pem")), *sorted((keys / "seal").glob("*.pem"))]
    demo_ca = keys / "demo" / "ca.pem"
    if demo_ca.exists():
        paths.append(demo_ca)
    found: list[x509.Certificate] = []
    for path in paths:
        found += _certificates_in(path, path.stat().st_mtime_ns)
    return found


@lru_cache(maxsize=64)
def _certificates_in(path: Path, _changed: int) -> tuple[x509.Certificate, ...]:
    try:
        return tuple(x509.load_pem_x509_certificates(path.read_bytes()))
    except ValueError:
        log.warning("trust_file_unreadable", name=path.name)
        return ()


def _context() -> Any:
    from asn1crypto import x509 as asn1_x509
    from pyhanko_certvalidator import ValidationContext

    roots = [
        asn1_x509.Certificate.load(one.public_bytes(Encoding.DER)) for one in trusted_certificates()
    ]
    return ValidationContext(trust_roots=roots, allow_fetching=False)


# --- The check --------------------------------------------------------------------------
def verify_pdf(data: bytes, original: bytes | None = None) -> Verdict:
    """
    Return what can be said about this file's signatures. Reads only `data`; asks no network.

    When the file was altered and `original` (the file as issued) is known, `what` names the pages
    and words that differ. Revocation lists are not fetched.
    """
    if len(data) > MAX_BYTES:
        return Verdict(Standing.BROKEN, _("Berkas ini terlalu besar untuk diperiksa."))
    if b"%PDF-" not in data[:1024]:
        return Verdict(Standing.BROKEN, _("Berkas ini bukan PDF."))
    try:
        verdict = _verdict(data)
    except _Altered as altered:
        verdict = Verdict(Standing.ALTERED, str(altered))
    except Exception as error:  # noqa: BLE001  a hostile file can make the parser raise anything
        log.info("pdf_not_readable", kind=type(error).__name__)
        verdict = _unreadable(data)
    if original is None or verdict.state not in {Standing.ALTERED, Standing.UNSIGNED}:
        return verdict
    changes = tuple(changed_pages(original, data))
    if verdict.state == Standing.ALTERED and changes:
        verdict = replace(verdict, what=verdict.what + " " + " ".join(changes))
    return replace(verdict, changes=changes)


def _unreadable(data: bytes) -> Verdict:
    """A file that carries a signature and cannot be read any more was damaged after signing."""
    if b"/ByteRange" in data:
        return Verdict(
            Standing.ALTERED,
            _("Berkas ini pernah ditandatangani, tetapi isinya rusak atau diubah sesudahnya."),
        )
    return Verdict(Standing.BROKEN, _("PDF ini rusak dan tidak dapat dibaca."))


def _verdict(data: bytes) -> Verdict:
    from io import BytesIO

    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature

    reader = PdfFileReader(BytesIO(data), strict=False)
    signatures = reader.embedded_regular_signatures
    if not signatures:
        return Verdict(Standing.UNSIGNED, _("Berkas ini tidak memuat tanda tangan elektronik."))
    for signature in signatures:
        _refuse_strange(signature)
    # pyHanko starts an event loop of its own; a thread of our own has none yet, wherever we are called.
    with ThreadPoolExecutor(max_workers=1) as apart:
        statuses = list(
            apart.map(lambda one: validate_pdf_signature(one, _context(), _context()), signatures)
        )
    for number, status in enumerate(statuses):
        _refuse_altered(status, is_last=number == len(statuses) - 1)
    return _verdict_of(statuses)


def _refuse_strange(signature: Any) -> None:
    """Refuse forms of signature that can hide a change. Raises _Altered."""
    content = signature.signed_data["encap_content_info"]["content"]
    if content.native is not None:
        raise _Altered(
            _("Bentuk tanda tangannya tidak wajar: isinya tidak terikat pada berkas ini.")
        )
    start, first, second, last = (int(part) for part in signature.byte_range)
    contents = len(signature.pkcs7_content) * 2 + 2
    if start != 0 or second - first != contents or last <= 0:
        raise _Altered(_("Ada bagian berkas yang tidak tercakup oleh tanda tangan."))


def _refuse_altered(status: "PdfSignatureStatus", *, is_last: bool) -> None:
    from pyhanko.sign.diff_analysis import ModificationLevel
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    if not status.intact:
        raise _Altered(_("Isi berkas ini tidak sama dengan yang ditandatangani."))
    if not status.valid:
        raise _Altered(_("Tanda tangan pada berkas ini tidak cocok dengan sertifikatnya."))
    if status.coverage is None or status.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
        raise _Altered(_("Ada bagian berkas yang tidak tercakup oleh tanda tangan."))
    if status.coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return
    # What came after the signature must be proofs for long keeping, or a later signature's field.
    allowed = {ModificationLevel.LTA_UPDATES}
    if not is_last:
        allowed |= {ModificationLevel.NONE, ModificationLevel.FORM_FILLING}
    if status.modification_level not in allowed:
        raise _Altered(_("Ada yang ditambahkan pada berkas ini setelah ditandatangani."))


def _verdict_of(statuses: "list[PdfSignatureStatus]") -> Verdict:
    """Return the verdict about whole files: known only when every signer is known."""
    first = statuses[0]
    stamp = first.timestamp_validity
    stamped = bool(stamp and stamp.intact and stamp.valid)
    signer = ", ".join(_common_name(status.signing_cert) for status in statuses)
    signed_at = stamp.timestamp if stamp and stamped else first.signer_reported_dt
    issuer = _issuer_name(first.signing_cert)
    demo = "CONTOH" in issuer
    if not all(status.trusted for status in statuses):
        return Verdict(
            Standing.UNKNOWN_SIGNER,
            _("Berkas ini utuh, tetapi penerbit sertifikat penanda tangannya tidak kami kenal."),
            signer, signed_at, "", stamped, demo,
        )  # fmt: skip
    what = (
        _("Berkas ini utuh, tetapi hanya CONTOH: sertifikatnya tidak berlaku secara hukum.")
        if demo
        else _("Berkas ini utuh dan sama dengan yang ditandatangani.")
    )
    return Verdict(Standing.VALID, what, signer, signed_at, issuer, stamped, demo)


def _common_name(certificate: Any) -> str:
    names = certificate.subject.native
    return str(names.get("common_name") or names.get("organization_name") or "")


def _issuer_name(certificate: Any) -> str:
    names = certificate.issuer.native
    return str(names.get("common_name") or names.get("organization_name") or "")


def certificate_of(data: bytes) -> x509.Certificate:
    """Return the certificate of the file's last signature. Raises ValueError if it has none."""
    from io import BytesIO

    from pyhanko.pdf_utils.reader import PdfFileReader

    signatures = PdfFileReader(BytesIO(data), strict=False).embedded_regular_signatures
    if not signatures:
        raise ValueError("The file carries no signature.")
    return x509.load_der_x509_certificate(signatures[-1].signer_cert.dump())


# --- What was changed -------------------------------------------------------------------
def _page_texts(data: bytes) -> list[str]:
    import pypdfium2

    with pdfium.LOCK:
        document = pypdfium2.PdfDocument(data)
        try:
            texts = []
            for page in document:
                texts.append(page.get_textpage().get_text_bounded())
                page.close()
            return texts
        finally:
            document.close()


def _differences(before: str, after: str) -> Iterator[tuple[str, str]]:
    old, new = before.split(), after.split()
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        if tag != "equal":
            yield " ".join(old[i1:i2]), " ".join(new[j1:j2])


def marks_in(data: bytes, pattern: str, *, most: int = 20) -> tuple[str, ...]:
    """Return what `pattern` finds in the words of a file, each once; () when it cannot be opened."""
    import pypdfium2

    try:
        texts = _page_texts(data)
    except pypdfium2.PdfiumError:
        return ()
    return tuple(dict.fromkeys(re.findall(pattern, "\n".join(texts))))[:most]


def changed_pages(original: bytes, data: bytes, *, most: int = 5) -> list[str]:
    """
    Return sentences on how the words of two files differ, at most `most`; [] when they are the
    same.

    Compares text only: a changed picture is not seen.
    """
    import pypdfium2

    try:
        before, after = _page_texts(original), _page_texts(data)
    except pypdfium2.PdfiumError:
        return [_("Halamannya tidak dapat dibuka lagi.")]
    sentences = []
    if len(before) != len(after):
        sentences.append(
            _("Jumlah halaman %(before)s menjadi %(after)s.")
            % {"before": len(before), "after": len(after)}
        )
    for number, (old, new) in enumerate(zip(before, after, strict=False), start=1):
        for was, now in _differences(old, new):
            sentences.append(
                _("Halaman %(page)s: “%(was)s” menjadi “%(now)s”.")
                % {"page": number, "was": was[:80], "now": now[:80]}
            )
    return sentences[:most]
